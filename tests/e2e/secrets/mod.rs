//! L-14 against the real process: what its folder, its log and its temporary files
//! would tell of PINs, codes and secrets.

mod desk;
#[path = "../../../crates/tern-engine/tests/engine/pages.rs"]
mod pages;

use desk::{Desk, KEY, code_of};
use pages::places_of;

const CHOSEN: &str = "739164";
const WRONG: &str = "739165";
const WRONG_CODE: &str = "905173";
const ASKS: &str = "six-digit PIN";
const HEARD: &str = "authenticator app show now";
const FAILED: &str = "That did not fit";

impl Desk {
    fn assert_nowhere_on_disk(&self, words: &[&str]) {
        for words in words {
            let places = places_of(&self.folder(), &KEY, words);
            assert!(places.is_empty(), "“{words}” is still in {places:?}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn l_14_no_byte_of_what_a_killed_process_leaves_holds_a_pin_or_a_code() {
    let mut desk = Desk::start().await;
    let secret = desk.enrol(CHOSEN).await;
    let bare = secret.replace(' ', "");
    let code = code_of(&secret, "now");
    let planted = [CHOSEN, WRONG, WRONG_CODE, &code, &secret, &bare];
    desk.says("link my number", ASKS).await;
    desk.says(WRONG, HEARD).await;
    desk.says(WRONG_CODE, FAILED).await;
    desk.assert_nowhere_on_disk(&planted);
    let kept = places_of(&desk.folder(), &KEY, "link my number");
    assert!(!kept.is_empty(), "the scanner finds what is there");

    for step in ["inbound.fetched", "inbound.journaled", "inbound.applied"] {
        desk.says("link my number", ASKS).await;
        let told = desk.received(&desk.phone).await.len();
        desk.dies_with(CHOSEN, step).await;
        desk.assert_nowhere_on_disk(&planted);
        desk.restart().await;
        desk.until("the question to go on", async || {
            desk.received(&desk.phone).await.len() > told
        })
        .await;
        desk.says("skip", "without knowing").await;
    }
    desk.until("everything to be wiped", async || {
        desk.is_wiped_at_carrier(&planted).await
    })
    .await;
    desk.assert_nowhere_on_disk(&planted);
}

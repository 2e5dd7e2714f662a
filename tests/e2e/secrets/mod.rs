//! L-14 against the real process: what a disk and a memory dump would tell of PINs, codes and secrets.

mod desk;
pub(crate) mod memory;
#[path = "../../../crates/tern-engine/tests/engine/pages.rs"]
mod pages;

use std::time::Duration;

use serde_json::json;
use tokio::time::Instant;

use desk::{Desk, KEY, code_of};
use pages::places_of;

use crate::support::pause;

const CHOSEN: &str = "739164";
const WRONG: &str = "739165";
const WRONG_CODE: &str = "905173";
const LOCK_PIN: &str = "58203716";
const ASKS: &str = "six-digit PIN";
const HEARD: &str = "authenticator app show now";
const FAILED: &str = "That did not fit";
const LINKED: &str = "I know who you are";
const OVERWRITTEN_WITHIN: Duration = Duration::from_secs(30);

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

#[tokio::test(flavor = "multi_thread")]
async fn l_14_the_memory_of_a_locked_desk_holds_no_pin_code_or_secret() {
    let desk = Desk::start().await;
    let team = desk.call("team", json!(null)).await;
    let own = json!({ "agentId": team["me"], "current": null, "new": LOCK_PIN });
    desk.call("set_agent_pin", own).await;
    let secret = desk.enrol(CHOSEN).await;
    let bare = secret.replace(' ', "");
    desk.says("link my number", ASKS).await;
    desk.says(WRONG, HEARD).await;
    desk.says(WRONG_CODE, FAILED).await;
    desk.says("link my number", ASKS).await;
    desk.says(CHOSEN, HEARD).await;
    let code = code_of(&secret, "now");
    desk.says(&code, LINKED).await;
    let planted = [CHOSEN, WRONG, WRONG_CODE, LOCK_PIN, &code, &secret, &bare];
    desk.until("everything to be wiped", async || {
        desk.is_wiped_at_carrier(&planted).await
    })
    .await;
    desk.call("lock_app", json!(null)).await;
    // A connection that stays open keeps its last page in a buffer until the next ones have overwritten it.
    let process = desk.server.id().unwrap();
    let deadline = Instant::now() + OVERWRITTEN_WITHIN;
    loop {
        let memory = memory::of(process);
        let found = memory::places(&memory, &planted);
        if found.is_empty() {
            // Not because nothing can be found: whose phone it is stands in the list of the desk.
            assert!(!memory::places(&memory, &[&desk.phone]).is_empty());
            return;
        }
        assert!(Instant::now() < deadline, "{found:#?}");
        pause().await;
    }
}

//! L-14, V-20: after a day of secrets, every byte of the folder is looked at, decrypted page by page.
//!
//! Pages are read as the disk has them, so that free pages, slack and old frames of the write-ahead log are seen
//! too, which no SQL statement shows. The carrier's copies and everything that was traced are searched as well.

use serde_json::{Value, json};
use tern_domain::{DeliveryStatus, MessageText, UtcMillis, WipeState};

use crate::bot::linking::{
    ASKS, FAILED, LINKED, LOCKED, PIN, WRONG_CODE, WRONG_PIN as ANOTHERS_PIN,
};
use crate::bot::linking_by_text::SENT;
use crate::line::{ANNA, BEN, FILE_KEY, Line, until};
use crate::media::{inline, png};
use crate::pages::{holds, places_of};

/// Distinct enough not to be found by chance in ids, hashes or times.
const RIGHT_PIN: &str = "7391";
const WRONG_PIN: &str = "kestrelpin";
const INBOUND: &str = "my secret garden code is quokkabyte";
const OUTBOUND: &str = "Your new code would be wombatline";
const PLANTED: [&str; 3] = [WRONG_PIN, "quokkabyte", "wombatline"];

impl Line {
    async fn log_is_empty(&self) {
        until("the log to be emptied", async || {
            (!self.store.is_to_empty_log()).then_some(())
        })
        .await;
    }

    fn assert_nowhere(&self, words: &[&str]) {
        for words in words {
            let places = places_of(self.folder(), &FILE_KEY, words);
            assert!(places.is_empty(), "“{words}” is still in {places:?}");
            assert!(
                !holds(crate::trace::everything().as_bytes(), words.as_bytes()),
                "“{words}” was traced"
            );
        }
    }
}

#[tokio::test]
async fn l_14_after_a_day_of_secrets_no_byte_of_the_folder_holds_one() {
    let mut line = Line::with_bot().await;

    // Secure answers, wrong and right, with the log as it comes: nothing was emptied yet.
    line.says(ANNA, "secret", 2).await;
    line.says(ANNA, WRONG_PIN, 3).await;
    line.assert_nowhere(&[WRONG_PIN]);
    // A crash with the next one in the middle of being taken in.
    line.next_second().await;
    line.text(ANNA, RIGHT_PIN).await;
    line.crash().await;
    line.assert_nowhere(&[WRONG_PIN]);
    line.start_engine();
    line.bot_wrote(ANNA, 4).await;

    // A text that somebody removes, after it was quoted in a draft and shown in a search; with a picture.
    let sid = line
        .text_with(BEN, INBOUND, json!([inline("image/png", &png(9, 9))]))
        .await;
    let inbound = until("the text and its picture", async || {
        let thread = line.thread(BEN).await;
        thread.into_iter().find(|it| !it.media.is_empty())
    })
    .await;
    let conversation = line.conversation(BEN).await.unwrap();
    line.store
        .write(move |tx| {
            let draft = MessageText::new(format!("You wrote “{INBOUND}”?"));
            tx.save_draft(conversation, &draft, UtcMillis(1))
        })
        .await
        .unwrap();
    let outbound = line.send(BEN, OUTBOUND).await;
    line.delivery_becomes(outbound, DeliveryStatus::Delivered)
        .await;
    let seen = places_of(line.folder(), &FILE_KEY, "quokkabyte");
    assert!(
        !seen.is_empty(),
        "the scanner finds what is there: {seen:?}"
    );
    line.arm(json!({"kind": "error_500_before", "endpoint": "update_message", "times": 2}))
        .await;
    for id in [inbound.message_id, outbound] {
        line.redact_of(BEN, id).await;
    }
    // As the app does after a removal.
    line.store.empty_log();
    line.log_is_empty().await;
    line.assert_nowhere(&PLANTED);

    // The carrier forgets them too, whatever happened in between.
    line.crash().await;
    line.clear_faults().await;
    line.clock.advance(7 * 3_600_000);
    line.start_engine();
    for id in [inbound.message_id, outbound] {
        line.wipe_becomes(id, |state| matches!(state, WipeState::Done { .. }))
            .await;
    }
    until("every secure answer to be wiped", async || {
        let open = line.store.read(|conn| conn.count_carrier_wipes()).await;
        (open.unwrap() == (0, 0)).then_some(())
    })
    .await;
    let all = line.control("GET", "/sim/messages", Value::Null).await;
    let bodies = all["by_body"].as_object().unwrap();
    for words in PLANTED.iter().chain(&[RIGHT_PIN]) {
        assert!(bodies.keys().all(|body| !body.contains(words)), "{words}");
    }
    assert_eq!(line.carriers_media(&sid).await, 0);

    // One more round of everything that is kept: nothing comes back.
    line.stop_engine().await;
    line.crash().await;
    line.assert_nowhere(&PLANTED);
}

#[tokio::test]
async fn l_14_after_proofs_by_text_no_byte_of_the_folder_and_no_carrier_holds_a_code() {
    let mut line = Line::with_linking_by_text().await;
    line.enrol_pin_only(ANNA, 1).await;
    let right = line.gets_code(ANNA, PIN).await;
    line.assert_nowhere(&[PIN, &right]);
    line.says_and_gets(ANNA, &right, LINKED).await;
    // One whose request was carried out and not answered, so that the carrier's list brings it back.
    line.says_and_gets(BEN, "link my number", ASKS).await;
    line.arm(
        json!({"kind": "drop_connection_before_answer", "endpoint": "create_message", "times": 1}),
    )
    .await;
    line.says_and_gets(BEN, ANOTHERS_PIN, SENT).await;
    let found = line.codes_at(BEN).await.remove(0);
    line.says_and_gets(BEN, WRONG_CODE, FAILED).await;
    // And one that goes down with the process.
    let lost = line.gets_code(BEN, PIN).await;
    line.crash().await;
    let planted = [PIN, ANOTHERS_PIN, WRONG_CODE, &right, &found, &lost];
    line.assert_nowhere(&planted);
    line.start_engine();
    line.all_is_wiped().await;
    let all = line.control("GET", "/sim/messages", Value::Null).await;
    let bodies = all["by_body"].as_object().unwrap();
    for words in planted {
        assert!(bodies.keys().all(|body| !body.contains(words)), "{words}");
    }
    line.stop_engine().await;
    line.crash().await;
    line.assert_nowhere(&planted);
}

#[tokio::test]
async fn l_14_after_a_day_of_linking_no_byte_of_the_folder_holds_a_pin_or_a_code() {
    let mut line = Line::with_linking().await;
    let anna = line.enrol(ANNA, 1).await;
    let code = line.code(&anna);
    let planted = [PIN, ANOTHERS_PIN, WRONG_CODE, code.expose()];
    line.tries(ANNA, PIN, code.expose(), LINKED).await;
    line.assert_nowhere(&planted);
    line.next_second().await;
    line.text(ANNA, "logout").await;
    until("the number to be unlinked", async || {
        let shown = line.received_by(ANNA).await;
        shown.last()?.contains("link it again").then_some(())
    })
    .await;
    line.tries(ANNA, ANOTHERS_PIN, code.expose(), FAILED).await;
    line.tries(BEN, PIN, WRONG_CODE, FAILED).await;
    line.assert_nowhere(&planted);
    line.tries(ANNA, PIN, WRONG_CODE, FAILED).await;
    line.tries(ANNA, ANOTHERS_PIN, WRONG_CODE, LOCKED).await;
    // One more goes down with the process.
    line.next_second().await;
    line.text(BEN, "link my number").await;
    line.crash().await;
    line.assert_nowhere(&planted);
    line.start_engine();
    until("every entry to be wiped at the carrier", async || {
        let open = line.store.read(|conn| conn.count_carrier_wipes()).await;
        (open.unwrap() == (0, 0)).then_some(())
    })
    .await;
    let all = line.control("GET", "/sim/messages", Value::Null).await;
    let bodies = all["by_body"].as_object().unwrap();
    for words in planted {
        assert!(bodies.keys().all(|body| !body.contains(words)), "{words}");
    }
    line.stop_engine().await;
    line.crash().await;
    line.assert_nowhere(&planted);
}

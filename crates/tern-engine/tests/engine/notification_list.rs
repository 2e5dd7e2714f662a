//! S-10: several actionable notifications that wait for the same person, offered as a list.

use serde_json::json;
use tern_domain::notification::{RecipientState, RefusalReason, RunCause, WaitReason};
use tern_domain::{NotificationId, NotificationRunId, PersonId};
use uuid::Uuid;

use crate::line::{ANNA, Line, until};
use crate::notifications::{ME, definition, refused, sent};

const BUSY: RecipientState = RecipientState::Waiting {
    why: WaitReason::Busy,
};

impl Line {
    /// Says of a notification of its own that it happened, and waits until it waits for Anna's conversation to end.
    async fn waits(&self, number: u128, person: PersonId, can_skip: bool) -> NotificationRunId {
        let id = NotificationId::new(Uuid::from_u128(0x100 + number));
        self.keep(definition(json!({
            "id": id,
            "recipients": { "people": [person] },
            "actions": [{ "label": "Order pizza", "topic": "pizza" }],
            "can_skip": can_skip,
        })))
        .await;
        let cause = RunCause::Event {
            by: ME,
            parms: [format!("number {number}"), String::new()],
        };
        let now = self.now();
        let begun = self
            .store
            .write(move |tx| tx.start_notification_run(id, &cause, now));
        let run = begun.await.unwrap();
        self.engine().effects_committed();
        self.only_recipient_becomes(run, |state| state == BUSY)
            .await;
        run
    }

    /// What the phone shows from a text on.
    async fn said_after(&self, before: usize) -> Vec<String> {
        self.received_by(ANNA).await.split_off(before)
    }

    async fn says_and_hears(&self, text: &str, answer: &str) {
        let before = self.received_by(ANNA).await.len();
        self.next_second().await;
        self.text(ANNA, text).await;
        until(answer, async || {
            let said = self.said_after(before).await;
            said.iter().any(|it| it == answer).then_some(())
        })
        .await;
    }

    async fn is_over(&self) {
        until("the conversation to end", async || {
            (!self.latest_of(ANNA).await?.is_active()).then_some(())
        })
        .await;
    }
}

#[tokio::test]
async fn s_10_after_a_topic_what_waits_is_listed_and_a_restart_forgets_none_of_it() {
    let mut line = Line::with_bot().await;
    let person = line.subscribed().await;
    let first = line.waits(1, person, true).await;
    let second = line.waits(2, person, true).await;
    let list = "2 notifications wait for you. Reply with a number.\n1. News: number 1\n2. News: number 2\n3. Skip";
    line.says_and_hears("terms", list).await;
    let open = line.latest_of(ANNA).await.unwrap();
    assert!(open.is_active(), "it is the same conversation");

    line.stop_engine().await;
    line.crash().await;
    line.start_engine();
    line.says_and_hears("2", "News: number 2\n1. Order pizza\n2. Skip")
        .await;
    line.only_recipient_becomes(second, sent).await;
    line.only_recipient_becomes(first, |state| state == BUSY)
        .await;
    // It is dealt with; what remains is one, which is shown at once.
    line.says_and_hears("Skip", "News: number 1\n1. Order pizza\n2. Skip")
        .await;
    line.only_recipient_becomes(first, sent).await;
    assert_eq!(
        line.latest_of(ANNA).await.unwrap().id,
        open.id,
        "all of it in one conversation"
    );
    // S-11: linked is not proved.
    let before = line.received_by(ANNA).await.len();
    line.next_second().await;
    line.text(ANNA, "1").await;
    until("a proof to be asked for", async || {
        let said = line.said_after(before).await;
        said.iter()
            .any(|it| it.contains("cannot be proved by text"))
            .then_some(())
    })
    .await;
}

#[tokio::test]
async fn s_10_what_waits_begins_a_conversation_as_a_list_and_skipping_passes_over_all_of_it() {
    let line = Line::with_bot().await;
    let person = line.subscribed().await;
    let first = line.waits(1, person, true).await;
    let second = line.waits(2, person, true).await;
    line.text(ANNA, "bye").await;
    line.is_over().await;
    line.clock.advance(21_000);
    let list = "2 notifications wait for you. Reply with a number.\n1. News: number 1\n2. News: number 2\n3. Skip";
    line.shows(list).await;
    assert_eq!(line.created(list).await, 1, "one list, not one for each");
    line.says_and_hears("skip", "All right, nothing was done.")
        .await;
    for run in [first, second] {
        line.only_recipient_becomes(run, refused(RefusalReason::Skipped))
            .await;
    }
}

#[tokio::test]
async fn s_10_one_that_must_not_be_skipped_waits_on_and_a_listed_one_is_dropped_after_its_hours() {
    let line = Line::with_bot().await;
    let person = line.subscribed().await;
    let first = line.waits(1, person, true).await;
    let second = line.waits(2, person, false).await;
    let list =
        "2 notifications wait for you. Reply with a number.\n1. News: number 1\n2. News: number 2";
    line.says_and_hears("terms", list).await;
    // Any other text ends the list, and nothing was passed over.
    line.next_second().await;
    line.text(ANNA, "skip").await;
    until("the text to be heard", async || {
        let said = line.received_by(ANNA).await;
        said.last()
            .is_some_and(|it| it.starts_with("Sorry"))
            .then_some(())
    })
    .await;
    for run in [first, second] {
        line.only_recipient_becomes(run, |state| state == BUSY)
            .await;
    }
    line.says_and_hears("terms", list).await;
    line.clock.advance(8 * 3_600_000);
    for run in [first, second] {
        line.only_recipient_becomes(run, refused(RefusalReason::Dropped))
            .await;
    }
}

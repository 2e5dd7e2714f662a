//! What could go wrong with notifications on the running engine: ten thousand rows at once, a definition that goes
//! while many wait, people who leave, and words that are removed while they are still to be sent.

use std::time::{Duration, Instant};

use serde_json::json;
use tern_domain::notification::{RecipientState, RefusalReason, RunCause, RunState, WaitReason};
use tern_domain::topic::Row;
use tern_domain::{Effect, Millis, NotificationRunId, PersonId, Plan};
use tern_store::{NewRecipient, RecipientCounts};
use uuid::Uuid;

use crate::line::{ANNA, BEN, Line, until};
use crate::notifications::{ID, definition, refused, table};

/// Rows that one edit of a table, or one import, writes.
const STORM: u32 = 10_000;

impl Line {
    async fn recipient_counts(&self, run: NotificationRunId) -> RecipientCounts {
        let counted = self.store.read(move |conn| conn.count_run_recipients(run));
        counted.await.unwrap()
    }

    async fn is_done(&self, run: NotificationRunId) {
        until("the run to be done", async || {
            let found = self.store.read(move |conn| conn.find_notification_run(run));
            (found.await.unwrap()?.state == RunState::Done).then_some(())
        })
        .await;
    }

    /// What a run keeps of its row.
    async fn row_of(&self, run: NotificationRunId) -> Row {
        let found = self.store.read(move |conn| conn.find_notification_run(run));
        match found.await.unwrap().unwrap().cause {
            RunCause::Record { values, .. } => values,
            RunCause::Event { .. } => panic!("a row began it"),
        }
    }
}

fn row(number: u32, status: &str) -> Row {
    let number = format!("C-{number}");
    serde_json::from_value(json!({ "number": number, "status": status, "phone": ANNA })).unwrap()
}

#[tokio::test]
async fn s_14_a_storm_of_ten_thousand_rows_is_held_by_the_limit_and_the_desk_goes_on() {
    let line = Line::start().await;
    line.is_online().await;
    line.subscribed().await;
    line.keep(definition(json!({
        "trigger": { "type": "record", "table": "cases", "on_insert": true, "on_update": true, "condition": "" },
        "recipients": { "fields": ["phone"] },
        "content": { "heading": "", "body": { "type": "simple", "text": "Case ${number}" } },
    })))
    .await;
    let now = line.now();
    let written = line.store.write(move |tx| {
        for number in 0..STORM {
            tx.write_row_by_hand(&table(), None, &row(number, "open"), now)?
                .unwrap();
        }
        Ok(())
    });
    written.await.unwrap();
    line.engine().effects_committed();
    // Whoever writes to somebody else meanwhile does not notice.
    for number in 0..5 {
        line.send(BEN, &format!("Agent {number}")).await;
    }
    until("the agent's texts", async || {
        let shown = line.received_by(BEN).await;
        shown.iter().any(|it| it == "Agent 4").then_some(())
    })
    .await;
    let deadline = Instant::now() + Duration::from_secs(120);
    let left = async || {
        let due = line.store.read(|conn| conn.next_notification_at());
        due.await.unwrap()
    };
    assert!(left().await.is_some(), "they came in the midst of it");
    while left().await.is_some() {
        assert!(Instant::now() < deadline, "ten thousand runs are not done");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    let told = line
        .store
        .read(|conn| {
            let runs = conn.list_notification_runs(ID, None, 500)?;
            let states = runs
                .iter()
                .map(|run| Ok(conn.list_run_recipients(run.id, None, None, 2)?.0));
            states.collect::<Result<Vec<_>, tern_store::StoreError>>()
        })
        .await
        .unwrap();
    let storm = RecipientState::Refused {
        why: RefusalReason::Storm,
    };
    assert!(
        told.iter()
            .all(|it| matches!(it.as_slice(), [one] if one.state == storm)),
        "the newest are held, each with its reason"
    );
    let shown = line.received_by(ANNA).await;
    let shown = shown.iter().filter(|it| it.starts_with("Case ")).count();
    assert!((1..=10).contains(&shown), "she got {shown} within the hour");
}

#[tokio::test]
async fn s_14_a_deleted_definition_is_withdrawn_from_everybody_who_waits_and_keeps_no_row() {
    let line = Line::start().await;
    line.is_online().await;
    line.keep(definition(json!({ "recipients": { "roles": ["nobody"] } })))
        .await;
    let now = line.now();
    let paused = line.store.write(move |tx| {
        let cause = RunCause::Record {
            row: "7".to_owned(),
            values: row(7, "my secret"),
            originator: None,
        };
        let run = tx.start_notification_run(ID, &cause, now)?;
        let people = (0..1_200_u128).map(|it| NewRecipient {
            person: Some(PersonId::new(Uuid::from_u128(0xf000 + it))),
            number: None,
            is_chosen: true,
        });
        tx.add_recipients(run, &people.collect::<Vec<_>>(), None, now)?;
        loop {
            let due = tx.list_due_recipients(run, now, 500)?;
            if due.is_empty() {
                break;
            }
            for mut recipient in due {
                recipient.state = RecipientState::Waiting {
                    why: WaitReason::Quiet,
                };
                recipient.at = Some(now + Millis::hours(9));
                tx.put_recipient(&recipient)?;
            }
        }
        tx.settle_notification_run(run)?;
        tx.set_run_state(run, RunState::Paused)?;
        Ok(run)
    });
    let run = paused.await.unwrap();
    assert!(line.recipient_counts(run).await.waiting > 500);
    line.store
        .write(|tx| tx.delete_notification(ID))
        .await
        .unwrap();
    line.engine().effects_committed();
    line.is_done(run).await;
    let counts = line.recipient_counts(run).await;
    assert_eq!((counts.refused, counts.waiting), (1_200, 0));
    assert!(line.row_of(run).await.is_empty());
}

#[tokio::test]
async fn s_14_a_user_who_leaves_while_they_wait_gets_nothing_and_the_run_ends() {
    let line = Line::with_bot().await;
    let person = line.subscribed().await;
    line.keep(definition(json!({
        "recipients": { "people": [person] },
        "actions": [{ "label": "Order pizza", "topic": "pizza" }],
    })))
    .await;
    // A person has the conversation, so that it lasts.
    line.send(ANNA, "I am on it").await;
    let run = line.happens("hungry?").await;
    line.only_recipient_becomes(run, |state| matches!(state, RecipientState::Waiting { .. }))
        .await;
    let removed = Plan {
        events: Vec::new(),
        effects: vec![Effect::RemovePerson(person)],
    };
    let _applied = line
        .store
        .write(move |tx| tx.apply(&removed))
        .await
        .unwrap();
    line.clock.advance(21_000);
    line.only_recipient_becomes(run, refused(RefusalReason::Gone))
        .await;
    line.is_done(run).await;
}

#[tokio::test]
async fn s_14_a_removed_text_is_taken_out_of_what_is_still_to_be_sent() {
    const WORDS: &str = "My door code is 4711";
    let line = Line::start().await;
    line.is_online().await;
    line.keep(definition(json!({ "recipients": { "roles": ["nobody"] } })))
        .await;
    let sent = line.send(ANNA, WORDS).await;
    let now = line.now();
    let begun = line.store.write(move |tx| {
        let cause = RunCause::Record {
            row: "7".to_owned(),
            values: row(7, WORDS),
            originator: None,
        };
        let run = tx.start_notification_run(ID, &cause, now)?;
        tx.set_run_state(run, RunState::Paused)?;
        Ok(run)
    });
    let run = begun.await.unwrap();
    assert_eq!(line.row_of(run).await["status"].to_text(), WORDS);
    line.store
        .write(move |tx| tx.redact_message(sent))
        .await
        .unwrap();
    let kept = line.row_of(run).await;
    assert_eq!(kept["status"].to_text(), "(removed)");
    assert_eq!(kept["number"].to_text(), "C-7", "and nothing else");
}

//! Notifications on the running engine: written rows become texts on a phone, once, and only where they are wanted.

use serde_json::{Value, json};
use tern_domain::notification::{
    Notification, RecipientState, RefusalReason, RunCause, RunRecipient, RunState, WaitReason,
};
use tern_domain::topic::{RecordTable, RecordWrite};
use tern_domain::{
    AgentId, Effect, Handler, NotificationId, NotificationRunId, OutboxState, PersonId, Plan,
};
use uuid::Uuid;

use crate::line::{ANNA, Line, until};

pub(crate) const ME: AgentId = AgentId::new(Uuid::from_u128(7));
pub(crate) const ID: NotificationId = NotificationId::new(Uuid::from_u128(0x0e));

pub(crate) fn table() -> RecordTable {
    serde_json::from_value(json!({
        "name": "cases", "displayName": "Cases", "key": "number",
        "columns": [
            { "name": "number", "label": "Case", "type": "text" },
            { "name": "status", "label": "Status", "type": "text" },
            { "name": "phone", "label": "Phone", "type": "phone" },
        ],
    }))
    .unwrap()
}

/// A definition with these parts replaced.
pub(crate) fn definition(parts: Value) -> Notification {
    let mut value = json!({
        "id": Uuid::from_u128(0x0e), "name": "A case", "is_active": true,
        "trigger": { "type": "event" },
        "recipients": { "people": [] },
        "content": { "heading": "", "body": { "type": "simple", "text": "News: ${event.parm1}" } },
    });
    for (name, part) in parts.as_object().unwrap() {
        value[name] = part.clone();
    }
    serde_json::from_value(value).unwrap()
}

impl Line {
    pub(crate) async fn keep(&self, notification: Notification) {
        let kept = self.store.write(move |tx| {
            tx.put_record_table(&table())?.unwrap();
            tx.put_notification(&notification)
        });
        kept.await.unwrap();
    }

    /// Somebody says that it happened.
    pub(crate) async fn happens(&self, words: &str) -> NotificationRunId {
        let cause = RunCause::Event {
            by: ME,
            parms: [words.to_owned(), String::new()],
        };
        let now = self.now();
        let begun = self
            .store
            .write(move |tx| tx.start_notification_run(ID, &cause, now));
        let run = begun.await.unwrap();
        self.engine().effects_committed();
        run
    }

    async fn write_case(&self, status: &str) {
        let write = RecordWrite {
            table: "cases".to_owned(),
            row: None,
            values: serde_json::from_value(
                json!({ "number": "C-7", "status": status, "phone": ANNA }),
            )
            .unwrap(),
            topic: String::new(),
        };
        let now = self.now();
        let written = self.store.write(move |tx| tx.write_row(&write, None, now));
        written.await.unwrap().unwrap();
        self.engine().effects_committed();
    }

    pub(crate) async fn recipients(&self, run: NotificationRunId) -> Vec<RunRecipient> {
        let listed = self
            .store
            .read(move |conn| conn.list_run_recipients(run, None, None, 100));
        listed.await.unwrap().0
    }

    pub(crate) async fn only_recipient_becomes(
        &self,
        run: NotificationRunId,
        is_it: impl Fn(RecipientState) -> bool,
    ) {
        until("what becomes of the recipient", async || {
            let listed = self.recipients(run).await;
            matches!(listed.as_slice(), [one] if is_it(one.state)).then_some(())
        })
        .await;
    }

    pub(crate) async fn shows(&self, text: &str) {
        until(text, async || {
            let shown = self.received_by(ANNA).await;
            shown.iter().any(|it| it == text).then_some(())
        })
        .await;
    }

    /// Anna, linked, who wants notifications.
    pub(crate) async fn subscribed(&self) -> PersonId {
        let (profile, person) = self.link(ANNA).await;
        self.text(ANNA, "START").await;
        until("notifications", async || {
            self.wants(profile).await.then_some(())
        })
        .await;
        self.next_second().await;
        person
    }
}

pub(crate) fn refused(why: RefusalReason) -> impl Fn(RecipientState) -> bool {
    move |state| state == RecipientState::Refused { why }
}

pub(crate) const fn sent(state: RecipientState) -> bool {
    matches!(state, RecipientState::Sent { .. })
}

#[tokio::test]
async fn s_9_s_12_a_changed_row_is_told_in_the_middle_of_a_conversation() {
    let line = Line::start().await;
    line.is_online().await;
    line.subscribed().await;
    line.keep(definition(json!({
        "trigger": { "type": "record", "table": "cases", "on_insert": false, "on_update": true,
                     "condition": "status == \"solved\"" },
        "recipients": { "fields": ["phone"] },
        "content": { "heading": "Good news.", "body": { "type": "record_card", "title": "Case ${number}",
                     "fields": ["status"], "link": "" } },
    })))
    .await;
    let before = line.latest_of(ANNA).await.unwrap();
    line.write_case("open").await;
    line.write_case("solved").await;
    line.shows("Good news.\nCase C-7\nStatus: solved").await;
    let after = line.latest_of(ANNA).await.unwrap();
    assert_eq!(
        (after.id, after.state, after.handler),
        (before.id, before.state, before.handler),
        "the conversation goes on"
    );
    let runs = until("the run to be done", async || {
        let runs = line
            .store
            .read(|conn| conn.list_notification_runs(ID, None, 10))
            .await
            .unwrap();
        (runs.first()?.state == RunState::Done).then_some(runs)
    })
    .await;
    assert_eq!(runs.len(), 1, "adding the row sent nothing");
    let RunCause::Record { values, .. } = &runs[0].cause else {
        panic!("a row began it");
    };
    assert!(
        values.is_empty(),
        "the row's copy goes when nobody needs it any more"
    );
}

#[tokio::test]
async fn s_10_s_11_an_actionable_one_waits_for_its_turn_and_its_actions_hold_for_one_text() {
    let line = Line::with_bot().await;
    let person = line.subscribed().await;
    line.keep(definition(json!({
        "recipients": { "people": [person] },
        "actions": [{ "label": "Order pizza", "topic": "pizza" }],
    })))
    .await;
    let run = line.happens("hungry?").await;
    let busy = RecipientState::Waiting {
        why: WaitReason::Busy,
    };
    line.only_recipient_becomes(run, |state| state == busy)
        .await;
    line.text(ANNA, "bye").await;
    until("the conversation to end", async || {
        let latest = line.latest_of(ANNA).await?;
        (!latest.is_active()).then_some(())
    })
    .await;
    line.clock.advance(21_000);
    line.shows("News: hungry?\n1. Order pizza\n2. Skip").await;
    line.only_recipient_becomes(run, sent).await;
    let offered = line.latest_of(ANNA).await.unwrap();
    assert_eq!(offered.handler, Handler::VirtualAgent);
    let said = line.received_by(ANNA).await.len();
    // S-11: linked is not proved.
    line.text(ANNA, "1").await;
    let words = until("an answer", async || {
        line.received_by(ANNA).await.get(said).cloned()
    })
    .await;
    assert!(words.contains("cannot be proved by text"), "{words}");
    line.text(ANNA, "1").await;
    let words = until("another answer", async || {
        line.received_by(ANNA).await.get(said + 1).cloned()
    })
    .await;
    assert!(
        !words.contains("proved"),
        "valid for the next text alone: {words}"
    );
}

#[tokio::test]
async fn s_10_what_waits_for_too_long_is_dropped() {
    let line = Line::with_bot().await;
    let person = line.subscribed().await;
    line.keep(definition(json!({
        "recipients": { "people": [person] },
        "actions": [{ "label": "Order pizza", "topic": "pizza" }],
        "keep_hours": 1,
    })))
    .await;
    // A person has the conversation, so that it lasts.
    line.send(ANNA, "I am on it").await;
    let run = line.happens("hungry?").await;
    line.only_recipient_becomes(run, |state| matches!(state, RecipientState::Waiting { .. }))
        .await;
    line.clock.advance(3_600_000);
    line.only_recipient_becomes(run, refused(RefusalReason::Dropped))
        .await;
}

#[tokio::test]
async fn s_1_s_7_who_did_not_ask_or_said_stop_gets_nothing_and_after_start_only_what_comes_then() {
    let line = Line::start().await;
    line.is_online().await;
    let (_, person) = line.link(ANNA).await;
    line.keep(definition(
        json!({ "recipients": { "people": [person], "subscribers": true } }),
    ))
    .await;
    let run = line.happens("off").await;
    line.only_recipient_becomes(run, refused(RefusalReason::Off))
        .await;
    line.text(ANNA, "STOP").await;
    until("a block", async || line.opted_out(ANNA).await.then_some(())).await;
    let run = line.happens("blocked").await;
    line.only_recipient_becomes(run, refused(RefusalReason::Blocked))
        .await;
    line.next_second().await;
    line.text(ANNA, "START").await;
    until("no block", async || {
        (!line.opted_out(ANNA).await).then_some(())
    })
    .await;
    line.happens("on").await;
    line.shows("News: on").await;
    assert_eq!(
        (
            line.created("News: off").await,
            line.created("News: blocked").await
        ),
        (0, 0)
    );
}

#[tokio::test]
async fn s_14_a_storm_reaches_nobody_more_often_than_they_may_be_texted() {
    let line = Line::start().await;
    line.is_online().await;
    let person = line.subscribed().await;
    line.keep(definition(json!({ "recipients": { "people": [person] } })))
        .await;
    let mut runs = Vec::new();
    for number in 0..12 {
        runs.push(line.happens(&format!("number {number}")).await);
    }
    let states = until("every run to be done", async || {
        let mut states = Vec::new();
        for run in &runs {
            states.extend(line.recipients(*run).await.into_iter().map(|it| it.state));
        }
        let open = |it: &RecipientState| {
            matches!(it, RecipientState::Planned | RecipientState::Waiting { .. })
        };
        (states.len() == 12 && !states.iter().any(open)).then_some(states)
    })
    .await;
    let storm = RecipientState::Refused {
        why: RefusalReason::Storm,
    };
    assert_eq!(states.iter().filter(|it| sent(**it)).count(), 10);
    assert_eq!(states.iter().filter(|it| **it == storm).count(), 2);
    line.clock.advance(3_601_000);
    line.happens("later").await;
    line.shows("News: later").await;
}

#[tokio::test]
async fn s_14_a_run_survives_the_process_and_nobody_gets_it_twice() {
    let mut line = Line::start().await;
    line.is_online().await;
    let person = line.subscribed().await;
    let gone = PersonId::new(Uuid::from_u128(0xdead));
    line.keep(definition(
        json!({ "recipients": { "people": [gone, person] } }),
    ))
    .await;
    // What is under way to the carrier when the process ends is asked about and never repeated (`uncertain`); without a
    // network that is seldom anything. Whatever else the run is at then is not waited for.
    line.arm(json!({ "kind": "network_off", "mode": "refuse" }))
        .await;
    line.is_offline().await;
    let run = line.happens("before the crash").await;
    line.crash().await;
    line.clear_faults().await;
    line.start_engine();
    let has_left = async || {
        line.received_by(ANNA)
            .await
            .contains(&"News: before the crash".to_owned())
    };
    until("the text, or that nobody can tell of it", async || {
        let open = line.store.read(|conn| conn.list_outbox_open());
        let open = open.await.unwrap();
        let is_asked = open
            .iter()
            .any(|entry| matches!(entry.state, OutboxState::Uncertain { .. }));
        (has_left().await || is_asked).then_some(())
    })
    .await;
    let states = until("both to be settled", async || {
        let listed = line.recipients(run).await;
        let states: Vec<_> = listed.iter().map(|it| it.state).collect();
        (states.len() == 2 && states[0] != RecipientState::Planned && sent(states[1]))
            .then_some(states)
    })
    .await;
    assert!(refused(RefusalReason::Gone)(states[0]), "{states:?}");
    let later = line.happens("after the crash").await;
    until("the later one", async || {
        (line.recipients(later).await.len() == 2).then_some(())
    })
    .await;
    let created = u64::from(has_left().await);
    assert_eq!(line.created("News: before the crash").await, created);
}

#[tokio::test]
async fn s_14_a_paused_run_sends_nothing_until_it_is_resumed_and_a_deleted_one_never_does() {
    let line = Line::start().await;
    line.is_online().await;
    let person = line.subscribed().await;
    line.keep(definition(json!({ "recipients": { "people": [person] } })))
        .await;
    let now = line.now();
    let paused = line
        .store
        .write(move |tx| {
            let cause = RunCause::Event {
                by: ME,
                parms: ["paused".to_owned(), String::new()],
            };
            let run = tx.start_notification_run(ID, &cause, now)?;
            tx.set_run_state(run, RunState::Paused)?;
            Ok(run)
        })
        .await
        .unwrap();
    line.happens("another").await;
    line.shows("News: another").await;
    assert!(
        line.recipients(paused).await.is_empty(),
        "it was not looked at"
    );
    let resume =
        move |tx: &mut tern_store::WriteTx<'_>| tx.set_run_state(paused, RunState::Running);
    line.store.write(resume).await.unwrap();
    line.engine().effects_committed();
    line.shows("News: paused").await;

    let deleted = line
        .store
        .write(move |tx| {
            let cause = RunCause::Event {
                by: ME,
                parms: ["deleted".to_owned(), String::new()],
            };
            tx.delete_notification(ID)?;
            tx.start_notification_run(ID, &cause, now)
        })
        .await
        .unwrap();
    line.engine().effects_committed();
    until("the run to be done", async || {
        let run = line
            .store
            .read(move |conn| conn.find_notification_run(deleted))
            .await
            .unwrap()?;
        (run.state == RunState::Done).then_some(())
    })
    .await;
    assert_eq!(line.created("News: deleted").await, 0);
}

#[tokio::test]
async fn s_14_a_person_who_is_deleted_gets_nothing() {
    let line = Line::start().await;
    line.is_online().await;
    let person = line.subscribed().await;
    line.keep(definition(json!({ "recipients": { "people": [person] } })))
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
    let run = line.happens("nobody").await;
    line.only_recipient_becomes(run, refused(RefusalReason::Gone))
        .await;
    assert_eq!(line.created("News: nobody").await, 0);
}

//! Notifications on a real file: a written row begins runs, a recipient is in a run once, and a file that is opened
//! again goes on where it was.
#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

mod support;

use serde_json::json;
use support::{config, open_store};
use tern_domain::notification::{
    Notification, RecipientState, RefusalReason, RunCause, RunState, WaitReason,
};
use tern_domain::topic::{RecordTable, RecordWrite, Row};
use tern_domain::{
    AgentId, MessageId, Millis, NotificationId, NotificationRunId, PersonId, PhoneNumber, UtcMillis,
};
use tern_store::{NewRecipient, Store};
use uuid::Uuid;

const NOW: UtcMillis = UtcMillis(1_790_000_000_000);

fn table() -> RecordTable {
    serde_json::from_value(json!({
        "name": "cases", "displayName": "Cases", "key": "number",
        "columns": [
            { "name": "number", "label": "Case", "type": "text" },
            { "name": "status", "label": "Status", "type": "text" },
        ],
    }))
    .unwrap()
}

fn definition(id: u128, condition: &str) -> Notification {
    serde_json::from_value(json!({
        "id": Uuid::from_u128(id), "name": "A case", "is_active": true,
        "trigger": { "type": "record", "table": "cases", "on_insert": true, "on_update": true, "condition": condition },
        "recipients": { "people": [Uuid::from_u128(7)] },
        "content": { "heading": "", "body": { "type": "simple", "text": "Case ${number}" } },
    }))
    .unwrap()
}

fn write(store: &Store, status: &str) {
    let values: Row = serde_json::from_value(json!({ "number": "C-1", "status": status })).unwrap();
    let write = RecordWrite {
        table: "cases".to_owned(),
        row: None,
        values,
        topic: "report".to_owned(),
    };
    let originator = Some(PersonId::new(Uuid::from_u128(9)));
    store
        .write_blocking(move |tx| tx.write_row(&write, originator, NOW))
        .unwrap()
        .unwrap();
}

fn runs(store: &Store, id: u128) -> Vec<tern_domain::notification::NotificationRun> {
    let id = NotificationId::new(Uuid::from_u128(id));
    store
        .read_blocking(move |conn| conn.list_notification_runs(id, None, 50))
        .unwrap()
}

fn person(number: u128) -> NewRecipient {
    NewRecipient {
        person: Some(PersonId::new(Uuid::from_u128(number))),
        number: None,
        is_chosen: true,
    }
}

fn event(store: &Store) -> NotificationRunId {
    let cause = RunCause::Event {
        by: AgentId::new(Uuid::from_u128(3)),
        parms: ["one".to_owned(), String::new()],
    };
    store
        .write_blocking(move |tx| {
            let id = NotificationId::new(Uuid::from_u128(1));
            tx.start_notification_run(id, &cause, NOW)
        })
        .unwrap()
}

#[test]
fn s_12_whoever_writes_a_row_begins_the_runs_of_what_watches_it() {
    let test = open_store();
    let store = &test.store;
    store
        .write_blocking(|tx| {
            tx.put_record_table(&table())?.unwrap();
            tx.put_notification(&definition(1, ""))?;
            tx.put_notification(&definition(2, "status == \"solved\""))?;
            let off = Notification {
                is_active: false,
                ..definition(3, "")
            };
            tx.put_notification(&off)
        })
        .unwrap();
    write(store, "open");
    write(store, "open");
    write(store, "solved");
    let began = [1, 2, 3].map(|id| runs(store, id).len());
    assert_eq!(began, [2, 1, 0], "a row that stays as it is sends nothing");
    let RunCause::Record {
        values, originator, ..
    } = runs(store, 2)[0].cause.clone()
    else {
        panic!("a row began it");
    };
    assert_eq!(values["status"].to_text(), "solved");
    assert_eq!(originator, Some(PersonId::new(Uuid::from_u128(9))));
    // A transaction that is given up leaves no run behind.
    let given_up: Result<(), _> = store.write_blocking(|tx| {
        let values: Row = serde_json::from_value(json!({ "number": "C-2" })).unwrap();
        tx.write_row_by_hand(&table(), None, &values, NOW)?.unwrap();
        Err(tern_store::StoreError::NotFound { what: "way" })
    });
    assert!(given_up.is_err());
    assert_eq!(runs(store, 1).len(), 2);
}

#[test]
fn s_14_a_recipient_is_in_a_run_once_and_its_result_survives_the_process() {
    let test = open_store();
    let run = event(&test.store);
    test.store
        .write_blocking(move |tx| {
            tx.add_recipients(run, &[person(1), person(2), person(1)], Some("people"), NOW)?;
            let nobody = NewRecipient {
                person: None,
                number: Some(PhoneNumber::parse("+12125550009").unwrap()),
                is_chosen: false,
            };
            tx.add_recipients(run, &[person(2), person(3), nobody], None, NOW)?;
            let mut due = tx.list_due_recipients(run, NOW, 10)?;
            assert_eq!(due.len(), 4);
            due[0].state = RecipientState::Sent {
                message: MessageId::new(Uuid::from_u128(5)),
            };
            due[0].at = Some(NOW);
            due[1].state = RecipientState::Waiting {
                why: WaitReason::Busy,
            };
            due[1].at = Some(NOW + Millis::hours(1));
            due[3].state = RecipientState::Refused {
                why: RefusalReason::Guest,
            };
            for recipient in &due {
                tx.put_recipient(recipient)?;
            }
            tx.settle_notification_run(run)
        })
        .unwrap();
    let folder = test.folder;
    drop(test.store);
    let store = Store::open(&config(folder.path())).unwrap();
    store
        .read_blocking(move |conn| {
            let counts = conn.count_run_recipients(run)?;
            assert_eq!(
                (counts.planned, counts.waiting, counts.sent, counts.refused),
                (1, 1, 1, 1)
            );
            let due = conn.list_due_recipients(run, NOW, 10)?;
            assert_eq!(due.iter().map(|it| it.place).collect::<Vec<_>>(), [2]);
            assert_eq!(conn.next_notification_at()?, Some(NOW));
            let first = PersonId::new(Uuid::from_u128(1));
            assert_eq!(conn.count_notified(first, NOW - Millis::hours(1))?, 1);
            assert_eq!(conn.count_notified(first, NOW)?, 0);
            assert_eq!(conn.count_notifications_since(NOW)?, 1);
            let (refused, more) = conn.list_run_recipients(run, Some("refused"), None, 10)?;
            assert_eq!((refused.len(), more), (1, false));
            assert_eq!(refused[0].number.as_ref().unwrap().as_str(), "+12125550009");
            let (first, more) = conn.list_run_recipients(run, None, None, 3)?;
            assert_eq!((first.len(), more), (3, true));
            let (rest, _) = conn.list_run_recipients(run, None, Some(first[2].place), 3)?;
            assert_eq!(rest.len(), 1);
            Ok(())
        })
        .unwrap();
}

#[test]
fn s_14_a_paused_run_is_not_due_and_a_finished_one_is_forgotten() {
    let test = open_store();
    let store = &test.store;
    let run = event(store);
    let due = |store: &Store| {
        let due = store.read_blocking(|conn| conn.list_due_notification_runs(NOW, 10));
        due.unwrap().len()
    };
    assert_eq!(due(store), 1);
    store
        .write_blocking(move |tx| tx.set_run_state(run, RunState::Paused))
        .unwrap();
    assert_eq!(due(store), 0);
    store
        .write_blocking(move |tx| {
            tx.set_run_state(run, RunState::Running)?;
            tx.settle_notification_run(run)
        })
        .unwrap();
    assert_eq!(due(store), 1, "its recipients are not listed yet");
    store
        .write_blocking(move |tx| {
            tx.add_recipients(run, &[], None, NOW)?;
            tx.settle_notification_run(run)
        })
        .unwrap();
    assert_eq!(due(store), 0);
    assert_eq!(runs(store, 1)[0].state, RunState::Done);
    store
        .write_blocking(|tx| tx.forget_notification_runs(NOW + Millis(1)))
        .unwrap();
    assert!(runs(store, 1).is_empty());
}

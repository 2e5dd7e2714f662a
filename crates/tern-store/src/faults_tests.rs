//! Faults that can only be made from inside: a full disk, and hands on the event log.

use tern_domain::{AccountSid, MessageText};
use tern_domain::{
    Actor, AggregateRef, EventBody, EventId, IdSource, NewEvent, PhoneNumber, Plan, UtcMillis,
};
use uuid::Uuid;

use crate::run::{catching, reply_pair};
use crate::{DatabaseKey, FileName, OpenConfig, SettingName, Store, StoreError};

fn config(folder: &std::path::Path) -> OpenConfig {
    OpenConfig::new(
        folder.to_owned(),
        FileName::new("account").unwrap(),
        DatabaseKey::from_bytes([1; 32]),
    )
}

/// Runs statements on the writer's own connection, outside of any transaction.
fn raw(store: &Store, statements: &'static str) {
    let (reply, answer) = reply_pair();
    store.run_raw(Box::new(move |connection| {
        reply.send(catching(|| {
            connection
                .execute_batch(statements)
                .map_err(|source| StoreError::from_sql("run", source))
        }));
    }));
    answer.wait().unwrap();
}

#[test]
fn a_full_disk_has_its_own_error_and_loses_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(&config(folder.path())).unwrap();
    let put = |length: usize| {
        store.write_blocking(move |tx| {
            tx.put_setting(SettingName("kept"), &length)?;
            tx.put_setting(SettingName("large"), &"x".repeat(length))
        })
    };
    put(10).unwrap();
    raw(&store, "PRAGMA max_page_count = 1");
    assert!(matches!(put(4_000_000), Err(StoreError::DiskFull { .. })));
    let kept = store
        .read_blocking(|conn| conn.find_setting::<usize>(SettingName("kept")))
        .unwrap();
    assert_eq!(kept, Some(10));
    raw(&store, "PRAGMA max_page_count = 100000");
    put(4_000_000).unwrap();
    store.read_blocking(|conn| conn.check_integrity()).unwrap();
}

struct Counter(u128);

impl IdSource for Counter {
    fn uuid(&mut self) -> Uuid {
        self.0 += 1;
        Uuid::from_u128(self.0)
    }
}

fn with_three_events(folder: &std::path::Path) -> Store {
    let store = Store::open(&config(folder)).unwrap();
    let mut ids = Counter(0);
    let account = AccountSid::parse(format!("AC{:032x}", 1)).unwrap();
    let events = (0..3)
        .map(|version| NewEvent {
            id: EventId::next(&mut ids),
            aggregate: AggregateRef::Account(account.clone()),
            expected_version: version,
            actor: Actor::System,
            at: UtcMillis(i64::from(version)),
            body: EventBody::AccountConnected {
                numbers: vec![PhoneNumber::parse("+15005550006").unwrap()],
            },
        })
        .collect();
    let plan = Plan {
        events,
        effects: Vec::new(),
    };
    let _applied = store.write_blocking(move |tx| tx.apply(&plan)).unwrap();
    store
}

fn verify(store: &Store) -> Result<u64, StoreError> {
    store.read_blocking(|conn| conn.verify_event_chain())
}

#[test]
fn a_changed_a_removed_and_a_reordered_event_break_the_chain() {
    let tampering = [
        ("UPDATE events SET at = 9 WHERE sequence = 2", 2),
        (
            "UPDATE events SET body = '{\"type\":\"CarrierOptedIn\"}' WHERE sequence = 3",
            3,
        ),
        ("DELETE FROM events WHERE sequence = 2", 3),
        ("DELETE FROM events WHERE sequence = 1", 2),
    ];
    for (statement, at) in tampering {
        let folder = tempfile::tempdir().unwrap();
        let store = with_three_events(folder.path());
        assert_eq!(verify(&store).unwrap(), 3);
        raw(
            &store,
            "DROP TRIGGER events_no_update; DROP TRIGGER events_no_delete",
        );
        raw(&store, statement);
        assert!(
            matches!(verify(&store), Err(StoreError::EventChainBroken { sequence }) if sequence == at),
            "{statement}"
        );
    }
}

#[test]
fn the_file_itself_refuses_to_change_an_event() {
    let folder = tempfile::tempdir().unwrap();
    let store = with_three_events(folder.path());
    for statement in ["UPDATE events SET at = 9", "DELETE FROM events"] {
        let (reply, answer) = reply_pair();
        store.run_raw(Box::new(move |connection| {
            reply.send(catching(|| Ok(connection.execute(statement, ()).is_err())));
        }));
        assert!(answer.wait().unwrap(), "{statement}");
    }
    assert_eq!(verify(&store).unwrap(), 3);
}

#[test]
fn a_redacted_text_is_nowhere_in_the_decrypted_file() {
    let folder = tempfile::tempdir().unwrap();
    let store = with_three_events(folder.path());
    let key = tern_domain::ConversationKey::sms(
        "+12125550001".into(),
        PhoneNumber::parse("+15005550006").unwrap(),
    );
    let id = tern_domain::MessageId::new(Uuid::from_u128(4));
    let message = tern_domain::NewMessage {
        message_id: id,
        key,
        sid: None,
        direction: tern_domain::Direction::Inbound,
        body: MessageText::new("xyzzyquux 東京都"),
        status: tern_domain::DeliveryStatus::Received,
        error_code: None,
        segments: 1,
        media_count: 0,
        media: Vec::new(),
        at: UtcMillis(5),
        author: None,
        placement: tern_domain::Placement::Live,
        unread: true,
    };
    let plan = Plan {
        events: Vec::new(),
        effects: vec![tern_domain::Effect::StoreMessage(message)],
    };
    store
        .write_blocking(move |tx| {
            let _applied = tx.apply(&plan)?;
            Ok(())
        })
        .unwrap();
    let traces = || {
        traces(
            &store,
            &[
                "messages",
                "conversations",
                "messages_fts_data",
                "messages_fts_idx",
            ],
        )
    };
    assert!(
        traces() >= 6,
        "row, preview and index, of words and of letters"
    );
    store
        .write_blocking(move |tx| tx.redact_message(id))
        .unwrap();
    assert_eq!(traces(), 0);
}

/// How often words and letters stand in tables, the index's own included, as SQLite sees them after decryption.
fn traces(store: &Store, tables: &'static [&'static str]) -> usize {
    let wanted = ["zyqu", "京都"];
    store
        .read_blocking(move |conn| {
            let mut found = 0;
            for table in tables {
                let mut statement = conn
                    .connection()
                    .prepare(&format!("SELECT * FROM {table}"))
                    .unwrap();
                let columns = statement.column_count();
                let mut rows = statement.query(()).unwrap();
                while let Some(row) = rows.next().unwrap() {
                    for column in 0..columns {
                        let value = row.get_ref(column).unwrap();
                        let bytes = value.as_bytes_or_null().ok().flatten().unwrap_or_default();
                        for wanted in wanted.map(str::as_bytes) {
                            found +=
                                usize::from(bytes.windows(wanted.len()).any(|it| it == wanted));
                        }
                    }
                }
            }
            Ok(found)
        })
        .unwrap()
}

#[test]
fn a_deleted_note_is_nowhere_in_the_decrypted_file() {
    const TABLES: &[&str] = &["notes", "notes_fts_data", "notes_fts_idx"];
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(&config(folder.path())).unwrap();
    let key = tern_domain::ConversationKey::sms(
        "+12125550001".into(),
        PhoneNumber::parse("+15005550006").unwrap(),
    );
    let note_id = tern_domain::NoteId::new(Uuid::from_u128(4));
    let note = tern_domain::desk::Note {
        id: note_id,
        key: key.clone(),
        author: tern_domain::AgentId::new(Uuid::from_u128(5)),
        at: UtcMillis(5),
        edited_at: None,
        body: MessageText::new("xyzzyquux 東京都"),
        whispered_to: std::collections::BTreeSet::new(),
    };
    let apply = |effect| {
        let plan = Plan {
            events: Vec::new(),
            effects: vec![effect],
        };
        store
            .write_blocking(move |tx| tx.apply(&plan).map(drop))
            .unwrap();
    };
    apply(tern_domain::Effect::PutNote(note));
    assert!(traces(&store, TABLES) >= 4, "row and index");
    apply(tern_domain::Effect::DeleteNote { note_id, key });
    assert_eq!(traces(&store, TABLES), 0);
}

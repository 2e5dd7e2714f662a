//! What tests of retention share: a day, a cut, and what is to be seen of old texts.

use tern_domain::retention::{HoldSubject, LegalHold, RunCounts};
use tern_domain::{AgentId, EventId, MediaId, UtcMillis};
use tern_store::{MediaOwner, MediaRow, MediaState, OldSpan, RetentionLook, SearchQuery, Store};
use uuid::Uuid;

use super::{TestStore, key, sid};

pub const DAY: i64 = 86_400_000;
/// Noon of some day.
pub const NOW: UtcMillis = UtcMillis(1_700_006_400_000);
pub const CUT: UtcMillis = UtcMillis(NOW.0 - 90 * DAY);

pub const fn days_ago(days: i64) -> UtcMillis {
    UtcMillis(NOW.0 - days * DAY)
}

pub fn import(store: &Store, rows: Vec<tern_domain::CarrierMessage>) -> usize {
    store
        .write_blocking(move |tx| tx.import_history(&rows))
        .unwrap()
}

pub fn span(store: &Store) -> Option<OldSpan> {
    store.read_blocking(|conn| conn.find_old_span(CUT)).unwrap()
}

/// Everything that goes, in one batch.
pub fn delete_all(store: &Store) -> RunCounts {
    let Some(span) = span(store) else {
        return RunCounts::default();
    };
    store
        .write_blocking(move |tx| {
            let going = tx.list_old_texts(&span, None, false, 10_000, 10_000)?.going;
            let (counts, _) = tx.delete_old_texts(&going, &span.cut)?;
            tx.finish_old_texts(CUT)?;
            Ok(counts)
        })
        .unwrap()
}

pub fn look(store: &Store) -> RetentionLook {
    let Some(span) = span(store) else {
        return RetentionLook::default();
    };
    store
        .read_blocking(move |conn| {
            let mut look = RetentionLook::default();
            let mut after = None;
            // Small parts, so that going on is proved too.
            while let Some(next) = conn.look_at_old_texts(&mut look, &span, None, after, 3)? {
                after = Some(next);
            }
            Ok(look)
        })
        .unwrap()
}

pub fn count(test: &TestStore, requester: u32) -> (u64, String, Option<UtcMillis>) {
    let key = key(requester);
    test.store
        .read_blocking(move |conn| {
            let id = conn.find_conversation(&key)?.unwrap();
            let row = conn.load_conversation(id)?;
            Ok((
                row.message_count,
                row.preview.text.as_str().to_owned(),
                row.first_at,
            ))
        })
        .unwrap()
}

pub fn finds(test: &TestStore, words: &str) -> usize {
    let query = SearchQuery {
        terms: tern_domain::search::plain_terms(words),
        limit: 50,
        ..SearchQuery::default()
    };
    test.store
        .read_blocking(move |conn| conn.search(&query))
        .unwrap()
        .hits
        .len()
}

pub fn hold(requester: u32) -> LegalHold {
    LegalHold {
        id: EventId::new(Uuid::from_u128(1)),
        subject: HoldSubject::Conversation {
            key: key(requester),
        },
        conversations: Vec::new(),
        reason: "case 12".to_owned(),
        by: AgentId::new(Uuid::from_u128(7)),
        at: NOW,
    }
}

pub fn place(test: &TestStore, holds: Vec<LegalHold>) {
    test.store
        .write_blocking(move |tx| tx.put_legal_holds(&holds))
        .unwrap();
}

pub fn with_picture(test: &TestStore, number: u64) -> MediaId {
    let id = MediaId::new(Uuid::from_u128(u128::from(number) + 1_000_000));
    test.store
        .write_blocking(move |tx| {
            let message = tx.find_message_by_sid(&sid(number))?.unwrap().message_id;
            tx.put_media(&MediaRow {
                id,
                owner: MediaOwner::Message(message),
                ordinal: 0,
                sid: None,
                state: MediaState::Image,
                content_type: Some("image/png".to_owned()),
                size: Some(7),
                width: Some(1),
                height: Some(1),
                file_name: Some("secret.png".to_owned()),
                note: None,
            })
        })
        .unwrap();
    test.store
        .media(move |files| files.write(id, b"picture"))
        .wait()
        .unwrap();
    id
}

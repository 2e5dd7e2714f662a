//! Rebuilding from a file that is damaged: what can be read is carried over, the rest is reported.
#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

mod support;

use std::fs;

use support::{TestStore, arrival, config, key, open_store};
use tern_domain::desk::Note;
use tern_domain::search::plain_terms;
use tern_domain::{AgentId, Effect, MessageText, NoteId, Plan, UtcMillis};
use tern_store::{
    DatabaseKey, FileName, OpenStoreError, SearchQuery, SetAside, Store, StoreError, set_aside,
};
use uuid::Uuid;

const NOW: UtcMillis = UtcMillis(1_700_000_000_000);
const TEXTS: u64 = 1_200;

fn filled() -> TestStore {
    let test = open_store();
    test.store_all((1..=TEXTS).map(|number| {
        arrival(
            number,
            u32::try_from(number % 7).unwrap(),
            &format!("text {number} {}", "x ".repeat(200)),
        )
    }));
    test.store
        .write_blocking(|tx| {
            let id = tx.ensure_conversation(&key(1))?;
            tx.save_draft(id, &MessageText::new("half an answer"), NOW)?;
            tx.apply(&Plan {
                events: Vec::new(),
                effects: vec![Effect::PutNote(note())],
            })
            .map(drop)
        })
        .unwrap();
    test.store.close();
    test
}

fn note() -> Note {
    Note {
        id: NoteId::new(Uuid::from_u128(1)),
        key: key(1),
        author: AgentId::new(Uuid::from_u128(2)),
        at: NOW,
        edited_at: None,
        body: MessageText::new("remember 東京都"),
        whispered_to: std::collections::BTreeSet::new(),
    }
}

fn put_aside(test: &TestStore) -> SetAside {
    set_aside(test.folder.path(), &FileName::new("account").unwrap(), NOW).unwrap()
}

fn found(store: &Store, text: &str) -> usize {
    let query = SearchQuery {
        terms: plain_terms(text),
        limit: 500,
        ..SearchQuery::default()
    };
    store
        .read_blocking(move |conn| conn.search(&query))
        .unwrap()
        .hits
        .len()
}

fn the_key() -> DatabaseKey {
    DatabaseKey::from_bytes(support::KEY)
}

#[test]
fn a_healthy_file_is_carried_over_whole() {
    let test = filled();
    let aside = put_aside(&test);
    let fresh = Store::open(&config(test.folder.path())).unwrap();
    let salvage = fresh
        .salvage((&aside.folder, &aside.name), &the_key(), None)
        .unwrap();
    assert!(salvage.partial.is_empty(), "{salvage:?}");
    assert!(salvage.whole.contains(&("messages", TEXTS)));
    assert_eq!(found(&fresh, "599 "), 1);
    let (row, draft) = fresh
        .read_blocking(|conn| {
            let id = conn.find_conversation(&key(1))?.unwrap();
            Ok((conn.load_conversation(id)?, conn.find_draft(id)?))
        })
        .unwrap();
    assert_eq!(draft.unwrap().body.as_str(), "half an answer");
    let query = SearchQuery {
        terms: plain_terms("京都"),
        limit: 10,
        ..SearchQuery::default()
    };
    let notes = fresh.read_blocking(move |conn| conn.search_notes(&query));
    assert_eq!(notes.unwrap().hits.len(), 1, "the index is made anew");
    assert_eq!(row.message_count, 172);
    assert!(matches!(
        fresh.salvage((&aside.folder, &aside.name), &the_key(), None),
        Err(OpenStoreError::Store(StoreError::NotNew))
    ));
    let plan = support::storing([arrival(TEXTS + 1, 1, "a new one")]);
    let _applied = fresh.write_blocking(move |tx| tx.apply(&plan)).unwrap();
}

#[test]
fn from_a_damaged_file_everything_but_the_damage_is_carried_over() {
    let test = filled();
    let path = test.database();
    let mut bytes = fs::read(&path).unwrap();
    let pages = bytes.len() / 4096;
    for page in [pages / 2, pages / 2 + 1] {
        bytes[page * 4096 + 1000] ^= 0xFF;
    }
    fs::write(&path, &bytes).unwrap();
    let aside = put_aside(&test);
    let fresh = Store::open(&config(test.folder.path())).unwrap();
    let salvage = fresh
        .salvage((&aside.folder, &aside.name), &the_key(), None)
        .unwrap();
    let kept = |name: &str| {
        let all = salvage.whole.iter().chain(&salvage.partial);
        all.clone().find(|(table, _)| *table == name).unwrap().1
    };
    assert!(kept("messages") > TEXTS / 2, "{salvage:?}");
    assert_eq!(kept("conversations"), 7);
    assert_eq!(kept("drafts"), 1);
    fresh.read_blocking(|conn| conn.check_integrity()).unwrap();
    let after = fs::read(aside.files.first().unwrap()).unwrap();
    assert!(after == bytes, "the old file is not touched");
}

#[test]
fn of_a_file_that_was_cut_short_what_is_left_is_carried_over() {
    let test = filled();
    let path = test.database();
    let mut bytes = fs::read(&path).unwrap();
    bytes.truncate(bytes.len() / 4096 / 2 * 4096);
    fs::write(&path, &bytes).unwrap();
    assert!(matches!(
        Store::open(&config(test.folder.path())),
        Err(OpenStoreError::Damaged { .. })
    ));
    let aside = put_aside(&test);
    let fresh = Store::open(&config(test.folder.path())).unwrap();
    let salvage = fresh
        .salvage((&aside.folder, &aside.name), &the_key(), None)
        .unwrap();
    assert!(found(&fresh, "text 1 ") == 1, "{salvage:?}");
    assert!(!salvage.partial.is_empty(), "{salvage:?}");
    fresh.read_blocking(|conn| conn.check_integrity()).unwrap();
    let after = fs::read(aside.files.first().unwrap()).unwrap();
    assert!(after == bytes, "the old file is not touched");
}

#[test]
fn under_a_wrong_key_nothing_is_carried_over() {
    let test = filled();
    let aside = put_aside(&test);
    let fresh = Store::open(&config(test.folder.path())).unwrap();
    let wrong = DatabaseKey::from_bytes([9; 32]);
    assert!(
        fresh
            .salvage((&aside.folder, &aside.name), &wrong, None)
            .is_err()
    );
}

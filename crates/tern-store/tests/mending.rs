//! Mending a damaged file with a backup: what is in either of the two is there once, what was deleted since stays away,
//! and nothing of another desk is mixed in.
#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

mod support;

use std::fs;
use std::path::Path;

use support::backups::*;
use tern_domain::desk::Note;
use tern_domain::{
    Actor, AgentId, AggregateRef, Effect, EventBody, EventId, MessageId, NewEvent, NoteId, Plan,
    UtcMillis,
};
use tern_store::{
    BackupName, BackupVault, DatabaseKey, Going, Salvage, Store, Unpacked, set_aside,
};
use uuid::Uuid;

fn key() -> DatabaseKey {
    DatabaseKey::from_bytes(KEY)
}

/// Makes every page in a stretch of the file unreadable.
fn damage(folder: &Path, from: f64, to: f64) {
    let path = folder.join("account.tern");
    let mut bytes = fs::read(&path).unwrap();
    let pages = bytes.len() / 4096;
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        clippy::cast_precision_loss,
        reason = "shares of a few hundred pages"
    )]
    let at = |share: f64| (pages as f64 * share) as usize;
    for page in at(from)..at(to) {
        bytes[page * 4096 + 1000] ^= 0xFF;
    }
    fs::write(&path, &bytes).unwrap();
}

fn unpacked(vault: &BackupVault, backup: BackupName, folder: &Path) -> Unpacked {
    vault
        .unpack_beside(backup, (folder, &name()), &mut |_| Going::On)
        .unwrap()
}

fn mend(folder: &Path, backup: Option<&Unpacked>) -> (Store, Salvage) {
    let aside = set_aside(folder, &name(), UtcMillis(7)).unwrap();
    let fresh = Store::open(&config(folder, KEY)).unwrap();
    let salvage = fresh
        .salvage((&aside.folder, &aside.name), &key(), backup)
        .unwrap();
    (fresh, salvage)
}

/// Every text, by its position.
fn texts(store: &Store) -> Vec<(i64, String)> {
    store
        .read_blocking(|conn| {
            let mut found = Vec::new();
            for number in 0..7 {
                let Some(id) = conn.find_conversation(&support::key(number))? else {
                    continue;
                };
                let page = conn.list_messages(id, tern_store::ThreadAnchor::Latest, 1_000)?;
                found.extend(
                    page.messages
                        .iter()
                        .map(|text| (text.position.0, text.body.as_str().to_owned())),
                );
            }
            found.sort();
            Ok(found)
        })
        .unwrap()
}

#[test]
fn what_is_in_the_damaged_file_or_in_an_older_backup_is_there_once() {
    for (from, to) in [(0.3, 0.4), (0.5, 0.75), (0.8, 1.0), (0.0, 0.2)] {
        let [here, backups] = [(); 2].map(|()| tempfile::tempdir().unwrap());
        let store = make_desk(here.path());
        let vault = create(backups.path());
        let made = back_up(&store, &vault, 5);
        add_texts(&store, 401..=450);
        let before = texts(&store);
        assert_eq!(before.len(), 450);
        store.close();
        damage(here.path(), from, to);
        let backup = unpacked(&vault, made.name, here.path());
        let (mended, salvage) = mend(here.path(), Some(&backup));
        let after = texts(&mended);
        let had: Vec<_> = before.iter().filter(|it| after.contains(it)).collect();
        assert_eq!(
            had.len(),
            after.len(),
            "nothing twice, nothing strange: {salvage:?}"
        );
        assert!(
            after.len() >= 400,
            "all of the backup at the least: {from} {salvage:?}"
        );
        let told = salvage.texts() + salvage.filled_texts();
        assert_eq!(told, u64::try_from(after.len()).unwrap());
        if let Some(expected) = salvage.expected_texts {
            assert_eq!(expected, 450);
        }
        assert!(!salvage.is_other_desk);
        mended.read_blocking(|conn| conn.check_integrity()).unwrap();
        for number in 0..7 {
            let row = mended
                .read_blocking(move |conn| {
                    let id = conn.find_conversation(&support::key(number))?.unwrap();
                    conn.load_conversation(id)
                })
                .unwrap();
            let newest = after
                .iter()
                .rev()
                .find(|(at, _)| row.last_position.is_some_and(|position| position.0 == *at));
            assert_eq!(
                newest.unwrap().1,
                row.preview.text.as_str(),
                "the list shows the newest"
            );
        }
        drop(backup);
        let left = everything_below(here.path());
        assert!(
            !left
                .iter()
                .any(|path| path.to_str().unwrap().contains("restoring")),
            "{left:?}"
        );
    }
}

fn event(number: u128, aggregate: AggregateRef, version: u32, body: EventBody) -> NewEvent {
    NewEvent {
        id: EventId::new(Uuid::from_u128(number)),
        aggregate,
        expected_version: version,
        actor: Actor::Agent(AgentId::new(Uuid::from_u128(8_000))),
        at: UtcMillis(9),
        body,
    }
}

#[test]
fn what_was_deleted_after_the_backup_does_not_come_back_with_it() {
    let [here, backups] = [(); 2].map(|()| tempfile::tempdir().unwrap());
    let store = make_desk(here.path());
    let note = NoteId::new(Uuid::from_u128(77));
    let writes = Plan {
        events: Vec::new(),
        effects: vec![Effect::PutNote(Note {
            id: note,
            key: support::key(1),
            author: AgentId::new(Uuid::from_u128(8_000)),
            at: UtcMillis(8),
            edited_at: None,
            body: "Prefers mornings".into(),
            whispered_to: Default::default(),
        })],
    };
    let _applied = store.write_blocking(move |tx| tx.apply(&writes)).unwrap();
    let vault = create(backups.path());
    let made = back_up(&store, &vault, 5);
    let removed: MessageId = store
        .read_blocking(|conn| {
            let id = conn.find_conversation(&support::key(1))?.unwrap();
            let page = conn.list_messages(id, tern_store::ThreadAnchor::Latest, 1)?;
            Ok(page.messages[0].message_id)
        })
        .unwrap();
    let conversation = AggregateRef::Conversation(support::key(1));
    let deletes = Plan {
        events: vec![
            event(
                1_001,
                conversation.clone(),
                0,
                EventBody::TextRemoved {
                    message_id: removed,
                },
            ),
            event(
                1_002,
                conversation,
                1,
                EventBody::NoteDeleted { note_id: note },
            ),
        ],
        effects: vec![
            Effect::RedactMessage(removed),
            Effect::DeleteNote {
                note_id: note,
                key: support::key(1),
            },
        ],
    };
    let _applied = store.write_blocking(move |tx| tx.apply(&deletes)).unwrap();
    store.close();
    // So little of it that the events can be read, towards the end, where texts are: those are filled in.
    let mut came_back = 0;
    for start in 0..8 {
        let copy = tempfile::tempdir().unwrap();
        for path in everything_below(here.path()) {
            let to = copy.path().join(path.strip_prefix(here.path()).unwrap());
            fs::create_dir_all(to.parent().unwrap()).unwrap();
            fs::copy(path, to).unwrap();
        }
        let from = 0.6 + f64::from(start) * 0.05;
        damage(copy.path(), from, from + 0.05);
        let backup = unpacked(&vault, made.name, copy.path());
        let (mended, salvage) = mend(copy.path(), Some(&backup));
        let knows = mended
            .read_blocking(|conn| {
                conn.list_events_of(&AggregateRef::Conversation(support::key(1)), 10)
            })
            .unwrap();
        if knows.len() < 2 {
            continue;
        }
        came_back += u32::from(salvage.is_filled());
        let (text, note) = mended
            .read_blocking(move |conn| Ok((conn.find_message(removed)?, conn.find_note(note)?)))
            .unwrap();
        assert_eq!(text.unwrap().body.as_str(), "", "{salvage:?}");
        assert_eq!(note, None, "{salvage:?}");
    }
    assert!(came_back > 0, "at least once the backup had to fill in");
}

#[test]
fn nothing_of_a_desk_with_another_history_is_mixed_in() {
    let [here, there, backups] = [(); 3].map(|()| tempfile::tempdir().unwrap());
    let other = Store::open(&config(there.path(), KEY)).unwrap();
    let texts_of_others = support::storing((1..=50).map(|number| {
        support::arrival(
            number,
            90 + u32::try_from(number % 5).unwrap(),
            "somebody else's",
        )
    }));
    let _applied = other
        .write_blocking(move |tx| tx.apply(&texts_of_others))
        .unwrap();
    let vault = create(backups.path());
    let made = back_up(&other, &vault, 5);
    other.close();
    make_desk(here.path()).close();
    damage(here.path(), 0.85, 1.0);
    let backup = unpacked(&vault, made.name, here.path());
    let (mended, salvage) = mend(here.path(), Some(&backup));
    assert!(salvage.is_other_desk);
    assert_eq!(salvage.filled_texts(), 0);
    assert!(
        texts(&mended)
            .iter()
            .all(|(_, body)| body.contains("heron"))
    );
}

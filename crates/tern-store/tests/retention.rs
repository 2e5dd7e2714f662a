//! Deleting for age on a real file: what goes, what hangs on it, and what is spared.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic)]

mod support;

use support::old_texts::{
    CUT, NOW, count, days_ago, delete_all, finds, hold, import, look, place, span, with_picture,
};
use support::{arrival, history, key, open_store};
use tern_domain::desk::Note;
use tern_domain::retention::{
    RetentionPolicy, RetentionSettings, RunCounts, RunLog, Spared, cut_offs,
};
use tern_domain::{AgentId, DeliveryStatus, Effect, MessageText, NoteId, Plan};
use tern_store::{MediaState, StoreError, WriteTx};
use uuid::Uuid;

#[test]
fn old_texts_go_with_all_that_hangs_on_them_and_the_look_before_says_how_many() {
    let test = open_store();
    let mut old: Vec<_> = (0..10)
        .map(|n| history(100 + n * 2, 1, "an old kestrel", days_ago(100)))
        .collect();
    old[0].media_count = 1;
    import(
        &test.store,
        vec![history(300, 1, "a young wombat", days_ago(10))],
    );
    import(&test.store, old);
    let picture = with_picture(&test, 100);
    let before = look(&test.store);
    assert_eq!(before.counts.texts, 10);
    assert_eq!(
        (before.counts.pictures, before.counts.picture_bytes),
        (1, 7)
    );
    assert_eq!(before.conversations.len(), 1);
    assert_eq!(
        (before.oldest, before.newest),
        (Some(days_ago(100)), Some(days_ago(100)))
    );
    assert_eq!(finds(&test, "kestrel"), 10);

    assert_eq!(delete_all(&test.store), before.counts);
    assert_eq!(finds(&test, "kestrel"), 0);
    assert_eq!(finds(&test, "wombat"), 1);
    assert_eq!(
        count(&test, 1),
        (1, "a young wombat".to_owned(), Some(days_ago(10)))
    );
    assert!(
        test.store
            .media(move |files| files.find(picture))
            .wait()
            .unwrap()
            .is_none()
    );
    assert!(
        test.store
            .read_blocking(move |conn| conn.find_media(picture))
            .unwrap()
            .is_none()
    );
    // Again, there is nothing to do.
    assert_eq!(span(&test.store), None);
    assert_eq!(delete_all(&test.store), RunCounts::default());
    test.store
        .read_blocking(|conn| conn.check_integrity())
        .unwrap();
}

#[test]
fn a_reader_that_searched_before_finds_the_index_whole_after_deletions() {
    for round in 0..30 {
        let test = open_store();
        let old = (0..20 + round)
            .map(|n| history(100 + n * 2, 1, "an old kestrel", days_ago(100)))
            .collect();
        import(
            &test.store,
            vec![history(900, 1, "a young wombat", days_ago(10))],
        );
        import(&test.store, old);
        assert_eq!(finds(&test, "wombat"), 1);
        test.store
            .read_blocking(|conn| conn.check_integrity())
            .unwrap();
        let _counts = delete_all(&test.store);
        for _reader in 0..4 {
            test.store
                .read_blocking(|conn| conn.check_integrity())
                .unwrap_or_else(|error| panic!("round {round}: {error:?}"));
        }
    }
}

#[test]
fn a_conversation_without_texts_stays_and_shows_no_words() {
    let test = open_store();
    import(
        &test.store,
        vec![history(100, 1, "an old kestrel", days_ago(100))],
    );
    delete_all(&test.store);
    assert_eq!(count(&test, 1), (0, String::new(), None));
    // What comes later is shown again.
    import(
        &test.store,
        vec![history(102, 1, "back again", days_ago(1))],
    );
    let (texts, ..) = count(&test, 1);
    assert_eq!(texts, 1);
}

#[test]
fn what_is_held_unsettled_or_open_stays_and_is_counted_by_reason() {
    let test = open_store();
    let mut unsettled = history(111, 2, "still on its way", days_ago(100));
    unsettled.status = DeliveryStatus::Sent;
    import(
        &test.store,
        vec![
            history(100, 1, "held", days_ago(100)),
            unsettled,
            history(120, 3, "goes", days_ago(100)),
        ],
    );
    place(&test, vec![hold(1)]);
    let before = look(&test.store);
    assert_eq!(before.counts.texts, 1);
    let held_back: Vec<_> = before.held_back.into_iter().collect();
    assert_eq!(held_back, [(Spared::OnHold, 1), (Spared::OnTheWay, 1)]);
    delete_all(&test.store);
    assert_eq!(count(&test, 1).0, 1);
    assert_eq!(count(&test, 2).0, 1);
    assert_eq!(count(&test, 3).0, 0);
    // A hold that is released lets it go.
    place(&test, Vec::new());
    assert_eq!(delete_all(&test.store).texts, 1);
    assert_eq!(count(&test, 1).0, 0);
}

#[test]
fn a_hold_that_comes_between_the_look_and_the_deletion_counts() {
    let test = open_store();
    import(&test.store, vec![history(100, 1, "held", days_ago(100))]);
    let span = span(&test.store).unwrap();
    let going = test
        .store
        .read_blocking(move |conn| conn.list_old_texts(&span, None, false, 100, 100))
        .unwrap()
        .going;
    assert_eq!(going.len(), 1);
    place(&test, vec![hold(1)]);
    let (counts, _) = test
        .store
        .write_blocking(move |tx| tx.delete_old_texts(&going, &span.cut))
        .unwrap();
    assert_eq!(counts, RunCounts::default());
}

#[test]
fn a_live_text_that_a_wrong_clock_dated_back_a_year_is_not_deleted() {
    let test = open_store();
    let at = |days| days_ago(days);
    test.store_all([
        tern_domain::NewMessage {
            at: at(100),
            ..arrival(1, 1, "old")
        },
        tern_domain::NewMessage {
            at: at(10),
            ..arrival(2, 1, "young")
        },
        tern_domain::NewMessage {
            at: at(375),
            ..arrival(3, 1, "today, by a wrong clock")
        },
    ]);
    let before = look(&test.store);
    assert_eq!(before.held_back.get(&Spared::DateInDoubt), Some(&1));
    assert_eq!(delete_all(&test.store).texts, 1);
    assert_eq!(finds(&test, "wrong clock"), 1);
}

#[test]
fn pictures_alone_go_and_their_texts_say_so() {
    let test = open_store();
    let mut text = history(100, 1, "look at this", days_ago(100));
    text.media_count = 1;
    import(&test.store, vec![text]);
    let picture = with_picture(&test, 100);
    let span = span(&test.store).unwrap();
    let delete = move |tx: &mut WriteTx<'_>| -> Result<RunCounts, StoreError> {
        let going = tx.list_old_texts(&span, None, true, 100, 100)?.going;
        Ok(tx.delete_old_pictures(&going, &span.cut)?.0)
    };
    let counts = test.store.write_blocking(delete).unwrap();
    assert_eq!(
        (counts.texts, counts.pictures, counts.picture_bytes),
        (0, 1, 7)
    );
    assert_eq!(
        test.store.write_blocking(delete).unwrap(),
        RunCounts::default()
    );
    let row = test
        .store
        .read_blocking(move |conn| conn.find_media(picture))
        .unwrap()
        .unwrap();
    assert_eq!((row.state, row.file_name), (MediaState::Unavailable, None));
    assert!(
        test.store
            .media(move |files| files.find(picture))
            .wait()
            .unwrap()
            .is_none()
    );
    assert_eq!(count(&test, 1).0, 1);
}

#[test]
fn old_notes_go_unless_their_conversation_is_held() {
    let test = open_store();
    let note = |number: u128, requester: u32, days: i64| Note {
        id: NoteId::new(Uuid::from_u128(number)),
        key: key(requester),
        author: AgentId::new(Uuid::from_u128(7)),
        at: days_ago(days),
        edited_at: None,
        body: MessageText::new("remember"),
        whispered_to: std::collections::BTreeSet::new(),
    };
    let plan = Plan {
        events: Vec::new(),
        effects: [note(1, 1, 100), note(2, 1, 10), note(3, 2, 100)]
            .into_iter()
            .map(Effect::PutNote)
            .collect(),
    };
    let _applied = test
        .store
        .write_blocking(move |tx| tx.apply(&plan))
        .unwrap();
    place(&test, vec![hold(2)]);
    let (going, stay) = test
        .store
        .write_blocking(|tx| {
            let (going, stay, _) = tx.list_old_notes(CUT, 100)?;
            assert_eq!(tx.delete_old_notes(&going, CUT)?.0.notes, 1);
            Ok((going, stay))
        })
        .unwrap();
    assert_eq!((going, stay), (vec![NoteId::new(Uuid::from_u128(1))], 1));
}

#[test]
fn what_was_deleted_is_not_imported_again_but_its_stop_is_honoured() {
    let test = open_store();
    let policy: RetentionPolicy = serde_json::from_str(r#"{"texts":90}"#).unwrap();
    let settings = RetentionSettings::default()
        .changed(policy)
        .agreed(AgentId::new(Uuid::from_u128(7)), NOW);
    place(&test, vec![hold(2)]);
    import(&test.store, vec![history(200, 2, "held", days_ago(100))]);
    test.store
        .write_blocking(move |tx| {
            let mut runs = RunLog::default();
            assert!(runs.begin(&settings, cut_offs(&policy, NOW, Some(NOW)), NOW));
            tx.put_retention_runs(&runs)?;
            tx.put_retention(&settings)
        })
        .unwrap();
    let rows = || {
        vec![
            history(100, 1, "too old", days_ago(100)),
            history(102, 1, "STOP", days_ago(101)),
            history(202, 2, "too old, but held", days_ago(100)),
            history(104, 1, "young enough", days_ago(80)),
        ]
    };
    assert_eq!(import(&test.store, rows()), 2);
    assert_eq!(import(&test.store, rows()), 0);
    assert_eq!(count(&test, 1).0, 1);
    assert_eq!(count(&test, 2).0, 2);
    let blocked = test
        .store
        .read_blocking(|conn| {
            let id = conn.find_conversation(&key(1))?.unwrap();
            Ok(conn.load_conversation(id)?.opt_out)
        })
        .unwrap();
    assert!(blocked.is_in_force());
    // Kept for ever again, the past may be fetched again.
    test.store
        .write_blocking(move |tx| tx.put_retention(&settings.changed(RetentionPolicy::KEEP)))
        .unwrap();
    assert_eq!(import(&test.store, rows()), 2);
}

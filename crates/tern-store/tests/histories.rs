//! Texts of files: whatever the order in which they come, they stand in their time, once, and can be taken out again.
#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

mod support;

use support::histories::{BY, NOW, begin, bring, stated, text};
use support::{TestStore, arrival, history, key, open_store};
use tern_domain::history_import::{HistoryImportId, KeywordSeen};
use tern_domain::{Direction, Keyword, MessageText, UtcMillis};
use tern_store::{FigureFilter, TextGrain, ThreadAnchor};

fn bodies(test: &TestStore, requester: u32) -> Vec<String> {
    let key = key(requester);
    test.store
        .read_blocking(move |conn| {
            let Some(id) = conn.find_conversation(&key)? else {
                return Ok(Vec::new());
            };
            let page = conn.list_messages(id, ThreadAnchor::Latest, 100)?;
            Ok(page
                .messages
                .iter()
                .map(|row| row.body.as_str().to_owned())
                .collect())
        })
        .unwrap()
}

fn remove(test: &TestStore, import: HistoryImportId) {
    let mut next = Some(0);
    while let Some(after) = next {
        next = test
            .store
            .write_blocking(move |tx| tx.remove_history_texts(import, after, 3))
            .unwrap()
            .next;
    }
    let mut next = Some(0);
    while next.is_some() {
        next = test
            .store
            .write_blocking(move |tx| tx.lift_history_blocks(import, BY, NOW, 3))
            .unwrap()
            .next;
    }
    let mut next = Some(0);
    while let Some(after) = next {
        next = test
            .store
            .write_blocking(move |tx| tx.remove_history_conversations(import, after, 3))
            .unwrap()
            .next;
    }
}

/// How many texts the figures have counted, after they have caught up.
fn counted(test: &TestStore) -> i64 {
    while !test
        .store
        .write_blocking(|tx| tx.follow_figures(10))
        .unwrap()
        .is_done()
    {}
    test.store
        .read_blocking(|conn| {
            let filter = FigureFilter {
                from: UtcMillis(0),
                until: UtcMillis(4_000_000_000_000),
                number: None,
                channel: None,
                agent: None,
                queue: None,
            };
            let mut texts = 0;
            conn.each_text_figure(&filter, TextGrain::Hour, |row| texts += row.texts)?;
            Ok(texts)
        })
        .unwrap()
}

#[test]
fn texts_stand_in_their_time_in_whatever_order_files_are_brought_in() {
    let test = open_store();
    test.store_all([arrival(500, 1, "live")]);
    let told = history(2, 1, "told by the carrier", UtcMillis(1_650_000_000_000));
    test.store
        .write_blocking(move |tx| tx.import_history(&[told]))
        .unwrap();
    for year in [1_500, 1_600, 1_400] {
        bring(
            &test,
            vec![
                text(year, 1, &format!("{year}")),
                text(year + 1, 1, &format!("{year} later")),
            ],
        );
    }
    assert_eq!(
        bodies(&test, 1),
        [
            "1400",
            "1400 later",
            "1500",
            "1500 later",
            "1600",
            "1600 later",
            "told by the carrier",
            "live"
        ]
    );
}

#[test]
fn texts_of_one_second_keep_the_order_of_their_file() {
    let test = open_store();
    let at_once = |n: usize| text(1_500, 1, &format!("{n}"));
    let import = begin(&test);
    for n in [3, 2, 1] {
        let one = stated(at_once(n));
        test.store
            .write_blocking(move |tx| tx.bring_history(import, &[one], true))
            .unwrap();
    }
    assert_eq!(bodies(&test, 1), ["1", "2", "3"]);
}

#[test]
fn a_text_comes_once_whether_a_file_or_the_carrier_tells_of_it_first() {
    let test = open_store();
    let at = UtcMillis(1_500_000_000);
    let told = history(2, 1, "told", at);
    test.store
        .write_blocking(move |tx| tx.import_history(&[told]))
        .unwrap();
    let mut same = text(1_500, 1, "told");
    same.at = UtcMillis(at.0 + 3_000);
    let brought = bring(
        &test,
        vec![same.clone(), text(1_400, 1, "new"), text(1_400, 1, "new")],
    );
    assert_eq!(
        (brought.1.counts.texts, brought.1.counts.duplicates),
        (1, 2)
    );
    assert_eq!(bodies(&test, 1), ["new", "told"]);

    let later = history(4, 1, "new", UtcMillis(1_400_000_000 - 2_000));
    let added = test
        .store
        .write_blocking(move |tx| tx.import_history(&[later]))
        .unwrap();
    assert_eq!(added, 0);
    assert_eq!(bodies(&test, 1), ["new", "told"]);
    remove(&test, brought.0);
    assert_eq!(
        bodies(&test, 1),
        ["new", "told"],
        "the carrier has told of it since"
    );
}

#[test]
fn two_sids_are_two_texts_and_one_sid_is_one() {
    let test = open_store();
    let mut one = text(1_500, 1, "ok");
    one.sid = Some(support::sid(10));
    let mut two = one.clone();
    two.sid = Some(support::sid(11));
    let brought = bring(&test, vec![one.clone(), two, one]);
    assert_eq!(
        (brought.1.counts.texts, brought.1.counts.duplicates),
        (2, 1)
    );
}

#[test]
fn what_was_removed_by_hand_does_not_come_back_by_a_file() {
    let test = open_store();
    bring(&test, vec![text(1_500, 1, "my PIN is 4711")]);
    let redacted = test
        .store
        .write_blocking(|tx| {
            let id = tx.find_conversation(&key(1))?.unwrap();
            let row = &tx.list_messages(id, ThreadAnchor::Latest, 1)?.messages[0];
            tx.redact_message(row.message_id)
        })
        .unwrap();
    let again = bring(&test, vec![text(1_500, 1, "my PIN is 4711")]);
    assert_eq!(again.1.counts.duplicates, 1, "{redacted:?}");
    assert_eq!(bodies(&test, 1), [""]);
}

#[test]
fn taking_out_leaves_what_was_there_before_and_the_figures_as_if_it_had_never_come() {
    let test = open_store();
    test.store_all([arrival(500, 1, "live")]);
    let told = history(2, 2, "told", UtcMillis(1_650_000_000_000));
    test.store
        .write_blocking(move |tx| tx.import_history(&[told]))
        .unwrap();
    assert_eq!(counted(&test), 2);
    let first = bring(
        &test,
        (0..20)
            .map(|n| text(1_500 + n, u32::try_from(n % 4).unwrap(), &format!("a {n}")))
            .collect(),
    );
    assert_eq!(counted(&test), 22);
    let second = bring(&test, vec![text(1_400, 1, "b"), text(1_400, 9, "c")]);
    assert_eq!(first.1.counts.conversations, 2);
    let twice = bring(&test, vec![text(1_450, 6, "d"), text(1_450, 6, "d")]);
    assert_eq!((twice.1.counts.texts, twice.1.counts.duplicates), (1, 1));
    remove(&test, twice.0);
    remove(&test, first.0);
    assert_eq!(counted(&test), 4);
    assert_eq!(bodies(&test, 1), ["b", "live"]);
    assert_eq!(bodies(&test, 2), ["told"]);
    let left = test
        .store
        .read_blocking(|conn| {
            conn.check_integrity()?;
            let of = |requester| {
                conn.load_conversation(conn.find_conversation(&key(requester))?.unwrap())
            };
            Ok((
                of(0)?.last_position,
                of(3)?.last_position,
                of(1)?.message_count,
            ))
        })
        .unwrap();
    assert_eq!(left, (None, None, 2));
    remove(&test, second.0);
    assert_eq!(counted(&test), 2);
    assert_eq!(bodies(&test, 9), Vec::<String>::new());
    let gone = test
        .store
        .read_blocking(move |conn| conn.count_gone_of_history(first.0))
        .unwrap();
    assert_eq!((gone.texts, gone.conversations), (20, 2));
}

#[test]
fn nothing_that_is_brought_in_is_unread_open_or_on_its_way() {
    let test = open_store();
    let mut failed = text(1_600, 1, "ours");
    failed.direction = Direction::Outbound;
    failed.status = tern_domain::DeliveryStatus::Failed;
    bring(&test, vec![text(1_500, 1, "theirs"), failed]);
    test.store
        .read_blocking(|conn| {
            let id = conn.find_conversation(&key(1))?.unwrap();
            let row = conn.load_conversation(id)?;
            assert_eq!(row.unread_count, 0);
            let counts = conn.counts()?;
            assert_eq!((counts.new, counts.ongoing), (0, 0));
            assert!(conn.list_outbox_open()?.is_empty());
            assert!(conn.list_unsettled_messages(UtcMillis(0), 10)?.is_empty());
            assert!(conn.list_timeline(id, None, 10)?.is_empty());
            let page = conn.list_messages(id, ThreadAnchor::Latest, 10)?;
            assert!(page.messages.iter().all(|row| row.imported.is_some()));
            Ok(())
        })
        .unwrap();
}

#[test]
fn s_7_a_block_by_a_file_is_lifted_with_it_unless_something_else_said_stop_since() {
    let test = open_store();
    let stop = KeywordSeen {
        keyword: Keyword::OptOut,
        at: UtcMillis(1_500_000_000),
    };
    let blocked = |test: &TestStore, requester| {
        test.store
            .read_blocking(move |conn| {
                let id = conn.find_conversation(&key(requester))?.unwrap();
                Ok(conn.load_conversation(id)?.opt_out.is_in_force())
            })
            .unwrap()
    };
    let (import, _) = bring(&test, vec![text(1_500, 1, "STOP"), text(1_500, 2, "STOP")]);
    for requester in [1, 2] {
        let made = test
            .store
            .write_blocking(move |tx| tx.block_by_history(import, &key(requester), stop))
            .unwrap();
        assert!(made && blocked(&test, requester));
    }
    let mut said = history(20, 2, "STOP", UtcMillis(1_700_000_000_000));
    said.body = MessageText::new("STOP");
    test.store
        .write_blocking(move |tx| tx.import_history(&[said]))
        .unwrap();
    remove(&test, import);
    assert!(!blocked(&test, 1));
    assert!(blocked(&test, 2));
}

#[test]
fn a_salvaged_file_keeps_imports_and_where_history_goes_on() {
    let test = open_store();
    let (import, _) = bring(&test, vec![text(1_500, 1, "from a file")]);
    test.store.close();
    let name = tern_store::FileName::new("account").unwrap();
    let aside = tern_store::set_aside(test.folder.path(), &name, NOW).unwrap();
    let store = tern_store::Store::open(&support::config(test.folder.path())).unwrap();
    store
        .salvage(
            (&aside.folder, &aside.name),
            &tern_store::DatabaseKey::from_bytes(support::KEY),
            None,
        )
        .unwrap();
    let found = store
        .read_blocking(move |conn| conn.load_history_import(import))
        .unwrap();
    assert_eq!(found.counts.texts, 1);
    let told = history(2, 1, "told", UtcMillis(1_650_000_000_000));
    store
        .write_blocking(move |tx| tx.import_history(&[told]))
        .unwrap();
    let test = TestStore {
        store,
        folder: test.folder,
    };
    assert_eq!(bodies(&test, 1), ["from a file", "told"]);
}

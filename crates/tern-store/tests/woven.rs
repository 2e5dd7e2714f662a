//! Whatever brought the texts of a conversation, and in whatever order, its thread is in the order of time.
#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

mod support;

use proptest::prelude::*;
use support::histories::{bring, text};
use support::{TestStore, arrival, history, key, open_store};
use tern_domain::history_import::{HistoryImportId, HistoryText};
use tern_domain::{ConversationId, MessagePosition, UtcMillis};
use tern_store::{MessageRow, ThreadAnchor};

/// When the desk went live.
const LIVE: i64 = 1_700_000_000;
const REQUESTERS: u32 = 2;

/// Something that brings texts.
#[derive(Debug, Clone)]
enum Source {
    /// A file, by seconds from going live and requesters.
    File(Vec<(i64, u32)>),
    /// The next older texts of the carrier's.
    Past(Vec<u32>),
    /// A text that comes now.
    Live(u32),
}

fn source() -> impl Strategy<Value = Source> {
    let whose = 0..REQUESTERS;
    prop_oneof![
        proptest::collection::vec((-40_i64..40, whose.clone()), 1..8).prop_map(Source::File),
        proptest::collection::vec(whose.clone(), 1..5).prop_map(Source::Past),
        whose.prop_map(Source::Live),
    ]
}

/// Runs the sources one after the other; the imports that they made.
fn run(test: &TestStore, sources: &[Source]) -> Vec<HistoryImportId> {
    let (mut number, mut live, mut past) = (0, 0, 0);
    let mut imports = Vec::new();
    for source in sources {
        number += 10;
        match source {
            Source::File(rows) => {
                let texts = rows
                    .iter()
                    .enumerate()
                    .map(|(row, (second, whose))| HistoryText {
                        at: UtcMillis((LIVE + second) * 1000),
                        ..text(0, *whose, &format!("file {number} {row}"))
                    });
                imports.push(bring(test, texts.collect()).0);
            }
            Source::Past(whose) => {
                let page: Vec<_> = whose
                    .iter()
                    .map(|whose| {
                        past += 7;
                        let at = UtcMillis((LIVE - past) * 1000);
                        number += 2;
                        history(100_000 + number, *whose, &format!("past {past}"), at)
                    })
                    .collect();
                test.store
                    .write_blocking(move |tx| tx.import_history(&page))
                    .unwrap();
            }
            Source::Live(whose) => {
                live += 7;
                test.store_all([arrival(live, *whose, &format!("live {live}"))]);
            }
        }
    }
    imports
}

fn page(
    test: &TestStore,
    id: ConversationId,
    anchor: ThreadAnchor,
    limit: u32,
) -> (Vec<MessageRow>, bool, bool) {
    let page = test
        .store
        .read_blocking(move |conn| conn.list_messages(id, anchor, limit))
        .unwrap();
    (page.messages, page.has_older, page.has_newer)
}

/// The thread by pages from its end.
fn backwards(test: &TestStore, id: ConversationId, size: u32) -> Vec<MessageRow> {
    let (mut thread, mut more, has_newer) = page(test, id, ThreadAnchor::Latest, size);
    assert!(!has_newer);
    while more {
        let before = ThreadAnchor::Before(thread[0].position);
        let (mut rows, has_older, has_newer) = page(test, id, before, size);
        assert!(has_newer && !rows.is_empty());
        rows.append(&mut thread);
        (thread, more) = (rows, has_older);
    }
    thread
}

/// The thread by pages from its beginning.
fn forwards(test: &TestStore, id: ConversationId, size: u32) -> Vec<MessageRow> {
    let (mut thread, mut more) = (Vec::<MessageRow>::new(), true);
    let mut after = MessagePosition(i64::MIN);
    while more {
        let (rows, has_older, has_newer) = page(test, id, ThreadAnchor::After(after), size);
        assert_eq!(has_older, !thread.is_empty());
        after = rows.last().unwrap().position;
        thread.extend(rows);
        more = has_newer;
    }
    thread
}

fn order(rows: &[MessageRow]) -> Vec<(UtcMillis, MessagePosition)> {
    rows.iter().map(|row| (row.at, row.position)).collect()
}

fn check(test: &TestStore, requester: u32, size: u32) -> Result<(), TestCaseError> {
    let found = test
        .store
        .read_blocking(move |conn| {
            let Some(id) = conn.find_conversation(&key(requester))? else {
                return Ok(None);
            };
            Ok(Some((id, conn.export_size(id)?.texts)))
        })
        .unwrap();
    let Some((id, texts)) = found.filter(|(_, texts)| *texts > 0) else {
        return Ok(());
    };
    let thread = backwards(test, id, size);
    prop_assert_eq!(u64::try_from(thread.len()).unwrap(), texts);
    prop_assert!(order(&thread).is_sorted(), "{:?}", order(&thread));
    prop_assert_eq!(order(&thread), order(&forwards(test, id, size)));
    // Each text is found in its place, and each second at its first text.
    for (index, row) in thread.iter().enumerate() {
        let (around, ..) = page(test, id, ThreadAnchor::Around(row.position), 3);
        prop_assert!(around.iter().any(|it| it.position == row.position));
        let (again, ..) = page(test, id, ThreadAnchor::From(row.position), 1);
        prop_assert_eq!(again[0].position, row.position);
        let first = thread.iter().position(|it| it.at >= row.at).unwrap();
        let at = row.at;
        let since = test
            .store
            .read_blocking(move |conn| conn.find_text_since(id, at))
            .unwrap();
        prop_assert_eq!(
            since,
            Some((thread[first].position, thread[first].at)),
            "text {}",
            index
        );
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]

    #[test]
    fn a_thread_is_in_the_order_of_time_whatever_brought_its_texts(
        sources in proptest::collection::vec(source(), 1..9),
        size in 1_u32..5,
        // Which of the imports are taken out again, and the texts that come afterwards.
        taken_out in proptest::collection::vec(any::<bool>(), 9),
        afterwards in proptest::collection::vec(source(), 0..3),
    ) {
        let test = open_store();
        let imports = run(&test, &sources);
        for requester in 0..REQUESTERS {
            check(&test, requester, size)?;
        }
        for (import, taken_out) in imports.into_iter().zip(taken_out) {
            if taken_out {
                test.store.write_blocking(move |tx| tx.remove_history_texts(import, 0, 500)).unwrap();
            }
        }
        let afterwards: Vec<_> = afterwards
            .into_iter()
            .filter(|it| matches!(it, Source::File(_)))
            .collect();
        run(&test, &afterwards);
        for requester in 0..REQUESTERS {
            check(&test, requester, size)?;
        }
        test.store.read_blocking(|conn| conn.check_integrity()).unwrap();
    }
}

#[test]
fn a_thread_is_told_by_positions_again_once_the_file_is_taken_out() {
    let test = open_store();
    run(&test, &[Source::Live(0), Source::Past(vec![0, 0])]);
    let woven = |test: &TestStore| {
        test.store
            .read_blocking(|conn| {
                let id = conn.find_conversation(&key(0))?.unwrap();
                conn.is_woven(id)
            })
            .unwrap()
    };
    let older = bring(&test, vec![text(1_600_000, 0, "long before")]).0;
    assert!(
        !woven(&test),
        "positions tell the order of what is older than all"
    );
    let between = run(&test, &[Source::File(vec![(-10, 0)])])[0];
    assert!(woven(&test));
    for import in [between, older] {
        test.store
            .write_blocking(move |tx| tx.remove_history_texts(import, 0, 500))
            .unwrap();
    }
    assert!(!woven(&test));
}

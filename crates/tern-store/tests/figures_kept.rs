//! What retention deleted stays in the figures: followed as it happens or counted anew, they say the same.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic)]

mod support;

use std::path::Path;

use proptest::prelude::*;
use proptest::test_runner::TestRunner;
use support::figures::{NOW, act, arrive, at, count_all, write};
use support::{TestStore, history, open_store, sid};
use tern_domain::history_import::HistoryImportId;
use tern_domain::insights::Mean;
use tern_domain::{
    DeliveryStatus, Effect, InteractionAct, MessageId, MessagePosition, Plan, UtcMillis,
};
use tern_store::{
    AgentWork, ConsentCounts, ConversationFigureRow, DatabaseKey, FailureCount, FigureFilter,
    FileName, HeldByAgent, Rebuilding, Salvage, Store, TextFigureRow, TextGrain,
};

const DAY: i64 = 86_400;

/// Everything that the page of figures adds up.
#[derive(Debug, PartialEq)]
struct Figures {
    texts: Vec<TextFigureRow>,
    hours: Vec<TextFigureRow>,
    conversations: Vec<ConversationFigureRow>,
    held: Vec<HeldByAgent>,
    work: Vec<AgentWork>,
    failures: Vec<FailureCount>,
    consents: ConsentCounts,
}

impl Figures {
    fn of(test: &TestStore) -> Self {
        let filter = FigureFilter {
            from: UtcMillis(0),
            until: UtcMillis(NOW.0 * 2),
            number: None,
            channel: None,
            agent: None,
            queue: None,
        };
        test.store
            .read_blocking(move |conn| {
                let (mut texts, mut hours) = (Vec::new(), Vec::new());
                let mut conversations = Vec::new();
                conn.each_text_figure(&filter, TextGrain::Quarter, |row| texts.push(row))?;
                conn.each_text_figure(&filter, TextGrain::Hour, |row| hours.push(row))?;
                conn.each_conversation_figure(&filter, |row| conversations.push(row))?;
                Ok(Self {
                    texts,
                    hours,
                    conversations,
                    held: conn.list_held_by_agents(&filter)?,
                    work: conn.list_agent_work(&filter)?,
                    failures: conn.list_failure_counts(&filter)?,
                    consents: conn.count_consents(&filter)?,
                })
            })
            .unwrap()
    }

    /// Counted from nothing.
    fn anew(test: &TestStore) -> Self {
        test.store.write_blocking(|tx| tx.forget_figures()).unwrap();
        count_all(test);
        Self::of(test)
    }

    fn count(&self) -> i64 {
        self.texts.iter().map(|row| row.texts).sum()
    }
}

fn follow(test: &TestStore, most: u32) {
    let _some = test
        .store
        .write_blocking(move |tx| tx.follow_figures(most))
        .unwrap();
}

/// The carrier's last word about a text of ours.
fn settle(test: &TestStore, id: MessageId, number: u64, seconds: i64, arrives: bool) {
    let plan = Plan {
        events: Vec::new(),
        effects: vec![
            Effect::BindSid {
                message_id: id,
                sid: sid(number),
                at: at(seconds),
            },
            Effect::AdvanceDelivery {
                message_id: id,
                status: if arrives {
                    DeliveryStatus::Delivered
                } else {
                    DeliveryStatus::Undelivered
                },
                error_code: (!arrives).then_some(30003),
                segments: Some(3),
            },
        ],
    };
    test.store
        .write_blocking(move |tx| {
            // It may have become too old meanwhile.
            if tx.find_message(id)?.is_some() {
                let _applied = tx.apply(&plan)?;
            }
            Ok(())
        })
        .unwrap();
}

/// Deletes what is older, as retention does, at most so many at once. Answers how many texts it was.
fn delete_before(test: &TestStore, seconds: i64, at_once: usize) -> u64 {
    let before = at(seconds);
    let mut texts = 0;
    let mut after: Option<MessagePosition> = None;
    loop {
        let found = test
            .store
            .write_blocking(move |tx| {
                let Some(span) = tx.find_old_span(before)? else {
                    return Ok(None);
                };
                let old = tx.list_old_texts(&span, after, false, 10_000, at_once)?;
                let (counts, _) = tx.delete_old_texts(&old.going, &span.cut)?;
                Ok(Some((counts.texts, old.next)))
            })
            .unwrap();
        let Some((deleted, next)) = found else { break };
        texts += deleted;
        after = next;
        if next.is_none() {
            break;
        }
    }
    test.store
        .write_blocking(move |tx| tx.finish_old_texts(before))
        .unwrap();
    texts
}

fn take_out(test: &TestStore, import: HistoryImportId) {
    let mut after = 0;
    while let Some(next) = test
        .store
        .write_blocking(move |tx| tx.remove_history_texts(import, after, 3))
        .unwrap()
        .next
    {
        after = next;
    }
}

/// A conversation that an agent answered after two minutes and ended; the second of its answers did not arrive.
fn answered() -> TestStore {
    let test = open_store();
    arrive(&test, 1, 1, 0);
    assert!(act(&test, 1, 2000, 60, InteractionAct::Take));
    let first = write(&test, 50, 1, 120);
    arrive(&test, 2, 1, 180);
    let second = write(&test, 51, 1, 300);
    settle(&test, first, 50, 120, true);
    settle(&test, second, 51, 300, false);
    assert!(act(&test, 1, 3000, 400, InteractionAct::Finish));
    arrive(&test, 3, 2, 20 * DAY);
    test
}

#[test]
fn k_1_what_retention_deletes_stays_in_the_figures() {
    let test = answered();
    count_all(&test);
    let before = Figures::of(&test);
    assert_eq!(before.conversations[0].first_response, Some(120_000));
    assert_eq!(before.failures[0].texts, 1);
    // One text at a time: the first takes along what all of them said.
    assert_eq!(delete_before(&test, 10 * DAY, 1), 4);
    count_all(&test);
    assert_eq!(Figures::of(&test), before);
    assert_eq!(Figures::anew(&test), before);
    assert_eq!(Figures::anew(&test), before, "again");
}

#[test]
fn k_1_what_was_not_counted_yet_is_counted_when_it_goes() {
    let test = answered();
    assert_eq!(delete_before(&test, 10 * DAY, 100), 4);
    count_all(&test);
    let figures = Figures::of(&test);
    assert_eq!(figures.count(), 5);
    assert_eq!(figures.conversations[0].first_response, Some(120_000));
    assert_eq!(
        figures.conversations[0].agent_replies,
        Mean {
            count: 2,
            sum: 240_000
        }
    );
    assert_eq!((figures.held[0].texts, figures.failures[0].texts), (2, 1));
    assert_eq!(Figures::anew(&test), figures);
}

#[test]
fn k_1_what_changed_after_it_was_counted_goes_as_it_is() {
    let test = open_store();
    let number = 60;
    arrive(&test, 1, 1, 0);
    let id = write(&test, number, 1, 60);
    count_all(&test);
    settle(&test, id, number, 7200, false);
    assert!(act(&test, 1, 2000, 7300, InteractionAct::Take));
    assert!(act(&test, 1, 3000, 7400, InteractionAct::Finish));
    arrive(&test, 2, 2, 20 * DAY);
    assert_eq!(delete_before(&test, 10 * DAY, 100), 2);
    count_all(&test);
    let figures = Figures::of(&test);
    let sent: Vec<_> = figures.texts.iter().filter(|row| row.writer == 1).collect();
    assert_eq!((sent.len(), sent[0].at, sent[0].segments), (1, at(7200), 3));
    assert_eq!(figures.failures[0].texts, 1);
    assert_eq!(Figures::anew(&test), figures);
}

/// Puts a new file in the place of one that is closed, from what can be read of it.
fn rebuilt(test: TestStore, damaged: Option<&str>) -> (TestStore, Salvage) {
    test.store.close();
    if let Some(table) = damaged {
        damage(&test.database(), table);
    }
    let folder = test.folder;
    let name = FileName::new("account").unwrap();
    let key = DatabaseKey::from_bytes(support::KEY);
    let making = Rebuilding::begin((folder.path(), &name), &key).unwrap();
    let salvage = making.salvage(None).unwrap();
    making.take_place(NOW).unwrap();
    let store = Store::open(&support::config(folder.path())).unwrap();
    (TestStore { store, folder }, salvage)
}

/// Changes a byte of every page of a table, so that none of them authenticates any more.
fn damage(file: &Path, table: &str) {
    let connection = rusqlite::Connection::open(file).unwrap();
    let digits: String = support::KEY.iter().map(|it| format!("{it:02x}")).collect();
    connection
        .execute_batch(&format!("PRAGMA key = \"x'{digits}'\""))
        .unwrap();
    let pages: Vec<u32> = connection
        .prepare("SELECT pageno FROM dbstat WHERE name = ?1")
        .unwrap()
        .query_map([table], |row| row.get(0))
        .and_then(Iterator::collect)
        .unwrap();
    assert!(!pages.is_empty(), "{table} has pages");
    drop(connection);
    let mut bytes = std::fs::read(file).unwrap();
    for page in pages {
        bytes[(page as usize - 1) * 4096 + 2000] ^= 1;
    }
    std::fs::write(file, bytes).unwrap();
}

#[test]
fn k_1_a_rebuilt_file_has_the_figures_of_what_retention_deleted() {
    let test = answered();
    count_all(&test);
    let before = Figures::of(&test);
    assert_eq!(delete_before(&test, 10 * DAY, 100), 4);
    let (test, salvage) = rebuilt(test, None);
    assert!(salvage.partial.is_empty(), "{salvage:?}");
    count_all(&test);
    assert_eq!(Figures::of(&test), before);
    // What goes from now on joins it.
    arrive(&test, 9, 3, 60 * DAY);
    assert!(act(&test, 2, 9200, 61 * DAY, InteractionAct::Take));
    assert!(act(&test, 2, 9250, 61 * DAY, InteractionAct::Finish));
    count_all(&test);
    assert_eq!(delete_before(&test, 30 * DAY, 100), 1);
    count_all(&test);
    assert_eq!(Figures::of(&test).count(), before.count() + 1);
}

#[test]
fn k_1_kept_figures_that_are_damaged_are_told_and_the_rest_goes_on() {
    let test = answered();
    count_all(&test);
    let before = Figures::of(&test);
    assert_eq!(delete_before(&test, 10 * DAY, 100), 4);
    let (test, salvage) = rebuilt(test, Some("kept_text_figures"));
    assert_eq!(salvage.partial, [("kept_text_figures", 0)]);
    assert!(salvage.whole.contains(&("kept_conversation_figures", 1)));
    assert_eq!(salvage.texts(), 1);
    count_all(&test);
    let figures = Figures::of(&test);
    assert_eq!(
        figures.count(),
        1,
        "only the sums of deleted texts are lost"
    );
    assert_eq!(figures.conversations, before.conversations);
    assert_eq!(figures.failures, before.failures);
    assert_eq!(figures.held, before.held);
}

/// Something that happens, and how long after what happened before, in minutes.
#[derive(Debug, Clone)]
enum Step {
    Arrive(u32),
    Take(u32),
    Finish(u32),
    Write(u32),
    Settle(bool),
    Redact,
    History(u32),
    Bring,
    TakeOut,
    Retain(i64, usize),
    Follow(u32),
    Forget,
}

fn steps() -> impl Strategy<Value = Vec<(Step, i64)>> {
    let step = prop_oneof![
        4 => (1_u32..4).prop_map(Step::Arrive),
        3 => (1_u32..4).prop_map(Step::Take),
        3 => (1_u32..4).prop_map(Step::Finish),
        4 => (1_u32..4).prop_map(Step::Write),
        4 => any::<bool>().prop_map(Step::Settle),
        1 => Just(Step::Redact),
        1 => (1_u32..5).prop_map(Step::History),
        1 => Just(Step::Bring),
        1 => Just(Step::TakeOut),
        2 => (0_i64..5, 1_usize..4).prop_map(|(days, at_once)| Step::Retain(days, at_once)),
        4 => (1_u32..6).prop_map(Step::Follow),
        1 => Just(Step::Forget),
    ];
    proptest::collection::vec((step, 1_i64..1200), 1..40)
}

fn happen(test: &TestStore, steps: &[(Step, i64)]) {
    let mut seconds = 0;
    let mut number = 0_u64;
    let mut unsettled: Vec<(MessageId, u64)> = Vec::new();
    let mut imports: Vec<HistoryImportId> = Vec::new();
    for (step, minutes) in steps {
        seconds += minutes * 60;
        number += 2;
        let seed = u128::from(number) * 100 + 50;
        match step {
            Step::Arrive(requester) => arrive(test, number, *requester, seconds),
            Step::Take(requester) if number > 2 => {
                let _done = act(test, *requester, seed, seconds, InteractionAct::Take);
            }
            Step::Finish(requester) if number > 2 => {
                let _done = act(test, *requester, seed, seconds, InteractionAct::Finish);
            }
            Step::Take(_) | Step::Finish(_) => {}
            Step::Write(requester) => {
                unsettled.push((write(test, number, *requester, seconds), number));
            }
            Step::Settle(arrives) => {
                if let Some((id, number)) = unsettled.pop() {
                    settle(test, id, number, seconds, *arrives);
                }
            }
            Step::Redact => {
                let id = support::message_id(number.saturating_sub(4));
                test.store
                    .write_blocking(move |tx| {
                        if tx.find_message(id)?.is_some() {
                            let _whose = tx.redact_message(id)?;
                        }
                        Ok(())
                    })
                    .unwrap();
            }
            Step::History(requester) => {
                let text = history(number, *requester, "long ago", at(-DAY * 3));
                test.store
                    .write_blocking(move |tx| tx.import_history(&[text]).map(drop))
                    .unwrap();
            }
            Step::Bring => {
                let kiloseconds = at(seconds - 4 * DAY).0 / 1_000_000;
                let texts = (0..3)
                    .map(|n| {
                        let n = i64::from(n);
                        support::histories::text(kiloseconds + n, 2, &format!("{number} {n}"))
                    })
                    .collect();
                imports.push(support::histories::bring(test, texts).0);
            }
            Step::TakeOut => {
                if let Some(import) = imports.pop() {
                    take_out(test, import);
                }
            }
            Step::Retain(days, at_once) => {
                let _texts = delete_before(test, seconds - days * DAY, *at_once);
            }
            Step::Follow(most) => follow(test, *most),
            Step::Forget => test.store.write_blocking(|tx| tx.forget_figures()).unwrap(),
        }
    }
}

#[test]
fn k_1_followed_as_it_happens_or_counted_anew_they_say_the_same() {
    let mut runner = TestRunner::new(ProptestConfig {
        cases: 64,
        failure_persistence: None,
        ..ProptestConfig::default()
    });
    runner
        .run(&steps(), |steps| {
            let test = open_store();
            happen(&test, &steps);
            count_all(&test);
            let followed = Figures::of(&test);
            prop_assert_eq!(Figures::anew(&test), followed);
            Ok(())
        })
        .unwrap();
}

#[test]
fn k_1_what_goes_before_a_new_count_begins_joins_what_is_kept() {
    let test = answered();
    arrive(&test, 4, 3, 21 * DAY);
    arrive(&test, 5, 3, 60 * DAY);
    count_all(&test);
    let before = Figures::of(&test);
    assert_eq!(delete_before(&test, 10 * DAY, 100), 4);
    test.store.write_blocking(|tx| tx.forget_figures()).unwrap();
    for requester in [2, 3] {
        let seed = 9000 + u128::from(requester) * 100;
        assert!(act(&test, requester, seed, 61 * DAY, InteractionAct::Take));
        assert!(act(
            &test,
            requester,
            seed + 50,
            61 * DAY,
            InteractionAct::Finish
        ));
    }
    assert_eq!(delete_before(&test, 30 * DAY, 100), 2);
    count_all(&test);
    let figures = Figures::of(&test);
    assert_eq!(
        (figures.count(), &figures.texts),
        (before.count(), &before.texts)
    );
    assert_eq!(Figures::anew(&test), figures);
}

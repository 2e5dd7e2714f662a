//! Figures in a real encrypted file: a day whose figures were counted by hand, what changes afterwards, and what is
//! behind a figure.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic)]

mod support;

use std::collections::BTreeMap;
use std::ops::Range;

use support::figures::{NOW, act, agent, arrive, at, count_all, write};
use support::{TestStore, history, open_store};
use tern_domain::insights::{Mean, Outcome};
use tern_domain::{ConversationId, DeliveryStatus, Effect, InteractionAct, Plan, UtcMillis};
use tern_store::{
    Behind, BehindPage, BehindQuestion, ConversationFigureRow, FailureCount, FigureFilter,
    TextFigureRow, TextGrain,
};
const HOUR: i64 = 3_600_000;

fn filter(seconds: Range<i64>) -> FigureFilter {
    FigureFilter {
        from: at(seconds.start),
        until: at(seconds.end),
        number: None,
        channel: None,
        agent: None,
        queue: None,
    }
}

fn day() -> FigureFilter {
    filter(0..24 * 3600)
}

fn conversations(test: &TestStore) -> Vec<ConversationFigureRow> {
    let mut rows = Vec::new();
    test.store
        .read_blocking(move |conn| {
            conn.each_conversation_figure(&day(), |row| rows.push(row))?;
            Ok(rows)
        })
        .unwrap()
}

/// By quarters of an hour; what is kept by hours must come to the same.
fn texts(test: &TestStore, filter: FigureFilter) -> Vec<TextFigureRow> {
    let [quarters, hours] = [TextGrain::Quarter, TextGrain::Hour].map(|grain| {
        let (mut rows, filter) = (Vec::new(), filter.clone());
        test.store
            .read_blocking(move |conn| {
                conn.each_text_figure(&filter, grain, |row| rows.push(row))?;
                Ok(rows)
            })
            .unwrap()
    });
    let mut added = BTreeMap::<(i64, u8), (i64, i64, i64)>::new();
    for row in &quarters {
        let hour = row.at.0.div_euclid(HOUR) * HOUR;
        let sums = added.entry((hour, row.writer)).or_default();
        *sums = (
            sums.0 + row.texts,
            sums.1 + row.segments,
            sums.2 + row.pictures,
        );
    }
    let by_hour: Vec<_> = hours
        .iter()
        .map(|row| {
            (
                (row.at.0, row.writer),
                (row.texts, row.segments, row.pictures),
            )
        })
        .collect();
    assert_eq!(by_hour, added.into_iter().collect::<Vec<_>>());
    quarters
}

fn behind(test: &TestStore, behind: Behind, spans: &[(UtcMillis, UtcMillis)]) -> BehindPage {
    let question = BehindQuestion {
        behind,
        filter: day(),
        spans: spans.to_vec(),
    };
    test.store
        .read_blocking(move |conn| conn.list_behind(&question, 0, 50))
        .unwrap()
}

/// The day that is counted by hand:
///
/// | second | |
/// |---|---|
/// | 0 | requester 1 writes |
/// | 60 | the agent takes it |
/// | 120 | … answers (first response 120 s, pair 120 s) |
/// | 180, 200 | requester 1 writes twice (pair of the requester: 60 s) |
/// | 300 | the agent answers (pair 120 s) |
/// | 400 | … and ends it: had it for 340 s |
/// | 3700 | requester 2 writes; nobody answers |
fn golden_day() -> TestStore {
    let test = open_store();
    arrive(&test, 1, 1, 0);
    assert!(act(&test, 1, 2000, 60, InteractionAct::Take));
    let _first = write(&test, 50, 1, 120);
    arrive(&test, 2, 1, 180);
    arrive(&test, 3, 1, 200);
    let _second = write(&test, 51, 1, 300);
    assert!(act(&test, 1, 3000, 400, InteractionAct::Finish));
    arrive(&test, 4, 2, 3700);
    test
}

#[test]
fn k_1_h_17_a_day_counted_by_hand() {
    let test = golden_day();
    count_all(&test);
    let rows = conversations(&test);
    assert_eq!(rows.len(), 2);
    let first = rows[0];
    assert_eq!(first.outcome, Outcome::Complete);
    assert_eq!(first.first_response, Some(120_000));
    assert_eq!(first.handling, Some(340_000));
    assert_eq!(
        first.agent_replies,
        Mean {
            count: 2,
            sum: 240_000
        }
    );
    assert_eq!(
        first.requester_replies,
        Mean {
            count: 1,
            sum: 60_000
        }
    );
    assert_eq!(
        (first.with_bot, first.contained, first.handovers),
        (false, false, 0)
    );
    let second = rows[1];
    assert_eq!(
        (second.outcome, second.first_response, second.handling),
        (Outcome::Open, None, None)
    );

    let counted: Vec<_> = texts(&test, day())
        .iter()
        .map(|row| {
            (
                row.at.since(NOW).0 / 60_000,
                row.writer,
                row.texts,
                row.segments,
            )
        })
        .collect();
    assert_eq!(counted, [(0, 0, 3, 3), (0, 1, 2, 4), (60, 0, 1, 1)]);

    let (held, offers) = test
        .store
        .read_blocking(|conn| {
            Ok((
                conn.list_held_by_agents(&day())?,
                conn.list_agent_work(&day())?,
            ))
        })
        .unwrap();
    assert_eq!(
        (held.len(), held[0].agent, held[0].conversations),
        (1, agent(), 1)
    );
    assert_eq!((held[0].texts, held[0].held), (2, 340_000));
    assert_eq!(
        held[0].replies,
        Mean {
            count: 2,
            sum: 240_000
        }
    );
    assert_eq!((offers[0].accepted, offers[0].rejected), (1, 0));
}

#[test]
fn k_1_what_is_told_later_is_counted_again() {
    let test = golden_day();
    let id = write(&test, 60, 2, 3800);
    count_all(&test);
    let failed = Plan {
        events: Vec::new(),
        effects: vec![
            Effect::BindSid {
                message_id: id,
                sid: support::sid(60),
                at: at(4600),
            },
            Effect::AdvanceDelivery {
                message_id: id,
                status: DeliveryStatus::Undelivered,
                error_code: Some(30003),
                segments: Some(3),
            },
        ],
    };
    test.store
        .write_blocking(move |tx| tx.apply(&failed).map(drop))
        .unwrap();
    let left = test
        .store
        .read_blocking(|conn| conn.figure_progress())
        .unwrap()
        .left;
    assert_eq!(left, 1);
    count_all(&test);
    let late = texts(&test, filter(3600..7200));
    let agents: Vec<_> = late.iter().filter(|row| row.writer == 1).collect();
    assert_eq!(agents.len(), 1);
    assert_eq!(
        (agents[0].at, agents[0].texts, agents[0].segments),
        (at(4500), 1, 3)
    );
    let failures = test
        .store
        .read_blocking(|conn| conn.list_failure_counts(&day()))
        .unwrap();
    assert_eq!(
        failures,
        [FailureCount {
            code: 30003,
            texts: 1
        }]
    );
    let page = behind(&test, Behind::Failures(Some(30003)), &[(at(0), at(86_400))]);
    assert_eq!((page.all, page.rows[0].at), (1, at(4600)));
}

#[test]
fn k_1_a_text_whose_words_are_removed_still_counts() {
    let test = golden_day();
    count_all(&test);
    let before = texts(&test, day());
    test.store
        .write_blocking(|tx| tx.redact_message(support::message_id(50)).map(drop))
        .unwrap();
    count_all(&test);
    assert_eq!(texts(&test, day()), before);
    test.store.write_blocking(|tx| tx.forget_figures()).unwrap();
    assert!(texts(&test, day()).is_empty());
    count_all(&test);
    assert_eq!(texts(&test, day()), before);
}

#[test]
fn k_1_history_counts_in_volume_and_opens_nothing() {
    let test = golden_day();
    count_all(&test);
    test.store
        .write_blocking(|tx| {
            let texts: Vec<_> = (100..110)
                .map(|number| history(number, 7, "long ago", at(-90 * 24 * 3600)))
                .collect();
            tx.import_history(&texts).map(drop)
        })
        .unwrap();
    count_all(&test);
    let past = texts(&test, filter(-91 * 24 * 3600..-89 * 24 * 3600));
    let counted: Vec<_> = past.iter().map(|row| (row.writer, row.texts)).collect();
    assert_eq!(counted, [(0, 5), (3, 5)]);
    assert_eq!(conversations(&test).len(), 2);
}

#[test]
fn k_1_the_conversations_behind_a_figure() {
    let test = golden_day();
    count_all(&test);
    let hour = [(NOW, UtcMillis(NOW.0 + HOUR))];
    let page = behind(&test, Behind::Texts(0), &hour);
    assert_eq!((page.all, page.times), (1, 3));
    assert_eq!(page.rows[0].at, at(200));
    let both = behind(&test, Behind::Texts(0), &[hour[0], (hour[0].1, at(86_400))]);
    let found: Vec<_> = both.rows.iter().map(|row| row.conversation_id).collect();
    assert_eq!(found, [ConversationId(2), ConversationId(1)]);
    let whole = [(NOW, at(86_400))];
    for (question, expected) in [
        (Behind::Began, 2),
        (Behind::Answered, 1),
        (Behind::Handled, 1),
        (Behind::Abandoned, 0),
        (Behind::Contained, 0),
        (Behind::Texts(1), 1),
        (Behind::Texts(2), 0),
        (Behind::Failures(None), 0),
        (Behind::Consents(0), 0),
        (Behind::Work { exceeded: false }, 2),
        (Behind::Work { exceeded: true }, 0),
    ] {
        assert_eq!(
            behind(&test, question.clone(), &whole).all,
            expected,
            "{question:?}"
        );
    }
}

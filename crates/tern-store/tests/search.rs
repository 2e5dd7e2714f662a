//! Search as an agent uses it, on a real encrypted file.
#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

mod support;

use proptest::prelude::*;
use support::{TestStore, arrival, history, key, message_id, open_store};
use tern_domain::search::{SearchFilters, SearchState, Sender, plain_terms};
use tern_domain::{ConversationId, UtcMillis};
use tern_store::{RECENT_SEARCHES, SearchPage, SearchQuery, Stop, StoreError};

fn search(test: &TestStore, query: SearchQuery) -> SearchPage {
    let query = SearchQuery { limit: 50, ..query };
    test.store
        .read_blocking(move |conn| conn.search(&query))
        .unwrap()
}

fn found(test: &TestStore, text: &str) -> Vec<i64> {
    let query = SearchQuery {
        terms: plain_terms(text),
        ..SearchQuery::default()
    };
    positions(&search(test, query))
}

fn positions(page: &SearchPage) -> Vec<i64> {
    page.hits.iter().map(|hit| hit.position.0).collect()
}

fn conversation(test: &TestStore, requester: u32) -> ConversationId {
    test.store
        .read_blocking(move |conn| conn.find_conversation(&key(requester)))
        .unwrap()
        .unwrap()
}

#[test]
fn words_are_found_while_typing_newest_first_whatever_their_case_and_accents() {
    let test = open_store();
    test.store_all([
        arrival(1, 1, "Is the café open?"),
        arrival(2, 1, "The CAFETERIA is closed"),
        arrival(3, 2, "I don't like coffee"),
    ]);
    assert_eq!(found(&test, "caf"), [2, 1]);
    assert_eq!(found(&test, "cafe "), [1]);
    assert_eq!(found(&test, "Café open"), [1]);
    assert_eq!(found(&test, "don't"), [3]);
    assert_eq!(found(&test, "\"is closed\""), [2]);
    assert_eq!(found(&test, "\"closed is\""), Vec::<i64>::new());
}

#[test]
fn snippets_say_what_matched_and_hold_no_markup() {
    let test = open_store();
    test.store_all([arrival(1, 1, "<b>bold</b> café talk")]);
    let page = search(
        &test,
        SearchQuery {
            terms: plain_terms("CAFE"),
            ..SearchQuery::default()
        },
    );
    let parts: Vec<_> = page.hits[0]
        .snippet
        .iter()
        .map(|part| (part.text.as_str(), part.matched))
        .collect();
    assert_eq!(
        parts,
        [("<b>bold</b> ", false), ("café", true), (" talk", false)]
    );
}

#[test]
fn filters_narrow_by_conversation_direction_picture_and_date() {
    let test = open_store();
    let mut with_picture = arrival(2, 1, "red shoes");
    with_picture.media_count = 1;
    test.store_all([
        arrival(1, 1, "red hat"),
        with_picture,
        arrival(3, 2, "red scarf"),
    ]);
    let day = UtcMillis(1_600_000_000_000);
    test.store
        .write_blocking(move |tx| tx.import_history(&[history(101, 1, "red coat", day)]))
        .unwrap();
    let red = |filters| SearchQuery {
        terms: plain_terms("red"),
        filters,
        ..SearchQuery::default()
    };
    let first = conversation(&test, 1);
    let with = |query| positions(&search(&test, query));
    let none = SearchFilters::default;
    assert_eq!(
        with(SearchQuery {
            conversation: Some(first),
            ..red(none())
        }),
        [2, 1, 0]
    );
    let filtered = |filters| with(red(filters));
    let pictures = |has| SearchFilters {
        has_picture: Some(has),
        ..none()
    };
    assert_eq!(filtered(pictures(true)), [2]);
    assert_eq!(filtered(pictures(false)), [3, 1, 0]);
    let from = |sender| SearchFilters {
        sender: Some(sender),
        ..none()
    };
    assert_eq!(filtered(from(Sender::Team)), [0]);
    assert_eq!(filtered(from(Sender::Requester)), [3, 2, 1]);
    let until = |at| SearchFilters {
        until: Some(UtcMillis(at)),
        ..none()
    };
    assert_eq!(filtered(until(day.0 + 1)), [0]);
    assert_eq!(filtered(until(day.0)), Vec::<i64>::new());
    let since = SearchFilters {
        from: Some(UtcMillis(day.0 + 1)),
        ..none()
    };
    assert_eq!(filtered(since), [3, 2, 1]);
    let only_pictures = SearchQuery {
        filters: pictures(true),
        ..SearchQuery::default()
    };
    assert_eq!(with(only_pictures), [2]);
    // What must not be in.
    assert_eq!(found(&test, "red -hat -scarf "), [2, 0]);
    assert_eq!(found(&test, "-hat "), [3, 2, 0]);
}

#[test]
fn filters_about_the_conversation_follow_what_it_is_now() {
    let test = open_store();
    test.store_all([arrival(1, 17, "red hat"), arrival(2, 170, "red coat")]);
    let filtered = |filters: SearchFilters| {
        let query = SearchQuery {
            terms: plain_terms("red"),
            filters,
            ..SearchQuery::default()
        };
        let counted = query.clone();
        let counted = test
            .store
            .read_blocking(move |conn| conn.count_hits(&counted, 100))
            .unwrap();
        let page = positions(&search(&test, query));
        assert_eq!(usize::try_from(counted.counted).unwrap(), page.len());
        page
    };
    let number = |number: &str| SearchFilters {
        number: Some(number.to_owned()),
        ..SearchFilters::default()
    };
    let state = |state| SearchFilters {
        state: Some(state),
        ..SearchFilters::default()
    };
    assert_eq!(filtered(number("0170")), [2]);
    assert_eq!(filtered(number("0017")), [1]);
    assert_eq!(filtered(number("9999")), Vec::<i64>::new());
    assert_eq!(filtered(state(SearchState::Done)), [2, 1]);
    assert_eq!(filtered(state(SearchState::New)), Vec::<i64>::new());
    let both = SearchFilters {
        state: Some(SearchState::Ongoing),
        ..number("0170")
    };
    assert_eq!(filtered(both), Vec::<i64>::new());
}

/// More conversations than an expression can name: hits are looked at one by one, a bounded number of them for
/// each page, and pages go on until something fits.
#[test]
fn a_filter_that_many_conversations_fit_is_bounded_and_complete() {
    let test = open_store();
    let day = UtcMillis(1_600_000_000_000);
    let old: Vec<_> = (0..80)
        .map(|n| history(1000 + n, n as u32 + 900, "red", day))
        .collect();
    let newer: Vec<_> = (0..700)
        .map(|n| history(5000 + n, 500, "red", UtcMillis(day.0 + 1)))
        .collect();
    test.store
        .write_blocking(move |tx| {
            tx.import_history(&newer)?;
            tx.import_history(&old)
        })
        .unwrap();
    // Three digits are the fewest that are looked for.
    for fragment in ["121255509", "509"] {
        assert_eq!(looked_further_back(&test, fragment), 80, "{fragment}");
    }
}

/// How many texts pages of hits come to, until one says that it is the last.
fn looked_further_back(test: &TestStore, fragment: &str) -> usize {
    let mut seen = 0;
    let mut before = None;
    let mut pages = 0;
    loop {
        let query = SearchQuery {
            terms: plain_terms("red"),
            filters: SearchFilters {
                // All but the requester whose number ends in 0500.
                number: Some(fragment.to_owned()),
                ..SearchFilters::default()
            },
            before,
            limit: 50,
            ..SearchQuery::default()
        };
        let page = search(test, query);
        seen += page.hits.len();
        pages += 1;
        before = page.next;
        if before.is_none() {
            break;
        }
    }
    assert!(pages > 2, "{fragment}: {pages}");
    seen
}

#[test]
fn a_count_stops_at_its_bound() {
    let test = open_store();
    test.store_all((1..=25).map(|number| arrival(number, 1, "again and again")));
    let count = |most| {
        let query = SearchQuery {
            terms: plain_terms("again"),
            ..SearchQuery::default()
        };
        let count = test
            .store
            .read_blocking(move |conn| conn.count_hits(&query, most))
            .unwrap();
        (count.counted, count.is_more)
    };
    assert_eq!(count(100), (25, false));
    assert_eq!(count(10), (10, true));
}

#[test]
fn a_search_that_nobody_waits_for_is_given_up_in_the_middle() {
    let test = open_store();
    for part in 0..4 {
        let texts: Vec<_> = (0..5_000)
            .map(|n| {
                history(
                    100_000 + part * 5_000 + n,
                    1,
                    "again and again",
                    UtcMillis(1_600_000_000_000),
                )
            })
            .collect();
        test.store
            .write_blocking(move |tx| tx.import_history(&texts))
            .unwrap();
    }
    let stop = Stop::default();
    let begun = stop.clone();
    let query = SearchQuery {
        terms: plain_terms("again"),
        filters: SearchFilters {
            from: Some(UtcMillis(1)),
            ..SearchFilters::default()
        },
        ..SearchQuery::default()
    };
    let counting = query.clone();
    let answer = test.store.read_unless(&stop, move |conn| {
        // Stopped after it has begun, so that only SQLite can give it up.
        begun.stop();
        conn.count_hits(&counting, 20_000)
    });
    assert!(matches!(answer.wait(), Err(StoreError::Stopped)));
    // One that was stopped while it waited for its turn does nothing at all.
    let late = test.store.read_unless(&stop, |_| Ok(()));
    assert!(matches!(late.wait(), Err(StoreError::Stopped)));
    // The connection is as good as before.
    for _ in 0..8 {
        let query = query.clone();
        let count = test
            .store
            .read_blocking(move |conn| conn.count_hits(&query, 20_000));
        assert_eq!(count.unwrap().counted, 20_000);
    }
}

#[test]
fn what_was_searched_for_is_forgotten_when_a_text_is_removed() {
    let test = open_store();
    test.store_all([arrival(1, 1, "my PIN is 4711")]);
    let recent = || {
        test.store
            .read_blocking(|conn| conn.find_setting::<Vec<String>>(RECENT_SEARCHES))
            .unwrap()
    };
    test.store
        .write_blocking(|tx| tx.put_setting(RECENT_SEARCHES, &["pin 4711"]))
        .unwrap();
    assert!(recent().is_some());
    test.store
        .write_blocking(|tx| tx.redact_message(message_id(1)))
        .unwrap();
    assert_eq!(recent(), None);
}

#[test]
fn redacted_text_leaves_the_index_the_preview_and_the_outbox() {
    let test = open_store();
    test.store_all([arrival(1, 1, "my PIN is 4711"), arrival(2, 1, "thanks")]);
    test.store
        .write_blocking(|tx| tx.redact_message(message_id(1)))
        .unwrap();
    assert_eq!(found(&test, "4711"), Vec::<i64>::new());
    assert_eq!(found(&test, "thanks"), [2]);
    let row = test
        .store
        .read_blocking(|conn| conn.find_message(message_id(1)))
        .unwrap()
        .unwrap();
    assert!(row.redacted);
    assert_eq!(row.body.as_str(), "");
}

#[test]
fn a_piece_of_a_number_finds_its_conversations_newest_first() {
    let test = open_store();
    test.store_all([
        arrival(1, 17, "hi"),
        arrival(2, 170, "hi"),
        arrival(3, 9, "hi"),
    ]);
    let find = |fragment: &'static str| -> Vec<String> {
        test.store
            .read_blocking(move |conn| conn.search_conversations(fragment, 10))
            .unwrap()
            .into_iter()
            .map(|row| row.key.requester.as_str().to_owned())
            .collect()
    };
    assert_eq!(find("(555) 017"), ["+12125550170"]);
    assert_eq!(find("0017"), ["+12125550017"]);
    assert_eq!(
        find("212-555-0"),
        ["+12125550009", "+12125550170", "+12125550017"]
    );
    assert_eq!(find("no"), Vec::<String>::new());
    assert_eq!(find("--"), Vec::<String>::new());
}

#[test]
fn pages_follow_each_other_without_a_gap() {
    let test = open_store();
    test.store_all((1..=25).map(|number| arrival(number, 1, "again and again")));
    let mut seen = Vec::new();
    let mut before = None;
    loop {
        let query = SearchQuery {
            terms: plain_terms("again"),
            before,
            limit: 10,
            ..SearchQuery::default()
        };
        let page = test
            .store
            .read_blocking(move |conn| conn.search(&query))
            .unwrap();
        seen.extend(positions(&page));
        before = page.next;
        if before.is_none() {
            break;
        }
    }
    assert_eq!(seen, (1..=25).rev().collect::<Vec<i64>>());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]

    #[test]
    fn nothing_typed_is_ever_an_error(texts in proptest::collection::vec(any::<String>(), 1..20)) {
        let test = open_store();
        test.store_all([arrival(1, 1, "hello world")]);
        for text in texts.into_iter().chain(["\"", "*", "a\0b", "NEAR(", "body:", "-x", "^a"].map(String::from)) {
            let query = SearchQuery { terms: plain_terms(&text), limit: 10, ..SearchQuery::default() };
            let result = test.store.read_blocking(move |conn| {
                conn.search_conversations(&text, 10)?;
                conn.search(&query)
            });
            prop_assert!(result.is_ok(), "{result:?}");
        }
    }
}

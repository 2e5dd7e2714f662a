//! Search as an agent uses it, on a real encrypted file.
#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

mod support;

use proptest::prelude::*;
use support::{TestStore, arrival, history, key, message_id, open_store};
use tern_domain::{ConversationId, Direction, UtcMillis};
use tern_store::{SearchPage, SearchQuery};

fn search(test: &TestStore, query: SearchQuery) -> SearchPage {
    let query = SearchQuery { limit: 50, ..query };
    test.store
        .read_blocking(move |conn| conn.search(&query))
        .unwrap()
}

fn found(test: &TestStore, text: &str) -> Vec<i64> {
    let query = SearchQuery {
        text: text.to_owned(),
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
            text: "CAFE".to_owned(),
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
    let red = || SearchQuery {
        text: "red".to_owned(),
        ..SearchQuery::default()
    };
    let first = conversation(&test, 1);
    let with = |query| positions(&search(&test, query));
    assert_eq!(
        with(SearchQuery {
            conversation: Some(first),
            ..red()
        }),
        [2, 1, 0]
    );
    assert_eq!(
        with(SearchQuery {
            has_picture: Some(true),
            ..red()
        }),
        [2]
    );
    assert_eq!(
        with(SearchQuery {
            has_picture: Some(false),
            ..red()
        }),
        [3, 1, 0]
    );
    assert_eq!(
        with(SearchQuery {
            direction: Some(Direction::Outbound),
            ..red()
        }),
        [0]
    );
    assert_eq!(
        with(SearchQuery {
            until: Some(UtcMillis(day.0 + 1)),
            ..red()
        }),
        [0]
    );
    assert_eq!(
        with(SearchQuery {
            until: Some(day),
            ..red()
        }),
        Vec::<i64>::new()
    );
    assert_eq!(
        with(SearchQuery {
            from: Some(UtcMillis(day.0 + 1)),
            ..red()
        }),
        [3, 2, 1]
    );
    let only_pictures = SearchQuery {
        has_picture: Some(true),
        ..SearchQuery::default()
    };
    assert_eq!(with(only_pictures), [2]);
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
            text: "again".to_owned(),
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
            let query = SearchQuery { text: text.clone(), limit: 10, ..SearchQuery::default() };
            let result = test.store.read_blocking(move |conn| {
                conn.search_conversations(&text, 10)?;
                conn.search(&query)
            });
            prop_assert!(result.is_ok(), "{result:?}");
        }
    }
}

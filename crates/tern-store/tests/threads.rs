//! Pages of a thread and what was read of it.
#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

mod support;

use proptest::prelude::*;
use support::{TestStore, answer, arrival, history, key, open_store};
use tern_domain::condition::{Fact, FactSheet as _, FactValue};
use tern_domain::search::{SearchFilters, Sender, plain_terms};
use tern_domain::{AgentId, Author, ConversationId, MessagePosition, NewMessage, UtcMillis};
use tern_store::{ConversationRow, MessagePage, SearchQuery, ThreadAnchor};
use uuid::Uuid;

fn conversation(test: &TestStore, requester: u32) -> ConversationId {
    test.store
        .read_blocking(move |conn| conn.find_conversation(&key(requester)))
        .unwrap()
        .unwrap()
}

fn row(test: &TestStore, requester: u32) -> ConversationRow {
    let id = conversation(test, requester);
    test.store
        .read_blocking(move |conn| conn.load_conversation(id))
        .unwrap()
}

fn page(test: &TestStore, requester: u32, anchor: ThreadAnchor, limit: u32) -> MessagePage {
    let id = conversation(test, requester);
    test.store
        .read_blocking(move |conn| conn.list_messages(id, anchor, limit))
        .unwrap()
}

fn positions(page: &MessagePage) -> Vec<i64> {
    page.messages.iter().map(|row| row.position.0).collect()
}

fn mark_read(test: &TestStore, requester: u32, up_to: i64) {
    let id = conversation(test, requester);
    test.store
        .write_blocking(move |tx| tx.mark_read(id, MessagePosition(up_to)))
        .unwrap();
}

#[test]
fn pages_start_where_they_are_asked_to() {
    let test = open_store();
    test.store_all((1..=20).map(|number| arrival(number, 1, "hi")));
    mark_read(&test, 1, 12);
    let latest = page(&test, 1, ThreadAnchor::Latest, 5);
    assert_eq!(positions(&latest), [16, 17, 18, 19, 20]);
    assert!(latest.has_older && !latest.has_newer);
    assert_eq!(latest.first_unread, Some(MessagePosition(13)));
    let unread = page(&test, 1, ThreadAnchor::Unread, 6);
    assert_eq!(positions(&unread), [10, 11, 12, 13, 14, 15]);
    assert!(unread.has_older && unread.has_newer);
    let before = page(&test, 1, ThreadAnchor::Before(MessagePosition(4)), 10);
    assert_eq!(positions(&before), [1, 2, 3]);
    assert!(!before.has_older && before.has_newer);
    let after = page(&test, 1, ThreadAnchor::After(MessagePosition(18)), 10);
    assert_eq!(positions(&after), [19, 20]);
    assert!(after.has_older && !after.has_newer);
    let around = page(&test, 1, ThreadAnchor::Around(MessagePosition(19)), 6);
    assert_eq!(positions(&around), [15, 16, 17, 18, 19, 20]);
    let start = page(&test, 1, ThreadAnchor::Around(MessagePosition(1)), 4);
    assert_eq!(positions(&start), [1, 2, 3, 4]);
}

#[test]
fn with_all_read_the_unread_page_is_the_newest() {
    let test = open_store();
    test.store_all((1..=5).map(|number| arrival(number, 1, "hi")));
    mark_read(&test, 1, 5);
    let unread = page(&test, 1, ThreadAnchor::Unread, 2);
    assert_eq!(positions(&unread), [4, 5]);
    assert_eq!(unread.first_unread, None);
}

#[test]
fn only_texts_that_count_are_unread_and_reading_never_goes_back() {
    let test = open_store();
    let mut keyword = arrival(3, 1, "STOP");
    keyword.unread = false;
    test.store_all([
        arrival(1, 1, "one"),
        answer(2, 1, "two"),
        keyword,
        arrival(4, 1, "four"),
    ]);
    assert_eq!(row(&test, 1).unread_count, 2);
    mark_read(&test, 1, 1);
    assert_eq!(row(&test, 1).unread_count, 1);
    assert_eq!(
        page(&test, 1, ThreadAnchor::Unread, 9).first_unread,
        Some(MessagePosition(4))
    );
    mark_read(&test, 1, 4);
    mark_read(&test, 1, 2);
    assert_eq!(row(&test, 1).unread_count, 0);
    assert_eq!(row(&test, 1).read_up_to, MessagePosition(4));
}

#[test]
fn texts_of_the_past_come_before_live_ones_in_the_carriers_order() {
    let test = open_store();
    test.store_all([arrival(1, 1, "live")]);
    let newest_first = |from: u64| -> Vec<_> {
        (from..from + 5)
            .map(|number| {
                let at = UtcMillis(1_600_000_000_000 - i64::try_from(number).unwrap() * 1000);
                history(number, 1, &number.to_string(), at)
            })
            .collect()
    };
    for from in [100, 105] {
        let rows = newest_first(from);
        test.store
            .write_blocking(move |tx| tx.import_history(&rows))
            .unwrap();
    }
    let all = page(&test, 1, ThreadAnchor::Latest, 50);
    let bodies: Vec<_> = all.messages.iter().map(|row| row.body.as_str()).collect();
    assert_eq!(
        bodies,
        [
            "109", "108", "107", "106", "105", "104", "103", "102", "101", "100", "live"
        ]
    );
    let row = row(&test, 1);
    assert_eq!(row.preview.text.as_str(), "live");
    assert_eq!((row.message_count, row.unread_count), (11, 1));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    /// Texts of two conversations, live and past, mixed: paging back and forth sees each once.
    #[test]
    fn paging_either_way_has_no_gap_and_no_repeat(
        kinds in proptest::collection::vec((any::<bool>(), 1_u32..3), 1..60),
        size in 1_u32..9,
    ) {
        let test = open_store();
        let mut expected = 0;
        for (number, (is_live, requester)) in (1_u64..).zip(kinds) {
            expected += usize::from(requester == 1);
            if is_live {
                test.store_all([arrival(number, requester, "hi")]);
            } else {
                let at = UtcMillis(1_600_000_000_000 - i64::try_from(number).unwrap());
                let rows = [history(number, requester, "hi", at)];
                test.store.write_blocking(move |tx| tx.import_history(&rows)).unwrap();
            }
        }
        prop_assume!(expected > 0);
        let mut back = Vec::new();
        let mut anchor = ThreadAnchor::Latest;
        loop {
            let found = page(&test, 1, anchor, size);
            back.extend(positions(&found).into_iter().rev());
            if !found.has_older { break }
            anchor = ThreadAnchor::Before(found.messages[0].position);
        }
        let mut forth = Vec::new();
        let mut anchor = ThreadAnchor::After(MessagePosition(i64::MIN));
        loop {
            let found = page(&test, 1, anchor, size);
            forth.extend(positions(&found));
            if !found.has_newer { break }
            anchor = ThreadAnchor::After(found.messages[found.messages.len() - 1].position);
        }
        prop_assert_eq!(back.len(), expected);
        prop_assert!(back.windows(2).all(|pair| pair[0] > pair[1]));
        back.reverse();
        prop_assert_eq!(back, forth);
    }
}

#[test]
fn m_12_a_text_of_the_virtual_agents_is_told_from_an_agents_wherever_it_shows() {
    let test = open_store();
    let agent = Author::Agent(AgentId::new(Uuid::from_u128(7)));
    let by = |number, author| NewMessage {
        author,
        ..answer(number, 1, "It leaves tomorrow")
    };
    let last_author = || {
        let id = conversation(&test, 1);
        let row = test
            .store
            .read_blocking(move |conn| conn.load_facts(id, UtcMillis(0)))
            .unwrap();
        row.fact(Fact::LastAuthor)
    };
    test.store_all([arrival(1, 1, "Where is it?"), by(2, Some(agent))]);
    assert!(!row(&test, 1).preview.is_bots);
    assert_eq!(last_author(), Some(FactValue::Text("agent".to_owned())));
    test.store_all([by(3, Some(Author::VirtualAgent))]);
    assert!(row(&test, 1).preview.is_bots);
    assert_eq!(
        last_author(),
        Some(FactValue::Text("virtual_agent".to_owned()))
    );

    let thread = page(&test, 1, ThreadAnchor::Latest, 10);
    let authors: Vec<_> = thread.messages.iter().map(|text| text.author).collect();
    assert_eq!(authors, [None, Some(agent), Some(Author::VirtualAgent)]);

    let hits = |author: Option<AgentId>| {
        let query = SearchQuery {
            terms: plain_terms("leaves"),
            filters: SearchFilters {
                sender: author.map(Sender::Agent),
                ..SearchFilters::default()
            },
            limit: 10,
            ..SearchQuery::default()
        };
        let page = test
            .store
            .read_blocking(move |conn| conn.search(&query))
            .unwrap();
        let found: Vec<_> = page
            .hits
            .iter()
            .map(|hit| (hit.position.0, hit.is_bots))
            .collect();
        found
    };
    assert_eq!(hits(None), [(3, true), (2, false)]);
    assert_eq!(hits(agent.agent()), [(2, false)]);
}

#[test]
fn a_day_is_found_in_a_thread_or_the_first_text_after_it() {
    const DAY: i64 = 86_400_000;
    let test = open_store();
    let first = 1_600_000_000_000;
    test.store_all([arrival(1, 1, "now")]);
    // From the oldest to the newest: two of another conversation between.
    let texts = [
        support::history(103, 1, "third", UtcMillis(first + 9 * DAY)),
        support::history(203, 2, "other", UtcMillis(first + 5 * DAY)),
        support::history(102, 1, "second", UtcMillis(first + 2 * DAY)),
        support::history(101, 1, "first", UtcMillis(first)),
    ];
    for text in texts {
        test.store
            .write_blocking(move |tx| tx.import_history(&[text]))
            .unwrap();
    }
    let id = conversation(&test, 1);
    let found = |since: i64| {
        test.store
            .read_blocking(move |conn| conn.find_text_since(id, UtcMillis(since)))
            .unwrap()
            .unwrap()
            .1
            .0
    };
    assert_eq!(found(0), first);
    assert_eq!(found(first + 1), first + 2 * DAY);
    assert_eq!(found(first + 2 * DAY), first + 2 * DAY);
    assert_eq!(found(first + 5 * DAY), first + 9 * DAY);
    // After the newest there is the newest.
    let newest = found(first + 10 * DAY);
    assert!(newest > first + 9 * DAY);
    assert_eq!(found(i64::MAX), newest);
}

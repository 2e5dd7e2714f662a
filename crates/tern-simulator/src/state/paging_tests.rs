//! Paging shows every message exactly once, newest first, whatever the page size.
#![allow(clippy::unwrap_used)]

use std::collections::HashSet;

use proptest::prelude::*;

use super::*;
use crate::sid::{SidKind, SidMint};
use crate::state::messages::{Direction, MessageStatus};

const NOW: Moment = Moment::from_millis(i64::MAX);

fn number(index: u8) -> E164 {
    E164::parse(&format!("+1415555010{index}")).unwrap()
}

fn store(rows: &[(i64, u8, u8)]) -> MessageStore {
    let mut mint = SidMint::new(Some(1));
    let mut store = MessageStore::default();
    for (at, from, to) in rows {
        let at = Moment::from_millis(*at);
        store.insert(MessageRow {
            sid: mint.mint(SidKind::Sms),
            from: Some(number(*from)),
            to: number(*to),
            direction: Direction::OutboundApi,
            status: MessageStatus::Delivered,
            body: "".into(),
            redacted: false,
            deleted: false,
            segments: 1,
            media_count: 0,
            media: Vec::new(),
            created: at,
            updated: at,
            sent: Some(at),
            listed_from: at,
            error_code: None,
            sending: None,
        });
    }
    store
}

fn walk(store: &MessageStore, filter: &MessageFilter, size: usize) -> Vec<Vec<MessageNumber>> {
    let mut pages = Vec::new();
    let mut cursor = Cursor::Newest { skip: 0 };
    loop {
        let page = store.page(filter, cursor, size, NOW).unwrap();
        assert!(page.numbers.len() <= size);
        let last = page.numbers.last().copied();
        pages.push(page.numbers);
        match last.filter(|_| page.has_older) {
            Some(last) => cursor = Cursor::After(store.row(last).unwrap().sid),
            None => return pages,
        }
    }
}

proptest! {
    #[test]
    fn every_message_is_shown_exactly_once_newest_first(
        rows in prop::collection::vec((0_i64..50, 0_u8..3, 0_u8..3), 0..60),
        size in 1_usize..20,
        from in prop::option::of(0_u8..4),
        to in prop::option::of(0_u8..4),
        since in prop::option::of(0_i64..50),
        before in prop::option::of(0_i64..50),
    ) {
        let store = store(&rows);
        let filter = MessageFilter {
            from: from.map(number),
            to: to.map(number),
            sent_from: since.map(Moment::from_millis),
            sent_before: before.map(Moment::from_millis),
        };
        let shown: Vec<_> = walk(&store, &filter, size).concat();
        let moments: Vec<_> = shown.iter().map(|number| store.row(*number).unwrap().sent.unwrap()).collect();
        prop_assert!(moments.is_sorted_by(|newer, older| newer >= older));
        prop_assert_eq!(shown.iter().collect::<HashSet<_>>().len(), shown.len());
        let wanted = rows.iter().filter(|(at, sender, recipient)| {
            from.is_none_or(|from| from == *sender)
                && to.is_none_or(|to| to == *recipient)
                && since.is_none_or(|since| *at >= since)
                && before.is_none_or(|before| *at < before)
        });
        prop_assert_eq!(shown.len(), wanted.count());
    }

    #[test]
    fn the_page_before_a_page_is_the_one_that_led_to_it(
        rows in prop::collection::vec((0_i64..50, 0_u8..2, 0_u8..2), 1..60),
        size in 1_usize..10,
    ) {
        let store = store(&rows);
        let filter = MessageFilter::default();
        let pages = walk(&store, &filter, size);
        for pair in pages.windows(2) {
            let [earlier, later] = pair else { continue };
            let first = store.row(*later.first().unwrap()).unwrap().sid;
            prop_assert_eq!(&store.page(&filter, Cursor::Before(first), size, NOW).unwrap().numbers, earlier);
        }
    }
}

#[test]
fn a_token_outlives_the_row_it_names() {
    let mut store = store(&[(1, 0, 1), (2, 0, 1), (3, 0, 1)]);
    let filter = MessageFilter::default();
    let first = store
        .page(&filter, Cursor::Newest { skip: 0 }, 1, NOW)
        .unwrap();
    let number = *first.numbers.first().unwrap();
    let sid = store.row(number).unwrap().sid;
    store.update(number, |row| row.deleted = true);
    let rest = store.page(&filter, Cursor::After(sid), 10, NOW).unwrap();
    assert_eq!(rest.numbers.len(), 2);
    assert_eq!(store.len(), 2);
    assert!(store.find(sid).is_none());
}

#[test]
fn a_lagging_row_is_listed_when_its_time_has_come() {
    let mut store = store(&[(1, 0, 1), (2, 0, 1)]);
    let number = store
        .page(
            &MessageFilter::default(),
            Cursor::Newest { skip: 0 },
            1,
            NOW,
        )
        .unwrap()
        .numbers;
    store.update(*number.first().unwrap(), |row| {
        row.listed_from = Moment::from_millis(500)
    });
    let at = |millis| {
        let page = store.page(
            &MessageFilter::default(),
            Cursor::Newest { skip: 0 },
            9,
            Moment::from_millis(millis),
        );
        page.unwrap().numbers.len()
    };
    assert_eq!((at(499), at(500)), (1, 2));
}

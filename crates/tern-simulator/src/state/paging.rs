//! Lists of messages, newest first, in pages behind a cursor. Owns filters and page cuts; a cursor is
//! a row, not an offset, so that new rows never shift the pages that follow.

use std::ops::Bound;

use crate::address::E164;
use crate::clock::Moment;
use crate::sid::Sid;
use crate::state::messages::{ListKey, MessageNumber, MessageRow, MessageStore};

/// What a list leaves out.
#[derive(Clone, Debug, Default)]
pub(crate) struct MessageFilter {
    pub(crate) to: Option<E164>,
    pub(crate) from: Option<E164>,
    /// Sent at or after.
    pub(crate) sent_from: Option<Moment>,
    /// Sent before (exclusive; an inclusive day ends at the next midnight).
    pub(crate) sent_before: Option<Moment>,
}

impl MessageFilter {
    fn admits(&self, row: &MessageRow, now: Moment) -> bool {
        let dated = self.sent_from.is_none() && self.sent_before.is_none() || row.sent.is_some();
        dated
            && row.listed_from <= now
            && self.to.as_ref().is_none_or(|to| *to == row.to)
            && self
                .from
                .as_ref()
                .is_none_or(|from| row.from.as_ref() == Some(from))
    }
}

/// Where a page begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Cursor {
    /// At the newest row, after leaving out this many.
    Newest {
        /// Rows to leave out.
        skip: usize,
    },
    /// After (older than) this row.
    After(Sid),
    /// Before (newer than) this row.
    Before(Sid),
}

impl Cursor {
    /// Reads a page token: `PA` or `PB` and the SID of the row beside the page.
    pub(crate) fn parse(token: &str) -> Option<Self> {
        let (side, sid) = token.split_at_checked(2)?;
        let sid = Sid::parse_message(sid)?;
        match side {
            "PA" => Some(Self::After(sid)),
            "PB" => Some(Self::Before(sid)),
            _ => None,
        }
    }
}

/// One page of rows, newest first.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct MessagePage {
    pub(crate) numbers: Vec<MessageNumber>,
    /// Whether rows follow that are older still.
    pub(crate) has_older: bool,
}

impl MessageStore {
    /// The page of `size` rows at `cursor`; `None` when the cursor names a row that never was.
    pub(crate) fn page(
        &self,
        filter: &MessageFilter,
        cursor: Cursor,
        size: usize,
        now: Moment,
    ) -> Option<MessagePage> {
        let floor = filter
            .sent_from
            .map_or(Bound::Unbounded, |at| Bound::Included(ListKey::floor(at)));
        let ceiling = filter
            .sent_before
            .map_or(Bound::Unbounded, |at| Bound::Excluded(ListKey::floor(at)));
        match cursor {
            Cursor::Newest { skip } => Some(self.older(filter, (floor, ceiling), skip, size, now)),
            Cursor::After(sid) => {
                let key = self.key_of(sid)?;
                let ceiling = match ceiling {
                    Bound::Excluded(end) if end < key => ceiling,
                    _ => Bound::Excluded(key),
                };
                Some(self.older(filter, (floor, ceiling), 0, size, now))
            }
            Cursor::Before(sid) => {
                let key = self.key_of(sid)?;
                let floor = match floor {
                    Bound::Included(start) if start > key => floor,
                    _ => Bound::Excluded(key),
                };
                let mut numbers: Vec<_> = self
                    .admitted(filter, (floor, ceiling), now)
                    .take(size)
                    .collect();
                numbers.reverse();
                Some(MessagePage {
                    numbers,
                    has_older: true,
                })
            }
        }
    }

    fn older(
        &self,
        filter: &MessageFilter,
        range: (Bound<ListKey>, Bound<ListKey>),
        skip: usize,
        size: usize,
        now: Moment,
    ) -> MessagePage {
        let mut numbers: Vec<_> = self
            .admitted(filter, range, now)
            .rev()
            .skip(skip)
            .take(size + 1)
            .collect();
        let has_older = numbers.len() > size;
        numbers.truncate(size);
        MessagePage { numbers, has_older }
    }

    fn admitted(
        &self,
        filter: &MessageFilter,
        range: (Bound<ListKey>, Bound<ListKey>),
        now: Moment,
    ) -> impl DoubleEndedIterator<Item = MessageNumber> {
        let keys = self
            .keys(filter.from.as_ref(), filter.to.as_ref())
            .filter(|_| !is_empty(range));
        keys.into_iter()
            .flat_map(move |keys| keys.range(range))
            .map(|key| key.1)
            .filter(move |number| self.row(*number).is_some_and(|row| filter.admits(row, now)))
    }
}

/// Whether a range holds nothing; the set's own range panics on an inverted one.
fn is_empty(range: (Bound<ListKey>, Bound<ListKey>)) -> bool {
    match range {
        (Bound::Included(start), Bound::Excluded(end)) => start >= end,
        (Bound::Excluded(start), Bound::Excluded(end)) => start >= end,
        _ => false,
    }
}

#[cfg(test)]
#[path = "paging_tests.rs"]
mod tests;

//! How long what waits will probably wait yet (H-5): the queue's average wait, less the wait so far.
//!
//! Only opening hours count on either side: a night between two days is nobody's wait.

use super::queue::Queue;
use super::work_item::WorkItem;
use crate::time::{Millis, UtcMillis};

/// A wait that ended with somebody who has the work.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PastWait {
    /// When it began.
    pub queued_at: UtcMillis,
    /// When somebody got it.
    pub until: UtcMillis,
}

/// What can be said about a wait.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WaitEstimate {
    /// Too few waits to go by.
    NotEnough {
        /// How many there are.
        waits: usize,
    },
    /// The average, and what is left of it.
    Known {
        /// How long it takes on average.
        usual: Millis,
        /// What is left; nothing where it has taken as long already.
        left: Millis,
    },
}

impl WaitEstimate {
    /// Fewer waits say nothing.
    pub const FEWEST: usize = 5;
    /// More are not looked at.
    pub const MOST: u32 = 20;
    /// Older ones are of another time.
    pub const HORIZON: Millis = Millis::days(7);

    /// The estimate for an item of a queue, from that queue's newest waits.
    #[must_use]
    pub fn of(queue: &Queue, item: &WorkItem, past: &[PastWait], now: UtcMillis) -> Self {
        let waits = past.len();
        let Some(count) = i64::try_from(waits).ok().filter(|_| waits >= Self::FEWEST) else {
            return Self::NotEnough { waits };
        };
        let sum = past.iter().fold(0_i64, |sum, wait| {
            sum.saturating_add(queue.open_between(wait.queued_at, wait.until).0)
        });
        let usual = sum.checked_div(count).unwrap_or_default();
        let so_far = queue.open_between(item.queued_at, now).0;
        Self::Known {
            usual: Millis(usual),
            left: Millis(usual.saturating_sub(so_far).max(0)),
        }
    }
}

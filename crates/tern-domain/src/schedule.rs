//! When to do things: back-off, undo hold, polling, re-fetching, look-ups. Pure arithmetic on times
//! passed in; the jitter comes from ids, so that a run can be replayed exactly.

use serde::{Deserialize, Serialize};

use crate::ids::MessageId;
use crate::time::{Millis, UtcMillis};

/// How long an uncertain send is looked up before only the agent can settle it.
pub const LOOK_UP_FOR: Millis = Millis::minutes(10);

/// How long Tern looks by itself before it asks the agent about an uncertain send. Nearly all are found in
/// this time, and an answer given before the list was asked is a guess.
pub const ASK_AFTER: Millis = Millis::seconds(8);

/// Pause after the carrier refused the credentials: somebody has to replace them first.
pub const CREDENTIALS_RETRY: Millis = Millis::minutes(5);

/// How far a poll looks back: the carrier's list can show rows hours late.
pub const OVERLAP: Millis = Millis::hours(24);

const BACK_OFF_FIRST: Millis = Millis::seconds(2);
const BACK_OFF_LAST: Millis = Millis::minutes(5);

/// How long a sent text can be called back: 0 to 30 seconds.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize,
)]
#[serde(from = "u8", into = "u8")]
pub struct UndoHold(u8);

impl UndoHold {
    /// Sent at once.
    pub const OFF: Self = Self(0);
    /// The longest hold, in seconds.
    pub const MAX_SECONDS: u8 = 30;

    /// So many seconds, at most [`UndoHold::MAX_SECONDS`].
    #[must_use]
    pub const fn seconds(seconds: u8) -> Self {
        Self(if seconds > Self::MAX_SECONDS {
            Self::MAX_SECONDS
        } else {
            seconds
        })
    }

    /// As a duration.
    #[must_use]
    pub const fn duration(self) -> Millis {
        Millis::seconds(self.0 as i64)
    }
}

impl From<u8> for UndoHold {
    fn from(seconds: u8) -> Self {
        Self::seconds(seconds)
    }
}

impl From<UndoHold> for u8 {
    fn from(hold: UndoHold) -> Self {
        hold.0
    }
}

/// Pause before attempt `attempts + 1`: doubles from 2 s to 5 min; the upper half of it is spread by
/// the text's id, so that texts that failed together do not come back together.
#[must_use]
pub fn send_back_off(attempts: u32, message_id: MessageId) -> Millis {
    let doublings = attempts.saturating_sub(1).min(16);
    let full = BACK_OFF_FIRST
        .0
        .saturating_mul(1_i64 << doublings)
        .min(BACK_OFF_LAST.0);
    let half = full / 2;
    let (_, low) = message_id.uuid().as_u64_pair();
    let spread = i64::try_from(low % 1000).unwrap_or(0);
    Millis(half + half * spread / 1000)
}

/// What the person at the laptop is doing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Attention {
    /// A window of Tern's has the focus.
    Focused,
    /// Tern runs behind other windows.
    Background,
    /// Nobody has touched Tern for a while.
    Idle,
}

/// Pause between two polls.
#[must_use]
pub const fn sync_interval(attention: Attention) -> Millis {
    match attention {
        Attention::Focused => Millis::seconds(2),
        Attention::Background => Millis::seconds(10),
        Attention::Idle => Millis::seconds(30),
    }
}

/// From when a poll fetches: the overlap before the last complete poll, but never before going live
/// by more than the overlap; without a last poll, from going live.
#[must_use]
pub fn poll_from(last_complete: Option<UtcMillis>, live_since: UtcMillis) -> UtcMillis {
    last_complete.unwrap_or(live_since).max(live_since) - OVERLAP
}

/// When a text that is not final is to be fetched again, by its age: seconds while it is young, minutes
/// for the first hour, hourly up to 12 hours, then daily (statuses older than that rarely move).
#[must_use]
pub fn refetch_at(created_at: UtcMillis, last_fetched: Option<UtcMillis>) -> UtcMillis {
    let Some(last) = last_fetched else {
        return created_at + REFETCH_FIRST;
    };
    last + refetch_pause(last.since(created_at))
}

const REFETCH_FIRST: Millis = Millis::seconds(3);

fn refetch_pause(age: Millis) -> Millis {
    const STEPS: [(Millis, Millis); 5] = [
        (Millis::seconds(30), Millis::seconds(3)),
        (Millis::minutes(5), Millis::seconds(20)),
        (Millis::hours(1), Millis::minutes(5)),
        (Millis::hours(12), Millis::hours(1)),
        (Millis(i64::MAX), Millis::days(1)),
    ];
    STEPS
        .iter()
        .find(|(until, _)| age < *until)
        .map_or(Millis::days(1), |(_, pause)| *pause)
}

/// Statuses are not fetched again for texts older than this: Twilio forgets them.
pub const REFETCH_UNTIL: Millis = Millis::days(30);

/// When an uncertain send is to be looked up next: at once, then with doubling pauses; `None` when
/// look-ups have given up and only the agent can settle it.
#[must_use]
pub fn next_look_up(since: UtcMillis, last: Option<UtcMillis>) -> Option<UtcMillis> {
    let Some(last) = last else { return Some(since) };
    let elapsed = last.since(since).max(LOOK_UP_FIRST);
    let next = last + elapsed;
    (next < since + LOOK_UP_FOR).then_some(next)
}

const LOOK_UP_FIRST: Millis = Millis::seconds(3);

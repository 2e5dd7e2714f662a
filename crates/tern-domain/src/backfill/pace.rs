//! How fast the past is fetched, and for how long it still will be.
//!
//! Nobody knows how many texts there are before they were listed, so what is left is measured in time: the past goes by
//! at the speed at which it went by so far.

use crate::time::{Millis, UtcMillis};

/// How long a carrier keeps texts: what is asked for without a goal.
pub const CARRIER_KEEPS: Millis = Millis::days(400);
/// A shorter look says nothing.
const SHORTEST_LOOK: Millis = Millis::seconds(5);

/// How far it had come at one moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PacePoint {
    /// When.
    pub at: UtcMillis,
    /// The oldest instant that was reached.
    pub reached: UtcMillis,
    /// Texts fetched so far.
    pub fetched: u64,
}

/// How fast it goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pace {
    /// Texts in a minute.
    pub per_minute: u64,
    /// Until the goal, if it goes on like this; an account younger than the goal is done sooner.
    pub left: Option<Millis>,
}

/// The pace between two moments of one walk; `None` while there is too little to tell. A clock that was set back tells
/// nothing either.
#[must_use]
pub fn pace(from: PacePoint, to: PacePoint, goal: UtcMillis) -> Option<Pace> {
    let took = to.at.since(from.at);
    if took < SHORTEST_LOOK {
        return None;
    }
    let took = u64::try_from(took.0).ok()?;
    let fetched = to.fetched.saturating_sub(from.fetched);
    let went_by = u64::try_from(from.reached.since(to.reached).0).unwrap_or(0);
    let still = u64::try_from(to.reached.since(goal).0).unwrap_or(0);
    let left = still
        .saturating_mul(took)
        .checked_div(went_by)
        .and_then(|left| i64::try_from(left).ok())
        .map(Millis);
    Some(Pace {
        per_minute: fetched.saturating_mul(60_000) / took,
        left,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const START: UtcMillis = UtcMillis(1_800_000_000_000);

    fn point(seconds: i64, days_back: i64, fetched: u64) -> PacePoint {
        PacePoint {
            at: START + Millis::seconds(seconds),
            reached: START - Millis::days(days_back),
            fetched,
        }
    }

    #[test]
    fn what_is_left_goes_by_like_what_went_by() {
        let (from, goal) = (point(0, 10, 500), START - Millis::days(100));
        let told = pace(from, point(60, 40, 3_500), goal).unwrap();
        assert_eq!(told.per_minute, 3_000);
        assert_eq!(told.left, Some(Millis::seconds(120)));
        let done = pace(from, point(60, 100, 3_500), goal).unwrap();
        assert_eq!(done.left, Some(Millis::ZERO));
    }

    #[test]
    fn too_little_or_a_clock_set_back_tells_nothing() {
        let (from, goal) = (point(0, 10, 0), START - Millis::days(100));
        assert_eq!(pace(from, point(4, 20, 100), goal), None);
        assert_eq!(pace(from, point(-60, 20, 100), goal), None);
        let busy_day = pace(from, point(60, 10, 1_000), goal).unwrap();
        assert_eq!((busy_day.per_minute, busy_day.left), (1_000, None));
    }
}

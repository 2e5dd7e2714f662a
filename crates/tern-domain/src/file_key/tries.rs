//! How long wrong recovery codes are waited out.
//!
//! Against somebody at the keyboard. Whoever took the disk away counts for themselves; against them stand the 135
//! bits of the code.

use serde::{Deserialize, Serialize};

use crate::time::{Millis, UtcMillis};

/// Wrong codes that are taken for a slip.
const FREE: u32 = 2;
/// The first wait; each one after it is twice as long.
const FIRST: Millis = Millis::seconds(30);
/// No wait is longer.
const LONGEST: Millis = Millis::hours(24);

/// Wrong recovery codes in a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct RecoveryTries {
    /// How many.
    pub wrong: u32,
    /// No other one is taken before.
    #[serde(default)]
    pub until: Option<UtcMillis>,
}

impl RecoveryTries {
    /// How long to wait yet; `None` = a code can be tried. A clock that was set back makes no wait longer.
    #[must_use]
    pub fn wait_left(&self, now: UtcMillis) -> Option<Millis> {
        let left = self.until?.since(now);
        (left.0 > 0).then(|| Millis(left.0.min(self.wait().0)))
    }

    /// After one more wrong code.
    #[must_use]
    pub fn failed(self, now: UtcMillis) -> Self {
        let counted = Self {
            wrong: self.wrong.saturating_add(1),
            until: None,
        };
        let wait = counted.wait();
        Self {
            until: (wait.0 > 0).then(|| now + wait),
            ..counted
        }
    }

    fn wait(self) -> Millis {
        let Some(doubled) = self.wrong.checked_sub(FREE + 1) else {
            return Millis::ZERO;
        };
        let wait = FIRST
            .0
            .saturating_mul(1_i64.checked_shl(doubled.min(40)).unwrap_or(i64::MAX));
        Millis(wait.min(LONGEST.0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_wrong_code_is_waited_out_twice_as_long_as_the_one_before() {
        let now = UtcMillis(1_000_000);
        let mut tries = RecoveryTries::default();
        let mut waits = Vec::new();
        for _ in 0..60 {
            tries = tries.failed(now);
            waits.push(tries.wait_left(now).map_or(0, |wait| wait.0 / 1000));
        }
        assert_eq!(waits[..6], [0, 0, 30, 60, 120, 240]);
        assert_eq!(waits[59], 24 * 60 * 60);
        assert!(waits.is_sorted());
    }

    #[test]
    fn a_wait_ends_and_a_clock_that_was_set_back_makes_none_longer() {
        let now = UtcMillis(1_000_000_000);
        let tries = RecoveryTries::default().failed(now).failed(now).failed(now);
        assert_eq!(tries.wait_left(now), Some(Millis::seconds(30)));
        assert_eq!(tries.wait_left(now + Millis::seconds(30)), None);
        assert_eq!(tries.wait_left(UtcMillis(0)), Some(Millis::seconds(30)));
    }
}

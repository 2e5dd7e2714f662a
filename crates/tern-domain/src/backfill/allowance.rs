//! A bucket of bytes: what was fetched has to be made up for before more is.
//!
//! One request at a time is let through whole, however large it turns out to be, because nobody knows before; the next
//! one waits until the line had the time for it. Live texts never ask here.

use crate::time::{Millis, UtcMillis};

/// Bytes in a second; never zero.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ByteRate(u64);

impl ByteRate {
    /// A rate; `None` for zero, with which nothing would ever come.
    #[must_use]
    pub const fn new(bytes_a_second: u64) -> Option<Self> {
        if bytes_a_second == 0 {
            return None;
        }
        Some(Self(bytes_a_second))
    }

    /// Bytes in a second.
    #[must_use]
    pub const fn get(self) -> u64 {
        self.0
    }

    /// The time that this many bytes take, rounded up.
    fn time_for(self, bytes: u64) -> Millis {
        let millis = bytes.saturating_mul(1_000).div_ceil(self.0);
        Millis(i64::try_from(millis).unwrap_or(i64::MAX / 4))
    }
}

/// What may be fetched when.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Allowance {
    free_at: UtcMillis,
    looked_at: UtcMillis,
}

impl Allowance {
    /// Nothing was fetched yet.
    #[must_use]
    pub const fn new(now: UtcMillis) -> Self {
        Self {
            free_at: now,
            looked_at: now,
        }
    }

    /// How long nothing more may be fetched.
    pub fn wait(&mut self, now: UtcMillis) -> Millis {
        self.follow(now);
        self.free_at.since(now).max(Millis::ZERO)
    }

    /// So much was fetched.
    pub fn spend(&mut self, now: UtcMillis, bytes: u64, rate: ByteRate) {
        self.follow(now);
        self.free_at = self.free_at.max(now) + rate.time_for(bytes);
    }

    /// A clock that was set back does not make anybody wait for it to come round again.
    fn follow(&mut self, now: UtcMillis) {
        if now < self.looked_at {
            self.free_at = self.free_at - self.looked_at.since(now);
        }
        self.looked_at = now;
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const START: UtcMillis = UtcMillis(1_800_000_000_000);

    proptest! {
        /// Whoever waits as told never gets more than the rate, whatever the sizes are and however late they ask.
        #[test]
        fn no_more_than_the_rate_gets_through(
            rate in 1_024_u64..10_000_000,
            requests in prop::collection::vec((0_i64..20_000, 0_u64..6_000_000), 1..60),
        ) {
            let rate = ByteRate::new(rate).unwrap();
            let mut allowance = Allowance::new(START);
            let mut now = START;
            let mut fetched = 0_u64;
            for (pause, bytes) in requests {
                now = now + Millis(pause);
                now = now + allowance.wait(now);
                prop_assert_eq!(allowance.wait(now), Millis::ZERO);
                let seconds = now.since(START).0 as f64 / 1_000.0;
                prop_assert!(fetched as f64 <= seconds * rate.get() as f64 + 1.0);
                allowance.spend(now, bytes, rate);
                fetched += bytes;
            }
        }

        /// Nobody waits longer than for what was fetched last, rounded up to a millisecond.
        #[test]
        fn nothing_waits_for_more_than_the_last_request(
            rate in 1_024_u64..10_000_000,
            requests in prop::collection::vec((0_i64..20_000, 0_u64..6_000_000), 1..60),
        ) {
            let rate = ByteRate::new(rate).unwrap();
            let mut allowance = Allowance::new(START);
            let mut now = START;
            for (pause, bytes) in requests {
                now = now + Millis(pause) + allowance.wait(now + Millis(pause));
                allowance.spend(now, bytes, rate);
                prop_assert!(allowance.wait(now) <= rate.time_for(bytes));
            }
        }

        /// A clock that jumps, back or forth, never makes the wait longer than it was.
        #[test]
        fn a_clock_that_jumps_never_lengthens_the_wait(
            bytes in 0_u64..6_000_000,
            jumps in prop::collection::vec(-100_000_000_i64..100_000_000, 1..20),
        ) {
            let rate = ByteRate::new(50 * 1024).unwrap();
            let mut allowance = Allowance::new(START);
            allowance.spend(START, bytes, rate);
            let mut now = START;
            let mut wait = allowance.wait(now);
            for jump in jumps {
                now = UtcMillis(now.0 + jump);
                let next = allowance.wait(now);
                prop_assert!(next <= wait);
                wait = next;
            }
        }
    }
}

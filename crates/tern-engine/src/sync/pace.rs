//! How long to wait until the next look.
//!
//! Owns the adaptation to use: quick while somebody looks, slower behind other windows, slower still when
//! nothing has happened for long; growing pauses while the line is in trouble.

use std::time::Duration;

use tokio::time::Instant;

use crate::config::{Focus, Tuning};

pub(crate) struct Pace {
    focused: Duration,
    background: Duration,
    idle: Duration,
    idle_after: Duration,
    last_change: Instant,
}

impl Pace {
    pub(crate) fn new(tuning: &Tuning, now: Instant) -> Self {
        Self {
            focused: tuning.poll_focused,
            background: tuning.poll_background,
            idle: tuning.poll_idle,
            idle_after: tuning.idle_after,
            last_change: now,
        }
    }

    /// Something happened: a text came in, or somebody began to look.
    pub(crate) fn note_change(&mut self, now: Instant) {
        self.last_change = now;
    }

    /// The pause before the next look. Past the idle limit it grows evenly, to its longest at twice the limit,
    /// so a quiet evening does not make the first text of the night late by surprise.
    pub(crate) fn pause(&self, focus: Focus, now: Instant) -> Duration {
        let base = match focus {
            Focus::Focused => self.focused,
            Focus::Background => self.background,
        };
        let quiet = now.duration_since(self.last_change);
        if quiet <= self.idle_after || self.idle <= base || self.idle_after.is_zero() {
            return base;
        }
        let beyond = (quiet - self.idle_after).as_secs_f64() / self.idle_after.as_secs_f64();
        base + (self.idle - base).mul_f64(beyond.min(1.0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn polling_is_quick_in_front_slower_behind_and_slowest_when_idle() {
        let start = Instant::now();
        let tuning = Tuning::default();
        let mut pace = Pace::new(&tuning, start);
        let after = |minutes: u64| start + Duration::from_secs(60 * minutes);
        let secs = Duration::from_secs;
        assert_eq!(pace.pause(Focus::Focused, after(0)), secs(2));
        assert_eq!(pace.pause(Focus::Background, after(10)), secs(10));
        assert_eq!(pace.pause(Focus::Background, after(15)), secs(20));
        assert_eq!(pace.pause(Focus::Background, after(500)), secs(30));
        pace.note_change(after(500));
        assert_eq!(pace.pause(Focus::Focused, after(501)), secs(2));
    }
}

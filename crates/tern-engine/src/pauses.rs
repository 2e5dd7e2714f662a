//! Growing pauses between attempts.
//!
//! Owns the one shape of back-off that the tasks use: doubling, with jitter so that several laptops of one
//! account do not return in step, and without an end: giving up is each task's own decision.

use std::time::Duration;

use backon::{BackoffBuilder, ExponentialBackoff, ExponentialBuilder};

/// Pauses that double from a first to a longest one.
#[derive(Debug)]
pub(crate) struct Pauses {
    first: Duration,
    longest: Duration,
    upcoming: ExponentialBackoff,
}

impl Pauses {
    pub(crate) fn new(first: Duration, longest: Duration) -> Self {
        Self {
            first,
            longest,
            upcoming: build(first, longest),
        }
    }

    /// The next pause, at least as long as the other side asked for.
    pub(crate) fn next(&mut self, wished: Option<Duration>) -> Duration {
        let pause = self.upcoming.next().unwrap_or(self.longest);
        wished.map_or(pause, |wished| pause.max(wished))
    }

    /// Begins again with the first pause.
    pub(crate) fn reset(&mut self) {
        self.upcoming = build(self.first, self.longest);
    }
}

fn build(first: Duration, longest: Duration) -> ExponentialBackoff {
    ExponentialBuilder::default()
        .with_min_delay(first)
        .with_max_delay(longest)
        .with_factor(2.0)
        .with_jitter()
        .without_max_times()
        .build()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_grow_start_over_and_respect_a_wish() {
        let second = Duration::from_secs(1);
        let mut pauses = Pauses::new(second, 8 * second);
        for expected in [1, 2, 4, 8, 8] {
            let pause = pauses.next(None);
            let base = expected * second;
            assert!(
                pause >= base && pause <= base + second.max(base),
                "{pause:?}"
            );
        }
        assert_eq!(pauses.next(Some(60 * second)), 60 * second);
        pauses.reset();
        assert!(pauses.next(None) < 2 * second + second);
    }
}

//! Reading the time, and noticing when it jumped.
//!
//! Owns the only call that asks the system what time it is, and what is known of the carrier's clock;
//! everything else is told. It refuses to give out a
//! monotonic clock: tasks wait with tokio's timers, and rules are passed an instant.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};
use std::time::Duration;

use tern_domain::UtcMillis;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

/// Tells what time it is.
pub trait Clock: Send + Sync {
    /// Milliseconds since 1970, UTC.
    fn now(&self) -> UtcMillis;
}

/// The system's clock.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> UtcMillis {
        #[expect(
            clippy::disallowed_methods,
            reason = "the one place that reads the clock"
        )]
        let now = jiff::Timestamp::now();
        UtcMillis(now.as_millisecond())
    }
}

/// The carrier's time, as far as its answers tell. Until the first answer it is this machine's.
///
/// What the carrier dates is compared with this and not with this machine's clock, which nobody may have set.
pub(crate) struct CarrierClock {
    own: Arc<dyn Clock>,
    /// How far this machine is ahead, in milliseconds.
    ahead: AtomicI64,
    was_heard: AtomicBool,
}

impl CarrierClock {
    pub(crate) fn new(own: Arc<dyn Clock>) -> Self {
        Self {
            own,
            ahead: AtomicI64::new(0),
            was_heard: AtomicBool::new(false),
        }
    }

    /// An answer that has just come was given at this moment, to the second.
    pub(crate) fn heard(&self, carrier: Option<UtcMillis>) {
        if let Some(carrier) = carrier {
            let ahead = self.own.now().0.saturating_sub(carrier.0);
            self.ahead.store(ahead, Ordering::Relaxed);
            self.was_heard.store(true, Ordering::Relaxed);
        }
    }

    /// The same, for what this machine's clock alone must not decide: `None` until the carrier's was heard.
    pub(crate) fn heard_now(&self) -> Option<UtcMillis> {
        self.was_heard.load(Ordering::Relaxed).then(|| self.now())
    }

    /// Now, by the carrier's clock.
    pub(crate) fn now(&self) -> UtcMillis {
        let ahead = self.ahead.load(Ordering::Relaxed);
        UtcMillis(self.own.now().0.saturating_sub(ahead))
    }
}

/// Wall time may drift from monotonic time by this much between two looks before it counts as a jump.
const TOLERANCE: Duration = Duration::from_secs(3);

/// Compares two looks at both clocks. A laptop that slept, or whose clock was set, shows a difference: the
/// monotonic clock stands still meanwhile.
#[derive(Debug, Clone, Copy)]
struct Look {
    wall: UtcMillis,
    monotonic: Instant,
}

impl Look {
    fn take(clock: &dyn Clock) -> Self {
        Self {
            wall: clock.now(),
            monotonic: Instant::now(),
        }
    }

    fn jumped_since(self, earlier: Self) -> bool {
        let wall = self.wall.0.saturating_sub(earlier.wall.0);
        let monotonic = self.monotonic.duration_since(earlier.monotonic);
        let monotonic = i64::try_from(monotonic.as_millis()).unwrap_or(i64::MAX);
        u128::from(wall.abs_diff(monotonic)) > TOLERANCE.as_millis()
    }
}

/// Calls `on_jump` whenever the wall clock moved on its own: after sleep, or when somebody set it.
pub(crate) async fn watch_for_jumps(
    clock: Arc<dyn Clock>,
    look_every: Duration,
    on_jump: impl Fn(),
    token: CancellationToken,
) {
    let mut earlier = Look::take(&*clock);
    loop {
        tokio::select! {
            () = token.cancelled() => return,
            () = tokio::time::sleep(look_every) => {}
        }
        let look = Look::take(&*clock);
        if look.jumped_since(earlier) {
            tracing::info!("the clock jumped: the machine slept, or its clock was set");
            on_jump();
        }
        earlier = look;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn sleep_and_a_clock_that_was_set_are_jumps_and_passing_time_is_not() {
        let earlier = Look {
            wall: UtcMillis(1_000_000),
            monotonic: Instant::now(),
        };
        let later = |wall: i64, monotonic: u64| Look {
            wall: UtcMillis(wall),
            monotonic: earlier.monotonic + Duration::from_millis(monotonic),
        };
        assert!(!later(1_001_000, 1_000).jumped_since(earlier));
        assert!(!later(1_061_500, 60_000).jumped_since(earlier), "drift");
        assert!(later(9_000_000, 1_000).jumped_since(earlier), "slept");
        assert!(later(500_000, 1_000).jumped_since(earlier), "set back");
    }
}

//! When a request may be repeated, and how long to wait first.
//!
//! Owns the back-off: exponential with full jitter, because Twilio's 429 limits concurrent requests and
//! several laptops that back off in step would collide again. It refuses to decide whether repeating is
//! safe; that is [`Repeat`], chosen by each operation.

use std::time::Duration;

use backon::{BackoffBuilder, ExponentialBuilder};

use crate::error::{Execution, TwilioError};

/// How often and how patiently the client repeats what is safe to repeat.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RetryPolicy {
    /// Repeats after the first attempt; 0 turns repeating off.
    pub max_retries: usize,
    /// Upper bound of the first wait; each later bound doubles.
    pub first_delay: Duration,
    /// No computed wait is longer than this.
    pub max_delay: Duration,
    /// A `Retry-After` up to this is waited out; a longer one is handed to the caller at once.
    pub max_retry_after: Duration,
    /// Waits before each repeat of a media download that answered 404: the row can be ahead of the bytes.
    pub media_not_found_delays: [Duration; 2],
}

impl Default for RetryPolicy {
    fn default() -> Self {
        Self {
            max_retries: 3,
            first_delay: Duration::from_millis(200),
            max_delay: Duration::from_secs(3),
            max_retry_after: Duration::from_secs(20),
            media_not_found_delays: [Duration::from_secs(1), Duration::from_secs(3)],
        }
    }
}

impl RetryPolicy {
    /// Full jitter: each wait is drawn evenly between nothing and the exponential bound.
    pub(crate) fn backoff(&self) -> impl Iterator<Item = Duration> + Send + Sync + Unpin + use<> {
        ExponentialBuilder::default()
            .with_factor(2.0)
            .with_min_delay(self.first_delay)
            .with_max_delay(self.max_delay)
            .with_max_times(self.max_retries)
            .build()
            .map(|bound| bound.mul_f64(rand::random::<f64>()))
    }

    /// The wait before the next attempt: Twilio's own wish wins over the computed one.
    pub(crate) fn wait(&self, error: &TwilioError, computed: Option<Duration>) -> Option<Duration> {
        let computed = computed?;
        match error.retry_after() {
            Some(wished) if wished > self.max_retry_after => None,
            Some(wished) => Some(wished.max(computed)),
            None => Some(computed),
        }
    }
}

/// What makes a repeat of one operation safe.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Repeat {
    /// Doing it twice has the effect of doing it once: any passing trouble may be retried.
    Idempotent,
    /// Doing it twice is visible to a customer: only when Twilio provably did not do it.
    OnlyIfNotExecuted,
}

impl Repeat {
    pub(crate) fn allows(self, error: &TwilioError) -> bool {
        match self {
            Self::Idempotent => error.is_passing(),
            Self::OnlyIfNotExecuted => {
                error.is_passing() && error.execution() == Execution::NotExecuted
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_wait_stays_between_nothing_and_its_exponential_bound() {
        let policy = RetryPolicy {
            max_retries: 6,
            first_delay: Duration::from_millis(100),
            max_delay: Duration::from_millis(400),
            ..RetryPolicy::default()
        };
        for _ in 0..200 {
            let waits: Vec<_> = policy.backoff().collect();
            assert_eq!(waits.len(), 6);
            for (wait, bound) in waits.iter().zip([100, 200, 400, 400, 400, 400]) {
                assert!(*wait <= Duration::from_millis(bound));
            }
        }
    }
}

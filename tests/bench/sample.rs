//! Times of many runs of the same work.

use std::time::{Duration, Instant};

/// Times, sorted.
pub(crate) struct Sample(Vec<Duration>);

impl Sample {
    /// Runs the work once per input.
    pub(crate) fn take<T>(
        inputs: impl IntoIterator<Item = T>,
        mut work: impl FnMut(T) -> anyhow::Result<()>,
    ) -> anyhow::Result<Self> {
        let mut times = Vec::new();
        for input in inputs {
            let start = Instant::now();
            work(input)?;
            times.push(start.elapsed());
        }
        times.sort_unstable();
        Ok(Self(times))
    }

    /// Times that were taken elsewhere.
    pub(crate) fn of(mut times: Vec<Duration>) -> Self {
        times.sort_unstable();
        Self(times)
    }

    /// The time that so many percent of the runs stay within, in milliseconds.
    pub(crate) fn percentile(&self, percent: usize) -> f64 {
        let rank = (self.0.len() * percent).div_ceil(100).saturating_sub(1);
        self.0
            .get(rank)
            .map_or(0.0, |time| time.as_secs_f64() * 1000.0)
    }
}

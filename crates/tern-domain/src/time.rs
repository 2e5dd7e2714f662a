//! Instants and durations as whole milliseconds of UTC. Nothing here reads a clock: time is passed in.

use serde::{Deserialize, Serialize};

/// An instant: milliseconds since 1970-01-01T00:00:00Z.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct UtcMillis(pub i64);

/// A duration in milliseconds. Negative only as the difference of two instants.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize,
)]
#[serde(transparent)]
pub struct Millis(pub i64);

impl Millis {
    /// No time at all.
    pub const ZERO: Self = Self(0);

    /// So many seconds.
    #[must_use]
    pub const fn seconds(count: i64) -> Self {
        Self(count.saturating_mul(1000))
    }

    /// So many minutes.
    #[must_use]
    pub const fn minutes(count: i64) -> Self {
        Self::seconds(count.saturating_mul(60))
    }

    /// So many hours.
    #[must_use]
    pub const fn hours(count: i64) -> Self {
        Self::minutes(count.saturating_mul(60))
    }

    /// So many days of 24 hours.
    #[must_use]
    pub const fn days(count: i64) -> Self {
        Self::hours(count.saturating_mul(24))
    }

    /// As a standard duration; a negative one becomes zero.
    #[must_use]
    pub fn to_duration(self) -> std::time::Duration {
        std::time::Duration::from_millis(u64::try_from(self.0).unwrap_or(0))
    }
}

impl UtcMillis {
    /// How long ago `earlier` was, seen from here.
    #[must_use]
    pub const fn since(self, earlier: Self) -> Millis {
        Millis(self.0.saturating_sub(earlier.0))
    }

    /// The start of this instant's second: the resolution of the carrier's dates.
    #[must_use]
    pub const fn floor_to_second(self) -> Self {
        Self(self.0.saturating_sub(self.0.rem_euclid(1000)))
    }
}

impl std::ops::Add<Millis> for UtcMillis {
    type Output = Self;

    fn add(self, duration: Millis) -> Self {
        Self(self.0.saturating_add(duration.0))
    }
}

impl std::ops::Sub<Millis> for UtcMillis {
    type Output = Self;

    fn sub(self, duration: Millis) -> Self {
        Self(self.0.saturating_sub(duration.0))
    }
}

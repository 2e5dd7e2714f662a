//! Simulated time: real time plus an offset that only ever grows by request. Owns the one clock
//! read of this crate; everything else is handed a [`Moment`], so that timers, expiry and dates all
//! move together when a test advances the clock.

use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use jiff::{Timestamp, ToSpan, civil::Date, tz::TimeZone};

/// A point in simulated time, in milliseconds since the Unix epoch.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Moment(i64);

impl Moment {
    /// The moment `millis` milliseconds after the Unix epoch.
    pub(crate) const fn from_millis(millis: i64) -> Self {
        Self(millis)
    }

    /// Milliseconds since the Unix epoch.
    pub(crate) const fn as_millis(self) -> i64 {
        self.0
    }

    /// This moment moved into the future; saturates.
    pub(crate) fn plus(self, delay: Duration) -> Self {
        Self(
            self.0
                .saturating_add(i64::try_from(delay.as_millis()).unwrap_or(i64::MAX)),
        )
    }

    /// How long until `later`; zero when it has passed.
    pub(crate) fn until(self, later: Self) -> Duration {
        Duration::from_millis(u64::try_from(later.0.saturating_sub(self.0)).unwrap_or(0))
    }

    /// Midnight (GMT) at the start of `date`, and midnight of the day after.
    pub(crate) fn day_bounds(date: Date) -> Option<(Self, Self)> {
        let start = date.to_zoned(TimeZone::UTC).ok()?;
        let end = start.checked_add(1.day()).ok()?;
        Some((start.timestamp().into(), end.timestamp().into()))
    }

    fn timestamp(self) -> Timestamp {
        Timestamp::from_millisecond(self.0).unwrap_or(Timestamp::UNIX_EPOCH)
    }

    /// The date form of the 2010 API: `Fri, 24 May 2019 17:44:46 +0000`, one-second resolution.
    pub(crate) fn to_rfc2822(self) -> String {
        self.timestamp()
            .strftime("%a, %d %b %Y %H:%M:%S +0000")
            .to_string()
    }

    /// The HTTP `Date` header form.
    pub(crate) fn to_http_date(self) -> String {
        self.timestamp()
            .strftime("%a, %d %b %Y %H:%M:%S GMT")
            .to_string()
    }

    /// The `YYMMDDhhmm` form of `RawDlrDoneDate`.
    pub(crate) fn to_receipt_date(self) -> String {
        self.timestamp().strftime("%y%m%d%H%M").to_string()
    }

    /// ISO 8601, for the control surface.
    pub(crate) fn to_iso(self) -> String {
        self.timestamp().to_string()
    }
}

impl From<Timestamp> for Moment {
    fn from(timestamp: Timestamp) -> Self {
        Self(timestamp.as_millisecond())
    }
}

/// Real time plus an adjustable offset.
#[derive(Debug, Default)]
pub(crate) struct SimClock {
    offset_millis: AtomicI64,
}

impl SimClock {
    /// The present simulated moment.
    pub(crate) fn now(&self) -> Moment {
        let real = Timestamp::now().as_millisecond();
        Moment(real.saturating_add(self.offset_millis.load(Ordering::SeqCst)))
    }

    /// Moves simulated time forward.
    pub(crate) fn advance(&self, by: Duration) {
        let by = i64::try_from(by.as_millis()).unwrap_or(i64::MAX / 4);
        self.offset_millis
            .fetch_add(by.min(i64::MAX / 4), Ordering::SeqCst);
    }

    /// How far simulated time is ahead of real time, in milliseconds.
    pub(crate) fn offset_millis(&self) -> i64 {
        self.offset_millis.load(Ordering::SeqCst)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    #[test]
    fn dates_are_written_in_the_carriers_form() {
        let moment = Moment::from(Timestamp::from_second(1_558_719_886).unwrap());
        assert_eq!(moment.to_rfc2822(), "Fri, 24 May 2019 17:44:46 +0000");
        assert_eq!(moment.to_http_date(), "Fri, 24 May 2019 17:44:46 GMT");
        assert_eq!(moment.to_receipt_date(), "1905241744");
    }

    #[test]
    fn advancing_moves_every_later_reading() {
        let clock = SimClock::default();
        let before = clock.now();
        clock.advance(Duration::from_secs(3600));
        assert!(before.until(clock.now()) >= Duration::from_secs(3600));
        assert_eq!(clock.offset_millis(), 3_600_000);
    }
}

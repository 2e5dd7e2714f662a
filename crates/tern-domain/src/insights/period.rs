//! Periods and their steps, by the calendar of one time zone.

use jiff::civil::{Date, Weekday};
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan as _};

use crate::time::UtcMillis;

/// Longest period that figures are told of: beyond it nothing was ever stored.
const MOST_DAYS: i32 = 366 * 20;

/// From one local day to another, both included.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Period {
    /// First day.
    pub first: Date,
    /// Last day.
    pub last: Date,
    zone: TimeZone,
}

/// Why there is no such period.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PeriodRefusal {
    /// The last day is before the first.
    #[error("the period ends before it begins")]
    Backwards,
    /// Too long, or beyond what calendars know.
    #[error("the period is longer than twenty years")]
    TooLong,
}

/// What one bar stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Step {
    /// An hour of a single day.
    Hour,
    /// A day.
    Day,
    /// A week, from Monday on.
    Week,
    /// A month.
    Month,
}

/// One step: from an instant to the next step's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StepRange {
    /// Local day on which it begins.
    pub day: Date,
    /// Local hour at which it begins.
    pub hour: i8,
    /// Its first instant.
    pub from: UtcMillis,
    /// The first instant after it.
    pub until: UtcMillis,
}

/// An instant as the wall clock shows it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LocalTime {
    /// 0 is Monday.
    pub weekday: usize,
    /// 0 … 23.
    pub hour: usize,
}

impl LocalTime {
    /// What the wall clock shows at an instant.
    #[must_use]
    pub fn at(zone: &TimeZone, at: UtcMillis) -> Self {
        let local = zone.to_datetime(timestamp(at));
        Self {
            weekday: usize::try_from(local.date().weekday().to_monday_zero_offset()).unwrap_or(0),
            hour: usize::try_from(local.hour()).unwrap_or(0),
        }
    }
}

fn timestamp(at: UtcMillis) -> Timestamp {
    Timestamp::from_millisecond(at.0).unwrap_or(Timestamp::MAX)
}

impl Period {
    /// A period of whole local days.
    ///
    /// # Errors
    /// [`PeriodRefusal`].
    pub fn new(first: Date, last: Date, zone: TimeZone) -> Result<Self, PeriodRefusal> {
        if last < first {
            return Err(PeriodRefusal::Backwards);
        }
        let days = first.until(last).map_or(i32::MAX, |span| span.get_days());
        let is_known = first.year() >= 1970 && last.year() <= 9000;
        if days >= MOST_DAYS || !is_known {
            return Err(PeriodRefusal::TooLong);
        }
        Ok(Self { first, last, zone })
    }

    /// Its time zone.
    #[must_use]
    pub const fn zone(&self) -> &TimeZone {
        &self.zone
    }

    /// How many days it has.
    #[must_use]
    pub fn days(&self) -> i32 {
        self.first
            .until(self.last)
            .map_or(0, |span| span.get_days())
            + 1
    }

    /// The one of equal length that ends the day before.
    #[must_use]
    pub fn previous(&self) -> Self {
        let length = self.days().days();
        Self {
            first: self.first.saturating_sub(length),
            last: self.last.saturating_sub(length),
            zone: self.zone.clone(),
        }
    }

    /// Its first instant.
    #[must_use]
    pub fn from(&self) -> UtcMillis {
        self.begin_of(self.first)
    }

    /// The first instant after it.
    #[must_use]
    pub fn until(&self) -> UtcMillis {
        self.begin_of(self.last.saturating_add(1.day()))
    }

    fn begin_of(&self, day: Date) -> UtcMillis {
        let zoned = day.to_zoned(self.zone.clone());
        UtcMillis(zoned.map_or(i64::MAX, |it| it.timestamp().as_millisecond()))
    }

    /// What its bars stand for: hours of one day, days of up to a quarter, weeks of up to a year and a half,
    /// months beyond.
    #[must_use]
    pub fn step(&self) -> Step {
        match self.days() {
            1 => Step::Hour,
            2..=93 => Step::Day,
            94..=550 => Step::Week,
            _ => Step::Month,
        }
    }

    /// Its steps, oldest first, without gaps. The first and the last may be cut by the period.
    #[must_use]
    pub fn steps(&self) -> Vec<StepRange> {
        let step = self.step();
        let end = self.until();
        let mut steps = Vec::new();
        if step == Step::Hour {
            let mut from = self.from();
            while from < end {
                // Hours of the wall clock: a day on which clocks change has 23 or 25.
                let until = UtcMillis(from.0 + 3_600_000).min(end);
                steps.push(StepRange {
                    day: self.first,
                    hour: self.zone.to_datetime(timestamp(from)).hour(),
                    from,
                    until,
                });
                from = until;
            }
            return steps;
        }
        let mut day = self.first;
        while day <= self.last {
            let next = match step {
                Step::Week => {
                    day.saturating_add((7 - i32::from(day.weekday().since(Weekday::Monday))).days())
                }
                Step::Month => day.first_of_month().saturating_add(1.month()),
                Step::Hour | Step::Day => day.saturating_add(1.day()),
            };
            steps.push(StepRange {
                day,
                hour: 0,
                from: self.begin_of(day),
                until: self.begin_of(next).min(end),
            });
            day = next;
        }
        steps
    }

    /// Every hour of its days begins with an hour of UTC, so that sums of those are enough. Not so in Nepal or India.
    #[must_use]
    pub fn has_whole_hours(&self) -> bool {
        const HOUR: i64 = 3_600_000;
        let is_whole = |at: UtcMillis| at.0.rem_euclid(HOUR) == 0;
        is_whole(self.until()) && self.each_day().iter().all(|day| is_whole(day.from))
    }

    /// Its days, oldest first, without gaps, however long it is.
    #[must_use]
    pub fn each_day(&self) -> Vec<StepRange> {
        let mut days = Vec::new();
        let mut day = self.first;
        while day <= self.last {
            let next = day.saturating_add(1.day());
            if next == day {
                break;
            }
            days.push(StepRange {
                day,
                hour: 0,
                from: self.begin_of(day),
                until: self.begin_of(next),
            });
            day = next;
        }
        days
    }

    /// One hour of one day of the week (0 is Monday), each time that it comes. Clocks that are put back make it two
    /// hours long, those that are put forward leave it out.
    #[must_use]
    pub fn hours_of_week(&self, weekday: i8, hour: i8) -> Vec<(UtcMillis, UtcMillis)> {
        let begin = |day: Date, hour: i8| match hour {
            24 => self.begin_of(day.saturating_add(1.day())),
            hour => {
                let zoned = day.at(hour, 0, 0, 0).to_zoned(self.zone.clone());
                UtcMillis(zoned.map_or(i64::MAX, |it| it.timestamp().as_millisecond()))
            }
        };
        let hour = hour.clamp(0, 23);
        let mut day = self.first;
        let mut spans = Vec::new();
        while day <= self.last {
            if day.weekday().to_monday_zero_offset() == weekday {
                spans.push((begin(day, hour), begin(day, hour + 1)));
            }
            day = day.saturating_add(1.day());
        }
        spans.retain(|(from, until)| from < until);
        spans
    }

    /// Which of its steps an instant is in.
    #[must_use]
    pub fn step_of(steps: &[StepRange], at: UtcMillis) -> Option<usize> {
        let index = steps
            .partition_point(|step| step.from <= at)
            .checked_sub(1)?;
        steps
            .get(index)
            .filter(|step| at < step.until)
            .map(|_| index)
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;
    use jiff::tz::{TimeZone, TimeZoneDatabase};
    use proptest::prelude::*;

    use super::{LocalTime, Period, PeriodRefusal, Step};
    use crate::time::UtcMillis;

    fn zone(name: &str) -> TimeZone {
        TimeZoneDatabase::bundled().get(name).unwrap()
    }

    #[test]
    fn sums_of_utc_hours_are_enough_where_local_hours_are_whole_all_the_time() {
        let whole = |name| {
            Period::new(date(2026, 1, 1), date(2026, 12, 31), zone(name))
                .unwrap()
                .has_whole_hours()
        };
        assert!(whole("America/New_York") && whole("Europe/Berlin") && whole("UTC"));
        assert!(!whole("Asia/Kathmandu") && !whole("Asia/Kolkata"));
        // Half an hour of summer time.
        assert!(!whole("Australia/Lord_Howe"));
    }

    #[test]
    fn days_follow_each_other_without_a_gap_whatever_the_clocks_do() {
        let month =
            Period::new(date(2026, 3, 1), date(2026, 3, 31), zone("Europe/Berlin")).unwrap();
        let days = month.each_day();
        assert_eq!(days.len(), 31);
        assert_eq!(days[0].from, month.from());
        assert_eq!(days[30].until, month.until());
        for pair in days.windows(2) {
            assert_eq!(pair[0].until, pair[1].from);
        }
        let one = Period::new(date(2026, 3, 29), date(2026, 3, 29), zone("Europe/Berlin")).unwrap();
        let short = &one.each_day()[0];
        assert_eq!(
            short.until.since(short.from),
            crate::time::Millis::hours(23)
        );
    }

    #[test]
    fn k_1_a_day_on_which_clocks_change_has_its_hours() {
        let berlin = zone("Europe/Berlin");
        let spring = Period::new(date(2026, 3, 29), date(2026, 3, 29), berlin.clone()).unwrap();
        assert_eq!(spring.steps().len(), 23);
        let autumn = Period::new(date(2026, 10, 25), date(2026, 10, 25), berlin).unwrap();
        assert_eq!(autumn.steps().len(), 25);
        let hours: Vec<_> = autumn.steps().iter().take(5).map(|it| it.hour).collect();
        assert_eq!(hours, [0, 1, 2, 2, 3]);
    }

    #[test]
    fn k_1_a_day_begins_where_people_are() {
        let india = Period::new(date(2026, 1, 5), date(2026, 1, 5), zone("Asia/Kolkata")).unwrap();
        assert_eq!(
            india.from().0.rem_euclid(86_400_000),
            18 * 3_600_000 + 1_800_000
        );
        let local = LocalTime::at(india.zone(), india.from());
        assert_eq!((local.weekday, local.hour), (0, 0));
    }

    #[test]
    fn k_1_long_periods_have_wide_bars_and_the_one_before_is_as_long() {
        let of = |first, last| Period::new(first, last, TimeZone::UTC).unwrap();
        assert_eq!(of(date(2026, 1, 1), date(2026, 1, 28)).step(), Step::Day);
        let year = of(date(2025, 1, 1), date(2025, 12, 31));
        assert_eq!((year.step(), year.steps().len()), (Step::Week, 53));
        let long = of(date(2023, 1, 15), date(2025, 12, 31));
        assert_eq!((long.step(), long.steps().len()), (Step::Month, 36));
        let before = of(date(2026, 3, 1), date(2026, 3, 28)).previous();
        assert_eq!(
            (before.first, before.last),
            (date(2026, 2, 1), date(2026, 2, 28))
        );
    }

    #[test]
    fn k_1_an_hour_of_the_week_comes_once_a_week_whatever_clocks_do() {
        let berlin = zone("Europe/Berlin");
        let month = Period::new(date(2026, 3, 1), date(2026, 3, 31), berlin).unwrap();
        // Five Sundays, on the last of which there is no hour 2.
        assert_eq!(month.hours_of_week(6, 1).len(), 5);
        assert_eq!(month.hours_of_week(6, 2).len(), 4);
        for (from, until) in month.hours_of_week(0, 23) {
            let local = LocalTime::at(month.zone(), from);
            assert_eq!((local.weekday, local.hour), (0, 23));
            assert_eq!(until.since(from).0, 3_600_000);
        }
    }

    #[test]
    fn k_1_what_is_no_period_is_refused() {
        let refused = |first, last| Period::new(first, last, TimeZone::UTC).unwrap_err();
        assert_eq!(
            refused(date(2026, 2, 2), date(2026, 2, 1)),
            PeriodRefusal::Backwards
        );
        assert_eq!(
            refused(date(1971, 1, 1), date(2026, 2, 1)),
            PeriodRefusal::TooLong
        );
    }

    proptest! {
        #[test]
        fn k_1_every_instant_of_a_period_is_in_one_step(
            start in 0_i32..20_000, length in 0_i32..2_000, share in 0.0_f64..1.0,
            name in prop::sample::select(vec!["UTC", "Europe/Berlin", "Asia/Kathmandu", "America/St_Johns"]),
        ) {
            use jiff::ToSpan as _;
            let first = date(1970, 1, 2).saturating_add(start.days());
            let period = Period::new(first, first.saturating_add(length.days()), zone(name)).unwrap();
            let steps = period.steps();
            prop_assert_eq!(steps.first().unwrap().from, period.from());
            prop_assert_eq!(steps.last().unwrap().until, period.until());
            prop_assert!(steps.windows(2).all(|pair| pair[0].until == pair[1].from));
            #[expect(clippy::cast_possible_truncation, clippy::cast_precision_loss)]
            let at = UtcMillis(period.from().0 + ((period.until().0 - period.from().0) as f64 * share) as i64);
            let index = Period::step_of(&steps, at).unwrap();
            prop_assert!(steps[index].from <= at && at < steps[index].until);
            prop_assert_eq!(Period::step_of(&steps, period.until()), None);
        }
    }
}

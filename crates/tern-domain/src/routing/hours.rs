//! When a queue is open: weekly hours and exceptions, on the wall clock of one time zone.
//!
//! A span holds while the wall clock shows it. Where the clock is put forward, the hour that is skipped is
//! not open; where it is put back, the hour that comes twice is open twice.

use jiff::civil::{Date, Time};
use jiff::tz::{TimeZone, TimeZoneDatabase};
use jiff::{Timestamp, ToSpan as _};
use serde::{Deserialize, Serialize};

use crate::time::{Millis, UtcMillis};

/// Minutes of a day.
const DAY: u16 = 24 * 60;

/// How far ahead the next opening or closing is looked for.
const HORIZON_DAYS: u32 = 400;

/// Spans that are walked through at most: two a day until the horizon.
const MOST_SPANS: u32 = 2 * HORIZON_DAYS;

/// A part of a day, in minutes since midnight of the wall clock.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Span {
    /// First minute.
    pub from: u16,
    /// The minute after the last; 1440 is midnight.
    pub to: u16,
}

/// A day that differs from its weekday.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Exception {
    /// Which day, as `YYYY-MM-DD`.
    pub date: String,
    /// Why, for people.
    #[serde(default)]
    pub name: String,
    /// Its hours; none = closed.
    pub spans: Vec<Span>,
}

/// Opening hours.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hours {
    /// IANA name, such as `Europe/Vienna`.
    pub time_zone: String,
    /// Monday to Sunday.
    pub week: [Vec<Span>; 7],
    /// Days that differ.
    #[serde(default)]
    pub exceptions: Vec<Exception>,
}

/// Why hours make no sense, and where. The words are for whoever set them.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum HoursRefusal {
    /// No such time zone.
    #[error("there is no time zone “{name}”")]
    TimeZone {
        /// As written.
        name: String,
    },
    /// A span that ends before it begins, or past midnight.
    #[error("these hours end before they begin, or after midnight")]
    Backwards {
        /// 0 = Monday; `None` = an exception.
        weekday: Option<u8>,
        /// The exception's date.
        date: Option<String>,
    },
    /// Two spans of one day share a minute.
    #[error("two spans of this day overlap")]
    Overlap {
        /// 0 = Monday; `None` = an exception.
        weekday: Option<u8>,
        /// The exception's date.
        date: Option<String>,
    },
    /// No such day.
    #[error("there is no day “{date}”")]
    Date {
        /// As written.
        date: String,
    },
    /// One day has two exceptions.
    #[error("{date} has two exceptions")]
    DateTwice {
        /// The day.
        date: String,
    },
    /// No hour at all.
    #[error("with these hours the queue would never be open")]
    NeverOpen,
}

impl Hours {
    /// Whether these hours can be: every span, every date and the zone.
    ///
    /// # Errors
    /// [`HoursRefusal`] with the place of the first mistake.
    pub fn check(&self) -> Result<(), HoursRefusal> {
        self.zone().ok_or_else(|| HoursRefusal::TimeZone {
            name: self.time_zone.clone(),
        })?;
        for (weekday, spans) in (0_u8..).zip(&self.week) {
            check_spans(spans, Some(weekday), None)?;
        }
        let mut seen = std::collections::BTreeSet::new();
        for exception in &self.exceptions {
            let date = &exception.date;
            if parse_date(date).is_none() {
                return Err(HoursRefusal::Date { date: date.clone() });
            }
            if !seen.insert(date) {
                return Err(HoursRefusal::DateTwice { date: date.clone() });
            }
            check_spans(&exception.spans, None, Some(date))?;
        }
        if self.week.iter().all(Vec::is_empty) {
            return Err(HoursRefusal::NeverOpen);
        }
        Ok(())
    }

    /// Names of the time zones there are.
    #[must_use]
    pub fn time_zones() -> Vec<String> {
        TimeZoneDatabase::bundled()
            .available()
            .map(|name| name.to_string())
            .collect()
    }

    /// Whether it is open at that instant. Hours that cannot be ([`Hours::check`]) are never open.
    #[must_use]
    pub fn is_open_at(&self, at: UtcMillis) -> bool {
        self.zone()
            .is_some_and(|zone| self.calendar().is_open_at(&zone, at))
    }

    /// When it next opens, if it is closed at that instant, or closes, if it is open; `None` if neither
    /// happens within the next 400 days.
    #[must_use]
    pub fn next_change_after(&self, at: UtcMillis) -> Option<UtcMillis> {
        self.calendar().next_change_after(&self.zone()?, at)
    }

    /// When it has been open for so long in all, counted from an instant; `None` if that does not come
    /// within reach.
    #[must_use]
    pub fn open_for(&self, from: UtcMillis, long: Millis) -> Option<UtcMillis> {
        let mut left = long;
        self.open_spans(from).find_map(|(opens, closes)| {
            let lasts = closes.map(|closes| closes.since(opens));
            match lasts.filter(|lasts| *lasts < left) {
                Some(lasts) => {
                    left = Millis(left.0.saturating_sub(lasts.0));
                    None
                }
                None => Some(opens + left),
            }
        })
    }

    /// How long it was open between two instants.
    #[must_use]
    pub fn open_between(&self, from: UtcMillis, to: UtcMillis) -> Millis {
        self.open_spans(from)
            .take_while(|(opens, _)| *opens < to)
            .fold(Millis::ZERO, |sum, (opens, closes)| {
                let until = closes.map_or(to, |closes| closes.min(to));
                Millis(sum.0.saturating_add(until.since(opens).0))
            })
    }

    /// When it is open from an instant on, each with its end; the last may have none.
    fn open_spans(
        &self,
        from: UtcMillis,
    ) -> impl Iterator<Item = (UtcMillis, Option<UtcMillis>)> + '_ {
        let zone = self.zone();
        let mut at = Some(from);
        (0..MOST_SPANS).map_while(move |_| {
            let (zone, start) = (zone.as_ref()?, at?);
            let calendar = self.calendar();
            let opens = if calendar.is_open_at(zone, start) {
                start
            } else {
                calendar.next_change_after(zone, start)?
            };
            at = calendar.next_change_after(zone, opens);
            Some((opens, at))
        })
    }

    /// The zone whose wall clock it goes by; `None` if there is no zone of that name.
    #[must_use]
    pub fn zone(&self) -> Option<TimeZone> {
        // The carried database and never the laptop's: every laptop has to decide alike.
        TimeZoneDatabase::bundled().get(&self.time_zone).ok()
    }

    fn calendar(&self) -> Calendar<'_> {
        Calendar {
            week: &self.week,
            exceptions: &self.exceptions,
        }
    }
}

/// Spans of a week with the days that differ, in whatever zone they are asked about.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Calendar<'a> {
    /// Monday to Sunday.
    pub(crate) week: &'a [Vec<Span>; 7],
    /// Days that differ.
    pub(crate) exceptions: &'a [Exception],
}

impl Calendar<'_> {
    /// Whether a span holds at that instant.
    pub(crate) fn is_open_at(&self, zone: &TimeZone, at: UtcMillis) -> bool {
        timestamp(at).is_some_and(|at| self.is_open_in(zone, at))
    }

    /// The next instant at which the answer changes, within the next 400 days.
    pub(crate) fn next_change_after(&self, zone: &TimeZone, at: UtcMillis) -> Option<UtcMillis> {
        let start = timestamp(at)?;
        let is_open = self.is_open_in(zone, start);
        let first_day = start.to_zoned(zone.clone()).date();
        let mut day = first_day.yesterday().ok()?;
        for _ in 0..HORIZON_DAYS {
            let mut instants = self.boundaries(zone, day);
            instants.sort_unstable();
            let found = instants
                .into_iter()
                .find(|instant| *instant > start && self.is_open_in(zone, *instant) != is_open);
            if let Some(found) = found {
                return Some(UtcMillis(found.as_millisecond()));
            }
            day = day.tomorrow().ok()?;
        }
        None
    }

    fn spans_of(&self, day: Date) -> &[Span] {
        self.exceptions
            .iter()
            .find(|exception| parse_date(&exception.date) == Some(day))
            .map_or_else(
                || {
                    let index = day.weekday().to_monday_zero_offset();
                    self.week
                        .get(usize::from(index.unsigned_abs()))
                        .map_or(&[][..], Vec::as_slice)
                },
                |exception| exception.spans.as_slice(),
            )
    }

    fn is_open_in(&self, zone: &TimeZone, at: Timestamp) -> bool {
        let local = zone.to_datetime(at);
        let minute = i32::from(local.hour()) * 60 + i32::from(local.minute());
        self.spans_of(local.date())
            .iter()
            .any(|span| (i32::from(span.from)..i32::from(span.to)).contains(&minute))
    }

    /// Every instant of a day at which the answer may change: the beginnings and ends of its spans, on both
    /// sides of a clock that is put back, and where the clock itself is put forward or back.
    fn boundaries(&self, zone: &TimeZone, day: Date) -> Vec<Timestamp> {
        let mut instants = Vec::new();
        for span in self.spans_of(day) {
            for minute in [span.from, span.to] {
                let (date, minute) = if minute >= DAY {
                    (day.saturating_add(1.day()), 0)
                } else {
                    (day, minute)
                };
                let Some(time) = time_of(minute) else {
                    continue;
                };
                let ambiguous = zone.to_ambiguous_timestamp(date.to_datetime(time));
                instants.extend(ambiguous.earlier());
                instants.extend(ambiguous.later());
            }
        }
        if let (Ok(from), Ok(to)) = (
            zone.to_timestamp(day.at(0, 0, 0, 0)),
            zone.to_timestamp(day.saturating_add(1.day()).at(0, 0, 0, 0)),
        ) {
            instants.extend(
                zone.following(from)
                    .take_while(|change| change.timestamp() <= to)
                    .map(|change| change.timestamp()),
            );
        }
        instants
    }
}

fn check_spans(
    spans: &[Span],
    weekday: Option<u8>,
    date: Option<&String>,
) -> Result<(), HoursRefusal> {
    if spans
        .iter()
        .any(|span| span.from >= span.to || span.to > DAY)
    {
        return Err(HoursRefusal::Backwards {
            weekday,
            date: date.cloned(),
        });
    }
    let mut sorted = spans.to_vec();
    sorted.sort_unstable();
    let overlaps = sorted
        .iter()
        .zip(sorted.iter().skip(1))
        .any(|(earlier, later)| later.from < earlier.to);
    if overlaps {
        return Err(HoursRefusal::Overlap {
            weekday,
            date: date.cloned(),
        });
    }
    Ok(())
}

fn parse_date(text: &str) -> Option<Date> {
    // jiff takes more forms than this one; the stored form is one.
    (text.len() == 10).then(|| text.parse().ok()).flatten()
}

fn time_of(minute: u16) -> Option<Time> {
    Time::new(
        i8::try_from(minute / 60).ok()?,
        i8::try_from(minute % 60).ok()?,
        0,
        0,
    )
    .ok()
}

fn timestamp(at: UtcMillis) -> Option<Timestamp> {
    Timestamp::from_millisecond(at.0).ok()
}

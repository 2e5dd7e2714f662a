//! Quiet hours: weekly spans on the laptop's own wall clock, which may run over midnight.

use jiff::tz::TimeZone;

use super::AlertProblem;
use crate::routing::{Calendar, Span};
use crate::time::UtcMillis;

const DAY: u16 = 24 * 60;

/// Most spans of one day.
const MOST_SPANS: usize = 6;

/// Quiet hours of a week. Where the clock is put forward or back they stay at their hours of the wall clock.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct QuietWeek {
    /// As given: Monday to Sunday, each span on the day on which it begins.
    days: [Vec<Span>; 7],
    /// The same, cut at midnight.
    cut: [Vec<Span>; 7],
}

impl QuietWeek {
    /// Quiet hours, Monday first. A span that ends where it begins or before it ends on the next day.
    ///
    /// # Errors
    /// [`AlertProblem`] naming the weekday.
    pub fn new(days: [Vec<Span>; 7]) -> Result<Self, AlertProblem> {
        let mut cut: [Vec<Span>; 7] = Default::default();
        for (weekday, spans) in (0_u8..).zip(&days) {
            if spans.len() > MOST_SPANS {
                return Err(AlertProblem::TooManySpans { weekday });
            }
            for span in spans {
                if span.from >= DAY || span.to > DAY || span.from == span.to {
                    return Err(AlertProblem::QuietSpan { weekday });
                }
                let today = usize::from(weekday);
                let (first, second) = parts(*span);
                put(&mut cut, today, first);
                put(&mut cut, (today + 1) % 7, second);
            }
        }
        Ok(Self { days, cut })
    }

    /// As given.
    #[must_use]
    pub const fn days(&self) -> &[Vec<Span>; 7] {
        &self.days
    }

    /// Whether it is quiet at that instant.
    #[must_use]
    pub fn is_quiet_at(&self, zone: &TimeZone, at: UtcMillis) -> bool {
        self.calendar().is_open_at(zone, at)
    }

    /// When it next becomes quiet, or loud again; `None` if that never happens.
    #[must_use]
    pub fn next_change_after(&self, zone: &TimeZone, at: UtcMillis) -> Option<UtcMillis> {
        if self.days.iter().all(Vec::is_empty) {
            return None;
        }
        self.calendar().next_change_after(zone, at)
    }

    fn calendar(&self) -> Calendar<'_> {
        Calendar {
            week: &self.cut,
            exceptions: &[],
        }
    }
}

/// The part on the day itself, and the part on the next one.
fn parts(span: Span) -> (Span, Span) {
    if span.from < span.to {
        (span, Span { from: 0, to: 0 })
    } else {
        let first = Span {
            from: span.from,
            to: DAY,
        };
        (
            first,
            Span {
                from: 0,
                to: span.to,
            },
        )
    }
}

fn put(cut: &mut [Vec<Span>; 7], weekday: usize, span: Span) {
    if span.from < span.to
        && let Some(spans) = cut.get_mut(weekday)
    {
        spans.push(span);
    }
}

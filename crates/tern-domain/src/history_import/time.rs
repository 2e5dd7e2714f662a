//! Times as other systems write them.
//!
//! A date that can be read in two ways is refused rather than guessed, because a history in the wrong order cannot be
//! told from a right one afterwards.

use std::sync::LazyLock;

use jiff::civil::DateTime;
use jiff::tz::{Offset, TimeZone};
use jiff::{Timestamp, Zoned};
use regex::Regex;
use serde::{Deserialize, Serialize};

use crate::time::UtcMillis;

use super::problem::RowProblem;

/// How times are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TimeFormat {
    /// ISO 8601, RFC 2822, Unix time, or a date that can be read in one way only.
    #[default]
    Automatic,
    /// Day before month, as in most of the world.
    DayMonthYear,
    /// Month before day, as in the United States.
    MonthDayYear,
}

/// A time that was read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ReadTime {
    /// The instant.
    pub at: UtcMillis,
    /// It says seconds; where it does not, it can be anywhere in its minute.
    pub has_seconds: bool,
}

/// The first text was sent on 3 December 1992.
const FIRST_TEXT: UtcMillis = UtcMillis(723_340_800_000);
/// A clock may be ahead by a day.
const AHEAD: i64 = 86_400_000;

#[expect(clippy::expect_used, reason = "a constant pattern that tests compile")]
static NUMERIC: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(
        r"(?ix)^\s* (\d{1,4}) ([-./]) (\d{1,2}) [-./] (\d{1,4}) (?: [T,\s]+ (\d{1,2}) [:.] (\d{2})
        (?: [:.] (\d{2}) (?: [.,]\d+ )? )? \s* ([ap]\.?m\.?)? )? \s* (z|utc|gmt|[+-]\d{2}:?\d{2})? \s*$",
    )
    .expect("a valid pattern")
});

impl TimeFormat {
    /// Reads a time; one without a zone is of `zone`.
    ///
    /// # Errors
    /// [`RowProblem`] for what is no time, can be read in two ways, or cannot be right.
    pub fn read(self, text: &str, zone: &TimeZone, now: UtcMillis) -> Result<ReadTime, RowProblem> {
        let text = text.trim();
        let read = unix(text)
            .or_else(|| self.numeric(text, zone).transpose())
            .unwrap_or_else(|| written(text, zone))?;
        if read.at < FIRST_TEXT || read.at.0 > now.0.saturating_add(AHEAD) {
            return Err(RowProblem::ImpossibleTime);
        }
        Ok(read)
    }

    /// `None` if it is no date made of numbers.
    fn numeric(self, text: &str, zone: &TimeZone) -> Result<Option<ReadTime>, RowProblem> {
        let Some(parts) = NUMERIC.captures(text) else {
            return Ok(None);
        };
        let number = |index: usize| {
            parts
                .get(index)
                .and_then(|part| part.as_str().parse::<i16>().ok())
        };
        let length = |index: usize| parts.get(index).map_or(0, |part| part.as_str().len());
        let (Some(one), Some(two), Some(three)) = (number(1), number(3), number(4)) else {
            return Err(RowProblem::BadTime);
        };
        let (year, month, day) = if length(1) == 4 {
            (one, two, three)
        } else if length(4) == 4 || length(4) == 2 {
            let year = if length(4) == 2 { 2000 + three } else { three };
            let is_dotted = parts.get(2).is_some_and(|sign| sign.as_str() == ".");
            match self {
                Self::DayMonthYear => (year, two, one),
                Self::MonthDayYear => (year, one, two),
                // Dots are written by people who put the day first; above twelve there is no month.
                Self::Automatic if is_dotted || one > 12 => (year, two, one),
                Self::Automatic if two > 12 || one == two => (year, one, two),
                Self::Automatic => return Err(RowProblem::AmbiguousTime),
            }
        } else {
            return Err(RowProblem::BadTime);
        };
        let mut hour = number(5).unwrap_or_default();
        if let Some(half) = parts.get(8) {
            if !(1..=12).contains(&hour) {
                return Err(RowProblem::BadTime);
            }
            hour %= 12;
            if half.as_str().to_ascii_lowercase().starts_with('p') {
                hour += 12;
            }
        }
        let small = |number: i16| i8::try_from(number).map_err(|_| RowProblem::BadTime);
        let civil = DateTime::new(
            year,
            small(month)?,
            small(day)?,
            small(hour)?,
            small(number(6).unwrap_or_default())?,
            small(number(7).unwrap_or_default())?,
            0,
        )
        .map_err(|_| RowProblem::BadTime)?;
        let zone = match parts.get(9) {
            Some(said) => &offset(said.as_str())?,
            None => zone,
        };
        // In the hour that comes twice the first one; in the one that does not come, the hour after.
        let at = zone
            .to_ambiguous_zoned(civil)
            .compatible()
            .map_err(|_| RowProblem::BadTime)?;
        Ok(Some(ReadTime {
            at: UtcMillis(at.timestamp().as_millisecond()),
            has_seconds: parts.get(7).is_some(),
        }))
    }
}

fn offset(text: &str) -> Result<TimeZone, RowProblem> {
    if text.starts_with(|first: char| first.is_ascii_alphabetic()) {
        return Ok(TimeZone::UTC);
    }
    let digits: String = text.chars().filter(char::is_ascii_digit).collect();
    let part = |range: std::ops::Range<usize>| {
        digits
            .get(range)
            .and_then(|part| part.parse::<i32>().ok())
            .ok_or(RowProblem::BadTime)
    };
    let seconds = part(0..2)? * 3600 + part(2..4)? * 60;
    let sign = if text.starts_with('-') { -1 } else { 1 };
    Offset::from_seconds(sign * seconds)
        .map(TimeZone::fixed)
        .map_err(|_| RowProblem::BadTime)
}

/// Seconds, milliseconds or microseconds since 1970; told apart by their size.
fn unix(text: &str) -> Option<Result<ReadTime, RowProblem>> {
    let whole = text.split_once('.').map_or(text, |(whole, _)| whole);
    if !(9..=16).contains(&whole.len()) || !whole.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let number: i64 = whole.parse().ok()?;
    let millis = match whole.len() {
        ..=10 => number.saturating_mul(1000),
        11..=13 => number,
        _ => number / 1000,
    };
    Some(Ok(ReadTime {
        at: UtcMillis(millis),
        has_seconds: true,
    }))
}

/// ISO 8601 with all its parts, and RFC 2822.
fn written(text: &str, zone: &TimeZone) -> Result<ReadTime, RowProblem> {
    let read = |at: Timestamp| ReadTime {
        at: UtcMillis(at.as_millisecond()),
        has_seconds: true,
    };
    if let Ok(at) = text.parse::<Timestamp>() {
        return Ok(read(at));
    }
    if let Ok(at) = jiff::fmt::rfc2822::parse(text) {
        return Ok(read(Zoned::timestamp(&at)));
    }
    let civil: DateTime = text.parse().map_err(|_| RowProblem::BadTime)?;
    let at = zone
        .to_ambiguous_zoned(civil)
        .compatible()
        .map_err(|_| RowProblem::BadTime)?;
    Ok(read(at.timestamp()))
}

//! Times as people type them: "in 20m", "2h", "tomorrow 14:30", "Tue 9", "next week", "24 Dec".
//!
//! Everything read is in the future and in the time zone that is passed in. A day without a time means
//! 9 in the morning, a time without a day its next occurrence. Owns this grammar rather than taking a
//! crate's, because none tells a day with a time from one without, and "monday" must not mean midnight.

use jiff::civil::{Date, Time, Weekday};
use jiff::{Span, ToSpan as _, Zoned};

use crate::time::UtcMillis;

/// When a day begins that was named without a time.
const MORNING: Time = Time::constant(9, 0, 0, 0);
const NOON: Time = Time::constant(12, 0, 0, 0);
const AFTERNOON: Time = Time::constant(14, 0, 0, 0);
const EVENING: Time = Time::constant(18, 0, 0, 0);

/// Why a typed time cannot be read. The words are for the agent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum TypedTimeProblem {
    /// Nothing typed.
    #[error("type a time, such as 20m, 2h, tomorrow 14:30 or Tue 9")]
    Empty,
    /// No time that is known here.
    #[error("this is no time; try 20m, 2h, tomorrow 14:30, Tue 9 or next week")]
    Unreadable,
    /// It is over.
    #[error("this time is over")]
    Past,
}

/// Reads a typed time. `now` carries the time zone.
///
/// # Errors
/// [`TypedTimeProblem`].
pub fn read_typed_time(text: &str, now: &Zoned) -> Result<UtcMillis, TypedTimeProblem> {
    let lower = text.trim().to_lowercase();
    if lower.is_empty() {
        return Err(TypedTimeProblem::Empty);
    }
    let words: Vec<&str> = lower
        .split([' ', ','])
        .filter(|word| !matches!(*word, "" | "in" | "at" | "on" | "for" | "until" | "of"))
        .collect();
    let found = read_span(&words)
        .and_then(|span| now.checked_add(span).ok())
        .or_else(|| read_moment(&words, now))
        .ok_or(TypedTimeProblem::Unreadable)?;
    if found <= *now {
        return Err(TypedTimeProblem::Past);
    }
    Ok(UtcMillis(found.timestamp().as_millisecond()))
}

/// "20m", "2h 30m", "3 days", "an hour".
fn read_span(words: &[&str]) -> Option<Span> {
    let joined = words.join(" ");
    if joined == "half an hour" {
        return Some(30.minutes());
    }
    let mut rest = joined.trim();
    let mut total = Span::new();
    let mut parts = 0;
    while !rest.is_empty() {
        let digits = rest.chars().take_while(char::is_ascii_digit).count();
        let (number, after): (i64, &str) = if digits > 0 {
            let (number, after) = rest.split_at_checked(digits)?;
            (
                number.parse().ok().filter(|number| *number < 100_000)?,
                after,
            )
        } else {
            let after = rest
                .strip_prefix("an ")
                .or_else(|| rest.strip_prefix("a "))?;
            (1, after)
        };
        let after = after.trim_start();
        let letters = after
            .chars()
            .take_while(|c| c.is_ascii_alphabetic())
            .count();
        let (unit, after) = after.split_at_checked(letters)?;
        total = match unit {
            "m" | "min" | "mins" | "minute" | "minutes" => total.try_minutes(number),
            "h" | "hr" | "hrs" | "hour" | "hours" => total.try_hours(number),
            "d" | "day" | "days" => total.try_days(number),
            "w" | "wk" | "week" | "weeks" => total.try_weeks(number),
            "month" | "months" => total.try_months(number),
            _ => return None,
        }
        .ok()?;
        parts += 1;
        rest = after.trim_start();
    }
    (parts > 0).then_some(total)
}

/// A day, a time of day, or both in either order.
fn read_moment(words: &[&str], now: &Zoned) -> Option<Zoned> {
    // "9 24 dec" would be as good as "24 dec 9": the day is looked for first, at every length.
    for length in (1..=words.len().min(3)).rev() {
        for start in 0..=words.len() - length {
            let (before, from) = words.split_at_checked(start)?;
            let (day, after) = from.split_at_checked(length)?;
            let rest: Vec<&str> = before.iter().chain(after).copied().collect();
            let Some(found) = read_day(day, now) else {
                continue;
            };
            if rest.is_empty() {
                return at(found.date, found.time, now);
            }
            if let Some(time) = read_time(&rest) {
                return found.with_time(time, now);
            }
        }
    }
    let time = read_time(words)?;
    let today = at(now.date(), time, now)?;
    if today > *now {
        return Some(today);
    }
    at(now.date().tomorrow().ok()?, time, now)
}

/// A day, the time that it means by itself, and whether a time of today may still be meant.
struct Day {
    date: Date,
    time: Time,
    or_today: bool,
}

impl Day {
    fn with_time(&self, time: Time, now: &Zoned) -> Option<Zoned> {
        if self.or_today
            && let Some(today) = at(now.date(), time, now)
            && today > *now
        {
            return Some(today);
        }
        at(self.date, time, now)
    }
}

fn at(date: Date, time: Time, now: &Zoned) -> Option<Zoned> {
    date.to_datetime(time)
        .to_zoned(now.time_zone().clone())
        .ok()
}

fn read_day(words: &[&str], now: &Zoned) -> Option<Day> {
    let today = now.date();
    let day = |date, time| {
        Some(Day {
            date,
            time,
            or_today: false,
        })
    };
    let next_monday = today.nth_weekday(1, Weekday::Monday).ok()?;
    match words {
        ["today"] => day(today, EVENING),
        ["tonight"] => day(today, Time::constant(20, 0, 0, 0)),
        ["tomorrow" | "tmr" | "tmrw"] => day(today.tomorrow().ok()?, MORNING),
        ["next", "week"] => day(next_monday, MORNING),
        ["weekend"] | ["this" | "the", "weekend"] => {
            day(today.nth_weekday(1, Weekday::Saturday).ok()?, MORNING)
        }
        ["next", "month"] => day(today.first_of_month().checked_add(1.month()).ok()?, MORNING),
        ["next", name] => {
            let weekday = weekday_named(name)?;
            let past_monday = i64::from(weekday.since(Weekday::Monday));
            day(next_monday.checked_add(past_monday.days()).ok()?, MORNING)
        }
        ["this", name] | [name] if weekday_named(name).is_some() => Some(Day {
            date: today.nth_weekday(1, weekday_named(name)?).ok()?,
            time: MORNING,
            or_today: now.weekday() == weekday_named(name)?,
        }),
        [number, name] | [name, number] if month_named(name).is_some() => {
            let number: i8 = number
                .trim_end_matches(['.'])
                .trim_end_matches("st")
                .trim_end_matches("nd")
                .trim_end_matches("rd")
                .trim_end_matches("th")
                .parse()
                .ok()?;
            day(coming(month_named(name)?, number, now)?, MORNING)
        }
        [written] => day(read_date(written, now)?, MORNING),
        _ => None,
    }
}

/// "2026-12-24" and "24.12.".
fn read_date(written: &str, now: &Zoned) -> Option<Date> {
    if let Some((day, month)) = written.strip_suffix('.').and_then(|it| it.split_once('.')) {
        return coming(month.parse().ok()?, day.parse().ok()?, now);
    }
    (written.len() == 10)
        .then(|| written.parse().ok())
        .flatten()
}

/// The next such day, today included.
fn coming(month: i8, day: i8, now: &Zoned) -> Option<Date> {
    let this_year = Date::new(now.year(), month, day).ok();
    this_year
        .filter(|date| *date >= now.date())
        .or_else(|| Date::new(now.year() + 1, month, day).ok())
}

/// "9", "9:30", "14.30", "9am", "5 pm", "noon", "morning".
fn read_time(words: &[&str]) -> Option<Time> {
    let joined = words.concat();
    match joined.as_str() {
        "morning" | "themorning" => return Some(MORNING),
        "noon" | "midday" => return Some(NOON),
        "afternoon" | "theafternoon" => return Some(AFTERNOON),
        "evening" | "theevening" | "thisevening" => return Some(EVENING),
        _ => {}
    }
    let (digits, later) = match (joined.strip_suffix("pm"), joined.strip_suffix("am")) {
        (Some(digits), _) => (digits, Some(true)),
        (_, Some(digits)) => (digits, Some(false)),
        _ => (joined.strip_suffix('h').unwrap_or(&joined), None),
    };
    let (hour, minute) = digits.split_once([':', '.']).unwrap_or((digits, "0"));
    if hour.is_empty() || hour.len() > 2 || minute.len() > 2 {
        return None;
    }
    let (hour, minute): (i8, i8) = (hour.parse().ok()?, minute.parse().ok()?);
    let hour = match later {
        Some(_) if !(1..=12).contains(&hour) => return None,
        Some(true) => hour % 12 + 12,
        Some(false) => hour % 12,
        None => hour,
    };
    Time::new(hour, minute, 0, 0).ok()
}

/// The weekday of that name, or of its first letters.
pub(crate) fn weekday_named(name: &str) -> Option<Weekday> {
    let full = [
        ("monday", Weekday::Monday),
        ("tuesday", Weekday::Tuesday),
        ("wednesday", Weekday::Wednesday),
        ("thursday", Weekday::Thursday),
        ("friday", Weekday::Friday),
        ("saturday", Weekday::Saturday),
        ("sunday", Weekday::Sunday),
    ];
    full.into_iter()
        .find(|(full, _)| name.len() >= 3 && full.starts_with(name))
        .map(|(_, weekday)| weekday)
}

/// The month of that name, or of its first letters, counted from 1.
pub(crate) fn month_named(name: &str) -> Option<i8> {
    const FULL: [&str; 12] = [
        "january",
        "february",
        "march",
        "april",
        "may",
        "june",
        "july",
        "august",
        "september",
        "october",
        "november",
        "december",
    ];
    (1..)
        .zip(FULL)
        .find(|(_, full)| name.len() >= 3 && full.starts_with(name))
        .map(|(number, _)| number)
}

//! Days of the past as people type them: "yesterday", "mon", "2026-03-01", "1.3.", "3 mar", "march 2025", "7d".
//!
//! The counterpart of the desk's typed times, which are all to come: a day without a year is the latest such day
//! that is not in the future. It refuses 3/4/2026, which is two different days to different people.

use jiff::ToSpan as _;
use jiff::civil::{Date, Weekday};

use crate::desk::{month_named, weekday_named};

/// Days beside each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DaySpan {
    /// The first.
    pub first: Date,
    /// The day after the last.
    pub end: Date,
}

impl DaySpan {
    fn new(first: Date, end: Date) -> Self {
        Self { first, end }
    }

    fn day(day: Date) -> Option<Self> {
        Some(Self::new(day, day.tomorrow().ok()?))
    }

    fn month(year: i16, month: i8) -> Option<Self> {
        let first = Date::new(year, month, 1).ok()?;
        Some(Self::new(first, first.checked_add(1.month()).ok()?))
    }

    fn year(year: i16) -> Option<Self> {
        let first = Date::new(year, 1, 1).ok()?;
        Some(Self::new(first, first.checked_add(1.year()).ok()?))
    }

    /// Seven days from a Monday.
    fn week(day: Date) -> Option<Self> {
        let back = i64::from(day.weekday().since(Weekday::Monday));
        let monday = day.checked_sub(back.days()).ok()?;
        Some(Self::new(monday, monday.checked_add(7.days()).ok()?))
    }
}

/// Reads days; `None` for what is none.
#[must_use]
pub fn read_days(text: &str, today: Date) -> Option<DaySpan> {
    let lower = text.trim().to_lowercase();
    if let Some(span) = read_numbers(&lower, today) {
        return Some(span);
    }
    let words: Vec<&str> = lower
        .split([' ', '-', ',', '_'])
        .filter(|word| !matches!(*word, "" | "the" | "of" | "in" | "on"))
        .collect();
    let tomorrow = today.tomorrow().ok()?;
    match words.as_slice() {
        ["today"] => DaySpan::day(today),
        ["yesterday"] => DaySpan::day(today.yesterday().ok()?),
        ["week" | "thisweek"] | ["this", "week"] => DaySpan::week(today),
        ["lastweek"] | ["last", "week"] => DaySpan::week(today.checked_sub(7.days()).ok()?),
        ["month" | "thismonth"] | ["this", "month"] => DaySpan::month(today.year(), today.month()),
        ["lastmonth"] | ["last", "month"] => {
            let before = today.first_of_month().yesterday().ok()?;
            DaySpan::month(before.year(), before.month())
        }
        ["year" | "thisyear"] | ["this", "year"] => DaySpan::year(today.year()),
        ["lastyear"] | ["last", "year"] => DaySpan::year(today.year().checked_sub(1)?),
        [name] | ["last", name] if weekday_named(name).is_some() => {
            let back = i64::from(today.weekday().since(weekday_named(name)?));
            DaySpan::day(today.checked_sub(back.days()).ok()?)
        }
        [name] if month_named(name).is_some() => {
            let month = month_named(name)?;
            let year = if month > today.month() {
                today.year().checked_sub(1)?
            } else {
                today.year()
            };
            DaySpan::month(year, month)
        }
        [name, year] if month_named(name).is_some() && year.len() == 4 => {
            DaySpan::month(year.parse().ok()?, month_named(name)?)
        }
        [number, name] | [name, number] if month_named(name).is_some() => {
            past(month_named(name)?, ordinal(number)?, today)
        }
        [number, name, year] | [name, number, year] if month_named(name).is_some() => {
            DaySpan::day(Date::new(year.parse().ok()?, month_named(name)?, ordinal(number)?).ok()?)
        }
        [back] => Some(DaySpan::new(read_back(back, today)?, tomorrow)),
        ["last", number, unit] => {
            let letter = unit.get(..1)?;
            Some(DaySpan::new(
                read_back(&format!("{number}{letter}"), today)?,
                tomorrow,
            ))
        }
        _ => None,
    }
}

/// "2026-03-01", "2026-03", "2026", "1.3.2026", "1.3.26", "1.3.", "1.3".
fn read_numbers(written: &str, today: Date) -> Option<DaySpan> {
    let numbers = |separator| {
        written
            .split(separator)
            .filter(|part| !part.is_empty())
            .map(|part| part.parse::<i16>().ok().filter(|number| *number >= 0))
            .collect::<Option<Vec<_>>>()
    };
    let small = |number: i16| i8::try_from(number).ok();
    if written.contains('.') {
        return match numbers('.')?.as_slice() {
            [day, month] => past(small(*month)?, small(*day)?, today),
            [day, month, year] => {
                let year = if *year < 100 { year + 2000 } else { *year };
                DaySpan::day(Date::new(year, small(*month)?, small(*day)?).ok()?)
            }
            _ => None,
        };
    }
    match numbers('-')?.as_slice() {
        [year] if (1900..2200).contains(year) => DaySpan::year(*year),
        [year, month] if *year >= 1900 => DaySpan::month(*year, small(*month)?),
        [year, month, day] if *year >= 1900 => {
            DaySpan::day(Date::new(*year, small(*month)?, small(*day)?).ok()?)
        }
        _ => None,
    }
}

/// "7d", "2w", "3m", "1y": the first day of so much back.
fn read_back(written: &str, today: Date) -> Option<Date> {
    let unit = written.chars().next_back()?;
    let number: i32 = written
        .strip_suffix(unit)?
        .parse()
        .ok()
        .filter(|number| (1..10_000).contains(number))?;
    let span = match unit {
        'd' => number.days(),
        'w' => number.weeks(),
        'm' => number.months(),
        'y' => number.years(),
        _ => return None,
    };
    today.checked_sub(span).ok()
}

fn ordinal(written: &str) -> Option<i8> {
    let end = written
        .find(|letter: char| !letter.is_ascii_digit())
        .unwrap_or(written.len());
    let (digits, rest) = written.split_at_checked(end)?;
    matches!(rest, "" | "." | "st" | "nd" | "rd" | "th")
        .then(|| digits.parse().ok())
        .flatten()
}

/// The latest such day that is not to come.
fn past(month: i8, day: i8, today: Date) -> Option<DaySpan> {
    let this_year = Date::new(today.year(), month, day)
        .ok()
        .filter(|date| *date <= today);
    DaySpan::day(match this_year {
        Some(date) => date,
        None => Date::new(today.year().checked_sub(1)?, month, day).ok()?,
    })
}

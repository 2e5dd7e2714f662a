//! Date filters of lists: `Name`, `Name<` and `Name>`. Owns what a date may look like and that both
//! inequalities include the day or second they name.

use jiff::Timestamp;
use jiff::civil::{Date, DateTime};
use jiff::fmt::rfc2822;
use jiff::tz::TimeZone;

use super::ApiRequest;
use crate::clock::Moment;
use crate::refusal::Refusal;

/// A span of time, open where nothing was asked for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct DateRange {
    /// Inclusive.
    pub(super) from: Option<Moment>,
    /// Exclusive: an inclusive day ends at the next midnight.
    pub(super) before: Option<Moment>,
}

impl DateRange {
    /// Reads the three filters on the date `name`.
    pub(super) fn read(request: &ApiRequest, name: &str) -> Result<Self, Refusal> {
        let span = |name: &str| {
            let text = request.query.find_filled(name);
            let refuse = || Refusal::bad_request(20001, format!("Invalid {name}"));
            text.map(|text| read_span(text).ok_or_else(refuse))
                .transpose()
        };
        let mut range = Self::default();
        if let Some((start, end)) = span(name)? {
            (range.from, range.before) = (Some(start), Some(end));
        }
        if let Some((start, _)) = span(&format!("{name}>"))? {
            range.from = range.from.max(Some(start));
        }
        if let Some((_, end)) = span(&format!("{name}<"))? {
            range.before = Some(range.before.map_or(end, |before| before.min(end)));
        }
        Ok(range)
    }

    /// Whether `moment` lies in the span.
    pub(super) fn contains(self, moment: Moment) -> bool {
        self.from.is_none_or(|from| from <= moment)
            && self.before.is_none_or(|before| moment < before)
    }
}

/// The span that a date names: a GMT day, or the second of a full timestamp. Both inequalities include it.
fn read_span(text: &str) -> Option<(Moment, Moment)> {
    if let Ok(date) = text.parse::<Date>()
        && text.len() == 10
    {
        return Moment::day_bounds(date);
    }
    let timestamp = text
        .parse::<Timestamp>()
        .ok()
        .or_else(|| rfc2822::parse(text).ok().map(|zoned| zoned.timestamp()))
        .or_else(|| {
            text.parse::<DateTime>()
                .ok()?
                .to_zoned(TimeZone::UTC)
                .ok()
                .map(|zoned| zoned.timestamp())
        })?;
    let second = timestamp.as_second().checked_mul(1000)?;
    Some((
        Moment::from_millis(second),
        Moment::from_millis(second + 1000),
    ))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    #[test]
    fn dates_are_days_or_seconds() {
        let (start, end) = read_span("2019-06-11").unwrap();
        assert_eq!(
            (
                start.to_rfc2822().as_str(),
                end.as_millis() - start.as_millis()
            ),
            ("Tue, 11 Jun 2019 00:00:00 +0000", 86_400_000)
        );
        for text in [
            "2019-06-11 22:05:25.000",
            "2019-06-11T22:05:25Z",
            "Tue, 11 Jun 2019 22:05:25 +0000",
        ] {
            let (start, end) = read_span(text).unwrap();
            assert_eq!(
                start.to_rfc2822(),
                "Tue, 11 Jun 2019 22:05:25 +0000",
                "{text}"
            );
            assert_eq!(end.as_millis() - start.as_millis(), 1000);
        }
        assert_eq!(read_span("yesterday"), None);
    }
}

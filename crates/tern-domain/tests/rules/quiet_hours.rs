//! Quiet hours are those of the wall clock: over midnight, and where the clock is changed.

use jiff::Timestamp;
use jiff::tz::TimeZone;
use proptest::prelude::*;
use tern_domain::alerts::QuietWeek;
use tern_domain::routing::Span;
use tern_domain::{Millis, UtcMillis};

use crate::alerts::{EVENING, MORNING, every_day, utc, zone};

#[test]
fn quiet_hours_over_midnight_belong_to_the_day_on_which_they_begin() {
    let mut days: [Vec<Span>; 7] = Default::default();
    days[4] = vec![Span {
        from: EVENING,
        to: MORNING,
    }];
    days[6] = vec![Span {
        from: EVENING,
        to: MORNING,
    }];
    let week = QuietWeek::new(days).unwrap();
    let is_quiet = |text: &str| week.is_quiet_at(&TimeZone::UTC, utc(text));
    // 4 May 2026 is a Monday.
    assert!(is_quiet("2026-05-04T06:59:59Z"), "the end of Sunday's");
    assert!(!is_quiet("2026-05-04T07:00:00Z"));
    assert!(!is_quiet("2026-05-08T06:00:00Z"), "Thursday has none");
    assert!(is_quiet("2026-05-08T22:00:00Z"), "Friday's begin");
    assert!(is_quiet("2026-05-09T06:59:00Z"), "and end on Saturday");
    assert!(!is_quiet("2026-05-09T22:00:00Z"), "Saturday has none");
}

#[test]
fn quiet_hours_stay_at_the_wall_clock_s_hours_when_the_clock_is_changed() {
    let vienna = zone("Europe/Vienna");
    let week = every_day(EVENING, MORNING);
    // 29 March 2026, 02:00 becomes 03:00; 25 October, 03:00 becomes 02:00.
    for (begin, end) in [
        ("2026-03-28T21:00:00Z", "2026-03-29T05:00:00Z"),
        ("2026-10-24T20:00:00Z", "2026-10-25T06:00:00Z"),
    ] {
        assert!(week.is_quiet_at(&vienna, utc(begin)));
        assert_eq!(week.next_change_after(&vienna, utc(begin)), Some(utc(end)));
        assert!(!week.is_quiet_at(&vienna, utc(end)));
    }
}

const ZONES: [&str; 8] = [
    "Europe/Vienna",
    "America/New_York",
    "Australia/Lord_Howe",
    "America/St_Johns",
    "Asia/Kathmandu",
    "Africa/Cairo",
    "Pacific/Apia",
    "UTC",
];

/// What somebody with a clock on the wall and a table would say.
fn said_by_the_wall_clock(days: &[Vec<Span>; 7], zone: &TimeZone, at: UtcMillis) -> bool {
    let local = zone.to_datetime(Timestamp::from_millisecond(at.0).unwrap());
    let today = usize::try_from(local.date().weekday().to_monday_zero_offset()).unwrap();
    let yesterday = (today + 6) % 7;
    let minute = u16::try_from(local.hour()).unwrap() * 60 + u16::try_from(local.minute()).unwrap();
    let began_today = days[today]
        .iter()
        .any(|span| minute >= span.from && (minute < span.to || span.to <= span.from));
    let began_yesterday = days[yesterday]
        .iter()
        .any(|span| span.to <= span.from && minute < span.to);
    began_today || began_yesterday
}

fn weeks() -> impl Strategy<Value = [Vec<Span>; 7]> {
    let span = (0_u16..1440, 0_u16..=1440)
        .prop_filter("two times", |(from, to)| from != to)
        .prop_map(|(from, to)| Span { from, to });
    proptest::array::uniform7(prop::collection::vec(span, 0..3))
}

proptest! {
    #[test]
    fn quiet_hours_are_those_of_the_wall_clock_in_every_zone(
        days in weeks(),
        zone_index in 0..ZONES.len(),
        // From 2005 to 2032, with every change of the clocks in between.
        at in 1_104_537_600_000_i64..1_956_528_000_000,
    ) {
        let zone = zone(ZONES[zone_index]);
        let week = QuietWeek::new(days.clone()).unwrap();
        let at = UtcMillis(at);
        let is_quiet = week.is_quiet_at(&zone, at);
        prop_assert_eq!(is_quiet, said_by_the_wall_clock(&days, &zone, at));
        if let Some(until) = week.next_change_after(&zone, at) {
            prop_assert!(until > at);
            prop_assert_eq!(week.is_quiet_at(&zone, until), !is_quiet);
            // Nothing changes in between, looked at every quarter of an hour and just before the end.
            let mut look = at;
            while look < until {
                prop_assert_eq!(said_by_the_wall_clock(&days, &zone, look), is_quiet);
                look = look + Millis::minutes(15);
            }
            let last = UtcMillis(until.0 - 1);
            prop_assert_eq!(said_by_the_wall_clock(&days, &zone, last), is_quiet);
        }
    }
}

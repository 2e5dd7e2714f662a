//! opening hours, on the wall clock of a time zone.

use proptest::prelude::*;
use tern_domain::UtcMillis;
use tern_domain::routing::{Exception, Hours, HoursRefusal, Span};

fn utc(text: &str) -> UtcMillis {
    UtcMillis(text.parse::<jiff::Timestamp>().unwrap().as_millisecond())
}

const fn span(from: u16, to: u16) -> Span {
    Span { from, to }
}

/// 09:00 to 17:00 from Monday to Friday.
fn office(time_zone: &str) -> Hours {
    let day = vec![span(9 * 60, 17 * 60)];
    let none = Vec::new();
    Hours {
        time_zone: time_zone.to_owned(),
        week: [
            day.clone(),
            day.clone(),
            day.clone(),
            day.clone(),
            day,
            none.clone(),
            none,
        ],
        exceptions: Vec::new(),
    }
}

/// Every day at these hours.
fn daily(time_zone: &str, spans: Vec<Span>) -> Hours {
    Hours {
        time_zone: time_zone.to_owned(),
        week: std::array::from_fn(|_| spans.clone()),
        exceptions: Vec::new(),
    }
}

#[test]
fn q_12_hours_are_those_of_the_wall_clock() {
    let vienna = office("Europe/Vienna");
    assert!(
        vienna.is_open_at(utc("2026-01-12T08:00:00Z")),
        "09:00 in winter"
    );
    assert!(!vienna.is_open_at(utc("2026-01-12T07:59:59Z")));
    assert!(
        vienna.is_open_at(utc("2026-07-13T07:00:00Z")),
        "09:00 in summer"
    );
    assert!(
        !vienna.is_open_at(utc("2026-01-12T16:00:00Z")),
        "the end is not in it"
    );
    assert!(!vienna.is_open_at(utc("2026-01-11T10:00:00Z")), "a Sunday");
    assert_eq!(
        vienna.next_change_after(utc("2026-01-09T16:00:00Z")),
        Some(utc("2026-01-12T08:00:00Z")),
        "from Friday evening to Monday morning"
    );
    assert_eq!(
        vienna.next_change_after(utc("2026-01-12T10:00:00Z")),
        Some(utc("2026-01-12T16:00:00Z"))
    );
}

#[test]
fn q_12_where_the_clock_is_put_forward_the_skipped_hour_is_not_open() {
    // On 29 March 2026 at 01:00Z, 02:00 becomes 03:00.
    let night = daily("Europe/Vienna", vec![span(2 * 60 + 30, 3 * 60 + 30)]);
    assert!(!night.is_open_at(utc("2026-03-29T00:59:00Z")));
    assert!(
        night.is_open_at(utc("2026-03-29T01:00:00Z")),
        "03:00 comes at once"
    );
    assert!(!night.is_open_at(utc("2026-03-29T01:30:00Z")));
    assert_eq!(
        night.next_change_after(utc("2026-03-29T00:00:00Z")),
        Some(utc("2026-03-29T01:00:00Z"))
    );
}

#[test]
fn q_12_where_the_clock_is_put_back_the_hour_that_comes_twice_is_open_twice() {
    // On 25 October 2026 at 01:00Z, 03:00 becomes 02:00.
    let night = daily("Europe/Vienna", vec![span(2 * 60 + 15, 2 * 60 + 45)]);
    for open in ["2026-10-25T00:15:00Z", "2026-10-25T01:15:00Z"] {
        assert!(night.is_open_at(utc(open)), "{open}");
    }
    for closed in ["2026-10-25T00:45:00Z", "2026-10-25T01:45:00Z"] {
        assert!(!night.is_open_at(utc(closed)), "{closed}");
    }
    assert_eq!(
        night.next_change_after(utc("2026-10-25T00:50:00Z")),
        Some(utc("2026-10-25T01:15:00Z"))
    );
}

#[test]
fn q_12_exceptions_replace_their_day() {
    let mut hours = office("America/New_York");
    hours.exceptions = vec![
        Exception {
            date: "2026-12-25".to_owned(),
            name: "Christmas".to_owned(),
            spans: Vec::new(),
        },
        Exception {
            date: "2026-12-26".to_owned(),
            name: "Sale".to_owned(),
            spans: vec![span(600, 660)],
        },
    ];
    assert_eq!(hours.check(), Ok(()));
    assert!(!hours.is_open_at(utc("2026-12-25T15:00:00Z")));
    assert!(
        hours.is_open_at(utc("2026-12-26T15:30:00Z")),
        "a Saturday, 10:30"
    );
    assert_eq!(
        hours.next_change_after(utc("2026-12-24T22:00:00Z")),
        Some(utc("2026-12-26T15:00:00Z"))
    );
}

#[test]
fn q_12_midnight_joins_two_days() {
    let always = daily("Asia/Kathmandu", vec![span(0, 1440)]);
    assert_eq!(always.check(), Ok(()));
    assert!(always.is_open_at(utc("2026-05-05T18:15:00Z")), "midnight");
    assert_eq!(always.next_change_after(utc("2026-05-05T00:00:00Z")), None);
}

#[test]
fn q_12_impossible_hours_are_refused_where_they_are_wrong() {
    let good = office("Europe/Vienna");
    assert_eq!(good.check(), Ok(()));
    let with = |change: &dyn Fn(&mut Hours)| {
        let mut hours = good.clone();
        change(&mut hours);
        hours.check().unwrap_err()
    };
    let refused = with(&|hours| hours.time_zone = "Europe/Wien".to_owned());
    assert!(matches!(refused, HoursRefusal::TimeZone { .. }));
    let refused = with(&|hours| hours.week[2] = vec![span(600, 600)]);
    assert!(matches!(
        refused,
        HoursRefusal::Backwards {
            weekday: Some(2),
            ..
        }
    ));
    let refused = with(&|hours| hours.week[6] = vec![span(600, 1441)]);
    assert!(matches!(
        refused,
        HoursRefusal::Backwards {
            weekday: Some(6),
            ..
        }
    ));
    let refused = with(&|hours| hours.week[0] = vec![span(600, 700), span(500, 601)]);
    assert!(matches!(
        refused,
        HoursRefusal::Overlap {
            weekday: Some(0),
            ..
        }
    ));
    let day = |date: &str| Exception {
        date: date.to_owned(),
        name: String::new(),
        spans: Vec::new(),
    };
    let refused = with(&|hours| hours.exceptions = vec![day("2026-02-30")]);
    assert!(matches!(refused, HoursRefusal::Date { .. }));
    let refused = with(&|hours| hours.exceptions = vec![day("2026-02-03"), day("2026-02-03")]);
    assert!(matches!(refused, HoursRefusal::DateTwice { .. }));
    let refused = with(&|hours| hours.week = std::array::from_fn(|_| Vec::new()));
    assert_eq!(refused, HoursRefusal::NeverOpen);
}

proptest! {
    /// Between an instant and the next change nothing changes, and at the change it does.
    #[test]
    fn q_12_the_next_change_is_the_next_one(
        at in 1_700_000_000_000_i64..1_900_000_000_000,
        from in 0_u16..1439,
        length in 1_u16..600,
        zone in prop::sample::select(vec!["Europe/Vienna", "America/New_York", "Australia/Lord_Howe", "UTC"]),
        steps in prop::collection::vec(0_i64..1000, 8),
    ) {
        let hours = daily(zone, vec![span(from, (from + length).min(1440))]);
        prop_assert_eq!(hours.check(), Ok(()));
        let is_open = hours.is_open_at(UtcMillis(at));
        if let Some(next) = hours.next_change_after(UtcMillis(at)) {
            prop_assert!(next.0 > at);
            prop_assert_ne!(hours.is_open_at(next), is_open);
            for step in steps {
                let between = at + (next.0 - 1 - at) * step / 1000;
                prop_assert_eq!(hours.is_open_at(UtcMillis(between)), is_open, "at {}", between);
            }
        }
    }
}

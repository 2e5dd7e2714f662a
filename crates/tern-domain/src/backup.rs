//! When a backup is due, which ones are kept, and what is recorded of a file that came from one.
//!
//! Pure rules over instants. They hold when somebody sets the clock: a clock that was set back makes one backup due, not
//! many, and none wait for a year.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::aggregate::AggregateRef;
use crate::event::{Actor, EventBody, NewEvent};
use crate::ids::{EventId, FileId, IdSource};
use crate::plan::Plan;
use crate::time::{Millis, UtcMillis};

/// What a damaged file was put together from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mended {
    /// When.
    pub at: UtcMillis,
    /// Texts that could still be read in it.
    pub kept: u64,
    /// Texts that only the backup had.
    pub from_backup: u64,
    /// When that backup was made; `None` without one.
    pub backup_of: Option<UtcMillis>,
    /// Texts that were in neither; `None` where nobody knows how many there were.
    pub missing: Option<u64>,
}

/// Records where the file itself comes from: a backup, or what was left of a damaged one. Nobody has signed in yet.
pub fn plan_file_origin(
    file: FileId,
    version: u32,
    body: EventBody,
    now: UtcMillis,
    ids: &mut dyn IdSource,
) -> Plan {
    Plan {
        events: vec![NewEvent {
            id: EventId::next(ids),
            aggregate: AggregateRef::File(file),
            expected_version: version,
            actor: Actor::System,
            at: now,
            body,
        }],
        effects: Vec::new(),
    }
}

/// How often something is done by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Every {
    /// Every hour.
    Hour,
    /// Every day.
    Day,
    /// Every week.
    Week,
    /// Every 30 days.
    Month,
}

impl Every {
    const fn interval(self) -> Millis {
        match self {
            Self::Hour => Millis::hours(1),
            Self::Day => Millis::days(1),
            Self::Week => Millis::days(7),
            Self::Month => Millis::days(30),
        }
    }
}

/// How long after a failure it is tried again: a disk may be plugged in, a folder may come back.
const TRY_AGAIN: Millis = Millis::minutes(15);

/// When it was last tried, and when it last worked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Tries {
    /// The last time it worked.
    pub done_at: Option<UtcMillis>,
    /// The last time it was tried, whatever came of it.
    pub tried_at: Option<UtcMillis>,
}

/// When it is due next; in the past when it is due now. A time in the future at which it was done is a clock that was
/// set back since: it is due now then, once, because doing it corrects the time.
#[must_use]
pub fn next_due(every: Every, tries: Tries, now: UtcMillis) -> UtcMillis {
    let was_in_the_future = |at: Option<UtcMillis>| at.is_some_and(|at| at > now);
    let by_schedule = match tries.done_at {
        Some(at) if at <= now => at + every.interval(),
        _ => now,
    };
    match tries.tried_at {
        Some(at) if !was_in_the_future(Some(at)) && tries.done_at != Some(at) => {
            by_schedule.max(at + TRY_AGAIN)
        }
        _ => by_schedule,
    }
}

/// Which backups are kept, by their sequence: the newest three whatever their dates say, and of the rest the last of each
/// of the last 7 days, 4 weeks and 12 months (30 days) that have any.
#[must_use]
pub fn kept(made: &[(u64, UtcMillis)]) -> BTreeSet<u64> {
    const NEWEST: usize = 3;
    const PERIODS: [(Millis, usize); 3] = [
        (Millis::days(1), 7),
        (Millis::days(7), 4),
        (Millis::days(30), 12),
    ];
    let mut by_sequence = made.to_vec();
    by_sequence.sort_unstable_by_key(|(sequence, _)| std::cmp::Reverse(*sequence));
    let mut kept: BTreeSet<u64> = by_sequence
        .iter()
        .take(NEWEST)
        .map(|(sequence, _)| *sequence)
        .collect();
    let mut by_time = made.to_vec();
    by_time.sort_unstable_by_key(|(sequence, at)| std::cmp::Reverse((*at, *sequence)));
    for (length, count) in PERIODS {
        let mut periods = BTreeSet::new();
        for (sequence, at) in &by_time {
            let period = at.0.div_euclid(length.0);
            if periods.len() == count && !periods.contains(&period) {
                break;
            }
            // The first that is met is the last of its period.
            if periods.insert(period) {
                kept.insert(*sequence);
            }
        }
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::*;

    const DAY: i64 = 86_400_000;

    fn at(day: i64) -> UtcMillis {
        UtcMillis(20_000 * DAY + day * DAY)
    }

    #[test]
    fn a_schedule_counts_from_the_last_that_worked_and_a_failure_is_tried_again_soon() {
        let none = Tries::default();
        assert_eq!(next_due(Every::Day, none, at(5)), at(5), "at once");
        let done = Tries {
            done_at: Some(at(5)),
            tried_at: Some(at(5)),
        };
        assert_eq!(next_due(Every::Hour, done, at(5)), at(5) + Millis::hours(1));
        assert_eq!(next_due(Every::Day, done, at(5)), at(6));
        assert_eq!(next_due(Every::Week, done, at(9)), at(12));
        let failed = Tries {
            tried_at: Some(at(6)),
            ..done
        };
        assert_eq!(
            next_due(Every::Day, failed, at(6)),
            at(6) + Millis::minutes(15)
        );
        let never = Tries {
            done_at: None,
            tried_at: Some(at(6)),
        };
        assert_eq!(
            next_due(Every::Day, never, at(6)),
            at(6) + Millis::minutes(15)
        );
    }

    #[test]
    fn a_clock_set_back_a_year_makes_one_backup_due_and_starves_none() {
        let mut now = at(400);
        let mut tries = Tries {
            done_at: Some(now),
            tried_at: Some(now),
        };
        now = at(35);
        let mut made = 0;
        // A look every minute for two days.
        for _ in 0..2 * 24 * 60 {
            if next_due(Every::Day, tries, now) <= now {
                made += 1;
                tries = Tries {
                    done_at: Some(now),
                    tried_at: Some(now),
                };
            }
            now = now + Millis::minutes(1);
        }
        assert_eq!(made, 2, "one at once, one a day later");
        // The same when nothing works: every quarter of an hour, not every minute.
        let mut tries = Tries {
            done_at: Some(at(400)),
            tried_at: Some(at(400)),
        };
        let mut tried = 0;
        for _ in 0..60 {
            if next_due(Every::Day, tries, now) <= now {
                tried += 1;
                tries.tried_at = Some(now);
            }
            now = now + Millis::minutes(1);
        }
        assert_eq!(tried, 4);
    }

    #[test]
    fn days_weeks_and_months_are_kept_and_the_newest_whatever_the_clock_said() {
        let made: Vec<_> = (0..800_u64)
            .map(|day| (day, at(i64::try_from(day).unwrap())))
            .collect();
        let kept = kept(&made);
        assert!((793..800).all(|day| kept.contains(&day)), "{kept:?}");
        assert!(kept.len() <= 7 + 4 + 12, "{kept:?}");
        assert!(kept.len() >= 7 + 2 + 9, "{kept:?}");
        let oldest = *kept.first().unwrap();
        assert!((400..500).contains(&oldest), "a year ago: {oldest}");

        // Three more after the clock was set back by years.
        let mut later = made.clone();
        later.extend((800..803_u64).map(|sequence| (sequence, at(-2_000))));
        let kept = super::kept(&later);
        assert!((800..803).all(|sequence| kept.contains(&sequence)));
        assert!(kept.contains(&799) && kept.contains(&793), "{kept:?}");
        assert!(super::kept(&[]).is_empty());
        let hourly: Vec<_> = (0..48_u64)
            .map(|hour| (hour, at(0) + Millis::hours(i64::try_from(hour).unwrap())))
            .collect();
        assert_eq!(
            super::kept(&hourly).into_iter().collect::<Vec<_>>(),
            [23, 45, 46, 47]
        );
    }
}

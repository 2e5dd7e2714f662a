//! What is said of one day: whether it is complete, and if not, why.

use super::coverage::{Cover, Coverage, Stretch};
use crate::time::UtcMillis;

/// How much of a day is here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DayState {
    /// Everything that the carrier had of it.
    Complete,
    /// Some of it, or nobody can tell.
    Partly,
    /// Nothing.
    NotHere,
}

/// Why a day is not complete.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DayReason {
    /// It can be fetched.
    NotFetched,
    /// The carrier has forgotten it.
    GoneAtCarrier,
    /// It was deleted here for its age.
    DeletedHere,
    /// Its texts came from elsewhere, and nobody compared them with the carrier's.
    CameFromElsewhere,
}

/// A day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DayFacts {
    /// From its first instant to the next day's.
    pub stretch: Stretch,
    /// Texts of it that are here.
    pub texts: u64,
}

/// Where the reach of fetching ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Horizon {
    /// The present: what is to come is not missed.
    pub now: UtcMillis,
    /// The carrier has nothing from before this.
    pub carrier_from: UtcMillis,
    /// What is older was deleted here for its age.
    pub deleted_before: Option<UtcMillis>,
}

/// What is said of a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DayVerdict {
    /// How much is here.
    pub state: DayState,
    /// Why not all of it; `None` for a complete day.
    pub why: Option<DayReason>,
}

/// Judges a day. What was deleted for its age is not complete, whatever was fetched of it once.
#[must_use]
pub fn judge_day(day: &DayFacts, coverage: &Coverage, horizon: &Horizon) -> DayVerdict {
    let Stretch { from, until } = day.stretch;
    let told = |state, why| DayVerdict {
        state,
        why: Some(why),
    };
    let rest = if day.texts > 0 {
        DayState::Partly
    } else {
        DayState::NotHere
    };
    if let Some(floor) = horizon.deleted_before {
        if until <= floor {
            return told(rest, DayReason::DeletedHere);
        }
        if from < floor {
            return told(DayState::Partly, DayReason::DeletedHere);
        }
    }
    let is_gone = until <= horizon.carrier_from;
    let had = Stretch {
        // Of the day that the carrier is about to forget, what it still has is what can be missed.
        from: if is_gone {
            from
        } else {
            from.max(horizon.carrier_from)
        },
        until: until.min(horizon.now),
    };
    let cover = coverage.of(had);
    match cover {
        Cover::All => DayVerdict {
            state: DayState::Complete,
            why: None,
        },
        Cover::Part if is_gone => told(DayState::Partly, DayReason::GoneAtCarrier),
        Cover::Part => told(DayState::Partly, DayReason::NotFetched),
        Cover::None if day.texts > 0 => told(DayState::Partly, DayReason::CameFromElsewhere),
        Cover::None if is_gone => told(DayState::NotHere, DayReason::GoneAtCarrier),
        Cover::None => told(DayState::NotHere, DayReason::NotFetched),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::time::Millis;

    const START: UtcMillis = UtcMillis(1_800_000_000_000);

    fn day(number: i64) -> Stretch {
        Stretch {
            from: START + Millis::days(number),
            until: START + Millis::days(number + 1),
        }
    }

    fn horizon() -> Horizon {
        Horizon {
            now: START + Millis::days(100),
            carrier_from: START + Millis::days(10),
            deleted_before: None,
        }
    }

    fn judged(number: i64, texts: u64, coverage: &Coverage, horizon: &Horizon) -> DayVerdict {
        let stretch = day(number);
        judge_day(&DayFacts { stretch, texts }, coverage, horizon)
    }

    #[test]
    fn each_reason_has_its_day() {
        let mut coverage = Coverage::default();
        coverage.add(Stretch {
            from: day(50).from + Millis::hours(6),
            until: day(99).until + Millis::hours(5),
        });
        let told = |number, texts, horizon: &Horizon| {
            let verdict = judged(number, texts, &coverage, horizon);
            (verdict.state, verdict.why)
        };
        use DayReason::{CameFromElsewhere, DeletedHere, GoneAtCarrier, NotFetched};
        use DayState::{Complete, NotHere, Partly};
        let plain = horizon();
        assert_eq!(told(60, 0, &plain), (Complete, None));
        assert_eq!(told(50, 3, &plain), (Partly, Some(NotFetched)));
        assert_eq!(told(49, 0, &plain), (NotHere, Some(NotFetched)));
        assert_eq!(told(49, 3, &plain), (Partly, Some(CameFromElsewhere)));
        assert_eq!(told(5, 0, &plain), (NotHere, Some(GoneAtCarrier)));
        let deleting = Horizon {
            deleted_before: Some(day(70).from + Millis::hours(1)),
            ..plain
        };
        assert_eq!(told(60, 0, &deleting), (NotHere, Some(DeletedHere)));
        assert_eq!(
            told(60, 2, &deleting),
            (Partly, Some(DeletedHere)),
            "held back"
        );
        assert_eq!(told(70, 2, &deleting), (Partly, Some(DeletedHere)));
        assert_eq!(told(71, 2, &deleting), (Complete, None));
    }

    #[test]
    fn of_the_day_that_the_carrier_is_about_to_forget_its_rest_counts() {
        let half = Horizon {
            carrier_from: day(10).from + Millis::hours(7),
            ..horizon()
        };
        let mut coverage = Coverage::default();
        coverage.add(Stretch {
            from: half.carrier_from,
            until: day(20).from,
        });
        assert_eq!(judged(10, 1, &coverage, &half).state, DayState::Complete);
        assert_eq!(
            judged(9, 0, &coverage, &half).why,
            Some(DayReason::GoneAtCarrier)
        );
    }

    #[test]
    fn today_is_complete_as_far_as_it_went() {
        let mut coverage = Coverage::default();
        let now = day(100).from + Millis::hours(9);
        coverage.add(Stretch {
            from: day(100).from,
            until: now,
        });
        let horizon = Horizon { now, ..horizon() };
        assert_eq!(
            judged(100, 1, &coverage, &horizon).state,
            DayState::Complete
        );
    }

    /// A carrier's list, walked from its newest text in pages that may break off anywhere, wherever it goes on.
    fn walked(texts: &[i64], page: usize, pages: usize) -> (Coverage, Vec<i64>) {
        let mut coverage = Coverage::default();
        let top = START + Millis::days(100);
        let mut stored = Vec::new();
        let mut newest_first = texts.to_vec();
        newest_first.sort_unstable_by(|one, other| other.cmp(one));
        let all_pages: Vec<_> = newest_first.chunks(page).collect();
        for (number, rows) in all_pages.iter().take(pages).enumerate() {
            stored.extend_from_slice(rows);
            let oldest = UtcMillis(*rows.last().unwrap());
            // What shares the oldest text's second may be on the next page.
            let from = if number + 1 == all_pages.len() {
                START
            } else {
                oldest + Millis::seconds(1)
            };
            coverage.add(Stretch { from, until: top });
        }
        (coverage, stored)
    }

    proptest! {
        /// However a walk broke off: a day that is called complete has every text that the carrier has of it.
        #[test]
        fn a_complete_day_misses_nothing(
            seconds in prop::collection::vec(0_i64..8_640_000, 1..80),
            page in 1_usize..9,
            pages in 0_usize..20,
            floor in prop::option::of(0_i64..100),
        ) {
            let texts: Vec<i64> = seconds.iter().map(|second| START.0 + second * 1_000).collect();
            let (coverage, stored) = walked(&texts, page, pages);
            let horizon = Horizon { deleted_before: floor.map(|day| START + Millis::days(day)), ..horizon() };
            for number in 0..100 {
                let within = |at: &&i64| (day(number).from.0..day(number).until.0).contains(*at);
                let (here, there) = (stored.iter().filter(within).count(), texts.iter().filter(within).count());
                let verdict = judged(number, here as u64, &coverage, &horizon);
                if verdict.state == DayState::Complete {
                    prop_assert_eq!(here, there, "day {}", number);
                    prop_assert!(verdict.why.is_none());
                } else {
                    prop_assert!(verdict.why.is_some());
                }
                if verdict.state == DayState::NotHere {
                    prop_assert_eq!(here, 0);
                }
            }
        }
    }
}

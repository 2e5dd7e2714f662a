//! Which stretches of time are wholly here.
//!
//! A stretch is added once everything that the carrier has of it is stored, in the transaction that stored the last of
//! it; so what stands here is true after any crash. Half-open: a stretch includes its first instant and not its last.

use serde::{Deserialize, Serialize};

use crate::time::UtcMillis;

/// From an instant, up to and without another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stretch {
    /// First instant.
    pub from: UtcMillis,
    /// First instant after it.
    pub until: UtcMillis,
}

/// How much of a stretch is here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cover {
    /// All of it.
    All,
    /// Some of it.
    Part,
    /// Nothing.
    None,
}

/// What is wholly here: stretches in order that neither overlap nor touch.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(from = "Vec<Stretch>", into = "Vec<Stretch>")]
pub struct Coverage(Vec<Stretch>);

impl From<Vec<Stretch>> for Coverage {
    fn from(stretches: Vec<Stretch>) -> Self {
        let mut coverage = Self::default();
        for stretch in stretches {
            coverage.add(stretch);
        }
        coverage
    }
}

impl From<Coverage> for Vec<Stretch> {
    fn from(coverage: Coverage) -> Self {
        coverage.0
    }
}

impl Coverage {
    /// A stretch is here now. An empty one adds nothing.
    pub fn add(&mut self, stretch: Stretch) {
        if stretch.from >= stretch.until {
            return;
        }
        let mut added = stretch;
        self.0.retain(|it| {
            let apart = it.until < added.from || it.from > added.until;
            if !apart {
                added.from = added.from.min(it.from);
                added.until = added.until.max(it.until);
            }
            apart
        });
        let place = self.0.partition_point(|it| it.from < added.from);
        self.0.insert(place, added);
    }

    /// The stretches, oldest first.
    #[must_use]
    pub fn stretches(&self) -> &[Stretch] {
        &self.0
    }

    /// How much of a stretch is here. Of an empty one there is nothing to miss.
    #[must_use]
    pub fn of(&self, wanted: Stretch) -> Cover {
        if wanted.from >= wanted.until {
            return Cover::All;
        }
        let mut some = false;
        for it in &self.0 {
            if it.from <= wanted.from && it.until >= wanted.until {
                return Cover::All;
            }
            some |= it.from < wanted.until && it.until > wanted.from;
        }
        if some { Cover::Part } else { Cover::None }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Instants small enough to hold the rule against one bit per instant.
    const ALL: i64 = 60;

    fn stretch(from: i64, until: i64) -> Stretch {
        Stretch {
            from: UtcMillis(from),
            until: UtcMillis(until),
        }
    }

    fn added(stretches: &[(i64, i64)]) -> (Coverage, Vec<bool>) {
        let mut coverage = Coverage::default();
        let mut bits = vec![false; ALL as usize];
        for (from, length) in stretches {
            coverage.add(stretch(*from, from + length));
            for instant in *from..(from + length).min(ALL) {
                bits[instant as usize] = true;
            }
        }
        (coverage, bits)
    }

    proptest! {
        #[test]
        fn what_was_added_is_here_and_nothing_else(
            stretches in prop::collection::vec((0_i64..50, 0_i64..10), 0..30),
            asked in (0_i64..50, 1_i64..10),
        ) {
            let (coverage, bits) = added(&stretches);
            let wanted = &bits[asked.0 as usize..(asked.0 + asked.1) as usize];
            let expected = match (wanted.iter().all(|it| *it), wanted.iter().any(|it| *it)) {
                (true, _) => Cover::All,
                (false, true) => Cover::Part,
                (false, false) => Cover::None,
            };
            prop_assert_eq!(coverage.of(stretch(asked.0, asked.0 + asked.1)), expected);
            for pair in coverage.stretches().windows(2) {
                prop_assert!(pair[0].until < pair[1].from, "in order, and apart");
            }
        }

        #[test]
        fn the_order_does_not_matter_and_the_document_comes_back(
            stretches in prop::collection::vec((0_i64..50, 0_i64..10), 0..30),
        ) {
            let (forwards, _) = added(&stretches);
            let backwards: Vec<_> = stretches.iter().rev().copied().collect();
            prop_assert_eq!(&added(&backwards).0, &forwards);
            let document = serde_json::to_string(&forwards).unwrap();
            prop_assert_eq!(serde_json::from_str::<Coverage>(&document).unwrap(), forwards);
        }
    }
}

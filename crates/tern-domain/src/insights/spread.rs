//! Durations of many conversations, told in one or two numbers.

/// Durations whose middle and whose slow end are asked for.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Spread {
    values: Vec<i64>,
}

impl Spread {
    /// One more.
    pub fn add(&mut self, millis: i64) {
        self.values.push(millis);
    }

    /// How many there are.
    #[must_use]
    pub const fn count(&self) -> usize {
        self.values.len()
    }

    /// The duration that so many percent do not exceed (nearest rank); `None` while there is none.
    #[must_use]
    pub fn percentile(&mut self, percent: usize) -> Option<i64> {
        let count = self.values.len();
        let rank = (count * percent.min(100)).div_ceil(100).max(1);
        if rank > count {
            return None;
        }
        let (_, value, _) = self.values.select_nth_unstable(rank - 1);
        Some(*value)
    }
}

/// Durations of which only the average is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Mean {
    /// How many.
    pub count: i64,
    /// Together, in milliseconds.
    pub sum: i64,
}

impl Mean {
    /// One more.
    pub const fn add(&mut self, millis: i64) {
        self.add_all(1, millis);
    }

    /// So many more, which are so long together.
    pub const fn add_all(&mut self, count: i64, millis: i64) {
        self.count = self.count.saturating_add(count);
        self.sum = self.sum.saturating_add(millis);
    }

    /// The average in milliseconds; `None` while there is none.
    #[must_use]
    pub const fn average(self) -> Option<i64> {
        self.sum.checked_div(self.count)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{Mean, Spread};

    #[test]
    fn k_1_the_median_and_the_slow_end_are_values_that_occurred() {
        let mut spread = Spread::default();
        assert_eq!(spread.percentile(50), None);
        for value in [50, 10, 40, 20, 30] {
            spread.add(value);
        }
        assert_eq!(spread.percentile(50), Some(30));
        assert_eq!(spread.percentile(90), Some(50));
        assert_eq!(
            (spread.percentile(0), spread.percentile(100)),
            (Some(10), Some(50))
        );
    }

    #[test]
    fn h_17_no_pair_has_no_average() {
        let mut mean = Mean::default();
        assert_eq!(mean.average(), None);
        mean.add(10);
        mean.add_all(2, 50);
        assert_eq!(mean.average(), Some(20));
    }

    proptest! {
        #[test]
        fn k_1_a_percentile_has_its_share_of_values_at_or_below_it(
            values in proptest::collection::vec(0_i64..10_000, 1..200),
            percent in 1_usize..=100,
        ) {
            let mut spread = Spread::default();
            values.iter().for_each(|value| spread.add(*value));
            let found = spread.percentile(percent).unwrap();
            let below = values.iter().filter(|value| **value <= found).count();
            let strictly = values.iter().filter(|value| **value < found).count();
            prop_assert!(below * 100 >= values.len() * percent);
            prop_assert!(strictly * 100 < values.len() * percent);
        }
    }
}

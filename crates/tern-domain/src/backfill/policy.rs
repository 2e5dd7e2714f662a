//! Which pictures of the past are fetched without being asked for, and how much of the line the past may take.

use serde::{Deserialize, Serialize};

use super::allowance::ByteRate;
use crate::time::{Millis, UtcMillis};

/// Which pictures of the past come by themselves. The others stay at the carrier until somebody asks for one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum PastPictures {
    /// None of them.
    None,
    /// Those of texts that are not older than this.
    LastDays {
        /// 1 … 3650.
        days: u32,
    },
    /// All of them: the carrier forgets them before Tern does.
    #[default]
    All,
}

/// What a team wants of the past.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PastPolicy {
    /// Which pictures come by themselves.
    #[serde(default)]
    pub pictures: PastPictures,
    /// Larger ones do not, in MB; `None` = any size that Tern accepts.
    #[serde(default)]
    pub largest_mb: Option<u32>,
    /// How much the past may fetch in a second, in KB; `None` = as fast as it goes.
    #[serde(default)]
    pub limit_kb: Option<u32>,
}

/// A policy that makes no sense, in words.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PastPolicyError {
    /// Days out of bounds.
    #[error("pictures of the past can be fetched for 1 to 3650 days")]
    Days,
    /// Size out of bounds.
    #[error("the largest picture can have 1 to 100 MB")]
    Largest,
    /// Limit out of bounds.
    #[error("the limit can be 10 to 100000 KB a second")]
    Limit,
}

impl PastPolicy {
    /// Checks what somebody typed, or a file says.
    ///
    /// # Errors
    /// [`PastPolicyError`], the first that is found.
    pub const fn check(&self) -> Result<(), PastPolicyError> {
        if let PastPictures::LastDays { days } = self.pictures
            && (days == 0 || days > 3_650)
        {
            return Err(PastPolicyError::Days);
        }
        if let Some(largest) = self.largest_mb
            && (largest == 0 || largest > 100)
        {
            return Err(PastPolicyError::Largest);
        }
        if let Some(limit) = self.limit_kb
            && (limit < 10 || limit > 100_000)
        {
            return Err(PastPolicyError::Limit);
        }
        Ok(())
    }

    /// Whether the pictures of a text from `sent` come by themselves.
    #[must_use]
    pub fn wants(&self, sent: UtcMillis, now: UtcMillis) -> bool {
        match self.pictures {
            PastPictures::None => false,
            PastPictures::LastDays { days } => sent >= now - Millis::days(days.into()),
            PastPictures::All => true,
        }
    }

    /// The largest picture that comes by itself, in bytes; never more than what Tern accepts at all.
    #[must_use]
    pub fn largest(&self, most: usize) -> usize {
        let wanted = self.largest_mb.and_then(|mb| {
            usize::try_from(mb)
                .ok()
                .map(|mb| mb.saturating_mul(1024 * 1024))
        });
        wanted.map_or(most, |wanted| wanted.min(most))
    }

    /// How fast the past may come in; `None` = as fast as it goes.
    #[must_use]
    pub fn limit(&self) -> Option<ByteRate> {
        self.limit_kb
            .and_then(|kb| ByteRate::new(u64::from(kb) * 1024))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: UtcMillis = UtcMillis(1_800_000_000_000);

    #[test]
    fn what_comes_by_itself_depends_on_age_alone() {
        let of = |pictures| PastPolicy {
            pictures,
            ..PastPolicy::default()
        };
        let old = NOW - Millis::days(31);
        let last_month = of(PastPictures::LastDays { days: 30 });
        assert!(!last_month.wants(old, NOW));
        assert!(last_month.wants(NOW - Millis::days(30), NOW));
        assert!(of(PastPictures::All).wants(old, NOW));
        assert!(!of(PastPictures::None).wants(NOW, NOW));
    }

    #[test]
    fn no_policy_asks_for_more_than_tern_accepts() {
        let of = |largest_mb| PastPolicy {
            largest_mb,
            ..PastPolicy::default()
        };
        assert_eq!(of(None).largest(5_000_000), 5_000_000);
        assert_eq!(of(Some(1)).largest(5_000_000), 1_048_576);
        assert_eq!(of(Some(100)).largest(5_000_000), 5_000_000);
    }

    #[test]
    fn what_makes_no_sense_is_refused_and_a_file_without_words_is_the_default() {
        let read: PastPolicy = serde_json::from_str("{}").unwrap();
        assert_eq!(read, PastPolicy::default());
        let refused = |text| {
            serde_json::from_str::<PastPolicy>(text)
                .unwrap()
                .check()
                .unwrap_err()
        };
        assert_eq!(
            refused(r#"{"pictures":{"kind":"last_days","days":0}}"#),
            PastPolicyError::Days
        );
        assert_eq!(refused(r#"{"largest_mb":0}"#), PastPolicyError::Largest);
        assert_eq!(refused(r#"{"limit_kb":9}"#), PastPolicyError::Limit);
        assert!(serde_json::from_str::<PastPolicy>(r#"{"speed":1}"#).is_err());
    }
}

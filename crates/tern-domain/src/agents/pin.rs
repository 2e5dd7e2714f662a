//! The PIN with which an agent signs in at a desk that several share: its form, and the lock after guesses.
//!
//! Only the form and the counting are here. The verifier is made and checked outside, by a slow hash.

use serde::{Deserialize, Serialize};

use crate::time::{Millis, UtcMillis};

/// A PIN of the right form. Never shown, never logged.
#[derive(Clone, PartialEq, Eq)]
pub struct Pin(String);

/// Why a PIN is not taken. The words are for the agent who chooses it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PinRefusal {
    /// Not only digits.
    #[error("a PIN is digits only")]
    NotDigits,
    /// Too short or too long.
    #[error("a PIN has 4 to 12 digits")]
    Length,
    /// One digit all over.
    #[error("a PIN of one digit all over is too easy to guess")]
    OneDigit,
}

impl Pin {
    /// Takes 4 to 12 digits that are not all the same.
    ///
    /// # Errors
    /// [`PinRefusal`] with what to change.
    pub fn parse(text: &str) -> Result<Self, PinRefusal> {
        if !text.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(PinRefusal::NotDigits);
        }
        if !(4..=12).contains(&text.len()) {
            return Err(PinRefusal::Length);
        }
        let mut digits = text.bytes();
        let first = digits.next();
        if digits.all(|digit| Some(digit) == first) {
            return Err(PinRefusal::OneDigit);
        }
        Ok(Self(text.to_owned()))
    }

    /// For the verifier alone.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Debug for Pin {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Pin(…)")
    }
}

/// Wrong PINs in a row and what they lead to: five are free, then each locks twice as long, up to a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct PinLock {
    /// Wrong ones in a row.
    pub failures: u32,
    /// Until when no PIN is looked at.
    pub locked_until: Option<UtcMillis>,
}

impl PinLock {
    /// Wrong PINs that cost nothing.
    pub const FREE_FAILURES: u32 = 5;
    const FIRST_LOCK: Millis = Millis::minutes(1);
    const LONGEST_LOCK: Millis = Millis::days(1);

    /// Until when it is locked, if it is.
    #[must_use]
    pub fn locked_at(&self, now: UtcMillis) -> Option<UtcMillis> {
        self.locked_until.filter(|until| *until > now)
    }

    /// After a wrong PIN.
    #[must_use]
    pub fn failed(self, now: UtcMillis) -> Self {
        let failures = self.failures.saturating_add(1);
        let over = failures.saturating_sub(Self::FREE_FAILURES);
        let locked_until = (over > 0).then(|| {
            let doubled = Self::FIRST_LOCK.0.saturating_mul(1 << (over - 1).min(20));
            now + Millis(doubled.min(Self::LONGEST_LOCK.0))
        });
        Self {
            failures,
            locked_until,
        }
    }
}

//! The lock against guessing (L-10 … L-12): one per user, whatever number or conversation a guess came from.

use serde::{Deserialize, Serialize};

use crate::time::{Millis, UtcMillis};

/// Wrong entries in a row, and the lock they lead to. Wrong PINs and wrong codes count together (L-12).
///
/// `now` is everywhere the time that counts: the carrier's time of the text, or this computer's if that is
/// earlier. So a clock set forward here does not end a lock, and one set back makes it longer at most.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Lockout {
    /// When the entries were made, oldest first.
    #[serde(default)]
    pub wrong: Vec<UtcMillis>,
    /// The lock; it may be over.
    #[serde(default)]
    pub locked_until: Option<UtcMillis>,
}

impl Lockout {
    /// L-10: wrong entries in a row that lock.
    pub const ALLOWED: usize = 3;
    /// L-10: entries further apart do not count together.
    pub const WINDOW: Millis = Millis::days(1);
    /// L-12.
    pub const LASTS: Millis = Millis::days(1);

    /// Until when it is locked, if it is.
    #[must_use]
    pub fn locked_at(&self, now: UtcMillis) -> Option<UtcMillis> {
        self.locked_until.filter(|until| *until > now)
    }

    /// After a wrong entry.
    #[must_use]
    pub fn failed(mut self, now: UtcMillis) -> Self {
        if self.locked_at(now).is_some() {
            return self;
        }
        self.locked_until = None;
        // An entry that seems to be of the future was made before a clock was set back: it counts.
        self.wrong.retain(|at| now.since(*at) < Self::WINDOW);
        self.wrong.push(now);
        if self.wrong.len() >= Self::ALLOWED {
            self.wrong.clear();
            self.locked_until = Some(now + Self::LASTS);
        }
        self
    }
}

//! Subscriptions and consent (S-1 … S-8): what somebody wants to hear, apart from what the carrier lets through.
//!
//! Two states that do not follow from each other: the carrier's block ([`OptOut`](crate::OptOut)), which every text
//! obeys, and a person's wish to get notifications ([`Subscription`]). [`what_a_word_does`] is the table of words that
//! change them; every change leaves a [`Consent`], which is never changed again.

mod answer;
mod block;
mod carry_out;
mod consent;
mod table;
mod word;

pub use answer::{StopAnswerRefusal, StopQuestion, plan_stop_answer, stop_question};
pub(crate) use carry_out::carry_out;
pub use carry_out::{Reading, read_word};
pub use consent::{Consent, ConsentChange};
pub use table::{Line, Standing, With, WordOutcome, what_a_word_does};
pub use word::Word;

use serde::{Deserialize, Serialize};

use crate::time::UtcMillis;

/// Whether somebody wants notifications at an address (S-6). No row is the same as off (S-1).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Subscription {
    /// They do.
    pub is_on: bool,
    /// When that was said, by carrier time where a text said it.
    pub changed_at: UtcMillis,
}

impl Subscription {
    /// Off since an instant.
    #[must_use]
    pub const fn off(at: UtcMillis) -> Self {
        Self {
            is_on: false,
            changed_at: at,
        }
    }

    /// What is in force after one more word: the later one. Within one second off wins, the safer error, so that
    /// the order in which texts come in does not matter.
    #[must_use]
    pub fn after(before: Option<Self>, said: Self) -> Self {
        match before {
            Some(before) if before.changed_at > said.changed_at => before,
            Some(before) if before.changed_at == said.changed_at && !before.is_on => before,
            _ => said,
        }
    }
}

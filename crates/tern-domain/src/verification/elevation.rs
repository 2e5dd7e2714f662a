//! What a proof is good for: a linked number (L-3, L-16), and one conversation in which somebody is known for
//! sure (L-15).

use serde::{Deserialize, Serialize};

use super::Lockout;
use crate::ids::PersonId;
use crate::time::UtcMillis;
use crate::topic::Ticket;

/// The role that whoever proved who they are has besides their own ones (V-25).
pub const VERIFIED_ROLE: &str = "verified";

/// A number that somebody linked to their account.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccountLink {
    /// Whose account.
    pub person: PersonId,
    /// Since when.
    pub linked_at: UtcMillis,
}

/// What is known of the requester in one interaction, and what is being asked. Goes with the interaction.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Elevation {
    /// Somebody proved who they are (L-15).
    pub proven: Option<Proven>,
    /// They are being asked (L-3).
    pub asking: Option<Asking>,
}

/// A proof that holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Proven {
    /// Who.
    pub person: PersonId,
    /// When.
    pub at: UtcMillis,
}

/// A proof under way. Whether the PIN was right is told with the code's outcome, so that nobody learns which
/// of the two was wrong.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Asking {
    /// A PIN was entered; the code is next.
    pub pin_heard: bool,
    /// It was right, and whose it was.
    pub pin_of: Option<PersonId>,
    /// An entry is being checked: its ticket. After a crash the question is put again.
    pub waiting: Option<Ticket>,
}

impl Elevation {
    /// Who it is for sure: the proof is there, the number is linked to them still, and they are not locked
    /// (L-12, L-15).
    #[must_use]
    pub fn stands_for(
        &self,
        link: Option<AccountLink>,
        lockout: &Lockout,
        now: UtcMillis,
    ) -> Option<PersonId> {
        let person = self.proven?.person;
        let is_linked = link.is_some_and(|link| link.person == person);
        (is_linked && lockout.locked_at(now).is_none()).then_some(person)
    }
}

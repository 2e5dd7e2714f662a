//! What a proof is good for: a linked number (L-3, L-16), and one conversation in which somebody is known for
//! sure (L-15).

use serde::{Deserialize, Serialize};

use super::Lockout;
use crate::ids::PersonId;
use crate::time::UtcMillis;
use crate::topic::{Ticket, TopicName};

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
    /// Wrong entries that are nobody's: the number has no account that could be locked. They are answered
    /// like those of a user.
    pub strays: Lockout,
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
    /// The PIN was right, and whose it was.
    pub pin_of: Option<PersonId>,
    /// An entry is being checked: its ticket. After a crash the question is put again.
    pub waiting: Option<Ticket>,
    /// What follows once it is proved.
    pub then: Option<AfterProof>,
}

/// What was wanted when the proof was asked for (L-4).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum AfterProof {
    /// A topic that is not for guests.
    Topic {
        /// Which.
        topic: TopicName,
    },
}

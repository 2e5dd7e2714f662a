//! Messaging profiles (P-1 … P-16): which record stands behind an address on a channel.
//!
//! A profile is what its events say. An address has at most one active profile (P-8), shared by all provider
//! numbers of its channel (P-10); a replaced one is deactivated and never deleted.

mod identity;
mod matching;
pub(crate) mod recipient;
mod record;
mod undo;

pub(crate) use identity::settle;
pub use identity::{
    IdentityAct, IdentityRefusal, IdentityState, plan_identity, plan_person_gone, plan_rematch,
};
pub use matching::{MatchRule, RequesterMatch, match_requester};
pub use recipient::{
    RecipientChoice, RecipientSource, other_owner, recipient_choices, taken_over_from,
};
pub use undo::{IdentitySnapshot, UndoRefusal, plan_identity_undo};

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::address::{Address, Channel};
use crate::event::{Actor, EventBody};
use crate::ids::{PersonId, ProfileId};
use crate::time::UtcMillis;

/// Why a profile got or lost its person.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BindCause {
    /// The matching table decided (P-2 … P-7).
    Matched,
    /// A live agent said so (P-13).
    ByAgent,
    /// An agent wrote to another person at this number and confirmed the move.
    Moved,
    /// The person was taken out of the directory.
    PersonDeleted,
    /// The requester proved by PIN and code who they are (P-13, L-3).
    Proved,
}

/// That somebody made sure who is behind the address (P-13).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Verification {
    /// When.
    pub at: UtcMillis,
    /// By whom.
    pub by: Actor,
}

/// What can change of a profile: what an undo brings back.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct ProfileStanding {
    /// The person behind the address; `None` for a guest.
    pub bound_to: Option<PersonId>,
    /// At most one of an address is (P-8).
    pub active: bool,
    /// Somebody made sure.
    pub verification: Option<Verification>,
    /// A user's phone field names somebody else (P-5).
    pub identity_conflict: bool,
    /// More than one user has this number (P-7, P-12).
    pub several_matches: bool,
    /// Users whose claim to the number somebody has already seen and decided about.
    pub settled: BTreeSet<PersonId>,
}

/// What an interaction stores of its match (P-9, I-10).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Identity {
    /// The address' active profile.
    pub profile: Option<ProfileId>,
    /// The person behind it; `None` for a guest.
    pub opened_for: Option<PersonId>,
}

impl Identity {
    /// What follows from a profile.
    #[must_use]
    pub fn of(profile: Option<&MessagingProfile>) -> Self {
        Self {
            profile: profile.map(|profile| profile.id),
            opened_for: profile.and_then(|profile| profile.standing.bound_to),
        }
    }
}

/// One messaging profile as its events left it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MessagingProfile {
    /// Global id; rebinding keeps it (P-14).
    pub id: ProfileId,
    /// A profile of another channel never matches (P-9).
    pub channel: Channel,
    /// The literal address, whatever kind it is (P-15).
    pub address: Address,
    /// What can change.
    pub standing: ProfileStanding,
    /// When it was created.
    pub created_at: UtcMillis,
    /// When its last event happened.
    pub updated_at: UtcMillis,
    /// How many events it has had.
    pub version: u32,
}

impl MessagingProfile {
    /// The profile that a creating event makes; `None` for any other event.
    #[must_use]
    pub fn created(id: ProfileId, body: &EventBody, at: UtcMillis) -> Option<Self> {
        let EventBody::ProfileCreated {
            channel,
            address,
            bound_to,
            ..
        } = body
        else {
            return None;
        };
        Some(Self {
            id,
            channel: *channel,
            address: address.clone(),
            standing: ProfileStanding {
                bound_to: *bound_to,
                active: true,
                ..ProfileStanding::default()
            },
            created_at: at,
            updated_at: at,
            version: 1,
        })
    }

    /// Takes in one more event of this profile. Events of a later version of Tern only count.
    pub fn apply(&mut self, body: &EventBody, actor: &Actor, at: UtcMillis) {
        let standing = &mut self.standing;
        match body {
            EventBody::ProfileBound { to, settled, .. } => {
                // What was verified was the old identity.
                if standing.bound_to != *to {
                    standing.verification = None;
                }
                standing.bound_to = *to;
                standing.settled.extend(settled.iter().copied());
            }
            EventBody::ProfileVerified { settled } => {
                standing.verification = Some(Verification { at, by: *actor });
                standing.settled.extend(settled.iter().copied());
            }
            EventBody::ProfileFlagged {
                identity_conflict,
                several_matches,
            } => {
                standing.identity_conflict = *identity_conflict;
                standing.several_matches = *several_matches;
            }
            EventBody::ProfileDeactivated => standing.active = false,
            EventBody::ProfileRestored { standing: before } => *standing = (**before).clone(),
            _ => {}
        }
        self.updated_at = at;
        self.version = self.version.saturating_add(1);
    }
}

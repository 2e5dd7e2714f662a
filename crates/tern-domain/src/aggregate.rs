//! What events belong to, and the words under which that is stored.

use crate::address::ConversationKey;
use crate::ids::{AgentId, FileId, InteractionId, PersonId, ProfileId, WorkItemId};
use crate::sid::AccountSid;

/// What an event belongs to: the unit whose versions are counted and checked.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum AggregateRef {
    /// One interaction.
    Interaction(InteractionId),
    /// A conversation's own facts: opt-out, sends that needed a decision.
    Conversation(ConversationKey),
    /// The connected account.
    Account(AccountSid),
    /// One person of the directory.
    Person(PersonId),
    /// One messaging profile.
    Profile(ProfileId),
    /// One work item.
    WorkItem(WorkItemId),
    /// One agent's presence.
    Presence(AgentId),
    /// What the team configured about agents and routing.
    Routing,
    /// What the team configured about wrap-up.
    WrapUp,
    /// How long the team keeps what.
    Retention,
    /// Files of other systems that were brought in.
    Histories,
    /// One desk's encrypted file.
    File(FileId),
    /// How one agent proves at a desk who they are.
    Agent(AgentId),
}

impl AggregateRef {
    /// Stored word of its kind.
    #[must_use]
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::Interaction(_) => "interaction",
            Self::Conversation(_) => "conversation",
            Self::Account(_) => "account",
            Self::Person(_) => "person",
            Self::Profile(_) => "profile",
            Self::WorkItem(_) => "work_item",
            Self::Presence(_) => "presence",
            Self::Routing => "routing",
            Self::WrapUp => "wrap_up",
            Self::Retention => "retention",
            Self::Histories => "histories",
            Self::File(_) => "file",
            Self::Agent(_) => "agent",
        }
    }

    /// Stored id, the same on every laptop.
    #[must_use]
    pub fn id(&self) -> String {
        match self {
            Self::Interaction(id) => id.to_string(),
            Self::Conversation(key) => key.global_id(),
            Self::Account(sid) => sid.to_string(),
            Self::Person(id) => id.to_string(),
            Self::Profile(id) => id.to_string(),
            Self::WorkItem(id) => id.to_string(),
            Self::Presence(agent) | Self::Agent(agent) => agent.to_string(),
            Self::File(id) => id.to_string(),
            Self::Routing | Self::WrapUp | Self::Retention | Self::Histories => "team".to_owned(),
        }
    }
}

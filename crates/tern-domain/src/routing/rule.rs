//! How an agent is chosen, and what accepting, rejecting and not answering mean (Q-15 … Q-20).

use serde::{Deserialize, Serialize};

use super::skills::SkillMode;
use crate::address::Channel;
use crate::agents::PresenceState;
use crate::ids::{PresenceStateId, RejectReasonId, RuleId};
use crate::time::Millis;

/// Whom to prefer among those who can take an item.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AssignBy {
    /// Who has been without new work in that channel the longest.
    LastAssigned,
    /// Who has the most free slots; of those, who has been without new work the longest.
    MostCapacity,
}

/// How an offer or an assignment shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OfferDisplay {
    /// A card in the inbox.
    Card,
    /// A card, and the conversation opens.
    CardAndOpen,
}

/// An assignment rule.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AssignmentRule {
    /// Id.
    pub id: RuleId,
    /// Name.
    pub name: String,
    /// Whom to prefer.
    pub assign_by: AssignBy,
    /// Accepts on the agent's behalf; the next four then mean nothing.
    pub auto_assign: bool,
    /// How it shows.
    pub display: OfferDisplay,
    /// The agent may say no.
    pub reject_allowed: bool,
    /// How long an offer waits for an answer; `None` = until there is one.
    pub timeout: Option<Millis>,
    /// Where an agent who did not answer is put; `None` = stays.
    pub presence_afterwards: Option<PresenceStateId>,
    /// What skills mean.
    pub skills: SkillMode,
    /// Accepted work moves on when its agent is not available any more.
    #[serde(default)]
    pub reassign_when_unavailable: bool,
}

impl AssignmentRule {
    /// How long an offer waits where no rule says otherwise.
    pub const SHIPPED_TIMEOUT: Option<Millis> = Some(Millis::seconds(60));

    /// accept by hand, rejecting allowed, 60 s, then Away, most capacity.
    #[must_use]
    pub fn shipped(id: RuleId) -> Self {
        Self {
            id,
            name: "Most room first, accepted by hand".to_owned(),
            assign_by: AssignBy::MostCapacity,
            auto_assign: false,
            display: OfferDisplay::Card,
            reject_allowed: true,
            timeout: Self::SHIPPED_TIMEOUT,
            presence_afterwards: Some(PresenceState::AWAY),
            skills: SkillMode::Ignore,
            reassign_when_unavailable: false,
        }
    }
}

/// A reason an agent can give for saying no.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RejectReason {
    /// Id.
    pub id: RejectReasonId,
    /// Its words.
    pub name: String,
    /// Can be chosen.
    pub selectable: bool,
    /// Place in the menu.
    pub order: u32,
    /// Only for this channel; `None` = for all.
    pub channel: Option<Channel>,
    /// The item may come back to the agent. If not, it is never offered to them again.
    pub reassignable: bool,
}

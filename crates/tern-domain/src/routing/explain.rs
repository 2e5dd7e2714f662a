//! Why this agent, and why not that one.

use serde::{Deserialize, Serialize};

use crate::ids::{AgentId, PresenceStateId};
use crate::time::Millis;

/// One agent who was considered for one item.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Candidate {
    /// Who.
    pub agent: AgentId,
    /// What came of it.
    pub verdict: Verdict,
}

/// What came of considering an agent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Verdict {
    /// Gets it.
    Chosen,
    /// Could have got it; somebody else goes first.
    Behind {
        /// By what.
        because: Behind,
    },
    /// Cannot get it now.
    Filtered {
        /// Why.
        because: Filter,
    },
}

/// By what somebody else went first: the first point in which the two differ.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Behind {
    /// The other is of a group that goes first at this queue.
    Tier,
    /// The other let it go less often.
    TriedBefore,
    /// The other is tied to the requester.
    Affinity,
    /// The other knows more.
    Skills,
    /// The other has more free slots.
    FreeSlots,
    /// The other has been without new work longer.
    LastAssigned,
    /// Nothing but the last tie-break.
    TieBreak,
}

/// Why an agent cannot get an item now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Filter {
    /// In no group that the queue asks.
    NotAsked,
    /// The item is kept for somebody else (H-10).
    KeptForAnother,
    /// The pool joins later.
    PoolJoinsLater {
        /// After this wait.
        after: Millis,
    },
    /// Hands it on (H-10).
    HandsItOn,
    /// Said no for good.
    SaidNo,
    /// In a state that takes no such work.
    Presence {
        /// The state; `None` = was never here.
        state: Option<PresenceStateId>,
    },
    /// Lacks a mandatory skill, or has it below the level.
    Skill {
        /// Which.
        skill: String,
    },
    /// No free slots on the channel.
    Full {
        /// In use.
        in_use: u32,
        /// At most.
        slots: u32,
    },
    /// No free slots over all channels.
    UniversallyFull {
        /// In use.
        in_use: u32,
        /// At most.
        slots: u32,
    },
}

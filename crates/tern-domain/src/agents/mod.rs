//! The people who answer: what they may do, which groups they are in, what they know.
//!
//! An agent is the same on every laptop of a team. Nobody is ever deleted: who has left is kept as not
//! active, so that what they did keeps its name.

mod config;
mod leaving;
mod pin;
mod presence;

pub use config::{
    AgentsRefusal, check_agent, check_group, check_presence_state, check_presence_state_removal,
};
pub use leaving::{LeftWorkGoesTo, plan_leaving};
pub use pin::{Pin, PinLock, PinRefusal};
pub use presence::{
    AgentPresence, Colour, PresenceCause, PresenceRefusal, PresenceState, plan_presence,
};

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::address::Channel;
use crate::ids::{AgentId, GroupId};
use crate::interaction::Authority;
use crate::time::UtcMillis;

/// What an agent may do besides answering.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Answers conversations.
    Agent,
    /// Watches, reassigns, sees why an item went where it went.
    Supervisor,
    /// Configures.
    Admin,
}

/// Slots for a channel that replace the channel's own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct CapacityOverride {
    /// Slots.
    pub slots: u32,
    /// When it was set: the later one of several replaces the earlier.
    pub set_at: UtcMillis,
}

/// A live agent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Agent {
    /// The same on every laptop.
    pub id: AgentId,
    /// Shown to colleagues, never to a requester.
    pub name: String,
    /// What they may do.
    pub roles: BTreeSet<Role>,
    /// The groups they are in.
    #[serde(default)]
    pub groups: BTreeSet<GroupId>,
    /// What they know, each at a level from 1 to [`Agent::HIGHEST_LEVEL`].
    #[serde(default)]
    pub skills: BTreeMap<String, u8>,
    /// Slots that replace a channel's own.
    #[serde(default)]
    pub capacity: BTreeMap<Channel, CapacityOverride>,
    /// Slots over all channels together; `None` = no cap.
    #[serde(default)]
    pub universal_capacity: Option<u32>,
    /// Still with the team.
    pub active: bool,
}

impl Agent {
    /// The highest level of a skill.
    pub const HIGHEST_LEVEL: u8 = 10;

    /// The first agent of a desk, who is everything at once.
    #[must_use]
    pub fn first(id: AgentId, name: &str) -> Self {
        Self {
            id,
            name: name.to_owned(),
            roles: [Role::Agent, Role::Supervisor, Role::Admin].into(),
            groups: BTreeSet::new(),
            skills: BTreeMap::new(),
            capacity: BTreeMap::new(),
            universal_capacity: None,
            active: true,
        }
    }

    /// Whether they have this role.
    #[must_use]
    pub fn is(&self, role: Role) -> bool {
        self.roles.contains(&role)
    }

    /// Whose conversations they may act on (I-17).
    #[must_use]
    pub fn authority(&self) -> Authority {
        if self.is(Role::Supervisor) || self.is(Role::Admin) {
            Authority::Supervisor
        } else {
            Authority::Agent
        }
    }

    /// Slots of this agent on a channel: the latest override of theirs or of one of their groups,
    /// else the channel's own.
    #[must_use]
    pub fn slots(&self, channel: Channel, groups: &[Group], of_channel: u32) -> u32 {
        let of_groups = groups
            .iter()
            .filter(|group| self.groups.contains(&group.id))
            .filter_map(|group| group.capacity.get(&channel));
        self.capacity
            .get(&channel)
            .into_iter()
            .chain(of_groups)
            .max_by_key(|own| (own.set_at, own.slots))
            .map_or(of_channel, |own| own.slots)
    }
}

/// A set of agents.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Group {
    /// Id.
    pub id: GroupId,
    /// Name.
    pub name: String,
    /// Slots that replace a channel's own for its members.
    #[serde(default)]
    pub capacity: BTreeMap<Channel, CapacityOverride>,
}

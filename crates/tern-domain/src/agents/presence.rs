//! Presence states and who is in which.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::Agent;
use crate::address::Channel;
use crate::aggregate::AggregateRef;
use crate::event::{Actor, EventBody, NewEvent};
use crate::ids::{AgentId, EventId, GroupId, IdSource, PresenceStateId};
use crate::plan::{Effect, Plan};
use crate::time::UtcMillis;

/// How a presence state is painted; never the only sign of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Colour {
    /// Works.
    Green,
    /// Not just now.
    Yellow,
    /// Not here.
    Grey,
}

/// An availability state.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PresenceState {
    /// Id.
    pub id: PresenceStateId,
    /// Shown in the menu.
    pub name: String,
    /// Its colour.
    pub colour: Colour,
    /// Place in the menu.
    pub order: u32,
    /// Whether agents in it are offered work at all.
    pub receives_work: bool,
    /// … and of which channels.
    pub channels: BTreeSet<Channel>,
    /// Only for these groups; empty = for everybody.
    #[serde(default)]
    pub groups: BTreeSet<GroupId>,
    /// Whether an agent who does nothing for long is moved on to Away.
    #[serde(default)]
    pub skip_inactivity_check: bool,
    /// Agents who take work of one of these channels may not pick it.
    #[serde(default)]
    pub not_for_channels: BTreeSet<Channel>,
}

impl PresenceState {
    /// Green, gets work.
    pub const AVAILABLE: PresenceStateId = PresenceStateId::new(Uuid::from_u128(1));
    /// Yellow.
    pub const AWAY: PresenceStateId = PresenceStateId::new(Uuid::from_u128(2));
    /// Grey.
    pub const OFFLINE: PresenceStateId = PresenceStateId::new(Uuid::from_u128(3));

    /// The three that every desk has.
    #[must_use]
    pub fn shipped() -> [Self; 3] {
        let state = |id, name: &str, colour, order, receives_work: bool| Self {
            id,
            name: name.to_owned(),
            colour,
            order,
            receives_work,
            channels: if receives_work {
                [Channel::Sms].into()
            } else {
                BTreeSet::new()
            },
            groups: BTreeSet::new(),
            skip_inactivity_check: false,
            not_for_channels: BTreeSet::new(),
        };
        [
            state(Self::AVAILABLE, "Available", Colour::Green, 1, true),
            state(Self::AWAY, "Away", Colour::Yellow, 2, false),
            state(Self::OFFLINE, "Offline", Colour::Grey, 3, false),
        ]
    }

    /// One of the three that cannot be removed.
    #[must_use]
    pub fn is_shipped(&self) -> bool {
        [Self::AVAILABLE, Self::AWAY, Self::OFFLINE].contains(&self.id)
    }

    /// Whether an agent in it is offered work of this channel.
    #[must_use]
    pub fn takes(&self, channel: Channel) -> bool {
        self.receives_work && self.channels.contains(&channel)
    }

    /// Whether this agent may pick it.
    #[must_use]
    pub fn is_open_to(&self, agent: &Agent) -> bool {
        let in_group =
            self.groups.is_empty() || agent.groups.iter().any(|group| self.groups.contains(group));
        let works_on_barred = agent
            .capacity
            .iter()
            .any(|(channel, own)| own.slots > 0 && self.not_for_channels.contains(channel));
        in_group && !works_on_barred
    }
}

/// The state an agent is in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct AgentPresence {
    /// Who.
    pub agent: AgentId,
    /// Which state.
    pub state: PresenceStateId,
    /// Since when.
    pub since: UtcMillis,
    /// Presence changes of this agent so far.
    pub version: u32,
}

/// Why a presence changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PresenceCause {
    /// The agent chose it.
    Chosen,
    /// The agent signed in.
    SignedIn,
    /// The agent signed out, or another one signed in at the same desk.
    SignedOut,
    /// An offer was left unanswered.
    OfferTimedOut,
}

/// Why a presence state cannot be picked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PresenceRefusal {
    /// There is no such state any more.
    #[error("this presence state is gone")]
    Unknown,
    /// not for this agent's groups or channels.
    #[error("this presence state is not meant for you")]
    NotForYou,
}

/// Plans that an agent enters a presence state. The same state again plans nothing.
///
/// # Errors
/// [`PresenceRefusal`]; nothing is changed then.
pub fn plan_presence(
    agent: &Agent,
    now_in: Option<&AgentPresence>,
    to: &PresenceState,
    (actor, cause): (Actor, PresenceCause),
    now: UtcMillis,
    ids: &mut dyn IdSource,
) -> Result<Plan, PresenceRefusal> {
    if cause == PresenceCause::Chosen && !to.is_open_to(agent) {
        return Err(PresenceRefusal::NotForYou);
    }
    if now_in.is_some_and(|presence| presence.state == to.id) {
        return Ok(Plan::default());
    }
    let version = now_in.map_or(0, |presence| presence.version);
    Ok(Plan {
        events: vec![NewEvent {
            id: EventId::next(ids),
            aggregate: AggregateRef::Presence(agent.id),
            expected_version: version,
            actor,
            at: now,
            body: EventBody::PresenceChanged {
                agent: agent.id,
                state: to.id,
                cause,
            },
        }],
        effects: vec![Effect::SetPresence(AgentPresence {
            agent: agent.id,
            state: to.id,
            since: now,
            version: version.saturating_add(1),
        })],
    })
}

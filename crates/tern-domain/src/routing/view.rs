//! What routing is told about the desk at one instant.

use std::collections::BTreeMap;

use super::affinity::Tie;
use super::config::RoutingConfig;
use super::work_item::WorkItem;
use crate::address::Channel;
use crate::agents::AgentPresence;
use crate::ids::{AgentId, WorkItemId};
use crate::interaction::InteractionState;
use crate::time::UtcMillis;

/// Slots an agent has in use, per channel: offers that wait for their answer count too.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Load(BTreeMap<Channel, u32>);

impl Load {
    /// Adds an item.
    pub fn add(&mut self, channel: Channel, size: u32) {
        let in_use = self.0.entry(channel).or_default();
        *in_use = in_use.saturating_add(size);
    }

    /// In use on one channel.
    #[must_use]
    pub fn on(&self, channel: Channel) -> u32 {
        self.0.get(&channel).copied().unwrap_or_default()
    }

    /// In use over all channels.
    #[must_use]
    pub fn total(&self) -> u32 {
        self.0
            .values()
            .fold(0, |sum, slots| sum.saturating_add(*slots))
    }
}

/// Slots in use of everybody: of each item that is offered or held, if its interaction is in a
/// state that takes slots.
#[must_use]
pub fn loads<'i>(
    config: &RoutingConfig,
    open: impl IntoIterator<Item = (&'i WorkItem, InteractionState)>,
) -> BTreeMap<AgentId, Load> {
    let mut loads: BTreeMap<AgentId, Load> = BTreeMap::new();
    for (item, state) in open {
        let takes_slots = config
            .channels
            .iter()
            .any(|channel| channel.channel == item.channel() && channel.utilizes(state));
        if let Some(agent) = item.assignee.filter(|_| takes_slots && item.is_open()) {
            loads
                .entry(agent)
                .or_default()
                .add(item.channel(), item.size);
        }
    }
    loads
}

/// The desk at one instant.
#[derive(Debug, Clone, Copy)]
pub struct RoutingView<'a> {
    /// Now.
    pub now: UtcMillis,
    /// What is configured.
    pub config: &'a RoutingConfig,
    /// Who is in which state; who is not in it is offline.
    pub presence: &'a BTreeMap<AgentId, AgentPresence>,
    /// Slots in use; who is not in it has none.
    pub loads: &'a BTreeMap<AgentId, Load>,
    /// When each agent last got work of a channel.
    pub last_assigned: &'a BTreeMap<(AgentId, Channel), UtcMillis>,
    /// Agents tied to the requesters of items.
    pub ties: &'a BTreeMap<WorkItemId, Vec<Tie>>,
}

impl RoutingView<'_> {
    /// Whether an agent is in a state that takes work of this channel.
    #[must_use]
    pub fn takes_work(&self, agent: AgentId, channel: Channel) -> bool {
        self.config.takes_work(self.presence, agent, channel)
    }
}

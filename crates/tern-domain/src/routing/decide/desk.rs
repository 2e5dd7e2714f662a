//! The desk as a run of decisions sees it: agents by id, queues by order, free slots as they go.

use std::collections::BTreeMap;

use super::super::channel::ServiceChannel;
use super::super::explain::Filter;
use super::super::queue::{Queue, QueueConditions};
use super::super::view::{Load, RoutingView};
use super::super::work_item::WorkItem;
use crate::address::Channel;
use crate::agents::Agent;

/// Free slots of an agent, as far as this run has got: on the item's channel and over all.
#[derive(Debug, Clone, Copy)]
pub(super) struct Slots {
    in_use: u32,
    slots: u32,
    universal_in_use: u32,
    universal_slots: Option<u32>,
}

impl Slots {
    pub(super) const fn free(self) -> u32 {
        self.slots.saturating_sub(self.in_use)
    }

    pub(super) fn lack(self, size: u32) -> Option<Filter> {
        if self.in_use.saturating_add(size) > self.slots {
            return Some(Filter::Full {
                in_use: self.in_use,
                slots: self.slots,
            });
        }
        let slots = self.universal_slots?;
        (self.universal_in_use.saturating_add(size) > slots).then_some(Filter::UniversallyFull {
            in_use: self.universal_in_use,
            slots,
        })
    }
}

/// The slots of every agent, per channel.
pub(super) struct AllSlots(Vec<BTreeMap<Channel, Slots>>);

impl AllSlots {
    pub(super) fn of(&self, index: usize, channel: Channel) -> Option<&Slots> {
        self.0.get(index)?.get(&channel)
    }

    /// Whether an agent has room for an item of that size.
    pub(super) fn has_room(&self, index: usize, channel: Channel, size: u32) -> bool {
        self.of(index, channel)
            .is_some_and(|slots| slots.lack(size).is_none())
    }

    /// An item takes slots of its channel, and of the cap over all channels.
    pub(super) fn take(&mut self, index: usize, channel: Channel, size: u32) {
        let Some(of_agent) = self.0.get_mut(index) else {
            return;
        };
        for (known, slots) in of_agent.iter_mut() {
            slots.universal_in_use = slots.universal_in_use.saturating_add(size);
            if *known == channel {
                slots.in_use = slots.in_use.saturating_add(size);
            }
        }
    }
}

/// Everything about the desk that no item changes. Agents are indexes into `agents`.
pub(super) struct PreparedDesk<'v> {
    pub(super) view: &'v RoutingView<'v>,
    pub(super) agents: Vec<&'v Agent>,
    pub(super) queues: Vec<&'v Queue>,
}

impl<'v> PreparedDesk<'v> {
    pub(super) fn new(view: &'v RoutingView<'v>) -> Self {
        let config = view.config;
        let mut agents: Vec<_> = config.agents.iter().filter(|agent| agent.active).collect();
        agents.sort_by_key(|agent| agent.id);
        let queues = config.queues_in_order();
        Self {
            view,
            agents,
            queues,
        }
    }

    /// The slots at the beginning of a run.
    pub(super) fn slots(&self) -> AllSlots {
        let config = self.view.config;
        let of_agents = self
            .agents
            .iter()
            .map(|agent| {
                let load = self.view.loads.get(&agent.id);
                config
                    .channels
                    .iter()
                    .map(|channel| {
                        let slots = Slots {
                            in_use: load.map_or(0, |load| load.on(channel.channel)),
                            slots: agent.slots(channel.channel, &config.groups, channel.capacity),
                            universal_in_use: load.map_or(0, Load::total),
                            universal_slots: agent.universal_capacity,
                        };
                        (channel.channel, slots)
                    })
                    .collect()
            })
            .collect();
        AllSlots(of_agents)
    }

    /// The queue an item is in, or the first whose condition holds.
    pub(super) fn find_queue(
        &self,
        item: &WorkItem,
        conditions: &dyn QueueConditions,
    ) -> Option<usize> {
        if let Some(queue) = item.queue {
            return self.queues.iter().position(|known| known.id == queue);
        }
        self.queues.iter().position(|queue| {
            queue.takes_in(item.channel(), |condition| {
                conditions.holds(queue, condition, item)
            })
        })
    }

    pub(super) fn channel(&self, queue: &Queue) -> Option<&ServiceChannel> {
        self.view
            .config
            .channels
            .iter()
            .find(|channel| channel.channel == queue.channel)
    }
}

//! Queues: what they take in, when they are open, whom they ask (Q-12 … Q-14, H-3, H-4).

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::affinity::AffinityRule;
use super::config::RoutingConfig;
use super::hours::Hours;
use super::order::{DEFAULT_GROUP_ORDER, GroupOrder, SortKey};
use super::skills::SkillNeed;
use super::work_item::WorkItem;
use crate::address::Channel;
use crate::agents::AgentPresence;
use crate::alerts::AlertSound;
use crate::ids::{AgentId, GroupId, QueueId, RuleId};
use crate::time::{Millis, UtcMillis};

/// What a queue takes in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Intake {
    /// Whatever no queue before it took.
    Everything,
    /// Only what a person puts there.
    ByHandOnly,
    /// What a condition holds for.
    When {
        /// The condition.
        condition: String,
    },
}

/// Agents who are asked, and from when on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pool {
    /// How one of them is chosen, from when this pool joins.
    pub rule: Option<RuleId>,
    /// Their groups.
    pub groups: Vec<GroupId>,
    /// Joins once an item has waited so long; earlier pools stay.
    pub eligible_at: Millis,
}

/// An ordered store of waiting work.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Queue {
    /// Id.
    pub id: QueueId,
    /// Name.
    pub name: String,
    /// The kind of work it holds.
    pub channel: Channel,
    /// Takes in and gives out.
    pub active: bool,
    /// Queues are asked in this order; equal ones by id.
    pub order: u32,
    /// When it gives out work; `None` = always.
    #[serde(default)]
    pub hours: Option<Hours>,
    /// Whether work may wait in it out of hours (H-4).
    #[serde(default)]
    pub waits_out_of_hours: bool,
    /// What it takes in.
    pub intake: Intake,
    /// Passing it sets a flag and nothing else.
    #[serde(default)]
    pub target_wait: Option<Millis>,
    /// off unless set.
    #[serde(default)]
    pub max_wait: Option<Millis>,
    /// What the requester is told then.
    #[serde(default)]
    pub max_wait_message: String,
    /// Sent when an agent accepts (H-7).
    #[serde(default)]
    pub first_response: String,
    /// Sent when nobody would answer (R-4, H-3).
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub nobody_message: String,
    /// Sent out of hours (H-4).
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub closed_message: String,
    /// Who is asked. Without any group items wait until somebody takes them.
    #[serde(default)]
    pub pools: Vec<Pool>,
    /// Order of the groups at this queue, where it is not 100.
    #[serde(default)]
    pub group_orders: Vec<GroupOrder>,
    /// What its work needs, unless an item says otherwise.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub needs: Vec<SkillNeed>,
    /// At most three.
    #[serde(default)]
    pub affinity: Vec<AffinityRule>,
    /// Which item is next; empty = priority, then oldest.
    #[serde(default)]
    pub sort: Vec<SortKey>,
    /// How notifications about its work sound; `None` = the usual way.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sound: Option<AlertSound>,
}

impl Queue {
    /// The queue of a desk that never configured one: takes everything and asks nobody, so that work waits
    /// until somebody takes it.
    #[must_use]
    pub fn shipped(id: QueueId) -> Self {
        Self {
            id,
            name: "All texts".to_owned(),
            channel: Channel::Sms,
            active: true,
            order: 1000,
            hours: None,
            waits_out_of_hours: true,
            intake: Intake::Everything,
            target_wait: None,
            max_wait: None,
            max_wait_message: String::new(),
            first_response: String::new(),
            nobody_message: String::new(),
            closed_message: String::new(),
            pools: Vec::new(),
            group_orders: Vec::new(),
            needs: Vec::new(),
            affinity: Vec::new(),
            sort: Vec::new(),
            sound: None,
        }
    }

    /// Whether it takes in work of a channel that is in no queue yet. Asks whether a condition holds.
    #[must_use]
    pub fn takes_in(&self, channel: Channel, holds: impl FnOnce(&str) -> bool) -> bool {
        self.channel == channel
            && match &self.intake {
                Intake::Everything => true,
                Intake::ByHandOnly => false,
                Intake::When { condition } => holds(condition),
            }
    }

    /// The order of a group here.
    #[must_use]
    pub fn order_of(&self, group: GroupId) -> u32 {
        self.group_orders
            .iter()
            .find(|own| own.group == group)
            .map_or(DEFAULT_GROUP_ORDER, |own| own.order)
    }

    /// whether an item has waited as long as the queue lets it.
    #[must_use]
    pub fn gives_up(&self, item: &WorkItem, now: UtcMillis) -> bool {
        self.gives_up_at(item, now).is_some_and(|at| at <= now)
    }

    /// when an item will have waited as long as the queue lets it, or a moment before that to look
    /// again. Only opening hours count: nobody could have answered out of them. What an agent hands on does
    /// not run out: it is that agent's until somebody accepts (H-10).
    #[must_use]
    pub fn gives_up_at(&self, item: &WorkItem, now: UtcMillis) -> Option<UtcMillis> {
        let most = self.max_wait.filter(|_| item.handed_on_by.is_none())?;
        // Hours can only make it later, and are walked through only once that matters.
        let by_the_clock = item.queued_at + most;
        match &self.hours {
            Some(hours) if by_the_clock <= now => hours.open_for(item.queued_at, most),
            _ => Some(by_the_clock),
        }
    }

    /// How long it was open between two instants.
    #[must_use]
    pub fn open_between(&self, from: UtcMillis, to: UtcMillis) -> Millis {
        match &self.hours {
            Some(hours) => hours.open_between(from, to),
            None => to.since(from).max(Millis::ZERO),
        }
    }

    /// Its texts to requesters, each with its name for people.
    #[must_use]
    pub fn texts(&self) -> [(&'static str, &str); 4] {
        [
            ("first response", &self.first_response),
            ("nobody is there", &self.nobody_message),
            ("closed", &self.closed_message),
            ("the longest wait is over", &self.max_wait_message),
        ]
    }

    /// Whether it gives out work at that instant.
    #[must_use]
    pub fn is_open_at(&self, at: UtcMillis) -> bool {
        self.hours.as_ref().is_none_or(|hours| hours.is_open_at(at))
    }
}

/// Whether a queue's condition holds for an item. Asked only for [`Intake::When`].
pub trait QueueConditions {
    /// Whether it holds. A condition that cannot be evaluated does not.
    fn holds(&self, queue: &Queue, condition: &str, item: &WorkItem) -> bool;
}

/// Whether somebody would answer (H-3, H-4). Skills and free slots do not matter.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Availability {
    /// In schedule, and at least one agent of a pool takes work.
    Available,
    /// In schedule, and nobody does.
    NobodyThere,
    /// Out of schedule.
    OutOfHours {
        /// When it opens.
        opens_at: Option<UtcMillis>,
        /// Whether work may wait until then.
        may_wait: bool,
    },
}

/// Whether somebody of a queue would answer now (H-3, H-4). Of a queue that asks no group,
/// everybody takes work by hand.
#[must_use]
pub fn availability(
    queue: &Queue,
    config: &RoutingConfig,
    presence: &BTreeMap<AgentId, AgentPresence>,
    now: UtcMillis,
) -> Availability {
    if !queue.is_open_at(now) {
        let opens_at = queue
            .hours
            .as_ref()
            .and_then(|hours| hours.next_change_after(now));
        return Availability::OutOfHours {
            opens_at,
            may_wait: queue.waits_out_of_hours,
        };
    }
    let is_there = config.agents.iter().any(|agent| {
        agent.active
            && config.takes_work(presence, agent.id, queue.channel)
            && (queue.pools.is_empty()
                || queue
                    .pools
                    .iter()
                    .flat_map(|pool| &pool.groups)
                    .any(|group| agent.groups.contains(group)))
    });
    if is_there {
        Availability::Available
    } else {
        Availability::NobodyThere
    }
}

//! What is configured about routing as a whole, and what can be configured: refusals that name the mistake.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::affinity::AffinityRule;
use super::channel::ServiceChannel;
use super::hours::HoursRefusal;
use super::queue::{Intake, Queue};
use super::rule::{AssignmentRule, RejectReason};
use super::skills::{SkillNeed, is_same_skill};
use crate::address::Channel;
use crate::agents::{Agent, AgentPresence, Group, PresenceState};
use crate::aggregate::AggregateRef;
use crate::condition::Condition;
use crate::event::{Actor, EventBody, NewEvent};
use crate::ids::{
    AgentId, EventId, GroupId, IdSource, PresenceStateId, QueueId, RejectReasonId, RuleId,
};
use crate::plan::{Effect, Plan};
use crate::segments::measure;
use crate::time::{Millis, UtcMillis};

/// Everything that is configured about agents and routing.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct RoutingConfig {
    /// All agents, also those who have left.
    pub agents: Vec<Agent>,
    /// Groups.
    pub groups: Vec<Group>,
    /// Presence states.
    pub presence: Vec<PresenceState>,
    /// Service channels.
    pub channels: Vec<ServiceChannel>,
    /// Queues.
    pub queues: Vec<Queue>,
    /// Assignment rules.
    pub rules: Vec<AssignmentRule>,
    /// Reasons for saying no.
    pub reject_reasons: Vec<RejectReason>,
    /// Changes so far.
    pub version: u32,
}

/// One change to it. Each names a whole thing, so that replaying the changes gives the configuration.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum ConfigChange {
    /// An agent is there, or different.
    Agent {
        /// As they are now.
        agent: Agent,
    },
    /// A group is there, or different.
    Group {
        /// As it is now.
        group: Group,
    },
    /// A group is gone.
    GroupRemoved {
        /// Which.
        id: GroupId,
    },
    /// A presence state is there, or different.
    PresenceState {
        /// As it is now.
        state: PresenceState,
    },
    /// A presence state is gone.
    PresenceStateRemoved {
        /// Which.
        id: PresenceStateId,
    },
    /// A service channel is different.
    Channel {
        /// As it is now.
        channel: ServiceChannel,
    },
    /// A queue is there, or different.
    Queue {
        /// As it is now.
        queue: Box<Queue>,
    },
    /// A queue is gone.
    QueueRemoved {
        /// Which.
        id: QueueId,
    },
    /// An assignment rule is there, or different.
    Rule {
        /// As it is now.
        rule: AssignmentRule,
    },
    /// An assignment rule is gone.
    RuleRemoved {
        /// Which.
        id: RuleId,
    },
    /// A reason for saying no is there, or different.
    RejectReason {
        /// As it is now.
        reason: RejectReason,
    },
    /// A reason for saying no is gone.
    RejectReasonRemoved {
        /// Which.
        id: RejectReasonId,
    },
    /// Written by a later version of Tern.
    #[serde(other)]
    Unrecognised,
}

/// Why a queue or rule cannot be stored like this. The words are for whoever configures.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RoutingRefusal {
    /// A name is missing.
    #[error("the name is missing")]
    NoName,
    /// Something else has the name.
    #[error("the name “{name}” is taken")]
    NameTaken {
        /// The name.
        name: String,
    },
    /// The hours make no sense.
    #[error(transparent)]
    Hours(#[from] HoursRefusal),
    /// A pool without groups, or with one that is gone.
    #[error("pool {place} asks no group, or one that is gone")]
    PoolWithoutGroup {
        /// 1 = the first.
        place: usize,
    },
    /// Two pools join at the same time.
    #[error("two pools join at the same time")]
    PoolsJoinTogether,
    /// The rule of a pool is gone.
    #[error("the assignment rule of pool {place} is gone")]
    PoolWithoutRule {
        /// 1 = the first.
        place: usize,
    },
    /// A condition is missing.
    #[error("the condition is missing")]
    NoCondition,
    /// The condition cannot be understood.
    #[error("the condition cannot be understood: {words}")]
    Condition {
        /// What is wrong, and where.
        words: String,
    },
    ///
    #[error("a queue has at most three affinity rules")]
    TooManyAffinityRules,
    ///
    #[error("affinity looks 1 to 30 days back")]
    DaysBack,
    /// A skill without a name, named twice, or with a level that does not exist.
    #[error("the skill “{skill}” needs a name of its own and a level from 1 to 10")]
    Skill {
        /// The skill.
        skill: String,
    },
    /// Two places for one group.
    #[error("a group has two places at this queue")]
    GroupOrderTwice,
    /// Nobody could ever be offered anything.
    #[error("agents need room for at least one conversation")]
    NoRoom,
    /// T-7.
    #[error("the text “{text}” is too long by {over_by} characters")]
    TextTooLong {
        /// Which.
        text: &'static str,
        /// Characters too many.
        over_by: u32,
    },
    /// A duration that is zero or less.
    #[error("waits and timeouts have to be longer than nothing")]
    NoDuration,
    /// Work would have nowhere to go.
    #[error("the last queue that takes everything has to stay")]
    LastCatchAll,
    /// Open work waits in it.
    #[error("{count} conversations wait in this queue")]
    HoldsWork {
        /// How many.
        count: u32,
    },
    /// A queue refers to it.
    #[error("the queue “{queue}” uses it")]
    InUse {
        /// The first such queue.
        queue: String,
    },
}

fn check_name<'a>(
    name: &str,
    mut others: impl Iterator<Item = &'a str>,
) -> Result<(), RoutingRefusal> {
    let wanted = name.trim();
    if wanted.is_empty() {
        return Err(RoutingRefusal::NoName);
    }
    if others.any(|other| other.trim().eq_ignore_ascii_case(wanted)) {
        return Err(RoutingRefusal::NameTaken {
            name: wanted.to_owned(),
        });
    }
    Ok(())
}

fn check_durations(durations: &[Option<Millis>]) -> Result<(), RoutingRefusal> {
    if durations
        .iter()
        .flatten()
        .any(|duration| *duration <= Millis::ZERO)
    {
        return Err(RoutingRefusal::NoDuration);
    }
    Ok(())
}

/// every skill once, at a level that agents can have.
fn check_needs(needs: &[SkillNeed]) -> Result<(), RoutingRefusal> {
    for (place, need) in needs.iter().enumerate() {
        let is_twice = needs
            .iter()
            .take(place)
            .any(|other| is_same_skill(&other.skill, &need.skill));
        let has_level = (1..=Agent::HIGHEST_LEVEL).contains(&need.level);
        if need.skill.trim().is_empty() || is_twice || !has_level {
            return Err(RoutingRefusal::Skill {
                skill: need.skill.clone(),
            });
        }
    }
    Ok(())
}

/// Whether a queue can be stored like this.
///
/// # Errors
/// [`RoutingRefusal`] with what to change.
pub fn check_queue(queue: &Queue, config: &RoutingConfig) -> Result<(), RoutingRefusal> {
    let others = || config.queues.iter().filter(|other| other.id != queue.id);
    check_name(&queue.name, others().map(|other| other.name.as_str()))?;
    if let Intake::When { condition } = &queue.intake {
        if condition.trim().is_empty() {
            return Err(RoutingRefusal::NoCondition);
        }
        Condition::compile(condition).map_err(|problems| RoutingRefusal::Condition {
            words: problems
                .first()
                .map(ToString::to_string)
                .unwrap_or_default(),
        })?;
    }
    if let Some(hours) = &queue.hours {
        hours.check()?;
    }
    let groups: BTreeSet<_> = config.groups.iter().map(|group| group.id).collect();
    let mut joins = BTreeSet::new();
    for (place, pool) in (1..).zip(&queue.pools) {
        if pool.groups.is_empty() || pool.groups.iter().any(|group| !groups.contains(group)) {
            return Err(RoutingRefusal::PoolWithoutGroup { place });
        }
        let is_there = |wanted: &RuleId| config.rules.iter().any(|rule| rule.id == *wanted);
        if pool.rule.as_ref().is_some_and(|rule| !is_there(rule)) {
            return Err(RoutingRefusal::PoolWithoutRule { place });
        }
        if pool.eligible_at < Millis::ZERO {
            return Err(RoutingRefusal::NoDuration);
        }
        if !joins.insert(pool.eligible_at) {
            return Err(RoutingRefusal::PoolsJoinTogether);
        }
    }
    check_needs(&queue.needs)?;
    let mut placed = BTreeSet::new();
    if !queue
        .group_orders
        .iter()
        .all(|own| placed.insert(own.group))
    {
        return Err(RoutingRefusal::GroupOrderTwice);
    }
    if queue.affinity.len() > AffinityRule::MOST {
        return Err(RoutingRefusal::TooManyAffinityRules);
    }
    if queue
        .affinity
        .iter()
        .any(|rule| !(1..=30).contains(&rule.days_back))
    {
        return Err(RoutingRefusal::DaysBack);
    }
    check_durations(&[queue.target_wait, queue.max_wait])?;
    for (text, words) in queue.texts() {
        let over_by = measure(words).over_limit_by;
        if over_by > 0 {
            return Err(RoutingRefusal::TextTooLong { text, over_by });
        }
    }
    let catches_all = |known: &Queue| known.active && known.intake == Intake::Everything;
    if !catches_all(queue) && !others().any(catches_all) {
        return Err(RoutingRefusal::LastCatchAll);
    }
    Ok(())
}

/// Whether an assignment rule can be stored like this (Q-15 … Q-18).
///
/// # Errors
/// [`RoutingRefusal`] with what to change.
pub fn check_rule(rule: &AssignmentRule, all: &[AssignmentRule]) -> Result<(), RoutingRefusal> {
    check_name(
        &rule.name,
        all.iter()
            .filter(|other| other.id != rule.id)
            .map(|other| other.name.as_str()),
    )?;
    check_durations(&[rule.timeout])
}

impl RoutingConfig {
    /// Whether an agent is in a state that takes work of this channel. Whoever is in none is offline.
    #[must_use]
    pub fn takes_work(
        &self,
        presence: &BTreeMap<AgentId, AgentPresence>,
        agent: AgentId,
        channel: Channel,
    ) -> bool {
        let state = presence
            .get(&agent)
            .map_or(PresenceState::OFFLINE, |presence| presence.state);
        self.presence
            .iter()
            .any(|known| known.id == state && known.takes(channel))
    }

    /// Whether an agent can be asked to take a conversation over: still with the team, and in a state that
    /// takes work of this channel. Who leaves keeps the presence they had.
    #[must_use]
    pub fn can_be_asked(
        &self,
        presence: &BTreeMap<AgentId, AgentPresence>,
        agent: AgentId,
        channel: Channel,
    ) -> bool {
        self.agent(agent).is_some_and(|known| known.active)
            && self.takes_work(presence, agent, channel)
    }

    /// What a desk starts with: one agent, one queue that takes everything, work taken by hand.
    #[must_use]
    pub fn shipped(agent: Agent, queue: QueueId, rule: RuleId) -> Vec<ConfigChange> {
        let states = PresenceState::shipped()
            .into_iter()
            .map(|state| ConfigChange::PresenceState { state });
        [
            ConfigChange::Agent { agent },
            ConfigChange::Channel {
                channel: ServiceChannel::sms(),
            },
            ConfigChange::Rule {
                rule: AssignmentRule::shipped(rule),
            },
            ConfigChange::Queue {
                queue: Box::new(Queue::shipped(queue)),
            },
        ]
        .into_iter()
        .chain(states)
        .collect()
    }

    /// Takes in one more change.
    pub fn apply(&mut self, change: ConfigChange) {
        match change {
            ConfigChange::Agent { agent } => put(&mut self.agents, agent, |agent| agent.id),
            ConfigChange::Group { group } => put(&mut self.groups, group, |group| group.id),
            ConfigChange::GroupRemoved { id } => self.groups.retain(|group| group.id != id),
            ConfigChange::PresenceState { state } => {
                put(&mut self.presence, state, |state| state.id);
            }
            ConfigChange::PresenceStateRemoved { id } => {
                self.presence.retain(|state| state.id != id);
            }
            ConfigChange::Channel { channel } => {
                put(&mut self.channels, channel, |channel| channel.channel);
            }
            ConfigChange::Queue { queue } => put(&mut self.queues, *queue, |queue| queue.id),
            ConfigChange::QueueRemoved { id } => self.queues.retain(|queue| queue.id != id),
            ConfigChange::Rule { rule } => put(&mut self.rules, rule, |rule| rule.id),
            ConfigChange::RuleRemoved { id } => self.rules.retain(|rule| rule.id != id),
            ConfigChange::RejectReason { reason } => {
                put(&mut self.reject_reasons, reason, |reason| reason.id);
            }
            ConfigChange::RejectReasonRemoved { id } => {
                self.reject_reasons.retain(|reason| reason.id != id);
            }
            ConfigChange::Unrecognised => {}
        }
    }

    /// An agent, also one who has left.
    #[must_use]
    pub fn agent(&self, id: AgentId) -> Option<&Agent> {
        self.agents.iter().find(|agent| agent.id == id)
    }

    /// Queues that are switched on, in the order in which they are asked.
    #[must_use]
    pub fn queues_in_order(&self) -> Vec<&Queue> {
        let mut queues: Vec<_> = self.queues.iter().filter(|queue| queue.active).collect();
        queues.sort_by_key(|queue| (queue.order, queue.id));
        queues
    }

    /// Agents who are with the team.
    pub fn active_agents(&self) -> impl Iterator<Item = &Agent> {
        self.agents.iter().filter(|agent| agent.active)
    }

    /// Plans changes that have been checked.
    #[must_use]
    pub fn plan(
        &self,
        changes: Vec<ConfigChange>,
        actor: Actor,
        now: UtcMillis,
        ids: &mut dyn IdSource,
    ) -> Plan {
        let mut plan = Plan::default();
        for (version, change) in (self.version..).zip(changes) {
            plan.events.push(NewEvent {
                id: EventId::next(ids),
                aggregate: AggregateRef::Routing,
                expected_version: version,
                actor,
                at: now,
                body: EventBody::RoutingConfigured {
                    change: Box::new(change.clone()),
                },
            });
            plan.effects.push(Effect::Configure(Box::new(change)));
        }
        plan
    }
}

fn put<T, K: PartialEq>(list: &mut Vec<T>, thing: T, key: impl Fn(&T) -> K) {
    match list.iter_mut().find(|known| key(known) == key(&thing)) {
        Some(known) => *known = thing,
        None => list.push(thing),
    }
}

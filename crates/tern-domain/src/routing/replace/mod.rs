//! Replacing what is configured as a whole, from a file or back to what was: what changes, or why it cannot.
//!
//! Things are told apart by their ids. What is left out goes, as far as the same removal by hand may (Q-11,
//! Q-12); agents stay unless they are to leave, because whoever is at a desk is no part of a file.

mod check;

use std::collections::{BTreeMap, BTreeSet};

use super::channel::ServiceChannel;
use super::config::{ConfigChange, RoutingConfig, RoutingRefusal};
use super::queue::Queue;
use super::rule::{AssignmentRule, RejectReason};
use crate::agents::{Agent, AgentPresence, AgentsRefusal, Group, PresenceState};
use crate::ids::{AgentId, QueueId};
use check::{check_things, waits_in};

/// What is wanted of each part; `None` = it stays as it is.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct WantedConfig {
    /// Groups.
    pub groups: Option<Vec<Group>>,
    /// Agents who are with the team.
    pub agents: Option<Vec<Agent>>,
    /// Presence states besides the three that every desk has.
    pub presence: Option<Vec<PresenceState>>,
    /// Service channels; one that is left out stays.
    pub channels: Option<Vec<ServiceChannel>>,
    /// Queues.
    pub queues: Option<Vec<Queue>>,
    /// Assignment rules.
    pub rules: Option<Vec<AssignmentRule>>,
    /// Reasons for saying no.
    pub reject_reasons: Option<Vec<RejectReason>>,
}

/// What becomes of agents who are left out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OtherAgents {
    /// They stay, without groups that are gone. Names then stand for ids where something of the desk's has to
    /// stay: an agent, a queue that work waits in, a presence state that somebody is in.
    Stay,
    /// They leave the team.
    Leave,
}

/// What is going on at the desk.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeskInUse {
    /// Who is signed in.
    pub agent: AgentId,
    /// Conversations that wait, by queue.
    pub waiting: BTreeMap<QueueId, u32>,
    /// Open work, by agent.
    pub held: BTreeMap<AgentId, u32>,
    /// Who is in which presence state.
    pub presence: BTreeMap<AgentId, AgentPresence>,
}

/// The part that something belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ConfigPart {
    /// Groups.
    Groups,
    /// Agents.
    Agents,
    /// Presence states.
    Presence,
    /// Service channels.
    Channels,
    /// Queues.
    Queues,
    /// Assignment rules.
    Rules,
    /// Reasons for saying no.
    RejectReasons,
}

/// What stands in the way, and of which thing. The words are for whoever configures.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("“{name}”: {problem}")]
pub struct ReplaceRefusal {
    /// The part of the thing.
    pub part: ConfigPart,
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// What is wrong with it.
    pub problem: ReplaceProblem,
}

/// What is wrong with a thing.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ReplaceProblem {
    /// It names something that is neither wanted nor there.
    #[error("it names the {what} {id}, which is not there")]
    Dangling {
        /// What it should be.
        what: &'static str,
        /// The id.
        id: String,
    },
    /// It is left out while something names it.
    #[error("it cannot be removed, because “{user}” names it")]
    Named {
        /// The first to name it.
        user: String,
    },
    /// It is left out and in use.
    #[error("it cannot be removed: {words}")]
    InUse {
        /// How it is used.
        words: String,
    },
    /// The agent who is to leave is signed in.
    #[error("you are signed in as this agent, who would leave the team")]
    SignedIn,
    /// An item takes no room, so that there would be no end of them.
    #[error("an item has to take at least one slot")]
    NoItemSize,
    /// As an agent, group or presence state it cannot be.
    #[error(transparent)]
    Agents(#[from] AgentsRefusal),
    /// As a queue, rule, channel or reason it cannot be.
    #[error(transparent)]
    Routing(#[from] RoutingRefusal),
}

impl ReplaceProblem {
    const fn is_dangling(&self) -> bool {
        matches!(self, Self::Dangling { .. })
    }
}

/// A replacement that has been checked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Replacement {
    /// What is configured then.
    pub config: RoutingConfig,
    /// What leads there, as the same changes by hand.
    pub changes: Vec<ConfigChange>,
}

impl RoutingConfig {
    /// Checks what replaces this, and says what changes.
    ///
    /// # Errors
    /// [`ReplaceRefusal`] naming the first thing that cannot be; nothing is changed then.
    pub fn replace(
        &self,
        mut wanted: WantedConfig,
        others: OtherAgents,
        in_use: &DeskInUse,
    ) -> Result<Replacement, ReplaceRefusal> {
        if others == OtherAgents::Stay {
            self.take_names_for_ids(&mut wanted, in_use);
        }
        let config = self.with(wanted, others);
        self.check_references(&config)?;
        self.check_removals(&config, in_use)?;
        check_things(&config, self)?;
        let changes = self.changes_to(&config);
        Ok(Replacement { config, changes })
    }

    fn take_names_for_ids(&self, wanted: &mut WantedConfig, in_use: &DeskInUse) {
        if let Some(agents) = &mut wanted.agents {
            let here = self.active_agents().map(|agent| (agent.id, &agent.name));
            rename(agents, here, |agent| (&mut agent.id, &agent.name));
        }
        if let Some(queues) = &mut wanted.queues {
            let here = self.queues.iter().filter(|it| waits_in(in_use, it.id) > 0);
            let here = here.map(|queue| (queue.id, &queue.name));
            rename(queues, here, |queue| (&mut queue.id, &queue.name));
        }
        if let Some(states) = &mut wanted.presence {
            let inside: BTreeSet<_> = in_use.presence.values().map(|it| it.state).collect();
            let here = self.presence.iter().filter(|it| inside.contains(&it.id));
            let here = here.map(|state| (state.id, &state.name));
            let renamed = rename(states, here, |state| (&mut state.id, &state.name));
            for rule in wanted.rules.iter_mut().flatten() {
                let to = rule.presence_afterwards.and_then(|id| renamed.get(&id));
                rule.presence_afterwards = to.copied().or(rule.presence_afterwards);
            }
        }
    }

    fn with(&self, wanted: WantedConfig, others: OtherAgents) -> Self {
        let mut config = self.clone();
        if let Some(groups) = wanted.groups {
            config.groups = groups;
        }
        if let Some(mut states) = wanted.presence {
            states.retain(|it| !it.is_shipped() || !self.presence.contains(it));
            states.extend(self.presence.iter().filter(|it| it.is_shipped()).cloned());
            config.presence = states;
        }
        for channel in wanted.channels.into_iter().flatten() {
            config.apply(ConfigChange::Channel { channel });
        }
        if let Some(queues) = wanted.queues {
            config.queues = queues;
        }
        if let Some(rules) = wanted.rules {
            config.rules = rules;
        }
        if let Some(reasons) = wanted.reject_reasons {
            config.reject_reasons = reasons;
        }
        let groups: BTreeSet<_> = config.groups.iter().map(|group| group.id).collect();
        let is_wanted = |id| {
            let mut agents = wanted.agents.iter().flatten();
            agents.any(|agent| agent.id == id)
        };
        for agent in config.agents.iter_mut().filter(|it| !is_wanted(it.id)) {
            agent.groups.retain(|group| groups.contains(group));
            agent.active &= others == OtherAgents::Stay || wanted.agents.is_none();
        }
        for agent in wanted.agents.into_iter().flatten() {
            config.apply(ConfigChange::Agent { agent });
        }
        config
    }

    fn changes_to(&self, config: &Self) -> Vec<ConfigChange> {
        let mut changes = Vec::new();
        let gone = &mut Vec::new();
        let group = |group| ConfigChange::Group { group };
        let group_gone = |id| ConfigChange::GroupRemoved { id };
        put_changed(&self.groups, &config.groups, &mut changes, group);
        note_gone(&self.groups, &config.groups, gone, |it| it.id, group_gone);
        let state = |state| ConfigChange::PresenceState { state };
        let state_gone = |id| ConfigChange::PresenceStateRemoved { id };
        put_changed(&self.presence, &config.presence, &mut changes, state);
        note_gone(
            &self.presence,
            &config.presence,
            gone,
            |it| it.id,
            state_gone,
        );
        let rule = |rule| ConfigChange::Rule { rule };
        let rule_gone = |id| ConfigChange::RuleRemoved { id };
        put_changed(&self.rules, &config.rules, &mut changes, rule);
        note_gone(&self.rules, &config.rules, gone, |it| it.id, rule_gone);
        let reason = |reason| ConfigChange::RejectReason { reason };
        let (old, new) = (&self.reject_reasons, &config.reject_reasons);
        let reason_gone = |id| ConfigChange::RejectReasonRemoved { id };
        put_changed(old, new, &mut changes, reason);
        note_gone(old, new, gone, |it| it.id, reason_gone);
        let channel = |channel| ConfigChange::Channel { channel };
        put_changed(&self.channels, &config.channels, &mut changes, channel);
        let queue = |queue| ConfigChange::Queue {
            queue: Box::new(queue),
        };
        let queue_gone = |id| ConfigChange::QueueRemoved { id };
        put_changed(&self.queues, &config.queues, &mut changes, queue);
        note_gone(&self.queues, &config.queues, gone, |it| it.id, queue_gone);
        let agent = |agent| ConfigChange::Agent { agent };
        put_changed(&self.agents, &config.agents, &mut changes, agent);
        changes.append(gone);
        changes
    }
}

/// Gives wanted things the ids of those at the desk that have their names, where neither is known by its id.
fn rename<'a, T, K: Copy + Ord>(
    wanted: &mut [T],
    here: impl Iterator<Item = (K, &'a String)>,
    of: impl Fn(&mut T) -> (&mut K, &String),
) -> BTreeMap<K, K> {
    let mut ids: BTreeSet<K> = wanted.iter_mut().map(|it| *of(it).0).collect();
    let here: Vec<_> = here.collect();
    let mut renamed = BTreeMap::new();
    for thing in wanted {
        let (id, name) = of(thing);
        if here.iter().any(|(known, _)| known == id) {
            continue;
        }
        let same = |other: &str| other.trim().eq_ignore_ascii_case(name.trim());
        let found = here
            .iter()
            .find(|(known, other)| !ids.contains(known) && same(other));
        if let Some((known, _)) = found {
            renamed.insert(*id, *known);
            ids.insert(*known);
            *id = *known;
        }
    }
    renamed
}

fn put_changed<T: PartialEq + Clone>(
    before: &[T],
    after: &[T],
    changes: &mut Vec<ConfigChange>,
    change: impl Fn(T) -> ConfigChange,
) {
    let changed = after.iter().filter(|thing| !before.contains(thing));
    changes.extend(changed.cloned().map(change));
}

fn note_gone<T, K: PartialEq>(
    before: &[T],
    after: &[T],
    changes: &mut Vec<ConfigChange>,
    key: impl Fn(&T) -> K,
    change: impl Fn(K) -> ConfigChange,
) {
    let is_gone = |old: &&T| after.iter().all(|new| key(new) != key(old));
    changes.extend(before.iter().filter(is_gone).map(|old| change(key(old))));
}

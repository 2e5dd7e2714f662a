//! Whether what replaces the configuration can be: everything named is there, nothing in use goes, and each
//! thing is as its screen would take it.

use super::super::config::{RoutingConfig, RoutingRefusal, check_queue, check_rule};
use super::{ConfigPart, DeskInUse, ReplaceProblem, ReplaceRefusal};
use crate::agents::{
    AgentsRefusal, check_agent, check_group, check_presence_state, check_presence_state_removal,
};
use crate::ids::{GroupId, PresenceStateId, QueueId, RuleId};

impl RoutingConfig {
    /// Every id that something names has to be there.
    pub(super) fn check_references(&self, config: &Self) -> Result<(), ReplaceRefusal> {
        let group = |user: User<'_>, id| {
            let group = ("group", ConfigPart::Groups, id);
            user.check(group, group_name(config, id), group_name(self, id))
        };
        // What is as it was may name what was gone before: a file that leaves it alone is not to blame.
        let spared = |found: Result<(), ReplaceRefusal>, is_as_before: bool| match found {
            Err(refusal) if is_as_before && refusal.problem.is_dangling() => Ok(()),
            found => found,
        };
        for agent in config.active_agents() {
            let user = User(ConfigPart::Agents, &agent.id, &agent.name);
            agent.groups.iter().try_for_each(|id| group(user, *id))?;
        }
        for state in &config.presence {
            let user = User(ConfigPart::Presence, &state.id, &state.name);
            let found = state.groups.iter().try_for_each(|id| group(user, *id));
            spared(found, self.presence.contains(state))?;
        }
        for queue in &config.queues {
            let user = User(ConfigPart::Queues, &queue.id, &queue.name);
            let of_pools = queue.pools.iter().flat_map(|pool| &pool.groups);
            let of_orders = queue.group_orders.iter().map(|own| &own.group);
            let found = of_pools
                .chain(of_orders)
                .try_for_each(|id| group(user, *id));
            spared(found, self.queues.contains(queue))?;
            for id in queue.pools.iter().filter_map(|pool| pool.rule) {
                let rule = ("assignment rule", ConfigPart::Rules, id);
                user.check(rule, rule_name(config, id), rule_name(self, id))?;
            }
        }
        for rule in &config.rules {
            let user = User(ConfigPart::Rules, &rule.id, &rule.name);
            if let Some(id) = rule.presence_afterwards {
                let state = ("presence state", ConfigPart::Presence, id);
                let found = user.check(state, state_name(config, id), state_name(self, id));
                spared(found, self.rules.contains(rule))?;
            }
        }
        Ok(())
    }

    /// What goes must not be in use.
    pub(super) fn check_removals(
        &self,
        config: &Self,
        in_use: &DeskInUse,
    ) -> Result<(), ReplaceRefusal> {
        for queue in &self.queues {
            let is_gone = config.queues.iter().all(|known| known.id != queue.id);
            let count = waits_in(in_use, queue.id);
            if is_gone && count > 0 {
                let words = RoutingRefusal::HoldsWork { count }.to_string();
                let user = User(ConfigPart::Queues, &queue.id, &queue.name);
                return Err(user.refuse(ReplaceProblem::InUse { words }));
            }
        }
        for state in &self.presence {
            let is_gone = config.presence.iter().all(|known| known.id != state.id);
            let check = || check_presence_state_removal(state, &in_use.presence, &config.rules);
            if is_gone && let Err(refusal) = check() {
                let words = refusal.to_string();
                let user = User(ConfigPart::Presence, &state.id, &state.name);
                return Err(user.refuse(ReplaceProblem::InUse { words }));
            }
        }
        for agent in self.active_agents() {
            let is_gone = config.agent(agent.id).is_none_or(|it| !it.active);
            let user = User(ConfigPart::Agents, &agent.id, &agent.name);
            let count = in_use.held.get(&agent.id).copied().unwrap_or(0);
            if is_gone && agent.id == in_use.agent {
                return Err(user.refuse(ReplaceProblem::SignedIn));
            }
            if is_gone && count > 0 {
                let words = AgentsRefusal::HoldsWork { count }.to_string();
                return Err(user.refuse(ReplaceProblem::InUse { words }));
            }
        }
        Ok(())
    }
}

/// Something that names other things.
#[derive(Clone, Copy)]
struct User<'a>(ConfigPart, &'a dyn std::fmt::Display, &'a str);

impl User<'_> {
    fn refuse(self, problem: ReplaceProblem) -> ReplaceRefusal {
        let Self(part, id, name) = self;
        ReplaceRefusal {
            part,
            id: id.to_string(),
            name: name.to_owned(),
            problem,
        }
    }

    /// What it names is there; if not, and it was until now, then it is that which cannot go.
    fn check(
        self,
        (what, part, id): (&'static str, ConfigPart, impl ToString),
        now: Option<&str>,
        before: Option<&str>,
    ) -> Result<(), ReplaceRefusal> {
        let id = id.to_string();
        match (now, before) {
            (Some(_), _) => Ok(()),
            (None, None) => Err(self.refuse(ReplaceProblem::Dangling { what, id })),
            (None, Some(name)) => Err(User(part, &id, name).refuse(ReplaceProblem::Named {
                user: self.2.to_owned(),
            })),
        }
    }
}

fn group_name(config: &RoutingConfig, id: GroupId) -> Option<&str> {
    let mut groups = config.groups.iter();
    groups.find(|it| it.id == id).map(|it| it.name.as_str())
}

fn rule_name(config: &RoutingConfig, id: RuleId) -> Option<&str> {
    let mut rules = config.rules.iter();
    rules.find(|it| it.id == id).map(|it| it.name.as_str())
}

fn state_name(config: &RoutingConfig, id: PresenceStateId) -> Option<&str> {
    let mut states = config.presence.iter();
    states.find(|it| it.id == id).map(|it| it.name.as_str())
}

pub(super) fn waits_in(in_use: &DeskInUse, queue: QueueId) -> u32 {
    in_use.waiting.get(&queue).copied().unwrap_or(0)
}

/// Each thing by itself, as the screens check it.
pub(super) fn check_things(
    config: &RoutingConfig,
    before: &RoutingConfig,
) -> Result<(), ReplaceRefusal> {
    for group in &config.groups {
        let user = User(ConfigPart::Groups, &group.id, &group.name);
        check_group(group, &config.groups).map_err(|problem| user.refuse(problem.into()))?;
    }
    for agent in config.active_agents() {
        let user = User(ConfigPart::Agents, &agent.id, &agent.name);
        check_agent(agent, &config.agents, 0).map_err(|problem| user.refuse(problem.into()))?;
    }
    for state in &config.presence {
        let user = User(ConfigPart::Presence, &state.id, &state.name);
        if state.is_shipped() && !before.presence.contains(state) {
            return Err(user.refuse(AgentsRefusal::ShippedState.into()));
        }
        check_presence_state(state, &config.presence)
            .map_err(|problem| user.refuse(problem.into()))?;
    }
    for channel in &config.channels {
        let word = channel.channel.as_str();
        let user = User(ConfigPart::Channels, &word, word);
        if channel.capacity == 0 {
            return Err(user.refuse(RoutingRefusal::NoRoom.into()));
        }
        if channel.item_size == 0 {
            return Err(user.refuse(ReplaceProblem::NoItemSize));
        }
    }
    for rule in &config.rules {
        let user = User(ConfigPart::Rules, &rule.id, &rule.name);
        check_rule(rule, &config.rules).map_err(|problem| user.refuse(problem.into()))?;
    }
    for reason in &config.reject_reasons {
        if reason.name.trim().is_empty() {
            let user = User(ConfigPart::RejectReasons, &reason.id, &reason.name);
            return Err(user.refuse(RoutingRefusal::NoName.into()));
        }
    }
    for queue in &config.queues {
        let user = User(ConfigPart::Queues, &queue.id, &queue.name);
        check_queue(queue, config).map_err(|problem| user.refuse(problem.into()))?;
    }
    match before.queues.first() {
        Some(queue) if config.queues.is_empty() => {
            let user = User(ConfigPart::Queues, &queue.id, &queue.name);
            Err(user.refuse(RoutingRefusal::LastCatchAll.into()))
        }
        _ => Ok(()),
    }
}

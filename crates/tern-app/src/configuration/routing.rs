//! The sections about agents and routing: what of them goes into a file, and what a file wants of them.
//!
//! An agent's PIN belongs to one desk and is no part of what is configured, so that it can never be in a file.

use serde::Serialize;
use serde_json::Value;
use tern_domain::agents::{Agent, Group, PresenceState};
use tern_domain::routing::{
    AssignmentRule, ConfigPart, Queue, RejectReason, RoutingConfig, ServiceChannel, WantedConfig,
};

use super::read::{Flaw, entries};
use super::sections::{Kept, Section};

/// The field that a file does not have: whoever is in it is with the team.
const ACTIVE: &str = "active";

pub(super) const GROUPS: Section = Section {
    name: "groups",
    title: "Groups",
    kept: Kept::Routing {
        part: ConfigPart::Groups,
        of: |config| list(&config.groups, |group| group.name.to_lowercase()),
        want: |wanted, value| {
            let mut groups: Vec<Group> = entries(value)?;
            groups.iter_mut().for_each(|it| trim(&mut it.name));
            wanted.groups = Some(groups);
            Ok(())
        },
    },
};

pub(super) const AGENTS: Section = Section {
    name: "agents",
    title: "Agents",
    kept: Kept::Routing {
        part: ConfigPart::Agents,
        of: agents,
        want: want_agents,
    },
};

pub(super) const PRESENCE: Section = Section {
    name: "presenceStates",
    title: "Presence states",
    kept: Kept::Routing {
        part: ConfigPart::Presence,
        of: |config| {
            let own = config.presence.iter().filter(|state| !state.is_shipped());
            list(own, |state: &PresenceState| state.order)
        },
        want: |wanted, value| {
            let mut states: Vec<PresenceState> = entries(value)?;
            states.iter_mut().for_each(|it| trim(&mut it.name));
            wanted.presence = Some(states);
            Ok(())
        },
    },
};

pub(super) const CHANNELS: Section = Section {
    name: "channels",
    title: "Channels",
    kept: Kept::Routing {
        part: ConfigPart::Channels,
        of: |config| list(&config.channels, |channel| channel.inbox_order),
        want: |wanted, value| {
            wanted.channels = Some(entries::<ServiceChannel>(value)?);
            Ok(())
        },
    },
};

pub(super) const RULES: Section = Section {
    name: "assignmentRules",
    title: "Assignment rules",
    kept: Kept::Routing {
        part: ConfigPart::Rules,
        of: |config| list(&config.rules, |rule| rule.name.to_lowercase()),
        want: |wanted, value| {
            let mut rules: Vec<AssignmentRule> = entries(value)?;
            rules.iter_mut().for_each(|it| trim(&mut it.name));
            wanted.rules = Some(rules);
            Ok(())
        },
    },
};

pub(super) const REJECT_REASONS: Section = Section {
    name: "rejectReasons",
    title: "Reasons for saying no",
    kept: Kept::Routing {
        part: ConfigPart::RejectReasons,
        of: |config| list(&config.reject_reasons, |reason| reason.order),
        want: |wanted, value| {
            let mut reasons: Vec<RejectReason> = entries(value)?;
            reasons.iter_mut().for_each(|it| trim(&mut it.name));
            wanted.reject_reasons = Some(reasons);
            Ok(())
        },
    },
};

pub(super) const QUEUES: Section = Section {
    name: "queues",
    title: "Queues",
    kept: Kept::Routing {
        part: ConfigPart::Queues,
        of: |config| list(&config.queues, |queue| (queue.order, queue.id)),
        want: |wanted, value| {
            let mut queues: Vec<Queue> = entries(value)?;
            queues.iter_mut().for_each(|it| trim(&mut it.name));
            wanted.queues = Some(queues);
            Ok(())
        },
    },
};

/// A file's list, in an order that depends on nothing but its content.
fn list<'a, T: Serialize + 'a, K: Ord>(
    things: impl IntoIterator<Item = &'a T>,
    order: impl Fn(&T) -> K,
) -> Value {
    let mut things: Vec<_> = things.into_iter().collect();
    things.sort_by_key(|thing| order(thing));
    serde_json::to_value(things).unwrap_or_default()
}

fn agents(config: &RoutingConfig) -> Value {
    let mut listed = list(config.active_agents(), |agent: &Agent| {
        agent.name.to_lowercase()
    });
    for agent in listed.as_array_mut().into_iter().flatten() {
        if let Some(fields) = agent.as_object_mut() {
            fields.shift_remove(ACTIVE);
        }
    }
    listed
}

fn want_agents(wanted: &mut WantedConfig, value: &Value) -> Result<(), Flaw> {
    let mut value = value.clone();
    for agent in value.as_array_mut().into_iter().flatten() {
        if let Some(fields) = agent.as_object_mut() {
            fields.entry(ACTIVE).or_insert(Value::Bool(true));
        }
    }
    let mut agents: Vec<Agent> = entries(&value)?;
    for agent in &mut agents {
        trim(&mut agent.name);
        agent.active = true;
    }
    wanted.agents = Some(agents);
    Ok(())
}

fn trim(name: &mut String) {
    *name = name.trim().to_owned();
}

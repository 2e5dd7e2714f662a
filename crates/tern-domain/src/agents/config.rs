//! What may be configured about agents, groups and presence states: refusals that name the mistake.

use std::collections::BTreeMap;

use super::{Agent, AgentPresence, Group, PresenceState, Role};
use crate::ids::AgentId;
use crate::routing::AssignmentRule;

/// Why a change to agents, groups or presence states is not possible. The words are for whoever configures.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AgentsRefusal {
    /// A name is missing.
    #[error("the name is missing")]
    NoName,
    /// Somebody or something else has the name.
    #[error("the name “{name}” is taken")]
    NameTaken {
        /// The name.
        name: String,
    },
    /// An agent without any role could not even be looked at.
    #[error("an agent needs at least one role")]
    NoRole,
    /// Then nobody could configure any more.
    #[error("somebody has to stay an administrator")]
    LastAdmin,
    /// A skill without a name, or with a level that does not exist.
    #[error("the skill “{skill}” needs a name and a level from 1 to 10")]
    Skill {
        /// The skill.
        skill: String,
    },
    /// Open work would be left with somebody who is not there.
    #[error("this agent holds {count} open conversations")]
    HoldsWork {
        /// How many.
        count: u32,
    },
    /// Queues refer to the group.
    #[error("the queue “{queue}” gives its work to this group")]
    GroupInUse {
        /// The first such queue.
        queue: String,
    },
    /// A presence state is meant for the group.
    #[error("the presence state “{state}” is only for this group")]
    GroupOfState {
        /// The first such state.
        state: String,
    },
    /// The three shipped states stay.
    #[error("Available, Away and Offline stay as they are")]
    ShippedState,
    /// Agents would be nowhere.
    #[error("{count} agents are in this state")]
    StateInUse {
        /// How many.
        count: u32,
    },
    /// A rule puts agents there who do not answer.
    #[error("the rule “{rule}” puts agents who do not answer into this state")]
    StateOfRule {
        /// The first such rule.
        rule: String,
    },
    /// A state that takes work needs a channel to take it from.
    #[error("a state that receives work needs at least one channel")]
    NoChannel,
}

fn check_name<'a>(
    name: &str,
    mut others: impl Iterator<Item = &'a str>,
) -> Result<(), AgentsRefusal> {
    let wanted = name.trim();
    if wanted.is_empty() {
        return Err(AgentsRefusal::NoName);
    }
    if others.any(|other| other.trim().eq_ignore_ascii_case(wanted)) {
        return Err(AgentsRefusal::NameTaken {
            name: wanted.to_owned(),
        });
    }
    Ok(())
}

/// Whether an agent can be stored like this, beside the others. `holds` = open work they have.
///
/// # Errors
/// [`AgentsRefusal`] with what to change.
pub fn check_agent(agent: &Agent, all: &[Agent], holds: u32) -> Result<(), AgentsRefusal> {
    let others = || all.iter().filter(|other| other.id != agent.id);
    check_name(
        &agent.name,
        others()
            .filter(|other| other.active)
            .map(|other| other.name.as_str()),
    )?;
    if agent.roles.is_empty() {
        return Err(AgentsRefusal::NoRole);
    }
    if let Some((skill, _)) = agent.skills.iter().find(|(skill, level)| {
        skill.trim().is_empty() || !(1..=Agent::HIGHEST_LEVEL).contains(*level)
    }) {
        return Err(AgentsRefusal::Skill {
            skill: skill.clone(),
        });
    }
    let is_admin = |who: &Agent| who.active && who.is(Role::Admin);
    if !is_admin(agent) && !others().any(is_admin) {
        return Err(AgentsRefusal::LastAdmin);
    }
    if !agent.active && holds > 0 {
        return Err(AgentsRefusal::HoldsWork { count: holds });
    }
    Ok(())
}

/// Whether a group can be stored like this, beside the others.
///
/// # Errors
/// [`AgentsRefusal`] with what to change.
pub fn check_group(group: &Group, all: &[Group]) -> Result<(), AgentsRefusal> {
    check_name(
        &group.name,
        all.iter()
            .filter(|other| other.id != group.id)
            .map(|other| other.name.as_str()),
    )
}

/// Whether a presence state can be stored like this, beside the others.
///
/// # Errors
/// [`AgentsRefusal`] with what to change.
pub fn check_presence_state(
    state: &PresenceState,
    all: &[PresenceState],
) -> Result<(), AgentsRefusal> {
    check_name(
        &state.name,
        all.iter()
            .filter(|other| other.id != state.id)
            .map(|other| other.name.as_str()),
    )?;
    if state.receives_work && state.channels.is_empty() {
        return Err(AgentsRefusal::NoChannel);
    }
    Ok(())
}

/// Whether a presence state can go: not one of the three that every desk has, not while an agent is in it,
/// and not while a rule puts agents there..
///
/// # Errors
/// [`AgentsRefusal`] with what to change first.
pub fn check_presence_state_removal(
    state: &PresenceState,
    presence: &BTreeMap<AgentId, AgentPresence>,
    rules: &[AssignmentRule],
) -> Result<(), AgentsRefusal> {
    if state.is_shipped() {
        return Err(AgentsRefusal::ShippedState);
    }
    let inside = presence.values().filter(|known| known.state == state.id);
    let count = u32::try_from(inside.count()).unwrap_or(u32::MAX);
    if count > 0 {
        return Err(AgentsRefusal::StateInUse { count });
    }
    let rule = rules
        .iter()
        .find(|rule| rule.presence_afterwards == Some(state.id));
    if let Some(rule) = rule {
        return Err(AgentsRefusal::StateOfRule {
            rule: rule.name.clone(),
        });
    }
    Ok(())
}

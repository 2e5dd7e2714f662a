//! The team as a window sees it.

use std::collections::BTreeMap;

use tern_domain::agents::{Agent, AgentPresence, Colour, PresenceState, Role};
use tern_domain::lock_code::LockCodes;
use tern_domain::routing::{Load, RoutingConfig, WorkItem};
use tern_domain::{AgentId, Channel};

use crate::dto::{
    AgentView, GroupView, PresenceColour, PresenceStateView, RoleView, SkillView, TeamView,
};

/// What a team view is drawn from.
pub(crate) struct Team {
    pub(crate) me: AgentId,
    pub(crate) config: RoutingConfig,
    pub(crate) presence: BTreeMap<AgentId, AgentPresence>,
    pub(crate) loads: BTreeMap<AgentId, Load>,
    pub(crate) held: Vec<WorkItem>,
    pub(crate) with_pin: Vec<AgentId>,
    pub(crate) lock_codes: LockCodes,
}

/// The whole team.
pub(crate) fn view(team: &Team) -> TeamView {
    let me = team.config.agent(team.me);
    let mut agents: Vec<_> = team
        .config
        .active_agents()
        .map(|agent| agent_view(team, agent))
        .collect();
    agents.sort_by_key(|agent| agent.name.to_lowercase());
    let mut groups: Vec<_> = team
        .config
        .groups
        .iter()
        .map(|group| GroupView {
            id: group.id.to_string(),
            name: group.name.clone(),
            members: count(
                team.config
                    .active_agents()
                    .filter(|agent| agent.groups.contains(&group.id)),
            ),
        })
        .collect();
    groups.sort_by_key(|group| group.name.to_lowercase());
    let mut states: Vec<_> = team
        .config
        .presence
        .iter()
        .filter(|state| me.is_some_and(|me| state.is_open_to(me)))
        .collect();
    states.sort_by_key(|state| state.order);
    TeamView {
        me: team.me.to_string(),
        i_supervise: me.is_some_and(|me| me.is(Role::Supervisor) || me.is(Role::Admin)),
        i_administer: me.is_some_and(|me| me.is(Role::Admin)),
        agents,
        groups,
        presence_states: states.into_iter().map(state_view).collect(),
    }
}

fn agent_view(team: &Team, agent: &Agent) -> AgentView {
    let channel = Channel::Sms;
    let of_channel = team
        .config
        .channels
        .iter()
        .find(|known| known.channel == channel)
        .map_or(0, |known| known.capacity);
    let state = team
        .presence
        .get(&agent.id)
        .map_or(PresenceState::OFFLINE, |presence| presence.state);
    let presence = team
        .config
        .presence
        .iter()
        .find(|known| known.id == state)
        .map_or_else(gone_state, state_view);
    AgentView {
        id: agent.id.to_string(),
        name: agent.name.clone(),
        roles: agent.roles.iter().map(|role| role_view(*role)).collect(),
        groups: agent.groups.iter().map(ToString::to_string).collect(),
        skills: agent
            .skills
            .iter()
            .map(|(name, level)| SkillView {
                name: name.clone(),
                level: *level,
            })
            .collect(),
        slots: agent.capacity.get(&channel).map(|own| own.slots),
        universal_slots: agent.universal_capacity,
        presence,
        in_use: team.loads.get(&agent.id).map_or(0, |load| load.on(channel)),
        slots_in_force: agent.slots(channel, &team.config.groups, of_channel),
        holds: count(
            team.held
                .iter()
                .filter(|item| item.assignee == Some(agent.id)),
        ),
        has_pin: team.with_pin.contains(&agent.id),
        has_lock_code: team.lock_codes.find(agent.id).is_some(),
    }
}

/// A state that was removed while somebody was in it takes no work.
fn gone_state() -> PresenceStateView {
    PresenceStateView {
        id: PresenceState::OFFLINE.to_string(),
        name: "Offline".to_owned(),
        colour: PresenceColour::Grey,
        receives_work: false,
    }
}

fn state_view(state: &PresenceState) -> PresenceStateView {
    PresenceStateView {
        id: state.id.to_string(),
        name: state.name.clone(),
        colour: match state.colour {
            Colour::Green => PresenceColour::Green,
            Colour::Yellow => PresenceColour::Yellow,
            Colour::Grey => PresenceColour::Grey,
        },
        receives_work: state.receives_work,
    }
}

const fn role_view(role: Role) -> RoleView {
    match role {
        Role::Agent => RoleView::Agent,
        Role::Supervisor => RoleView::Supervisor,
        Role::Admin => RoleView::Admin,
    }
}

/// The other way.
pub(crate) const fn role(role: RoleView) -> Role {
    match role {
        RoleView::Agent => Role::Agent,
        RoleView::Supervisor => Role::Supervisor,
        RoleView::Admin => Role::Admin,
    }
}

fn count<T>(things: impl Iterator<Item = T>) -> u32 {
    u32::try_from(things.count()).unwrap_or(u32::MAX)
}

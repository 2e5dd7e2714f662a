//! Agents and groups, who is signed in at this desk, and who is there.

use std::collections::{BTreeMap, BTreeSet};

use tern_domain::agents::{
    Agent, CapacityOverride, Group, LeftWorkGoesTo, PresenceCause, Role, check_agent, check_group,
    plan_leaving, plan_presence,
};
use tern_domain::lock_code::LockCodeChange;
use tern_domain::routing::{ConfigChange, loads};
use tern_domain::wrap_up::{WrapUpAct, plan_wrap_up};
use tern_domain::{
    ActContext, Actor, AgentId, Authority, Channel, GroupId, IdSource as _, InteractionState,
    PresenceStateId,
};
use tern_engine::{Clock, EdgeIds};
use tern_store::{Applied, ReadConn, StoreError, WriteTx};

use super::lock_code::take_away;
use crate::app::App;
use crate::dto::{ChoosePresence, GroupRef, LeftWork, RemoveAgent, SaveAgent, SaveGroup, TeamView};
use crate::error::{ApiError, ErrorCode};
use crate::events::Change;
use crate::line::Desk;
use crate::records::Record;
use crate::view::team::{self, Team};
use crate::words;

/// What came of a change within its transaction.
pub(super) type Outcome<T> = Result<T, ApiError>;

impl App {
    /// The team as it is now.
    ///
    /// # Errors
    /// [`ErrorCode::Storage`] when the file cannot be read.
    pub async fn team(&self) -> Result<TeamView, ApiError> {
        let desk = self.desk()?;
        let me = desk.agent();
        let team = desk
            .store
            .read(move |conn| read_team(conn, me))
            .await
            .map_err(|error| words::store(&error))?;
        Ok(team::view(&team))
    }

    /// Enters a presence state.
    ///
    /// # Errors
    /// [`ErrorCode::NotAllowed`] when it is not meant for this agent.
    pub async fn choose_presence(&self, request: ChoosePresence) -> Result<TeamView, ApiError> {
        let state: PresenceStateId = words::id(&request.state_id)?;
        let me = self.desk()?.agent();
        self.change_team(move |tx, clock| enter(tx, clock, me, state, PresenceCause::Chosen))
            .await
    }

    /// Adds an agent, or changes one.
    ///
    /// # Errors
    /// [`ErrorCode::InvalidInput`] naming what has to change.
    pub async fn save_agent(&self, request: SaveAgent) -> Result<TeamView, ApiError> {
        let desk = self.desk()?;
        self.must_administer(&desk).await?;
        let known: Option<AgentId> = request.id.as_deref().map(words::id).transpose()?;
        let groups = request
            .groups
            .iter()
            .map(|id| words::id::<GroupId>(id))
            .collect::<Result<_, _>>()?;
        let me = desk.agent();
        self.change_team(move |tx, clock| {
            let config = tx.load_routing_config()?;
            let before = known.and_then(|id| config.agent(id)).cloned();
            let id = known.unwrap_or_else(|| AgentId::new(EdgeIds::new(clock).uuid()));
            let mut agent = before.unwrap_or_else(|| Agent::first(id, ""));
            agent.name = request.name.trim().to_owned();
            // Saving somebody who has left brings them back: that is how leaving is undone.
            agent.active = true;
            agent.roles = request.roles.iter().map(|role| team::role(*role)).collect();
            agent.groups = groups;
            agent.skills = request
                .skills
                .iter()
                .map(|skill| (skill.name.trim().to_owned(), skill.level))
                .collect();
            agent.universal_capacity = request.universal_slots;
            let own = agent.capacity.get(&Channel::Sms).map(|own| own.slots);
            if own != request.slots {
                agent.capacity = request
                    .slots
                    .map(|slots| {
                        let set_at = clock.now();
                        (Channel::Sms, CapacityOverride { slots, set_at })
                    })
                    .into_iter()
                    .collect();
            }
            if let Err(refusal) = check_agent(&agent, &config.agents, 0) {
                return Ok(Err(words::invalid(&refusal)));
            }
            configure(tx, clock, me, vec![ConfigChange::Agent { agent }]).map(Ok)
        })
        .await
    }

    /// Takes an agent off the team. What they did keeps their name.
    ///
    /// # Errors
    /// [`ErrorCode::NotAllowed`] while they have work and nobody is named to get it.
    pub async fn remove_agent(&self, request: RemoveAgent) -> Result<TeamView, ApiError> {
        let desk = self.desk()?;
        self.must_administer(&desk).await?;
        let gone: AgentId = words::id(&request.agent_id)?;
        let to = match request.work {
            None => None,
            Some(LeftWork::Queue) => Some(LeftWorkGoesTo::Queue),
            Some(LeftWork::Agent { agent_id }) => {
                Some(LeftWorkGoesTo::Agent(words::id(&agent_id)?))
            }
        };
        let me = desk.agent();
        if gone == me {
            return Err(ApiError::new(
                ErrorCode::NotAllowed,
                "You are signed in as this agent.",
                "Sign in as somebody else first.",
            ));
        }
        self.change_team(move |tx, clock| {
            let config = tx.load_routing_config()?;
            let Some(mut agent) = config.agent(gone).cloned() else {
                return Ok(Err(words::gone("agent")));
            };
            let mut applied = Applied::default();
            if let Some(to) = to {
                let is_there =
                    |heir| heir != gone && config.active_agents().any(|it| it.id == heir);
                if let LeftWorkGoesTo::Agent(heir) = to
                    && !is_there(heir)
                {
                    return Ok(Err(words::gone("agent")));
                }
                applied.merge(give_work_away(tx, clock, gone, to, me)?);
            }
            agent.active = false;
            let open = tx.list_open_work()?;
            let holds = open.iter().filter(|work| work.item.assignee == Some(gone));
            let holds = u32::try_from(holds.count()).unwrap_or(u32::MAX);
            if let Err(refusal) = check_agent(&agent, &config.agents, holds) {
                return Ok(Err(words::not_allowed(&refusal)));
            }
            tx.put_agent_pin(gone, None)?;
            take_away(tx, clock, gone, LockCodeChange::Reset, me)?;
            applied.merge(configure(
                tx,
                clock,
                me,
                vec![ConfigChange::Agent { agent }],
            )?);
            Ok(Ok(applied))
        })
        .await
    }

    /// Adds a group, or renames one.
    ///
    /// # Errors
    /// [`ErrorCode::InvalidInput`] naming what has to change.
    pub async fn save_group(&self, request: SaveGroup) -> Result<TeamView, ApiError> {
        let desk = self.desk()?;
        self.must_administer(&desk).await?;
        let known: Option<GroupId> = request.id.as_deref().map(words::id).transpose()?;
        let me = desk.agent();
        self.change_team(move |tx, clock| {
            let config = tx.load_routing_config()?;
            let before = config.groups.iter().find(|group| Some(group.id) == known);
            let group = Group {
                id: known.unwrap_or_else(|| GroupId::new(EdgeIds::new(clock).uuid())),
                name: request.name.trim().to_owned(),
                capacity: before.map_or_else(BTreeMap::new, |group| group.capacity.clone()),
            };
            if let Err(refusal) = check_group(&group, &config.groups) {
                return Ok(Err(words::invalid(&refusal)));
            }
            configure(tx, clock, me, vec![ConfigChange::Group { group }]).map(Ok)
        })
        .await
    }

    /// Removes a group that no queue asks and no presence state is for; its members stay.
    ///
    /// # Errors
    /// [`ErrorCode::NotAllowed`] while one does.
    pub async fn remove_group(&self, request: GroupRef) -> Result<TeamView, ApiError> {
        let desk = self.desk()?;
        self.must_administer(&desk).await?;
        let id: GroupId = words::id(&request.group_id)?;
        let me = desk.agent();
        self.change_team(move |tx, clock| {
            let config = tx.load_routing_config()?;
            let asks = |queue: &&tern_domain::routing::Queue| {
                queue.pools.iter().any(|pool| pool.groups.contains(&id))
            };
            if let Some(queue) = config.queues.iter().find(asks) {
                let refusal = tern_domain::agents::AgentsRefusal::GroupInUse {
                    queue: queue.name.clone(),
                };
                return Ok(Err(words::not_allowed(&refusal)));
            }
            if let Some(state) = config.presence.iter().find(|it| it.groups.contains(&id)) {
                let refusal = tern_domain::agents::AgentsRefusal::GroupOfState {
                    state: state.name.clone(),
                };
                return Ok(Err(words::not_allowed(&refusal)));
            }
            let left = config
                .agents
                .iter()
                .filter(|agent| agent.groups.contains(&id));
            let mut changes: Vec<_> = left
                .map(|agent| {
                    let mut agent = agent.clone();
                    agent.groups.remove(&id);
                    ConfigChange::Agent { agent }
                })
                .collect();
            changes.push(ConfigChange::GroupRemoved { id });
            configure(tx, clock, me, changes).map(Ok)
        })
        .await
    }

    /// What the signed-in agent is called, where there are several.
    pub(super) async fn name_among_several(&self, desk: &Desk) -> Result<Option<String>, ApiError> {
        let me = desk.agent();
        let config = desk
            .store
            .read(|conn| conn.load_routing_config())
            .await
            .map_err(|error| words::store(&error))?;
        let is_alone = config.active_agents().count() < 2;
        Ok(config
            .agent(me)
            .filter(|_| !is_alone)
            .map(|agent| agent.name.clone()))
    }

    /// Renames the signed-in agent.
    pub(super) async fn rename_me(&self, name: String) -> Result<(), ApiError> {
        let me = self.desk()?.agent();
        self.change_team(move |tx, clock| {
            let config = tx.load_routing_config()?;
            let Some(mut agent) = config.agent(me).cloned() else {
                return Ok(Ok(Applied::default()));
            };
            agent.name = name;
            if let Err(refusal) = check_agent(&agent, &config.agents, 0) {
                return Ok(Err(words::invalid(&refusal)));
            }
            configure(tx, clock, me, vec![ConfigChange::Agent { agent }]).map(Ok)
        })
        .await
        .map(drop)
    }

    /// Makes a change in one transaction and tells everybody.
    pub(super) async fn change_team(
        &self,
        change: impl FnOnce(&mut WriteTx<'_>, &dyn Clock) -> Result<Outcome<Applied>, StoreError>
        + Send
        + 'static,
    ) -> Result<TeamView, ApiError> {
        let desk = self.desk()?;
        let clock = desk.clock();
        let applied = desk
            .store
            .write(move |tx| change(tx, &*clock))
            .await
            .map_err(|error| words::store(&error))??;
        self.announce(&desk, applied);
        self.emit(Change::Team);
        self.team().await
    }

    /// Refuses whoever may not configure.
    pub(super) async fn must_administer(&self, desk: &Desk) -> Result<(), ApiError> {
        let me = desk.agent();
        let config = desk
            .store
            .read(|conn| conn.load_routing_config())
            .await
            .map_err(|error| words::store(&error))?;
        if config.agent(me).is_some_and(|agent| agent.is(Role::Admin)) {
            return Ok(());
        }
        Err(ApiError::new(
            ErrorCode::NotAllowed,
            "Only an administrator can change this.",
            "Ask one, or sign in as one.",
        ))
    }
}

fn read_team(conn: &ReadConn<'_>, me: AgentId) -> Result<Team, StoreError> {
    let config = conn.load_routing_config()?;
    let open = conn.list_open_work()?;
    let loads = loads(
        &config,
        open.iter().map(|work| (&work.item, work.interaction_state)),
    );
    let mut with_pin = Vec::new();
    for agent in config.active_agents() {
        if conn.find_agent_pin(agent.id)?.is_some() {
            with_pin.push(agent.id);
        }
    }
    Ok(Team {
        me,
        presence: conn.load_presence()?,
        held: open
            .into_iter()
            .map(|work| work.item)
            .filter(tern_domain::routing::WorkItem::is_held)
            .collect(),
        config,
        loads,
        with_pin,
        lock_codes: conn
            .find_setting(Record::LockCodes.name())?
            .unwrap_or_default(),
    })
}

/// Enters a presence state within a transaction.
pub(crate) fn enter(
    tx: &mut WriteTx<'_>,
    clock: &dyn Clock,
    agent: AgentId,
    state: PresenceStateId,
    cause: PresenceCause,
) -> Result<Outcome<Applied>, StoreError> {
    let config = tx.load_routing_config()?;
    let presence = tx.load_presence()?;
    let (Some(who), Some(state)) = (
        config.agent(agent),
        config.presence.iter().find(|known| known.id == state),
    ) else {
        return Ok(Err(words::gone("presence state")));
    };
    let because = (Actor::Agent(agent), cause);
    let ids = &mut EdgeIds::new(clock);
    match plan_presence(who, presence.get(&agent), state, because, clock.now(), ids) {
        Ok(plan) => tx.apply(&plan).map(Ok),
        Err(refusal) => Ok(Err(words::not_allowed(&refusal))),
    }
}

/// Records changes of what is configured within a transaction.
pub(crate) fn configure(
    tx: &mut WriteTx<'_>,
    clock: &dyn Clock,
    me: AgentId,
    changes: Vec<ConfigChange>,
) -> Result<Applied, StoreError> {
    let config = tx.load_routing_config()?;
    let ids = &mut EdgeIds::new(clock);
    tx.apply(&config.plan(changes, Actor::Agent(me), clock.now(), ids))
}

/// Gives away everything an agent has to do with.
fn give_work_away(
    tx: &mut WriteTx<'_>,
    clock: &dyn Clock,
    gone: AgentId,
    to: LeftWorkGoesTo,
    me: AgentId,
) -> Result<Applied, StoreError> {
    let mut applied = Applied::default();
    let ctx = ActContext {
        now: clock.now(),
        agent: me,
        authority: Authority::Supervisor,
    };
    let mut done = BTreeSet::new();
    for work in tx.list_open_work()? {
        // What is only wrapped up is over; the conversation's next work may be somebody else's (I-13).
        if work.interaction_state == InteractionState::WrapUp {
            if work.item.assignee == Some(gone)
                && let Some(wrapping) = tx.find_wrap_up_work(work.item.interaction)?
                && let Ok(plan) =
                    plan_wrap_up(&wrapping, WrapUpAct::End, &ctx, &mut EdgeIds::new(clock))
            {
                applied.merge(tx.apply(&plan)?);
            }
            continue;
        }
        // A conversation that is being handed on has two items.
        if !done.insert(work.conversation) {
            continue;
        }
        let state = tx.load_conversation_state(&work.item.key, None)?;
        let plan = plan_leaving(&state, gone, to, &ctx, &mut EdgeIds::new(clock));
        if !plan.is_empty() {
            applied.merge(tx.apply(&plan)?);
        }
    }
    Ok(applied)
}

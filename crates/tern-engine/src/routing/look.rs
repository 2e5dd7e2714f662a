//! What waits, who is there, and what the rules decide, in one snapshot of the file.

use std::collections::BTreeMap;

use tern_domain::agents::AgentPresence;
use tern_domain::routing::{
    AffinityRule, Decision, Load, Outcome, RoutingConfig, RoutingView, Tie, WorkItem, decide,
    loads, next_look,
};
use tern_domain::{
    AgentId, Channel, ConversationId, InteractionState, Millis, UtcMillis, WorkItemId,
};
use tern_store::{OpenWork, ReadConn, StoreError};

use super::conditions::Conditions;

/// One look at the routing. Nothing in it is committed.
#[derive(Debug, Clone)]
pub struct RoutingLook {
    /// What is configured.
    pub config: RoutingConfig,
    /// Who is in which presence state.
    pub presence: BTreeMap<AgentId, AgentPresence>,
    /// Everything that waits or is held.
    pub open: Vec<OpenWork>,
    /// Slots in use.
    pub loads: BTreeMap<AgentId, Load>,
    /// What the rules decide for what waits.
    pub decisions: Vec<Decision>,
    /// When it was taken.
    pub now: UtcMillis,
    /// When time alone changes the answer.
    pub next_at: Option<UtcMillis>,
}

/// Looks at the routing as it is.
///
/// # Errors
/// [`StoreError`] when the file cannot be read.
pub fn look_at_routing(conn: &ReadConn<'_>, now: UtcMillis) -> Result<RoutingLook, StoreError> {
    let config = conn.load_routing_config()?;
    let presence = conn.load_presence()?;
    let open = conn.list_open_work()?;
    let last_assigned = conn.last_assigned(config.active_agents().map(|agent| agent.id))?;
    let loads = loads(
        &config,
        open.iter().map(|work| (&work.item, work.interaction_state)),
    );
    let ties = ties(conn, &config, &open, now)?;
    let items: Vec<WorkItem> = open.iter().map(|work| work.item.clone()).collect();
    let conditions = Conditions::read(conn, &config, &open, now)?;
    let view = RoutingView {
        now,
        config: &config,
        presence: &presence,
        loads: &loads,
        last_assigned: &last_assigned,
        ties: &ties,
    };
    let decisions = decide(&items, &view, &conditions);
    let next_at = next_look(&items, &view);
    Ok(RoutingLook {
        config,
        presence,
        open,
        loads,
        decisions,
        now,
        next_at,
    })
}

/// Who worked for the requesters of what waits, as far back as a queue's rules look.
fn ties(
    conn: &ReadConn<'_>,
    config: &RoutingConfig,
    open: &[OpenWork],
    now: UtcMillis,
) -> Result<BTreeMap<WorkItemId, Vec<Tie>>, StoreError> {
    let longest = config
        .queues
        .iter()
        .flat_map(|queue| &queue.affinity)
        .map(|rule: &AffinityRule| rule.days_back)
        .max();
    let Some(days) = longest else {
        return Ok(BTreeMap::new());
    };
    let since = now - Millis::days(i64::from(days));
    open.iter()
        .filter(|work| work.item.assignee.is_none())
        .map(|work| Ok((work.item.id, conn.list_ties(work.conversation, since)?)))
        .collect()
}

impl RoutingLook {
    /// Offers that nobody answered in time.
    pub(super) fn overdue(&self) -> Vec<(ConversationId, WorkItemId)> {
        self.open
            .iter()
            .filter(|work| {
                let until = work.item.offered_until;
                until.is_some_and(|until| until <= self.now)
            })
            .map(|work| (work.conversation, work.item.id))
            .collect()
    }

    /// Work whose agent is not there any more, by rules that let it move on.
    pub(super) fn to_move_on(&self) -> Vec<(ConversationId, WorkItemId)> {
        let moves = |item: &WorkItem| {
            self.config
                .rules
                .iter()
                .any(|rule| Some(rule.id) == item.rule && rule.reassign_when_unavailable)
        };
        self.open
            .iter()
            .filter(|work| work.interaction_state == InteractionState::WorkInProgress)
            .filter(|work| work.item.is_held() && moves(&work.item))
            .filter(|work| {
                work.item.assignee.is_some_and(|agent| {
                    let channel = work.item.channel();
                    !self.config.takes_work(&self.presence, agent, channel)
                })
            })
            .map(|work| (work.conversation, work.item.id))
            .collect()
    }

    /// What is to be committed: offers, queues that were found, targets that were passed, waits that are over.
    pub(super) fn work_to_do(&self) -> Vec<(ConversationId, Decision)> {
        let open: BTreeMap<_, _> = self.open.iter().map(|work| (work.item.id, work)).collect();
        self.decisions
            .iter()
            .filter_map(|decision| {
                let work = open.get(&decision.item)?;
                let is_offer = matches!(decision.outcome, Outcome::Offer { .. });
                let is_new_queue = decision.queue != work.item.queue;
                let is_late = self.config.queues.iter().any(|queue| {
                    let is_past_target = !work.item.exceeded_target
                        && queue
                            .target_wait
                            .is_some_and(|target| work.item.wait(self.now) > target);
                    Some(queue.id) == decision.queue
                        && (is_past_target || queue.gives_up(&work.item, self.now))
                });
                (is_offer || is_new_queue || is_late).then(|| (work.conversation, decision.clone()))
            })
            .collect()
    }
}

/// Whether an agent could still be given an item of that size.
pub(super) fn still_takes(
    config: &RoutingConfig,
    presence: &BTreeMap<AgentId, AgentPresence>,
    load: &Load,
    agent: AgentId,
    channel: Channel,
    size: u32,
) -> bool {
    let (Some(agent), Some(of_channel)) = (
        config.agent(agent).filter(|agent| agent.active),
        config
            .channels
            .iter()
            .find(|known| known.channel == channel),
    ) else {
        return false;
    };
    config.takes_work(presence, agent.id, channel)
        && load.on(channel) + size <= agent.slots(channel, &config.groups, of_channel.capacity)
        && agent
            .universal_capacity
            .is_none_or(|slots| load.total() + size <= slots)
}

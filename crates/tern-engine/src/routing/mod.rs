//! Offers waiting work to agents, and takes back what was not answered (Q-4 … Q-26).
//!
//! Owns no state: each look compares what waits with who is there and commits what the rules decide. A look
//! is taken when something happened, when the rules say that time alone changes the answer, and now and
//! then anyway. Offers that ran out while nobody ran are taken back at the first look.

mod conditions;
mod look;

use std::sync::Arc;

use tern_domain::agents::{PresenceCause, PresenceState, plan_presence};
use tern_domain::routing::{
    AssignmentRule, Decision, Outcome, Telling, loads, plan_decision, plan_missing_item,
    plan_move_on, plan_offer_timeout,
};
use tern_domain::{
    Actor, AgentId, ConversationId, ConversationState, IdSource, RuleId, UtcMillis, WorkItemId,
};
use tern_store::{Applied, StoreError, WriteTx};
use tokio_util::sync::CancellationToken;

pub(crate) use self::conditions::find_queue;
pub use self::look::{RoutingLook, look_at_routing};
use crate::core::Core;
use crate::event::EngineEvent;
use crate::ids::EdgeIds;
use crate::supervisor::TaskError;
use crate::timers::pause_until;

/// Decisions committed in one transaction, so that texts that come in need not wait for a long queue.
const BATCH: usize = 100;

pub(crate) async fn run(core: Arc<Core>, token: CancellationToken) -> Result<(), TaskError> {
    loop {
        let next_at = reconcile(&core).await?;
        let pause = next_at.map_or(core.tuning.timer_look_every, |at| pause_until(&core, at));
        tokio::select! {
            () = token.cancelled() => return Ok(()),
            () = tokio::time::sleep(pause) => {}
            () = core.signals.routing.notified() => {}
        }
    }
}

/// One look; answers when the next is due at the latest.
pub(crate) async fn reconcile(core: &Core) -> Result<Option<UtcMillis>, StoreError> {
    file_missing_items(core).await?;
    let mut look = take_look(core).await?;
    let overdue = look.overdue();
    if !overdue.is_empty() {
        take_back_offers(core, overdue).await?;
        look = take_look(core).await?;
    }
    move_on(core, look.to_move_on()).await?;
    let mut has_moved = false;
    for batch in look.work_to_do().chunks(BATCH) {
        has_moved |= commit(core, batch.to_vec()).await?;
    }
    if has_moved {
        // What waits in a queue since just now runs by that queue's times: the next look finds them.
        core.signals.routing.notify_one();
    }
    Ok(look.next_at)
}

async fn take_look(core: &Core) -> Result<RoutingLook, StoreError> {
    let now = core.clock.now();
    core.store
        .read(move |conn| look_at_routing(conn, now))
        .await
}

/// work that no item stands for gets one.
async fn file_missing_items(core: &Core) -> Result<(), StoreError> {
    let missing = core
        .store
        .read(|conn| conn.list_without_work_item())
        .await?;
    if missing.is_empty() {
        return Ok(());
    }
    let clock = core.clock.clone();
    let applied = core
        .store
        .write(move |tx| {
            let mut all = Applied::default();
            for conversation in missing {
                let state = load_state(tx, conversation)?;
                let ids = &mut EdgeIds::new(&*clock);
                all.merge(tx.apply(&plan_missing_item(&state, clock.now(), ids))?);
            }
            Ok(all)
        })
        .await?;
    core.events.emit_applied(applied);
    Ok(())
}

/// offers that nobody answered go on, and their agents are put where the rule says.
async fn take_back_offers(
    core: &Core,
    overdue: Vec<(ConversationId, WorkItemId)>,
) -> Result<(), StoreError> {
    let clock = core.clock.clone();
    let applied = core
        .store
        .write(move |tx| {
            let mut all = Applied::default();
            let ids = &mut EdgeIds::new(&*clock);
            for (conversation, item) in overdue {
                let state = load_state(tx, conversation)?;
                let rule = state.work_item(item).and_then(|item| item.rule);
                let Some((agent, plan)) = plan_offer_timeout(&state, item, clock.now(), ids) else {
                    continue;
                };
                all.merge(tx.apply(&plan)?);
                all.merge(put_away(tx, agent, rule, clock.now(), ids)?);
            }
            Ok(all)
        })
        .await?;
    core.events.emit_applied(applied);
    core.events.emit(EngineEvent::TeamChanged);
    Ok(())
}

/// work whose agent has gone waits for another.
async fn move_on(core: &Core, left: Vec<(ConversationId, WorkItemId)>) -> Result<(), StoreError> {
    if left.is_empty() {
        return Ok(());
    }
    let clock = core.clock.clone();
    let applied = core
        .store
        .write(move |tx| {
            let mut all = Applied::default();
            let ids = &mut EdgeIds::new(&*clock);
            for (conversation, item) in left {
                let state = load_state(tx, conversation)?;
                if let Some(plan) = plan_move_on(&state, item, clock.now(), ids) {
                    all.merge(tx.apply(&plan)?);
                }
            }
            Ok(all)
        })
        .await?;
    core.events.emit_applied(applied);
    core.signals.routing.notify_one();
    Ok(())
}

/// the presence state after an offer was left unanswered.
fn put_away(
    tx: &mut WriteTx<'_>,
    agent: AgentId,
    rule: Option<RuleId>,
    now: UtcMillis,
    ids: &mut dyn IdSource,
) -> Result<Applied, StoreError> {
    let config = tx.load_routing_config()?;
    let rule: Option<&AssignmentRule> = config.rules.iter().find(|known| Some(known.id) == rule);
    let wanted = rule.map_or(Some(PresenceState::AWAY), |rule| rule.presence_afterwards);
    let (Some(agent), Some(state)) = (
        config.agent(agent),
        config
            .presence
            .iter()
            .find(|known| Some(known.id) == wanted),
    ) else {
        return Ok(Applied::default());
    };
    let presence = tx.load_presence()?;
    let because = (Actor::System, PresenceCause::OfferTimedOut);
    match plan_presence(agent, presence.get(&agent.id), state, because, now, ids) {
        Ok(plan) => tx.apply(&plan),
        Err(_) => Ok(Applied::default()),
    }
}

/// Commits decisions, each only if what it was based on still holds: the item, the agent's presence and the
/// agent's free slots. What does not hold any more is decided anew at the next look. Answers whether
/// anything changed.
async fn commit(core: &Core, batch: Vec<(ConversationId, Decision)>) -> Result<bool, StoreError> {
    let clock = core.clock.clone();
    let numbers = core.own_numbers.clone();
    let bot = core.bot.clone();
    let applied = core
        .store
        .write(move |tx| {
            let mut all = Applied::default();
            let config = tx.load_routing_config()?;
            let presence = tx.load_presence()?;
            let open = tx.list_assigned_work()?;
            let mut in_use = loads(
                &config,
                open.iter().map(|work| (&work.item, work.interaction_state)),
            );
            let ids = &mut EdgeIds::new(&*clock);
            for (conversation, decision) in batch {
                let state = load_state(tx, conversation)?;
                let mut rule = None;
                if let Outcome::Offer { agent, rule: by } = decision.outcome {
                    rule = config.rules.iter().find(|known| Some(known.id) == by);
                    let size = state.work_item(decision.item).map_or(1, |item| item.size);
                    let load = in_use.entry(agent).or_default();
                    if !look::still_takes(&config, &presence, load, agent, state.key.channel, size)
                    {
                        continue;
                    }
                    load.add(state.key.channel, size);
                }
                let now = clock.now();
                let numbers = numbers.as_slice();
                let telling = Telling::of(decision.queue, &config, &presence, numbers, now);
                if let Some(plan) =
                    plan_decision(&state, &decision, telling.as_ref(), rule, now, ids)
                {
                    all.merge(tx.apply(&plan)?);
                    all.merge(bot.take_back(tx, &state.key)?);
                }
            }
            Ok(all)
        })
        .await?;
    let has_moved = !applied.touched.is_empty();
    core.events.emit_applied(applied);
    core.signals.timers.notify_one();
    core.signals.outbox.notify_one();
    Ok(has_moved)
}

fn load_state(
    tx: &WriteTx<'_>,
    conversation: ConversationId,
) -> Result<ConversationState, StoreError> {
    let key = tx.load_conversation(conversation)?.key;
    tx.load_conversation_state(&key, None)
}

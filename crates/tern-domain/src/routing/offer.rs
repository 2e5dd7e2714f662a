//! Offers and their answers (Q-16 … Q-21, H-10).

use super::decide::{Decision, Outcome};
use super::rule::{AssignmentRule, RejectReason};
use super::texts::{Telling, greet, tell, tell_of_absence};
use super::work_item::{CancelReason, WorkItem, WorkItemFact, WorkItemState};
use crate::draft::PlanDraft;
use crate::event::{Actor, EventBody, StateCause};
use crate::ids::{AgentId, IdSource, WorkItemId};
use crate::interaction::{Handler, InteractionState, take_off};
use crate::plan::{Announcement, Effect, Plan};
use crate::state::ConversationState;
use crate::system_message::SystemMessage;
use crate::time::UtcMillis;

/// What an agent answers to an offer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OfferAnswer<'a> {
    /// Takes it.
    Accept,
    /// Says no.
    Reject {
        /// Why, where a reason was chosen.
        reason: Option<&'a RejectReason>,
    },
}

/// Who answers, when, and by which rule it was offered.
#[derive(Debug, Clone, Copy)]
pub struct OfferContext<'a> {
    /// Now.
    pub now: UtcMillis,
    /// The agent.
    pub agent: AgentId,
    /// The rule of the offer; `None` = as shipped.
    pub rule: Option<&'a AssignmentRule>,
    /// What the item's queue tells requesters; `None` for an item without a queue.
    pub telling: Option<Telling<'a>>,
}

/// Why an offer cannot be answered like this. The words are for the agent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum OfferRefusal {
    /// It ran out, was taken, or the conversation is over.
    #[error("this offer is gone")]
    Gone,
    /// It is somebody else's.
    #[error("this was offered to somebody else")]
    NotYours,
    ///
    #[error("this kind of work cannot be rejected")]
    CannotReject,
}

/// Plans what was decided for an item: its queue, a passed target, and its offer, or the end of the longest
/// wait. With auto-assignment the offer is accepted at once. `None` when the item has changed
/// since, or nothing is new.
#[must_use]
pub fn plan_decision(
    state: &ConversationState,
    decision: &Decision,
    telling: Option<&Telling<'_>>,
    rule: Option<&AssignmentRule>,
    now: UtcMillis,
    ids: &mut dyn IdSource,
) -> Option<Plan> {
    let item = state.work_item(decision.item)?;
    if item.version != decision.version || item.state != WorkItemState::Queued {
        return None;
    }
    let mut draft = PlanDraft::new(state, now, ids);
    let system = Actor::System;
    if let Some(queue) = decision.queue.filter(|queue| item.queue != Some(*queue)) {
        draft.record_work(system, item.id, WorkItemFact::Routed { queue });
        if let Some(telling) = telling {
            tell_of_absence(&mut draft, state, item, telling, now);
        }
    }
    let target = telling.and_then(|telling| telling.queue.target_wait);
    if !item.exceeded_target && target.is_some_and(|target| item.wait(now) > target) {
        draft.record_work(system, item.id, WorkItemFact::TargetExceeded);
    }
    if let Outcome::Offer { agent, .. } = decision.outcome {
        let is_auto = rule.is_some_and(|rule| rule.auto_assign);
        let timeout = rule.map_or(AssignmentRule::SHIPPED_TIMEOUT, |rule| rule.timeout);
        draft.record_work(
            system,
            item.id,
            WorkItemFact::Offered {
                agent,
                rule: rule.map(|rule| rule.id),
                until: timeout.filter(|_| !is_auto).map(|timeout| now + timeout),
                candidates: decision.candidates.to_vec(),
            },
        );
        if is_auto {
            accept(&mut draft, state, item, agent, system);
            if let Some(telling) = telling {
                greet(&mut draft, state, item, telling, now);
            }
        }
        draft.push(Effect::Announce(Announcement::WorkOffered {
            key: state.key.clone(),
            work_item: item.id,
            agent,
            accepted: is_auto,
        }));
    } else if let Some(telling) = telling.filter(|telling| telling.queue.gives_up(item, now)) {
        let reason = CancelReason::TimeOut;
        draft.record_work(system, item.id, WorkItemFact::Canceled { reason });
        let words = telling.queue.max_wait_message.as_str();
        tell(
            &mut draft,
            state,
            (SystemMessage::NobodyAvailable, words),
            telling,
            now,
        );
    }
    let plan = draft.finish();
    (!plan.is_empty()).then_some(plan)
}

/// Plans an agent's answer to an offer.
///
/// # Errors
/// [`OfferRefusal`]; nothing is changed then.
pub fn plan_answer(
    state: &ConversationState,
    work_item: WorkItemId,
    answer: OfferAnswer<'_>,
    ctx: &OfferContext<'_>,
    ids: &mut dyn IdSource,
) -> Result<Plan, OfferRefusal> {
    let item = state
        .work_item(work_item)
        .filter(|item| item.state == WorkItemState::PendingAccept)
        .ok_or(OfferRefusal::Gone)?;
    if item.assignee != Some(ctx.agent) {
        return Err(OfferRefusal::NotYours);
    }
    let actor = Actor::Agent(ctx.agent);
    let mut draft = PlanDraft::new(state, ctx.now, ids);
    match answer {
        OfferAnswer::Accept => {
            accept(&mut draft, state, item, ctx.agent, actor);
            if let Some(telling) = &ctx.telling {
                greet(&mut draft, state, item, telling, ctx.now);
            }
        }
        OfferAnswer::Reject { reason } => {
            let is_kept = item.reserved_for.is_some();
            if !is_kept && ctx.rule.is_some_and(|rule| !rule.reject_allowed) {
                return Err(OfferRefusal::CannotReject);
            }
            let fact = WorkItemFact::Rejected {
                agent: ctx.agent,
                reason: reason.map(|reason| reason.id),
                may_return: reason.is_none_or(|reason| reason.reassignable),
            };
            draft.record_work(actor, item.id, fact);
            return_if_kept(&mut draft, item, ctx.agent, actor);
        }
    }
    Ok(draft.finish())
}

/// Plans that an offer has run out. `None` when it has not, or was answered.
#[must_use]
pub fn plan_offer_timeout(
    state: &ConversationState,
    work_item: WorkItemId,
    now: UtcMillis,
    ids: &mut dyn IdSource,
) -> Option<(AgentId, Plan)> {
    let item = state.work_item(work_item)?;
    let agent = item
        .assignee
        .filter(|_| item.state == WorkItemState::PendingAccept)?;
    item.offered_until.filter(|until| *until <= now)?;
    let mut draft = PlanDraft::new(state, now, ids);
    draft.record_work(Actor::System, item.id, WorkItemFact::TimedOut { agent });
    return_if_kept(&mut draft, item, agent, Actor::System);
    Some((agent, draft.finish()))
}

/// Plans that work moves on whose agent is not there any more: it waits anew, and the others are
/// asked first. `None` when the agent does not have it, or has parked it.
#[must_use]
pub fn plan_move_on(
    state: &ConversationState,
    work_item: WorkItemId,
    now: UtcMillis,
    ids: &mut dyn IdSource,
) -> Option<Plan> {
    let item = state.work_item(work_item).filter(|item| item.is_held())?;
    let interaction = state.active().filter(|interaction| {
        interaction.state == InteractionState::WorkInProgress
            && interaction.assigned_to == item.assignee
    })?;
    let mut draft = PlanDraft::new(state, now, ids);
    take_off(
        &mut draft,
        interaction,
        Actor::System,
        StateCause::AgentUnavailable,
    );
    Some(draft.finish())
}

/// Plans the work item that an active interaction lacks: of a file from before work items, or of a run
/// that ended in between. Empty when nothing is missing.
#[must_use]
pub fn plan_missing_item(
    state: &ConversationState,
    now: UtcMillis,
    ids: &mut dyn IdSource,
) -> Plan {
    let mut draft = PlanDraft::new(state, now, ids);
    if let Some(interaction) = state.active().filter(|_| state.work.is_empty()) {
        match (interaction.handler, interaction.assigned_to) {
            (Handler::Queue, _) => draft.queue_work(Actor::System, None),
            (Handler::LiveAgent, Some(agent)) => {
                if let Some(id) = draft.queue_work_after(Actor::System, None, None) {
                    let fact = WorkItemFact::Accepted {
                        agent,
                        by_hand: true,
                    };
                    draft.record_work(Actor::System, id, fact);
                }
            }
            _ => {}
        }
    }
    draft.finish()
}

/// The agent has the item, and with it the interaction. Whoever handed it on is free now (H-10).
fn accept(
    draft: &mut PlanDraft<'_>,
    state: &ConversationState,
    item: &WorkItem,
    agent: AgentId,
    actor: Actor,
) {
    let fact = WorkItemFact::Accepted {
        agent,
        by_hand: false,
    };
    draft.record_work(actor, item.id, fact);
    let Some(interaction) = state.active() else {
        return;
    };
    if let Some(first) = interaction.assigned_to.filter(|first| *first != agent) {
        for held in draft.open_work() {
            if held.is_held() && held.assignee == Some(first) {
                draft.record_work(actor, held.id, WorkItemFact::Ended);
            }
        }
        draft.record_interaction(actor, EventBody::AgentUnassigned { agent: first });
    }
    draft.record_interaction(actor, EventBody::AgentAssigned { agent });
    if interaction.state == InteractionState::New {
        draft.record_interaction(
            actor,
            EventBody::InteractionStateChanged {
                from: InteractionState::New,
                to: InteractionState::WorkInProgress,
                cause: StateCause::Accepted,
            },
        );
    }
}

/// Takes an offer back from an agent who will not answer it: they are not there any more.
pub(crate) fn withdraw_offer(
    draft: &mut PlanDraft<'_>,
    item: &WorkItem,
    agent: AgentId,
    actor: Actor,
) {
    let fact = WorkItemFact::Rejected {
        agent,
        reason: None,
        may_return: false,
    };
    draft.record_work(actor, item.id, fact);
    return_if_kept(draft, item, agent, actor);
}

/// H-10: what was meant for one agent goes back to where it came from.
fn return_if_kept(draft: &mut PlanDraft<'_>, item: &WorkItem, agent: AgentId, actor: Actor) {
    if item.reserved_for.is_none() {
        return;
    }
    let reason = CancelReason::TransferCanceled;
    draft.record_work(actor, item.id, WorkItemFact::Canceled { reason });
    if draft.open_work().is_empty() {
        draft.queue_work_after(actor, Some(item.id), Some(agent));
    }
}

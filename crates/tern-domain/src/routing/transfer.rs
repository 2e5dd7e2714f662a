//! Handing a conversation on to another agent or queue (H-10, Q-21).
//!
//! A transfer makes a new item linked to the old one. Until somebody accepts it, the first agent stays
//! assigned and loaded; rejecting it or leaving it unanswered returns it.

use super::work_item::{CancelReason, WorkItem, WorkItemFact, WorkItemState};
use crate::draft::PlanDraft;
use crate::event::Actor;
use crate::ids::{AgentId, IdSource, QueueId};
use crate::interaction::{ActContext, Authority, Handler};
use crate::plan::{Announcement, Effect, Plan};
use crate::state::ConversationState;
use crate::time::Millis;

/// Where to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TransferTo {
    /// One agent, who is asked at once.
    Agent {
        /// Who.
        agent: AgentId,
        /// Whether they are in a state that takes this work.
        takes_work: bool,
        /// How long they are asked.
        timeout: Option<Millis>,
    },
    /// A queue.
    Queue(QueueId),
}

/// Why a conversation cannot be handed on. The words are for the agent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum TransferRefusal {
    /// Nothing to hand on.
    #[error("there is no open work in this conversation")]
    NothingActive,
    /// I-17.
    #[error("another agent has this conversation")]
    AssignedToSomebodyElse,
    /// One at a time.
    #[error("this conversation is being handed on already")]
    AlreadyUnderWay,
    /// To the one who has it.
    #[error("this agent has the conversation already")]
    SameAgent,
    /// Nobody would answer.
    #[error("this agent does not take work at the moment")]
    NotThere,
    /// The virtual agent has it: there is nothing to hand on until it hands over itself (H-2).
    #[error("the virtual agent has this conversation; write to the customer to take it over")]
    WithVirtualAgent,
    /// Nothing to call back.
    #[error("this conversation is not being handed on")]
    NotUnderWay,
}

fn under_way(state: &ConversationState) -> Option<&WorkItem> {
    state.work.iter().find(|item| {
        matches!(
            item.state,
            WorkItemState::Queued | WorkItemState::PendingAccept
        ) && (item.handed_on_by.is_some() || item.reserved_for.is_some())
    })
}

/// Plans that a conversation is handed on.
///
/// # Errors
/// [`TransferRefusal`]; nothing is changed then.
pub fn plan_transfer(
    state: &ConversationState,
    to: TransferTo,
    ctx: &ActContext,
    ids: &mut dyn IdSource,
) -> Result<Plan, TransferRefusal> {
    let interaction = state.active().ok_or(TransferRefusal::NothingActive)?;
    if interaction.handler == Handler::VirtualAgent {
        return Err(TransferRefusal::WithVirtualAgent);
    }
    let owner = interaction.assigned_to;
    if ctx.authority == Authority::Agent && owner.is_some_and(|owner| owner != ctx.agent) {
        return Err(TransferRefusal::AssignedToSomebodyElse);
    }
    if under_way(state).is_some() {
        return Err(TransferRefusal::AlreadyUnderWay);
    }
    let (queue, reserved_for) = match to {
        TransferTo::Queue(queue) => (Some(queue), None),
        TransferTo::Agent { agent, .. } if owner == Some(agent) => {
            return Err(TransferRefusal::SameAgent);
        }
        TransferTo::Agent {
            takes_work: false, ..
        } => return Err(TransferRefusal::NotThere),
        TransferTo::Agent { agent, .. } => (None, Some(agent)),
    };
    let actor = Actor::Agent(ctx.agent);
    let mut draft = PlanDraft::new(state, ctx.now, ids);
    let previous = state.work.last().map(|item| item.id);
    // What only waited was nobody's: the new item takes its place.
    for item in draft.open_work() {
        if !item.is_held() {
            let reason = CancelReason::ManuallyAssigned;
            draft.record_work(actor, item.id, WorkItemFact::Canceled { reason });
        }
    }
    let id = draft.open_work_item(
        actor,
        WorkItemFact::Queued {
            interaction: interaction.id,
            key: state.key.clone(),
            size: state.item_size,
            previous,
            queue: queue.or_else(|| state.work.last().and_then(|item| item.queue)),
            reserved_for,
            handed_on_by: owner,
            given_up_by: None,
        },
    );
    if let TransferTo::Agent { agent, timeout, .. } = to {
        let fact = WorkItemFact::Offered {
            agent,
            rule: None,
            until: timeout.map(|timeout| ctx.now + timeout),
            candidates: Vec::new(),
        };
        draft.record_work(actor, id, fact);
        draft.push(Effect::Announce(Announcement::WorkOffered {
            key: state.key.clone(),
            work_item: id,
            agent,
            accepted: false,
        }));
    }
    Ok(draft.finish())
}

/// Plans that a transfer is called back before anybody accepted it.
///
/// # Errors
/// [`TransferRefusal`]; nothing is changed then.
pub fn plan_cancel_transfer(
    state: &ConversationState,
    ctx: &ActContext,
    ids: &mut dyn IdSource,
) -> Result<Plan, TransferRefusal> {
    let item = under_way(state).ok_or(TransferRefusal::NotUnderWay)?;
    if ctx.authority == Authority::Agent && item.handed_on_by != Some(ctx.agent) {
        return Err(TransferRefusal::AssignedToSomebodyElse);
    }
    let actor = Actor::Agent(ctx.agent);
    let mut draft = PlanDraft::new(state, ctx.now, ids);
    let reason = CancelReason::TransferCanceled;
    draft.record_work(actor, item.id, WorkItemFact::Canceled { reason });
    if draft.open_work().is_empty() {
        draft.queue_work_after(actor, Some(item.id), None);
    }
    Ok(draft.finish())
}

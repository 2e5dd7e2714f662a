//! What becomes of work items when something happens to their interaction.
//!
//! Rules about conversations never speak of work items: whatever they record about the interaction, its
//! work items follow here, so that the two cannot part.

use super::work_item::{CancelReason, WorkItemFact, WorkItemState};
use crate::draft::PlanDraft;
use crate::event::{Actor, EventBody};
use crate::ids::AgentId;
use crate::interaction::{Handler, InteractionState};

/// Lets the work items follow one event of their interaction.
pub(crate) fn follow(draft: &mut PlanDraft<'_>, actor: Actor, body: &EventBody) {
    match body {
        EventBody::InteractionOpened {
            handler: Handler::Queue,
            ..
        } => draft.queue_work(actor, None),
        EventBody::HandedOver { .. } if draft.open_work().is_empty() => {
            draft.queue_work(actor, None);
        }
        EventBody::AgentAssigned { agent } => assigned(draft, actor, *agent),
        EventBody::AgentUnassigned { agent } => {
            end_held(draft, actor, |holder| holder == *agent);
            if draft.open_work().is_empty() {
                draft.queue_work(actor, Some(*agent));
            }
        }
        // Whoever wraps it up keeps their item, and with it the slot, until it is closed (W-6).
        EventBody::InteractionStateChanged {
            to: InteractionState::WrapUp,
            ..
        } => cancel_waiting(draft, actor, CancelReason::Disqualified),
        EventBody::HandedBack | EventBody::InteractionClosed { .. } => {
            end_held(draft, actor, |_| true);
            cancel_waiting(draft, actor, CancelReason::Disqualified);
        }
        _ => {}
    }
}

/// An agent has it now. If they accepted an offer, that is their item; else it was given by hand: what
/// waited is canceled, and an accepted item linked to it takes its place.
fn assigned(draft: &mut PlanDraft<'_>, actor: Actor, agent: AgentId) {
    let has_it = |draft: &PlanDraft<'_>| {
        draft
            .open_work()
            .iter()
            .any(|item| item.is_held() && item.assignee == Some(agent))
    };
    if has_it(draft) {
        return;
    }
    let previous = draft.open_work().last().map(|item| item.id);
    end_held(draft, actor, |_| true);
    cancel_waiting(draft, actor, CancelReason::ManuallyAssigned);
    let Some(id) = draft.queue_work_after(actor, previous, None) else {
        return;
    };
    draft.record_work(
        actor,
        id,
        WorkItemFact::Accepted {
            agent,
            by_hand: true,
        },
    );
}

fn end_held(draft: &mut PlanDraft<'_>, actor: Actor, of: impl Fn(AgentId) -> bool) {
    for item in draft.open_work() {
        if item.is_held() && item.assignee.is_some_and(&of) {
            draft.record_work(actor, item.id, WorkItemFact::Ended);
        }
    }
}

fn cancel_waiting(draft: &mut PlanDraft<'_>, actor: Actor, reason: CancelReason) {
    for item in draft.open_work() {
        if matches!(
            item.state,
            WorkItemState::Queued | WorkItemState::PendingAccept
        ) {
            draft.record_work(actor, item.id, WorkItemFact::Canceled { reason });
        }
    }
}

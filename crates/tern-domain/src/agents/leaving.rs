//! What becomes of an agent's work when they leave the team.
//!
//! Nothing may stay with somebody who is not there: what they have goes to the queue or to a named
//! colleague, what they were offered is offered to others, and where they only took part they leave.

use crate::draft::PlanDraft;
use crate::event::{Actor, EventBody, StateCause};
use crate::ids::{AgentId, IdSource};
use crate::interaction::{ActContext, take_off};
use crate::notice::NoticeKind;
use crate::plan::Plan;
use crate::routing::{WorkItemState, withdraw_offer};
use crate::state::ConversationState;

/// Who gets what a leaving agent has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LeftWorkGoesTo {
    /// Whoever the queue finds.
    Queue,
    /// One colleague, without being asked.
    Agent(AgentId),
}

/// Plans what becomes of one conversation when an agent leaves. Empty where they had nothing to do with it.
#[must_use]
pub fn plan_leaving(
    state: &ConversationState,
    leaver: AgentId,
    to: LeftWorkGoesTo,
    ctx: &ActContext,
    ids: &mut dyn IdSource,
) -> Plan {
    let actor = Actor::Agent(ctx.agent);
    let mut draft = PlanDraft::new(state, ctx.now, ids);
    for item in &state.work {
        if item.state == WorkItemState::PendingAccept && item.assignee == Some(leaver) {
            withdraw_offer(&mut draft, item, leaver, actor);
        }
    }
    if let Some(interaction) = state.active() {
        if interaction.assigned_to == Some(leaver) {
            match to {
                LeftWorkGoesTo::Queue => {
                    take_off(&mut draft, interaction, actor, StateCause::PutBack);
                }
                LeftWorkGoesTo::Agent(heir) => {
                    draft.record_interaction(actor, EventBody::AgentAssigned { agent: heir });
                    draft.record_interaction(actor, EventBody::AgentLeft { agent: leaver });
                    draft.notify(heir, ctx.agent, NoticeKind::Given);
                }
            }
        } else if interaction.live_group.contains(&leaver) {
            draft.record_interaction(actor, EventBody::AgentLeft { agent: leaver });
        }
    }
    draft.finish()
}

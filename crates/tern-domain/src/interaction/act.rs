//! What an agent may do to an interaction (I-11, I-12, I-17).

use super::Interaction;
use super::reason::CloseReason;
use super::state::{Handler, InteractionState};
use crate::draft::PlanDraft;
use crate::event::{Actor, EventBody, StateCause};
use crate::ids::{AgentId, IdSource};
use crate::plan::Plan;
use crate::routing::{Telling, greet};
use crate::state::ConversationState;
use crate::time::UtcMillis;
use crate::wrap_up::end_conversation;

/// An agent's act.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum InteractionAct {
    /// New → WorkInProgress, assigned to this agent.
    Take,
    /// WorkInProgress → New, assigned to nobody.
    PutBack,
    /// WorkInProgress → OnHold.
    Hold,
    /// OnHold → WorkInProgress.
    Resume,
    /// Any active → ClosedComplete, `agent_ended`; WorkInProgress and OnHold through WrapUp, where that is
    /// configured (W-1).
    Finish,
    /// Closes it while working on it: as finishing, but without wrap-up (W-4).
    FinishWithoutWrapUp,
    /// Ask a supervisor for help (H-8 `/help`).
    AskForHelp,
    /// The help is not needed any more.
    EndHelp,
}

/// Whose conversations an agent may act on (I-17).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Authority {
    /// Own ones and nobody's.
    Agent,
    /// Any.
    Supervisor,
}

/// Who acts, and when.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ActContext {
    /// Now.
    pub now: UtcMillis,
    /// The agent who acts.
    pub agent: AgentId,
    /// What the agent may do.
    pub authority: Authority,
}

/// Why an act is not possible. The words are for the agent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ActRefusal {
    /// Closed is final (I-11).
    #[error("there is no open work in this conversation")]
    NothingActive,
    /// Somebody else has it (I-17).
    #[error("another agent has this conversation")]
    AssignedToSomebodyElse {
        /// Who.
        agent: AgentId,
    },
    /// I-11 has no such move.
    #[error("this is not possible in the conversation's present state")]
    NotFromHere {
        /// The state it is in.
        state: InteractionState,
    },
}

/// Plans an agent's act on the active interaction.
///
/// # Errors
/// [`ActRefusal`]; nothing is changed then.
pub fn plan_act(
    state: &ConversationState,
    act: InteractionAct,
    ctx: &ActContext,
    ids: &mut dyn IdSource,
) -> Result<Plan, ActRefusal> {
    plan_act_telling(state, act, None, ctx, ids)
}

/// [`plan_act`] where a queue has something to tell: taking what waits in one is accepting it, so that the
/// requester is told the same as if it had been offered (H-7).
///
/// # Errors
/// [`ActRefusal`]; nothing is changed then.
pub fn plan_act_telling(
    state: &ConversationState,
    act: InteractionAct,
    telling: Option<&Telling<'_>>,
    ctx: &ActContext,
    ids: &mut dyn IdSource,
) -> Result<Plan, ActRefusal> {
    let interaction = state.active().ok_or(ActRefusal::NothingActive)?;
    let from = interaction.state;
    if let Some(owner) = interaction.assigned_to.filter(|owner| *owner != ctx.agent)
        && ctx.authority == Authority::Agent
    {
        return Err(ActRefusal::AssignedToSomebodyElse { agent: owner });
    }
    let actor = Actor::Agent(ctx.agent);
    let mut draft = PlanDraft::new(state, ctx.now, ids);
    let change = |to, cause| EventBody::InteractionStateChanged { from, to, cause };
    match (act, from) {
        (InteractionAct::Take, InteractionState::New) => {
            draft.record_interaction(actor, EventBody::AgentAssigned { agent: ctx.agent });
            draft.record_interaction(
                actor,
                change(InteractionState::WorkInProgress, StateCause::Taken),
            );
            let waiting = state.work.iter().find(|item| !item.is_held());
            if let (Some(item), Some(telling)) = (waiting, telling) {
                greet(&mut draft, state, item, telling, ctx.now);
            }
        }
        // What the virtual agent does is nobody's to park or to give up.
        (InteractionAct::PutBack | InteractionAct::Hold, _)
            if interaction.handler == Handler::VirtualAgent =>
        {
            return Err(ActRefusal::NotFromHere { state: from });
        }
        (InteractionAct::PutBack, InteractionState::WorkInProgress) => {
            if let Some(agent) = interaction.assigned_to {
                draft.record_interaction(actor, EventBody::AgentUnassigned { agent });
            }
            draft.record_interaction(actor, change(InteractionState::New, StateCause::PutBack));
        }
        // H-9: the slot stays used while a topic runs.
        (InteractionAct::Hold, InteractionState::WorkInProgress)
            if interaction.autopilot.is_none() =>
        {
            draft.record_interaction(actor, change(InteractionState::OnHold, StateCause::Held));
        }
        (InteractionAct::Resume, InteractionState::OnHold) => {
            draft.record_interaction(
                actor,
                change(InteractionState::WorkInProgress, StateCause::Resumed),
            );
        }
        (InteractionAct::Finish, _) => {
            let terms = state.wrap_up.as_ref();
            end_conversation(
                &mut draft,
                interaction,
                terms,
                actor,
                CloseReason::AgentEnded,
            );
        }
        (InteractionAct::FinishWithoutWrapUp, _) => {
            if state.wrap_up.is_some() && from.can_become(InteractionState::WrapUp) {
                draft.record_interaction(actor, EventBody::WrapUpSkipped);
            }
            end_conversation(
                &mut draft,
                interaction,
                None,
                actor,
                CloseReason::AgentEnded,
            );
        }
        (InteractionAct::AskForHelp, _) if interaction.help_requested_at.is_none() => {
            draft.record_interaction(actor, EventBody::HelpRequested { agent: ctx.agent });
        }
        (InteractionAct::EndHelp, _) if interaction.help_requested_at.is_some() => {
            draft.record_interaction(actor, EventBody::HelpEnded { agent: ctx.agent });
        }
        _ => return Err(ActRefusal::NotFromHere { state: from }),
    }
    Ok(draft.finish())
}

/// Takes its agent off an interaction, whatever state it is in: New again is what routing looks for (M-7).
/// I-11 leads there through WorkInProgress only.
pub(crate) fn take_off(
    draft: &mut PlanDraft<'_>,
    interaction: &Interaction,
    actor: Actor,
    cause: StateCause,
) {
    let Some(agent) = interaction.assigned_to else {
        return;
    };
    draft.record_interaction(actor, EventBody::AgentUnassigned { agent });
    let mut from = interaction.state;
    for to in [InteractionState::WorkInProgress, InteractionState::New] {
        if from != to && from.can_become(to) && from != InteractionState::New {
            draft.record_interaction(
                actor,
                EventBody::InteractionStateChanged { from, to, cause },
            );
            from = to;
        }
    }
}

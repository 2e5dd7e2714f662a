//! The live group: everybody who takes part in an interaction, of whom at most one has it (A-2, H-10, H-11).

use super::Interaction;
use super::act::{ActContext, Authority};
use crate::draft::PlanDraft;
use crate::event::{Actor, EventBody};
use crate::ids::{AgentId, IdSource};
use crate::notice::NoticeKind;
use crate::plan::Plan;
use crate::state::ConversationState;

/// What an agent does to a live group. Becoming the one who has it is an act on the interaction.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LiveGroupAct {
    /// Asks a colleague in.
    Add {
        /// Whom.
        agent: AgentId,
        /// Whether they are still with the team.
        is_with_team: bool,
    },
    /// Takes somebody out again; with oneself, leaves.
    Remove {
        /// Whom.
        agent: AgentId,
    },
}

/// Why not. The words are for the agent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum LiveGroupRefusal {
    /// Closed is final (I-11).
    #[error("there is no open work in this conversation")]
    NothingActive,
    /// Nobody to be joined.
    #[error("nobody has this conversation yet; take it first")]
    NobodyHasIt,
    /// I-17.
    #[error("only those who take part and supervisors can change who takes part")]
    NotYours,
    /// Taking a colleague out is for the one who has it, and for supervisors (I-17).
    #[error("only the one who has the conversation and supervisors can take somebody out of it")]
    NotYoursToTakeOut,
    /// They are there already.
    #[error("this agent takes part already")]
    TakesPartAlready,
    /// They are not there.
    #[error("this agent does not take part")]
    DoesNotTakePart,
    /// It would be nobody's.
    #[error("whoever has the conversation cannot leave it; hand it on or put it back")]
    HasIt,
    /// Has left the team.
    #[error("this agent is not with the team any more")]
    NotWithTheTeam,
}

impl Interaction {
    /// H-11: who has this interaction, seen by somebody who does not take part in it. Their first public
    /// text would join the live group, which has to be meant.
    #[must_use]
    pub fn joined_by_writing(&self, agent: AgentId) -> Option<AgentId> {
        self.assigned_to
            .filter(|_| self.is_active() && !self.live_group.contains(&agent))
    }
}

/// Plans a change of who takes part in the active interaction.
///
/// # Errors
/// [`LiveGroupRefusal`]; nothing is changed then.
pub fn plan_live_group(
    state: &ConversationState,
    act: LiveGroupAct,
    ctx: &ActContext,
    ids: &mut dyn IdSource,
) -> Result<Plan, LiveGroupRefusal> {
    let interaction = state.active().ok_or(LiveGroupRefusal::NothingActive)?;
    let owner = interaction
        .assigned_to
        .ok_or(LiveGroupRefusal::NobodyHasIt)?;
    let supervises = ctx.authority == Authority::Supervisor;
    let takes_part = |agent| interaction.live_group.contains(&agent);
    if !supervises && !takes_part(ctx.agent) {
        return Err(LiveGroupRefusal::NotYours);
    }
    let actor = Actor::Agent(ctx.agent);
    let mut draft = PlanDraft::new(state, ctx.now, ids);
    match act {
        LiveGroupAct::Add {
            is_with_team: false,
            ..
        } => return Err(LiveGroupRefusal::NotWithTheTeam),
        LiveGroupAct::Add { agent, .. } if takes_part(agent) => {
            return Err(LiveGroupRefusal::TakesPartAlready);
        }
        LiveGroupAct::Add { agent, .. } => {
            draft.record_interaction(actor, EventBody::AgentJoined { agent });
            if agent != ctx.agent {
                draft.notify(agent, ctx.agent, NoticeKind::Added);
            }
        }
        LiveGroupAct::Remove { agent } if agent == owner => return Err(LiveGroupRefusal::HasIt),
        LiveGroupAct::Remove { agent } if !takes_part(agent) => {
            return Err(LiveGroupRefusal::DoesNotTakePart);
        }
        LiveGroupAct::Remove { agent }
            if agent != ctx.agent && ctx.agent != owner && !supervises =>
        {
            return Err(LiveGroupRefusal::NotYoursToTakeOut);
        }
        LiveGroupAct::Remove { agent } => {
            draft.record_interaction(actor, EventBody::AgentLeft { agent });
        }
    }
    Ok(draft.finish())
}

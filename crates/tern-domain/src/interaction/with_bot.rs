//! The virtual agent in an agent's conversation (H-9), and giving one back to it.
//!
//! What the virtual agent then says is its own machine's; here is only who has the interaction meanwhile.

use super::{ActContext, Authority, Handler, Interaction, InteractionState};
use crate::draft::PlanDraft;
use crate::event::{Actor, EventBody, SnoozeEnd, StateCause};
use crate::ids::{AgentId, IdSource};
use crate::notice::NoticeKind;
use crate::phone::PhoneNumber;
use crate::plan::Plan;
use crate::send::{SendRefusal, cannot_send};
use crate::state::ConversationState;
use crate::time::UtcMillis;
use crate::topic::TopicName;

/// A topic that an agent runs in their conversation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AutopilotTopic {
    /// Which.
    pub name: TopicName,
    /// What it is called, for the timeline.
    pub title: String,
}

/// Why the virtual agent cannot take part. The words are for the agent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BotRefusal {
    /// Closed is final (I-11).
    #[error("there is no open work in this conversation")]
    NothingActive,
    /// Somebody else has it (I-17).
    #[error("another agent has this conversation")]
    AssignedToSomebodyElse {
        /// Who.
        agent: AgentId,
    },
    /// It waits, or the virtual agent has it already.
    #[error("no agent has this conversation")]
    NotAnAgents,
    /// I-3: what is parked is nobody's turn.
    #[error("this conversation is on hold")]
    OnHold,
    /// One topic at a time.
    #[error("the virtual agent runs a topic in this conversation already")]
    Running,
    /// No topic runs that could be ended.
    #[error("the virtual agent runs no topic in this conversation")]
    NotRunning,
    /// It could not say a word.
    #[error(transparent)]
    CannotSend(#[from] SendRefusal),
}

/// The interaction, if the agent may bring the virtual agent into it.
fn of_agent<'a>(
    state: &'a ConversationState,
    ctx: &ActContext,
) -> Result<&'a Interaction, BotRefusal> {
    let interaction = state.active().ok_or(BotRefusal::NothingActive)?;
    match interaction.assigned_to {
        None => Err(BotRefusal::NotAnAgents),
        Some(owner) if owner != ctx.agent && ctx.authority == Authority::Agent => {
            Err(BotRefusal::AssignedToSomebodyElse { agent: owner })
        }
        Some(_) => Ok(interaction),
    }
}

/// Plans that an agent gives a conversation back to the virtual agent. It goes on, so nothing is wrapped up
/// (W-1); the agent's work item ends, and with it the slot.
///
/// # Errors
/// [`BotRefusal`]; nothing is changed then.
pub fn plan_hand_back(
    state: &ConversationState,
    provider_numbers: &[PhoneNumber],
    ctx: &ActContext,
    ids: &mut dyn IdSource,
) -> Result<Plan, BotRefusal> {
    let interaction = of_agent(state, ctx)?;
    if let Some(refusal) = cannot_send(state, provider_numbers) {
        return Err(refusal.into());
    }
    let mut draft = PlanDraft::new(state, ctx.now, ids);
    give_back(&mut draft, interaction, Actor::Agent(ctx.agent));
    Ok(draft.finish())
}

/// Plans that a conversation goes back to the virtual agent because nobody took it in time. `None`
/// where an agent has it, work still waits, or its text came too late for a bot.
#[must_use]
pub fn plan_return_to_bot(
    state: &ConversationState,
    now: UtcMillis,
    ids: &mut dyn IdSource,
) -> Option<Plan> {
    let interaction = state.active().filter(|it| {
        it.handler == Handler::Queue
            && !it.arrived_late
            && state.work.iter().all(|item| !item.is_open())
    })?;
    let mut draft = PlanDraft::new(state, now, ids);
    give_back(&mut draft, interaction, Actor::System);
    Some(draft.finish())
}

fn give_back(draft: &mut PlanDraft<'_>, interaction: &Interaction, actor: Actor) {
    draft.wake(actor, SnoozeEnd::Agent);
    draft.record_interaction(actor, EventBody::HandedBack);
    if interaction.state != InteractionState::WorkInProgress {
        draft.record_interaction(
            actor,
            EventBody::InteractionStateChanged {
                from: interaction.state,
                to: InteractionState::WorkInProgress,
                cause: StateCause::HandedBack,
            },
        );
    }
}

/// Plans that an agent lets the virtual agent run a topic in their conversation. The agent keeps it, and with
/// it the slot (H-9).
///
/// # Errors
/// [`BotRefusal`]; nothing is changed then.
pub fn plan_autopilot(
    state: &ConversationState,
    topic: &AutopilotTopic,
    provider_numbers: &[PhoneNumber],
    ctx: &ActContext,
    ids: &mut dyn IdSource,
) -> Result<Plan, BotRefusal> {
    let interaction = of_agent(state, ctx)?;
    if interaction.autopilot.is_some() {
        return Err(BotRefusal::Running);
    }
    if interaction.state != InteractionState::WorkInProgress {
        return Err(BotRefusal::OnHold);
    }
    if let Some(refusal) = cannot_send(state, provider_numbers) {
        return Err(refusal.into());
    }
    let mut draft = PlanDraft::new(state, ctx.now, ids);
    draft.record_interaction(
        Actor::Agent(ctx.agent),
        EventBody::AutopilotStarted {
            topic: topic.name.clone(),
            title: topic.title.clone(),
        },
    );
    Ok(draft.finish())
}

/// Plans that an agent takes over again before the topic is complete (H-9).
///
/// # Errors
/// [`BotRefusal`]; nothing is changed then.
pub fn plan_autopilot_stop(
    state: &ConversationState,
    ctx: &ActContext,
    ids: &mut dyn IdSource,
) -> Result<Plan, BotRefusal> {
    let interaction = of_agent(state, ctx)?;
    if interaction.autopilot.is_none() {
        return Err(BotRefusal::NotRunning);
    }
    let mut draft = PlanDraft::new(state, ctx.now, ids);
    end_autopilot(&mut draft, interaction, Actor::Agent(ctx.agent), false);
    Ok(draft.finish())
}

/// Plans that the topic an agent ran is over: it came to its end, failed, or the requester fell silent. The
/// agent is told (H-9). `None` if it was over already.
#[must_use]
pub fn plan_autopilot_end(
    state: &ConversationState,
    completed: bool,
    now: UtcMillis,
    ids: &mut dyn IdSource,
) -> Option<Plan> {
    let interaction = state.active().filter(|it| it.autopilot.is_some())?;
    let mut draft = PlanDraft::new(state, now, ids);
    end_autopilot(&mut draft, interaction, Actor::VirtualAgent, completed);
    Some(draft.finish())
}

/// Ends the topic that an agent runs, if one does, and tells them unless they did it themselves.
pub(crate) fn end_autopilot(
    draft: &mut PlanDraft<'_>,
    interaction: &Interaction,
    actor: Actor,
    completed: bool,
) {
    let Some(topic) = interaction.autopilot.clone() else {
        return;
    };
    draft.record_interaction(actor, EventBody::AutopilotEnded { topic, completed });
    if let Some(agent) = interaction.assigned_to
        && actor != Actor::Agent(agent)
    {
        draft.notify(agent, agent, NoticeKind::AutopilotEnded);
    }
}

//! What an action does when its time has come (M-4 … M-8, M-13, M-15, M-16).

use super::{ActionAct, MessagingAction};
use crate::condition::{Condition, Facts};
use crate::draft::PlanDraft;
use crate::event::{ActionOutcome, Actor, EventBody, StateCause};
use crate::ids::{IdSource, InteractionId};
use crate::interaction::{CloseReason, Interaction, InteractionState, take_off};
use crate::message::MessageText;
use crate::phone::PhoneNumber;
use crate::plan::{Announcement, Plan};
use crate::send::{cannot_send, store_system_text};
use crate::state::ConversationState;
use crate::system_message::SystemMessage;
use crate::time::UtcMillis;

/// What firing is judged by.
#[derive(Debug, Clone, Copy)]
pub struct FireContext<'a> {
    /// Now.
    pub now: UtcMillis,
    /// The interaction that the timer was armed for.
    pub interaction: InteractionId,
    /// The start of the wait that it was armed for.
    pub started_at: UtcMillis,
    /// The conversation's facts now (M-13).
    pub facts: &'a Facts,
    /// The numbers a text may leave from.
    pub provider_numbers: &'a [PhoneNumber],
}

/// Plans a firing. Nothing is planned where the wait is over or was acted on, the interaction closed or the
/// action switched off; everything else is recorded, also that the filter or the carrier's block stood in the way.
pub fn plan_fire(
    state: &ConversationState,
    action: &MessagingAction,
    ctx: &FireContext<'_>,
    ids: &mut dyn IdSource,
) -> Plan {
    let mut draft = PlanDraft::new(state, ctx.now, ids);
    let started = [state.clocks.waiting_since, state.clocks.answered_at];
    let active = state
        .active()
        .filter(|interaction| interaction.id == ctx.interaction);
    if let Some(interaction) = active
        && action.is_active
        && interaction.suspended_at.is_none()
        && started.contains(&Some(ctx.started_at))
        && !interaction.was_acted_on(action.id, ctx.started_at)
    {
        let outcome = if is_filtered_out(action, ctx.facts) {
            ActionOutcome::FilterNotMet
        } else {
            carry_out(&mut draft, state, interaction, action, ctx)
        };
        // Recorded before the interaction closes for good, and after what it did otherwise.
        draft.record_interaction(
            Actor::System,
            EventBody::MessagingActionFired {
                action: action.id,
                name: action.name.clone(),
                started_at: ctx.started_at,
                outcome,
            },
        );
        if let (ActionOutcome::StateSet { state }, true) = (outcome, outcome.closes()) {
            draft.record_interaction(
                Actor::System,
                EventBody::InteractionClosed {
                    state,
                    reason: CloseReason::NoRequesterResponse,
                },
            );
        }
    }
    draft.finish()
}

/// A filter that cannot be decided is not met.
fn is_filtered_out(action: &MessagingAction, facts: &Facts) -> bool {
    Condition::compile(&action.filter).map_or(true, |filter| !filter.evaluate(facts).is_met)
}

fn carry_out(
    draft: &mut PlanDraft<'_>,
    state: &ConversationState,
    interaction: &Interaction,
    action: &MessagingAction,
    ctx: &FireContext<'_>,
) -> ActionOutcome {
    match &action.act {
        ActionAct::PromptAgent { text } => {
            draft.change_marks(|marks| marks.prompted_at = Some(ctx.now));
            draft.announce(Announcement::AgentPrompted {
                key: state.key.clone(),
                text: text.clone(),
            });
            ActionOutcome::AgentPrompted
        }
        // M-16 comes first: its skip has a name of its own.
        ActionAct::PromptRequester { .. } if state.opt_out.is_in_force() => ActionOutcome::OptedOut,
        ActionAct::PromptRequester { .. } if cannot_send(state, ctx.provider_numbers).is_some() => {
            ActionOutcome::CannotBeTexted
        }
        ActionAct::PromptRequester { text } => {
            let body = MessageText::new(text.clone());
            store_system_text(draft, &state.key, SystemMessage::Prompt, body, ctx.now)
                .map_or(ActionOutcome::NothingToDo, |message_id| {
                    ActionOutcome::RequesterPrompted { message_id }
                })
        }
        ActionAct::Reassign => reassign(draft, interaction),
        ActionAct::SetState { state } => set_state(draft, interaction, *state),
    }
}

fn change(draft: &mut PlanDraft<'_>, from: InteractionState, to: InteractionState) {
    draft.record_interaction(
        Actor::System,
        EventBody::InteractionStateChanged {
            from,
            to,
            cause: StateCause::MessagingAction,
        },
    );
}

/// M-6.
fn reassign(draft: &mut PlanDraft<'_>, interaction: &Interaction) -> ActionOutcome {
    if interaction.assigned_to.is_none() {
        return ActionOutcome::NothingToDo;
    }
    take_off(
        draft,
        interaction,
        Actor::System,
        StateCause::MessagingAction,
    );
    ActionOutcome::Reassigned
}

fn set_state(
    draft: &mut PlanDraft<'_>,
    interaction: &Interaction,
    wanted: InteractionState,
) -> ActionOutcome {
    if interaction.state == wanted || !interaction.state.can_become(wanted) {
        return ActionOutcome::NothingToDo;
    }
    if !wanted.is_closed() {
        change(draft, interaction.state, wanted);
    }
    ActionOutcome::StateSet { state: wanted }
}

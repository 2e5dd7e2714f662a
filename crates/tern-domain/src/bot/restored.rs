//! What becomes of a conversation that the virtual agent had when a backup was made, once the backup is restored.
//!
//! Its timers and requests to other systems are gone, because whoever had the desk since may have gone on. Nothing is
//! said to the requester: whom it owed an answer is brought to people, and who was asked something is waited for anew.

use super::handover::plan_hand_over;
use super::turn::{BotContext, silence};
use crate::ids::{IdSource, MessageId};
use crate::interaction::Handler;
use crate::plan::{Effect, Plan};
use crate::state::ConversationState;
use crate::time::Millis;
use crate::topic::{BotSession, HandoverContext, HandoverReason, Phase};

/// Plans it for the active interaction. `owes` says that a pause or a request was dropped with which the topic would
/// have gone on; `newest` is the requester's newest text. The silence of I-14 counts from now, because what the
/// requester wrote since the backup is not known yet.
#[must_use]
pub fn plan_bot_restored(
    state: &ConversationState,
    session: &BotSession,
    owes: bool,
    (newest, after): (Option<MessageId>, Millis),
    ctx: &BotContext<'_>,
    ids: &mut dyn IdSource,
) -> Plan {
    let Some(interaction) = state.active() else {
        return Plan::default();
    };
    if !owes || interaction.handler != Handler::VirtualAgent {
        return Plan {
            events: Vec::new(),
            effects: vec![Effect::ArmTimer(silence(interaction.id, ctx.now + after))],
        };
    }
    let context = HandoverContext {
        reason: HandoverReason::Restored,
        place: None,
        short_description: None,
        search_text: session.search_text.clone(),
        language: session.language,
        variables: Vec::new(),
        record: session.record.clone(),
        mandatory_skills: Vec::new(),
        optional_skills: Vec::new(),
    };
    let mut plan = plan_hand_over(state, &context, newest, ctx, ids);
    let mut session = session.clone();
    session.leave_to_person(Phase::Queued);
    plan.effects.push(Effect::SetBotSession {
        interaction: interaction.id,
        key: state.key.clone(),
        session: Box::new(session),
        at: ctx.now,
    });
    plan
}

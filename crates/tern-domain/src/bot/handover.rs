//! From the virtual agent to a queue (H-2 … H-6).

use serde::{Deserialize, Serialize};

use super::turn::BotContext;
use crate::address::ConversationKey;
use crate::desk::ReplyClocks;
use crate::draft::PlanDraft;
use crate::event::{Actor, EventBody, StateCause};
use crate::ids::{IdSource, InteractionId, MessageId, TimerId};
use crate::interaction::InteractionState;
use crate::plan::{Announcement, Effect, Plan};
use crate::routing::{Availability, Queue, SkillNeed, WorkItemFact};
use crate::state::ConversationState;
use crate::time::UtcMillis;
use crate::topic::{BotInput, HandoverContext, HandoverReason};

/// The level of a skill that a topic asks for: any.
const ANY_LEVEL: u8 = 1;

/// What an agent is told of a conversation that the virtual agent had (H-6).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Handover {
    /// Which interaction.
    pub interaction: InteractionId,
    /// Its conversation.
    pub key: ConversationKey,
    /// When it was handed over.
    pub at: UtcMillis,
    /// What the virtual agent knows.
    pub context: HandoverContext,
}

/// What the virtual agent is answered when it wants to hand over: whether somebody is there (H-3), or may wait
/// until the queue opens (H-4). A text that came too late goes to people whoever is there.
///
/// `queue` is the one that would take the work, with who is there; `None` where no queue takes it.
#[must_use]
pub fn answer_to_hand_over(
    context: &HandoverContext,
    queue: Option<(&Queue, Availability)>,
) -> BotInput {
    if context.reason == HandoverReason::LateText {
        return BotInput::HandedOver;
    }
    let own_words = |words: &str| (!words.trim().is_empty()).then(|| words.to_owned());
    match queue {
        Some((_, Availability::Available | Availability::OutOfHours { may_wait: true, .. })) => {
            BotInput::HandedOver
        }
        Some((queue, Availability::NobodyThere)) => BotInput::HandOverRefused {
            words: own_words(&queue.nobody_message),
        },
        Some((queue, Availability::OutOfHours { .. })) => BotInput::HandOverRefused {
            words: own_words(&queue.closed_message),
        },
        None => BotInput::HandOverRefused { words: None },
    }
}

/// Plans the transfer: the conversation waits for a person from here on, and its texts are unread again.
/// `newest` is the requester's newest text, for the notification.
#[must_use]
pub fn plan_hand_over(
    state: &ConversationState,
    context: &HandoverContext,
    newest: Option<MessageId>,
    ctx: &BotContext<'_>,
    ids: &mut dyn IdSource,
) -> Plan {
    let Some(interaction) = state.active() else {
        return Plan::default();
    };
    let mut draft = PlanDraft::new(state, ctx.now, ids);
    let reason = context.reason;
    draft.record_interaction(Actor::VirtualAgent, EventBody::HandedOver { reason });
    let from = interaction.state;
    if from.can_become(InteractionState::New) {
        draft.record_interaction(
            Actor::VirtualAgent,
            EventBody::InteractionStateChanged {
                from,
                to: InteractionState::New,
                cause: StateCause::HandedOver,
            },
        );
    }
    let needs = needs(context);
    if let (false, Some(item)) = (needs.is_empty(), draft.open_work().last()) {
        let fact = WorkItemFact::NeedsSet { needs };
        draft.record_work(Actor::VirtualAgent, item.id, fact);
    }
    draft.push(Effect::SetHandover(Box::new(Handover {
        interaction: interaction.id,
        key: state.key.clone(),
        at: ctx.now,
        context: context.clone(),
    })));
    draft.push(Effect::CancelTimer(TimerId::of_bot_silence(interaction.id)));
    draft.push(Effect::CancelTimer(TimerId::of_bot_pause(interaction.id)));
    draft.push(Effect::MarkUnread(state.key.clone()));
    // M-2 is about live agents: the requester waits for one from now on.
    draft.set_clocks(ReplyClocks {
        waiting_since: Some(ctx.now),
        answered_at: None,
    });
    if let Some(message_id) = newest {
        draft.announce(Announcement::TextArrived {
            key: state.key.clone(),
            message_id,
        });
    }
    draft.finish()
}

/// Skills onto the work item.
fn needs(context: &HandoverContext) -> Vec<SkillNeed> {
    let need = |mandatory: bool| {
        move |skill: &String| SkillNeed {
            skill: skill.clone(),
            level: ANY_LEVEL,
            mandatory,
        }
    };
    context
        .mandatory_skills
        .iter()
        .map(need(true))
        .chain(context.optional_skills.iter().map(need(false)))
        .collect()
}

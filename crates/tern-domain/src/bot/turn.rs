//! What one turn comes to: texts, timers, requests, counts, and the end of the conversation.

use serde::{Deserialize, Serialize};

use super::count::{counts, turn_of};
use super::say::say;
use crate::draft::PlanDraft;
use crate::event::{Actor, EventBody};
use crate::ids::{IdSource, InteractionId, TimerId};
use crate::interaction::CloseReason;
use crate::message::Author;
use crate::phone::PhoneNumber;
use crate::plan::{Effect, Plan, Timer, TimerPurpose};
use crate::state::ConversationState;
use crate::time::UtcMillis;
use crate::topic::{BotEffect, BotFact, BotSession, HttpRequest, Ticket, Turn};
use crate::wrap_up::end_conversation;

/// What a turn is carried out by.
#[derive(Debug, Clone, Copy)]
pub struct BotContext<'a> {
    /// Now.
    pub now: UtcMillis,
    /// The numbers a text may leave from.
    pub provider_numbers: &'a [PhoneNumber],
}

/// A request to another system that was not answered yet.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct BotRequest {
    /// Whose.
    pub interaction: InteractionId,
    /// For the answer.
    pub ticket: Ticket,
    /// When it was asked for.
    pub created_at: UtcMillis,
    /// What to ask.
    pub request: HttpRequest,
}

/// Plans one turn of the active interaction. `heard` is the session before it, if the turn was a text.
///
/// Rows ([`BotEffect::LookUp`], [`BotEffect::Save`]) and the transfer ([`BotEffect::HandOver`]) are left to the
/// caller, who answers them with another turn. `state.wrap_up` is what follows if the conversation ends with
/// an agent (W-1).
#[must_use]
pub fn plan_turn(
    state: &ConversationState,
    turn: &Turn,
    heard: Option<&BotSession>,
    ctx: &BotContext<'_>,
    ids: &mut dyn IdSource,
) -> Plan {
    let Some(interaction) = state.active() else {
        return Plan::default();
    };
    let mut draft = PlanDraft::new(state, ctx.now, ids);
    let mut facts = Vec::new();
    let mut end = None;
    let author = Some(Author::VirtualAgent);
    say(
        &mut draft,
        state,
        &turn.replies,
        ctx.provider_numbers,
        author,
    );
    for effect in &turn.effects {
        match effect {
            BotEffect::WatchSilence { at } => {
                draft.push(Effect::ArmTimer(silence(interaction.id, *at)));
            }
            BotEffect::Wait { ticket, until } | BotEffect::Inspect { ticket, until, .. } => draft
                .push(Effect::ArmTimer(Timer {
                    id: TimerId::of_bot_pause(interaction.id),
                    due_at: *until,
                    purpose: TimerPurpose::BotPause {
                        interaction: interaction.id,
                        ticket: *ticket,
                    },
                })),
            BotEffect::Request { ticket, request } => {
                draft.push(Effect::PutBotRequest(Box::new(BotRequest {
                    interaction: interaction.id,
                    ticket: *ticket,
                    created_at: ctx.now,
                    request: request.clone(),
                })));
            }
            BotEffect::Fact(fact) => {
                if let BotFact::TopicStarted { topic, title, .. } = fact {
                    let (topic, title) = (topic.clone(), title.clone());
                    let body = EventBody::TopicStarted { topic, title };
                    draft.record_interaction(Actor::VirtualAgent, body);
                }
                facts.push(fact);
            }
            BotEffect::End { reason } => end = Some(*reason),
            // S-2 … S-4 were carried out with the text itself, before the virtual agent heard anything; L-16 is
            // another rule's to carry out; and a secure answer (V-20) is kept nowhere.
            BotEffect::LookUp { .. }
            | BotEffect::Save { .. }
            | BotEffect::HandOver(_)
            | BotEffect::AutopilotEnded { .. }
            | BotEffect::Command(_)
            | BotEffect::NotificationShown { .. }
            | BotEffect::NotificationsSkipped { .. }
            | BotEffect::Verify { .. }
            | BotEffect::SecureAnswer { .. } => {}
        }
    }
    let mut counted = counts(facts, ctx.now);
    counted.extend(heard.and_then(|before| turn_of(before, ctx.now)));
    if !counted.is_empty() {
        draft.push(Effect::CountTopics(counted));
    }
    match end {
        Some(reason) => end_conversation(
            &mut draft,
            interaction,
            state.wrap_up.as_ref(),
            who_ended(reason),
            reason,
        ),
        None => draft.push(Effect::SetBotSession {
            interaction: interaction.id,
            key: state.key.clone(),
            session: Box::new(BotSession {
                // What waits is asked anew before each turn, and no copy of a row is kept for that.
                waiting: Vec::new(),
                ..turn.session.clone()
            }),
            at: ctx.now,
        }),
    }
    draft.finish()
}

pub(super) const fn silence(interaction: InteractionId, due_at: UtcMillis) -> Timer {
    Timer {
        id: TimerId::of_bot_silence(interaction),
        due_at,
        purpose: TimerPurpose::BotSilence { interaction },
    }
}

const fn who_ended(reason: CloseReason) -> Actor {
    match reason {
        CloseReason::UserEnded | CloseReason::LeftBeforeEngagement => Actor::Requester,
        _ => Actor::VirtualAgent,
    }
}

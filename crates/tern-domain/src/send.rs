//! An agent writes (A-1 …, P-16, T-7): what may be sent, whom it makes
//! responsible, and whose number it is afterwards.

use crate::address::ConversationKey;
use crate::delivery::{DeliveryStatus, Direction};
use crate::draft::PlanDraft;
use crate::event::{Actor, EventBody, StateCause};
use crate::ids::{AgentId, IdSource, MediaId, MessageId, PersonId, TimerId};
use crate::interaction::{CloseReason, Handler, Interaction, InteractionState, OpenedBy};
use crate::message::{Author, MessageText, NewMessage, Placement};
use crate::outbox::{LinkedPicture, OutboxEntry, OutboxState};
use crate::phone::PhoneNumber;
use crate::plan::{Effect, Plan, Timer, TimerPurpose};
use crate::profile::recipient::{address_to, check_recipient};
use crate::schedule::UndoHold;
use crate::segments::measure;
use crate::state::ConversationState;
use crate::system_message::SystemMessage;
use crate::time::UtcMillis;

/// Pictures in one text at most (T-8).
pub const MAX_PICTURES: usize = 10;

/// What an agent wants to send.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OutgoingText {
    /// Made by the window, so that a repeated call sends once.
    pub message_id: MessageId,
    /// Text.
    pub body: MessageText,
    /// Pictures, stored already.
    pub media: Vec<MediaId>,
}

/// Who sends, when and how.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SendContext<'a> {
    /// Now.
    pub now: UtcMillis,
    /// The agent who writes.
    pub agent: AgentId,
    /// How long the text can be called back.
    pub undo_hold: UndoHold,
    /// The numbers a text may leave from.
    pub provider_numbers: &'a [PhoneNumber],
    /// H-11: the agent knows that writing into a colleague's conversation makes them take part in it.
    pub joins: bool,
}

/// Whom an agent writes to, where that was chosen, and what they confirmed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Recipient {
    /// The person; `None` is whoever is behind the number.
    pub person: Option<PersonId>,
    /// sending moves the number to the person.
    pub move_number: bool,
    /// even out of another agent's conversation.
    pub take_over: bool,
}

/// Why a text cannot be sent. The words are for the agent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SendRefusal {
    ///
    #[error("this customer has opted out of texts with STOP")]
    OptedOut {
        /// Since when.
        since: UtcMillis,
    },
    /// Short codes, names, other channels.
    #[error("this sender cannot be answered by text")]
    CannotBeTexted,
    ///
    #[error("this number is not one of the team's connected numbers")]
    NumberNotConnected,
    /// Neither text nor picture.
    #[error("there is nothing to send")]
    Empty,
    /// T-7: agents get an error where a bot's text would be split.
    #[error("the text is too long by {over_by} characters")]
    TooLong {
        /// Characters too many.
        over_by: u32,
    },
    /// only with [`Recipient::move_number`].
    #[error("this number belongs to somebody else; sending moves it to the person you write to")]
    NumberOfSomebodyElse {
        /// To whom.
        person: PersonId,
    },
    /// only with [`Recipient::take_over`].
    #[error("another agent is in a conversation with the person this number belongs to")]
    TakesOver {
        /// Who.
        agent: AgentId,
    },
    /// H-9.
    #[error("the virtual agent runs a topic in this conversation")]
    AutopilotRuns,
    /// H-11: only with [`SendContext::joins`].
    #[error("a colleague has this conversation; writing to the customer makes you take part in it")]
    JoinsLiveGroup {
        /// Who has it.
        agent: AgentId,
    },
    /// T-8.
    #[error("a text carries at most {MAX_PICTURES} pictures")]
    TooManyPictures {
        /// How many there are.
        count: usize,
    },
}

/// Why nothing at all can be sent in a conversation, whatever the text is: what disables the composer.
#[must_use]
pub fn cannot_send(
    state: &ConversationState,
    provider_numbers: &[PhoneNumber],
) -> Option<SendRefusal> {
    if !state.key.requester.can_be_texted() {
        Some(SendRefusal::CannotBeTexted)
    } else if !provider_numbers.contains(&state.key.provider) {
        Some(SendRefusal::NumberNotConnected)
    } else {
        state
            .opt_out
            .in_force_since()
            .map(|since| SendRefusal::OptedOut { since })
    }
}

/// Plans a text of an agent's. `state.stored` is the text with the same id: a repeated call plans nothing.
///
/// # Errors
/// [`SendRefusal`]; nothing is changed then.
pub fn plan_send(
    state: &ConversationState,
    text: &OutgoingText,
    ctx: &SendContext<'_>,
    ids: &mut dyn IdSource,
) -> Result<Plan, SendRefusal> {
    plan_send_to(state, text, Recipient::default(), ctx, ids)
}

/// [`plan_send`] to somebody in particular (A-6, A-7, A-13, P-16).
///
/// # Errors
/// [`SendRefusal`]; nothing is changed then.
pub fn plan_send_to(
    state: &ConversationState,
    text: &OutgoingText,
    recipient: Recipient,
    ctx: &SendContext<'_>,
    ids: &mut dyn IdSource,
) -> Result<Plan, SendRefusal> {
    if state.stored.is_some() {
        return Ok(Plan::default());
    }
    if let Some(refusal) = cannot_send(state, ctx.provider_numbers) {
        return Err(refusal);
    }
    if state.active().is_some_and(|it| it.autopilot.is_some()) {
        return Err(SendRefusal::AutopilotRuns);
    }
    let measured = measure(text.body.as_str());
    if text.body.is_blank() && text.media.is_empty() {
        return Err(SendRefusal::Empty);
    }
    if measured.over_limit_by > 0 {
        return Err(SendRefusal::TooLong {
            over_by: measured.over_limit_by,
        });
    }
    if text.media.len() > MAX_PICTURES {
        return Err(SendRefusal::TooManyPictures {
            count: text.media.len(),
        });
    }

    check_recipient(state, recipient, ctx.agent)?;
    if let (false, Some(agent)) = (
        ctx.joins,
        state
            .active()
            .and_then(|active| active.joined_by_writing(ctx.agent)),
    ) {
        return Err(SendRefusal::JoinsLiveGroup { agent });
    }

    let mut draft = PlanDraft::new(state, ctx.now, ids);
    store_and_enqueue(
        &mut draft,
        &state.key,
        text,
        Vec::new(),
        Some(Author::Agent(ctx.agent)),
        ctx.now,
        ctx.undo_hold,
    );
    let is_closed = address_to(&mut draft, state, recipient.person, ctx.agent);
    let active = state.active().filter(|_| !is_closed);
    make_responsible(&mut draft, active, ctx.agent);
    Ok(draft.finish())
}

/// Adds a text that Tern itself writes, if the requester is to get one of its kind (H-14). It has no
/// author, is not held, and makes nobody responsible. The caller has made sure that it may be sent.
pub(crate) fn store_system_text(
    draft: &mut PlanDraft<'_>,
    key: &ConversationKey,
    kind: SystemMessage,
    body: MessageText,
    now: UtcMillis,
) -> Option<MessageId> {
    if !kind.is_shown_to_requester() {
        return None;
    }
    let message_id = MessageId::next(draft.ids());
    let text = OutgoingText {
        message_id,
        body,
        media: Vec::new(),
    };
    store_and_enqueue(draft, key, &text, Vec::new(), None, now, UndoHold::OFF);
    Some(message_id)
}

/// Stores a text of ours and puts it into the outbox. `pictures` are in a public place already.
pub(crate) fn store_and_enqueue(
    draft: &mut PlanDraft<'_>,
    key: &ConversationKey,
    text: &OutgoingText,
    pictures: Vec<LinkedPicture>,
    author: Option<Author>,
    now: UtcMillis,
    undo_hold: UndoHold,
) {
    draft.push(Effect::StoreMessage(NewMessage {
        message_id: text.message_id,
        key: key.clone(),
        sid: None,
        direction: Direction::Outbound,
        body: text.body.clone(),
        status: DeliveryStatus::Accepted,
        error_code: None,
        segments: measure(text.body.as_str()).segments,
        media_count: u32::try_from(text.media.len() + pictures.len()).unwrap_or(u32::MAX),
        media: text.media.clone(),
        at: now,
        author,
        placement: Placement::Live,
        unread: false,
    }));
    let until = now + undo_hold.duration();
    let is_held = until > now;
    draft.push(Effect::Enqueue(OutboxEntry {
        message_id: text.message_id,
        key: key.clone(),
        body: text.body.clone(),
        media: text.media.clone(),
        pictures,
        holds_code: false,
        created_at: now,
        attempts: 0,
        last_tried_at: None,
        clocks_before: draft.clocks(),
        watched_before: draft.watched_by(),
        state: if is_held {
            OutboxState::Held { until }
        } else {
            OutboxState::Waiting
        },
    }));
    if is_held {
        draft.push(Effect::ArmTimer(Timer {
            id: TimerId::of_held_send(text.message_id),
            due_at: until,
            purpose: TimerPurpose::HeldSend {
                message_id: text.message_id,
            },
        }));
    }
}

/// A-1 … A-5: writing takes what is nobody's, joins what is somebody's, and supersedes the bot.
fn make_responsible(draft: &mut PlanDraft<'_>, active: Option<&Interaction>, agent: AgentId) {
    let actor = Actor::Agent(agent);
    let take = |draft: &mut PlanDraft<'_>| {
        draft.record_interaction(actor, EventBody::AgentAssigned { agent });
        draft.record_interaction(
            actor,
            EventBody::InteractionStateChanged {
                from: InteractionState::New,
                to: InteractionState::WorkInProgress,
                cause: StateCause::Answered,
            },
        );
    };
    match active {
        None => {
            draft.open_interaction(actor, Handler::LiveAgent, OpenedBy::Agent, false);
            take(draft);
        }
        Some(interaction) if interaction.handler == Handler::VirtualAgent => {
            let reason = CloseReason::SupersededByAgent;
            draft.record_interaction(
                actor,
                EventBody::InteractionClosed {
                    state: reason.closed_state(),
                    reason,
                },
            );
            draft.open_interaction(actor, Handler::LiveAgent, OpenedBy::Agent, false);
            take(draft);
        }
        Some(interaction) if interaction.state == InteractionState::New => take(draft),
        Some(interaction) if !interaction.live_group.contains(&agent) => {
            draft.record_interaction(actor, EventBody::AgentJoined { agent });
        }
        Some(_) => {}
    }
}

//! What a row or webhook of the carrier's means (P-1, R-1, R-2, R-5, R-8, R-10, I-13, T-12).
//!
//! Polls and webhooks meet here, keyed by SID. Every rule gives the same end state for repeats and for
//! any order of arrival, because the carrier promises neither order nor uniqueness.

use crate::address::ConversationKey;
use crate::carrier_errors::{Consequence, explain};
use crate::delivery::{DeliveryStatus, Direction};
use crate::draft::PlanDraft;
use crate::event::{Actor, EventBody, OptOutEvidence, StateCause};
use crate::ids::{IdSource, MessageId};
use crate::interaction::{Handler, InteractionState, OpenedBy, end_autopilot};
use crate::message::{CarrierMessage, NewMessage, Placement, StoredMessage};
use crate::opt_out::Keyword;
use crate::outbox::{OutboxState, UncertainSend, could_be};
use crate::phone::PhoneNumber;
use crate::plan::{Announcement, Diagnostic, Effect, Plan};
use crate::state::ConversationState;
use crate::subscription::{carry_out, read_word};
use crate::time::{Millis, UtcMillis};
use crate::topic::CommandKind;

/// What an arrival is judged by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ArrivalContext {
    /// Now.
    pub now: UtcMillis,
    /// Texts older than this are history; `None` before going live: everything is.
    pub live_since: Option<UtcMillis>,
    /// A text that took longer than this to get here goes to a person only.
    pub late_after: Millis,
    /// New conversations of this number go to the virtual agent first.
    pub bot_takes: bool,
    /// The command of the team's that the text is (V-35), if any.
    pub command: Option<CommandKind>,
}

impl ArrivalContext {
    /// The default of [`ArrivalContext::late_after`].
    pub const LATE_AFTER: Millis = Millis::hours(1);

    /// Whether a text of that carrier time comes too late for a bot.
    #[must_use]
    pub fn is_late(&self, created_at: UtcMillis) -> bool {
        self.now.since(created_at) > self.late_after
    }

    /// Whether a text of that carrier time is new. The carrier's times are whole seconds, so the
    /// second in which Tern went live counts as live.
    #[must_use]
    pub fn is_live(&self, created_at: UtcMillis) -> bool {
        self.live_since
            .is_some_and(|since| created_at >= since.floor_to_second())
    }
}

/// a text to or from a number that Tern does not listen on. Nothing of it is stored but a
/// diagnostics row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NotOurs {
    diagnostic: Diagnostic,
}

impl NotOurs {
    /// The diagnostics row.
    #[must_use]
    pub fn into_plan(self) -> Plan {
        Plan {
            events: Vec::new(),
            effects: vec![Effect::RecordDiagnostic(self.diagnostic)],
        }
    }
}

/// Finds the conversation of an arrival, before any of its state is loaded.
///
/// # Errors
/// [`NotOurs`] if the team's side of the text is none of the configured provider numbers.
pub fn route_arrival(
    message: &CarrierMessage,
    provider_numbers: &[PhoneNumber],
    now: UtcMillis,
) -> Result<ConversationKey, NotOurs> {
    message
        .conversation_key()
        .ok()
        .filter(|key| provider_numbers.contains(&key.provider))
        .ok_or_else(|| NotOurs {
            diagnostic: Diagnostic::NotOurNumber {
                sid: message.sid.clone(),
                at: now,
            },
        })
}

/// Plans one arrival. `state.stored` is the text with the same SID, if it is here already.
///
/// The plan is empty for a repeat that says nothing new, and for an outbound row that may be the send
/// now in flight or uncertain: that row is left to the send's own outcome or look-up, and comes by
/// again with the next poll.
pub fn plan_arrival(
    state: &ConversationState,
    message: &CarrierMessage,
    ctx: &ArrivalContext,
    ids: &mut dyn IdSource,
) -> Plan {
    let mut draft = PlanDraft::new(state, ctx.now, ids);
    match (&state.stored, message.direction) {
        (Some(stored), _) => plan_repeat(&mut draft, state, stored, message, ctx),
        (None, Direction::Inbound) => plan_inbound(&mut draft, state, message, ctx),
        (None, Direction::Outbound) => plan_outbound(&mut draft, state, message, ctx),
    }
    draft.finish()
}

fn plan_inbound(
    draft: &mut PlanDraft<'_>,
    state: &ConversationState,
    message: &CarrierMessage,
    ctx: &ArrivalContext,
) {
    let is_live = ctx.is_live(message.created_at);
    let reading = read_word(state, message, ctx);
    let asks_agent = reading.is_some_and(|reading| reading.does.asks_agent);
    let wants_an_answer = is_live && reading.is_none_or(|reading| reading.does.is_ordinary);

    // What the virtual agent answers is no news to the team, and nobody of it is waited for. What a person has
    // to be asked about is news, and theirs.
    let is_bots = wants_an_answer && !asks_agent && goes_to_bot(draft, state, message, ctx);
    let unread = (wants_an_answer && !is_bots) || (is_live && asks_agent);
    let message_id = store(draft, state, message, is_live, unread);
    if let Some(reading) = &reading {
        carry_out(draft, state, reading, (message, message_id), ctx);
    }
    if !wants_an_answer {
        return;
    }
    // opt-out keywords, then the profile, then the interaction that it is for (P-1).
    draft.match_requester(&state.users);
    let is_late = ctx.is_late(message.created_at);
    if let Some(interaction) = state.active().filter(|_| is_late) {
        // A text that is too late for a bot is the agent's, whatever topic they let it run.
        end_autopilot(draft, interaction, Actor::VirtualAgent, false);
    }
    match state.active().map(|interaction| interaction.state) {
        None if is_bots => begin_with_bot(draft, Actor::Requester, OpenedBy::Requester),
        None => {
            draft.open_interaction(
                Actor::Requester,
                Handler::Queue,
                OpenedBy::Requester,
                is_late,
            );
        }
        Some(InteractionState::OnHold) => draft.record_interaction(
            Actor::Requester,
            EventBody::InteractionStateChanged {
                from: InteractionState::OnHold,
                to: InteractionState::WorkInProgress,
                cause: StateCause::RequesterWrote,
            },
        ),
        // whoever writes again after the longest wait waits anew.
        Some(InteractionState::New) if draft.open_work().is_empty() => {
            draft.queue_work(Actor::Requester, None);
        }
        Some(_) => {}
    }
    if is_bots {
        return;
    }
    draft.push(Effect::Announce(Announcement::TextArrived {
        key: state.key.clone(),
        message_id,
    }));
}

/// the virtual agent has the conversation, or gets it. It is not given what it could not
/// answer: late texts, and requesters whom no text reaches.
fn goes_to_bot(
    draft: &PlanDraft<'_>,
    state: &ConversationState,
    message: &CarrierMessage,
    ctx: &ArrivalContext,
) -> bool {
    match state.active() {
        Some(interaction) => interaction.handler == Handler::VirtualAgent,
        None => {
            ctx.bot_takes
                && !ctx.is_late(message.created_at)
                && state.key.requester.can_be_texted()
                && !draft.is_opted_out()
        }
    }
}

/// I-11: the virtual agent starts at once.
pub(crate) fn begin_with_bot(draft: &mut PlanDraft<'_>, actor: Actor, opened_by: OpenedBy) {
    draft.open_interaction(actor, Handler::VirtualAgent, opened_by, false);
    draft.record_interaction(
        Actor::VirtualAgent,
        EventBody::InteractionStateChanged {
            from: InteractionState::New,
            to: InteractionState::WorkInProgress,
            cause: StateCause::VirtualAgent,
        },
    );
}

/// An outbound row nobody here knows: sent from another laptop or another program.
fn plan_outbound(
    draft: &mut PlanDraft<'_>,
    state: &ConversationState,
    message: &CarrierMessage,
    ctx: &ArrivalContext,
) {
    if state.open_sends.iter().any(|entry| {
        matches!(
            entry.state,
            OutboxState::InFlight { .. } | OutboxState::Uncertain { .. }
        ) && UncertainSend::of(entry).is_some_and(|send| could_be(&send, message))
    }) {
        return;
    }
    let is_live = ctx.is_live(message.created_at);
    let message_id = store(draft, state, message, is_live, false);
    learn_from_failure(draft, state, message, message_id, is_live);
}

fn store(
    draft: &mut PlanDraft<'_>,
    state: &ConversationState,
    message: &CarrierMessage,
    is_live: bool,
    unread: bool,
) -> MessageId {
    let message_id = MessageId::next(draft.ids());
    draft.push(Effect::StoreMessage(NewMessage {
        message_id,
        key: state.key.clone(),
        sid: Some(message.sid.clone()),
        direction: message.direction,
        body: message.body.clone(),
        status: message.status.clone(),
        error_code: message.error_code,
        segments: message.segments,
        media_count: message.media_count,
        media: Vec::new(),
        at: message.created_at,
        author: None,
        placement: if is_live {
            Placement::Live
        } else {
            Placement::History
        },
        unread,
    }));
    if message.media_count > 0 {
        draft.push(Effect::FetchMedia {
            message_id,
            sid: message.sid.clone(),
        });
    }
    message_id
}

/// The same text again: only its delivery can have moved on.
fn plan_repeat(
    draft: &mut PlanDraft<'_>,
    state: &ConversationState,
    stored: &StoredMessage,
    message: &CarrierMessage,
    ctx: &ArrivalContext,
) {
    let status = DeliveryStatus::advance(stored.status.clone(), message.status.clone());
    let has_advanced = status != stored.status;
    let speaks_of_the_same = status == message.status;
    let error_code = if speaks_of_the_same {
        message.error_code.or(stored.error_code)
    } else {
        stored.error_code
    };
    let segments = (message.segments > stored.segments).then_some(message.segments);
    if has_advanced || error_code != stored.error_code || segments.is_some() {
        draft.push(Effect::AdvanceDelivery {
            message_id: stored.message_id,
            status: status.clone(),
            error_code,
            segments,
        });
    }
    if message.direction == Direction::Outbound && has_advanced && status.is_failure() {
        let is_live = ctx.is_live(message.created_at);
        learn_from_failure(draft, state, message, stored.message_id, is_live);
        draft.push(Effect::Announce(Announcement::SendFailed {
            key: state.key.clone(),
            message_id: stored.message_id,
        }));
    }
}

/// S-7: a text refused because the requester opted out sets the block even if no STOP was seen.
fn learn_from_failure(
    draft: &mut PlanDraft<'_>,
    state: &ConversationState,
    message: &CarrierMessage,
    message_id: MessageId,
    is_live: bool,
) {
    let Some(code) = message.error_code.filter(|_| message.status.is_failure()) else {
        return;
    };
    if explain(code).consequence == Some(Consequence::MarkOptedOut) {
        let learned = state.opt_out.with(Keyword::OptOut, message.created_at);
        draft.learn_opt_out(
            learned,
            OptOutEvidence::Refusal { code },
            (message.created_at, Some(message_id)),
            is_live,
        );
    }
}

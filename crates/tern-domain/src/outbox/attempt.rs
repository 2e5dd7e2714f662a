//! One attempt to send: claimed before the request, closed by its outcome.

use super::order::due_at;
use super::{Obstacle, OutboxEntry, OutboxState, Refusal};
use crate::carrier_errors::{Consequence, RetryAdvice, explain};
use crate::delivery::DeliveryStatus;
use crate::draft::PlanDraft;
use crate::event::{Actor, EventBody, OptOutEvidence};
use crate::ids::{IdSource, TimerId};
use crate::message::CarrierMessage;
use crate::opt_out::Keyword;
use crate::plan::{Announcement, Effect, Plan};
use crate::schedule::{CREDENTIALS_RETRY, send_back_off};
use crate::state::ConversationState;
use crate::time::{Millis, UtcMillis};
use crate::wipe::{CarrierWipe, WipeCause};

/// Twilio's code for a recipient who opted out; used for texts that Tern itself holds back for that reason.
const OPTED_OUT: u32 = 21610;

/// What to do with a text whose turn has come.
#[derive(Debug, Clone, PartialEq)]
pub enum Attempt {
    /// Commit this, then make the request.
    Post(Plan),
    /// Commit this; make no request: the requester has opted out in the meantime.
    Refuse(Plan),
}

/// Why an entry cannot be tried or closed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum AttemptRefusal {
    /// Its state, or the time, does not allow an attempt.
    #[error("the text is not due ({state})")]
    NotDue {
        /// Kind of state it is in.
        state: &'static str,
    },
    /// It is not in flight, so no request can have had an outcome.
    #[error("the text is not in flight ({state})")]
    NotInFlight {
        /// Kind of state it is in.
        state: &'static str,
    },
}

/// How a request ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SendOutcome {
    /// The carrier has it.
    Accepted(CarrierMessage),
    /// The carrier answered no.
    Refused {
        /// Twilio's code, if the answer had one.
        code: Option<u32>,
    },
    /// The pictures cannot be published at all; the request was not made.
    PicturesNotPublished,
    /// The code that it was to carry is not there any more; the request was not made.
    CodeGone,
    /// No connection came about, so the request was certainly not carried out.
    NotReached,
    /// The request was certainly not carried out: too many at once.
    NotExecuted {
        /// What the carrier asked to wait.
        retry_after: Option<Millis>,
    },
    /// No answer, or one that leaves it open.
    MaybeExecuted,
}

/// Plans the claim of a text whose turn has come (see [`super::next_due`]).
///
/// `carrier_now` is the same moment by the carrier's clock: it is what the carrier's row is compared with,
/// should the answer be lost.
///
/// # Errors
/// [`AttemptRefusal::NotDue`].
pub fn plan_attempt(
    state: &ConversationState,
    entry: &OutboxEntry,
    now: UtcMillis,
    carrier_now: UtcMillis,
    ids: &mut dyn IdSource,
) -> Result<Attempt, AttemptRefusal> {
    if due_at(entry).is_none_or(|at| at > now) {
        return Err(AttemptRefusal::NotDue {
            state: entry.state.kind(),
        });
    }
    let mut draft = PlanDraft::new(state, now, ids);
    end_hold(&mut draft, entry);
    if state.opt_out.is_in_force() {
        refuse(
            &mut draft,
            state,
            entry,
            Refusal::Carrier {
                code: Some(OPTED_OUT),
            },
        );
        return Ok(Attempt::Refuse(draft.finish()));
    }
    draft.push(Effect::UpdateOutbox(OutboxEntry {
        attempts: entry.attempts.saturating_add(1),
        last_tried_at: Some(carrier_now),
        state: OutboxState::InFlight { t0: carrier_now },
        ..entry.clone()
    }));
    Ok(Attempt::Post(draft.finish()))
}

/// Plans what the outcome of a request means.
///
/// Publishing pictures and looking for a code come before the claim, so [`SendOutcome::NotReached`],
/// [`SendOutcome::NotExecuted`], [`SendOutcome::PicturesNotPublished`] and [`SendOutcome::CodeGone`] are also taken for a
/// text that is due but not in flight.
///
/// # Errors
/// [`AttemptRefusal::NotInFlight`] if the entry can have had no such outcome.
pub fn plan_outcome(
    state: &ConversationState,
    entry: &OutboxEntry,
    outcome: &SendOutcome,
    now: UtcMillis,
    ids: &mut dyn IdSource,
) -> Result<Plan, AttemptRefusal> {
    let is_before_request = matches!(
        outcome,
        SendOutcome::NotReached
            | SendOutcome::NotExecuted { .. }
            | SendOutcome::PicturesNotPublished
            | SendOutcome::CodeGone
    );
    let is_in_flight = matches!(entry.state, OutboxState::InFlight { .. });
    let can_end = is_in_flight || (is_before_request && due_at(entry).is_some());
    if !can_end {
        return Err(AttemptRefusal::NotInFlight {
            state: entry.state.kind(),
        });
    }
    // An attempt that ended before the claim still counts, or it would be repeated without pause.
    let entry = &OutboxEntry {
        attempts: if is_in_flight {
            entry.attempts
        } else {
            entry.attempts.saturating_add(1)
        },
        ..entry.clone()
    };
    let mut draft = PlanDraft::new(state, now, ids);
    end_hold(&mut draft, entry);
    match outcome {
        SendOutcome::Accepted(message) => accept(&mut draft, entry, message),
        SendOutcome::Refused { code } => refused_by_carrier(&mut draft, state, entry, *code, now),
        SendOutcome::PicturesNotPublished => {
            refuse(&mut draft, state, entry, Refusal::PicturesNotPublished)
        }
        SendOutcome::CodeGone => refuse(&mut draft, state, entry, Refusal::CodeGone),
        SendOutcome::NotReached => {
            let at = now + send_back_off(entry.attempts, entry.message_id);
            retry(&mut draft, entry, at, None, Obstacle::Unreachable);
        }
        SendOutcome::NotExecuted { retry_after } => {
            let pause = send_back_off(entry.attempts, entry.message_id)
                .max(retry_after.unwrap_or(Millis::ZERO));
            retry(&mut draft, entry, now + pause, None, Obstacle::Pace);
        }
        SendOutcome::MaybeExecuted => become_uncertain(&mut draft, state, entry, now),
    }
    Ok(draft.finish())
}

/// Plans what the return of the connection, with the old credentials or with new ones, means for a text
/// that waits to be tried again.
///
/// What waited for the connection is due at once, and so is what waited for credentials. If credentials
/// are refused for sending alone, each refusal makes the next wait longer all the same, or Tern would
/// knock as often as it looks at the list. A pause that the carrier asked for is kept.
#[must_use]
pub fn plan_reconnection(
    state: &ConversationState,
    entry: &OutboxEntry,
    now: UtcMillis,
    ids: &mut dyn IdSource,
) -> Plan {
    let mut draft = PlanDraft::new(state, now, ids);
    if let OutboxState::RetryAt { at, code, obstacle } = entry.state {
        let sooner = match obstacle {
            Obstacle::Unreachable => now,
            Obstacle::Credentials if entry.attempts <= 1 => now,
            Obstacle::Credentials => now + send_back_off(entry.attempts, entry.message_id),
            Obstacle::Pace => at,
        };
        if sooner < at {
            retry(&mut draft, entry, sooner, code, obstacle);
        }
    }
    draft.finish()
}

/// Plans what to do with a text that was in flight when Tern last stopped: it may have been sent.
///
/// # Errors
/// [`AttemptRefusal::NotInFlight`].
pub fn plan_recovery(
    state: &ConversationState,
    entry: &OutboxEntry,
    now: UtcMillis,
    ids: &mut dyn IdSource,
) -> Result<Plan, AttemptRefusal> {
    if !matches!(entry.state, OutboxState::InFlight { .. }) {
        return Err(AttemptRefusal::NotInFlight {
            state: entry.state.kind(),
        });
    }
    let mut draft = PlanDraft::new(state, now, ids);
    become_uncertain(&mut draft, state, entry, now);
    Ok(draft.finish())
}

/// Plans what to do with a text that a restored backup has on its way: whoever had the desk since may have sent it. It
/// becomes uncertain, as if its request had been made when it was last tried, or written.
#[must_use]
pub fn plan_restored(
    state: &ConversationState,
    entry: &OutboxEntry,
    now: UtcMillis,
    ids: &mut dyn IdSource,
) -> Plan {
    let mut draft = PlanDraft::new(state, now, ids);
    if entry.state.is_finished() || matches!(entry.state, OutboxState::Uncertain { .. }) {
        return draft.finish();
    }
    end_hold(&mut draft, entry);
    let t0 = match entry.state {
        OutboxState::InFlight { t0 } => t0,
        _ => entry.last_tried_at.unwrap_or(entry.created_at),
    };
    let in_flight = OutboxEntry {
        state: OutboxState::InFlight { t0 },
        ..entry.clone()
    };
    become_uncertain(&mut draft, state, &in_flight, now);
    draft.finish()
}

/// A hold that is over has no timer any more, whoever noticed first: the timers or the outbox.
fn end_hold(draft: &mut PlanDraft<'_>, entry: &OutboxEntry) {
    if matches!(entry.state, OutboxState::Held { .. }) {
        draft.push(Effect::CancelTimer(TimerId::of_held_send(entry.message_id)));
    }
}

/// Ties the text to its row.
pub(super) fn bind(draft: &mut PlanDraft<'_>, entry: &OutboxEntry, message: &CarrierMessage) {
    draft.push(Effect::UpdateOutbox(OutboxEntry {
        state: OutboxState::Sent {
            sid: Some(message.sid.clone()),
        },
        ..entry.clone()
    }));
    draft.push(Effect::BindSid {
        message_id: entry.message_id,
        sid: message.sid.clone(),
        at: message.created_at,
    });
    // L-14: the carrier is to forget the digits as soon as they arrived.
    if entry.holds_code {
        let cause = WipeCause::SecureAnswer;
        let wipe = CarrierWipe::due(entry.message_id, cause, false, draft.now());
        draft.push(Effect::WipeAtCarrier(wipe));
    }
}

/// The carrier has it: ties the text to its row, and takes over where it stands.
pub(super) fn accept(draft: &mut PlanDraft<'_>, entry: &OutboxEntry, message: &CarrierMessage) {
    bind(draft, entry, message);
    draft.push(Effect::AdvanceDelivery {
        message_id: entry.message_id,
        status: DeliveryStatus::advance(DeliveryStatus::Accepted, message.status.clone()),
        error_code: message.error_code,
        segments: (message.segments > 0).then_some(message.segments),
    });
    // The thread shows what the requester got: pictures from a public place are not in the store yet.
    if !entry.pictures.is_empty() {
        draft.push(Effect::FetchMedia {
            message_id: entry.message_id,
            sid: message.sid.clone(),
        });
    }
}

fn refused_by_carrier(
    draft: &mut PlanDraft<'_>,
    state: &ConversationState,
    entry: &OutboxEntry,
    code: Option<u32>,
    now: UtcMillis,
) {
    let problem = code.map(explain);
    match problem.as_ref().and_then(|problem| problem.consequence) {
        Some(Consequence::CredentialsDead) => {
            let at = now + CREDENTIALS_RETRY;
            retry(draft, entry, at, code, Obstacle::Credentials);
            draft.push(Effect::Announce(Announcement::CredentialsRefused {
                code: code.unwrap_or_default(),
            }));
            return;
        }
        Some(Consequence::MarkOptedOut) => {
            let learned = state.opt_out.with(Keyword::OptOut, now);
            draft.learn_opt_out(
                learned,
                OptOutEvidence::Refusal {
                    code: code.unwrap_or(OPTED_OUT),
                },
                (now, Some(entry.message_id)),
                true,
            );
        }
        None => {}
    }
    if problem.is_some_and(|problem| problem.retry == RetryAdvice::Automatic) {
        retry(
            draft,
            entry,
            now + send_back_off(entry.attempts, entry.message_id),
            code,
            Obstacle::Pace,
        );
    } else {
        refuse(draft, state, entry, Refusal::Carrier { code });
    }
}

fn retry(
    draft: &mut PlanDraft<'_>,
    entry: &OutboxEntry,
    at: UtcMillis,
    code: Option<u32>,
    obstacle: Obstacle,
) {
    draft.push(Effect::UpdateOutbox(OutboxEntry {
        state: OutboxState::RetryAt { at, code, obstacle },
        ..entry.clone()
    }));
}

fn refuse(
    draft: &mut PlanDraft<'_>,
    state: &ConversationState,
    entry: &OutboxEntry,
    refusal: Refusal,
) {
    draft.push(Effect::UpdateOutbox(OutboxEntry {
        state: OutboxState::Refused { refusal },
        ..entry.clone()
    }));
    draft.push(Effect::AdvanceDelivery {
        message_id: entry.message_id,
        status: DeliveryStatus::Failed,
        error_code: refusal.code(),
        segments: None,
    });
    // Nobody at the desk can do anything about a code; whoever waits for it asks for another one.
    if !entry.holds_code {
        draft.push(Effect::Announce(Announcement::SendFailed {
            key: state.key.clone(),
            message_id: entry.message_id,
        }));
    }
}

/// S-7: what waits when the requester opts out is not sent. What is in flight can only be waited for.
pub(crate) fn refuse_what_waits(draft: &mut PlanDraft<'_>, state: &ConversationState) {
    for entry in &state.open_sends {
        if due_at(entry).is_none() {
            continue;
        }
        end_hold(draft, entry);
        let code = Some(OPTED_OUT);
        refuse(draft, state, entry, Refusal::Carrier { code });
    }
}

fn become_uncertain(
    draft: &mut PlanDraft<'_>,
    state: &ConversationState,
    entry: &OutboxEntry,
    now: UtcMillis,
) {
    let OutboxState::InFlight { t0 } = entry.state else {
        return;
    };
    draft.push(Effect::UpdateOutbox(OutboxEntry {
        state: OutboxState::Uncertain { since: now, t0 },
        ..entry.clone()
    }));
    draft.record(
        Actor::System,
        EventBody::SendBecameUncertain {
            message_id: entry.message_id,
        },
    );
    draft.push(Effect::Announce(Announcement::SendUncertain {
        key: state.key.clone(),
        message_id: entry.message_id,
    }));
}

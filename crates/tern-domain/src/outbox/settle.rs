//! How an uncertain send ends, and how a text is called back before it leaves.

use super::attempt::{accept, bind};
use super::matching::{UncertainSend, could_be};
use super::{OutboxEntry, OutboxState};
use crate::delivery::DeliveryStatus;
use crate::desk::ReplyClocks;
use crate::draft::PlanDraft;
use crate::event::{Actor, EventBody, SettledAs};
use crate::ids::{IdSource, TimerId};
use crate::message::CarrierMessage;
use crate::plan::{Effect, Plan};
use crate::state::ConversationState;
use crate::time::UtcMillis;

/// The end of an uncertainty.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(
    clippy::large_enum_variant,
    reason = "one lives for the length of a call; a box would only be in the way"
)]
pub enum Settlement {
    /// A look-up found exactly one row.
    Found(CarrierMessage),
    /// The agent says it arrived.
    WasSent,
    /// The agent wants it sent (again) and accepts that it may arrive twice.
    SendAgain,
    /// The agent drops it.
    Discard,
}

/// Why an entry cannot be settled.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SettleRefusal {
    /// Its code was put in as it left, is kept nowhere, and counts no more (L-2).
    #[error("the text held a code that is not kept")]
    HeldCode,
    /// There is nothing to settle: it was settled already.
    #[error("the text is not uncertain ({state})")]
    NotUncertain {
        /// Kind of state it is in.
        state: &'static str,
    },
}

/// Why a text cannot be called back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum RecallRefusal {
    /// It has left, or may have.
    #[error("the text has left already ({state})")]
    TooLate {
        /// Kind of state it is in.
        state: &'static str,
    },
}

/// Plans the end of an uncertainty. `actor` is the agent who decided, or the carrier for a look-up.
///
/// # Errors
/// [`SettleRefusal::NotUncertain`].
pub fn plan_settle(
    state: &ConversationState,
    entry: &OutboxEntry,
    settlement: &Settlement,
    actor: Actor,
    now: UtcMillis,
    ids: &mut dyn IdSource,
) -> Result<Plan, SettleRefusal> {
    if !matches!(entry.state, OutboxState::Uncertain { .. }) {
        return Err(SettleRefusal::NotUncertain {
            state: entry.state.kind(),
        });
    }
    if entry.holds_code && *settlement == Settlement::SendAgain {
        return Err(SettleRefusal::HeldCode);
    }
    let mut draft = PlanDraft::new(state, now, ids);
    let settled_as = match settlement {
        Settlement::Found(message) => {
            accept(&mut draft, entry, message);
            SettledAs::Found {
                sid: message.sid.clone(),
            }
        }
        Settlement::WasSent => {
            close(
                &mut draft,
                entry,
                OutboxState::Sent { sid: None },
                DeliveryStatus::Sent,
            );
            SettledAs::WasSent
        }
        Settlement::SendAgain => {
            draft.push(Effect::UpdateOutbox(OutboxEntry {
                state: OutboxState::Waiting,
                ..entry.clone()
            }));
            SettledAs::SendAgain
        }
        Settlement::Discard => {
            close(
                &mut draft,
                entry,
                OutboxState::Discarded,
                DeliveryStatus::Canceled,
            );
            SettledAs::Discarded
        }
    };
    draft.record(
        actor,
        EventBody::SendSettled {
            message_id: entry.message_id,
            settled_as,
        },
    );
    Ok(draft.finish())
}

/// Plans tying a row that turned up late to the text of ours that it is: one of `vouched`, which are
/// sent by an agent's word alone. `None` if it is none of them. What the row says beyond that is an
/// arrival like any other.
#[must_use]
pub fn plan_late_row(
    state: &ConversationState,
    vouched: &[OutboxEntry],
    row: &CarrierMessage,
    now: UtcMillis,
    ids: &mut dyn IdSource,
) -> Option<Plan> {
    let entry = vouched.iter().find(|entry| {
        matches!(entry.state, OutboxState::Sent { sid: None })
            && UncertainSend::of(entry).is_some_and(|send| could_be(&send, row))
    })?;
    let mut draft = PlanDraft::new(state, now, ids);
    bind(&mut draft, entry, row);
    Some(draft.finish())
}

/// Plans calling a text back before it leaves: while it is held, waits for its turn or for a retry.
///
/// # Errors
/// [`RecallRefusal::TooLate`].
pub fn plan_recall(
    state: &ConversationState,
    entry: &OutboxEntry,
    now: UtcMillis,
    ids: &mut dyn IdSource,
) -> Result<Plan, RecallRefusal> {
    if !matches!(
        entry.state,
        OutboxState::Held { .. } | OutboxState::Waiting | OutboxState::RetryAt { .. }
    ) {
        return Err(RecallRefusal::TooLate {
            state: entry.state.kind(),
        });
    }
    let mut draft = PlanDraft::new(state, now, ids);
    // Whatever came between the hold and now: what was called back wakes nobody.
    draft.push(Effect::CancelTimer(TimerId::of_held_send(entry.message_id)));
    close(
        &mut draft,
        entry,
        OutboxState::Canceled,
        DeliveryStatus::Canceled,
    );
    turn_clocks_back(&mut draft, state, entry);
    Ok(draft.finish())
}

/// A text that never left answered nobody. If a later one still answers, that one has to remember what
/// this one did.
fn turn_clocks_back(draft: &mut PlanDraft<'_>, state: &ConversationState, entry: &OutboxEntry) {
    let written_at = Some(entry.created_at);
    let clocks = state.clocks;
    if clocks.answered_at == written_at {
        let before = ReplyClocks {
            waiting_since: entry.clocks_before.waiting_since.or(clocks.waiting_since),
            answered_at: entry.clocks_before.answered_at,
        };
        draft.turn_clocks_back(before, entry.watched_before.as_ref());
    } else if clocks.answered_at.is_none() {
        // The requester wrote in the meantime, and has waited since before that.
        let before = ReplyClocks {
            waiting_since: entry.clocks_before.waiting_since.or(clocks.waiting_since),
            answered_at: None,
        };
        draft.turn_clocks_back(before, entry.watched_before.as_ref());
    }
    for later in &state.open_sends {
        if later.message_id != entry.message_id && later.clocks_before.answered_at == written_at {
            draft.push(Effect::UpdateOutbox(OutboxEntry {
                clocks_before: entry.clocks_before,
                watched_before: entry.watched_before.clone(),
                ..later.clone()
            }));
        }
    }
}

fn close(
    draft: &mut PlanDraft<'_>,
    entry: &OutboxEntry,
    state: OutboxState,
    status: DeliveryStatus,
) {
    draft.push(Effect::UpdateOutbox(OutboxEntry {
        state,
        ..entry.clone()
    }));
    draft.push(Effect::AdvanceDelivery {
        message_id: entry.message_id,
        status,
        error_code: None,
        segments: None,
    });
}

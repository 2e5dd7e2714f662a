//! Snoozing and pinning.

use crate::draft::PlanDraft;
use crate::event::{Actor, EventBody, SnoozeEnd};
use crate::ids::{AgentId, IdSource, TimerId};
use crate::plan::{Announcement, Effect, Plan, Timer, TimerPurpose};
use crate::state::ConversationState;
use crate::time::{Millis, UtcMillis};

/// Longest snooze.
pub const MAX_SNOOZE: Millis = Millis::days(366);

/// An agent's marks on a conversation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct DeskMarks {
    /// Stands first in its list.
    pub is_pinned: bool,
    /// Out of the lists until then, or until the requester writes.
    pub snoozed_until: Option<UtcMillis>,
    /// A messaging action asked for an answer then (M-4), and nobody has given one.
    pub prompted_at: Option<UtcMillis>,
}

impl DeskMarks {
    /// No marks.
    pub const NONE: Self = Self {
        is_pinned: false,
        snoozed_until: None,
        prompted_at: None,
    };
}

/// Why a mark cannot be set. The words are for the agent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum DeskRefusal {
    /// Only work in hand is kept in order; closed is closed.
    #[error("there is no open work in this conversation")]
    NothingActive,
    /// A snooze ends in the future.
    #[error("this time is not in the future")]
    NotInFuture,
    /// Nobody plans that far.
    #[error("this is more than a year away")]
    TooFar,
}

/// Plans a snooze until an instant. A snoozed conversation gets the new time.
///
/// # Errors
/// [`DeskRefusal`].
pub fn plan_snooze(
    state: &ConversationState,
    until: UtcMillis,
    agent: AgentId,
    now: UtcMillis,
    ids: &mut dyn IdSource,
) -> Result<Plan, DeskRefusal> {
    let interaction = state.active().ok_or(DeskRefusal::NothingActive)?.id;
    if until <= now {
        return Err(DeskRefusal::NotInFuture);
    }
    if until.since(now) > MAX_SNOOZE {
        return Err(DeskRefusal::TooFar);
    }
    let mut draft = PlanDraft::new(state, now, ids);
    draft.change_marks(|marks| marks.snoozed_until = Some(until));
    draft.push(Effect::ArmTimer(Timer {
        id: TimerId::of_snooze(interaction),
        due_at: until,
        purpose: TimerPurpose::SnoozeEnds { interaction },
    }));
    draft.record(
        Actor::Agent(agent),
        EventBody::ConversationSnoozed { until },
    );
    Ok(draft.finish())
}

/// Plans waking a conversation by hand. Nothing is planned for one that is awake.
pub fn plan_unsnooze(
    state: &ConversationState,
    agent: AgentId,
    now: UtcMillis,
    ids: &mut dyn IdSource,
) -> Plan {
    let mut draft = PlanDraft::new(state, now, ids);
    draft.wake(Actor::Agent(agent), SnoozeEnd::Agent);
    draft.finish()
}

/// Plans the end of a snooze whose time has come: back in the list, and marked as unread so that it
/// is seen. Nothing is planned if it was woken meanwhile or is to sleep longer.
pub fn plan_snooze_due(state: &ConversationState, now: UtcMillis, ids: &mut dyn IdSource) -> Plan {
    let mut draft = PlanDraft::new(state, now, ids);
    if state.marks.snoozed_until.is_some_and(|until| until <= now) {
        draft.wake(Actor::System, SnoozeEnd::Due);
        draft.push(Effect::MarkUnread(state.key.clone()));
        draft.push(Effect::Announce(Announcement::SnoozeEnded {
            key: state.key.clone(),
        }));
    }
    draft.finish()
}

/// Plans pinning. Nothing is planned for a conversation that is pinned.
///
/// # Errors
/// [`DeskRefusal::NothingActive`].
pub fn plan_pin(
    state: &ConversationState,
    agent: AgentId,
    now: UtcMillis,
    ids: &mut dyn IdSource,
) -> Result<Plan, DeskRefusal> {
    state.active().ok_or(DeskRefusal::NothingActive)?;
    Ok(plan_pinned(state, true, agent, now, ids))
}

/// Plans taking the pin off.
pub fn plan_unpin(
    state: &ConversationState,
    agent: AgentId,
    now: UtcMillis,
    ids: &mut dyn IdSource,
) -> Plan {
    plan_pinned(state, false, agent, now, ids)
}

fn plan_pinned(
    state: &ConversationState,
    is_pinned: bool,
    agent: AgentId,
    now: UtcMillis,
    ids: &mut dyn IdSource,
) -> Plan {
    let mut draft = PlanDraft::new(state, now, ids);
    if state.marks.is_pinned != is_pinned {
        draft.change_marks(|marks| marks.is_pinned = is_pinned);
        let body = if is_pinned {
            EventBody::ConversationPinned
        } else {
            EventBody::ConversationUnpinned
        };
        draft.record(Actor::Agent(agent), body);
    }
    draft.finish()
}

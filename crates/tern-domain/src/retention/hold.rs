//! Legal holds: what must not be deleted, whatever the policies say, until somebody releases it.

use serde::{Deserialize, Serialize};

use super::recorded;
use crate::address::ConversationKey;
use crate::aggregate::AggregateRef;
use crate::event::{Actor, EventBody};
use crate::ids::{AgentId, EventId, IdSource, PersonId};
use crate::plan::Plan;
use crate::time::UtcMillis;

/// Characters of a reason at most.
pub const LONGEST_REASON: usize = 500;

/// What is held.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum HoldSubject {
    /// One conversation.
    Conversation {
        /// Which.
        key: ConversationKey,
    },
    /// Everything with a person.
    Person {
        /// Who.
        person: PersonId,
    },
}

/// A hold that is in force.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LegalHold {
    /// The event that placed it.
    pub id: EventId,
    /// What is held.
    pub subject: HoldSubject,
    /// Conversations that the person had when it was placed: they stay held when the directory changes.
    #[serde(default)]
    pub conversations: Vec<ConversationKey>,
    /// Why.
    pub reason: String,
    /// Who placed it.
    pub by: AgentId,
    /// When.
    pub at: UtcMillis,
}

/// Why a hold is not placed or released.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum HoldRefusal {
    /// Nobody would know later what it was for.
    #[error("a legal hold needs a reason")]
    NoReason,
    /// More than [`LONGEST_REASON`] characters.
    #[error("the reason is too long")]
    ReasonTooLong,
}

/// Somebody wants to delete, or to write over, what is under a legal hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("this is under a legal hold")]
pub struct OnHold;

/// Whether somebody may delete something by hand, or write over its words. The policies ask [`judge()`](super::judge());
/// every rule about what hands delete asks this.
///
/// # Errors
/// [`OnHold`] while the conversation that it belongs to, or the person, is held.
pub const fn check_not_held(is_held: bool) -> Result<(), OnHold> {
    if is_held { Err(OnHold) } else { Ok(()) }
}

fn checked(reason: &str) -> Result<String, HoldRefusal> {
    let reason = reason.trim();
    if reason.is_empty() {
        return Err(HoldRefusal::NoReason);
    }
    if reason.chars().count() > LONGEST_REASON {
        return Err(HoldRefusal::ReasonTooLong);
    }
    Ok(reason.to_owned())
}

/// What a hold is written on: the timelines of the conversations, and the person's own history.
fn written_on(subject: &HoldSubject, conversations: &[ConversationKey]) -> Vec<AggregateRef> {
    match subject {
        HoldSubject::Conversation { key } => vec![AggregateRef::Conversation(key.clone())],
        HoldSubject::Person { person } => std::iter::once(AggregateRef::Person(*person))
            .chain(
                conversations
                    .iter()
                    .cloned()
                    .map(AggregateRef::Conversation),
            )
            .collect(),
    }
}

/// Places a hold. `conversations` are those of the person, if one is held; `version_of` tells how many events an
/// aggregate has.
///
/// # Errors
/// [`HoldRefusal`] without a reason that can be kept.
pub fn plan_hold(
    subject: HoldSubject,
    conversations: Vec<ConversationKey>,
    reason: &str,
    by: AgentId,
    now: UtcMillis,
    version_of: &dyn Fn(&AggregateRef) -> u32,
    ids: &mut dyn IdSource,
) -> Result<(LegalHold, Plan), HoldRefusal> {
    let reason = checked(reason)?;
    let mut plan = Plan::default();
    for aggregate in written_on(&subject, &conversations) {
        let version = version_of(&aggregate);
        let body = EventBody::LegalHoldPlaced {
            reason: reason.clone(),
        };
        let one = recorded(aggregate, version, Actor::Agent(by), now, body, ids);
        plan.events.extend(one.events);
    }
    let id = plan
        .events
        .first()
        .map_or_else(|| EventId::next(ids), |event| event.id);
    let hold = LegalHold {
        id,
        subject,
        conversations,
        reason,
        by,
        at: now,
    };
    Ok((hold, plan))
}

/// Releases a hold: from the next run on, the policies count again.
///
/// # Errors
/// [`HoldRefusal`] without a reason that can be kept.
pub fn plan_release(
    hold: &LegalHold,
    reason: &str,
    by: AgentId,
    now: UtcMillis,
    version_of: &dyn Fn(&AggregateRef) -> u32,
    ids: &mut dyn IdSource,
) -> Result<Plan, HoldRefusal> {
    let reason = checked(reason)?;
    let mut plan = Plan::default();
    for aggregate in written_on(&hold.subject, &hold.conversations) {
        let version = version_of(&aggregate);
        let body = EventBody::LegalHoldReleased {
            reason: reason.clone(),
        };
        let one = recorded(aggregate, version, Actor::Agent(by), now, body, ids);
        plan.events.extend(one.events);
    }
    Ok(plan)
}

//! What a queue tells the requester, and when (R-4, H-3, H-4, H-7, H-14, Q-13).
//!
//! All of it is off until a team writes the words. Nothing is told where a text may not leave: then the
//! conversation goes on as if no words were written.

use std::collections::BTreeMap;

use super::config::RoutingConfig;
use super::queue::{Availability, Queue, availability};
use super::work_item::WorkItem;
use crate::agents::AgentPresence;
use crate::draft::PlanDraft;
use crate::ids::{AgentId, QueueId};
use crate::message::MessageText;
use crate::phone::PhoneNumber;
use crate::send::{cannot_send, store_system_text};
use crate::state::ConversationState;
use crate::system_message::SystemMessage;
use crate::time::UtcMillis;

/// What a queue's texts are judged by.
#[derive(Debug, Clone, Copy)]
pub struct Telling<'a> {
    /// The queue.
    pub queue: &'a Queue,
    /// Whether somebody of it would answer now.
    pub availability: Availability,
    /// The numbers a text may leave from.
    pub provider_numbers: &'a [PhoneNumber],
}

impl<'a> Telling<'a> {
    /// What a queue tells now; `None` where the queue is gone.
    #[must_use]
    pub fn of(
        queue: Option<QueueId>,
        config: &'a RoutingConfig,
        presence: &BTreeMap<AgentId, AgentPresence>,
        provider_numbers: &'a [PhoneNumber],
        now: UtcMillis,
    ) -> Option<Self> {
        let queue = config.queues.iter().find(|known| Some(known.id) == queue)?;
        Some(Self {
            queue,
            availability: availability(queue, config, presence, now),
            provider_numbers,
        })
    }
}

/// What is told when work begins to wait: nobody would answer now (R-4, H-3), or the queue is closed (H-4).
/// Told once in an interaction, when its first item finds its queue. A text that arrived late has waited
/// longer than an automatic answer helps.
pub(super) fn tell_of_absence(
    draft: &mut PlanDraft<'_>,
    state: &ConversationState,
    item: &WorkItem,
    telling: &Telling<'_>,
    now: UtcMillis,
) {
    let is_late = state.active().is_none_or(|active| active.arrived_late);
    if !is_first(item) || is_late {
        return;
    }
    let words = match telling.availability {
        Availability::Available => return,
        Availability::NobodyThere => &telling.queue.nobody_message,
        Availability::OutOfHours { .. } => &telling.queue.closed_message,
    };
    let said = (SystemMessage::NobodyAvailable, words.as_str());
    tell(draft, state, said, telling, now);
}

/// H-7: what the queue says when an agent accepts or takes it, once in an interaction. Whoever writes to the
/// requester instead has given the first response already.
pub(crate) fn greet(
    draft: &mut PlanDraft<'_>,
    state: &ConversationState,
    item: &WorkItem,
    telling: &Telling<'_>,
    now: UtcMillis,
) {
    if is_first(item) {
        let words = telling.queue.first_response.as_str();
        tell(
            draft,
            state,
            (SystemMessage::FirstAgentResponse, words),
            telling,
            now,
        );
    }
}

/// Put back, handed on or taken over, a conversation has been greeted before.
const fn is_first(item: &WorkItem) -> bool {
    item.previous.is_none() && item.handed_on_by.is_none()
}

/// Writes a queue's words to the requester, if there are any and a text may leave.
pub(super) fn tell(
    draft: &mut PlanDraft<'_>,
    state: &ConversationState,
    (kind, words): (SystemMessage, &str),
    telling: &Telling<'_>,
    now: UtcMillis,
) {
    if words.trim().is_empty() || cannot_send(state, telling.provider_numbers).is_some() {
        return;
    }
    let body = MessageText::new(words.to_owned());
    store_system_text(draft, &state.key, kind, body, now);
}

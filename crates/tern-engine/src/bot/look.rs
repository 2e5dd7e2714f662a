//! What the virtual agent knows of the desk: the queue that would take its conversation, and who is there.

use jiff::tz::TimeZone;
use tern_domain::bot::{Surroundings, known_facts};
use tern_domain::routing::{Availability, Queue, availability};
use tern_domain::topic::BotValue;
use tern_domain::{ConversationId, ConversationKey, UtcMillis};
use tern_store::{ReadConn, StoreError};

use crate::routing::find_queue;

/// A look at the desk from one conversation.
pub(super) struct DeskLook {
    queue: Option<(Queue, Availability)>,
    customer_name: String,
}

impl DeskLook {
    pub(super) fn take(
        conn: &ReadConn<'_>,
        conversation: ConversationId,
        key: &ConversationKey,
        now: UtcMillis,
    ) -> Result<Self, StoreError> {
        let config = conn.load_routing_config()?;
        let queue = find_queue(conn, &config, conversation, key, now)?.cloned();
        let queue = match queue {
            Some(queue) => {
                let there = availability(&queue, &config, &conn.load_presence()?, now);
                Some((queue, there))
            }
            None => None,
        };
        Ok(Self {
            queue,
            customer_name: conn.load_conversation(conversation)?.requester_name,
        })
    }

    pub(super) fn queue(&self) -> Option<(&Queue, Availability)> {
        self.queue.as_ref().map(|(queue, there)| (queue, *there))
    }

    /// The facts that topics may name.
    pub(super) fn facts(
        &self,
        key: &ConversationKey,
        our_name: &str,
        now: UtcMillis,
    ) -> std::collections::BTreeMap<String, BotValue> {
        let hours = self.queue().and_then(|(queue, _)| queue.hours.as_ref());
        let there = self.queue().map(|(_, there)| there);
        known_facts(&Surroundings {
            key,
            customer_name: &self.customer_name,
            our_name,
            now,
            zone: hours
                .and_then(tern_domain::routing::Hours::zone)
                .unwrap_or_else(TimeZone::system),
            open_now: !matches!(there, None | Some(Availability::OutOfHours { .. })),
            agent_there: there == Some(Availability::Available),
        })
    }
}

//! What the virtual agent knows of the desk: the queue that would take its conversation, and who is there.

use jiff::tz::TimeZone;
use tern_domain::bot::{Surroundings, known_facts};
use tern_domain::condition::Condition;
use tern_domain::routing::{Availability, Queue, RoutingConfig, availability};
use tern_domain::topic::BotValue;
use tern_domain::{ConversationId, ConversationKey, UtcMillis};
use tern_store::{ReadConn, StoreError};

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

/// The queue that work of this conversation would find.
fn find_queue<'c>(
    conn: &ReadConn<'_>,
    config: &'c RoutingConfig,
    conversation: ConversationId,
    key: &ConversationKey,
    now: UtcMillis,
) -> Result<Option<&'c Queue>, StoreError> {
    let mut facts = None;
    for queue in config.queues_in_order() {
        if facts.is_none() && matches!(queue.intake, tern_domain::routing::Intake::When { .. }) {
            facts = Some(conn.load_fact_row(conversation, now)?);
        }
        let holds = |condition: &str| match (Condition::compile(condition), &facts) {
            (Ok(condition), Some(facts)) => condition.evaluate(facts).is_met,
            _ => false,
        };
        if queue.takes_in(key.channel, holds) {
            return Ok(Some(queue));
        }
    }
    Ok(None)
}

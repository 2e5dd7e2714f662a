//! The conditions of queues, over the facts of the conversations that have no queue yet.

use std::collections::BTreeMap;

use tern_domain::condition::Condition;
use tern_domain::routing::{Intake, Queue, QueueConditions, RoutingConfig, WorkItem};
use tern_domain::{ConversationId, ConversationKey, QueueId, UtcMillis, WorkItemId};
use tern_store::{FactRow, OpenWork, ReadConn, StoreError};

/// Conditions, compiled once for a look, and the fact sheets they are asked over.
#[derive(Default)]
pub(super) struct Conditions {
    compiled: BTreeMap<QueueId, Condition>,
    facts: BTreeMap<WorkItemId, FactRow>,
}

impl Conditions {
    pub(super) fn read(
        conn: &ReadConn<'_>,
        config: &RoutingConfig,
        open: &[OpenWork],
        now: UtcMillis,
    ) -> Result<Self, StoreError> {
        let compiled: BTreeMap<_, _> = config
            .queues
            .iter()
            .filter_map(|queue| match &queue.intake {
                Intake::When { condition } => Some((queue.id, Condition::compile(condition).ok()?)),
                Intake::Everything | Intake::ByHandOnly => None,
            })
            .collect();
        if compiled.is_empty() {
            return Ok(Self::default());
        }
        let facts = open
            .iter()
            .filter(|work| work.item.queue.is_none())
            .map(|work| Ok((work.item.id, conn.load_fact_row(work.conversation, now)?)))
            .collect::<Result<_, StoreError>>()?;
        Ok(Self { compiled, facts })
    }
}

impl QueueConditions for Conditions {
    fn holds(&self, queue: &Queue, _condition: &str, item: &WorkItem) -> bool {
        match (self.compiled.get(&queue.id), self.facts.get(&item.id)) {
            (Some(condition), Some(facts)) => condition.evaluate(facts).is_met,
            _ => false,
        }
    }
}

/// The queue that work of this conversation would find.
pub(crate) fn find_queue<'c>(
    conn: &ReadConn<'_>,
    config: &'c RoutingConfig,
    conversation: ConversationId,
    key: &ConversationKey,
    now: UtcMillis,
) -> Result<Option<&'c Queue>, StoreError> {
    let mut facts = None;
    for queue in config.queues_in_order() {
        if facts.is_none() && matches!(queue.intake, Intake::When { .. }) {
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

//! Work items in the figures: made anew from their events whenever one is followed.

use rusqlite::params;
use tern_domain::insights::{WorkFact, WorkFigures, WorkOutcome, work_figures_of};
use tern_domain::{EventBody, UtcMillis, WorkItemId};

use super::super::values::{from_json, uuid_blob};
use super::Dirty;
use crate::error::{During as _, StoreError};
use crate::tx::WriteTx;

/// All events of an aggregate, oldest first. An aggregate's events are few.
pub(crate) const EVENTS_OF: &str = "
    SELECT at, actor, body FROM events WHERE aggregate_kind = ?1 AND aggregate_id = ?2 ORDER BY version";

impl WriteTx<'_> {
    /// Counts a work item anew; its interaction is to be counted after it, because it tells the queue.
    pub(super) fn count_work_item(
        &mut self,
        id: WorkItemId,
        dirty: &mut Dirty,
    ) -> Result<(), StoreError> {
        const OPERATION: &str = "count a work item";
        let facts: Vec<WorkFact> = self
            .prepare(EVENTS_OF, OPERATION)?
            .query_map(("work_item", id.to_string()), |row| {
                let body: EventBody = from_json("events.body", row.get_ref(2)?.as_str()?)?;
                let EventBody::WorkItemMoved { fact } = body else {
                    return Ok(None);
                };
                Ok(Some(WorkFact {
                    at: UtcMillis(row.get(0)?),
                    actor: from_json("events.actor", row.get_ref(1)?.as_str()?)?,
                    fact,
                }))
            })
            .and_then(|rows| rows.filter_map(Result::transpose).collect())
            .during(OPERATION)?;
        if let Some(figures) = work_figures_of(&facts) {
            self.put_work_figures(id, &figures)?;
            dirty.interaction(figures.interaction);
        }
        Ok(())
    }

    fn put_work_figures(&mut self, id: WorkItemId, it: &WorkFigures) -> Result<(), StoreError> {
        const OPERATION: &str = "count a work item";
        let id = uuid_blob(id.uuid());
        let queue = it.queue.map(|queue| uuid_blob(queue.uuid()));
        let (number, channel) = (it.key.provider.as_str(), it.key.channel.as_str());
        self.prepare(
            "INSERT OR REPLACE INTO work_figures (queued_at, work_item_id, interaction_id, provider_number, channel,
                queue, agent, outcome, waited, auto, exceeded, rejected, timed_out)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13)",
            OPERATION,
        )?
        .execute(params![
            it.queued_at.0,
            id,
            uuid_blob(it.interaction.uuid()),
            number,
            channel,
            queue,
            it.agent.map(|agent| uuid_blob(agent.uuid())),
            match it.outcome {
                WorkOutcome::Waiting => 0,
                WorkOutcome::Accepted => 1,
                WorkOutcome::Canceled => 2,
            },
            it.waited,
            it.is_auto,
            it.exceeded_target,
            it.agents.values().map(|part| part.rejected).sum::<i64>(),
            it.agents.values().map(|part| part.timed_out).sum::<i64>(),
        ])
        .during(OPERATION)?;
        for (agent, part) in &it.agents {
            self.prepare(
                "INSERT OR REPLACE INTO offer_figures (queued_at, work_item_id, agent, provider_number, channel, queue,
                    accepted, rejected, timed_out)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
                OPERATION,
            )?
            .execute(params![
                it.queued_at.0,
                id,
                uuid_blob(agent.uuid()),
                number,
                channel,
                queue,
                part.accepted,
                part.rejected,
                part.timed_out,
            ])
            .during(OPERATION)?;
        }
        Ok(())
    }
}

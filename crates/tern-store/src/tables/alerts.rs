//! What deciding about a notification needs to know of its conversation.

use rusqlite::OptionalExtension as _;
use tern_domain::alerts::{AlertScene, AlertSound};
use tern_domain::routing::WorkItemState;
use tern_domain::{ConversationId, QueueId};

use super::values::from_json;
use crate::error::{During as _, StoreError};
use crate::tx::ReadConn;

pub(crate) const QUEUE_SOUND: &str = "
    SELECT document -> '$.queue.sound' FROM routing_config WHERE kind = 'queue' AND thing_id = ?1";

impl ReadConn<'_> {
    /// Where a conversation stands; `None` if it is gone.
    ///
    /// # Errors
    /// [`StoreError`] when the file cannot be read.
    pub fn find_alert_scene(
        &self,
        conversation: ConversationId,
    ) -> Result<Option<AlertScene>, StoreError> {
        let Some(row) = self.find_conversation_row(conversation)? else {
            return Ok(None);
        };
        let work = self.list_open_work_of(conversation)?;
        let queue = work.iter().rev().find_map(|item| item.queue);
        Ok(Some(AlertScene {
            is_unread: row.unread_count > 0,
            is_prompted: row.marks.prompted_at.is_some(),
            assigned_to: self
                .find_latest_interaction(conversation)?
                .filter(tern_domain::Interaction::is_active)
                .and_then(|interaction| interaction.assigned_to),
            offered: work
                .iter()
                .filter(|item| item.state == WorkItemState::PendingAccept)
                .find_map(|item| item.assignee.map(|agent| (item.id, agent))),
            queue_sound: match queue {
                Some(queue) => self.queue_sound(queue)?,
                None => None,
            },
        }))
    }

    /// The sound of a queue; `None` = the usual one.
    fn queue_sound(&self, queue: QueueId) -> Result<Option<AlertSound>, StoreError> {
        const OPERATION: &str = "read how a queue sounds";
        self.prepare(QUEUE_SOUND, OPERATION)?
            .query_row([queue.to_string()], |row| {
                row.get::<_, Option<String>>(0)?.map_or(Ok(None), |sound| {
                    from_json("routing_config.document", &sound)
                })
            })
            .optional()
            .map(Option::flatten)
            .during(OPERATION)
    }
}

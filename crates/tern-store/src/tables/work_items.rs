//! Work items: what waits for an agent, what is offered, and who has what.
//!
//! Owns the projection and what routing asks of it. Chooses nobody.

use std::collections::BTreeMap;

use rusqlite::{OptionalExtension as _, params};
use tern_domain::routing::{PastWait, Tie, TieKind, WaitEstimate, WorkItem};
use tern_domain::{
    AgentId, Channel, ConversationId, InteractionState, QueueId, UtcMillis, WorkItemId,
};

use super::values::{from_json, to_json, undecodable, uuid_blob, uuid_id};
use crate::error::{During as _, StoreError};
use crate::tx::{ReadConn, WriteTx};

pub(crate) const OPEN: &str = "
    SELECT w.conversation_id, w.document, json_extract(i.document, '$.state')
    FROM work_items w JOIN interactions i ON i.interaction_id = w.interaction_id
    WHERE w.open = 1 ORDER BY w.queued_at, w.work_item_id";
pub(crate) const ASSIGNED: &str = "
    SELECT w.conversation_id, w.document, json_extract(i.document, '$.state')
    FROM work_items w JOIN interactions i ON i.interaction_id = w.interaction_id
    WHERE w.open = 1 AND w.assignee IS NOT NULL ORDER BY w.queued_at, w.work_item_id";
pub(crate) const OPEN_OF_CONVERSATION: &str = "
    SELECT document FROM work_items WHERE conversation_id = ?1 AND open = 1 ORDER BY queued_at, work_item_id";
pub(crate) const LAST_ACCEPTED: &str = "
    SELECT accepted_at FROM work_items WHERE assignee = ?1 AND accepted_at IS NOT NULL
    ORDER BY accepted_at DESC LIMIT 1";
pub(crate) const TIES: &str = "
    SELECT assignee, max(accepted_at) FROM work_items
    WHERE conversation_id = ?1 AND accepted_at IS NOT NULL AND accepted_at >= ?2 GROUP BY assignee";
pub(crate) const WITHOUT_ITEM: &str = "
    SELECT i.conversation_id FROM interactions i WHERE i.active = 1
    AND NOT EXISTS (
        SELECT 1 FROM work_items w WHERE w.conversation_id = i.conversation_id
            AND w.interaction_id = i.interaction_id AND w.open = 1)
    AND json_extract(i.document, '$.handler') <> 'virtual_agent'
    AND NOT EXISTS (
        SELECT 1 FROM work_items w WHERE w.interaction_id = i.interaction_id
        AND json_extract(w.document, '$.cancel_reason') = 'time_out')
    LIMIT 500";

pub(crate) const PAST_WAITS: &str = "
    SELECT queued_at, coalesce(accepted_at, json_extract(document, '$.ended_at'), queued_at) FROM work_items
    WHERE json_extract(document, '$.queue') = ?1 AND queued_at >= ?2
    AND (accepted_at IS NOT NULL OR json_extract(document, '$.cancel_reason') = 'manually_assigned')
    ORDER BY queued_at DESC LIMIT ?3";

/// An open work item with what decides whether it takes a slot.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpenWork {
    /// Its conversation.
    pub conversation: ConversationId,
    /// The item.
    pub item: WorkItem,
    /// The state its interaction is in.
    pub interaction_state: InteractionState,
}

impl ReadConn<'_> {
    /// All open work items, the longest waiting first.
    ///
    /// # Errors
    /// [`StoreError`] when the file cannot be read.
    pub fn list_open_work(&self) -> Result<Vec<OpenWork>, StoreError> {
        self.list_work(OPEN)
    }

    /// Of all open work items those that somebody has or is asked to take: what fills slots. However
    /// many wait, only these are read.
    ///
    /// # Errors
    /// [`StoreError`] when the file cannot be read.
    pub fn list_assigned_work(&self) -> Result<Vec<OpenWork>, StoreError> {
        self.list_work(ASSIGNED)
    }

    fn list_work(&self, sql: &'static str) -> Result<Vec<OpenWork>, StoreError> {
        const OPERATION: &str = "list open work";
        self.prepare(sql, OPERATION)?
            .query_map((), |row| {
                Ok(OpenWork {
                    conversation: ConversationId(row.get(0)?),
                    item: from_json("work_items.document", row.get_ref(1)?.as_str()?)?,
                    interaction_state: InteractionState::from_stored(row.get_ref(2)?.as_str()?)
                        .ok_or_else(|| undecodable("interactions.document"))?,
                })
            })
            .and_then(Iterator::collect)
            .during(OPERATION)
    }

    /// Open work items of one conversation, oldest first.
    ///
    /// # Errors
    /// [`StoreError`] when the file cannot be read.
    pub fn list_open_work_of(
        &self,
        conversation: ConversationId,
    ) -> Result<Vec<WorkItem>, StoreError> {
        const OPERATION: &str = "list open work";
        self.prepare(OPEN_OF_CONVERSATION, OPERATION)?
            .query_map([conversation.0], |row| {
                from_json("work_items.document", row.get_ref(0)?.as_str()?)
            })
            .and_then(Iterator::collect)
            .during(OPERATION)
    }

    /// A work item's conversation.
    ///
    /// # Errors
    /// [`StoreError`] when the file cannot be read.
    pub fn find_conversation_of_work_item(
        &self,
        id: WorkItemId,
    ) -> Result<Option<ConversationId>, StoreError> {
        const OPERATION: &str = "find a work item";
        self.prepare(
            "SELECT conversation_id FROM work_items WHERE work_item_id = ?1",
            OPERATION,
        )?
        .query_row([uuid_blob(id.uuid())], |row| row.get(0).map(ConversationId))
        .optional()
        .during(OPERATION)
    }

    /// When each of these agents last got work.
    ///
    /// # Errors
    /// [`StoreError`] when the file cannot be read.
    pub fn last_assigned(
        &self,
        agents: impl IntoIterator<Item = AgentId>,
    ) -> Result<BTreeMap<(AgentId, Channel), UtcMillis>, StoreError> {
        const OPERATION: &str = "find when agents last got work";
        let mut statement = self.prepare(LAST_ACCEPTED, OPERATION)?;
        let mut found = BTreeMap::new();
        for agent in agents {
            let at: Option<i64> = statement
                .query_row([uuid_blob(agent.uuid())], |row| row.get(0))
                .optional()
                .during(OPERATION)?;
            found.extend(at.map(|at| ((agent, Channel::Sms), UtcMillis(at))));
        }
        Ok(found)
    }

    /// Agents who worked in a conversation since then.
    ///
    /// # Errors
    /// [`StoreError`] when the file cannot be read.
    pub fn list_ties(
        &self,
        conversation: ConversationId,
        since: UtcMillis,
    ) -> Result<Vec<Tie>, StoreError> {
        const OPERATION: &str = "list who worked in a conversation";
        self.prepare(TIES, OPERATION)?
            .query_map((conversation.0, since.0), |row| {
                Ok(Tie {
                    kind: TieKind::Customer,
                    agent: uuid_id(row.get(0)?),
                    at: UtcMillis(row.get(1)?),
                })
            })
            .and_then(Iterator::collect)
            .during(OPERATION)
    }

    /// What waited in a queue since then and was given to somebody, the newest first; at most
    /// [`WaitEstimate::MOST`] (H-5).
    ///
    /// # Errors
    /// [`StoreError`] when the file cannot be read.
    pub fn list_past_waits(
        &self,
        queue: QueueId,
        since: UtcMillis,
    ) -> Result<Vec<PastWait>, StoreError> {
        const OPERATION: &str = "list how long work waited";
        self.prepare(PAST_WAITS, OPERATION)?
            .query_map((queue.to_string(), since.0, WaitEstimate::MOST), |row| {
                Ok(PastWait {
                    queued_at: UtcMillis(row.get(0)?),
                    until: UtcMillis(row.get(1)?),
                })
            })
            .and_then(Iterator::collect)
            .during(OPERATION)
    }

    /// Conversations with active work that no open work item stands for, other than after the longest
    /// wait. At most 500.
    ///
    /// # Errors
    /// [`StoreError`] when the file cannot be read.
    pub fn list_without_work_item(&self) -> Result<Vec<ConversationId>, StoreError> {
        const OPERATION: &str = "list work without an item";
        self.prepare(WITHOUT_ITEM, OPERATION)?
            .query_map((), |row| row.get(0).map(ConversationId))
            .and_then(Iterator::collect)
            .during(OPERATION)
    }
}

impl WriteTx<'_> {
    /// Inserts a work item or replaces it.
    pub(crate) fn put_work_item(&mut self, item: &WorkItem) -> Result<ConversationId, StoreError> {
        const OPERATION: &str = "write a work item";
        let conversation = self.ensure_conversation(&item.key)?;
        self.prepare(
            "INSERT INTO work_items (work_item_id, conversation_id, interaction_id, open, assignee, queued_at,
                accepted_at, document)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)
             ON CONFLICT (work_item_id) DO UPDATE SET
                open = excluded.open, assignee = excluded.assignee, accepted_at = excluded.accepted_at,
                document = excluded.document",
            OPERATION,
        )?
        .execute(params![
            uuid_blob(item.id.uuid()),
            conversation.0,
            uuid_blob(item.interaction.uuid()),
            item.is_open(),
            item.assignee.map(|agent| uuid_blob(agent.uuid())),
            item.queued_at.0,
            item.accepted_at.map(|at| at.0),
            to_json("a work item", item)?,
        ])
        .during(OPERATION)?;
        Ok(conversation)
    }
}

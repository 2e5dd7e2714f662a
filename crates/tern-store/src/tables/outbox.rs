//! Texts on their way out.
//!
//! Owns the entry as the rules see it, and the count of uncertain ones in the inbox's row. It refuses to
//! judge a state: the rules do.

use rusqlite::{OptionalExtension as _, Row, params};
use tern_domain::{ConversationId, MessageId, OutboxEntry, OutboxState};

use super::values::{from_json, to_json, uuid_blob};
use crate::error::{During as _, StoreError};
use crate::tx::{ReadConn, WriteTx};

/// How many texts have not left yet.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct OutboxCounts {
    /// Held, waiting, in flight or to be tried again.
    pub waiting: u32,
    /// Nobody knows whether they left.
    pub uncertain: u32,
}

pub(crate) const OPEN: &str = "
    SELECT document FROM outbox WHERE finished = 0 ORDER BY created_at, message_id";
pub(crate) const OPEN_OF_CONVERSATION: &str = "
    SELECT document FROM outbox WHERE conversation_id = ?1 AND finished = 0
    ORDER BY created_at, message_id";
/// The newest texts only: a row turns up hours late at most, and nobody waits for a walk over a long thread.
pub(crate) const VOUCHED: &str = "
    SELECT outbox.document FROM messages
    JOIN outbox ON outbox.message_id = messages.message_id
    WHERE messages.position IN (
        SELECT position FROM messages WHERE conversation_id = ?1 ORDER BY position DESC LIMIT 200
    ) AND messages.sid IS NULL AND outbox.state = 'sent'
    ORDER BY messages.position";

fn read_entry(row: &Row<'_>) -> Result<OutboxEntry, rusqlite::Error> {
    from_json("outbox.document", row.get_ref(0)?.as_str()?)
}

impl ReadConn<'_> {
    /// Entries that are not finished, oldest first.
    ///
    /// # Errors
    /// [`StoreError`] when the file cannot be read.
    pub fn list_outbox_open(&self) -> Result<Vec<OutboxEntry>, StoreError> {
        const OPERATION: &str = "list the outbox";
        self.prepare(OPEN, OPERATION)?
            .query_map((), read_entry)
            .and_then(Iterator::collect)
            .during(OPERATION)
    }

    pub(crate) fn list_outbox_open_of(
        &self,
        conversation: ConversationId,
    ) -> Result<Vec<OutboxEntry>, StoreError> {
        const OPERATION: &str = "list a conversation's outbox";
        self.prepare(OPEN_OF_CONVERSATION, OPERATION)?
            .query_map([conversation.0], read_entry)
            .and_then(Iterator::collect)
            .during(OPERATION)
    }

    /// Recent texts of a conversation that count as sent although the carrier's row was never seen, oldest
    /// first: an agent said so.
    ///
    /// # Errors
    /// [`StoreError`] when the file cannot be read.
    pub fn list_vouched_sends(
        &self,
        conversation: ConversationId,
    ) -> Result<Vec<OutboxEntry>, StoreError> {
        const OPERATION: &str = "list texts without a row";
        self.prepare(VOUCHED, OPERATION)?
            .query_map([conversation.0], read_entry)
            .and_then(Iterator::collect)
            .during(OPERATION)
    }

    /// An entry, finished or not.
    ///
    /// # Errors
    /// [`StoreError`] when the file cannot be read.
    pub fn find_outbox(&self, message: MessageId) -> Result<Option<OutboxEntry>, StoreError> {
        const OPERATION: &str = "find an outbox entry";
        self.prepare(
            "SELECT document FROM outbox WHERE message_id = ?1",
            OPERATION,
        )?
        .query_row([uuid_blob(message.uuid())], read_entry)
        .optional()
        .during(OPERATION)
    }

    /// How many texts have not left yet.
    ///
    /// # Errors
    /// [`StoreError`] when the file cannot be read.
    pub fn outbox_counts(&self) -> Result<OutboxCounts, StoreError> {
        const OPERATION: &str = "count the outbox";
        self.prepare(
            "SELECT count(*) FILTER (WHERE state <> 'uncertain'), count(*) FILTER (WHERE state = 'uncertain')
             FROM outbox WHERE finished = 0",
            OPERATION,
        )?
        .query_row((), |row| {
            Ok(OutboxCounts {
                waiting: row.get(0)?,
                uncertain: row.get(1)?,
            })
        })
        .during(OPERATION)
    }
}

impl WriteTx<'_> {
    /// Inserts an entry or replaces it.
    pub(crate) fn put_outbox(&mut self, entry: &OutboxEntry) -> Result<ConversationId, StoreError> {
        const OPERATION: &str = "write an outbox entry";
        let conversation = self.ensure_conversation(&entry.key)?;
        let before = self.find_outbox(entry.message_id)?;
        let document = to_json("an outbox entry", entry)?;
        self.prepare(
            "INSERT INTO outbox (message_id, conversation_id, created_at, state, finished, document)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6)
             ON CONFLICT (message_id) DO UPDATE SET
                state = excluded.state, finished = excluded.finished, document = excluded.document",
            OPERATION,
        )?
        .execute(params![
            uuid_blob(entry.message_id.uuid()),
            conversation.0,
            entry.created_at.0,
            entry.state.kind(),
            entry.state.is_finished(),
            document,
        ])
        .during(OPERATION)?;
        let was_uncertain = before.is_some_and(|entry| is_uncertain(&entry.state));
        let change = i64::from(is_uncertain(&entry.state)) - i64::from(was_uncertain);
        if change != 0 {
            self.prepare(
                "UPDATE conversations SET uncertain_count = uncertain_count + ?2
                 WHERE conversation_id = ?1",
                OPERATION,
            )?
            .execute(params![conversation.0, change])
            .during(OPERATION)?;
        }
        Ok(conversation)
    }
}

const fn is_uncertain(state: &OutboxState) -> bool {
    matches!(state, OutboxState::Uncertain { .. })
}

//! The event log as it is stored, for exports that prove what is in it.
//!
//! Owns reading an entry with everything that its hash covers. `events` writes the log and reads it as events.

use rusqlite::{OptionalExtension as _, Row, params};
use tern_domain::{ConversationId, EventId};

use super::events::RecordedEvent;
use super::values::{from_json, page_size, uuid_id};
use crate::error::{During as _, StoreError};
use crate::tx::ReadConn;

/// An entry of the log with what its hash was computed from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredEvent {
    /// As an event.
    pub event: RecordedEvent,
    /// What it belongs to.
    pub aggregate_kind: String,
    /// Which one.
    pub aggregate_id: String,
    /// Which one of its events it is.
    pub version: i64,
    /// Who did it, as stored.
    pub actor: String,
    /// What happened, as stored.
    pub body: String,
    /// Its hash.
    pub hash: [u8; 32],
    /// The hash of the entry before it; zeros for the first.
    pub previous: [u8; 32],
}

pub(crate) const LOG_OF_CONVERSATION: &str = "
    SELECT entry.sequence, entry.event_id, entry.aggregate_kind, entry.aggregate_id, entry.version,
        entry.actor, entry.at, entry.body, entry.hash, before.hash
    FROM events AS entry LEFT JOIN events AS before ON before.sequence = entry.sequence - 1
    WHERE entry.conversation_id = ?1 AND entry.sequence > ?2 AND entry.sequence <= ?3
    ORDER BY entry.sequence LIMIT ?4";

fn read_stored(row: &Row<'_>) -> Result<StoredEvent, rusqlite::Error> {
    let (actor, body): (String, String) = (row.get(5)?, row.get(7)?);
    Ok(StoredEvent {
        event: RecordedEvent {
            sequence: row.get(0)?,
            id: uuid_id::<EventId>(row.get(1)?),
            actor: from_json("events.actor", &actor)?,
            at: tern_domain::UtcMillis(row.get(6)?),
            body: from_json("events.body", &body)?,
        },
        aggregate_kind: row.get(2)?,
        aggregate_id: row.get(3)?,
        version: row.get(4)?,
        actor,
        body,
        hash: row.get(8)?,
        previous: row.get::<_, Option<[u8; 32]>>(9)?.unwrap_or_default(),
    })
}

impl ReadConn<'_> {
    /// Entries of the log about a conversation, oldest first, after one and up to another. At most 500.
    ///
    /// # Errors
    /// [`StoreError`] when the file cannot be read.
    pub fn list_log_of(
        &self,
        conversation: ConversationId,
        after: i64,
        up_to: i64,
        limit: u32,
    ) -> Result<Vec<StoredEvent>, StoreError> {
        const OPERATION: &str = "list the log of a conversation";
        self.prepare(LOG_OF_CONVERSATION, OPERATION)?
            .query_map(
                params![conversation.0, after, up_to, page_size(limit)],
                read_stored,
            )
            .and_then(Iterator::collect)
            .during(OPERATION)
    }

    /// The end of the log: how many entries it has, and the last one's hash.
    ///
    /// # Errors
    /// [`StoreError`] when the file cannot be read.
    pub fn log_head(&self) -> Result<(i64, [u8; 32]), StoreError> {
        const OPERATION: &str = "read the end of the event log";
        self.prepare(
            "SELECT sequence, hash FROM events ORDER BY sequence DESC LIMIT 1",
            OPERATION,
        )?
        .query_row((), |row| Ok((row.get(0)?, row.get(1)?)))
        .optional()
        .during(OPERATION)
        .map(Option::unwrap_or_default)
    }
}

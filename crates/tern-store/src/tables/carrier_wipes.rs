//! Texts whose words the carrier still has to forget, and how that ended (L-14).
//!
//! Owns when each is due: the column decides, the document tells the rest. A row stays when it is done, because the
//! thread shows it.

use rusqlite::{OptionalExtension as _, Row, params};
use tern_domain::{CarrierWipe, ConversationId, MessageId, MessageSid, UtcMillis};

use super::values::{from_json, page_size, sid_from_blob, to_json, uuid_blob};
use crate::error::{During as _, StoreError};
use crate::tx::{ReadConn, WriteTx};

/// A wipe whose time has come.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DueWipe {
    /// The wipe.
    pub wipe: CarrierWipe,
    /// The carrier's id of the text.
    pub sid: MessageSid,
    /// Its conversation.
    pub conversation: ConversationId,
}

pub(crate) const DUE: &str = "
    SELECT carrier_wipes.document, carrier_wipes.next_at, messages.sid, carrier_wipes.conversation_id
    FROM carrier_wipes JOIN messages ON messages.message_id = carrier_wipes.message_id
    WHERE carrier_wipes.next_at <= ?1 AND messages.sid IS NOT NULL
    ORDER BY carrier_wipes.next_at LIMIT ?2";

/// Reads a wipe out of its document and the column after it; `None` where a join found none.
pub(crate) fn wipe_from(
    row: &Row<'_>,
    column: usize,
) -> Result<Option<CarrierWipe>, rusqlite::Error> {
    let Some(document) = row.get_ref(column)?.as_str_or_null()? else {
        return Ok(None);
    };
    let wipe: CarrierWipe = from_json("carrier_wipes.document", document)?;
    let next_at = row.get::<_, Option<i64>>(column + 1)?.map(UtcMillis);
    Ok(Some(CarrierWipe { next_at, ..wipe }))
}

impl ReadConn<'_> {
    /// Wipes that are due, longest due first. At most 500.
    ///
    /// # Errors
    /// [`StoreError`] when the file cannot be read.
    pub fn list_due_carrier_wipes(
        &self,
        now: UtcMillis,
        limit: u32,
    ) -> Result<Vec<DueWipe>, StoreError> {
        const OPERATION: &str = "list what the carrier has to forget";
        let found = self
            .prepare(DUE, OPERATION)?
            .query_map(params![now.0, page_size(limit)], |row| {
                let sid = sid_from_blob(row.get_ref(2)?.as_blob()?, "messages.sid")?;
                Ok((wipe_from(row, 0)?, sid, ConversationId(row.get(3)?)))
            })
            .and_then(Iterator::collect::<Result<Vec<_>, _>>)
            .during(OPERATION)?;
        let due = found.into_iter().filter_map(|(wipe, sid, conversation)| {
            Some(DueWipe {
                wipe: wipe?,
                sid,
                conversation,
            })
        });
        Ok(due.collect())
    }

    /// When the next wipe is due.
    ///
    /// # Errors
    /// [`StoreError`] when the file cannot be read.
    pub fn next_carrier_wipe_at(&self) -> Result<Option<UtcMillis>, StoreError> {
        const OPERATION: &str = "find what the carrier has to forget next";
        self.prepare(
            "SELECT min(next_at) FROM carrier_wipes WHERE next_at IS NOT NULL",
            OPERATION,
        )?
        .query_row((), |row| row.get::<_, Option<i64>>(0))
        .map(|at| at.map(UtcMillis))
        .during(OPERATION)
    }

    /// How many texts the carrier still has, and of how many it will not let go.
    ///
    /// # Errors
    /// [`StoreError`] when the file cannot be read.
    pub fn count_carrier_wipes(&self) -> Result<(u32, u32), StoreError> {
        const OPERATION: &str = "count what the carrier has to forget";
        self.prepare(
            "SELECT count(*) FILTER (WHERE next_at IS NOT NULL),
                count(*) FILTER (WHERE json_extract(document, '$.state.type') = 'failed')
             FROM carrier_wipes",
            OPERATION,
        )?
        .query_row((), |row| Ok((row.get(0)?, row.get(1)?)))
        .during(OPERATION)
    }
}

impl WriteTx<'_> {
    /// Inserts or replaces a wipe. Its text must be here.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] without the text.
    pub fn put_carrier_wipe(&mut self, wipe: &CarrierWipe) -> Result<ConversationId, StoreError> {
        const OPERATION: &str = "note what the carrier has to forget";
        self.prepare(
            "INSERT INTO carrier_wipes (message_id, conversation_id, next_at, document)
             SELECT message_id, conversation_id, ?2, ?3 FROM messages WHERE message_id = ?1
             ON CONFLICT (message_id) DO UPDATE SET next_at = excluded.next_at, document = excluded.document
             RETURNING conversation_id",
            OPERATION,
        )?
        .query_row(
            params![
                uuid_blob(wipe.message_id.uuid()),
                wipe.next_at.map(|at| at.0),
                to_json("a wipe", wipe)?
            ],
            |row| row.get(0).map(ConversationId),
        )
        .optional()
        .during(OPERATION)?
        .ok_or(StoreError::NotFound { what: "text" })
    }

    /// The message is final at the carrier: its wipe, if there is one that waits, is due now.
    pub(crate) fn hasten_carrier_wipe(&mut self, message: MessageId) -> Result<(), StoreError> {
        const OPERATION: &str = "bring a wipe forward";
        self.prepare(
            "UPDATE carrier_wipes SET next_at = 0 WHERE message_id = ?1 AND next_at IS NOT NULL",
            OPERATION,
        )?
        .execute([uuid_blob(message.uuid())])
        .during(OPERATION)?;
        Ok(())
    }
}

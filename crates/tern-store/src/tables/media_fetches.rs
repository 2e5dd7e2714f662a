//! Texts whose media are still to be fetched from the carrier.
//!
//! Owns the list of what is due. A fetch that fails is put off, one that is done is removed; the row is made
//! in the transaction that stores the text, so a crash cannot lose a picture.

use rusqlite::params;
use tern_domain::{MessageId, MessageSid, UtcMillis};

use super::values::{page_size, sid_blob, sid_from_blob, uuid_blob, uuid_id};
use crate::error::{During as _, StoreError};
use crate::tx::{ReadConn, WriteTx};

/// A text whose media are to be fetched.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MediaFetch {
    /// Our id of the text.
    pub message_id: MessageId,
    /// The carrier's id of it.
    pub sid: MessageSid,
    /// How often it was tried.
    pub attempts: u32,
    /// Not before.
    pub due_at: UtcMillis,
}

pub(crate) const DUE: &str = "
    SELECT message_id, sid, attempts, due_at FROM media_fetches
    WHERE due_at <= ?1 ORDER BY due_at, message_id LIMIT ?2";

impl ReadConn<'_> {
    /// Fetches that are due, longest due first. At most 500.
    ///
    /// # Errors
    /// [`StoreError`] when the file cannot be read.
    pub fn list_pending_media(
        &self,
        now: UtcMillis,
        limit: u32,
    ) -> Result<Vec<MediaFetch>, StoreError> {
        const OPERATION: &str = "list media to fetch";
        self.prepare(DUE, OPERATION)?
            .query_map(params![now.0, page_size(limit)], |row| {
                Ok(MediaFetch {
                    message_id: uuid_id(row.get(0)?),
                    sid: sid_from_blob(row.get_ref(1)?.as_blob()?, "media_fetches.sid")?,
                    attempts: row.get(2)?,
                    due_at: UtcMillis(row.get(3)?),
                })
            })
            .and_then(Iterator::collect)
            .during(OPERATION)
    }

    /// Whether a text's media are still to be fetched.
    ///
    /// # Errors
    /// [`StoreError`] when the file cannot be read.
    pub fn is_media_pending(&self, message: MessageId) -> Result<bool, StoreError> {
        const OPERATION: &str = "look for media to fetch";
        self.prepare(
            "SELECT EXISTS (SELECT 1 FROM media_fetches WHERE message_id = ?1)",
            OPERATION,
        )?
        .query_row([uuid_blob(message.uuid())], |row| row.get(0))
        .during(OPERATION)
    }

    /// When the next fetch is due.
    ///
    /// # Errors
    /// [`StoreError`] when the file cannot be read.
    pub fn next_media_fetch_at(&self) -> Result<Option<UtcMillis>, StoreError> {
        const OPERATION: &str = "find the next media to fetch";
        self.prepare("SELECT min(due_at) FROM media_fetches", OPERATION)?
            .query_row((), |row| row.get::<_, Option<i64>>(0))
            .map(|at| at.map(UtcMillis))
            .during(OPERATION)
    }
}

impl WriteTx<'_> {
    /// Asks for a text's media, due at once; asking again changes nothing. What only says why nothing came
    /// ([`MediaRow::is_place_only`](crate::MediaRow::is_place_only)) makes room for it.
    ///
    /// # Errors
    /// [`StoreError`] when the file cannot be written.
    pub fn request_media(
        &mut self,
        message: MessageId,
        sid: &MessageSid,
    ) -> Result<(), StoreError> {
        const OPERATION: &str = "ask for media";
        self.prepare(
            "DELETE FROM media WHERE message_id = ?1 AND state = 'unavailable' AND sid IS NULL",
            OPERATION,
        )?
        .execute([uuid_blob(message.uuid())])
        .during(OPERATION)?;
        self.prepare(
            "INSERT INTO media_fetches (message_id, sid, due_at) VALUES (?1, ?2, 0)
             ON CONFLICT (message_id) DO NOTHING",
            OPERATION,
        )?
        .execute(params![uuid_blob(message.uuid()), sid_blob(sid)])
        .during(OPERATION)?;
        Ok(())
    }

    /// Puts a fetch off after a failed attempt.
    ///
    /// # Errors
    /// [`StoreError`] when the file cannot be written.
    pub fn postpone_media(
        &mut self,
        message: MessageId,
        due_at: UtcMillis,
    ) -> Result<(), StoreError> {
        const OPERATION: &str = "put a media fetch off";
        self.prepare(
            "UPDATE media_fetches SET due_at = ?2, attempts = attempts + 1 WHERE message_id = ?1",
            OPERATION,
        )?
        .execute(params![uuid_blob(message.uuid()), due_at.0])
        .during(OPERATION)?;
        Ok(())
    }

    /// A text's media are all here, or never will be.
    ///
    /// # Errors
    /// [`StoreError`] when the file cannot be written.
    pub fn finish_media(&mut self, message: MessageId) -> Result<(), StoreError> {
        const OPERATION: &str = "finish a media fetch";
        self.prepare("DELETE FROM media_fetches WHERE message_id = ?1", OPERATION)?
            .execute([uuid_blob(message.uuid())])
            .during(OPERATION)?;
        Ok(())
    }
}

//! What an export has to know before it begins: between which positions it looks, and how much that will be.

use rusqlite::params;
use tern_domain::desk::Note;
use tern_domain::{ConversationId, MessagePosition, NoteId, UtcMillis};

use super::notes::{AFTER, read_note};
use super::values::{page_size, uuid_blob};
use crate::error::{During as _, StoreError};
use crate::tx::ReadConn;

/// The oldest and the newest position of all texts. What is there at one moment lies between them for ever: live
/// texts come after, and fetched history comes before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Positions {
    /// The lowest.
    pub first: MessagePosition,
    /// The highest.
    pub last: MessagePosition,
}

/// How much an export comes to.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct ExportSize {
    /// Texts.
    pub texts: u64,
    /// Pictures and files.
    pub attached: u64,
    /// Bytes of those that are here.
    pub attached_bytes: u64,
}

pub(crate) const SIZE: &str = "
    SELECT count(*), coalesce(sum(media_count), 0) FROM messages WHERE conversation_id = ?1";

pub(crate) const MEDIA_SIZE: &str = "
    SELECT coalesce(sum(media.size), 0) FROM messages JOIN media USING (message_id)
    WHERE messages.conversation_id = ?1 AND messages.media_count > 0";

impl ReadConn<'_> {
    /// Between which positions all texts are at this moment.
    ///
    /// # Errors
    /// [`StoreError`] when the file cannot be read.
    pub fn positions(&self) -> Result<Positions, StoreError> {
        const OPERATION: &str = "read the first and the last position";
        let at = |sql: &'static str| -> Result<MessagePosition, StoreError> {
            self.prepare(sql, OPERATION)?
                .query_row((), |row| row.get::<_, Option<i64>>(0))
                .map(|position| MessagePosition(position.unwrap_or_default()))
                .during(OPERATION)
        };
        Ok(Positions {
            first: at("SELECT min(position) FROM messages")?,
            last: at("SELECT max(position) FROM messages")?,
        })
    }

    /// How much a conversation comes to.
    ///
    /// # Errors
    /// [`StoreError`] when the file cannot be read.
    pub fn export_size(&self, conversation: ConversationId) -> Result<ExportSize, StoreError> {
        const OPERATION: &str = "measure a conversation";
        let (texts, attached): (i64, i64) = self
            .prepare(SIZE, OPERATION)?
            .query_row([conversation.0], |row| Ok((row.get(0)?, row.get(1)?)))
            .during(OPERATION)?;
        let bytes: i64 = if attached == 0 {
            0
        } else {
            self.prepare(MEDIA_SIZE, OPERATION)?
                .query_row([conversation.0], |row| row.get(0))
                .during(OPERATION)?
        };
        Ok(ExportSize {
            texts: texts.unsigned_abs(),
            attached: attached.unsigned_abs(),
            attached_bytes: bytes.unsigned_abs(),
        })
    }

    /// Notes of a conversation after one, oldest first. At most 500.
    ///
    /// # Errors
    /// [`StoreError`] when the file cannot be read.
    pub fn list_notes_after(
        &self,
        conversation: ConversationId,
        after: Option<(UtcMillis, NoteId)>,
        limit: u32,
    ) -> Result<Vec<Note>, StoreError> {
        const OPERATION: &str = "list notes";
        let (at, id) = after.map_or((i64::MIN, [0; 16]), |(at, id)| (at.0, uuid_blob(id.uuid())));
        self.prepare(AFTER, OPERATION)?
            .query_map(params![conversation.0, at, id, page_size(limit)], read_note)
            .and_then(Iterator::collect)
            .during(OPERATION)
    }
}

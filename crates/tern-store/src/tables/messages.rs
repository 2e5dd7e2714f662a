//! Texts, one at a time and those whose last word is still due.
//!
//! Owns the row as it is read. Pages of a thread are in `threads`, writing is in `message_writes`.

use rusqlite::{OptionalExtension as _, Row, params};
use tern_domain::{
    Author, CarrierWipe, ConversationId, DeliveryStatus, Direction, LinkedPicture, MessageId,
    MessagePosition, MessageSid, MessageText, OutboxEntry, OutboxState, StoredMessage, UtcMillis,
};

use super::carrier_wipes::wipe_from;
use super::media::MediaRow;
use super::values::{
    direction_from_code, from_json, page_size, sid_blob, sid_from_blob, uuid_blob, uuid_id,
};
use crate::error::{During as _, StoreError};
use crate::tx::ReadConn;

/// One text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MessageRow {
    /// Where it is in the file: later texts have greater positions.
    pub position: MessagePosition,
    /// Our id.
    pub message_id: MessageId,
    /// The carrier's id.
    pub sid: Option<MessageSid>,
    /// Its conversation.
    pub conversation_id: ConversationId,
    /// Which way it went.
    pub direction: Direction,
    /// What was written.
    pub body: MessageText,
    /// Where it stands at the carrier.
    pub status: DeliveryStatus,
    /// Why it failed.
    pub error_code: Option<u32>,
    /// Parts.
    pub segments: u32,
    /// Pictures and files, including those not fetched yet.
    pub media_count: u32,
    /// Carrier time, or the time of writing until it has one.
    pub at: UtcMillis,
    /// Who wrote it here.
    pub author: Option<Author>,
    /// Its content was wiped.
    pub redacted: bool,
    /// Where it stands in the outbox, for texts written here.
    pub outbox: Option<OutboxState>,
    /// Pictures of ours that were sent from a public place.
    pub linked: Vec<LinkedPicture>,
    /// Names of the patterns that were masked before it was stored (H-15).
    pub masked: Vec<String>,
    /// How far the carrier is with forgetting its words; `None` for a text that is kept.
    pub wipe: Option<CarrierWipe>,
    /// It was brought in from a file of another system: who of the team wrote it, by that file; may be empty.
    pub imported: Option<String>,
    /// What is known of its pictures; can be fewer than `media_count`.
    pub media: Vec<MediaRow>,
    /// Whether those that are not here are about to be fetched; else they stay at the carrier until somebody asks.
    pub awaits_media: bool,
}

/// A text whose last word from the carrier is still due.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnsettledMessage {
    /// Our id.
    pub message_id: MessageId,
    /// The carrier's id.
    pub sid: MessageSid,
    /// When it was sent.
    pub at: UtcMillis,
    /// Where it stood.
    pub status: DeliveryStatus,
}

macro_rules! select_messages {
    ($rest:literal) => {
        concat!(
            "SELECT messages.position, messages.message_id, messages.sid, messages.conversation_id,
                    messages.direction, messages.body, messages.status, messages.error_code,
                    messages.segments, messages.media_count, messages.at, messages.author,
                    messages.redacted, outbox.document, message_masks.patterns, messages.by_bot,
                    carrier_wipes.document, carrier_wipes.next_at, imported_texts.agent_name
             FROM messages LEFT JOIN outbox ON outbox.message_id = messages.message_id
                LEFT JOIN message_masks ON message_masks.message_id = messages.message_id
                LEFT JOIN carrier_wipes ON carrier_wipes.message_id = messages.message_id
                LEFT JOIN imported_texts ON imported_texts.position = messages.position
                    AND imported_texts.told = 0 ",
            $rest
        )
    };
}
pub(crate) use select_messages;

pub(crate) const FIND_BY_ID: &str = select_messages!("WHERE messages.message_id = ?1");
pub(crate) const FIND_BY_SID: &str = select_messages!("WHERE messages.sid = ?1");
pub(crate) const UNSETTLED: &str = "
    SELECT message_id, sid, at, status FROM messages
    WHERE unsettled = 1 AND at >= ?1 ORDER BY at DESC LIMIT ?2";

/// Reads a row of [`select_messages`]; its media are added by [`ReadConn::with_media`].
pub(crate) fn read_message(row: &Row<'_>) -> Result<MessageRow, rusqlite::Error> {
    let sid = row
        .get_ref(2)?
        .as_blob_or_null()?
        .map(|blob| sid_from_blob(blob, "messages.sid"))
        .transpose()?;
    let outbox = row
        .get_ref(13)?
        .as_str_or_null()?
        .map(|document| from_json::<OutboxEntry>("outbox.document", document))
        .transpose()?;
    let masked = row
        .get_ref(14)?
        .as_str_or_null()?
        .map(|patterns| from_json("message_masks.patterns", patterns))
        .transpose()?;
    Ok(MessageRow {
        position: MessagePosition(row.get(0)?),
        message_id: uuid_id(row.get(1)?),
        sid,
        conversation_id: ConversationId(row.get(3)?),
        direction: direction_from_code(row.get(4)?),
        body: MessageText::new(row.get::<_, String>(5)?),
        status: DeliveryStatus::parse(row.get_ref(6)?.as_str()?),
        error_code: row.get(7)?,
        segments: row.get(8)?,
        media_count: row.get(9)?,
        at: UtcMillis(row.get(10)?),
        author: author_from(row.get(11)?, row.get(15)?),
        redacted: row.get(12)?,
        linked: outbox
            .as_ref()
            .map(|entry| entry.pictures.clone())
            .unwrap_or_default(),
        outbox: outbox.map(|entry| entry.state),
        masked: masked.unwrap_or_default(),
        wipe: wipe_from(row, 16)?,
        imported: row.get(18)?,
        media: Vec::new(),
        awaits_media: false,
    })
}

/// Who wrote a text, of its two columns.
fn author_from(agent: Option<[u8; 16]>, by_bot: bool) -> Option<Author> {
    if by_bot {
        return Some(Author::VirtualAgent);
    }
    agent.map(|agent| Author::Agent(uuid_id(agent)))
}

impl MessageRow {
    /// What a rule wants to know of it.
    pub(crate) fn to_stored(&self) -> StoredMessage {
        StoredMessage {
            message_id: self.message_id,
            sid: self.sid.clone(),
            direction: self.direction,
            status: self.status.clone(),
            error_code: self.error_code,
            segments: self.segments,
            media_count: self.media_count,
        }
    }
}

impl ReadConn<'_> {
    /// A text by our id.
    ///
    /// # Errors
    /// [`StoreError`] when the file cannot be read.
    pub fn find_message(&self, id: MessageId) -> Result<Option<MessageRow>, StoreError> {
        self.find_one(FIND_BY_ID, &uuid_blob(id.uuid()))
    }

    /// A text by the carrier's id.
    ///
    /// # Errors
    /// [`StoreError`] when the file cannot be read.
    pub fn find_message_by_sid(&self, sid: &MessageSid) -> Result<Option<MessageRow>, StoreError> {
        self.find_one(FIND_BY_SID, &sid_blob(sid))
    }

    /// Whether a text with the carrier's id is stored.
    ///
    /// # Errors
    /// [`StoreError`] when the file cannot be read.
    pub fn knows_sid(&self, sid: &MessageSid) -> Result<bool, StoreError> {
        const OPERATION: &str = "look for a text";
        self.prepare(
            "SELECT EXISTS (SELECT 1 FROM messages WHERE sid = ?1)",
            OPERATION,
        )?
        .query_row([sid_blob(sid)], |row| row.get(0))
        .during(OPERATION)
    }

    fn find_one(&self, sql: &'static str, id: &[u8]) -> Result<Option<MessageRow>, StoreError> {
        const OPERATION: &str = "find a text";
        let found = self
            .prepare(sql, OPERATION)?
            .query_row([id], read_message)
            .optional()
            .during(OPERATION)?;
        found.map(|row| self.with_media(row)).transpose()
    }

    /// Adds what is known of a text's pictures.
    pub(crate) fn with_media(&self, mut row: MessageRow) -> Result<MessageRow, StoreError> {
        if row.media_count > 0 {
            row.media = self.list_media(row.message_id)?;
            row.awaits_media = self.is_media_pending(row.message_id)?;
        }
        Ok(row)
    }

    /// Texts since an instant of which the carrier has not said the last word, newest first. At most 500.
    ///
    /// # Errors
    /// [`StoreError`] when the file cannot be read.
    pub fn list_unsettled_messages(
        &self,
        since: UtcMillis,
        limit: u32,
    ) -> Result<Vec<UnsettledMessage>, StoreError> {
        const OPERATION: &str = "list texts that are under way";
        self.prepare(UNSETTLED, OPERATION)?
            .query_map(params![since.0, page_size(limit)], |row| {
                Ok(UnsettledMessage {
                    message_id: uuid_id(row.get(0)?),
                    sid: sid_from_blob(row.get_ref(1)?.as_blob()?, "messages.sid")?,
                    at: UtcMillis(row.get(2)?),
                    status: DeliveryStatus::parse(row.get_ref(3)?.as_str()?),
                })
            })
            .and_then(Iterator::collect)
            .during(OPERATION)
    }
}

//! Writing texts: inserting, advancing, binding, redacting.
//!
//! Owns positions and keeps the conversation's row in step, in the same transaction. The search index follows
//! by triggers, so that no path can forget it.

use rusqlite::{OptionalExtension as _, params};
use tern_domain::{
    Author, ConversationId, DeliveryStatus, Direction, MessageId, MessagePosition, MessageSid,
    NewMessage, Placement, UtcMillis,
};

use super::conversations::preview_text;
use super::scrub::Removed;
use super::values::{direction_code, sid_blob, uuid_blob};
use crate::error::{During as _, StoreError};
use crate::tx::WriteTx;

/// Milliseconds of a day.
pub(crate) const DAY: i64 = 86_400_000;

/// Inserts a row whose position is known. The raw statement that everything else is measured against.
pub(crate) const INSERT: &str = "
    INSERT INTO messages (position, message_id, sid, conversation_id, direction, body, status, error_code,
        segments, media_count, at, author, counted, unsettled, by_bot)
    VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15)";

/// Makes the newest text of a conversation its preview, and counts it.
const ADD_TO_CONVERSATION: &str = "
    UPDATE conversations SET
        last_position = ?2, last_at = ?3, first_at = min(coalesce(first_at, ?3), ?3),
        message_count = message_count + 1, preview = ?4, preview_direction = ?5, preview_status = ?6,
        preview_error_code = ?7, preview_media_count = ?8, unread_count = unread_count + ?9
    WHERE conversation_id = ?1";

/// The same for an older text: only counts it, unless nothing newer is there.
const ADD_HISTORY_TO_CONVERSATION: &str = "
    UPDATE conversations SET first_at = min(coalesce(first_at, ?2), ?2), message_count = message_count + ?3
    WHERE conversation_id = ?1 AND last_position >= ?4";

/// Whether the carrier will still say something about a text that is known there.
pub(crate) const fn is_unsettled(is_known_there: bool, status: &DeliveryStatus) -> bool {
    is_known_there && !status.is_final()
}

/// A row's way into the conversation's preview.
pub(crate) struct PreviewSource<'a> {
    pub(crate) position: MessagePosition,
    pub(crate) at: UtcMillis,
    pub(crate) body: &'a str,
    pub(crate) direction: Direction,
    pub(crate) status: &'a DeliveryStatus,
    pub(crate) error_code: Option<u32>,
    pub(crate) media_count: u32,
}

impl WriteTx<'_> {
    /// Stores a text and brings its conversation's row up to date.
    pub(crate) fn insert_message(
        &mut self,
        conversation: ConversationId,
        message: &NewMessage,
    ) -> Result<MessagePosition, StoreError> {
        const OPERATION: &str = "insert a text";
        let position = match message.placement {
            Placement::Live => self.take_live_position()?,
            Placement::History => self.take_history_positions(1)?,
        };
        self.prepare(INSERT, OPERATION)?
            .execute(params![
                position.0,
                uuid_blob(message.message_id.uuid()),
                message.sid.as_ref().map(sid_blob),
                conversation.0,
                direction_code(message.direction),
                message.body.as_str(),
                message.status.as_str(),
                message.error_code,
                message.segments,
                message.media_count,
                message.at.0,
                message
                    .author
                    .and_then(Author::agent)
                    .map(|agent| uuid_blob(agent.uuid())),
                message.unread,
                is_unsettled(message.sid.is_some(), &message.status),
                message.author == Some(Author::VirtualAgent),
            ])
            .during(OPERATION)?;
        self.note_day(message.at, position, position)?;
        let preview = PreviewSource {
            position,
            at: message.at,
            body: message.body.as_str(),
            direction: message.direction,
            status: &message.status,
            error_code: message.error_code,
            media_count: message.media_count,
        };
        match message.placement {
            Placement::Live => {
                self.add_newest_to_conversation(conversation, &preview, message.unread)?;
            }
            Placement::History => {
                self.add_history_to_conversation(conversation, &preview, message.at, 1)?;
            }
        }
        if message.direction == Direction::Outbound && message.status.is_failure() {
            self.note_failure(conversation, position)?;
        }
        Ok(position)
    }

    fn take_live_position(&mut self) -> Result<MessagePosition, StoreError> {
        const OPERATION: &str = "take the next position";
        self.prepare(
            "UPDATE store_state SET next_live_position = next_live_position + 1
             RETURNING next_live_position - 1",
            OPERATION,
        )?
        .query_row((), |row| row.get(0).map(MessagePosition))
        .during(OPERATION)
    }

    /// Takes that many positions; answers the lowest, for the oldest text.
    pub(crate) fn take_history_positions(
        &mut self,
        how_many: i64,
    ) -> Result<MessagePosition, StoreError> {
        const OPERATION: &str = "take positions for history";
        self.prepare(
            "UPDATE store_state SET next_history_position = next_history_position - ?1
             RETURNING next_history_position + 1",
            OPERATION,
        )?
        .query_row([how_many], |row| row.get(0).map(MessagePosition))
        .during(OPERATION)
    }

    /// Remembers which positions a day's texts have.
    pub(crate) fn note_day(
        &mut self,
        at: UtcMillis,
        lowest: MessagePosition,
        highest: MessagePosition,
    ) -> Result<(), StoreError> {
        const OPERATION: &str = "note a day's positions";
        self.prepare(
            "INSERT INTO message_days (day, min_position, max_position) VALUES (?1, ?2, ?3)
             ON CONFLICT (day) DO UPDATE SET
                min_position = min(min_position, excluded.min_position),
                max_position = max(max_position, excluded.max_position)
             WHERE excluded.min_position < min_position OR excluded.max_position > max_position",
            OPERATION,
        )?
        .execute(params![at.0.div_euclid(DAY), lowest.0, highest.0])
        .during(OPERATION)?;
        Ok(())
    }

    fn add_newest_to_conversation(
        &mut self,
        conversation: ConversationId,
        preview: &PreviewSource<'_>,
        unread: bool,
    ) -> Result<(), StoreError> {
        const OPERATION: &str = "update a conversation";
        self.prepare(ADD_TO_CONVERSATION, OPERATION)?
            .execute(params![
                conversation.0,
                preview.position.0,
                preview.at.0,
                preview_text(preview.body),
                direction_code(preview.direction),
                preview.status.as_str(),
                preview.error_code,
                preview.media_count,
                unread,
            ])
            .during(OPERATION)?;
        Ok(())
    }

    /// Counts texts of the past; `newest` is the newest of them, `oldest` the time of the oldest.
    pub(crate) fn add_history_to_conversation(
        &mut self,
        conversation: ConversationId,
        newest: &PreviewSource<'_>,
        oldest: UtcMillis,
        how_many: i64,
    ) -> Result<(), StoreError> {
        const OPERATION: &str = "update a conversation";
        let has_newer = self
            .prepare(ADD_HISTORY_TO_CONVERSATION, OPERATION)?
            .execute(params![
                conversation.0,
                oldest.0,
                how_many,
                newest.position.0
            ])
            .during(OPERATION)?
            > 0;
        if has_newer {
            return Ok(());
        }
        self.add_newest_to_conversation(conversation, newest, false)?;
        if how_many > 1 {
            self.prepare(ADD_HISTORY_TO_CONVERSATION, OPERATION)?
                .execute(params![
                    conversation.0,
                    oldest.0,
                    how_many - 1,
                    newest.position.0
                ])
                .during(OPERATION)?;
        }
        Ok(())
    }

    fn note_failure(
        &mut self,
        conversation: ConversationId,
        position: MessagePosition,
    ) -> Result<(), StoreError> {
        const OPERATION: &str = "note a failed text";
        self.prepare(
            "UPDATE conversations SET failed_position = max(coalesce(failed_position, ?2), ?2)
             WHERE conversation_id = ?1 AND ?2 > 0",
            OPERATION,
        )?
        .execute(params![conversation.0, position.0])
        .during(OPERATION)?;
        Ok(())
    }

    /// Writes where a text stands. The plan has merged it already: never backwards (T-12).
    pub(crate) fn advance_delivery(
        &mut self,
        message_id: MessageId,
        status: &DeliveryStatus,
        error_code: Option<u32>,
        segments: Option<u32>,
    ) -> Result<ConversationId, StoreError> {
        const OPERATION: &str = "update a text's delivery";
        let (conversation, position, direction): (ConversationId, MessagePosition, i64) = self
            .prepare(
                "UPDATE messages SET status = ?2, error_code = ?3, segments = coalesce(?4, segments),
                    unsettled = ?5 AND sid IS NOT NULL
                 WHERE message_id = ?1 RETURNING conversation_id, position, direction",
                OPERATION,
            )?
            .query_row(
                params![
                    uuid_blob(message_id.uuid()),
                    status.as_str(),
                    error_code,
                    segments,
                    is_unsettled(true, status),
                ],
                |row| {
                    Ok((
                        ConversationId(row.get(0)?),
                        MessagePosition(row.get(1)?),
                        row.get(2)?,
                    ))
                },
            )
            .optional()
            .during(OPERATION)?
            .ok_or(StoreError::NotFound { what: "text" })?;
        if status.is_final() {
            self.hasten_carrier_wipe(message_id)?;
        }
        self.prepare(
            "UPDATE conversations SET preview_status = ?3, preview_error_code = ?4
             WHERE conversation_id = ?1 AND last_position = ?2",
            OPERATION,
        )?
        .execute(params![
            conversation.0,
            position.0,
            status.as_str(),
            error_code
        ])
        .during(OPERATION)?;
        if direction == direction_code(Direction::Outbound) && status.is_failure() {
            self.note_failure(conversation, position)?;
        }
        Ok(conversation)
    }

    /// Ties a text of ours to the carrier's row.
    pub(crate) fn bind_sid(
        &mut self,
        message_id: MessageId,
        sid: &MessageSid,
        at: UtcMillis,
    ) -> Result<ConversationId, StoreError> {
        const OPERATION: &str = "bind a text to the carrier's row";
        let (conversation, position, status): (ConversationId, MessagePosition, String) = self
            .prepare(
                "UPDATE messages SET sid = ?2, at = ?3 WHERE message_id = ?1
                 RETURNING conversation_id, position, status",
                OPERATION,
            )?
            .query_row(
                params![uuid_blob(message_id.uuid()), sid_blob(sid), at.0],
                |row| {
                    Ok((
                        ConversationId(row.get(0)?),
                        MessagePosition(row.get(1)?),
                        row.get(2)?,
                    ))
                },
            )
            .optional()
            .during(OPERATION)?
            .ok_or(StoreError::NotFound { what: "text" })?;
        self.prepare(
            "UPDATE messages SET unsettled = ?2 WHERE position = ?1 AND unsettled <> ?2",
            OPERATION,
        )?
        .execute(params![
            position.0,
            is_unsettled(true, &DeliveryStatus::parse(&status))
        ])
        .during(OPERATION)?;
        self.prepare(
            "UPDATE conversations SET last_at = ?3 WHERE conversation_id = ?1 AND last_position = ?2",
            OPERATION,
        )?
        .execute(params![conversation.0, position.0, at.0])
        .during(OPERATION)?;
        self.note_day(at, position, position)?;
        Ok(conversation)
    }

    /// Wipes a text's content everywhere in this file: row, search index, preview, outbox, pictures, and what
    /// quotes it. The row stays, so that the thread shows that something was there.
    ///
    /// # Errors
    /// [`StoreError::NotFound`].
    pub fn redact_message(&mut self, message_id: MessageId) -> Result<ConversationId, StoreError> {
        const OPERATION: &str = "redact a text";
        let id = uuid_blob(message_id.uuid());
        let before = self
            .find_message(message_id)?
            .ok_or(StoreError::NotFound { what: "text" })?;
        self.scrub_all_quotations(
            before.conversation_id,
            &[Removed {
                sid: before.sid,
                words: before.body.as_str().to_owned(),
            }],
        )?;
        let (conversation, position): (ConversationId, i64) = self
            .prepare(
                "UPDATE messages SET body = '', redacted = 1, media_count = 0 WHERE message_id = ?1
                 RETURNING conversation_id, position",
                OPERATION,
            )?
            .query_row([id], |row| Ok((ConversationId(row.get(0)?), row.get(1)?)))
            .optional()
            .during(OPERATION)?
            .ok_or(StoreError::NotFound { what: "text" })?;
        self.prepare(
            "UPDATE conversations SET preview = '', preview_media_count = 0
             WHERE conversation_id = ?1 AND last_position = ?2",
            OPERATION,
        )?
        .execute(params![conversation.0, position])
        .during(OPERATION)?;
        self.prepare(
            "DELETE FROM outbox WHERE message_id = ?1 AND finished = 1",
            OPERATION,
        )?
        .execute([id])
        .during(OPERATION)?;
        self.finish_media(message_id)?;
        for media in self.list_media(message_id)? {
            self.delete_media(media.id)?;
        }
        Ok(conversation)
    }
}

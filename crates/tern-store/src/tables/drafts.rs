//! What is being typed, per conversation.
//!
//! A draft is its text and its pictures; without either there is none. Owns the mark in the inbox's row.

use rusqlite::{OptionalExtension as _, params};
use tern_domain::{ConversationId, MessageText, UtcMillis};

use super::media::MediaRow;
use crate::error::{During as _, StoreError};
use crate::tx::{ReadConn, WriteTx};

/// A draft.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Draft {
    /// Text so far.
    pub body: MessageText,
    /// Pictures so far, in order.
    pub media: Vec<MediaRow>,
}

impl ReadConn<'_> {
    /// The draft of a conversation.
    ///
    /// # Errors
    /// [`StoreError`] when the file cannot be read.
    pub fn find_draft(&self, conversation: ConversationId) -> Result<Option<Draft>, StoreError> {
        const OPERATION: &str = "find a draft";
        let body: Option<String> = self
            .prepare(
                "SELECT body FROM drafts WHERE conversation_id = ?1",
                OPERATION,
            )?
            .query_row([conversation.0], |row| row.get(0))
            .optional()
            .during(OPERATION)?;
        let media = self.list_draft_media(conversation)?;
        if body.is_none() && media.is_empty() {
            return Ok(None);
        }
        Ok(Some(Draft {
            body: MessageText::new(body.unwrap_or_default()),
            media,
        }))
    }
}

impl WriteTx<'_> {
    /// Keeps what is being typed. Nothing typed removes the text; pictures stay.
    ///
    /// # Errors
    /// [`StoreError`] when the file cannot be written.
    pub fn save_draft(
        &mut self,
        conversation: ConversationId,
        body: &MessageText,
        now: UtcMillis,
    ) -> Result<(), StoreError> {
        const OPERATION: &str = "save a draft";
        if body.as_str().is_empty() {
            self.prepare("DELETE FROM drafts WHERE conversation_id = ?1", OPERATION)?
                .execute([conversation.0])
                .during(OPERATION)?;
        } else {
            self.prepare(
                "INSERT INTO drafts (conversation_id, body, updated_at) VALUES (?1, ?2, ?3)
                 ON CONFLICT (conversation_id) DO UPDATE SET
                    body = excluded.body, updated_at = excluded.updated_at",
                OPERATION,
            )?
            .execute(params![conversation.0, body.as_str(), now.0])
            .during(OPERATION)?;
        }
        self.refresh_has_draft(conversation)
    }

    /// Removes the text of a draft after it was sent; its pictures went with the text.
    ///
    /// # Errors
    /// [`StoreError`] when the file cannot be written.
    pub fn clear_draft(&mut self, conversation: ConversationId) -> Result<(), StoreError> {
        const OPERATION: &str = "clear a draft";
        self.prepare("DELETE FROM drafts WHERE conversation_id = ?1", OPERATION)?
            .execute([conversation.0])
            .during(OPERATION)?;
        self.refresh_has_draft(conversation)
    }

    pub(crate) fn refresh_has_draft(
        &mut self,
        conversation: ConversationId,
    ) -> Result<(), StoreError> {
        const OPERATION: &str = "mark a draft in the inbox";
        self.prepare(
            "UPDATE conversations SET has_draft =
                EXISTS (SELECT 1 FROM drafts WHERE drafts.conversation_id = ?1)
                OR EXISTS (SELECT 1 FROM media WHERE draft_conversation_id = ?1)
             WHERE conversation_id = ?1",
            OPERATION,
        )?
        .execute([conversation.0])
        .during(OPERATION)?;
        Ok(())
    }
}

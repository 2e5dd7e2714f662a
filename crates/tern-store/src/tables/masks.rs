//! Marks on texts in which sensitive data was masked before they were stored (H-15).

use rusqlite::params;
use tern_domain::{ConversationId, MessageId};

use super::values::{to_json, uuid_blob};
use crate::error::{During as _, StoreError};
use crate::tx::WriteTx;

impl WriteTx<'_> {
    /// Notes which patterns were masked in a text.
    ///
    /// # Errors
    /// [`StoreError`] when the file cannot be written.
    pub fn mark_masked(
        &mut self,
        message_id: MessageId,
        patterns: &[String],
    ) -> Result<(), StoreError> {
        const OPERATION: &str = "mark a text as masked";
        self.prepare(
            "INSERT INTO message_masks (message_id, patterns) VALUES (?1, ?2)
             ON CONFLICT (message_id) DO UPDATE SET patterns = excluded.patterns",
            OPERATION,
        )?
        .execute(params![
            uuid_blob(message_id.uuid()),
            to_json("names of patterns", patterns)?
        ])
        .during(OPERATION)?;
        Ok(())
    }

    /// Shows in the lists since when an agent has been asking for help (I-10).
    pub(crate) fn update_help_requested(
        &mut self,
        id: ConversationId,
        since: Option<i64>,
    ) -> Result<(), StoreError> {
        const OPERATION: &str = "show that help is asked for";
        self.prepare(
            "UPDATE conversations SET help_requested_at = ?2
             WHERE conversation_id = ?1 AND help_requested_at IS NOT ?2",
            OPERATION,
        )?
        .execute(params![id.0, since])
        .during(OPERATION)?;
        Ok(())
    }
}

//! Texts of a file that the carrier tells of afterwards: they become the carrier's, instead of coming twice.

use rusqlite::{OptionalExtension as _, params};
use tern_domain::history_import::{TOLERANCE, imported_positions};
use tern_domain::{CarrierMessage, ConversationKey};

use crate::error::{During as _, StoreError};
use crate::tables::message_writes::is_unsettled;
use crate::tables::values::{direction_code, sid_blob};
use crate::tx::WriteTx;

/// A text of a file, without a SID, that is the carrier's.
pub(crate) const TOLD: &str = "
    SELECT position FROM messages
    WHERE conversation_id = ?1 AND position BETWEEN ?2 AND ?3 AND sid IS NULL AND direction = ?4
        AND (body = ?5 OR redacted = 1)
    ORDER BY position LIMIT 1";

impl WriteTx<'_> {
    /// Ties texts that were brought in to the carrier's rows, and takes these rows away from what is new. From then on
    /// they are no import's any more.
    pub(crate) fn adopt_told(
        &mut self,
        fresh: &mut Vec<(ConversationKey, &CarrierMessage)>,
    ) -> Result<(), StoreError> {
        const OPERATION: &str = "tie a text of a file to the carrier's row";
        let has_imports: bool = self
            .prepare("SELECT EXISTS (SELECT 1 FROM imported_texts)", OPERATION)?
            .query_row((), |row| row.get(0))
            .during(OPERATION)?;
        if !has_imports {
            return Ok(());
        }
        let mut left = Vec::with_capacity(fresh.len());
        for (key, message) in fresh.drain(..) {
            if !self.adopt_one(&key, message)? {
                left.push((key, message));
            }
        }
        *fresh = left;
        Ok(())
    }

    fn adopt_one(
        &mut self,
        key: &ConversationKey,
        message: &CarrierMessage,
    ) -> Result<bool, StoreError> {
        const OPERATION: &str = "tie a text of a file to the carrier's row";
        let Some(conversation) = self.find_conversation(key)? else {
            return Ok(false);
        };
        let at = message.created_at;
        let (lowest, highest) = imported_positions(at - TOLERANCE, at + TOLERANCE);
        let found: Option<i64> = self
            .prepare(TOLD, OPERATION)?
            .query_row(
                params![
                    conversation.0,
                    lowest,
                    highest,
                    direction_code(message.direction),
                    message.body.as_str()
                ],
                |row| row.get(0),
            )
            .optional()
            .during(OPERATION)?;
        let Some(position) = found else {
            return Ok(false);
        };
        self.prepare(
            "UPDATE messages SET sid = ?2, status = ?3, error_code = ?4, segments = max(segments, ?5),
                unsettled = ?6
             WHERE position = ?1",
            OPERATION,
        )?
        .execute(params![
            position,
            sid_blob(&message.sid),
            message.status.as_str(),
            message.error_code,
            message.segments,
            is_unsettled(true, &message.status)
        ])
        .during(OPERATION)?;
        self.prepare(
            "UPDATE imported_texts SET told = 1 WHERE position = ?1",
            OPERATION,
        )?
        .execute([position])
        .during(OPERATION)?;
        Ok(true)
    }
}

//! What the new file does with the rows that it gets: takes those that fit, and corrects what lost texts left behind.

use rusqlite::types::Value;
use rusqlite::{ErrorCode, params_from_iter};
use tern_domain::{ConversationId, MediaId, UtcMillis};
use uuid::Uuid;

use crate::error::{During as _, StoreError};
use crate::tx::{ReadConn, WriteTx};

/// Conversations whose newest text is another one than their row says.
const STALE: &str = "
    SELECT conversation_id FROM conversations WHERE last_position IS NOT (
        SELECT max(position) FROM messages WHERE messages.conversation_id = conversations.conversation_id)";

impl WriteTx<'_> {
    pub(super) fn check_is_new(&self) -> Result<(), StoreError> {
        const OPERATION: &str = "look whether the database is new";
        let has_texts: bool = self
            .connection()
            .query_row("SELECT EXISTS (SELECT 1 FROM conversations)", (), |row| {
                row.get(0)
            })
            .during(OPERATION)?;
        if has_texts {
            return Err(StoreError::NotNew);
        }
        Ok(())
    }

    /// Inserts rows as they were; one that does not fit any more, because what it belongs to is lost, is
    /// left out. Answers how many were kept.
    pub(super) fn insert_salvaged(
        &mut self,
        sql: &str,
        rows: Vec<Vec<Value>>,
    ) -> Result<u64, StoreError> {
        const OPERATION: &str = "carry rows over";
        let mut statement = self.connection().prepare_cached(sql).during(OPERATION)?;
        let mut kept = 0;
        for values in rows {
            match statement.execute(params_from_iter(values)) {
                Ok(inserted) => kept += u64::try_from(inserted).unwrap_or(0),
                Err(error) if error.sqlite_error_code() == Some(ErrorCode::ConstraintViolation) => {
                }
                Err(error) => return Err(StoreError::from_sql(OPERATION, error)),
            }
        }
        Ok(kept)
    }

    /// Sets the counters so that no position is used twice, and corrects what lost texts left behind.
    pub(super) fn restore_counters(
        &mut self,
        counters: Option<(i64, i64, i64, Option<i64>)>,
    ) -> Result<(), StoreError> {
        const OPERATION: &str = "restore the counters";
        let (revision, live, history, live_since) = counters.unwrap_or((0, 1, 0, None));
        self.connection()
            .execute(
                "UPDATE store_state SET revision = max(revision, ?1), live_since_at = ?4,
                    next_live_position = max(?2, 1 + (SELECT coalesce(max(position), 0) FROM messages)),
                    next_history_position = min(?3, (
                        SELECT coalesce(min(position), 1) FROM messages WHERE position > -2251799813685248) - 1)",
                (revision, live, history, live_since),
            )
            .during(OPERATION)?;
        self.connection()
            .execute_batch(
                "UPDATE conversations SET
                    message_count = (
                        SELECT count(*) FROM messages
                        WHERE messages.conversation_id = conversations.conversation_id
                    )",
            )
            .during(OPERATION)?;
        let stale: Vec<ConversationId> = self
            .prepare(STALE, OPERATION)?
            .query_map((), |row| row.get(0).map(ConversationId))
            .and_then(Iterator::collect)
            .during(OPERATION)?;
        for conversation in stale {
            self.show_newest_text(conversation)?;
        }
        Ok(())
    }
}

impl ReadConn<'_> {
    pub(super) fn list_media_ids(&self) -> Result<Vec<MediaId>, StoreError> {
        const OPERATION: &str = "list media";
        self.prepare("SELECT media_id FROM media", OPERATION)?
            .query_map((), |row| {
                row.get::<_, [u8; 16]>(0)
                    .map(|id| MediaId::new(Uuid::from_bytes(id)))
            })
            .and_then(Iterator::collect)
            .during(OPERATION)
    }

    /// How many texts from before an instant are here. Reads all of them.
    ///
    /// # Errors
    /// [`StoreError`] when the file cannot be read.
    pub fn count_texts_until(&self, at: UtcMillis) -> Result<u64, StoreError> {
        const OPERATION: &str = "count texts";
        self.prepare("SELECT count(*) FROM messages WHERE at <= ?1", OPERATION)?
            .query_row([at.0], |row| row.get(0).map(i64::unsigned_abs))
            .during(OPERATION)
    }

    /// Columns of a table of this file.
    pub(super) fn columns_of(&self, table: &'static str) -> Result<Vec<String>, StoreError> {
        const OPERATION: &str = "list columns";
        self.prepare("SELECT name FROM pragma_table_info(?1)", OPERATION)?
            .query_map([table], |row| row.get(0))
            .and_then(Iterator::collect)
            .during(OPERATION)
    }
}

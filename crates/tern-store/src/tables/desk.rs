//! Snoozes, pins and reply clocks: marks on a conversation's row, and the lists of what sleeps and of who
//! wants help.

use rusqlite::params;
use tern_domain::{ConversationId, DeskMarks, ReplyClocks, UtcMillis};

use super::conversations::{ConversationRow, read_row, select_rows};
use super::values::{cut_page, page_size};
use crate::error::{During as _, StoreError};
use crate::tx::{ReadConn, WriteTx};

/// Where a page of the sleeping ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SnoozedCursor {
    /// When its last row wakes.
    pub until: UtcMillis,
    /// Its last row.
    pub conversation: ConversationId,
}

/// A page of what sleeps, first to wake first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SnoozedPage {
    /// The rows.
    pub rows: Vec<ConversationRow>,
    /// Give this to get the next page; `None` at the end.
    pub next: Option<SnoozedCursor>,
}

pub(crate) const SNOOZED: &str = select_rows!(
    "WHERE snoozed_until IS NOT NULL AND (snoozed_until, conversations.conversation_id) > (?1, ?2)
     ORDER BY snoozed_until, conversations.conversation_id LIMIT ?3"
);

/// Where a page of those who want help ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct HelpCursor {
    /// Since when its last row wants help.
    pub since: UtcMillis,
    /// Its last row.
    pub conversation: ConversationId,
}

/// A page of conversations in which help is wanted, the longest wait first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HelpPage {
    /// The rows.
    pub rows: Vec<ConversationRow>,
    /// Give this to get the next page; `None` at the end.
    pub next: Option<HelpCursor>,
}

pub(crate) const HELP_WANTED: &str = select_rows!(
    "WHERE help_requested_at IS NOT NULL
        AND (help_requested_at, conversations.conversation_id) > (?1, ?2)
     ORDER BY help_requested_at, conversations.conversation_id LIMIT ?3"
);

impl ReadConn<'_> {
    /// Conversations in which an agent asks for help (H-11), the longest wait first. At most 500 rows.
    ///
    /// # Errors
    /// [`StoreError`] when the file cannot be read.
    pub fn list_help_wanted(
        &self,
        after: Option<HelpCursor>,
        limit: u32,
    ) -> Result<HelpPage, StoreError> {
        const OPERATION: &str = "list who wants help";
        let size = page_size(limit);
        let (since, id) = after.map_or((i64::MIN, i64::MIN), |row| {
            (row.since.0, row.conversation.0)
        });
        let mut rows = self
            .prepare(HELP_WANTED, OPERATION)?
            .query_map(params![since, id, size + 1], read_row)
            .and_then(Iterator::collect::<Result<Vec<_>, _>>)
            .during(OPERATION)?;
        let has_more = cut_page(&mut rows, size);
        let next = rows.last().filter(|_| has_more).and_then(|row| {
            Some(HelpCursor {
                since: row.help_requested_at?,
                conversation: row.id,
            })
        });
        Ok(HelpPage { rows, next })
    }
}

impl ReadConn<'_> {
    /// What sleeps, first to wake first. At most 500 rows.
    ///
    /// # Errors
    /// [`StoreError`] when the file cannot be read.
    pub fn list_snoozed(
        &self,
        after: Option<SnoozedCursor>,
        limit: u32,
    ) -> Result<SnoozedPage, StoreError> {
        const OPERATION: &str = "list snoozed conversations";
        let size = page_size(limit);
        let (until, id) = after.map_or((i64::MIN, i64::MIN), |row| {
            (row.until.0, row.conversation.0)
        });
        let mut rows = self
            .prepare(SNOOZED, OPERATION)?
            .query_map(params![until, id, size + 1], read_row)
            .and_then(Iterator::collect::<Result<Vec<_>, _>>)
            .during(OPERATION)?;
        let has_more = cut_page(&mut rows, size);
        let next = rows.last().filter(|_| has_more).and_then(|row| {
            Some(SnoozedCursor {
                until: row.marks.snoozed_until?,
                conversation: row.id,
            })
        });
        Ok(SnoozedPage { rows, next })
    }
}

impl ReadConn<'_> {
    /// Conversations with texts since an instant, after a given one. Their ids grow with their first text.
    ///
    /// # Errors
    /// [`StoreError`] when the file cannot be read.
    pub fn list_conversations_since(
        &self,
        since: UtcMillis,
        after: ConversationId,
        limit: u32,
    ) -> Result<Vec<ConversationId>, StoreError> {
        const OPERATION: &str = "list conversations of a time";
        self.prepare(
            "SELECT conversation_id FROM conversations WHERE conversation_id > ?2 AND last_at >= ?1
             ORDER BY conversation_id LIMIT ?3",
            OPERATION,
        )?
        .query_map(params![since.0, after.0, limit], |row| {
            row.get(0).map(ConversationId)
        })
        .and_then(Iterator::collect)
        .during(OPERATION)
    }

    /// How many conversations have texts since an instant.
    ///
    /// # Errors
    /// [`StoreError`] when the file cannot be read.
    pub fn count_conversations_since(&self, since: UtcMillis) -> Result<u32, StoreError> {
        const OPERATION: &str = "count conversations of a time";
        self.prepare(
            "SELECT count(*) FROM conversations WHERE last_at >= ?1",
            OPERATION,
        )?
        .query_row([since.0], |row| row.get(0))
        .during(OPERATION)
    }
}

impl WriteTx<'_> {
    pub(crate) fn update_marks(
        &mut self,
        conversation: ConversationId,
        marks: DeskMarks,
    ) -> Result<(), StoreError> {
        const OPERATION: &str = "mark a conversation";
        self.prepare(
            "UPDATE conversations SET pinned = ?2, snoozed_until = ?3, prompted_at = ?4
             WHERE conversation_id = ?1",
            OPERATION,
        )?
        .execute(params![
            conversation.0,
            marks.is_pinned,
            marks.snoozed_until.map(|until| until.0),
            marks.prompted_at.map(|at| at.0)
        ])
        .during(OPERATION)?;
        Ok(())
    }

    pub(crate) fn update_clocks(
        &mut self,
        conversation: ConversationId,
        clocks: ReplyClocks,
    ) -> Result<(), StoreError> {
        const OPERATION: &str = "note who waits";
        self.prepare(
            "UPDATE conversations SET waiting_since = ?2, answered_at = ?3 WHERE conversation_id = ?1",
            OPERATION,
        )?
        .execute(params![
            conversation.0,
            clocks.waiting_since.map(|at| at.0),
            clocks.answered_at.map(|at| at.0)
        ])
        .during(OPERATION)?;
        Ok(())
    }

    /// Counts the requester's newest text as unread again; one without such a text counts one.
    ///
    /// # Errors
    /// [`StoreError`] when the file cannot be written.
    pub fn mark_unread(&mut self, conversation: ConversationId) -> Result<(), StoreError> {
        const OPERATION: &str = "mark a conversation as unread";
        self.prepare(
            "UPDATE conversations SET
                read_up_to = min(read_up_to, coalesce((
                    SELECT max(position) - 1 FROM messages
                    WHERE messages.conversation_id = ?1 AND counted = 1
                ), read_up_to)),
                unread_count = max(unread_count, 1)
             WHERE conversation_id = ?1",
            OPERATION,
        )?
        .execute([conversation.0])
        .during(OPERATION)?;
        Ok(())
    }
}

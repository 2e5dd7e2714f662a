//! Pages of a thread.
//!
//! Keyset paging by position: a page costs the same at any depth, and texts that come in meanwhile neither
//! shift nor repeat anything.

use rusqlite::{OptionalExtension as _, params};
use tern_domain::{ConversationId, MessagePosition, UtcMillis};

use super::message_writes::DAY;
use super::messages::{MessageRow, read_message, select_messages};
use super::values::{cut_page, page_size};
use crate::error::{During as _, StoreError};
use crate::tx::ReadConn;

/// Where a page of a thread is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ThreadAnchor {
    /// The newest texts.
    Latest,
    /// Around the first unread text; the newest texts when all is read.
    Unread,
    /// Older than a position.
    Before(MessagePosition),
    /// Newer than a position.
    After(MessagePosition),
    /// Around a position, e.g. a search hit.
    Around(MessagePosition),
}

/// A page of a thread.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MessagePage {
    /// Texts, oldest first.
    pub messages: Vec<MessageRow>,
    /// There are older ones.
    pub has_older: bool,
    /// There are newer ones.
    pub has_newer: bool,
    /// The first unread text, for the divider.
    pub first_unread: Option<MessagePosition>,
}

pub(crate) const OLDER: &str = select_messages!(
    "WHERE messages.conversation_id = ?1 AND messages.position < ?2
     ORDER BY messages.position DESC LIMIT ?3"
);
pub(crate) const NEWER: &str = select_messages!(
    "WHERE messages.conversation_id = ?1 AND messages.position > ?2
     ORDER BY messages.position LIMIT ?3"
);
pub(crate) const FIRST_UNREAD: &str = "
    SELECT position FROM messages
    WHERE conversation_id = ?1 AND counted = 1
        AND position > (
            SELECT read_up_to FROM conversations WHERE conversation_id = ?1 AND unread_count > 0
        )
    ORDER BY position LIMIT 1";

pub(crate) const FIRST_SINCE: &str = "
    SELECT position FROM messages
    WHERE conversation_id = ?1 AND position > 0 AND at >= ?2 ORDER BY position LIMIT 1";

/// The first text from a position on that is not older; what is skipped is at most a day's.
pub(crate) const FIRST_FROM: &str = "
    SELECT position, at FROM messages
    WHERE conversation_id = ?1 AND position >= ?2 AND at >= ?3 ORDER BY position LIMIT 1";
pub(crate) const NEWEST: &str = "
    SELECT position, at FROM messages WHERE conversation_id = ?1 ORDER BY position DESC LIMIT 1";
pub(crate) const FIRST_POSITION_SINCE: &str =
    "SELECT min(min_position) FROM message_days WHERE day >= ?1";

impl ReadConn<'_> {
    /// The first text of a conversation since an instant; the newest one where all are older.
    ///
    /// # Errors
    /// [`StoreError`] when the file cannot be read.
    pub fn find_text_since(
        &self,
        conversation: ConversationId,
        since: UtcMillis,
    ) -> Result<Option<(MessagePosition, UtcMillis)>, StoreError> {
        const OPERATION: &str = "find a day in a thread";
        let read =
            |row: &rusqlite::Row<'_>| Ok((MessagePosition(row.get(0)?), UtcMillis(row.get(1)?)));
        let first: Option<i64> = self
            .prepare(FIRST_POSITION_SINCE, OPERATION)?
            .query_row([since.0.div_euclid(DAY)], |row| row.get(0))
            .during(OPERATION)?;
        if let Some(first) = first {
            let found = self
                .prepare(FIRST_FROM, OPERATION)?
                .query_row(params![conversation.0, first, since.0], read)
                .optional()
                .during(OPERATION)?;
            if found.is_some() {
                return Ok(found);
            }
        }
        self.prepare(NEWEST, OPERATION)?
            .query_row([conversation.0], read)
            .optional()
            .during(OPERATION)
    }

    /// The first live text of a conversation since an instant, to the second: carrier times have no more.
    ///
    /// # Errors
    /// [`StoreError`] when the file cannot be read.
    pub fn find_position_at(
        &self,
        conversation: ConversationId,
        since: UtcMillis,
    ) -> Result<Option<MessagePosition>, StoreError> {
        const OPERATION: &str = "find a text by its time";
        self.prepare(FIRST_SINCE, OPERATION)?
            .query_row(params![conversation.0, since.floor_to_second().0], |row| {
                row.get(0).map(MessagePosition)
            })
            .optional()
            .during(OPERATION)
    }

    /// A page of a thread, oldest first. At most 500 texts.
    ///
    /// # Errors
    /// [`StoreError`] when the file cannot be read.
    pub fn list_messages(
        &self,
        conversation: ConversationId,
        anchor: ThreadAnchor,
        limit: u32,
    ) -> Result<MessagePage, StoreError> {
        let size = page_size(limit);
        let first_unread = self.first_unread(conversation)?;
        let (older, newer) = match (anchor, first_unread) {
            (ThreadAnchor::Latest, _) | (ThreadAnchor::Unread, None) => {
                (self.older(conversation, i64::MAX, size)?, Part::none())
            }
            (ThreadAnchor::Before(MessagePosition(position)), _) => {
                let newer = self.newer(conversation, position.saturating_sub(1), 0)?;
                (self.older(conversation, position, size)?, newer)
            }
            (ThreadAnchor::After(MessagePosition(position)), _) => {
                let older = self.older(conversation, position.saturating_add(1), 0)?;
                (older, self.newer(conversation, position, size)?)
            }
            (ThreadAnchor::Around(position), _) | (ThreadAnchor::Unread, Some(position)) => {
                self.around(conversation, position.0, size)?
            }
        };
        let mut messages = older.rows;
        messages.reverse();
        messages.extend(newer.rows);
        Ok(MessagePage {
            messages: messages
                .into_iter()
                .map(|row| self.with_media(row))
                .collect::<Result<_, _>>()?,
            has_older: older.has_more,
            has_newer: newer.has_more,
            first_unread,
        })
    }

    /// Half before and half from a position on; a side that is short leaves its room to the other.
    fn around(
        &self,
        conversation: ConversationId,
        position: i64,
        size: u32,
    ) -> Result<(Part, Part), StoreError> {
        let half = size / 2;
        let mut older = self.older(conversation, position, half)?;
        let newer = self.newer(
            conversation,
            position.saturating_sub(1),
            size.saturating_sub(older.length()),
        )?;
        let room = size.saturating_sub(newer.length());
        if room > half && older.has_more {
            older = self.older(conversation, position, room)?;
        }
        Ok((older, newer))
    }

    fn older(
        &self,
        conversation: ConversationId,
        before: i64,
        size: u32,
    ) -> Result<Part, StoreError> {
        self.part(OLDER, conversation, before, size)
    }

    fn newer(
        &self,
        conversation: ConversationId,
        after: i64,
        size: u32,
    ) -> Result<Part, StoreError> {
        self.part(NEWER, conversation, after, size)
    }

    /// One row more than asked for tells whether there are more.
    fn part(
        &self,
        sql: &'static str,
        conversation: ConversationId,
        from: i64,
        size: u32,
    ) -> Result<Part, StoreError> {
        const OPERATION: &str = "list texts";
        let mut rows = self
            .prepare(sql, OPERATION)?
            .query_map(params![conversation.0, from, size + 1], read_message)
            .and_then(Iterator::collect::<Result<Vec<_>, _>>)
            .during(OPERATION)?;
        let has_more = cut_page(&mut rows, size);
        Ok(Part { rows, has_more })
    }

    fn first_unread(
        &self,
        conversation: ConversationId,
    ) -> Result<Option<MessagePosition>, StoreError> {
        const OPERATION: &str = "find the first unread text";
        self.prepare(FIRST_UNREAD, OPERATION)?
            .query_row([conversation.0], |row| row.get(0).map(MessagePosition))
            .optional()
            .during(OPERATION)
    }
}

/// Rows in one direction from a position.
struct Part {
    rows: Vec<MessageRow>,
    has_more: bool,
}

impl Part {
    fn length(&self) -> u32 {
        u32::try_from(self.rows.len()).unwrap_or(u32::MAX)
    }

    const fn none() -> Self {
        Self {
            rows: Vec::new(),
            has_more: false,
        }
    }
}

//! Pages of a thread.
//!
//! Keyset paging by position: a page costs the same at any depth, and texts that come in meanwhile neither
//! shift nor repeat anything. Where texts of a file stand between texts of the carrier, positions do not tell the order,
//! and the thread is paged by time; which threads these are, triggers know (`woven_threads`).

use rusqlite::{OptionalExtension as _, params};
use tern_domain::history_import::{IMPORTED_CEILING, is_imported_position};
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
    /// From a position on.
    From(MessagePosition),
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
pub(crate) const OLDER_WOVEN: &str = select_messages!(
    "JOIN woven_texts ON woven_texts.position = messages.position
     WHERE woven_texts.conversation_id = ?1 AND (woven_texts.at, woven_texts.position) < (?2, ?3)
     ORDER BY woven_texts.at DESC, woven_texts.position DESC LIMIT ?4"
);
pub(crate) const NEWER_WOVEN: &str = select_messages!(
    "JOIN woven_texts ON woven_texts.position = messages.position
     WHERE woven_texts.conversation_id = ?1 AND (woven_texts.at, woven_texts.position) > (?2, ?3)
     ORDER BY woven_texts.at, woven_texts.position LIMIT ?4"
);
pub(crate) const IS_WOVEN: &str = "SELECT 1 FROM woven_threads WHERE conversation_id = ?1";
/// When a text was, or where there is none at the position: the next one of its kind above it.
pub(crate) const TIME_OF: &str = "
    SELECT at FROM messages WHERE conversation_id = ?1 AND position BETWEEN ?2 AND ?3
    ORDER BY position LIMIT 1";
pub(crate) const WOVEN_SINCE: &str = "
    SELECT position, at FROM woven_texts WHERE conversation_id = ?1 AND at >= ?2
    ORDER BY at, position LIMIT 1";
pub(crate) const WOVEN_NEWEST: &str = "
    SELECT position, at FROM woven_texts WHERE conversation_id = ?1
    ORDER BY at DESC, position DESC LIMIT 1";
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
        if self.is_woven(conversation)? {
            let found = self
                .prepare(WOVEN_SINCE, OPERATION)?
                .query_row(params![conversation.0, since.0], read)
                .optional()
                .during(OPERATION)?;
            return match found {
                Some(found) => Ok(Some(found)),
                None => self
                    .prepare(WOVEN_NEWEST, OPERATION)?
                    .query_row([conversation.0], read)
                    .optional()
                    .during(OPERATION),
            };
        }
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
        let thread = Thread {
            conversation,
            is_woven: self.is_woven(conversation)?,
        };
        let (older, newer) = match (anchor, first_unread) {
            (ThreadAnchor::Latest, _) | (ThreadAnchor::Unread, None) => {
                (self.older(thread, Cursor::END, size)?, Part::none())
            }
            (ThreadAnchor::Before(position), _) => {
                let cursor = self.cursor(thread, position)?;
                let newer = self.newer(thread, cursor.before(), 0)?;
                (self.older(thread, cursor, size)?, newer)
            }
            (ThreadAnchor::From(position), _) => {
                let cursor = self.cursor(thread, position)?;
                let older = self.older(thread, cursor, 0)?;
                (older, self.newer(thread, cursor.before(), size)?)
            }
            (ThreadAnchor::After(position), _) => {
                let cursor = self.cursor(thread, position)?;
                let older = self.older(thread, cursor.after(), 0)?;
                (older, self.newer(thread, cursor, size)?)
            }
            (ThreadAnchor::Around(position), _) | (ThreadAnchor::Unread, Some(position)) => {
                let cursor = self.cursor(thread, position)?;
                self.around(thread, cursor, size)?
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
        thread: Thread,
        cursor: Cursor,
        size: u32,
    ) -> Result<(Part, Part), StoreError> {
        let half = size / 2;
        let mut older = self.older(thread, cursor, half)?;
        let left = size.saturating_sub(older.length());
        let newer = self.newer(thread, cursor.before(), left)?;
        let room = size.saturating_sub(newer.length());
        if room > half && older.has_more {
            older = self.older(thread, cursor, room)?;
        }
        Ok((older, newer))
    }

    fn older(&self, thread: Thread, before: Cursor, size: u32) -> Result<Part, StoreError> {
        let sql = if thread.is_woven { OLDER_WOVEN } else { OLDER };
        self.part(sql, thread, before, size)
    }

    fn newer(&self, thread: Thread, after: Cursor, size: u32) -> Result<Part, StoreError> {
        let sql = if thread.is_woven { NEWER_WOVEN } else { NEWER };
        self.part(sql, thread, after, size)
    }

    /// One row more than asked for tells whether there are more.
    fn part(
        &self,
        sql: &'static str,
        thread: Thread,
        from: Cursor,
        size: u32,
    ) -> Result<Part, StoreError> {
        const OPERATION: &str = "list texts";
        let (conversation, position) = (thread.conversation.0, from.position);
        let mut statement = self.prepare(sql, OPERATION)?;
        let rows = if thread.is_woven {
            statement.query_map(
                params![conversation, from.at, position, size + 1],
                read_message,
            )
        } else {
            statement.query_map(params![conversation, position, size + 1], read_message)
        };
        let mut rows = rows
            .and_then(Iterator::collect::<Result<Vec<_>, _>>)
            .during(OPERATION)?;
        let has_more = cut_page(&mut rows, size);
        Ok(Part { rows, has_more })
    }

    /// Whether a thread is told by time, because positions do not tell its order.
    ///
    /// # Errors
    /// [`StoreError`] when the file cannot be read.
    pub fn is_woven(&self, conversation: ConversationId) -> Result<bool, StoreError> {
        const OPERATION: &str = "find how a thread is ordered";
        self.prepare(IS_WOVEN, OPERATION)?
            .exists([conversation.0])
            .during(OPERATION)
    }

    fn cursor(
        &self,
        thread: Thread,
        MessagePosition(position): MessagePosition,
    ) -> Result<Cursor, StoreError> {
        const OPERATION: &str = "find a place in a thread";
        if !thread.is_woven || position == i64::MIN {
            return Ok(Cursor {
                at: i64::MIN,
                position,
            });
        }
        let last_of_kind = if is_imported_position(position) {
            IMPORTED_CEILING
        } else {
            i64::MAX
        };
        let at = self
            .prepare(TIME_OF, OPERATION)?
            .query_row(
                params![thread.conversation.0, position, last_of_kind],
                |row| row.get(0),
            )
            .optional()
            .during(OPERATION)?;
        Ok(Cursor {
            at: at.unwrap_or(i64::MAX),
            position,
        })
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

/// A thread and what tells its order.
#[derive(Clone, Copy)]
struct Thread {
    conversation: ConversationId,
    is_woven: bool,
}

/// A place in a thread. The time counts in a woven one only.
#[derive(Clone, Copy)]
struct Cursor {
    at: i64,
    position: i64,
}

impl Cursor {
    /// Behind the newest text.
    const END: Self = Self {
        at: i64::MAX,
        position: i64::MAX,
    };

    /// So that a text at the place itself is behind it.
    const fn before(self) -> Self {
        Self {
            position: self.position.saturating_sub(1),
            ..self
        }
    }

    /// So that a text at the place itself is before it.
    const fn after(self) -> Self {
        Self {
            position: self.position.saturating_add(1),
            ..self
        }
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

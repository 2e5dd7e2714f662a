//! Finding conversations by a piece of their number or name.
//!
//! Walks one narrow index in the order of the inbox, newest first, and stops when the page is full; twenty
//! thousand conversations are a few milliseconds even if none fits. It refuses to read the rows of those that
//! do not fit.

use rusqlite::params;
use tern_domain::ConversationId;

use crate::error::{During as _, StoreError};
use crate::tables::conversations::{ConversationRow, searchable};
use crate::tables::values::page_size;
use crate::tx::ReadConn;

pub(crate) const BY_FRAGMENT: &str = "
    SELECT conversation_id FROM conversations
    WHERE last_position IS NOT NULL AND instr(requester_search, ?1) > 0
    ORDER BY last_position DESC LIMIT ?2";

impl ReadConn<'_> {
    /// Conversations whose requester's number or name contains what was typed, newest first. Spaces, brackets
    /// and the like are ignored on both sides. At most 500.
    ///
    /// # Errors
    /// [`StoreError`] when the file cannot be read.
    pub fn search_conversations(
        &self,
        fragment: &str,
        limit: u32,
    ) -> Result<Vec<ConversationRow>, StoreError> {
        const OPERATION: &str = "search conversations";
        let fragment = searchable(fragment);
        if fragment.is_empty() {
            return Ok(Vec::new());
        }
        let ids = self
            .prepare(BY_FRAGMENT, OPERATION)?
            .query_map(params![fragment, page_size(limit)], |row| {
                row.get(0).map(ConversationId)
            })
            .and_then(Iterator::collect::<Result<Vec<_>, _>>)
            .during(OPERATION)?;
        ids.into_iter()
            .map(|id| self.load_conversation(id))
            .collect()
    }
}

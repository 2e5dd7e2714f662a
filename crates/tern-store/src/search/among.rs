//! Which conversations a filter leaves, when it leaves few.
//!
//! A filter about the conversation cannot stand in the index of texts, because names and states change. When few
//! conversations fit they are asked for by name, and the search costs what they have; when many fit, hits are
//! looked at one by one and most of them fit. It refuses to list more than [`FEW`].

use rusqlite::params;
use tern_domain::ConversationId;
use tern_domain::search::{SearchFilters, SearchState};

use super::conversations::BY_FRAGMENT;
use crate::error::{During as _, StoreError};
use crate::tables::conversations::{ConversationList, searchable};
use crate::tx::ReadConn;

/// As many conversations as an expression names.
const FEW: usize = 64;

pub(crate) const IN_LIST: &str = "
    SELECT conversation_id FROM conversations WHERE list = ?1 AND snoozed_until IS NULL
    ORDER BY pinned DESC, last_position DESC LIMIT ?2";
pub(crate) const SNOOZED: &str = "
    SELECT conversation_id FROM conversations WHERE snoozed_until IS NOT NULL
    ORDER BY snoozed_until, conversation_id LIMIT ?1";

impl ReadConn<'_> {
    /// The conversations that the filters leave, if they are few. Each of them fits at least one filter, and
    /// every one that fits all is among them.
    pub(super) fn few_conversations(
        &self,
        filters: &SearchFilters,
    ) -> Result<Option<Vec<ConversationId>>, StoreError> {
        const OPERATION: &str = "list the conversations of a search";
        let most = i64::try_from(FEW + 1).unwrap_or(i64::MAX);
        for fragment in [&filters.number, &filters.person].into_iter().flatten() {
            let found = self
                .prepare(BY_FRAGMENT, OPERATION)?
                .query_map(params![searchable(fragment), most], |row| {
                    row.get(0).map(ConversationId)
                })
                .and_then(Iterator::collect::<Result<Vec<_>, _>>)
                .during(OPERATION)?;
            if found.len() <= FEW {
                return Ok(Some(found));
            }
        }
        let list = match filters.state {
            None => return Ok(None),
            Some(SearchState::New) => ConversationList::New,
            Some(SearchState::Ongoing | SearchState::WithVirtualAgent) => ConversationList::Ongoing,
            Some(SearchState::Done) => ConversationList::Done,
            Some(SearchState::Snoozed) => {
                let found = self
                    .prepare(SNOOZED, OPERATION)?
                    .query_map([most], |row| row.get(0).map(ConversationId))
                    .and_then(Iterator::collect::<Result<Vec<_>, _>>)
                    .during(OPERATION)?;
                return Ok((found.len() <= FEW).then_some(found));
            }
        };
        let found = self
            .prepare(IN_LIST, OPERATION)?
            .query_map(params![list.code(), most], |row| {
                row.get(0).map(ConversationId)
            })
            .and_then(Iterator::collect::<Result<Vec<_>, _>>)
            .during(OPERATION)?;
        Ok((found.len() <= FEW).then_some(found))
    }
}

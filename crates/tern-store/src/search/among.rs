//! Which conversations a filter leaves, when it leaves few.
//!
//! A filter about the conversation cannot stand in the index of texts, because names and states change. When few
//! conversations fit they are asked for by name, and the search costs what they have; when many fit, hits are
//! looked at one by one and most of them fit. It refuses to list more than [`FEW`].

use std::collections::BTreeSet;

use rusqlite::params;
use tern_domain::ConversationId;
use tern_domain::search::{SearchFilters, SearchState};

use super::conversations::BY_FRAGMENT;
use crate::error::{During as _, StoreError};
use crate::tables::conversations::{ConversationList, searchable};
use crate::tx::ReadConn;

/// As many conversations as an expression names.
const FEW: usize = 64;
/// More runs of a topic are not looked at to find out whether it ran in few conversations.
const MOST_RUNS: usize = 1024;

pub(crate) const IN_LIST: &str = "
    SELECT conversation_id FROM conversations WHERE list = ?1 AND snoozed_until IS NULL
    ORDER BY pinned DESC, last_position DESC LIMIT ?2";
pub(crate) const SNOOZED: &str = "
    SELECT conversation_id FROM conversations WHERE snoozed_until IS NOT NULL
    ORDER BY snoozed_until, conversation_id LIMIT ?1";
/// Conversations in which a topic ran, the newest run first, each as often as it ran.
pub(crate) const WITH_TOPIC: &str = "
    SELECT conversation_id FROM bot_figures JOIN conversation_figures USING (opened_at, interaction_id)
    WHERE topic = ?1 ORDER BY bot_figures.opened_at DESC LIMIT ?2";

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
        if let Some(topic) = &filters.topic {
            let most = i64::try_from(MOST_RUNS + 1).unwrap_or(i64::MAX);
            let runs = self
                .prepare(WITH_TOPIC, OPERATION)?
                .query_map(params![topic, most], |row| row.get(0).map(ConversationId))
                .and_then(Iterator::collect::<Result<Vec<_>, _>>)
                .during(OPERATION)?;
            let is_all = runs.len() <= MOST_RUNS;
            let found: BTreeSet<ConversationId> = runs.into_iter().collect();
            if is_all && found.len() <= FEW {
                return Ok(Some(found.into_iter().collect()));
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

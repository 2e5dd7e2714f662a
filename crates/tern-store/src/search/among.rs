//! Which conversations a filter leaves, when it leaves few.
//!
//! A filter about the conversation cannot stand in the index of texts, because names and states change. When few
//! conversations fit they are asked for by name, and the search costs what they have; when many fit, hits are
//! looked at one by one and most of them fit. It refuses to list more than [`FEW`].

use std::collections::BTreeSet;

use rusqlite::{OptionalExtension as _, Params, params};
use tern_domain::ConversationId;
use tern_domain::search::{SearchFilters, SearchState};

use super::conversations::BY_FRAGMENT;
use crate::error::{During as _, StoreError};
use crate::tables::conversations::{ConversationList, searchable};
use crate::tx::ReadConn;

/// As many conversations as an expression names.
const FEW: usize = 64;
/// More than that are not asked for.
const MORE_THAN_FEW: u32 = 65;
/// Where a conversation can come more than once: more rows are not looked at to find out whether they are of few.
const MOST_ROWS: u32 = 1024;

pub(crate) const IN_LIST: &str = "
    SELECT conversation_id FROM conversations WHERE list = ?1 AND snoozed_until IS NULL
    ORDER BY pinned DESC, last_position DESC LIMIT ?2";
pub(crate) const SNOOZED: &str = "
    SELECT conversation_id FROM conversations WHERE snoozed_until IS NOT NULL
    ORDER BY snoozed_until, conversation_id LIMIT ?1";
/// Conversations with unread texts.
pub(crate) const UNREAD: &str = "
    SELECT conversation_id FROM conversations WHERE unread_count > 0 ORDER BY read_up_to LIMIT ?1";
/// Nothing up to here is unread.
pub(crate) const LEAST_READ: &str = "
    SELECT read_up_to FROM conversations WHERE unread_count > 0 ORDER BY read_up_to LIMIT 1";
/// Conversations with texts that did not arrive, the newest first, each as often as it has one.
pub(crate) const FAILED: &str = "
    SELECT conversation_id FROM messages WHERE direction = 1 AND status IN ('failed', 'undelivered')
    ORDER BY position DESC LIMIT ?1";
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
        for fragment in [&filters.number, &filters.person].into_iter().flatten() {
            let few = self.few(BY_FRAGMENT, params![searchable(fragment), MORE_THAN_FEW])?;
            if few.is_some() {
                return Ok(few);
            }
        }
        if let Some(topic) = &filters.topic {
            let few = self.few_of_many(WITH_TOPIC, params![topic, MOST_ROWS])?;
            if few.is_some() {
                return Ok(few);
            }
        }
        if filters.is_unread {
            let few = self.few(UNREAD, [MORE_THAN_FEW])?;
            if few.is_some() {
                return Ok(few);
            }
        }
        if filters.is_failed {
            let few = self.few_of_many(FAILED, [MOST_ROWS])?;
            if few.is_some() {
                return Ok(few);
            }
        }
        let list = match filters.state {
            None => return Ok(None),
            Some(SearchState::New) => ConversationList::New,
            Some(SearchState::Ongoing | SearchState::WithVirtualAgent) => ConversationList::Ongoing,
            Some(SearchState::Done) => ConversationList::Done,
            Some(SearchState::Snoozed) => return self.few(SNOOZED, [MORE_THAN_FEW]),
        };
        self.few(IN_LIST, params![list.code(), MORE_THAN_FEW])
    }

    /// The position up to which nothing is unread; `None` where nothing is.
    pub(super) fn least_read(&self) -> Result<Option<i64>, StoreError> {
        const OPERATION: &str = "find what is unread";
        self.prepare(LEAST_READ, OPERATION)?
            .query_row((), |row| row.get(0))
            .optional()
            .during(OPERATION)
    }

    /// Conversations that a statement names once each, if they are few.
    fn few(
        &self,
        sql: &'static str,
        given: impl Params,
    ) -> Result<Option<Vec<ConversationId>>, StoreError> {
        let found = self.conversations_of(sql, given)?;
        Ok((found.len() <= FEW).then_some(found))
    }

    /// Conversations that a statement names more than once, if it has few rows and they are of few.
    fn few_of_many(
        &self,
        sql: &'static str,
        given: impl Params,
    ) -> Result<Option<Vec<ConversationId>>, StoreError> {
        let rows = self.conversations_of(sql, given)?;
        let is_all = rows.len() < usize::try_from(MOST_ROWS).unwrap_or(usize::MAX);
        let found: BTreeSet<ConversationId> = rows.into_iter().collect();
        Ok((is_all && found.len() <= FEW).then(|| found.into_iter().collect()))
    }

    fn conversations_of(
        &self,
        sql: &'static str,
        given: impl Params,
    ) -> Result<Vec<ConversationId>, StoreError> {
        const OPERATION: &str = "list the conversations of a search";
        self.prepare(sql, OPERATION)?
            .query_map(given, |row| row.get(0).map(ConversationId))
            .and_then(Iterator::collect)
            .during(OPERATION)
    }
}

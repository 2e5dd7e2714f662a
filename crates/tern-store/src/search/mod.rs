//! Search while typing, over all texts.
//!
//! Owns the query. Every filter is part of the index's own expression or a range of its row ids, and hits come
//! newest first because row ids grow with time: so the newest fifty of a million hits cost as much as fifty.
//! It refuses to hand user input to the index unquoted.

mod conversations;
mod expression;
mod snippet;

#[cfg(test)]
pub(crate) use conversations::BY_FRAGMENT;
pub use snippet::SnippetPart;

use rusqlite::{OptionalExtension as _, Row, params};
use tern_domain::{AgentId, ConversationId, Direction, MessageId, MessagePosition, UtcMillis};

use crate::error::{During as _, StoreError};
use crate::tables::message_writes::DAY;
use crate::tables::values::{cut_page, direction_from_code, page_size, uuid_id};
use crate::tx::ReadConn;

/// What to look for. The words and all filters must fit.
#[derive(Debug, Clone, Default)]
pub struct SearchQuery {
    /// Words as typed, the last one perhaps not finished; `"quoted words"` stand together.
    pub text: String,
    /// Only this conversation.
    pub conversation: Option<ConversationId>,
    /// Not before.
    pub from: Option<UtcMillis>,
    /// Before.
    pub until: Option<UtcMillis>,
    /// Only one way.
    pub direction: Option<Direction>,
    /// Only with pictures, or only without.
    pub has_picture: Option<bool>,
    /// Only texts that this agent wrote here.
    pub author: Option<AgentId>,
    /// Only older than this position: the `next` of the page before.
    pub before: Option<MessagePosition>,
    /// At most this many hits, up to 500.
    pub limit: u32,
}

/// A text that fits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SearchHit {
    /// Its conversation.
    pub conversation_id: ConversationId,
    /// Where it is in its thread.
    pub position: MessagePosition,
    /// Our id.
    pub message_id: MessageId,
    /// Which way it went.
    pub direction: Direction,
    /// When.
    pub at: UtcMillis,
    /// The virtual agent wrote it.
    pub is_bots: bool,
    /// A piece of it around the first match.
    pub snippet: Vec<SnippetPart>,
}

/// Hits, newest first.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct SearchPage {
    /// The hits.
    pub hits: Vec<SearchHit>,
    /// Give this to get older hits; `None` at the end.
    pub next: Option<MessagePosition>,
}

/// The one statement of all searches. The conversation and the instants are compared again, because the
/// index knows them only modulo 2²⁴ and by the day.
pub(crate) const SEARCH: &str = "
    SELECT messages.conversation_id, messages.position, messages.message_id, messages.direction, messages.at,
        snippet(messages_fts, 0, char(64976), char(64977), char(8230), 24), messages.by_bot
    FROM messages_fts JOIN messages ON messages.position = messages_fts.rowid
    WHERE messages_fts MATCH ?1 AND messages_fts.rowid BETWEEN ?2 AND ?3
        AND messages.at >= ?4 AND messages.at < ?5
        AND (?6 IS NULL OR messages.conversation_id = ?6)
    ORDER BY messages_fts.rowid DESC LIMIT ?7";

pub(crate) const DAY_RANGE: &str = "
    SELECT min(min_position), max(max_position) FROM message_days WHERE day BETWEEN ?1 AND ?2";

fn read_hit(row: &Row<'_>) -> Result<SearchHit, rusqlite::Error> {
    Ok(SearchHit {
        conversation_id: ConversationId(row.get(0)?),
        position: MessagePosition(row.get(1)?),
        message_id: uuid_id(row.get(2)?),
        direction: direction_from_code(row.get(3)?),
        at: UtcMillis(row.get(4)?),
        is_bots: row.get(6)?,
        snippet: snippet::parts(row.get_ref(5)?.as_str_or_null()?.unwrap_or_default()),
    })
}

impl ReadConn<'_> {
    /// Looks for texts. A query without a word and without a filter finds nothing.
    ///
    /// # Errors
    /// [`StoreError`] when the file cannot be read; never because of what was typed.
    pub fn search(&self, query: &SearchQuery) -> Result<SearchPage, StoreError> {
        const OPERATION: &str = "search";
        let Some(expression) = expression::of(query) else {
            return Ok(SearchPage::default());
        };
        let Some((lowest, highest)) = self.position_range(query)? else {
            return Ok(SearchPage::default());
        };
        let size = page_size(query.limit);
        let mut hits = self
            .prepare(SEARCH, OPERATION)?
            .query_map(
                params![
                    expression,
                    lowest,
                    highest,
                    query.from.map_or(i64::MIN, |at| at.0),
                    query.until.map_or(i64::MAX, |at| at.0),
                    query.conversation.map(|id| id.0),
                    size + 1,
                ],
                read_hit,
            )
            .and_then(Iterator::collect::<Result<Vec<_>, _>>)
            .during(OPERATION)?;
        let has_more = cut_page(&mut hits, size);
        let next = hits.last().filter(|_| has_more).map(|hit| hit.position);
        Ok(SearchPage { hits, next })
    }

    /// The positions that the dates and the page leave; `None` if there can be no hit.
    fn position_range(&self, query: &SearchQuery) -> Result<Option<(i64, i64)>, StoreError> {
        const OPERATION: &str = "find the positions of dates";
        let mut range = (i64::MIN, i64::MAX);
        if query.from.is_some() || query.until.is_some() {
            let first = query.from.map_or(i64::MIN, |at| at.0.div_euclid(DAY));
            let last = query
                .until
                .map_or(i64::MAX, |at| at.0.saturating_sub(1).div_euclid(DAY));
            let found: (Option<i64>, Option<i64>) = self
                .prepare(DAY_RANGE, OPERATION)?
                .query_row(params![first, last], |row| Ok((row.get(0)?, row.get(1)?)))
                .optional()
                .during(OPERATION)?
                .unwrap_or_default();
            let (Some(lowest), Some(highest)) = found else {
                return Ok(None);
            };
            range = (lowest, highest);
        }
        if let Some(before) = query.before {
            range.1 = range.1.min(before.0.saturating_sub(1));
        }
        Ok(Some(range))
    }
}

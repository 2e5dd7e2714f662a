//! Search while typing, over all texts.
//!
//! Owns the query. Every filter that does not change afterwards is part of the index's own expression or a range of
//! its row ids, and hits come newest first because row ids grow with time: so the newest fifty of a million hits
//! cost as much as fifty. What does change, a conversation's state or its requester's name, and the topic that ran is
//! asked of at most [`MOST_EXAMINED`] hits at a time. It refuses to hand user input to the index unquoted.

mod among;
mod conversations;
mod expression;
mod grams;
mod notes;
mod snippet;

#[cfg(test)]
pub(crate) use among::{FAILED, IN_LIST, LEAST_READ, SNOOZED, UNREAD, WITH_TOPIC};
#[cfg(test)]
pub(crate) use conversations::BY_FRAGMENT;
pub(crate) use grams::add_function;
#[cfg(test)]
pub(crate) use notes::{COUNT_NOTES, NOTES};
pub use notes::{NoteHit, NotePage};
pub use snippet::SnippetPart;

use rusqlite::{OptionalExtension as _, Row, Statement, ToSql, params};
use tern_domain::search::{SearchFilters, SearchState, SearchTerm, Sender};
use tern_domain::{ConversationId, Direction, MessageId, MessagePosition, UtcMillis};

use self::expression::Index;
use crate::error::{During as _, StoreError};
use crate::tables::conversations::{is_with_bot, searchable};
use crate::tables::message_writes::DAY;
use crate::tables::values::{direction_from_code, page_size, uuid_id};
use crate::tx::ReadConn;

/// Hits that one page looks at, whatever it finds: the bound of its time.
const MOST_EXAMINED: u32 = 500;

/// What to look for. The words and all filters must fit.
#[derive(Debug, Clone, Default)]
pub struct SearchQuery {
    /// The words.
    pub terms: Vec<SearchTerm>,
    /// What operators ask for.
    pub filters: SearchFilters,
    /// Only this conversation.
    pub conversation: Option<ConversationId>,
    /// Only older than this position: the `next` of the page before; of notes their place.
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
    /// Pictures and files, including those not fetched yet.
    pub media_count: u32,
    /// A piece of it around the first match.
    pub snippet: Vec<SnippetPart>,
}

/// Hits, newest first. A page can be short, even empty, and go on: it looked at as many hits as it may and stopped.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct SearchPage {
    /// The hits.
    pub hits: Vec<SearchHit>,
    /// Give this to get older hits; `None` at the end.
    pub next: Option<MessagePosition>,
}

/// What may change about the conversation that something is of, and the topic that ran then. `$id` and `$at` are its
/// columns. The interaction is looked up first, whatever the planner thinks: a topic has many runs.
macro_rules! fits_its_conversation {
    ($id:literal, $at:literal) => {
        concat!(
            "((?8 IS NULL AND ?9 IS NULL AND ?10 IS NULL OR EXISTS (
                SELECT 1 FROM conversations WHERE conversations.conversation_id = ",
            $id,
            "       AND (?8 IS NULL OR instr(requester_search, ?8) > 0)
                    AND (?9 IS NULL OR instr(requester_search, ?9) > 0)
                    AND CASE ?10
                        WHEN 'new' THEN list = 0 AND snoozed_until IS NULL
                        WHEN 'ongoing' THEN list = 1 AND snoozed_until IS NULL AND NOT ",
            is_with_bot!(),
            " WHEN 'bot' THEN ",
            is_with_bot!(),
            " WHEN 'snoozed' THEN snoozed_until IS NOT NULL
                        WHEN 'done' THEN list = 2
                        ELSE 1 END))
            AND (?11 IS NULL OR EXISTS (
                SELECT 1 FROM conversation_figures AS run CROSS JOIN bot_figures USING (opened_at, interaction_id)
                WHERE bot_figures.topic = ?11 AND run.conversation_id = ",
            $id,
            "       AND run.opened_at <= 604800000 + ",
            $at,
            "       AND run.ended_at IS (
                        SELECT min(later.ended_at) FROM conversation_figures AS later
                        WHERE later.conversation_id = ",
            $id,
            " AND later.ended_at >= ",
            $at,
            "))))"
        )
    };
}
use fits_its_conversation;

/// What is asked of each hit: beside that, who of us wrote it, whether it was read, and whether it arrived.
macro_rules! fits {
    () => {
        concat!(
            "((?7 = 0 OR messages.by_bot = 1)
            AND CASE ?12
                WHEN 'unread' THEN messages.counted = 1 AND messages.position > (
                    SELECT read_up_to FROM conversations
                    WHERE conversations.conversation_id = messages.conversation_id)
                WHEN 'failed' THEN messages.direction = 1 AND messages.status IN ('failed', 'undelivered')
                WHEN 'both' THEN 0
                ELSE 1 END
            AND ",
            fits_its_conversation!("messages.conversation_id", "messages.at"),
            ")"
        )
    };
}

/// The one statement of all searches for texts. The conversation and the instants are compared again, because the
/// index knows them only modulo 2²⁴ and by the day.
pub(crate) const SEARCH: &str = concat!(
    "SELECT messages.position, CASE WHEN ",
    fits!(),
    " THEN snippet(messages_fts, 0, char(64976), char(64977), char(8230), 24) END,
        messages.conversation_id, messages.message_id, messages.direction, messages.at, messages.by_bot, messages.body,
        messages.media_count
    FROM messages_fts JOIN messages ON messages.position = messages_fts.rowid
    WHERE messages_fts MATCH ?1 AND messages_fts.rowid BETWEEN ?2 AND ?3
        AND messages.at >= ?4 AND messages.at < ?5
        AND (?6 IS NULL OR messages.conversation_id = ?6)
    ORDER BY messages_fts.rowid DESC"
);

/// What fits, to be counted up to a bound, without asking anything of the rows.
pub(crate) const COUNT: &str = "
    SELECT 1 FROM messages_fts
    WHERE messages_fts MATCH ?1 AND messages_fts.rowid BETWEEN ?2 AND ?3 LIMIT ?4";

/// Whether each of so many hits fits.
pub(crate) const COUNT_FITTING: &str = concat!(
    "SELECT ",
    fits!(),
    " FROM messages_fts JOIN messages ON messages.position = messages_fts.rowid
    WHERE messages_fts MATCH ?1 AND messages_fts.rowid BETWEEN ?2 AND ?3
        AND messages.at >= ?4 AND messages.at < ?5
        AND (?6 IS NULL OR messages.conversation_id = ?6)
    LIMIT ?13"
);

/// When each of so many newest hits was, and whether it fits.
pub(crate) const TIMES: &str = concat!(
    "SELECT ",
    fits!(),
    ", messages.at FROM messages_fts JOIN messages ON messages.position = messages_fts.rowid
    WHERE messages_fts MATCH ?1 AND messages_fts.rowid BETWEEN ?2 AND ?3
        AND messages.at >= ?4 AND messages.at < ?5
        AND (?6 IS NULL OR messages.conversation_id = ?6)
    ORDER BY messages_fts.rowid DESC LIMIT ?13"
);

pub(crate) const DAY_RANGE: &str = "
    SELECT min(min_position), max(max_position) FROM message_days WHERE day BETWEEN ?1 AND ?2";

fn read_hit(
    row: &Row<'_>,
    marked: &str,
    terms: &[SearchTerm],
) -> Result<SearchHit, rusqlite::Error> {
    let body = row.get_ref(7)?.as_str()?;
    Ok(SearchHit {
        position: MessagePosition(row.get(0)?),
        conversation_id: ConversationId(row.get(2)?),
        message_id: uuid_id(row.get(3)?),
        direction: direction_from_code(row.get(4)?),
        at: UtcMillis(row.get(5)?),
        is_bots: row.get(6)?,
        media_count: row.get(8)?,
        snippet: snippet::of(marked, body, terms),
    })
}

/// How many texts fit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct HitCount {
    /// So many were counted.
    pub counted: u32,
    /// There may be more.
    pub is_more: bool,
}

/// What the statements are given.
struct Asked {
    expression: String,
    lowest: i64,
    highest: i64,
    from: i64,
    until: i64,
    conversation: Option<i64>,
    is_bots: bool,
    number: Option<String>,
    person: Option<String>,
    state: Option<&'static str>,
    topic: Option<String>,
    mark: Option<&'static str>,
}

impl Asked {
    fn params(&self) -> [&dyn ToSql; 12] {
        [
            &self.expression,
            &self.lowest,
            &self.highest,
            &self.from,
            &self.until,
            &self.conversation,
            &self.is_bots,
            &self.number,
            &self.person,
            &self.state,
            &self.topic,
            &self.mark,
        ]
    }

    /// The index alone tells what fits.
    fn is_of_the_index_alone(&self) -> bool {
        self.from == i64::MIN
            && self.until == i64::MAX
            && !self.is_bots
            && self.number.is_none()
            && self.person.is_none()
            && self.state.is_none()
            && self.topic.is_none()
            && self.mark.is_none()
    }
}

const fn state_word(state: SearchState) -> &'static str {
    match state {
        SearchState::New => "new",
        SearchState::Ongoing => "ongoing",
        SearchState::WithVirtualAgent => "bot",
        SearchState::Snoozed => "snoozed",
        SearchState::Done => "done",
    }
}

/// Counts rows that say whether they fit, up to `most` of them.
fn count_rows(
    statement: &mut Statement<'_>,
    given: &[&dyn ToSql],
    most: u32,
) -> Result<HitCount, rusqlite::Error> {
    let mut rows = statement.query(given)?;
    let (mut counted, mut looked_at) = (0, 0);
    while let Some(row) = rows.next()? {
        looked_at += 1;
        counted += u32::from(row.get::<_, bool>(0)?);
    }
    Ok(HitCount {
        counted,
        is_more: looked_at >= most,
    })
}

/// What else is asked of a text. One that is unread came in, and one that failed went out.
const fn mark(filters: &SearchFilters) -> Option<&'static str> {
    match (filters.is_unread, filters.is_failed) {
        (false, false) => None,
        (true, false) => Some("unread"),
        (false, true) => Some("failed"),
        (true, true) => Some("both"),
    }
}

impl ReadConn<'_> {
    /// Looks for texts. A query without a word and without a filter finds nothing, and so does one for notes.
    ///
    /// # Errors
    /// [`StoreError`] when the file cannot be read; never because of what was typed.
    pub fn search(&self, query: &SearchQuery) -> Result<SearchPage, StoreError> {
        const OPERATION: &str = "search";
        let Some(asked) = self.asked(query)? else {
            return Ok(SearchPage::default());
        };
        let size = usize::try_from(page_size(query.limit)).unwrap_or(usize::MAX);
        let mut page = SearchPage::default();
        let mut statement = self.prepare(SEARCH, OPERATION)?;
        let mut rows = statement
            .query(asked.params().as_slice())
            .during(OPERATION)?;
        let mut examined = 0;
        let mut last = None;
        while let Some(row) = rows.next().during(OPERATION)? {
            if page.hits.len() == size || examined == MOST_EXAMINED {
                page.next = last;
                break;
            }
            examined += 1;
            last = Some(MessagePosition(row.get(0).during(OPERATION)?));
            // A row that does not fit comes without its snippet.
            let marked = row
                .get_ref(1)
                .and_then(|value| Ok(value.as_str_or_null()?))
                .during(OPERATION)?;
            if let Some(marked) = marked {
                page.hits
                    .push(read_hit(row, marked, &query.terms).during(OPERATION)?);
            }
        }
        Ok(page)
    }

    /// Counts the texts that fit, or the notes where they are asked for, up to `most`.
    ///
    /// # Errors
    /// [`StoreError`] when the file cannot be read; never because of what was typed.
    pub fn count_hits(&self, query: &SearchQuery, most: u32) -> Result<HitCount, StoreError> {
        const OPERATION: &str = "count hits";
        if query.filters.is_note {
            return self.count_notes(query, most);
        }
        let Some(asked) = self.asked(query)? else {
            return Ok(HitCount {
                counted: 0,
                is_more: false,
            });
        };
        let given = asked.params();
        let (mut statement, given): (_, Vec<&dyn ToSql>) = if asked.is_of_the_index_alone() {
            let few = given.into_iter().take(3).chain([&most as &dyn ToSql]);
            (self.prepare(COUNT, OPERATION)?, few.collect())
        } else {
            let all = given.into_iter().chain([&most as &dyn ToSql]);
            (self.prepare(COUNT_FITTING, OPERATION)?, all.collect())
        };
        count_rows(&mut statement, &given, most).during(OPERATION)
    }

    /// When the newest texts were that fit, looking at `most` of them; tells whether there may be more.
    ///
    /// # Errors
    /// [`StoreError`] when the file cannot be read; never because of what was typed.
    pub fn each_hit_time(
        &self,
        query: &SearchQuery,
        most: u32,
        mut take: impl FnMut(UtcMillis),
    ) -> Result<bool, StoreError> {
        const OPERATION: &str = "read when hits were";
        let Some(asked) = self.asked(query)? else {
            return Ok(false);
        };
        let given: Vec<&dyn ToSql> = asked
            .params()
            .into_iter()
            .chain([&most as &dyn ToSql])
            .collect();
        let mut statement = self.prepare(TIMES, OPERATION)?;
        let mut rows = statement.query(given.as_slice()).during(OPERATION)?;
        let mut looked_at = 0;
        while let Some(row) = rows.next().during(OPERATION)? {
            looked_at += 1;
            if row.get(0).during(OPERATION)? {
                take(UtcMillis(row.get(1).during(OPERATION)?));
            }
        }
        Ok(looked_at >= most)
    }

    /// A query for texts as the statements take it; `None` if nothing can fit.
    fn asked(&self, query: &SearchQuery) -> Result<Option<Asked>, StoreError> {
        if query.filters.is_note {
            return Ok(None);
        }
        let Some(range) = self.position_range(query)? else {
            return Ok(None);
        };
        self.asked_of(query, Index::Texts, range)
    }

    fn asked_of(
        &self,
        query: &SearchQuery,
        index: Index,
        (lowest, highest): (i64, i64),
    ) -> Result<Option<Asked>, StoreError> {
        let filters = &query.filters;
        let among = self.few_conversations(filters)?;
        if among.as_ref().is_some_and(Vec::is_empty) {
            return Ok(None);
        }
        let Some(expression) = expression::of(query, index, among.as_deref()) else {
            return Ok(None);
        };
        let is_bots = filters.sender == Some(Sender::VirtualAgent);
        // What the virtual agent wrote is never history, and its topics did not run in it.
        let is_live = index == Index::Texts && (is_bots || filters.topic.is_some());
        Ok(Some(Asked {
            expression,
            lowest: if is_live { lowest.max(1) } else { lowest },
            highest,
            from: filters.from.map_or(i64::MIN, |at| at.0),
            until: filters.until.map_or(i64::MAX, |at| at.0),
            conversation: query.conversation.map(|id| id.0),
            is_bots,
            number: filters.number.as_deref().map(searchable),
            person: filters.person.as_deref().map(searchable),
            state: filters.state.map(state_word),
            topic: filters.topic.clone(),
            mark: mark(filters),
        }))
    }

    /// The positions that the dates and the page leave; `None` if there can be no hit.
    fn position_range(&self, query: &SearchQuery) -> Result<Option<(i64, i64)>, StoreError> {
        const OPERATION: &str = "find the positions of dates";
        let mut range = (i64::MIN, i64::MAX);
        if query.filters.from.is_some() || query.filters.until.is_some() {
            let first = query
                .filters
                .from
                .map_or(i64::MIN, |at| at.0.div_euclid(DAY));
            let last = query
                .filters
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
        if query.filters.is_unread {
            let Some(read_up_to) = self.least_read()? else {
                return Ok(None);
            };
            range.0 = range.0.max(read_up_to.saturating_add(1));
        }
        if let Some(before) = query.before {
            range.1 = range.1.min(before.0.saturating_sub(1));
        }
        Ok(Some(range))
    }
}

//! Search over the notes of the team.
//!
//! The same language and the same bounds as for texts, over an index of their own: notes are never texts, and are never
//! found by somebody who asks for texts alone. Newest first is the order in which they were written.

use rusqlite::{Row, ToSql};
use tern_domain::search::{SearchTerm, Sender};
use tern_domain::{AgentId, ConversationId, NoteId, UtcMillis};

use super::expression::Index;
use super::snippet::{self, SnippetPart};
use super::{Asked, HitCount, MOST_EXAMINED, SearchQuery, count_rows, fits_its_conversation};
use crate::error::{During as _, StoreError};
use crate::tables::conversations::is_with_bot;
use crate::tables::values::{page_size, uuid_id};
use crate::tx::ReadConn;

pub(crate) const NOTES: &str = concat!(
    "SELECT notes.rowid, CASE WHEN ",
    fits_its_conversation!("notes.conversation_id", "notes.at"),
    " THEN snippet(notes_fts, 0, char(64976), char(64977), char(8230), 24) END,
        notes.conversation_id, notes.note_id, notes.author, notes.at, notes.body
    FROM notes_fts JOIN notes ON notes.rowid = notes_fts.rowid
    WHERE notes_fts MATCH ?1 AND notes_fts.rowid BETWEEN ?2 AND ?3
        AND notes.at >= ?4 AND notes.at < ?5
        AND (?6 IS NULL OR notes.conversation_id = ?6) AND ?7 = 0 AND ?12 IS NULL
    ORDER BY notes_fts.rowid DESC"
);

/// Whether each of so many notes fits.
pub(crate) const COUNT_NOTES: &str = concat!(
    "SELECT ",
    fits_its_conversation!("notes.conversation_id", "notes.at"),
    " FROM notes_fts JOIN notes ON notes.rowid = notes_fts.rowid
    WHERE notes_fts MATCH ?1 AND notes_fts.rowid BETWEEN ?2 AND ?3
        AND notes.at >= ?4 AND notes.at < ?5
        AND (?6 IS NULL OR notes.conversation_id = ?6) AND ?7 = 0 AND ?12 IS NULL
    LIMIT ?13"
);

/// A note that fits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NoteHit {
    /// The conversation that it is about.
    pub conversation_id: ConversationId,
    /// Its id.
    pub note_id: NoteId,
    /// Who wrote it.
    pub author: AgentId,
    /// When.
    pub at: UtcMillis,
    /// A piece of it around the first match.
    pub snippet: Vec<SnippetPart>,
}

/// Notes that fit, newest first. A page can be short and go on, as with texts.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct NotePage {
    /// The notes.
    pub hits: Vec<NoteHit>,
    /// Give this as `before` to get older ones; `None` at the end.
    pub next: Option<i64>,
}

fn read_hit(row: &Row<'_>, marked: &str, terms: &[SearchTerm]) -> Result<NoteHit, rusqlite::Error> {
    let body = row.get_ref(6)?.as_str()?;
    Ok(NoteHit {
        conversation_id: ConversationId(row.get(2)?),
        note_id: uuid_id(row.get(3)?),
        author: uuid_id(row.get(4)?),
        at: UtcMillis(row.get(5)?),
        snippet: snippet::of(marked, body, terms),
    })
}

impl ReadConn<'_> {
    /// Looks for notes. A query without a word and without a filter finds nothing.
    ///
    /// # Errors
    /// [`StoreError`] when the file cannot be read; never because of what was typed.
    pub fn search_notes(&self, query: &SearchQuery) -> Result<NotePage, StoreError> {
        const OPERATION: &str = "search notes";
        let Some(asked) = self.asked_of_notes(query)? else {
            return Ok(NotePage::default());
        };
        let size = usize::try_from(page_size(query.limit)).unwrap_or(usize::MAX);
        let mut page = NotePage::default();
        let mut statement = self.prepare(NOTES, OPERATION)?;
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
            last = Some(row.get(0).during(OPERATION)?);
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

    pub(super) fn count_notes(
        &self,
        query: &SearchQuery,
        most: u32,
    ) -> Result<HitCount, StoreError> {
        const OPERATION: &str = "count notes";
        let Some(asked) = self.asked_of_notes(query)? else {
            return Ok(HitCount {
                counted: 0,
                is_more: false,
            });
        };
        let given: Vec<&dyn ToSql> = asked
            .params()
            .into_iter()
            .chain([&most as &dyn ToSql])
            .collect();
        count_rows(&mut *self.prepare(COUNT_NOTES, OPERATION)?, &given, most).during(OPERATION)
    }

    /// A query for notes as the statements take it; `None` if no note can fit: they are the agents', have no
    /// pictures, and neither arrive nor are read.
    fn asked_of_notes(&self, query: &SearchQuery) -> Result<Option<Asked>, StoreError> {
        let filters = &query.filters;
        let is_anothers = matches!(
            filters.sender,
            Some(Sender::Requester | Sender::VirtualAgent)
        );
        let is_of_texts =
            filters.is_unread || filters.is_failed || filters.has_picture == Some(true);
        if is_anothers || is_of_texts {
            return Ok(None);
        }
        let highest = query
            .before
            .map_or(i64::MAX, |before| before.0.saturating_sub(1));
        self.asked_of(query, Index::Notes, (i64::MIN, highest))
    }
}

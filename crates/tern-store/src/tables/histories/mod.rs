//! Texts of other systems: which imports there were, what they brought, and whether a text is here already.
//!
//! Owns what is remembered of imports and reads it. Bringing in is `bring`, taking out is `remove`.

mod adopt;
mod bring;
mod remove;

use rusqlite::{OptionalExtension as _, Row, params};
use sha2::{Digest as _, Sha256};
use tern_domain::history_import::{
    HistoryImport, HistoryImportCounts, HistoryImportId, HistoryImportState, HistoryText,
    IMPORTED_CEILING, SameText, imported_positions, same_text, source_key,
};
use tern_domain::{ConversationId, MessageId, PersonId, UtcMillis};
use uuid::Uuid;

use super::message_writes::DAY;
use super::values::{direction_from_code, uuid_blob, uuid_id};
use crate::error::{During as _, StoreError};
use crate::tx::ReadConn;

pub use bring::{Brought, BroughtText};
pub use remove::{RemovalLook, Removed};

pub(crate) const ALL: &str = "
    SELECT history_import_id, by_agent_id, started_at, state, file_name, texts, conversations, people, duplicates,
        left_out, removed_by, removed_at
    FROM history_imports ORDER BY history_import_id DESC LIMIT 500";
pub(crate) const ONE: &str = "
    SELECT history_import_id, by_agent_id, started_at, state, file_name, texts, conversations, people, duplicates,
        left_out, removed_by, removed_at
    FROM history_imports WHERE history_import_id = ?1";
pub(crate) const UNFINISHED: &str = "
    SELECT history_import_id FROM history_imports WHERE state IN ('running', 'removing')
    ORDER BY history_import_id";
pub(crate) const PEOPLE: &str = "
    SELECT person_id FROM imported_people WHERE history_import_id = ?1 ORDER BY person_id";
/// Texts of a conversation between two positions that no row of the same import can be.
pub(crate) const NEAR: &str = "
    SELECT direction, at, body, redacted, sid IS NOT NULL FROM messages
    WHERE conversation_id = ?1 AND position BETWEEN ?2 AND ?3 AND at BETWEEN ?4 AND ?5
        AND NOT EXISTS (
            SELECT 1 FROM imported_texts
            WHERE imported_texts.position = messages.position AND history_import_id = ?6
        )";
pub(crate) const DAYS: &str = "
    SELECT max(max_position), min(min_position) FROM message_days WHERE day BETWEEN ?1 AND ?2";

/// Whether a text of a file is to be brought in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HistoryStanding {
    /// It is, and its conversation is not here yet.
    NewConversation,
    /// It is.
    New,
    /// It is here already.
    Here,
    /// It went for its age, or would at once.
    Deleted,
}

/// The id of a text: the same on every laptop and for every repetition.
pub(super) fn text_id(text: &HistoryText) -> Uuid {
    if let Some(sid) = &text.sid {
        return super::import::history_id(sid, text.at);
    }
    let digest = Sha256::digest(source_key(text).as_bytes());
    let mut random = [0; 10];
    for (to, from) in random.iter_mut().zip(digest) {
        *to = from;
    }
    let millis = u64::try_from(text.at.0).unwrap_or(0);
    uuid::Builder::from_unix_timestamp_millis(millis, &random).into_uuid()
}

fn read_import(row: &Row<'_>) -> Result<HistoryImport, rusqlite::Error> {
    let removed_by: Option<[u8; 16]> = row.get(10)?;
    let removed_at: Option<i64> = row.get(11)?;
    let number = |index: usize| Ok::<_, rusqlite::Error>(row.get::<_, i64>(index)?.unsigned_abs());
    Ok(HistoryImport {
        id: HistoryImportId(row.get(0)?),
        by: uuid_id(row.get(1)?),
        started_at: UtcMillis(row.get(2)?),
        // The table allows no other word.
        state: HistoryImportState::from_stored(row.get_ref(3)?.as_str()?)
            .unwrap_or(HistoryImportState::Removing),
        file: row.get(4)?,
        counts: HistoryImportCounts {
            texts: number(5)?,
            conversations: number(6)?,
            people: number(7)?,
            duplicates: number(8)?,
            left_out: number(9)?,
        },
        removed: removed_by
            .zip(removed_at)
            .map(|(by, at)| (uuid_id(by), UtcMillis(at))),
    })
}

/// The statements of imports, for the test of their plans.
#[cfg(test)]
pub(crate) const fn statements() -> [(&'static str, &'static str); 13] {
    [
        ("imports", ALL),
        ("an import", ONE),
        ("imports that were cut off", UNFINISHED),
        ("people of an import", PEOPLE),
        ("texts near a time", NEAR),
        ("positions of days", DAYS),
        ("texts of a file that the carrier tells of", adopt::TOLD),
        ("texts of an import", remove::TEXTS),
        ("conversations of an import", remove::CONVERSATIONS),
        ("blocks of an import", remove::BLOCKS),
        ("texts that are left of an import", remove::LEFT_TEXTS),
        ("blocks that stand", remove::STANDING_BLOCKS),
        ("conversations without texts", remove::EMPTY),
    ]
}

impl ReadConn<'_> {
    /// All imports, the newest first.
    ///
    /// # Errors
    /// [`StoreError`] when the file cannot be read.
    pub fn list_history_imports(&self) -> Result<Vec<HistoryImport>, StoreError> {
        const OPERATION: &str = "list imports of histories";
        self.prepare(ALL, OPERATION)?
            .query_map((), read_import)
            .and_then(Iterator::collect)
            .during(OPERATION)
    }

    /// One import.
    ///
    /// # Errors
    /// [`StoreError::NotFound`].
    pub fn load_history_import(&self, id: HistoryImportId) -> Result<HistoryImport, StoreError> {
        const OPERATION: &str = "load an import of a history";
        self.prepare(ONE, OPERATION)?
            .query_row([id.0], read_import)
            .optional()
            .during(OPERATION)?
            .ok_or(StoreError::NotFound { what: "import" })
    }

    /// Imports that were cut off while they came in or were taken out.
    ///
    /// # Errors
    /// [`StoreError`] when the file cannot be read.
    pub fn list_unfinished_history_imports(&self) -> Result<Vec<HistoryImportId>, StoreError> {
        const OPERATION: &str = "list imports that were cut off";
        self.prepare(UNFINISHED, OPERATION)?
            .query_map((), |row| row.get(0).map(HistoryImportId))
            .and_then(Iterator::collect)
            .during(OPERATION)
    }

    /// People whom an import made and who are still listed for it.
    ///
    /// # Errors
    /// [`StoreError`] when the file cannot be read.
    pub fn list_imported_people(&self, id: HistoryImportId) -> Result<Vec<PersonId>, StoreError> {
        const OPERATION: &str = "list people of an import";
        self.prepare(PEOPLE, OPERATION)?
            .query_map([id.0], |row| row.get(0).map(uuid_id))
            .and_then(Iterator::collect)
            .during(OPERATION)
    }

    /// Whether a text of a file is to be brought in by an import, or would be by a new one.
    ///
    /// # Errors
    /// [`StoreError`] when the file cannot be read.
    pub fn judge_history(
        &self,
        text: &HistoryText,
        import: Option<HistoryImportId>,
    ) -> Result<HistoryStanding, StoreError> {
        const OPERATION: &str = "look whether a text is here";
        if let Some(sid) = &text.sid
            && self.knows_sid(sid)?
        {
            return Ok(HistoryStanding::Here);
        }
        if self.is_below_floor(&text.key, text.at)? {
            return Ok(HistoryStanding::Deleted);
        }
        let Some(conversation) = self.find_conversation(&text.key)? else {
            return Ok(HistoryStanding::NewConversation);
        };
        // A row without texts is no conversation to anybody.
        let is_empty: bool = self
            .prepare(
                "SELECT NOT EXISTS (SELECT 1 FROM messages WHERE conversation_id = ?1)",
                OPERATION,
            )?
            .query_row([conversation.0], |row| row.get(0))
            .during(OPERATION)?;
        if is_empty {
            return Ok(HistoryStanding::NewConversation);
        }
        let is_known: bool = self
            .prepare(
                "SELECT EXISTS (SELECT 1 FROM messages WHERE message_id = ?1)",
                OPERATION,
            )?
            .query_row([uuid_blob(text_id(text))], |row| row.get(0))
            .during(OPERATION)?;
        if is_known || self.is_near(conversation, text, import)? {
            return Ok(HistoryStanding::Here);
        }
        Ok(HistoryStanding::New)
    }

    fn is_near(
        &self,
        conversation: ConversationId,
        text: &HistoryText,
        import: Option<HistoryImportId>,
    ) -> Result<bool, StoreError> {
        const OPERATION: &str = "look for the same text";
        let (from, until) = text.window();
        let mut ranges = vec![imported_positions(from, until)];
        let told: (Option<i64>, Option<i64>) = self
            .prepare(DAYS, OPERATION)?
            .query_row(
                params![from.0.div_euclid(DAY), until.0.div_euclid(DAY)],
                |row| Ok((row.get(0)?, row.get(1)?)),
            )
            .during(OPERATION)?;
        if let (Some(highest), Some(lowest)) = told
            && highest > IMPORTED_CEILING
        {
            ranges.push((lowest.max(IMPORTED_CEILING + 1), highest));
        }
        for (lowest, highest) in ranges {
            let mut statement = self.prepare(NEAR, OPERATION)?;
            let mut rows = statement
                .query(params![
                    conversation.0,
                    lowest,
                    highest,
                    from.0,
                    until.0,
                    import.map_or(0, |id| id.0)
                ])
                .during(OPERATION)?;
            while let Some(row) = rows.next().during(OPERATION)? {
                let here = SameText {
                    direction: direction_from_code(row.get(0).during(OPERATION)?),
                    at: UtcMillis(row.get(1).during(OPERATION)?),
                    body: row
                        .get_ref(2)
                        .and_then(|value| Ok(value.as_str()?))
                        .during(OPERATION)?,
                    is_redacted: row.get(3).during(OPERATION)?,
                    has_sid: row.get(4).during(OPERATION)?,
                };
                if same_text(text, &here) {
                    return Ok(true);
                }
            }
        }
        Ok(false)
    }

    /// The id that a text of a file has, or would have.
    #[must_use]
    pub fn history_text_id(text: &HistoryText) -> MessageId {
        MessageId::new(text_id(text))
    }
}

//! Private notes and whispers: a table of their own, which nothing that sends ever reads.

use rusqlite::{OptionalExtension as _, Row, params};
use tern_domain::desk::Note;
use tern_domain::{AgentId, ConversationId, MessageText, NoteId, UtcMillis};

use super::values::{from_json, key_from_columns, to_json, uuid_blob, uuid_id};
use crate::error::{During as _, StoreError};
use crate::tx::{ReadConn, WriteTx};

macro_rules! select_notes {
    ($rest:literal) => {
        concat!(
            "SELECT note_id, channel, requester_address, provider_number, author, at, edited_at, body,
                    whispered_to
             FROM notes JOIN conversations USING (conversation_id) ",
            $rest
        )
    };
}

/// Statement of [`ReadConn::list_notes`].
pub(crate) const OF_CONVERSATION: &str =
    select_notes!("WHERE notes.conversation_id = ?1 ORDER BY at DESC, note_id DESC LIMIT 500");

/// Statement of [`ReadConn::list_notes_after`].
pub(crate) const AFTER: &str = select_notes!(
    "WHERE notes.conversation_id = ?1 AND (at, note_id) > (?2, ?3) ORDER BY at, note_id LIMIT ?4"
);

pub(crate) fn read_note(row: &Row<'_>) -> Result<Note, rusqlite::Error> {
    let text = |index: usize| row.get_ref(index).and_then(|value| Ok(value.as_str()?));
    Ok(Note {
        id: uuid_id::<NoteId>(row.get(0)?),
        key: key_from_columns(text(1)?, text(2)?, text(3)?)?,
        author: uuid_id::<AgentId>(row.get(4)?),
        at: UtcMillis(row.get(5)?),
        edited_at: row.get::<_, Option<i64>>(6)?.map(UtcMillis),
        body: MessageText::new(row.get::<_, String>(7)?),
        whispered_to: from_json("notes.whispered_to", text(8)?)?,
    })
}

impl ReadConn<'_> {
    /// The newest 500 notes of a conversation, oldest first.
    ///
    /// # Errors
    /// [`StoreError`] when the file cannot be read.
    pub fn list_notes(&self, conversation: ConversationId) -> Result<Vec<Note>, StoreError> {
        const OPERATION: &str = "list notes";
        let mut notes: Vec<Note> = self
            .prepare(OF_CONVERSATION, OPERATION)?
            .query_map([conversation.0], read_note)
            .and_then(Iterator::collect)
            .during(OPERATION)?;
        notes.reverse();
        Ok(notes)
    }

    /// One note.
    ///
    /// # Errors
    /// [`StoreError`] when the file cannot be read.
    pub fn find_note(&self, id: NoteId) -> Result<Option<Note>, StoreError> {
        const OPERATION: &str = "find a note";
        self.prepare(select_notes!("WHERE note_id = ?1"), OPERATION)?
            .query_row([uuid_blob(id.uuid())], read_note)
            .optional()
            .during(OPERATION)
    }
}

impl WriteTx<'_> {
    pub(crate) fn put_note(&mut self, note: &Note) -> Result<ConversationId, StoreError> {
        const OPERATION: &str = "write a note";
        let conversation = self.ensure_conversation(&note.key)?;
        self.prepare(
            "INSERT INTO notes (note_id, conversation_id, author, at, edited_at, body, whispered_to)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)
             ON CONFLICT (note_id) DO UPDATE SET
                edited_at = excluded.edited_at, body = excluded.body",
            OPERATION,
        )?
        .execute(params![
            uuid_blob(note.id.uuid()),
            conversation.0,
            uuid_blob(note.author.uuid()),
            note.at.0,
            note.edited_at.map(|at| at.0),
            note.body.as_str(),
            to_json("whom a note was whispered to", &note.whispered_to)?,
        ])
        .during(OPERATION)?;
        Ok(conversation)
    }

    pub(crate) fn delete_note(&mut self, id: NoteId) -> Result<(), StoreError> {
        const OPERATION: &str = "delete a note";
        self.prepare("DELETE FROM notes WHERE note_id = ?1", OPERATION)?
            .execute([uuid_blob(id.uuid())])
            .during(OPERATION)?;
        Ok(())
    }
}

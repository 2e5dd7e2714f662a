//! What was deleted after a backup was made, and must not come back with its rows.

use tern_domain::{AggregateRef, EventBody, MessageId, NoteId};
use uuid::Uuid;

use crate::error::{During as _, StoreError};
use crate::tx::WriteTx;

/// Texts whose words somebody removed, and which have words.
const REMOVED_TEXTS: &str = "
    SELECT message_id FROM messages WHERE redacted = 0 AND message_id IN (
        SELECT unhex(replace(json_extract(body, '$.message_id'), '-', '')) FROM events
        WHERE json_extract(body, '$.type') = 'TextRemoved')";
/// Notes that somebody deleted, and which are here.
const DELETED_NOTES: &str = "
    SELECT note_id FROM notes WHERE note_id IN (
        SELECT unhex(replace(json_extract(body, '$.note_id'), '-', '')) FROM events
        WHERE json_extract(body, '$.type') = 'NoteDeleted')";
const PEOPLE: &str = "SELECT person_id FROM people";

impl WriteTx<'_> {
    /// Deletes again what somebody deleted after the backup was made, by the events that say so.
    pub(super) fn delete_again(&mut self) -> Result<(), StoreError> {
        for message in self.list_ids(REMOVED_TEXTS)? {
            let _conversation = self.redact_message(MessageId::new(message))?;
        }
        for note in self.list_ids(DELETED_NOTES)? {
            self.delete_note(NoteId::new(note))?;
        }
        for id in self.list_ids(PEOPLE)? {
            let person = tern_domain::PersonId::new(id);
            let last = self.list_events_of(&AggregateRef::Person(person), 1)?;
            if last
                .iter()
                .any(|event| event.body == EventBody::PersonDeleted)
            {
                let _addresses = self.delete_person(person)?;
            }
        }
        Ok(())
    }

    fn list_ids(&self, sql: &'static str) -> Result<Vec<Uuid>, StoreError> {
        const OPERATION: &str = "look what was deleted";
        self.prepare(sql, OPERATION)?
            .query_map((), |row| row.get::<_, [u8; 16]>(0).map(Uuid::from_bytes))
            .and_then(Iterator::collect)
            .during(OPERATION)
    }
}

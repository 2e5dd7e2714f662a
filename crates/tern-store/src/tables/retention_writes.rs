//! Deleting what is too old: texts with everything that hangs on them, pictures alone, notes.
//!
//! Owns the list of what goes with a text. Every text is judged again in the transaction that deletes it, so that a
//! hold, a new text or an opened conversation that came since the look counts. The conversation's row stays, because
//! events speak of it; the search index follows by triggers. Files go before their rows: a crash in between leaves a
//! row without a file, which the next batch deletes, and never a file that nobody knows of.

use std::collections::BTreeMap;

use rusqlite::{OptionalExtension as _, params};
use tern_domain::retention::{ConversationFacts, Cut, RunCounts, Verdict};
use tern_domain::{
    ConversationId, DeliveryStatus, MessageId, MessagePosition, MessageSid, NoteId, UtcMillis,
};

use super::conversations::preview_text;
use super::figures::GoingText;
use super::message_writes::DAY;
use super::retention::OldText;
use super::scrub::Removed;
use super::values::{sid_from_blob, uuid_blob};
use crate::error::{During as _, StoreError};
use crate::tx::WriteTx;

/// Days whose texts are all gone.
pub(crate) const EMPTY_DAYS: &str = "
    DELETE FROM message_days WHERE day < ?1 AND NOT EXISTS (
        SELECT 1 FROM messages
        WHERE messages.position BETWEEN message_days.min_position AND message_days.max_position
            AND messages.at >= message_days.day * 86400000 AND messages.at < (message_days.day + 1) * 86400000
    )";
/// The newest text that a conversation still has.
pub(crate) const NEWEST_LEFT: &str = "
    SELECT position, at, body, direction, status, error_code, media_count FROM messages
    WHERE conversation_id = ?1 ORDER BY position DESC LIMIT 1";

/// What a thread says of a picture that went for its age.
const PICTURE_GONE: &str = "Deleted: older than the team keeps pictures.";

/// What one conversation loses in one transaction.
#[derive(Default)]
pub(crate) struct Loss {
    texts: i64,
    unread: i64,
    removed: Vec<Removed>,
}

impl WriteTx<'_> {
    /// Deletes those of these texts that go, with everything that hangs on them. Answers how much it was and whose.
    ///
    /// # Errors
    /// [`StoreError`] when the file cannot be written.
    pub fn delete_old_texts(
        &mut self,
        positions: &[MessagePosition],
        cut: &Cut,
    ) -> Result<(RunCounts, Vec<ConversationId>), StoreError> {
        let mut known = self.known_facts()?;
        let mut counts = RunCounts::default();
        let mut losses: BTreeMap<ConversationId, Loss> = BTreeMap::new();
        let mut going = Vec::new();
        for position in positions {
            let Some(text) = self.find_old_text(*position)? else {
                continue;
            };
            if self.judge_old(&text, cut, &mut known)? == Verdict::Goes {
                going.push(text);
            }
        }
        let counted: Vec<_> = going
            .iter()
            .map(|text| GoingText {
                conversation: text.conversation,
                position: text.facts.position,
                at: text.facts.at,
            })
            .collect();
        self.keep_figures_of(&counted)?;
        for text in &going {
            counts += self.delete_old_text(text, losses.entry(text.conversation).or_default())?;
        }
        for (conversation, loss) in &losses {
            self.delete_handovers_before(*conversation, cut.at)?;
            self.settle_loss(*conversation, loss)?;
        }
        Ok((counts, losses.into_keys().collect()))
    }

    /// Deletes a text with everything that hangs on it, whatever its age.
    pub(crate) fn delete_brought(
        &mut self,
        position: MessagePosition,
        loss: &mut Loss,
    ) -> Result<(), StoreError> {
        if let Some(text) = self.find_old_text(position)? {
            self.delete_old_text(&text, loss)?;
        }
        Ok(())
    }

    /// What follows for a conversation that lost texts: what quotes them, and its row.
    pub(crate) fn settle_loss(
        &mut self,
        conversation: ConversationId,
        loss: &Loss,
    ) -> Result<(), StoreError> {
        self.scrub_all_quotations(conversation, &loss.removed)?;
        self.shrink_conversation(conversation, loss)
    }

    fn delete_old_text(
        &mut self,
        text: &OldText,
        loss: &mut Loss,
    ) -> Result<RunCounts, StoreError> {
        const OPERATION: &str = "delete an old text";
        let mut counts = self.delete_old_media(text.message_id)?;
        counts.texts = 1;
        let id = uuid_blob(text.message_id.uuid());
        for table in [
            "DELETE FROM media_fetches WHERE message_id = ?1",
            "DELETE FROM message_masks WHERE message_id = ?1",
            "DELETE FROM outbox WHERE message_id = ?1 AND finished = 1",
            "DELETE FROM carrier_wipes WHERE message_id = ?1",
        ] {
            self.prepare(table, OPERATION)?
                .execute([id])
                .during(OPERATION)?;
        }
        let (body, sid, unread): (String, Option<MessageSid>, bool) = self
            .prepare(
                "DELETE FROM messages WHERE position = ?1 RETURNING body, sid,
                    counted AND position > (
                        SELECT read_up_to FROM conversations
                        WHERE conversations.conversation_id = messages.conversation_id)",
                OPERATION,
            )?
            .query_row([text.facts.position.0], |row| {
                let sid = row
                    .get_ref(1)?
                    .as_blob_or_null()?
                    .map(|blob| sid_from_blob(blob, "messages.sid"))
                    .transpose()?;
                Ok((row.get(0)?, sid, row.get(2)?))
            })
            .during(OPERATION)?;
        loss.texts += 1;
        loss.unread += i64::from(unread);
        loss.removed.push(Removed { sid, words: body });
        Ok(counts)
    }

    fn delete_old_media(&mut self, message: MessageId) -> Result<RunCounts, StoreError> {
        let (pictures, picture_bytes) = self.count_pictures(message)?;
        for media in self.list_media(message)? {
            self.delete_media(media.id)?;
        }
        Ok(RunCounts {
            pictures,
            picture_bytes,
            ..RunCounts::default()
        })
    }

    /// Deletes the pictures of those of these texts that go, and leaves the texts, which say so.
    ///
    /// # Errors
    /// [`StoreError`] when the file cannot be written.
    pub fn delete_old_pictures(
        &mut self,
        positions: &[MessagePosition],
        cut: &Cut,
    ) -> Result<(RunCounts, Vec<ConversationId>), StoreError> {
        const OPERATION: &str = "delete an old picture";
        let mut known = self.known_facts()?;
        let mut counts = RunCounts::default();
        let mut touched = Vec::new();
        for position in positions {
            let Some(text) = self.find_old_text(*position)? else {
                continue;
            };
            if self.judge_old(&text, cut, &mut known)? != Verdict::Goes {
                continue;
            }
            let (pictures, picture_bytes) = self.count_pictures(text.message_id)?;
            for media in self.list_media(text.message_id)? {
                self.media_files().delete(media.id)?;
            }
            self.prepare(
                "UPDATE media SET state = 'unavailable', content_type = NULL, size = NULL, width = NULL,
                    height = NULL, file_name = NULL, note = ?2
                 WHERE message_id = ?1 AND state <> 'unavailable'",
                OPERATION,
            )?
            .execute(params![uuid_blob(text.message_id.uuid()), PICTURE_GONE])
            .during(OPERATION)?;
            self.finish_media(text.message_id)?;
            counts += RunCounts {
                pictures,
                picture_bytes,
                ..RunCounts::default()
            };
            touched.push(text.conversation);
        }
        touched.sort_unstable();
        touched.dedup();
        Ok((counts, touched))
    }

    /// Deletes those of these notes that go: older than an instant, in conversations that are not spared.
    ///
    /// # Errors
    /// [`StoreError`] when the file cannot be written.
    pub fn delete_old_notes(
        &mut self,
        notes: &[NoteId],
        before: UtcMillis,
    ) -> Result<(RunCounts, Vec<ConversationId>), StoreError> {
        const OPERATION: &str = "delete an old note";
        let mut known = self.known_facts()?;
        let mut counts = RunCounts::default();
        let mut touched = Vec::new();
        for note in notes {
            let id = uuid_blob(note.uuid());
            let conversation = self
                .prepare(
                    "SELECT conversation_id FROM notes WHERE note_id = ?1 AND at < ?2",
                    OPERATION,
                )?
                .query_row(params![id, before.0], |row| row.get(0).map(ConversationId))
                .optional()
                .during(OPERATION)?;
            let Some(conversation) = conversation else {
                continue;
            };
            if self.conversation_facts(conversation, &mut known)? != ConversationFacts::default() {
                continue;
            }
            self.delete_note(*note)?;
            counts.notes += 1;
            touched.push(conversation);
        }
        touched.sort_unstable();
        touched.dedup();
        Ok((counts, touched))
    }

    /// Tidies up after all old texts went: days without texts, and what came in from before and could not be read.
    ///
    /// # Errors
    /// [`StoreError`] when the file cannot be written.
    pub fn finish_old_texts(&mut self, before: UtcMillis) -> Result<(), StoreError> {
        const OPERATION: &str = "tidy up after old texts";
        let day = before.0.div_euclid(DAY);
        self.prepare(EMPTY_DAYS, OPERATION)?
            .execute([day])
            .during(OPERATION)?;
        self.prepare(
            "DELETE FROM inbound_journal WHERE set_aside IS NOT NULL AND received_at < ?1",
            OPERATION,
        )?
        .execute([before.0])
        .during(OPERATION)?;
        Ok(())
    }

    /// What the virtual agent told an agent of texts that are gone.
    fn delete_handovers_before(
        &mut self,
        conversation: ConversationId,
        before: UtcMillis,
    ) -> Result<(), StoreError> {
        const OPERATION: &str = "delete old hand-overs";
        self.prepare(
            "DELETE FROM bot_handovers WHERE at < ?2 AND interaction_id IN (
                SELECT interaction_id FROM interactions WHERE conversation_id = ?1 AND active = 0)",
            OPERATION,
        )?
        .execute(params![conversation.0, before.0])
        .during(OPERATION)?;
        Ok(())
    }

    /// Brings a conversation's row up to date.
    fn shrink_conversation(
        &mut self,
        conversation: ConversationId,
        loss: &Loss,
    ) -> Result<(), StoreError> {
        const OPERATION: &str = "update a conversation";
        self.prepare(
            "UPDATE conversations SET
                message_count = max(message_count - ?2, 0), unread_count = max(unread_count - ?3, 0),
                first_at = (
                    SELECT at FROM messages WHERE messages.conversation_id = ?1 ORDER BY position LIMIT 1),
                failed_position = (SELECT position FROM messages WHERE position = failed_position)
             WHERE conversation_id = ?1",
            OPERATION,
        )?
        .execute(params![conversation.0, loss.texts, loss.unread])
        .during(OPERATION)?;
        self.show_newest_text(conversation)
    }

    /// Shows the newest text that a conversation still has in its row. Where none is left, its place in the lists stays
    /// what it was.
    pub(crate) fn show_newest_text(
        &mut self,
        conversation: ConversationId,
    ) -> Result<(), StoreError> {
        const OPERATION: &str = "update a conversation";
        let newest = self
            .prepare(NEWEST_LEFT, OPERATION)?
            .query_row([conversation.0], |row| {
                Ok((
                    row.get::<_, i64>(0)?,
                    row.get::<_, i64>(1)?,
                    row.get::<_, String>(2)?,
                    row.get::<_, i64>(3)?,
                    row.get::<_, String>(4)?,
                    row.get::<_, Option<u32>>(5)?,
                    row.get::<_, u32>(6)?,
                ))
            })
            .optional()
            .during(OPERATION)?;
        let Some((position, at, body, direction, status, error_code, media_count)) = newest else {
            self.prepare(
                "UPDATE conversations SET preview = '', preview_direction = 0, preview_status = ?2,
                    preview_error_code = NULL, preview_media_count = 0
                 WHERE conversation_id = ?1",
                OPERATION,
            )?
            .execute(params![conversation.0, DeliveryStatus::Received.as_str()])
            .during(OPERATION)?;
            return Ok(());
        };
        self.prepare(
            "UPDATE conversations SET last_position = ?2, last_at = ?3, preview = ?4, preview_direction = ?5,
                preview_status = ?6, preview_error_code = ?7, preview_media_count = ?8
             WHERE conversation_id = ?1 AND last_position <> ?2",
            OPERATION,
        )?
        .execute(params![
            conversation.0,
            position,
            at,
            preview_text(&body),
            direction,
            status,
            error_code,
            media_count
        ])
        .during(OPERATION)?;
        Ok(())
    }
}

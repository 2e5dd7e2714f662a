//! Taking an import out again, a small batch in each transaction.
//!
//! What was touched since stays: texts under a legal hold, texts whose words were removed by hand, conversations in
//! which anything else is. Texts that Twilio told of in the meantime are no longer the import's.

use std::collections::{BTreeMap, HashSet};

use rusqlite::params;
use tern_domain::history_import::{HistoryImportCounts, HistoryImportId};
use tern_domain::subscription::{Consent, ConsentChange};
use tern_domain::{Actor, AgentId, ConversationId, MessagePosition, OptOut, PersonId, UtcMillis};

use crate::error::{During as _, StoreError};
use crate::tables::retention_writes::Loss;
use crate::tables::values::uuid_blob;
use crate::tx::{ReadConn, WriteTx};

/// Texts of an import in the order in which they came.
pub(crate) const TEXTS: &str = "
    SELECT imported_text_id, messages.position, messages.conversation_id, messages.redacted
    FROM imported_texts JOIN messages USING (position)
    WHERE history_import_id = ?1 AND imported_text_id > ?2 AND told = 0 ORDER BY imported_text_id LIMIT ?3";
pub(crate) const CONVERSATIONS: &str = "
    SELECT conversation_id FROM imported_conversations
    WHERE history_import_id = ?1 AND conversation_id > ?2 ORDER BY conversation_id LIMIT ?3";
pub(crate) const BLOCKS: &str = "
    SELECT conversation_id, opted_out_at, before_at FROM imported_blocks WHERE history_import_id = ?1
    ORDER BY conversation_id LIMIT ?2";
pub(crate) const LEFT_TEXTS: &str =
    "SELECT count(*) FROM imported_texts WHERE history_import_id = ?1";
pub(crate) const LEFT_CONVERSATIONS: &str =
    "SELECT count(*) FROM imported_conversations WHERE history_import_id = ?1";
pub(crate) const LEFT_PEOPLE: &str =
    "SELECT count(*) FROM imported_people WHERE history_import_id = ?1";
pub(crate) const STANDING_BLOCKS: &str = "
    SELECT count(*) FROM imported_blocks JOIN conversations USING (conversation_id)
    WHERE history_import_id = ?1 AND conversations.opted_out_at = imported_blocks.opted_out_at";
/// A conversation without texts is in no list and in no search. Its row stays, because events and consents speak of it.
pub(crate) const EMPTY: &str = "
    UPDATE conversations SET last_position = NULL, last_at = 0, first_at = NULL, preview = '', preview_direction = 0,
        preview_status = 'received', preview_error_code = NULL, preview_media_count = 0
    WHERE conversation_id = ?1 AND list = 2 AND has_draft = 0
        AND NOT EXISTS (SELECT 1 FROM messages WHERE messages.conversation_id = ?1)
        AND NOT EXISTS (SELECT 1 FROM notes WHERE notes.conversation_id = ?1)
        AND NOT EXISTS (SELECT 1 FROM interactions WHERE interactions.conversation_id = ?1)";

/// What a step took out.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Removed {
    /// How much of what.
    pub counts: HistoryImportCounts,
    /// Conversations that changed.
    pub touched: Vec<ConversationId>,
    /// Where the next step goes on; `None` at the end.
    pub next: Option<i64>,
}

/// What taking an import out would come to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct RemovalLook {
    /// Texts that would go.
    pub texts: u64,
    /// Texts that stay because of a legal hold.
    pub held: u64,
    /// Texts that stay because their words were removed by hand.
    pub redacted: u64,
    /// Conversations that were new.
    pub conversations: u64,
    /// People who were new.
    pub people: u64,
    /// Numbers that it blocked and that would be as before.
    pub blocks: u64,
}

impl ReadConn<'_> {
    /// Looks at some texts of an import; answers where the next look goes on.
    ///
    /// # Errors
    /// [`StoreError`] when the file cannot be read.
    pub fn look_at_history_removal(
        &self,
        look: &mut RemovalLook,
        import: HistoryImportId,
        after: i64,
        most: u32,
    ) -> Result<Option<i64>, StoreError> {
        const OPERATION: &str = "look at the texts of an import";
        let held = self.held_conversations()?;
        let rows = self.texts_of_import(import, after, most)?;
        for (_, _, conversation, redacted) in &rows {
            if held.contains(conversation) {
                look.held += 1;
            } else if *redacted {
                look.redacted += 1;
            } else {
                look.texts += 1;
            }
        }
        if after == 0 {
            let of = |sql: &'static str| {
                self.prepare(sql, OPERATION)?
                    .query_row([import.0], |row| row.get::<_, i64>(0))
                    .map(i64::unsigned_abs)
                    .during(OPERATION)
            };
            look.conversations = of(LEFT_CONVERSATIONS)?;
            look.people = of(LEFT_PEOPLE)?;
            look.blocks = of(STANDING_BLOCKS)?;
        }
        Ok(rows.last().map(|row| row.0))
    }

    /// How much of what an import brought is not here any more.
    ///
    /// # Errors
    /// [`StoreError`] when the file cannot be read.
    pub fn count_gone_of_history(
        &self,
        import: HistoryImportId,
    ) -> Result<HistoryImportCounts, StoreError> {
        const OPERATION: &str = "count what is gone of an import";
        let brought = self.load_history_import(import)?.counts;
        let left = |sql: &'static str| {
            self.prepare(sql, OPERATION)?
                .query_row([import.0], |row| row.get::<_, i64>(0))
                .map(i64::unsigned_abs)
                .during(OPERATION)
        };
        Ok(HistoryImportCounts {
            texts: brought.texts.saturating_sub(left(LEFT_TEXTS)?),
            conversations: brought
                .conversations
                .saturating_sub(left(LEFT_CONVERSATIONS)?),
            people: brought.people.saturating_sub(left(LEFT_PEOPLE)?),
            ..HistoryImportCounts::default()
        })
    }

    fn texts_of_import(
        &self,
        import: HistoryImportId,
        after: i64,
        most: u32,
    ) -> Result<Vec<(i64, MessagePosition, ConversationId, bool)>, StoreError> {
        const OPERATION: &str = "list the texts of an import";
        self.prepare(TEXTS, OPERATION)?
            .query_map(params![import.0, after, most], |row| {
                Ok((
                    row.get(0)?,
                    MessagePosition(row.get(1)?),
                    ConversationId(row.get(2)?),
                    row.get(3)?,
                ))
            })
            .and_then(Iterator::collect)
            .during(OPERATION)
    }
}

impl WriteTx<'_> {
    /// Takes out at most so many texts of an import, with what hangs on them and what figures counted of them.
    ///
    /// # Errors
    /// [`StoreError`] when the file cannot be written.
    pub fn remove_history_texts(
        &mut self,
        import: HistoryImportId,
        after: i64,
        most: u32,
    ) -> Result<Removed, StoreError> {
        let held: HashSet<ConversationId> = self.held_conversations()?;
        let rows = self.texts_of_import(import, after, most)?;
        let mut removed = Removed {
            next: rows.last().map(|row| row.0),
            ..Removed::default()
        };
        let mut losses: BTreeMap<ConversationId, Loss> = BTreeMap::new();
        for (number, position, conversation, redacted) in rows {
            if redacted || held.contains(&conversation) {
                continue;
            }
            self.uncount_imported(number, position)?;
            self.delete_brought(position, losses.entry(conversation).or_default())?;
            removed.counts.texts += 1;
        }
        for (conversation, loss) in &losses {
            self.settle_loss(*conversation, loss)?;
        }
        removed.touched = losses.into_keys().collect();
        Ok(removed)
    }

    /// Lifts the blocks of an import that nothing has confirmed since. Answers how many are left.
    ///
    /// # Errors
    /// [`StoreError`] when the file cannot be written.
    pub fn lift_history_blocks(
        &mut self,
        import: HistoryImportId,
        by: AgentId,
        now: UtcMillis,
        most: u32,
    ) -> Result<Removed, StoreError> {
        const OPERATION: &str = "lift blocks of an import";
        let rows: Vec<(i64, i64, Option<i64>)> = self
            .prepare(BLOCKS, OPERATION)?
            .query_map(params![import.0, most], |row| {
                Ok((row.get(0)?, row.get(1)?, row.get(2)?))
            })
            .and_then(Iterator::collect)
            .during(OPERATION)?;
        let mut removed = Removed {
            next: rows.last().map(|row| row.0),
            ..Removed::default()
        };
        for (conversation, made, before) in rows {
            let id = ConversationId(conversation);
            let row = self.load_conversation(id)?;
            if row.opt_out.opted_out_at == Some(UtcMillis(made)) {
                let back = OptOut {
                    opted_out_at: before.map(UtcMillis),
                    ..row.opt_out
                };
                self.update_opt_out(id, back)?;
                self.insert_consent(&Consent {
                    key: row.key,
                    at: now,
                    by: Actor::Agent(by),
                    message_id: None,
                    change: ConsentChange::Unblocked,
                })?;
                removed.touched.push(id);
            }
            self.prepare(
                "DELETE FROM imported_blocks WHERE history_import_id = ?1 AND conversation_id = ?2",
                OPERATION,
            )?
            .execute(params![import.0, conversation])
            .during(OPERATION)?;
        }
        Ok(removed)
    }

    /// Takes conversations that an import made, and that hold nothing any more, out of lists and searches.
    ///
    /// # Errors
    /// [`StoreError`] when the file cannot be written.
    pub fn remove_history_conversations(
        &mut self,
        import: HistoryImportId,
        after: i64,
        most: u32,
    ) -> Result<Removed, StoreError> {
        const OPERATION: &str = "empty conversations of an import";
        let rows: Vec<i64> = self
            .prepare(CONVERSATIONS, OPERATION)?
            .query_map(params![import.0, after, most], |row| row.get(0))
            .and_then(Iterator::collect)
            .during(OPERATION)?;
        let mut removed = Removed {
            next: rows.last().copied(),
            ..Removed::default()
        };
        for conversation in rows {
            let gone = self
                .prepare(EMPTY, OPERATION)?
                .execute([conversation])
                .during(OPERATION)?;
            if gone > 0 {
                removed.counts.conversations += 1;
                removed.touched.push(ConversationId(conversation));
                self.prepare(
                    "DELETE FROM imported_conversations WHERE history_import_id = ?1 AND conversation_id = ?2",
                    OPERATION,
                )?
                .execute(params![import.0, conversation])
                .during(OPERATION)?;
            }
        }
        Ok(removed)
    }

    /// Somebody is no longer an import's: they left, or were changed since.
    ///
    /// # Errors
    /// [`StoreError`] when the file cannot be written.
    pub fn forget_imported_person(
        &mut self,
        import: HistoryImportId,
        person: PersonId,
    ) -> Result<(), StoreError> {
        const OPERATION: &str = "forget a person of an import";
        self.prepare(
            "DELETE FROM imported_people WHERE history_import_id = ?1 AND person_id = ?2",
            OPERATION,
        )?
        .execute(params![import.0, uuid_blob(person.uuid())])
        .during(OPERATION)?;
        Ok(())
    }
}

//! Bringing texts of a file in, a small batch in each transaction.
//!
//! They are history: nothing is opened, counted as unread or announced. Positions are made of the time, so that files
//! may come in any order.

use std::collections::BTreeMap;

use rusqlite::params;
use sha2::{Digest as _, Sha256};
use tern_domain::history_import::{
    HistoryImportCounts, HistoryImportId, HistoryImportState, HistoryText, KeywordSeen,
    imported_positions,
};
use tern_domain::subscription::{Consent, ConsentChange};
use tern_domain::{
    Actor, AgentId, ConversationId, ConversationKey, MessageId, MessagePosition, PersonId,
    UtcMillis,
};

use super::{HistoryStanding, text_id};
use crate::error::{During as _, StoreError};
use crate::tables::message_writes::{INSERT, PreviewSource};
use crate::tables::values::{direction_code, sid_blob, uuid_blob};
use crate::tx::WriteTx;

/// Said where a picture would be.
const PICTURE_ELSEWHERE: &str = "The file that this text came from holds no pictures.";

/// A text of a file, screened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BroughtText {
    /// The text, its sensitive data masked.
    pub text: HistoryText,
    /// Names of the patterns that were masked (H-15).
    pub masked: Vec<String>,
}

/// What a batch came to.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Brought {
    /// What it brought.
    pub counts: HistoryImportCounts,
    /// Conversations that changed.
    pub touched: Vec<ConversationId>,
    /// Which of the texts are here now and were not before.
    pub new: Vec<usize>,
}

/// What a batch adds to one conversation.
struct Addition {
    newest: (MessagePosition, usize),
    oldest: UtcMillis,
    how_many: i64,
}

/// The id of a picture that is not here: made of its text's.
fn medium_id(text: uuid::Uuid, ordinal: u32) -> uuid::Uuid {
    let mut digest = Sha256::new();
    digest.update(text.as_bytes());
    digest.update(ordinal.to_le_bytes());
    let mut bytes = [0; 16];
    for (to, from) in bytes.iter_mut().zip(digest.finalize()) {
        *to = from;
    }
    uuid::Builder::from_custom_bytes(bytes).into_uuid()
}

impl WriteTx<'_> {
    /// Begins an import.
    ///
    /// # Errors
    /// [`StoreError`] when the file cannot be written.
    pub fn begin_history_import(
        &mut self,
        by: AgentId,
        file_name: &str,
        now: UtcMillis,
    ) -> Result<HistoryImportId, StoreError> {
        const OPERATION: &str = "begin an import of a history";
        self.prepare(
            "INSERT INTO history_imports (by_agent_id, started_at, state, file_name)
             VALUES (?1, ?2, 'running', ?3) RETURNING history_import_id",
            OPERATION,
        )?
        .query_row(params![uuid_blob(by.uuid()), now.0, file_name], |row| {
            row.get(0).map(HistoryImportId)
        })
        .during(OPERATION)
    }

    /// Brings in what is not here yet. `newest_first` says how the file is ordered, for texts of one second.
    ///
    /// # Errors
    /// [`StoreError`] when the file cannot be written.
    pub fn bring_history(
        &mut self,
        import: HistoryImportId,
        texts: &[BroughtText],
        newest_first: bool,
    ) -> Result<Brought, StoreError> {
        let mut brought = Brought::default();
        let mut additions: BTreeMap<ConversationId, Addition> = BTreeMap::new();
        let mut order: Vec<usize> = (0..texts.len()).collect();
        // In the order of positions, which is the cheapest for the index.
        order.sort_by_key(|index| texts.get(*index).map(|it| it.text.at));
        for index in order {
            let Some(BroughtText { text, masked }) = texts.get(index) else {
                continue;
            };
            let standing = self.judge_history(text, Some(import))?;
            match standing {
                HistoryStanding::Here => {
                    brought.counts.duplicates += 1;
                    continue;
                }
                HistoryStanding::Deleted => {
                    brought.counts.left_out += 1;
                    continue;
                }
                HistoryStanding::New | HistoryStanding::NewConversation => {}
            }
            let Some(position) = self.free_position(text.at, newest_first)? else {
                brought.counts.left_out += 1;
                continue;
            };
            let conversation = self.ensure_conversation(&text.key)?;
            if standing == HistoryStanding::NewConversation {
                self.note_imported_conversation(import, conversation)?;
                brought.counts.conversations += 1;
            }
            self.insert_brought(import, position, conversation, text, masked)?;
            self.note_day(text.at, position, position)?;
            brought.counts.texts += 1;
            brought.new.push(index);
            additions
                .entry(conversation)
                .and_modify(|addition| {
                    addition.how_many += 1;
                    addition.oldest = addition.oldest.min(text.at);
                    addition.newest = addition.newest.max((position, index));
                })
                .or_insert(Addition {
                    newest: (position, index),
                    oldest: text.at,
                    how_many: 1,
                });
        }
        for (conversation, addition) in &additions {
            let (position, index) = addition.newest;
            if let Some(BroughtText { text, .. }) = texts.get(index) {
                let newest = PreviewSource {
                    position,
                    at: text.at,
                    body: text.body.as_str(),
                    direction: text.direction,
                    status: &text.status,
                    error_code: text.error_code,
                    media_count: text.pictures,
                };
                self.add_history_to_conversation(
                    *conversation,
                    &newest,
                    addition.oldest,
                    addition.how_many,
                )?;
            }
        }
        brought.touched = additions.into_keys().collect();
        self.count_history_import(import, brought.counts)?;
        Ok(brought)
    }

    /// The next position of a second. Texts of a file that begins with the newest come before those that are there.
    fn free_position(
        &self,
        at: UtcMillis,
        newest_first: bool,
    ) -> Result<Option<MessagePosition>, StoreError> {
        const OPERATION: &str = "find a position for a text";
        let (lowest, highest) = imported_positions(at, at);
        let taken: (Option<i64>, Option<i64>) = self
            .prepare(
                "SELECT (SELECT position FROM messages WHERE position BETWEEN ?1 AND ?2 ORDER BY position LIMIT 1),
                    (SELECT position FROM messages WHERE position BETWEEN ?1 AND ?2 ORDER BY position DESC LIMIT 1)",
                OPERATION,
            )?
            .query_row(params![lowest, highest], |row| Ok((row.get(0)?, row.get(1)?)))
            .during(OPERATION)?;
        let free = match taken {
            (Some(first), _) if newest_first => first - 1,
            (_, Some(last)) => last + 1,
            _ => lowest + (highest - lowest) / 2,
        };
        Ok((lowest..=highest)
            .contains(&free)
            .then_some(MessagePosition(free)))
    }

    fn insert_brought(
        &mut self,
        import: HistoryImportId,
        position: MessagePosition,
        conversation: ConversationId,
        text: &HistoryText,
        masked: &[String],
    ) -> Result<(), StoreError> {
        const OPERATION: &str = "insert a text of a file";
        let id = text_id(text);
        self.prepare(INSERT, OPERATION)?
            .execute(params![
                position.0,
                uuid_blob(id),
                text.sid.as_ref().map(sid_blob),
                conversation.0,
                direction_code(text.direction),
                text.body.as_str(),
                text.status.as_str(),
                text.error_code,
                text.segments,
                text.pictures,
                text.at.0,
                None::<[u8; 16]>,
                false,
                false,
                false,
            ])
            .during(OPERATION)?;
        self.prepare(
            "INSERT INTO imported_texts (position, history_import_id, agent_name) VALUES (?1, ?2, ?3)",
            OPERATION,
        )?
        .execute(params![position.0, import.0, text.agent])
        .during(OPERATION)?;
        for ordinal in 0..text.pictures {
            let medium = medium_id(id, ordinal);
            self.prepare(
                "INSERT INTO media (media_id, message_id, ordinal, state, note) VALUES (?1, ?2, ?3, 'unavailable', ?4)",
                OPERATION,
            )?
            .execute(params![uuid_blob(medium), uuid_blob(id), ordinal, PICTURE_ELSEWHERE])
            .during(OPERATION)?;
        }
        if !masked.is_empty() {
            self.mark_masked(MessageId::new(id), masked)?;
        }
        Ok(())
    }

    fn note_imported_conversation(
        &mut self,
        import: HistoryImportId,
        conversation: ConversationId,
    ) -> Result<(), StoreError> {
        const OPERATION: &str = "note a conversation of an import";
        self.prepare(
            "INSERT OR IGNORE INTO imported_conversations (history_import_id, conversation_id) VALUES (?1, ?2)",
            OPERATION,
        )?
        .execute(params![import.0, conversation.0])
        .during(OPERATION)?;
        Ok(())
    }

    /// Notes somebody whom an import put into the directory.
    ///
    /// # Errors
    /// [`StoreError`] when the file cannot be written.
    pub fn note_imported_person(
        &mut self,
        import: HistoryImportId,
        person: PersonId,
    ) -> Result<(), StoreError> {
        const OPERATION: &str = "note a person of an import";
        self.prepare(
            "INSERT OR IGNORE INTO imported_people (history_import_id, person_id) VALUES (?1, ?2)",
            OPERATION,
        )?
        .execute(params![import.0, uuid_blob(person.uuid())])
        .during(OPERATION)?;
        self.count_history_import(
            import,
            HistoryImportCounts {
                people: 1,
                ..HistoryImportCounts::default()
            },
        )
    }

    /// Adds to what an import came to.
    ///
    /// # Errors
    /// [`StoreError`] when the file cannot be written.
    pub fn count_history_import(
        &mut self,
        import: HistoryImportId,
        counts: HistoryImportCounts,
    ) -> Result<(), StoreError> {
        const OPERATION: &str = "count what an import brought";
        let number = |count: u64| i64::try_from(count).unwrap_or(i64::MAX);
        self.prepare(
            "UPDATE history_imports SET texts = texts + ?2, conversations = conversations + ?3, people = people + ?4,
                duplicates = duplicates + ?5, left_out = left_out + ?6
             WHERE history_import_id = ?1",
            OPERATION,
        )?
        .execute(params![
            import.0,
            number(counts.texts),
            number(counts.conversations),
            number(counts.people),
            number(counts.duplicates),
            number(counts.left_out)
        ])
        .during(OPERATION)?;
        Ok(())
    }

    /// Blocks a conversation whose newest word in an import is a STOP that is newer than what is known (S-7). Answers
    /// whether it did.
    ///
    /// # Errors
    /// [`StoreError`] when the file cannot be written.
    pub fn block_by_history(
        &mut self,
        import: HistoryImportId,
        key: &ConversationKey,
        seen: KeywordSeen,
    ) -> Result<bool, StoreError> {
        const OPERATION: &str = "block a number by an import";
        // Nothing of this conversation came in: all of it had been deleted for its age.
        let Some(conversation) = self.find_conversation(key)? else {
            return Ok(false);
        };
        let before = self.load_conversation(conversation)?.opt_out;
        let Some(after) = seen.block(before) else {
            return Ok(false);
        };
        self.prepare(
            "INSERT OR IGNORE INTO imported_blocks (history_import_id, conversation_id, opted_out_at, before_at)
             VALUES (?1, ?2, ?3, ?4)",
            OPERATION,
        )?
        .execute(params![
            import.0,
            conversation.0,
            seen.at.0,
            before.opted_out_at.map(|at| at.0)
        ])
        .during(OPERATION)?;
        self.update_opt_out(conversation, after)?;
        self.insert_consent(&Consent {
            key: key.clone(),
            at: seen.at,
            by: Actor::Requester,
            message_id: None,
            change: ConsentChange::Blocked { code: None },
        })?;
        Ok(true)
    }

    /// Says where an import stands.
    ///
    /// # Errors
    /// [`StoreError`] when the file cannot be written.
    pub fn set_history_import_state(
        &mut self,
        import: HistoryImportId,
        state: HistoryImportState,
        removed: Option<(AgentId, UtcMillis)>,
    ) -> Result<(), StoreError> {
        const OPERATION: &str = "say where an import stands";
        self.prepare(
            "UPDATE history_imports SET state = ?2, removed_by = coalesce(?3, removed_by),
                removed_at = coalesce(?4, removed_at)
             WHERE history_import_id = ?1",
            OPERATION,
        )?
        .execute(params![
            import.0,
            state.as_str(),
            removed.map(|(by, _)| uuid_blob(by.uuid())),
            removed.map(|(_, at)| at.0)
        ])
        .during(OPERATION)?;
        Ok(())
    }
}

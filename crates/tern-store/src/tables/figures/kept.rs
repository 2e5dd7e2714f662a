//! What retention deleted and the figures keep: a text that was there stays counted, however often they are counted anew.
//!
//! Owns the kept sums, and no words: texts by quarter of an hour, failures, and what the texts of an interaction said of
//! it. What is kept is written in the transaction that deletes, so that it is neither lost nor counted twice; counting
//! anew begins with it.

use std::collections::BTreeMap;

use rusqlite::{OptionalExtension as _, params};
use tern_domain::insights::{Mean, TextPart};
use tern_domain::{AgentId, ConversationId, InteractionId, MessagePosition, UtcMillis};
use uuid::Uuid;

use super::super::values::{uuid_blob, uuid_id};
use super::conversations::LATEST_ARRIVAL;
use super::texts::{AS_COUNTED_ONE, AS_IT_IS, Cell, Counted, Sheet, Sums};
use super::{Dirty, Marks};
use crate::error::{During as _, StoreError};
use crate::tx::{ReadConn, WriteTx};

/// Kept sums that are taken in at once.
const CHUNK: u32 = 4000;

pub(crate) const KEPT_TEXTS: &str = "
    SELECT kept_text_figures_id, quarter, writer, agent, provider_number, channel, texts, segments, pictures
    FROM kept_text_figures WHERE kept_text_figures_id > ?1 ORDER BY kept_text_figures_id LIMIT ?2";
pub(crate) const KEPT_PART: &str = "
    SELECT first_response, agent_replies, agent_reply_time, requester_replies, requester_reply_time
    FROM kept_conversation_figures WHERE interaction_id = ?1";
pub(crate) const KEPT_AGENTS: &str = "
    SELECT agent, texts, replies, reply_time FROM kept_agent_figures WHERE interaction_id = ?1";
/// Interactions of a conversation that may have had texts up to an instant, and of which nothing is kept.
pub(crate) const NOT_KEPT: &str = "
    SELECT interaction_id, opened_at FROM interactions
    WHERE conversation_id = ?1 AND active = 0 AND opened_at <= ?2 AND NOT EXISTS (
        SELECT 1 FROM kept_conversation_figures
        WHERE kept_conversation_figures.interaction_id = interactions.interaction_id)
    ORDER BY opened_at";
pub(crate) const IMPORTED_AS: &str =
    "SELECT imported_text_id FROM imported_texts WHERE position = ?1";

/// A text that is about to be deleted.
#[derive(Debug, Clone, Copy)]
pub(crate) struct GoingText {
    pub(crate) conversation: ConversationId,
    pub(crate) position: MessagePosition,
    pub(crate) at: UtcMillis,
}

impl ReadConn<'_> {
    /// What the texts of an interaction said before some of them were deleted.
    pub(super) fn find_kept_part(&self, id: InteractionId) -> Result<Option<TextPart>, StoreError> {
        const OPERATION: &str = "read what is kept of an interaction";
        let id = uuid_blob(id.uuid());
        let part = self
            .prepare(KEPT_PART, OPERATION)?
            .query_row([id], |row| {
                Ok(TextPart {
                    first_response: row.get(0)?,
                    agent_replies: Mean {
                        count: row.get(1)?,
                        sum: row.get(2)?,
                    },
                    requester_replies: Mean {
                        count: row.get(3)?,
                        sum: row.get(4)?,
                    },
                    agents: BTreeMap::new(),
                })
            })
            .optional()
            .during(OPERATION)?;
        let Some(mut part) = part else {
            return Ok(None);
        };
        part.agents = self
            .prepare(KEPT_AGENTS, OPERATION)?
            .query_map([id], |row| {
                let replies = Mean {
                    count: row.get(2)?,
                    sum: row.get(3)?,
                };
                Ok((uuid_id::<AgentId>(row.get(0)?), (row.get(1)?, replies)))
            })
            .and_then(Iterator::collect)
            .during(OPERATION)?;
        Ok(Some(part))
    }

    /// Whether a text is in the figures, as it is or as it was.
    fn is_counted(&self, position: i64, marks: &Marks) -> Result<bool, StoreError> {
        const OPERATION: &str = "look whether a text is counted";
        if position > 0 {
            return Ok(position <= marks.live);
        }
        let imported: Option<i64> = self
            .prepare(IMPORTED_AS, OPERATION)?
            .query_row([position], |row| row.get(0))
            .optional()
            .during(OPERATION)?;
        Ok(imported.map_or(position >= marks.history, |number| number <= marks.imported))
    }

    fn list_not_kept(
        &self,
        conversation: ConversationId,
        newest: UtcMillis,
    ) -> Result<Vec<(InteractionId, UtcMillis)>, StoreError> {
        const OPERATION: &str = "list interactions that lose texts";
        let until = newest.0.saturating_add(LATEST_ARRIVAL);
        self.prepare(NOT_KEPT, OPERATION)?
            .query_map(params![conversation.0, until], |row| {
                let id = InteractionId::new(Uuid::from_bytes(row.get(0)?));
                Ok((id, UtcMillis(row.get(1)?)))
            })
            .and_then(Iterator::collect)
            .during(OPERATION)
    }
}

impl WriteTx<'_> {
    /// Keeps in the figures what texts came to that are about to be deleted for their age.
    pub(crate) fn keep_figures_of(&mut self, going: &[GoingText]) -> Result<(), StoreError> {
        let marks = self.figure_marks()?;
        if marks == Marks::START {
            // What is added now must not be taken for a count that has begun without the rest.
            self.begin_with_kept()?;
        }
        let (mut kept, mut figures) = (Sheet::default(), Sheet::default());
        let mut newest: BTreeMap<ConversationId, UtcMillis> = BTreeMap::new();
        for text in going {
            self.keep_text(text.position.0, &marks, &mut kept, &mut figures)?;
            if text.position.0 > 0 {
                let at = newest.entry(text.conversation).or_insert(text.at);
                *at = text.at.max(*at);
            }
        }
        self.write_sheet(figures)?;
        self.write_kept_texts(kept)?;
        for (conversation, newest) in newest {
            for (id, opened_at) in self.list_not_kept(conversation, newest)? {
                let Some((figures, after)) = self.figures_from_texts(id)? else {
                    continue;
                };
                if opened_at <= newest || after < newest {
                    self.put_kept_part(id, &figures.text_part())?;
                    self.count_interaction(id)?;
                }
            }
        }
        Ok(())
    }

    /// A text is kept as it is now, and in the figures as well, whether they had it otherwise or not at all.
    fn keep_text(
        &mut self,
        position: i64,
        marks: &Marks,
        kept: &mut Sheet,
        figures: &mut Sheet,
    ) -> Result<(), StoreError> {
        const OPERATION: &str = "keep a text in the figures";
        let Some(text) = self.find_counted(AS_IT_IS, position)? else {
            return Ok(());
        };
        let is_counted = self.is_counted(position, marks)?;
        let otherwise = self.find_counted(AS_COUNTED_ONE, position)?;
        // What nothing is left of cannot touch an interaction.
        let dirty = &mut Dirty::default();
        if let Some(otherwise) = &otherwise {
            self.count_text(otherwise, -1, figures, dirty)?;
            self.forget_correction(position)?;
        }
        if otherwise.is_some() || !is_counted {
            self.count_text(&text, 1, figures, dirty)?;
        }
        kept.count(&text, 1);
        let Counted { cell, .. } = &text;
        let Some(code) = text.failed else {
            return Ok(());
        };
        self.prepare(
            "INSERT OR REPLACE INTO kept_failed_texts (position, at, conversation_id, provider_number, channel, agent,
                error_code)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
            OPERATION,
        )?
        .execute(params![
            position,
            text.at.0,
            text.conversation.0,
            cell.provider_number,
            cell.channel,
            cell.agent,
            code,
        ])
        .during(OPERATION)?;
        Ok(())
    }

    fn write_kept_texts(&mut self, kept: Sheet) -> Result<(), StoreError> {
        const OPERATION: &str = "keep sums of texts";
        for (cell, sums) in kept.0 {
            self.prepare(
                "INSERT INTO kept_text_figures (quarter, writer, agent, provider_number, channel, texts, segments,
                    pictures)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)
                 ON CONFLICT DO UPDATE SET texts = texts + excluded.texts,
                    segments = segments + excluded.segments, pictures = pictures + excluded.pictures",
                OPERATION,
            )?
            .execute(params![
                cell.at,
                cell.writer,
                cell.agent,
                cell.provider_number,
                cell.channel,
                sums.texts,
                sums.segments,
                sums.pictures,
            ])
            .during(OPERATION)?;
        }
        Ok(())
    }

    fn put_kept_part(&mut self, id: InteractionId, part: &TextPart) -> Result<(), StoreError> {
        const OPERATION: &str = "keep what texts said of an interaction";
        let id = uuid_blob(id.uuid());
        self.prepare(
            "INSERT INTO kept_conversation_figures (interaction_id, first_response, agent_replies, agent_reply_time,
                requester_replies, requester_reply_time)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
            OPERATION,
        )?
        .execute(params![
            id,
            part.first_response,
            part.agent_replies.count,
            part.agent_replies.sum,
            part.requester_replies.count,
            part.requester_replies.sum,
        ])
        .during(OPERATION)?;
        for (agent, (texts, replies)) in &part.agents {
            self.prepare(
                "INSERT INTO kept_agent_figures (interaction_id, agent, texts, replies, reply_time)
                 VALUES (?1, ?2, ?3, ?4, ?5)",
                OPERATION,
            )?
            .execute(params![
                id,
                uuid_blob(agent.uuid()),
                texts,
                replies.count,
                replies.sum,
            ])
            .during(OPERATION)?;
        }
        Ok(())
    }

    /// Begins a count from nothing with what is kept.
    pub(super) fn begin_with_kept(&mut self) -> Result<(), StoreError> {
        const OPERATION: &str = "take in what is kept";
        let has_begun: bool = self
            .prepare("SELECT EXISTS (SELECT 1 FROM text_figures)", OPERATION)?
            .query_row((), |row| row.get(0))
            .during(OPERATION)?;
        if has_begun {
            return Ok(());
        }
        let mut after = 0;
        loop {
            let rows = self.kept_texts(after)?;
            let Some((last, ..)) = rows.last() else {
                break;
            };
            after = *last;
            let sheet = rows.into_iter().map(|(_, cell, sums)| (cell, sums));
            self.write_sheet(Sheet(sheet.collect()))?;
        }
        self.prepare(
            "INSERT OR REPLACE INTO failed_texts (at, position, conversation_id, provider_number, channel, agent,
                error_code)
             SELECT at, position, conversation_id, provider_number, channel, agent, error_code FROM kept_failed_texts",
            OPERATION,
        )?
        .execute(())
        .during(OPERATION)?;
        Ok(())
    }

    fn kept_texts(&self, after: i64) -> Result<Vec<(i64, Cell, Sums)>, StoreError> {
        const OPERATION: &str = "take in what is kept";
        self.prepare(KEPT_TEXTS, OPERATION)?
            .query_map(params![after, CHUNK], |row| {
                let cell = Cell {
                    at: row.get(1)?,
                    writer: row.get(2)?,
                    agent: row.get(3)?,
                    provider_number: row.get(4)?,
                    channel: row.get(5)?,
                };
                let sums = Sums {
                    texts: row.get(6)?,
                    segments: row.get(7)?,
                    pictures: row.get(8)?,
                };
                Ok((row.get(0)?, cell, sums))
            })
            .and_then(Iterator::collect)
            .during(OPERATION)
    }
}

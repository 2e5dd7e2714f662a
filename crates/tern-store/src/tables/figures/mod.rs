//! Figures: counted after the fact from texts and events, in tables that can be made anew from them and from what is
//! kept of texts that were deleted for their age (K-1 … K-3).
//!
//! Owns how far the counting has come. It follows positions and the event log, so that no text and no command pays for
//! it, and takes in a bounded step at a time. It refuses to know anything that texts and events do not say.

mod activity;
mod behind;
mod conversations;
mod kept;
mod read;
mod texts;
mod work;

use std::collections::BTreeMap;

use rusqlite::params;
use tern_domain::{ConversationId, EventBody, InteractionId, UtcMillis, WorkItemId};
use uuid::Uuid;

use super::values::{count, from_json};
use crate::error::{During as _, StoreError};
use crate::tx::{ReadConn, WriteTx};

pub use behind::{Behind, BehindCursor, BehindPage, BehindQuestion, BehindRow};
pub use read::{
    AgentWork, ConsentCounts, ConversationFigureRow, FailureCount, FigureFilter, HeldByAgent,
    QueueWork, TextFigureRow, TextGrain, TopicFigureRow,
};

pub(crate) use kept::GoingText;

#[cfg(test)]
pub(crate) use activity::statements as activity_statements;
#[cfg(test)]
pub(crate) use behind::statements as behind_statements;
#[cfg(test)]
pub(crate) use read::statements;

/// The statements that follow what happens, for the test of their plans.
#[cfg(test)]
pub(crate) const fn follow_statements() -> [(&'static str, &'static str); 14] {
    [
        ("next events", NEXT_EVENTS),
        ("interactions of a text", TOUCHED),
        ("next live texts", texts::NEXT_LIVE),
        ("next texts of the past", texts::NEXT_HISTORY),
        ("next texts of files", texts::NEXT_IMPORTED),
        ("texts that changed", texts::AS_COUNTED),
        ("events of one", work::EVENTS_OF),
        ("texts of an interaction", conversations::TEXTS_OF),
        ("queue of an interaction", conversations::QUEUE_OF),
        ("sums that are kept", kept::KEPT_TEXTS),
        ("what is kept of an interaction", kept::KEPT_PART),
        ("what is kept of its agents", kept::KEPT_AGENTS),
        ("interactions that lose texts", kept::NOT_KEPT),
        ("a text of a file", kept::IMPORTED_AS),
    ]
}

/// Milliseconds of a quarter of an hour.
const QUARTER: i64 = 900_000;
/// Milliseconds of an hour.
const HOUR: i64 = 3_600_000;

const MARKS: &str =
    "SELECT live_position, history_position, sequence, imported_text_id FROM figure_marks";
const NEXT_EVENTS: &str = "
    SELECT sequence, aggregate_kind, aggregate_id, conversation_id, at, body FROM events
    WHERE sequence > ?1 ORDER BY sequence LIMIT ?2";
const TOUCHED: &str = "
    SELECT interaction_id FROM conversation_figures
    WHERE conversation_id = ?1 AND (ended_at IS NULL OR ended_at >= ?2)";

/// What one step of counting took in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Followed {
    /// Texts, those counted again included.
    pub texts: usize,
    /// Events.
    pub events: usize,
}

impl Followed {
    /// Nothing was left to count.
    #[must_use]
    pub const fn is_done(self) -> bool {
        self.texts == 0 && self.events == 0
    }
}

/// How much is not counted yet.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct FigureProgress {
    /// Texts and events that are here.
    pub all: u64,
    /// Those of them that are not in the figures yet.
    pub left: u64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Marks {
    live: i64,
    history: i64,
    sequence: i64,
    imported: i64,
}

impl Marks {
    /// Nothing is counted.
    const START: Self = Self {
        live: 0,
        history: 1,
        sequence: 0,
        imported: 0,
    };
}

/// What a step has to count anew, in the order in which it came up.
#[derive(Debug, Default)]
struct Dirty {
    /// The oldest change in each conversation.
    conversations: BTreeMap<ConversationId, UtcMillis>,
    interactions: Vec<InteractionId>,
    work_items: Vec<WorkItemId>,
}

impl Dirty {
    fn conversation(&mut self, id: ConversationId, at: UtcMillis) {
        let since = self.conversations.entry(id).or_insert(at);
        *since = at.min(*since);
    }

    fn interaction(&mut self, id: InteractionId) {
        if !self.interactions.contains(&id) {
            self.interactions.push(id);
        }
    }

    fn work_item(&mut self, id: WorkItemId) {
        if !self.work_items.contains(&id) {
            self.work_items.push(id);
        }
    }
}

impl ReadConn<'_> {
    fn figure_marks(&self) -> Result<Marks, StoreError> {
        const OPERATION: &str = "read how far figures are counted";
        self.prepare(MARKS, OPERATION)?
            .query_row((), |row| {
                Ok(Marks {
                    live: row.get(0)?,
                    history: row.get(1)?,
                    sequence: row.get(2)?,
                    imported: row.get(3)?,
                })
            })
            .during(OPERATION)
    }

    /// How much the figures are behind what is stored.
    ///
    /// # Errors
    /// [`StoreError`] when the file cannot be read.
    pub fn figure_progress(&self) -> Result<FigureProgress, StoreError> {
        const OPERATION: &str = "read how far figures are counted";
        let marks = self.figure_marks()?;
        let (live, history, sequence, corrections, imported): (i64, i64, i64, i64, i64) = self
            .prepare(
                "SELECT next_live_position - 1, next_history_position + 1,
                    coalesce((SELECT max(sequence) FROM events), 0), (SELECT count(*) FROM text_corrections),
                    coalesce((SELECT max(imported_text_id) FROM imported_texts), 0)
                 FROM store_state",
                OPERATION,
            )?
            .query_row((), |row| {
                Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?, row.get(4)?))
            })
            .during(OPERATION)?;
        let left = (live - marks.live).max(0)
            + (marks.history - history).max(0)
            + (sequence - marks.sequence).max(0)
            + (imported - marks.imported).max(0)
            + corrections;
        Ok(FigureProgress {
            all: count(live) + count(1 - history) + count(sequence) + count(imported),
            left: count(left),
        })
    }
}

impl WriteTx<'_> {
    /// Takes at most so many texts and so many events into the figures. Nothing is counted twice, whatever ends the
    /// process: how far it has come is written in the same transaction.
    ///
    /// # Errors
    /// [`StoreError`] when the file cannot be read or written.
    pub fn follow_figures(&mut self, most: u32) -> Result<Followed, StoreError> {
        const OPERATION: &str = "note how far figures are counted";
        let before = self.figure_marks()?;
        if before == Marks::START {
            self.begin_with_kept()?;
        }
        let mut marks = before;
        let mut dirty = Dirty::default();
        let texts = self.follow_texts(&mut marks, most, &mut dirty)?;
        let events = self.follow_events(&mut marks, most, &mut dirty)?;
        for (conversation, since) in std::mem::take(&mut dirty.conversations) {
            self.find_touched(conversation, since, &mut dirty)?;
        }
        for item in std::mem::take(&mut dirty.work_items) {
            self.count_work_item(item, &mut dirty)?;
        }
        for interaction in dirty.interactions {
            self.count_interaction(interaction)?;
        }
        if marks != before {
            self.prepare(
                "UPDATE figure_marks SET live_position = ?1, history_position = ?2, sequence = ?3,
                    imported_text_id = ?4",
                OPERATION,
            )?
            .execute(params![
                marks.live,
                marks.history,
                marks.sequence,
                marks.imported
            ])
            .during(OPERATION)?;
        }
        Ok(Followed { texts, events })
    }

    /// Forgets all figures: they are counted anew from the first text and the first event on, beginning with what
    /// retention deleted and is kept of it.
    ///
    /// # Errors
    /// [`StoreError`] when the file cannot be written.
    pub fn forget_figures(&mut self) -> Result<(), StoreError> {
        self.connection()
            .execute_batch(
                "DELETE FROM text_figures; DELETE FROM text_hours; DELETE FROM failed_texts; DELETE FROM text_corrections;
                 DELETE FROM conversation_figures; DELETE FROM agent_figures; DELETE FROM bot_figures;
                 DELETE FROM work_figures; DELETE FROM offer_figures; DELETE FROM consent_figures;
                 UPDATE figure_marks SET live_position = 0, history_position = 1, sequence = 0,
                    imported_text_id = 0;",
            )
            .during("forget the figures")
    }

    fn follow_events(
        &mut self,
        marks: &mut Marks,
        most: u32,
        dirty: &mut Dirty,
    ) -> Result<usize, StoreError> {
        const OPERATION: &str = "follow the event log";
        let rows: Vec<(i64, String, String, Option<i64>, i64, EventBody)> = self
            .prepare(NEXT_EVENTS, OPERATION)?
            .query_map(params![marks.sequence, most], |row| {
                Ok((
                    row.get(0)?,
                    row.get(1)?,
                    row.get(2)?,
                    row.get(3)?,
                    row.get(4)?,
                    from_json("events.body", row.get_ref(5)?.as_str()?)?,
                ))
            })
            .and_then(Iterator::collect)
            .during(OPERATION)?;
        let followed = rows.len();
        for (sequence, kind, id, conversation, at, body) in rows {
            marks.sequence = sequence;
            let id = || Uuid::parse_str(&id).ok();
            match kind.as_str() {
                "interaction" => {
                    if let Some(id) = id() {
                        dirty.interaction(InteractionId::new(id));
                    }
                }
                "work_item" => {
                    if let Some(id) = id() {
                        dirty.work_item(WorkItemId::new(id));
                    }
                }
                _ => {}
            }
            let fact = match body {
                EventBody::CarrierOptedOut { .. } => 0,
                EventBody::CarrierOptedIn => 1,
                EventBody::SubscriptionChanged { is_on } => 2 + i64::from(is_on),
                _ => continue,
            };
            if let Some(conversation) = conversation {
                self.prepare(
                    "INSERT OR IGNORE INTO consent_figures (at, sequence, conversation_id, fact)
                     VALUES (?1, ?2, ?3, ?4)",
                    OPERATION,
                )?
                .execute(params![at, sequence, conversation, fact])
                .during(OPERATION)?;
            }
        }
        Ok(followed)
    }

    /// The interactions that are counted already and that a changed text may belong to.
    fn find_touched(
        &self,
        conversation: ConversationId,
        since: UtcMillis,
        dirty: &mut Dirty,
    ) -> Result<(), StoreError> {
        const OPERATION: &str = "find the interaction of a text";
        let mut statement = self.prepare(TOUCHED, OPERATION)?;
        let mut rows = statement
            .query(params![conversation.0, since.0])
            .during(OPERATION)?;
        while let Some(row) = rows.next().during(OPERATION)? {
            let id: [u8; 16] = row.get(0).during(OPERATION)?;
            dirty.interaction(InteractionId::new(Uuid::from_bytes(id)));
        }
        Ok(())
    }
}

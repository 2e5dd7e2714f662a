//! What is kept for how long: the settings, the runs, and the walk over what is old.
//!
//! Owns the walk over old texts, by the ranges of positions that `message_days` has. It judges nothing: each text's
//! facts are put to the rule, here as in the transaction that deletes, so that looking and deleting agree.

use std::collections::{HashMap, HashSet};

use rusqlite::{OptionalExtension as _, Row, params};
use tern_domain::retention::{
    ConversationFacts, Cut, RetentionSettings, RunLog, TextFacts, Verdict, judge,
};
use tern_domain::{ConversationId, ConversationKey, MessageId, MessagePosition, NoteId, UtcMillis};

use super::documents::SettingName;
use super::message_writes::DAY;
use super::values::{uuid_blob, uuid_id};
use crate::error::{During as _, StoreError};
use crate::tx::{ReadConn, WriteTx};

/// Named here because a salvaged file keeps settings and drops what is known of the exchange with the carrier.
pub(crate) const SETTINGS: SettingName = SettingName("retention.settings");
pub(crate) const RUNS: SettingName = SettingName("retention.runs");

/// The newest texts that the carrier dated; a few of them, because they come almost in order.
pub(crate) const NEWEST_KNOWN: &str = "
    SELECT max(at) FROM (
        SELECT at FROM messages WHERE position > ?1 AND sid IS NOT NULL ORDER BY position DESC LIMIT 100)";
/// Positions of everything up to a day.
pub(crate) const SPAN: &str = "
    SELECT min(min_position), max(max_position) FROM message_days WHERE day <= ?1";
/// The first text that came live and is not old.
pub(crate) const FIRST_LIVE_SINCE: &str = "
    SELECT position FROM messages WHERE position > 0 AND at >= ?1 ORDER BY position LIMIT 1";
macro_rules! select_old {
    ($rest:literal) => {
        concat!(
            "SELECT messages.position, messages.message_id, messages.conversation_id, messages.at,
                    messages.unsettled, messages.media_count, outbox.finished = 0,
                    carrier_wipes.next_at IS NOT NULL
             FROM messages
             LEFT JOIN outbox ON outbox.message_id = messages.message_id
             LEFT JOIN carrier_wipes ON carrier_wipes.message_id = messages.message_id
             WHERE ",
            $rest
        )
    };
}
/// Texts in the order in which they came.
pub(crate) const OLD: &str = select_old!(
    "messages.position > ?1 AND messages.position <= ?2 ORDER BY messages.position LIMIT ?3"
);
/// One of them.
pub(crate) const OLD_ONE: &str = select_old!("messages.position = ?1");
/// What is asked about a conversation.
pub(crate) const FACTS: &str = "
    SELECT list < 2 OR EXISTS (
            SELECT 1 FROM interactions
            WHERE interactions.conversation_id = conversations.conversation_id AND interactions.active = 1
        ), snoozed_until IS NOT NULL
    FROM conversations WHERE conversation_id = ?1";
/// Pictures of a text that are still here or still to come, with their bytes.
pub(crate) const PICTURES: &str = "
    SELECT count(*), coalesce(sum(size), 0) FROM media WHERE message_id = ?1 AND state <> 'unavailable'";
/// Notes older than an instant. There are few notes, and nothing else asks for them by age.
pub(crate) const OLD_NOTES: &str = "
    SELECT note_id, conversation_id, at FROM notes WHERE at < ?1 AND note_id > ?2 ORDER BY note_id LIMIT ?3";

/// The positions in which old texts are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OldSpan {
    /// Of the oldest.
    pub first: MessagePosition,
    /// Of the newest.
    pub last: MessagePosition,
    /// What is judged by.
    pub cut: Cut,
}

/// One old text, as far as it matters here.
#[derive(Debug, Clone, Copy)]
pub(crate) struct OldText {
    pub(crate) message_id: MessageId,
    pub(crate) conversation: ConversationId,
    pub(crate) facts: TextFacts,
    pub(crate) media_count: u32,
}

/// A part of the walk over old texts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OldTexts {
    /// Those that go, oldest first.
    pub going: Vec<MessagePosition>,
    /// Where to go on; `None` at the end.
    pub next: Option<MessagePosition>,
}

/// What is known of conversations while one look or one transaction lasts.
#[derive(Debug, Default)]
pub(crate) struct KnownFacts {
    held: HashSet<ConversationId>,
    of: HashMap<ConversationId, ConversationFacts>,
}

fn read_old(row: &Row<'_>) -> Result<OldText, rusqlite::Error> {
    Ok(OldText {
        message_id: uuid_id(row.get(1)?),
        conversation: ConversationId(row.get(2)?),
        media_count: row.get(5)?,
        facts: TextFacts {
            position: MessagePosition(row.get(0)?),
            at: UtcMillis(row.get(3)?),
            is_unsettled: row.get(4)?,
            is_in_outbox: row.get::<_, Option<bool>>(6)?.unwrap_or_default(),
            is_wipe_pending: row.get(7)?,
            conversation: ConversationFacts::default(),
        },
    })
}

impl ReadConn<'_> {
    /// What is wanted and agreed.
    ///
    /// # Errors
    /// [`StoreError`] when the file cannot be read.
    pub fn load_retention(&self) -> Result<RetentionSettings, StoreError> {
        Ok(self.find_setting(SETTINGS)?.unwrap_or_default())
    }

    /// The runs.
    ///
    /// # Errors
    /// [`StoreError`] when the file cannot be read.
    pub fn load_retention_runs(&self) -> Result<RunLog, StoreError> {
        Ok(self.find_setting(RUNS)?.unwrap_or_default())
    }

    /// Whether a text of the past was deleted for its age, or would be at once, and is not to be taken in again.
    ///
    /// # Errors
    /// [`StoreError`] when the file cannot be read.
    pub fn is_below_floor(&self, key: &ConversationKey, at: UtcMillis) -> Result<bool, StoreError> {
        let Some(floor) = self.text_floor()? else {
            return Ok(false);
        };
        if at >= floor {
            return Ok(false);
        }
        let Some(conversation) = self.find_conversation(key)? else {
            return Ok(true);
        };
        Ok(self.list_holds_on(conversation)?.is_empty())
    }

    /// Texts from before this instant were deleted for their age; `None` while none ever was.
    ///
    /// # Errors
    /// [`StoreError`] when the file cannot be read.
    pub fn text_floor(&self) -> Result<Option<UtcMillis>, StoreError> {
        let Some(runs) = self.find_setting::<RunLog>(RUNS)? else {
            return Ok(None);
        };
        Ok(runs.floors.texts(&self.load_retention()?))
    }

    /// Whether pictures of a text from this instant are not to be fetched any more.
    ///
    /// # Errors
    /// [`StoreError`] when the file cannot be read.
    pub fn is_below_picture_floor(&self, at: UtcMillis) -> Result<bool, StoreError> {
        let Some(runs) = self.find_setting::<RunLog>(RUNS)? else {
            return Ok(false);
        };
        let floor = runs.floors.pictures(&self.load_retention()?);
        Ok(floor.is_some_and(|floor| at < floor))
    }

    /// Time of the newest text that the carrier knows; `None` while there is none.
    ///
    /// # Errors
    /// [`StoreError`] when the file cannot be read.
    pub fn newest_known(&self) -> Result<Option<UtcMillis>, StoreError> {
        const OPERATION: &str = "find the newest text";
        self.prepare(NEWEST_KNOWN, OPERATION)?
            .query_row([i64::MIN], |row| row.get::<_, Option<i64>>(0))
            .map(|at| at.map(UtcMillis))
            .during(OPERATION)
    }

    /// Where texts from before an instant are; `None` if there are none.
    ///
    /// # Errors
    /// [`StoreError`] when the file cannot be read.
    pub fn find_old_span(&self, before: UtcMillis) -> Result<Option<OldSpan>, StoreError> {
        const OPERATION: &str = "find where old texts are";
        let day = before.0.saturating_sub(1).div_euclid(DAY);
        let (first, last): (Option<i64>, Option<i64>) = self
            .prepare(SPAN, OPERATION)?
            .query_row([day], |row| Ok((row.get(0)?, row.get(1)?)))
            .during(OPERATION)?;
        let (Some(first), Some(last)) = (first, last) else {
            return Ok(None);
        };
        let live = self
            .prepare(FIRST_LIVE_SINCE, OPERATION)?
            .query_row([before.0], |row| row.get(0).map(MessagePosition))
            .optional()
            .during(OPERATION)?;
        Ok(Some(OldSpan {
            first: MessagePosition(first),
            last: MessagePosition(last),
            cut: Cut {
                at: before,
                before: live,
            },
        }))
    }

    /// What is known of conversations at the beginning of a look or a transaction.
    pub(crate) fn known_facts(&self) -> Result<KnownFacts, StoreError> {
        Ok(KnownFacts {
            held: self.held_conversations()?,
            of: HashMap::new(),
        })
    }

    pub(crate) fn conversation_facts(
        &self,
        conversation: ConversationId,
        known: &mut KnownFacts,
    ) -> Result<ConversationFacts, StoreError> {
        const OPERATION: &str = "look whether a conversation may lose texts";
        if let Some(facts) = known.of.get(&conversation) {
            return Ok(*facts);
        }
        let is_held = known.held.contains(&conversation);
        let facts = self
            .prepare(FACTS, OPERATION)?
            .query_row([conversation.0], |row| {
                Ok(ConversationFacts {
                    is_held,
                    is_open: row.get(0)?,
                    is_snoozed: row.get(1)?,
                })
            })
            .during(OPERATION)?;
        known.of.insert(conversation, facts);
        Ok(facts)
    }

    pub(crate) fn old_texts(
        &self,
        span: &OldSpan,
        after: Option<MessagePosition>,
        most: u32,
    ) -> Result<Vec<OldText>, StoreError> {
        const OPERATION: &str = "walk over old texts";
        let after = after.map_or(span.first.0.saturating_sub(1), |after| after.0);
        self.prepare(OLD, OPERATION)?
            .query_map(params![after, span.last.0, most], read_old)
            .and_then(Iterator::collect)
            .during(OPERATION)
    }

    pub(crate) fn find_old_text(
        &self,
        position: MessagePosition,
    ) -> Result<Option<OldText>, StoreError> {
        const OPERATION: &str = "look at an old text";
        self.prepare(OLD_ONE, OPERATION)?
            .query_row([position.0], read_old)
            .optional()
            .during(OPERATION)
    }

    /// Whether a text goes.
    pub(crate) fn judge_old(
        &self,
        text: &OldText,
        cut: &Cut,
        known: &mut KnownFacts,
    ) -> Result<Verdict, StoreError> {
        if text.facts.at >= cut.at {
            return Ok(Verdict::Stays);
        }
        let facts = TextFacts {
            conversation: self.conversation_facts(text.conversation, known)?,
            ..text.facts
        };
        Ok(judge(&facts, cut))
    }

    /// Pictures of a text and their bytes.
    pub(crate) fn count_pictures(&self, message: MessageId) -> Result<(u64, u64), StoreError> {
        const OPERATION: &str = "count a text's pictures";
        let (count, bytes): (i64, i64) = self
            .prepare(PICTURES, OPERATION)?
            .query_row([uuid_blob(message.uuid())], |row| {
                Ok((row.get(0)?, row.get(1)?))
            })
            .during(OPERATION)?;
        Ok((count.unsigned_abs(), bytes.unsigned_abs()))
    }

    /// Looks at up to `looked_at` texts from a place on and answers up to `most` of those that go. With
    /// `with_pictures`, only those that have pictures here or to come.
    ///
    /// # Errors
    /// [`StoreError`] when the file cannot be read.
    pub fn list_old_texts(
        &self,
        span: &OldSpan,
        after: Option<MessagePosition>,
        with_pictures: bool,
        looked_at: u32,
        most: usize,
    ) -> Result<OldTexts, StoreError> {
        let mut known = self.known_facts()?;
        let mut found = OldTexts {
            going: Vec::new(),
            next: None,
        };
        for text in self.old_texts(span, after, looked_at)? {
            found.next = Some(text.facts.position);
            let is_asked_for = !with_pictures
                || text.media_count > 0 && self.has_pictures_left(text.message_id)?;
            if is_asked_for && self.judge_old(&text, &span.cut, &mut known)? == Verdict::Goes {
                found.going.push(text.facts.position);
                if found.going.len() >= most {
                    break;
                }
            }
        }
        Ok(found)
    }

    fn has_pictures_left(&self, message: MessageId) -> Result<bool, StoreError> {
        Ok(self.count_pictures(message)?.0 > 0 || self.is_media_pending(message)?)
    }

    /// Notes that go, and how many are old enough and stay. Answers up to `most` from a place on.
    ///
    /// # Errors
    /// [`StoreError`] when the file cannot be read.
    pub fn list_old_notes(
        &self,
        before: UtcMillis,
        most: u32,
    ) -> Result<(Vec<NoteId>, u64, HashSet<ConversationId>), StoreError> {
        const OPERATION: &str = "look for old notes";
        let mut known = self.known_facts()?;
        let (mut going, mut stay, mut touched) = (Vec::new(), 0, HashSet::new());
        let mut after = Vec::new();
        loop {
            let page: Vec<([u8; 16], i64)> = self
                .prepare(OLD_NOTES, OPERATION)?
                .query_map(params![before.0, after, 500], |row| {
                    Ok((row.get(0)?, row.get(1)?))
                })
                .and_then(Iterator::collect)
                .during(OPERATION)?;
            let Some((last, _)) = page.last() else {
                return Ok((going, stay, touched));
            };
            after = last.to_vec();
            for (note, conversation) in page {
                let conversation = ConversationId(conversation);
                let facts = self.conversation_facts(conversation, &mut known)?;
                if facts == ConversationFacts::default() {
                    going.push(uuid_id(note));
                    touched.insert(conversation);
                } else {
                    stay += 1;
                }
                if going.len() >= usize::try_from(most).unwrap_or(usize::MAX) {
                    return Ok((going, stay, touched));
                }
            }
        }
    }
}

impl WriteTx<'_> {
    /// Replaces what is wanted and agreed.
    ///
    /// # Errors
    /// [`StoreError`] when the file cannot be written.
    pub fn put_retention(&mut self, settings: &RetentionSettings) -> Result<(), StoreError> {
        self.put_setting(SETTINGS, settings)
    }

    /// Replaces the runs.
    ///
    /// # Errors
    /// [`StoreError`] when the file cannot be written.
    pub fn put_retention_runs(&mut self, runs: &RunLog) -> Result<(), StoreError> {
        self.put_setting(RUNS, runs)
    }
}

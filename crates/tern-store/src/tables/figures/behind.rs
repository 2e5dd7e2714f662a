//! The conversations behind a figure, newest first.
//!
//! Owns the statements. Texts are looked up in the range of positions that a bar's days have, so that what a click
//! costs depends on the bar and not on the archive.

use std::collections::HashMap;

use rusqlite::{Params, params};
use tern_domain::{ConversationId, UtcMillis};

use super::super::message_writes::DAY;
use super::super::values::{page_size, uuid_blob};
use super::read::FigureFilter;
use crate::error::{During as _, StoreError};
use crate::tx::ReadConn;

const TEXTS: &str = "
    SELECT messages.conversation_id, at FROM messages JOIN conversations USING (conversation_id)
    WHERE position >= (SELECT min(min_position) FROM message_days WHERE day BETWEEN ?7 AND ?8)
    AND position <= (SELECT max(max_position) FROM message_days WHERE day BETWEEN ?7 AND ?8)
    AND at >= ?1 AND at < ?2 AND (?3 IS NULL OR provider_number = ?3) AND (?4 IS NULL OR channel = ?4)
    AND (?5 IS NULL OR author = ?5)
    AND ?6 = CASE WHEN direction = 0 THEN 0 WHEN by_bot THEN 2 WHEN author IS NULL THEN 3 ELSE 1 END";
const FAILURES: &str = "
    SELECT conversation_id, at FROM failed_texts
    WHERE at >= ?1 AND at < ?2 AND (?3 IS NULL OR provider_number = ?3) AND (?4 IS NULL OR channel = ?4)
    AND (?5 IS NULL OR agent = ?5) AND (?6 < 0 OR error_code = ?6)";
const CONSENTS: &str = "
    SELECT conversation_id, at FROM consent_figures JOIN conversations USING (conversation_id)
    WHERE at >= ?1 AND at < ?2 AND (?3 IS NULL OR provider_number = ?3) AND (?4 IS NULL OR channel = ?4) AND fact = ?5";
const CONVERSATIONS: &str = "
    SELECT conversation_id, opened_at FROM conversation_figures
    WHERE opened_at >= ?1 AND opened_at < ?2 AND (?3 IS NULL OR provider_number = ?3) AND (?4 IS NULL OR channel = ?4)
    AND (?5 IS NULL OR agent = ?5) AND (?6 IS NULL OR queue = ?6)
    AND CASE ?7 WHEN 0 THEN 1 WHEN 1 THEN first_response IS NOT NULL WHEN 2 THEN handling IS NOT NULL
        WHEN 3 THEN outcome = 2 WHEN 4 THEN contained WHEN 5 THEN handovers > 0 WHEN 6 THEN with_bot
        ELSE wrap_up IS NOT NULL END";
const TOPIC: &str = "
    SELECT conversation_id, conversation_figures.opened_at FROM bot_figures
    JOIN conversation_figures USING (opened_at, interaction_id)
    WHERE bot_figures.opened_at >= ?1 AND bot_figures.opened_at < ?2
    AND (?3 IS NULL OR bot_figures.provider_number = ?3) AND (?4 IS NULL OR bot_figures.channel = ?4)
    AND (?5 IS NULL OR bot_figures.agent = ?5) AND (?6 IS NULL OR bot_figures.queue = ?6)
    AND topic = ?7 AND (?8 = 0 OR bot_figures.handovers > 0)";
const WORK: &str = "
    SELECT conversation_id, queued_at FROM work_figures JOIN conversation_figures USING (interaction_id)
    WHERE queued_at >= ?1 AND queued_at < ?2
    AND (?3 IS NULL OR work_figures.provider_number = ?3) AND (?4 IS NULL OR work_figures.channel = ?4)
    AND (?5 IS NULL OR work_figures.agent = ?5) AND (?6 IS NULL OR work_figures.queue = ?6)
    AND (?7 = 0 OR exceeded)";
const HELD: &str = "
    SELECT conversation_id, conversation_figures.opened_at FROM agent_figures
    JOIN conversation_figures USING (opened_at, interaction_id)
    WHERE agent_figures.opened_at >= ?1 AND agent_figures.opened_at < ?2
    AND (?3 IS NULL OR agent_figures.provider_number = ?3) AND (?4 IS NULL OR agent_figures.channel = ?4)
    AND agent_figures.agent = ?5 AND (?6 IS NULL OR agent_figures.queue = ?6)";

/// The statements, for the test of their plans.
#[cfg(test)]
pub(crate) const fn statements() -> [(&'static str, &'static str); 7] {
    [
        ("texts behind a figure", TEXTS),
        ("failures behind a figure", FAILURES),
        ("consent behind a figure", CONSENTS),
        ("conversations behind a figure", CONVERSATIONS),
        ("topics behind a figure", TOPIC),
        ("work behind a figure", WORK),
        ("what agents had behind a figure", HELD),
    ]
}

/// What a figure counts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Behind {
    /// Texts by a writer: 0 requester, 1 agent, 2 virtual agent, 3 elsewhere.
    Texts(u8),
    /// Texts that failed, for one reason or for any.
    Failures(Option<u32>),
    /// Who opted: 0 STOP, 1 START, 2 notifications off, 3 on.
    Consents(u8),
    /// Interactions that began.
    Began,
    /// Those that an agent answered.
    Answered,
    /// Those that ended after an agent had them.
    Handled,
    /// Those that were abandoned.
    Abandoned,
    /// Those that the virtual agent finished alone.
    Contained,
    /// Those that it gave to people.
    HandedOver,
    /// Those that it had.
    WithBot,
    /// Those that were wrapped up.
    WrappedUp,
    /// Those in which a topic ran; only those that it gave to people, if asked for.
    Topic {
        /// Which; empty = outside any topic.
        topic: String,
        /// Only those.
        handed_over: bool,
    },
    /// Work that was queued; only what waited too long, if asked for.
    Work {
        /// Only that.
        exceeded: bool,
    },
    /// What the agent of the filter had a part in.
    Held,
}

/// Which conversations are asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BehindQuestion {
    /// What they are behind.
    pub behind: Behind,
    /// Number, channel, agent and queue; its period is not looked at.
    pub filter: FigureFilter,
    /// The spans that are meant, from an instant to another that is not meant any more. A cell of a week has many.
    pub spans: Vec<(UtcMillis, UtcMillis)>,
}

/// How many conversations were told already.
pub type BehindCursor = u32;

/// One conversation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BehindRow {
    /// Which.
    pub conversation_id: ConversationId,
    /// When it was counted last.
    pub at: UtcMillis,
    /// How often it was counted.
    pub times: u32,
}

/// Conversations behind a figure.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BehindPage {
    /// Newest first.
    pub rows: Vec<BehindRow>,
    /// How many there are in all.
    pub all: u32,
    /// How often they were counted in all.
    pub times: u64,
}

impl ReadConn<'_> {
    /// The conversations behind a figure, newest first.
    ///
    /// # Errors
    /// [`StoreError`] when the file cannot be read.
    pub fn list_behind(
        &self,
        question: &BehindQuestion,
        cursor: BehindCursor,
        limit: u32,
    ) -> Result<BehindPage, StoreError> {
        let mut found = HashMap::<i64, BehindRow>::new();
        for (from, until) in &question.spans {
            self.gather(question, (from.0, until.0), &mut found)?;
        }
        let times = found.values().map(|row| u64::from(row.times)).sum();
        let mut rows: Vec<_> = found.into_values().collect();
        rows.sort_by_key(|row| std::cmp::Reverse((row.at, row.conversation_id)));
        let all = u32::try_from(rows.len()).unwrap_or(u32::MAX);
        let rows = rows
            .into_iter()
            .skip(usize::try_from(cursor).unwrap_or(usize::MAX))
            .take(usize::try_from(page_size(limit)).unwrap_or(usize::MAX))
            .collect();
        Ok(BehindPage { rows, all, times })
    }

    fn gather(
        &self,
        question: &BehindQuestion,
        (from, until): (i64, i64),
        found: &mut HashMap<i64, BehindRow>,
    ) -> Result<(), StoreError> {
        let FigureFilter {
            number,
            channel,
            agent,
            queue,
            ..
        } = &question.filter;
        let agent = agent.map(|agent| uuid_blob(agent.uuid()));
        let queue = queue.map(|queue| uuid_blob(queue.uuid()));
        let days = (from.div_euclid(DAY), (until - 1).div_euclid(DAY));
        match &question.behind {
            Behind::Texts(writer) => self.collect_rows(
                TEXTS,
                params![from, until, number, channel, agent, writer, days.0, days.1],
                found,
            ),
            Behind::Failures(code) => {
                let code = code.map_or(-1, i64::from);
                let asked = params![from, until, number, channel, agent, code];
                self.collect_rows(FAILURES, asked, found)
            }
            Behind::Consents(fact) => {
                let asked = params![from, until, number, channel, fact];
                self.collect_rows(CONSENTS, asked, found)
            }
            Behind::Topic { topic, handed_over } => self.collect_rows(
                TOPIC,
                params![
                    from,
                    until,
                    number,
                    channel,
                    agent,
                    queue,
                    topic,
                    handed_over
                ],
                found,
            ),
            Behind::Work { exceeded } => {
                let asked = params![from, until, number, channel, agent, queue, exceeded];
                self.collect_rows(WORK, asked, found)
            }
            Behind::Held => {
                let asked = params![from, until, number, channel, agent, queue];
                self.collect_rows(HELD, asked, found)
            }
            other => {
                let code = match other {
                    Behind::Answered => 1,
                    Behind::Handled => 2,
                    Behind::Abandoned => 3,
                    Behind::Contained => 4,
                    Behind::HandedOver => 5,
                    Behind::WithBot => 6,
                    Behind::WrappedUp => 7,
                    _ => 0,
                };
                let asked = params![from, until, number, channel, agent, queue, code];
                self.collect_rows(CONVERSATIONS, asked, found)
            }
        }
    }

    fn collect_rows(
        &self,
        sql: &'static str,
        asked: impl Params,
        found: &mut HashMap<i64, BehindRow>,
    ) -> Result<(), StoreError> {
        const OPERATION: &str = "list what is behind a figure";
        let mut statement = self.prepare(sql, OPERATION)?;
        let mut rows = statement.query(asked).during(OPERATION)?;
        while let Some(row) = rows.next().during(OPERATION)? {
            let id: i64 = row.get(0).during(OPERATION)?;
            let at = UtcMillis(row.get(1).during(OPERATION)?);
            let entry = found.entry(id).or_insert(BehindRow {
                conversation_id: ConversationId(id),
                at,
                times: 0,
            });
            entry.at = entry.at.max(at);
            entry.times = entry.times.saturating_add(1);
        }
        Ok(())
    }
}

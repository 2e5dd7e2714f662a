//! Reading figures: rows of a period, already added up where SQL can do it in the order of a key.
//!
//! Owns the statements; what is made of the rows is the caller's.

use std::collections::BTreeMap;

use rusqlite::{Row, ToSql};
use tern_domain::insights::{Mean, Outcome};
use tern_domain::{AgentId, QueueId, UtcMillis};

use super::super::values::{uuid_blob, uuid_id};
use super::{HOUR, QUARTER};
use crate::error::{During as _, StoreError};
use crate::tx::ReadConn;

const TEXTS: &str = "
    SELECT quarter, writer, sum(texts), sum(segments), sum(pictures) FROM text_figures
    WHERE quarter >= ?1 AND quarter < ?2 AND (?3 IS NULL OR provider_number = ?3) AND (?4 IS NULL OR channel = ?4)
    AND (?5 IS NULL OR agent = ?5)
    GROUP BY quarter, writer";
const TEXTS_BY_HOUR: &str = "
    SELECT hour, writer, sum(texts), sum(segments), sum(pictures) FROM text_hours
    WHERE hour >= ?1 AND hour < ?2 AND (?3 IS NULL OR provider_number = ?3) AND (?4 IS NULL OR channel = ?4)
    GROUP BY hour, writer";
const CONVERSATIONS: &str = "
    SELECT opened_at, by_agent, outcome, first_response, handling, agent_replies, agent_reply_time, requester_replies,
        requester_reply_time, wrap_up, with_bot, contained, handovers FROM conversation_figures
    WHERE opened_at >= ?1 AND opened_at < ?2 AND (?3 IS NULL OR provider_number = ?3) AND (?4 IS NULL OR channel = ?4)
    AND (?5 IS NULL OR agent = ?5) AND (?6 IS NULL OR queue = ?6)";
// Added up by who reads them: in SQL each row would go through a sorter, which takes several times as long.
const AGENTS: &str = "
    SELECT agent, texts, held, replies, reply_time FROM agent_figures
    WHERE opened_at >= ?1 AND opened_at < ?2 AND (?3 IS NULL OR provider_number = ?3) AND (?4 IS NULL OR channel = ?4)
    AND (?5 IS NULL OR agent = ?5) AND (?6 IS NULL OR queue = ?6)";
const OFFERS: &str = "
    SELECT agent, accepted, rejected, timed_out FROM offer_figures
    WHERE queued_at >= ?1 AND queued_at < ?2 AND (?3 IS NULL OR provider_number = ?3) AND (?4 IS NULL OR channel = ?4)
    AND (?5 IS NULL OR agent = ?5) AND (?6 IS NULL OR queue = ?6)";
const WORK: &str = "
    SELECT queue, outcome, waited, auto, exceeded, rejected, timed_out FROM work_figures
    WHERE queued_at >= ?1 AND queued_at < ?2 AND (?3 IS NULL OR provider_number = ?3) AND (?4 IS NULL OR channel = ?4)
    AND (?5 IS NULL OR agent = ?5) AND (?6 IS NULL OR queue = ?6)";
const TOPICS: &str = "
    SELECT topic, contained, handovers FROM bot_figures
    WHERE opened_at >= ?1 AND opened_at < ?2 AND (?3 IS NULL OR provider_number = ?3) AND (?4 IS NULL OR channel = ?4)
    AND (?5 IS NULL OR agent = ?5) AND (?6 IS NULL OR queue = ?6)";
const FAILURES: &str = "
    SELECT error_code, count(*) FROM failed_texts
    WHERE at >= ?1 AND at < ?2 AND (?3 IS NULL OR provider_number = ?3) AND (?4 IS NULL OR channel = ?4)
    AND (?5 IS NULL OR agent = ?5)
    GROUP BY error_code";
const CONSENTS: &str = "
    SELECT fact, count(*) FROM consent_figures JOIN conversations USING (conversation_id)
    WHERE at >= ?1 AND at < ?2 AND (?3 IS NULL OR provider_number = ?3) AND (?4 IS NULL OR channel = ?4)
    GROUP BY fact";

/// The statements, for the test of their plans.
#[cfg(test)]
pub(crate) const fn statements() -> [(&'static str, &'static str); 9] {
    [
        ("figures of texts", TEXTS),
        ("figures of texts by hour", TEXTS_BY_HOUR),
        ("figures of conversations", CONVERSATIONS),
        ("figures of agents", AGENTS),
        ("figures of offers", OFFERS),
        ("figures of work", WORK),
        ("figures of topics", TOPICS),
        ("figures of failures", FAILURES),
        ("figures of consent", CONSENTS),
    ]
}

/// Which rows are meant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FigureFilter {
    /// From this instant on …
    pub from: UtcMillis,
    /// … to this one, which is not meant any more.
    pub until: UtcMillis,
    /// Only this number of ours.
    pub number: Option<String>,
    /// Only this channel.
    pub channel: Option<String>,
    /// Only this agent: of texts who wrote them, of conversations who had them last.
    pub agent: Option<AgentId>,
    /// Only this queue. Texts have none.
    pub queue: Option<QueueId>,
}

impl FigureFilter {
    fn agent_blob(&self) -> Option<[u8; 16]> {
        self.agent.map(|agent| uuid_blob(agent.uuid()))
    }

    fn queue_blob(&self) -> Option<[u8; 16]> {
        self.queue.map(|queue| uuid_blob(queue.uuid()))
    }
}

/// How finely texts are wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TextGrain {
    /// By quarter of an hour: the longest time that every time zone's hours are made of.
    Quarter,
    /// By hour, which is a quarter of the rows: where local hours are whole ones.
    Hour,
}

/// Texts of a quarter of an hour, or of an hour, by one kind of writer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TextFigureRow {
    /// When it begins.
    pub at: UtcMillis,
    /// 0 requester, 1 agent, 2 virtual agent, 3 elsewhere.
    pub writer: u8,
    /// How many.
    pub texts: i64,
    /// Segments of those without pictures.
    pub segments: i64,
    /// How many carry pictures.
    pub pictures: i64,
}

/// One interaction.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ConversationFigureRow {
    /// When it began.
    pub opened_at: UtcMillis,
    /// An agent began it.
    pub by_agent: bool,
    /// What it came to.
    pub outcome: Outcome,
    /// Milliseconds to the first answer.
    pub first_response: Option<i64>,
    /// Milliseconds that agents had it.
    pub handling: Option<i64>,
    /// Waits for agents (H-17).
    pub agent_replies: Mean,
    /// Waits for the requester.
    pub requester_replies: Mean,
    /// Milliseconds of wrap-up.
    pub wrap_up: Option<i64>,
    /// The virtual agent had it.
    pub with_bot: bool,
    /// It finished with the virtual agent (K-3).
    pub contained: bool,
    /// How often it was handed over.
    pub handovers: i64,
}

/// What an agent had.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct HeldByAgent {
    /// Who.
    pub agent: AgentId,
    /// Conversations with a part of theirs.
    pub conversations: i64,
    /// Texts in them.
    pub texts: i64,
    /// Milliseconds.
    pub held: i64,
    /// Their answers (H-17).
    pub replies: Mean,
}

/// What an agent did with offers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AgentWork {
    /// Who.
    pub agent: AgentId,
    /// Got it.
    pub accepted: i64,
    /// Said no.
    pub rejected: i64,
    /// Did not answer.
    pub timed_out: i64,
}

/// One work item.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct QueueWork {
    /// Its queue.
    pub queue: Option<QueueId>,
    /// An agent got it.
    pub is_accepted: bool,
    /// Nobody will.
    pub is_canceled: bool,
    /// Milliseconds until then.
    pub waited: Option<i64>,
    /// On the agent's behalf.
    pub is_auto: bool,
    /// Beyond its queue's target.
    pub exceeded: bool,
    /// How often agents said no.
    pub rejected: i64,
    /// How often agents did not answer.
    pub timed_out: i64,
}

/// What became of a topic's conversations.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TopicFigureRow {
    /// Its name; empty = outside any topic.
    pub topic: String,
    /// Conversations in which it ran.
    pub conversations: i64,
    /// Those that finished without a person.
    pub contained: i64,
    /// How often it gave one to people.
    pub handovers: i64,
}

/// Texts that failed for one reason.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FailureCount {
    /// The carrier's code; 0 = it gave none.
    pub code: u32,
    /// How many.
    pub texts: i64,
}

/// Who opted in or out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct ConsentCounts {
    /// STOP.
    pub stopped: i64,
    /// START.
    pub started: i64,
    /// Notifications turned off.
    pub turned_off: i64,
    /// Notifications turned on.
    pub turned_on: i64,
}

const fn outcome(code: i64) -> Outcome {
    match code {
        0 => Outcome::Open,
        1 => Outcome::Complete,
        2 => Outcome::Abandoned,
        _ => Outcome::Faulted,
    }
}

impl ReadConn<'_> {
    fn each_figure(
        &self,
        (sql, operation): (&'static str, &'static str),
        filter: &FigureFilter,
        mut take: impl FnMut(&Row<'_>) -> Result<(), rusqlite::Error>,
    ) -> Result<(), StoreError> {
        let (agent, queue) = (filter.agent_blob(), filter.queue_blob());
        let (from, until) = (filter.from.0, filter.until.0);
        let mut statement = self.prepare(sql, operation)?;
        // A statement knows only the filters that its rows have.
        let known = statement.parameter_count();
        let all: [&dyn ToSql; 6] = [
            &from,
            &until,
            &filter.number,
            &filter.channel,
            &agent,
            &queue,
        ];
        let mut rows = statement
            .query(all.get(..known).unwrap_or(&all))
            .during(operation)?;
        while let Some(row) = rows.next().during(operation)? {
            take(row).during(operation)?;
        }
        Ok(())
    }

    /// Texts by quarter of an hour or by hour, oldest first. Hours do not say who of the team wrote: with an agent in the
    /// filter it is quarters.
    ///
    /// # Errors
    /// [`StoreError`] when the file cannot be read.
    pub fn each_text_figure(
        &self,
        filter: &FigureFilter,
        grain: TextGrain,
        mut take: impl FnMut(TextFigureRow),
    ) -> Result<(), StoreError> {
        let (sql, length) = match grain {
            TextGrain::Hour if filter.agent.is_none() => (TEXTS_BY_HOUR, HOUR),
            TextGrain::Hour | TextGrain::Quarter => (TEXTS, QUARTER),
        };
        let grains = FigureFilter {
            from: UtcMillis(filter.from.0.div_euclid(length)),
            until: UtcMillis(filter.until.0.div_euclid(length)),
            ..filter.clone()
        };
        self.each_figure((sql, "read figures of texts"), &grains, |row| {
            take(TextFigureRow {
                at: UtcMillis(row.get::<_, i64>(0)? * length),
                writer: row.get(1)?,
                texts: row.get(2)?,
                segments: row.get(3)?,
                pictures: row.get(4)?,
            });
            Ok(())
        })
    }

    /// Interactions that began in the period, oldest first.
    ///
    /// # Errors
    /// [`StoreError`] when the file cannot be read.
    pub fn each_conversation_figure(
        &self,
        filter: &FigureFilter,
        mut take: impl FnMut(ConversationFigureRow),
    ) -> Result<(), StoreError> {
        const OPERATION: &str = "read figures of conversations";
        self.each_figure((CONVERSATIONS, OPERATION), filter, |row| {
            take(ConversationFigureRow {
                opened_at: UtcMillis(row.get(0)?),
                by_agent: row.get(1)?,
                outcome: outcome(row.get(2)?),
                first_response: row.get(3)?,
                handling: row.get(4)?,
                agent_replies: Mean {
                    count: row.get(5)?,
                    sum: row.get(6)?,
                },
                requester_replies: Mean {
                    count: row.get(7)?,
                    sum: row.get(8)?,
                },
                wrap_up: row.get(9)?,
                with_bot: row.get(10)?,
                contained: row.get(11)?,
                handovers: row.get(12)?,
            });
            Ok(())
        })
    }

    /// What each agent had, of interactions that began in the period.
    ///
    /// # Errors
    /// [`StoreError`] when the file cannot be read.
    pub fn list_held_by_agents(
        &self,
        filter: &FigureFilter,
    ) -> Result<Vec<HeldByAgent>, StoreError> {
        let mut found = BTreeMap::<[u8; 16], HeldByAgent>::new();
        self.each_figure((AGENTS, "read figures of agents"), filter, |row| {
            let agent: [u8; 16] = row.get(0)?;
            let held = found.entry(agent).or_insert_with(|| HeldByAgent {
                agent: uuid_id(agent),
                conversations: 0,
                texts: 0,
                held: 0,
                replies: Mean::default(),
            });
            held.conversations += 1;
            held.texts += row.get::<_, i64>(1)?;
            held.held += row.get::<_, i64>(2)?;
            held.replies.add_all(row.get(3)?, row.get(4)?);
            Ok(())
        })?;
        Ok(found.into_values().collect())
    }

    /// What each agent did with work that was queued in the period (K-2).
    ///
    /// # Errors
    /// [`StoreError`] when the file cannot be read.
    pub fn list_agent_work(&self, filter: &FigureFilter) -> Result<Vec<AgentWork>, StoreError> {
        let mut found = BTreeMap::<[u8; 16], AgentWork>::new();
        self.each_figure((OFFERS, "read figures of offers"), filter, |row| {
            let agent: [u8; 16] = row.get(0)?;
            let work = found.entry(agent).or_insert_with(|| AgentWork {
                agent: uuid_id(agent),
                accepted: 0,
                rejected: 0,
                timed_out: 0,
            });
            work.accepted += row.get::<_, i64>(1)?;
            work.rejected += row.get::<_, i64>(2)?;
            work.timed_out += row.get::<_, i64>(3)?;
            Ok(())
        })?;
        Ok(found.into_values().collect())
    }

    /// Work that was queued in the period (K-2), oldest first.
    ///
    /// # Errors
    /// [`StoreError`] when the file cannot be read.
    pub fn each_work_figure(
        &self,
        filter: &FigureFilter,
        mut take: impl FnMut(QueueWork),
    ) -> Result<(), StoreError> {
        self.each_figure((WORK, "read figures of work"), filter, |row| {
            let outcome: i64 = row.get(1)?;
            take(QueueWork {
                queue: row.get::<_, Option<[u8; 16]>>(0)?.map(uuid_id),
                is_accepted: outcome == 1,
                is_canceled: outcome == 2,
                waited: row.get(2)?,
                is_auto: row.get(3)?,
                exceeded: row.get(4)?,
                rejected: row.get(5)?,
                timed_out: row.get(6)?,
            });
            Ok(())
        })
    }

    /// Topics that ran in interactions that began in the period (K-3).
    ///
    /// # Errors
    /// [`StoreError`] when the file cannot be read.
    pub fn list_topic_figures(
        &self,
        filter: &FigureFilter,
    ) -> Result<Vec<TopicFigureRow>, StoreError> {
        let mut found = BTreeMap::<String, TopicFigureRow>::new();
        self.each_figure((TOPICS, "read figures of topics"), filter, |row| {
            let name = row.get_ref(0)?.as_str()?;
            // A name is copied once, and not once a row.
            if !found.contains_key(name) {
                let topic = name.to_owned();
                let blank = TopicFigureRow {
                    topic: topic.clone(),
                    conversations: 0,
                    contained: 0,
                    handovers: 0,
                };
                found.insert(topic, blank);
            }
            if let Some(topic) = found.get_mut(name) {
                topic.conversations += 1;
                topic.contained += row.get::<_, i64>(1)?;
                topic.handovers += row.get::<_, i64>(2)?;
            }
            Ok(())
        })?;
        Ok(found.into_values().collect())
    }

    /// Texts of the period that failed, by reason.
    ///
    /// # Errors
    /// [`StoreError`] when the file cannot be read.
    pub fn list_failure_counts(
        &self,
        filter: &FigureFilter,
    ) -> Result<Vec<FailureCount>, StoreError> {
        let mut found = Vec::new();
        self.each_figure((FAILURES, "read figures of failures"), filter, |row| {
            found.push(FailureCount {
                code: row.get(0)?,
                texts: row.get(1)?,
            });
            Ok(())
        })?;
        Ok(found)
    }

    /// Who opted in or out in the period.
    ///
    /// # Errors
    /// [`StoreError`] when the file cannot be read.
    pub fn count_consents(&self, filter: &FigureFilter) -> Result<ConsentCounts, StoreError> {
        let mut counts = ConsentCounts::default();
        self.each_figure((CONSENTS, "read figures of consent"), filter, |row| {
            let count = row.get(1)?;
            match row.get(0)? {
                0_i64 => counts.stopped = count,
                1 => counts.started = count,
                2 => counts.turned_off = count,
                _ => counts.turned_on = count,
            }
            Ok(())
        })?;
        Ok(counts)
    }
}

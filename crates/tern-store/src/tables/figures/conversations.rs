//! Interactions in the figures: made anew from their events and their texts whenever one of either is followed.

use rusqlite::{OptionalExtension as _, params};
use tern_domain::insights::{
    ConversationFact, ConversationFigures, Outcome, TextFact, Writer, figures_of,
};
use tern_domain::{AgentId, Author, ConversationId, EventBody, InteractionId, OpenedBy, UtcMillis};

use super::super::message_writes::DAY;
use super::super::values::{direction_from_code, from_json, uuid_blob, uuid_id};
use super::work::EVENTS_OF;
use crate::error::{During as _, StoreError};
use crate::tx::{ReadConn, WriteTx};

/// How long before its interaction a text may have come that belongs to it: the carrier's clock is not ours, and a
/// laptop may have been shut.
pub(super) const LATEST_ARRIVAL: i64 = 7 * DAY;

pub(crate) const TEXTS_OF: &str = "
    SELECT direction, author, by_bot, at FROM messages WHERE conversation_id = ?1 AND position >= max(1,
        coalesce((SELECT min(min_position) FROM message_days WHERE day BETWEEN ?4 AND ?5), 1))
    AND position <= (SELECT max(max_position) FROM message_days WHERE day BETWEEN ?4 AND ?5)
    AND at > ?2 AND at <= ?3 ORDER BY position";
pub(crate) const QUEUE_OF: &str = "
    SELECT queue FROM work_figures WHERE interaction_id = ?1 AND queue IS NOT NULL ORDER BY queued_at DESC LIMIT 1";

impl ReadConn<'_> {
    fn facts_of(&self, id: InteractionId) -> Result<Vec<ConversationFact>, StoreError> {
        const OPERATION: &str = "count an interaction";
        self.prepare(EVENTS_OF, OPERATION)?
            .query_map(("interaction", id.to_string()), |row| {
                Ok(ConversationFact {
                    at: UtcMillis(row.get(0)?),
                    body: from_json("events.body", row.get_ref(2)?.as_str()?)?,
                })
            })
            .and_then(Iterator::collect)
            .during(OPERATION)
    }

    /// When the interaction before was over: texts up to then are its.
    fn end_of(&self, id: InteractionId) -> Result<Option<UtcMillis>, StoreError> {
        const OPERATION: &str = "count an interaction";
        self.prepare(
            "SELECT ended_at FROM conversation_figures WHERE interaction_id = ?1",
            OPERATION,
        )?
        .query_row([uuid_blob(id.uuid())], |row| row.get::<_, Option<i64>>(0))
        .optional()
        .during(OPERATION)?
        .map_or_else(
            // It is not counted yet; its events know.
            || Ok(figures_of(&self.facts_of(id)?, &[]).and_then(|figures| figures.ended_at)),
            |found| Ok(found.map(UtcMillis)),
        )
    }

    fn queue_of(&self, id: InteractionId) -> Result<Option<[u8; 16]>, StoreError> {
        const OPERATION: &str = "count an interaction";
        self.prepare(QUEUE_OF, OPERATION)?
            .query_row([uuid_blob(id.uuid())], |row| row.get(0))
            .optional()
            .during(OPERATION)
    }

    fn texts_between(
        &self,
        conversation: ConversationId,
        (after, until): (UtcMillis, UtcMillis),
    ) -> Result<Vec<TextFact>, StoreError> {
        const OPERATION: &str = "count an interaction's texts";
        self.prepare(TEXTS_OF, OPERATION)?
            .query_map(
                params![
                    conversation.0,
                    after.0,
                    until.0,
                    after.0.div_euclid(DAY),
                    until.0.div_euclid(DAY),
                ],
                |row| {
                    let author = match (row.get(1)?, row.get(2)?) {
                        (_, true) => Some(Author::VirtualAgent),
                        (Some(agent), false) => Some(Author::Agent(uuid_id::<AgentId>(agent))),
                        (None, false) => None,
                    };
                    Ok(TextFact {
                        writer: Writer::of(direction_from_code(row.get(0)?), author),
                        at: UtcMillis(row.get(3)?),
                    })
                },
            )
            .and_then(Iterator::collect)
            .during(OPERATION)
    }

    /// The figures of an interaction from the texts that are here, and after which instant its texts came.
    pub(super) fn figures_from_texts(
        &self,
        id: InteractionId,
    ) -> Result<Option<(ConversationFigures, UtcMillis)>, StoreError> {
        match self.find_conversation_of_interaction(id)? {
            Some(conversation) => self.count_texts_of(conversation, &self.facts_of(id)?),
            None => Ok(None),
        }
    }

    fn count_texts_of(
        &self,
        conversation: ConversationId,
        facts: &[ConversationFact],
    ) -> Result<Option<(ConversationFigures, UtcMillis)>, StoreError> {
        let Some(ConversationFact {
            at: opened_at,
            body:
                EventBody::InteractionOpened {
                    previous_interaction,
                    ..
                },
        }) = facts.first()
        else {
            return Ok(None);
        };
        let after = match previous_interaction {
            Some(previous) => self.end_of(*previous)?,
            None => None,
        };
        let earliest = UtcMillis(opened_at.0.saturating_sub(LATEST_ARRIVAL));
        let after = after.map_or(earliest, |after| after.max(earliest).min(*opened_at));
        // Where it ends is in its events alone.
        let until = figures_of(facts, &[])
            .and_then(|figures| figures.ended_at)
            .unwrap_or(UtcMillis(i64::MAX));
        let texts = self.texts_between(conversation, (after, until))?;
        Ok(figures_of(facts, &texts).map(|figures| (figures, after)))
    }
}

/// The number, the channel and the queue that an interaction is counted under.
type Place<'a> = (&'a str, &'a str, Option<[u8; 16]>);

impl WriteTx<'_> {
    /// Counts an interaction anew.
    pub(super) fn count_interaction(&mut self, id: InteractionId) -> Result<(), StoreError> {
        let facts = self.facts_of(id)?;
        let Some(EventBody::InteractionOpened { key, .. }) = facts.first().map(|it| &it.body)
        else {
            return Ok(());
        };
        let Some(conversation) = self.find_conversation_of_interaction(id)? else {
            return Ok(());
        };
        let figures = match self.find_kept_part(id)? {
            Some(part) => figures_of(&facts, &[]).map(|figures| figures.with_text_part(&part)),
            None => self.count_texts_of(conversation, &facts)?.map(|it| it.0),
        };
        if let Some(figures) = figures {
            let queue = self.queue_of(id)?;
            let place = (key.provider.as_str(), key.channel.as_str(), queue);
            self.put_conversation_figures(id, conversation, place, &figures)?;
            self.put_parts(id, place, &figures)?;
        }
        Ok(())
    }

    fn put_conversation_figures(
        &mut self,
        id: InteractionId,
        conversation: ConversationId,
        (number, channel, queue): Place<'_>,
        it: &ConversationFigures,
    ) -> Result<(), StoreError> {
        const OPERATION: &str = "count an interaction";
        self.prepare(
            "INSERT OR REPLACE INTO conversation_figures (interaction_id, conversation_id, opened_at, ended_at,
                provider_number, channel, queue, agent, by_agent, outcome, first_response, handling, agent_replies,
                agent_reply_time, requester_replies, requester_reply_time, wrap_up, with_bot, contained, handovers)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20)",
            OPERATION,
        )?
        .execute(params![
            uuid_blob(id.uuid()),
            conversation.0,
            it.opened_at.0,
            it.ended_at.map(|at| at.0),
            number,
            channel,
            queue,
            it.agent.map(|agent| uuid_blob(agent.uuid())),
            it.opened_by == OpenedBy::Agent,
            outcome_code(it.outcome),
            it.first_response,
            it.handling,
            it.agent_replies.count,
            it.agent_replies.sum,
            it.requester_replies.count,
            it.requester_replies.sum,
            it.wrap_up,
            it.with_bot,
            it.is_contained(),
            it.handovers(),
        ])
        .during(OPERATION)?;
        Ok(())
    }

    fn put_parts(
        &mut self,
        id: InteractionId,
        (number, channel, queue): Place<'_>,
        it: &ConversationFigures,
    ) -> Result<(), StoreError> {
        const OPERATION: &str = "count an interaction's parts";
        let (opened_at, id) = (it.opened_at.0, uuid_blob(id.uuid()));
        self.prepare(
            "DELETE FROM agent_figures WHERE opened_at = ?1 AND interaction_id = ?2",
            OPERATION,
        )?
        .execute(params![opened_at, id])
        .during(OPERATION)?;
        for (agent, part) in &it.agents {
            self.prepare(
                "INSERT INTO agent_figures (opened_at, interaction_id, agent, provider_number, channel,
                    queue, texts, held, replies, reply_time)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
                OPERATION,
            )?
            .execute(params![
                opened_at,
                id,
                uuid_blob(agent.uuid()),
                number,
                channel,
                queue,
                part.texts,
                part.held,
                part.replies.count,
                part.replies.sum,
            ])
            .during(OPERATION)?;
        }
        for (topic, handovers) in &it.topics {
            self.prepare(
                "INSERT OR REPLACE INTO bot_figures (opened_at, interaction_id, topic, provider_number, channel, queue,
                    agent, contained, handovers)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
                OPERATION,
            )?
            .execute(params![
                opened_at,
                id,
                topic.as_ref().map_or("", |topic| topic.as_str()),
                number,
                channel,
                queue,
                it.agent.map(|agent| uuid_blob(agent.uuid())),
                it.is_contained(),
                handovers,
            ])
            .during(OPERATION)?;
        }
        Ok(())
    }
}

const fn outcome_code(outcome: Outcome) -> i64 {
    match outcome {
        Outcome::Open => 0,
        Outcome::Complete => 1,
        Outcome::Abandoned => 2,
        Outcome::Faulted => 3,
    }
}

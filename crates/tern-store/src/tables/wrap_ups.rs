//! Wrap-ups: what is configured about them, which ones run, and what agents note in them (W-1 … W-9).
//!
//! Owns the rows of segments and the words of their notes, which no event has. What a wrap-up does is in its
//! interaction.

use rusqlite::{OptionalExtension as _, params};
use tern_domain::wrap_up::{WrapUp, WrapUpRules, WrapUpTerms, WrapUpWork};
use tern_domain::{
    AggregateRef, ConversationId, ConversationKey, ConversationState, Interaction, InteractionId,
    UtcMillis, WrapUpSegmentId,
};

use super::documents::SettingName;
use super::values::{from_json, uuid_blob, uuid_id};
use crate::error::{During as _, StoreError};
use crate::tx::{ReadConn, WriteTx};

pub(crate) const OF_CONVERSATION: &str = "
    SELECT document FROM interactions WHERE conversation_id = ?1 AND wrap_up_at IS NOT NULL
    ORDER BY wrap_up_at";
pub(crate) const OLDER: &str = "
    SELECT interaction_id FROM interactions WHERE wrap_up_at IS NOT NULL AND wrap_up_at < ?1 LIMIT 500";
pub(crate) const NOTES: &str = "SELECT notes FROM wrap_up_segments WHERE segment_id = ?1";
const RULES: SettingName = SettingName("wrap_up.rules");

impl ReadConn<'_> {
    /// What is configured about wrap-up; nothing, in a file where nobody configured it.
    ///
    /// # Errors
    /// [`StoreError`] when the file cannot be read.
    pub fn load_wrap_up_rules(&self) -> Result<WrapUpRules, StoreError> {
        let mut rules: WrapUpRules = self.find_setting(RULES)?.unwrap_or_default();
        rules.version = self.aggregate_version(&AggregateRef::WrapUp)?;
        Ok(rules)
    }

    /// [`ReadConn::load_conversation_state`] for one side that ends the conversation: with what would wrap it
    /// up (W-1).
    ///
    /// # Errors
    /// [`StoreError`] when the file cannot be read.
    pub fn load_conversation_state_to_end(
        &self,
        key: &ConversationKey,
        now: UtcMillis,
    ) -> Result<ConversationState, StoreError> {
        let mut state = self.load_conversation_state(key, None)?;
        if let Some(conversation) = state.conversation {
            state.wrap_up = self.find_wrap_up_terms(conversation, now)?;
        }
        Ok(state)
    }

    /// What would wrap a conversation up if it ended now.
    ///
    /// # Errors
    /// [`StoreError`] when the file cannot be read.
    pub fn find_wrap_up_terms(
        &self,
        conversation: ConversationId,
        now: UtcMillis,
    ) -> Result<Option<WrapUpTerms>, StoreError> {
        let rules = self.load_wrap_up_rules()?;
        if rules.configurations.is_empty() {
            return Ok(None);
        }
        Ok(rules.terms_for(&self.load_facts(conversation, now)?))
    }

    /// An interaction with its open work items, as the rules of wrap-up want it.
    ///
    /// # Errors
    /// [`StoreError`] when the file cannot be read.
    pub fn find_wrap_up_work(&self, id: InteractionId) -> Result<Option<WrapUpWork>, StoreError> {
        let Some(found) = self.find_interaction(id)? else {
            return Ok(None);
        };
        let mut work = self.list_open_work_of(found.conversation_id)?;
        work.retain(|item| item.interaction == id);
        Ok(Some(WrapUpWork {
            interaction: found.interaction,
            work,
        }))
    }

    /// The interactions of a conversation that are being wrapped up, oldest first.
    ///
    /// # Errors
    /// [`StoreError`] when the file cannot be read.
    pub fn list_wrapping_up(
        &self,
        conversation: ConversationId,
    ) -> Result<Vec<Interaction>, StoreError> {
        const OPERATION: &str = "list wrap-ups of a conversation";
        self.prepare(OF_CONVERSATION, OPERATION)?
            .query_map([conversation.0], |row| {
                from_json("interactions.document", row.get_ref(0)?.as_str()?)
            })
            .and_then(Iterator::collect)
            .during(OPERATION)
    }

    /// Interactions whose wrap-up began before then and still runs (W-7). At most 500.
    ///
    /// # Errors
    /// [`StoreError`] when the file cannot be read.
    pub fn list_wrap_ups_older_than(
        &self,
        started: UtcMillis,
    ) -> Result<Vec<InteractionId>, StoreError> {
        const OPERATION: &str = "list old wrap-ups";
        self.prepare(OLDER, OPERATION)?
            .query_map([started.0], |row| row.get(0).map(uuid_id))
            .and_then(Iterator::collect)
            .during(OPERATION)
    }

    /// The notes of a segment; empty where nothing was noted.
    ///
    /// # Errors
    /// [`StoreError`] when the file cannot be read.
    pub fn wrap_up_notes(&self, segment: WrapUpSegmentId) -> Result<String, StoreError> {
        const OPERATION: &str = "read the notes of a wrap-up";
        self.prepare(NOTES, OPERATION)?
            .query_row([uuid_blob(segment.uuid())], |row| row.get(0))
            .optional()
            .map(Option::unwrap_or_default)
            .during(OPERATION)
    }
}

impl WriteTx<'_> {
    /// Keeps the notes of a segment as they are typed. `false` for one that is final, or not there.
    ///
    /// # Errors
    /// [`StoreError`] when the file cannot be written.
    pub fn put_wrap_up_notes(
        &mut self,
        segment: WrapUpSegmentId,
        notes: &str,
    ) -> Result<bool, StoreError> {
        const OPERATION: &str = "keep the notes of a wrap-up";
        self.prepare(
            "UPDATE wrap_up_segments SET notes = ?2 WHERE segment_id = ?1 AND state = 'open'",
            OPERATION,
        )?
        .execute(params![uuid_blob(segment.uuid()), notes])
        .map(|changed| changed > 0)
        .during(OPERATION)
    }

    /// Replaces what is configured.
    pub(crate) fn put_wrap_up_rules(&mut self, rules: &WrapUpRules) -> Result<(), StoreError> {
        self.put_setting(RULES, rules)
    }

    /// Writes the segments of an interaction; their notes stay.
    pub(crate) fn put_wrap_up_segments(
        &mut self,
        conversation: ConversationId,
        interaction: InteractionId,
        wrap_up: &WrapUp,
    ) -> Result<(), StoreError> {
        const OPERATION: &str = "write the segments of a wrap-up";
        for segment in &wrap_up.segments {
            self.prepare(
                "INSERT INTO wrap_up_segments (segment_id, conversation_id, interaction_id, agent_id,
                    configuration_id, state, code_id, segmented, external, timed_out, awaiting_confirmation,
                    opened_at, submitted_at, confirmed_at, external_id)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15)
                 ON CONFLICT (segment_id) DO UPDATE SET
                    state = excluded.state, code_id = excluded.code_id, timed_out = excluded.timed_out,
                    awaiting_confirmation = excluded.awaiting_confirmation,
                    submitted_at = excluded.submitted_at, confirmed_at = excluded.confirmed_at,
                    external_id = excluded.external_id",
                OPERATION,
            )?
            .execute(params![
                uuid_blob(segment.id.uuid()),
                conversation.0,
                uuid_blob(interaction.uuid()),
                uuid_blob(segment.agent.uuid()),
                uuid_blob(wrap_up.terms.configuration.uuid()),
                segment.state.as_str(),
                segment.code.map(|code| uuid_blob(code.uuid())),
                segment.segmented,
                segment.external,
                segment.timed_out,
                segment.awaiting_confirmation,
                segment.opened_at.0,
                segment.submitted_at.map(|at| at.0),
                segment.confirmed_at.map(|at| at.0),
                segment.external_id,
            ])
            .during(OPERATION)?;
        }
        Ok(())
    }
}

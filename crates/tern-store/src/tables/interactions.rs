//! Interactions: the state that their events led to.
//!
//! Owns the projection and which list a conversation is in. The unique index over active rows (I-9) is the
//! last word when two inputs race.

use rusqlite::{ErrorCode, OptionalExtension as _, Row, params};
use tern_domain::{Address, Channel, ConversationId, Interaction, InteractionId, InteractionState};

use super::conversations::ConversationList;
use super::values::{from_json, to_json, uuid_blob};
use crate::error::{During as _, StoreError};
use crate::tx::{ReadConn, WriteTx};

pub(crate) const LATEST: &str = "
    SELECT document FROM interactions WHERE conversation_id = ?1
    ORDER BY opened_at DESC, interaction_id DESC LIMIT 1";
const ACTIVE: &str = "
    SELECT document FROM interactions WHERE conversation_id = ?1 AND active = 1";

fn read_interaction(row: &Row<'_>) -> Result<Interaction, rusqlite::Error> {
    from_json("interactions.document", row.get_ref(0)?.as_str()?)
}

const fn list_of(state: InteractionState) -> ConversationList {
    match state {
        InteractionState::New => ConversationList::New,
        InteractionState::WorkInProgress | InteractionState::OnHold | InteractionState::WrapUp => {
            ConversationList::Ongoing
        }
        InteractionState::ClosedComplete
        | InteractionState::ClosedAbandoned
        | InteractionState::Faulted => ConversationList::Done,
    }
}

/// Statement of [`ReadConn::list_past_interactions`]. It sorts, but only one person's interactions.
const PAST: &str = "
    SELECT interactions.conversation_id, interactions.document
    FROM conversations JOIN interactions USING (conversation_id)
    WHERE requester_address = ?1 AND channel = ?2 AND interactions.active = 0
    ORDER BY interactions.opened_at DESC, interactions.interaction_id DESC LIMIT ?3";

/// A finished interaction and the conversation it was in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PastInteraction {
    /// Its conversation.
    pub conversation_id: ConversationId,
    /// The interaction.
    pub interaction: Interaction,
}

impl ReadConn<'_> {
    /// Finished interactions of one requester on one channel, whichever number of ours they wrote to,
    /// newest first (H-13).
    ///
    /// # Errors
    /// [`StoreError`] when the file cannot be read.
    pub fn list_past_interactions(
        &self,
        requester: &Address,
        channel: Channel,
        limit: u32,
    ) -> Result<Vec<PastInteraction>, StoreError> {
        const OPERATION: &str = "list past interactions";
        self.prepare(PAST, OPERATION)?
            .query_map(
                params![requester.as_str(), channel.as_str(), limit],
                |row| {
                    Ok(PastInteraction {
                        conversation_id: ConversationId(row.get(0)?),
                        interaction: from_json("interactions.document", row.get_ref(1)?.as_str()?)?,
                    })
                },
            )
            .and_then(Iterator::collect)
            .during(OPERATION)
    }

    /// The conversation that an interaction is in, with its key.
    ///
    /// # Errors
    /// [`StoreError`] when the file cannot be read.
    pub fn find_interaction(
        &self,
        id: InteractionId,
    ) -> Result<Option<PastInteraction>, StoreError> {
        const OPERATION: &str = "find an interaction";
        self.prepare(
            "SELECT conversation_id, document FROM interactions WHERE interaction_id = ?1",
            OPERATION,
        )?
        .query_row([uuid_blob(id.uuid())], |row| {
            Ok(PastInteraction {
                conversation_id: ConversationId(row.get(0)?),
                interaction: from_json("interactions.document", row.get_ref(1)?.as_str()?)?,
            })
        })
        .optional()
        .during(OPERATION)
    }

    /// The interaction that was opened last in a conversation: the active one, or the last closed one.
    ///
    /// # Errors
    /// [`StoreError`] when the file cannot be read.
    pub fn find_latest_interaction(
        &self,
        conversation: ConversationId,
    ) -> Result<Option<Interaction>, StoreError> {
        self.find_interaction_by(ACTIVE, conversation)?.map_or_else(
            || self.find_interaction_by(LATEST, conversation),
            |found| Ok(Some(found)),
        )
    }

    fn find_interaction_by(
        &self,
        sql: &'static str,
        conversation: ConversationId,
    ) -> Result<Option<Interaction>, StoreError> {
        const OPERATION: &str = "find an interaction";
        self.prepare(sql, OPERATION)?
            .query_row([conversation.0], read_interaction)
            .optional()
            .during(OPERATION)
    }

    pub(crate) fn find_conversation_of_interaction(
        &self,
        id: InteractionId,
    ) -> Result<Option<ConversationId>, StoreError> {
        const OPERATION: &str = "find an interaction";
        self.prepare(
            "SELECT conversation_id FROM interactions WHERE interaction_id = ?1",
            OPERATION,
        )?
        .query_row([uuid_blob(id.uuid())], |row| row.get(0).map(ConversationId))
        .optional()
        .during(OPERATION)
    }
}

impl WriteTx<'_> {
    /// Inserts an interaction or replaces it, and moves its conversation to the list it belongs in.
    ///
    /// The column `opened_at` is the order within the conversation: a clock that was set back since the
    /// interaction before does not make the new one the older.
    pub(crate) fn put_interaction(
        &mut self,
        interaction: &Interaction,
    ) -> Result<ConversationId, StoreError> {
        const OPERATION: &str = "write an interaction";
        let conversation = self.ensure_conversation(&interaction.key)?;
        let document = to_json("an interaction", interaction)?;
        let wrap_up = interaction.wrap_up.as_deref();
        let running = wrap_up.filter(|_| interaction.state == InteractionState::WrapUp);
        self.prepare(
            "INSERT INTO interactions (interaction_id, conversation_id, opened_at, active, document, wrap_up_at)
             VALUES (?1, ?2, max(?3, ifnull((SELECT max(opened_at) + 1 FROM interactions
                WHERE conversation_id = ?2), ?3)), ?4, ?5, ?6)
             ON CONFLICT (interaction_id) DO UPDATE SET
                active = excluded.active, document = excluded.document, wrap_up_at = excluded.wrap_up_at",
            OPERATION,
        )?
        .execute(params![
            uuid_blob(interaction.id.uuid()),
            conversation.0,
            interaction.opened_at.0,
            interaction.is_active(),
            document,
            running.map(|wrap_up| wrap_up.started_at.0),
        ])
        .map_err(|source| match source.sqlite_error_code() {
            Some(ErrorCode::ConstraintViolation) => StoreError::ActiveInteractionExists,
            _ => StoreError::from_sql(OPERATION, source),
        })?;
        if let Some(wrap_up) = wrap_up {
            self.put_wrap_up_segments(conversation, interaction.id, wrap_up)?;
        }
        let latest = self.find_latest_interaction(conversation)?;
        let help_requested_at = latest.as_ref().and_then(|latest| latest.help_requested_at);
        let mut shown = latest.map_or(ConversationList::Done, |latest| list_of(latest.state));
        // An earlier interaction may still be wrapped up: somebody has work here.
        if shown == ConversationList::Done && !self.list_wrapping_up(conversation)?.is_empty() {
            shown = ConversationList::Ongoing;
        }
        self.update_list(conversation, shown)?;
        self.update_help_requested(conversation, help_requested_at.map(|at| at.0))?;
        Ok(conversation)
    }
}

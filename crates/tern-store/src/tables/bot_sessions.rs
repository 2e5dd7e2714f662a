//! What the virtual agent has under way: its sessions, what it handed over, what other systems still owe it.
//!
//! Owns the rows. A session goes with its interaction; what was handed over stays for whoever reads up on it.

use rusqlite::{OptionalExtension as _, Row, params};
use tern_domain::bot::{BotRequest, Handover};
use tern_domain::topic::{BotSession, Ticket};
use tern_domain::{ConversationId, ConversationKey, InteractionId, UtcMillis};

use super::values::{from_json, to_json, uuid_blob};
use crate::error::{During as _, StoreError};
use crate::tx::{ReadConn, WriteTx};

pub(crate) const SESSION: &str = "SELECT document FROM bot_sessions WHERE interaction_id = ?1";
pub(crate) const HANDOVER: &str = "SELECT document FROM bot_handovers WHERE interaction_id = ?1";
pub(crate) const REQUESTS: &str = "
    SELECT document FROM bot_requests ORDER BY created_at LIMIT ?1";

fn read_request(row: &Row<'_>) -> Result<BotRequest, rusqlite::Error> {
    from_json("bot_requests.document", row.get_ref(0)?.as_str()?)
}

impl ReadConn<'_> {
    /// What the virtual agent knows in an interaction.
    ///
    /// # Errors
    /// [`StoreError`] when the file cannot be read.
    pub fn find_bot_session(
        &self,
        interaction: InteractionId,
    ) -> Result<Option<BotSession>, StoreError> {
        const OPERATION: &str = "find a session of the virtual agent";
        self.prepare(SESSION, OPERATION)?
            .query_row([uuid_blob(interaction.uuid())], |row| {
                from_json("bot_sessions.document", row.get_ref(0)?.as_str()?)
            })
            .optional()
            .during(OPERATION)
    }

    /// What an agent is told of an interaction that the virtual agent had (H-6): its newest hand-over.
    ///
    /// # Errors
    /// [`StoreError`] when the file cannot be read.
    pub fn find_handover(
        &self,
        interaction: InteractionId,
    ) -> Result<Option<Handover>, StoreError> {
        const OPERATION: &str = "find a hand-over";
        self.prepare(HANDOVER, OPERATION)?
            .query_row([uuid_blob(interaction.uuid())], |row| {
                from_json("bot_handovers.document", row.get_ref(0)?.as_str()?)
            })
            .optional()
            .during(OPERATION)
    }

    /// Requests to other systems that were not answered yet, oldest first.
    ///
    /// # Errors
    /// [`StoreError`] when the file cannot be read.
    pub fn list_bot_requests(&self, limit: u32) -> Result<Vec<BotRequest>, StoreError> {
        const OPERATION: &str = "list requests of the virtual agent";
        self.prepare(REQUESTS, OPERATION)?
            .query_map([limit], read_request)
            .and_then(Iterator::collect)
            .during(OPERATION)
    }
}

impl WriteTx<'_> {
    pub(crate) fn put_bot_session(
        &mut self,
        interaction: InteractionId,
        key: &ConversationKey,
        session: &BotSession,
        at: UtcMillis,
    ) -> Result<ConversationId, StoreError> {
        const OPERATION: &str = "write a session of the virtual agent";
        let conversation = self.ensure_conversation(key)?;
        let document = to_json("a session of the virtual agent", session)?;
        self.prepare(
            "INSERT INTO bot_sessions (interaction_id, conversation_id, changed_at, document)
             VALUES (?1, ?2, ?3, ?4)
             ON CONFLICT (interaction_id) DO UPDATE SET
                changed_at = excluded.changed_at, document = excluded.document",
            OPERATION,
        )?
        .execute(params![
            uuid_blob(interaction.uuid()),
            conversation.0,
            at.0,
            document
        ])
        .during(OPERATION)?;
        Ok(conversation)
    }

    /// Removes a session with its open requests, if there is one.
    pub(crate) fn delete_bot_session(
        &mut self,
        interaction: InteractionId,
    ) -> Result<(), StoreError> {
        const OPERATION: &str = "remove a session of the virtual agent";
        let id = uuid_blob(interaction.uuid());
        self.prepare(
            "DELETE FROM bot_sessions WHERE interaction_id = ?1",
            OPERATION,
        )?
        .execute([id])
        .during(OPERATION)?;
        self.prepare(
            "DELETE FROM bot_requests WHERE interaction_id = ?1",
            OPERATION,
        )?
        .execute([id])
        .during(OPERATION)?;
        Ok(())
    }

    pub(crate) fn put_handover(
        &mut self,
        handover: &Handover,
    ) -> Result<ConversationId, StoreError> {
        const OPERATION: &str = "write a hand-over";
        let conversation = self.ensure_conversation(&handover.key)?;
        let document = to_json("a hand-over", handover)?;
        self.prepare(
            "INSERT INTO bot_handovers (interaction_id, conversation_id, at, document)
             VALUES (?1, ?2, ?3, ?4)
             ON CONFLICT (interaction_id) DO UPDATE SET at = excluded.at, document = excluded.document",
            OPERATION,
        )?
        .execute(params![
            uuid_blob(handover.interaction.uuid()),
            conversation.0,
            handover.at.0,
            document
        ])
        .during(OPERATION)?;
        Ok(conversation)
    }

    pub(crate) fn put_bot_request(&mut self, request: &BotRequest) -> Result<(), StoreError> {
        const OPERATION: &str = "write a request of the virtual agent";
        let document = to_json("a request of the virtual agent", request)?;
        self.prepare(
            "INSERT INTO bot_requests (interaction_id, ticket, created_at, document)
             VALUES (?1, ?2, ?3, ?4)
             ON CONFLICT (interaction_id, ticket) DO UPDATE SET document = excluded.document",
            OPERATION,
        )?
        .execute(params![
            uuid_blob(request.interaction.uuid()),
            request.ticket,
            request.created_at.0,
            document
        ])
        .during(OPERATION)?;
        Ok(())
    }

    /// Ticks a request off. `false` if it is not there any more: its answer comes too late.
    ///
    /// # Errors
    /// [`StoreError`] when the file cannot be written.
    pub fn finish_bot_request(
        &mut self,
        interaction: InteractionId,
        ticket: Ticket,
    ) -> Result<bool, StoreError> {
        const OPERATION: &str = "tick a request of the virtual agent off";
        self.prepare(
            "DELETE FROM bot_requests WHERE interaction_id = ?1 AND ticket = ?2",
            OPERATION,
        )?
        .execute(params![uuid_blob(interaction.uuid()), ticket])
        .map(|removed| removed > 0)
        .during(OPERATION)
    }
}

//! What agents have to be told and have not seen yet.

use rusqlite::params;
use tern_domain::{AgentId, ConversationId, Notice, NoticeKind, UtcMillis};

use super::values::{key_from_columns, undecodable, uuid_blob, uuid_id};
use crate::error::{During as _, StoreError};
use crate::tx::{ReadConn, WriteTx};

/// Statement of [`ReadConn::list_notices`].
pub(crate) const OF_AGENT: &str = "
    SELECT conversation_id, channel, requester_address, provider_number, kind, by_agent_id, at
    FROM notices JOIN conversations USING (conversation_id)
    WHERE agent_id = ?1 ORDER BY at DESC, conversation_id DESC, kind DESC LIMIT 200";

impl ReadConn<'_> {
    /// What an agent has not seen yet, newest first, with the conversation it is about. At most 200.
    ///
    /// # Errors
    /// [`StoreError`] when the file cannot be read.
    pub fn list_notices(
        &self,
        agent: AgentId,
    ) -> Result<Vec<(ConversationId, Notice)>, StoreError> {
        const OPERATION: &str = "list notices";
        self.prepare(OF_AGENT, OPERATION)?
            .query_map([uuid_blob(agent.uuid())], |row| {
                let text = |index: usize| row.get_ref(index).and_then(|value| Ok(value.as_str()?));
                let kind = text(4)?;
                let notice = Notice {
                    agent,
                    key: key_from_columns(text(1)?, text(2)?, text(3)?)?,
                    kind: NoticeKind::ALL
                        .into_iter()
                        .find(|known| known.as_str() == kind)
                        .ok_or_else(|| undecodable("notices.kind"))?,
                    by: uuid_id::<AgentId>(row.get(5)?),
                    at: UtcMillis(row.get(6)?),
                };
                Ok((ConversationId(row.get(0)?), notice))
            })
            .and_then(Iterator::collect)
            .during(OPERATION)
    }
}

impl WriteTx<'_> {
    pub(crate) fn put_notice(&mut self, notice: &Notice) -> Result<ConversationId, StoreError> {
        const OPERATION: &str = "keep a notice";
        let conversation = self.ensure_conversation(&notice.key)?;
        self.prepare(
            "INSERT INTO notices (agent_id, conversation_id, kind, by_agent_id, at)
             VALUES (?1, ?2, ?3, ?4, ?5)
             ON CONFLICT (agent_id, conversation_id, kind) DO UPDATE SET
                by_agent_id = excluded.by_agent_id, at = excluded.at",
            OPERATION,
        )?
        .execute(params![
            uuid_blob(notice.agent.uuid()),
            conversation.0,
            notice.kind.as_str(),
            uuid_blob(notice.by.uuid()),
            notice.at.0,
        ])
        .during(OPERATION)?;
        Ok(conversation)
    }

    /// An agent has seen what they were told about a conversation up to an instant.
    ///
    /// # Errors
    /// [`StoreError`] when the file cannot be written.
    pub fn see_notices(
        &mut self,
        agent: AgentId,
        conversation: ConversationId,
        kinds: &[NoticeKind],
        up_to: UtcMillis,
    ) -> Result<(), StoreError> {
        const OPERATION: &str = "drop notices that were seen";
        for kind in kinds {
            self.prepare(
                "DELETE FROM notices
                 WHERE agent_id = ?1 AND conversation_id = ?2 AND kind = ?3 AND at <= ?4",
                OPERATION,
            )?
            .execute(params![
                uuid_blob(agent.uuid()),
                conversation.0,
                kind.as_str(),
                up_to.0
            ])
            .during(OPERATION)?;
        }
        Ok(())
    }
}

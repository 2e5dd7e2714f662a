//! What is configured about agents and routing, who is in which presence state, and the PINs of this desk.
//!
//! A few dozen documents, always read together. Owns their names in the table.

use std::collections::BTreeMap;

use rusqlite::{OptionalExtension as _, params};
use serde::Serialize;
use tern_domain::agents::{AgentPresence, PinLock};
use tern_domain::routing::{ConfigChange, RoutingConfig};
use tern_domain::{AgentId, AggregateRef, Channel, UtcMillis};

use super::values::{from_json, to_json, uuid_blob};
use crate::error::{During as _, StoreError};
use crate::tx::{ReadConn, WriteTx};

pub(crate) const CONFIG: &str = "SELECT document FROM routing_config ORDER BY kind, thing_id";
pub(crate) const PRESENCE: &str = "SELECT document FROM presence";

/// How an agent proves who they are at this desk.
#[derive(Clone, PartialEq, Eq)]
pub struct AgentPin {
    /// The slow hash, with its salt and its cost.
    pub verifier: String,
    /// Wrong ones so far.
    pub lock: PinLock,
}

impl std::fmt::Debug for AgentPin {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("AgentPin")
            .field("lock", &self.lock)
            .finish_non_exhaustive()
    }
}

impl ReadConn<'_> {
    /// Everything that is configured; empty in a file that no agent has been made in.
    ///
    /// # Errors
    /// [`StoreError`] when the file cannot be read.
    pub fn load_routing_config(&self) -> Result<RoutingConfig, StoreError> {
        const OPERATION: &str = "read what is configured about routing";
        let mut config = RoutingConfig::default();
        let changes: Vec<ConfigChange> = self
            .prepare(CONFIG, OPERATION)?
            .query_map((), |row| {
                from_json("routing_config.document", row.get_ref(0)?.as_str()?)
            })
            .and_then(Iterator::collect)
            .during(OPERATION)?;
        for change in changes {
            config.apply(change);
        }
        config.version = self.aggregate_version(&AggregateRef::Routing)?;
        Ok(config)
    }

    /// Slots that one work item of a channel takes; 1 where nothing is configured.
    ///
    /// # Errors
    /// [`StoreError`] when the file cannot be read.
    pub(crate) fn item_size(&self, channel: Channel) -> Result<u32, StoreError> {
        const OPERATION: &str = "read how much room an item takes";
        self.prepare(
            "SELECT json_extract(document, '$.channel.item_size') FROM routing_config
             WHERE kind = 'channel' AND thing_id = ?1",
            OPERATION,
        )?
        .query_row([channel.as_str()], |row| row.get(0))
        .optional()
        .during(OPERATION)
        .map(|size| size.unwrap_or(1))
    }

    /// Who is in which presence state.
    ///
    /// # Errors
    /// [`StoreError`] when the file cannot be read.
    pub fn load_presence(&self) -> Result<BTreeMap<AgentId, AgentPresence>, StoreError> {
        const OPERATION: &str = "read who is there";
        self.prepare(PRESENCE, OPERATION)?
            .query_map((), |row| {
                let presence: AgentPresence =
                    from_json("presence.document", row.get_ref(0)?.as_str()?)?;
                Ok((presence.agent, presence))
            })
            .and_then(Iterator::collect)
            .during(OPERATION)
    }

    /// An agent's PIN at this desk.
    ///
    /// # Errors
    /// [`StoreError`] when the file cannot be read.
    pub fn find_agent_pin(&self, agent: AgentId) -> Result<Option<AgentPin>, StoreError> {
        const OPERATION: &str = "read an agent's PIN";
        self.prepare(
            "SELECT verifier, failures, locked_until_at FROM agent_pins WHERE agent_id = ?1",
            OPERATION,
        )?
        .query_row([uuid_blob(agent.uuid())], |row| {
            Ok(AgentPin {
                verifier: row.get(0)?,
                lock: PinLock {
                    failures: row.get(1)?,
                    locked_until: row.get::<_, Option<i64>>(2)?.map(UtcMillis),
                },
            })
        })
        .optional()
        .during(OPERATION)
    }
}

impl WriteTx<'_> {
    /// Replaces an agent's PIN at this desk, or takes it away.
    ///
    /// # Errors
    /// [`StoreError`] when the file cannot be written.
    pub fn put_agent_pin(
        &mut self,
        agent: AgentId,
        pin: Option<&AgentPin>,
    ) -> Result<(), StoreError> {
        const OPERATION: &str = "write an agent's PIN";
        let agent = uuid_blob(agent.uuid());
        match pin {
            Some(pin) => self
                .prepare(
                    "INSERT INTO agent_pins (agent_id, verifier, failures, locked_until_at)
                     VALUES (?1, ?2, ?3, ?4)
                     ON CONFLICT (agent_id) DO UPDATE SET verifier = excluded.verifier,
                        failures = excluded.failures, locked_until_at = excluded.locked_until_at",
                    OPERATION,
                )?
                .execute(params![
                    agent,
                    pin.verifier,
                    pin.lock.failures,
                    pin.lock.locked_until.map(|at| at.0),
                ]),
            None => self
                .prepare("DELETE FROM agent_pins WHERE agent_id = ?1", OPERATION)?
                .execute([agent]),
        }
        .during(OPERATION)?;
        Ok(())
    }

    /// Replaces an agent's presence.
    pub(crate) fn put_presence(&mut self, presence: &AgentPresence) -> Result<(), StoreError> {
        const OPERATION: &str = "write who is there";
        self.prepare(
            "INSERT INTO presence (agent_id, document) VALUES (?1, ?2)
             ON CONFLICT (agent_id) DO UPDATE SET document = excluded.document",
            OPERATION,
        )?
        .execute(params![
            uuid_blob(presence.agent.uuid()),
            to_json("a presence", presence)?,
        ])
        .during(OPERATION)?;
        Ok(())
    }

    /// Writes one change of what is configured.
    pub(crate) fn configure(&mut self, change: &ConfigChange) -> Result<(), StoreError> {
        match change {
            ConfigChange::Agent { agent } => self.put_config("agent", agent.id, change),
            ConfigChange::Group { group } => self.put_config("group", group.id, change),
            ConfigChange::GroupRemoved { id } => self.delete_config("group", id),
            ConfigChange::PresenceState { state } => {
                self.put_config("presence_state", state.id, change)
            }
            ConfigChange::PresenceStateRemoved { id } => self.delete_config("presence_state", id),
            ConfigChange::Channel { channel } => {
                self.put_config("channel", channel.channel.as_str(), change)
            }
            ConfigChange::Queue { queue } => self.put_config("queue", queue.id, change),
            ConfigChange::QueueRemoved { id } => self.delete_config("queue", id),
            ConfigChange::Rule { rule } => self.put_config("rule", rule.id, change),
            ConfigChange::RuleRemoved { id } => self.delete_config("rule", id),
            ConfigChange::RejectReason { reason } => {
                self.put_config("reject_reason", reason.id, change)
            }
            ConfigChange::RejectReasonRemoved { id } => self.delete_config("reject_reason", id),
            ConfigChange::Unrecognised => Ok(()),
        }
    }

    fn put_config(
        &mut self,
        kind: &str,
        id: impl ToString,
        document: &impl Serialize,
    ) -> Result<(), StoreError> {
        const OPERATION: &str = "write what is configured about routing";
        self.prepare(
            "INSERT INTO routing_config (kind, thing_id, document) VALUES (?1, ?2, ?3)
             ON CONFLICT (kind, thing_id) DO UPDATE SET document = excluded.document",
            OPERATION,
        )?
        .execute(params![
            kind,
            id.to_string(),
            to_json("a routing setting", document)?
        ])
        .during(OPERATION)?;
        Ok(())
    }

    fn delete_config(&mut self, kind: &str, id: impl ToString) -> Result<(), StoreError> {
        const OPERATION: &str = "remove what is configured about routing";
        self.prepare(
            "DELETE FROM routing_config WHERE kind = ?1 AND thing_id = ?2",
            OPERATION,
        )?
        .execute(params![kind, id.to_string()])
        .during(OPERATION)?;
        Ok(())
    }
}

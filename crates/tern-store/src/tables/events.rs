//! The event log: appended, versioned per aggregate, chained by hash.
//!
//! Owns the version check, which makes two planners that raced notice it, and the chain, which makes a change
//! from outside show. It refuses to change or delete an entry; triggers refuse it too.

use rusqlite::{OptionalExtension as _, Row, params};
use sha2::{Digest as _, Sha256};
use tern_domain::{
    AccountSid, AccountState, Actor, AggregateRef, ConversationId, EventBody, EventId, NewEvent,
    UtcMillis,
};

use super::values::{from_json, page_size, to_json, uuid_blob, uuid_id};
use crate::error::{During as _, StoreError};
use crate::tx::{ReadConn, WriteTx};

/// An event as recorded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecordedEvent {
    /// Place in the log of this file.
    pub sequence: i64,
    /// Global id.
    pub id: EventId,
    /// Who did it.
    pub actor: Actor,
    /// When.
    pub at: UtcMillis,
    /// What happened.
    pub body: EventBody,
}

pub(crate) const TIMELINE: &str = "
    SELECT sequence, event_id, actor, at, body FROM events
    WHERE conversation_id = ?1 AND sequence < ?2 ORDER BY sequence DESC LIMIT ?3";
pub(crate) const OF_AGGREGATE: &str = "
    SELECT sequence, event_id, actor, at, body FROM events
    WHERE aggregate_kind = ?1 AND aggregate_id = ?2 ORDER BY version DESC LIMIT ?3";
const CHAIN: &str = "
    SELECT sequence, event_id, aggregate_kind, aggregate_id, version, actor, at, body, hash
    FROM events ORDER BY sequence";

/// What the first entry's hash covers in place of a predecessor.
const GENESIS: [u8; 32] = [0; 32];

/// One entry's hash: everything in it, each part with its length, after its predecessor's hash.
fn chain_hash(
    previous: &[u8],
    event_id: &[u8],
    aggregate: (&str, &str, i64),
    (actor, at, body): (&str, i64, &str),
) -> [u8; 32] {
    let (kind, id, version) = aggregate;
    let mut hash = Sha256::new();
    hash.update(previous);
    for part in [
        event_id,
        kind.as_bytes(),
        id.as_bytes(),
        &version.to_be_bytes(),
        actor.as_bytes(),
        &at.to_be_bytes(),
        body.as_bytes(),
    ] {
        hash.update(u64::try_from(part.len()).unwrap_or(u64::MAX).to_be_bytes());
        hash.update(part);
    }
    hash.finalize().into()
}

fn read_event(row: &Row<'_>) -> Result<RecordedEvent, rusqlite::Error> {
    Ok(RecordedEvent {
        sequence: row.get(0)?,
        id: uuid_id(row.get(1)?),
        actor: from_json("events.actor", row.get_ref(2)?.as_str()?)?,
        at: UtcMillis(row.get(3)?),
        body: from_json("events.body", row.get_ref(4)?.as_str()?)?,
    })
}

impl ReadConn<'_> {
    /// Events of a conversation and its interactions, newest first, before a given one. At most 500.
    ///
    /// # Errors
    /// [`StoreError`] when the file cannot be read.
    pub fn list_timeline(
        &self,
        conversation: ConversationId,
        before: Option<i64>,
        limit: u32,
    ) -> Result<Vec<RecordedEvent>, StoreError> {
        const OPERATION: &str = "list a timeline";
        let before = before.unwrap_or(i64::MAX);
        self.prepare(TIMELINE, OPERATION)?
            .query_map(
                params![conversation.0, before, page_size(limit)],
                read_event,
            )
            .and_then(Iterator::collect)
            .during(OPERATION)
    }

    /// Events of one aggregate, newest first. At most 500.
    ///
    /// # Errors
    /// [`StoreError`] when the file cannot be read.
    pub fn list_events_of(
        &self,
        aggregate: &AggregateRef,
        limit: u32,
    ) -> Result<Vec<RecordedEvent>, StoreError> {
        const OPERATION: &str = "list the events of an aggregate";
        self.prepare(OF_AGGREGATE, OPERATION)?
            .query_map(
                params![aggregate.kind(), aggregate.id(), page_size(limit)],
                read_event,
            )
            .and_then(Iterator::collect)
            .during(OPERATION)
    }

    /// Events an aggregate has had so far.
    ///
    /// # Errors
    /// [`StoreError`] when the file cannot be read.
    pub fn aggregate_version(&self, aggregate: &AggregateRef) -> Result<u32, StoreError> {
        const OPERATION: &str = "read an aggregate's version";
        self.prepare(
            "SELECT version FROM events WHERE aggregate_kind = ?1 AND aggregate_id = ?2
             ORDER BY version DESC LIMIT 1",
            OPERATION,
        )?
        .query_row((aggregate.kind(), aggregate.id()), |row| row.get(0))
        .optional()
        .during(OPERATION)
        .map(Option::unwrap_or_default)
    }

    /// What a rule may know about an account.
    ///
    /// # Errors
    /// [`StoreError`] when the file cannot be read.
    pub fn load_account_state(&self, account: &AccountSid) -> Result<AccountState, StoreError> {
        Ok(AccountState {
            account: account.clone(),
            version: self.aggregate_version(&AggregateRef::Account(account.clone()))?,
            live_since: self.live_since()?,
        })
    }

    /// Since when texts count as new.
    ///
    /// # Errors
    /// [`StoreError`] when the file cannot be read.
    pub fn live_since(&self) -> Result<Option<UtcMillis>, StoreError> {
        const OPERATION: &str = "read since when texts are new";
        self.prepare("SELECT live_since_at FROM store_state", OPERATION)?
            .query_row((), |row| row.get::<_, Option<i64>>(0))
            .map(|at| at.map(UtcMillis))
            .during(OPERATION)
    }

    /// Walks the whole log and checks that no entry was changed, removed or put in. Answers their number.
    ///
    /// # Errors
    /// [`StoreError::EventChainBroken`] with the first entry that does not fit.
    pub fn verify_event_chain(&self) -> Result<u64, StoreError> {
        const OPERATION: &str = "verify the event log";
        let mut statement = self.prepare(CHAIN, OPERATION)?;
        let mut rows = statement.query(()).during(OPERATION)?;
        let mut previous = GENESIS;
        let mut entries = 0;
        while let Some(row) = rows.next().during(OPERATION)? {
            let (sequence, expected, found) = read_link(row, &previous).during(OPERATION)?;
            entries += 1;
            if found != expected || i64::try_from(entries) != Ok(sequence) {
                return Err(StoreError::EventChainBroken { sequence });
            }
            previous = found;
        }
        Ok(entries)
    }
}

type Link = (i64, [u8; 32], [u8; 32]);

fn read_link(row: &Row<'_>, previous: &[u8]) -> Result<Link, rusqlite::Error> {
    let text = |index: usize| row.get_ref(index).and_then(|value| Ok(value.as_str()?));
    let expected = chain_hash(
        previous,
        row.get_ref(1)?.as_blob()?,
        (text(2)?, text(3)?, row.get(4)?),
        (text(5)?, row.get(6)?, text(7)?),
    );
    Ok((row.get(0)?, expected, row.get(8)?))
}

impl WriteTx<'_> {
    /// Appends an event, if its aggregate is where the plan expected it.
    pub(crate) fn append_event(
        &mut self,
        event: &NewEvent,
        conversation: Option<ConversationId>,
    ) -> Result<(), StoreError> {
        const OPERATION: &str = "append an event";
        let (sequence, previous) = self.chain_end()?;
        let body = to_json("an event", &event.body)?;
        let actor = to_json("an event's actor", &event.actor)?;
        let (kind, id) = (event.aggregate.kind(), event.aggregate.id());
        let version = i64::from(event.expected_version) + 1;
        let event_id = uuid_blob(event.id.uuid());
        let hash = chain_hash(
            &previous,
            &event_id,
            (kind, &id, version),
            (&actor, event.at.0, &body),
        );
        self.prepare(
            "INSERT INTO events (sequence, event_id, aggregate_kind, aggregate_id, version,
                conversation_id, actor, at, body, hash)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
            OPERATION,
        )?
        .execute(params![
            sequence + 1,
            event_id,
            kind,
            id,
            version,
            conversation.map(|conversation| conversation.0),
            actor,
            event.at.0,
            body,
            hash,
        ])
        .during(OPERATION)?;
        Ok(())
    }

    /// Refuses a plan that was made for another version of an aggregate.
    pub(crate) fn check_version(&self, event: &NewEvent) -> Result<(), StoreError> {
        let found = self.aggregate_version(&event.aggregate)?;
        if found == event.expected_version {
            return Ok(());
        }
        Err(StoreError::VersionConflict {
            expected: event.expected_version,
            found,
        })
    }

    fn chain_end(&self) -> Result<(i64, [u8; 32]), StoreError> {
        const OPERATION: &str = "read the end of the event log";
        self.prepare(
            "SELECT sequence, hash FROM events ORDER BY sequence DESC LIMIT 1",
            OPERATION,
        )?
        .query_row((), |row| Ok((row.get(0)?, row.get(1)?)))
        .optional()
        .during(OPERATION)
        .map(|end| end.unwrap_or((0, GENESIS)))
    }

    /// Replaces the instant since which texts count as new.
    pub(crate) fn update_live_since(&mut self, since: UtcMillis) -> Result<(), StoreError> {
        const OPERATION: &str = "go live";
        self.prepare("UPDATE store_state SET live_since_at = ?1", OPERATION)?
            .execute([since.0])
            .during(OPERATION)?;
        Ok(())
    }
}

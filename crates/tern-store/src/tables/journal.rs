//! What came in, as it came, until it has been interpreted.
//!
//! A mistake in interpreting costs nothing, because the original is still here. Rows leave in the transaction
//! that applies them; one that cannot be interpreted is set aside with a note and kept.

use rusqlite::params;
use tern_domain::UtcMillis;

use super::values::{page_size, undecodable};
use crate::error::{During as _, StoreError};
use crate::tx::{ReadConn, WriteTx};

/// A row of the journal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct JournalId(pub i64);

/// Which way something came in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum JournalSource {
    /// A row of the carrier's list.
    List,
    /// A webhook about a text.
    Webhook,
    /// A delivery report.
    StatusCallback,
}

impl JournalSource {
    const ALL: [Self; 3] = [Self::List, Self::Webhook, Self::StatusCallback];

    const fn as_str(self) -> &'static str {
        match self {
            Self::List => "list",
            Self::Webhook => "webhook",
            Self::StatusCallback => "status_callback",
        }
    }

    fn from_stored(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|source| source.as_str() == word)
    }
}

/// Something that came in.
#[derive(Clone, PartialEq, Eq)]
pub struct RawArrival {
    /// Which way.
    pub source: JournalSource,
    /// The carrier's id, if one could be seen at a glance.
    pub sid: Option<String>,
    /// When.
    pub received_at: UtcMillis,
    /// All of it, as JSON.
    pub json: String,
}

impl std::fmt::Debug for RawArrival {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter
            .debug_struct("RawArrival")
            .field("source", &self.source)
            .field("received_at", &self.received_at)
            .finish_non_exhaustive()
    }
}

/// Something that came in and waits to be interpreted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JournalEntry {
    /// Its row.
    pub id: JournalId,
    /// What came in.
    pub arrival: RawArrival,
}

pub(crate) const WAITING: &str = "
    SELECT journal_id, source, sid, received_at, content FROM inbound_journal
    WHERE set_aside IS NULL AND journal_id > ?1 ORDER BY journal_id LIMIT ?2";
const BY_ID: &str = "
    SELECT journal_id, source, sid, received_at, content FROM inbound_journal
    WHERE set_aside IS NULL AND journal_id = ?1";

fn read_entry(row: &rusqlite::Row<'_>) -> Result<JournalEntry, rusqlite::Error> {
    Ok(JournalEntry {
        id: JournalId(row.get(0)?),
        arrival: RawArrival {
            source: JournalSource::from_stored(row.get_ref(1)?.as_str()?)
                .ok_or_else(|| undecodable("inbound_journal.source"))?,
            sid: row.get(2)?,
            received_at: UtcMillis(row.get(3)?),
            json: row.get(4)?,
        },
    })
}

impl ReadConn<'_> {
    /// Entries that wait, in the order in which they came, after a given one. At most 500.
    ///
    /// # Errors
    /// [`StoreError`] when the file cannot be read.
    pub fn list_unfinished_journal(
        &self,
        after: Option<JournalId>,
        limit: u32,
    ) -> Result<Vec<JournalEntry>, StoreError> {
        const OPERATION: &str = "list the journal";
        let after = after.map_or(0, |id| id.0);
        self.prepare(WAITING, OPERATION)?
            .query_map(params![after, page_size(limit)], read_entry)
            .and_then(Iterator::collect)
            .during(OPERATION)
    }

    /// Those of the given entries that still wait, in the given order.
    ///
    /// # Errors
    /// [`StoreError`] when the file cannot be read.
    pub fn list_journal(&self, ids: &[JournalId]) -> Result<Vec<JournalEntry>, StoreError> {
        const OPERATION: &str = "read the journal";
        let mut statement = self.prepare(BY_ID, OPERATION)?;
        let mut entries = Vec::with_capacity(ids.len());
        for id in ids {
            let found = statement
                .query_map([id.0], read_entry)
                .and_then(Iterator::collect::<Result<Vec<_>, _>>)
                .during(OPERATION)?;
            entries.extend(found);
        }
        Ok(entries)
    }

    /// How many entries were set aside.
    ///
    /// # Errors
    /// [`StoreError`] when the file cannot be read.
    pub fn count_set_aside_journal(&self) -> Result<u32, StoreError> {
        const OPERATION: &str = "count the journal";
        self.prepare(
            "SELECT count(*) FROM inbound_journal WHERE set_aside IS NOT NULL",
            OPERATION,
        )?
        .query_row((), |row| row.get(0))
        .during(OPERATION)
    }
}

impl WriteTx<'_> {
    /// Keeps what came in, before anybody looks at it.
    ///
    /// # Errors
    /// [`StoreError`] when the file cannot be written.
    pub fn journal_arrivals(
        &mut self,
        arrivals: &[RawArrival],
    ) -> Result<Vec<JournalId>, StoreError> {
        const OPERATION: &str = "journal arrivals";
        let mut statement = self.prepare(
            "INSERT INTO inbound_journal (source, sid, received_at, content) VALUES (?1, ?2, ?3, ?4)
             RETURNING journal_id",
            OPERATION,
        )?;
        arrivals
            .iter()
            .map(|arrival| {
                statement
                    .query_row(
                        params![
                            arrival.source.as_str(),
                            arrival.sid,
                            arrival.received_at.0,
                            arrival.json
                        ],
                        |row| row.get(0).map(JournalId),
                    )
                    .during(OPERATION)
            })
            .collect()
    }

    /// Removes entries that have been interpreted.
    ///
    /// # Errors
    /// [`StoreError`] when the file cannot be written.
    pub fn finish_journal(&mut self, ids: &[JournalId]) -> Result<(), StoreError> {
        const OPERATION: &str = "finish journal entries";
        let mut statement = self.prepare(
            "DELETE FROM inbound_journal WHERE journal_id = ?1",
            OPERATION,
        )?;
        for id in ids {
            statement.execute([id.0]).during(OPERATION)?;
        }
        Ok(())
    }

    /// Keeps an entry that cannot be interpreted, with the reason; it holds nobody up any more.
    ///
    /// # Errors
    /// [`StoreError`] when the file cannot be written.
    pub fn set_journal_aside(&mut self, id: JournalId, reason: &str) -> Result<(), StoreError> {
        const OPERATION: &str = "set a journal entry aside";
        self.prepare(
            "UPDATE inbound_journal SET set_aside = ?2 WHERE journal_id = ?1",
            OPERATION,
        )?
        .execute(params![id.0, reason])
        .during(OPERATION)?;
        Ok(())
    }

    /// Gives entries that were set aside another chance, e.g. after an update of Tern.
    ///
    /// # Errors
    /// [`StoreError`] when the file cannot be written.
    pub fn retry_set_aside_journal(&mut self) -> Result<(), StoreError> {
        const OPERATION: &str = "take journal entries up again";
        self.prepare(
            "UPDATE inbound_journal SET set_aside = NULL WHERE set_aside IS NOT NULL",
            OPERATION,
        )?
        .execute(())
        .during(OPERATION)?;
        Ok(())
    }
}

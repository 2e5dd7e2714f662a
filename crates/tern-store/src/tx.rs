//! What a closure gets to see: a reader that cannot write, and a writer that can also read.
//!
//! Both are handed out by [`Store`](crate::Store) only and live as long as one transaction. They expose
//! operations per table, never a connection, so SQL stays in this crate.

use std::ops::Deref;

use rusqlite::{CachedStatement, Connection, TransactionBehavior};

use crate::error::{During as _, StoreError};
use crate::media_files::MediaFiles;

/// One snapshot of the database. Has no operation that writes.
#[derive(Debug)]
pub struct ReadConn<'c> {
    connection: &'c Connection,
    media: &'c MediaFiles,
}

/// One write transaction. Committed when the closure returns `Ok`, rolled back otherwise.
#[derive(Debug)]
pub struct WriteTx<'c> {
    read: ReadConn<'c>,
}

impl<'c> Deref for WriteTx<'c> {
    type Target = ReadConn<'c>;

    fn deref(&self) -> &ReadConn<'c> {
        &self.read
    }
}

impl ReadConn<'_> {
    pub(crate) const fn connection(&self) -> &Connection {
        self.connection
    }

    pub(crate) const fn media_files(&self) -> &MediaFiles {
        self.media
    }

    /// A statement, compiled once per connection.
    pub(crate) fn prepare(
        &self,
        sql: &'static str,
        operation: &'static str,
    ) -> Result<CachedStatement<'_>, StoreError> {
        self.connection.prepare_cached(sql).during(operation)
    }

    /// Number of the last committed change, as of this snapshot. Grows with every change.
    ///
    /// # Errors
    /// [`StoreError`] when the file cannot be read.
    pub fn revision(&self) -> Result<u64, StoreError> {
        let revision: i64 = self
            .prepare("SELECT revision FROM store_state", "read the revision")?
            .query_row((), |row| row.get(0))
            .during("read the revision")?;
        Ok(revision.unsigned_abs())
    }
}

/// Runs a closure on a snapshot.
pub(crate) fn run_read<T>(
    connection: &mut Connection,
    media: &MediaFiles,
    work: impl FnOnce(&ReadConn<'_>) -> Result<T, StoreError>,
) -> Result<T, StoreError> {
    let transaction = connection
        .transaction_with_behavior(TransactionBehavior::Deferred)
        .during("begin reading")?;
    work(&ReadConn {
        connection: &transaction,
        media,
    })
}

/// Runs a closure in a transaction, commits it and counts the revision up if anything changed.
pub(crate) fn run_write<T>(
    connection: &mut Connection,
    media: &MediaFiles,
    work: impl FnOnce(&mut WriteTx<'_>) -> Result<T, StoreError>,
) -> Result<T, StoreError> {
    let transaction = connection
        .transaction_with_behavior(TransactionBehavior::Immediate)
        .during("begin a transaction")?;
    let before = transaction.total_changes();
    let mut tx = WriteTx {
        read: ReadConn {
            connection: &transaction,
            media,
        },
    };
    let value = work(&mut tx)?;
    if transaction.total_changes() != before {
        transaction
            .prepare_cached("UPDATE store_state SET revision = revision + 1")
            .and_then(|mut statement| statement.execute(()))
            .during("count the revision up")?;
    }
    transaction.commit().during("commit")?;
    Ok(value)
}

//! Looking over the whole file.
//!
//! Owns the check that reads everything; it takes seconds on a large file and is meant for an idle moment or
//! for somebody who asks. Opening checks only what it reads.

use rusqlite::OptionalExtension as _;

use crate::error::{During as _, StoreError};
use crate::tx::ReadConn;

const REFRESH_INDEXES: [&str; 2] = [
    "SELECT rowid FROM messages_fts WHERE messages_fts MATCH '\"a\"' LIMIT 1",
    "SELECT rowid FROM notes_fts WHERE notes_fts MATCH '\"a\"' LIMIT 1",
];

impl ReadConn<'_> {
    /// Reads every page in use, so that each is authenticated, and checks that the trees hang together, the
    /// search indexes' included.
    ///
    /// # Errors
    /// [`StoreError::Damaged`] when anything does not fit.
    pub fn check_integrity(&self) -> Result<(), StoreError> {
        const OPERATION: &str = "check the file";
        // The check compares an index with what this connection remembers of its structure, and does not look
        // whether that has changed since, by deletions on the writer. Opening a cursor does.
        for refresh in REFRESH_INDEXES {
            let _refreshed: Option<i64> = self
                .connection()
                .query_row(refresh, (), |row| row.get(0))
                .optional()
                .during(OPERATION)?;
        }
        let verdict: String = self
            .connection()
            .query_row("PRAGMA quick_check(1)", (), |row| row.get(0))
            .during(OPERATION)?;
        if verdict == "ok" {
            return Ok(());
        }
        Err(StoreError::Damaged {
            operation: OPERATION,
            source: verdict.into(),
        })
    }
}

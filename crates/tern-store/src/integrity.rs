//! Looking over the whole file.
//!
//! Owns the check that reads everything; it takes seconds on a large file and is meant for an idle moment or
//! for somebody who asks. Opening checks only what it reads.

use crate::error::{During as _, StoreError};
use crate::tx::ReadConn;

impl ReadConn<'_> {
    /// Reads every page in use, so that each is authenticated, and checks that the trees hang together, the
    /// search index's included.
    ///
    /// # Errors
    /// [`StoreError::Damaged`] when anything does not fit.
    pub fn check_integrity(&self) -> Result<(), StoreError> {
        const OPERATION: &str = "check the file";
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

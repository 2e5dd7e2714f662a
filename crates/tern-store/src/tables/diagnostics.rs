//! Odd things that concern no conversation, for whoever looks into them.

use rusqlite::params;
use tern_domain::{Diagnostic, MessageSid, UtcMillis};

use super::values::{page_size, sid_blob, sid_from_blob};
use crate::error::{During as _, StoreError};
use crate::tx::{ReadConn, WriteTx};

pub(crate) const LIST: &str = "
    SELECT kind, sid, at FROM diagnostics ORDER BY diagnostic_id DESC LIMIT ?1";

impl ReadConn<'_> {
    /// What was noted, newest first. At most 500.
    ///
    /// # Errors
    /// [`StoreError`] when the file cannot be read.
    pub fn list_diagnostics(&self, limit: u32) -> Result<Vec<Diagnostic>, StoreError> {
        const OPERATION: &str = "list diagnostics";
        self.prepare(LIST, OPERATION)?
            .query_map([page_size(limit)], |row| {
                let sid: MessageSid = sid_from_blob(row.get_ref(1)?.as_blob()?, "diagnostics.sid")?;
                Ok(Diagnostic::NotOurNumber {
                    sid,
                    at: UtcMillis(row.get(2)?),
                })
            })
            .and_then(Iterator::collect)
            .during(OPERATION)
    }
}

impl WriteTx<'_> {
    /// Notes something odd; the same again changes nothing.
    pub(crate) fn insert_diagnostic(&mut self, diagnostic: &Diagnostic) -> Result<(), StoreError> {
        const OPERATION: &str = "note a diagnostic";
        let Diagnostic::NotOurNumber { sid, at } = diagnostic;
        self.prepare(
            "INSERT INTO diagnostics (kind, sid, at) VALUES ('not_our_number', ?1, ?2)
             ON CONFLICT (kind, sid) DO NOTHING",
            OPERATION,
        )?
        .execute(params![sid_blob(sid), at.0])
        .during(OPERATION)?;
        Ok(())
    }
}

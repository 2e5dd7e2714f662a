//! What searching asks of the figures: texts by time, and which topics ran.

use rusqlite::params;
use tern_domain::UtcMillis;
use tern_domain::topic::TopicName;

use super::QUARTER;
use crate::error::{During as _, StoreError};
use crate::tx::ReadConn;

const QUARTERS: &str = "
    SELECT quarter, sum(texts) FROM text_figures WHERE quarter >= ?1 AND quarter < ?2 GROUP BY quarter";
/// Topics that ran, each looked up by the one before it: there are few, and many runs of each.
const TOPICS_THAT_RAN: &str = "
    WITH RECURSIVE ran (topic) AS (
        SELECT min(topic) FROM bot_figures WHERE topic > ''
        UNION ALL
        SELECT (SELECT min(topic) FROM bot_figures WHERE bot_figures.topic > ran.topic) FROM ran WHERE topic IS NOT NULL
    )
    SELECT topic FROM ran WHERE topic IS NOT NULL LIMIT 1000";

/// The statements, for the test of their plans.
#[cfg(test)]
pub(crate) const fn statements() -> [(&'static str, &'static str); 2] {
    [
        ("texts by quarters of an hour", QUARTERS),
        ("topics that ran", TOPICS_THAT_RAN),
    ]
}

impl ReadConn<'_> {
    /// How many texts there were in each quarter of an hour of a time that has any, oldest first.
    ///
    /// # Errors
    /// [`StoreError`] when the file cannot be read.
    pub fn each_quarter(
        &self,
        (from, until): (UtcMillis, UtcMillis),
        mut take: impl FnMut(UtcMillis, i64),
    ) -> Result<(), StoreError> {
        const OPERATION: &str = "read texts by time";
        let mut statement = self.prepare(QUARTERS, OPERATION)?;
        let mut rows = statement
            .query(params![
                from.0.div_euclid(QUARTER),
                until.0.div_euclid(QUARTER)
            ])
            .during(OPERATION)?;
        while let Some(row) = rows.next().during(OPERATION)? {
            let quarter: i64 = row.get(0).during(OPERATION)?;
            take(UtcMillis(quarter * QUARTER), row.get(1).during(OPERATION)?);
        }
        Ok(())
    }

    /// Internal names of the topics that ran, deleted ones included.
    ///
    /// # Errors
    /// [`StoreError`] when the file cannot be read.
    pub fn list_topics_that_ran(&self) -> Result<Vec<TopicName>, StoreError> {
        const OPERATION: &str = "list topics that ran";
        self.prepare(TOPICS_THAT_RAN, OPERATION)?
            .query_map((), |row| row.get(0))
            .and_then(Iterator::collect)
            .during(OPERATION)
    }
}

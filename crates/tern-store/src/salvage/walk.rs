//! Walking over a file of which pages may be unreadable: every table from its start and, past the damage, from its end.
//!
//! Owns the reading, and never writes to the old file.

use std::collections::HashMap;
use std::path::PathBuf;

use rusqlite::Connection;
use rusqlite::types::Value;
use tern_domain::retention::{RetentionSettings, RunLog};

use crate::key::DatabaseKey;
use crate::layout::Layout;
use crate::open::{Access, open_connection};
use crate::tables::retention::{RUNS, SETTINGS};

/// Rows read at once; halved where there is damage, down to one.
const CHUNK: u32 = 512;

/// A file that rows are read from.
pub(super) struct OldFile {
    path: PathBuf,
    key: DatabaseKey,
    connection: Connection,
}

impl OldFile {
    pub(super) fn open(layout: &Layout, key: &DatabaseKey) -> Result<Self, rusqlite::Error> {
        let path = layout.database();
        let connection = open_connection(&path, key, Access::Salvage)?;
        connection.query_row("SELECT count(*) FROM sqlite_schema", (), |_| Ok(()))?;
        Ok(Self {
            path,
            key: key.clone(),
            connection,
        })
    }

    /// Reads something. After a page that does not authenticate SQLCipher refuses everything on the same
    /// connection, so a failure is followed by a new one.
    pub(super) fn read<T>(
        &mut self,
        work: impl FnOnce(&Connection) -> Result<T, rusqlite::Error>,
    ) -> Option<T> {
        let result = work(&self.connection);
        if result.is_err()
            && let Ok(connection) = open_connection(&self.path, &self.key, Access::Salvage)
        {
            self.connection = connection;
        }
        result.ok()
    }

    /// What numbers stand for in this file, as far as it can be read: conversations, the first events, texts.
    pub(super) fn history(&mut self) -> HashMap<(usize, i64), String> {
        const SAMPLES: [&str; 4] = [
            "SELECT conversation_id, channel || ' ' || requester_address || ' ' || provider_number FROM conversations",
            "SELECT sequence, hex(event_id) FROM events ORDER BY sequence LIMIT 100",
            "SELECT position, hex(message_id) FROM messages ORDER BY position LIMIT 100",
            "SELECT position, hex(message_id) FROM messages WHERE position > 0 ORDER BY position LIMIT 100",
        ];
        let mut known = HashMap::new();
        for (sample, sql) in SAMPLES.into_iter().enumerate() {
            let found = self.read(|connection| {
                connection
                    .prepare(sql)?
                    .query_map((), |row| Ok(((sample, row.get(0)?), row.get(1)?)))?
                    .collect::<Result<Vec<_>, _>>()
            });
            known.extend(found.unwrap_or_default());
        }
        known
    }

    /// How many texts the conversations say they have.
    pub(super) fn count_expected_texts(&mut self) -> Option<u64> {
        self.read(|connection| {
            connection.query_row(
                "SELECT coalesce(sum(message_count), 0) FROM conversations",
                (),
                |row| row.get::<_, i64>(0),
            )
        })
        .and_then(|count| u64::try_from(count).ok())
    }

    /// From before when retention has deleted texts.
    pub(super) fn floor_of_texts(&mut self) -> Option<i64> {
        let document = |name: &'static str| {
            move |connection: &Connection| {
                connection.query_row(
                    "SELECT value FROM settings WHERE name = ?1",
                    [name],
                    |row| row.get::<_, String>(0),
                )
            }
        };
        let runs: RunLog = serde_json::from_str(&self.read(document(RUNS.0))?).ok()?;
        let settings = self.read(document(SETTINGS.0))?;
        let settings: RetentionSettings = serde_json::from_str(&settings).ok()?;
        runs.floors.texts(&settings).map(|at| at.0)
    }

    /// Next positions and the moment of going live; `None` where they cannot be read.
    pub(super) fn read_counters(&mut self) -> Option<(i64, i64, i64, Option<i64>)> {
        self.read(|connection| {
            connection.query_row(
                "SELECT revision, next_live_position, next_history_position, live_since_at
                 FROM store_state",
                (),
                |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?)),
            )
        })
    }
}

/// A walk over the rows of one table. Columns that are not known here any more are left behind.
pub(super) struct Walk {
    forwards: String,
    backwards: String,
    pub(super) insert: String,
    /// Everything below was seen going forwards.
    low: i64,
    /// Everything above was seen going backwards.
    high: i64,
    limit: u32,
    /// Which columns its rows have, in their order.
    columns: Vec<String>,
    /// The two met, or the end was reached.
    pub(super) is_whole: bool,
}

impl Walk {
    pub(super) fn over(old: &mut OldFile, table: &str, known: &[String]) -> Option<Self> {
        let columns = old
            .read(|connection| {
                connection
                    .prepare(&format!("SELECT name FROM pragma_table_info('{table}')"))?
                    .query_map((), |row| row.get::<_, String>(0))?
                    .collect::<Result<Vec<_>, _>>()
            })
            .map(|columns| {
                columns
                    .into_iter()
                    .filter(|it| known.contains(it))
                    .collect::<Vec<_>>()
            })
            .filter(|columns| !columns.is_empty())?;
        let names = columns.join(", ");
        let marks = vec!["?"; columns.len()].join(", ");
        let select = format!("SELECT rowid, {names} FROM {table} WHERE rowid > ? AND rowid < ?");
        Some(Self {
            forwards: format!("{select} ORDER BY rowid LIMIT ?"),
            backwards: format!("{select} ORDER BY rowid DESC LIMIT ?"),
            insert: format!("INSERT OR IGNORE INTO {table} ({names}) VALUES ({marks})"),
            low: i64::MIN,
            high: i64::MAX,
            limit: CHUNK,
            is_whole: false,
            columns,
        })
    }

    /// Where a column stands in the rows.
    pub(super) fn column(&self, name: &str) -> Option<usize> {
        self.columns.iter().position(|column| column == name)
    }

    /// The next rows, in ascending order; `None` at the end of this direction.
    pub(super) fn next(&mut self, old: &mut OldFile, backwards: bool) -> Option<Vec<Vec<Value>>> {
        while self.limit > 0 {
            let sql = if backwards {
                &self.backwards
            } else {
                &self.forwards
            };
            let range = (self.low, self.high, self.limit);
            let Some(mut rows) = old.read(|connection| read_rows(connection, sql, range)) else {
                self.limit /= 2;
                continue;
            };
            if rows.is_empty() {
                self.is_whole = true;
                return None;
            }
            if backwards {
                rows.reverse();
                self.high = rows.first().map_or(self.high, |(rowid, _)| *rowid);
            } else {
                self.low = rows.last().map_or(self.low, |(rowid, _)| *rowid);
            }
            return Some(rows.into_iter().map(|(_, values)| values).collect());
        }
        // The other direction starts with whole chunks again.
        self.limit = CHUNK;
        None
    }
}

type RowOf = (i64, Vec<Value>);

fn read_rows(
    old: &Connection,
    sql: &str,
    range: (i64, i64, u32),
) -> Result<Vec<RowOf>, rusqlite::Error> {
    let mut statement = old.prepare_cached(sql)?;
    let columns = statement.column_count();
    statement
        .query_map(range, |row| {
            let values = (1..columns)
                .map(|column| row.get(column))
                .collect::<Result<_, _>>()?;
            Ok((row.get(0)?, values))
        })?
        .collect()
}

//! Carrying over what can still be read of a database that was set aside.
//!
//! Owns the walk over a damaged file: every table from its start and, past the damage, from its end. It
//! refuses to change the old file, and to carry over cursors of the exchange with the carrier: what was lost
//! is fetched again, and by SID nothing comes twice.

use std::path::PathBuf;

use rusqlite::types::Value;
use rusqlite::{Connection, ErrorCode, params_from_iter};
use tern_domain::MediaId;
use uuid::Uuid;

use crate::error::{During as _, StoreError};
use crate::key::DatabaseKey;
use crate::layout::Layout;
use crate::media_files::MediaFiles;
use crate::open::{Access, OpenStoreError, SetAside, open_connection};
use crate::store::Store;
use crate::tx::WriteTx;

/// Tables that are carried over, parents first. Figures are not: they are counted anew from texts and events.
const TABLES: [&str; 50] = [
    "conversations",
    "messages",
    "message_days",
    "message_masks",
    "events",
    "interactions",
    "wrap_up_segments",
    "routing_config",
    "agent_pins",
    "presence",
    "work_items",
    "outbox",
    "media",
    "media_fetches",
    "timers",
    "drafts",
    "notes",
    "notices",
    "saved_views",
    "messaging_actions",
    "inbound_journal",
    "diagnostics",
    "people",
    "person_phones",
    "messaging_profiles",
    "topics",
    "topic_versions",
    "topic_tests",
    "topic_counts",
    "bot_sessions",
    "bot_handovers",
    "bot_requests",
    "record_tables",
    "record_rows",
    "record_cells",
    "verifications",
    "account_links",
    "elevations",
    "subscriptions",
    "consents",
    "carrier_wipes",
    "notifications",
    "notification_runs",
    "notification_recipients",
    "history_imports",
    "imported_texts",
    "imported_conversations",
    "imported_people",
    "imported_blocks",
    "settings",
];

/// Rows read at once; halved where there is damage, down to one.
const CHUNK: u32 = 512;

/// What was carried over.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Salvage {
    /// Tables of which everything could be read, with their rows.
    pub whole: Vec<(&'static str, u64)>,
    /// Tables of which a part could not be read, with the rows that could.
    pub partial: Vec<(&'static str, u64)>,
    /// Media files carried over.
    pub media_files: u64,
}

impl Salvage {
    /// Texts that were carried over.
    #[must_use]
    pub fn texts(&self) -> u64 {
        let tables = self.whole.iter().chain(&self.partial);
        tables
            .filter(|(table, _)| *table == "messages")
            .map(|(_, rows)| rows)
            .sum()
    }
}

impl Store {
    /// Carries over what can be read of a database that was set aside into this one, which must be new.
    /// Blocks, for as long as the old file is large: call it off the async runtime.
    ///
    /// # Errors
    /// [`OpenStoreError::WrongKey`] or [`OpenStoreError::Damaged`] if nothing at all can be read,
    /// [`OpenStoreError::Store`] if this database is not new or cannot be written.
    pub fn salvage(&self, aside: &SetAside, key: &DatabaseKey) -> Result<Salvage, OpenStoreError> {
        let layout = Layout::new(&aside.folder, &aside.name);
        let mut old = OldFile::open(&layout, key)
            .map_err(|source| OpenStoreError::from_sql("read what was set aside", source))?;
        self.write_blocking(|tx| tx.check_is_new())?;
        let mut salvage = Salvage::default();
        for table in TABLES {
            let (rows, is_whole) = self.carry_over(&mut old, table)?;
            if is_whole {
                salvage.whole.push((table, rows));
            } else {
                salvage.partial.push((table, rows));
            }
        }
        let counters = old.read_counters();
        self.write_blocking(move |tx| tx.restore_counters(counters))?;
        let old_media = MediaFiles::open(&layout, key)?;
        salvage.media_files = self.carry_media_over(old_media)?;
        Ok(salvage)
    }

    /// One table: forwards as far as it goes, then backwards from the end.
    fn carry_over(
        &self,
        old: &mut OldFile,
        table: &'static str,
    ) -> Result<(u64, bool), StoreError> {
        let Some(mut walk) = Walk::over(old, table) else {
            return Ok((0, false));
        };
        let mut rows = 0;
        for backwards in [false, true] {
            while let Some(chunk) = walk.next(old, backwards) {
                let insert = walk.insert.clone();
                rows += self.write_blocking(move |tx| tx.insert_salvaged(&insert, chunk))?;
            }
            if walk.is_whole {
                break;
            }
        }
        Ok((rows, walk.is_whole))
    }

    fn carry_media_over(&self, old: MediaFiles) -> Result<u64, StoreError> {
        let ids = self.read_blocking(|conn| conn.list_media_ids())?;
        self.media(move |new| {
            let mut carried = 0;
            for id in ids {
                // A file that is gone or damaged is fetched again, or shown as unavailable.
                if let Ok(Some(content)) = old.find(id) {
                    new.write(id, &content)?;
                    carried += 1;
                    // One that cannot be read is made again.
                    if let Ok(Some(thumbnail)) = old.find_thumbnail(id) {
                        new.write_thumbnail(id, &thumbnail)?;
                    }
                }
            }
            Ok(carried)
        })
        .wait()
    }
}

/// The file that was set aside.
struct OldFile {
    path: PathBuf,
    key: DatabaseKey,
    connection: Connection,
}

impl OldFile {
    fn open(layout: &Layout, key: &DatabaseKey) -> Result<Self, rusqlite::Error> {
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
    fn read<T>(
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

    /// Next positions and the moment of going live; `None` where they cannot be read.
    fn read_counters(&mut self) -> Option<(i64, i64, i64, Option<i64>)> {
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

/// A walk over the rows of one table.
struct Walk {
    forwards: String,
    backwards: String,
    insert: String,
    /// Everything below was seen going forwards.
    low: i64,
    /// Everything above was seen going backwards.
    high: i64,
    limit: u32,
    /// The two met, or the end was reached.
    is_whole: bool,
}

impl Walk {
    fn over(old: &mut OldFile, table: &str) -> Option<Self> {
        let columns = old
            .read(|connection| {
                connection
                    .prepare(&format!("SELECT name FROM pragma_table_info('{table}')"))?
                    .query_map((), |row| row.get::<_, String>(0))?
                    .collect::<Result<Vec<_>, _>>()
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
        })
    }

    /// The next rows, in ascending order; `None` at the end of this direction.
    fn next(&mut self, old: &mut OldFile, backwards: bool) -> Option<Vec<Vec<Value>>> {
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

impl WriteTx<'_> {
    fn check_is_new(&self) -> Result<(), StoreError> {
        const OPERATION: &str = "look whether the database is new";
        let has_texts: bool = self
            .connection()
            .query_row("SELECT EXISTS (SELECT 1 FROM conversations)", (), |row| {
                row.get(0)
            })
            .during(OPERATION)?;
        if has_texts {
            return Err(StoreError::NotNew);
        }
        Ok(())
    }

    /// Inserts rows as they were; one that does not fit any more, because what it belongs to is lost, is
    /// left out. Answers how many were kept.
    fn insert_salvaged(&mut self, sql: &str, rows: Vec<Vec<Value>>) -> Result<u64, StoreError> {
        const OPERATION: &str = "carry rows over";
        let mut statement = self.connection().prepare_cached(sql).during(OPERATION)?;
        let mut kept = 0;
        for values in rows {
            match statement.execute(params_from_iter(values)) {
                Ok(inserted) => kept += u64::try_from(inserted).unwrap_or(0),
                Err(error) if error.sqlite_error_code() == Some(ErrorCode::ConstraintViolation) => {
                }
                Err(error) => return Err(StoreError::from_sql(OPERATION, error)),
            }
        }
        Ok(kept)
    }

    /// Sets the counters so that no position is used twice, and corrects what lost texts left behind.
    fn restore_counters(
        &mut self,
        counters: Option<(i64, i64, i64, Option<i64>)>,
    ) -> Result<(), StoreError> {
        const OPERATION: &str = "restore the counters";
        let (revision, live, history, live_since) = counters.unwrap_or((0, 1, 0, None));
        self.connection()
            .execute(
                "UPDATE store_state SET revision = max(revision, ?1), live_since_at = ?4,
                    next_live_position = max(?2, 1 + (SELECT coalesce(max(position), 0) FROM messages)),
                    next_history_position = min(?3, (
                        SELECT coalesce(min(position), 1) FROM messages WHERE position > -2251799813685248) - 1)",
                (revision, live, history, live_since),
            )
            .during(OPERATION)?;
        self.connection()
            .execute_batch(
                "UPDATE conversations SET
                    message_count = (
                        SELECT count(*) FROM messages
                        WHERE messages.conversation_id = conversations.conversation_id
                    ),
                    last_position = (
                        SELECT max(position) FROM messages
                        WHERE messages.conversation_id = conversations.conversation_id
                    )",
            )
            .during(OPERATION)
    }
}

impl crate::tx::ReadConn<'_> {
    fn list_media_ids(&self) -> Result<Vec<MediaId>, StoreError> {
        const OPERATION: &str = "list media";
        self.prepare("SELECT media_id FROM media", OPERATION)?
            .query_map((), |row| {
                row.get::<_, [u8; 16]>(0)
                    .map(|id| MediaId::new(Uuid::from_bytes(id)))
            })
            .and_then(Iterator::collect)
            .during(OPERATION)
    }
}

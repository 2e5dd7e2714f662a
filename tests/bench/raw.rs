//! The peer: the same rows into the same schema on bare SQLCipher, with nothing of Tern's around it.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use anyhow::Context as _;
use rusqlite::{Connection, params};
use tern_domain::{CarrierMessage, Direction};

use crate::corpus::CONVERSATIONS;
use crate::seed::KEY;

const SCHEMA: &str = include_str!("../../migrations/0001_init.sql");

const INSERT: &str = "
    INSERT INTO messages (position, message_id, sid, conversation_id, direction, body, status, error_code,
        segments, media_count, at, author, counted, unsettled)
    VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, NULL, 0, 0)";

/// The hexadecimal digits of a key.
fn key_digits(key: &[u8; 32]) -> String {
    key.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Opens a file with the pragmas that Tern uses.
pub(crate) fn open(path: &Path, key: &[u8; 32]) -> anyhow::Result<Connection> {
    let connection = Connection::open(path)?;
    connection.execute_batch(&format!("PRAGMA key = \"x'{}'\"", key_digits(key)))?;
    connection.execute_batch("PRAGMA temp_store = MEMORY; PRAGMA cache_size = -16384;")?;
    connection.execute_batch("PRAGMA secure_delete = ON; PRAGMA foreign_keys = ON;")?;
    connection.query_row("PRAGMA journal_mode = WAL", (), |_| Ok(()))?;
    connection.execute_batch("PRAGMA synchronous = FULL")?;
    connection.set_prepared_statement_cache_capacity(64);
    Ok(connection)
}

/// A file that takes the same rows as Tern's import.
pub(crate) struct Bare {
    path: PathBuf,
    connection: Connection,
    conversations: HashMap<String, i64>,
    next_position: i64,
}

impl Bare {
    pub(crate) fn create(folder: &Path) -> anyhow::Result<Self> {
        let path = folder.join("bare.db");
        let mut connection = open(&path, &KEY)?;
        let transaction = connection.transaction()?;
        transaction.execute_batch(SCHEMA).context("schema")?;
        for number in 1..=i64::try_from(CONVERSATIONS)? {
            transaction.execute(
                "INSERT INTO conversations (conversation_id, channel, requester_address, provider_number,
                    requester_search) VALUES (?1, 'sms', ?2, '+15005550006', ?2)",
                params![number, number.to_string()],
            )?;
        }
        transaction.commit()?;
        Ok(Self {
            path,
            connection,
            conversations: HashMap::new(),
            next_position: 0,
        })
    }

    /// Inserts one page, which is newest first, in one transaction; answers the time it took.
    pub(crate) fn insert(&mut self, page: &[CarrierMessage]) -> anyhow::Result<Duration> {
        let mut rows = Vec::with_capacity(page.len());
        for message in page.iter().rev() {
            let next = i64::try_from(self.conversations.len())? + 1;
            let requester = message.requester().as_str().to_owned();
            let conversation = *self.conversations.entry(requester).or_insert(next);
            rows.push((conversation, message));
        }
        self.next_position -= i64::try_from(rows.len())?;
        let begin = Instant::now();
        let transaction = self.connection.transaction()?;
        {
            let mut statement = transaction.prepare_cached(INSERT)?;
            for (position, (conversation, message)) in (self.next_position + 1..).zip(&rows) {
                statement.execute(params![
                    position,
                    message_id(message, position),
                    message.sid.as_str().as_bytes().get(..17),
                    conversation,
                    i64::from(message.direction == Direction::Outbound),
                    message.body.as_str(),
                    message.status.as_str(),
                    message.error_code,
                    message.segments,
                    message.media_count,
                    message.created_at.0,
                ])?;
            }
        }
        transaction.commit()?;
        Ok(begin.elapsed())
    }

    /// Closes and removes the file.
    pub(crate) fn remove(self) -> anyhow::Result<()> {
        drop(self.connection);
        std::fs::remove_file(self.path)?;
        Ok(())
    }
}

/// Sixteen bytes that begin with the time, as UUIDv7 do.
fn message_id(message: &CarrierMessage, position: i64) -> [u8; 16] {
    let time = message.created_at.0.to_be_bytes();
    let mut id = [0; 16];
    for (to, from) in id
        .iter_mut()
        .zip(time.into_iter().chain(position.to_be_bytes()))
    {
        *to = from;
    }
    id
}

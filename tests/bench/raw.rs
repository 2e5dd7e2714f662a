//! The peer: the same rows into the same schema on bare SQLCipher, with nothing of Tern's around it.

use std::path::Path;

use anyhow::Context as _;
use rusqlite::{Connection, params};
use tern_domain::{CarrierMessage, Direction};

const SCHEMA: &str = include_str!("../../migrations/0001_init.sql");

const INSERT: &str = "
    INSERT INTO messages (position, message_id, sid, conversation_id, direction, body, status, error_code,
        segments, media_count, at, author, counted, unsettled)
    VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, NULL, 0, 0)";

/// The hexadecimal digits of a key.
pub(crate) fn key_digits(key: &[u8; 32]) -> String {
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

/// An empty file with Tern's schema and this many conversations.
pub(crate) fn create(
    path: &Path,
    key: &[u8; 32],
    conversations: u64,
) -> anyhow::Result<Connection> {
    let mut connection = open(path, key)?;
    let transaction = connection.transaction()?;
    transaction.execute_batch(SCHEMA).context("schema")?;
    for number in 1..=conversations {
        transaction.execute(
            "INSERT INTO conversations (conversation_id, channel, requester_address, provider_number,
                requester_search) VALUES (?1, 'sms', ?2, '+15005550006', ?2)",
            params![i64::try_from(number)?, number.to_string()],
        )?;
    }
    transaction.commit()?;
    Ok(connection)
}

/// Inserts one page in one transaction, oldest first, from a position on.
pub(crate) fn insert_page(
    connection: &mut Connection,
    first_position: i64,
    page: &[(i64, CarrierMessage)],
) -> anyhow::Result<()> {
    let transaction = connection.transaction()?;
    {
        let mut statement = transaction.prepare_cached(INSERT)?;
        for (position, (conversation, message)) in (first_position..).zip(page) {
            let mut id = [0; 16];
            for (to, from) in id.iter_mut().zip(
                message
                    .created_at
                    .0
                    .to_be_bytes()
                    .into_iter()
                    .chain(position.to_be_bytes()),
            ) {
                *to = from;
            }
            statement.execute(params![
                position,
                id,
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
    Ok(())
}

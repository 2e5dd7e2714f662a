//! Opens one connection: the key first, then what every connection needs.
//!
//! Owns the pragmas and their reasons. It refuses to run any statement before the key is set, because
//! SQLCipher would take the file for a plain one.

use std::path::Path;
use std::time::Duration;

use rusqlite::config::DbConfig;
use rusqlite::{Connection, OpenFlags};

use crate::key::DatabaseKey;
use crate::search::add_function;

/// What a connection may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Access {
    /// Everything; creates the file if there is none.
    ReadWrite,
    /// Reading only, enforced twice: by the open mode and by `query_only`.
    ReadOnly,
    /// Reading only, what is left of a damaged file.
    Salvage,
}

/// Page cache per connection. Decrypting a page costs about 15 µs, so the inner pages of the indexes
/// should stay decrypted; all connections together stay below half of the memory budget.
const WRITER_CACHE_KIB: i64 = 16 * 1024;
const READER_CACHE_KIB: i64 = 12 * 1024;

/// Statements kept compiled per connection: all of them.
const STATEMENT_CACHE: usize = 160;

/// Opens and keys a connection. Reads nothing yet, so a wrong key is not noticed here.
pub(crate) fn open_connection(
    path: &Path,
    key: &DatabaseKey,
    access: Access,
) -> Result<Connection, rusqlite::Error> {
    let common = OpenFlags::SQLITE_OPEN_NO_MUTEX | OpenFlags::SQLITE_OPEN_EXRESCODE;
    let flags = match access {
        Access::ReadWrite => {
            OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE | common
        }
        Access::ReadOnly | Access::Salvage => OpenFlags::SQLITE_OPEN_READ_ONLY | common,
    };
    let connection = Connection::open_with_flags(path, flags)?;
    connection.execute_batch(&key.key_statement())?;
    if access == Access::Salvage {
        // A file that was cut short is refused as a whole, because its header tells of more pages, unless the
        // connection has said that it expects oddities. It cannot write all the same.
        connection.execute_batch("PRAGMA writable_schema = ON")?;
    }
    // SQLCipher prints its own complaints on stderr; every one of them also comes back as an error code.
    connection.execute_batch("PRAGMA cipher_log_level = NONE")?;
    // Locking and wiping SQLite's whole heap halves the speed and protects only against somebody who can
    // already read this process's memory, and with it the key.
    connection.execute_batch("PRAGMA cipher_memory_security = OFF")?;
    connection.busy_timeout(Duration::from_secs(5))?;
    connection.set_prepared_statement_cache_capacity(STATEMENT_CACHE);
    // Sorts and temporary indexes hold message text: never in a file. And no memory map: SQLCipher cannot
    // decrypt in one.
    connection.execute_batch("PRAGMA temp_store = MEMORY; PRAGMA mmap_size = 0")?;
    connection.execute_batch("PRAGMA trusted_schema = OFF; PRAGMA cell_size_check = ON")?;
    add_function(&connection)?;
    // A file that is refused after a look inside is not to be touched, not even by emptying its log.
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, true)?;
    let cache = match access {
        Access::ReadWrite => WRITER_CACHE_KIB,
        Access::ReadOnly | Access::Salvage => READER_CACHE_KIB,
    };
    connection.pragma_update(None, "cache_size", -cache)?;
    if access != Access::ReadWrite {
        connection.execute_batch("PRAGMA query_only = ON")?;
    }
    Ok(connection)
}

/// Sets what only the writer needs, and what is kept in the file. Reads the file: a wrong key or a damaged
/// header is noticed here.
pub(crate) fn prepare_writer(connection: &Connection) -> Result<(), rusqlite::Error> {
    // Deleted content is overwritten, not only unlinked.
    connection.execute_batch("PRAGMA secure_delete = ON; PRAGMA foreign_keys = ON")?;
    connection.query_row("PRAGMA journal_mode = WAL", (), |_| Ok(()))?;
    // A committed intent to send must survive a power cut, or it could be sent twice: the log is synced at
    // every commit. Checkpoints are made by the writer thread when nobody waits.
    connection.execute_batch("PRAGMA synchronous = FULL")?;
    connection.query_row("PRAGMA wal_autocheckpoint = 0", (), |_| Ok(()))?;
    connection.query_row("PRAGMA journal_size_limit = 16777216", (), |_| Ok(()))
}

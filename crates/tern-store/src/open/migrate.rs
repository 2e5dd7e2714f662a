//! Brings a file to the schema that this program knows.
//!
//! Owns the order of things: refuse a newer file, copy an older one, then one transaction per step that also
//! stamps the version. A crash at any point leaves a file of some version, never one in between.

use rusqlite::{Connection, TransactionBehavior};

use super::error::OpenStoreError;
use super::migrations::{Migration, find_gap};
use crate::files;
use crate::layout::Layout;

/// Marks a file as Tern's: `TERN` in ASCII.
const APPLICATION_ID: u32 = 0x5445_524E;

/// Brings the file to the newest version of the list.
pub(crate) fn migrate(
    connection: &mut Connection,
    layout: &Layout,
    migrations: &[Migration],
) -> Result<(), OpenStoreError> {
    if let Some(version) = find_gap(migrations) {
        return Err(OpenStoreError::MigrationGap { version });
    }
    let found = read_pragma(connection, "user_version")?;
    let known = migrations.last().map_or(0, |migration| migration.version);
    if found > known {
        return Err(OpenStoreError::FileTooNew { found, known });
    }
    if found == 0 && has_tables(connection)? {
        return Err(OpenStoreError::NotTern);
    }
    if found > 0 && read_pragma(connection, "application_id")? != APPLICATION_ID {
        return Err(OpenStoreError::NotTern);
    }
    if found > 0 && found < known {
        copy_before_upgrade(connection, layout, found)?;
    }
    for migration in migrations
        .iter()
        .filter(|migration| migration.version > found)
    {
        run(connection, migration)?;
    }
    Ok(())
}

fn run(connection: &mut Connection, migration: &Migration) -> Result<(), OpenStoreError> {
    let failed = |source| OpenStoreError::from_sql("upgrade the database", source);
    let transaction = connection
        .transaction_with_behavior(TransactionBehavior::Immediate)
        .map_err(failed)?;
    transaction.execute_batch(migration.sql).map_err(failed)?;
    transaction
        .pragma_update(None, "application_id", APPLICATION_ID)
        .map_err(failed)?;
    transaction
        .pragma_update(None, "user_version", migration.version)
        .map_err(failed)?;
    transaction.commit().map_err(failed)?;
    tracing::info!(version = migration.version, "database schema upgraded");
    Ok(())
}

/// Copies the encrypted file as it is. The log is emptied first, so that the one file is everything.
fn copy_before_upgrade(
    connection: &Connection,
    layout: &Layout,
    version: u32,
) -> Result<(), OpenStoreError> {
    connection
        .query_row("PRAGMA wal_checkpoint(TRUNCATE)", (), |_| Ok(()))
        .map_err(|source| OpenStoreError::from_sql("empty the write-ahead log", source))?;
    let copy = layout.copy_before_upgrade(version);
    files::copy_durably(&layout.database(), &copy)
        .map_err(|source| OpenStoreError::from_io("write the copy", copy, source))
}

fn read_pragma(connection: &Connection, name: &'static str) -> Result<u32, OpenStoreError> {
    connection
        .pragma_query_value(None, name, |row| row.get(0))
        .map_err(|source| OpenStoreError::from_sql("read the schema version", source))
}

fn has_tables(connection: &Connection) -> Result<bool, OpenStoreError> {
    connection
        .query_row("SELECT EXISTS (SELECT 1 FROM sqlite_schema)", (), |row| {
            row.get(0)
        })
        .map_err(|source| OpenStoreError::from_sql("read the schema", source))
}

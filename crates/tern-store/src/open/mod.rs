//! Opening a database: lock, key check, key, migrations.
//!
//! Owns the order of the steps, each of which leaves the file as it was when it fails. It refuses to guess:
//! a wrong key, a newer file, damage, a full disk and a second process each have their own answer.

mod connection;
mod error;
mod lock;
mod migrate;
mod migrations;
#[cfg(test)]
mod schema_tests;
mod set_aside;

use std::path::PathBuf;

use rusqlite::{Connection, ErrorCode};

pub(crate) use connection::{Access, open_connection, prepare_writer};
pub use error::OpenStoreError;
pub(crate) use lock::FolderLock;
pub(crate) use migrations::MIGRATIONS;
pub use set_aside::{SetAside, set_aside};

use crate::files;
use crate::key::{DatabaseKey, KeyCheck, KeyVerdict};
use crate::layout::{FileName, Layout, rotation_marker};

/// What to open.
#[derive(Debug, Clone)]
pub struct OpenConfig {
    /// Folder of the database; made if it is not there.
    pub folder: PathBuf,
    /// Name within the folder.
    pub name: FileName,
    /// Key of the database; becomes the key of a new one.
    pub key: DatabaseKey,
    /// Reading connections, each with a thread of its own (at least 1).
    pub readers: usize,
}

impl OpenConfig {
    /// With the usual number of readers: one for the window's own calls, one for searches.
    #[must_use]
    pub const fn new(folder: PathBuf, name: FileName, key: DatabaseKey) -> Self {
        Self {
            folder,
            name,
            key,
            readers: 2,
        }
    }
}

/// A database that was opened, keyed and migrated.
#[derive(Debug)]
pub(crate) struct OpenedFile {
    pub(crate) layout: Layout,
    pub(crate) lock: FolderLock,
    pub(crate) writer: Connection,
    pub(crate) readers: Vec<Connection>,
    /// The log was emptied when the file was last closed.
    pub(crate) was_closed_properly: bool,
}

/// Opens the file with the given migrations.
pub(crate) fn open_file(
    config: &OpenConfig,
    migrations: &[migrations::Migration],
) -> Result<OpenedFile, OpenStoreError> {
    files::create_private_folder(&config.folder)
        .map_err(|source| OpenStoreError::from_io("create", &config.folder, source))?;
    let layout = Layout::new(&config.folder, &config.name);
    let lock = FolderLock::acquire(&layout)?;
    refuse_rotation(&config.folder)?;
    refuse_restore(&layout)?;
    let verdict = check_key(&layout, &config.key)?;

    let log = layout.log();
    let was_closed_properly = files::is_missing_or_empty(&log)
        .map_err(|source| OpenStoreError::from_io("look at", log, source))?;

    let failed = |source| from_first_read(source, verdict);
    let path = layout.database();
    let mut writer = open_connection(&path, &config.key, Access::ReadWrite).map_err(failed)?;
    // Before anything is changed: does the key fit, and is there a readable first page?
    writer
        .query_row("SELECT count(*) FROM sqlite_schema", (), |_| Ok(()))
        .map_err(failed)?;
    if verdict == KeyVerdict::Unknown {
        // The key fits after all, or the file is new.
        write_key_check(&layout, &config.key)?;
    }
    prepare_writer(&writer).map_err(failed)?;
    migrate::migrate(&mut writer, &layout, migrations)?;
    if !was_closed_properly {
        // What was wiped before the end came may still stand in the log.
        writer
            .query_row("PRAGMA wal_checkpoint(TRUNCATE)", (), |_| Ok(()))
            .map_err(|source| OpenStoreError::from_sql("empty the write-ahead log", source))?;
    }

    let readers = (0..config.readers.max(1))
        .map(|_| open_connection(&path, &config.key, Access::ReadOnly))
        .collect::<Result<Vec<_>, _>>()
        .map_err(|source| OpenStoreError::from_sql("open a reading connection", source))?;
    Ok(OpenedFile {
        layout,
        lock,
        writer,
        readers,
        was_closed_properly,
    })
}

/// Halfway through the swap of a rotation a database can be missing; opening it would make an empty one.
fn refuse_rotation(folder: &std::path::Path) -> Result<(), OpenStoreError> {
    let marker = rotation_marker(folder);
    match files::exists(&marker) {
        Ok(false) => Ok(()),
        Ok(true) => Err(OpenStoreError::RotationInterrupted),
        Err(source) => Err(OpenStoreError::from_io("look at", marker, source)),
    }
}

/// The same in the middle of putting a backup into its place.
fn refuse_restore(layout: &Layout) -> Result<(), OpenStoreError> {
    let marker = layout.restore_marker();
    match files::exists(&marker) {
        Ok(false) => Ok(()),
        Ok(true) => Err(OpenStoreError::RestoreInterrupted),
        Err(source) => Err(OpenStoreError::from_io("look at", marker, source)),
    }
}

/// Whether a key may be that of a database: `false` only where the check beside it says that it is another's.
///
/// # Errors
/// [`OpenStoreError::Io`].
pub fn opens(
    folder: &std::path::Path,
    name: &FileName,
    key: &DatabaseKey,
) -> Result<bool, OpenStoreError> {
    let path = Layout::new(folder, name).key_check();
    let stored = files::read_if_present(&path)
        .map_err(|source| OpenStoreError::from_io("read", path, source))?;
    Ok(stored.is_none_or(|stored| KeyCheck::judge(&stored, key) != KeyVerdict::Wrong))
}

/// Asks the key check about the key, before the database is touched.
fn check_key(layout: &Layout, key: &DatabaseKey) -> Result<KeyVerdict, OpenStoreError> {
    let read_failed = |path: PathBuf| move |source| OpenStoreError::from_io("read", path, source);
    let database = layout.database();
    let check = layout.key_check();
    let is_new = files::is_missing_or_empty(&database).map_err(read_failed(database.clone()))?;
    if is_new {
        // Also after a crash between the check and the first page: then the old check says nothing.
        write_key_check(layout, key)?;
        return Ok(KeyVerdict::Right);
    }
    let stored = files::read_if_present(&check).map_err(read_failed(check))?;
    match stored.map_or(KeyVerdict::Unknown, |stored| KeyCheck::judge(&stored, key)) {
        KeyVerdict::Wrong => Err(OpenStoreError::WrongKey),
        verdict => Ok(verdict),
    }
}

fn write_key_check(layout: &Layout, key: &DatabaseKey) -> Result<(), OpenStoreError> {
    let check = KeyCheck::new(key).map_err(|_| OpenStoreError::Randomness)?;
    let path = layout.key_check();
    files::write_atomic(&path, &check.encode())
        .map_err(|source| OpenStoreError::from_io("write", path, source))
}

/// SQLCipher says "not a database" to a wrong key and to a damaged first page alike; the check decides.
fn from_first_read(source: rusqlite::Error, verdict: KeyVerdict) -> OpenStoreError {
    if source.sqlite_error_code() == Some(ErrorCode::NotADatabase) && verdict != KeyVerdict::Right {
        OpenStoreError::WrongKey
    } else {
        OpenStoreError::from_sql("open the database", source)
    }
}

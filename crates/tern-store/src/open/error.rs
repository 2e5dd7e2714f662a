//! Why a database could not be opened. Whatever the reason, nothing was changed.

use std::path::PathBuf;

use rusqlite::ErrorCode;
use thiserror::Error;

use crate::error::{StoreError, is_disk_full};

/// Why a database could not be opened. Each case has its own remedy, so each has its own variant.
#[derive(Debug, Error)]
pub enum OpenStoreError {
    /// The key does not belong to this file; the file was not touched.
    #[error("the key does not open this database")]
    WrongKey,
    /// A later version of Tern wrote the file; the file was not touched.
    #[error("the database has schema version {found}, this program knows versions up to {known}")]
    FileTooNew {
        /// Version stamped in the file.
        found: u32,
        /// Newest version known here.
        known: u32,
    },
    /// The key is right and the content is not: offer [`set_aside`](crate::set_aside).
    #[error("the database file is damaged")]
    Damaged {
        /// SQLite's words.
        #[source]
        source: rusqlite::Error,
    },
    /// Another process (or another `Store`) has it open.
    #[error("the database is in use by another process")]
    InUse,
    /// A rotation of the key was interrupted: [`Rotation::resume`](crate::Rotation::resume) comes first.
    #[error("a rotation of the key was interrupted")]
    RotationInterrupted,
    /// Putting a backup into the file's place was interrupted: [`settle_restore`](crate::settle_restore) comes first.
    #[error("a restore was interrupted")]
    RestoreInterrupted,
    /// No space left.
    #[error("the disk is full")]
    DiskFull,
    /// The system refused a file operation.
    #[error("could not {operation} {path}")]
    Io {
        /// What was tried.
        operation: &'static str,
        /// On which file.
        path: PathBuf,
        /// The system's words.
        #[source]
        source: std::io::Error,
    },
    /// SQLite refused for another reason.
    #[error("could not {operation}")]
    Sql {
        /// What was tried.
        operation: &'static str,
        /// SQLite's words.
        #[source]
        source: rusqlite::Error,
    },
    /// The file is a SQLCipher file under this key, but not one of Tern's.
    #[error("the file is not a Tern database")]
    NotTern,
    /// A thread could not be started.
    #[error("could not start a database thread")]
    Thread {
        /// The system's words.
        #[source]
        source: std::io::Error,
    },
    /// The system has no randomness to give.
    #[error("the system gives no random bytes")]
    Randomness,
    /// The new database could not take what was salvaged.
    #[error("could not carry over what was salvaged")]
    Store(#[from] StoreError),
    /// The list of migrations in this program has a gap: a mistake made at build time.
    #[error("the list of migrations has a gap before version {version}")]
    MigrationGap {
        /// The version that does not follow its predecessor.
        version: u32,
    },
}

impl OpenStoreError {
    pub(crate) fn from_sql(operation: &'static str, source: rusqlite::Error) -> Self {
        match source.sqlite_error_code() {
            Some(ErrorCode::DiskFull) => Self::DiskFull,
            Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase) => Self::Damaged { source },
            Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => Self::InUse,
            _ => Self::Sql { operation, source },
        }
    }

    pub(crate) fn from_io(
        operation: &'static str,
        path: impl Into<PathBuf>,
        source: std::io::Error,
    ) -> Self {
        if is_disk_full(&source) {
            Self::DiskFull
        } else {
            Self::Io {
                operation,
                path: path.into(),
                source,
            }
        }
    }
}

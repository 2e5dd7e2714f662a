//! What can go wrong once a database is open.
//!
//! Owns the mapping from SQLite's codes to the few cases a caller acts on. It refuses to carry values:
//! no message body, number or key is ever part of an error.

use rusqlite::ErrorCode;
use thiserror::Error;

use crate::tables::values::Undecodable;

/// A failed operation on an open database. Nothing of the transaction was kept.
#[derive(Debug, Error)]
pub enum StoreError {
    /// The store was closed, or its thread is gone.
    #[error("the database is closed")]
    Closed,
    /// No space left: nothing was written, what was there is intact.
    #[error("the disk is full while trying to {operation}")]
    DiskFull {
        /// What was tried.
        operation: &'static str,
        /// SQLite's or the system's words.
        #[source]
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// The file's content is not what was written (I-9 and its like cannot be trusted any more).
    #[error("the database file is damaged, found while trying to {operation}")]
    Damaged {
        /// What was tried.
        operation: &'static str,
        /// SQLite's words.
        #[source]
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// Nobody waits for the answer any more, so it was not looked for any further.
    #[error("nobody waits for the answer any more")]
    Stopped,
    /// SQLite refused a statement.
    #[error("could not {operation}")]
    Sql {
        /// What was tried.
        operation: &'static str,
        /// SQLite's words.
        #[source]
        source: rusqlite::Error,
    },
    /// A stored value does not read back as what it should be.
    #[error("a stored value of {column} cannot be understood")]
    Decode {
        /// Table and column.
        column: &'static str,
    },
    /// A value cannot be written down.
    #[error("could not encode {what}")]
    Encode {
        /// Which value.
        what: &'static str,
        /// Why.
        #[source]
        source: serde_json::Error,
    },
    /// Somebody else changed the aggregate between planning and applying: plan again.
    #[error("the aggregate is at version {found}, the plan expected {expected}")]
    VersionConflict {
        /// Version the plan was made for.
        expected: u32,
        /// Version in the file.
        found: u32,
    },
    /// Two active interactions on one conversation were about to exist (I-9): plan again.
    #[error("the conversation already has an active interaction")]
    ActiveInteractionExists,
    /// Two active profiles of one address were about to exist (P-8): plan again.
    #[error("the address already has an active profile")]
    ActiveProfileExists,
    /// What was salvaged goes into a new database only, so that nothing is mixed.
    #[error("the database is not new")]
    NotNew,
    /// Something named by id is not there.
    #[error("there is no such {what}")]
    NotFound {
        /// Kind of the thing.
        what: &'static str,
    },
    /// A closure given to the store panicked; the transaction was rolled back.
    #[error("an operation on the database panicked and was rolled back")]
    Panicked,
    /// An encrypted media file could not be read or written.
    #[error("could not {operation}")]
    MediaFile {
        /// What was tried.
        operation: &'static str,
        /// The system's words.
        #[source]
        source: std::io::Error,
    },
    /// A media file was changed from outside, or belongs to another key.
    #[error("a media file is damaged or was tampered with")]
    MediaTampered,
    /// The event log's hash chain is broken.
    #[error("the event log does not match its hash chain at entry {sequence}")]
    EventChainBroken {
        /// Sequence number of the first entry that does not fit.
        sequence: i64,
    },
}

impl StoreError {
    /// Sorts one of SQLite's errors into the cases a caller acts on.
    pub(crate) fn from_sql(operation: &'static str, source: rusqlite::Error) -> Self {
        if let rusqlite::Error::FromSqlConversionFailure(_, _, cause) = &source
            && let Some(Undecodable(column)) = cause.downcast_ref::<Undecodable>()
        {
            return Self::Decode { column };
        }
        match source.sqlite_error_code() {
            Some(ErrorCode::OperationInterrupted) => Self::Stopped,
            Some(ErrorCode::DiskFull) => Self::DiskFull {
                operation,
                source: Box::new(source),
            },
            Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase) => Self::Damaged {
                operation,
                source: Box::new(source),
            },
            _ => Self::Sql { operation, source },
        }
    }

    /// Sorts one of the system's errors about a media file.
    pub(crate) fn from_media_io(operation: &'static str, source: std::io::Error) -> Self {
        if is_disk_full(&source) {
            Self::DiskFull {
                operation,
                source: Box::new(source),
            }
        } else {
            Self::MediaFile { operation, source }
        }
    }
}

/// Whether the system says that there is no space left.
pub(crate) fn is_disk_full(error: &std::io::Error) -> bool {
    matches!(
        error.kind(),
        std::io::ErrorKind::StorageFull | std::io::ErrorKind::QuotaExceeded
    )
}

/// Says what was tried when a statement fails.
pub(crate) trait During<T> {
    /// `operation` completes the sentence "could not …".
    fn during(self, operation: &'static str) -> Result<T, StoreError>;
}

impl<T> During<T> for Result<T, rusqlite::Error> {
    fn during(self, operation: &'static str) -> Result<T, StoreError> {
        self.map_err(|source| StoreError::from_sql(operation, source))
    }
}

//! Why a backup could not be made, read or restored. Each case has its own remedy, so each has its own variant.

use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use thiserror::Error;

use super::format::VERSION;
use crate::error::{StoreError, is_disk_full};
use crate::open::OpenStoreError;
use crate::rotation::RotationError;

/// Why a backup could not be made, read or restored. What was there before is as it was.
#[derive(Debug, Error)]
pub enum BackupError {
    /// Somebody asked to stop.
    #[error("stopped")]
    Cancelled,
    /// The folder is not there: a disk that is not plugged in, or a folder that was moved.
    #[error("the folder is not there")]
    FolderMissing,
    /// The folder may not be written to.
    #[error("the folder cannot be written to")]
    ReadOnly,
    /// The disk of the backups has no room left.
    #[error("the disk of the backups is full")]
    Full,
    /// The disk of this computer has no room for what is restored.
    #[error("the disk has {free} bytes free, and {needed} are needed")]
    NoRoom {
        /// Bytes that are needed.
        needed: u64,
        /// Bytes that are free.
        free: u64,
    },
    /// There is no backup in the folder.
    #[error("there is no backup in this folder")]
    Empty,
    /// The desk's folder has backups, and the file with their key is not there (yet).
    #[error("the key file of the backups is missing")]
    KeyFileMissing,
    /// The file with the key is not one of Tern's, or was changed.
    #[error("the key file of the backups cannot be read")]
    KeyFileDamaged,
    /// The passphrase is not the one of these backups.
    #[error("the passphrase is not right")]
    WrongPassphrase,
    /// It belongs to another desk.
    #[error("the backup belongs to another desk")]
    OtherDesk,
    /// A later version of Tern made it.
    #[error("the backup has version {found}, this program knows versions up to {known}")]
    TooNew {
        /// Version found.
        found: u32,
        /// Newest one known here.
        known: u32,
    },
    /// The end of a backup's list is missing.
    #[error("the list of the backup was cut off")]
    CutOff,
    /// A backup's list is not as it was written.
    #[error("the list of the backup was changed")]
    Changed,
    /// A backup's list is authentic and cannot be understood: another version's, or a mistake.
    #[error("the list of the backup cannot be understood")]
    Unreadable,
    /// Parts are missing or are not as they were written.
    #[error("{missing} parts are missing, {cut_off} are cut off, {changed} were changed")]
    Parts {
        /// Files that are not there, perhaps not yet.
        missing: u64,
        /// Files whose end is missing.
        cut_off: u64,
        /// Files that are not as they were written.
        changed: u64,
    },
    /// The database in the backup does not hang together.
    #[error("the database in the backup is damaged")]
    Inside(#[source] StoreError),
    /// The file that is backed up changed while it was read, or is busy.
    #[error("the file could not be held still")]
    NotStill,
    /// The desk's own file could not be opened, written or replaced.
    #[error("could not work on the desk's file")]
    Database(#[from] OpenStoreError),
    /// The system refused another operation on the folder.
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
    /// The system has no randomness to give.
    #[error("the system gives no random bytes")]
    Randomness,
}

impl BackupError {
    pub(super) const fn too_new(found: u32) -> Self {
        Self::TooNew {
            found,
            known: VERSION,
        }
    }

    /// Sorts the system's answer about a file of the backup folder.
    pub(super) fn io(
        operation: &'static str,
        path: impl AsRef<Path>,
    ) -> impl FnOnce(std::io::Error) -> Self {
        let path = path.as_ref().to_owned();
        move |source| {
            if is_disk_full(&source) {
                return Self::Full;
            }
            match source.kind() {
                ErrorKind::PermissionDenied | ErrorKind::ReadOnlyFilesystem => Self::ReadOnly,
                _ => Self::Io {
                    operation,
                    path,
                    source,
                },
            }
        }
    }

    /// The same about a file of the desk's own folder.
    pub(super) fn own_io(
        operation: &'static str,
        path: impl Into<PathBuf>,
    ) -> impl FnOnce(std::io::Error) -> Self {
        let path = path.into();
        move |source| Self::Database(OpenStoreError::from_io(operation, path, source))
    }

    pub(super) fn sql(operation: &'static str) -> impl FnOnce(rusqlite::Error) -> Self {
        move |source| Self::Database(OpenStoreError::from_sql(operation, source))
    }
}

impl From<RotationError> for BackupError {
    fn from(error: RotationError) -> Self {
        match error {
            RotationError::Cancelled => Self::Cancelled,
            RotationError::NoRoom { needed, free } => Self::NoRoom { needed, free },
            RotationError::NotTheSame { .. } => Self::Inside(StoreError::Damaged {
                operation: "read the restored file back",
                source: "the copy is not the same".into(),
            }),
            RotationError::Database(error) => Self::Database(error),
        }
    }
}

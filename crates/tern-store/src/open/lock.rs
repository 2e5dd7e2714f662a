//! One process per database.
//!
//! Holds the operating system's lock on a file of its own, so that it ends with the process however it
//! ends. It refuses to wait: a second start should say so at once.

use std::fs::{File, TryLockError};

use super::error::OpenStoreError;
use crate::files;
use crate::layout::Layout;

/// The lock; released when dropped.
#[derive(Debug)]
pub(crate) struct FolderLock {
    _file: File,
}

impl FolderLock {
    /// Takes the lock of a database.
    pub(crate) fn acquire(layout: &Layout) -> Result<Self, OpenStoreError> {
        let path = layout.lock();
        let file = files::open_lock_file(&path)
            .map_err(|source| OpenStoreError::from_io("open", path.clone(), source))?;
        match file.try_lock() {
            Ok(()) => Ok(Self { _file: file }),
            Err(TryLockError::WouldBlock) => Err(OpenStoreError::InUse),
            Err(TryLockError::Error(source)) => Err(OpenStoreError::from_io("lock", path, source)),
        }
    }
}

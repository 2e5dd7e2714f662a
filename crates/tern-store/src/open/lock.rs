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
    file: File,
}

impl FolderLock {
    /// Takes the lock of a database.
    pub(crate) fn acquire(layout: &Layout) -> Result<Self, OpenStoreError> {
        let path = layout.lock();
        let file = files::open_lock_file(&path)
            .map_err(|source| OpenStoreError::from_io("open", path.clone(), source))?;
        match file.try_lock() {
            Ok(()) => Ok(Self { file }),
            Err(TryLockError::WouldBlock) => Err(OpenStoreError::InUse),
            Err(TryLockError::Error(source)) => Err(OpenStoreError::from_io("lock", path, source)),
        }
    }
}

impl Drop for FolderLock {
    fn drop(&mut self) {
        // Closing alone would leave it to a program that is just being started, which has a copy of every open file for
        // a moment: whoever opens the database next would be told that it is in use.
        if let Err(error) = self.file.unlock() {
            tracing::warn!(%error, "the lock of a database was not given back yet");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::layout::FileName;

    #[test]
    fn the_lock_ends_though_a_copy_of_its_file_is_still_open() {
        let folder = tempfile::tempdir().unwrap();
        let layout = Layout::new(folder.path(), &FileName::new("desk").unwrap());
        let lock = FolderLock::acquire(&layout).unwrap();
        // As a child process has one until it runs its own program.
        let copy = lock.file.try_clone().unwrap();
        assert!(matches!(
            FolderLock::acquire(&layout),
            Err(OpenStoreError::InUse)
        ));
        drop(lock);
        FolderLock::acquire(&layout).unwrap();
        drop(copy);
    }
}

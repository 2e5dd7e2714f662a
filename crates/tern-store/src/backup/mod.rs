//! Backups of a desk in a folder of the person's choice, and restoring them.
//!
//! A backup is a list of chunks: pieces of the encrypted database, and pictures. Chunks are named by a keyed hash of
//! their content and sealed, so what did not change is stored once, and a file is never written twice: a folder that is
//! synchronised with other places stays whole whatever the order in which its files arrive. It refuses to touch the
//! desk's own file, except to put a restored one into its place.

mod check;
mod error;
mod folder;
mod format;
mod make;
mod rebuild;
mod restore;
#[cfg(test)]
mod tests;
mod unpacked;

pub use check::BackupChecked;
pub use error::BackupError;
pub use folder::{BackupEntry, BackupName, BackupVault, FoundDesk, find_backup_desks};
pub use format::{BackupCounts, BackupDesk, BackupKey};
pub use make::thin_out;
pub use rebuild::Rebuilding;
pub use restore::{Restored, RestoredFrom, settle_restore};
pub use unpacked::Unpacked;

use crate::rotation::Going;

/// What is being done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum BackupPhase {
    /// The database is read or written.
    Texts,
    /// Pictures are read or written.
    Pictures,
    /// What was read is looked over as a whole.
    Checking,
}

/// How far it has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BackupProgress {
    /// What is being done.
    pub phase: BackupPhase,
    /// Bytes done.
    pub done: u64,
    /// Bytes altogether.
    pub total: u64,
}

/// Hears of progress, and decides whether to go on.
pub(crate) type BackupListener<'a> = &'a mut dyn FnMut(BackupProgress) -> Going;

/// Adds up what was done and tells it.
struct Gauge<'a> {
    done: u64,
    total: u64,
    listener: BackupListener<'a>,
}

impl<'a> Gauge<'a> {
    fn new(total: u64, listener: BackupListener<'a>) -> Self {
        Self {
            done: 0,
            total,
            listener,
        }
    }

    fn advance(&mut self, phase: BackupPhase, bytes: u64) -> Result<(), BackupError> {
        self.done = self.done.saturating_add(bytes).min(self.total);
        let progress = BackupProgress {
            phase,
            done: self.done,
            total: self.total,
        };
        match (self.listener)(progress) {
            Going::On => Ok(()),
            Going::Stop => Err(BackupError::Cancelled),
        }
    }
}

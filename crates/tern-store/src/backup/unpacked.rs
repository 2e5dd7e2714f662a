//! A backup as files beside the desk's own, for whoever wants some of its rows and not the whole.
//!
//! Owns the files until they are dropped. They lie where a restore would put them, so what a crash leaves is removed
//! before the next opening.

use std::path::Path;

use super::check::{Pictures, check_room, look_over, remove_files};
use super::folder::{BackupName, BackupVault};
use super::{BackupError, BackupListener, BackupPhase, Gauge};
use crate::files;
use crate::key::DatabaseKey;
use crate::layout::{FileName, Layout};
use crate::open::FolderLock;

/// A backup that was read, checked and unpacked.
#[derive(Debug)]
pub struct Unpacked {
    pub(crate) layout: Layout,
    pub(crate) key: DatabaseKey,
}

impl BackupVault {
    /// Unpacks a backup beside a desk's file, which nobody may have open, and looks it over. Blocks.
    ///
    /// # Errors
    /// [`BackupError`]; nothing is left behind then.
    pub fn unpack_beside(
        &self,
        backup: BackupName,
        (folder, name): (&Path, &FileName),
        listener: BackupListener<'_>,
    ) -> Result<Unpacked, BackupError> {
        let list = self.read_list(backup)?;
        let target = Layout::new(folder, name);
        let layout = target.restoring();
        files::create_private_folder(folder).map_err(BackupError::own_io("create", folder))?;
        let _lock = FolderLock::acquire(&target)?;
        remove_files(&layout)?;
        check_room(&layout, list.total())?;
        let key = list.file_key().ok_or(BackupError::Unreadable)?;
        // From here on whatever happens removes the files.
        let unpacked = Unpacked { layout, key };
        let mut gauge = Gauge::new(list.total(), listener);
        self.unpack(&list, &unpacked.layout, Pictures::Keep, &mut gauge)?;
        gauge.advance(BackupPhase::Checking, 0)?;
        look_over(&unpacked.layout, &unpacked.key)?;
        Ok(unpacked)
    }
}

impl Drop for Unpacked {
    fn drop(&mut self) {
        if let Err(error) = remove_files(&self.layout) {
            tracing::warn!(%error, "an unpacked backup was not removed yet");
        }
    }
}

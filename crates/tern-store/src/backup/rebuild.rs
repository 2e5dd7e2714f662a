//! A new file for a damaged one, which grows beside it until all of it is there.
//!
//! Owns the place and the order: until the marker is written the damaged file is the desk's, and a crash, a full disk or
//! a change of mind is answered by throwing the new one away. From then on it takes its place as a restored backup does.
//! It refuses to be opened by anybody else meanwhile.

use std::path::Path;

use tern_domain::UtcMillis;

use super::check::{check_room, remove_files};
use super::restore::{close_copy, put_in_place};
use super::{BackupError, Unpacked};
use crate::files;
use crate::key::DatabaseKey;
use crate::layout::{FileName, Layout};
use crate::open::{Access, FolderLock, OpenConfig, OpenStoreError, open_connection};
use crate::salvage::Salvage;
use crate::store::Store;

/// A new file that grows.
#[derive(Debug)]
pub struct Rebuilding {
    target: Layout,
    key: DatabaseKey,
    store: Option<Store>,
    /// Of the damaged file.
    _lock: FolderLock,
}

impl Rebuilding {
    /// Makes an empty one under the key beside a file, which nobody may have open. Blocks.
    ///
    /// # Errors
    /// [`BackupError::NoRoom`] where it could not become as large as the old one; what the disk answers.
    pub fn begin(
        (folder, name): (&Path, &FileName),
        key: &DatabaseKey,
    ) -> Result<Self, BackupError> {
        let target = Layout::new(folder, name);
        let lock = FolderLock::acquire(&target)?;
        let place = target.restoring().rotating();
        remove(&place)?;
        let old = target.database();
        let needed = files::size_of(&old).map_err(BackupError::own_io("look at", &old))?;
        check_room(&place, needed)?;
        let config = OpenConfig::new(folder.to_owned(), place.name().clone(), key.clone());
        let store = Store::open(&config)?;
        // Also where there is no picture: the old ones are to stay with the old file.
        let media = place.media();
        files::create_private_folder(&media).map_err(BackupError::own_io("create", &media))?;
        Ok(Self {
            target,
            key: key.clone(),
            store: Some(store),
            _lock: lock,
        })
    }

    /// Carries over what can be read of the damaged file, and fills in what a backup has of the rest: see
    /// [`Store::salvage`]. Blocks.
    ///
    /// # Errors
    /// As [`Store::salvage`].
    pub fn salvage(&self, backup: Option<&Unpacked>) -> Result<Salvage, OpenStoreError> {
        let old = (self.target.folder(), self.target.name());
        self.store()?.salvage(old, &self.key, backup)
    }

    /// The new file, to write more into.
    ///
    /// # Errors
    /// Never before [`Rebuilding::take_place`].
    pub fn store(&self) -> Result<&Store, OpenStoreError> {
        self.store.as_ref().ok_or(OpenStoreError::InUse)
    }

    /// Closes the new file and puts it in the damaged one's place, which is renamed. Gives its name from then on. Blocks.
    ///
    /// # Errors
    /// [`BackupError`]; the damaged file is in its place then, unless the last renames failed, which
    /// [`settle_restore`](super::settle_restore) does again.
    pub fn take_place(mut self, now: UtcMillis) -> Result<FileName, BackupError> {
        if let Some(store) = self.store.take() {
            store.close();
        }
        let place = self.target.restoring().rotating();
        let connection = open_connection(&place.database(), &self.key, Access::ReadWrite)
            .map_err(BackupError::sql("close the rebuilt file"))?;
        close_copy(&place, connection)?;
        put_in_place(&self.target, now)
    }
}

impl Drop for Rebuilding {
    fn drop(&mut self) {
        if let Some(store) = self.store.take() {
            store.close();
        }
        let marker = files::exists(&self.target.restore_marker());
        if matches!(marker, Ok(false))
            && let Err(error) = remove(&self.target.restoring().rotating())
        {
            tracing::warn!(%error, "a half rebuilt file was not removed yet");
        }
    }
}

fn remove(place: &Layout) -> Result<(), BackupError> {
    remove_files(place)?;
    let lock = place.lock();
    files::remove(&lock).map_err(BackupError::own_io("remove", &lock))
}

//! Encrypted files of pictures, beside the database.
//!
//! Owns one folder. Each file is sealed as a whole under a key derived from the database key, and bound to
//! its id, so that files cannot be swapped. It refuses to return anything that was changed from outside.

use std::path::PathBuf;

use tern_domain::MediaId;
use zeroize::Zeroizing;

use crate::error::StoreError;
use crate::files;
use crate::key::{DatabaseKey, Purpose, open_sealed, seal};
use crate::layout::Layout;
use crate::open::OpenStoreError;

/// The pictures of one database.
pub struct MediaFiles {
    folder: PathBuf,
    key: Zeroizing<[u8; 32]>,
}

impl std::fmt::Debug for MediaFiles {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter
            .debug_struct("MediaFiles")
            .field("folder", &self.folder)
            .finish_non_exhaustive()
    }
}

impl MediaFiles {
    pub(crate) fn open(layout: &Layout, key: &DatabaseKey) -> Result<Self, OpenStoreError> {
        let folder = layout.media();
        files::create_private_folder(&folder)
            .map_err(|source| OpenStoreError::from_io("create", &folder, source))?;
        Ok(Self {
            folder,
            key: key.derive(b"", Purpose::Media),
        })
    }

    fn path(&self, id: MediaId) -> PathBuf {
        self.folder.join(format!("{}.sealed", id.uuid().simple()))
    }

    /// Writes a file as one step; a crash leaves all of it or nothing. The same id again replaces it.
    ///
    /// # Errors
    /// [`StoreError::DiskFull`], [`StoreError::MediaFile`].
    pub fn write(&self, id: MediaId, content: &[u8]) -> Result<(), StoreError> {
        let sealed = seal(&self.key, id.uuid().as_bytes(), content).map_err(|error| {
            StoreError::from_media_io("seal a media file", std::io::Error::other(error))
        })?;
        files::write_atomic(&self.path(id), &sealed)
            .map_err(|source| StoreError::from_media_io("write a media file", source))
    }

    /// Reads a file whole; `None` if there is none.
    ///
    /// # Errors
    /// [`StoreError::MediaTampered`], [`StoreError::MediaFile`].
    pub fn find(&self, id: MediaId) -> Result<Option<Vec<u8>>, StoreError> {
        files::read_if_present(&self.path(id))
            .map_err(|source| StoreError::from_media_io("read a media file", source))?
            .map(|sealed| {
                open_sealed(&self.key, id.uuid().as_bytes(), &sealed)
                    .ok_or(StoreError::MediaTampered)
            })
            .transpose()
    }

    /// Removes a file; one that is not there is no error.
    ///
    /// # Errors
    /// [`StoreError::MediaFile`].
    pub fn delete(&self, id: MediaId) -> Result<(), StoreError> {
        files::remove(&self.path(id))
            .map_err(|source| StoreError::from_media_io("remove a media file", source))
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use uuid::Uuid;

    use super::*;
    use crate::layout::FileName;

    fn media(folder: &std::path::Path) -> MediaFiles {
        let layout = Layout::new(folder, &FileName::new("account").unwrap());
        MediaFiles::open(&layout, &DatabaseKey::from_bytes([5; 32])).unwrap()
    }

    const fn id(number: u128) -> MediaId {
        MediaId::new(Uuid::from_u128(number))
    }

    #[test]
    fn a_picture_comes_back_and_is_not_on_disk_in_clear() {
        let folder = tempfile::tempdir().unwrap();
        let media = media(folder.path());
        media.write(id(1), b"picture of a cat").unwrap();
        assert_eq!(media.find(id(1)).unwrap().unwrap(), b"picture of a cat");
        let raw = fs::read(media.path(id(1))).unwrap();
        assert!(!raw.windows(3).any(|window| window == b"cat"));
        media.delete(id(1)).unwrap();
        assert!(media.find(id(1)).unwrap().is_none());
    }

    #[test]
    fn changed_and_swapped_files_are_refused() {
        let folder = tempfile::tempdir().unwrap();
        let media = media(folder.path());
        media.write(id(1), b"one").unwrap();
        media.write(id(2), b"two").unwrap();
        fs::copy(media.path(id(2)), media.path(id(1))).unwrap();
        assert!(matches!(media.find(id(1)), Err(StoreError::MediaTampered)));
        fs::write(media.path(id(2)), b"").unwrap();
        assert!(matches!(media.find(id(2)), Err(StoreError::MediaTampered)));
    }
}

//! Encrypted files of pictures, beside the database.
//!
//! Owns one folder. Each file is sealed as a whole under a key derived from the database key, and bound to
//! its id, so that files cannot be swapped. It refuses to return anything that was changed from outside.
//!
//! A picture's thumbnail is a file like any other, under an id that follows from the picture's: whatever copies,
//! seals anew or restores files takes it along, and deleting a picture deletes both.

use std::path::PathBuf;

use tern_domain::MediaId;
use uuid::Uuid;
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

    fn path(&self, id: Uuid) -> PathBuf {
        self.folder.join(format!("{}.sealed", id.simple()))
    }

    /// Writes a file as one step; a crash leaves all of it or nothing. The same id again replaces it.
    ///
    /// # Errors
    /// [`StoreError::DiskFull`], [`StoreError::MediaFile`].
    pub fn write(&self, id: MediaId, content: &[u8]) -> Result<(), StoreError> {
        self.write_sealed(id.uuid(), content)
    }

    /// Writes a picture's thumbnail, likewise. Whoever calls this makes sure afterwards that the picture is still
    /// wanted: [`WriteTx::keep_thumbnail`](crate::WriteTx::keep_thumbnail).
    ///
    /// # Errors
    /// [`StoreError::DiskFull`], [`StoreError::MediaFile`].
    pub fn write_thumbnail(&self, of: MediaId, content: &[u8]) -> Result<(), StoreError> {
        self.write_sealed(thumbnail_id(of), content)
    }

    /// Reads a file whole; `None` if there is none.
    ///
    /// # Errors
    /// [`StoreError::MediaTampered`], [`StoreError::MediaFile`].
    pub fn find(&self, id: MediaId) -> Result<Option<Vec<u8>>, StoreError> {
        self.find_sealed(id.uuid())
    }

    /// Reads a picture's thumbnail; `None` if there is none.
    ///
    /// # Errors
    /// [`StoreError::MediaTampered`], [`StoreError::MediaFile`].
    pub fn find_thumbnail(&self, of: MediaId) -> Result<Option<Vec<u8>>, StoreError> {
        self.find_sealed(thumbnail_id(of))
    }

    /// Whether a picture has a thumbnail, without reading it.
    ///
    /// # Errors
    /// [`StoreError::MediaFile`].
    pub fn has_thumbnail(&self, of: MediaId) -> Result<bool, StoreError> {
        files::exists(&self.path(thumbnail_id(of)))
            .map_err(|source| StoreError::from_media_io("look for a thumbnail", source))
    }

    /// Removes a file and its thumbnail; one that is not there is no error.
    ///
    /// # Errors
    /// [`StoreError::MediaFile`].
    pub fn delete(&self, id: MediaId) -> Result<(), StoreError> {
        // The picture last: as long as it is there, somebody comes to delete it again.
        for id in [thumbnail_id(id), id.uuid()] {
            files::remove(&self.path(id))
                .map_err(|source| StoreError::from_media_io("remove a media file", source))?;
        }
        Ok(())
    }

    /// Removes a picture's thumbnail alone.
    pub(crate) fn delete_thumbnail(&self, of: MediaId) -> Result<(), StoreError> {
        files::remove(&self.path(thumbnail_id(of)))
            .map_err(|source| StoreError::from_media_io("remove a thumbnail", source))
    }

    fn write_sealed(&self, id: Uuid, content: &[u8]) -> Result<(), StoreError> {
        let sealed = seal(&self.key, id.as_bytes(), content).map_err(|error| {
            StoreError::from_media_io("seal a media file", std::io::Error::other(error))
        })?;
        files::write_atomic(&self.path(id), &sealed)
            .map_err(|source| StoreError::from_media_io("write a media file", source))
    }

    fn find_sealed(&self, id: Uuid) -> Result<Option<Vec<u8>>, StoreError> {
        files::read_if_present(&self.path(id))
            .map_err(|source| StoreError::from_media_io("read a media file", source))?
            .map(|sealed| {
                open_sealed(&self.key, id.as_bytes(), &sealed).ok_or(StoreError::MediaTampered)
            })
            .transpose()
    }
}

/// Version of the UUIDs that name thumbnails. Media have version 7, so the two never meet.
const THUMBNAIL_VERSION: u8 = 8;

/// The id under which a medium's thumbnail is kept.
fn thumbnail_id(of: MediaId) -> Uuid {
    let mut bytes = of.uuid().into_bytes();
    bytes[6] = (bytes[6] & 0x0F) | (THUMBNAIL_VERSION << 4);
    Uuid::from_bytes(bytes)
}

/// Whether a file of the folder is a thumbnail, by its name.
pub(crate) fn is_thumbnail(file_name: &str) -> bool {
    let id = file_name.strip_suffix(".sealed").unwrap_or(file_name);
    Uuid::try_parse(id).is_ok_and(|id| id.get_version_num() == usize::from(THUMBNAIL_VERSION))
}

#[cfg(test)]
mod tests {
    use std::fs;

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
        let raw = fs::read(media.path(id(1).uuid())).unwrap();
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
        fs::copy(media.path(id(2).uuid()), media.path(id(1).uuid())).unwrap();
        assert!(matches!(media.find(id(1)), Err(StoreError::MediaTampered)));
        fs::write(media.path(id(2).uuid()), b"").unwrap();
        assert!(matches!(media.find(id(2)), Err(StoreError::MediaTampered)));
    }
    #[test]
    fn a_thumbnail_is_sealed_under_its_own_name_and_goes_with_its_picture() {
        let folder = tempfile::tempdir().unwrap();
        let media = media(folder.path());
        let picture = MediaId::new(Uuid::from_u128(0x0190_0000_0000_7000_8000_0000_0000_0001));
        media.write(picture, b"picture").unwrap();
        assert!(!media.has_thumbnail(picture).unwrap());
        assert_eq!(media.find_thumbnail(picture).unwrap(), None);
        media.write_thumbnail(picture, b"small").unwrap();
        assert!(media.has_thumbnail(picture).unwrap());
        assert_eq!(media.find_thumbnail(picture).unwrap().unwrap(), b"small");
        let names: Vec<_> = fs::read_dir(&media.folder)
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        let thumbnails = names.iter().filter(|name| is_thumbnail(name)).count();
        assert_eq!((names.len(), thumbnails), (2, 1));
        // One cannot stand for the other.
        fs::copy(
            media.path(thumbnail_id(picture)),
            media.path(picture.uuid()),
        )
        .unwrap();
        assert!(matches!(
            media.find(picture),
            Err(StoreError::MediaTampered)
        ));
        media.delete(picture).unwrap();
        assert_eq!(fs::read_dir(&media.folder).unwrap().count(), 0);
    }
}

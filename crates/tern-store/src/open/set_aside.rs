//! Setting a file aside that cannot be opened.
//!
//! Owns the renames. It refuses to delete anything: a damaged file may still be read in part, and a file
//! under a lost key may be opened again when the key is found.

use std::path::{Path, PathBuf};

use tern_domain::UtcMillis;

use super::error::OpenStoreError;
use super::lock::FolderLock;
use crate::files;
use crate::layout::{FileName, Layout};

/// A database that was set aside.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SetAside {
    /// Its name from now on; it can be opened or salvaged under it.
    pub name: FileName,
    /// Its folder, unchanged.
    pub folder: PathBuf,
    /// Its files, under their new names.
    pub files: Vec<PathBuf>,
}

/// Renames a database's files out of the way, so that a new one can be started under its name. Doing it
/// again at the same instant is refused, because it would overwrite what was set aside first.
///
/// # Errors
/// [`OpenStoreError::InUse`], [`OpenStoreError::Io`], [`OpenStoreError::DiskFull`].
pub fn set_aside(
    folder: &Path,
    name: &FileName,
    now: UtcMillis,
) -> Result<SetAside, OpenStoreError> {
    let from = Layout::new(folder, name);
    let _lock = FolderLock::acquire(&from)?;
    super::refuse_rotation(folder)?;
    let to = from.set_aside(&now.0.to_string());
    let failed = |operation, path: &Path| {
        let path = path.to_owned();
        move |source| OpenStoreError::from_io(operation, path, source)
    };
    let target = to.database();
    if files::exists(&target).map_err(failed("look at", &target))? {
        let source = std::io::Error::from(std::io::ErrorKind::AlreadyExists);
        return Err(OpenStoreError::from_io("rename to", target, source));
    }
    // The database goes first: without it, what is left behind by a crash is only leftovers.
    let pairs = [
        (from.database(), to.database()),
        (from.log(), to.log()),
        (from.log_index(), to.log_index()),
        (from.key_check(), to.key_check()),
        (from.media(), to.media()),
    ];
    let mut moved = Vec::new();
    for (old, new) in pairs {
        if files::rename_if_present(&old, &new).map_err(failed("rename", &old))? {
            moved.push(new);
        }
    }
    // The envelope stays where it is, for the same passphrase opens the next file too; the copy goes with the
    // file that it opens.
    let (envelope, copy) = (from.envelope(), to.envelope());
    if files::exists(&envelope).map_err(failed("look at", &envelope))? {
        files::copy_durably(&envelope, &copy).map_err(failed("copy", &envelope))?;
        moved.push(copy);
    }
    files::sync_parent(&to.database()).map_err(failed("sync", folder))?;
    tracing::warn!(files = moved.len(), "a database was set aside");
    Ok(SetAside {
        name: to.name().clone(),
        folder: folder.to_owned(),
        files: moved,
    })
}

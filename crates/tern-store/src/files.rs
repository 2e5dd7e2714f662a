//! Every touch of the file system that is not SQLite's own.
//!
//! Owns atomic writes, private folders, renames and copies. It refuses to overwrite in place and to
//! delete what could still be read: a crash in the middle must leave the old content or the new one.
#![cfg_attr(
    not(test),
    expect(
        clippy::disallowed_methods,
        reason = "the one place of the workspace that may touch files"
    )
)]

use std::ffi::OsString;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

/// Makes a folder, with its parents, that only this user may enter.
pub(crate) fn create_private_folder(folder: &Path) -> io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::DirBuilderExt as _;
        builder.mode(0o700);
    }
    builder.create(folder)
}

/// Reads a whole file; `None` where there is none.
pub(crate) fn read_if_present(path: &Path) -> io::Result<Option<Vec<u8>>> {
    match fs::read(path) {
        Ok(bytes) => Ok(Some(bytes)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

/// Replaces a file's content as one step: a crash leaves the old content or the new one, never a part.
pub(crate) fn write_atomic(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let temporary = with_suffix(path, ".part");
    let written = write_and_sync(&temporary, bytes).and_then(|()| fs::rename(&temporary, path));
    if written.is_err() {
        // The half-written copy is of no use to anybody; the content it should have replaced is untouched.
        let _ = fs::remove_file(&temporary);
    }
    written?;
    sync_parent(path)
}

/// Writes a new file and makes its content durable; its entry is, once its folder is synced.
pub(crate) fn write_synced(path: &Path, bytes: &[u8]) -> io::Result<()> {
    write_and_sync(path, bytes)
}

/// Writes a file that is never written again: whole and durable under a temporary name first. Its entry is durable once
/// its folder is synced.
pub(crate) fn write_new(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let temporary = with_suffix(path, ".part");
    #[cfg(test)]
    faults::write()?;
    let written = write_and_sync(&temporary, bytes).and_then(|()| fs::rename(&temporary, path));
    if written.is_err() {
        // Of no use to anybody, and perhaps what fills the disk.
        let _ = fs::remove_file(&temporary);
    }
    written
}

/// Starts a file that only this user may read.
pub(crate) fn create_new(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt as _;
        options.mode(0o600);
    }
    options.open(path)
}

/// Opens a file for reading.
pub(crate) fn open_to_read(path: &Path) -> io::Result<File> {
    File::open(path)
}

/// Whether it is a file, and no folder, pipe or device.
pub(crate) fn is_plain_file(path: &Path) -> io::Result<bool> {
    Ok(fs::metadata(path)?.is_file())
}

/// What tells whether a file was written since.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Stamp {
    /// Bytes.
    pub(crate) length: u64,
    /// When it was last written, in microseconds.
    pub(crate) written: i64,
}

/// Looks at a file from outside.
pub(crate) fn stamp(path: &Path) -> io::Result<Stamp> {
    let metadata = fs::metadata(path)?;
    let written = metadata
        .modified()
        .ok()
        .and_then(|at| at.duration_since(std::time::UNIX_EPOCH).ok())
        .and_then(|since| i64::try_from(since.as_micros()).ok());
    Ok(Stamp {
        length: metadata.len(),
        written: written.unwrap_or_default(),
    })
}

fn write_and_sync(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut file = create_new(path)?;
    file.write_all(bytes)?;
    file.sync_all()
}

/// Makes the entry of a file in its folder durable. Windows has no such call and needs none.
pub(crate) fn sync_parent(path: &Path) -> io::Result<()> {
    #[cfg(unix)]
    if let Some(parent) = path.parent() {
        File::open(parent)?.sync_all()?;
    }
    #[cfg(not(unix))]
    let _ = path;
    Ok(())
}

/// Makes a file's content durable, and its entry.
pub(crate) fn sync(path: &Path) -> io::Result<()> {
    OpenOptions::new().write(true).open(path)?.sync_all()?;
    sync_parent(path)
}

/// Makes the entries of a folder durable.
pub(crate) fn sync_folder(folder: &Path) -> io::Result<()> {
    sync_parent(&folder.join("entry"))?;
    sync_parent(folder)
}

/// Copies a file and makes the copy durable.
pub(crate) fn copy_durably(from: &Path, to: &Path) -> io::Result<()> {
    fs::copy(from, to)?;
    OpenOptions::new().write(true).open(to)?.sync_all()?;
    sync_parent(to)
}

/// Opens the file that the lock is held on.
pub(crate) fn open_lock_file(path: &Path) -> io::Result<File> {
    OpenOptions::new()
        .read(true)
        .write(true)
        .create(true)
        .truncate(false)
        .open(path)
}

/// Renames, unless there is nothing to rename. Returns whether there was.
pub(crate) fn rename_if_present(from: &Path, to: &Path) -> io::Result<bool> {
    #[cfg(test)]
    faults::rename()?;
    match fs::rename(from, to) {
        Ok(()) => Ok(true),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
        Err(error) => Err(error),
    }
}

/// Removes a file whose content nobody wants any more. Removing what is not there is no error.
pub(crate) fn remove(path: &Path) -> io::Result<()> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

/// Overwrites a file with zeros and removes it. One that is not there is no error.
pub(crate) fn wipe(path: &Path) -> io::Result<()> {
    static ZEROS: [u8; 64 * 1024] = [0; 64 * 1024];
    let mut file = match OpenOptions::new().write(true).open(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        opened => opened?,
    };
    let mut left = file.metadata()?.len();
    while left > 0 {
        let piece = usize::try_from(left).map_or(ZEROS.len(), |left| left.min(ZEROS.len()));
        file.write_all(ZEROS.get(..piece).unwrap_or(&ZEROS))?;
        left = left.saturating_sub(u64::try_from(piece).unwrap_or(left));
    }
    file.sync_data()?;
    drop(file);
    remove(path)
}

/// The files of a folder; none where there is no folder.
pub(crate) fn list(folder: &Path) -> io::Result<Vec<PathBuf>> {
    match fs::read_dir(folder) {
        Ok(entries) => entries.map(|entry| Ok(entry?.path())).collect(),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Vec::new()),
        Err(error) => Err(error),
    }
}

/// Removes a folder that has nothing in it any more. One that is not there is no error.
pub(crate) fn remove_empty_folder(folder: &Path) -> io::Result<()> {
    match fs::remove_dir(folder) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

/// Bytes of a file; none where there is no file.
pub(crate) fn size_of(path: &Path) -> io::Result<u64> {
    match fs::metadata(path) {
        Ok(metadata) => Ok(metadata.len()),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(0),
        Err(error) => Err(error),
    }
}

/// Bytes that may still be written to the disk of a folder; `None` where the system does not tell.
pub(crate) fn free_space(folder: &Path) -> Option<u64> {
    #[cfg(unix)]
    {
        let disk = rustix::fs::statvfs(folder).ok()?;
        Some(disk.f_bavail.saturating_mul(disk.f_frsize))
    }
    #[cfg(not(unix))]
    {
        let _ = folder;
        None
    }
}

/// Whether a file is missing or has nothing in it.
pub(crate) fn is_missing_or_empty(path: &Path) -> io::Result<bool> {
    match fs::metadata(path) {
        Ok(metadata) => Ok(metadata.len() == 0),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(true),
        Err(error) => Err(error),
    }
}

/// Whether a path exists.
pub(crate) fn exists(path: &Path) -> io::Result<bool> {
    fs::exists(path)
}

/// The same path with something added to the end of its name.
pub(crate) fn with_suffix(path: &Path, suffix: &str) -> PathBuf {
    let mut name = OsString::from(path.as_os_str());
    name.push(suffix);
    PathBuf::from(name)
}

/// Faults that tests of this crate make, on their own thread.
#[cfg(test)]
pub(crate) mod faults {
    use std::cell::Cell;
    use std::io;

    thread_local! {
        static WRITES: Cell<Option<(u32, io::ErrorKind)>> = const { Cell::new(None) };
        static RENAMES: Cell<Option<u32>> = const { Cell::new(None) };
    }

    /// So many files that are written once still fit.
    pub(crate) fn fail_after(writes: u32, kind: io::ErrorKind) {
        WRITES.set(Some((writes, kind)));
    }

    /// So many renames still work.
    pub(crate) fn fail_renames_after(renames: u32) {
        RENAMES.set(Some(renames));
    }

    pub(crate) fn none() {
        WRITES.set(None);
        RENAMES.set(None);
    }

    pub(super) fn write() -> io::Result<()> {
        match WRITES.get() {
            Some((0, kind)) => Err(kind.into()),
            Some((left, kind)) => {
                WRITES.set(Some((left - 1, kind)));
                Ok(())
            }
            None => Ok(()),
        }
    }

    pub(super) fn rename() -> io::Result<()> {
        match RENAMES.get() {
            Some(0) => Err(io::ErrorKind::Other.into()),
            Some(left) => {
                RENAMES.set(Some(left - 1));
                Ok(())
            }
            None => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_atomic_write_replaces_the_whole_content_and_leaves_nothing_beside_it() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("thing");
        write_atomic(&path, b"a long first content").unwrap();
        write_atomic(&path, b"short").unwrap();
        assert_eq!(read_if_present(&path).unwrap().unwrap(), b"short");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    }

    #[test]
    fn a_write_that_cannot_happen_leaves_the_old_content() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("thing");
        write_atomic(&path, b"old").unwrap();
        fs::create_dir(with_suffix(&path, ".part")).unwrap();
        assert!(write_atomic(&path, b"new").is_err());
        assert_eq!(read_if_present(&path).unwrap().unwrap(), b"old");
    }
}

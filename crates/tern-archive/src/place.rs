//! The file on disk while it is written: beside its place under another name, and put there as one step.
//!
//! It writes over nothing but what the system's dialog asked about. What a crash leaves is a `.part` file, which whoever
//! wrote down its name removes at the next start.

use std::fs::{self, File, OpenOptions};
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};

/// How many files of one name are told apart by a number.
const SAME_NAMES: u32 = 1000;
const ENDING: &str = ".zip";
const PART: &str = ".zip.part";
const OURS: &str = "tern-";

/// A file could not be put where it was asked for.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum PlaceError {
    /// The path names no folder by its whole path.
    #[error("a folder has to be given by its whole path")]
    NotWhole,
    /// There are too many files of the name.
    #[error("too many files of one name")]
    TooMany,
    /// The disk.
    #[error("write to the folder")]
    Io(#[from] io::Error),
}

/// A file that is not at its place yet. Dropped, it is removed.
#[derive(Debug)]
pub struct PartFile {
    part: PathBuf,
    target: PathBuf,
    replaces: bool,
    is_done: bool,
}

impl PartFile {
    /// Where a file of this name (without its ending) would be written, and the name that it has until then. Makes
    /// the folder.
    ///
    /// # Errors
    /// [`PlaceError`].
    pub fn plan(folder: &Path, stem: &str) -> Result<Self, PlaceError> {
        if !folder.is_absolute() {
            return Err(PlaceError::NotWhole);
        }
        #[expect(
            clippy::disallowed_methods,
            reason = "what is written here was asked for in clear"
        )]
        fs::create_dir_all(folder)?;
        for name in names(stem) {
            let target = folder.join(format!("{name}{ENDING}"));
            let part = part_of(folder, &name);
            if !fs::exists(&target)? && !fs::exists(&part)? {
                return Ok(Self {
                    part,
                    target,
                    replaces: false,
                    is_done: false,
                });
            }
        }
        Err(PlaceError::TooMany)
    }

    /// As [`PartFile::plan`], but in the place of a file of this name, if there is one: somebody was asked. The folder
    /// has to be there.
    ///
    /// # Errors
    /// [`PlaceError`].
    pub fn replacing(folder: &Path, stem: &str) -> Result<Self, PlaceError> {
        if !folder.is_absolute() {
            return Err(PlaceError::NotWhole);
        }
        for name in names(stem) {
            let part = part_of(folder, &name);
            if !fs::exists(&part)? {
                return Ok(Self {
                    part,
                    target: folder.join(format!("{stem}{ENDING}")),
                    replaces: true,
                    is_done: false,
                });
            }
        }
        Err(PlaceError::TooMany)
    }

    /// The name that it has until it is done.
    #[must_use]
    pub fn part(&self) -> &Path {
        &self.part
    }

    /// Makes the file, which only this user may read.
    ///
    /// # Errors
    /// [`PlaceError::Io`].
    pub fn create(&self) -> Result<File, PlaceError> {
        let mut options = OpenOptions::new();
        options.read(true).write(true).create_new(true);
        #[cfg(unix)]
        {
            use std::os::unix::fs::OpenOptionsExt as _;
            options.mode(0o600);
        }
        Ok(options.open(&self.part)?)
    }

    /// Makes it durable and puts it in its place, which is where.
    ///
    /// # Errors
    /// [`PlaceError::Io`], also if something has taken its place meanwhile; the file is removed then.
    pub fn finish(mut self, file: File) -> Result<PathBuf, PlaceError> {
        file.sync_all()?;
        drop(file);
        if self.replaces {
            rename(&self.part, &self.target)?;
            self.is_done = true;
            return self.settled();
        }
        // A link is never made over what is there; where a disk has none, the name was free a moment ago.
        match fs::hard_link(&self.part, &self.target) {
            Ok(()) => remove(&self.part)?,
            Err(error) if error.kind() == ErrorKind::AlreadyExists => return Err(error.into()),
            Err(_) => rename(&self.part, &self.target)?,
        }
        self.is_done = true;
        self.settled()
    }

    /// The name is as durable as what is in the file.
    fn settled(&self) -> Result<PathBuf, PlaceError> {
        #[cfg(unix)]
        if let Some(folder) = self.target.parent() {
            OpenOptions::new().read(true).open(folder)?.sync_all()?;
        }
        Ok(self.target.clone())
    }
}

impl Drop for PartFile {
    fn drop(&mut self) {
        if !self.is_done {
            // It may not have been made yet.
            let _ = remove(&self.part);
        }
    }
}

/// The name, and then the name with numbers.
fn names(stem: &str) -> impl Iterator<Item = String> {
    (0..SAME_NAMES).map(move |number| match number {
        0 => stem.to_owned(),
        _ => format!("{stem} ({number})"),
    })
}

/// Until it is done a file has a name by which it is known to be ours.
fn part_of(folder: &Path, name: &str) -> PathBuf {
    let ours = if name.starts_with(OURS) { "" } else { OURS };
    folder.join(format!("{ours}{name}{PART}"))
}

/// Tries whether a file can be made in a folder; nothing is left of it.
///
/// # Errors
/// [`PlaceError`].
pub fn check_folder(folder: &Path) -> Result<(), PlaceError> {
    let part = PartFile::replacing(folder, "tern-try")?;
    part.create()?;
    Ok(())
}

/// Removes what a crash left of an export. Nothing else is removed, whatever is asked for.
///
/// # Errors
/// What the disk answers; one that is not there is no error.
pub fn remove_leftover(part: &Path) -> io::Result<()> {
    let is_ours = part
        .file_name()
        .and_then(|name| name.to_str())
        .is_some_and(|name| name.starts_with(OURS) && name.ends_with(PART));
    if !is_ours {
        return Ok(());
    }
    match remove(part) {
        Err(error) if error.kind() != ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "half an export is no file, and it was made here"
)]
fn remove(path: &Path) -> io::Result<()> {
    fs::remove_file(path)
}

#[expect(
    clippy::disallowed_methods,
    reason = "what was written here was asked for in clear"
)]
fn rename(from: &Path, to: &Path) -> io::Result<()> {
    fs::rename(from, to)
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use super::*;

    #[test]
    fn nothing_is_written_over_and_nothing_half_is_left() {
        let folder = tempfile::tempdir().unwrap();
        let folder = folder.path().join("Downloads/Tern");
        let write = |words: &[u8]| {
            let part = PartFile::plan(&folder, "tern-conversation").unwrap();
            let mut file = part.create().unwrap();
            file.write_all(words).unwrap();
            part.finish(file).unwrap()
        };
        let (first, second) = (write(b"one"), write(b"two"));
        assert_eq!(first, folder.join("tern-conversation.zip"));
        assert_eq!(second, folder.join("tern-conversation (1).zip"));
        assert_eq!(fs::read(first).unwrap(), b"one");
        let part = PartFile::plan(&folder, "tern-conversation").unwrap();
        let file = part.create().unwrap();
        drop((part, file));
        assert_eq!(fs::read_dir(&folder).unwrap().count(), 2);
    }

    #[test]
    fn a_file_that_was_asked_about_is_replaced_only_when_the_new_one_is_whole() {
        let folder = tempfile::tempdir().unwrap();
        let place = folder.path().join("letter.zip");
        fs::write(&place, b"old").unwrap();
        let part = PartFile::replacing(folder.path(), "letter").unwrap();
        assert!(part.part().ends_with("tern-letter.zip.part"));
        let mut file = part.create().unwrap();
        file.write_all(b"new").unwrap();
        assert_eq!(fs::read(&place).unwrap(), b"old");
        assert_eq!(part.finish(file).unwrap(), place);
        assert_eq!(fs::read(&place).unwrap(), b"new");
        check_folder(folder.path()).unwrap();
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
        let gone = folder.path().join("gone");
        assert!(matches!(check_folder(&gone), Err(PlaceError::Io(_))));
    }

    #[test]
    fn only_leftovers_of_exports_are_removed() {
        let folder = tempfile::tempdir().unwrap();
        let (ours, other) = (
            folder.path().join("tern-person.zip.part"),
            folder.path().join("letter.zip.part"),
        );
        for path in [&ours, &other] {
            fs::write(path, b"").unwrap();
            remove_leftover(path).unwrap();
            remove_leftover(path).unwrap();
        }
        assert!(!ours.exists() && other.exists());
    }

    #[test]
    fn a_folder_is_given_by_its_whole_path() {
        let refused = PartFile::plan(Path::new("Downloads"), "tern-x");
        assert!(matches!(refused, Err(PlaceError::NotWhole)));
    }
}

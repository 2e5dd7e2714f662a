//! Which files belong to one database, and what they are called.
//!
//! Owns the names. It refuses names that could leave the folder, because they come from settings files.

use std::path::{Path, PathBuf};

use thiserror::Error;

/// Name of a database within its folder, such as `account` or `practice`: lower-case letters, digits
/// and hyphens.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct FileName(String);

/// A name that is not allowed.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("a database name has 1 to 40 lower-case letters, digits or hyphens")]
pub struct FileNameError;

impl FileName {
    /// Checks a name.
    ///
    /// # Errors
    /// [`FileNameError`] for anything but lower-case ASCII letters, digits and hyphens.
    pub fn new(name: &str) -> Result<Self, FileNameError> {
        let allowed = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
        if name.is_empty() || name.len() > 40 || !name.bytes().all(allowed) {
            return Err(FileNameError);
        }
        Ok(Self(name.to_owned()))
    }

    /// The name as given.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// The files of one database.
#[derive(Debug, Clone)]
pub(crate) struct Layout {
    folder: PathBuf,
    name: FileName,
}

impl Layout {
    pub(crate) fn new(folder: &Path, name: &FileName) -> Self {
        Self {
            folder: folder.to_owned(),
            name: name.clone(),
        }
    }

    pub(crate) fn folder(&self) -> &Path {
        &self.folder
    }

    fn file(&self, ending: &str) -> PathBuf {
        self.folder.join(format!("{}{ending}", self.name.as_str()))
    }

    /// The database itself.
    pub(crate) fn database(&self) -> PathBuf {
        self.file(".tern")
    }

    /// SQLite's write-ahead log.
    pub(crate) fn log(&self) -> PathBuf {
        self.file(".tern-wal")
    }

    /// SQLite's index of that log.
    pub(crate) fn log_index(&self) -> PathBuf {
        self.file(".tern-shm")
    }

    /// Held locked by the process that has the database open.
    pub(crate) fn lock(&self) -> PathBuf {
        self.file(".lock")
    }

    /// Tells a wrong key from a damaged file.
    pub(crate) fn key_check(&self) -> PathBuf {
        self.file(".keycheck")
    }

    /// The key, wrapped by a passphrase.
    pub(crate) fn envelope(&self) -> PathBuf {
        self.file(".envelope")
    }

    /// The key, wrapped by a recovery code.
    pub(crate) fn recovery(&self) -> PathBuf {
        self.file(".recovery")
    }

    /// Wrong recovery codes.
    pub(crate) fn recovery_tries(&self) -> PathBuf {
        self.file(".recovery-tries")
    }

    /// What happened to the key and stands in no file's history yet.
    pub(crate) fn key_changes(&self) -> PathBuf {
        self.file(".key-changes")
    }

    /// Folder of the encrypted pictures.
    pub(crate) fn media(&self) -> PathBuf {
        self.file(".media")
    }

    /// The copy made before a file of that schema version is upgraded.
    pub(crate) fn copy_before_upgrade(&self, version: u32) -> PathBuf {
        self.file(&format!(".before-upgrade-from-{version}.tern"))
    }

    /// Where a damaged database goes.
    pub(crate) fn set_aside(&self, mark: &str) -> Self {
        Self {
            folder: self.folder.clone(),
            name: FileName(format!("{}-set-aside-{mark}", self.name.as_str())),
        }
    }

    /// Where a copy under another key grows.
    pub(crate) fn rotating(&self) -> Self {
        self.beside("rotating")
    }

    /// Where the files under the old key wait to be removed.
    pub(crate) fn rotated(&self) -> Self {
        self.beside("rotated")
    }

    /// Where a backup is opened to see whether it could be.
    pub(crate) fn drill(&self) -> Self {
        self.beside("drill")
    }

    /// Where a backup is restored before it takes its place.
    pub(crate) fn restoring(&self) -> Self {
        self.beside("restoring")
    }

    /// Says that what was restored is whole and on its way to its place.
    pub(crate) fn restore_marker(&self) -> PathBuf {
        self.file(".restore")
    }

    fn beside(&self, mark: &str) -> Self {
        Self {
            folder: self.folder.clone(),
            // No name that a person or a settings file can give: it has a dot.
            name: FileName(format!("{}.{mark}", self.name.as_str())),
        }
    }

    pub(crate) fn name(&self) -> &FileName {
        &self.name
    }
}

/// Says how far a rotation of the key has come, for all databases of a folder.
pub(crate) fn rotation_marker(folder: &Path) -> PathBuf {
    folder.join("tern.rotation")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_cannot_leave_the_folder() {
        for bad in ["", "..", "a/b", "a\\b", "A", "a.b", "ä", &"a".repeat(41)] {
            assert_eq!(FileName::new(bad), Err(FileNameError), "{bad}");
        }
        assert_eq!(FileName::new("account").unwrap().as_str(), "account");
    }
}

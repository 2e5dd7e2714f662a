//! Where the files of an export are: in a zip, or in a folder it was unpacked to.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{Read, Seek};
use std::path::{Path, PathBuf};

use zip::ZipArchive;
use zip::result::ZipError;

use super::{Finding, Report, Unreadable};

/// Folders in folders, at most.
const DEEPEST: usize = 8;
/// Files, at most.
const MOST_FILES: usize = 4_000_000;

/// Something that has files by name.
pub(super) trait Source {
    /// All names.
    fn names(&self) -> Vec<String>;

    /// A file's content, with nothing read yet; `None` if there is none of the name.
    fn open(&mut self, name: &str) -> Result<Option<Box<dyn Read + '_>>, Unreadable>;

    /// A short file as a whole.
    fn read_whole(&mut self, name: &str, most: u64) -> Result<Option<Vec<u8>>, Unreadable> {
        let Some(file) = self.open(name)? else {
            return Ok(None);
        };
        let mut bytes = Vec::new();
        let read = file.take(most + 1).read_to_end(&mut bytes);
        if read.is_err() {
            return Err(Unreadable::ManifestUnreadable);
        }
        if u64::try_from(bytes.len()).unwrap_or(u64::MAX) > most {
            return Err(Unreadable::TooLong(name.to_owned()));
        }
        Ok(Some(bytes))
    }
}

/// A name that stays in its folder on every system.
fn is_plain(name: &str) -> bool {
    !name.is_empty()
        && !name.contains(['\\', ':', '\0'])
        && name
            .split('/')
            .all(|part| !part.is_empty() && part != "." && part != "..")
}

/// Files in a zip.
pub(super) struct Zip<R>(ZipArchive<R>);

impl<R: Read + Seek> Zip<R> {
    pub(super) fn open(zip: R, report: &mut Report) -> Result<Self, Unreadable> {
        let mut archive = ZipArchive::new(zip).map_err(broken)?;
        if archive.has_duplicate_names() {
            report.find(Finding::Twice);
        }
        if archive.has_overlapping_files().map_err(broken)? {
            report.find(Finding::Overlapping);
        }
        let names: Vec<String> = archive
            .file_names_raw()
            .map(|name| String::from_utf8_lossy(name).into_owned())
            .collect();
        for name in names {
            if !is_plain(&name) {
                report.find(Finding::BadName(name));
            }
        }
        Ok(Self(archive))
    }
}

fn broken(error: ZipError) -> Unreadable {
    match error {
        ZipError::Io(error) if error.kind() != std::io::ErrorKind::UnexpectedEof => {
            Unreadable::Io(error)
        }
        error => Unreadable::NotZip(error.to_string()),
    }
}

impl<R: Read + Seek> Source for Zip<R> {
    fn names(&self) -> Vec<String> {
        self.0
            .file_names_raw()
            .map(|name| String::from_utf8_lossy(name).into_owned())
            .collect()
    }

    fn open(&mut self, name: &str) -> Result<Option<Box<dyn Read + '_>>, Unreadable> {
        match self.0.by_name(name) {
            Ok(file) => Ok(Some(Box::new(file))),
            Err(ZipError::FileNotFound) => Ok(None),
            Err(error) => Err(broken(error)),
        }
    }
}

/// Files in a folder.
pub(super) struct Folder(BTreeMap<String, PathBuf>);

impl Folder {
    pub(super) fn open(folder: &Path, report: &mut Report) -> Result<Self, Unreadable> {
        let mut found = BTreeMap::new();
        walk(folder, "", 0, &mut found, report)?;
        Ok(Self(found))
    }
}

fn walk(
    folder: &Path,
    prefix: &str,
    depth: usize,
    found: &mut BTreeMap<String, PathBuf>,
    report: &mut Report,
) -> Result<(), Unreadable> {
    for entry in std::fs::read_dir(folder)? {
        let entry = entry?;
        let name = format!("{prefix}{}", entry.file_name().to_string_lossy());
        let kind = entry.file_type()?;
        if kind.is_dir() && depth < DEEPEST {
            walk(&entry.path(), &format!("{name}/"), depth + 1, found, report)?;
        } else if kind.is_file() && found.len() < MOST_FILES {
            found.insert(name, entry.path());
        } else {
            // A link could lead anywhere, and is not followed.
            report.find(Finding::NotAFile(name));
        }
    }
    Ok(())
}

impl Source for Folder {
    fn names(&self) -> Vec<String> {
        self.0.keys().cloned().collect()
    }

    fn open(&mut self, name: &str) -> Result<Option<Box<dyn Read + '_>>, Unreadable> {
        let Some(path) = self.0.get(name) else {
            return Ok(None);
        };
        #[expect(
            clippy::disallowed_methods,
            reason = "an export is in clear, and is only read"
        )]
        let file = File::open(path)?;
        Ok(Some(Box::new(file)))
    }
}

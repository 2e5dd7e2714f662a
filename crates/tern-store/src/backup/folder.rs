//! One desk's part of a backup folder: where its files are, and how they come and go.
//!
//! Owns the names, and the rule that makes a synchronised folder safe: a file is written under a temporary name, synced
//! and renamed, and never written again. It refuses to remove a chunk as long as any list cannot be read.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::path::{Path, PathBuf};

use secrecy::SecretString;
use tern_domain::UtcMillis;

use super::BackupError;
use super::format::{BackupCounts, BackupDesk, BackupKey, ChunkId, KeyFile, Keys, List, SEAL};
use crate::files;
use crate::key::PassphraseCost;
use crate::layout::FileName;

/// Folder that is made within the chosen one.
const TOP: &str = "Tern backups";
const LIST: &str = "ternbackup";
const KEY: &str = "ternkey";
const PART: &str = "part";

/// A desk that has backups in a folder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FoundDesk {
    /// Its name.
    pub desk: BackupDesk,
    /// Backups that are there, as far as their names tell; newest last.
    pub backups: Vec<BackupName>,
}

/// What the name of a backup's file tells without any key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct BackupName {
    /// Place among the backups of its desk.
    pub sequence: u64,
    /// When it was made.
    pub made_at: UtcMillis,
}

impl BackupName {
    fn file(self) -> String {
        format!("{:08}-{}.{LIST}", self.sequence, self.made_at.0)
    }

    fn parse(path: &Path) -> Option<Self> {
        if path.extension()? != LIST {
            return None;
        }
        let (sequence, made_at) = path.file_stem()?.to_str()?.split_once('-')?;
        Some(Self {
            sequence: sequence.parse().ok()?,
            made_at: UtcMillis(made_at.parse().ok()?),
        })
    }
}

/// One backup, as its list tells.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BackupEntry {
    /// Which.
    pub name: BackupName,
    /// What is in it.
    pub counts: BackupCounts,
    /// Bytes that it restores to.
    pub total: u64,
    /// Bytes that it added to the folder when it was made.
    pub added: u64,
}

/// Finds the desks of a folder. The folder itself, or the one that Tern made in it, may be given.
///
/// # Errors
/// [`BackupError::FolderMissing`], [`BackupError::Empty`], what the system refuses.
pub fn find_backup_desks(folder: &Path) -> Result<Vec<FoundDesk>, BackupError> {
    let mut found = Vec::new();
    let top = top(folder)?;
    for path in files::list(&top).map_err(BackupError::io("list", &top))? {
        let name = path.file_name().and_then(|name| name.to_str());
        let Some(desk) = name.and_then(BackupDesk::parse) else {
            continue;
        };
        let backups = names(&path)?;
        found.push(FoundDesk { desk, backups });
    }
    if found.is_empty() {
        return Err(BackupError::Empty);
    }
    // The desk that was backed up last comes first.
    found.sort_by_key(|desk| {
        std::cmp::Reverse(desk.backups.iter().map(|backup| backup.made_at).max())
    });
    Ok(found)
}

fn top(folder: &Path) -> Result<PathBuf, BackupError> {
    let is_there = files::exists(folder).map_err(BackupError::io("look at", folder))?;
    if !is_there {
        return Err(BackupError::FolderMissing);
    }
    if folder.file_name().is_some_and(|name| name == TOP) {
        return Ok(folder.to_owned());
    }
    Ok(folder.join(TOP))
}

fn names(desk: &Path) -> Result<Vec<BackupName>, BackupError> {
    let mut names: Vec<_> = files::list(desk)
        .map_err(BackupError::io("list", desk))?
        .iter()
        .filter_map(|path| BackupName::parse(path))
        .collect();
    names.sort_unstable();
    Ok(names)
}

/// One desk's backups, with their key.
pub struct BackupVault {
    folder: PathBuf,
    desk: BackupDesk,
    pub(super) keys: Keys,
}

impl std::fmt::Debug for BackupVault {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter
            .debug_struct("BackupVault")
            .field("desk", &self.desk)
            .finish_non_exhaustive()
    }
}

impl BackupVault {
    /// Starts a desk's part of a folder, or gives its key another passphrase: the earlier one opens nothing then.
    /// Takes as long as the cost says.
    ///
    /// # Errors
    /// [`BackupError`].
    pub fn create(
        folder: &Path,
        desk: BackupDesk,
        key: &BackupKey,
        (passphrase, cost): (&SecretString, PassphraseCost),
        now: UtcMillis,
    ) -> Result<Self, BackupError> {
        let vault = Self::new(folder, desk, key)?;
        let made = files::create_private_folder(&vault.folder);
        made.map_err(BackupError::io("create", &vault.folder))?;
        let content = KeyFile::wrap(desk, key, passphrase, cost, now)?.encode();
        let earlier = vault.key_files()?;
        let path = vault.folder.join(format!("key-{}.{KEY}", now.0));
        write_once(&path, &content)?;
        files::sync_parent(&path).map_err(BackupError::io("sync", &path))?;
        for old in earlier.into_iter().filter(|old| *old != path) {
            files::remove(&old).map_err(BackupError::io("remove", &old))?;
        }
        Ok(vault)
    }

    /// With the key at hand.
    ///
    /// # Errors
    /// [`BackupError::FolderMissing`].
    pub fn new(folder: &Path, desk: BackupDesk, key: &BackupKey) -> Result<Self, BackupError> {
        Ok(Self {
            folder: top(folder)?.join(desk.to_string()),
            desk,
            keys: key.keys(),
        })
    }

    /// With the passphrase. Takes as long as the cost in the key file says.
    ///
    /// # Errors
    /// [`BackupError::WrongPassphrase`], [`BackupError::KeyFileMissing`] and the like.
    pub fn unlock(
        folder: &Path,
        desk: BackupDesk,
        passphrase: &SecretString,
    ) -> Result<Self, BackupError> {
        let folder_of_desk = top(folder)?.join(desk.to_string());
        let mut refusal = BackupError::KeyFileMissing;
        for path in key_files(&folder_of_desk)? {
            let bytes = files::read_if_present(&path)
                .map_err(BackupError::io("read", &path))?
                .unwrap_or_default();
            match KeyFile::decode(&bytes, desk).and_then(|file| file.unwrap(passphrase)) {
                Ok(key) => return Self::new(folder, desk, &key),
                Err(error) => refusal = error,
            }
        }
        Err(refusal)
    }

    fn key_files(&self) -> Result<Vec<PathBuf>, BackupError> {
        key_files(&self.folder)
    }

    /// Whether backups can be read and written now. A folder without the key file is another one of the same name, such
    /// as the place where a disk is not plugged in: what is written there could not be restored.
    ///
    /// # Errors
    /// [`BackupError::KeyFileMissing`], what the system refuses.
    pub fn is_ready(&self) -> Result<(), BackupError> {
        if self.key_files()?.is_empty() {
            return Err(BackupError::KeyFileMissing);
        }
        Ok(())
    }

    /// Which desk.
    #[must_use]
    pub const fn desk(&self) -> BackupDesk {
        self.desk
    }

    /// What the names of its backups tell, oldest first.
    ///
    /// # Errors
    /// What the system refuses.
    pub fn names(&self) -> Result<Vec<BackupName>, BackupError> {
        names(&self.folder)
    }

    /// Its backups, oldest first, each with what its list tells or why that cannot be read.
    ///
    /// # Errors
    /// What the system refuses.
    #[expect(clippy::type_complexity, reason = "each backup has its own answer")]
    pub fn list(&self) -> Result<Vec<(BackupName, Result<BackupEntry, BackupError>)>, BackupError> {
        Ok(self
            .names()?
            .into_iter()
            .map(|name| (name, self.read_list(name).map(|list| entry(name, &list))))
            .collect())
    }

    /// The name that the database of a backup had.
    ///
    /// # Errors
    /// Why its list cannot be read.
    pub fn file_name(&self, name: BackupName) -> Result<FileName, BackupError> {
        FileName::new(&self.read_list(name)?.name).map_err(|_| BackupError::Unreadable)
    }

    pub(super) fn read_list(&self, name: BackupName) -> Result<List, BackupError> {
        let path = self.folder.join(name.file());
        let bytes = files::read_if_present(&path)
            .map_err(BackupError::io("read", &path))?
            .ok_or(BackupError::Empty)?;
        List::decode(&bytes, &self.keys, self.desk)
    }

    /// The point at which a backup exists.
    pub(super) fn write_list(&self, list: &List) -> Result<BackupEntry, BackupError> {
        let name = BackupName {
            sequence: list.sequence,
            made_at: UtcMillis(list.made_at),
        };
        let bytes = list.encode(&self.keys, self.desk)?;
        let path = self.folder.join(name.file());
        write_once(&path, &bytes)?;
        files::sync_parent(&path).map_err(BackupError::io("sync", &path))?;
        Ok(entry(name, list))
    }

    fn chunks(&self) -> PathBuf {
        self.folder.join("chunks")
    }

    /// By the first two digits, so that no folder gets too long for those who look into it.
    fn chunk_path(&self, id: ChunkId) -> PathBuf {
        let name = id.to_string();
        let shelf: String = name.chars().take(2).collect();
        self.chunks().join(shelf).join(name)
    }

    /// The chunks that are there, and the rests of writes that were cut off.
    pub(super) fn shelves(&self) -> Result<Shelves, BackupError> {
        let mut shelves = Shelves::default();
        let chunks = self.chunks();
        for shelf in files::list(&chunks).map_err(BackupError::io("list", &chunks))? {
            for path in files::list(&shelf).map_err(BackupError::io("list", &shelf))? {
                shelves.sort_in(path);
            }
        }
        for path in files::list(&self.folder).map_err(BackupError::io("list", &self.folder))? {
            if path.extension().is_some_and(|ending| ending == PART) {
                shelves.parts.push(path);
            }
        }
        Ok(shelves)
    }

    /// Whether a chunk is there, with the bytes it should have. Its content is looked at by whoever checks.
    pub(super) fn has_chunk(&self, id: ChunkId, bytes: u64) -> Result<bool, BackupError> {
        let path = self.chunk_path(id);
        let found = files::size_of(&path).map_err(BackupError::io("look at", &path))?;
        Ok(found == bytes + SEAL)
    }

    /// Puts a chunk in its place; the folder that it is in is synced by [`BackupVault::sync_shelves`].
    pub(super) fn write_chunk(&self, id: ChunkId, content: &[u8]) -> Result<u64, BackupError> {
        let path = self.chunk_path(id);
        if let Some(shelf) = path.parent() {
            files::create_private_folder(shelf).map_err(BackupError::io("create", shelf))?;
        }
        let sealed = self.keys.seal_chunk(id, content)?;
        write_once(&path, &sealed)?;
        Ok(u64::try_from(sealed.len()).unwrap_or(0))
    }

    pub(super) fn read_chunk(&self, id: ChunkId, bytes: u64) -> Result<Vec<u8>, Broken> {
        let sealed = match files::read_if_present(&self.chunk_path(id)) {
            Ok(Some(sealed)) => sealed,
            Ok(None) => return Err(Broken::Missing),
            // A disk that cannot read a file has changed it.
            Err(_) => return Err(Broken::Changed),
        };
        if u64::try_from(sealed.len()).unwrap_or(u64::MAX) < bytes + SEAL {
            return Err(Broken::CutOff);
        }
        self.keys.open_chunk(id, &sealed).ok_or(Broken::Changed)
    }

    pub(super) fn sync_shelves(&self, written: &HashSet<ChunkId>) -> Result<(), BackupError> {
        let shelves: BTreeSet<PathBuf> = written
            .iter()
            .filter_map(|id| self.chunk_path(*id).parent().map(Path::to_owned))
            .collect();
        for shelf in &shelves {
            files::sync_folder(shelf).map_err(BackupError::io("sync", shelf))?;
        }
        Ok(())
    }

    pub(super) fn remove_chunks<'a>(
        &self,
        ids: impl IntoIterator<Item = &'a ChunkId>,
    ) -> Result<u64, BackupError> {
        let mut freed = 0;
        for id in ids {
            let path = self.chunk_path(*id);
            freed += files::size_of(&path).map_err(BackupError::io("look at", &path))?;
            files::remove(&path).map_err(BackupError::io("remove", &path))?;
        }
        Ok(freed)
    }

    /// Deletes backups and what only they needed. Gives the bytes that became free. A crash in the middle leaves
    /// chunks that nobody needs, which the next call removes.
    ///
    /// # Errors
    /// What the system refuses, or that a list cannot be read: nothing that it may need is removed then.
    pub fn delete(&self, gone: &BTreeSet<BackupName>) -> Result<u64, BackupError> {
        for name in gone {
            let path = self.folder.join(name.file());
            files::remove(&path).map_err(BackupError::io("remove", &path))?;
        }
        if !gone.is_empty() {
            let lists = self.folder.join(LIST);
            files::sync_parent(&lists).map_err(BackupError::io("sync", &lists))?;
        }
        let mut needed = HashSet::new();
        for name in self.names()? {
            needed.extend(self.read_list(name)?.chunks().map(|(id, _)| id));
        }
        let shelves = self.shelves()?;
        remove_all(&shelves.parts)?;
        self.remove_chunks(shelves.chunks.keys().filter(|id| !needed.contains(*id)))
    }
}

fn key_files(folder: &Path) -> Result<Vec<PathBuf>, BackupError> {
    let mut found: Vec<_> = files::list(folder)
        .map_err(BackupError::io("list", folder))?
        .into_iter()
        .filter(|path| path.extension().is_some_and(|ending| ending == KEY))
        .collect();
    found.sort();
    Ok(found)
}

fn entry(name: BackupName, list: &List) -> BackupEntry {
    BackupEntry {
        name,
        counts: list.counts,
        total: list.total(),
        added: list.added,
    }
}

/// What lies on the shelves.
#[derive(Debug, Default)]
pub(super) struct Shelves {
    pub(super) chunks: HashMap<ChunkId, PathBuf>,
    pub(super) parts: Vec<PathBuf>,
}

impl Shelves {
    fn sort_in(&mut self, path: PathBuf) {
        if path.extension().is_some_and(|ending| ending == PART) {
            self.parts.push(path);
            return;
        }
        // Anything else, a synchroniser's conflict copy perhaps, is not ours to touch.
        let name = path.file_name().and_then(|name| name.to_str());
        if let Some(id) = name.and_then(ChunkId::parse) {
            self.chunks.insert(id, path);
        }
    }
}

/// What is wrong with a chunk.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Broken {
    Missing,
    CutOff,
    Changed,
}

pub(super) fn remove_all(paths: &[PathBuf]) -> Result<(), BackupError> {
    for path in paths {
        files::remove(path).map_err(BackupError::io("remove", path))?;
    }
    Ok(())
}

fn write_once(path: &Path, bytes: &[u8]) -> Result<(), BackupError> {
    files::write_new(path, bytes).map_err(BackupError::io("write", path))
}

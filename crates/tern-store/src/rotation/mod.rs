//! Putting everything on disk under another key, so that a crash at any point costs nothing.
//!
//! Owns the order of the steps. Copies of all databases and pictures under the new key grow beside the old ones;
//! one marker file says whether they are a draft or the truth. Until it says *committed* the old files are not
//! touched and a crash is answered by throwing the copies away; from then on every step can be repeated and a
//! crash is answered by going on. It refuses to keep a key: whoever holds keys has to have the new one, durably,
//! before [`Rotation::commit`], and makes it the one in force between [`Rotation::swap`] and [`Rotation::finish`].

mod copy;
mod marker;
mod room;
mod swap;
#[cfg(test)]
mod tests;

use std::path::{Path, PathBuf};

use thiserror::Error;

pub use marker::RotationState;

use crate::error::is_disk_full;
use crate::files;
use crate::key::DatabaseKey;
use crate::layout::{FileName, Layout};
use crate::open::{FolderLock, OpenStoreError};
use marker::Marker;

/// Why the key could not be replaced. The old files are as they were.
#[derive(Debug, Error)]
pub enum RotationError {
    /// Somebody asked to stop.
    #[error("the rotation was cancelled")]
    Cancelled,
    /// The copies would not fit.
    #[error("the disk has {free} bytes free, and {needed} are needed")]
    NoRoom {
        /// Bytes that the copies need.
        needed: u64,
        /// Bytes that are free.
        free: u64,
    },
    /// The copy is not what was copied: nothing was replaced.
    #[error("the copy of {name} does not read back as the original")]
    NotTheSame {
        /// Which database.
        name: String,
    },
    /// A database could not be opened, read or written.
    #[error("could not copy a database")]
    Database(#[from] OpenStoreError),
}

impl RotationError {
    fn io(
        operation: &'static str,
        path: impl Into<PathBuf>,
    ) -> impl FnOnce(std::io::Error) -> Self {
        let path = path.into();
        move |source| Self::Database(OpenStoreError::from_io(operation, path, source))
    }

    fn sql(operation: &'static str) -> impl FnOnce(rusqlite::Error) -> Self {
        move |source| Self::Database(OpenStoreError::from_sql(operation, source))
    }

    /// Whether the disk ran full.
    #[must_use]
    pub fn is_disk_full(&self) -> bool {
        match self {
            Self::NoRoom { .. } | Self::Database(OpenStoreError::DiskFull) => true,
            Self::Database(OpenStoreError::Io { source, .. }) => is_disk_full(source),
            _ => false,
        }
    }
}

/// What a rotation is doing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum RotationPhase {
    /// Texts are copied.
    Texts,
    /// Pictures are copied.
    Pictures,
    /// The copies are read back.
    Checking,
}

/// How far a rotation has come. Bytes of one phase of one database.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RotationProgress {
    /// What is being done.
    pub phase: RotationPhase,
    /// Bytes done, of all databases and pictures.
    pub done: u64,
    /// Bytes altogether.
    pub total: u64,
}

/// Whether to go on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Going {
    /// Go on.
    On,
    /// Stop; nothing is replaced.
    Stop,
}

/// Hears of progress, and decides whether to go on.
pub(crate) type RotationListener<'a> = &'a mut dyn FnMut(RotationProgress) -> Going;

/// A rotation under way in one folder. It holds the locks of all its databases.
#[derive(Debug)]
pub struct Rotation {
    folder: PathBuf,
    lines: Vec<Layout>,
    state: RotationState,
    _locks: Vec<FolderLock>,
}

impl Rotation {
    /// Whether the copies would fit on the disk. Answers before anything is closed.
    ///
    /// # Errors
    /// [`RotationError::NoRoom`].
    pub fn check_room(folder: &Path, names: &[FileName]) -> Result<(), RotationError> {
        let lines: Vec<_> = names.iter().map(|name| Layout::new(folder, name)).collect();
        room::check(&lines)
    }

    /// Takes all locks and marks the folder. Names without a database are left out. Blocks, like every step.
    ///
    /// # Errors
    /// [`OpenStoreError::InUse`] when a database is open, here or elsewhere; [`RotationError::NoRoom`].
    pub fn begin(folder: &Path, names: &[FileName]) -> Result<Self, RotationError> {
        let mut present = Vec::new();
        for name in names {
            let database = Layout::new(folder, name).database();
            let missing = files::is_missing_or_empty(&database)
                .map_err(RotationError::io("look at", &database))?;
            if !missing {
                present.push(name.clone());
            }
        }
        let rotation = Self::lock(folder, &present, RotationState::Preparing)?;
        room::check(&rotation.lines)?;
        rotation.mark(RotationState::Preparing)?;
        Ok(rotation)
    }

    /// The rotation that a crash left behind; `None` where there is none.
    ///
    /// # Errors
    /// [`OpenStoreError::InUse`] while another process is at it.
    pub fn resume(folder: &Path) -> Result<Option<Self>, RotationError> {
        let Some(marker) = Marker::find(folder)? else {
            return Ok(None);
        };
        let locked = Self::lock(folder, &marker.names(), marker.state)?;
        // The other process may have gone on, or finished, before the locks were ours.
        let Some(marker) = Marker::find(folder)? else {
            return Ok(None);
        };
        Ok(Some(Self {
            state: marker.state,
            ..locked
        }))
    }

    fn lock(
        folder: &Path,
        names: &[FileName],
        state: RotationState,
    ) -> Result<Self, RotationError> {
        let lines: Vec<_> = names.iter().map(|name| Layout::new(folder, name)).collect();
        let locks = lines
            .iter()
            .map(FolderLock::acquire)
            .collect::<Result<Vec<_>, _>>()?;
        Ok(Self {
            folder: folder.to_owned(),
            lines,
            state,
            _locks: locks,
        })
    }

    /// Where it stands.
    #[must_use]
    pub const fn state(&self) -> RotationState {
        self.state
    }

    /// Copies everything under the new key and reads the copies back. Nothing that is in use is changed.
    ///
    /// # Errors
    /// [`RotationError`]; follow it by [`Rotation::finish`], which removes what was copied.
    pub fn copy(
        &self,
        old: &DatabaseKey,
        new: &DatabaseKey,
        listener: &mut dyn FnMut(RotationProgress) -> Going,
    ) -> Result<(), RotationError> {
        // What another attempt may have left is under a key that nobody has any more.
        swap::remove_copies(&self.lines)?;
        let mut total = 0;
        for line in &self.lines {
            total += room::size_of(line)?;
        }
        let mut gauge = copy::Gauge::new(total, listener);
        for line in &self.lines {
            copy::line(line, old, new, &mut gauge)?;
        }
        Ok(())
    }

    /// The point of no return: from here on the copies are the truth. The new key has to be held durably before.
    ///
    /// # Errors
    /// What the disk answers; then nothing has changed.
    pub fn commit(&mut self) -> Result<(), RotationError> {
        self.mark(RotationState::Committed)?;
        self.state = RotationState::Committed;
        Ok(())
    }

    /// Puts the copies where the old files are, which are kept under other names. Can be repeated.
    ///
    /// # Errors
    /// What the disk answers; do it again.
    pub fn swap(&self) -> Result<(), RotationError> {
        for line in &self.lines {
            swap::line(line)?;
        }
        Ok(())
    }

    /// Ends it: removes the copies of one that was not committed, and overwrites and removes the old files of one
    /// that was, with the copies from before upgrades, which nobody can open any more. Can be repeated.
    ///
    /// # Errors
    /// What the disk answers; do it again.
    pub fn finish(self) -> Result<(), RotationError> {
        match self.state {
            RotationState::Preparing => swap::remove_copies(&self.lines)?,
            RotationState::Committed => swap::remove_old(&self.lines)?,
        }
        Marker::remove(&self.folder)
    }

    fn mark(&self, state: RotationState) -> Result<(), RotationError> {
        Marker::new(state, &self.lines).save(&self.folder)
    }
}

/// Copies one database with its pictures under another key and reads the copy back, for whoever owns both.
pub(crate) fn copy_line(
    line: &Layout,
    old: &DatabaseKey,
    new: &DatabaseKey,
    listener: RotationListener<'_>,
) -> Result<(), RotationError> {
    let mut gauge = copy::Gauge::new(room::size_of(line)?, listener);
    copy::line(line, old, new, &mut gauge)
}

/// Removes such a copy.
pub(crate) fn remove_copies(lines: &[Layout]) -> Result<(), RotationError> {
    swap::remove_copies(lines)
}

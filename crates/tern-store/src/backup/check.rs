//! Reading a backup back: every part, and the database that they make.
//!
//! Owns the drill, which builds the database from its parts beside the desk's own, looks it over as a whole and removes
//! it again. It refuses to call a backup good of which it has not read every byte.

use std::collections::HashMap;
use std::fs::File;
use std::io::Write as _;
use std::path::Path;

use rusqlite::Connection;

use super::folder::{BackupName, BackupVault, Broken};
use super::format::{BackupCounts, List};
use super::make::count;
use super::{BackupError, BackupListener, BackupPhase, Gauge};
use crate::error::StoreError;
use crate::files;
use crate::key::DatabaseKey;
use crate::layout::{FileName, Layout};
use crate::media_files::MediaFiles;
use crate::open::{Access, OpenStoreError, open_connection};
use crate::tx::run_read;

/// What was found in a backup that is good.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BackupChecked {
    /// Which.
    pub name: BackupName,
    /// What is in it, counted in the database that its parts make.
    pub counts: BackupCounts,
    /// Parts that were read.
    pub parts: u64,
    /// Bytes that they hold.
    pub bytes: u64,
}

impl BackupVault {
    /// The drill: reads every part of a backup, opens the database that they make and checks it, its event log
    /// included. The desk is not touched; its folder is needed for a while. Blocks.
    ///
    /// # Errors
    /// [`BackupError::Parts`], [`BackupError::Inside`] and whatever keeps it from looking.
    pub fn check(
        &self,
        backup: BackupName,
        beside: (&Path, &FileName),
        listener: BackupListener<'_>,
    ) -> Result<BackupChecked, BackupError> {
        let list = self.read_list(backup)?;
        let place = Layout::new(beside.0, beside.1).drill();
        remove_files(&place)?;
        let checked = self.check_in(backup, &list, &place, listener);
        remove_files(&place)?;
        checked
    }

    fn check_in(
        &self,
        name: BackupName,
        list: &List,
        place: &Layout,
        listener: BackupListener<'_>,
    ) -> Result<BackupChecked, BackupError> {
        check_room(place, list.length)?;
        let mut gauge = Gauge::new(list.total(), listener);
        let parts = self.unpack(list, place, Pictures::ReadOnly, &mut gauge)?;
        gauge.advance(BackupPhase::Checking, 0)?;
        let key = list.file_key().ok_or(BackupError::Unreadable)?;
        let counts = look_over(place, &key)?;
        Ok(BackupChecked {
            name,
            counts: BackupCounts {
                pictures: list.picture_count(),
                ..counts
            },
            parts,
            bytes: list.total(),
        })
    }

    /// Reads all parts; puts the database, and the pictures if they are wanted, into their places. Tells how many
    /// parts there were.
    pub(super) fn unpack(
        &self,
        list: &List,
        place: &Layout,
        pictures: Pictures,
        gauge: &mut Gauge<'_>,
    ) -> Result<u64, BackupError> {
        let mut broken = HashMap::<_, u64>::new();
        let mut parts = 0;
        let path = place.database();
        let failed = |operation| BackupError::own_io(operation, &path);
        let mut file = files::create_new(&path).map_err(failed("write"))?;
        let media = place.media();
        if pictures == Pictures::Keep {
            files::create_private_folder(&media).map_err(BackupError::own_io("create", &media))?;
        }
        for (index, (id, bytes)) in list.chunks().enumerate() {
            parts += 1;
            let is_piece = index < list.pieces.len();
            match self.read_chunk(id, bytes) {
                Ok(content) if is_piece => file.write_all(&content).map_err(failed("write"))?,
                Ok(content) if pictures == Pictures::Keep => {
                    let picture = list.pictures.get(index - list.pieces.len());
                    let name = picture.map_or("", |picture| picture.name.as_str());
                    // A name from a list that authenticates; still nothing may leave the folder.
                    if name.ends_with(".sealed") && !name.contains(['/', '\\']) {
                        let path = media.join(name);
                        files::write_synced(&path, &content)
                            .map_err(BackupError::own_io("write", &path))?;
                    }
                }
                Ok(_) => {}
                Err(what) => *broken.entry(what as u8).or_default() += 1,
            }
            let phase = if is_piece {
                BackupPhase::Texts
            } else {
                BackupPhase::Pictures
            };
            gauge.advance(phase, bytes)?;
        }
        finish(file).map_err(failed("write"))?;
        let of = |what: Broken| broken.get(&(what as u8)).copied().unwrap_or(0);
        if !broken.is_empty() {
            return Err(BackupError::Parts {
                missing: of(Broken::Missing),
                cut_off: of(Broken::CutOff),
                changed: of(Broken::Changed),
            });
        }
        Ok(parts)
    }
}

/// What becomes of the pictures.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Pictures {
    /// They are only read.
    ReadOnly,
    /// They are put into their place.
    Keep,
}

fn finish(mut file: File) -> std::io::Result<()> {
    file.flush()?;
    file.sync_all()
}

/// Opens what was unpacked and reads all of it.
pub(super) fn look_over(place: &Layout, key: &DatabaseKey) -> Result<BackupCounts, BackupError> {
    let mut connection = open_connection(&place.database(), key, Access::ReadOnly)
        .map_err(BackupError::sql("open the database of the backup"))?;
    let inside = |error: rusqlite::Error| {
        BackupError::Inside(StoreError::from_sql("read the backup's database", error))
    };
    authenticate(&connection).map_err(inside)?;
    let media = MediaFiles::open(place, key)?;
    run_read(&mut connection, &media, |conn| {
        conn.check_integrity()?;
        conn.verify_event_chain().map(drop)
    })
    .map_err(BackupError::Inside)?;
    count(&connection).map_err(inside)
}

fn authenticate(connection: &Connection) -> Result<(), rusqlite::Error> {
    connection
        .query_row("SELECT count(*) FROM sqlite_schema", (), |_| Ok(()))
        .map(drop)
}

/// Removes what was unpacked.
pub(super) fn remove_files(place: &Layout) -> Result<(), BackupError> {
    for path in [
        place.database(),
        place.log(),
        place.log_index(),
        place.key_check(),
    ] {
        files::remove(&path).map_err(BackupError::own_io("remove", &path))?;
    }
    let media = place.media();
    for path in files::list(&media).map_err(BackupError::own_io("list", &media))? {
        files::remove(&path).map_err(BackupError::own_io("remove", &path))?;
    }
    files::remove_empty_folder(&media).map_err(BackupError::own_io("remove", &media))
}

/// For the system's own needs.
const RESERVE: u64 = 32 * 1024 * 1024;

pub(super) fn check_room(place: &Layout, bytes: u64) -> Result<(), BackupError> {
    let folder = place.folder();
    files::create_private_folder(folder).map_err(BackupError::own_io("create", folder))?;
    let needed = bytes.saturating_add(RESERVE);
    match files::free_space(folder) {
        Some(free) if free < needed => Err(BackupError::NoRoom { needed, free }),
        _ => Ok(()),
    }
}

impl From<StoreError> for BackupError {
    fn from(error: StoreError) -> Self {
        Self::Database(OpenStoreError::Store(error))
    }
}

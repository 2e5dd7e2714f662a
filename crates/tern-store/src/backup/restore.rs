//! Putting a backup in the place of a desk's file, so that a crash at any point costs nothing.
//!
//! Owns the order of the steps. What is restored grows beside the desk's file, first under the key that it had, then
//! copied under the key of this computer and read back; until the marker is written a crash is answered by throwing it
//! away. From then on every step can be repeated and a crash is answered by going on: what was there is renamed, never
//! deleted, and what was restored takes its place.

use std::path::Path;
use std::time::Duration;

use rusqlite::Connection;
use serde::{Deserialize, Serialize};
use tern_domain::UtcMillis;

use super::check::{Pictures, check_room, look_over, remove_files};
use super::folder::{BackupName, BackupVault};
use super::format::BackupCounts;
use super::{BackupError, BackupListener, BackupPhase, BackupProgress, Gauge};
use crate::files;
use crate::key::DatabaseKey;
use crate::layout::{FileName, Layout};
use crate::open::{Access, FolderLock, open_connection, prepare_writer};
use crate::rotation::{Going, RotationPhase, copy_line, remove_copies};
use crate::tables::documents::RESTORED;

/// What a restored file says of itself until whoever opens it has drawn the conclusions: what the backup had under way
/// may have been done since.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct RestoredFrom {
    /// When the backup was made.
    pub made_at: UtcMillis,
    /// When it was restored.
    pub restored_at: UtcMillis,
    /// Only rows of it were filled into the same desk's own file.
    #[serde(default)]
    pub filled_in: bool,
}

/// What was restored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Restored {
    /// Which backup.
    pub name: BackupName,
    /// What is in it.
    pub counts: BackupCounts,
    /// Name that the file that was there has now; `None` where there was none.
    pub set_aside: Option<FileName>,
}

/// Says that what was restored is the truth from here on.
#[derive(Debug, Serialize, Deserialize)]
struct Marker {
    version: u32,
    /// What the old files' names end with.
    mark: String,
}

const MARKER_VERSION: u32 = 1;

impl BackupVault {
    /// Restores a backup as a desk's file under a key of this computer, which has to be held durably before. A file
    /// that is there is set aside. Nobody may have it open. Blocks.
    ///
    /// # Errors
    /// [`BackupError`]; what was there is in its place then, unless the last renames failed, which
    /// [`settle_restore`] does again.
    pub fn restore(
        &self,
        backup: BackupName,
        (folder, name): (&Path, &FileName),
        key: &DatabaseKey,
        now: UtcMillis,
        listener: BackupListener<'_>,
    ) -> Result<Restored, BackupError> {
        let list = self.read_list(backup)?;
        let target = Layout::new(folder, name);
        let place = target.restoring();
        files::create_private_folder(folder).map_err(BackupError::own_io("create", folder))?;
        let _lock = FolderLock::acquire(&target)?;
        settle(&target)?;
        // Once as it was, once under the new key.
        check_room(&place, list.total().saturating_mul(2))?;
        let mut gauge = Gauge::new(list.total().saturating_mul(2), listener);
        let counts = (|| {
            self.unpack(&list, &place, Pictures::Keep, &mut gauge)?;
            gauge.advance(BackupPhase::Checking, 0)?;
            let old = list.file_key().ok_or(BackupError::Unreadable)?;
            let counts = look_over(&place, &old)?;
            let halfway = list.total();
            copy_line(&place, &old, key, &mut |progress| {
                gauge.tell(BackupProgress {
                    phase: match progress.phase {
                        RotationPhase::Texts => BackupPhase::Texts,
                        RotationPhase::Pictures => BackupPhase::Pictures,
                        RotationPhase::Checking => BackupPhase::Checking,
                    },
                    done: halfway.saturating_add(progress.done),
                    total: halfway.saturating_mul(2),
                })
            })?;
            stamp(
                &place.rotating(),
                key,
                RestoredFrom {
                    made_at: backup.made_at,
                    restored_at: now,
                    filled_in: false,
                },
            )?;
            remove_files(&place)?;
            gauge.advance(BackupPhase::Checking, 0)?;
            Ok(BackupCounts {
                pictures: list.picture_count(),
                ..counts
            })
        })()
        .inspect_err(|_: &BackupError| {
            // What stays behind is removed before the next opening.
            let _ = discard(&place);
        })?;
        let database = target.database();
        let had_file = !files::is_missing_or_empty(&database)
            .map_err(BackupError::own_io("look at", &database))?;
        let set_aside = put_in_place(&target, now)?;
        Ok(Restored {
            name: backup,
            counts,
            set_aside: had_file.then_some(set_aside),
        })
    }
}

/// Puts the whole copy in the place of the file that is there. Gives the name that that one has then.
pub(super) fn put_in_place(target: &Layout, now: UtcMillis) -> Result<FileName, BackupError> {
    let marker = Marker {
        version: MARKER_VERSION,
        mark: now.0.to_string(),
    };
    put_marker(target, &marker)?;
    settle(target)?;
    Ok(target.set_aside(&marker.mark).name().clone())
}

/// Ends what a crash left of a restore or of a drill: forgets what was half restored, or puts what was wholly restored
/// into its place. Comes before a file is opened, and can be repeated.
///
/// # Errors
/// [`OpenStoreError::InUse`](crate::OpenStoreError::InUse) while the file is open; what the disk answers.
pub fn settle_restore(folder: &Path, name: &FileName) -> Result<(), BackupError> {
    let target = Layout::new(folder, name);
    // Where nothing was left, nobody is asked for the lock.
    let mut is_left = false;
    for path in [
        target.restore_marker(),
        target.drill().database(),
        target.restoring().database(),
        target.restoring().rotating().database(),
    ] {
        is_left |= files::exists(&path).map_err(BackupError::own_io("look at", &path))?;
    }
    if !is_left {
        return Ok(());
    }
    let _lock = FolderLock::acquire(&target)?;
    remove_files(&target.drill())?;
    settle(&target)
}

fn settle(target: &Layout) -> Result<(), BackupError> {
    let path = target.restore_marker();
    let stored = files::read_if_present(&path).map_err(BackupError::own_io("read", &path))?;
    let Some(stored) = stored else {
        return discard(&target.restoring());
    };
    let marker = serde_json::from_slice::<Marker>(&stored)
        .ok()
        .filter(|marker| marker.version == MARKER_VERSION)
        // It is replaced as one step, so one that cannot be read was made by other hands: touch nothing.
        .ok_or_else(|| {
            let words = std::io::Error::other("not a marker of this version");
            BackupError::own_io("understand", &path)(words)
        })?;
    swap(target, &target.set_aside(&marker.mark))?;
    discard(&target.restoring())?;
    files::remove(&path).map_err(BackupError::own_io("remove", &path))?;
    files::sync_parent(&path).map_err(BackupError::own_io("sync", &path))
}

fn discard(place: &Layout) -> Result<(), BackupError> {
    remove_files(place)?;
    remove_copies(std::slice::from_ref(place))?;
    // Whoever wrote into the copy as a desk's file held it.
    let lock = place.rotating().lock();
    files::remove(&lock).map_err(BackupError::own_io("remove", &lock))
}

/// The renames. As long as the restored database has not been renamed, what is in its place is the old one.
fn swap(target: &Layout, aside: &Layout) -> Result<(), BackupError> {
    let copy = target.restoring().rotating();
    let rename = |from: &Path, to: &Path| {
        files::rename_if_present(from, to).map_err(BackupError::own_io("rename", from))
    };
    let envelope = target.envelope();
    let has = |path: &Path| files::exists(path).map_err(BackupError::own_io("look at", path));
    if has(&copy.media())? {
        rename(&target.media(), &aside.media())?;
        rename(&copy.media(), &target.media())?;
    }
    if has(&copy.key_check())? {
        rename(&target.key_check(), &aside.key_check())?;
        rename(&copy.key_check(), &target.key_check())?;
    }
    if has(&copy.database())? {
        if has(&envelope)? && has(&target.database())? {
            // The same passphrase opens the new file too; the copy goes with the file that it opens.
            files::copy_durably(&envelope, &aside.envelope())
                .map_err(BackupError::own_io("copy", &envelope))?;
        }
        rename(&target.log(), &aside.log())?;
        rename(&target.log_index(), &aside.log_index())?;
        rename(&target.database(), &aside.database())?;
        rename(&copy.database(), &target.database())?;
    }
    let database = target.database();
    files::sync_parent(&database).map_err(BackupError::own_io("sync", &database))
}

fn put_marker(target: &Layout, marker: &Marker) -> Result<(), BackupError> {
    let path = target.restore_marker();
    let bytes = serde_json::to_vec(marker).unwrap_or_default();
    files::write_atomic(&path, &bytes).map_err(BackupError::own_io("write", &path))
}

/// Writes into the restored file that it was restored.
fn stamp(copy: &Layout, key: &DatabaseKey, from: RestoredFrom) -> Result<(), BackupError> {
    const OPERATION: &str = "mark the restored file";
    let failed = || BackupError::sql(OPERATION);
    let connection = open_connection(&copy.database(), key, Access::ReadWrite).map_err(failed())?;
    prepare_writer(&connection).map_err(failed())?;
    connection.busy_timeout(Duration::ZERO).map_err(failed())?;
    let document = serde_json::to_string(&from).unwrap_or_default();
    connection
        .execute(
            "INSERT OR REPLACE INTO settings (name, value) VALUES (?1, ?2)",
            (RESTORED.0, document),
        )
        .map_err(failed())?;
    close_copy(copy, connection)
}

/// Closes a copy so that all of it is in one file, and on the disk.
pub(super) fn close_copy(copy: &Layout, connection: Connection) -> Result<(), BackupError> {
    const OPERATION: &str = "close the copy";
    connection
        .query_row("PRAGMA wal_checkpoint(TRUNCATE)", (), |_| Ok(()))
        .map_err(BackupError::sql(OPERATION))?;
    connection
        .close()
        .map_err(|(_, source)| BackupError::sql(OPERATION)(source))?;
    for leftover in [copy.log(), copy.log_index()] {
        files::remove(&leftover).map_err(BackupError::own_io("remove", &leftover))?;
    }
    let path = copy.database();
    files::sync(&path).map_err(BackupError::own_io("sync", &path))
}

impl Gauge<'_> {
    /// Passes on what somebody else measured.
    fn tell(&mut self, progress: BackupProgress) -> Going {
        (self.listener)(progress)
    }
}

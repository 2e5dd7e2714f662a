//! Making a backup: what changed since the last one, and a list of everything.
//!
//! Owns the order of the steps. The database is held still by a reader that needs nothing of the write-ahead log, so
//! that its file does not change while texts go on being written; its encrypted pages are taken as they are, because a
//! page that nobody wrote is the same, bit for bit, in the next backup. The list is written last: until then there is
//! no backup, and what was stored for it is what the next run need not store.

use std::collections::{BTreeSet, HashSet};
use std::fs::File;
use std::io::{Read as _, Seek as _};
use std::path::PathBuf;

use rusqlite::Connection;
use tern_domain::UtcMillis;
use zeroize::Zeroizing;

use super::folder::{BackupEntry, BackupVault, remove_all};
use super::format::{BackupCounts, ChunkId, List, Picture, count_pictures};
use super::{BackupError, BackupListener, BackupPhase, Gauge};
use crate::error::{During as _, StoreError};
use crate::files;
use crate::key::DatabaseKey;
use crate::layout::Layout;
use crate::store::Store;
use crate::tx::ReadConn;

/// Bytes of the database in one chunk: 32 pages. Smaller ones make many files, larger ones store more around what
/// changed.
pub(super) const PIECE: u64 = 128 * 1024;

/// How often it is tried to find the log unused; each try waits a tenth of a second.
const TRIES: u32 = 100;

/// The database's file, held still. Texts go on being written, into the log, which grows meanwhile.
struct Still<'a> {
    /// A reader whose snapshot is exactly what the file holds.
    reader: Connection,
    file: &'a File,
    layout: &'a Layout,
    key: &'a DatabaseKey,
}

impl Store {
    /// Makes a backup into a desk's part of a folder. Blocks: call it off the async runtime. One at a time.
    ///
    /// # Errors
    /// [`BackupError`]; the backups that were there are as they were.
    pub fn back_up(
        &self,
        vault: &BackupVault,
        now: UtcMillis,
        listener: BackupListener<'_>,
    ) -> Result<BackupEntry, BackupError> {
        vault.is_ready()?;
        let shelves = vault.shelves()?;
        remove_all(&shelves.parts)?;
        let present: HashSet<ChunkId> = shelves.chunks.into_keys().collect();
        let names = vault.names()?;
        let before = names
            .iter()
            .rev()
            .find_map(|name| vault.read_list(*name).ok());
        let sequence = names.last().map_or(0, |name| name.sequence) + 1;
        let mut run = Run {
            vault,
            present,
            written: HashSet::new(),
            added: 0,
        };
        let made = self.still().and_then(|still| {
            let list = run.read(&still, before.as_ref(), (sequence, now), listener)?;
            vault.sync_shelves(&run.written)?;
            vault.write_list(&list)
        });
        if matches!(made, Err(BackupError::Full)) {
            // The disk is left as it was found: what was stored is of no use to anybody yet.
            let parts = vault.shelves()?.parts;
            remove_all(&parts)?;
            vault.remove_chunks(&run.written)?;
        }
        made
    }

    fn still(&self) -> Result<Still<'_>, BackupError> {
        for _ in 0..TRIES {
            if let Some(reader) = self.hold_still().wait()? {
                let database = self.layout().database();
                let file = self.raw().map_err(BackupError::own_io("read", database))?;
                return Ok(Still {
                    reader,
                    file,
                    layout: self.layout(),
                    key: self.key(),
                });
            }
        }
        Err(BackupError::NotStill)
    }
}

struct Run<'a> {
    vault: &'a BackupVault,
    /// Chunks that were there before.
    present: HashSet<ChunkId>,
    written: HashSet<ChunkId>,
    added: u64,
}

impl Run<'_> {
    fn read(
        &mut self,
        still: &Still<'_>,
        before: Option<&List>,
        (sequence, now): (u64, UtcMillis),
        listener: BackupListener<'_>,
    ) -> Result<List, BackupError> {
        let pictures = list_pictures(still.layout)?;
        let database = still.layout.database();
        let stamp = files::stamp(&database).map_err(BackupError::own_io("look at", &database))?;
        let total = pictures.iter().map(|picture| picture.length).sum::<u64>() + stamp.length;
        let mut gauge = Gauge::new(total, listener);
        let pieces = self.read_database(still, stamp.length, &mut gauge)?;
        let mut kept = Vec::with_capacity(pictures.len());
        for found in pictures {
            if let Some(picture) = self.read_picture(found, before, &mut gauge)? {
                kept.push(picture);
            }
        }
        let counts = count(&still.reader).map_err(BackupError::sql("count what is in the file"))?;
        let schema = schema(&still.reader)?;
        // Somebody else's hand in the file would have mixed two states.
        if files::stamp(&database).ok() != Some(stamp) {
            return Err(BackupError::NotStill);
        }
        Ok(List {
            sequence,
            made_at: now.0,
            name: still.layout.name().as_str().to_owned(),
            schema,
            key: Zeroizing::new(hex::encode(still.key.to_bytes().as_slice())),
            length: stamp.length,
            pieces,
            counts: BackupCounts {
                pictures: count_pictures(&kept),
                ..counts
            },
            pictures: kept,
            added: self.added,
        })
    }

    fn read_database(
        &mut self,
        still: &Still<'_>,
        length: u64,
        gauge: &mut Gauge<'_>,
    ) -> Result<Vec<ChunkId>, BackupError> {
        let database = still.layout.database();
        let mut file = still.file;
        file.rewind()
            .map_err(BackupError::own_io("read", &database))?;
        let mut pieces = Vec::new();
        let mut buffer = Vec::new();
        let mut left = length;
        while left > 0 {
            let bytes = left.min(PIECE);
            buffer.clear();
            let read = file
                .by_ref()
                .take(bytes)
                .read_to_end(&mut buffer)
                .map_err(BackupError::own_io("read", &database))?;
            if u64::try_from(read).ok() != Some(bytes) {
                return Err(BackupError::NotStill);
            }
            pieces.push(self.keep(&buffer)?);
            left -= bytes;
            gauge.advance(BackupPhase::Texts, bytes)?;
        }
        Ok(pieces)
    }

    /// `None` for a picture that was removed meanwhile.
    fn read_picture(
        &mut self,
        found: FoundPicture,
        before: Option<&List>,
        gauge: &mut Gauge<'_>,
    ) -> Result<Option<Picture>, BackupError> {
        let known = before.and_then(|list| {
            // In the order of their names, as they were listed.
            let at = list
                .pictures
                .binary_search_by(|picture| picture.name.as_str().cmp(&found.name));
            list.pictures.get(at.ok()?)
        });
        if let Some(known) = known
            && known.length == found.length
            && known.written == found.written
            && self.present.contains(&known.chunk)
            && self.vault.has_chunk(known.chunk, known.length)?
        {
            gauge.advance(BackupPhase::Pictures, found.length)?;
            return Ok(Some(known.clone()));
        }
        let content = files::read_if_present(&found.path)
            .map_err(BackupError::own_io("read", &found.path))?;
        let Some(content) = content else {
            return Ok(None);
        };
        let chunk = self.keep(&content)?;
        gauge.advance(BackupPhase::Pictures, found.length)?;
        Ok(Some(Picture {
            name: found.name,
            length: u64::try_from(content.len()).unwrap_or(0),
            written: found.written,
            chunk,
        }))
    }

    /// Stores a chunk, unless it is there.
    fn keep(&mut self, content: &[u8]) -> Result<ChunkId, BackupError> {
        let id = self.vault.keys.name(content);
        let bytes = u64::try_from(content.len()).unwrap_or(0);
        let is_there = self.written.contains(&id)
            || (self.present.contains(&id) && self.vault.has_chunk(id, bytes)?);
        if !is_there {
            self.added += self.vault.write_chunk(id, content)?;
            self.written.insert(id);
        }
        Ok(id)
    }
}

struct FoundPicture {
    name: String,
    path: PathBuf,
    length: u64,
    written: i64,
}

/// In the order of their names.
fn list_pictures(layout: &Layout) -> Result<Vec<FoundPicture>, BackupError> {
    let folder = layout.media();
    let mut found = Vec::new();
    for path in files::list(&folder).map_err(BackupError::own_io("list", &folder))? {
        let is_picture = path.extension().is_some_and(|ending| ending == "sealed");
        let Some(name) = path.file_name().and_then(|name| name.to_str()) else {
            continue;
        };
        // Removed meanwhile, or the rest of a write.
        let Ok(stamp) = files::stamp(&path) else {
            continue;
        };
        if is_picture {
            found.push(FoundPicture {
                name: name.to_owned(),
                length: stamp.length,
                written: stamp.written,
                path,
            });
        }
    }
    found.sort_by(|one, other| one.name.cmp(&other.name));
    Ok(found)
}

/// Rows that people think in.
pub(super) fn count(connection: &Connection) -> Result<BackupCounts, rusqlite::Error> {
    let number = |row: &rusqlite::Row<'_>, index| row.get(index).map(i64::unsigned_abs);
    connection.query_row(
        "SELECT (SELECT count(*) FROM conversations), (SELECT count(*) FROM messages),
                (SELECT count(*) FROM events)",
        (),
        |row| {
            Ok(BackupCounts {
                conversations: number(row, 0)?,
                messages: number(row, 1)?,
                events: number(row, 2)?,
                pictures: 0,
            })
        },
    )
}

impl ReadConn<'_> {
    /// How much the file holds, counted as a backup counts it.
    ///
    /// # Errors
    /// [`StoreError`] when the file cannot be read.
    pub fn count_for_backup(&self) -> Result<BackupCounts, StoreError> {
        const OPERATION: &str = "count what is in the file";
        let pictures = self
            .prepare(
                "SELECT count(*) FROM media WHERE state IN ('image', 'file')",
                OPERATION,
            )?
            .query_row((), |row| row.get(0).map(i64::unsigned_abs))
            .during(OPERATION)?;
        let counts = count(self.connection()).during(OPERATION)?;
        Ok(BackupCounts { pictures, ..counts })
    }
}

fn schema(connection: &Connection) -> Result<u32, BackupError> {
    connection
        .pragma_query_value(None, "user_version", |row| row.get(0))
        .map_err(BackupError::sql("read the schema version"))
}

/// Deletes what a rule lets go.
///
/// # Errors
/// What [`BackupVault::delete`] fails with.
pub fn thin_out(
    vault: &BackupVault,
    keep: impl FnOnce(&[(u64, UtcMillis)]) -> BTreeSet<u64>,
) -> Result<u64, BackupError> {
    let names = vault.names()?;
    let made: Vec<_> = names
        .iter()
        .map(|name| (name.sequence, name.made_at))
        .collect();
    let keep = keep(&made);
    let gone = names
        .into_iter()
        .filter(|name| !keep.contains(&name.sequence))
        .collect();
    vault.delete(&gone)
}

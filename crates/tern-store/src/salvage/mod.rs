//! Carrying over what can still be read of a database that was set aside, and filling in what a backup has of the rest.
//!
//! Owns which source counts: what the damaged file still says is the truth, and a backup fills in rows of those tables
//! only of which a part could not be read, because what is missing in a table that was read whole was deleted. It refuses
//! to change the old file, to mix another desk's rows in, and to carry over cursors of the exchange with the carrier:
//! what was lost is fetched again, and by SID nothing comes twice.

mod deleted;
mod settle;
mod walk;

use std::collections::HashMap;
use std::path::Path;

use rusqlite::types::Value;
use tern_domain::MediaId;

use crate::backup::Unpacked;
use crate::key::DatabaseKey;
use crate::layout::{FileName, Layout};
use crate::media_files::MediaFiles;
use crate::open::OpenStoreError;
use crate::store::Store;
use walk::{OldFile, Walk};

/// Tables that are carried over, parents first. Figures are not, but for what is kept of deleted texts: they are counted
/// anew from that, from texts and from events.
const TABLES: [&str; 54] = [
    "conversations",
    "messages",
    "message_days",
    "message_masks",
    "events",
    "interactions",
    "wrap_up_segments",
    "routing_config",
    "agent_pins",
    "presence",
    "work_items",
    "outbox",
    "media",
    "media_fetches",
    "timers",
    "drafts",
    "notes",
    "notices",
    "saved_views",
    "messaging_actions",
    "inbound_journal",
    "diagnostics",
    "people",
    "person_phones",
    "messaging_profiles",
    "topics",
    "topic_versions",
    "topic_tests",
    "topic_counts",
    "bot_sessions",
    "bot_handovers",
    "bot_requests",
    "record_tables",
    "record_rows",
    "record_cells",
    "verifications",
    "account_links",
    "elevations",
    "subscriptions",
    "consents",
    "carrier_wipes",
    "notifications",
    "notification_runs",
    "notification_recipients",
    "history_imports",
    "imported_texts",
    "imported_conversations",
    "imported_people",
    "imported_blocks",
    "kept_text_figures",
    "kept_failed_texts",
    "kept_conversation_figures",
    "kept_agent_figures",
    "settings",
];

/// What was carried over.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Salvage {
    /// Tables of which everything could be read, with their rows.
    pub whole: Vec<(&'static str, u64)>,
    /// Tables of which a part could not be read, with the rows that could.
    pub partial: Vec<(&'static str, u64)>,
    /// Media files carried over.
    pub media_files: u64,
    /// Tables of which the backup had rows that the damaged file did not give, with how many.
    pub filled: Vec<(&'static str, u64)>,
    /// Media files that only the backup had.
    pub filled_media_files: u64,
    /// The backup is of a desk with another history, so nothing of it was taken.
    pub is_other_desk: bool,
    /// Texts that the conversations had when the file was damaged; `None` where that cannot be read.
    pub expected_texts: Option<u64>,
}

impl Salvage {
    /// Texts that were carried over from the damaged file.
    #[must_use]
    pub fn texts(&self) -> u64 {
        messages(self.whole.iter().chain(&self.partial))
    }

    /// Texts that came from the backup.
    #[must_use]
    pub fn filled_texts(&self) -> u64 {
        messages(self.filled.iter())
    }

    /// Whether a backup filled in what was to be done by itself, and may have been done since it was made.
    #[must_use]
    pub fn has_old_work(&self) -> bool {
        const WORK: [&str; 6] = [
            "outbox",
            "timers",
            "bot_sessions",
            "bot_requests",
            "notification_runs",
            "notification_recipients",
        ];
        self.filled
            .iter()
            .any(|(table, rows)| *rows > 0 && WORK.contains(table))
    }

    /// Whether a backup filled in anything.
    #[must_use]
    pub fn is_filled(&self) -> bool {
        self.filled.iter().any(|(_, rows)| *rows > 0)
    }
}

fn messages<'a>(tables: impl Iterator<Item = &'a (&'static str, u64)>) -> u64 {
    tables
        .filter(|(table, _)| *table == "messages")
        .map(|(_, rows)| rows)
        .sum()
}

impl Store {
    /// Carries over what can be read of a damaged database, which nobody has open, into this one, which must be new, and
    /// what a backup of the same desk has of the rest. Blocks, for as long as the old file is large: call it off the async
    /// runtime.
    ///
    /// # Errors
    /// [`OpenStoreError::WrongKey`] or [`OpenStoreError::Damaged`] if nothing at all can be read,
    /// [`OpenStoreError::Store`] if this database is not new or cannot be written.
    pub fn salvage(
        &self,
        (folder, name): (&Path, &FileName),
        key: &DatabaseKey,
        backup: Option<&Unpacked>,
    ) -> Result<Salvage, OpenStoreError> {
        let layout = Layout::new(folder, name);
        let mut old = match OldFile::open(&layout, key) {
            Ok(old) => Some(old),
            Err(error) if backup.is_some() => {
                tracing::warn!(%error, "nothing of the damaged database can be read");
                None
            }
            Err(source) => {
                return Err(OpenStoreError::from_sql("read what was set aside", source));
            }
        };
        self.write_blocking(|tx| tx.check_is_new())?;
        let mut more = backup
            .map(|backup| OldFile::open(&backup.layout, &backup.key))
            .transpose()
            .map_err(|source| OpenStoreError::from_sql("read the backup", source))?;
        let mut is_other_desk = false;
        if let (Some(old), Some(backup)) = (&mut old, &mut more) {
            let ours = old.history();
            // Numbers of rows mean the same only in files of one history.
            is_other_desk = differ(&ours, &backup.history());
        }
        if is_other_desk {
            more = None;
        }
        let floor = old.as_mut().and_then(OldFile::floor_of_texts);
        let mut salvage = Salvage {
            expected_texts: old.as_mut().and_then(OldFile::count_expected_texts),
            is_other_desk,
            ..Salvage::default()
        };
        for table in TABLES {
            let (rows, is_whole) = match &mut old {
                Some(old) => self.carry_over(old, table, None)?,
                None => (0, false),
            };
            if is_whole {
                salvage.whole.push((table, rows));
                continue;
            }
            salvage.partial.push((table, rows));
            if let Some(backup) = &mut more {
                let floor = floor.filter(|_| table == "messages");
                let (rows, _) = self.carry_over(backup, table, floor)?;
                salvage.filled.push((table, rows));
            }
        }
        let counters = old
            .as_mut()
            .and_then(OldFile::read_counters)
            .or_else(|| more.as_mut().and_then(OldFile::read_counters));
        let is_filled = salvage.is_filled();
        self.write_blocking(move |tx| {
            if is_filled {
                tx.delete_again()?;
            }
            tx.restore_counters(counters)
        })?;
        let mut ids = self.read_blocking(|conn| conn.list_media_ids())?;
        // Without its key check a folder of pictures cannot be told from another key's.
        if let Ok(old_media) = MediaFiles::open(&layout, key) {
            salvage.media_files = self.carry_media_over(old_media, &mut ids)?;
        }
        if let Some(backup) = backup.filter(|_| more.is_some()) {
            let media = MediaFiles::open(&backup.layout, &backup.key)?;
            salvage.filled_media_files = self.carry_media_over(media, &mut ids)?;
        }
        Ok(salvage)
    }

    /// One table: forwards as far as it goes, then backwards from the end. Rows of texts from before `floor` stay
    /// behind: retention has deleted them since.
    fn carry_over(
        &self,
        old: &mut OldFile,
        table: &'static str,
        floor: Option<i64>,
    ) -> Result<(u64, bool), OpenStoreError> {
        let known = self.read_blocking(move |conn| conn.columns_of(table))?;
        let Some(mut walk) = Walk::over(old, table, &known) else {
            return Ok((0, false));
        };
        let at = walk.column("at").zip(floor);
        let mut rows = 0;
        for backwards in [false, true] {
            while let Some(mut chunk) = walk.next(old, backwards) {
                if let Some((at, floor)) = at {
                    chunk.retain(|row| is_kept(row, at, floor));
                }
                let insert = walk.insert.clone();
                rows += self.write_blocking(move |tx| tx.insert_salvaged(&insert, chunk))?;
            }
            if walk.is_whole {
                break;
            }
        }
        Ok((rows, walk.is_whole))
    }

    /// Copies the pictures that a folder has, and takes their ids off the list.
    fn carry_media_over(
        &self,
        old: MediaFiles,
        ids: &mut Vec<MediaId>,
    ) -> Result<u64, OpenStoreError> {
        let wanted = std::mem::take(ids);
        let (carried, left) = self
            .media(move |new| {
                let mut left = Vec::new();
                let mut carried = 0;
                for id in wanted {
                    // A file that is gone or damaged is fetched again, or shown as unavailable.
                    if let Ok(Some(content)) = old.find(id) {
                        new.write(id, &content)?;
                        carried += 1;
                        // One that cannot be read is made again.
                        if let Ok(Some(thumbnail)) = old.find_thumbnail(id) {
                            new.write_thumbnail(id, &thumbnail)?;
                        }
                    } else {
                        left.push(id);
                    }
                }
                Ok((carried, left))
            })
            .wait()?;
        *ids = left;
        Ok(carried)
    }
}

fn is_kept(row: &[Value], at: usize, floor: i64) -> bool {
    !matches!(row.get(at), Some(Value::Integer(at)) if *at < floor)
}

/// Whether a number means one thing here and another there.
fn differ(ours: &HashMap<(usize, i64), String>, theirs: &HashMap<(usize, i64), String>) -> bool {
    ours.iter()
        .any(|(id, key)| theirs.get(id).is_some_and(|their| their != key))
}

//! Copying one database and its pictures under another key, and reading the copies back.
//!
//! Pages are copied through SQLite's own backup, which decrypts with one key and encrypts with the other: free
//! pages, versions and the search index come along as they are. It refuses to call a copy good that it has not
//! read: every page is authenticated and the rows of every table are counted on both sides.

use std::time::Duration;

use rusqlite::backup::{Backup, StepResult};
use rusqlite::{Connection, OptionalExtension as _};
use tern_domain::lock_code::LockCodes;
use tern_domain::verification::Verification;
use tern_domain::{MediaId, PersonId};
use uuid::Uuid;

use super::{Going, RotationError, RotationListener, RotationPhase, RotationProgress};
use crate::files;
use crate::key::{
    AuthenticatorSeal, DatabaseKey, ExportSeal, Holder, KeyCheck, KeyVerdict, Purpose, open_sealed,
    seal,
};
use crate::layout::Layout;
use crate::open::{Access, OpenStoreError, open_connection, prepare_writer};
use crate::tables::documents::{EXPORT_KEY, LOCK_CODES};

/// Pages copied between two looks at whether to go on: 2 MiB.
const PAGES_AT_ONCE: i32 = 512;
/// Bytes of a page, as SQLCipher makes them.
const PAGE: u64 = 4096;

/// Adds up what was done and tells it.
pub(super) struct Gauge<'a> {
    done: u64,
    total: u64,
    listener: RotationListener<'a>,
}

impl<'a> Gauge<'a> {
    pub(super) fn new(total: u64, listener: RotationListener<'a>) -> Self {
        Self {
            done: 0,
            total,
            listener,
        }
    }

    fn advance(&mut self, phase: RotationPhase, bytes: u64) -> Result<(), RotationError> {
        self.done = self.done.saturating_add(bytes).min(self.total);
        let progress = RotationProgress {
            phase,
            done: self.done,
            total: self.total,
        };
        match (self.listener)(progress) {
            Going::On => Ok(()),
            Going::Stop => Err(RotationError::Cancelled),
        }
    }
}

/// Copies one line.
pub(super) fn line(
    line: &Layout,
    old: &DatabaseKey,
    new: &DatabaseKey,
    gauge: &mut Gauge<'_>,
) -> Result<(), RotationError> {
    let check = line.key_check();
    let stored = files::read_if_present(&check).map_err(RotationError::io("read", check))?;
    if stored.is_some_and(|stored| KeyCheck::judge(&stored, old) == KeyVerdict::Wrong) {
        return Err(OpenStoreError::WrongKey.into());
    }
    let target = line.rotating();
    let source = open_connection(&line.database(), old, Access::ReadWrite)
        .map_err(RotationError::sql("open the database"))?;
    // The one file is everything then.
    source
        .query_row("PRAGMA wal_checkpoint(TRUNCATE)", (), |_| Ok(()))
        .map_err(RotationError::sql("empty the write-ahead log"))?;
    copy_pages(&source, &target, new, page_count(&source)?, gauge)?;
    reseal_authenticators(&target, old, new)?;
    copy_pictures(line, &target, old, new, gauge)?;
    gauge.advance(RotationPhase::Checking, 0)?;
    read_back(&source, &target, new)?;
    let check = KeyCheck::new(new).map_err(|_| OpenStoreError::Randomness)?;
    let path = target.key_check();
    files::write_atomic(&path, &check.encode())
        .map_err(RotationError::io("write", path.clone()))?;
    // The last look before the point of no return.
    gauge.advance(RotationPhase::Checking, 0)
}

fn page_count(source: &Connection) -> Result<u32, RotationError> {
    source
        .query_row("PRAGMA page_count", (), |row| row.get(0))
        .map_err(RotationError::sql("read the file's size"))
}

/// Copies page by page into a file of at most so many pages.
pub(super) fn copy_pages(
    source: &Connection,
    target: &Layout,
    new: &DatabaseKey,
    most_pages: u32,
    gauge: &mut Gauge<'_>,
) -> Result<(), RotationError> {
    const OPERATION: &str = "copy the database";
    let path = target.database();
    let mut copy =
        open_connection(&path, new, Access::ReadWrite).map_err(RotationError::sql(OPERATION))?;
    // Nobody needs half a copy: nothing is journaled, and it is synced once, when it is whole.
    copy.execute_batch("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF")
        .and_then(|()| {
            copy.query_row(&format!("PRAGMA max_page_count = {most_pages}"), (), |_| {
                Ok(())
            })
        })
        .map_err(RotationError::sql(OPERATION))?;
    let backup = Backup::new(source, &mut copy).map_err(RotationError::sql(OPERATION))?;
    let mut copied = 0_u64;
    loop {
        let step = backup
            .step(PAGES_AT_ONCE)
            .map_err(RotationError::sql(OPERATION))?;
        let progress = backup.progress();
        let now = u64::try_from(progress.pagecount - progress.remaining).unwrap_or(copied);
        gauge.advance(RotationPhase::Texts, now.saturating_sub(copied) * PAGE)?;
        copied = now;
        match step {
            StepResult::Done => break,
            StepResult::More => {}
            // Nobody else has either file, so there is nobody to wait for.
            _ => return Err(OpenStoreError::InUse.into()),
        }
    }
    drop(backup);
    close(copy)
}

fn close(connection: Connection) -> Result<(), RotationError> {
    connection
        .close()
        .map_err(|(_, source)| RotationError::sql("close the copy")(source))
}

/// Authenticators' secrets are sealed within the file, under a key of their own. One that does not open stays as it
/// is: it is not the rotation that broke it.
fn reseal_authenticators(
    target: &Layout,
    old: &DatabaseKey,
    new: &DatabaseKey,
) -> Result<(), RotationError> {
    const OPERATION: &str = "seal the authenticators anew";
    let (from, to) = (AuthenticatorSeal::of(old), AuthenticatorSeal::of(new));
    let failed = || RotationError::sql(OPERATION);
    let mut copy = open_connection(&target.database(), new, Access::ReadWrite).map_err(failed())?;
    prepare_writer(&copy).map_err(failed())?;
    copy.busy_timeout(Duration::ZERO).map_err(failed())?;
    let transaction = copy.transaction().map_err(failed())?;
    // A file of an older version may have none.
    let exists: bool = transaction
        .query_row(
            "SELECT EXISTS (SELECT 1 FROM sqlite_schema WHERE name = 'verifications')",
            (),
            |row| row.get(0),
        )
        .map_err(failed())?;
    let again = |holder: Holder, sealed: &mut String| -> Result<(), RotationError> {
        let Some(secret) = from.open(holder, sealed) else {
            tracing::warn!("an authenticator's secret did not open, and stays as it is");
            return Ok(());
        };
        *sealed = to
            .seal(holder, &secret)
            .map_err(|_| OpenStoreError::Randomness)?;
        Ok(())
    };
    if exists {
        for (person, document) in list_verifications(&transaction).map_err(failed())? {
            let Ok(mut verification) = serde_json::from_str::<Verification>(&document) else {
                continue;
            };
            let who = PersonId::new(Uuid::from_bytes(person));
            let Some(authenticator) = &mut verification.authenticator else {
                continue;
            };
            again(who.into(), &mut authenticator.sealed)?;
            let Ok(document) = serde_json::to_string(&verification) else {
                continue;
            };
            transaction
                .execute(
                    "UPDATE verifications SET document = ?2 WHERE person_id = ?1",
                    (person, document),
                )
                .map_err(failed())?;
        }
    }
    if let Some(mut codes) = find_lock_codes(&transaction).map_err(failed())? {
        for (agent, app) in codes.iter_mut() {
            again(agent.into(), &mut app.sealed)?;
        }
        if let Ok(document) = serde_json::to_string(&codes) {
            transaction
                .execute(
                    "UPDATE settings SET value = ?2 WHERE name = ?1",
                    (LOCK_CODES.0, document),
                )
                .map_err(failed())?;
        }
    }
    reseal_export_key(&transaction, old, new)?;
    transaction.commit().map_err(failed())?;
    copy.query_row("PRAGMA wal_checkpoint(TRUNCATE)", (), |_| Ok(()))
        .map_err(failed())?;
    close(copy)?;
    for leftover in [target.log(), target.log_index()] {
        files::remove(&leftover).map_err(RotationError::io("remove", leftover.clone()))?;
    }
    let path = target.database();
    files::sync(&path).map_err(RotationError::io("sync", path.clone()))
}

/// The key of exports is sealed within the file, too.
fn reseal_export_key(
    transaction: &Connection,
    old: &DatabaseKey,
    new: &DatabaseKey,
) -> Result<(), RotationError> {
    let failed = || RotationError::sql("seal the key of exports anew");
    let document: Option<String> = transaction
        .query_row(
            "SELECT value FROM settings WHERE name = ?1",
            [EXPORT_KEY.0],
            |row| row.get(0),
        )
        .optional()
        .map_err(failed())?;
    let Some(mut key) = document.and_then(|it| serde_json::from_str::<serde_json::Value>(&it).ok())
    else {
        return Ok(());
    };
    let sealed = key.get("sealed").and_then(serde_json::Value::as_str);
    let Some(seed) = sealed.and_then(|sealed| ExportSeal::of(old).open(sealed)) else {
        tracing::warn!("the key of exports did not open, and stays as it is");
        return Ok(());
    };
    let again = ExportSeal::of(new)
        .seal(&seed)
        .map_err(|_| OpenStoreError::Randomness)?;
    if let Some(place) = key.get_mut("sealed") {
        *place = again.into();
    }
    transaction
        .execute(
            "UPDATE settings SET value = ?2 WHERE name = ?1",
            (EXPORT_KEY.0, key.to_string()),
        )
        .map_err(failed())?;
    Ok(())
}

/// Agents' authenticator apps; none that cannot be read.
fn find_lock_codes(connection: &Connection) -> Result<Option<LockCodes>, rusqlite::Error> {
    let document: Option<String> = connection
        .query_row(
            "SELECT value FROM settings WHERE name = ?1",
            [LOCK_CODES.0],
            |row| row.get(0),
        )
        .optional()?;
    Ok(document.and_then(|document| serde_json::from_str(&document).ok()))
}

fn list_verifications(connection: &Connection) -> Result<Vec<([u8; 16], String)>, rusqlite::Error> {
    let mut statement = connection.prepare("SELECT person_id, document FROM verifications")?;
    statement
        .query_map((), |row| Ok((row.get(0)?, row.get(1)?)))?
        .collect()
}

fn copy_pictures(
    line: &Layout,
    target: &Layout,
    old: &DatabaseKey,
    new: &DatabaseKey,
    gauge: &mut Gauge<'_>,
) -> Result<(), RotationError> {
    let (from, to) = (line.media(), target.media());
    files::create_private_folder(&to).map_err(RotationError::io("create", to.clone()))?;
    let (old, new) = (
        old.derive(b"", Purpose::Media),
        new.derive(b"", Purpose::Media),
    );
    for path in files::list(&from).map_err(RotationError::io("list", from.clone()))? {
        let Some(id) = picture_id(&path) else {
            // The rest of a write that was cut off.
            continue;
        };
        let sealed = files::read_if_present(&path)
            .map_err(RotationError::io("read", path.clone()))?
            .unwrap_or_default();
        let size = u64::try_from(sealed.len()).unwrap_or(0);
        let id = id.uuid();
        let context = id.as_bytes();
        let again = match open_sealed(&old, context, &sealed).map(zeroize::Zeroizing::new) {
            Some(content) => {
                seal(&new, context, &content).map_err(|_| OpenStoreError::Randomness)?
            }
            // Changed from outside before: it is refused under either key, and kept for whoever looks into it.
            None => sealed,
        };
        let copy = to.join(path.file_name().unwrap_or_default());
        files::write_synced(&copy, &again).map_err(RotationError::io("write", copy.clone()))?;
        gauge.advance(RotationPhase::Pictures, size)?;
    }
    files::sync_folder(&to).map_err(RotationError::io("sync", to.clone()))
}

fn picture_id(path: &std::path::Path) -> Option<MediaId> {
    if path.extension()? != "sealed" {
        return None;
    }
    Uuid::try_parse(path.file_stem()?.to_str()?)
        .ok()
        .map(MediaId::new)
}

/// Every page authenticates, and every table has as many rows as it had.
fn read_back(source: &Connection, target: &Layout, new: &DatabaseKey) -> Result<(), RotationError> {
    const OPERATION: &str = "read the copy back";
    let copy = open_connection(&target.database(), new, Access::ReadOnly)
        .map_err(RotationError::sql(OPERATION))?;
    let wrong_pages = copy
        .prepare("PRAGMA cipher_integrity_check")
        .and_then(|mut statement| {
            let mut rows = statement.query(())?;
            Ok(rows.next()?.is_some())
        })
        .map_err(RotationError::sql(OPERATION))?;
    let same = !wrong_pages
        && counts(source).map_err(RotationError::sql(OPERATION))?
            == counts(&copy).map_err(RotationError::sql(OPERATION))?;
    drop(copy);
    for leftover in [target.log(), target.log_index()] {
        files::remove(&leftover).map_err(RotationError::io("remove", leftover.clone()))?;
    }
    if same {
        return Ok(());
    }
    Err(RotationError::NotTheSame {
        name: target.name().as_str().to_owned(),
    })
}

fn counts(connection: &Connection) -> Result<Vec<(String, i64)>, rusqlite::Error> {
    let mut statement = connection.prepare(
        "SELECT name FROM sqlite_schema WHERE type = 'table' AND rootpage > 0 ORDER BY name",
    )?;
    let names: Vec<String> = statement
        .query_map((), |row| row.get(0))?
        .collect::<Result<_, _>>()?;
    names
        .into_iter()
        .map(|name| {
            let sql = format!("SELECT count(*) FROM \"{name}\"");
            let count = connection.query_row(&sql, (), |row| row.get(0))?;
            Ok((name, count))
        })
        .collect()
}

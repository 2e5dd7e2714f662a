//! The handle that the rest of Tern holds: one open database.
//!
//! Owns the threads and the lock. It refuses to outlive them: after [`Store::close`] every call answers
//! [`StoreError::Closed`].

use std::fs::File;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::thread::JoinHandle;

use crate::damage::DamageWatch;
use rusqlite::Connection;

use crate::error::{During as _, StoreError};
use crate::files;
use crate::key::{AuthenticatorSeal, DatabaseKey, ExportSeal};
use crate::layout::Layout;
use crate::media_files::MediaFiles;
use crate::open::{
    Access, FolderLock, MIGRATIONS, OpenConfig, OpenStoreError, OpenedFile, open_connection,
    open_file,
};
use crate::run::{Answer, ReaderLane, Stop, WriterLane, catching, empty_log_now, reply_pair};
use crate::tx::{ReadConn, WriteTx, run_read, run_write};

/// An open database. Cheap to clone; all clones are the same database.
#[derive(Debug, Clone)]
pub struct Store {
    shared: Arc<Shared>,
}

#[derive(Debug)]
struct Shared {
    writer: WriterLane,
    readers: ReaderLane,
    media: Arc<MediaFiles>,
    authenticators: Arc<AuthenticatorSeal>,
    exports: Arc<ExportSeal>,
    layout: Layout,
    damage: Arc<DamageWatch>,
    was_closed_properly: bool,
    /// The file as it lies on the disk, for backups. Once opened it stays open: closing it would take SQLite's own
    /// locks of the file away, which belong to the process.
    raw: OnceLock<File>,
    running: Mutex<Option<Running>>,
}

/// What ends with [`Store::close`]. The lock goes last.
#[derive(Debug)]
struct Running {
    writer: JoinHandle<()>,
    readers: Vec<JoinHandle<()>>,
    _lock: FolderLock,
}

impl Store {
    /// Opens a database, making it if there is none. Blocks: call it off the async runtime.
    ///
    /// # Errors
    /// [`OpenStoreError`]; nothing was changed in any of its cases.
    pub fn open(config: &OpenConfig) -> Result<Self, OpenStoreError> {
        let opened = open_file(config, MIGRATIONS)?;
        Self::start(config, opened)
    }

    fn start(config: &OpenConfig, opened: OpenedFile) -> Result<Self, OpenStoreError> {
        let failed = |source| OpenStoreError::Thread { source };
        let media = MediaFiles::open(&opened.layout, &config.key)?;
        let (readers, reader_threads) = ReaderLane::start(opened.readers).map_err(failed)?;
        let (writer, writer_thread) = WriterLane::start(opened.writer).map_err(failed)?;
        Ok(Self {
            shared: Arc::new(Shared {
                writer,
                readers,
                media: Arc::new(media),
                authenticators: Arc::new(AuthenticatorSeal::of(&config.key)),
                exports: Arc::new(ExportSeal::of(&config.key)),
                damage: Arc::new(DamageWatch::new(
                    opened.layout.database(),
                    config.key.clone(),
                )),
                layout: opened.layout,
                was_closed_properly: opened.was_closed_properly,
                raw: OnceLock::new(),
                running: Mutex::new(Some(Running {
                    writer: writer_thread,
                    readers: reader_threads,
                    _lock: opened.lock,
                })),
            }),
        })
    }

    /// Runs a closure in one write transaction on the writer's thread. It is committed before the answer
    /// comes; an error or a panic rolls it back.
    pub fn write<T, F>(&self, work: F) -> Answer<T>
    where
        T: Send + 'static,
        F: FnOnce(&mut WriteTx<'_>) -> Result<T, StoreError> + Send + 'static,
    {
        let (reply, answer) = reply_pair();
        let media = Arc::clone(&self.shared.media);
        let damage = Arc::clone(&self.shared.damage);
        self.shared.writer.run(Box::new(move |connection| {
            let result = catching(|| run_write(connection, &media, work));
            damage.look_at(&result, connection, Access::ReadWrite);
            reply.send(result);
        }));
        answer
    }

    /// Runs a closure on one snapshot of the database on a reader's thread.
    pub fn read<T, F>(&self, work: F) -> Answer<T>
    where
        T: Send + 'static,
        F: FnOnce(&ReadConn<'_>) -> Result<T, StoreError> + Send + 'static,
    {
        let (reply, answer) = reply_pair();
        let media = Arc::clone(&self.shared.media);
        let damage = Arc::clone(&self.shared.damage);
        self.shared.readers.run(Box::new(move |connection| {
            let result = catching(|| run_read(connection, &media, work));
            damage.look_at(&result, connection, Access::ReadOnly);
            reply.send(result);
        }));
        answer
    }

    /// [`Store::read`] that is given up, in the middle of a statement too, once `stop` says so; it then answers
    /// [`StoreError::Stopped`].
    pub fn read_unless<T, F>(&self, stop: &Stop, work: F) -> Answer<T>
    where
        T: Send + 'static,
        F: FnOnce(&ReadConn<'_>) -> Result<T, StoreError> + Send + 'static,
    {
        let (reply, answer) = reply_pair();
        let media = Arc::clone(&self.shared.media);
        let damage = Arc::clone(&self.shared.damage);
        let stop = stop.clone();
        self.shared.readers.run(Box::new(move |connection| {
            let result = stop.guard(connection, |connection| {
                catching(|| run_read(connection, &media, work))
            });
            damage.look_at(&result, connection, Access::ReadOnly);
            reply.send(result);
        }));
        answer
    }

    /// [`Store::write`] for a thread that may block.
    ///
    /// # Errors
    /// Whatever the closure failed with.
    pub fn write_blocking<T, F>(&self, work: F) -> Result<T, StoreError>
    where
        T: Send + 'static,
        F: FnOnce(&mut WriteTx<'_>) -> Result<T, StoreError> + Send + 'static,
    {
        self.write(work).wait()
    }

    /// [`Store::read`] for a thread that may block.
    ///
    /// # Errors
    /// Whatever the closure failed with.
    pub fn read_blocking<T, F>(&self, work: F) -> Result<T, StoreError>
    where
        T: Send + 'static,
        F: FnOnce(&ReadConn<'_>) -> Result<T, StoreError> + Send + 'static,
    {
        self.read(work).wait()
    }

    /// What authenticators' secrets are sealed with.
    #[must_use]
    pub fn authenticators(&self) -> Arc<AuthenticatorSeal> {
        Arc::clone(&self.shared.authenticators)
    }

    /// What the key of exports is sealed with.
    #[must_use]
    pub fn export_seal(&self) -> Arc<ExportSeal> {
        Arc::clone(&self.shared.exports)
    }

    /// Runs a closure that reads or writes encrypted media files, on a reader's thread.
    pub fn media<T, F>(&self, work: F) -> Answer<T>
    where
        T: Send + 'static,
        F: FnOnce(&MediaFiles) -> Result<T, StoreError> + Send + 'static,
    {
        let (reply, answer) = reply_pair();
        let media = Arc::clone(&self.shared.media);
        self.shared
            .readers
            .run(Box::new(move |_| reply.send(catching(|| work(&media)))));
        answer
    }

    /// Holds the file still: everything is in it, and nothing more gets into it until the reader that is returned goes
    /// away. `None` while somebody reads from the log.
    pub(crate) fn hold_still(&self) -> Answer<Option<Connection>> {
        let (reply, answer) = reply_pair();
        let damage = Arc::clone(&self.shared.damage);
        let database = self.shared.layout.database();
        self.shared.writer.run(Box::new(move |connection| {
            let result = catching(|| {
                if !empty_log_now(connection).during("empty the write-ahead log")? {
                    return Ok(None);
                }
                // Before anything can be written: a snapshot of the file alone, which no checkpoint writes to then.
                let reader = open_connection(&database, damage.key(), Access::ReadOnly)
                    .during("open the file for a backup")?;
                reader
                    .execute_batch("BEGIN")
                    .and_then(|()| {
                        reader.query_row("SELECT count(*) FROM sqlite_schema", (), |_| Ok(()))
                    })
                    .during("begin reading for a backup")?;
                Ok(Some(reader))
            });
            damage.look_at(&result, connection, Access::ReadWrite);
            reply.send(result);
        }));
        answer
    }

    /// The file as it lies on the disk.
    pub(crate) fn raw(&self) -> std::io::Result<&File> {
        if let Some(file) = self.shared.raw.get() {
            return Ok(file);
        }
        let file = files::open_to_read(&self.shared.layout.database())?;
        Ok(self.shared.raw.get_or_init(|| file))
    }

    pub(crate) fn layout(&self) -> &Layout {
        &self.shared.layout
    }

    pub(crate) fn key(&self) -> &DatabaseKey {
        self.shared.damage.key()
    }

    /// Runs a closure on the writer's bare connection: for faults that tests make.
    #[cfg(test)]
    pub(crate) fn run_raw(&self, job: crate::run::Job) {
        self.shared.writer.run(job);
    }

    /// Something was wiped: has the write-ahead log emptied, which would keep it for a while. Returns at once; a
    /// reader that still needs the log puts it off.
    pub fn empty_log(&self) {
        self.shared.writer.empty_log();
    }

    /// Whether the log is still to be emptied after [`Store::empty_log`].
    #[must_use]
    pub fn is_to_empty_log(&self) -> bool {
        self.shared.writer.is_to_empty_log()
    }

    /// Removes the copies from before upgrades: they still hold what was wiped since. Blocks.
    ///
    /// # Errors
    /// What the disk answers.
    pub fn remove_copies(&self) -> Result<(), OpenStoreError> {
        for migration in MIGRATIONS {
            let copy = self.shared.layout.copy_before_upgrade(migration.version);
            files::remove(&copy)
                .map_err(|source| OpenStoreError::from_io("remove", copy, source))?;
        }
        Ok(())
    }

    /// Whether damage was met since the file was opened: what is whole can still be read and written.
    #[must_use]
    pub fn is_damaged(&self) -> bool {
        self.shared.damage.was_met()
    }

    /// Has damage told, once, from whichever thread meets it first; at once, if it was met already. There is
    /// one listener: a second one is not taken.
    pub fn when_damaged(&self, listener: impl Fn() + Send + Sync + 'static) {
        self.shared.damage.listen(Box::new(listener));
    }

    /// Whether the file was closed in an orderly way before this opening. After a crash or a power cut a look
    /// over the whole file is worth its time.
    #[must_use]
    pub fn was_closed_properly(&self) -> bool {
        self.shared.was_closed_properly
    }

    /// Folder of the database.
    #[must_use]
    pub fn folder(&self) -> &std::path::Path {
        self.shared.layout.folder()
    }

    /// Carries out what was asked for so far, empties the log into the file, and lets go of the lock.
    /// Blocks. Calling it twice does no harm.
    pub fn close(&self) {
        self.shared.close();
    }
}

impl Shared {
    fn close(&self) {
        let running = self
            .running
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .take();
        let Some(running) = running else { return };
        for _ in &running.readers {
            self.readers.stop_one();
        }
        self.writer.stop();
        // The last handle can be dropped by a closure on one of these threads, which cannot wait for itself.
        let here = std::thread::current().id();
        for thread in running.readers.into_iter().chain([running.writer]) {
            if thread.thread().id() != here && thread.join().is_err() {
                tracing::error!("a database thread had panicked");
            }
        }
    }
}

impl Drop for Shared {
    fn drop(&mut self) {
        self.close();
    }
}

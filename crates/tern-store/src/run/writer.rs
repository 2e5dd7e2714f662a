//! The writing thread: one closure after the other, and checkpoints when nobody waits.
//!
//! A checkpoint copies the log into the file, which takes tens of milliseconds after a burst. Here it runs
//! after the answer was given, so an inbound text does not pay for the ones before it. The log keeps old pages
//! until it is overwritten; after something was wiped it is emptied, as soon as no reader needs it.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicI32, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, TryRecvError, channel};
use std::thread::{Builder, JoinHandle};
use std::time::Duration;

use rusqlite::Connection;

use super::{Job, Order};

/// Pages in the log from which an idle writer makes a checkpoint: 4 MiB.
const CHECKPOINT_WHEN_IDLE: i32 = 1_000;
/// Pages from which it makes one even if somebody waits, because reading slows down with the log's length.
const CHECKPOINT_ALWAYS: i32 = 8_000;
/// How long emptying the log waits for a reader, and how long until it is tried again.
const READER_WAIT: Duration = Duration::from_millis(100);
const EMPTY_AGAIN: Duration = Duration::from_millis(400);
/// How long any other statement waits for a lock.
const USUAL_WAIT: Duration = Duration::from_secs(5);

/// The way to the writing thread.
#[derive(Debug)]
pub(crate) struct WriterLane {
    orders: Sender<Order>,
    must_empty: Arc<AtomicBool>,
}

impl WriterLane {
    /// Starts the thread.
    pub(crate) fn start(connection: Connection) -> Result<(Self, JoinHandle<()>), std::io::Error> {
        let (orders, receiver) = channel();
        let must_empty = Arc::<AtomicBool>::default();
        let asked = Arc::clone(&must_empty);
        let thread = Builder::new()
            .name("tern-store-writer".to_owned())
            .spawn(move || run(connection, &receiver, &asked))?;
        Ok((Self { orders, must_empty }, thread))
    }

    /// Hands over a closure; dropped unanswered when the thread is gone.
    pub(crate) fn run(&self, job: Job) {
        let _ = self.orders.send(Order::Run(job));
    }

    /// Has the log emptied, now or as soon as no reader needs it any more.
    pub(crate) fn empty_log(&self) {
        self.must_empty.store(true, Ordering::Release);
        self.run(Box::new(|_| {}));
    }

    /// Whether the log is still to be emptied.
    pub(crate) fn is_to_empty_log(&self) -> bool {
        self.must_empty.load(Ordering::Acquire)
    }

    /// Tells the thread to finish after what it was given before.
    pub(crate) fn stop(&self) {
        let _ = self.orders.send(Order::Stop);
    }
}

fn run(mut connection: Connection, orders: &Receiver<Order>, must_empty: &AtomicBool) {
    let log = LogLength::watch(&mut connection);
    loop {
        let order = match orders.try_recv() {
            Ok(order) => Ok(order),
            Err(TryRecvError::Empty) => {
                log.checkpoint_beyond(&connection, CHECKPOINT_WHEN_IDLE);
                if must_empty.load(Ordering::Acquire) {
                    match orders.recv_timeout(EMPTY_AGAIN) {
                        Err(RecvTimeoutError::Timeout) => {
                            empty_log(&connection, must_empty);
                            continue;
                        }
                        other => other.map_err(|_| ()),
                    }
                } else {
                    orders.recv().map_err(|_| ())
                }
            }
            Err(TryRecvError::Disconnected) => Err(()),
        };
        match order {
            Ok(Order::Run(job)) => job(&mut connection),
            Ok(Order::Stop) | Err(()) => break,
        }
        if must_empty.load(Ordering::Acquire) {
            empty_log(&connection, must_empty);
        }
        log.checkpoint_beyond(&connection, CHECKPOINT_ALWAYS);
    }
    checkpoint(&connection, "PRAGMA wal_checkpoint(TRUNCATE)");
}

/// How many pages the log has, as SQLite tells after each commit.
struct LogLength(Arc<AtomicI32>);

impl LogLength {
    fn watch(connection: &mut Connection) -> Self {
        let pages = Arc::new(AtomicI32::new(0));
        let told = Arc::clone(&pages);
        let watched = connection.wal_hook(Some(move |_: &mut _, length| {
            told.store(length, Ordering::Relaxed);
            Ok(())
        }));
        if watched.is_err() {
            tracing::warn!("the log's length is not known; it is emptied at the end only");
        }
        Self(pages)
    }

    /// Never waits for a reader: what one still needs is copied next time.
    fn checkpoint_beyond(&self, connection: &Connection, pages: i32) {
        if self.0.load(Ordering::Relaxed) > pages {
            self.0.store(0, Ordering::Relaxed);
            checkpoint(connection, "PRAGMA wal_checkpoint(PASSIVE)");
        }
    }
}

/// Copies the log into the file and cuts it to nothing. A reader that still needs it is not waited for long.
fn empty_log(connection: &Connection, must_empty: &AtomicBool) {
    // Taken back before: a wipe that is asked for meanwhile counts anew.
    must_empty.store(false, Ordering::Release);
    if !matches!(empty_log_now(connection), Ok(true)) {
        must_empty.store(true, Ordering::Release);
    }
}

/// Tries to empty the log at once; `false` while a reader still needs it.
pub(crate) fn empty_log_now(connection: &Connection) -> Result<bool, rusqlite::Error> {
    let emptied = connection.busy_timeout(READER_WAIT).and_then(|()| {
        connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", (), |row| {
            row.get::<_, i64>(0).map(|busy| busy == 0)
        })
    });
    if connection.busy_timeout(USUAL_WAIT).is_err() {
        tracing::warn!("the usual wait for a lock could not be set again");
    }
    emptied
}

/// A checkpoint that fails is made later; nothing is lost, the log just stays longer.
fn checkpoint(connection: &Connection, statement: &'static str) {
    if let Err(error) = connection.query_row(statement, (), |_| Ok(())) {
        tracing::warn!(code = ?error.sqlite_error_code(), "a checkpoint was not made");
    }
}

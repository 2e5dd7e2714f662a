//! The writing thread: one closure after the other, and checkpoints when nobody waits.
//!
//! A checkpoint copies the log into the file, which takes tens of milliseconds after a burst. Here it runs
//! after the answer was given, so an inbound text does not pay for the ones before it.

use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, Sender, TryRecvError, channel};
use std::thread::{Builder, JoinHandle};

use rusqlite::Connection;

use super::{Job, Order};
use crate::files;

/// Log size from which an idle writer makes a checkpoint.
const CHECKPOINT_WHEN_IDLE: u64 = 4 * 1024 * 1024;
/// Log size from which it makes one even if somebody waits: reading slows down with the log's length.
const CHECKPOINT_ALWAYS: u64 = 32 * 1024 * 1024;

/// The way to the writing thread.
#[derive(Debug)]
pub(crate) struct WriterLane {
    orders: Sender<Order>,
}

impl WriterLane {
    /// Starts the thread; `log` is the path of the write-ahead log.
    pub(crate) fn start(
        connection: Connection,
        log: PathBuf,
    ) -> Result<(Self, JoinHandle<()>), std::io::Error> {
        let (orders, receiver) = channel();
        let thread = Builder::new()
            .name("tern-store-writer".to_owned())
            .spawn(move || run(connection, &receiver, &log))?;
        Ok((Self { orders }, thread))
    }

    /// Hands over a closure; dropped unanswered when the thread is gone.
    pub(crate) fn run(&self, job: Job) {
        let _ = self.orders.send(Order::Run(job));
    }

    /// Tells the thread to finish after what it was given before.
    pub(crate) fn stop(&self) {
        let _ = self.orders.send(Order::Stop);
    }
}

fn run(mut connection: Connection, orders: &Receiver<Order>, log: &Path) {
    loop {
        let order = match orders.try_recv() {
            Ok(order) => Ok(order),
            Err(TryRecvError::Empty) => {
                checkpoint_beyond(&connection, log, CHECKPOINT_WHEN_IDLE);
                orders.recv().map_err(|_| ())
            }
            Err(TryRecvError::Disconnected) => Err(()),
        };
        match order {
            Ok(Order::Run(job)) => job(&mut connection),
            Ok(Order::Stop) | Err(()) => break,
        }
        checkpoint_beyond(&connection, log, CHECKPOINT_ALWAYS);
    }
    checkpoint(&connection, "TRUNCATE");
}

fn checkpoint_beyond(connection: &Connection, log: &Path, size: u64) {
    if matches!(files::length_if_present(log), Ok(Some(length)) if length > size) {
        checkpoint(connection, "RESTART");
    }
}

/// A checkpoint that fails is made later; nothing is lost, the log just stays longer.
fn checkpoint(connection: &Connection, mode: &'static str) {
    let statement = format!("PRAGMA wal_checkpoint({mode})");
    if let Err(error) = connection.query_row(&statement, (), |_| Ok(())) {
        tracing::warn!(mode, code = ?error.sqlite_error_code(), "checkpoint was not made");
    }
}

//! Stopping a read that nobody waits for any more.
//!
//! SQLite asks every so many steps whether to go on, also in the middle of a search of the index. It refuses to
//! stop a write: what was asked for is carried out.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use rusqlite::Connection;

use crate::error::{During as _, StoreError};

/// Steps of SQLite's between two questions; some microseconds.
const STEPS: i32 = 500;

/// Says that nobody waits any more. All clones are the same one.
#[derive(Debug, Clone, Default)]
pub struct Stop(Arc<AtomicBool>);

impl Stop {
    /// Nobody waits any more.
    pub fn stop(&self) {
        self.0.store(true, Ordering::Relaxed);
    }

    /// Whether nobody waits any more.
    #[must_use]
    pub fn is_stopped(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }

    /// Runs a closure that is given up once this is stopped.
    pub(crate) fn guard<T>(
        &self,
        connection: &mut Connection,
        work: impl FnOnce(&mut Connection) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        const OPERATION: &str = "listen for a stop";
        if self.is_stopped() {
            return Err(StoreError::Stopped);
        }
        let stop = self.clone();
        connection
            .progress_handler(STEPS, Some(move || stop.is_stopped()))
            .during(OPERATION)?;
        let result = work(connection);
        connection
            .progress_handler(0, None::<fn() -> bool>)
            .during(OPERATION)?;
        result
    }
}

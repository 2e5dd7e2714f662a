//! The threads that own the connections.
//!
//! One writer, a few readers; each runs synchronous closures one after the other, so no transaction can be
//! held across an await. A panic in a closure is caught, rolled back and reported; the thread lives on.

mod answer;
mod reader;
mod stop;
mod writer;

pub use answer::Answer;
pub(crate) use answer::reply_pair;
pub(crate) use reader::ReaderLane;
pub use stop::Stop;
pub(crate) use writer::{WriterLane, empty_log_now};

use std::panic::{AssertUnwindSafe, catch_unwind};

use rusqlite::Connection;

use crate::error::StoreError;

/// Something to do with a connection; it answers its caller by itself.
pub(crate) type Job = Box<dyn FnOnce(&mut Connection) + Send>;

/// What a thread is told.
pub(crate) enum Order {
    /// Do this.
    Run(Job),
    /// Finish.
    Stop,
}

/// Runs a closure so that its panic becomes an error. What it borrowed is dropped on the way out, and a
/// dropped transaction rolls back.
pub(crate) fn catching<T>(work: impl FnOnce() -> Result<T, StoreError>) -> Result<T, StoreError> {
    catch_unwind(AssertUnwindSafe(work)).unwrap_or_else(|_| {
        tracing::error!("a closure given to the store panicked; its transaction was rolled back");
        Err(StoreError::Panicked)
    })
}

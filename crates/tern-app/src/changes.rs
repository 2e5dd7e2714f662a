//! The one place that hands out revisions and change events.
//!
//! Events are hints: a listener that was too slow, or that sees a gap in the revisions, asks again. That is
//! why a full channel only drops events and never blocks a use-case. While the desk is locked nothing of a customer
//! leaves here, whoever emits it.

use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::broadcast;

use crate::app_lock::AppLock;
use crate::events::{Change, ChangeEvent};

/// Events a slow listener may lag behind before it has to ask again.
const BACKLOG: usize = 1024;

/// Numbers and sends change events.
pub(crate) struct Changes {
    lock: Arc<AppLock>,
    revision: Mutex<u64>,
    sender: broadcast::Sender<ChangeEvent>,
}

impl Changes {
    pub(crate) fn new(lock: Arc<AppLock>) -> Self {
        let (sender, _) = broadcast::channel(BACKLOG);
        Self {
            lock,
            revision: Mutex::new(0),
            sender,
        }
    }

    pub(crate) fn subscribe(&self) -> broadcast::Receiver<ChangeEvent> {
        self.sender.subscribe()
    }

    /// The revision of the latest event. Read it before the rows it is to describe: an answer may then be
    /// newer than it says, never older.
    pub(crate) fn revision(&self) -> u64 {
        *self.revision.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn emit(&self, change: Change) {
        let change = if self.lock.is_locked() {
            change.veiled()
        } else {
            change
        };
        // Numbered and sent under one lock, so that no listener sees the revisions out of order.
        let mut revision = self.revision.lock().unwrap_or_else(PoisonError::into_inner);
        *revision += 1;
        let event = ChangeEvent {
            revision: *revision,
            change,
        };
        // No listener is no failure: whoever comes later asks.
        let _listeners = self.sender.send(event);
    }
}

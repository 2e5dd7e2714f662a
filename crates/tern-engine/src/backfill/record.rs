//! What is wanted of the past and how far it has come, as stored and as shown.
//!
//! Owns the document. It is written in the transaction of the page it speaks of, so a crash can neither skip
//! texts nor claim more than is there.

use std::sync::{Mutex, PoisonError};

use serde::{Deserialize, Serialize};
use tern_domain::UtcMillis;
use tern_store::SyncName;

use crate::event::{BackfillProgress, BackfillState, EngineEvent};
use crate::signals::Events;

pub(super) const NAME: SyncName = SyncName("backfill");

/// Wish and progress, as stored.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Record {
    pub(super) state: Stored,
    pub(super) until: Option<UtcMillis>,
    pub(super) fetched: u64,
    pub(super) reached: Option<UtcMillis>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub(super) enum Stored {
    Running,
    Finished,
    Cancelled,
    Failed { code: Option<u32> },
}

impl Record {
    fn progress(&self) -> BackfillProgress {
        BackfillProgress {
            state: match self.state {
                Stored::Running => BackfillState::Running,
                Stored::Finished => BackfillState::Finished,
                Stored::Cancelled => BackfillState::Cancelled,
                Stored::Failed { code } => BackfillState::Failed { code },
            },
            fetched: self.fetched,
            reached: self.reached,
            until: self.until,
        }
    }

    /// A new wish goes on where the last walk stopped, unless that one has to be repeated anyway.
    pub(super) fn wished(previous: Option<Self>, until: Option<UtcMillis>) -> Self {
        let (fetched, reached) = previous.map_or((0, None), |last| (last.fetched, last.reached));
        Self {
            state: Stored::Running,
            until,
            fetched,
            reached,
        }
    }
}

/// The progress, for whoever asks.
pub(crate) struct BackfillProgressCell {
    current: Mutex<Option<BackfillProgress>>,
    events: Events,
}

impl BackfillProgressCell {
    pub(crate) fn new(events: Events) -> Self {
        Self {
            current: Mutex::new(None),
            events,
        }
    }

    pub(crate) fn progress(&self) -> Option<BackfillProgress> {
        self.current
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    pub(super) fn show(&self, record: &Record) {
        let progress = record.progress();
        let mut current = self.current.lock().unwrap_or_else(PoisonError::into_inner);
        if current.as_ref() != Some(&progress) {
            *current = Some(progress.clone());
            drop(current);
            self.events.emit(EngineEvent::BackfillChanged(progress));
        }
    }
}

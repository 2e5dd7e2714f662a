//! What is wanted of the past and how far it has come, as stored and as shown.
//!
//! Owns the document. It is written in the transaction of the page it speaks of, so a crash can neither skip
//! texts nor claim more than is there.

use std::sync::{Mutex, PoisonError};

use serde::{Deserialize, Serialize};
use tern_domain::UtcMillis;
use tern_domain::backfill::{CARRIER_KEEPS, Pace, PacePoint, pace};
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
    fn progress(&self, pace: Option<Pace>) -> BackfillProgress {
        BackfillProgress {
            pace,
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

    /// How far it has come now; `None` where there is nothing to measure.
    fn point(&self, now: UtcMillis) -> Option<PacePoint> {
        let reached = self.reached.filter(|_| self.state == Stored::Running)?;
        Some(PacePoint {
            at: now,
            reached,
            fetched: self.fetched,
        })
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
    /// Where the walk that runs was first seen: a pause or a restart is not measured.
    began: Mutex<Option<PacePoint>>,
    events: Events,
}

impl BackfillProgressCell {
    pub(crate) fn new(events: Events) -> Self {
        Self {
            current: Mutex::new(None),
            began: Mutex::new(None),
            events,
        }
    }

    pub(crate) fn progress(&self) -> Option<BackfillProgress> {
        self.current
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    pub(super) fn show(&self, record: &Record, now: UtcMillis) {
        let progress = record.progress(self.pace(record, now));
        let mut current = self.current.lock().unwrap_or_else(PoisonError::into_inner);
        if current.as_ref() != Some(&progress) {
            *current = Some(progress.clone());
            drop(current);
            self.events.emit(EngineEvent::BackfillChanged(progress));
        }
    }

    fn pace(&self, record: &Record, now: UtcMillis) -> Option<Pace> {
        let mut began = self.began.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(point) = record.point(now) else {
            *began = None;
            return None;
        };
        let goal = record.until.unwrap_or(now - CARRIER_KEEPS);
        pace(*began.get_or_insert(point), point, goal)
    }
}

//! What is wanted of the past and how far it has come, as stored and as shown.
//!
//! Owns the document. It is written in the transaction of the page it speaks of, so a crash can neither skip
//! texts nor claim more than is there.

use std::sync::{Mutex, PoisonError};

use serde::{Deserialize, Serialize};
use tern_domain::backfill::{CARRIER_KEEPS, Pace, PacePoint, Stretch, pace};
use tern_domain::{Millis, UtcMillis};
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
    /// Days that are fetched once more; they come before the wish.
    #[serde(default)]
    pub(super) again: Option<Again>,
}

/// A stretch that is fetched once more, whatever is here of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Again {
    pub(super) stretch: Stretch,
    pub(super) reached: Option<UtcMillis>,
    /// What the wish itself goes back to afterwards.
    pub(super) before: Stored,
}

/// One walk's way: from where, and how far.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Way {
    /// The carrier is asked for texts up to this day.
    pub(super) top: Option<UtcMillis>,
    /// What identifies the walk: another goal is another walk.
    pub(super) goal: Goal,
}

/// What a walk is after.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Goal {
    /// The wish; `None` = as far as the carrier goes.
    Wish(Option<UtcMillis>),
    /// Days once more.
    Again(Stretch),
}

impl Goal {
    /// Nothing older is wanted.
    pub(super) const fn until(self) -> Option<UtcMillis> {
        match self {
            Self::Wish(until) => until,
            Self::Again(stretch) => Some(stretch.from),
        }
    }
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
    fn progress(&self, pace: Option<Pace>, paused: bool) -> BackfillProgress {
        BackfillProgress {
            pace,
            state: match self.state {
                Stored::Running if paused => BackfillState::Paused,
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
        let is_measured = self.state == Stored::Running && self.again.is_none();
        let reached = self.reached.filter(|_| is_measured)?;
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
            again: None,
        }
    }

    /// Days once more, and then what was under way before.
    pub(super) fn once_more(previous: Option<Self>, stretch: Stretch) -> Self {
        let wish = previous.unwrap_or(Self {
            state: Stored::Cancelled,
            until: Some(stretch.from),
            fetched: 0,
            reached: None,
            again: None,
        });
        let before = wish.again.map_or(wish.state, |again| again.before);
        Self {
            state: Stored::Running,
            again: Some(Again {
                stretch,
                reached: None,
                before,
            }),
            ..wish
        }
    }

    /// What has to be walked now.
    pub(super) fn way(&self) -> Way {
        match &self.again {
            Some(again) => Way {
                top: Some(again.reached.unwrap_or(again.stretch.until)),
                goal: Goal::Again(again.stretch),
            },
            None => Way {
                top: self.reached,
                goal: Goal::Wish(self.until),
            },
        }
    }

    /// A page came down to this instant.
    pub(super) fn came_to(&mut self, at: UtcMillis) {
        let reached = match &mut self.again {
            Some(again) => &mut again.reached,
            None => &mut self.reached,
        };
        *reached = Some(reached.map_or(at, |reached| reached.min(at)));
    }

    /// What was walked for is here.
    pub(super) fn arrived(&mut self) {
        self.state = self
            .again
            .take()
            .map_or(Stored::Finished, |again| again.before);
    }

    /// Everything younger than this was walked, before going live; `None` while nothing was.
    pub(super) fn walked_down_to(&self) -> Option<UtcMillis> {
        let reached = self.reached? + Millis::seconds(1);
        Some(match self.state {
            Stored::Finished => self
                .until
                .map_or(reached - CARRIER_KEEPS, |until| until.min(reached)),
            _ => reached,
        })
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

    pub(super) fn show(&self, record: &Record, now: UtcMillis, paused: bool) {
        // What a pause took is not measured.
        let pace = if paused {
            *self.began.lock().unwrap_or_else(PoisonError::into_inner) = None;
            None
        } else {
            self.pace(record, now)
        };
        let progress = record.progress(pace, paused);
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

//! One carrying out of the policies: how far it is, how it ended, and when the next one is due.

use serde::{Deserialize, Serialize};

use super::cut::{CutOffs, Floors};
use super::policy::{RetentionKind, RetentionPolicy, RetentionSettings};
use super::recorded;
use crate::aggregate::AggregateRef;
use crate::event::{Actor, EventBody};
use crate::ids::{AgentId, IdSource};
use crate::plan::Plan;
use crate::time::{Millis, UtcMillis};

/// Between the end of a run and the next one.
const BETWEEN_RUNS: Millis = Millis::hours(24);
/// Runs that are remembered; the events remember all.
const MOST_REMEMBERED: usize = 20;

/// How much was, or would be, deleted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct RunCounts {
    /// Texts.
    pub texts: u64,
    /// Pictures and files.
    pub pictures: u64,
    /// Their bytes, as far as they were fetched.
    pub picture_bytes: u64,
    /// Private notes.
    pub notes: u64,
}

impl RunCounts {
    /// Nothing at all.
    #[must_use]
    pub fn is_nothing(&self) -> bool {
        *self == Self::default()
    }
}

impl std::ops::AddAssign for RunCounts {
    fn add_assign(&mut self, other: Self) {
        self.texts = self.texts.saturating_add(other.texts);
        self.pictures = self.pictures.saturating_add(other.pictures);
        self.picture_bytes = self.picture_bytes.saturating_add(other.picture_bytes);
        self.notes = self.notes.saturating_add(other.notes);
    }
}

/// How a run ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RunEnd {
    /// Everything that was to go is gone.
    Finished,
    /// Somebody stopped it; what it had deleted by then is gone.
    Cancelled,
    /// The policy was changed meanwhile; the next run goes by the new one.
    Superseded,
}

/// Where a run is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Stage {
    /// Texts, up to this position; `None` = at the beginning.
    Texts {
        /// The last one that was looked at.
        after: Option<i64>,
    },
    /// Pictures, likewise.
    Pictures {
        /// The last text that was looked at.
        after: Option<i64>,
    },
    /// Notes.
    Notes,
}

/// One carrying out of the policies.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct RetentionRun {
    /// When it began.
    pub started_at: UtcMillis,
    /// Who agreed to what it does.
    pub agreed_by: AgentId,
    /// What it goes by.
    pub policy: RetentionPolicy,
    /// What is older than these goes.
    pub cut_offs: CutOffs,
    /// How far it is.
    pub stage: Stage,
    /// What it has deleted.
    pub counts: RunCounts,
    /// When and how it ended; `None` while it is under way.
    pub ended: Option<(UtcMillis, RunEnd)>,
}

/// The runs, and what they leave behind for everything that fetches the past.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct RunLog {
    /// The run under way.
    #[serde(default)]
    pub current: Option<RetentionRun>,
    /// Those before it, newest first.
    #[serde(default)]
    pub past: Vec<RetentionRun>,
    /// What is not fetched again.
    #[serde(default)]
    pub floors: Floors,
}

impl RunLog {
    /// Whether a run is to begin: a day after the last one, at once for another policy, and at once after a clock
    /// was set back, which deletes nothing.
    #[must_use]
    pub fn is_due(&self, settings: &RetentionSettings, now: UtcMillis) -> bool {
        let in_force = settings.in_force();
        if self.current.is_some() || in_force.keeps_all() {
            return false;
        }
        let Some(last) = self.past.first() else {
            return true;
        };
        let (ended_at, _) = last.ended.unwrap_or((last.started_at, RunEnd::Finished));
        last.policy != in_force || now < ended_at || now.since(ended_at) >= BETWEEN_RUNS
    }

    /// Begins a run; `false` if nothing is agreed.
    pub fn begin(
        &mut self,
        settings: &RetentionSettings,
        cut_offs: CutOffs,
        now: UtcMillis,
    ) -> bool {
        let Some(agreement) = settings.agreement.filter(|_| self.current.is_none()) else {
            return false;
        };
        self.floors = self.floors.raised(settings, &cut_offs);
        self.current = Some(RetentionRun {
            started_at: now,
            agreed_by: agreement.by,
            policy: agreement.ages,
            cut_offs,
            stage: Stage::Texts { after: None },
            counts: RunCounts::default(),
            ended: None,
        });
        true
    }

    /// Ends the run under way; answers it.
    pub fn end(&mut self, how: RunEnd, now: UtcMillis) -> Option<RetentionRun> {
        let ended = RetentionRun {
            ended: Some((now, how)),
            ..self.current.take()?
        };
        self.past.insert(0, ended);
        self.past.truncate(MOST_REMEMBERED);
        Some(ended)
    }
}

impl RetentionRun {
    /// What older than which instant goes in this stage; `None` = the stage has nothing to do.
    #[must_use]
    pub const fn cut_off(&self) -> Option<UtcMillis> {
        self.cut_offs.of(match self.stage {
            Stage::Texts { .. } => RetentionKind::Texts,
            Stage::Pictures { .. } => RetentionKind::Pictures,
            Stage::Notes => RetentionKind::Notes,
        })
    }

    /// The stage after this one; `None` = it was the last.
    #[must_use]
    pub const fn next_stage(&self) -> Option<Stage> {
        match self.stage {
            Stage::Texts { .. } => Some(Stage::Pictures { after: None }),
            Stage::Pictures { .. } => Some(Stage::Notes),
            Stage::Notes => None,
        }
    }
}

/// Records how a run ended: who agreed, to what, and how much it deleted.
pub fn plan_run_ended(
    run: &RetentionRun,
    version: u32,
    now: UtcMillis,
    ids: &mut dyn IdSource,
) -> Plan {
    recorded(
        AggregateRef::Retention,
        version,
        Actor::System,
        now,
        EventBody::RetentionRan {
            run: Box::new(*run),
        },
        ids,
    )
}

//! Long jobs of an open line: exports, backups, imports.
//!
//! Owns the list of them, their threads and their ends. A job is a synchronous closure that reports where it is and
//! learns with each report whether to go on; it runs apart from the runtime's threads, because the store's closures
//! block. Locking the desk stops none, and tells nothing of them; closing the line stops all. It refuses to keep
//! anything of a job on disk: what has to survive a crash is a record of whoever started it.

use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tern_domain::{IdSource as _, Millis, UtcMillis};
use tern_engine::{Clock, EdgeIds, RestartPolicy, Supervisor};
use tokio::runtime::Handle;
use tokio::task::spawn_blocking;
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;

use crate::changes::Changes;
use crate::dto::{JobKind, JobState, JobUnit, JobView};
use crate::error::{ApiError, ErrorCode};
use crate::events::Change;
use crate::words;

/// Results that are kept for whoever did not put them away.
const KEPT_RESULTS: usize = 20;

/// Windows are told of progress no more often than this, or when a percent is done.
const TELL_EVERY: Millis = Millis::seconds(1);

/// How long a step has to have run before the rest of it is estimated.
const ESTIMATE_AFTER: Millis = Millis::seconds(2);

/// Why a job ended without doing what it was started for.
#[derive(Debug)]
pub(crate) enum JobEnd {
    /// It was stopped.
    Cancelled,
    /// It failed.
    Failed(ApiError),
    /// It came to nothing that anybody would have to hear of.
    Nothing,
}

impl From<ApiError> for JobEnd {
    fn from(error: ApiError) -> Self {
        Self::Failed(error)
    }
}

/// What came of a job.
#[derive(Debug)]
pub(crate) struct JobResult {
    /// In a sentence.
    pub(crate) message: String,
    /// The file or folder that it wrote.
    pub(crate) place: Option<PathBuf>,
}

/// The jobs of one line.
pub(crate) struct Jobs {
    list: Arc<List>,
    owner: Supervisor,
}

struct List {
    clock: Arc<dyn Clock>,
    changes: Arc<Changes>,
    entries: Mutex<Vec<Entry>>,
}

struct Entry {
    view: JobView,
    place: Option<PathBuf>,
    token: CancellationToken,
    step_began_at: UtcMillis,
    told_at: UtcMillis,
    told_percent: u64,
}

/// A running job, as its worker has it.
pub(crate) struct Job {
    id: String,
    token: CancellationToken,
    list: Arc<List>,
}

impl Jobs {
    pub(crate) fn new(clock: Arc<dyn Clock>, changes: Arc<Changes>) -> Self {
        Self {
            list: Arc::new(List {
                clock,
                changes,
                entries: Mutex::default(),
            }),
            owner: Supervisor::new(RestartPolicy::default()),
        }
    }

    /// Starts a job. The worker may block; it has to report often enough to be stopped, and to clean up behind
    /// itself when a report says so.
    ///
    /// # Errors
    /// [`ErrorCode::NotAllowed`] while another one runs, for kinds that go one at a time.
    pub(crate) fn start<W>(
        &self,
        kind: JobKind,
        about: String,
        work: W,
    ) -> Result<JobView, ApiError>
    where
        W: FnOnce(&Job) -> Result<JobResult, JobEnd> + Send + 'static,
    {
        let token = self.owner.token().child_token();
        if token.is_cancelled() {
            return Err(words::not_ready());
        }
        let now = self.list.clock.now();
        let view = JobView {
            id: EdgeIds::new(&*self.list.clock).uuid().to_string(),
            kind,
            about,
            step: "Starting".to_owned(),
            unit: JobUnit::Texts,
            done: 0,
            total: None,
            remaining_ms: None,
            started_at: now.0,
            can_cancel: true,
            state: JobState::Running,
        };
        let mut entries = self.list.entries();
        if is_alone(kind)
            && entries
                .iter()
                .any(|it| it.is_running() && it.view.kind == kind)
        {
            return Err(already_running(kind));
        }
        forget_oldest(&mut entries);
        entries.push(Entry {
            view: view.clone(),
            place: None,
            token: token.clone(),
            step_began_at: now,
            told_at: now,
            told_percent: 0,
        });
        drop(entries);
        self.list.changes.emit(Change::Jobs);
        let job = Job {
            id: view.id.clone(),
            token,
            list: Arc::clone(&self.list),
        };
        self.owner.start_once("job", async move {
            let (id, list) = (job.id.clone(), Arc::clone(&job.list));
            let ended = spawn_blocking(move || work(&job))
                .await
                .unwrap_or_else(|_| Err(ApiError::internal().into()));
            list.end(&id, ended);
        });
        Ok(view)
    }

    /// Whether a backup is being made or tried: nothing of its folder may be removed meanwhile.
    pub(crate) fn is_backing_up(&self) -> bool {
        let kinds = [JobKind::Backup, JobKind::RestoreDrill];
        let entries = self.list.entries();
        entries
            .iter()
            .any(|entry| entry.is_running() && kinds.contains(&entry.view.kind))
    }

    /// How many run that closing the line would stop. A run of retention is none: it goes on at the next start.
    pub(crate) fn count_unfinished(&self) -> u32 {
        let entries = self.list.entries();
        let running = entries
            .iter()
            .filter(|entry| entry.is_running() && entry.view.kind != JobKind::Retention);
        u32::try_from(running.count()).unwrap_or(u32::MAX)
    }

    /// All of them, oldest first.
    pub(crate) fn views(&self) -> Vec<JobView> {
        let now = self.list.clock.now();
        let entries = self.list.entries();
        entries.iter().map(|entry| entry.view_at(now)).collect()
    }

    /// What sort of job it is.
    pub(crate) fn kind(&self, id: &str) -> Result<JobKind, ApiError> {
        find(&mut self.list.entries(), id).map(|entry| entry.view.kind)
    }

    pub(crate) fn cancel(&self, id: &str) -> Result<(), ApiError> {
        let mut entries = self.list.entries();
        let entry = find(&mut entries, id)?;
        if entry.is_running() && entry.view.can_cancel {
            entry.view.can_cancel = false;
            "Stopping".clone_into(&mut entry.view.step);
            entry.token.cancel();
        }
        drop(entries);
        self.list.changes.emit(Change::Jobs);
        Ok(())
    }

    pub(crate) fn dismiss(&self, id: &str) -> Result<(), ApiError> {
        let mut entries = self.list.entries();
        if find(&mut entries, id)?.is_running() {
            return Err(ApiError::new(
                ErrorCode::NotAllowed,
                "This is still running.",
                "Stop it first.",
            ));
        }
        entries.retain(|entry| entry.view.id != id);
        drop(entries);
        self.list.changes.emit(Change::Jobs);
        Ok(())
    }

    pub(crate) fn place(&self, id: &str) -> Result<PathBuf, ApiError> {
        let mut entries = self.list.entries();
        find(&mut entries, id)?
            .place
            .clone()
            .ok_or_else(|| words::gone("job"))
    }

    /// Stops all of them and waits until they have cleaned up. Nothing is started afterwards.
    pub(crate) async fn stop(&self, deadline: Duration) {
        self.owner.stop(deadline).await;
    }
}

impl Job {
    /// Goes on to another step, which comes to so much.
    ///
    /// # Errors
    /// [`JobEnd::Cancelled`] when it was stopped.
    pub(crate) fn step(
        &self,
        words: &str,
        unit: JobUnit,
        total: Option<u64>,
    ) -> Result<(), JobEnd> {
        self.list.update(&self.id, |entry, now| {
            // One that is being stopped goes on saying so.
            if entry.view.can_cancel {
                words.clone_into(&mut entry.view.step);
            }
            entry.view.unit = unit;
            entry.view.done = 0;
            entry.view.total = total;
            entry.step_began_at = now;
            true
        });
        self.go_on()
    }

    /// So much of the step is done.
    ///
    /// # Errors
    /// As [`Job::step`].
    pub(crate) fn done(&self, done: u64) -> Result<(), JobEnd> {
        self.list.update(&self.id, |entry, now| {
            entry.view.done = done;
            let percent = entry.percent();
            percent != entry.told_percent || now.since(entry.told_at) >= TELL_EVERY
        });
        self.go_on()
    }

    /// Waits, but no longer than until it is stopped.
    ///
    /// # Errors
    /// As [`Job::step`].
    pub(crate) fn pause(&self, pause: Duration) -> Result<(), JobEnd> {
        let stopped = self.token.cancelled();
        let _ = Handle::current().block_on(async { timeout(pause, stopped).await });
        self.go_on()
    }

    /// Whether to go on.
    ///
    /// # Errors
    /// As [`Job::step`].
    pub(crate) fn go_on(&self) -> Result<(), JobEnd> {
        if self.token.is_cancelled() {
            Err(JobEnd::Cancelled)
        } else {
            Ok(())
        }
    }

    /// The point of no return: from here on it cannot be stopped.
    ///
    /// # Errors
    /// [`JobEnd::Cancelled`] when it was stopped before.
    pub(crate) fn close_door(&self) -> Result<(), JobEnd> {
        self.list.update(&self.id, |entry, _| {
            entry.view.can_cancel = false;
            true
        });
        self.go_on()
    }
}

impl List {
    fn entries(&self) -> MutexGuard<'_, Vec<Entry>> {
        self.entries.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Changes an entry; `change` says whether windows are told.
    fn update(&self, id: &str, change: impl FnOnce(&mut Entry, UtcMillis) -> bool) {
        let now = self.clock.now();
        let mut entries = self.entries();
        let Some(entry) = entries.iter_mut().find(|entry| entry.view.id == id) else {
            return;
        };
        let news = change(entry, now);
        if news {
            entry.told_at = now;
            entry.told_percent = entry.percent();
        }
        drop(entries);
        if news {
            self.changes.emit(Change::Jobs);
        }
    }

    fn end(&self, id: &str, ended: Result<JobResult, JobEnd>) {
        let is_nothing = matches!(ended, Err(JobEnd::Nothing));
        self.update(id, |entry, _| {
            entry.view.can_cancel = false;
            entry.view.state = match ended {
                Ok(result) => {
                    let shown = result.place.as_ref().map(|it| it.display().to_string());
                    entry.place = result.place;
                    JobState::Finished {
                        message: result.message,
                        place: shown,
                    }
                }
                Err(JobEnd::Cancelled | JobEnd::Nothing) => JobState::Cancelled,
                Err(JobEnd::Failed(error)) => {
                    tracing::warn!(kind = ?entry.view.kind, code = ?error.code, "a job failed");
                    JobState::Failed { error }
                }
            };
            true
        });
        if is_nothing {
            self.entries().retain(|entry| entry.view.id != id);
            self.changes.emit(Change::Jobs);
        }
    }
}

impl Entry {
    fn is_running(&self) -> bool {
        self.view.state == JobState::Running
    }

    fn percent(&self) -> u64 {
        let total = self.view.total.unwrap_or_default();
        self.view.done.saturating_mul(100) / total.max(1)
    }

    fn view_at(&self, now: UtcMillis) -> JobView {
        let ran = now.since(self.step_began_at);
        let remaining_ms = match (self.view.total, u64::try_from(ran.0)) {
            (Some(total), Ok(ran_ms))
                if self.is_running() && self.view.done > 0 && ran >= ESTIMATE_AFTER =>
            {
                let left = total.saturating_sub(self.view.done);
                Some(ran_ms.saturating_mul(left) / self.view.done)
            }
            _ => None,
        };
        JobView {
            remaining_ms,
            ..self.view.clone()
        }
    }
}

/// Kinds that would get in each other's way.
fn is_alone(kind: JobKind) -> bool {
    match kind {
        JobKind::Export => false,
        JobKind::Backup
        | JobKind::RestoreDrill
        | JobKind::Restore
        | JobKind::Import
        | JobKind::Retention => true,
    }
}

fn already_running(kind: JobKind) -> ApiError {
    let what = match kind {
        JobKind::Export => "An export",
        JobKind::Backup => "A backup",
        JobKind::RestoreDrill => "A restore drill",
        JobKind::Restore => "A restore",
        JobKind::Import => "An import",
        JobKind::Retention => "Deleting by the rules",
    };
    ApiError::new(
        ErrorCode::NotAllowed,
        format!("{what} is running already."),
        "Wait until it is done, or stop it.",
    )
}

fn find<'a>(entries: &'a mut [Entry], id: &str) -> Result<&'a mut Entry, ApiError> {
    entries
        .iter_mut()
        .find(|entry| entry.view.id == id)
        .ok_or_else(|| words::gone("job"))
}

fn forget_oldest(entries: &mut Vec<Entry>) {
    while entries.iter().filter(|entry| !entry.is_running()).count() >= KEPT_RESULTS {
        let Some(oldest) = entries.iter().position(|entry| !entry.is_running()) else {
            return;
        };
        drop(entries.remove(oldest));
    }
}

#[cfg(test)]
mod tests;

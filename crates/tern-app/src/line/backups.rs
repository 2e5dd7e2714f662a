//! Backups of an open line: what is decided about them, making one, trying one, and doing both by themselves.
//!
//! What is decided lives in the file, with the key of the backups: whoever reads the file needs no backup of it. The
//! watcher is a reconciler: it looks at what is due and starts it, and what came of it is written by the job itself.

use std::path::PathBuf;
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use tern_domain::UtcMillis;
use tern_domain::backup::{Every, Tries, kept, next_due};
use tern_engine::{Clock, RestartPolicy, Supervisor};
use tern_store::{
    BackupCounts, BackupDesk, BackupError, BackupKey, BackupName, BackupPhase, BackupProgress,
    BackupVault, Going, RestoredFrom, Store, thin_out,
};

use super::desk::Desk;
use crate::dto::{self, DrillReport, JobKind, JobUnit, JobView};
use crate::error::{ApiError, ErrorCode};
use crate::jobs::{Job, JobEnd, JobResult};
use crate::opening::file_name;
use crate::records::{self, Record};
use crate::words;

/// What is decided and known about a line's backups.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(crate) struct BackupRecord {
    /// Where they go; `None` before that was chosen.
    pub(crate) place: Option<BackupPlace>,
    /// How often by itself.
    pub(crate) every: Option<Every>,
    /// When one was made.
    #[serde(default)]
    pub(crate) made: Tries,
    /// Why the last try came to nothing.
    #[serde(default)]
    pub(crate) problem: Option<Problem>,
    /// The newest one is tried every month.
    #[serde(default)]
    pub(crate) monthly_drill: bool,
    /// When one was tried.
    #[serde(default)]
    pub(crate) drilled: Tries,
    /// What the last drill found.
    #[serde(default)]
    pub(crate) drill: Option<DrillReport>,
    /// Why the last drill found fault.
    #[serde(default)]
    pub(crate) drill_problem: Option<Problem>,
    /// Somebody does not want to be reminded that there is none.
    #[serde(default)]
    pub(crate) hint_dismissed: bool,
    /// The file itself came from a backup.
    #[serde(default)]
    pub(crate) restored: Option<RestoredFrom>,
}

/// Where backups go.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct BackupPlace {
    pub(crate) folder: PathBuf,
    pub(crate) desk: BackupDesk,
    /// In hexadecimal digits.
    key: String,
}

impl std::fmt::Debug for BackupPlace {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter
            .debug_struct("BackupPlace")
            .field("desk", &self.desk)
            .finish_non_exhaustive()
    }
}

impl BackupPlace {
    pub(crate) fn new(folder: PathBuf, desk: BackupDesk, key: &BackupKey) -> Self {
        Self {
            folder,
            desk,
            key: key.expose().as_str().to_owned(),
        }
    }

    pub(crate) fn key(&self) -> Result<BackupKey, BackupError> {
        BackupKey::parse(&self.key).ok_or(BackupError::KeyFileDamaged)
    }

    pub(crate) fn vault(&self) -> Result<BackupVault, BackupError> {
        BackupVault::new(&self.folder, self.desk, &self.key()?)
    }
}

/// A problem as it was told, to tell it again.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Problem {
    message: String,
    remedy: String,
}

impl Problem {
    pub(crate) fn view(&self) -> ApiError {
        ApiError::new(
            ErrorCode::Storage,
            self.message.clone(),
            self.remedy.clone(),
        )
    }
}

impl From<&ApiError> for Problem {
    fn from(error: &ApiError) -> Self {
        Self {
            message: error.message.clone(),
            remedy: error.remedy.clone(),
        }
    }
}

pub(crate) fn counts_view(counts: BackupCounts) -> dto::BackupCounts {
    dto::BackupCounts {
        conversations: counts.conversations,
        messages: counts.messages,
        pictures: counts.pictures,
        events: counts.events,
    }
}

impl Desk {
    pub(crate) async fn backup_record(&self) -> Result<BackupRecord, ApiError> {
        Ok(records::find(&self.store, Record::Backups)
            .await?
            .unwrap_or_default())
    }

    /// Changes what is recorded, whatever else has changed it meanwhile.
    pub(crate) async fn change_backups(
        &self,
        change: impl FnOnce(&mut BackupRecord) + Send + 'static,
    ) -> Result<(), ApiError> {
        self.store
            .write(move |tx| {
                let name = Record::Backups.name();
                let mut record: BackupRecord = tx.find_setting(name)?.unwrap_or_default();
                change(&mut record);
                tx.put_setting(name, &record)
            })
            .await
            .map_err(|error| words::store(&error))
    }

    /// Starts making a backup.
    pub(crate) fn start_backup(&self, place: BackupPlace) -> Result<JobView, ApiError> {
        let (store, clock) = (self.store.clone(), self.clock());
        let about = place.folder.display().to_string();
        self.jobs.start(JobKind::Backup, about, move |job| {
            let made = make(&store, &place, &*clock, job);
            let now = clock.now();
            note(&store, move |record| {
                record.made.tried_at = Some(now);
                if made_one(&made) {
                    record.made.done_at = Some(now);
                }
                record.problem = problem_of(&made);
                made
            })
        })
    }

    /// Starts trying one.
    pub(crate) fn start_drill(
        &self,
        place: BackupPlace,
        backup: BackupName,
    ) -> Result<JobView, ApiError> {
        let (store, clock) = (self.store.clone(), self.clock());
        let name = file_name(self.line());
        self.jobs.start(JobKind::RestoreDrill, String::new(), move |job| {
            let folder = store.folder().to_owned();
            let tried = place.vault().and_then(|vault| {
                vault.check(backup, (&folder, &name), &mut |progress| tell(job, progress))
            });
            let now = clock.now();
            let desk = store
                .read_blocking(|conn| conn.count_for_backup())
                .map_err(|error| words::store(&error))?;
            note(&store, move |record| {
                record.drilled.tried_at = Some(now);
                match tried {
                    Ok(checked) => {
                        record.drilled.done_at = Some(now);
                        record.drill_problem = None;
                        record.drill = Some(DrillReport {
                            at: now.0,
                            made_at: backup.made_at.0,
                            counts: counts_view(checked.counts),
                            desk: counts_view(desk),
                            parts: checked.parts,
                            bytes: checked.bytes,
                        });
                        Ok(JobResult {
                            message: format!(
                                "The backup is whole: {} texts in {} conversations, {} pictures.",
                                checked.counts.messages,
                                checked.counts.conversations,
                                checked.counts.pictures
                            ),
                            place: None,
                        })
                    }
                    Err(error) => {
                        let ended = end(&error);
                        if let JobEnd::Failed(error) = &ended {
                            record.drill_problem = Some(error.into());
                        }
                        Err(ended)
                    }
                }
            })
        })
    }

    /// Starts what is due. Tells nobody about what cannot be started now: the next look finds it again.
    async fn look_after_backups(&self) -> Result<(), ApiError> {
        let record = self.backup_record().await?;
        let Some(place) = record.place else {
            return Ok(());
        };
        let now = self.now();
        let is_due = |every, tries| next_due(every, tries, now) <= now;
        if record.every.is_some_and(|every| is_due(every, record.made)) {
            let there = place.clone();
            let missing =
                blocking(move || Ok(there.vault().and_then(|vault| vault.is_ready()).err()))
                    .await?
                    .map(|error| words::backup(&error));
            match missing {
                // Said once, on the page, and not as a job that failed every quarter of an hour.
                Some(error) => {
                    self.change_backups(move |record| {
                        record.made.tried_at = Some(now);
                        record.problem = Some((&error).into());
                    })
                    .await?;
                }
                None => drop(self.start_backup(place.clone())),
            }
        } else if record.monthly_drill
            && record.made.done_at.is_some()
            && is_due(Every::Month, record.drilled)
        {
            let there = place.clone();
            let newest = blocking(move || {
                Ok(there
                    .vault()
                    .and_then(|vault| vault.names())
                    .ok()
                    .and_then(|names| names.last().copied()))
            })
            .await?;
            match newest {
                Some(newest) => drop(self.start_drill(place, newest)),
                None => {
                    self.change_backups(move |record| record.drilled.tried_at = Some(now))
                        .await?;
                }
            }
        }
        Ok(())
    }
}

/// Looks after a desk's backups until the returned owner is stopped.
pub(super) fn watch(owner: &Supervisor, desk: &Arc<Desk>) {
    let desk = Arc::downgrade(desk);
    owner.start("backups", move |token| {
        let desk = desk.clone();
        async move {
            loop {
                let Some(open) = desk.upgrade() else {
                    return Ok(());
                };
                if let Err(error) = open.look_after_backups().await {
                    tracing::warn!(code = ?error.code, "backups could not be looked after");
                }
                tokio::select! {
                    () = token.cancelled() => return Ok(()),
                    () = open.until_backups_are_due() => {}
                }
            }
        }
    });
}

pub(super) fn watcher() -> Supervisor {
    Supervisor::new(RestartPolicy::default())
}

fn made_one(made: &Result<JobResult, JobEnd>) -> bool {
    made.is_ok()
}

fn problem_of(made: &Result<JobResult, JobEnd>) -> Option<Problem> {
    match made {
        Err(JobEnd::Failed(error)) => Some(error.into()),
        _ => None,
    }
}

fn make(
    store: &Store,
    place: &BackupPlace,
    clock: &dyn Clock,
    job: &Job,
) -> Result<JobResult, JobEnd> {
    let vault = place.vault().map_err(|error| end(&error))?;
    let now: UtcMillis = clock.now();
    let made = store
        .back_up(&vault, now, &mut |progress| tell(job, progress))
        .map_err(|error| end(&error))?;
    // What is old goes only once the new one is there. One that cannot be read keeps everything.
    if let Err(error) = thin_out(&vault, kept) {
        tracing::warn!(%error, "old backups were not thinned out");
    }
    Ok(JobResult {
        message: format!(
            "{} texts in {} conversations and {} pictures are safe; {} were new.",
            made.counts.messages,
            made.counts.conversations,
            made.counts.pictures,
            megabytes(made.added)
        ),
        place: Some(place.folder.clone()),
    })
}

fn megabytes(bytes: u64) -> String {
    let tenths = bytes.saturating_add(50_000) / 100_000;
    format!("{}.{} MB", tenths / 10, tenths % 10)
}

/// Writes down what came of a job, and hands it on.
fn note<T>(
    store: &Store,
    change: impl FnOnce(&mut BackupRecord) -> Result<T, JobEnd> + Send + 'static,
) -> Result<T, JobEnd>
where
    T: Send + 'static,
{
    store
        .write_blocking(move |tx| {
            let name = Record::Backups.name();
            let mut record: BackupRecord = tx.find_setting(name)?.unwrap_or_default();
            let ended = change(&mut record);
            tx.put_setting(name, &record)?;
            Ok(ended)
        })
        .map_err(|error| JobEnd::Failed(words::store(&error)))?
}

fn end(error: &BackupError) -> JobEnd {
    match error {
        BackupError::Cancelled => JobEnd::Cancelled,
        error => JobEnd::Failed(words::backup(error)),
    }
}

fn tell(job: &Job, progress: BackupProgress) -> Going {
    let step = match progress.phase {
        BackupPhase::Texts => "Texts",
        BackupPhase::Pictures => "Pictures",
        BackupPhase::Checking => "Checking",
    };
    let told = job
        .step(step, JobUnit::Bytes, Some(progress.total))
        .and_then(|()| job.done(progress.done));
    match told {
        Ok(()) => Going::On,
        Err(_) => Going::Stop,
    }
}

/// Runs what waits for a disk off the asynchronous threads.
pub(crate) async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, BackupError> + Send + 'static,
) -> Result<T, ApiError> {
    tokio::task::spawn_blocking(work)
        .await
        .map_err(|_| ApiError::internal())?
        .map_err(|error| words::backup(&error))
}

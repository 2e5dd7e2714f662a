//! A run of retention, as windows see it among the long jobs.
//!
//! The run and how far it is are the file's: it survives a crash, which no job does. A job follows it and owns
//! nothing; stopping it ends the run, which only an administrator may (`usecases/jobs.rs`).

use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use tern_domain::retention::{RetentionRun, RunCounts, RunEnd, Stage};
use tern_store::Store;

use crate::dto::{JobKind, JobUnit};
use crate::jobs::{Job, JobEnd, JobResult, Jobs};
use crate::words;

/// Between two looks at how far a run is.
const LOOK_EVERY: Duration = Duration::from_millis(250);

/// Which run was followed last, by when it began.
#[derive(Debug)]
pub(super) struct Followed(AtomicI64);

impl Default for Followed {
    fn default() -> Self {
        Self(AtomicI64::new(i64::MIN))
    }
}

/// Follows the run under way, or the one that has just ended, unless it was followed already.
pub(super) async fn follow(followed: &Followed, jobs: &Jobs, store: &Store) {
    let found = store
        .read(|conn| {
            let runs = conn.load_retention_runs()?;
            Ok(runs.current.or(runs.past.first().copied()))
        })
        .await;
    let Ok(Some(run)) = found else { return };
    let began = run.started_at.0;
    if followed.0.swap(began, Ordering::SeqCst) == began {
        return;
    }
    let store = store.clone();
    let started = jobs.start(JobKind::Retention, String::new(), move |job| {
        watch(job, &store, &run)
    });
    if started.is_err() {
        // The one before is still being told of: the next hint comes with this run's end.
        followed.0.store(i64::MIN, Ordering::SeqCst);
    }
}

/// Nothing to follow: what ended before this desk was opened is on the page of retention.
pub(super) async fn skip_past(followed: &Followed, store: &Store) {
    let found = store
        .read(|conn| {
            let runs = conn.load_retention_runs()?;
            Ok(runs
                .past
                .first()
                .filter(|_| runs.current.is_none())
                .copied())
        })
        .await;
    if let Ok(Some(run)) = found {
        followed.0.store(run.started_at.0, Ordering::SeqCst);
    }
}

fn watch(job: &Job, store: &Store, run: &RetentionRun) -> Result<JobResult, JobEnd> {
    let mut told = None;
    loop {
        let runs = store
            .read_blocking(|conn| conn.load_retention_runs())
            .map_err(|error| words::store(&error))?;
        let mine = |it: &RetentionRun| it.started_at == run.started_at;
        let Some(now) = runs.current.filter(mine) else {
            let ended = runs.past.iter().find(|it| mine(it));
            return ended.and_then(result).ok_or(JobEnd::Nothing);
        };
        let (step, unit, done) = progress(&now);
        if told != Some(step) {
            told = Some(step);
            job.step(step, unit, None)?;
        }
        job.done(done)?;
        job.pause(LOOK_EVERY)?;
    }
}

const fn progress(run: &RetentionRun) -> (&'static str, JobUnit, u64) {
    match run.stage {
        Stage::Texts { .. } => ("Deleting old texts", JobUnit::Texts, run.counts.texts),
        Stage::Pictures { .. } => ("Deleting old pictures", JobUnit::Files, run.counts.pictures),
        Stage::Notes => ("Deleting old notes", JobUnit::Texts, run.counts.notes),
    }
}

/// What came of it; `None` for the daily look that found nothing.
fn result(run: &RetentionRun) -> Option<JobResult> {
    let (_, how) = run.ended?;
    if run.counts.is_nothing() && how != RunEnd::Cancelled {
        return None;
    }
    let deleted = deleted_words(&run.counts);
    let message = match how {
        RunEnd::Finished => format!("Deleted what was too old: {deleted}."),
        RunEnd::Cancelled => format!("Stopped by hand. Deleted by then: {deleted}."),
        RunEnd::Superseded => format!("Stopped for the changed rules. Deleted by then: {deleted}."),
    };
    Some(JobResult {
        message,
        place: None,
    })
}

fn deleted_words(counts: &RunCounts) -> String {
    let parts: Vec<String> = [
        (counts.texts, "text", "texts"),
        (counts.pictures, "picture", "pictures"),
        (counts.notes, "note", "notes"),
    ]
    .into_iter()
    .filter(|(count, ..)| *count > 0)
    .map(|(count, one, many)| format!("{count} {}", if count == 1 { one } else { many }))
    .collect();
    if parts.is_empty() {
        "nothing".to_owned()
    } else {
        parts.join(", ")
    }
}

//! Deletes what is too old to be kept, once a day.
//!
//! Owns no state: a run and how far it has come are in the file, committed together with each batch, so that a crash
//! goes on where it stopped. It rests between batches, because live texts come first, and it begins nothing before
//! the carrier's clock was heard: this machine's clock alone deletes nothing.

use std::sync::Arc;

use tern_domain::retention::{RetentionRun, RunCounts, RunEnd, RunLog, Stage};
use tern_domain::{AggregateRef, ConversationId, MessagePosition, NoteId, UtcMillis};
use tern_store::{OldSpan, ReadConn, StoreError, WriteTx};
use tokio_util::sync::CancellationToken;

use crate::clock::Clock;
use crate::core::Core;
use crate::event::EngineEvent;
use crate::ids::EdgeIds;
use crate::supervisor::TaskError;

/// Rows of one transaction at most.
const BATCH: usize = 500;
/// Rows that one look walks over at most, so that no reader is busy for long.
const LOOK: u32 = 10_000;

/// What the next transaction is to do.
enum Next {
    Texts(OldSpan, Vec<MessagePosition>, Option<MessagePosition>),
    Pictures(OldSpan, Vec<MessagePosition>, Option<MessagePosition>),
    Notes(UtcMillis, Vec<NoteId>),
    /// The stage has nothing more to do.
    Over,
}

/// Whether there is more to do at once.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Then {
    GoOn,
    Rest,
}

pub(crate) async fn run(core: Arc<Core>, token: CancellationToken) -> Result<(), TaskError> {
    loop {
        let pause = match step(&core).await? {
            Then::GoOn => core.tuning.retention_rest,
            Then::Rest => core.tuning.timer_look_every,
        };
        tokio::select! {
            () = token.cancelled() => return Ok(()),
            () = tokio::time::sleep(pause) => {}
            () = core.signals.retention.notified() => {}
        }
    }
}

/// One batch of the run under way, or the beginning of one.
async fn step(core: &Core) -> Result<Then, StoreError> {
    let Some(run) = core
        .store
        .read(|conn| Ok(conn.load_retention_runs()?.current))
        .await?
    else {
        return begin(core).await;
    };
    let next = core.store.read(move |conn| look(conn, &run)).await?;
    let clock = core.clock.clone();
    let (touched, ended) = core
        .store
        .write(move |tx| carry_out(tx, &run, next, &*clock))
        .await?;
    if !touched.is_empty() {
        core.events.emit(EngineEvent::ConversationsChanged(touched));
    }
    let Some(ended) = ended else {
        return Ok(Then::GoOn);
    };
    finish(core, &ended).await;
    Ok(Then::Rest)
}

/// The log and the copies from before upgrades would keep what was deleted.
async fn finish(core: &Core, run: &RetentionRun) {
    core.store.empty_log();
    let store = core.store.clone();
    let removed = tokio::task::spawn_blocking(move || store.remove_copies()).await;
    if !matches!(removed, Ok(Ok(()))) {
        tracing::warn!("a copy from before an upgrade could not be removed");
    }
    let counts = run.counts;
    tracing::info!(
        texts = counts.texts,
        pictures = counts.pictures,
        notes = counts.notes,
        "deleted what was too old to be kept"
    );
    core.events.emit(EngineEvent::RetentionRan);
}

/// Begins a run if one is due and the carrier's clock is known.
async fn begin(core: &Core) -> Result<Then, StoreError> {
    let Some(carrier_now) = core.carrier_clock.heard_now() else {
        return Ok(Then::Rest);
    };
    let now = core.clock.now();
    let has_begun = core
        .store
        .write(move |tx| {
            let settings = tx.load_retention()?;
            let mut runs = tx.load_retention_runs()?;
            if !runs.is_due(&settings, now) {
                return Ok(false);
            }
            let newest = tx.newest_known()?;
            let cut_offs =
                tern_domain::retention::cut_offs(&settings.in_force(), carrier_now, newest);
            let has_begun = runs.begin(&settings, cut_offs, now);
            if has_begun {
                tx.put_retention_runs(&runs)?;
            }
            Ok(has_begun)
        })
        .await?;
    if !has_begun {
        return Ok(Then::Rest);
    }
    core.events.emit(EngineEvent::RetentionRan);
    Ok(Then::GoOn)
}

/// Finds what goes next.
fn look(conn: &ReadConn<'_>, run: &RetentionRun) -> Result<Next, StoreError> {
    let Some(before) = run.cut_off() else {
        return Ok(Next::Over);
    };
    let (after, with_pictures) = match run.stage {
        Stage::Texts { after } => (after, false),
        Stage::Pictures { after } => (after, true),
        Stage::Notes => {
            let most = u32::try_from(BATCH).unwrap_or(u32::MAX);
            let (going, ..) = conn.list_old_notes(before, most)?;
            return Ok(if going.is_empty() {
                Next::Over
            } else {
                Next::Notes(before, going)
            });
        }
    };
    let Some(span) = conn.find_old_span(before)? else {
        return Ok(Next::Over);
    };
    let after = after.map(MessagePosition);
    let found = conn.list_old_texts(&span, after, with_pictures, LOOK, BATCH)?;
    if found.next.is_none() {
        return Ok(Next::Over);
    }
    Ok(if with_pictures {
        Next::Pictures(span, found.going, found.next)
    } else {
        Next::Texts(span, found.going, found.next)
    })
}

/// One transaction: deletes, counts and notes how far the run is. Nothing, if the run was stopped meanwhile.
fn carry_out(
    tx: &mut WriteTx<'_>,
    seen: &RetentionRun,
    next: Next,
    clock: &dyn Clock,
) -> Result<(Vec<ConversationId>, Option<RetentionRun>), StoreError> {
    let mut runs = tx.load_retention_runs()?;
    let Some(run) = runs.current.filter(|run| run == seen) else {
        return Ok((Vec::new(), None));
    };
    if tx.load_retention()?.in_force() != run.policy {
        let ended = end(tx, runs, RunEnd::Superseded, clock)?;
        return Ok((Vec::new(), ended));
    }
    let mut stage = Some(run.stage);
    let at = |position: Option<MessagePosition>| position.map(|position| position.0);
    let (counts, touched) = match next {
        Next::Texts(span, going, after) => {
            stage = Some(Stage::Texts { after: at(after) });
            tx.delete_old_texts(&going, &span.cut)?
        }
        Next::Pictures(span, going, after) => {
            stage = Some(Stage::Pictures { after: at(after) });
            tx.delete_old_pictures(&going, &span.cut)?
        }
        Next::Notes(before, going) => tx.delete_old_notes(&going, before)?,
        Next::Over => {
            if let (Stage::Texts { .. }, Some(before)) = (run.stage, run.cut_off()) {
                tx.finish_old_texts(before)?;
            }
            stage = run.next_stage();
            (RunCounts::default(), Vec::new())
        }
    };
    let Some(stage) = stage else {
        let ended = end(tx, runs, RunEnd::Finished, clock)?;
        return Ok((touched, ended));
    };
    let mut run = RetentionRun { stage, ..run };
    run.counts += counts;
    runs.current = Some(run);
    tx.put_retention_runs(&runs)?;
    Ok((touched, None))
}

/// Ends the run under way: its record, and its event, in one transaction. Also for whoever cancels one.
///
/// # Errors
/// [`StoreError`] when the file cannot be written.
pub fn end(
    tx: &mut WriteTx<'_>,
    mut runs: RunLog,
    how: RunEnd,
    clock: &dyn Clock,
) -> Result<Option<RetentionRun>, StoreError> {
    let now = clock.now();
    let Some(ended) = runs.end(how, now) else {
        return Ok(None);
    };
    tx.put_retention_runs(&runs)?;
    let version = tx.aggregate_version(&AggregateRef::Retention)?;
    let ids = &mut EdgeIds::new(clock);
    // The team's record; no conversation shows it.
    let _applied = tx.apply(&tern_domain::retention::plan_run_ended(
        &ended, version, now, ids,
    ))?;
    Ok(Some(ended))
}

//! Fetching the past.
//!
//! Owns the walk from newest to oldest, a page at a time, with a rest in between so that live texts come first.
//! How far it has come is committed together with each page, so that a restart goes on where it stopped; the
//! carrier's dates are whole days, so the day it stopped in is fetched again and sorted out by SID.

mod gate;
mod here;
mod record;
mod walk;

use std::sync::Arc;

use tern_domain::UtcMillis;
use tern_domain::backfill::Stretch;
use tern_store::{StoreError, WriteTx};
use tokio_util::sync::CancellationToken;

use crate::core::Core;
use crate::pauses::Pauses;
use crate::supervisor::TaskError;
use record::{NAME, Record, Stored};
use walk::{WalkError, walk};

pub use gate::PAST_POLICY;
pub(crate) use gate::PastGate;
pub use here::load_coverage;
pub(crate) use record::BackfillProgressCell;

/// The wish for the past could not be recorded.
#[derive(Debug, thiserror::Error)]
#[error("could not record what is wanted of the past")]
pub struct BackfillError(#[from] StoreError);

/// Records the wish and rings the task. Whoever asks for the past does not want it paused.
pub(crate) async fn request(core: &Core, until: Option<UtcMillis>) -> Result<(), BackfillError> {
    wish(core, move |previous| Record::wished(previous, until)).await
}

/// Records that days are wanted once more, and rings the task.
pub(crate) async fn request_again(core: &Core, stretch: Stretch) -> Result<(), BackfillError> {
    wish(core, move |previous| Record::once_more(previous, stretch)).await
}

async fn wish(
    core: &Core,
    next: impl FnOnce(Option<Record>) -> Record + Send + 'static,
) -> Result<(), BackfillError> {
    let record = core
        .store
        .write(move |tx| {
            let record = next(tx.find_sync_state(NAME)?);
            tx.put_sync_state(NAME, &record)?;
            put_paused(tx, false)?;
            Ok(record)
        })
        .await?;
    core.past.load(&core.store).await?;
    core.backfill.show(&record, core.clock.now(), false);
    core.signals.backfill.notify_one();
    Ok(())
}

fn put_paused(tx: &mut WriteTx<'_>, paused: bool) -> Result<(), StoreError> {
    tx.put_setting(gate::PAUSED, &paused)
}

/// Pauses all walks over the past, or lets them go on; kept across restarts.
pub(crate) async fn pause(core: &Core, paused: bool) -> Result<(), BackfillError> {
    let record: Option<Record> = core
        .store
        .write(move |tx| {
            put_paused(tx, paused)?;
            tx.find_sync_state(NAME)
        })
        .await?;
    core.past.load(&core.store).await?;
    if let Some(record) = record {
        core.backfill.show(&record, core.clock.now(), paused);
    }
    Ok(())
}

/// Records that the past is not wanted any more; nothing happens if it was not under way.
pub(crate) async fn cancel(core: &Core) -> Result<(), BackfillError> {
    let record = core
        .store
        .write(|tx| {
            let Some(mut record) = tx.find_sync_state::<Record>(NAME)? else {
                return Ok(None);
            };
            if record.state == Stored::Running {
                // Days that were wanted once more are not wanted any more; the wish stays what it was.
                record.state = match record.again.take() {
                    Some(again) if again.before != Stored::Running => again.before,
                    _ => Stored::Cancelled,
                };
                tx.put_sync_state(NAME, &record)?;
            }
            Ok(Some(record))
        })
        .await?;
    if let Some(record) = record {
        show(core, &record);
    }
    core.signals.backfill.notify_one();
    Ok(())
}

fn show(core: &Core, record: &Record) {
    let paused = core.past.rules().paused;
    core.backfill.show(record, core.clock.now(), paused);
}

/// Walks whenever the past is wanted, until stopped.
pub(crate) async fn run(core: Arc<Core>, token: CancellationToken) -> Result<(), TaskError> {
    let mut pauses = Pauses::new(core.tuning.trouble_first, core.tuning.trouble_longest);
    core.past.load(&core.store).await?;
    loop {
        let record: Option<Record> = core.store.read(|conn| conn.find_sync_state(NAME)).await?;
        if let Some(record) = &record {
            show(&core, record);
        }
        let walked = match record.filter(|record| record.state == Stored::Running) {
            Some(record) => tokio::select! {
                () = token.cancelled() => return Ok(()),
                walked = walk(&core, record) => Some(walked),
            },
            None => None,
        };
        match walked {
            // Another wish, or the one that days were put before.
            Some(Ok(())) if is_wanted(&core).await? => pauses.reset(),
            None | Some(Ok(())) => {
                pauses.reset();
                tokio::select! {
                    () = token.cancelled() => return Ok(()),
                    () = core.signals.backfill.notified() => {}
                }
            }
            Some(Err(WalkError::Carrier(error))) => {
                core.connection.failed(&error);
                if !error.is_passing() && !error.is_credential_problem() {
                    fail(&core, error.code()).await?;
                    continue;
                }
                tokio::select! {
                    () = token.cancelled() => return Ok(()),
                    () = tokio::time::sleep(pauses.next(error.retry_after())) => {}
                    () = core.signals.backfill.notified() => {}
                }
            }
            Some(Err(error)) => return Err(error.into()),
        }
    }
}

async fn fail(core: &Core, code: Option<u32>) -> Result<(), StoreError> {
    let record = core
        .store
        .write(move |tx| {
            let Some(mut record) = tx.find_sync_state::<Record>(NAME)? else {
                return Ok(None);
            };
            record.state = Stored::Failed { code };
            tx.put_sync_state(NAME, &record)?;
            Ok(Some(record))
        })
        .await?;
    if let Some(record) = record {
        show(core, &record);
    }
    Ok(())
}

async fn is_wanted(core: &Core) -> Result<bool, StoreError> {
    let record: Option<Record> = core.store.read(|conn| conn.find_sync_state(NAME)).await?;
    Ok(record.is_some_and(|record| record.state == Stored::Running))
}

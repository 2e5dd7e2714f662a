//! Fetching the past.
//!
//! Owns the walk from newest to oldest, a page at a time, with a rest in between so that live texts come first.
//! How far it has come is committed together with each page, so that a restart goes on where it stopped; the
//! carrier's dates are whole days, so the day it stopped in is fetched again and sorted out by SID.

mod record;
mod walk;

use std::sync::Arc;

use tern_domain::UtcMillis;
use tern_store::StoreError;
use tokio_util::sync::CancellationToken;

use crate::core::Core;
use crate::pauses::Pauses;
use crate::supervisor::TaskError;
use record::{NAME, Record, Stored};
use walk::{WalkError, walk};

pub(crate) use record::BackfillProgressCell;

/// The wish for the past could not be recorded.
#[derive(Debug, thiserror::Error)]
#[error("could not record what is wanted of the past")]
pub struct BackfillError(#[from] StoreError);

/// Records the wish and rings the task.
pub(crate) async fn request(core: &Core, until: Option<UtcMillis>) -> Result<(), BackfillError> {
    let record = core
        .store
        .write(move |tx| {
            let record = Record::wished(tx.find_sync_state(NAME)?, until);
            tx.put_sync_state(NAME, &record)?;
            Ok(record)
        })
        .await?;
    core.backfill.show(&record, core.clock.now());
    core.signals.backfill.notify_one();
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
                record.state = Stored::Cancelled;
                tx.put_sync_state(NAME, &record)?;
            }
            Ok(Some(record))
        })
        .await?;
    if let Some(record) = record {
        core.backfill.show(&record, core.clock.now());
    }
    core.signals.backfill.notify_one();
    Ok(())
}

/// Walks whenever the past is wanted, until stopped.
pub(crate) async fn run(core: Arc<Core>, token: CancellationToken) -> Result<(), TaskError> {
    let mut pauses = Pauses::new(core.tuning.trouble_first, core.tuning.trouble_longest);
    loop {
        let record: Option<Record> = core.store.read(|conn| conn.find_sync_state(NAME)).await?;
        if let Some(record) = &record {
            core.backfill.show(record, core.clock.now());
        }
        let walked = match record.filter(|record| record.state == Stored::Running) {
            Some(record) => tokio::select! {
                () = token.cancelled() => return Ok(()),
                walked = walk(&core, record) => Some(walked),
            },
            None => None,
        };
        match walked {
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
        core.backfill.show(&record, core.clock.now());
    }
    Ok(())
}

//! Closes wrap-ups that were left open (W-7).
//!
//! Owns no state but when it last looked. It goes by the clock and not by its own pauses, so that a laptop
//! that slept looks at once; a clock that was set back makes it look once more.

use std::sync::Arc;

use tern_domain::UtcMillis;
use tern_domain::wrap_up::plan_wrap_up_swept;
use tern_store::{Applied, StoreError};
use tokio_util::sync::CancellationToken;

use crate::core::Core;
use crate::ids::EdgeIds;
use crate::supervisor::TaskError;

pub(crate) async fn run(core: Arc<Core>, token: CancellationToken) -> Result<(), TaskError> {
    let mut looked_at = None;
    loop {
        looked_at = look(&core, looked_at).await?;
        tokio::select! {
            () = token.cancelled() => return Ok(()),
            () = tokio::time::sleep(core.tuning.timer_look_every) => {}
        }
    }
}

/// Sweeps if it is time to; answers when it last did.
pub(crate) async fn look(
    core: &Core,
    looked_at: Option<UtcMillis>,
) -> Result<Option<UtcMillis>, StoreError> {
    let now = core.clock.now();
    let sweep = core
        .store
        .read(|conn| conn.load_wrap_up_rules())
        .await?
        .sweep;
    let is_due = looked_at.is_none_or(|last| now < last || now.since(last) >= sweep.every);
    if !sweep.active || !is_due {
        return Ok(looked_at);
    }
    let clock = core.clock.clone();
    let applied = core
        .store
        .write(move |tx| {
            let mut all = Applied::default();
            for interaction in tx.list_wrap_ups_older_than(now - sweep.older_than)? {
                if let Some(work) = tx.find_wrap_up_work(interaction)? {
                    let ids = &mut EdgeIds::new(&*clock);
                    all.merge(tx.apply(&plan_wrap_up_swept(&work, sweep, now, ids))?);
                }
            }
            Ok(all)
        })
        .await?;
    if !applied.touched.is_empty() {
        // A slot is free (W-6).
        core.signals.routing.notify_one();
    }
    core.events.emit_applied(applied);
    Ok(Some(now))
}

//! Things that are due at a point in time.
//!
//! Owns firing: each durable timer once, oldest first, also those that fell due while nobody ran. A timer is
//! ticked off in the transaction that carries out what it is for. Waiting is capped, because a sleeping laptop
//! or a clock that was set makes any computed pause wrong.

use std::sync::Arc;
use std::time::Duration;

use tern_domain::{TimerPurpose, UtcMillis};
use tern_store::StoreError;
use tokio_util::sync::CancellationToken;

use crate::core::Core;
use crate::step::{step, steps};
use crate::supervisor::TaskError;

pub(crate) async fn run(core: Arc<Core>, token: CancellationToken) -> Result<(), TaskError> {
    loop {
        let next_at = fire_due(&core).await?;
        let pause = next_at.map_or(core.tuning.timer_look_every, |at| pause_until(&core, at));
        tokio::select! {
            () = token.cancelled() => return Ok(()),
            () = tokio::time::sleep(pause) => {}
            () = core.signals.timers.notified() => {}
        }
    }
}

/// How long to sleep towards an instant: never longer than until the next look at the clock.
pub(crate) fn pause_until(core: &Core, at: UtcMillis) -> Duration {
    at.since(core.clock.now())
        .to_duration()
        .min(core.tuning.timer_look_every)
}

/// Fires what is due and tells when the next timer is.
async fn fire_due(core: &Core) -> Result<Option<UtcMillis>, StoreError> {
    let now = core.clock.now();
    let due = core
        .store
        .read(move |conn| conn.list_due_timers(now))
        .await?;
    if !due.is_empty() {
        let purposes: Vec<_> = due.iter().map(|timer| timer.purpose).collect();
        core.store
            .write(move |tx| due.iter().try_for_each(|timer| tx.delete_timer(timer.id)))
            .await?;
        for purpose in purposes {
            match purpose {
                TimerPurpose::HeldSend { .. } => core.signals.outbox.notify_one(),
            }
        }
        step(steps::TIMER_FIRED);
    }
    core.store.read(|conn| conn.next_timer_at()).await
}

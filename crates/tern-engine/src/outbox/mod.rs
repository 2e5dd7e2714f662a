//! Texts leaving.
//!
//! Owns the order of things around a request: commit the claim, make the request once, commit the outcome. A
//! text in flight whose answer was lost becomes uncertain and is looked for; it refuses to send anything twice
//! without somebody saying so. Which text is due, and what an outcome means, is decided in the domain.

mod attempt;
pub(crate) mod lookup;
mod pictures;

use std::collections::HashSet;
use std::sync::Arc;

use futures_util::StreamExt;
use futures_util::stream::FuturesUnordered;
use tern_domain::{
    AttemptRefusal, MessageId, OutboxState, next_due, next_wake, plan_reconnection, plan_recovery,
};
use tern_store::{Applied, StoreError};
use tokio_util::sync::CancellationToken;

use crate::connection::ConnectionState;
use crate::core::Core;
use crate::event::EngineEvent;
use crate::ids::EdgeIds;
use crate::supervisor::TaskError;
use crate::timers::pause_until;

/// Requests of different conversations at once; one of the client's three stays free for receiving.
const MOST_AT_ONCE: usize = 2;

/// Sends what is due until stopped; then finishes what is under way.
pub(crate) async fn run(core: Arc<Core>, token: CancellationToken) -> Result<(), TaskError> {
    // Whatever a failed run of this task left in flight has lost its answer.
    recover(&core).await?;
    let mut connection = core.connection.subscribe();
    let mut under_way = FuturesUnordered::new();
    let mut names = HashSet::new();
    let mut returns_seen = 0;
    loop {
        let returns = core.connection.returns();
        if returns != returns_seen && core.connection.current() == ConnectionState::Online {
            bring_forward(&core).await?;
            returns_seen = returns;
        }
        let entries = core.store.read(|conn| conn.list_outbox_open()).await?;
        let now = core.clock.now();
        if core.connection.current() == ConnectionState::Online {
            for message_id in next_due(&entries, now) {
                if names.len() < MOST_AT_ONCE && names.insert(message_id) {
                    under_way.push(named_attempt(&core, message_id));
                }
            }
        }
        let pause = next_wake(&entries, now)
            .map_or(core.tuning.timer_look_every, |at| pause_until(&core, at));
        tokio::select! {
            () = token.cancelled() => break,
            Some(done) = under_way.next(), if !under_way.is_empty() => {
                names.remove(&done.message_id);
                done.attempted?;
                // The line may have come back while the outcome was on its way into the store.
                returns_seen = returns_seen.min(done.returns_before);
            }
            () = core.signals.outbox.notified() => {}
            _ = connection.changed() => {}
            () = tokio::time::sleep(pause) => {}
        }
    }
    // The request has left: its answer is worth waiting for, as long as the supervisor lets us.
    while let Some(done) = under_way.next().await {
        done.attempted?;
    }
    Ok(())
}

/// An attempt that is over.
struct Done {
    message_id: MessageId,
    /// How often the line had come back when the attempt began.
    returns_before: u64,
    attempted: Result<(), StoreError>,
}

async fn named_attempt(core: &Core, message_id: MessageId) -> Done {
    let returns_before = core.connection.returns();
    Done {
        message_id,
        returns_before,
        attempted: attempt::attempt(core, message_id).await,
    }
}

/// The line came back: what waited for that need not wait for its time.
async fn bring_forward(core: &Core) -> Result<(), StoreError> {
    let open = core.store.read(|conn| conn.list_outbox_open()).await?;
    let retries = open
        .into_iter()
        .filter(|entry| matches!(entry.state, OutboxState::RetryAt { .. }));
    for message_id in retries.map(|entry| entry.message_id) {
        let clock = core.clock.clone();
        let applied = core
            .store
            .write(move |tx| {
                let Some(entry) = tx.find_outbox(message_id)? else {
                    return Ok(Applied::default());
                };
                let state = tx.load_conversation_state(&entry.key, None)?;
                let ids = &mut EdgeIds::new(&*clock);
                tx.apply(&plan_reconnection(&state, &entry, clock.now(), ids))
            })
            .await?;
        tell(core, applied);
    }
    Ok(())
}

/// Makes uncertain what was in flight when nobody was there to take the answer.
pub(crate) async fn recover(core: &Core) -> Result<(), StoreError> {
    let open = core.store.read(|conn| conn.list_outbox_open()).await?;
    let lost: Vec<_> = open
        .into_iter()
        .filter(|entry| matches!(entry.state, OutboxState::InFlight { .. }))
        .map(|entry| entry.message_id)
        .collect();
    for message_id in lost {
        let clock = core.clock.clone();
        let applied = core
            .store
            .write(move |tx| {
                let Some(entry) = tx.find_outbox(message_id)? else {
                    return Ok(Applied::default());
                };
                let state = tx.load_conversation_state(&entry.key, None)?;
                match plan_recovery(&state, &entry, clock.now(), &mut EdgeIds::new(&*clock)) {
                    Ok(plan) => tx.apply(&plan),
                    Err(AttemptRefusal::NotInFlight { .. } | AttemptRefusal::NotDue { .. }) => {
                        Ok(Applied::default())
                    }
                }
            })
            .await?;
        tell(core, applied);
    }
    Ok(())
}

/// Tells everybody that an outbox entry has changed.
fn tell(core: &Core, applied: Applied) {
    core.events.emit_applied(applied);
    core.events.emit(EngineEvent::OutboxChanged);
    core.signals.lookup.notify_one();
    // Rows of our own may have waited for this.
    core.signals.journal.notify_one();
}

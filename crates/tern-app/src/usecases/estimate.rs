//! How long what waits will probably wait yet (H-5).

use tern_domain::UtcMillis;
use tern_domain::routing::{RoutingConfig, WaitEstimate, WorkItem};
use tern_store::{ReadConn, StoreError};

use crate::dto::WaitEstimateView;

/// The estimate for the item that waits, if one does, has a queue, and that queue's past tells something.
pub(super) fn estimate_wait(
    conn: &ReadConn<'_>,
    config: &RoutingConfig,
    items: &[WorkItem],
    now: UtcMillis,
) -> Result<Option<WaitEstimateView>, StoreError> {
    let Some(item) = items.iter().find(|item| !item.is_held()) else {
        return Ok(None);
    };
    let mut queues = config.queues.iter();
    let Some(queue) = queues.find(|queue| Some(queue.id) == item.queue) else {
        return Ok(None);
    };
    let past = conn.list_past_waits(queue.id, now - WaitEstimate::HORIZON)?;
    Ok(match WaitEstimate::of(queue, item, &past, now) {
        WaitEstimate::NotEnough { .. } => None,
        WaitEstimate::Known { usual, left } => Some(WaitEstimateView {
            usual_ms: usual.0,
            left_ms: left.0,
            at: now.0,
            counting: queue.is_open_at(now),
        }),
    })
}

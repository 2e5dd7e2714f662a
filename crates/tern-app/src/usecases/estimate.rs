//! How long what waits will probably wait yet (H-5).

use tern_domain::UtcMillis;
use tern_domain::routing::{RoutingConfig, WaitEstimate, WorkItem};
use tern_store::{ReadConn, StoreError};

use crate::dto::WaitEstimateView;

/// The estimate for the item that waits, if one does and has a queue.
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
    let (usual, left) = match WaitEstimate::of(queue, item, &past, now) {
        WaitEstimate::NotEnough { .. } => (None, None),
        WaitEstimate::Known { usual, left } => (Some(usual.0), Some(left.0)),
    };
    Ok(Some(WaitEstimateView {
        usual_ms: usual,
        left_ms: left,
        at: now.0,
    }))
}

//! Which stretches of time are wholly here, as stored.
//!
//! Owns the document of what was walked. What came live is not in it: since when texts are live and how far syncing
//! has come is known already, and is added at reading.

use tern_domain::UtcMillis;
use tern_domain::backfill::{Coverage, Stretch};
use tern_domain::schedule::OVERLAP;
use tern_store::{ReadConn, StoreError, SyncName, WriteTx};

use super::record::{NAME as WISH, Record};
use crate::sync::synced_until;

const NAME: SyncName = SyncName("coverage");

/// What was walked. A walk from before this was kept counts as far as it came.
fn load(conn: &ReadConn<'_>) -> Result<Coverage, StoreError> {
    if let Some(coverage) = conn.find_sync_state(NAME)? {
        return Ok(coverage);
    }
    let mut coverage = Coverage::default();
    let walked = conn.find_sync_state::<Record>(WISH)?;
    if let Some((from, until)) = walked
        .and_then(|record| record.walked_down_to())
        .zip(conn.live_since()?)
    {
        coverage.add(Stretch { from, until });
    }
    Ok(coverage)
}

/// A stretch was walked, in the transaction that stored the last of it.
pub(super) fn add(tx: &mut WriteTx<'_>, stretch: Stretch) -> Result<(), StoreError> {
    let mut coverage = load(tx)?;
    coverage.add(stretch);
    tx.put_sync_state(NAME, &coverage)
}

/// What is wholly here. `online_at` is now, if the line is watched at this moment.
///
/// # Errors
/// [`StoreError`] when the file cannot be read.
pub fn load_coverage(
    conn: &ReadConn<'_>,
    online_at: Option<UtcMillis>,
) -> Result<Coverage, StoreError> {
    let mut coverage = load(conn)?;
    if let Some((from, synced)) = conn.live_since()?.zip(synced_until(conn)?) {
        let until = online_at.map_or(synced, |now| now.max(synced));
        // The first walk of syncing goes over the overlap before that moment, and says so once it is through.
        let from = from.floor_to_second() - OVERLAP;
        coverage.add(Stretch { from, until });
    }
    Ok(coverage)
}

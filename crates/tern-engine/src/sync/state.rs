//! What syncing remembers across restarts.
//!
//! Owns two instants: since when texts are live, and how far the last complete walk reached. The first is set
//! once in a file's life, because it decides which texts are history.

use serde::{Deserialize, Serialize};
use tern_domain::{Effect, Plan, UtcMillis};
use tern_store::{ReadConn, Store, StoreError, SyncName};

use crate::core::Core;

const NAME: SyncName = SyncName("sync");

#[derive(Serialize, Deserialize)]
struct Synced {
    until: UtcMillis,
}

/// How far the list was walked by earlier runs.
pub(super) async fn load_synced_until(core: &Core) -> Result<Option<UtcMillis>, StoreError> {
    core.store.read(synced_until).await
}

/// When the last look that walked the whole overlap began; `None` before the first.
pub(crate) fn synced_until(conn: &ReadConn<'_>) -> Result<Option<UtcMillis>, StoreError> {
    let synced: Option<Synced> = conn.find_sync_state(NAME)?;
    Ok(synced.map(|synced| synced.until))
}

/// Since when texts are live. The very first call in a file's life decides it.
pub(crate) async fn go_live(store: &Store, now: UtcMillis) -> Result<UtcMillis, StoreError> {
    store
        .write(move |tx| {
            if let Some(since) = tx.live_since()? {
                return Ok(since);
            }
            // No conversation is concerned, so nobody has to be told.
            let _applied = tx.apply(&Plan {
                events: Vec::new(),
                effects: vec![Effect::SetLiveSince(now)],
            })?;
            Ok(now)
        })
        .await
}

pub(super) async fn save_synced_until(core: &Core, until: UtcMillis) -> Result<(), StoreError> {
    core.store
        .write(move |tx| tx.put_sync_state(NAME, &Synced { until }))
        .await
}

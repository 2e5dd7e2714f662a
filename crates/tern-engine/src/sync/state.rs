//! What syncing remembers across restarts.
//!
//! Owns two instants: since when texts are live, and how far the last complete walk reached. The first is set
//! once in a file's life, because it decides which texts are history.

use serde::{Deserialize, Serialize};
use tern_domain::{Effect, Plan, UtcMillis};
use tern_store::{StoreError, SyncName};

use crate::core::Core;

const NAME: SyncName = SyncName("sync");

#[derive(Serialize, Deserialize)]
struct Synced {
    until: UtcMillis,
}

/// Since when texts are live, and how far the list was walked. The very first start goes live here.
pub(super) async fn load_or_go_live(
    core: &Core,
) -> Result<(UtcMillis, Option<UtcMillis>), StoreError> {
    let now = core.clock.now();
    core.store
        .write(move |tx| {
            let synced: Option<Synced> = tx.find_sync_state(NAME)?;
            let live_since = match tx.live_since()? {
                Some(since) => since,
                None => {
                    // No conversation is concerned, so nobody has to be told.
                    let _applied = tx.apply(&Plan {
                        events: Vec::new(),
                        effects: vec![Effect::SetLiveSince(now)],
                    })?;
                    now
                }
            };
            Ok((live_since, synced.map(|synced| synced.until)))
        })
        .await
}

pub(super) async fn save_synced_until(core: &Core, until: UtcMillis) -> Result<(), StoreError> {
    core.store
        .write(move |tx| tx.put_sync_state(NAME, &Synced { until }))
        .await
}

//! Looks the whole file over after a crash or a power cut, while nobody waits for it.
//!
//! Opening reads only what the first screen needs, so damage in an old part would otherwise lie unnoticed until
//! somebody searches there. An orderly close leaves nothing to look for. What is found is told by the store.

use std::time::Duration;

use tern_engine::{RestartPolicy, Supervisor};
use tern_store::Store;

/// The first screen, the first sync and the first search come before it: it keeps one reader busy, a few
/// seconds for a million texts.
const AFTER: Duration = Duration::from_secs(10);

/// Starts looking, if there is reason to, until the returned owner is stopped.
pub(super) fn start(store: &Store) -> Supervisor {
    let supervisor = Supervisor::new(RestartPolicy::default());
    if store.was_closed_properly() {
        return supervisor;
    }
    let store = store.clone();
    supervisor.start("look over the file", move |token| {
        let store = store.clone();
        async move {
            tokio::select! {
                () = token.cancelled() => return Ok(()),
                () = tokio::time::sleep(AFTER) => {}
            }
            let checked = tokio::select! {
                () = token.cancelled() => return Ok(()),
                checked = store.read(|conn| conn.check_integrity()) => checked,
            };
            match checked {
                Ok(()) => tracing::info!("the file is whole"),
                Err(error) => tracing::warn!(%error, "the file was looked over"),
            }
            Ok(())
        }
    });
    supervisor
}

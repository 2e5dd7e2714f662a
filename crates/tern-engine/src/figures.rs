//! Keeps the figures up with what happens (K-1 … K-3).
//!
//! Owns no state: how far the counting has come is in the file. It goes in small steps, so that a text never waits
//! behind it, and looks by itself, so that nobody has to tell it anything.

use std::sync::Arc;
use std::time::Duration;

use tokio_util::sync::CancellationToken;

use crate::core::Core;
use crate::supervisor::TaskError;

/// Texts and events of one step: some milliseconds of the writer's time.
const STEP: u32 = 400;
/// Between two looks while there is nothing to count.
const LOOK_EVERY: Duration = Duration::from_secs(1);
/// Between two steps while there is: whoever writes goes first.
const BREATH: Duration = Duration::from_millis(4);

pub(crate) async fn run(core: Arc<Core>, token: CancellationToken) -> Result<(), TaskError> {
    loop {
        let progress = core.store.read(|conn| conn.figure_progress()).await?;
        let pause = if progress.left == 0 {
            LOOK_EVERY
        } else {
            let followed = core.store.write(|tx| tx.follow_figures(STEP)).await?;
            if followed.is_done() {
                LOOK_EVERY
            } else {
                BREATH
            }
        };
        tokio::select! {
            () = token.cancelled() => return Ok(()),
            () = tokio::time::sleep(pause) => {}
        }
    }
}

//! What every suite needs: waiting for a state with a deadline.

pub(crate) mod devserver;

use std::sync::mpsc;
use std::time::{Duration, Instant};

/// Asks for a state again and again until it holds; panics with `what` after the deadline.
pub(crate) fn wait_until(patience: Duration, what: &str, mut state: impl FnMut() -> bool) {
    let deadline = Instant::now() + patience;
    let (_never, pause) = mpsc::channel::<()>();
    while !state() {
        assert!(Instant::now() < deadline, "waited in vain for: {what}");
        // A short pause that nothing ever cuts short.
        let _ = pause.recv_timeout(Duration::from_millis(50));
    }
}

/// A short breath between two looks at a state.
pub(crate) async fn pause() {
    let mut tick = tokio::time::interval(Duration::from_millis(40));
    tick.tick().await;
    tick.tick().await;
}

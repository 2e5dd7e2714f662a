//! Change events as server-sent events.
//!
//! A listener that was too slow misses hints and sees it in the revisions; nothing is sent twice for it.

use std::convert::Infallible;

use axum::extract::State;
use axum::response::Sse;
use axum::response::sse::{Event, KeepAlive};
use futures_util::{Stream, stream};
use tern_app::App;
use tokio::sync::broadcast::error::RecvError;

/// `GET /events`.
pub(crate) async fn follow(
    State(app): State<App>,
) -> Sse<impl Stream<Item = Result<Event, Infallible>>> {
    let changes = stream::unfold(app.subscribe(), |mut changes| async move {
        loop {
            match changes.recv().await {
                Ok(change) => {
                    if let Ok(event) = Event::default().json_data(&change) {
                        return Some((Ok(event), changes));
                    }
                }
                Err(RecvError::Lagged(_)) => {}
                Err(RecvError::Closed) => return None,
            }
        }
    });
    Sse::new(changes).keep_alive(KeepAlive::default())
}

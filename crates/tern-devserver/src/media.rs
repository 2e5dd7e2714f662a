//! Pictures over HTTP, with the headers that keep a file from being anything but a picture.

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, X_CONTENT_TYPE_OPTIONS,
};
use axum::response::{IntoResponse, Response};
use tern_app::App;

/// `GET /media/{id}`.
pub(crate) async fn show(State(app): State<App>, Path(id): Path<String>) -> Response {
    match app.media(&id).await {
        Ok(media) => (
            [
                (CONTENT_TYPE, media.content_type.as_str()),
                (X_CONTENT_TYPE_OPTIONS, "nosniff"),
                (CONTENT_SECURITY_POLICY, "default-src 'none'; sandbox"),
                (CACHE_CONTROL, "no-store"),
            ],
            media.bytes,
        )
            .into_response(),
        Err(_) => StatusCode::NOT_FOUND.into_response(),
    }
}

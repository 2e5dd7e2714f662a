//! Uploaded files: a public address on loopback for pictures that an app wants to send, and for what
//! handsets have on their screens.

use axum::Json;
use axum::body::Body;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, Response, StatusCode, header};
use bytes::Bytes;
use serde_json::{Value, json};

use super::ControlError;
use crate::api::file_response;
use crate::exchange::Exchange;
use crate::sid::{Sid, SidKind};
use crate::state::media::MediaItem;

/// `POST /sim/media`: the raw bytes with their content type; answers the address they are served from.
pub(super) async fn upload(
    State(exchange): State<Exchange>,
    headers: HeaderMap,
    bytes: Bytes,
) -> Result<(StatusCode, Json<Value>), ControlError> {
    let content_type = headers
        .get(header::CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .ok_or(ControlError(
            StatusCode::BAD_REQUEST,
            "an upload needs a content type",
        ))?
        .to_owned();
    let url = exchange.look(|carrier, now| {
        let sid = carrier.sids.mint(SidKind::Media);
        carrier.media.insert(MediaItem {
            sid,
            parent: None,
            content_type,
            bytes,
            created: now,
            deleted: false,
        });
        format!("{}/sim/media/{sid}", carrier.base_url)
    });
    Ok((StatusCode::CREATED, Json(json!({ "url": url }))))
}

/// `GET /sim/media/{id}`.
pub(super) async fn download(
    State(exchange): State<Exchange>,
    Path(sid): Path<String>,
) -> Response<Body> {
    let found = exchange.look(|carrier, _| {
        let item = carrier.media.kept(Sid::parse(&sid)?)?;
        Some((item.content_type.clone(), item.bytes.clone()))
    });
    let missing = found.is_none();
    let mut response = file_response(found);
    if missing {
        *response.status_mut() = StatusCode::NOT_FOUND;
    }
    response
}

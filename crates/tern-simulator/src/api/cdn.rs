//! The practice CDN: bytes of media under addresses that expire. Owns no credentials check: whoever
//! has the address may read it, until it expires in simulated time.

use axum::body::Body;
use axum::extract::{Path, Query, State};
use axum::http::{HeaderValue, Response, StatusCode, header};
use serde::Deserialize;

use crate::exchange::Exchange;
use crate::sid::Sid;

/// What makes an address genuine.
#[derive(Deserialize)]
pub(crate) struct Grant {
    #[serde(rename = "Expires")]
    expires: i64,
    #[serde(rename = "Signature")]
    signature: String,
}

/// `GET /cdn/{ME…}`.
pub(crate) async fn serve(
    State(exchange): State<Exchange>,
    Path(sid): Path<String>,
    Query(grant): Query<Grant>,
) -> Response<Body> {
    let found = exchange.look(|carrier, now| {
        let sid = Sid::parse(&sid)?;
        let admitted = carrier
            .media
            .cdn_admits(sid, grant.expires, &grant.signature, now);
        let item = carrier
            .media
            .kept(sid)
            .filter(|item| admitted && !item.deleted)?;
        Some((item.content_type.clone(), item.bytes.clone()))
    });
    file_response(found)
}

/// A stored file as HTTP; 403 with nothing else when there is none, as a CDN has it.
pub(crate) fn file_response(file: Option<(String, bytes::Bytes)>) -> Response<Body> {
    let Some((content_type, bytes)) = file else {
        let mut response = Response::new(Body::empty());
        *response.status_mut() = StatusCode::FORBIDDEN;
        return response;
    };
    let mut response = Response::new(Body::from(bytes));
    let fallback = HeaderValue::from_static("application/octet-stream");
    let headers = response.headers_mut();
    headers.insert(
        header::CONTENT_TYPE,
        HeaderValue::try_from(content_type).unwrap_or(fallback),
    );
    headers.insert(
        header::X_CONTENT_TYPE_OPTIONS,
        HeaderValue::from_static("nosniff"),
    );
    // A file a customer sent must never run as a page of this origin.
    headers.insert(
        header::CONTENT_SECURITY_POLICY,
        HeaderValue::from_static("sandbox; default-src 'none'"),
    );
    response
}

//! An answer before it is HTTP. Owns its turning into a response, refusals included.

use axum::body::Body;
use axum::http::{HeaderValue, Response, StatusCode, header};
use serde::Serialize;

use crate::refusal::Refusal;

/// What a resource answers.
#[derive(Debug)]
pub(super) enum Answer {
    Json(StatusCode, Vec<u8>),
    /// 204.
    Empty,
    /// 307 to a short-lived address.
    Redirect(String),
}

impl Answer {
    /// 200 with a resource.
    pub(super) fn ok(resource: &impl Serialize) -> Self {
        Self::json(StatusCode::OK, resource)
    }

    /// A resource under another status.
    pub(super) fn json(status: StatusCode, resource: &impl Serialize) -> Self {
        // Every shape here has string keys, so this serializer cannot fail on it.
        Self::Json(status, serde_json::to_vec(resource).unwrap_or_default())
    }

    /// The HTTP response.
    pub(super) fn into_response(self) -> Response<Body> {
        match self {
            Self::Json(status, body) => json_response(status, body),
            Self::Empty => with_status(StatusCode::NO_CONTENT, Body::empty()),
            Self::Redirect(location) => {
                let mut response = with_status(StatusCode::TEMPORARY_REDIRECT, Body::empty());
                if let Ok(location) = HeaderValue::try_from(location) {
                    response.headers_mut().insert(header::LOCATION, location);
                }
                response
            }
        }
    }
}

/// A refusal as HTTP.
pub(super) fn refusal_response(refusal: &Refusal) -> Response<Body> {
    let status =
        StatusCode::from_u16(refusal.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let mut response = json_response(status, serde_json::to_vec(refusal).unwrap_or_default());
    if status == StatusCode::UNAUTHORIZED {
        let realm = HeaderValue::from_static("Basic realm=\"Twilio API\"");
        response
            .headers_mut()
            .insert(header::WWW_AUTHENTICATE, realm);
    }
    response
}

fn json_response(status: StatusCode, body: Vec<u8>) -> Response<Body> {
    let mut response = with_status(status, Body::from(body));
    response.headers_mut().insert(
        header::CONTENT_TYPE,
        HeaderValue::from_static("application/json;charset=utf-8"),
    );
    response
}

fn with_status(status: StatusCode, body: Body) -> Response<Body> {
    let mut response = Response::new(body);
    *response.status_mut() = status;
    response
}

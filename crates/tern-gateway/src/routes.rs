//! The two webhooks, from bytes to an answer.
//!
//! Owns the order of checks: host, shape, signature, then the sink. It refuses with as few words as possible,
//! and logs neither parameters nor signatures.

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, Request, State};
use axum::http::header::{CONTENT_TYPE, HOST};
use axum::http::{HeaderMap, Method, StatusCode, Uri};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use tern_app::{INBOUND_PATH, STATUS_PATH};
use tern_twilio::webhook::{
    EMPTY_RESPONSE, SHARED_KEY_HEADER, SIGNATURE_HEADER, SignatureVerifier, SignedRequest,
    TWIML_CONTENT_TYPE, WebhookBody,
};
use url::form_urlencoded;

use crate::config::{GatewayConfig, PublicUrl};
use crate::sink::{NotStored, WebhookSink};

/// 1600 characters of four escaped bytes and ten media URLs stay far below this.
const LARGEST_FORM: usize = 128 * 1024;

/// Twilio gives up after 15 s (T-11); saying no before that lets it try its fallback.
const SINK_PATIENCE: Duration = Duration::from_secs(10);

struct Door {
    public_url: PublicUrl,
    verifier: SignatureVerifier,
    sink: Arc<dyn WebhookSink>,
}

type Form = Vec<(String, String)>;

pub(crate) fn router(config: GatewayConfig, sink: Arc<dyn WebhookSink>) -> Router {
    let door = Arc::new(Door {
        public_url: config.public_url,
        verifier: config.verifier,
        sink,
    });
    Router::new()
        .route(INBOUND_PATH, get(inbound).post(inbound))
        .route(STATUS_PATH, get(status).post(status))
        .layer(DefaultBodyLimit::max(LARGEST_FORM))
        .layer(middleware::from_fn_with_state(
            Arc::clone(&door),
            check_host,
        ))
        .with_state(door)
}

async fn check_host(State(door): State<Arc<Door>>, request: Request, next: Next) -> Response {
    let known = request
        .headers()
        .get(HOST)
        .and_then(|host| host.to_str().ok())
        .is_some_and(|host| door.public_url.answers_to(host));
    if known {
        next.run(request).await
    } else {
        tracing::warn!("refused a webhook for another host");
        StatusCode::FORBIDDEN.into_response()
    }
}

async fn inbound(
    State(door): State<Arc<Door>>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let form = match door.admit(&method, &uri, &headers, &body) {
        Ok(form) => form,
        Err(refusal) => return refusal.into_response(),
    };
    let stored = tokio::time::timeout(SINK_PATIENCE, door.sink.inbound(form)).await;
    match stored.unwrap_or(Err(NotStored)) {
        Ok(()) => ([(CONTENT_TYPE, TWIML_CONTENT_TYPE)], EMPTY_RESPONSE).into_response(),
        Err(NotStored) => not_stored(&uri),
    }
}

async fn status(
    State(door): State<Arc<Door>>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let form = match door.admit(&method, &uri, &headers, &body) {
        Ok(form) => form,
        Err(refusal) => return refusal.into_response(),
    };
    let stored = tokio::time::timeout(SINK_PATIENCE, door.sink.status(form)).await;
    match stored.unwrap_or(Err(NotStored)) {
        Ok(()) => StatusCode::NO_CONTENT.into_response(),
        Err(NotStored) => not_stored(&uri),
    }
}

fn not_stored(uri: &Uri) -> Response {
    tracing::error!(path = uri.path(), "a webhook could not be stored");
    StatusCode::SERVICE_UNAVAILABLE.into_response()
}

impl Door {
    /// The form, once it is certain that Twilio sent it.
    fn admit(
        &self,
        method: &Method,
        uri: &Uri,
        headers: &HeaderMap,
        body: &Bytes,
    ) -> Result<Form, StatusCode> {
        let is_post = method == Method::POST;
        if is_post && !is_form(headers) {
            return Err(StatusCode::UNSUPPORTED_MEDIA_TYPE);
        }
        let form = if is_post {
            decoded(body)
        } else {
            decoded(uri.query().unwrap_or_default().as_bytes())
        };
        let path_and_query = uri.path_and_query().map_or("/", |given| given.as_str());
        let text = |name| headers.get(name).and_then(|value| value.to_str().ok());
        let verdict = self.verifier.verify(&SignedRequest {
            url: &self.public_url.with_path(path_and_query),
            body: if is_post {
                WebhookBody::Form(&form)
            } else {
                WebhookBody::Absent
            },
            signature: text(SIGNATURE_HEADER),
            shared_key: text(SHARED_KEY_HEADER),
        });
        match verdict {
            Ok(()) => Ok(form),
            Err(reason) => {
                tracing::warn!(path = uri.path(), %reason, "refused a webhook");
                Err(StatusCode::FORBIDDEN)
            }
        }
    }
}

fn is_form(headers: &HeaderMap) -> bool {
    headers
        .get(CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .and_then(|value| value.split(';').next())
        .is_some_and(|media_type| {
            media_type
                .trim()
                .eq_ignore_ascii_case("application/x-www-form-urlencoded")
        })
}

fn decoded(text: &[u8]) -> Form {
    form_urlencoded::parse(text)
        .map(|(name, value)| (name.into_owned(), value.into_owned()))
        .collect()
}

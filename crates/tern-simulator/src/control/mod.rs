//! The control surface under `/sim/`: what a person or a test does to the practice line from outside
//! the carrier's API. Owns no rule of the carrier. It asks for no credentials, so it is on loopback
//! only and refuses every web page that was not let in by name.

mod account;
mod clock;
mod faults;
mod handsets;
mod history;
mod ledger;
mod media;

use axum::extract::{DefaultBodyLimit, Request, State};
use axum::http::{Method, StatusCode, Uri, header};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Response};
use axum::routing::{delete, get, post};
use axum::{Json, Router};
use serde_json::json;

use crate::api;
use crate::exchange::Exchange;

/// Handsets may send what no carrier lets through: hostile files are tested with.
const MAX_CONTROL_BYTES: usize = 128 * 1024 * 1024;

/// A request to the control surface that cannot be carried out.
#[derive(Debug)]
pub(crate) struct ControlError(pub(crate) StatusCode, pub(crate) &'static str);

impl IntoResponse for ControlError {
    fn into_response(self) -> Response {
        (self.0, Json(json!({ "error": self.1 }))).into_response()
    }
}

/// The whole practice line: Twilio's API, the CDN and the control surface.
pub(crate) fn full_router(exchange: Exchange) -> Router {
    control_routes()
        .route("/cdn/{sid}", get(api::serve_cdn))
        .fallback(api::gate::serve)
        .layer(middleware::from_fn_with_state(exchange.clone(), guard))
        .with_state(exchange)
}

/// The control surface alone, for the second port, which stays open while the first is closed.
pub(crate) fn control_router(exchange: Exchange) -> Router {
    control_routes()
        .layer(middleware::from_fn_with_state(exchange.clone(), guard))
        .with_state(exchange)
}

fn control_routes() -> Router<Exchange> {
    Router::new()
        .route("/", get(about))
        .route("/sim/handsets", get(handsets::list).post(handsets::create))
        .route(
            "/sim/handsets/{e164}/texts",
            get(handsets::texts).post(handsets::send),
        )
        .route("/sim/media", post(media::upload))
        .route("/sim/media/{sid}", get(media::download))
        .route(
            "/sim/faults",
            get(faults::list)
                .post(faults::arm)
                .delete(faults::clear_all),
        )
        .route("/sim/faults/{id}", delete(faults::clear))
        .route("/sim/clock", get(clock::read))
        .route("/sim/clock/advance", post(clock::advance))
        .route("/sim/history", post(history::add))
        .route("/sim/account", get(account::read).post(account::change))
        .route("/sim/requests", get(ledger::requests))
        .route("/sim/webhooks", get(ledger::webhooks))
        .route("/sim/alerts", get(ledger::alerts))
        .route("/sim/messages", get(ledger::messages))
        .layer(DefaultBodyLimit::max(MAX_CONTROL_BYTES))
}

async fn about(State(exchange): State<Exchange>) -> Response {
    let (account, numbers) =
        exchange.look(|carrier, _| (carrier.account.account_sid.clone(), carrier.numbers.len()));
    Json(json!({
        "name": "tern-simulator",
        "about": "Tern's practice line: a carrier look-alike. No text leaves this machine.",
        "state": "Kept in memory only; it is gone when the practice line stops.",
        "account_sid": account,
        "numbers": numbers,
        "api": "/2010-04-01/Accounts/{AccountSid}/",
        "control": "/sim/",
    }))
    .into_response()
}

/// Refuses what a browser sends on behalf of a page: a foreign origin, or a host name that was
/// re-bound to loopback.
async fn guard(State(exchange): State<Exchange>, request: Request, next: Next) -> Response {
    let origin = request.headers().get(header::ORIGIN);
    let admitted = origin.is_none_or(|origin| {
        origin
            .to_str()
            .is_ok_and(|origin| exchange.admits_origin(origin))
    });
    if !admitted {
        return ControlError(StatusCode::FORBIDDEN, "requests from web pages are refused")
            .into_response();
    }
    if !host_is_loopback(
        request
            .headers()
            .get(header::HOST)
            .and_then(|host| host.to_str().ok()),
        request.uri(),
    ) {
        return ControlError(
            StatusCode::FORBIDDEN,
            "the practice line answers on loopback only",
        )
        .into_response();
    }
    let allow = origin.cloned();
    if allow.is_some() && request.method() == Method::OPTIONS {
        let mut response = StatusCode::NO_CONTENT.into_response();
        allow_origin(&mut response, allow);
        return response;
    }
    let mut response = next.run(request).await;
    allow_origin(&mut response, allow);
    response
}

fn allow_origin(response: &mut Response, origin: Option<header::HeaderValue>) {
    let Some(origin) = origin else { return };
    let headers = response.headers_mut();
    headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, origin);
    headers.insert(header::VARY, header::HeaderValue::from_static("Origin"));
    let methods = header::HeaderValue::from_static("GET, POST, DELETE, OPTIONS");
    headers.insert(header::ACCESS_CONTROL_ALLOW_METHODS, methods);
    headers.insert(
        header::ACCESS_CONTROL_ALLOW_HEADERS,
        header::HeaderValue::from_static("content-type, authorization"),
    );
}

fn host_is_loopback(host: Option<&str>, uri: &Uri) -> bool {
    let Some(authority) = host
        .map(ToOwned::to_owned)
        .or_else(|| uri.authority().map(ToString::to_string))
    else {
        // HTTP/1.0 and raw sockets send none; a browser always does.
        return true;
    };
    let Ok(url) = url::Url::parse(&format!("http://{authority}")) else {
        return false;
    };
    match url.host() {
        Some(url::Host::Domain(name)) => name.eq_ignore_ascii_case("localhost"),
        Some(url::Host::Ipv4(address)) => address.is_loopback(),
        Some(url::Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_loopback_hosts_are_answered() {
        let uri = Uri::from_static("/sim/clock");
        for host in [
            None,
            Some("127.0.0.1:8000"),
            Some("localhost"),
            Some("LOCALHOST:1"),
            Some("[::1]:80"),
        ] {
            assert!(host_is_loopback(host, &uri), "{host:?}");
        }
        for host in [
            "evil.example",
            "127.0.0.1.evil.example:80",
            "10.0.0.1",
            "",
            "localhost.evil",
        ] {
            assert!(!host_is_loopback(Some(host), &uri), "{host}");
        }
    }
}

//! The way into the API. Owns everything that can happen to a request beside its being answered:
//! armed faults, the concurrency limit, the log, and the headers that Twilio adds to each answer.

use std::time::{Duration, Instant};

use axum::body::{Body, to_bytes};
use axum::extract::{ConnectInfo, Request, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, Response, StatusCode, header};

use super::answer::refusal_response;
use super::target::Target;
use super::{ApiRequest, Params};
use crate::clock::Moment;
use crate::exchange::Exchange;
use crate::listener::Connection;
use crate::refusal::Refusal;
use crate::sid::SidKind;
use crate::state::faults::{After, Before, Endpoint, RequestFaults};
use crate::state::journal::RequestEntry;

/// Forms larger than this are no message.
const MAX_FORM_BYTES: usize = 1024 * 1024;

/// Serves one request to the API.
pub(crate) async fn serve(
    State(exchange): State<Exchange>,
    ConnectInfo(connection): ConnectInfo<Connection>,
    request: Request,
) -> Response<Body> {
    let started = Instant::now();
    let (parts, body) = request.into_parts();
    let target = Target::parse(parts.uri.path());
    let endpoint = target
        .as_ref()
        .map_or(Endpoint::Unknown, |target| target.endpoint(&parts.method));
    let faults = exchange.look(|carrier, _| carrier.faults.strike_request(endpoint));
    // A cancelled request (the client has gone) is only ever dropped at an await; the work itself has none.
    pause(faults.delay_before).await;
    let entered = exchange.enter();
    let in_flight = entered.as_ref().map(|entered| entered.count);
    let outcome = match (faults.before, in_flight) {
        (Some(Before::Reset), _) => None,
        (Some(Before::Error500), _) => Some(refusal_response(&internal_error())),
        (Some(Before::TooMany { retry_after }), _) => Some(too_many(retry_after)),
        (Some(Before::Refuse { status, code }), _) => Some(refusal_response(&Refusal::new(
            status,
            code,
            "The request was refused",
        ))),
        (None, None) => Some(too_many(None)),
        (None, Some(_)) => match read(&parts, body).await {
            Ok(request) => {
                let answered = super::answer(&exchange, &request, target.as_ref());
                finish(
                    answered.map_or_else(
                        |refusal| refusal_response(&refusal),
                        |answer| answer.into_response(),
                    ),
                    &faults,
                )
            }
            Err(refusal) => Some(refusal_response(&refusal)),
        },
    };
    pause(faults.delay_after).await;
    drop(entered);
    record(
        &exchange,
        &parts,
        endpoint,
        outcome.as_ref().map(Response::status),
    );
    match outcome {
        Some(response) => dress(&exchange, response, &faults, started.elapsed(), in_flight),
        None => {
            connection.cut();
            Response::new(Body::empty())
        }
    }
}

/// Waits; not even a tick of the timer when there is nothing to wait for.
async fn pause(delay: Duration) {
    if !delay.is_zero() {
        tokio::time::sleep(delay).await;
    }
}

async fn read(parts: &Parts, body: Body) -> Result<ApiRequest, Refusal> {
    let body = to_bytes(body, MAX_FORM_BYTES)
        .await
        .map_err(|_| Refusal::new(413, 20413, "Request entity too large"))?;
    Ok(ApiRequest {
        method: parts.method.clone(),
        path: parts.uri.path().to_owned(),
        query: Params::parse(parts.uri.query().unwrap_or_default().as_bytes()),
        form: if parts.method == Method::POST {
            Params::parse(&body)
        } else {
            Params::default()
        },
        authorization: header_text(&parts.headers, &header::AUTHORIZATION),
    })
}

/// Lets an after-fault take the answer away; the work is done by now.
fn finish(response: Response<Body>, faults: &RequestFaults) -> Option<Response<Body>> {
    match faults.after {
        None => Some(response),
        Some(After::Error500) => Some(refusal_response(&internal_error())),
        Some(After::Reset) => None,
    }
}

fn internal_error() -> Refusal {
    Refusal::new(500, 20500, "An internal server error has occurred")
}

fn too_many(retry_after: Option<u32>) -> Response<Body> {
    let mut response = refusal_response(&Refusal::new(429, 20429, "Too Many Requests"));
    if let Some(seconds) = retry_after {
        response
            .headers_mut()
            .insert(header::RETRY_AFTER, HeaderValue::from(seconds));
    }
    response
}

fn record(exchange: &Exchange, parts: &Parts, endpoint: Endpoint, status: Option<StatusCode>) {
    exchange.look(|carrier, now| {
        carrier.journal.requests.push(RequestEntry {
            at: now.to_iso(),
            method: parts.method.to_string(),
            path: parts.uri.path().to_owned(),
            query: parts.uri.query().map(ToOwned::to_owned),
            endpoint: endpoint.as_str(),
            status: status.map(|status| status.as_u16()),
        });
    });
}

/// Adds what Twilio adds to every answer.
fn dress(
    exchange: &Exchange,
    mut response: Response<Body>,
    faults: &RequestFaults,
    took: Duration,
    in_flight: Option<usize>,
) -> Response<Body> {
    let (request_id, now) =
        exchange.look(|carrier, now| (carrier.sids.mint(SidKind::Request).to_string(), now));
    let date =
        Moment::from_millis(now.as_millis().saturating_add(faults.skew_millis)).to_http_date();
    let headers = response.headers_mut();
    let concurrent = in_flight.unwrap_or_default().to_string();
    let additions = [
        (header::DATE, date),
        (HeaderName::from_static("twilio-request-id"), request_id),
        (
            HeaderName::from_static("twilio-request-duration"),
            format!("{:.3}", took.as_secs_f64()),
        ),
        (
            HeaderName::from_static("twilio-concurrent-requests"),
            concurrent,
        ),
    ];
    for (name, value) in additions {
        if let Ok(value) = HeaderValue::try_from(value) {
            headers.insert(name, value);
        }
    }
    response
}

fn header_text(headers: &HeaderMap, name: &HeaderName) -> Option<String> {
    headers.get(name)?.to_str().ok().map(ToOwned::to_owned)
}

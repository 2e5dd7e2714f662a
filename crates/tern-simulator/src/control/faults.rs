//! Arming and clearing faults over HTTP.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use serde_json::{Value, json};

use super::ControlError;
use crate::exchange::Exchange;
use crate::listener::Network;
use crate::state::faults::{FaultOrder, OffMode};

/// `POST /sim/faults`.
pub(super) async fn arm(
    State(exchange): State<Exchange>,
    Json(order): Json<FaultOrder>,
) -> (StatusCode, Json<Value>) {
    let armed = exchange.look(|carrier, _| carrier.faults.arm(order));
    follow_network(&exchange);
    (StatusCode::CREATED, Json(json!(armed)))
}

/// `GET /sim/faults`.
pub(super) async fn list(State(exchange): State<Exchange>) -> Json<Value> {
    exchange.look(|carrier, _| Json(json!({ "faults": carrier.faults.all() })))
}

/// `DELETE /sim/faults`.
pub(super) async fn clear_all(State(exchange): State<Exchange>) -> Json<Value> {
    let cleared = exchange.look(|carrier, _| carrier.faults.clear(None));
    follow_network(&exchange);
    Json(json!({ "cleared": cleared }))
}

/// `DELETE /sim/faults/{id}`.
pub(super) async fn clear(
    State(exchange): State<Exchange>,
    Path(id): Path<u64>,
) -> Result<Json<Value>, ControlError> {
    let cleared = exchange.look(|carrier, _| carrier.faults.clear(Some(id)));
    follow_network(&exchange);
    match cleared {
        0 => Err(ControlError(StatusCode::NOT_FOUND, "no such fault")),
        cleared => Ok(Json(json!({ "cleared": cleared }))),
    }
}

/// Opens or closes the API port as the armed faults say.
fn follow_network(exchange: &Exchange) {
    let wanted = match exchange.look(|carrier, _| carrier.faults.network_off()) {
        Some(OffMode::Refuse) => Network::Refusing,
        Some(OffMode::Reset) | None => Network::Up,
    };
    if exchange.network().state() != wanted {
        exchange.network().turn(wanted);
    }
}

//! The simulated clock over HTTP.

use std::time::Duration;

use axum::Json;
use axum::extract::State;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::exchange::Exchange;

#[derive(Debug, Deserialize)]
pub(super) struct Advance {
    ms: u64,
}

/// `GET /sim/clock`.
pub(super) async fn read(State(exchange): State<Exchange>) -> Json<Value> {
    let clock = exchange.clock();
    Json(
        json!({ "now": clock.now().to_iso(), "now_ms": clock.now().as_millis(), "offset_ms": clock.offset_millis() }),
    )
}

/// `POST /sim/clock/advance`.
pub(super) async fn advance(
    State(exchange): State<Exchange>,
    Json(advance): Json<Advance>,
) -> Json<Value> {
    exchange.advance_clock(Duration::from_millis(advance.ms));
    read(State(exchange)).await
}

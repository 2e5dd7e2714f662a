//! Seeding past conversations over HTTP.

use std::time::Instant;

use axum::Json;
use axum::extract::State;
use serde_json::{Value, json};

use crate::exchange::Exchange;
use crate::history::{self, HistoryPlan};

/// `POST /sim/history`.
pub(super) async fn add(
    State(exchange): State<Exchange>,
    Json(plan): Json<HistoryPlan>,
) -> Json<Value> {
    let started = Instant::now();
    // A million rows take seconds; the other requests wait, but the runtime's other tasks must not.
    let added = tokio::task::spawn_blocking(move || {
        exchange.look(|carrier, now| history::seed(carrier, &plan, now))
    })
    .await;
    Json(json!({ "messages": added.unwrap_or_default(), "took_ms": started.elapsed().as_millis() }))
}

//! What really happened, for test suites: requests, webhook deliveries, alerts, and every message
//! that was ever created, deleted ones included; of a redacted one there is no text.

use std::collections::BTreeMap;

use axum::Json;
use axum::extract::{Query, State};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::exchange::Exchange;
use crate::state::messages::{Direction, MessageRow};

/// Rows listed beside the count.
const MAX_LISTED: usize = 2_000;

#[derive(Debug, Deserialize)]
pub(super) struct MessageQuery {
    body: Option<String>,
    to: Option<String>,
    from: Option<String>,
    /// `inbound` or `outbound`.
    direction: Option<String>,
}

impl MessageQuery {
    fn admits(&self, row: &MessageRow) -> bool {
        let inbound = row.direction == Direction::Inbound;
        self.body.as_deref().is_none_or(|body| body == &*row.body)
            && self.to.as_deref().is_none_or(|to| to == row.to.as_str())
            && self
                .from
                .as_deref()
                .is_none_or(|from| row.from.as_ref().is_some_and(|own| own.as_str() == from))
            && self
                .direction
                .as_deref()
                .is_none_or(|direction| (direction == "inbound") == inbound)
    }
}

/// `GET /sim/requests`.
pub(super) async fn requests(State(exchange): State<Exchange>) -> Json<Value> {
    exchange.look(|carrier, _| {
        Json(json!({ "requests": carrier.journal.requests.entries().collect::<Vec<_>>() }))
    })
}

/// `GET /sim/webhooks`.
pub(super) async fn webhooks(State(exchange): State<Exchange>) -> Json<Value> {
    exchange.look(|carrier, _| {
        Json(json!({ "webhooks": carrier.journal.deliveries.entries().collect::<Vec<_>>() }))
    })
}

/// `GET /sim/alerts`.
pub(super) async fn alerts(State(exchange): State<Exchange>) -> Json<Value> {
    exchange.look(|carrier, _| {
        Json(json!({ "alerts": carrier.journal.alerts.entries().collect::<Vec<_>>() }))
    })
}

/// `GET /sim/messages`: how many were created (also per body) and the first of them, and how
/// many of all messages the API still lists.
pub(super) async fn messages(
    State(exchange): State<Exchange>,
    Query(query): Query<MessageQuery>,
) -> Json<Value> {
    exchange.look(|carrier, _| {
        let mut by_body: BTreeMap<&str, usize> = BTreeMap::new();
        let mut count = 0_usize;
        let mut listed = Vec::new();
        for row in carrier.messages.all().filter(|row| query.admits(row)) {
            count += 1;
            *by_body.entry(&row.body).or_default() += 1;
            if listed.len() < MAX_LISTED {
                listed.push(json!({
                    "sid": row.sid,
                    "direction": row.direction.as_str(),
                    "from": row.from.as_ref().map(|from| from.as_str()),
                    "to": row.to.as_str(),
                    "body": row.body,
                    "status": row.status.as_str(),
                    "redacted": row.redacted,
                    "deleted": row.deleted,
                }));
            }
        }
        Json(json!({ "count": count, "listed": carrier.messages.len(), "by_body": by_body, "messages": listed }))
    })
}

//! What can happen to the account: suspension, a revoked key, rotated secrets.

use axum::Json;
use axum::extract::State;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::exchange::Exchange;
use crate::sid::SidKind;
use crate::state::Carrier;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct AccountChange {
    suspend: Option<bool>,
    revoke_key: Option<bool>,
    #[serde(default)]
    rotate_auth_token: bool,
    /// Issues a new key in place of the old one.
    #[serde(default)]
    rotate_key: bool,
}

/// `GET /sim/account`.
pub(super) async fn read(State(exchange): State<Exchange>) -> Json<Value> {
    exchange.look(|carrier, _| Json(describe(carrier)))
}

/// `POST /sim/account`.
pub(super) async fn change(
    State(exchange): State<Exchange>,
    Json(change): Json<AccountChange>,
) -> Json<Value> {
    exchange.look(|carrier, _| {
        if let Some(suspend) = change.suspend {
            carrier.standing.suspended = suspend;
        }
        if let Some(revoke) = change.revoke_key {
            carrier.standing.key_revoked = revoke;
        }
        if change.rotate_auth_token {
            carrier.account.auth_token = carrier.sids.secret();
        }
        if change.rotate_key {
            carrier.account.api_key_sid = carrier.sids.mint(SidKind::ApiKey).to_string();
            carrier.account.api_key_secret = carrier.sids.key_secret();
            carrier.standing.key_revoked = false;
        }
        Json(describe(carrier))
    })
}

fn describe(carrier: &Carrier) -> Value {
    json!({
        "account_sid": carrier.account.account_sid,
        "auth_token": carrier.account.auth_token,
        "api_key_sid": carrier.account.api_key_sid,
        "api_key_secret": carrier.account.api_key_secret,
        "messaging_service_sid": carrier.account.messaging_service_sid,
        "numbers": carrier.account.numbers,
        "suspended": carrier.standing.suspended,
        "key_revoked": carrier.standing.key_revoked,
    })
}

//! Loopback HTTP endpoints that Twilio's webhooks reach through a tunnel.
//!
//! Owns the door: which host, which method, whose signature, how large. It refuses everything that Twilio did
//! not sign for the configured public URL (T-10), and it holds no rules and no storage: a form that passes goes
//! to a [`WebhookSink`]. Webhooks only make arrival faster; with the gateway off, polling brings the same texts.

#![cfg_attr(not(test), deny(clippy::disallowed_methods))]

mod config;
mod keeper;
mod routes;
mod server;
mod sink;

pub use config::{GatewayConfig, GatewayError, PublicUrl};
pub use keeper::{DEFAULT_PORT, keep_open};
pub use server::Gateway;
pub use sink::{NotStored, WebhookSink};
pub use tern_app::{INBOUND_PATH, STATUS_PATH};

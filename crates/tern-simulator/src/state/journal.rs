//! What happened, for whoever drives a test: API requests, webhook deliveries, alerts. Owns bounded
//! logs kept in memory only; nothing here is part of Twilio's API.

use std::collections::VecDeque;

use serde::Serialize;

/// Entries kept of each kind.
const KEPT: usize = 2_000;

/// One request to the carrier's API.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct RequestEntry {
    pub(crate) at: String,
    pub(crate) method: String,
    pub(crate) path: String,
    pub(crate) query: Option<String>,
    pub(crate) endpoint: &'static str,
    /// None when the connection was cut before an answer.
    pub(crate) status: Option<u16>,
}

/// One attempt to call a webhook.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct DeliveryEntry {
    pub(crate) at: String,
    pub(crate) url: String,
    pub(crate) kind: &'static str,
    pub(crate) message_sid: String,
    pub(crate) message_status: String,
    pub(crate) attempt: u32,
    /// None when no answer came.
    pub(crate) status: Option<u16>,
}

/// What Twilio would show in its debugger.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Alert {
    pub(crate) sid: String,
    pub(crate) at: String,
    pub(crate) error_code: u32,
    pub(crate) url: Option<String>,
    pub(crate) message_sid: String,
    pub(crate) text: &'static str,
}

/// The newest entries of one kind.
#[derive(Debug)]
pub(crate) struct Log<T>(VecDeque<T>);

impl<T> Default for Log<T> {
    fn default() -> Self {
        Self(VecDeque::new())
    }
}

impl<T> Log<T> {
    /// Adds an entry; the oldest leaves when the log is full.
    pub(crate) fn push(&mut self, entry: T) {
        if self.0.len() == KEPT {
            self.0.pop_front();
        }
        self.0.push_back(entry);
    }

    /// All kept entries, oldest first.
    pub(crate) fn entries(&self) -> impl Iterator<Item = &T> {
        self.0.iter()
    }
}

/// All logs.
#[derive(Debug, Default)]
pub(crate) struct Journal {
    pub(crate) requests: Log<RequestEntry>,
    pub(crate) deliveries: Log<DeliveryEntry>,
    pub(crate) alerts: Log<Alert>,
}

//! Faults that a test arms. Owns which fault strikes which request and how often; carrying one out is
//! left to the place it strikes (`api::gate`, `state::sending`, `webhooks`).

use std::time::Duration;

use serde::{Deserialize, Serialize};

/// The API operations that a fault can be limited to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Endpoint {
    #[default]
    Any,
    CreateMessage,
    ListMessages,
    FetchMessage,
    UpdateMessage,
    DeleteMessage,
    ListMedia,
    FetchMedia,
    DeleteMedia,
    DownloadMedia,
    FetchAccount,
    ListNumbers,
    FetchNumber,
    UpdateNumber,
    FetchBalance,
    /// A path or method that the API does not have.
    Unknown,
}

impl Endpoint {
    /// The word on the control surface.
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Any => "any",
            Self::CreateMessage => "create_message",
            Self::ListMessages => "list_messages",
            Self::FetchMessage => "fetch_message",
            Self::UpdateMessage => "update_message",
            Self::DeleteMessage => "delete_message",
            Self::ListMedia => "list_media",
            Self::FetchMedia => "fetch_media",
            Self::DeleteMedia => "delete_media",
            Self::DownloadMedia => "download_media",
            Self::FetchAccount => "fetch_account",
            Self::ListNumbers => "list_numbers",
            Self::FetchNumber => "fetch_number",
            Self::UpdateNumber => "update_number",
            Self::FetchBalance => "fetch_balance",
            Self::Unknown => "unknown",
        }
    }
}

/// On which side of the work a delay lies.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Phase {
    #[default]
    Before,
    After,
}

/// How a network that is off looks to the laptop.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum OffMode {
    /// Connections are accepted and then reset: the client cannot know how far its request got.
    #[default]
    Reset,
    /// The port is closed: the client knows that nothing has left. Use the control address to undo it.
    Refuse,
}

/// How an armed delivery failure ends.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum FailureStatus {
    #[default]
    Undelivered,
    Failed,
}

/// What goes wrong.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub(crate) enum FaultKind {
    /// The request is carried out, then the connection is reset without an answer.
    DropConnectionBeforeAnswer,
    /// The connection is reset and nothing is carried out.
    DropBeforeAccept,
    /// 500 with code 20500, nothing carried out.
    #[serde(rename = "error_500_before")]
    Error500Before,
    /// Carried out, then answered with 500 and code 20500.
    #[serde(rename = "error_500_after")]
    Error500After,
    /// 429 with code 20429, nothing carried out.
    TooManyRequests { retry_after: Option<u32> },
    /// Refused with that status and code, nothing carried out.
    Refuse { status: u16, error_code: u32 },
    /// The answer is late.
    DelayMs {
        ms: u64,
        #[serde(default)]
        phase: Phase,
    },
    /// New rows stay out of the list for that long.
    ListLagMs { ms: u64 },
    /// A webhook is delivered twice.
    DuplicateWebhooks,
    /// A webhook is overtaken by the next one.
    ReorderWebhooks,
    /// An outbound message is not delivered.
    DeliveryFailure {
        error_code: u32,
        #[serde(default)]
        status: FailureStatus,
    },
    /// No connection between laptop and carrier, in either direction; handsets are not affected.
    NetworkOff {
        #[serde(default)]
        mode: OffMode,
    },
    /// The `Date` header is off by that much (negative: behind).
    ClockSkew { ms: i64 },
}

impl FaultKind {
    /// Conditions last until cleared unless told otherwise; everything else strikes once.
    const fn is_condition(&self) -> bool {
        matches!(
            self,
            Self::ListLagMs { .. } | Self::NetworkOff { .. } | Self::ClockSkew { .. }
        )
    }
}

/// A fault as it is armed.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct FaultOrder {
    #[serde(flatten)]
    pub(crate) kind: FaultKind,
    /// How often it strikes; 0 means until cleared.
    pub(crate) times: Option<u32>,
    /// How many that it could strike pass unharmed first.
    #[serde(default)]
    pub(crate) after: u32,
    #[serde(default)]
    pub(crate) endpoint: Endpoint,
}

/// An armed fault.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct ArmedFault {
    pub(crate) id: u64,
    #[serde(flatten)]
    pub(crate) kind: FaultKind,
    pub(crate) endpoint: Endpoint,
    /// None: until cleared.
    pub(crate) remaining: Option<u32>,
    pub(crate) after: u32,
    pub(crate) struck: u32,
}

/// How a request is cut short before it is carried out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Before {
    Reset,
    Error500,
    TooMany { retry_after: Option<u32> },
    Refuse { status: u16, code: u32 },
}

/// What replaces the answer after a request was carried out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum After {
    Reset,
    Error500,
}

/// Everything that strikes one request.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct RequestFaults {
    pub(crate) delay_before: Duration,
    pub(crate) before: Option<Before>,
    pub(crate) delay_after: Duration,
    pub(crate) after: Option<After>,
    pub(crate) skew_millis: i64,
}

/// All armed faults, in the order they were armed.
#[derive(Debug, Default)]
pub(crate) struct Faults {
    armed: Vec<ArmedFault>,
    next_id: u64,
}

impl Faults {
    /// Arms a fault.
    pub(crate) fn arm(&mut self, order: FaultOrder) -> ArmedFault {
        self.next_id += 1;
        let times = order
            .times
            .unwrap_or_else(|| u32::from(!order.kind.is_condition()));
        let fault = ArmedFault {
            id: self.next_id,
            kind: order.kind,
            endpoint: order.endpoint,
            remaining: (times > 0).then_some(times),
            after: order.after,
            struck: 0,
        };
        self.armed.push(fault.clone());
        fault
    }

    /// All armed faults, spent ones included, so that a test can read how often one struck.
    pub(crate) fn all(&self) -> &[ArmedFault] {
        &self.armed
    }

    /// Disarms one fault, or all of them; returns how many.
    pub(crate) fn clear(&mut self, id: Option<u64>) -> usize {
        let before = self.armed.len();
        self.armed
            .retain(|fault| id.is_some_and(|id| id != fault.id));
        before - self.armed.len()
    }

    /// What strikes a request to `endpoint`. At most one fault that ends a request is spent on it.
    pub(crate) fn strike_request(&mut self, endpoint: Endpoint) -> RequestFaults {
        let mut faults = RequestFaults::default();
        for fault in &mut self.armed {
            let ended = faults.before.is_some() || faults.after.is_some();
            if !matches!(fault.endpoint, Endpoint::Any) && fault.endpoint != endpoint {
                continue;
            }
            match fault.kind {
                FaultKind::DelayMs { ms, phase } => {
                    let delay = Duration::from_millis(if fault.strike() { ms } else { 0 });
                    match phase {
                        Phase::Before => faults.delay_before += delay,
                        Phase::After => faults.delay_after += delay,
                    }
                }
                FaultKind::ClockSkew { ms } => {
                    faults.skew_millis += if fault.strike() { ms } else { 0 };
                }
                FaultKind::DropBeforeAccept | FaultKind::NetworkOff { .. } if !ended => {
                    faults.before = fault.strike().then_some(Before::Reset);
                }
                FaultKind::Error500Before if !ended => {
                    faults.before = fault.strike().then_some(Before::Error500)
                }
                FaultKind::TooManyRequests { retry_after } if !ended => {
                    faults.before = fault.strike().then_some(Before::TooMany { retry_after });
                }
                FaultKind::Refuse { status, error_code } if !ended => {
                    let code = error_code;
                    faults.before = fault.strike().then_some(Before::Refuse { status, code });
                }
                FaultKind::DropConnectionBeforeAnswer if !ended => {
                    faults.after = fault.strike().then_some(After::Reset)
                }
                FaultKind::Error500After if !ended => {
                    faults.after = fault.strike().then_some(After::Error500)
                }
                _ => {}
            }
        }
        faults
    }

    /// Whether this webhook is doubled.
    pub(crate) fn strike_duplicate(&mut self) -> bool {
        self.strike_first(|kind| *kind == FaultKind::DuplicateWebhooks)
            .is_some()
    }

    /// Whether this webhook is held back to be overtaken.
    pub(crate) fn strike_reorder(&mut self) -> bool {
        self.strike_first(|kind| *kind == FaultKind::ReorderWebhooks)
            .is_some()
    }

    /// How this outbound message fails, if it does.
    pub(crate) fn strike_delivery(&mut self) -> Option<(u32, FailureStatus)> {
        match self.strike_first(|kind| matches!(kind, FaultKind::DeliveryFailure { .. }))? {
            FaultKind::DeliveryFailure { error_code, status } => Some((error_code, status)),
            _ => None,
        }
    }

    /// How long this new row stays out of the list.
    pub(crate) fn strike_list_lag(&mut self) -> Duration {
        match self.strike_first(|kind| matches!(kind, FaultKind::ListLagMs { .. })) {
            Some(FaultKind::ListLagMs { ms }) => Duration::from_millis(ms),
            _ => Duration::ZERO,
        }
    }

    /// Whether laptop and carrier are cut off from each other, and how that looks.
    pub(crate) fn network_off(&self) -> Option<OffMode> {
        self.armed.iter().find_map(|fault| match fault.kind {
            FaultKind::NetworkOff { mode } if fault.remaining != Some(0) => Some(mode),
            _ => None,
        })
    }

    fn strike_first(&mut self, wanted: impl Fn(&FaultKind) -> bool) -> Option<FaultKind> {
        self.armed
            .iter_mut()
            .filter(|fault| wanted(&fault.kind))
            .find_map(|fault| fault.strike().then(|| fault.kind.clone()))
    }
}

impl ArmedFault {
    /// Counts one that this fault could strike; true when it does.
    fn strike(&mut self) -> bool {
        if self.remaining == Some(0) {
            return false;
        }
        if self.after > 0 {
            self.after -= 1;
            return false;
        }
        self.remaining = self.remaining.map(|remaining| remaining - 1);
        self.struck += 1;
        true
    }
}

#[cfg(test)]
#[path = "faults_tests.rs"]
mod tests;

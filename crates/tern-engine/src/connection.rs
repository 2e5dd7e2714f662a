//! Whether the carrier can be reached.
//!
//! Owns the state machine that every exchange with Twilio feeds, and its announcement. A refusal of one text is
//! not trouble with the line: whoever answers is reachable.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use tern_domain::UtcMillis;
use tern_twilio::TwilioError;
use tokio::sync::watch;

use crate::clock::Clock;
use crate::event::EngineEvent;
use crate::signals::Events;

/// Reachability of the carrier.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ConnectionState {
    /// No exchange has ended yet.
    Connecting,
    /// The last exchange worked.
    Online,
    /// No answer comes; texts wait.
    Offline {
        /// Since when.
        since: UtcMillis,
    },
    /// Twilio does not accept our credentials; nothing is sent until that changes.
    Refused {
        /// Since when.
        since: UtcMillis,
        /// Twilio's error code.
        code: Option<u32>,
    },
    /// Twilio answers, but with errors; we keep trying.
    Troubled {
        /// Since when.
        since: UtcMillis,
        /// Twilio's error code.
        code: Option<u32>,
        /// HTTP status.
        status: Option<u16>,
    },
}

impl ConnectionState {
    /// Since when exchanges have not worked.
    #[must_use]
    pub fn since(self) -> Option<UtcMillis> {
        match self {
            Self::Connecting | Self::Online => None,
            Self::Offline { since }
            | Self::Refused { since, .. }
            | Self::Troubled { since, .. } => Some(since),
        }
    }

    fn after(self, outcome: Outcome, now: UtcMillis) -> Self {
        let since = |same_kind: bool| self.since().filter(|_| same_kind).unwrap_or(now);
        match outcome {
            Outcome::Worked => Self::Online,
            Outcome::NoAnswer => Self::Offline {
                since: since(matches!(self, Self::Offline { .. })),
            },
            Outcome::CredentialsRefused { code } => Self::Refused {
                since: since(matches!(self, Self::Refused { .. })),
                code,
            },
            Outcome::Trouble { code, status } => Self::Troubled {
                since: since(matches!(self, Self::Troubled { .. })),
                code,
                status,
            },
        }
    }
}

/// What an exchange says about the line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Outcome {
    Worked,
    NoAnswer,
    CredentialsRefused {
        code: Option<u32>,
    },
    Trouble {
        code: Option<u32>,
        status: Option<u16>,
    },
}

impl Outcome {
    fn of(error: &TwilioError) -> Self {
        if error.is_credential_problem() {
            return Self::CredentialsRefused { code: error.code() };
        }
        match error {
            TwilioError::Connect { .. }
            | TwilioError::Timeout { .. }
            | TwilioError::Interrupted { .. } => Self::NoAnswer,
            TwilioError::Refused { .. } => Self::Worked,
            other => Self::Trouble {
                code: other.code(),
                status: other.status(),
            },
        }
    }
}

/// The current state, and everybody who wants to know.
pub(crate) struct Connection {
    state: watch::Sender<ConnectionState>,
    /// How often it came (back) to work: unlike the state, it tells a flap that was over before anybody looked.
    returns: AtomicU64,
    events: Events,
    clock: Arc<dyn Clock>,
}

impl Connection {
    pub(crate) fn new(events: Events, clock: Arc<dyn Clock>) -> Self {
        Self {
            state: watch::Sender::new(ConnectionState::Connecting),
            returns: AtomicU64::new(0),
            events,
            clock,
        }
    }

    pub(crate) fn current(&self) -> ConnectionState {
        *self.state.borrow()
    }

    /// How often the line came to work after it had not.
    pub(crate) fn returns(&self) -> u64 {
        self.returns.load(Ordering::SeqCst)
    }

    pub(crate) fn subscribe(&self) -> watch::Receiver<ConnectionState> {
        self.state.subscribe()
    }

    /// An exchange gave the wanted answer.
    pub(crate) fn worked(&self) {
        self.note(Outcome::Worked);
    }

    /// An exchange failed.
    pub(crate) fn failed(&self, error: &TwilioError) {
        self.note(Outcome::of(error));
    }

    fn note(&self, outcome: Outcome) {
        let now = self.clock.now();
        let changed = self.state.send_if_modified(|state| {
            let next = state.after(outcome, now);
            let changed = next != *state;
            if changed && next == ConnectionState::Online {
                self.returns.fetch_add(1, Ordering::SeqCst);
            }
            *state = next;
            changed
        });
        if changed {
            let state = self.current();
            tracing::info!(?state, "the connection changed");
            self.events.emit(EngineEvent::ConnectionChanged(state));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_moment_of_going_offline_is_kept_until_an_exchange_works() {
        let at = UtcMillis;
        let offline = ConnectionState::Connecting.after(Outcome::NoAnswer, at(5));
        assert_eq!(offline, ConnectionState::Offline { since: at(5) });
        assert_eq!(offline.after(Outcome::NoAnswer, at(9)), offline);
        assert_eq!(
            offline.after(Outcome::Worked, at(9)),
            ConnectionState::Online
        );
        let refused = offline.after(Outcome::CredentialsRefused { code: Some(20003) }, at(9));
        assert_eq!(refused.since(), Some(at(9)));
    }
}

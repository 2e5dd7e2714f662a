//! What can go wrong between Tern and Twilio, and whether the request may have been executed all the same.
//!
//! Owns the one question that decides about a second text on a customer's phone: [`Execution`]. It refuses to
//! carry URLs, numbers or Twilio's free text in `Display` and `Debug`, since those end up in logs.

use std::fmt;
use std::time::Duration;

use jiff::Timestamp;
use reqwest::StatusCode;

/// Twilio error codes that the client itself or its callers act on.
pub mod codes {
    /// Wrong, revoked or unauthorised credential.
    pub const AUTHENTICATION: u32 = 20003;
    /// The account is suspended or closed.
    pub const ACCOUNT_NOT_ACTIVE: u32 = 20005;
    /// No such resource.
    pub const NOT_FOUND: u32 = 20404;
    /// Too many requests at once.
    pub const TOO_MANY_REQUESTS: u32 = 20429;
    /// The recipient has opted out.
    pub const OPTED_OUT: u32 = 21610;
}

/// The operation that failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
#[allow(missing_docs, reason = "each name is its meaning")]
pub enum Operation {
    VerifyCredentials,
    ListNumbers,
    UpdateNumber,
    FetchBalance,
    CreateMessage,
    ListMessages,
    FetchMessage,
    RedactMessage,
    CancelMessage,
    DeleteMessage,
    ListMedia,
    DownloadMedia,
    DeleteMedia,
}

impl fmt::Display for Operation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::VerifyCredentials => "verify the credentials",
            Self::ListNumbers => "list the phone numbers",
            Self::UpdateNumber => "update a phone number",
            Self::FetchBalance => "fetch the balance",
            Self::CreateMessage => "create a message",
            Self::ListMessages => "list messages",
            Self::FetchMessage => "fetch a message",
            Self::RedactMessage => "redact a message",
            Self::CancelMessage => "cancel a message",
            Self::DeleteMessage => "delete a message",
            Self::ListMedia => "list media",
            Self::DownloadMedia => "download media",
            Self::DeleteMedia => "delete media",
        })
    }
}

/// Whether Twilio may have carried the failed request out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Execution {
    /// Provably not: no connection was made, or Twilio answered 429. Repeating is safe.
    NotExecuted,
    /// Twilio read the request and declined it: nothing happened, and repeating it unchanged is pointless.
    Refused,
    /// Unknown. A created message must be looked up before anything is sent again.
    MayHaveBeenExecuted,
}

/// Twilio's answer to a request that did not succeed.
#[derive(Clone, PartialEq, Eq)]
pub struct Refusal {
    /// HTTP status.
    pub status: u16,
    /// Twilio's error code; absent in answers that do not come from the API itself.
    pub code: Option<u32>,
    /// Twilio's words. They may quote a phone number: show them to the agent, never log them.
    pub message: Option<String>,
    /// Twilio's page on the error.
    pub more_info: Option<String>,
    /// `Twilio-Request-Id`, what Twilio's support asks for.
    pub request_id: Option<String>,
    /// How long Twilio asks to wait.
    pub retry_after: Option<Duration>,
    /// The server's clock when it answered.
    pub server_time: Option<Timestamp>,
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "HTTP {}", self.status)?;
        if let Some(code) = self.code {
            write!(f, ", code {code}")?;
        }
        if let Some(id) = &self.request_id {
            write!(f, ", request {id}")?;
        }
        Ok(())
    }
}

impl fmt::Debug for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Refusal")
            .field("status", &self.status)
            .field("code", &self.code)
            .field("request_id", &self.request_id)
            .field("retry_after", &self.retry_after)
            .finish_non_exhaustive()
    }
}

/// A failure below HTTP, stripped of the URL (list URLs carry phone numbers).
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct TransportError(#[source] reqwest::Error);

impl TransportError {
    pub(crate) fn new(error: reqwest::Error) -> Self {
        Self(error.without_url())
    }

    pub(crate) fn is_connect(&self) -> bool {
        self.0.is_connect()
    }

    pub(crate) fn is_timeout(&self) -> bool {
        self.0.is_timeout()
    }
}

/// A request to Twilio that did not give the wanted answer.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum TwilioError {
    /// No connection came about: offline, DNS, TLS, refused.
    #[error("could not connect in order to {operation}")]
    Connect {
        /// What was attempted.
        operation: Operation,
        /// The cause.
        #[source]
        source: TransportError,
    },
    /// The connection stood, but no complete answer came in time.
    #[error("no answer in time to {operation}")]
    Timeout {
        /// What was attempted.
        operation: Operation,
        /// The cause.
        #[source]
        source: TransportError,
    },
    /// The connection broke after it stood.
    #[error("the connection broke while trying to {operation}")]
    Interrupted {
        /// What was attempted.
        operation: Operation,
        /// The cause.
        #[source]
        source: TransportError,
    },
    /// 429: too many requests at once; Twilio did nothing.
    #[error("too many requests at once to {operation} ({refusal})")]
    Throttled {
        /// What was attempted.
        operation: Operation,
        /// Twilio's answer.
        refusal: Box<Refusal>,
    },
    /// Twilio declined, for a reason that its code names.
    #[error("refused to {operation} ({refusal})")]
    Refused {
        /// What was attempted.
        operation: Operation,
        /// Twilio's answer.
        refusal: Box<Refusal>,
    },
    /// 5xx, or a status that the API does not document.
    #[error("trouble at Twilio while trying to {operation} ({refusal})")]
    ServerTrouble {
        /// What was attempted.
        operation: Operation,
        /// Twilio's answer.
        refusal: Box<Refusal>,
    },
    /// Twilio said yes, but its answer could not be understood.
    #[error("could not read the answer to {operation}: {reason}")]
    Unreadable {
        /// What was attempted.
        operation: Operation,
        /// HTTP status.
        status: u16,
        /// `Twilio-Request-Id`.
        request_id: Option<String>,
        /// What was wrong. A decoder's own words are left out: they would quote the answer.
        reason: &'static str,
    },
}

impl TwilioError {
    /// The operation that failed.
    #[must_use]
    pub fn operation(&self) -> Operation {
        match self {
            Self::Connect { operation, .. }
            | Self::Timeout { operation, .. }
            | Self::Interrupted { operation, .. }
            | Self::Throttled { operation, .. }
            | Self::Refused { operation, .. }
            | Self::ServerTrouble { operation, .. }
            | Self::Unreadable { operation, .. } => *operation,
        }
    }

    /// Whether the request may have been executed; decides if an outbox row becomes uncertain.
    #[must_use]
    pub fn execution(&self) -> Execution {
        match self {
            Self::Connect { .. } | Self::Throttled { .. } => Execution::NotExecuted,
            Self::Refused { .. } => Execution::Refused,
            Self::Timeout { .. }
            | Self::Interrupted { .. }
            | Self::ServerTrouble { .. }
            | Self::Unreadable { .. } => Execution::MayHaveBeenExecuted,
        }
    }

    /// Twilio's answer, when there was one.
    #[must_use]
    pub fn refusal(&self) -> Option<&Refusal> {
        match self {
            Self::Throttled { refusal, .. }
            | Self::Refused { refusal, .. }
            | Self::ServerTrouble { refusal, .. } => Some(refusal),
            _ => None,
        }
    }

    /// HTTP status, when an answer came.
    #[must_use]
    pub fn status(&self) -> Option<u16> {
        match self {
            Self::Unreadable { status, .. } => Some(*status),
            other => other.refusal().map(|refusal| refusal.status),
        }
    }

    /// Twilio's error code, when the answer had one.
    #[must_use]
    pub fn code(&self) -> Option<u32> {
        self.refusal().and_then(|refusal| refusal.code)
    }

    /// `Twilio-Request-Id` of the answer, for Twilio's support.
    #[must_use]
    pub fn request_id(&self) -> Option<&str> {
        match self {
            Self::Unreadable { request_id, .. } => request_id.as_deref(),
            other => other.refusal()?.request_id.as_deref(),
        }
    }

    /// How long Twilio asked to wait.
    #[must_use]
    pub fn retry_after(&self) -> Option<Duration> {
        self.refusal().and_then(|refusal| refusal.retry_after)
    }

    /// Twilio could not be reached at all.
    #[must_use]
    pub fn is_offline(&self) -> bool {
        matches!(self, Self::Connect { .. })
    }

    /// The credential or the account is the problem: stop asking until a person has looked.
    #[must_use]
    pub fn is_credential_problem(&self) -> bool {
        self.status() == Some(401)
            || matches!(
                self.code(),
                Some(codes::AUTHENTICATION | codes::ACCOUNT_NOT_ACTIVE)
            )
    }

    /// The resource is not there (any more).
    #[must_use]
    pub fn is_not_found(&self) -> bool {
        self.status() == Some(404)
    }

    /// The same request may well succeed a little later.
    #[must_use]
    pub fn is_passing(&self) -> bool {
        match self {
            Self::Connect { .. }
            | Self::Timeout { .. }
            | Self::Interrupted { .. }
            | Self::Throttled { .. } => true,
            Self::ServerTrouble { refusal, .. } => refusal.status >= 500 || refusal.status == 408,
            Self::Refused { .. } | Self::Unreadable { .. } => false,
        }
    }

    pub(crate) fn from_transport(operation: Operation, error: reqwest::Error) -> Self {
        let source = TransportError::new(error);
        // A connect timeout is both; that no connection stood is the stronger fact.
        if source.is_connect() {
            Self::Connect { operation, source }
        } else if source.is_timeout() {
            Self::Timeout { operation, source }
        } else {
            Self::Interrupted { operation, source }
        }
    }

    pub(crate) fn from_refusal(operation: Operation, refusal: Refusal) -> Self {
        let refusal = Box::new(refusal);
        match refusal.status {
            429 => Self::Throttled { operation, refusal },
            408 => Self::ServerTrouble { operation, refusal },
            400..=499 => Self::Refused { operation, refusal },
            _ => Self::ServerTrouble { operation, refusal },
        }
    }

    pub(crate) fn unreadable(
        operation: Operation,
        status: StatusCode,
        request_id: Option<String>,
        reason: &'static str,
    ) -> Self {
        Self::Unreadable {
            operation,
            status: status.as_u16(),
            request_id,
            reason,
        }
    }
}

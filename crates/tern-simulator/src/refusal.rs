//! The carrier's refusals: an HTTP status, Twilio's code, and a sentence. Owns their JSON form; which
//! input earns which refusal is decided where that input is read.

use serde::Serialize;

/// A request that was understood and turned down.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct Refusal {
    code: u32,
    message: String,
    more_info: String,
    status: u16,
}

impl Refusal {
    /// A refusal with Twilio's `code` under HTTP `status`.
    pub(crate) fn new(status: u16, code: u32, message: impl Into<String>) -> Self {
        Self {
            code,
            message: message.into(),
            more_info: format!("https://www.twilio.com/docs/errors/{code}"),
            status,
        }
    }

    /// 400 with `code`.
    pub(crate) fn bad_request(code: u32, message: impl Into<String>) -> Self {
        Self::new(400, code, message)
    }

    /// 401 with code 20003: wrong or revoked credentials, or another account's path.
    pub(crate) fn unauthenticated() -> Self {
        Self::new(401, 20003, "Authenticate")
    }

    /// 404 with code 20404.
    pub(crate) fn not_found(path: &str) -> Self {
        Self::new(
            404,
            20404,
            format!("The requested resource {path} was not found"),
        )
    }

    /// The HTTP status.
    pub(crate) const fn status(&self) -> u16 {
        self.status
    }

    /// Twilio's code.
    pub(crate) const fn code(&self) -> u32 {
        self.code
    }
}

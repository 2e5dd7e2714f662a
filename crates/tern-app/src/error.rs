//! The public error: a code that a window switches on, and words a person can act on.
//!
//! A code is added only when a window treats it differently. Causes stay in the log, without bodies,
//! numbers or secrets.

use serde::Serialize;
use ts_rs::TS;

/// What went wrong, for a window.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS, thiserror::Error)]
#[serde(rename_all = "camelCase")]
#[error("{code:?}: {message}")]
pub struct ApiError {
    /// To switch on.
    pub code: ErrorCode,
    /// One plain sentence.
    pub message: String,
    /// What the person can do; empty if nothing.
    pub remedy: String,
    /// Twilio's error code, where there is one.
    pub carrier_code: Option<u32>,
    /// Twilio's request id, for their support.
    pub request_id: Option<String>,
}

/// Codes that a window treats differently.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub enum ErrorCode {
    /// The request makes no sense; a bug of ours.
    BadRequest,
    /// What was typed needs changing; the message says what.
    InvalidInput,
    /// No such conversation, text or picture.
    NotFound,
    /// The rules refuse it in the present state; the message says why.
    NotAllowed,
    /// The requester has opted out (21610, A-16).
    OptedOut,
    /// the number is somebody else's; the agent must confirm that it moves.
    NumberOfSomebodyElse,
    /// another agent is in that conversation; the agent must confirm to take over.
    TakesOver,
    /// H-11: a colleague has the conversation; the agent must confirm that they take part by writing.
    JoinsLiveGroup,
    /// The text is over 1600 characters (21617).
    TextTooLong,
    /// The text holds something that must not be sent (H-8, H-15, H-16).
    TextStopped,
    /// The picture is too large, not a picture, or hostile.
    PictureRefused,
    /// No place to put pictures is set up.
    NoMediaHost,
    /// The passphrase is wrong, or the file's key is.
    WrongKey,
    /// There is no usable keychain.
    KeychainUnavailable,
    /// The keychain is locked.
    KeychainLocked,
    /// The file was written by a newer Tern.
    FileTooNew,
    /// The file is damaged.
    FileDamaged,
    /// Another Tern has the file open.
    FileInUse,
    /// The disk is full.
    DiskFull,
    /// The file cannot be read or written.
    Storage,
    /// Twilio refuses the credentials.
    Credentials,
    /// No network.
    Offline,
    /// Twilio answers with an error.
    Carrier,
    /// The desk is locked: nothing is told until it is opened.
    Locked,
    /// The app is not in the stage this needs (locked, first run).
    NotReady,
    /// A bug of ours.
    Internal,
}

impl ApiError {
    /// An error without carrier details.
    #[must_use]
    pub fn new(code: ErrorCode, message: impl Into<String>, remedy: impl Into<String>) -> Self {
        Self {
            code,
            message: message.into(),
            remedy: remedy.into(),
            carrier_code: None,
            request_id: None,
        }
    }

    /// The window asked for something that makes no sense.
    #[must_use]
    pub fn bad_request(message: &str) -> Self {
        Self::new(ErrorCode::BadRequest, message, "")
    }

    /// A bug of ours; the cause is in the log.
    #[must_use]
    pub fn internal() -> Self {
        Self::new(
            ErrorCode::Internal,
            "Something went wrong inside Tern.",
            "Try again; if it stays, restart Tern.",
        )
    }
}

//! How a user proves who they are: what the window may know of it, and the few answers that show a secret once.
//!
//! Nothing here has a `Debug`: a request or an answer with a secret in it must not get into a log.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// What stands of a user's PIN, authenticator and lock.
#[derive(Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct VerificationView {
    /// Since when there is a PIN.
    #[ts(type = "number | null")]
    pub pin_since: Option<i64>,
    /// Since when there is an authenticator app.
    #[ts(type = "number | null")]
    pub authenticator_since: Option<i64>,
    /// The second proof is a code by text (L-2), which takes no app.
    pub code_by_text: bool,
    /// Until when proving by text is locked (L-12).
    #[ts(type = "number | null")]
    pub locked_until: Option<i64>,
    /// Wrong entries that count still.
    pub wrong_entries: u32,
    /// Why this person cannot link a number; empty if they can once both are there (L-5).
    pub missing: String,
    /// What happened, newest first.
    pub history: Vec<VerificationEvent>,
}

/// What was proved by text from a conversation's number.
#[derive(Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct AccountStanding {
    /// Since when the number is linked to the account of whoever it is with (L-3).
    #[ts(type = "number | null")]
    pub linked_since: Option<i64>,
    /// When PIN and code were right in the conversation that is open: it counts until that ends (L-15).
    #[ts(type = "number | null")]
    pub verified_at: Option<i64>,
}

/// Something that happened, and who did it.
#[derive(Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct VerificationEvent {
    /// When.
    #[ts(type = "number")]
    pub at: i64,
    /// Who.
    pub by: String,
    /// What, in words.
    pub what: String,
}

/// A secret for an authenticator app, shown this once.
#[derive(Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct EnrolmentBegun {
    /// The secret as it is typed.
    pub secret: String,
    /// The rows of the QR code: `1` is dark.
    pub qr_rows: Vec<String>,
}

/// The first code of an authenticator app.
#[derive(Clone, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ConfirmEnrolment {
    /// UUID.
    pub person_id: String,
    /// What the app shows.
    pub code: String,
}

/// A PIN that its user chose.
#[derive(Clone, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct SetSoftPin {
    /// UUID.
    pub person_id: String,
    /// The PIN.
    pub pin: String,
    /// The PIN once more.
    pub repeat: String,
}

/// A PIN that was drawn, shown this once.
#[derive(Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct GeneratedPin {
    /// The PIN.
    pub pin: String,
    /// How things stand now.
    pub verification: VerificationView,
}

/// Somebody who is locked.
#[derive(Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct LockedPerson {
    /// UUID.
    pub person_id: String,
    /// Name.
    pub name: String,
    /// When the lock ends by itself.
    #[ts(type = "number")]
    pub until: i64,
}

/// A user who has a PIN or an authenticator app.
#[derive(Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct EnrolledPerson {
    /// UUID.
    pub person_id: String,
    /// Name.
    pub name: String,
    /// What is missing before they can prove by text who they are (L-5); empty if nothing is.
    pub missing: String,
}

/// A number without an account that is locked.
#[derive(Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct LockedNumber {
    /// E.164.
    pub number: String,
    /// The same spaced for reading.
    pub display: String,
    /// When the lock ends by itself.
    #[ts(type = "number")]
    pub until: i64,
}

/// Names a number without an account.
#[derive(Clone, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct LockedNumberRef {
    /// E.164.
    pub number: String,
}

//! Connecting a Twilio account, and the set-up doctor's report. Secrets only travel inwards.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// Credentials as typed by the admin. Never serialised: there is no way back to a window.
#[derive(Clone, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct AccountCredentials {
    /// `AC…`; when replacing credentials, empty stands for the account already connected.
    pub account_sid: String,
    /// API key (preferred) or auth token.
    pub credential: CredentialInput,
    /// REST endpoint; `None` = Twilio's own (B-5).
    pub base_url: Option<String>,
}

/// API key or auth token.
#[derive(Clone, Deserialize, TS)]
#[serde(
    tag = "kind",
    rename_all = "camelCase",
    rename_all_fields = "camelCase"
)]
pub enum CredentialInput {
    /// One per laptop, revocable: the better choice.
    #[serde(rename_all = "camelCase")]
    ApiKey {
        /// `SK…`.
        key_sid: String,
        /// The key's secret.
        secret: String,
    },
    /// The account's master secret.
    AuthToken {
        /// The token.
        token: String,
    },
}

/// Store these credentials and start listening on these numbers.
#[derive(Clone, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ConnectAccount {
    /// What to log in with; checked once more before anything is stored.
    pub credentials: AccountCredentials,
    /// Numbers (E.164) to listen on; at least one of the account's SMS-capable ones.
    pub numbers: Vec<String>,
    /// How much of the past to fetch, in days; 0 = nothing, `None` = all that Twilio keeps.
    pub backfill_days: Option<u32>,
    /// Needed when there is no keychain: wraps the file's key.
    pub passphrase: Option<String>,
}

/// Start the practice line.
#[derive(Clone, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct StartPractice {
    /// Needed when there is no keychain: wraps the file's key.
    pub passphrase: Option<String>,
}

/// Fetch the past.
#[derive(Debug, Clone, Copy, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct StartBackfill {
    /// Days back; `None` = all that Twilio keeps.
    pub days: Option<u32>,
}

/// What the set-up doctor found.
#[derive(Debug, Clone, PartialEq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct DoctorReport {
    /// The account's friendly name, where the credentials may read it.
    pub account_name: Option<String>,
    /// Trial accounts can only text verified numbers.
    pub trial: bool,
    /// Checks in the order they were made.
    pub findings: Vec<Finding>,
    /// The account's numbers and what each can do.
    pub numbers: Vec<NumberCheck>,
    /// `true`: nothing stands in the way of connecting.
    pub can_connect: bool,
}

/// One check's result.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct Finding {
    /// Which check.
    pub check: DoctorCheck,
    /// How serious.
    pub level: FindingLevel,
    /// One line.
    pub title: String,
    /// What it means.
    pub detail: String,
    /// What to do about it; empty when all is well.
    pub remedy: String,
    /// Number concerned (E.164), where there is one.
    pub number: Option<String>,
    /// What Tern can do about it, when asked to.
    pub offer: Option<FindingOffer>,
}

/// What Tern can do about a finding; both are `take_over_number`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub enum FindingOffer {
    /// Put itself in the place of whoever answers on the number.
    Replace,
    /// Let Twilio call Tern for the number.
    PointAtTern,
}

/// Make Tern the only one to get a number's texts.
#[derive(Clone, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct TakeOverNumber {
    /// One of the account's numbers (E.164).
    pub number: String,
    /// Before connecting: what to log in with. `None`: the account already connected.
    pub credentials: Option<AccountCredentials>,
}

/// The doctor's checks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub enum DoctorCheck {
    /// Host answers over TLS.
    Network,
    /// Credentials are accepted.
    Credentials,
    /// Account is active; trial limits.
    Account,
    /// The laptop's clock against Twilio's.
    Clock,
    /// At least one number that can text.
    Numbers,
    /// What answers on a number: an empty or a foreign webhook.
    Webhook,
    /// Pictures can be sent.
    Pictures,
}

/// How serious a finding is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub enum FindingLevel {
    /// As it should be.
    Fine,
    /// Works, with a catch.
    Warning,
    /// Stands in the way.
    Problem,
}

/// One number of the account, as the doctor sees it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct NumberCheck {
    /// E.164.
    pub number: String,
    /// Spaced for reading.
    pub display: String,
    /// Its name at Twilio.
    pub name: String,
    /// Can text.
    pub sms: bool,
    /// Can send pictures.
    pub mms: bool,
    /// Webhook currently set, if any (its host only).
    pub webhook_host: Option<String>,
    /// May be chosen.
    pub usable: bool,
    /// Why not, or what to know.
    pub note: Option<String>,
}

/// The account as connected, without secrets.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct AccountView {
    /// `AC…`, middle hidden.
    pub account_sid_masked: String,
    /// `SK…`, middle hidden; `None` when an auth token is used.
    pub key_sid_masked: Option<String>,
    /// REST endpoint.
    pub base_url: String,
    /// A secret is in the keychain (or wrapped by the passphrase).
    pub secret_present: bool,
    /// Instant since when texts count as new.
    #[ts(type = "number")]
    pub live_since: i64,
}

//! The lock of the desk: what is set, and what opens it.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// What is decided about the lock, and whether it can be used.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct AppLockSettings {
    /// It locks by itself.
    pub on: bool,
    /// After so many minutes without a key or a pointer.
    pub idle_minutes: u32,
    /// When the machine goes to sleep.
    pub on_suspend: bool,
    /// An administrator wants it: others can only make it stricter.
    pub required: bool,
    /// An administrator wants the code of an authenticator app as well, from everybody.
    pub asks_code: bool,
    /// Since when the agent at this desk has an authenticator app for it; UTC milliseconds.
    #[ts(type = "number | null")]
    pub code_since: Option<i64>,
    /// What opens it; `None`: nobody could open it again, so that it does not lock. Set a PIN first.
    pub opens_with: Option<LockKey>,
    /// The agent at this desk may require it.
    pub may_require: bool,
}

/// Change what is decided about the lock.
#[derive(Debug, Clone, Copy, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct SaveAppLockSettings {
    /// It locks by itself.
    pub on: bool,
    /// 1 to 240.
    pub idle_minutes: u32,
    /// When the machine goes to sleep.
    pub on_suspend: bool,
    /// Only an administrator can change it.
    pub required: bool,
    /// Only an administrator can change it, and only together with `required`.
    pub asks_code: bool,
}

/// What opens a locked desk.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub enum LockKey {
    /// The PIN of the agent who is signed in, or of another one who then is.
    Pin,
    /// The passphrase that protects the file.
    Passphrase,
}

/// Somebody who can open a locked desk.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct LockAgent {
    /// UUID.
    pub id: String,
    /// Name.
    pub name: String,
    /// The code of their authenticator app is asked for as well.
    pub asks_code: bool,
}

/// Open a locked desk.
#[derive(Clone, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct UnlockApp {
    /// Whose PIN it is; somebody else than before is signed in then. `None` = whoever is signed in.
    pub agent_id: Option<String>,
    /// PIN or passphrase.
    pub secret: String,
    /// The code of the authenticator app, where there is one; the recovery code of the file does in its place.
    pub code: Option<String>,
}

/// Who is at the desk proves it, before something about their authenticator app or the recovery code changes.
#[derive(Clone, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct LockProof {
    /// PIN or passphrase; empty at the lock, where it was proved, and where there is neither.
    pub secret: String,
    /// The code of the authenticator app in force, if there is one.
    pub code: Option<String>,
}

/// The first code of an authenticator app for the lock.
#[derive(Clone, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ConfirmLockCode {
    /// Six digits.
    pub code: String,
}

/// Take another agent's authenticator app for the lock away.
#[derive(Debug, Clone, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ResetLockCode {
    /// UUID.
    pub agent_id: String,
}

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
}

/// Open a locked desk.
#[derive(Clone, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct UnlockApp {
    /// Whose PIN it is; somebody else than before is signed in then. `None` = whoever is signed in.
    pub agent_id: Option<String>,
    /// PIN or passphrase.
    pub secret: String,
}

//! Settings as one document, and what the security page shows.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::{NotificationKinds, NotificationRepeat, SpanView};

/// All settings of this laptop. Every field has a safe default.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase", default)]
pub struct Settings {
    /// What an OS notification shows.
    pub notification_style: NotificationStyle,
    /// Play a sound with it.
    pub notification_sound: bool,
    /// What is chosen for each kind apart.
    pub notification_kinds: NotificationKinds,
    /// Raise again what nobody has looked at; `None` = never.
    pub notification_repeat: Option<NotificationRepeat>,
    /// When no notification is shown, Monday to Sunday, on the laptop's clock. A span that does not end after it
    /// begins ends on the next day.
    pub quiet_hours: [Vec<SpanView>; 7],
    /// UUIDs of the presence states in which no notification is shown.
    pub silent_presence: Vec<String>,
    /// Colours.
    pub theme: Theme,
    /// Space between lines.
    pub density: Density,
    /// Name under which this agent signs what they do.
    pub agent_name: String,
    /// Hold a text back this many seconds so that it can be called back; 0 = off, at most 30.
    pub undo_seconds: u32,
    /// A text older than this many minutes on arrival goes to a person, never to the bot.
    pub late_after_minutes: u32,
    /// Territory such as `US` in which numbers without a country code are read (P-15); `None` = that of the
    /// team's first number.
    pub default_territory: Option<String>,
    /// Where pictures are put so that Twilio can fetch them: a folder URL that takes HTTP PUT.
    pub media_base_url: Option<String>,
    /// Public base URL of a tunnel to this laptop for webhooks; `None` = polling only.
    pub webhook_base_url: Option<String>,
    /// Closing the window leaves Tern in the tray.
    pub close_to_tray: bool,
    /// Start with the computer.
    pub start_at_login: bool,
    /// Enter sends (else Ctrl/Cmd+Enter).
    pub enter_sends: bool,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            notification_style: NotificationStyle::NameOnly,
            notification_sound: true,
            notification_kinds: NotificationKinds::default(),
            notification_repeat: None,
            quiet_hours: Default::default(),
            silent_presence: Vec::new(),
            theme: Theme::System,
            density: Density::Comfortable,
            agent_name: String::new(),
            undo_seconds: 0,
            late_after_minutes: 60,
            default_territory: None,
            media_base_url: None,
            webhook_base_url: None,
            close_to_tray: true,
            start_at_login: false,
            enter_sends: true,
        }
    }
}

/// What an OS notification shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub enum NotificationStyle {
    /// Who, not what.
    NameOnly,
    /// Who and what.
    Full,
    /// None at all.
    None,
}

/// Colours.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub enum Theme {
    /// As the system says.
    System,
    /// Light.
    Light,
    /// Dark.
    Dark,
    /// High contrast.
    HighContrast,
}

/// Space between lines.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub enum Density {
    /// Roomy.
    Comfortable,
    /// Tight.
    Compact,
}

/// What the security page shows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct SecurityView {
    /// What holds the file's key.
    pub key_holder: KeyHolder,
    /// Where the encrypted files are.
    pub data_folder: String,
    /// Size of everything in it, bytes.
    #[ts(type = "number")]
    pub data_bytes: u64,
    /// The cipher in use.
    pub cipher: String,
    /// When the key was last replaced; `None` = it is the first.
    #[ts(type = "number | null")]
    pub key_replaced_at: Option<i64>,
    /// When the recovery code was made; `None` = there is none.
    #[ts(type = "number | null")]
    pub recovery_code_made_at: Option<i64>,
    /// Somebody came in by the recovery code under this key: it should be replaced.
    pub rotation_advised: bool,
    /// The agent at this desk may replace the key and make recovery codes.
    pub may_administer: bool,
}

/// What holds the file's key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub enum KeyHolder {
    /// The system's keychain.
    Keychain,
    /// A passphrase that only the agent knows.
    Passphrase,
}

/// Unlock with a passphrase.
#[derive(Clone, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct UnlockWith {
    /// `None`: only try the keychain again.
    pub passphrase: Option<String>,
}

/// Change the passphrase.
#[derive(Clone, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ChangePassphrase {
    /// The one in force.
    pub current: String,
    /// The new one, at least 8 characters.
    pub new: String,
}

//! Where the app stands: which screen is due, whether the carrier is reachable, what is under way.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// Everything a window needs to choose its first screen and to draw the status bar.
#[derive(Debug, Clone, PartialEq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct AppStatus {
    /// Which of the app's stages is current.
    pub phase: Phase,
    /// Real line or practice line; `None` before the first run is finished.
    pub line: Option<Line>,
    /// Reachability of the carrier.
    pub connection: Connection,
    /// Progress of fetching the past, while it runs or until its result was seen.
    pub backfill: Option<BackfillProgress>,
    /// Grows with every committed change; a gap tells a window to ask again.
    #[ts(type = "number")]
    pub revision: u64,
    /// Texts waiting to leave.
    pub waiting_to_send: u32,
    /// Sends whose outcome the carrier could not tell and the agent has to settle.
    pub uncertain_sends: u32,
    /// The app's version.
    pub version: String,
    /// Damage was met in the open file: what is whole can be used, and rebuilding is to be offered.
    pub file_damaged: bool,
    /// Numbers of the team that Tern listens on.
    pub provider_numbers: Vec<ProviderNumberView>,
    /// The desk can be locked: there is something to open it again.
    pub can_lock: bool,
    /// How webhooks come in; `None` where no public address is set up.
    pub webhooks: Option<WebhookView>,
}

/// How webhooks come in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct WebhookView {
    /// What to enter at Twilio for each number (B-1).
    pub inbound_url: String,
    /// Whether Tern can be reached there.
    pub state: WebhookState,
}

/// Whether webhooks can come in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(
    tag = "kind",
    rename_all = "camelCase",
    rename_all_fields = "camelCase"
)]
pub enum WebhookState {
    /// The port is being opened.
    Opening,
    /// Tern listens.
    Open {
        /// The loopback port that the tunnel has to lead to.
        port: u16,
    },
    /// They cannot; texts are fetched all the same.
    Failed {
        /// Plain words and remedy.
        error: crate::ApiError,
    },
}

/// What came of setting a file aside and starting a new one.
#[derive(Debug, Clone, PartialEq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct Rebuilt {
    /// Where the app stands now.
    pub status: AppStatus,
    /// Texts that could still be read in the damaged file.
    #[ts(type = "number")]
    pub texts: u64,
    /// Texts that only the backup had; `null` without a backup of this desk.
    #[ts(type = "number | null")]
    pub from_backup: Option<u64>,
    /// Texts that were in neither, and may come from Twilio; `null` where nobody knows how many there were.
    #[ts(type = "number | null")]
    pub missing: Option<u64>,
    /// The backup is of another desk, and nothing of it was taken.
    pub other_desk: bool,
    /// Whether everything could be read. Of a file whose key is lost nothing can.
    pub complete: bool,
    /// Name of the old file, in the same folder.
    pub kept_as: String,
}

/// The app's stages.
#[derive(Debug, Clone, PartialEq, Serialize, TS)]
#[serde(
    tag = "kind",
    rename_all = "camelCase",
    rename_all_fields = "camelCase"
)]
pub enum Phase {
    /// No account and no practice line yet.
    FirstRun {
        /// `false`: there is no keychain, so a passphrase must be chosen before anything is stored.
        keychain_available: bool,
        /// Why the keychain cannot be used, in a plain sentence. Together with a keychain that is available it
        /// means that it is locked: it can be unlocked, or a passphrase chosen instead.
        keychain_problem: Option<String>,
    },
    /// The file is locked: a passphrase, or an unlocked keychain, is needed.
    Locked {
        /// What unlocks it.
        needs: Unlock,
        /// Plain words for the person in front of the screen.
        message: String,
        /// There is a recovery code to come in by.
        can_recover: bool,
    },
    /// The key is being replaced; the desk opens again by itself.
    Rotating {
        /// How far it has come.
        progress: super::RotationView,
    },
    /// A backup is being restored; the desk opens by itself.
    Restoring {
        /// How far it has come.
        progress: super::RestoreView,
    },
    /// The desk is locked; everything behind it goes on.
    AppLocked {
        /// What opens it for whoever is signed in.
        opens_with: super::LockKey,
        /// Who is signed in.
        name: String,
        /// The code of their authenticator app is asked for as well.
        asks_code: bool,
        /// Who proved the rest and has to set up an authenticator app before it opens.
        sets_up: Option<String>,
        /// Who else can open it, with a PIN of their own.
        others: Vec<super::LockAgent>,
        /// What it looks like.
        theme: super::Theme,
    },
    /// The inbox can be used.
    Ready,
    /// The file cannot be opened; nothing was changed.
    Blocked {
        /// What is wrong.
        error: crate::ApiError,
        /// What may be offered as a way out.
        offers: Vec<BlockedOffer>,
    },
}

/// What opens a locked file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub enum Unlock {
    /// The passphrase chosen at first run.
    Passphrase,
    /// The system's keychain has to be unlocked, then try again.
    Keychain,
}

/// Ways out of a file that cannot be opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub enum BlockedOffer {
    /// Try the same again.
    Retry,
    /// Come in by the recovery code.
    UseRecoveryCode,
    /// Restore a backup in the place of the damaged file, which is set aside.
    RestoreBackup,
    /// Set the damaged file aside (never deleted) and rebuild from what is left and from Twilio.
    SetAsideAndRebuild,
    /// Quit.
    Quit,
}

/// Real line or practice line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub enum Line {
    /// A simulated number with handsets on screen; nothing leaves this laptop.
    Practice,
    /// The team's Twilio account.
    Account,
}

/// Reachability of the carrier.
#[derive(Debug, Clone, PartialEq, Serialize, TS)]
#[serde(
    tag = "kind",
    rename_all = "camelCase",
    rename_all_fields = "camelCase"
)]
pub enum Connection {
    /// Nothing to connect to yet.
    NotConnected,
    /// First contact is being made.
    Connecting,
    /// The last exchange worked.
    Online,
    /// No network; everything can be read, answers wait.
    Offline {
        /// Since when.
        #[ts(type = "number")]
        since: i64,
    },
    /// Twilio refuses our credentials; texts wait until they are replaced.
    Refused {
        /// Plain words and remedy.
        error: crate::ApiError,
    },
    /// Twilio answers, but with errors; we keep trying.
    Troubled {
        /// Plain words and remedy.
        error: crate::ApiError,
    },
}

/// How far fetching the past has come.
#[derive(Debug, Clone, PartialEq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct BackfillProgress {
    /// Running, paused, done, cancelled, failed.
    pub state: BackfillState,
    /// Messages stored so far.
    #[ts(type = "number")]
    pub fetched: u64,
    /// The oldest instant reached.
    #[ts(type = "number | null")]
    pub reached: Option<i64>,
    /// Where it will stop; `None` = as far as Twilio goes (13 months).
    #[ts(type = "number | null")]
    pub until: Option<i64>,
    /// Texts fetched in a minute, while it runs and once that can be told.
    #[ts(type = "number | null")]
    pub per_minute: Option<u64>,
    /// Milliseconds that it may still take.
    #[ts(type = "number | null")]
    pub left: Option<i64>,
}

/// State of fetching the past.
#[derive(Debug, Clone, PartialEq, Serialize, TS)]
#[serde(
    tag = "kind",
    rename_all = "camelCase",
    rename_all_fields = "camelCase"
)]
pub enum BackfillState {
    /// Pages are being fetched.
    Running,
    /// Wanted, and paused for now, across restarts.
    Paused,
    /// Everything asked for is here.
    Finished,
    /// Stopped by the agent; what was fetched stays, and it can go on later.
    Cancelled,
    /// Stopped by an error; it can go on later.
    Failed {
        /// Plain words and remedy.
        error: crate::ApiError,
    },
}

/// One of the team's own numbers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ProviderNumberView {
    /// E.164.
    pub number: String,
    /// The same, spaced for reading.
    pub display: String,
    /// The name it has at Twilio.
    pub name: String,
    /// Can send and receive texts.
    pub sms: bool,
    /// Can send and receive pictures.
    pub mms: bool,
}

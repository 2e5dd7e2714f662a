//! Backups: where they go, how often, what is there, and restoring one.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// What the backup page shows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct BackupsView {
    /// Where they go; `None` before that was chosen.
    pub folder: Option<String>,
    /// How often by itself.
    pub every: BackupEvery,
    /// The newest one is tried every month.
    pub monthly_drill: bool,
    /// When the last one was made.
    #[ts(type = "number | null")]
    pub last_at: Option<i64>,
    /// When the next one is due; in the past while it waits for something.
    #[ts(type = "number | null")]
    pub next_at: Option<i64>,
    /// Why the last try came to nothing.
    pub problem: Option<crate::ApiError>,
    /// Why the folder cannot be looked into.
    pub folder_problem: Option<crate::ApiError>,
    /// What is there, newest first.
    pub backups: Vec<BackupRow>,
    /// What came of the last drill.
    pub drill: Option<DrillReport>,
    /// Why the last drill found fault.
    pub drill_problem: Option<crate::ApiError>,
    /// This desk was itself restored.
    pub restored: Option<RestoredView>,
    /// The file was damaged once, and put together again.
    pub mended: Option<MendedView>,
    /// Whoever asks may change any of it.
    pub may_administer: bool,
}

/// Where the texts of a file come from that was damaged and put together again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct MendedView {
    /// When.
    #[ts(type = "number")]
    pub at: i64,
    /// Texts that could still be read in the damaged file.
    #[ts(type = "number")]
    pub kept: u64,
    /// Texts that only the backup had.
    #[ts(type = "number")]
    pub from_backup: u64,
    /// When that backup was made.
    #[ts(type = "number | null")]
    pub backup_of: Option<i64>,
    /// Texts from before then that Twilio has given since.
    #[ts(type = "number")]
    pub from_twilio: u64,
    /// Texts that are still missing; `null` where nobody knows how many there were.
    #[ts(type = "number | null")]
    pub missing: Option<u64>,
}

/// Put a damaged file together again.
#[derive(Clone, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct RebuildWith {
    /// Fills in what the damaged file does not give any more.
    pub backup: Option<RestoreBackup>,
}

/// How often.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub enum BackupEvery {
    /// Only when somebody asks.
    Never,
    /// Every hour.
    Hour,
    /// Every day.
    Day,
    /// Every week.
    Week,
}

/// One backup.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct BackupRow {
    /// Which; counts up.
    #[ts(type = "number")]
    pub sequence: u64,
    /// When it was made.
    #[ts(type = "number")]
    pub made_at: i64,
    /// What is in it; `None` where its list cannot be read.
    pub content: Option<BackupContent>,
    /// Why it cannot be read.
    pub problem: Option<crate::ApiError>,
}

/// What is in a backup.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct BackupContent {
    /// How much.
    pub counts: BackupCounts,
    /// Bytes that it restores to.
    #[ts(type = "number")]
    pub total_bytes: u64,
    /// Bytes that it added to the folder.
    #[ts(type = "number")]
    pub added_bytes: u64,
}

/// How much a desk holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct BackupCounts {
    /// Conversations.
    #[ts(type = "number")]
    pub conversations: u64,
    /// Texts.
    #[ts(type = "number")]
    pub messages: u64,
    /// Pictures and files.
    #[ts(type = "number")]
    pub pictures: u64,
    /// Entries of the event log.
    #[ts(type = "number")]
    pub events: u64,
}

/// What a drill found: the backup is whole, and this is in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct DrillReport {
    /// When it was tried.
    #[ts(type = "number")]
    pub at: i64,
    /// When the backup was made.
    #[ts(type = "number")]
    pub made_at: i64,
    /// What is in it.
    pub counts: BackupCounts,
    /// What the desk had at the time of the drill.
    pub desk: BackupCounts,
    /// Parts that were read.
    #[ts(type = "number")]
    pub parts: u64,
    /// Bytes that were read.
    #[ts(type = "number")]
    pub bytes: u64,
}

/// The desk came from a backup.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct RestoredView {
    /// When the backup was made.
    #[ts(type = "number")]
    pub made_at: i64,
    /// When it was restored.
    #[ts(type = "number")]
    pub restored_at: i64,
}

/// Say where backups go and what protects them; again with another passphrase, to change it.
#[derive(Clone, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct SetUpBackups {
    /// A folder that is there.
    pub place: super::PlaceRef,
    /// What opens them on another computer.
    pub passphrase: String,
}

/// Say how often.
#[derive(Debug, Clone, Copy, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ScheduleBackups {
    /// How often.
    pub every: BackupEvery,
    /// Try the newest one every month.
    pub monthly_drill: bool,
}

/// One backup of this desk.
#[derive(Debug, Clone, Copy, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct BackupRef {
    /// Which.
    #[ts(type = "number")]
    pub sequence: u64,
}

/// Look for backups in a folder.
#[derive(Debug, Clone, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct FindBackups {
    /// Which folder.
    pub place: super::PlaceRef,
}

/// A desk that has backups in a folder, as far as can be told without its passphrase.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct FoundBackups {
    /// Which desk.
    pub desk: String,
    /// Its backups, newest first.
    pub backups: Vec<FoundBackup>,
}

/// One of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct FoundBackup {
    /// Which.
    #[ts(type = "number")]
    pub sequence: u64,
    /// When it was made.
    #[ts(type = "number")]
    pub made_at: i64,
}

/// Restore a backup on this computer.
#[derive(Clone, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct RestoreBackup {
    /// The folder.
    pub place: super::PlaceRef,
    /// Whose.
    pub desk: String,
    /// Which.
    #[ts(type = "number")]
    pub sequence: u64,
    /// The passphrase of the backups.
    pub passphrase: String,
    /// Where there is no keychain: the passphrase that protects this computer's file from now on.
    pub file_passphrase: Option<String>,
    /// An open desk is replaced by it; its file is kept under another name.
    #[serde(default)]
    pub replaces: bool,
}

/// What came of it.
#[derive(Debug, Clone, PartialEq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct RestoreReport {
    /// Where the app stands now.
    pub status: super::AppStatus,
    /// When the backup was made.
    #[ts(type = "number")]
    pub made_at: i64,
    /// What came with it.
    pub counts: BackupCounts,
    /// Name of the file that was there before, in the same folder.
    pub kept_as: Option<String>,
}

/// How far a restore has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct RestoreView {
    /// What is being done.
    pub step: RestoreStep,
    /// Bytes done.
    #[ts(type = "number")]
    pub done: u64,
    /// Bytes altogether; 0 while that is not known.
    #[ts(type = "number")]
    pub total: u64,
    /// It is being stopped.
    pub stopping: bool,
    /// A damaged file is put together again; else a backup is restored.
    pub rebuilds: bool,
    /// Stopping leaves everything as it was, and is possible now.
    pub can_stop: bool,
}

/// What a restore is at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub enum RestoreStep {
    /// Texts are read or written.
    Texts,
    /// Pictures are read or written.
    Pictures,
    /// All of it is looked over.
    Checking,
    /// What can be read of a damaged file, and what a backup has of the rest, is carried over.
    CarryingOver,
}

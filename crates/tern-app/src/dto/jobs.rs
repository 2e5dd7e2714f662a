//! Long jobs: what runs, how far it is, and what came of it.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// A long job, from its start until its result is put away.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct JobView {
    /// UUID.
    pub id: String,
    /// What sort of job it is.
    pub kind: JobKind,
    /// What it is about, in words: one conversation, a file's name.
    pub about: String,
    /// What it is doing, in words.
    pub step: String,
    /// What `done` and `total` count.
    pub unit: JobUnit,
    /// How much of the step is done.
    #[ts(type = "number")]
    pub done: u64,
    /// How much the step comes to, if that is known.
    #[ts(type = "number | null")]
    pub total: Option<u64>,
    /// Milliseconds that the step will still take, once there is something to tell it by.
    #[ts(type = "number | null")]
    pub remaining_ms: Option<u64>,
    /// When it was started.
    #[ts(type = "number")]
    pub started_at: i64,
    /// It can still be stopped, and leaves nothing behind then.
    pub can_cancel: bool,
    /// Whether it runs, or what came of it.
    pub state: JobState,
}

/// What sort of job.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub enum JobKind {
    /// Writing an export.
    Export,
    /// Writing a backup.
    Backup,
    /// Opening a backup to see that it is whole.
    RestoreDrill,
    /// Putting a backup in the place of the file.
    Restore,
    /// Bringing texts in from a file.
    Import,
    /// Deleting what the rules of retention do not keep.
    Retention,
}

/// What a job counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub enum JobUnit {
    /// Texts.
    Texts,
    /// Rows of a file.
    Rows,
    /// Files.
    Files,
    /// Bytes.
    Bytes,
}

/// Whether a job runs, or what came of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(
    tag = "kind",
    rename_all = "camelCase",
    rename_all_fields = "camelCase"
)]
pub enum JobState {
    /// It is at work.
    Running,
    /// It did what it was started for.
    Finished {
        /// What came of it, in a sentence.
        message: String,
        /// The file or folder that it wrote.
        place: Option<String>,
    },
    /// It failed, and left nothing behind.
    Failed {
        /// Plain words and remedy.
        error: crate::ApiError,
    },
    /// Somebody stopped it.
    Cancelled,
}

/// One job.
#[derive(Debug, Clone, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct JobRef {
    /// UUID.
    pub id: String,
}

//! The key of the files: replacing it, and the recovery code.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// How far replacing the key has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct RotationView {
    /// What is being done.
    pub step: RotationStep,
    /// Bytes done.
    #[ts(type = "number")]
    pub done: u64,
    /// Bytes altogether; 0 while that is not known.
    #[ts(type = "number")]
    pub total: u64,
    /// It can still be stopped, and everything stays as it is.
    pub can_cancel: bool,
}

/// What replacing the key is at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub enum RotationStep {
    /// The file is being closed.
    Closing,
    /// Texts are written anew.
    Texts,
    /// Pictures are written anew.
    Pictures,
    /// What was written is read back.
    Checking,
    /// The new files take the place of the old ones.
    Swapping,
}

/// Replace the key.
#[derive(Clone, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct RotateKey {
    /// Where a passphrase wraps the key: it wraps the new one too.
    pub passphrase: Option<String>,
}

/// A recovery code, shown once.
#[derive(Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct RecoveryCodeSheet {
    /// Its groups.
    pub groups: Vec<String>,
    /// Which of them has to be typed back before the code counts; 0 is the first.
    pub asked: u8,
}

/// Type a part of a new recovery code back.
#[derive(Clone, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ConfirmRecoveryCode {
    /// The group that was asked for.
    pub group: String,
}

/// Come in by the recovery code.
#[derive(Clone, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct UseRecoveryCode {
    /// As it is printed, or without hyphens.
    pub code: String,
    /// The new passphrase, where one protects the file or there is no keychain.
    pub passphrase: Option<String>,
}

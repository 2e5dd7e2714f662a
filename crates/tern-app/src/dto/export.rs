//! Exports: what leaves the desk in clear, as a signed file.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::{PlaceRef, TranscriptKind};

/// What is exported.
#[derive(Debug, Clone, Deserialize, TS)]
#[serde(
    tag = "kind",
    rename_all = "camelCase",
    rename_all_fields = "camelCase"
)]
pub enum ExportScope {
    /// One conversation.
    Conversation {
        /// This laptop's id of it.
        #[ts(type = "number")]
        conversation_id: i64,
    },
    /// Everything with one person, on all numbers; for administrators.
    Person {
        /// UUID.
        person_id: String,
    },
    /// Every text that a search finds, not its first page alone; for administrators.
    Filter {
        /// The search as typed.
        query: String,
    },
}

/// What an export would come to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ExportOffer {
    /// What it is about, in words.
    pub about: String,
    /// Where it would go.
    pub folder: String,
    /// What the file would be called.
    pub file: String,
    /// Texts; `None` where only the export itself will tell.
    #[ts(type = "number | null")]
    pub texts: Option<u64>,
    /// Pictures and files.
    #[ts(type = "number | null")]
    pub attached: Option<u64>,
    /// Bytes of those that are here.
    #[ts(type = "number | null")]
    pub attached_bytes: Option<u64>,
    /// The fingerprint of the key that signs it.
    pub fingerprint: String,
}

/// Starts an export.
#[derive(Debug, Clone, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct StartExport {
    /// Of what.
    pub scope: ExportScope,
    /// Which transcript (H-12).
    pub transcript: TranscriptKind,
    /// Pages to read and to print.
    pub pages: bool,
    /// One JSON object a line.
    pub lines: bool,
    /// A table.
    pub table: bool,
    /// Pictures and files.
    pub pictures: bool,
    /// Where to: a file that was chosen, or a folder by its whole path.
    pub place: PlaceRef,
}

/// The key that exports are signed with.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ExportKeyView {
    /// What a recipient compares.
    pub fingerprint: String,
}

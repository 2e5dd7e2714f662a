//! Earlier conversations with a person (H-13), kinds of transcripts (H-12), and files that are made at once.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::InteractionStateView;

/// One finished interaction with the same person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct PastConversation {
    /// UUID of the interaction.
    pub interaction_id: String,
    /// The conversation it was in.
    #[ts(type = "number")]
    pub conversation_id: i64,
    /// The team's number that was used, spaced for reading.
    pub provider_display: String,
    /// How it ended.
    pub state: InteractionStateView,
    /// Why, in plain words.
    pub reason: String,
    /// When it opened.
    #[ts(type = "number")]
    pub opened_at: i64,
    /// When it closed.
    #[ts(type = "number | null")]
    pub closed_at: Option<i64>,
    /// Who had it.
    pub agents: Vec<String>,
    /// Position of its first text, to open the thread at.
    #[ts(type = "number | null")]
    pub first_position: Option<i64>,
}

/// Which transcript.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub enum TranscriptKind {
    /// Everything, for the team only.
    Internal,
    /// What requester and agents wrote to each other; may be given out.
    External,
}

/// In which form.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub enum TranscriptFormat {
    /// To read.
    Text,
    /// For programs.
    Json,
}

/// A file that was made at once, ready to be saved.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct TranscriptFile {
    /// Name to offer; without a number in it.
    pub file_name: String,
    /// Content type.
    pub content_type: String,
    /// The whole file.
    pub content: String,
}

//! Snoozing, pinning, private notes and whispers.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// Put a conversation away until later, or bring it back.
#[derive(Debug, Clone, Copy, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct SnoozeConversation {
    /// This laptop's id of the conversation.
    #[ts(type = "number")]
    pub conversation_id: i64,
    /// Until when; `None` brings it back now.
    #[ts(type = "number | null")]
    pub until: Option<i64>,
}

/// Read a time.
#[derive(Debug, Clone, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ReadTime {
    /// As typed, e.g. `tomorrow 14:30`.
    pub text: String,
}

/// A time as it was understood.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct TypedTime {
    /// The instant; `None` if it cannot be read.
    #[ts(type = "number | null")]
    pub at: Option<i64>,
    /// Why it cannot be read.
    pub problem: Option<String>,
}

/// Pin a conversation, or take the pin off.
#[derive(Debug, Clone, Copy, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct PinConversation {
    /// This laptop's id of the conversation.
    #[ts(type = "number")]
    pub conversation_id: i64,
    /// Pinned from now on.
    pub pinned: bool,
}

/// A private note, or a whisper (H-11). Neither ever leaves the team.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct NoteView {
    /// UUID.
    pub id: String,
    /// When it was written.
    #[ts(type = "number")]
    pub at: i64,
    /// When it was last changed.
    #[ts(type = "number | null")]
    pub edited_at: Option<i64>,
    /// Who wrote it.
    pub author: String,
    /// The agent at this desk wrote it and may change it.
    pub own: bool,
    /// Its words; plain text.
    pub body: String,
    /// Names of the agents it was whispered to; empty for a note.
    pub whispered_to: Vec<String>,
}

/// Write a note.
#[derive(Debug, Clone, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct WriteNote {
    /// This laptop's id of the conversation.
    #[ts(type = "number")]
    pub conversation_id: i64,
    /// UUID made by the window: the same again writes once.
    pub note_id: String,
    /// Its words.
    pub body: String,
    /// For the agents of the interaction, who are told; else a note for whoever comes by.
    pub whisper: bool,
}

/// Change an own note.
#[derive(Debug, Clone, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct EditNote {
    /// UUID.
    pub note_id: String,
    /// Its new words.
    pub body: String,
}

/// Names one note.
#[derive(Debug, Clone, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct NoteRef {
    /// UUID.
    pub note_id: String,
}

//! Whether somebody wants texts and notifications (S), and the record of what they said about it.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::TranscriptFormat;

/// How things are in one conversation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct SubscriptionView {
    /// UUID of the person behind the number, whose whole record can be saved.
    pub person_id: Option<String>,
    /// The number is linked to a user's account.
    pub is_linked: bool,
    /// They get notifications.
    pub notifications: bool,
    /// The same with its reason, as a sentence.
    pub notifications_words: String,
    /// Since when no text may be sent.
    #[ts(type = "number | null")]
    pub blocked_since: Option<i64>,
    /// Whether texts may be sent, and why not, as a sentence.
    pub texts_words: String,
    /// An agent locked it, so an agent can unlock it.
    pub may_unlock: bool,
    /// The record, newest first; the newest lines of it.
    pub history: Vec<ConsentRow>,
}

/// One line of the record of consent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ConsentRow {
    /// When.
    #[ts(type = "number")]
    pub at: i64,
    /// What changed, as a sentence.
    pub what: String,
    /// Who said it.
    pub who: String,
    /// The conversation it was said in.
    #[ts(type = "number")]
    pub conversation_id: i64,
    /// The team's number of it, spaced for reading.
    pub provider_display: String,
    /// The text that said it; empty if it is gone, or if no text did.
    pub text: String,
    /// Position of that text.
    #[ts(type = "number | null")]
    pub position: Option<i64>,
}

/// A text that is almost STOP, while nobody has said what it meant.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct StopQuestionView {
    /// When it was written.
    #[ts(type = "number")]
    pub at: i64,
    /// What it said.
    pub text: String,
    /// Position of the text.
    #[ts(type = "number | null")]
    pub position: Option<i64>,
}

/// What it meant, or that it was a mistake.
#[derive(Debug, Clone, Copy, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct AnswerStopQuestion {
    /// This laptop's id of the conversation.
    #[ts(type = "number")]
    pub conversation_id: i64,
    /// They want no more texts.
    pub wants_to_stop: bool,
}

/// Whose record.
#[derive(Debug, Clone, Deserialize, TS)]
#[serde(
    tag = "kind",
    rename_all = "camelCase",
    rename_all_fields = "camelCase"
)]
pub enum ConsentsOf {
    /// Of one conversation.
    Conversation {
        /// This laptop's id of the conversation.
        #[ts(type = "number")]
        conversation_id: i64,
    },
    /// Of everything that was exchanged with a person's numbers.
    Person {
        /// UUID.
        person_id: String,
    },
}

/// Ask for the record as a file.
#[derive(Debug, Clone, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ExportConsents {
    /// Whose.
    pub of: ConsentsOf,
    /// A table for people, or JSON for programs.
    pub format: TranscriptFormat,
}

//! Search while typing, over a million texts.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::DirectionView;

/// A search.
#[derive(Debug, Clone, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct Search {
    /// Words (last one as a prefix), or a fragment of a phone number.
    pub query: String,
    /// Only this conversation.
    #[ts(type = "number | null")]
    pub conversation_id: Option<i64>,
    /// Not before.
    #[ts(type = "number | null")]
    pub from: Option<i64>,
    /// Before.
    #[ts(type = "number | null")]
    pub until: Option<i64>,
    /// Only with (or without) pictures.
    pub has_picture: Option<bool>,
    /// Only one direction.
    pub direction: Option<SearchDirection>,
    /// Continue after this position.
    #[ts(type = "number | null")]
    pub before: Option<i64>,
    /// At most this many (1…100).
    pub limit: u32,
}

/// One direction.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub enum SearchDirection {
    /// From requesters.
    Inbound,
    /// From the team.
    Outbound,
}

/// Hits, newest first.
#[derive(Debug, Clone, PartialEq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct SearchPage {
    /// Conversations whose number or name matches.
    pub conversations: Vec<super::ConversationRow>,
    /// Texts that match.
    pub hits: Vec<SearchHit>,
    /// Continue `before` this position.
    #[ts(type = "number | null")]
    pub next: Option<i64>,
}

/// A text that matches.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct SearchHit {
    /// The conversation.
    #[ts(type = "number")]
    pub conversation_id: i64,
    /// Position of the text in its thread.
    #[ts(type = "number")]
    pub position: i64,
    /// Whose conversation.
    pub requester: String,
    /// Which way.
    pub direction: DirectionView,
    /// The virtual agent wrote it.
    pub by_virtual_agent: bool,
    /// When.
    #[ts(type = "number")]
    pub at: i64,
    /// Piece of the text around the first match, in parts; `matched` ones are to be highlighted.
    pub snippet: Vec<SnippetPart>,
}

/// A run of a snippet.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct SnippetPart {
    /// Plain text.
    pub text: String,
    /// It matched.
    pub matched: bool,
}

//! Search while typing, over a million texts.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::DirectionView;

/// Who asks. The next question of the same asker takes the place of the one before, which is given up.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub enum SearchAsker {
    /// The search page.
    Page,
    /// The bar that finds in the open thread.
    Thread,
    /// The palette.
    Palette,
}

/// A search.
#[derive(Debug, Clone, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct Search {
    /// Words (last one as a prefix), "phrases", operators such as `from:me`, or a fragment of a phone number.
    pub query: String,
    /// Only this conversation.
    #[ts(type = "number | null")]
    pub conversation_id: Option<i64>,
    /// Continue after this position.
    #[ts(type = "number | null")]
    pub before: Option<i64>,
    /// At most this many (1…100).
    pub limit: u32,
    /// Who asks.
    pub asker: SearchAsker,
}

/// Nobody waits for a search any more.
#[derive(Debug, Clone, Copy, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct StopSearch {
    /// Who asked.
    pub asker: SearchAsker,
}

/// How much there is to find.
#[derive(Debug, Clone, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct CountHits {
    /// As in [`Search`].
    pub query: String,
    /// Only this conversation.
    #[ts(type = "number | null")]
    pub conversation_id: Option<i64>,
    /// Who asks.
    pub asker: SearchAsker,
}

/// How much there is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct SearchCount {
    /// So many were counted.
    pub counted: u32,
    /// There may be more.
    pub is_more: bool,
    /// A newer question took its place; nothing was counted.
    pub stopped: bool,
}

/// What has been typed of a search.
#[derive(Debug, Clone, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct TypedSearch {
    /// Up to the end.
    pub text: String,
}

/// A way to go on typing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct SearchSuggestion {
    /// As it would be typed.
    pub label: String,
    /// What it means.
    pub words: String,
    /// Everything typed, with this at its end.
    pub text: String,
}

/// Hits, newest first.
#[derive(Debug, Clone, Default, PartialEq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct SearchPage {
    /// Conversations whose number or name matches.
    pub conversations: Vec<super::ConversationRow>,
    /// Texts that match.
    pub hits: Vec<SearchHit>,
    /// Notes that match: a few of the newest beside texts, pages of them where only notes are asked for.
    pub notes: Vec<NoteHit>,
    /// Notes were asked for instead of texts.
    pub is_notes: bool,
    /// There are more notes than those beside texts.
    pub has_more_notes: bool,
    /// Continue `before` this; a page can be short, even empty, and go on.
    #[ts(type = "number | null")]
    pub next: Option<i64>,
    /// Operators as they were understood.
    pub parts: Vec<SearchPartView>,
    /// What was left out of the question and why.
    pub problems: Vec<String>,
    /// A newer question took its place; nothing was looked for.
    pub stopped: bool,
}

/// An operator as it was understood.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct SearchPartView {
    /// In words.
    pub words: String,
    /// The question without it.
    pub without: String,
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
    /// Its pictures, if it has any.
    pub pictures: Option<super::PicturesView>,
    /// Piece of the text around the first match, in parts; `matched` ones are to be highlighted.
    pub snippet: Vec<SnippetPart>,
}

/// A note that matches.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct NoteHit {
    /// The conversation that it is about.
    #[ts(type = "number")]
    pub conversation_id: i64,
    /// UUID.
    pub note_id: String,
    /// Position of the text beside which it stands in its thread; `None` in a thread without texts.
    #[ts(type = "number | null")]
    pub position: Option<i64>,
    /// Whose conversation.
    pub requester: String,
    /// Who wrote it.
    pub author: String,
    /// When.
    #[ts(type = "number")]
    pub at: i64,
    /// Piece of it around the first match, in parts.
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

/// A day as people type it, in a conversation.
#[derive(Debug, Clone, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct FindDay {
    /// The conversation.
    #[ts(type = "number")]
    pub conversation_id: i64,
    /// "yesterday", "2026-03-01", "3 mar", "march 2025".
    pub day: String,
}

/// Where a day is in a thread.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct FoundDay {
    /// Its first text, or the first one after it; the newest where there is none after it.
    #[ts(type = "number | null")]
    pub position: Option<i64>,
    /// When that text was.
    #[ts(type = "number | null")]
    pub at: Option<i64>,
    /// Why there is none.
    pub problem: Option<String>,
}

/// Texts by days.
#[derive(Debug, Clone, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct AskActivity {
    /// First day.
    pub first: String,
    /// Last day.
    pub last: String,
    /// Whose midnight: a time zone of the IANA database.
    pub zone: String,
    /// Only what this search finds, as in [`Search`]; empty for all texts.
    pub query: String,
    /// Who asks.
    pub asker: SearchAsker,
}

/// Texts by days.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct Activity {
    /// Days that have any, oldest first.
    pub days: Vec<ActiveDay>,
    /// Only the newest of what a search finds were looked at.
    pub is_more: bool,
    /// Not every text is counted yet.
    pub is_counting: bool,
    /// A newer question took its place; nothing was counted.
    pub stopped: bool,
}

/// A day with texts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ActiveDay {
    /// `2026-03-01`.
    pub day: String,
    /// How many.
    #[ts(type = "number")]
    pub texts: i64,
}

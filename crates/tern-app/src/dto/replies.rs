//! Canned replies: the list, the editor's preview, and what the composer's picker shows.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::TextMeasure;

/// One canned reply (H-8).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct CannedReplyView {
    /// Stable for its whole life; a window that adds one makes it up.
    pub id: String,
    /// What is typed after the slash.
    pub short_name: String,
    /// What lists show.
    pub title: String,
    /// Template of the text.
    pub body: String,
}

/// All replies in their order, and what their templates can name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ReplyList {
    /// The replies.
    pub replies: Vec<CannedReplyView>,
    /// What a template can name.
    pub values: Vec<ReplyValueView>,
}

/// A value that a template can name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ReplyValueView {
    /// Its name in a template.
    pub name: String,
    /// What it is.
    pub explanation: String,
}

/// Replace all replies: added, changed, moved and deleted ones alike.
#[derive(Debug, Clone, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct SaveReplies {
    /// All replies in their order.
    pub replies: Vec<CannedReplyView>,
}

/// Ask what a template would look like.
#[derive(Debug, Clone, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct PreviewReply {
    /// Template.
    pub body: String,
}

/// What a template looks like with example values, or what is wrong with it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ReplyPreview {
    /// The text; empty when there is a problem.
    pub text: String,
    /// What it would cost.
    pub measure: TextMeasure,
    /// What is wrong, with its line where that is known.
    pub problem: Option<String>,
}

/// A reply with one conversation's values filled in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct FilledReply {
    /// Which reply.
    pub id: String,
    /// What is typed after the slash.
    pub short_name: String,
    /// What lists show.
    pub title: String,
    /// Plain text; what is not known is a blank, `{{customer name}}`.
    pub text: String,
    /// Parts the carrier would count.
    pub segments: u32,
}

//! Sensitive data and words: what a text holds, and the rules about it (H-15, H-16).

use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// Ask what keeps a text from being sent.
#[derive(Debug, Clone, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct CheckText {
    /// Text as typed.
    pub body: String,
}

/// What keeps a text from being sent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct TextCheck {
    /// In the order of the text; empty when nothing does.
    pub findings: Vec<FindingView>,
    /// The same in words; empty when nothing does.
    pub words: String,
}

/// Something in a text, and where.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct FindingView {
    /// Where it begins, in UTF-16 units.
    pub start: u32,
    /// Where it ends, exclusive.
    pub end: u32,
    /// What kind of thing it is.
    pub kind: FindingKindView,
    /// Name of the pattern or the blank.
    pub name: String,
}

/// What kind of thing was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub enum FindingKindView {
    /// A blank of a canned reply.
    Blank,
    /// Sensitive data.
    Sensitive,
    /// A forbidden word.
    Forbidden,
}

/// The rules, and what came of them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ScreeningView {
    /// The rules.
    pub rules: ScreeningRules,
    /// Texts of agents that were stopped for their words within the hours of the alert.
    pub stopped_recently: u32,
    /// A manager should look at that.
    pub alert: bool,
}

/// Everything a team decides about sensitive data and words.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ScreeningRules {
    /// Mask what customers write.
    pub mask_incoming: bool,
    /// Do not send what agents write.
    pub stop_outgoing: bool,
    /// The patterns that come with Tern, all of them.
    pub shipped: Vec<ShippedPatternView>,
    /// The team's own.
    pub own: Vec<OwnPatternView>,
    /// Words that agents must not send; a `*` at the end stands for any ending.
    pub forbidden_words: Vec<String>,
    /// Allowed though a forbidden word is in them.
    pub allowed_words: Vec<String>,
    /// A manager should know when this many texts were stopped for their words …
    pub alert_after: u32,
    /// … within this many hours.
    pub alert_hours: u32,
}

/// A pattern that comes with Tern.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ShippedPatternView {
    /// Stable word.
    pub id: String,
    /// What a person calls it.
    pub label: String,
    /// In use.
    pub enabled: bool,
}

/// A pattern of the team's own.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct OwnPatternView {
    /// What a person calls it.
    pub name: String,
    /// Regular expression.
    pub expression: String,
    /// In use.
    pub enabled: bool,
}

//! The practice line's handsets, as the pane beside the inbox shows them.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// A simulated phone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct Handset {
    /// E.164.
    pub number: String,
    /// Spaced for reading.
    pub display: String,
    /// Whose phone it plays.
    pub name: String,
}

/// Add a phone.
#[derive(Debug, Clone, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct AddHandset {
    /// Whose phone it plays.
    pub name: String,
}

/// Names one phone.
#[derive(Debug, Clone, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct HandsetRef {
    /// E.164.
    pub number: String,
}

/// What a phone shows, oldest first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct HandsetText {
    /// `true`: received by the phone; `false`: written on it.
    pub received: bool,
    /// The other side (one of the team's numbers).
    pub other: String,
    /// Text as the phone shows it.
    pub body: String,
    /// Parts it arrived in.
    pub segments: u32,
    /// Pictures, as URLs on the practice line.
    pub media_urls: Vec<String>,
    /// When.
    #[ts(type = "number")]
    pub at: i64,
}

/// Write a text on a phone.
#[derive(Clone, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct TextFromHandset {
    /// The phone (E.164).
    pub from: String,
    /// One of the team's numbers.
    pub to: String,
    /// Text.
    pub body: String,
    /// Pictures.
    pub pictures: Vec<PracticePicture>,
}

/// A picture taken with a simulated phone.
#[derive(Clone, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct PracticePicture {
    /// Declared type.
    pub content_type: String,
    /// Content, base64.
    pub base64: String,
}

/// Conditions of the practice line, for trying what a bad day looks like.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct PracticeConditions {
    /// `true`: Twilio cannot be reached.
    pub network_off: bool,
    /// Delivery error the next outbound texts meet, e.g. 30003.
    pub delivery_failure: Option<u32>,
    /// The next send's answer is lost after Twilio accepted it.
    pub lose_next_answer: bool,
}

//! Nodes that say something (V-7 … V-10).

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{TemplateText, Texts};
use crate::topic::record::ColumnName;
use crate::topic::{Unknown, VariableName};

/// V-7: says a text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct SayText {
    /// The text. Markup in it is reduced to text.
    pub text: Texts,
    /// What a newer Tern wrote.
    #[serde(flatten)]
    pub unknown: Unknown,
}

/// V-8: sends a picture.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct SayImage {
    /// Its public address, `https`.
    pub picture: TemplateText,
    /// A text with it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text: Option<TemplateText>,
    /// What it shows, kept in the transcript.
    pub alt_text: TemplateText,
    /// What a newer Tern wrote.
    #[serde(flatten)]
    pub unknown: Unknown,
}

/// V-9: sends up to three links.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct SayLink {
    /// What stands before the links.
    pub header: TemplateText,
    /// One to three. A single one without a description becomes `header: URL`.
    pub links: Vec<LinkTarget>,
    /// What a newer Tern wrote.
    #[serde(flatten)]
    pub unknown: Unknown,
}

/// One link.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct LinkTarget {
    /// What it leads to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<TemplateText>,
    /// Its address.
    pub url: TemplateText,
    /// What a newer Tern wrote.
    #[serde(flatten)]
    pub unknown: Unknown,
}

/// V-10: shows a row's fields, one line each; empty ones are left out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ShowCard {
    /// The variable that holds the row.
    pub row: VariableName,
    /// The first line.
    pub title: TemplateText,
    /// The lines after it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub fields: Vec<CardField>,
    /// The record's address, the last line.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub url: Option<TemplateText>,
    /// Address of a picture sent with it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub picture: Option<TemplateText>,
    /// What a newer Tern wrote.
    #[serde(flatten)]
    pub unknown: Unknown,
}

/// One line of a card.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct CardField {
    /// What stands before the colon.
    pub label: String,
    /// Which column stands after it.
    pub column: ColumnName,
    /// What a newer Tern wrote.
    #[serde(flatten)]
    pub unknown: Unknown,
}

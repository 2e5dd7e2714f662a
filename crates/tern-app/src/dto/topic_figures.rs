//! What became of a topic's conversations.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// Ask for the figures of a topic.
#[derive(Debug, Clone, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct TopicFiguresOf {
    /// Internal name, as it was saved.
    pub name: String,
    /// Only this version; `None` = all.
    pub version: Option<u32>,
    /// Only so many days back, today included; `None` = all there are.
    pub days: Option<u32>,
}

/// The figures of a topic.
#[derive(Debug, Clone, PartialEq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct TopicFigures {
    /// Versions that have figures, newest first.
    pub versions: Vec<u32>,
    /// How often it began.
    #[ts(type = "number")]
    pub started: u64,
    /// How often it ran to its end.
    #[ts(type = "number")]
    pub completed: u64,
    /// How often a customer left it before its end.
    #[ts(type = "number")]
    pub abandoned: u64,
    /// How often it gave the conversation to a person.
    #[ts(type = "number")]
    pub handed_over: u64,
    /// How often it failed.
    #[ts(type = "number")]
    pub failed: u64,
    /// Texts of the customer in one run; `None` while it has not begun.
    pub average_turns: Option<f64>,
    /// Its nodes that have figures.
    pub nodes: Vec<NodeFigures>,
}

/// How often an option that the author wrote was picked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct OptionFigures {
    /// The value that the author gave it; `true` and `false` of a yes-or-no question.
    pub option: String,
    /// How often.
    #[ts(type = "number")]
    pub picked: u64,
}

/// What happened at a node.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct NodeFigures {
    /// Which.
    pub node: String,
    /// How often it was reached.
    #[ts(type = "number")]
    pub reached: u64,
    /// How often a customer left here.
    #[ts(type = "number")]
    pub abandoned: u64,
    /// Answers that did not fit.
    #[ts(type = "number")]
    pub rejected: u64,
    /// How often it gave the conversation to a person.
    #[ts(type = "number")]
    pub handed_over: u64,
    /// How often it failed.
    #[ts(type = "number")]
    pub failed: u64,
    /// Its options that were picked, the most popular first.
    pub options: Vec<OptionFigures>,
}

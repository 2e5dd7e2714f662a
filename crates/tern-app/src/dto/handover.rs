//! The virtual agent in an agent's conversation: what it handed over, topics that agents run, giving back.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// What the virtual agent does in a conversation, and what the agent at this desk may have it do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct VirtualAgentHere {
    /// It answers now.
    pub has_it: bool,
    /// The topic that it runs for the agent (H-9).
    pub autopilot: Option<AutopilotView>,
    /// The agent may give it the conversation.
    pub may_hand_back: bool,
    /// The agent may have it run a topic.
    pub may_run_topic: bool,
    /// The agent may take over again.
    pub may_stop_topic: bool,
}

/// A topic that runs in an agent's conversation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct AutopilotView {
    /// Which.
    pub topic: String,
    /// What it is called.
    pub title: String,
}

/// A topic that agents may run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct AutopilotTopicView {
    /// Which.
    pub name: String,
    /// What it is called.
    pub display_name: String,
    /// What it is for.
    pub description: String,
}

/// Has the virtual agent run a topic.
#[derive(Debug, Clone, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct StartAutopilot {
    /// This laptop's id of the conversation.
    #[ts(type = "number")]
    pub conversation_id: i64,
    /// Which topic.
    pub topic: String,
}

/// What an agent is told of a conversation that the virtual agent had (H-5, H-6).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct HandoverView {
    /// Why it was handed over, in words.
    pub reason: String,
    /// When.
    #[ts(type = "number")]
    pub at: i64,
    /// The topic that the conversation was in.
    pub topic: Option<String>,
    /// The step of the topic.
    pub place: Option<String>,
    /// What it is about, as the topic puts it.
    pub short_description: Option<String>,
    /// The customer's words that topics were searched with.
    pub search_text: Option<String>,
    /// What the language of their first words is called (V-37); `None` where these do not tell it.
    pub language: Option<String>,
    /// What the topic asked and found out.
    pub variables: Vec<NamedValue>,
    /// The row that was looked up.
    pub record: Option<HandoverRecord>,
    /// How the customer seems to feel: an estimate from the words of their texts. `None` where it cannot be
    /// told, as in other languages than English.
    pub mood: Option<MoodView>,
}

/// A value under its name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct NamedValue {
    /// What it is called.
    pub name: String,
    /// The value as text.
    pub value: String,
}

/// A row of one of the team's tables.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct HandoverRecord {
    /// What the table holds.
    pub title: String,
    /// Its fields that are not empty, in the order of the table.
    pub fields: Vec<NamedValue>,
}

/// How somebody seems to feel.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub enum MoodView {
    /// Angry, disappointed or sad.
    Upset,
    /// Neither.
    Neutral,
    /// Content or grateful.
    Pleased,
}

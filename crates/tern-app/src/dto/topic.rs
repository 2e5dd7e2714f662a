//! Topics of the virtual agent. A topic's file crosses as JSON text: its types are generated from its schema.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::RecordTableView;

/// What a topic is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub enum TopicKindView {
    /// Something a customer can ask for.
    Topic,
    /// A part that topics call.
    Block,
    /// A part of every conversation.
    Setup,
    /// An answer to words that want nothing.
    SmallTalk,
}

/// One topic of the list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct TopicRow {
    /// Internal name.
    pub name: String,
    /// Name for people.
    pub display_name: String,
    /// What it is.
    pub kind: TopicKindView,
    /// Which part of every conversation it is, in words; `None` unless it is one.
    pub setup: Option<String>,
    /// What it is for.
    pub description: String,
    /// Revision of the draft; 0 = it is as Tern ships it.
    pub revision: u32,
    /// What new conversations run with; 0 = as Tern ships it; `None` = nothing.
    pub published_version: Option<u32>,
    /// The draft differs from what is published; always while nothing is.
    pub changed: bool,
    /// It is offered at all.
    pub active: bool,
    /// Findings that keep the draft from being published.
    pub errors: u32,
    /// Findings that it can be published with.
    pub warnings: u32,
}

/// A topic that Tern brings along.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ReadyTopic {
    /// Internal name.
    pub name: String,
    /// Name for people.
    pub display_name: String,
    /// What it is for.
    pub description: String,
    /// It is among the team's topics already.
    pub added: bool,
}

/// All topics.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct TopicList {
    /// The virtual agent answers new conversations.
    pub on: bool,
    /// The team's topics, and the parts of every conversation.
    pub topics: Vec<TopicRow>,
    /// Topics to start with.
    pub ready: Vec<ReadyTopic>,
}

/// Names a topic.
#[derive(Debug, Clone, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct TopicRef {
    /// Internal name.
    pub name: String,
}

/// How much a finding matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub enum TopicSeverity {
    /// Worth knowing.
    Hint,
    /// It works, and somebody will be surprised.
    Warning,
    /// It cannot be published.
    Error,
}

/// Something to say about a topic.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct TopicFinding {
    /// Which node; `None` = the topic itself.
    pub node: Option<String>,
    /// How much it matters.
    pub severity: TopicSeverity,
    /// Its stable name.
    pub code: String,
    /// What is wrong.
    pub what: String,
    /// Why that matters.
    pub why: String,
    /// What to do about it.
    pub fix: String,
}

/// A topic as it is edited.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct TopicView {
    /// Its file.
    pub file: String,
    /// Revision of the draft; 0 = it is as Tern ships it.
    pub revision: u32,
    /// What new conversations run with; 0 = as Tern ships it; `None` = nothing.
    pub published_version: Option<u32>,
    /// The draft differs from what is published; always while nothing is.
    pub changed: bool,
    /// What there is to say about the draft.
    pub findings: Vec<TopicFinding>,
}

/// A topic file.
#[derive(Clone, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct TopicText {
    /// The file.
    pub file: String,
}

/// Why a file cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct TopicProblem {
    /// Line, from 1.
    pub line: Option<u32>,
    /// What is wrong.
    pub what: String,
}

/// What there is to say about a file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct TopicCheck {
    /// It cannot be read at all.
    pub problem: Option<TopicProblem>,
    /// Findings, if it can.
    pub findings: Vec<TopicFinding>,
}

/// Keeps a draft.
#[derive(Clone, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct SaveTopic {
    /// The file.
    pub file: String,
    /// The revision that was edited; `None` = the topic is new.
    pub base_revision: Option<u32>,
    /// The internal name that it had before, if it has another one now.
    pub renamed_from: Option<String>,
}

/// Publishes a draft.
#[derive(Debug, Clone, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct PublishTopic {
    /// Internal name.
    pub name: String,
    /// The revision that was looked at.
    pub revision: u32,
    /// What is said about it.
    pub note: String,
    /// Although saved tests fail.
    pub despite_tests: bool,
}

/// A turn of a saved test that no longer looks as it was saved.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct TestDifference {
    /// Which turn, from 0.
    pub step: u32,
    /// The node at fault.
    pub node: Option<String>,
    /// The texts as they were saved.
    pub expected: Vec<String>,
    /// The texts as they are now.
    pub actual: Vec<String>,
}

/// A saved test that fails.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct FailedTest {
    /// Which.
    pub id: String,
    /// What it is called.
    pub name: String,
    /// Name for people of the published topic that it belongs to; `None` = the one that is to be published.
    pub topic: Option<String>,
    /// What is different.
    pub differences: Vec<TestDifference>,
}

/// What came of publishing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct Published {
    /// The topic; as it was, if tests failed.
    pub topic: TopicView,
    /// Tests that fail: it was not published then, unless despite them.
    pub failed_tests: Vec<FailedTest>,
}

/// A published version.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct TopicVersionRow {
    /// Its number.
    pub version: u32,
    /// When.
    #[ts(type = "number")]
    pub published_at: i64,
    /// Who; `None` = Tern, or somebody who left.
    pub published_by: Option<String>,
    /// What they said about it.
    pub note: String,
    /// Conversations run with it: new ones, or some that began with it.
    pub served: bool,
}

/// Names a version of a topic.
#[derive(Debug, Clone, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct TopicVersionRef {
    /// Internal name.
    pub name: String,
    /// The version; 0 = as Tern ships it.
    pub version: u32,
}

/// Two versions of a topic.
#[derive(Debug, Clone, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct CompareTopic {
    /// Internal name.
    pub name: String,
    /// The older one; `None` = the draft, 0 = as Tern ships it.
    pub from: Option<u32>,
    /// The newer one; the same.
    pub to: Option<u32>,
}

/// What became of a node.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub enum TopicChangeKind {
    /// It is new.
    Added,
    /// It is gone.
    Removed,
    /// It is different.
    Changed,
}

/// One difference between two versions.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct TopicChangeLine {
    /// What it is about.
    pub what: String,
    /// As it was.
    pub before: Option<String>,
    /// As it is.
    pub after: Option<String>,
}

/// What is different about a node, or about the topic itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct TopicChange {
    /// Which node; `None` = the topic itself.
    pub node: Option<String>,
    /// What it is called.
    pub title: String,
    /// What became of it.
    pub kind: TopicChangeKind,
    /// The differences.
    pub lines: Vec<TopicChangeLine>,
}

/// Something that is known about a conversation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct TopicFact {
    /// Its name in texts and expressions.
    pub name: String,
    /// What it is.
    pub meaning: String,
}

/// A topic that others can go over to, or call.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct TopicSummary {
    /// Internal name.
    pub name: String,
    /// Name for people.
    pub display_name: String,
    /// What it is.
    pub kind: TopicKindView,
    /// Variables that it is called with.
    pub inputs: Vec<String>,
    /// Variables that it gives back.
    pub outputs: Vec<String>,
}

/// Everything that a topic can name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct TopicVocabulary {
    /// What is known about every conversation.
    pub facts: Vec<TopicFact>,
    /// The tables.
    pub tables: Vec<RecordTableView>,
    /// The topics.
    pub topics: Vec<TopicSummary>,
    /// Names of secrets for requests.
    pub secrets: Vec<String>,
    /// Hosts that requests may go to.
    pub hosts: Vec<String>,
}

/// What the team decided about its virtual agent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct VirtualAgentView {
    /// It answers new conversations.
    pub on: bool,
    /// E.164: numbers of ours that people answer alone.
    pub live_agent_only: Vec<String>,
    /// How it talks: JSON.
    pub chat: String,
}

/// Keeps a secret for requests, or forgets it. It is never read back.
#[derive(Clone, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct SetBotSecret {
    /// What topics call it.
    pub name: String,
    /// The secret; `None` forgets it.
    pub value: Option<String>,
}

/// Names of the secrets that are kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct BotSecrets {
    /// In their order.
    pub names: Vec<String>,
}

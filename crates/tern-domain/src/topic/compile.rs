//! From a topic file to what a turn runs with.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::file::{TopicFile, TopicKind};
use super::node::{Node, NodeId};
use super::record::{RecordTable, TableName};
use super::settings::BotSettings;
use super::{TopicName, TopicVersion, VariableName};

/// What a topic is checked against.
#[derive(Debug, Clone, Default)]
pub struct Surroundings {
    /// The other topics and blocks, by name.
    pub topics: BTreeMap<TopicName, TopicSignature>,
    /// The tables.
    pub tables: BTreeMap<TableName, RecordTable>,
    /// What the team decided: hosts, commands.
    pub settings: BotSettings,
}

/// What others need to know of a topic.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TopicSignature {
    /// What it is.
    pub kind: TopicKind,
    /// Variables that a block is called with.
    pub inputs: Vec<VariableName>,
    /// Variables that a block gives back.
    pub outputs: Vec<VariableName>,
    /// The blocks that it calls itself.
    pub calls: Vec<TopicName>,
}

/// How much a finding matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// Worth knowing.
    Hint,
    /// It works, and somebody will be surprised.
    Warning,
    /// It cannot be published.
    Error,
}

/// Something that lint has to say about a topic, in words for whoever edits it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// Where; `None` = the topic itself.
    pub node: Option<NodeId>,
    /// How much it matters.
    pub severity: Severity,
    /// Its stable name, such as `unreachable`: for tests and for hiding it.
    pub code: &'static str,
    /// What is wrong.
    pub what: String,
    /// Why that matters.
    pub why: String,
    /// What to do about it.
    pub fix: String,
}

/// A topic that can be run.
#[derive(Debug, Clone)]
pub struct CompiledTopic {
    file: Arc<TopicFile>,
    version: TopicVersion,
    index: BTreeMap<NodeId, usize>,
}

impl CompiledTopic {
    /// Its name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.file.name
    }

    /// Its version.
    #[must_use]
    pub const fn version(&self) -> TopicVersion {
        self.version
    }

    /// The file that it was made from.
    #[must_use]
    pub fn file(&self) -> &TopicFile {
        &self.file
    }

    /// A node.
    #[must_use]
    pub fn node(&self, id: &str) -> Option<&Node> {
        self.file.nodes.get(*self.index.get(id)?)
    }
}

impl TopicFile {
    /// What others need to know of it.
    #[must_use]
    pub fn signature(&self) -> TopicSignature {
        let calls = self.nodes.iter().filter_map(|node| match &node.kind {
            super::NodeKind::Block(block) => Some(block.topic.clone()),
            _ => None,
        });
        TopicSignature {
            kind: self.kind,
            inputs: self.inputs.clone(),
            outputs: self.outputs.clone(),
            calls: calls.collect(),
        }
    }
}

/// Checks a topic and makes it ready to run. There is a topic unless a finding is an [`Severity::Error`].
#[must_use]
pub fn compile(
    file: TopicFile,
    version: TopicVersion,
    surroundings: &Surroundings,
) -> (Option<CompiledTopic>, Vec<Finding>) {
    let _ = surroundings;
    let index: BTreeMap<_, _> = file
        .nodes
        .iter()
        .enumerate()
        .map(|(index, node)| (node.id.clone(), index))
        .collect();
    let mut findings = Vec::new();
    if !index.contains_key(&file.start) {
        findings.push(Finding {
            node: None,
            severity: Severity::Error,
            code: "no_start",
            what: format!("There is no node “{}” to start with.", file.start),
            why: "A topic begins at its start.".to_owned(),
            fix: "Choose the node that comes first.".to_owned(),
        });
    }
    let topic = findings.is_empty().then(|| CompiledTopic {
        file: Arc::new(file),
        version,
        index,
    });
    (topic, findings)
}

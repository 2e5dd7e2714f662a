//! From a topic file to what a turn runs with.

use std::collections::BTreeMap;
use std::sync::Arc;

use regex::Regex;

use super::file::{TopicFile, TopicKind};
use super::lint;
use super::node::{ExpressionText, Node, NodeId, NodeKind, Texts};
use super::record::{RecordTable, TableName};
use super::settings::BotSettings;
use super::text::{without_markup, words_of};
use super::{TopicName, TopicVersion, VariableName};
use crate::condition::Scoped;

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
    /// By their text: within one topic the same text means the same.
    expressions: BTreeMap<ExpressionText, Scoped>,
    patterns: BTreeMap<String, Regex>,
    /// Keywords and the display name as words (V-26).
    phrases: Vec<Vec<String>>,
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

    /// The file, to be read while something else changes.
    pub(super) fn shared(&self) -> Arc<TopicFile> {
        Arc::clone(&self.file)
    }

    pub(super) fn index_of(&self, node: &str) -> Option<usize> {
        self.index.get(node).copied()
    }

    pub(super) fn expression(&self, text: &str) -> Option<&Scoped> {
        self.expressions.get(text)
    }

    pub(super) fn pattern(&self, text: &str) -> Option<&Regex> {
        self.patterns.get(text)
    }

    pub(super) fn phrases(&self) -> &[Vec<String>] {
        &self.phrases
    }

    /// V-26: one of its phrases is in this text.
    pub(crate) fn is_named_in(&self, text: &str) -> bool {
        let words = words_of(text);
        self.phrases.iter().any(|phrase| {
            words
                .windows(phrase.len())
                .any(|it| it == phrase.as_slice())
        })
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
    let index: BTreeMap<_, _> = file
        .nodes
        .iter()
        .enumerate()
        .map(|(index, node)| (node.id.clone(), index))
        .collect();
    let mut parts = Parts::default();
    let findings = lint::lint(&file, surroundings, &mut parts);
    let is_sound = findings.iter().all(|it| it.severity < Severity::Error);
    let phrases = file
        .keywords
        .iter()
        .chain([&file.display_name])
        .map(|phrase| words_of(phrase))
        .filter(|words| !words.is_empty())
        .collect();
    let topic = is_sound.then(|| CompiledTopic {
        file: Arc::new(without_markup_in(file)),
        version,
        index,
        expressions: parts.expressions,
        patterns: parts.patterns,
        phrases,
    });
    (topic, findings)
}

/// What is compiled on the way through lint.
#[derive(Debug, Default)]
pub(super) struct Parts {
    pub(super) expressions: BTreeMap<ExpressionText, Scoped>,
    pub(super) patterns: BTreeMap<String, Regex>,
}

/// V-7: what an author wrote as markup is text on a phone. Values are not touched.
fn without_markup_in(mut file: TopicFile) -> TopicFile {
    let plain = |text: &mut String| {
        if text.contains(['<', '&', '*']) {
            *text = without_markup(text);
        }
    };
    for node in &mut file.nodes {
        match &mut node.kind {
            NodeKind::SayText(say) => match &mut say.text {
                Texts::One(text) => plain(text),
                Texts::Alternates(texts) => texts.iter_mut().for_each(plain),
            },
            NodeKind::ShowCard(card) => plain(&mut card.title),
            NodeKind::SayImage(image) => image.text.iter_mut().for_each(plain),
            NodeKind::SayLink(link) => plain(&mut link.header),
            _ => {}
        }
    }
    file
}

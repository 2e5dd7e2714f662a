//! Topic files: a versioned, readable JSON form that can be compared line by line, kept whole across
//! versions of Tern.
//!
//! Reading refuses in words and names the place. Unknown fields are kept on every level and written back.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::node::{ExpressionText, Node, NodeId};
use super::place;
use super::{CHANNEL, TopicName, Unknown, VariableName};

/// The format that this Tern writes, and the newest that it reads.
pub const TOPIC_FORMAT: u32 = 1;
/// Longest topic file, in bytes: a thousand nodes with room to spare.
pub const MAX_TOPIC_BYTES: usize = 2_000_000;

/// A topic as it is written (V-24).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct TopicFile {
    /// [`TOPIC_FORMAT`].
    pub format: u32,
    /// Internal name, unique: lower case, digits and `_`.
    pub name: TopicName,
    /// Name for people, unique.
    pub display_name: String,
    /// What it is.
    #[serde(default)]
    pub kind: TopicKind,
    /// What it is for, for whoever edits it.
    #[serde(default)]
    pub description: String,
    /// Whether it is offered at all (V-25).
    #[serde(default = "yes")]
    pub active: bool,
    /// Whether a text can find it (V-25). Without, only other topics and agents start it.
    #[serde(default = "yes")]
    pub discoverable: bool,
    /// Words and phrases that find it (V-26).
    #[serde(default)]
    pub keywords: Vec<String>,
    /// Who it is offered to: any of these roles. `public` is what guests get (V-25).
    #[serde(default = "public")]
    pub roles: Vec<String>,
    /// Where it is offered: `sms`.
    #[serde(default = "sms")]
    pub channels: Vec<String>,
    /// When it is offered: an expression over the facts of the conversation. None is always.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub condition: Option<ExpressionText>,
    /// Variables that an agent sees after a transfer (H-6).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub agent_context: Vec<VariableName>,
    /// Agents may run it inside their conversation (H-9).
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub autopilot: bool,
    /// It goes on after the requester switched away from it and the other topic is complete (V-27).
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub resume_after_switch: bool,
    /// Where lists show it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub categories: Vec<String>,
    /// Variables that a block is called with.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub inputs: Vec<VariableName>,
    /// Variables that a block gives back.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub outputs: Vec<VariableName>,
    /// Where it starts.
    pub start: NodeId,
    /// Its steps.
    pub nodes: Vec<Node>,
    /// Where the designer shows them.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub canvas: BTreeMap<NodeId, CanvasPlace>,
    /// What a newer Tern wrote.
    #[serde(flatten)]
    pub unknown: Unknown,
}

impl TopicFile {
    /// V-24: it is offered on the channel that conversations run on.
    #[must_use]
    pub fn is_on_channel(&self) -> bool {
        self.channels
            .iter()
            .any(|channel| channel == CHANNEL.as_str())
    }
}

/// What a topic is (V-24).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub enum TopicKind {
    /// Something a requester can ask for.
    #[default]
    Topic,
    /// A part that topics call.
    Block,
    /// A part of every conversation (V-28); its name is one of [`SetupTopic`](super::SetupTopic)'s.
    Setup,
    /// An answer to words that want nothing, such as thanks.
    SmallTalk,
}

/// Where a node stands on the canvas.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize, JsonSchema)]
pub struct CanvasPlace {
    /// To the right.
    pub x: f64,
    /// Downwards.
    pub y: f64,
}

fn yes() -> bool {
    true
}

fn public() -> Vec<String> {
    vec!["public".to_owned()]
}

fn sms() -> Vec<String> {
    vec!["sms".to_owned()]
}

/// Why a file cannot be read, in words and with its place. Lines and columns count from 1.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("line {line}, column {column}: {words}")]
pub struct FileProblem {
    /// Line.
    pub line: u32,
    /// Column, in characters.
    pub column: u32,
    /// The node it is in, where that is known.
    pub node: Option<NodeId>,
    /// What is wrong.
    pub words: String,
}

impl TopicFile {
    /// Reads a file.
    ///
    /// # Errors
    /// [`FileProblem`] if it is too long, no JSON, of a newer format, or not a topic.
    pub fn read(text: &str) -> Result<Self, FileProblem> {
        read(text)
    }

    /// The file's text: pretty-printed, keys in a fixed order, unknown ones last in the order they had.
    #[must_use]
    pub fn write(&self) -> String {
        write(self)
    }

    /// A node by its id.
    #[must_use]
    pub fn node(&self, id: &str) -> Option<&Node> {
        self.nodes.iter().find(|node| node.id == id)
    }
}

fn read(text: &str) -> Result<TopicFile, FileProblem> {
    if text.len() > MAX_TOPIC_BYTES {
        return Err(at_start("The file is too large for a topic: at most 2 MB."));
    }
    let whole: serde_json::Value = serde_json::from_str(text).map_err(|error| FileProblem {
        line: number(error.line()),
        column: number(error.column()),
        node: None,
        words: format!("This is not readable as JSON: {}.", cause(&error)),
    })?;
    check_format(text, &whole)?;
    serde_json::from_value(whole.clone()).map_err(|error| locate(text, &whole, &error))
}

fn check_format(text: &str, whole: &serde_json::Value) -> Result<(), FileProblem> {
    let Some(format) = whole.get("format") else {
        return Err(at_start(
            "This is not a topic file: it does not say which “format” it has.",
        ));
    };
    let words = match format.as_u64() {
        Some(format) if format == u64::from(TOPIC_FORMAT) => return Ok(()),
        Some(format) if format > u64::from(TOPIC_FORMAT) => format!(
            "The file has format {format} and comes from a newer Tern. This one reads format {TOPIC_FORMAT}: \
             update Tern, then read it again."
        ),
        _ => format!("“format” has to be {TOPIC_FORMAT}."),
    };
    Err(problem_at(text, &["format".into()], None, words))
}

/// serde names what is missing or wrong, but no place once a value is buffered: the nodes are read one by
/// one to find the one at fault.
fn locate(text: &str, whole: &serde_json::Value, error: &serde_json::Error) -> FileProblem {
    let nodes = whole.get("nodes").and_then(serde_json::Value::as_array);
    for (index, value) in nodes.into_iter().flatten().enumerate() {
        if let Err(error) = serde_json::from_value::<Node>(value.clone()) {
            let id = value.get("id").and_then(serde_json::Value::as_str);
            let words = match id {
                Some(id) => format!("Node “{id}” cannot be read: {}.", cause(&error)),
                None => format!("A node cannot be read: {}.", cause(&error)),
            };
            let path = ["nodes".into(), index.into()];
            return problem_at(text, &path, id.map(ToOwned::to_owned), words);
        }
    }
    problem_at(
        text,
        &[],
        None,
        format!("The topic cannot be read: {}.", cause(error)),
    )
}

fn problem_at(
    text: &str,
    path: &[place::Step],
    node: Option<NodeId>,
    words: String,
) -> FileProblem {
    let (line, column) = place::find(text, path);
    FileProblem {
        line,
        column,
        node,
        words,
    }
}

fn at_start(words: &str) -> FileProblem {
    FileProblem {
        line: 1,
        column: 1,
        node: None,
        words: words.to_owned(),
    }
}

/// The parser's words without the place that it appends.
fn cause(error: &serde_json::Error) -> String {
    let words = error.to_string();
    match words.rfind(" at line ") {
        Some(end) => words.get(..end).unwrap_or(&words).to_owned(),
        None => words,
    }
}

fn number(count: usize) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX).max(1)
}

fn write(file: &TopicFile) -> String {
    // Every key is a string and every number is finite, so there is nothing that JSON cannot hold.
    let mut text = serde_json::to_string_pretty(file).unwrap_or_default();
    text.push('\n');
    text
}

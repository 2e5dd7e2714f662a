//! Nodes that act unseen (V-21).

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{ExpressionText, NodeId, TemplateText};
use crate::topic::record::{ColumnName, TableName};
use crate::topic::{TopicName, Unknown, VariableName};

/// V-22: the first branch whose condition holds; none is an error of the topic.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Decide {
    /// In order. A last one with `true` is the way for everything else.
    pub branches: Vec<Branch>,
    /// What a newer Tern wrote.
    #[serde(flatten)]
    pub unknown: Unknown,
}

/// One way of a decision.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Branch {
    /// What the canvas shows on it.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub name: String,
    /// When it is taken.
    pub when: ExpressionText,
    /// Where it goes; nowhere means that the topic is complete.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next: Option<NodeId>,
    /// What a newer Tern wrote.
    #[serde(flatten)]
    pub unknown: Unknown,
}

/// Sets variables, in order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct SetVariables {
    /// What to set.
    pub variables: Vec<Named>,
    /// What a newer Tern wrote.
    #[serde(flatten)]
    pub unknown: Unknown,
}

/// A name and the expression of its value.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Named {
    /// Where it goes: a variable, a column, an input of a block or a field of a body.
    pub name: String,
    /// What it is.
    pub value: ExpressionText,
    /// What a newer Tern wrote.
    #[serde(flatten)]
    pub unknown: Unknown,
}

/// A column that has to equal a value.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Match {
    /// The column.
    pub column: ColumnName,
    /// The expression of what it has to equal.
    pub equals: ExpressionText,
    /// What a newer Tern wrote.
    #[serde(flatten)]
    pub unknown: Unknown,
}

/// Brings one row into a variable.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct LookUp {
    /// Where to look.
    pub table: TableName,
    /// All of these have to hold.
    pub matching: Vec<Match>,
    /// Where the row goes.
    pub variable: VariableName,
    /// Where the topic goes if there is no such row. Without it that is an error of the topic.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub not_found: Option<NodeId>,
    /// What a newer Tern wrote.
    #[serde(flatten)]
    pub unknown: Unknown,
}

/// Adds a row, or changes the one in a variable.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct SaveRecord {
    /// Where.
    pub table: TableName,
    /// The variable with the looked-up row to change; without it a row is added.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub row: Option<VariableName>,
    /// What to write. A variable that holds a picture writes the picture's address.
    pub values: Vec<Named>,
    /// Where the row goes as it was stored.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub variable: Option<VariableName>,
    /// Where the topic goes if it could not be stored. Without it that is an error of the topic.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub failed: Option<NodeId>,
    /// What a newer Tern wrote.
    #[serde(flatten)]
    pub unknown: Unknown,
}

/// How a request is made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "UPPERCASE")]
pub enum HttpMethod {
    /// Reads.
    #[default]
    Get,
    /// Adds.
    Post,
    /// Replaces.
    Put,
    /// Changes.
    Patch,
}

/// Asks another system over HTTP. Only hosts that an admin allowed are called.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Request {
    /// How.
    #[serde(default)]
    pub method: HttpMethod,
    /// Where, `https`. Values in placeholders are percent-encoded; the host may hold none.
    pub url: TemplateText,
    /// Name of the secret in the keychain that goes along as a bearer token.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub secret: Option<String>,
    /// Fields of the JSON body; none means no body.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub body: Vec<Named>,
    /// What to keep of the answer.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub response: Vec<ResponseField>,
    /// Where the topic goes if there was no good answer. Without it that is an error of the topic.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub failed: Option<NodeId>,
    /// What a newer Tern wrote.
    #[serde(flatten)]
    pub unknown: Unknown,
}

/// One value of an answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ResponseField {
    /// Where it goes.
    pub variable: VariableName,
    /// A JSON pointer into the answer, such as `/order/status`.
    pub path: String,
    /// What a newer Tern wrote.
    #[serde(flatten)]
    pub unknown: Unknown,
}

/// L-3: asks for PIN and code, unless who it is was proved in this conversation already. Then it goes on with
/// the node's own `next`; whoever cannot prove it hears the same words, whatever the reason.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", default)]
pub struct Verify {
    /// Asks for the PIN; without it the usual words do.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pin_prompt: Option<TemplateText>,
    /// Asks for the code of the authenticator app; not said where the code is texted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub code_prompt: Option<TemplateText>,
    /// Asks for the code that was texted (L-2, second factor `sms`).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub texted_code_prompt: Option<TemplateText>,
    /// Said when it was not proved.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub failed_text: Option<TemplateText>,
    /// Where the topic goes then, with a guest. Without it the topic ends.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub failed: Option<NodeId>,
    /// Said after too many wrong tries (L-11).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub locked_text: Option<TemplateText>,
    /// Where the topic goes then, with a guest. Without it the topic ends.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub locked: Option<NodeId>,
    /// What a newer Tern wrote.
    #[serde(flatten)]
    pub unknown: Unknown,
}

/// Runs a topic block.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Block {
    /// The block's name.
    pub topic: TopicName,
    /// Values for its inputs.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub inputs: Vec<Named>,
    /// Where its outputs go.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub outputs: Vec<BlockOutput>,
    /// What a newer Tern wrote.
    #[serde(flatten)]
    pub unknown: Unknown,
}

/// One output of a block and the variable of the caller that gets it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct BlockOutput {
    /// The block's variable.
    pub output: VariableName,
    /// The caller's variable.
    pub variable: VariableName,
    /// What a newer Tern wrote.
    #[serde(flatten)]
    pub unknown: Unknown,
}

/// Waits. Texts that come in meanwhile are answered afterwards, in order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Pause {
    /// Seconds, 1 to 60 (V-21).
    #[serde(default = "Pause::usual")]
    pub seconds: u32,
    /// What a newer Tern wrote.
    #[serde(flatten)]
    pub unknown: Unknown,
}

impl Pause {
    /// V-21: the default, in seconds.
    pub(crate) const fn usual() -> u32 {
        30
    }
}

/// A name and a template.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct NamedText {
    /// What it is.
    pub name: String,
    /// Its text.
    pub text: TemplateText,
    /// What a newer Tern wrote.
    #[serde(flatten)]
    pub unknown: Unknown,
}

/// Hands over to a person (H-2). If nobody is there the topic goes on with `next` (H-3).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Transfer {
    /// H-6: what it is about, for the agent's card.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub short_description: Option<TemplateText>,
    /// H-6: skills that an agent has to have, by name.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub mandatory_skills: Vec<String>,
    /// H-6: skills that are welcome, by name.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub optional_skills: Vec<String>,
    /// More for the agent's card, besides the topic's `agentContext`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub context: Vec<NamedText>,
    /// What a newer Tern wrote.
    #[serde(flatten)]
    pub unknown: Unknown,
}

/// Goes over to another topic. The two never share variables (V-27).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Jump {
    /// Which topic.
    pub topic: TopicName,
    /// When that one is complete, this one goes on with `next`; otherwise it is over.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub resume: bool,
    /// What a newer Tern wrote.
    #[serde(flatten)]
    pub unknown: Unknown,
}

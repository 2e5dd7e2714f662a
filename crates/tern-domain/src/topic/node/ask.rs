//! Nodes that ask (V-1 … V-5) and what they have in common (V-17).

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::act::Match;
use super::{ExpressionText, NodeId, TemplateText, Texts};
use crate::topic::record::{ColumnName, TableName};
use crate::topic::{Unknown, VariableName};

/// V-17: properties of every asking node.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct InputProperties {
    /// Where the answer is kept: lower case, `_` for spaces.
    pub variable: VariableName,
    /// The question.
    pub prompt: Texts,
    /// Said when the answer does not fit, before the question comes again.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retry: Option<TemplateText>,
    /// The value if the question is skipped, or if `defaultConfirmation` is answered with yes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub default: Option<ExpressionText>,
    /// Asks whether the default is right, yes or no. No makes the value nothing, and the question is asked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub default_confirmation: Option<TemplateText>,
    /// Said once the answer is taken.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub completion: Option<Texts>,
    /// The node is passed over unless this holds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub show_if: Option<ExpressionText>,
    /// While this holds, `SKIP` passes over the question, and the question says so (V-18).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub skip_if: Option<ExpressionText>,
    /// On a revisit: if this holds and there is a value already, it stays and nothing is asked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub keep_if: Option<ExpressionText>,
    /// V-27: a text that is no answer but exactly names another topic switches to it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub topic_switching: bool,
    /// V-20: the answer is never kept in the session, a transcript or a log.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub secure: bool,
}

/// V-1: asks for text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct AskText {
    /// V-17.
    #[serde(flatten)]
    pub input: InputProperties,
    /// What the text has to be.
    #[serde(default)]
    pub format: TextFormat,
    /// The pattern of [`TextFormat::Custom`], a regular expression for the whole answer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pattern: Option<String>,
    /// What a newer Tern wrote.
    #[serde(flatten)]
    pub unknown: Unknown,
}

/// What a text answer has to be (V-1).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub enum TextFormat {
    /// Any text.
    #[default]
    Text,
    /// An e-mail address.
    Email,
    /// An IPv4 or IPv6 address.
    Ip,
    /// A phone number; kept in E.164 form.
    Phone,
    /// A web address, `http` or `https`.
    Url,
    /// Whatever the node's pattern says.
    Custom,
}

/// V-2: asks to pick exactly one; with `from`, one of what an expression brings at run time (V-3).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct AskChoice {
    /// V-17.
    #[serde(flatten)]
    pub input: InputProperties,
    /// What there is to pick, in order; behind what `from` brings.
    #[serde(default)]
    pub choices: Vec<Choice>,
    /// V-3: a list to pick from, such as what another system answered: texts, numbers, or rows. The variable
    /// becomes what was picked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<ExpressionText>,
    /// The field that the requester reads, where `from` brings rows.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub label: Option<String>,
    /// Said when `from` brings nothing and there are no choices.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub empty: Option<TemplateText>,
    /// What a newer Tern wrote.
    #[serde(flatten)]
    pub unknown: Unknown,
}

/// One choice.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Choice {
    /// What the requester reads.
    pub label: TemplateText,
    /// What the variable becomes.
    pub value: String,
    /// Where this choice goes, if not to the node's own `next`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next: Option<NodeId>,
    /// What a newer Tern wrote.
    #[serde(flatten)]
    pub unknown: Unknown,
}

/// V-3: asks to pick rows, such as the requester's own cases.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct AskRecords {
    /// V-17. The variable becomes the picked row, or a list of rows.
    #[serde(flatten)]
    pub input: InputProperties,
    /// Where the rows come from.
    pub table: TableName,
    /// Which of them: all of these have to hold.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub matching: Vec<Match>,
    /// The column with the number of whoever a row belongs to: only the requester's own rows can be picked then,
    /// and none before they proved who they are.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub own: Option<ColumnName>,
    /// The column that the requester reads.
    pub label: ColumnName,
    /// Several can be picked, as `1,3`.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub multiple: bool,
    /// Said when there is no row.
    pub no_records: TemplateText,
    /// Where it goes then, if not to the node's own `next`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub no_records_next: Option<NodeId>,
    /// What a newer Tern wrote.
    #[serde(flatten)]
    pub unknown: Unknown,
}

/// V-4: asks yes or no. The variable becomes the text `true` or `false`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct AskYesNo {
    /// V-17.
    #[serde(flatten)]
    pub input: InputProperties,
    /// What a newer Tern wrote.
    #[serde(flatten)]
    pub unknown: Unknown,
}

/// V-5: asks for one picture, sent along or as a link to one. The variable becomes a row with `address` and
/// `content_type`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct AskPicture {
    /// V-17.
    #[serde(flatten)]
    pub input: InputProperties,
    /// What a newer Tern wrote.
    #[serde(flatten)]
    pub unknown: Unknown,
}

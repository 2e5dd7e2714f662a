//! Conditions as forms and as text, and the saved views made of them.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// Type of a fact, with what a form needs to ask for its value.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(
    tag = "kind",
    rename_all = "camelCase",
    rename_all_fields = "camelCase"
)]
pub enum FactKindView {
    /// Yes or no.
    Flag,
    /// A whole number.
    Number,
    /// Free text.
    Text,
    /// One of these.
    Choice {
        /// The choices.
        choices: Vec<ChoiceView>,
    },
}

/// One of several words.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ChoiceView {
    /// As conditions write it.
    pub word: String,
    /// As people read it.
    pub label: String,
}

/// Something a condition can ask about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct FactView {
    /// As conditions write it.
    pub name: String,
    /// As people read it.
    pub label: String,
    /// Its type.
    pub kind: FactKindView,
    /// How it can be compared.
    pub operators: Vec<FormOperatorView>,
    /// Known of a text that has just arrived: what a queue can ask about.
    pub on_arrival: bool,
}

/// How a row compares.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub enum FormOperatorView {
    /// Equal; yes.
    Is,
    /// Not equal; no.
    IsNot,
    /// One of several.
    IsAnyOf,
    /// At least.
    AtLeast,
    /// At most.
    AtMost,
    /// Contains.
    Contains,
    /// Does not contain.
    ContainsNot,
    /// Starts with.
    StartsWith,
}

/// What a row compares with.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(
    tag = "kind",
    rename_all = "camelCase",
    rename_all_fields = "camelCase"
)]
pub enum FormValueView {
    /// Nothing.
    Nothing,
    /// A number.
    Number {
        /// The number.
        #[ts(type = "number")]
        number: i64,
    },
    /// A text, or the word of a choice.
    Text {
        /// The text.
        text: String,
    },
    /// Words of a choice.
    Texts {
        /// The words.
        texts: Vec<String>,
    },
}

/// One row of a form.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct FormRowView {
    /// Name of the fact.
    pub fact: String,
    /// How it is compared.
    pub operator: FormOperatorView,
    /// With what.
    pub value: FormValueView,
}

/// A condition as a form.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ConditionFormView {
    /// One row is enough; otherwise every row has to hold.
    pub any: bool,
    /// The rows; none = always met.
    pub rows: Vec<FormRowView>,
}

/// A condition as somebody made it.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, TS)]
#[serde(
    tag = "kind",
    rename_all = "camelCase",
    rename_all_fields = "camelCase"
)]
pub enum ConditionDraft {
    /// By form.
    Form {
        /// The form.
        form: ConditionFormView,
    },
    /// By hand.
    Text {
        /// The expression.
        text: String,
    },
}

/// A condition, checked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ConditionView {
    /// The expression: what is stored.
    pub text: String,
    /// The form that shows it; `None` if only text can.
    pub form: Option<ConditionFormView>,
    /// What is wrong with it, in words; empty for a good one.
    pub problems: Vec<ConditionProblemView>,
}

/// What is wrong with a condition.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ConditionProblemView {
    /// Line, from 1.
    pub line: u32,
    /// Column, from 1.
    pub column: u32,
    /// Words.
    pub words: String,
}

/// Order of a view's rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub enum ViewSort {
    /// Newest text first.
    Newest,
    /// Oldest text first.
    Oldest,
    /// Who has waited longest first.
    LongestWait,
}

/// What a view looks at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub enum ViewScope {
    /// Open work.
    Open,
    /// The newest 5,000 conversations, finished ones too.
    Everything,
    /// Texts: it is a saved search, and its condition is what is typed to search. It is not evaluated in the list.
    Texts,
}

/// One saved view as it is to be stored.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct SavedViewDraft {
    /// UUID, made by the window.
    pub id: String,
    /// What people call it.
    pub name: String,
    /// Its condition's text.
    pub condition: String,
    /// Order of its rows.
    pub sort: ViewSort,
    /// What it looks at.
    pub scope: ViewScope,
}

/// All saved views, in their order.
#[derive(Debug, Clone, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ReplaceSavedViews {
    /// The views.
    pub views: Vec<SavedViewDraft>,
}

/// One saved view with its count.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct SavedViewRow {
    /// UUID.
    pub id: String,
    /// What people call it.
    pub name: String,
    /// Its condition.
    pub condition: ConditionView,
    /// Order of its rows.
    pub sort: ViewSort,
    /// What it looks at.
    pub scope: ViewScope,
    /// Conversations in it.
    pub count: u32,
    /// Conversations in it with unread texts.
    pub unread: u32,
}

/// Ask for one page of a view.
#[derive(Debug, Clone, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ListView {
    /// UUID of the view.
    pub view_id: String,
    /// Continue after this cursor of the page before.
    pub after: Option<String>,
    /// At most this many rows (1…200).
    pub limit: u32,
}

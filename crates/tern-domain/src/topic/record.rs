//! Tables that an admin defines (cases, orders, opening hours: any shape), which topics look up and add to.
//!
//! The rules here only know the shape. Rows are read and written by the caller: a topic asks for them by an
//! effect and gets them as an input.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::run::card_text;
use super::source::TableSource;
use super::value::{BotValue, Row};
use super::{TopicName, Unknown};

/// Name of a table in topics: lower case, digits and `_`.
pub type TableName = String;
/// Name of a column in topics: lower case, digits and `_`.
pub type ColumnName = String;

/// Most rows that one look-up may bring (V-3: five pages of ten).
pub const MOST_ROWS: u32 = 50;

/// The shape of a table.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct RecordTable {
    /// Its name in topics.
    pub name: TableName,
    /// Its name for people.
    pub display_name: String,
    /// Its columns, in the order in which forms and files show them.
    pub columns: Vec<RecordColumn>,
    /// The column that tells rows apart; an import replaces the row of the same key.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub key: Option<ColumnName>,
    /// Where its rows come from, if another system has them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<TableSource>,
    /// What a newer Tern wrote.
    #[serde(flatten)]
    pub unknown: Unknown,
}

/// A column.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct RecordColumn {
    /// Its name in topics.
    pub name: ColumnName,
    /// Its name for people, which cards show.
    pub label: String,
    /// What it holds.
    #[serde(rename = "type")]
    pub kind: ColumnKind,
    /// What a newer Tern wrote.
    #[serde(flatten)]
    pub unknown: Unknown,
}

/// What a column holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub enum ColumnKind {
    /// Text.
    Text,
    /// A number.
    Number,
    /// Yes or no.
    Flag,
    /// A phone number in E.164 form.
    Phone,
    /// A date, `2026-11-21`.
    Date,
    /// The address of a page or picture.
    Link,
}

/// A stored row with what tells it apart.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct StoredRow {
    /// The caller's name for it; comes back when the row is to be changed.
    pub id: String,
    /// What it holds.
    pub values: Row,
}

/// Which rows to bring: those whose columns equal all of these values.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RecordQuery {
    /// Where to look.
    pub table: TableName,
    /// All of these have to hold. Texts are compared without case and without spaces around them.
    pub matching: Vec<(ColumnName, BotValue)>,
    /// At most so many, in the order of the table; at most [`MOST_ROWS`].
    pub limit: u32,
}

/// A row to add or to change.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RecordWrite {
    /// Where.
    pub table: TableName,
    /// The row to change; `None` adds one.
    pub row: Option<String>,
    /// What to write; other columns keep what they hold.
    pub values: Row,
    /// The topic that does it, for the row's history.
    pub topic: TopicName,
}

impl RecordTable {
    /// A column by its name.
    #[must_use]
    pub fn column(&self, name: &str) -> Option<&RecordColumn> {
        self.columns.iter().find(|column| column.name == name)
    }

    /// V-11: a row as the text that an agent sends, with the chosen columns. What tells it apart, or else the first
    /// value, is its first line; the first link is its last.
    #[must_use]
    pub fn card(&self, row: &Row, chosen: &[ColumnName]) -> String {
        let mut values: Vec<(&RecordColumn, &BotValue)> = self
            .columns
            .iter()
            .filter(|column| chosen.contains(&column.name))
            .filter_map(|column| Some((column, row.get(&column.name)?)))
            .filter(|(_, value)| !value.is_empty())
            .collect();
        let link = values
            .iter()
            .position(|(column, _)| column.kind == ColumnKind::Link)
            .map(|at| values.remove(at).1.to_text());
        let head = values
            .iter()
            .position(|(column, _)| self.key.as_ref() == Some(&column.name))
            .unwrap_or_default();
        let title = if values.is_empty() {
            self.display_name.clone()
        } else {
            let (column, value) = values.remove(head);
            format!("{} {}", column.label, value.to_text())
        };
        let fields = values
            .into_iter()
            .map(|(column, value)| (column.label.as_str(), value));
        card_text(&title, fields, link.as_deref().unwrap_or_default())
    }

    /// A column by what a file calls it: its name or label, letters and digits alone.
    #[must_use]
    pub fn column_called(&self, heading: &str) -> Option<&RecordColumn> {
        let plain = |text: &str| -> String {
            text.chars()
                .filter(|it| it.is_alphanumeric())
                .flat_map(char::to_lowercase)
                .collect()
        };
        let heading = plain(heading);
        self.columns
            .iter()
            .find(|column| plain(&column.name) == heading || plain(&column.label) == heading)
    }
}

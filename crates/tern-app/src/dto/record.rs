//! Tables that a team defines, and their rows.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// What a column holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub enum ColumnKindView {
    /// Text.
    Text,
    /// A number.
    Number,
    /// Yes or no.
    Flag,
    /// A phone number.
    Phone,
    /// A date.
    Date,
    /// The address of a page or picture.
    Link,
}

/// A column.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct RecordColumnView {
    /// Its name in topics.
    pub name: String,
    /// Its name for people.
    pub label: String,
    /// What it holds.
    pub kind: ColumnKindView,
}

/// Where the rows of a table are, if another system has them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct TableSourceView {
    /// Address of the list.
    pub url: String,
    /// Name of the secret that goes along as a bearer token.
    pub secret: Option<String>,
    /// Where in the answer the list is, such as `/data/orders`; empty = the answer is the list.
    pub path: String,
    /// Fields that columns are read from, by the columns' names; others are found by name or label.
    pub fields: BTreeMap<String, String>,
}

/// A table.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct RecordTableView {
    /// Its name in topics.
    pub name: String,
    /// Its name for people.
    pub display_name: String,
    /// Its columns.
    pub columns: Vec<RecordColumnView>,
    /// The column that tells rows apart.
    pub key: Option<String>,
    /// Where its rows came from last, if another system has them.
    pub source: Option<TableSourceView>,
    /// How many rows it has.
    pub rows: u32,
    /// Names for people of the topics that use it.
    pub used_by: Vec<String>,
}

/// Adds a table, or changes one.
#[derive(Debug, Clone, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct SaveRecordTable {
    /// Its name in topics.
    pub name: String,
    /// Its name for people.
    pub display_name: String,
    /// Its columns.
    pub columns: Vec<RecordColumnView>,
    /// The column that tells rows apart.
    pub key: Option<String>,
    /// It is not there yet.
    pub is_new: bool,
}

/// Names a table.
#[derive(Debug, Clone, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct RecordTableRef {
    /// Its name in topics.
    pub name: String,
}

/// All tables after a change, and the way back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct TablesChanged {
    /// All tables.
    pub tables: Vec<RecordTableView>,
    /// Give this to `undo_change`; `None` if nothing changed.
    pub undo: Option<String>,
}

/// Asks for a page of a table.
#[derive(Clone, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ListRows {
    /// Which table.
    pub table: String,
    /// Rows in which any value contains this; empty = all.
    pub search: String,
    /// Continue after this row.
    #[ts(type = "number | null")]
    pub after: Option<i64>,
    /// Most rows of the page.
    pub limit: u32,
}

/// One row.
#[derive(Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct RecordRowView {
    /// Tells it apart.
    pub id: String,
    /// What it holds, as text, by the columns' names.
    pub cells: BTreeMap<String, String>,
    /// When it was last written.
    #[ts(type = "number")]
    pub changed_at: i64,
    /// The topic that wrote it last; empty = a person.
    pub changed_by: String,
}

/// A page of a table.
#[derive(Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct RowPage {
    /// Its rows.
    pub rows: Vec<RecordRowView>,
    /// Cursor of the next page.
    #[ts(type = "number | null")]
    pub next: Option<i64>,
    /// How many rows the table has in all.
    pub total: u32,
}

/// Adds a row, or changes one.
#[derive(Clone, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct SaveRow {
    /// Which table.
    pub table: String,
    /// Which row; `None` adds one.
    pub id: Option<String>,
    /// What to write, as text, by the columns' names. Columns that are not named keep what they hold.
    pub cells: BTreeMap<String, String>,
}

/// Names a row.
#[derive(Debug, Clone, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct RowRef {
    /// Which table.
    pub table: String,
    /// Which row.
    pub id: String,
}

/// Asks for a row as a text (V-11).
#[derive(Debug, Clone, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct RowAsCard {
    /// Which table.
    pub table: String,
    /// Which row.
    pub id: String,
    /// The columns that go into it, in the table's order whatever their order here.
    pub columns: Vec<String>,
}

/// A text to be sent, as the carrier would get it.
#[derive(Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct CardText {
    /// The text.
    pub text: String,
}

/// A row after a change, and the way back.
#[derive(Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct RowChanged {
    /// The row; `None` if it is gone.
    pub row: Option<RecordRowView>,
    /// Give this to `undo_change`.
    pub undo: String,
}

/// Brings rows in from a CSV file, or only says what that would do.
#[derive(Clone, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ImportRows {
    /// Which table.
    pub table: String,
    /// The file.
    pub base64: String,
    /// Only report.
    pub dry_run: bool,
}

/// Looks at the rows that another system has for a table, or brings in what was looked at.
#[derive(Debug, Clone, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct FillFromHttp {
    /// Which table.
    pub table: String,
    /// Where the rows are; kept with the table once they were brought in.
    pub source: TableSourceView,
    /// What a look has given as `looked`: exactly that is brought in. `None` = look.
    pub looked: Option<String>,
}

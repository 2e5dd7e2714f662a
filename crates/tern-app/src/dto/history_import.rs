//! Bringing in texts of other systems: looking into a file, what it would bring, and what was brought.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// What a column of a file can mean.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub enum HistoryFieldView {
    /// Our number.
    Ours,
    /// The customer's number.
    Theirs,
    /// Sender.
    From,
    /// Recipient.
    To,
    /// When.
    At,
    /// Which way.
    Direction,
    /// The words.
    Body,
    /// The other system's id, or a SID.
    Id,
    /// Where it stood at the carrier.
    Status,
    /// Who of the team wrote it.
    Agent,
    /// What the customer is called.
    Name,
    /// Twilio's error code.
    ErrorCode,
    /// Parts.
    Segments,
    /// How many pictures it had.
    Pictures,
    /// An internal remark.
    Private,
    /// What kind of entry it is.
    Kind,
    /// Whether the words are HTML.
    ContentType,
}

/// How times are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub enum TimeFormatView {
    /// ISO 8601, RFC 2822, Unix time, or a date that can be read in one way only.
    Automatic,
    /// Day before month.
    DayMonthYear,
    /// Month before day.
    MonthDayYear,
}

/// One column and what it holds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct MappedColumn {
    /// What it holds.
    pub field: HistoryFieldView,
    /// Its name in the file.
    pub column: String,
}

/// How the rows of a file are read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct HistoryMappingView {
    /// Which column holds what; each field once.
    pub columns: Vec<MappedColumn>,
    /// Our number, where the file does not say it.
    pub our_number: Option<String>,
    /// How times are written.
    pub time: TimeFormatView,
    /// Time zone of times that do not say theirs (IANA).
    pub zone: String,
}

/// Looks into a file.
#[derive(Debug, Clone, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct LookAtHistory {
    /// The file.
    pub place: super::PlaceRef,
    /// The window's time zone (IANA), for times that do not say theirs.
    pub zone: String,
}

/// A column of a file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct HistoryColumnView {
    /// Its name.
    pub name: String,
    /// The first thing that stands in it, cut short; may be empty.
    pub example: String,
}

/// A file that was looked into.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct HistoryFileView {
    /// Its name, without its folder.
    pub name: String,
    /// Bytes.
    #[ts(type = "number")]
    pub size: u64,
    /// CSV or JSON.
    pub format: String,
    /// What it is encoded in.
    pub encoding: String,
    /// Where it comes from, in words.
    pub source: String,
    /// Its source was recognised, so that nothing has to be mapped.
    pub is_recognised: bool,
    /// Its columns.
    pub columns: Vec<HistoryColumnView>,
    /// How it would be read.
    pub mapping: HistoryMappingView,
}

/// Looks what a file would bring, as a job.
#[derive(Debug, Clone, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct CheckHistory {
    /// The file.
    pub place: super::PlaceRef,
    /// How it is read.
    pub mapping: HistoryMappingView,
    /// Customers whom it names are put into the directory.
    pub add_people: bool,
}

/// Rows that are left out for one reason.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct LeftOutRows {
    /// Why, in words.
    pub words: String,
    /// How many.
    #[ts(type = "number")]
    pub count: u64,
    /// They are no texts, and nothing is wrong with them.
    pub on_purpose: bool,
    /// Lines of the first of them.
    #[ts(type = "number[]")]
    pub lines: Vec<u64>,
}

/// One of our numbers in a file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct HistoryNumberView {
    /// For reading.
    pub number: String,
    /// Texts that it has in the file.
    #[ts(type = "number")]
    pub texts: u64,
    /// It is one of this desk's.
    pub is_connected: bool,
}

/// What a file would bring.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct HistoryCheckView {
    /// Give this to bring it in.
    pub id: String,
    /// The file's name.
    pub file: String,
    /// Rows of the file.
    #[ts(type = "number")]
    pub rows: u64,
    /// Texts that would come in.
    #[ts(type = "number")]
    pub texts: u64,
    /// Conversations that would be new.
    #[ts(type = "number")]
    pub new_conversations: u64,
    /// Conversations that are here and would get texts.
    #[ts(type = "number")]
    pub known_conversations: u64,
    /// People who would be put into the directory.
    #[ts(type = "number")]
    pub new_people: u64,
    /// Customers of the file who are in the directory.
    #[ts(type = "number")]
    pub known_people: u64,
    /// Texts that are here already, or twice in the file.
    #[ts(type = "number")]
    pub duplicates: u64,
    /// Texts that were deleted here for their age, and stay away.
    #[ts(type = "number")]
    pub deleted: u64,
    /// Customers who would be blocked, because the last that they said was STOP.
    #[ts(type = "number")]
    pub blocks: u64,
    /// Rows that are left out, by reason.
    pub left_out: Vec<LeftOutRows>,
    /// The oldest text.
    #[ts(type = "number | null")]
    pub from: Option<i64>,
    /// The newest text.
    #[ts(type = "number | null")]
    pub until: Option<i64>,
    /// Our numbers in it.
    pub numbers: Vec<HistoryNumberView>,
}

/// Brings in what was looked at, as a job.
#[derive(Debug, Clone, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct BringHistory {
    /// Id of the look.
    pub id: String,
}

/// One import.
#[derive(Debug, Clone, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct HistoryImportRef {
    /// Which.
    #[ts(type = "number")]
    pub id: i64,
}

/// Where an import stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub enum HistoryImportStateView {
    /// It is coming in.
    Running,
    /// It is in.
    Done,
    /// It is being taken out.
    Removing,
    /// It was taken out.
    Removed,
}

/// One import, for the list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct HistoryImportView {
    /// Which.
    #[ts(type = "number")]
    pub id: i64,
    /// The file's name.
    pub file: String,
    /// When it was brought in.
    #[ts(type = "number")]
    pub at: i64,
    /// Who did it.
    pub by: String,
    /// Where it stands.
    pub state: HistoryImportStateView,
    /// Texts that it brought.
    #[ts(type = "number")]
    pub texts: u64,
    /// Conversations that were new.
    #[ts(type = "number")]
    pub conversations: u64,
    /// People who were new.
    #[ts(type = "number")]
    pub people: u64,
    /// Rows that were here already.
    #[ts(type = "number")]
    pub duplicates: u64,
    /// Rows that were left out.
    #[ts(type = "number")]
    pub left_out: u64,
    /// Who took it out again.
    pub removed_by: Option<String>,
    /// When.
    #[ts(type = "number | null")]
    pub removed_at: Option<i64>,
}

/// Past imports.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct HistoryImportsView {
    /// The newest first.
    pub imports: Vec<HistoryImportView>,
    /// Whoever is signed in may bring in and take out.
    pub may_change: bool,
}

/// What taking an import out would come to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct HistoryRemovalView {
    /// Which import.
    #[ts(type = "number")]
    pub id: i64,
    /// Texts that would go.
    #[ts(type = "number")]
    pub texts: u64,
    /// Texts that stay because of a legal hold.
    #[ts(type = "number")]
    pub held: u64,
    /// Texts that stay because their words were removed by hand.
    #[ts(type = "number")]
    pub redacted: u64,
    /// Conversations that it made; those in which anything else is stay.
    #[ts(type = "number")]
    pub conversations: u64,
    /// People whom it made; those who were changed or have written since stay.
    #[ts(type = "number")]
    pub people: u64,
    /// Blocks that would be lifted, because nothing else said STOP.
    #[ts(type = "number")]
    pub blocks: u64,
}

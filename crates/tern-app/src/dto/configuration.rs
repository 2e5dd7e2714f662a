//! The whole configuration as one readable file, out and in.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// A configuration file, ready to be saved.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ConfigurationFile {
    /// Name to save it under.
    pub name: String,
    /// JSON.
    pub text: String,
    /// What is in it.
    pub sections: Vec<SectionCount>,
}

/// How much a section of a configuration holds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct SectionCount {
    /// What a person calls it.
    pub title: String,
    /// Its entries; `None` where it is one thing and no list.
    pub count: Option<u32>,
}

/// A configuration file that somebody chose.
#[derive(Clone, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ConfigurationText {
    /// JSON.
    pub text: String,
}

/// What importing a file would change, or has changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ConfigurationDiff {
    /// Sections of the file that this version knows, and those that change with them.
    pub sections: Vec<SectionDiff>,
    /// Sections that only another version knows; they are kept aside and exported again.
    pub unknown: Vec<String>,
}

/// One section of a file, compared with what is in force.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct SectionDiff {
    /// What a person calls it.
    pub title: String,
    /// Entries that differ, each in words.
    pub changes: Vec<EntryDiff>,
    /// Entries that are the same.
    pub same: u32,
}

/// One entry of a section.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct EntryDiff {
    /// What it is called.
    pub name: String,
    /// What happens to it.
    pub change: EntryChange,
    /// What of it is different, in words; empty unless it is changed.
    pub fields: Vec<String>,
}

/// What happens to an entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub enum EntryChange {
    /// It is new.
    Added,
    /// It is different.
    Changed,
    /// It is not in the file.
    Removed,
}

/// What an import did, and the way back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ConfigurationImported {
    /// What was changed.
    pub diff: ConfigurationDiff,
    /// Give this to `undo_change`; `None` if nothing differed.
    pub undo: Option<String>,
}

//! What leaves the desk in clear: its form, its signature, and how somebody else verifies it.
//!
//! Owns the files of an export (pages to read, lines and tables for programs, pictures), the manifest that lists
//! them, the seal of the whole, and the file on disk while it is written. It knows no rule and no database: what
//! belongs in an export is decided before it gets here. `tern-verify` is this crate's program, for machines without
//! Tern.
#![cfg_attr(not(test), deny(clippy::disallowed_methods))]

mod key;
mod lines;
mod manifest;
mod page;
mod place;
mod table;
mod verify;
mod writer;

pub use key::{ExportKey, Fingerprint};
pub use lines::{LineChain, LogContent, LogEntry, event_line};
pub use manifest::{Chain, Counts, FORMAT_VERSION, Manifest, ManifestFile, Range, What};
pub use page::{Page, PageHead};
pub use place::{PartFile, PlaceError, check_folder, remove_leftover};
pub use table::Table;
pub use verify::{Finding, Report, Unreadable, verify_folder, verify_path, verify_zip};
pub use writer::{ExportWriter, FileWriter, OpenFile, WriteError, hash_of};

/// Who a line of an export is from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum From {
    /// The person with the phone.
    Requester,
    /// A live agent.
    Agent,
    /// The bot.
    VirtualAgent,
    /// The team, before or beside this desk.
    Team,
    /// An agent, to the team only.
    Private,
    /// What happened.
    Event,
}

/// A picture or file of a text.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Attached {
    /// What it is, in words.
    pub words: String,
    /// Its file in the export; `None` for one that is not here.
    pub file: Option<String>,
    /// It can be shown as a picture.
    pub is_picture: bool,
}

/// One line of an export: a text, a note, or something that happened.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Line {
    /// When, as UTC by RFC 3339.
    pub at: String,
    /// When, for reading: the day.
    #[serde(skip)]
    pub day: String,
    /// When, for reading: the time of day.
    #[serde(skip)]
    pub clock: String,
    /// Whose conversation: the requester's number.
    pub requester: String,
    /// The team's number.
    pub provider: String,
    /// Who.
    pub from: From,
    /// What they are called.
    pub name: String,
    /// What they wrote; empty for a text that was removed.
    pub body: String,
    /// Its words were removed for good.
    pub removed: bool,
    /// Sensitive data in it was masked before it was stored.
    pub masked: bool,
    /// How the words seem to feel, where that can be told; for the team only.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mood: Option<String>,
    /// Where it stands at the carrier; empty for what is no text.
    pub status: String,
    /// The carrier's id.
    pub sid: Option<String>,
    /// Tern's id.
    pub id: Option<String>,
    /// Pictures and files.
    pub attached: Vec<Attached>,
}

//! The directory: people, and bringing many of them in from a file.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::ConversationRow;

/// What a person is to the team.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub enum PersonKindView {
    /// Has an account; texts from their phones are recognised by themselves.
    User,
    /// Private customer.
    Consumer,
    /// Business customer.
    Contact,
}

/// One person.
#[derive(Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct PersonView {
    /// UUID.
    pub id: String,
    /// What the person is to the team.
    pub kind: PersonKindView,
    /// Name.
    pub name: String,
    /// Own phone (E.164); empty if none.
    pub mobile_phone: String,
    /// The same spaced for reading.
    pub mobile_display: String,
    /// Business phone (E.164); empty if none.
    pub phone: String,
    /// The same spaced for reading.
    pub phone_display: String,
    /// Words such as `vip`.
    pub roles: Vec<String>,
    /// E-mail address.
    pub email: String,
    /// Territory such as `US`; empty if unknown.
    pub territory: String,
    /// Free text.
    pub notes: String,
    /// Company.
    pub account: String,
}

/// What is typed about a person. Phones in any format.
#[derive(Clone, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct PersonFields {
    /// What the person is to the team.
    pub kind: PersonKindView,
    /// Name.
    pub name: String,
    /// Own phone, as typed.
    pub mobile_phone: String,
    /// Business phone, as typed.
    pub phone: String,
    /// Words such as `vip`.
    pub roles: Vec<String>,
    /// E-mail address.
    pub email: String,
    /// Territory such as `US`; empty if unknown.
    pub territory: String,
    /// Free text.
    pub notes: String,
    /// Company.
    pub account: String,
}

/// Creates a person, or replaces what is known of one.
#[derive(Clone, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct SavePerson {
    /// UUID; `None` for a new person.
    pub person_id: Option<String>,
    /// What is known.
    pub fields: PersonFields,
}

/// Names one person.
#[derive(Debug, Clone, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct PersonRef {
    /// UUID.
    pub person_id: String,
}

/// A person was saved or deleted.
#[derive(Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct PersonSaved {
    /// UUID.
    pub person_id: String,
    /// Give this to `undo_change`; `None` if nothing differed.
    pub undo: Option<String>,
}

/// Ask for people by name.
#[derive(Clone, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ListPeople {
    /// A piece of a name, company, e-mail address or number; empty for everybody.
    pub query: String,
    /// Continue after this cursor of the page before.
    pub after: Option<String>,
    /// At most this many (1…200).
    pub limit: u32,
}

/// One page of people, by name.
#[derive(Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct PeoplePage {
    /// The people.
    pub people: Vec<PersonView>,
    /// Cursor of the next page.
    pub next: Option<String>,
    /// How many the directory has in all.
    pub total: u32,
}

/// One person with what hangs on them.
#[derive(Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct PersonCard {
    /// The person.
    pub person: PersonView,
    /// Numbers that profiles bind to them, spaced for reading.
    pub bound_numbers: Vec<String>,
    /// Their conversations, newest first.
    pub conversations: Vec<ConversationRow>,
    /// A legal hold is on them, or on one of their conversations.
    pub is_held: bool,
}

/// Takes back what an undo token stands for, exactly or not at all.
#[derive(Debug, Clone, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct UndoChange {
    /// The token.
    pub undo: String,
}

/// Brings people in from a CSV or vCard file, or only says what that would do.
#[derive(Clone, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ImportPeople {
    /// Decides the format by its ending, where the content does not.
    pub file_name: String,
    /// The file.
    pub base64: String,
    /// What people without a kind of their own are.
    pub kind: PersonKindView,
    /// `true` changes the directory; `false` only reports.
    pub apply: bool,
}

/// What becomes of a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub enum ImportVerdict {
    /// A new person.
    New,
    /// Fields of somebody known change.
    Changed,
    /// Everything is known already.
    Same,
    /// An earlier row of the file is the same person; left out.
    Duplicate,
    /// Cannot be taken in; left out.
    Broken,
}

/// One row of the file.
#[derive(Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ImportRow {
    /// Line of the file on which it begins.
    pub line: u32,
    /// What becomes of it.
    pub verdict: ImportVerdict,
    /// Name, as far as it can be read.
    pub name: String,
    /// Fields that change.
    pub fields: Vec<String>,
    /// Why it is left out; empty otherwise.
    pub reason: String,
    /// What to look at although it is taken in.
    pub warnings: Vec<String>,
}

/// What an import does or did.
#[derive(Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ImportReport {
    /// `CSV`, `vCard` or `JSON`.
    pub format: String,
    /// The character encoding it was read as.
    pub encoding: String,
    /// Columns that mean nothing here.
    pub ignored_columns: Vec<String>,
    /// Every row.
    pub rows: Vec<ImportRow>,
    /// New people.
    pub new: u32,
    /// Changed people.
    pub changed: u32,
    /// People without a change.
    pub same: u32,
    /// Rows left out because an earlier one is the same person.
    pub duplicate: u32,
    /// Rows left out because they cannot be read.
    pub broken: u32,
    /// The directory was changed.
    pub applied: bool,
    /// Give this to `undo_change`.
    pub undo: Option<String>,
    /// What was looked at is kept under this for a while: give it to `fill_from_http`. `None` for files.
    pub looked: Option<String>,
}

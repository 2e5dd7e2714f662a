//! What a file is read into, whichever format it has.

use std::collections::BTreeSet;

/// A file, read.
pub(crate) struct ReadFile {
    /// `CSV` or `vCard`.
    pub(crate) format: &'static str,
    /// What it was decoded from.
    pub(crate) encoding: &'static str,
    /// Columns that mean nothing here.
    pub(crate) ignored_columns: Vec<String>,
    /// Every row, in order.
    pub(crate) rows: Vec<FoundRow>,
}

/// One row as written: nothing is converted yet.
#[derive(Default)]
pub(crate) struct FoundRow {
    /// Line on which it begins, from 1.
    pub(crate) line: u32,
    pub(crate) name: String,
    pub(crate) kind: String,
    pub(crate) mobile: String,
    pub(crate) phone: String,
    pub(crate) email: String,
    pub(crate) account: String,
    pub(crate) territory: String,
    pub(crate) notes: String,
    pub(crate) roles: BTreeSet<String>,
    /// Why it cannot be read at all.
    pub(crate) problem: Option<RowProblem>,
}

/// Why a row cannot be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct RowProblem(pub(crate) String);

impl FoundRow {
    /// Whether anything of it could not be decoded.
    pub(crate) fn has_unreadable_characters(&self) -> bool {
        [
            &self.name,
            &self.mobile,
            &self.phone,
            &self.email,
            &self.account,
            &self.notes,
        ]
        .iter()
        .any(|text| text.contains('\u{fffd}'))
    }
}

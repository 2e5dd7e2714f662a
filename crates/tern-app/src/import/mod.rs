//! Reading files of other systems: people and rows of tables out of CSV and vCards, histories of texts out of CSV and
//! JSON.
//!
//! It reads and compares; it changes nothing. A row that cannot be read is kept with its line and the reason,
//! so that a person can mend the file.

mod compare;
mod history;
mod rows;
mod table;
mod text;
mod vcard;

pub(crate) use compare::{Defaults, Outcome, compare};
pub(crate) use history::HistoryRows;
pub(crate) use rows::{FoundRow, ReadFile, RowProblem};
pub(crate) use table::{RawRow, RawTable};

use crate::error::{ApiError, ErrorCode};

/// Largest file taken in: some fifty thousand people.
pub(crate) const LARGEST_FILE: usize = 16 * 1024 * 1024;

/// Reads a file of either format.
///
/// # Errors
/// [`ErrorCode::InvalidInput`] for a file that is neither, or has no column that could be a name.
pub(crate) fn read(file_name: &str, bytes: &[u8]) -> Result<ReadFile, ApiError> {
    let (content, encoding) = decoded(
        bytes,
        "This is neither a CSV file nor a vCard.",
        "Export the people as CSV or vCard (.vcf) and choose that file.",
    )?;
    let is_vcard = content
        .trim_start_matches('\u{feff}')
        .trim_start()
        .get(..11)
        .is_some_and(|start| start.eq_ignore_ascii_case("BEGIN:VCARD"))
        || file_name.to_ascii_lowercase().ends_with(".vcf");
    if is_vcard {
        Ok(vcard::read(&content, encoding))
    } else {
        table::read(&content, encoding)
    }
}

/// Reads a CSV file whose columns are the reader's to understand, and says what it was decoded from.
///
/// # Errors
/// [`ErrorCode::InvalidInput`] for a file that is none.
pub(crate) fn read_table(bytes: &[u8]) -> Result<(RawTable, &'static str), ApiError> {
    let (content, encoding) = decoded(
        bytes,
        "This is no CSV file.",
        "Save the table as CSV and choose that file.",
    )?;
    Ok((table::read_raw(&content)?, encoding))
}

/// The text of a file, and what it was decoded from.
fn decoded(bytes: &[u8], neither: &str, remedy: &str) -> Result<(String, &'static str), ApiError> {
    if bytes.len() > LARGEST_FILE {
        return Err(refused(
            "The file is too large.",
            "Split it; 16 MB at once are taken.",
        ));
    }
    let (content, encoding) = text::decode(bytes);
    if content.trim().is_empty() {
        return Err(refused("The file is empty.", "Choose another file."));
    }
    if content.contains('\0') {
        return Err(refused(neither, remedy));
    }
    Ok((content, encoding))
}

pub(super) fn refused(message: &str, remedy: &str) -> ApiError {
    ApiError::new(ErrorCode::InvalidInput, message, remedy)
}

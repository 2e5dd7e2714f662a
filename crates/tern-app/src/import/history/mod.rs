//! Reading texts of other systems out of a file of any size.
//!
//! It reads row by row and never holds more than one: a file of gigabytes takes no more memory than a small one. A row
//! that cannot be read is told with its line, and the rest goes on. What a row means is tern-domain's.

mod json;
mod stream;
mod table;

use std::io::Read;

use tern_domain::history_import::{RowProblem, SourceRow};

use self::json::JsonRows;
use self::stream::Characters;
use self::table::TableRows;
use super::refused;
use crate::error::ApiError;

/// Bytes that a row may come to: some hundred times the longest text.
const LARGEST_ROW: usize = 1024 * 1024;
/// Columns that a table may have.
const MOST_COLUMNS: usize = 1000;

/// One row, or the line of one that cannot be read.
pub(crate) type FoundHistory = Result<SourceRow, (u64, RowProblem)>;

/// The rows of a file.
pub(crate) struct HistoryRows<R> {
    rows: Rows<R>,
    encoding: &'static str,
}

enum Rows<R> {
    Table(Box<TableRows<R>>),
    Json(Box<JsonRows<R>>),
}

impl<R: Read> HistoryRows<R> {
    /// Begins to read a file; what it is shows in its first characters.
    ///
    /// # Errors
    /// [`ErrorCode::InvalidInput`](crate::ErrorCode::InvalidInput) for a file that is neither a table nor JSON.
    pub(crate) fn begin(file: R) -> Result<Self, ApiError> {
        let mut characters = Characters::begin(file)?;
        let encoding = characters.encoding();
        let is_json = characters
            .peek()?
            .iter()
            .find(|byte| !byte.is_ascii_whitespace())
            .is_some_and(|first| matches!(first, b'{' | b'['));
        let rows = if is_json {
            Rows::Json(Box::new(JsonRows::new(characters)))
        } else {
            Rows::Table(Box::new(TableRows::begin(characters)?))
        };
        Ok(Self { rows, encoding })
    }

    /// What the file is, for people.
    pub(crate) const fn format(&self) -> &'static str {
        match self.rows {
            Rows::Table(_) => "CSV",
            Rows::Json(_) => "JSON",
        }
    }

    /// Name of the encoding that it is read as.
    pub(crate) const fn encoding(&self) -> &'static str {
        self.encoding
    }

    /// Bytes of the file that were read so far.
    pub(crate) const fn read_bytes(&self) -> u64 {
        match &self.rows {
            Rows::Table(rows) => rows.read_bytes(),
            Rows::Json(rows) => rows.read_bytes(),
        }
    }

    /// The next row; `None` at the end.
    ///
    /// # Errors
    /// [`ErrorCode::Storage`](crate::ErrorCode::Storage) when the file cannot be read any further.
    pub(crate) fn next(&mut self) -> Result<Option<FoundHistory>, ApiError> {
        match &mut self.rows {
            Rows::Table(rows) => rows.next(),
            Rows::Json(rows) => rows.next(),
        }
    }
}

#[cfg(test)]
mod tests;

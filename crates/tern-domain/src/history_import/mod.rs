//! Texts from another system's file: recognising its shape, reading a row, and what makes two texts the same.
//!
//! Pure rules. What is brought in is history: it opens nothing, tells nobody and is never sent. Reading files is
//! tern-app's, storing is tern-store's.

mod consent;
mod identity;
mod problem;
mod record;
mod row;
mod shape;
mod time;

pub use consent::{KeywordSeen, newest_keyword};
pub use identity::{
    IMPORTED_CEILING, SameText, TOLERANCE, imported_positions, is_imported_position, same_text,
    source_key,
};
pub use problem::RowProblem;
pub use record::{
    HistoryImport, HistoryImportCounts, HistoryImportId, HistoryImportState, plan_history_imported,
    plan_history_removed,
};
pub use row::{HistoryText, LONGEST_HISTORY_TEXT, RowReader, SourceRow};
pub use shape::{HistoryField, HistoryMapping, HistoryShape, recognise};
pub use time::{ReadTime, TimeFormat};

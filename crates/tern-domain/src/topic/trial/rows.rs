//! Rows that a trial wrote: they are there for its own look-ups, and nowhere else.

use serde::{Deserialize, Serialize};

use crate::topic::io::BotInput;
use crate::topic::record::{RecordQuery, RecordWrite, StoredRow, TableName};
use crate::topic::saved_test::SavedStep;
use crate::topic::value::{BotValue, Row};

/// A row as a trial left it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct WrittenRow {
    /// Where it is.
    pub table: TableName,
    /// All of it.
    pub row: StoredRow,
}

/// Adds or changes a row within the trial.
pub(super) fn write(
    written: &mut Vec<WrittenRow>,
    steps: &[SavedStep],
    write: &RecordWrite,
) -> StoredRow {
    let known = write.row.as_ref().and_then(|id| {
        let own = written.iter().find(|it| it.row.id == *id);
        own.map(|it| it.row.clone()).or_else(|| seen(steps, id))
    });
    let mut row = known.unwrap_or_else(|| StoredRow {
        id: write
            .row
            .clone()
            .unwrap_or_else(|| format!("tried-{}", written.len() + 1)),
        values: Row::new(),
    });
    let values = write.values.iter();
    row.values
        .extend(values.map(|(name, value)| (name.clone(), value.clone())));
    match written.iter_mut().find(|it| it.row.id == row.id) {
        Some(before) => before.row = row.clone(),
        None => written.push(WrittenRow {
            table: write.table.clone(),
            row: row.clone(),
        }),
    }
    row
}

/// The rows of a look-up, as they are after what the trial wrote.
pub(super) fn with_written(
    written: &[WrittenRow],
    query: &RecordQuery,
    real: Vec<StoredRow>,
) -> Vec<StoredRow> {
    let own = || written.iter().filter(|it| it.table == query.table);
    let untouched = real
        .into_iter()
        .filter(|row| own().all(|it| it.row.id != row.id));
    let changed = own()
        .map(|it| &it.row)
        .filter(|row| is_meant(row, query))
        .cloned();
    let limit = usize::try_from(query.limit).unwrap_or(usize::MAX);
    untouched.chain(changed).take(limit).collect()
}

/// The row as it last came from a table: a topic can only change what it has looked up.
fn seen(steps: &[SavedStep], id: &str) -> Option<StoredRow> {
    steps.iter().rev().find_map(|step| match &step.input {
        BotInput::LookedUp {
            rows: Some(rows), ..
        } => rows.iter().find(|row| row.id == id).cloned(),
        _ => None,
    })
}

fn is_meant(row: &StoredRow, query: &RecordQuery) -> bool {
    let folded = |value: &BotValue| value.to_text().trim().to_lowercase();
    query.matching.iter().all(|(column, wanted)| {
        row.values
            .get(column)
            .is_some_and(|value| folded(value) == folded(wanted))
    })
}

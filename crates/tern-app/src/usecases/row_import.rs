//! Rows of a table from a CSV file or another system: first what it would do, then all of it or nothing.

use std::collections::HashMap;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use tern_domain::Territory;
use tern_domain::topic::{
    BotValue, MOST_TABLE_ROWS, RecordTable, Row, RowRefusal, TableSource, folded,
};
use tern_store::{ReadConn, RowChange, StoreError};

use super::rows::{keep, load_table, step};
use crate::app::App;
use crate::dto::{ImportReport, ImportRow, ImportRows, ImportVerdict};
use crate::error::{ApiError, ErrorCode};
use crate::import::{self, RawTable};
use crate::words;

/// A row that was judged, and what to write for it.
struct Judged {
    shown: ImportRow,
    values: Option<Row>,
}

impl App {
    /// Brings rows in from a CSV file in one transaction, or only says what that would do. A row of a key that
    /// is there already changes that row; empty cells change nothing.
    ///
    /// # Errors
    /// [`ErrorCode::InvalidInput`] for a file that cannot be read, or names none of the columns.
    pub async fn import_rows(&self, request: ImportRows) -> Result<ImportReport, ApiError> {
        let bytes = STANDARD
            .decode(&request.base64)
            .map_err(|_| ApiError::bad_request("the file is not base64"))?;
        let (file, encoding) = import::read_table(&bytes)?;
        let read = ReadRows {
            file,
            format: "CSV",
            encoding,
            source: None,
        };
        self.take_rows_in(request.table, read, request.dry_run)
            .await
    }

    /// Takes rows in, all or none, or only says what that would do.
    pub(super) async fn take_rows_in(
        &self,
        name: String,
        read: ReadRows,
        dry_run: bool,
    ) -> Result<ImportReport, ApiError> {
        let desk = self.desk()?;
        let territory = self.default_territory(&desk).await?;
        let (format, encoding) = (read.format, read.encoding);
        if dry_run {
            let judged = desk
                .store
                .read(move |conn| {
                    let table = load_table(conn, &name)?;
                    judge(conn, &table, &read.file, territory)
                })
                .await
                .map_err(|error| words::store(&error))??;
            return Ok(report(judged, format, encoding));
        }
        let (judged, changed) = self
            .change_topics(move |desk, tx| {
                // Judged again within the transaction: what was looked at may have changed since.
                let mut table = load_table(tx, &name)?;
                let mut judged = match judge(tx, &table, &read.file, territory)? {
                    Ok(judged) => judged,
                    Err(refusal) => return Ok(Err(refusal)),
                };
                let added = count(&judged.rows, ImportVerdict::New);
                if tx.count_rows(&table.name)?.saturating_add(added) > MOST_TABLE_ROWS {
                    return Ok(Err(words::invalid(&RowRefusal::Full)));
                }
                if read.source.is_some() && table.source != read.source {
                    table.source = read.source;
                    if let Err(refusal) = tx.put_record_table(&table)? {
                        return Ok(Err(words::invalid(&refusal)));
                    }
                }
                let mut changes: Vec<RowChange> = Vec::new();
                for row in &mut judged.rows {
                    let Some(values) = row.values.take() else {
                        continue;
                    };
                    match tx.write_row_by_hand(&table, None, &values, desk.now())? {
                        Ok(change) => changes.push(change),
                        Err(refusal) => return Ok(Err(words::invalid(&refusal))),
                    }
                }
                let changed = (!changes.is_empty()).then(|| step(&table, changes));
                Ok(Ok((judged, changed)))
            })
            .await?;
        let mut done = report(judged, format, encoding);
        done.applied = true;
        done.undo = changed.map(|step| keep(&desk, step));
        Ok(done)
    }
}

/// Rows that were read, and from what.
pub(super) struct ReadRows {
    pub(super) file: RawTable,
    pub(super) format: &'static str,
    pub(super) encoding: &'static str,
    /// Kept with the table once the rows are taken in.
    pub(super) source: Option<TableSource>,
}

/// A file, row by row, and the columns of it that mean nothing here.
struct JudgedFile {
    rows: Vec<Judged>,
    ignored: Vec<String>,
}

fn judge(
    conn: &ReadConn<'_>,
    table: &RecordTable,
    file: &RawTable,
    territory: Territory,
) -> Result<Result<JudgedFile, ApiError>, StoreError> {
    let columns: Vec<Option<&str>> = file
        .headings
        .iter()
        .map(|heading| {
            let column = table.column_called(heading)?;
            Some(column.name.as_str())
        })
        .collect();
    if columns.iter().all(Option::is_none) {
        return Ok(Err(no_column(table)));
    }
    let mut earlier: HashMap<String, u32> = HashMap::new();
    let mut rows = Vec::with_capacity(file.rows.len());
    for raw in &file.rows {
        let cells = columns.iter().zip(&raw.cells);
        let cells: Row = cells
            .filter_map(|(column, cell)| Some(((*column)?, cell)))
            .filter(|(_, cell)| !cell.is_empty())
            .map(|(column, cell)| (column.to_owned(), BotValue::from(cell.as_str())))
            .collect();
        let read = match &raw.problem {
            Some(problem) => Err(problem.0.clone()),
            None if raw.cells.iter().any(|cell| cell.contains('\u{fffd}')) => {
                Err("Some characters cannot be read; save the file as UTF-8.".to_owned())
            }
            None => table
                .read(&cells, Some(territory))
                .map_err(|refusal| words::sentence(&refusal)),
        };
        let mut shown = ImportRow {
            line: raw.line,
            verdict: ImportVerdict::Broken,
            name: name_of(table, &cells),
            fields: Vec::new(),
            reason: String::new(),
            warnings: Vec::new(),
        };
        let values = match read {
            Ok(values) => against_known(conn, table, values, &mut earlier, &mut shown)?,
            Err(reason) => {
                shown.reason = reason;
                None
            }
        };
        rows.push(Judged { shown, values });
    }
    let ignored = file.headings.iter().zip(&columns);
    Ok(Ok(JudgedFile {
        rows,
        ignored: ignored
            .filter(|(heading, column)| column.is_none() && !heading.is_empty())
            .map(|(heading, _)| heading.clone())
            .collect(),
    }))
}

/// What a readable row means for the table as it is; answers what to write.
fn against_known(
    conn: &ReadConn<'_>,
    table: &RecordTable,
    values: Row,
    earlier: &mut HashMap<String, u32>,
    shown: &mut ImportRow,
) -> Result<Option<Row>, StoreError> {
    if values.is_empty() {
        shown.reason = words::sentence(&RowRefusal::Empty);
        return Ok(None);
    }
    let Some(column) = table.key_column() else {
        shown.verdict = ImportVerdict::New;
        return Ok(Some(values));
    };
    let Some(key) = table.key_of(&values) else {
        let label = column.label.clone();
        shown.reason = words::sentence(&RowRefusal::NoKey { label });
        return Ok(None);
    };
    if let Some(line) = earlier.insert(key.clone(), shown.line) {
        shown.verdict = ImportVerdict::Duplicate;
        shown.reason = format!("The same “{}” is on line {line}.", column.label);
        return Ok(None);
    }
    let Some(known) = conn.find_row_by_key(&table.name, &key)? else {
        shown.verdict = ImportVerdict::New;
        return Ok(Some(values));
    };
    shown.fields = table
        .columns
        .iter()
        .filter(|column| {
            let is = values.get(&column.name);
            is.is_some_and(|is| known.values.get(&column.name) != Some(is))
        })
        .map(|column| column.label.clone())
        .collect();
    if shown.fields.is_empty() {
        shown.verdict = ImportVerdict::Same;
        return Ok(None);
    }
    shown.verdict = ImportVerdict::Changed;
    Ok(Some(values))
}

/// What a person calls a row: its key, else the first thing it holds.
fn name_of(table: &RecordTable, cells: &Row) -> String {
    let first = table.columns.iter().map(|column| &column.name);
    table
        .key
        .iter()
        .chain(first)
        .find_map(|name| cells.get(name).filter(|value| folded(value).is_some()))
        .map_or_else(String::new, BotValue::to_text)
}

fn no_column(table: &RecordTable) -> ApiError {
    let labels: Vec<_> = table.columns.iter().map(|it| it.label.as_str()).collect();
    ApiError::new(
        ErrorCode::InvalidInput,
        "None of the columns of this table are named there.",
        format!("These names are looked for: {}.", labels.join(", ")),
    )
}

fn count(rows: &[Judged], verdict: ImportVerdict) -> u32 {
    let found = rows
        .iter()
        .filter(|row| row.shown.verdict == verdict)
        .count();
    u32::try_from(found).unwrap_or(u32::MAX)
}

fn report(file: JudgedFile, format: &str, encoding: &str) -> ImportReport {
    let of = |verdict| count(&file.rows, verdict);
    ImportReport {
        format: format.to_owned(),
        encoding: encoding.to_owned(),
        ignored_columns: file.ignored,
        new: of(ImportVerdict::New),
        changed: of(ImportVerdict::Changed),
        same: of(ImportVerdict::Same),
        duplicate: of(ImportVerdict::Duplicate),
        broken: of(ImportVerdict::Broken),
        rows: file.rows.into_iter().map(|row| row.shown).collect(),
        applied: false,
        undo: None,
        looked: None,
    }
}

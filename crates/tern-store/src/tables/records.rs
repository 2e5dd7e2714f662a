//! Tables that a team defines and their rows: listing them, and looking rows up.
//!
//! Every single value of a row is also a cell, folded, so that a look-up is a read of an index whatever the
//! shape of the table.

use rusqlite::{OptionalExtension as _, Row as SqlRow, params};
use tern_domain::UtcMillis;
use tern_domain::topic::{MOST_ROWS, RecordQuery, RecordTable, Row, StoredRow, folded};

use super::values::{cut_page, from_json, page_size};
use crate::error::{During as _, StoreError};
use crate::tx::ReadConn;

pub(crate) const TABLES: &str = "SELECT document FROM record_tables ORDER BY place, record_table";

pub(crate) const BY_CELL: &str = "
    SELECT record_rows.record_row_id, record_rows.document
    FROM record_cells JOIN record_rows ON record_rows.record_row_id = record_cells.record_row_id
    WHERE record_cells.record_table = ?1 AND record_cells.column_name = ?2 AND record_cells.value = ?3
    ORDER BY record_cells.record_row_id";

pub(crate) const CELLS_LIKE: &str = "
    SELECT count(*) FROM (
        SELECT 1 FROM record_cells WHERE record_table = ?1 AND column_name = ?2 AND value = ?3 LIMIT 200)";

pub(crate) const PAGE: &str = "
    SELECT record_row_id, document, changed_at, changed_by FROM record_rows
    WHERE record_table = ?1 AND record_row_id > ?2
        AND (?3 = '' OR EXISTS (
            SELECT 1 FROM record_cells
            WHERE record_cells.record_row_id = record_rows.record_row_id AND instr(record_cells.value, ?3) > 0))
    ORDER BY record_row_id LIMIT ?4";

pub(crate) const COUNT: &str = "SELECT count(*) FROM record_rows WHERE record_table = ?1";

pub(crate) const BY_KEY: &str = "
    SELECT record_row_id, document, changed_at, changed_by FROM record_rows
    WHERE record_table = ?1 AND row_key = ?2";

/// A row with its history, for whoever looks at the table.
#[derive(Debug, Clone, PartialEq)]
pub struct RecordRow {
    /// Tells it apart; later rows have greater ones.
    pub id: i64,
    /// What it holds.
    pub values: Row,
    /// When it was last written.
    pub changed_at: UtcMillis,
    /// The topic that wrote it last; empty = a person.
    pub changed_by: String,
}

/// One page of a table.
#[derive(Debug, Clone, PartialEq)]
pub struct RecordPage {
    /// Its rows, in the order of the table.
    pub rows: Vec<RecordRow>,
    /// Ask for the rows after this one next.
    pub next: Option<i64>,
}

fn stored_row(row: &SqlRow<'_>) -> Result<(i64, Row), rusqlite::Error> {
    let values = from_json("record_rows.document", row.get_ref(1)?.as_str()?)?;
    Ok((row.get(0)?, values))
}

fn record_row(row: &SqlRow<'_>) -> Result<RecordRow, rusqlite::Error> {
    let (id, values) = stored_row(row)?;
    Ok(RecordRow {
        id,
        values,
        changed_at: UtcMillis(row.get(2)?),
        changed_by: row.get(3)?,
    })
}

impl ReadConn<'_> {
    /// All tables, in their order.
    ///
    /// # Errors
    /// [`StoreError`] when the file cannot be read.
    pub fn list_record_tables(&self) -> Result<Vec<RecordTable>, StoreError> {
        const OPERATION: &str = "list tables";
        self.prepare(TABLES, OPERATION)?
            .query_map((), |row| {
                from_json("record_tables.document", row.get_ref(0)?.as_str()?)
            })
            .and_then(Iterator::collect)
            .during(OPERATION)
    }

    /// One table.
    ///
    /// # Errors
    /// [`StoreError`] when the file cannot be read.
    pub fn find_record_table(&self, name: &str) -> Result<Option<RecordTable>, StoreError> {
        const OPERATION: &str = "read a table";
        self.prepare(
            "SELECT document FROM record_tables WHERE record_table = ?1",
            OPERATION,
        )?
        .query_row([name], |row| {
            from_json("record_tables.document", row.get_ref(0)?.as_str()?)
        })
        .optional()
        .during(OPERATION)
    }

    /// The rows that a topic asks for, in the order of the table; none for a table or column that is gone, and
    /// none for a value that is empty: nothing equals nothing.
    ///
    /// # Errors
    /// [`StoreError`] when the file cannot be read.
    pub fn find_rows(&self, query: &RecordQuery) -> Result<Vec<StoredRow>, StoreError> {
        const OPERATION: &str = "look up rows";
        let most = usize::try_from(query.limit.min(MOST_ROWS)).unwrap_or_default();
        let Some(table) = self.find_record_table(&query.table)? else {
            return Ok(Vec::new());
        };
        let wanted: Option<Vec<(&str, String)>> = query
            .matching
            .iter()
            .map(|(column, value)| Some((column.as_str(), table.folded(column, value)?)))
            .collect();
        let Some(wanted) = wanted else {
            return Ok(Vec::new());
        };
        let as_stored = |(id, values): (i64, Row)| StoredRow {
            id: id.to_string(),
            values,
        };
        let Some((column, value)) = self.most_telling(&query.table, &wanted)? else {
            let page = self.list_rows(&query.table, "", 0, query.limit.min(MOST_ROWS))?;
            let rows = page.rows.into_iter().map(|row| (row.id, row.values));
            return Ok(rows.take(most).map(as_stored).collect());
        };
        let fits = |row: &Row| {
            wanted
                .iter()
                .all(|(column, value)| row.get(*column).and_then(folded).as_ref() == Some(value))
        };
        let mut statement = self.prepare(BY_CELL, OPERATION)?;
        let mut found = Vec::new();
        let rows = statement
            .query_map([query.table.as_str(), column, value], stored_row)
            .during(OPERATION)?;
        for row in rows {
            if found.len() >= most {
                break;
            }
            let row = row.during(OPERATION)?;
            if fits(&row.1) {
                found.push(as_stored(row));
            }
        }
        Ok(found)
    }

    /// The condition that the fewest rows fulfil: the others are checked row by row.
    fn most_telling<'w>(
        &self,
        table: &str,
        wanted: &'w [(&'w str, String)],
    ) -> Result<Option<(&'w str, &'w str)>, StoreError> {
        const OPERATION: &str = "look up rows";
        let mut best: Option<(u32, (&str, &str))> = None;
        for (column, value) in wanted {
            let rows: u32 = match wanted {
                [_] => 0,
                _ => self
                    .prepare(CELLS_LIKE, OPERATION)?
                    .query_row([table, column, value], |row| row.get(0))
                    .during(OPERATION)?,
            };
            if best.is_none_or(|(least, _)| rows < least) {
                best = Some((rows, (column, value)));
            }
        }
        Ok(best.map(|(_, condition)| condition))
    }

    /// A page of a table: rows after `after`, in which any value contains `search`, without case.
    ///
    /// # Errors
    /// [`StoreError`] when the file cannot be read.
    pub fn list_rows(
        &self,
        table: &str,
        search: &str,
        after: i64,
        limit: u32,
    ) -> Result<RecordPage, StoreError> {
        const OPERATION: &str = "list rows";
        let size = page_size(limit);
        let search = search.trim().to_lowercase();
        let mut rows = self
            .prepare(PAGE, OPERATION)?
            .query_map(params![table, after, search, size + 1], record_row)
            .and_then(Iterator::collect::<Result<Vec<_>, _>>)
            .during(OPERATION)?;
        let has_more = cut_page(&mut rows, size);
        let next = rows.last().filter(|_| has_more).map(|row| row.id);
        Ok(RecordPage { rows, next })
    }

    /// How many rows a table has.
    ///
    /// # Errors
    /// [`StoreError`] when the file cannot be read.
    pub fn count_rows(&self, table: &str) -> Result<u32, StoreError> {
        const OPERATION: &str = "count rows";
        self.prepare(COUNT, OPERATION)?
            .query_row([table], |row| row.get(0))
            .during(OPERATION)
    }

    /// A row by its id.
    ///
    /// # Errors
    /// [`StoreError`] when the file cannot be read.
    pub fn find_row(&self, table: &str, id: i64) -> Result<Option<RecordRow>, StoreError> {
        const OPERATION: &str = "read a row";
        self.prepare(
            "SELECT record_row_id, document, changed_at, changed_by FROM record_rows
             WHERE record_row_id = ?2 AND record_table = ?1",
            OPERATION,
        )?
        .query_row(params![table, id], record_row)
        .optional()
        .during(OPERATION)
    }

    /// A row by what tells it apart, folded.
    ///
    /// # Errors
    /// [`StoreError`] when the file cannot be read.
    pub fn find_row_by_key(&self, table: &str, key: &str) -> Result<Option<RecordRow>, StoreError> {
        const OPERATION: &str = "read a row by its key";
        self.prepare(BY_KEY, OPERATION)?
            .query_row([table, key], record_row)
            .optional()
            .during(OPERATION)
    }
}

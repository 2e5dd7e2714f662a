//! Writing tables and rows.
//!
//! Whether a value fits its column is the rules' answer; it is asked here because a topic writes rows inside
//! the transaction of its turn, and what tells rows apart can only be told with the table at hand.

use rusqlite::{OptionalExtension as _, params};
use tern_domain::topic::{
    BotValue, ColumnKind, MOST_TABLE_ROWS, RecordTable, RecordWrite, Row, RowRefusal, StoredRow,
    folded,
};
use tern_domain::{PersonId, UtcMillis};

use super::records::RecordRow;
use super::values::to_json;
use crate::error::{During as _, StoreError};
use crate::tx::WriteTx;

/// What a write did to one row, for the way back.
#[derive(Debug, Clone, PartialEq)]
pub struct RowChange {
    /// As it was; `None` if it is new.
    pub before: Option<RecordRow>,
    /// As it is; `None` if it is gone.
    pub after: Option<RecordRow>,
}

/// A row that is to be written, in a table that was read already.
struct Wanted<'w> {
    table: &'w RecordTable,
    row: Option<&'w str>,
    values: &'w Row,
    by: &'w str,
    /// In whose conversation it is written.
    originator: Option<PersonId>,
    now: UtcMillis,
}

impl WriteTx<'_> {
    /// Keeps a table: a new one behind the others, a known one in its place. The cells of its rows follow its
    /// columns, and what tells them apart its key.
    ///
    /// # Errors
    /// [`RowRefusal::KeyTaken`] or [`RowRefusal::NoKey`] in the answer if the new key does not tell the rows
    /// apart: nothing of the transaction may be kept then.
    pub fn put_record_table(
        &mut self,
        table: &RecordTable,
    ) -> Result<Result<(), RowRefusal>, StoreError> {
        const OPERATION: &str = "keep a table";
        let before = self.find_record_table(&table.name)?;
        self.prepare(
            "INSERT INTO record_tables (record_table, place, document)
             SELECT ?1, coalesce(max(place), 0) + 1, ?2 FROM record_tables WHERE true
             ON CONFLICT (record_table) DO UPDATE SET document = excluded.document",
            OPERATION,
        )?
        .execute(params![table.name, to_json("a table", table)?])
        .during(OPERATION)?;
        let rows_stay = before.is_none_or(|it| it.columns == table.columns && it.key == table.key);
        if rows_stay {
            return Ok(Ok(()));
        }
        self.prepare(
            "UPDATE record_rows SET row_key = NULL WHERE record_table = ?1",
            OPERATION,
        )?
        .execute([&table.name])
        .during(OPERATION)?;
        let mut after = 0;
        loop {
            let page = self.list_rows(&table.name, "", after, u32::MAX)?;
            for row in page.rows {
                if let Err(refusal) = self.restore_in(table, &row)? {
                    return Ok(Err(refusal));
                }
            }
            match page.next {
                Some(next) => after = next,
                None => return Ok(Ok(())),
            }
        }
    }

    /// Puts tables into this order. Those that are not named stay where they are.
    ///
    /// # Errors
    /// [`StoreError`] when the file cannot be written.
    pub fn order_record_tables(&mut self, names: &[&str]) -> Result<(), StoreError> {
        const OPERATION: &str = "order tables";
        for (place, name) in (1_i64..).zip(names) {
            self.prepare(
                "UPDATE record_tables SET place = ?2 WHERE record_table = ?1",
                OPERATION,
            )?
            .execute(params![name, place])
            .during(OPERATION)?;
        }
        Ok(())
    }

    /// Deletes a table with its rows. Deleting what is not there succeeds.
    ///
    /// # Errors
    /// [`StoreError`] when the file cannot be written.
    pub fn delete_record_table(&mut self, name: &str) -> Result<(), StoreError> {
        const OPERATION: &str = "delete a table";
        self.prepare(
            "DELETE FROM record_tables WHERE record_table = ?1",
            OPERATION,
        )?
        .execute([name])
        .during(OPERATION)?;
        Ok(())
    }

    /// Changes the row that is named, or the one of the same key, or adds one. Columns that are not named keep
    /// what they hold. A row that a topic adds without what tells it apart gets its number. `originator` is the person
    /// in whose conversation the topic runs, for the notifications that the change sends.
    ///
    /// # Errors
    /// [`RowRefusal`] in the answer if it cannot be stored; nothing was written then.
    pub fn write_row(
        &mut self,
        write: &RecordWrite,
        originator: Option<PersonId>,
        now: UtcMillis,
    ) -> Result<Result<StoredRow, RowRefusal>, StoreError> {
        let Some(table) = self.find_record_table(&write.table)? else {
            return Ok(Err(RowRefusal::NoTable));
        };
        let changed = self.write_telling(&Wanted {
            table: &table,
            row: write.row.as_deref(),
            values: &write.values,
            by: &write.topic,
            originator,
            now,
        })?;
        Ok(changed.map(|(_, row)| StoredRow {
            id: row.id.to_string(),
            values: row.values,
        }))
    }

    /// The same for a person, with the way back. Whether the table has room is the caller's to ask, once for
    /// however many rows.
    ///
    /// # Errors
    /// [`RowRefusal`] in the answer if it cannot be stored; nothing was written then.
    pub fn write_row_by_hand(
        &mut self,
        table: &RecordTable,
        row: Option<&str>,
        values: &Row,
        now: UtcMillis,
    ) -> Result<Result<RowChange, RowRefusal>, StoreError> {
        let changed = self.write_telling(&Wanted {
            table,
            row,
            values,
            by: "",
            originator: None,
            now,
        })?;
        Ok(changed.map(|(before, row)| RowChange {
            before,
            after: Some(row),
        }))
    }

    /// Puts a row back as it was, in its place.
    ///
    /// # Errors
    /// [`RowRefusal`] in the answer if its table is gone or another row has its key.
    pub fn restore_row(
        &mut self,
        table: &str,
        row: &RecordRow,
    ) -> Result<Result<(), RowRefusal>, StoreError> {
        match self.find_record_table(table)? {
            Some(table) => self.restore_in(&table, row),
            None => Ok(Err(RowRefusal::NoTable)),
        }
    }

    /// Deletes a row. Deleting what is not there succeeds.
    ///
    /// # Errors
    /// [`StoreError`] when the file cannot be written.
    pub fn delete_row(&mut self, table: &str, id: i64) -> Result<(), StoreError> {
        const OPERATION: &str = "delete a row";
        self.prepare(
            "DELETE FROM record_rows WHERE record_row_id = ?2 AND record_table = ?1",
            OPERATION,
        )?
        .execute(params![table, id])
        .during(OPERATION)?;
        Ok(())
    }

    fn write_telling(
        &mut self,
        wanted: &Wanted<'_>,
    ) -> Result<Result<(Option<RecordRow>, RecordRow), RowRefusal>, StoreError> {
        let table = wanted.table;
        let read = match table.read(wanted.values, None) {
            Ok(read) => read,
            Err(refusal) => return Ok(Err(refusal)),
        };
        let before = match wanted.row {
            None => match table.key_of(&read) {
                Some(key) => self.find_row_by_key(&table.name, &key)?,
                None => None,
            },
            Some(id) => {
                let id = id.parse().unwrap_or_default();
                match self.find_row(&table.name, id)? {
                    None => return Ok(Err(RowRefusal::Gone)),
                    known => known,
                }
            }
        };
        let (id, mut values) = match &before {
            Some(row) => (row.id, row.values.clone()),
            None if !wanted.by.is_empty() && self.is_full(&table.name)? => {
                return Ok(Err(RowRefusal::Full));
            }
            None => (self.next_row_id()?, Row::new()),
        };
        values.extend(read);
        values.retain(|_, value| !value.is_empty());
        if let Some(key) = table.key_column()
            && !wanted.by.is_empty()
            && !values.contains_key(&key.name)
            && matches!(key.kind, ColumnKind::Text | ColumnKind::Number)
        {
            values.insert(key.name.clone(), numbered(key.kind, id));
        }
        if values.is_empty() {
            return Ok(Err(RowRefusal::Empty));
        }
        let row = RecordRow {
            id,
            values,
            changed_at: wanted.now,
            changed_by: wanted.by.to_owned(),
        };
        if let Err(refusal) = self.put_row(table, &row)? {
            return Ok(Err(refusal));
        }
        self.notify_of_row(table, before.as_ref(), &row, wanted.originator)?;
        Ok(Ok((before, row)))
    }

    /// Puts back what of a row its table can still hold.
    fn restore_in(
        &mut self,
        table: &RecordTable,
        row: &RecordRow,
    ) -> Result<Result<(), RowRefusal>, StoreError> {
        let values = row.values.iter().filter_map(|(name, value)| {
            let read = table.column(name)?.read(value, None).ok()?;
            (!read.is_empty()).then(|| (name.clone(), read))
        });
        let row = RecordRow {
            values: values.collect(),
            ..row.clone()
        };
        self.put_row(table, &row)
    }

    /// Ids only grow, so a table's room is counted from its place in them and only then row by row.
    fn is_full(&self, table: &str) -> Result<bool, StoreError> {
        const OPERATION: &str = "count rows";
        if self.next_row_id()? <= i64::from(MOST_TABLE_ROWS) {
            return Ok(false);
        }
        let last: Option<i64> = self
            .prepare(
                "SELECT record_row_id FROM record_rows WHERE record_table = ?1
                 ORDER BY record_row_id LIMIT 1 OFFSET ?2",
                OPERATION,
            )?
            .query_row(params![table, MOST_TABLE_ROWS - 1], |row| row.get(0))
            .optional()
            .during(OPERATION)?;
        Ok(last.is_some())
    }

    fn next_row_id(&self) -> Result<i64, StoreError> {
        const OPERATION: &str = "number a row";
        self.prepare(
            "SELECT coalesce(max(seq), 0) + 1 FROM sqlite_sequence WHERE name = 'record_rows'",
            OPERATION,
        )?
        .query_row((), |row| row.get(0))
        .during(OPERATION)
    }

    /// Writes a row and its cells. What tells rows apart has to be there, and no other row may have it.
    fn put_row(
        &mut self,
        table: &RecordTable,
        row: &RecordRow,
    ) -> Result<Result<(), RowRefusal>, StoreError> {
        const OPERATION: &str = "write a row";
        let key = table.key_of(&row.values);
        if let Some(column) = table.key_column() {
            let label = column.label.clone();
            let Some(key) = &key else {
                return Ok(Err(RowRefusal::NoKey { label }));
            };
            let other = self.find_row_by_key(&table.name, key)?;
            if other.is_some_and(|other| other.id != row.id) {
                return Ok(Err(RowRefusal::KeyTaken { label }));
            }
        }
        self.prepare(
            "INSERT INTO record_rows (record_row_id, record_table, row_key, changed_at, changed_by, document)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6)
             ON CONFLICT (record_row_id) DO UPDATE SET row_key = excluded.row_key,
                 changed_at = excluded.changed_at, changed_by = excluded.changed_by, document = excluded.document",
            OPERATION,
        )?
        .execute(params![
            row.id,
            table.name,
            key,
            row.changed_at.0,
            row.changed_by,
            to_json("a row", &row.values)?,
        ])
        .during(OPERATION)?;
        self.prepare(
            "DELETE FROM record_cells WHERE record_row_id = ?1",
            OPERATION,
        )?
        .execute([row.id])
        .during(OPERATION)?;
        let mut add = self.prepare(
            "INSERT INTO record_cells (record_table, column_name, value, record_row_id) VALUES (?1, ?2, ?3, ?4)",
            OPERATION,
        )?;
        for (column, value) in &row.values {
            if let Some(value) = folded(value) {
                add.execute(params![table.name, column, value, row.id])
                    .during(OPERATION)?;
            }
        }
        Ok(Ok(()))
    }
}

fn numbered(kind: ColumnKind, id: i64) -> BotValue {
    match kind {
        ColumnKind::Number => id.into(),
        _ => id.to_string().into(),
    }
}

//! Tables that a team defines: the list, defining one, deleting one, and the way back.

use tern_domain::topic::{
    MOST_TABLES, RecordColumn, RecordTable, TableRefusal, TopicShelf, Unknown,
};
use tern_store::{ReadConn, RecordRow, StoreError, WriteTx};

use super::rows::keep;
use super::team::Outcome;
use super::topics::{Topics, read_topics, table_names};
use crate::app::App;
use crate::dto::{RecordTableRef, RecordTableView, SaveRecordTable, TablesChanged};
use crate::error::{ApiError, ErrorCode};
use crate::undo::{TableStep, UndoStep};
use crate::view::topic as view;
use crate::words;

impl App {
    /// All tables, in their order.
    ///
    /// # Errors
    /// [`ErrorCode::Storage`] when the file cannot be read.
    pub async fn list_record_tables(&self) -> Result<Vec<RecordTableView>, ApiError> {
        let desk = self.desk()?;
        desk.store
            .read(|conn| table_views(conn, &read_topics(conn)?))
            .await
            .map_err(|error| words::store(&error))
    }

    /// Adds a table, or changes one. What its columns can no longer hold is lost, and can be taken back.
    ///
    /// # Errors
    /// [`ErrorCode::InvalidInput`] naming what has to change, [`ErrorCode::NotAllowed`] if a published topic
    /// would stop working.
    pub async fn save_record_table(
        &self,
        request: SaveRecordTable,
    ) -> Result<TablesChanged, ApiError> {
        let desk = self.desk()?;
        let step = self
            .change_topics(move |_, tx| {
                let topics = read_topics(tx)?;
                let before = tx.find_record_table(&request.name)?;
                if request.is_new && before.is_some() {
                    let name = request.name.clone();
                    return Ok(Err(words::invalid(&TableRefusal::SameTable { name })));
                }
                if request.is_new && topics.shelf.tables.len() >= MOST_TABLES {
                    return Ok(Err(words::invalid(&TableRefusal::TooManyTables)));
                }
                if !request.is_new && before.is_none() {
                    return Ok(Err(words::gone("table")));
                }
                let table = from_request(request, before.as_ref());
                put_checked(tx, &topics, before, table)
            })
            .await?;
        Ok(TablesChanged {
            tables: self.list_record_tables().await?,
            undo: step.map(|step| keep(&desk, step)),
        })
    }

    /// Deletes a table with its rows.
    ///
    /// # Errors
    /// [`ErrorCode::NotAllowed`] while a published topic uses it.
    pub async fn delete_record_table(
        &self,
        request: RecordTableRef,
    ) -> Result<TablesChanged, ApiError> {
        let desk = self.desk()?;
        let step = self
            .change_topics(move |_, tx| {
                let topics = read_topics(tx)?;
                let Some(table) = tx.find_record_table(&request.name)? else {
                    return Ok(Err(words::gone("table")));
                };
                let mut after = topics.shelf.clone();
                after.tables.remove(&table.name);
                if let Err(refusal) = topics.shelf.check_change(&after) {
                    return Ok(Err(words::not_allowed(&refusal)));
                }
                let rows = all_rows(tx, &table.name)?;
                tx.delete_record_table(&table.name)?;
                Ok(Ok(UndoStep::Table(Box::new(TableStep {
                    before: Some((table, rows)),
                    after: None,
                }))))
            })
            .await?;
        Ok(TablesChanged {
            tables: self.list_record_tables().await?,
            undo: Some(keep(&desk, step)),
        })
    }

    /// Takes back what became of a table.
    pub(super) async fn take_table_back(&self, step: TableStep) -> Result<(), ApiError> {
        self.change_topics(move |_, tx| take_back(tx, step)).await
    }
}

/// All tables with how many rows they have and who uses them.
pub(super) fn table_views(
    conn: &ReadConn<'_>,
    topics: &Topics,
) -> Result<Vec<RecordTableView>, StoreError> {
    conn.list_record_tables()?
        .into_iter()
        .map(|table| {
            let shelf = &topics.shelf;
            let mut used_by: Vec<_> = shelf
                .drafts
                .values()
                .chain(shelf.published.values())
                .filter(|file| table_names(file).contains(&table.name.as_str()))
                .map(|file| file.display_name.clone())
                .collect();
            used_by.sort();
            used_by.dedup();
            Ok(RecordTableView {
                rows: conn.count_rows(&table.name)?,
                columns: table.columns.iter().map(view::column).collect(),
                name: table.name,
                display_name: table.display_name,
                key: table.key,
                source: table.source.map(view::source),
                used_by,
            })
        })
        .collect()
}

/// What another version wrote stays where it was.
fn from_request(request: SaveRecordTable, before: Option<&RecordTable>) -> RecordTable {
    RecordTable {
        name: request.name,
        display_name: request.display_name.trim().to_owned(),
        columns: request
            .columns
            .into_iter()
            .map(|column| RecordColumn {
                kind: view::column_kind(column.kind),
                label: column.label.trim().to_owned(),
                unknown: before
                    .and_then(|table| table.column(&column.name))
                    .map_or_else(Unknown::new, |known| known.unknown.clone()),
                name: column.name,
            })
            .collect(),
        key: request.key.filter(|key| !key.is_empty()),
        source: before.and_then(|table| table.source.clone()),
        unknown: before.map_or_else(Unknown::new, |table| table.unknown.clone()),
    }
}

fn put_checked(
    tx: &mut WriteTx<'_>,
    topics: &Topics,
    before: Option<RecordTable>,
    table: RecordTable,
) -> Result<Outcome<Option<UndoStep>>, StoreError> {
    if before.as_ref() == Some(&table) {
        return Ok(Ok(None));
    }
    let others: Vec<_> = topics.shelf.tables.values().cloned().collect();
    if let Err(refusal) = table.check(&others) {
        return Ok(Err(words::invalid(&refusal)));
    }
    let mut after: TopicShelf = topics.shelf.clone();
    after.tables.insert(table.name.clone(), table.clone());
    if let Err(refusal) = topics.shelf.check_change(&after) {
        return Ok(Err(words::not_allowed(&refusal)));
    }
    let rows = all_rows(tx, &table.name)?;
    if let Err(refusal) = tx.put_record_table(&table)? {
        let label = table.key_column().map(|column| column.label.clone());
        return Ok(Err(words::invalid(&TableRefusal::NotUnique {
            label: label.unwrap_or_default(),
            words: refusal.to_string(),
        })));
    }
    Ok(Ok(Some(UndoStep::Table(Box::new(TableStep {
        before: before.map(|before| (before, rows)),
        after: Some(table),
    })))))
}

fn all_rows(conn: &ReadConn<'_>, table: &str) -> Result<Vec<RecordRow>, StoreError> {
    let (mut rows, mut after) = (Vec::new(), 0);
    loop {
        let page = conn.list_rows(table, "", after, u32::MAX)?;
        rows.extend(page.rows);
        match page.next {
            Some(next) => after = next,
            None => return Ok(rows),
        }
    }
}

fn take_back(tx: &mut WriteTx<'_>, step: TableStep) -> Result<Outcome<()>, StoreError> {
    let named = step.after.as_ref().or(step.before.as_ref().map(|it| &it.0));
    let Some(name) = named.map(|table| table.name.clone()) else {
        return Ok(Ok(()));
    };
    if tx.find_record_table(&name)? != step.after {
        return Ok(Err(changed_since()));
    }
    let topics = read_topics(tx)?;
    let mut shelf = topics.shelf.clone();
    match &step.before {
        Some((before, _)) => shelf.tables.insert(name.clone(), before.clone()),
        None => shelf.tables.remove(&name),
    };
    if let Err(refusal) = topics.shelf.check_change(&shelf) {
        return Ok(Err(words::not_allowed(&refusal)));
    }
    let Some((before, rows)) = step.before else {
        if tx.count_rows(&name)? > 0 {
            return Ok(Err(changed_since()));
        }
        tx.delete_record_table(&name)?;
        return Ok(Ok(()));
    };
    let was_deleted = step.after.is_none();
    if let Err(refusal) = tx.put_record_table(&before)? {
        return Ok(Err(words::not_allowed(&refusal)));
    }
    for mut row in rows {
        match tx.find_row(&name, row.id)? {
            // What was written since counts; what its columns could not hold comes back.
            Some(now) => row.values.extend(now.values),
            None if was_deleted => {}
            None => continue,
        }
        if let Err(refusal) = tx.restore_row(&name, &row)? {
            return Ok(Err(words::not_allowed(&refusal)));
        }
    }
    Ok(Ok(()))
}

fn changed_since() -> ApiError {
    ApiError::new(
        ErrorCode::NotAllowed,
        "This table was changed again in the meantime.",
        "Nothing was taken back. Change by hand what should be as it was.",
    )
}

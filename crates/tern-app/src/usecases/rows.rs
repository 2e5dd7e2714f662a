//! Rows of tables: pages, one row at a time, and the way back.

use tern_domain::IdSource as _;
use tern_domain::topic::{BotValue, MOST_TABLE_ROWS, RecordTable, Row, RowRefusal};
use tern_engine::EdgeIds;
use tern_store::{ReadConn, RowChange, StoreError, WriteTx};

use super::team::Outcome;
use crate::app::App;
use crate::dto::{CardText, ListRows, RowAsCard, RowChanged, RowPage, RowRef, SaveRow};
use crate::error::{ApiError, ErrorCode};
use crate::line::Desk;
use crate::undo::{RowsStep, UndoStep};
use crate::view::topic as view;
use crate::words;

/// Most rows of one page.
const LARGEST_PAGE: u32 = 200;

impl App {
    /// One page of a table.
    ///
    /// # Errors
    /// [`ErrorCode::NotFound`] if the table is gone.
    pub async fn list_rows(&self, request: ListRows) -> Result<RowPage, ApiError> {
        let desk = self.desk()?;
        let limit = request.limit.clamp(1, LARGEST_PAGE);
        desk.store
            .read(move |conn| {
                let table = load_table(conn, &request.table)?;
                let after = request.after.unwrap_or_default();
                let page = conn.list_rows(&table.name, &request.search, after, limit)?;
                Ok(RowPage {
                    rows: page.rows.iter().map(|row| view::row(&table, row)).collect(),
                    next: page.next,
                    total: conn.count_rows(&table.name)?,
                })
            })
            .await
            .map_err(|error| words::store(&error))
    }

    /// Adds a row, or changes one.
    ///
    /// # Errors
    /// [`ErrorCode::InvalidInput`] naming the column that does not fit.
    pub async fn save_row(&self, request: SaveRow) -> Result<RowChanged, ApiError> {
        let desk = self.desk()?;
        let territory = self.default_territory(&desk).await?;
        let (row, change) = self
            .change_topics(move |desk, tx| {
                let table = load_table(tx, &request.table)?;
                let cells: Row = request
                    .cells
                    .into_iter()
                    .map(|(name, text)| (name, BotValue::from(text)))
                    .collect();
                let values = match table.read(&cells, Some(territory)) {
                    Ok(values) => values,
                    Err(refusal) => return Ok(Err(words::invalid(&refusal))),
                };
                if request.id.is_none()
                    && let Err(refusal) = is_new(tx, &table, &values)?
                {
                    return Ok(Err(words::invalid(&refusal)));
                }
                let id = request.id.as_deref();
                let written = tx.write_row_by_hand(&table, id, &values, desk.now())?;
                Ok(written
                    .map(|change| {
                        let row = change.after.as_ref().map(|row| view::row(&table, row));
                        (row, step(&table, vec![change]))
                    })
                    .map_err(|refusal| words::invalid(&refusal)))
            })
            .await?;
        Ok(RowChanged {
            row,
            undo: keep(&desk, change),
        })
    }

    /// A row as the text that an agent sends (V-11): what tells it apart first, then the chosen columns.
    ///
    /// # Errors
    /// [`ErrorCode::NotFound`] if the row or its table is gone.
    pub async fn row_as_card(&self, request: RowAsCard) -> Result<CardText, ApiError> {
        let desk = self.desk()?;
        let id = request.id.parse().unwrap_or_default();
        let found = desk
            .store
            .read(move |conn| {
                let table = load_table(conn, &request.table)?;
                let row = conn.find_row(&table.name, id)?;
                Ok(row.map(|row| table.card(&row.values, &request.columns)))
            })
            .await
            .map_err(|error| words::store(&error))?;
        found
            .map(|text| CardText { text })
            .ok_or_else(|| words::gone("row"))
    }

    /// Deletes a row.
    ///
    /// # Errors
    /// [`ErrorCode::NotFound`] if it is gone already.
    pub async fn delete_row(&self, request: RowRef) -> Result<RowChanged, ApiError> {
        let desk = self.desk()?;
        let change = self
            .change_topics(move |_, tx| {
                let table = load_table(tx, &request.table)?;
                let id = request.id.parse().unwrap_or_default();
                let Some(before) = tx.find_row(&table.name, id)? else {
                    return Ok(Err(words::gone("row")));
                };
                tx.delete_row(&table.name, id)?;
                let gone = RowChange {
                    before: Some(before),
                    after: None,
                };
                Ok(Ok(step(&table, vec![gone])))
            })
            .await?;
        Ok(RowChanged {
            row: None,
            undo: keep(&desk, change),
        })
    }

    /// Takes back what became of rows, all of it or nothing.
    pub(super) async fn take_rows_back(&self, step: RowsStep) -> Result<(), ApiError> {
        self.change_topics(move |_, tx| take_back(tx, &step)).await
    }
}

/// A table that has to be there.
pub(super) fn load_table(conn: &ReadConn<'_>, name: &str) -> Result<RecordTable, StoreError> {
    conn.find_record_table(name)?
        .ok_or(StoreError::NotFound { what: "table" })
}

/// A row that a person adds must not silently be one that is there, and the table needs room.
fn is_new(
    conn: &ReadConn<'_>,
    table: &RecordTable,
    values: &Row,
) -> Result<Result<(), RowRefusal>, StoreError> {
    if conn.count_rows(&table.name)? >= MOST_TABLE_ROWS {
        return Ok(Err(RowRefusal::Full));
    }
    let (Some(column), Some(key)) = (table.key_column(), table.key_of(values)) else {
        return Ok(Ok(()));
    };
    let label = column.label.clone();
    let known = conn.find_row_by_key(&table.name, &key)?;
    Ok(known.map_or(Ok(()), |_| Err(RowRefusal::KeyTaken { label })))
}

/// What changes did to a table's rows.
pub(super) fn step(table: &RecordTable, changes: Vec<RowChange>) -> UndoStep {
    UndoStep::Rows(Box::new(RowsStep {
        table: table.name.clone(),
        changes,
    }))
}

/// Keeps a step and answers its token.
pub(super) fn keep(desk: &Desk, step: UndoStep) -> String {
    desk.undo.keep(EdgeIds::new(&*desk.clock()).uuid(), step)
}

fn take_back(tx: &mut WriteTx<'_>, step: &RowsStep) -> Result<Outcome<()>, StoreError> {
    for change in step.changes.iter().rev() {
        let Some(id) = change
            .after
            .as_ref()
            .or(change.before.as_ref())
            .map(|row| row.id)
        else {
            continue;
        };
        if tx.find_row(&step.table, id)? != change.after {
            return Ok(Err(changed_since()));
        }
        match &change.before {
            None => tx.delete_row(&step.table, id)?,
            Some(before) => {
                if let Err(refusal) = tx.restore_row(&step.table, before)? {
                    return Ok(Err(words::not_allowed(&refusal)));
                }
            }
        }
    }
    Ok(Ok(()))
}

fn changed_since() -> ApiError {
    ApiError::new(
        ErrorCode::NotAllowed,
        "A row was changed again in the meantime.",
        "Nothing was taken back. Change by hand what should be as it was.",
    )
}

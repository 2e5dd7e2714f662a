//! Saved views: lists that people make for themselves.

use rusqlite::params;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::values::{uuid_blob, uuid_id};
use crate::error::{During as _, StoreError};
use crate::tx::{ReadConn, WriteTx};

/// A saved view's id.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct SavedViewId(pub Uuid);

impl From<Uuid> for SavedViewId {
    fn from(uuid: Uuid) -> Self {
        Self(uuid)
    }
}

/// One view.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SavedView {
    /// Id.
    pub id: SavedViewId,
    /// What people call it.
    pub name: String,
    /// What is in it: a condition's text, checked before it was stored.
    pub condition: String,
    /// Word for the order of its rows; the reader owns the words.
    pub sort: String,
    /// Word for what it looks at; the reader owns the words.
    pub scope: String,
}

impl ReadConn<'_> {
    /// All views, in their order.
    ///
    /// # Errors
    /// [`StoreError`] when the file cannot be read.
    pub fn list_saved_views(&self) -> Result<Vec<SavedView>, StoreError> {
        const OPERATION: &str = "list saved views";
        self.prepare(
            "SELECT saved_view_id, name, condition, sort, scope FROM saved_views
             ORDER BY place, saved_view_id",
            OPERATION,
        )?
        .query_map((), |row| {
            Ok(SavedView {
                id: uuid_id(row.get(0)?),
                name: row.get(1)?,
                condition: row.get(2)?,
                sort: row.get(3)?,
                scope: row.get(4)?,
            })
        })
        .and_then(Iterator::collect)
        .during(OPERATION)
    }
}

impl WriteTx<'_> {
    /// Replaces all views by these, in this order: adding, changing, moving, deleting and undoing any of
    /// them is one and the same write.
    ///
    /// # Errors
    /// [`StoreError`] when the file cannot be written.
    pub fn replace_saved_views(&mut self, views: &[SavedView]) -> Result<(), StoreError> {
        const OPERATION: &str = "write saved views";
        self.prepare("DELETE FROM saved_views", OPERATION)?
            .execute(())
            .during(OPERATION)?;
        let mut insert = self.prepare(
            "INSERT INTO saved_views (saved_view_id, place, name, condition, sort, scope)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
            OPERATION,
        )?;
        for (place, view) in (0_i64..).zip(views) {
            insert
                .execute(params![
                    uuid_blob(view.id.0),
                    place,
                    view.name,
                    view.condition,
                    view.sort,
                    view.scope
                ])
                .during(OPERATION)?;
        }
        Ok(())
    }
}

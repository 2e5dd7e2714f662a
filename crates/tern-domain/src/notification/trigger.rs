//! Whether a change of a row sends a notification (S-12).

use super::definition::{Notification, Trigger};
use crate::condition::{Names, Scoped, Type};
use crate::topic::{BotValue, ColumnKind, RecordTable, Row, evaluate};

/// What a condition calls the row as it was.
const BEFORE: &str = "before";

/// A row that was written.
#[derive(Debug, Clone, Copy)]
pub struct RecordChange<'c> {
    /// Its table.
    pub table: &'c RecordTable,
    /// As it was; `None` if it is new.
    pub before: Option<&'c Row>,
    /// As it is.
    pub after: &'c Row,
}

/// The columns of a table, and the row as it was.
struct ColumnNames<'t>(&'t RecordTable);

const fn type_of(kind: ColumnKind) -> Type {
    match kind {
        ColumnKind::Number => Type::Number,
        ColumnKind::Flag => Type::Flag,
        ColumnKind::Text | ColumnKind::Phone | ColumnKind::Date | ColumnKind::Link => Type::Text,
    }
}

impl Names for ColumnNames<'_> {
    fn noun(&self) -> &'static str {
        "column"
    }

    fn type_of(&self, name: &str) -> Option<Type> {
        match self.0.column(name) {
            Some(column) => Some(type_of(column.kind)),
            None => (name == BEFORE).then_some(Type::Row),
        }
    }

    fn column(&self, row: &str, column: &str) -> Option<Type> {
        let column = self.0.column(column).filter(|_| row == BEFORE)?;
        Some(type_of(column.kind))
    }

    fn all(&self) -> Vec<&str> {
        let columns = self.0.columns.iter().map(|it| it.name.as_str());
        columns.chain([BEFORE]).collect()
    }

    fn columns(&self, row: &str) -> Vec<&str> {
        match row {
            BEFORE => self.0.columns.iter().map(|it| it.name.as_str()).collect(),
            _ => Vec::new(),
        }
    }

    fn is_of_topic(&self) -> bool {
        true
    }
}

/// A condition over the rows of a table; `None` for an empty one. The error is in words.
pub(super) fn compile_condition(
    condition: &str,
    table: &RecordTable,
) -> Result<Option<Scoped>, String> {
    if condition.trim().is_empty() {
        return Ok(None);
    }
    match Scoped::compile(condition, &ColumnNames(table), true) {
        Ok(compiled) => Ok(Some(compiled)),
        Err(problems) => Err(problems
            .first()
            .map(ToString::to_string)
            .unwrap_or_default()),
    }
}

/// Whether a change sends a notification. A change that changes nothing sends none, and neither does a condition
/// that cannot be decided.
#[must_use]
pub fn is_triggered_by(notification: &Notification, change: &RecordChange<'_>) -> bool {
    let Trigger::Record {
        table,
        on_insert,
        on_update,
        condition,
    } = &notification.trigger
    else {
        return false;
    };
    let is_wanted = match change.before {
        None => *on_insert,
        Some(before) => *on_update && before != change.after,
    };
    if !notification.is_active || *table != change.table.name || !is_wanted {
        return false;
    }
    let Ok(condition) = compile_condition(condition, change.table) else {
        return false;
    };
    let Some(condition) = condition else {
        return true;
    };
    let held = |column: &str| {
        let value = change.before.and_then(|before| before.get(column));
        value.cloned().unwrap_or_default()
    };
    let columns = change.table.columns.iter().map(|column| &column.name);
    let before = BotValue::Row(columns.map(|name| (name.clone(), held(name))).collect());
    let met = evaluate(&condition, |name| match change.after.get(name) {
        None if name == BEFORE => Some(&before),
        value => value,
    });
    met == Ok(BotValue::Flag(true))
}

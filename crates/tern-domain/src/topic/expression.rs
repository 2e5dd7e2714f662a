//! Expressions and texts of topics over their variables, rows and the known facts.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use cel::Value;

use super::record::{ColumnKind, RecordTable, TableName};
use super::value::BotValue;
use super::{KNOWN_FACTS, VariableName};
use crate::condition::{Names, NoResult, Scoped, Type};

/// What is known of a variable before anything runs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Shape {
    /// Text.
    Text,
    /// A row of a table.
    Row(TableName),
    /// A picture.
    Picture,
    /// Whatever comes.
    Any,
}

/// The names of one topic.
pub(super) struct TopicNames<'s> {
    pub(super) variables: &'s BTreeMap<VariableName, Shape>,
    pub(super) tables: &'s BTreeMap<TableName, RecordTable>,
}

const PICTURE: [&str; 2] = ["address", "content_type"];

impl Names for TopicNames<'_> {
    fn noun(&self) -> &'static str {
        "variable"
    }

    fn type_of(&self, name: &str) -> Option<Type> {
        if let Some(shape) = self.variables.get(name) {
            return Some(match shape {
                Shape::Text => Type::Text,
                Shape::Row(table) if self.tables.contains_key(table) => Type::Row,
                Shape::Picture => Type::Row,
                Shape::Row(_) | Shape::Any => Type::Unknown,
            });
        }
        match name {
            "open_now" | "agent_there" => Some(Type::Flag),
            _ => KNOWN_FACTS
                .iter()
                .any(|(known, _)| *known == name)
                .then_some(Type::Text),
        }
    }

    fn column(&self, row: &str, column: &str) -> Option<Type> {
        match self.variables.get(row)? {
            Shape::Row(table) => match self.tables.get(table)?.column(column)?.kind {
                ColumnKind::Number => Some(Type::Number),
                ColumnKind::Flag => Some(Type::Flag),
                ColumnKind::Text | ColumnKind::Phone | ColumnKind::Date | ColumnKind::Link => {
                    Some(Type::Text)
                }
            },
            Shape::Picture => PICTURE.contains(&column).then_some(Type::Text),
            Shape::Text | Shape::Any => None,
        }
    }

    fn all(&self) -> Vec<&str> {
        self.variables
            .keys()
            .map(String::as_str)
            .chain(KNOWN_FACTS.iter().map(|(name, _)| *name))
            .collect()
    }

    fn columns(&self, row: &str) -> Vec<&str> {
        match self.variables.get(row) {
            Some(Shape::Row(table)) => self.tables.get(table).map_or_else(Vec::new, |table| {
                table.columns.iter().map(|it| it.name.as_str()).collect()
            }),
            Some(Shape::Picture) => PICTURE.to_vec(),
            _ => Vec::new(),
        }
    }

    fn is_of_topic(&self) -> bool {
        true
    }
}

/// The value of an expression.
pub(crate) fn evaluate<'v>(
    expression: &Scoped,
    value_of: impl Fn(&str) -> Option<&'v BotValue>,
) -> Result<BotValue, NoResult> {
    expression
        .evaluate(|name| value_of(name).map_or(Value::Null, to_cel))
        .and_then(from_cel)
}

#[allow(
    clippy::cast_precision_loss,
    reason = "beyond 2^53 nobody counts with a text message"
)]
fn to_cel(value: &BotValue) -> Value {
    match value {
        BotValue::Nothing => Value::Null,
        BotValue::Flag(flag) => Value::Bool(*flag),
        BotValue::Number(number) => Value::Float(*number as f64),
        BotValue::Decimal(number) => Value::Float(*number),
        BotValue::Text(text) => Value::String(Arc::new(text.clone())),
        BotValue::List(values) => Value::List(Arc::new(values.iter().map(to_cel).collect())),
        BotValue::Row(row) => {
            let map: HashMap<String, Value> = row
                .iter()
                .map(|(name, value)| (name.clone(), to_cel(value)))
                .collect();
            Value::Map(map.into())
        }
    }
}

#[allow(
    clippy::cast_precision_loss,
    reason = "beyond 2^53 nobody counts with a text message"
)]
fn from_cel(value: Value) -> Result<BotValue, NoResult> {
    Ok(match value {
        Value::Null => BotValue::Nothing,
        Value::Bool(flag) => BotValue::Flag(flag),
        Value::Int(number) => BotValue::Number(number),
        Value::UInt(number) => (number as f64).into(),
        Value::Float(number) => number.into(),
        Value::String(text) => BotValue::Text(text.as_ref().clone()),
        Value::List(values) => {
            let values: Result<_, _> = values.iter().cloned().map(from_cel).collect();
            BotValue::List(values?)
        }
        Value::Map(map) => {
            let row: Result<_, NoResult> = map
                .map
                .iter()
                .map(|(key, value)| Ok((key.to_string(), from_cel(value.clone())?)))
                .collect();
            BotValue::Row(row?)
        }
        _ => return Err(NoResult),
    })
}

/// A value as texts read it.
pub(crate) fn to_template(value: &BotValue) -> minijinja::Value {
    match value {
        BotValue::Nothing => minijinja::Value::UNDEFINED,
        BotValue::Flag(flag) => (*flag).into(),
        BotValue::Number(number) => (*number).into(),
        BotValue::Decimal(number) => (*number).into(),
        BotValue::Text(text) => text.as_str().into(),
        BotValue::List(_) => value.to_text().into(),
        BotValue::Row(row) => row
            .iter()
            .map(|(name, value)| (name.as_str(), to_template(value)))
            .collect(),
    }
}

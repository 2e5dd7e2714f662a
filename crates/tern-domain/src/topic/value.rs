//! What variables, rows and answers hold (V-23), and how a value reads in a text.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A value of a variable or a column. Written as the plain JSON that it looks like. `Debug` tells its shape
/// only, so that what somebody wrote cannot slip into a log.
#[derive(Clone, PartialEq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(untagged)]
pub enum BotValue {
    /// Not set, skipped, or taken back.
    #[default]
    Nothing,
    /// Yes or no. The answer to a yes/no question is the text `true` or `false` instead (V-4).
    Flag(bool),
    /// A whole number.
    Number(i64),
    /// A number with decimals.
    Decimal(f64),
    /// Text.
    Text(String),
    /// Several picks of one question, or several rows.
    List(Vec<BotValue>),
    /// A looked-up row, or a picture (`address`, `content_type`).
    Row(BTreeMap<String, BotValue>),
}

/// A row of a [`RecordTable`](super::RecordTable), by column name. Columns without a value may be missing.
pub type Row = BTreeMap<String, BotValue>;

impl BotValue {
    /// Nothing, or nothing to show.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        match self {
            Self::Nothing => true,
            Self::Text(text) => text.trim().is_empty(),
            Self::List(values) => values.is_empty(),
            Self::Row(row) => row.is_empty(),
            Self::Flag(_) | Self::Number(_) | Self::Decimal(_) => false,
        }
    }

    /// As a text shows it: numbers plainly, lists with commas, rows not at all.
    #[must_use]
    pub fn to_text(&self) -> String {
        match self {
            Self::Nothing | Self::Row(_) => String::new(),
            Self::Flag(flag) => flag.to_string(),
            Self::Number(number) => number.to_string(),
            Self::Decimal(number) => number.to_string(),
            Self::Text(text) => text.clone(),
            Self::List(values) => {
                let texts: Vec<_> = values.iter().map(Self::to_text).collect();
                texts.join(", ")
            }
        }
    }
}

impl std::fmt::Debug for BotValue {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Nothing => f.write_str("Nothing"),
            Self::Flag(_) => f.write_str("Flag"),
            Self::Number(_) | Self::Decimal(_) => f.write_str("Number"),
            Self::Text(text) => write!(f, "Text({} bytes)", text.len()),
            Self::List(values) => write!(f, "List({})", values.len()),
            Self::Row(row) => write!(f, "Row({})", row.len()),
        }
    }
}

impl From<&str> for BotValue {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<String> for BotValue {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl From<bool> for BotValue {
    fn from(flag: bool) -> Self {
        Self::Flag(flag)
    }
}

impl From<i64> for BotValue {
    fn from(number: i64) -> Self {
        Self::Number(number)
    }
}

impl From<f64> for BotValue {
    /// A number without decimals becomes a whole one, so that it reads as people write it.
    #[allow(
        clippy::cast_possible_truncation,
        reason = "only whole numbers that fit are cast"
    )]
    fn from(number: f64) -> Self {
        const EXACT: f64 = 9_007_199_254_740_992.0;
        if number.fract() == 0.0 && number.abs() <= EXACT {
            Self::Number(number as i64)
        } else {
            Self::Decimal(number)
        }
    }
}

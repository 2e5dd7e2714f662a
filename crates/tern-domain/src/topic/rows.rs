//! What the rows of a table may hold, and how values are compared.
//!
//! Every value that is stored fits its column. Two values are the same if their folded forms are: white space
//! around them and case do not count.

use super::record::{ColumnKind, RecordColumn, RecordTable};
use super::value::{BotValue, Row};
use crate::phone::{PhoneNumber, Territory};

/// Longest text of a cell, in characters.
pub const LONGEST_CELL: usize = 2_000;
/// Most columns of a table.
pub const MOST_COLUMNS: usize = 40;
/// Most rows of a table.
pub const MOST_TABLE_ROWS: u32 = 100_000;
/// Most tables.
pub const MOST_TABLES: usize = 100;

/// Why a row cannot be stored, in words for whoever wrote it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RowRefusal {
    /// It was deleted.
    #[error("there is no such table any more")]
    NoTable,
    /// It was deleted.
    #[error("the row is not there any more")]
    Gone,
    /// A name that the table does not have.
    #[error("the table has no column “{column}”")]
    NoColumn {
        /// As it was written.
        column: String,
    },
    /// Something else than the column holds.
    #[error("“{label}” has to be {wanted}")]
    Value {
        /// The column.
        label: String,
        /// What it holds.
        wanted: &'static str,
    },
    /// Longer than [`LONGEST_CELL`].
    #[error("“{label}” is longer than {LONGEST_CELL} characters")]
    TooLong {
        /// The column.
        label: String,
    },
    /// Nothing to store.
    #[error("the row is empty")]
    Empty,
    /// The column that tells rows apart is empty.
    #[error("“{label}” tells the rows of this table apart and cannot be empty")]
    NoKey {
        /// The key column.
        label: String,
    },
    /// Another row has it.
    #[error("another row has the same “{label}”")]
    KeyTaken {
        /// The key column.
        label: String,
    },
    /// There are [`MOST_TABLE_ROWS`].
    #[error("the table is full: it holds {MOST_TABLE_ROWS} rows")]
    Full,
}

/// Why a table cannot be defined like this.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TableRefusal {
    /// Topics could not name it.
    #[error(
        "“{name}” cannot be a name in topics: use lower-case letters, digits and _, beginning with a letter"
    )]
    BadName {
        /// As it was written.
        name: String,
    },
    /// People could not name it.
    #[error("give the table a name")]
    NoDisplayName,
    /// A column without a label.
    #[error("give the column “{name}” a label")]
    NoLabel {
        /// Which.
        name: String,
    },
    /// A table of nothing.
    #[error("a table needs at least one column")]
    NoColumns,
    /// More than [`MOST_COLUMNS`].
    #[error("a table has at most {MOST_COLUMNS} columns")]
    TooManyColumns,
    /// More than [`MOST_TABLES`].
    #[error("there can be at most {MOST_TABLES} tables")]
    TooManyTables,
    /// Two columns of one name.
    #[error("two columns are called “{name}”")]
    SameColumn {
        /// Which.
        name: String,
    },
    /// Two tables of one name.
    #[error("there is another table called “{name}”")]
    SameTable {
        /// Which.
        name: String,
    },
    /// The key is none of the columns.
    #[error("the table has no column “{name}” to tell its rows apart by")]
    NoKeyColumn {
        /// Which.
        name: String,
    },
    /// A column that tells no rows apart.
    #[error("“{label}” cannot tell rows apart: {words}")]
    NotUnique {
        /// The column.
        label: String,
        /// Why not.
        words: String,
    },
}

/// Whether topics can name something like this: lower case, digits and `_`.
#[must_use]
pub fn is_topic_name(name: &str) -> bool {
    name.len() <= 60
        && name.starts_with(|it: char| it.is_ascii_lowercase())
        && name
            .chars()
            .all(|it| it.is_ascii_lowercase() || it.is_ascii_digit() || it == '_')
}

/// How a value is compared; `None` for nothing, and for what is no single value.
#[must_use]
pub fn folded(value: &BotValue) -> Option<String> {
    match value {
        BotValue::List(_) | BotValue::Row(_) => None,
        value => Some(value.to_text().trim().to_lowercase()).filter(|it| !it.is_empty()),
    }
}

impl RecordColumn {
    /// A value as the column holds it; nothing for what is empty. Numbers without `+` are read as ones of
    /// `territory`, if there is one.
    ///
    /// # Errors
    /// [`RowRefusal`] for what does not fit.
    pub fn read(
        &self,
        value: &BotValue,
        territory: Option<Territory>,
    ) -> Result<BotValue, RowRefusal> {
        let text = value.to_text();
        let text = text.trim();
        if text.is_empty() {
            return Ok(BotValue::Nothing);
        }
        if text.chars().count() > LONGEST_CELL {
            return Err(RowRefusal::TooLong {
                label: self.label.clone(),
            });
        }
        let (read, wanted) = match self.kind {
            ColumnKind::Text => (Some(text.into()), ""),
            ColumnKind::Number => (number(text), "a number, such as 12 or 12.5"),
            ColumnKind::Flag => (flag(text).map(BotValue::Flag), "yes or no"),
            ColumnKind::Phone => (
                phone(text, territory).map(|it| it.as_str().into()),
                "a phone number with its country code, such as +43 1 2345678",
            ),
            ColumnKind::Date => (date(text).map(Into::into), "a date such as 2026-11-21"),
            ColumnKind::Link => (
                is_link(text).then(|| text.into()),
                "an address that begins with https:// or http://",
            ),
        };
        read.ok_or_else(|| RowRefusal::Value {
            label: self.label.clone(),
            wanted,
        })
    }
}

impl RecordTable {
    /// The column that tells rows apart.
    #[must_use]
    pub fn key_column(&self) -> Option<&RecordColumn> {
        self.column(self.key.as_deref()?)
    }

    /// Values as the columns hold them. Empty ones stay in as nothing, so that they can empty a cell.
    ///
    /// # Errors
    /// [`RowRefusal`] for the first that does not fit.
    pub fn read(&self, values: &Row, territory: Option<Territory>) -> Result<Row, RowRefusal> {
        values
            .iter()
            .map(|(name, value)| {
                let column = self.column(name).ok_or_else(|| RowRefusal::NoColumn {
                    column: name.clone(),
                })?;
                Ok((name.clone(), column.read(value, territory)?))
            })
            .collect()
    }

    /// How a value of a column is compared. What does not fit the column is compared as it stands.
    #[must_use]
    pub fn folded(&self, column: &str, value: &BotValue) -> Option<String> {
        let fitting = self
            .column(column)
            .and_then(|column| column.read(value, None).ok());
        folded(fitting.as_ref().unwrap_or(value))
    }

    /// What tells a row apart; `None` if the table has no key, or the row's is empty.
    #[must_use]
    pub fn key_of(&self, row: &Row) -> Option<String> {
        folded(row.get(self.key.as_ref()?)?)
    }

    /// Whether a table can be defined like this, beside the other ones.
    ///
    /// # Errors
    /// [`TableRefusal`].
    pub fn check(&self, others: &[RecordTable]) -> Result<(), TableRefusal> {
        let bad_name = |name: &str| TableRefusal::BadName {
            name: name.to_owned(),
        };
        if !is_topic_name(&self.name) {
            return Err(bad_name(&self.name));
        }
        if self.display_name.trim().is_empty() {
            return Err(TableRefusal::NoDisplayName);
        }
        let called = self.display_name.trim().to_lowercase();
        if let Some(same) = others
            .iter()
            .find(|it| it.name != self.name && it.display_name.trim().to_lowercase() == called)
        {
            return Err(TableRefusal::SameTable {
                name: same.display_name.clone(),
            });
        }
        match self.columns.len() {
            0 => return Err(TableRefusal::NoColumns),
            1..=MOST_COLUMNS => {}
            _ => return Err(TableRefusal::TooManyColumns),
        }
        for (index, column) in self.columns.iter().enumerate() {
            if !is_topic_name(&column.name) {
                return Err(bad_name(&column.name));
            }
            if column.label.trim().is_empty() {
                return Err(TableRefusal::NoLabel {
                    name: column.name.clone(),
                });
            }
            if self
                .columns
                .iter()
                .take(index)
                .any(|it| it.name == column.name)
            {
                return Err(TableRefusal::SameColumn {
                    name: column.name.clone(),
                });
            }
        }
        match &self.key {
            Some(key) if self.column(key).is_none() => {
                Err(TableRefusal::NoKeyColumn { name: key.clone() })
            }
            _ => Ok(()),
        }
    }
}

fn number(text: &str) -> Option<BotValue> {
    if let Ok(whole) = text.parse::<i64>() {
        return Some(whole.into());
    }
    let decimal: f64 = text.parse().ok()?;
    decimal.is_finite().then(|| decimal.into())
}

fn flag(text: &str) -> Option<bool> {
    match text.to_lowercase().as_str() {
        "yes" | "y" | "true" | "1" => Some(true),
        "no" | "n" | "false" | "0" => Some(false),
        _ => None,
    }
}

fn phone(text: &str, territory: Option<Territory>) -> Option<PhoneNumber> {
    if let Some(territory) = territory {
        return PhoneNumber::from_typed(text, territory).ok();
    }
    let digits: String = text
        .chars()
        .filter(|it| !matches!(it, ' ' | '-' | '(' | ')' | '.' | '\u{a0}'))
        .collect();
    PhoneNumber::parse(&digits).ok()
}

/// A day; the time of a moment is left out.
fn date(text: &str) -> Option<String> {
    let day: jiff::civil::Date = text.get(..10)?.parse().ok()?;
    let rest = text.get(10..)?;
    (rest.is_empty() || rest.starts_with(['T', ' '])).then(|| day.to_string())
}

/// A page's address, or what stands for a picture that a requester sent.
fn is_link(text: &str) -> bool {
    let is_page = ["https://", "http://"].into_iter().any(|start| {
        text.strip_prefix(start)
            .is_some_and(|rest| rest.len() > 1 && !rest.contains(char::is_whitespace))
    });
    is_page || uuid::Uuid::parse_str(text).is_ok()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn column(kind: &str) -> RecordColumn {
        serde_json::from_value(json!({ "name": "it", "label": "It", "type": kind })).unwrap()
    }

    fn read(kind: &str, text: &str) -> Option<String> {
        let read = column(kind).read(&text.into(), None).ok()?;
        Some(read.to_text())
    }

    #[test]
    fn v_21_values_fit_their_column_or_are_refused_in_words() {
        let good = [
            ("text", " Hi ", "Hi"),
            ("number", "12", "12"),
            ("number", "12.50", "12.5"),
            ("flag", "YES", "true"),
            ("flag", "0", "false"),
            ("phone", "+43 (1) 234-5678", "+4312345678"),
            ("date", "2026-11-21", "2026-11-21"),
            ("date", "2026-11-21T10:00:00Z", "2026-11-21"),
            ("link", "https://example.com/a", "https://example.com/a"),
            ("number", "  ", ""),
        ];
        for (kind, text, wanted) in good {
            assert_eq!(read(kind, text).as_deref(), Some(wanted), "{kind} {text}");
        }
        let bad = [
            ("number", "twelve"),
            ("number", "inf"),
            ("flag", "perhaps"),
            ("phone", "555 0100"),
            ("date", "21.11.2026"),
            ("date", "2026-02-30"),
            ("link", "javascript:alert(1)"),
            ("link", "ftp://x"),
        ];
        for (kind, text) in bad {
            let refusal = column(kind).read(&text.into(), None).unwrap_err();
            assert!(
                refusal.to_string().starts_with("“It” has to be"),
                "{refusal}"
            );
        }
        let long = "x".repeat(LONGEST_CELL + 1);
        assert!(read("text", &long).is_none());
    }

    #[test]
    fn v_21_a_number_without_a_country_is_read_as_one_of_the_team() {
        let us = Territory::parse("US").unwrap();
        let typed = column("phone").read(&"(415) 555-2671".into(), Some(us));
        assert_eq!(typed.unwrap().to_text(), "+14155552671");
    }

    #[test]
    fn v_21_values_are_compared_without_case_and_spaces() {
        let table: RecordTable = serde_json::from_value(json!({
            "name": "t", "displayName": "T", "key": "a",
            "columns": [
                { "name": "a", "label": "A", "type": "text" },
                { "name": "n", "label": "N", "type": "number" },
                { "name": "p", "label": "P", "type": "phone" },
            ],
        }))
        .unwrap();
        assert_eq!(table.folded("a", &" Ab ".into()).as_deref(), Some("ab"));
        assert_eq!(
            table.folded("n", &"12.0".into()),
            table.folded("n", &12_i64.into())
        );
        assert_eq!(
            table.folded("p", &"+43 1 2345678".into()).as_deref(),
            Some("+4312345678")
        );
        assert_eq!(table.folded("a", &BotValue::Nothing), None);
        assert_eq!(table.check(&[]), Ok(()));
        let mut odd = table;
        odd.columns[1].name = "a".to_owned();
        assert!(matches!(
            odd.check(&[]),
            Err(TableRefusal::SameColumn { .. })
        ));
        odd.columns[1].name = "No".to_owned();
        assert!(matches!(odd.check(&[]), Err(TableRefusal::BadName { .. })));
    }
}

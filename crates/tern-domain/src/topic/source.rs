//! Rows of a table from another system's answer: which list of it, and which field becomes which column.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::Unknown;
use super::io::HttpRequest;
use super::node::HttpMethod;
use super::record::{ColumnName, RecordTable};
use super::rows::MOST_TABLE_ROWS;
use super::text::request_host;

/// Where a table's rows come from, if another system has them. It is asked on demand; nothing calls Tern.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct TableSource {
    /// Address of the list, at an allowed host.
    pub url: String,
    /// Name of the secret that goes along as a bearer token.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub secret: Option<String>,
    /// Where in the answer the list is, as a JSON pointer such as `/data/orders`; empty = the answer is the list.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub path: String,
    /// Which field a column is read from, by the field's name or a JSON pointer into the row. Columns that are
    /// not in here are read from the field of their own name or label.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub fields: BTreeMap<ColumnName, String>,
    /// What a newer Tern wrote.
    #[serde(flatten)]
    pub unknown: Unknown,
}

/// Why no rows can be made of an answer. Holds nothing of the answer.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SourceProblem {
    /// The path leads nowhere.
    #[error("the answer has nothing at “{path}”")]
    NothingThere {
        /// As it was written.
        path: String,
    },
    /// A list is wanted.
    #[error("what the other system answered is no list")]
    NoList,
    /// A list of things without names.
    #[error("the list holds no rows with named fields")]
    NoRows,
    /// More than a table may have.
    #[error("the list is longer than the {MOST_TABLE_ROWS} rows that a table can have")]
    TooMany,
}

/// Rows as texts, as a file has them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SourcedRows {
    /// What the cells are: names of columns, and of fields that no column takes.
    pub headings: Vec<String>,
    /// The rows, in their order; words for one that cannot be read.
    pub rows: Vec<Result<Vec<String>, String>>,
}

impl TableSource {
    /// The request for the rows; `None` where the address is none that may ever be asked.
    #[must_use]
    pub fn request(&self) -> Option<HttpRequest> {
        let url = self.url.trim();
        Some(HttpRequest {
            method: HttpMethod::Get,
            host: request_host(url)?,
            url: url.to_owned(),
            secret: self.secret.clone(),
            body: None,
        })
    }

    /// Makes rows of an answer.
    ///
    /// # Errors
    /// [`SourceProblem`].
    pub fn rows(&self, table: &RecordTable, answer: &Value) -> Result<SourcedRows, SourceProblem> {
        let path = self.path.trim();
        let list = answer
            .pointer(path)
            .ok_or_else(|| SourceProblem::NothingThere {
                path: path.to_owned(),
            })?;
        let list = list.as_array().ok_or(SourceProblem::NoList)?;
        if list.len() > usize::try_from(MOST_TABLE_ROWS).unwrap_or(usize::MAX) {
            return Err(SourceProblem::TooMany);
        }
        if !list.is_empty() && list.iter().all(|it| !it.is_object()) {
            return Err(SourceProblem::NoRows);
        }
        let from: Vec<(&str, &str)> = self.given(table).chain(self.found(list)).collect();
        let rows = list.iter().map(|row| {
            if !row.is_object() {
                return Err("This is no row with named fields.".to_owned());
            }
            let cells = from.iter().map(|(name, field)| {
                // What no column takes may hold anything.
                let is_taken = table.column_called(name).is_some();
                cell(row, name, field).or_else(|what| {
                    if is_taken {
                        Err(what)
                    } else {
                        Ok(String::new())
                    }
                })
            });
            cells.collect()
        });
        Ok(SourcedRows {
            rows: rows.collect(),
            headings: from.iter().map(|(name, _)| (*name).to_owned()).collect(),
        })
    }

    /// Columns whose field somebody named.
    fn given<'s>(&'s self, table: &'s RecordTable) -> impl Iterator<Item = (&'s str, &'s str)> {
        let fields = self.fields.iter();
        fields
            .filter(|(column, field)| table.column(column).is_some() && !field.trim().is_empty())
            .map(|(column, field)| (column.as_str(), field.trim()))
    }

    /// Every other field, under its own name.
    fn found<'s>(&'s self, list: &'s [Value]) -> impl Iterator<Item = (&'s str, &'s str)> {
        let mut names: Vec<&str> = Vec::new();
        for name in list
            .iter()
            .filter_map(Value::as_object)
            .flat_map(|row| row.keys())
        {
            let is_given = self.fields.iter().any(|(column, field)| {
                field.trim() == name || (column == name && !field.trim().is_empty())
            });
            if !is_given && !names.contains(&name.as_str()) {
                names.push(name);
            }
        }
        names.into_iter().map(|name| (name, name))
    }
}

fn cell(row: &Value, name: &str, field: &str) -> Result<String, String> {
    let found = if field.starts_with('/') {
        row.pointer(field)
    } else {
        row.get(field)
    };
    match found {
        None | Some(Value::Null) => Ok(String::new()),
        Some(Value::String(text)) => Ok(text.trim().to_owned()),
        Some(Value::Bool(flag)) => Ok(flag.to_string()),
        Some(Value::Number(number)) => Ok(number.to_string()),
        Some(Value::Array(_) | Value::Object(_)) => {
            Err(format!("“{name}” holds more than one value."))
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn table() -> RecordTable {
        serde_json::from_value(json!({
            "name": "orders", "displayName": "Orders", "key": "number",
            "columns": [
                { "name": "number", "label": "Number", "type": "text" },
                { "name": "town", "label": "Town", "type": "text" },
            ],
        }))
        .unwrap()
    }

    fn source(path: &str, fields: &[(&str, &str)]) -> TableSource {
        TableSource {
            url: "https://api.example.com/orders".to_owned(),
            secret: None,
            path: path.to_owned(),
            fields: fields
                .iter()
                .map(|(column, field)| ((*column).to_owned(), (*field).to_owned()))
                .collect(),
            unknown: Unknown::new(),
        }
    }

    #[test]
    fn v_21_a_list_in_an_answer_becomes_rows() {
        let answer = json!({ "data": [
            { "number": "A1", "to": { "town": "Graz" }, "paid": true },
            { "number": 17, "to": null, "weight": 1.5 },
        ] });
        let rows = source("/data", &[("town", "/to/town")]).rows(&table(), &answer);
        let rows = rows.unwrap();
        assert_eq!(rows.headings[0], "town");
        let of = |heading: &str| rows.headings.iter().position(|it| it == heading).unwrap();
        let first = rows.rows[0].as_ref().unwrap();
        assert_eq!(
            (first[of("number")].as_str(), first[of("town")].as_str()),
            ("A1", "Graz")
        );
        assert_eq!(first[of("to")], "", "no column takes it");
        let second = rows.rows[1].as_ref().unwrap();
        assert_eq!(
            (second[of("number")].as_str(), second[of("town")].as_str()),
            ("17", "")
        );
        assert_eq!(second[of("weight")], "1.5");
    }

    #[test]
    fn v_21_a_column_holds_one_value() {
        let rows = source("", &[]).rows(&table(), &json!([{ "Number": ["A1", "A2"] }]));
        let problem = rows.unwrap().rows.remove(0).unwrap_err();
        assert_eq!(problem, "“Number” holds more than one value.");
    }

    #[test]
    fn v_21_an_answer_that_holds_no_rows_is_refused_in_words() {
        let refused =
            |path: &str, answer: Value| source(path, &[]).rows(&table(), &answer).unwrap_err();
        let gone = refused("/rows", json!({ "data": [] })).to_string();
        assert_eq!(gone, "the answer has nothing at “/rows”");
        assert_eq!(refused("", json!({ "data": [] })), SourceProblem::NoList);
        assert_eq!(refused("", json!([1, "two"])), SourceProblem::NoRows);
        let many = json!(vec![json!({ "number": 1 }); 1 + MOST_TABLE_ROWS as usize]);
        assert_eq!(refused("", many), SourceProblem::TooMany);
        let none = source("", &[]).rows(&table(), &json!([])).unwrap();
        assert!(none.rows.is_empty());
    }
}

//! Reading a section's entries one by one, so that what is wrong is named by its entry and its field.

use std::collections::BTreeSet;

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

/// What is wrong with a section.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Flaw {
    /// The id of the entry that it is in, where it is in one.
    pub(crate) entry: Option<String>,
    /// What is wrong, for the person who chose the file.
    pub(crate) words: String,
}

impl From<String> for Flaw {
    fn from(words: String) -> Self {
        Self { entry: None, words }
    }
}

/// What tells an entry of a list apart from the others.
pub(crate) fn key(entry: &Value) -> Option<&str> {
    ["id", "channel"]
        .into_iter()
        .find_map(|field| entry.get(field).and_then(Value::as_str))
}

/// A list whose entries have ids of their own.
pub(crate) fn entries<T: DeserializeOwned + Serialize>(section: &Value) -> Result<Vec<T>, Flaw> {
    let Value::Array(list) = section else {
        return Err(Flaw::from("this has to be a list.".to_owned()));
    };
    let mut ids = BTreeSet::new();
    (1..)
        .zip(list)
        .map(|(place, entry)| {
            let id = key(entry).unwrap_or_default();
            let flaw = |words: String| Flaw {
                entry: (!id.is_empty()).then(|| id.to_owned()),
                words,
            };
            if id.is_empty() {
                return Err(flaw(format!("entry {place} needs an id of its own.")));
            }
            if !ids.insert(id) {
                return Err(flaw(format!("two entries have the id {id}.")));
            }
            one(entry).map_err(|words| flaw(format!("{}: {words}", called(entry, place))))
        })
        .collect()
}

/// One document or entry; every field of it has to be known.
pub(crate) fn one<T: DeserializeOwned + Serialize>(value: &Value) -> Result<T, String> {
    // Read from text and not from the value, because only a text's errors know their line.
    let text = serde_json::to_string_pretty(value).unwrap_or_default();
    let read: T = serde_json::from_str(&text).map_err(|error| {
        let line = text.lines().nth(error.line().saturating_sub(1));
        let field = line.and_then(|line| line.trim_start().strip_prefix('"')?.split_once("\":"));
        let words = error.to_string();
        let words = words.split(" at line ").next().unwrap_or_default();
        match field {
            Some((field, _)) => format!("“{field}”: {words}."),
            None => format!("{words}."),
        }
    })?;
    let kept = serde_json::to_value(&read).unwrap_or_default();
    match unknown_field(value, &kept) {
        None => Ok(read),
        Some(field) => Err(format!(
            "this Tern does not know the field “{field}”; it is misspelt, or a newer Tern wrote it."
        )),
    }
}

/// The first field that says something and did not come through reading.
fn unknown_field(given: &Value, kept: &Value) -> Option<String> {
    match (given, kept) {
        (Value::Object(given), Value::Object(kept)) => {
            given.iter().find_map(|(name, value)| match kept.get(name) {
                Some(kept) => unknown_field(value, kept),
                None if says_nothing(value) => None,
                None => Some(name.clone()),
            })
        }
        (Value::Array(given), Value::Array(kept)) if given.len() == kept.len() => given
            .iter()
            .zip(kept)
            .find_map(|(given, kept)| unknown_field(given, kept)),
        _ => None,
    }
}

/// Fields that are empty may be left out when writing.
fn says_nothing(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::String(text) => text.is_empty(),
        Value::Array(list) => list.is_empty(),
        Value::Object(fields) => fields.is_empty(),
        Value::Bool(_) | Value::Number(_) => false,
    }
}

fn called(entry: &Value, place: usize) -> String {
    ["title", "name"]
        .into_iter()
        .find_map(|field| entry.get(field).and_then(Value::as_str))
        .map_or_else(|| format!("entry {place}"), |name| format!("“{name}”"))
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;
    use serde_json::json;

    use super::*;

    #[derive(Debug, PartialEq, Serialize, Deserialize)]
    struct Thing {
        id: String,
        name: String,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        room: Option<u32>,
    }

    fn words(section: &Value) -> String {
        entries::<Thing>(section).unwrap_err().words
    }

    #[test]
    fn what_is_wrong_is_named_by_entry_and_field() {
        let of = |entry: Value| words(&json!([entry]));
        assert_eq!(words(&json!({})), "this has to be a list.");
        assert_eq!(of(json!({"name": "A"})), "entry 1 needs an id of its own.");
        let typed = of(json!({"id": "1", "name": "A", "room": "big"}));
        assert!(
            typed.starts_with("“A”: “room”: invalid type: string"),
            "{typed}"
        );
        assert!(of(json!({"id": "1"})).contains("missing field `name`"));
        let unknown = of(json!({"id": "1", "name": "A", "rom": 1}));
        assert!(
            unknown.contains("does not know the field “rom”"),
            "{unknown}"
        );
    }

    #[test]
    fn two_of_one_id_are_refused_and_empty_fields_are_not() {
        let one = json!({"id": "1", "name": "A", "room": null, "later": []});
        assert_eq!(entries::<Thing>(&json!([one])).unwrap().len(), 1);
        let flaw = entries::<Thing>(&json!([one, one])).unwrap_err();
        assert_eq!(flaw.entry.as_deref(), Some("1"));
        assert_eq!(flaw.words, "two entries have the id 1.");
    }
}

//! What importing a section would change, entry by entry.

use serde_json::{Map, Value};

use super::read;
use crate::dto::{EntryChange, EntryDiff, SectionDiff};

/// Compares a section with what is in force. Lists are compared by the ids of their entries, objects by
/// their fields.
pub(crate) fn compare(title: &str, before: &Value, after: &Value) -> SectionDiff {
    let (before, after) = (entries(before), entries(after));
    let mut changes = Vec::new();
    let mut same = 0;
    for (key, value) in &after {
        let (change, fields) = match before.get(key) {
            None => (EntryChange::Added, Vec::new()),
            Some(known) if known == value => {
                same += 1;
                continue;
            }
            Some(known) => (EntryChange::Changed, different(known, value)),
        };
        changes.push(EntryDiff {
            name: label(key, value),
            change,
            fields,
        });
    }
    for (key, value) in before.iter().filter(|(key, _)| !after.contains_key(*key)) {
        changes.push(EntryDiff {
            name: label(key, value),
            change: EntryChange::Removed,
            fields: Vec::new(),
        });
    }
    if changes.is_empty() && before.keys().ne(after.keys()) {
        changes.push(EntryDiff {
            name: "The order".to_owned(),
            change: EntryChange::Changed,
            fields: Vec::new(),
        });
    }
    SectionDiff {
        title: title.to_owned(),
        changes,
        same,
    }
}

/// The entries of a list by their ids, the fields of an object by their names; a field that is such a list
/// itself counts by its entries.
fn entries(section: &Value) -> Map<String, Value> {
    match section {
        Value::Array(entries) => (0..)
            .zip(entries)
            .map(|(index, entry): (usize, _)| {
                let id = read::key(entry).map_or_else(|| index.to_string(), str::to_owned);
                (id, entry.clone())
            })
            .collect(),
        Value::Object(fields) => fields
            .iter()
            .flat_map(|(name, field)| match field.as_array() {
                Some(list) if !list.is_empty() && list.iter().all(|it| read::key(it).is_some()) => {
                    entries(field)
                }
                Some(list) if list.is_empty() => Map::new(),
                _ => [(name.clone(), field.clone())].into_iter().collect(),
            })
            .collect(),
        _ => Map::new(),
    }
}

/// The fields in which two versions of an entry differ, in words.
fn different(before: &Value, after: &Value) -> Vec<String> {
    let (Some(before), Some(after)) = (before.as_object(), after.as_object()) else {
        return Vec::new();
    };
    let gone = before.keys().filter(|name| !after.contains_key(*name));
    let changed = after
        .iter()
        .filter(|(name, value)| before.get(*name) != Some(value))
        .map(|(name, _)| name);
    changed.chain(gone).map(|name| in_words(name)).collect()
}

/// What a person calls an entry.
pub(super) fn label(key: &str, value: &Value) -> String {
    for field in ["title", "name", "label"] {
        if let Some(name) = value.get(field).and_then(Value::as_str) {
            return name.to_owned();
        }
    }
    match key {
        "sms" => "Text messages".to_owned(),
        _ => in_words(key),
    }
}

fn in_words(key: &str) -> String {
    let mut words = key.replace('_', " ");
    // Names of fields are in camel case or snake case; both read better as words.
    words = words.chars().fold(String::new(), |mut done, letter| {
        if letter.is_ascii_uppercase() {
            done.push(' ');
        }
        done.push(letter.to_ascii_lowercase());
        done
    });
    let mut letters = words.chars();
    letters.next().map_or_else(String::new, |first| {
        first.to_uppercase().chain(letters).collect()
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn entries_of_a_list_are_told_apart_by_their_ids() {
        let before = json!([{"id": "a", "title": "One"}, {"id": "b", "title": "Two"}]);
        let after = json!([{"id": "b", "title": "Two!"}, {"id": "c", "title": "Three"}]);
        let diff = compare("Canned replies", &before, &after);
        let found: Vec<_> = diff
            .changes
            .iter()
            .map(|entry| (entry.name.as_str(), entry.change))
            .collect();
        assert_eq!(
            found,
            [
                ("Two!", EntryChange::Changed),
                ("Three", EntryChange::Added),
                ("One", EntryChange::Removed)
            ]
        );
        assert_eq!(diff.same, 0);
    }

    #[test]
    fn fields_are_named_in_words_and_an_order_is_a_change() {
        let diff = compare("S", &json!({"undoSeconds": 0}), &json!({"undoSeconds": 5}));
        assert_eq!(diff.changes[0].name, "Undo seconds");
        let (one, two) = (json!({"id": "a"}), json!({"id": "b"}));
        let diff = compare("R", &json!([one, two]), &json!([two, one]));
        assert_eq!((diff.changes[0].name.as_str(), diff.same), ("The order", 2));
    }
}

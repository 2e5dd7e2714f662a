//! What an import changed, and the way back over what has changed since.

use serde_json::{Map, Value};

use super::compare::label;
use super::read::key;
use super::sections::SECTIONS;

/// What an import changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ConfigurationStep {
    /// The sections that it changed, before.
    pub(crate) before: Map<String, Value>,
    /// The same, after.
    pub(crate) after: Map<String, Value>,
    /// Sections kept aside, before.
    pub(crate) aside_before: Map<String, Value>,
    /// The same, after.
    pub(crate) aside_after: Map<String, Value>,
}

/// Something that the import changed has been changed again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Meanwhile {
    /// The section.
    pub(crate) section: &'static str,
    /// What a person calls the entry.
    pub(crate) entry: String,
}

impl ConfigurationStep {
    /// The sections as they have to be so that exactly this is taken back, given what is in force now.
    pub(crate) fn back(&self, now: &Map<String, Value>) -> Result<Map<String, Value>, Meanwhile> {
        let mut wanted = Map::new();
        for section in SECTIONS {
            let of = |sections: &Map<String, Value>| sections.get(section.name).cloned();
            let (Some(before), Some(after)) = (of(&self.before), of(&self.after)) else {
                continue;
            };
            let now = of(now).unwrap_or_default();
            let back = take_back(&now, &before, &after).map_err(|entry| Meanwhile {
                section: section.title,
                entry,
            })?;
            wanted.insert(section.name.to_owned(), back);
        }
        Ok(wanted)
    }

    /// The sections kept aside, as they have to be; what has changed since stays.
    pub(crate) fn back_aside(&self, now: &Map<String, Value>) -> Map<String, Value> {
        let mut back = now.clone();
        for (name, value) in &self.aside_after {
            if now.get(name) != Some(value) || self.aside_before.get(name) == Some(value) {
                continue;
            }
            match self.aside_before.get(name) {
                Some(before) => back.insert(name.clone(), before.clone()),
                None => back.shift_remove(name),
            };
        }
        back
    }
}

/// A section without what was changed between before and after; `Err` names what has changed since.
fn take_back(now: &Value, before: &Value, after: &Value) -> Result<Value, String> {
    if now == after {
        return Ok(before.clone());
    }
    let (kept, was, became) = (keyed(now), keyed(before), keyed(after));
    let mut back = kept.clone();
    let changed = was.keys().chain(became.keys());
    for name in changed.filter(|name| was.get(*name) != became.get(*name)) {
        if kept.get(name) != became.get(name) {
            let shown = [kept.get(name), became.get(name), was.get(name)];
            let shown = shown.into_iter().flatten().next();
            return Err(label(name, shown.unwrap_or(&Value::Null)));
        }
        match was.get(name) {
            Some(value) => back.insert(name.clone(), value.clone()),
            None => back.shift_remove(name),
        };
    }
    Ok(match now {
        Value::Array(_) => back.into_iter().map(|(_, entry)| entry).collect(),
        _ => Value::Object(back),
    })
}

fn keyed(section: &Value) -> Map<String, Value> {
    match section {
        Value::Array(list) => list
            .iter()
            .map(|entry| (key(entry).unwrap_or_default().to_owned(), entry.clone()))
            .collect(),
        Value::Object(fields) => fields.clone(),
        _ => Map::new(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn exactly_what_was_changed_goes_back_and_what_came_since_stays() {
        let [a, b, c] = ["a", "b", "c"].map(|id| json!({"id": id, "name": id}));
        let changed = json!({"id": "a", "name": "A!"});
        let (before, after) = (json!([a, b]), json!([changed, c]));
        assert_eq!(take_back(&after, &before, &after), Ok(before.clone()));
        let later = json!({"id": "d", "name": "d"});
        let now = json!([changed, c, later]);
        assert_eq!(take_back(&now, &before, &after), Ok(json!([a, later, b])));
        let now = json!([a, c]);
        assert_eq!(take_back(&now, &before, &after), Err("a".to_owned()));
        assert_eq!(
            take_back(&json!({"x": 2, "y": 1}), &json!({"x": 0}), &json!({"x": 1})),
            Err("X".to_owned())
        );
    }
}

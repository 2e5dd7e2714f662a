//! What is different between two versions of a topic, node by node, in words for whoever edits it.
//!
//! A node is known by its id: one that was renamed is the same node, and what leads to it is not changed.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use super::file::TopicFile;
use super::node::{Node, NodeId};

/// One thing that is different.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TopicChange {
    /// Which node; `None` = the topic itself.
    pub node: Option<NodeId>,
    /// What it is called.
    pub title: String,
    /// What became of it.
    pub kind: ChangeKind,
    /// What of it is different, or what it held.
    pub lines: Vec<ChangedLine>,
}

/// What became of a node.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ChangeKind {
    /// It is new.
    Added,
    /// It is gone.
    Removed,
    /// It is different.
    Changed,
}

/// One difference.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChangedLine {
    /// What it is about.
    pub what: String,
    /// As it was; `None` = it was not there.
    pub before: Option<String>,
    /// As it is; `None` = it is gone.
    pub after: Option<String>,
}

/// One fact about a node: what tells it apart from the node's other facts, how it is compared, how it reads.
struct Fact {
    what: String,
    /// Tells entries of one list apart.
    entry: Option<(String, usize)>,
    compared: Value,
    shown: String,
}

/// What is different, in the order of the newer version; what is gone comes last.
#[must_use]
pub fn compare(before: &TopicFile, after: &TopicFile) -> Vec<TopicChange> {
    let (old_titles, new_titles) = (titles(before), titles(after));
    let mut changes = Vec::new();
    let lines = different(
        &topic_facts(before, &old_titles),
        &topic_facts(after, &new_titles),
    );
    if !lines.is_empty() {
        changes.push(TopicChange {
            node: None,
            title: after.display_name.clone(),
            kind: ChangeKind::Changed,
            lines,
        });
    }
    for node in &after.nodes {
        let facts = node_facts(node, &new_titles);
        let known = before.node(&node.id);
        let lines = different(
            &known.map_or_else(Vec::new, |it| node_facts(it, &old_titles)),
            &facts,
        );
        let kind = match known {
            None => ChangeKind::Added,
            Some(_) if lines.is_empty() => continue,
            Some(_) => ChangeKind::Changed,
        };
        changes.push(change_of(node, kind, lines));
    }
    for node in before
        .nodes
        .iter()
        .filter(|it| after.node(&it.id).is_none())
    {
        let lines = different(&node_facts(node, &old_titles), &[]);
        changes.push(change_of(node, ChangeKind::Removed, lines));
    }
    changes
}

fn change_of(node: &Node, kind: ChangeKind, lines: Vec<ChangedLine>) -> TopicChange {
    TopicChange {
        node: Some(node.id.clone()),
        title: node.title(),
        kind,
        lines,
    }
}

fn titles(file: &TopicFile) -> BTreeMap<NodeId, String> {
    file.nodes
        .iter()
        .map(|node| (node.id.clone(), node.title()))
        .collect()
}

fn topic_facts(file: &TopicFile, titles: &BTreeMap<NodeId, String>) -> Vec<Fact> {
    // A topic always encodes: its keys are strings and its numbers finite.
    let Ok(Value::Object(mut fields)) = serde_json::to_value(file) else {
        return Vec::new();
    };
    fields.retain(|key, _| !["format", "nodes", "canvas"].contains(&key.as_str()));
    facts(&fields, titles, topic_words)
}

fn node_facts(node: &Node, titles: &BTreeMap<NodeId, String>) -> Vec<Fact> {
    let Ok(Value::Object(mut fields)) = serde_json::to_value(node) else {
        return Vec::new();
    };
    fields.retain(|key, _| !["id", "kind"].contains(&key.as_str()));
    let mut found = facts(&fields, titles, node_words);
    found.push(Fact {
        what: "Kind".to_owned(),
        entry: None,
        compared: node.kind.word().into(),
        shown: node.kind.words().to_owned(),
    });
    found
}

/// The facts of an object, one for each field and one for each entry of a list.
fn facts(
    fields: &Map<String, Value>,
    titles: &BTreeMap<NodeId, String>,
    words: fn(&str) -> Option<&'static str>,
) -> Vec<Fact> {
    let mut found: Vec<Fact> = Vec::new();
    for (key, value) in fields {
        let what = words(key).map_or_else(|| in_words(key), ToOwned::to_owned);
        let Value::Array(entries) = value else {
            if !value.is_null() && value != "" {
                found.push(Fact {
                    shown: shown(key, value, titles),
                    what,
                    entry: None,
                    compared: value.clone(),
                });
            }
            continue;
        };
        for entry in entries {
            let name = name_of(entry);
            let same = |fact: &&Fact| {
                fact.what == what && fact.entry.as_ref().is_some_and(|(known, _)| *known == name)
            };
            let count = found.iter().filter(same).count();
            found.push(Fact {
                what: what.clone(),
                entry: Some((name, count)),
                compared: entry.clone(),
                shown: entry_shown(entry, titles),
            });
        }
    }
    found
}

/// What tells an entry of a list apart from the others.
fn name_of(entry: &Value) -> String {
    if let Value::String(text) = entry {
        return text.clone();
    }
    ["value", "name", "column", "variable", "when", "url"]
        .into_iter()
        .find_map(|key| match entry.get(key) {
            // The values of named things are expressions: what they are called counts.
            Some(_) if key == "value" && entry.get("name").is_some() => None,
            Some(Value::String(text)) if !text.is_empty() => Some(text.clone()),
            _ => None,
        })
        .unwrap_or_else(|| entry.to_string())
}

fn different(before: &[Fact], after: &[Fact]) -> Vec<ChangedLine> {
    let in_before = |fact: &Fact| {
        before
            .iter()
            .find(|it| it.what == fact.what && it.entry == fact.entry)
    };
    let mut lines = Vec::new();
    for fact in after {
        let known = in_before(fact);
        if known.is_none_or(|it| it.compared != fact.compared) {
            lines.push(ChangedLine {
                what: fact.what.clone(),
                before: known.map(|it| it.shown.clone()).or_else(|| unset(fact)),
                after: Some(fact.shown.clone()),
            });
        }
    }
    for fact in before {
        let is_kept = after
            .iter()
            .any(|it| it.what == fact.what && it.entry == fact.entry);
        if !is_kept {
            lines.push(ChangedLine {
                what: fact.what.clone(),
                before: Some(fact.shown.clone()),
                after: unset(fact).filter(|_| !after.is_empty()),
            });
        }
    }
    lines.extend(orders(before, after));
    lines
}

/// A yes or no that a file leaves out is no.
fn unset(fact: &Fact) -> Option<String> {
    (fact.compared == Value::Bool(true)).then(|| "no".to_owned())
}

/// Lists whose common entries stand in another order.
fn orders(before: &[Fact], after: &[Fact]) -> Vec<ChangedLine> {
    let mut lists: Vec<&String> = Vec::new();
    for fact in after.iter().filter(|it| it.entry.is_some()) {
        if !lists.contains(&&fact.what) {
            lists.push(&fact.what);
        }
    }
    lists
        .into_iter()
        .filter_map(|what| {
            let common = |of: &[Fact], other: &[Fact]| -> Vec<String> {
                of.iter()
                    .filter(|it| it.what == *what && it.entry.is_some())
                    .filter(|it| {
                        other
                            .iter()
                            .any(|that| that.what == it.what && that.entry == it.entry)
                    })
                    .filter_map(|it| it.entry.as_ref().map(|(name, _)| name.clone()))
                    .collect()
            };
            let (was, is) = (common(before, after), common(after, before));
            (was != is).then(|| ChangedLine {
                what: format!("Order: {}", what.to_lowercase()),
                before: Some(was.join(", ")),
                after: Some(is.join(", ")),
            })
        })
        .collect()
}

/// Fields that name a node.
const LEADS_TO: [&str; 5] = ["start", "next", "notFound", "failed", "noRecordsNext"];

fn shown(key: &str, value: &Value, titles: &BTreeMap<NodeId, String>) -> String {
    match value {
        Value::String(id) if LEADS_TO.contains(&key) => titles.get(id).unwrap_or(id).clone(),
        Value::String(text) => text.clone(),
        Value::Bool(true) => "yes".to_owned(),
        Value::Bool(false) => "no".to_owned(),
        other => other.to_string(),
    }
}

/// An entry of a list on one line: `name = value → node`, with whatever else it holds.
fn entry_shown(entry: &Value, titles: &BTreeMap<NodeId, String>) -> String {
    let Value::Object(fields) = entry else {
        return shown("", entry, titles);
    };
    const SHAPES: [(&str, &str, &str); 8] = [
        ("label", " = ", "value"),
        ("label", ": ", "column"),
        ("name", ": ", "when"),
        ("name", ": ", "text"),
        ("name", " = ", "value"),
        ("column", " = ", "equals"),
        ("variable", " = ", "output"),
        ("variable", " = ", "path"),
    ];
    let text = |key: &str| fields.get(key).map(|it| shown(key, it, titles));
    let shape = SHAPES
        .into_iter()
        .find(|(one, _, two)| fields.contains_key(*one) && fields.contains_key(*two));
    let (mut words, told) = match shape {
        Some((one, between, two)) => {
            let both = [text(one), text(two)].map(Option::unwrap_or_default);
            (both.join(between), vec![one, two])
        }
        None => (String::new(), Vec::new()),
    };
    for (key, value) in fields {
        if told.contains(&key.as_str()) || key == "next" || value.is_null() {
            continue;
        }
        if !words.is_empty() {
            words.push_str(", ");
        }
        match key.as_str() {
            "when" | "url" => {}
            _ => words.push_str(&format!("{}: ", in_words(key).to_lowercase())),
        }
        words.push_str(&shown(key, value, titles));
    }
    if let Some(next) = text("next") {
        words.push_str(" → ");
        words.push_str(&next);
    }
    words
}

fn topic_words(key: &str) -> Option<&'static str> {
    Some(match key {
        "name" => "Internal name",
        "displayName" => "Name",
        "kind" => "Kind",
        "description" => "Description",
        "active" => "Offered to customers",
        "discoverable" => "Found by what customers write",
        "keywords" => "Keyword",
        "roles" => "Offered to",
        "channels" => "Channel",
        "condition" => "Offered when",
        "agentContext" => "Shown to the agent",
        "autopilot" => "Agents can run it",
        "resumeAfterSwitch" => "Goes on after another topic",
        "categories" => "Category",
        "inputs" => "Input",
        "outputs" => "Output",
        "start" => "Starts at",
        _ => return None,
    })
}

fn node_words(key: &str) -> Option<&'static str> {
    Some(match key {
        "name" => "Name",
        "next" => "Goes on with",
        "variable" => "Variable",
        "prompt" => "Question",
        "retry" => "Said when the answer does not fit",
        "default" => "Default",
        "defaultConfirmation" => "Question about the default",
        "completion" => "Said after the answer",
        "showIf" => "Asked when",
        "skipIf" => "Can be skipped when",
        "keepIf" => "Answer is kept when",
        "topicSwitching" => "Another topic can be named",
        "secure" => "Answer is kept secret",
        "format" => "Format",
        "pattern" => "Pattern",
        "choices" => "Choice",
        "table" => "Table",
        "matching" => "Row where",
        "label" => "Column that is shown",
        "multiple" => "Several can be picked",
        "noRecords" => "Said when there is no row",
        "noRecordsNext" => "Without a row goes on with",
        "text" => "Text",
        "picture" => "Picture",
        "altText" => "What the picture shows",
        "header" => "Before the links",
        "links" => "Link",
        "row" => "Row",
        "title" => "Title",
        "fields" => "Line",
        "url" => "Address",
        "branches" => "Branch",
        "variables" => "Variable",
        "notFound" => "If nothing is found",
        "values" => "Column",
        "failed" => "If it fails",
        "method" => "Method",
        "secret" => "Secret",
        "body" => "Sent along",
        "response" => "Kept of the answer",
        "topic" => "Topic",
        "inputs" => "Input",
        "outputs" => "Output",
        "seconds" => "Seconds",
        "shortDescription" => "What it is about",
        "mandatorySkills" => "Skill that is needed",
        "optionalSkills" => "Skill that is welcome",
        "context" => "Shown to the agent",
        "resume" => "Comes back afterwards",
        _ => return None,
    })
}

/// A field that only another version knows, as words.
fn in_words(key: &str) -> String {
    let mut words = String::new();
    for letter in key.replace('_', " ").chars() {
        if letter.is_uppercase() {
            words.push(' ');
        }
        words.extend(letter.to_lowercase());
    }
    let mut letters = words.chars();
    letters.next().map_or_else(String::new, |first| {
        first.to_uppercase().chain(letters).collect()
    })
}

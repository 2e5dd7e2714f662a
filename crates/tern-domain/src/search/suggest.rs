//! Completes the operator or the value at the end of what is being typed.
//!
//! Offers nothing for plain words: those are found, not completed.

use super::read::begins;
use super::{Operator, Vocabulary};

/// Most that is offered at once.
const MOST: usize = 8;

/// A way to go on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Suggestion {
    /// As it would be typed: `from:` or `from:bot`.
    pub label: String,
    /// What it means.
    pub words: String,
    /// Everything that was typed, with this at its end.
    pub text: String,
}

/// Ways to go on from the end of what was typed. Nothing typed offers every operator.
#[must_use]
pub fn suggest(text: &str, vocabulary: Vocabulary<'_>) -> Vec<Suggestion> {
    let start = text
        .rfind(char::is_whitespace)
        .and_then(|at| {
            text.get(at..)?
                .chars()
                .next()
                .map(|space| at + space.len_utf8())
        })
        .unwrap_or(0);
    let (before, token) = text.split_at_checked(start).unwrap_or(("", text));
    if before.matches('"').count() % 2 == 1 {
        // Inside a phrase everything is only words.
        return Vec::new();
    }
    let (minus, token) = token
        .strip_prefix('-')
        .map_or(("", token), |rest| ("-", rest));
    if let Some((operator, typed)) = token
        .split_once(':')
        .and_then(|(name, typed)| Some((Operator::named(name)?, typed)))
    {
        return values(operator, &typed.to_lowercase(), vocabulary)
            .into_iter()
            .map(|(value, words)| {
                let label = format!("{}:{value}", operator.name());
                Suggestion {
                    text: format!("{before}{minus}{label} "),
                    label,
                    words,
                }
            })
            .take(MOST)
            .collect();
    }
    if token.is_empty() && !text.is_empty() {
        return Vec::new();
    }
    let typed = token.to_ascii_lowercase();
    Operator::ALL
        .into_iter()
        .filter(|operator| operator.name().starts_with(&typed))
        .filter(|operator| minus.is_empty() || *operator == Operator::Has)
        .map(|operator| Suggestion {
            label: format!("{}:", operator.name()),
            words: operator.words().to_owned(),
            text: format!("{before}{minus}{}:", operator.name()),
        })
        .collect()
}

/// The values of an operator that begin with what was typed.
fn values(operator: Operator, typed: &str, vocabulary: Vocabulary<'_>) -> Vec<(String, String)> {
    let typed = typed.trim_start_matches('"');
    let fixed = operator
        .values()
        .iter()
        .filter(|(value, _)| value.starts_with(typed) && *value != typed)
        .map(|(value, words)| ((*value).to_owned(), (*words).to_owned()));
    let named = |names: Vec<(String, String)>| {
        names
            .into_iter()
            .filter(|(value, name)| begins(name, typed) || begins(value, typed))
            .filter(|(value, name)| name.to_lowercase() != typed && value.to_lowercase() != typed)
            .map(|(value, name)| (quoted(&value), name))
            .collect::<Vec<_>>()
    };
    let names = match operator {
        Operator::From | Operator::Agent => {
            let agents = vocabulary.agents.iter();
            named(
                agents
                    .map(|(_, name)| (name.clone(), name.clone()))
                    .collect(),
            )
        }
        Operator::Topic => {
            let topics = vocabulary.topics.iter();
            named(
                topics
                    .map(|(id, title)| (id.clone(), title.clone()))
                    .collect(),
            )
        }
        _ => Vec::new(),
    };
    fixed.chain(names).collect()
}

/// A name with spaces has to stand in quotes.
fn quoted(name: &str) -> String {
    if name.contains(char::is_whitespace) {
        format!("\"{}\"", name.replace('"', ""))
    } else {
        name.to_owned()
    }
}

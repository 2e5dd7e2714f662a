//! Expressions, patterns and placeholders: compiled here, and what they name has to exist.

use std::collections::BTreeMap;

use regex::RegexBuilder;

use super::Findings;
use crate::condition::{Names as _, Scoped, Type};
use crate::replies::names_in_text;
use crate::topic::compile::{Parts, Severity, Surroundings};
use crate::topic::expression::{Shape, TopicNames};
use crate::topic::file::TopicFile;
use crate::topic::{Node, NodeKind, VariableName};

pub(super) fn check(
    file: &TopicFile,
    around: &Surroundings,
    variables: &BTreeMap<VariableName, Shape>,
    parts: &mut Parts,
    findings: &mut Findings,
) {
    let names = TopicNames {
        variables,
        tables: &around.tables,
    };
    if let Some(condition) = &file.condition {
        // Before a topic starts there are no variables.
        let names = TopicNames {
            variables: &BTreeMap::new(),
            tables: &around.tables,
        };
        expression(None, condition, true, &names, parts, findings);
    }
    for node in &file.nodes {
        for (text, wants_flag) in node.expressions() {
            expression(Some(node), text, wants_flag, &names, parts, findings);
        }
        for text in node.templates() {
            template(node, text, &names, findings);
        }
        pattern(node, parts, findings);
        for (name, _) in node.sets() {
            variable_name(node, name, findings);
        }
        if let NodeKind::ShowCard(card) = &node.kind {
            is_row(node, &card.row, &names, findings);
            for field in &card.fields {
                column(node, &card.row, &field.column, &names, findings);
            }
        }
    }
    for name in &file.agent_context {
        if !variables.contains_key(name) {
            findings.add(
                None,
                (Severity::Warning, "missing_variable"),
                format!("The agent is to see “{name}”, which no step sets."),
                "The agent's card would always be empty there.",
                "Remove it from what agents see, or set it in a step.",
            );
        }
    }
}

fn expression(
    node: Option<&Node>,
    text: &str,
    wants_flag: bool,
    names: &TopicNames<'_>,
    parts: &mut Parts,
    findings: &mut Findings,
) {
    match Scoped::compile(text, names, wants_flag) {
        Ok(compiled) => {
            parts.expressions.insert(text.to_owned(), compiled);
        }
        Err(problems) => {
            for problem in problems {
                findings.add(
                    node.map(|node| &node.id),
                    (Severity::Error, "expression"),
                    if text.trim().is_empty() {
                        problem.words
                    } else {
                        format!("In “{text}”: {}", problem.words)
                    },
                    "The topic would fail here.",
                    "Correct the expression.",
                );
            }
        }
    }
}

fn template(node: &Node, text: &str, names: &TopicNames<'_>, findings: &mut Findings) {
    let unknown = match names_in_text(text) {
        Ok(used) => used.into_iter().find(|name| !is_known(name, names)),
        Err(problem) => {
            findings.add(
                Some(&node.id),
                (Severity::Error, "template"),
                problem.words,
                "The text could not be filled in.",
                "Correct what stands between the braces.",
            );
            return;
        }
    };
    if let Some(name) = unknown {
        findings.add(
            Some(&node.id),
            (Severity::Error, "missing_variable"),
            format!("The text names “{name}”, which nothing sets."),
            "The customer would read a text with a hole in it.",
            "Correct the name, or set the variable before this step.",
        );
    }
}

fn is_known(name: &str, names: &TopicNames<'_>) -> bool {
    match name.split_once('.') {
        None => names.type_of(name).is_some(),
        Some((row, rest)) => match names.type_of(row) {
            Some(Type::Row) => names.column(row, rest).is_some(),
            Some(Type::Unknown) => true,
            _ => false,
        },
    }
}

fn is_row(node: &Node, name: &str, names: &TopicNames<'_>, findings: &mut Findings) {
    if !matches!(names.type_of(name), Some(Type::Row | Type::Unknown)) {
        findings.add(
            Some(&node.id),
            (Severity::Error, "missing_variable"),
            format!("The card shows “{name}”, which is no looked-up row."),
            "There would be nothing to show.",
            "Choose the variable of a look-up or of a choice of records.",
        );
    }
}

fn column(node: &Node, row: &str, column: &str, names: &TopicNames<'_>, findings: &mut Findings) {
    if names.type_of(row) == Some(Type::Row) && names.column(row, column).is_none() {
        findings.add(
            Some(&node.id),
            (Severity::Error, "unknown_column"),
            format!("There is no column “{column}” in “{row}”."),
            "There would be nothing to show.",
            "Choose one of the table's columns.",
        );
    }
}

fn pattern(node: &Node, parts: &mut Parts, findings: &mut Findings) {
    let NodeKind::AskText(ask) = &node.kind else {
        return;
    };
    if ask.format != crate::topic::TextFormat::Custom {
        return;
    }
    let pattern = ask.pattern.as_deref().unwrap_or_default();
    let compiled = RegexBuilder::new(&format!("^(?:{pattern})$"))
        .size_limit(1 << 18)
        .build();
    match compiled {
        Ok(compiled) if !pattern.is_empty() => {
            parts.patterns.insert(pattern.to_owned(), compiled);
        }
        _ => findings.add(
            Some(&node.id),
            (Severity::Error, "pattern"),
            "The pattern of this question cannot be used.",
            "No answer could ever fit.",
            "Write a regular expression, such as [A-Z]{2}[0-9]{6}, or choose another format.",
        ),
    }
}

fn variable_name(node: &Node, name: &str, findings: &mut Findings) {
    let is_name = name.starts_with(|it: char| it.is_ascii_lowercase())
        && name
            .chars()
            .all(|it| it.is_ascii_lowercase() || it.is_ascii_digit() || it == '_');
    if !is_name {
        findings.add(
            Some(&node.id),
            (Severity::Error, "variable_name"),
            format!("“{name}” cannot be the name of a variable."),
            "Names are used in texts and expressions.",
            "Use lower-case letters, digits and _, beginning with a letter: order_number.",
        );
    }
}

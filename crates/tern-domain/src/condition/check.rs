//! Checks a parsed condition: known facts, fitting types, a yes or no, and a bounded size.
//!
//! What passes has no loops, no calls into the host and at most [`MAX_CONDITION_NODES`] parts, each of
//! which is evaluated at most once: that bounds the cost before anything runs.

use cel::common::ast::{CallExpr, Expr, LiteralValue, operators};
use cel::parser::Expression;

use super::fact::{Fact, FactKind};
use super::nearest::nearest;
use super::{MAX_CONDITION_DEPTH, MAX_CONDITION_NODES};

/// Something wrong, and the word of the text it is about.
pub(super) struct Finding {
    pub(super) about: Option<String>,
    pub(super) words: String,
}

/// What an expression may name.
pub(crate) trait Names {
    /// What it calls a name: `fact`.
    fn noun(&self) -> &'static str;
    /// Type of a name.
    fn type_of(&self, name: &str) -> Option<Type>;
    /// Type of a column of a row.
    fn column(&self, row: &str, column: &str) -> Option<Type>;
    /// Every name, to find what was meant.
    fn all(&self) -> Vec<&str>;
    /// The columns of a row, to find what was meant.
    fn columns(&self, row: &str) -> Vec<&str>;
    /// Values may be missing, so that `null` can be asked for, and texts can be joined.
    fn is_of_topic(&self) -> bool;
}

/// The names of conditions over one conversation.
pub(super) struct FactNames;

impl Names for FactNames {
    fn noun(&self) -> &'static str {
        "fact"
    }

    fn type_of(&self, name: &str) -> Option<Type> {
        let fact = Fact::from_name(name)?;
        Some(match fact.kind() {
            FactKind::Flag => Type::Flag,
            FactKind::Number => Type::Number,
            FactKind::Text => Type::Text,
            FactKind::Choice(_) => Type::Choice(fact),
        })
    }

    fn column(&self, _row: &str, _column: &str) -> Option<Type> {
        None
    }

    fn all(&self) -> Vec<&str> {
        Fact::ALL.map(Fact::name).to_vec()
    }

    fn columns(&self, _row: &str) -> Vec<&str> {
        Vec::new()
    }

    fn is_of_topic(&self) -> bool {
        false
    }
}

/// Type of a part. `Unknown` stands for a part that was reported already, or whose type nobody knows before
/// it runs, and fits everywhere.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Type {
    Flag,
    Number,
    Text,
    Choice(Fact),
    Texts,
    Numbers,
    Row,
    Unknown,
}

impl Type {
    const fn words(self) -> &'static str {
        match self {
            Self::Flag => "yes or no",
            Self::Number => "a number",
            Self::Text | Self::Choice(_) => "text",
            Self::Texts => "a list of texts",
            Self::Numbers => "a list of numbers",
            Self::Row => "a whole row",
            Self::Unknown => "something unknown",
        }
    }

    const fn is_text(self) -> bool {
        matches!(self, Self::Text | Self::Choice(_) | Self::Unknown)
    }

    const fn fits(self, other: Self) -> bool {
        matches!(
            (self, other),
            (Self::Unknown, _)
                | (_, Self::Unknown)
                | (Self::Flag, Self::Flag)
                | (Self::Number, Self::Number)
        ) || (self.is_text() && other.is_text())
    }
}

/// Everything that is wrong with an expression; empty for a good one. With `wants_flag` it has to be yes or no.
pub(super) fn check(expression: &Expression, names: &dyn Names, wants_flag: bool) -> Vec<Finding> {
    let mut checker = Checker {
        names,
        findings: Vec::new(),
        nodes: 0,
    };
    let found = checker.type_of(expression, 1);
    if checker.nodes > MAX_CONDITION_NODES {
        checker.report(None, "The condition has too many parts.");
    }
    if checker.findings.is_empty() && wants_flag && !found.fits(Type::Flag) {
        let words = format!(
            "A condition has to be yes or no; this is {}.",
            found.words()
        );
        checker.report(name_in(expression), words);
    }
    checker.findings
}

struct Checker<'n> {
    names: &'n dyn Names,
    findings: Vec<Finding>,
    nodes: usize,
}

impl Checker<'_> {
    fn report(&mut self, about: Option<String>, words: impl Into<String>) {
        self.findings.push(Finding {
            about,
            words: words.into(),
        });
    }

    fn type_of(&mut self, expression: &Expression, depth: usize) -> Type {
        self.nodes += 1;
        // A chain such as 1+1+1+… is nested without brackets, which the parser does not count.
        if self.nodes > MAX_CONDITION_NODES {
            return Type::Unknown;
        }
        if depth > MAX_CONDITION_DEPTH * 2 {
            self.report(None, "The condition is nested too deeply.");
            self.nodes = MAX_CONDITION_NODES;
            return Type::Unknown;
        }
        match &expression.expr {
            Expr::Literal(literal) => self.literal(literal),
            Expr::Ident(name) => self.name(name),
            Expr::List(list) => self.list(&list.elements, depth),
            Expr::Call(call) => self.call(call, depth),
            Expr::Comprehension(_) => {
                self.report(None, "Loops over lists are not available in conditions.");
                Type::Unknown
            }
            Expr::Select(select) => self.column(&select.operand, &select.field),
            Expr::Map(_) | Expr::Struct(_) | Expr::Unspecified => {
                self.report(None, "Maps are not available in conditions.");
                Type::Unknown
            }
        }
    }

    fn literal(&mut self, literal: &LiteralValue) -> Type {
        match literal {
            LiteralValue::Boolean(_) => Type::Flag,
            LiteralValue::Int(_) | LiteralValue::UInt(_) | LiteralValue::Double(_) => Type::Number,
            LiteralValue::String(_) => Type::Text,
            LiteralValue::Null if self.names.is_of_topic() => Type::Unknown,
            LiteralValue::Null => {
                self.report(Some("null".to_owned()), "“null” is not available here.");
                Type::Unknown
            }
            LiteralValue::Bytes(_) => {
                self.report(None, "Bytes are not available in conditions.");
                Type::Unknown
            }
        }
    }

    fn name(&mut self, name: &str) -> Type {
        if let Some(found) = self.names.type_of(name) {
            return found;
        }
        let noun = self.names.noun();
        let words = match nearest(name, self.names.all()) {
            Some(meant) => format!("There is no {noun} “{name}”. Did you mean “{meant}”?"),
            None => format!("There is no {noun} “{name}”."),
        };
        self.report(Some(name.to_owned()), words);
        Type::Unknown
    }

    /// `row.column`: only of a name, so that a row cannot hide in something longer.
    fn column(&mut self, operand: &Expression, column: &str) -> Type {
        let row = match &operand.expr {
            Expr::Ident(name) if self.names.is_of_topic() => match self.name(name) {
                Type::Row => name,
                // What it is shows when it runs.
                Type::Unknown => return Type::Unknown,
                _ => "",
            },
            _ => "",
        };
        if let Some(found) = self.names.column(row, column) {
            return found;
        }
        let words = match nearest(column, self.names.columns(row)) {
            Some(meant) => {
                format!("There is nothing called “.{column}” here. Did you mean “.{meant}”?")
            }
            None => format!("There is nothing called “.{column}” here."),
        };
        self.report(Some(column.to_owned()), words);
        Type::Unknown
    }

    fn list(&mut self, elements: &[Expression], depth: usize) -> Type {
        let types: Vec<_> = elements
            .iter()
            .map(|element| self.type_of(element, depth + 1))
            .collect();
        if types.iter().all(|found| found.is_text()) {
            Type::Texts
        } else if types
            .iter()
            .all(|found| matches!(found, Type::Number | Type::Unknown))
        {
            Type::Numbers
        } else {
            self.report(None, "A list has to hold texts only or numbers only.");
            Type::Unknown
        }
    }

    fn call(&mut self, call: &CallExpr, depth: usize) -> Type {
        let types: Vec<_> = call
            .target
            .iter()
            .map(AsRef::as_ref)
            .chain(&call.args)
            .map(|argument| self.type_of(argument, depth + 1))
            .collect();
        let about = call
            .target
            .iter()
            .map(AsRef::as_ref)
            .chain(&call.args)
            .find_map(name_in);
        match (call.func_name.as_str(), types.as_slice()) {
            (operators::LOGICAL_AND | operators::LOGICAL_OR, sides) => {
                for side in sides {
                    self.want(*side, Type::Flag, about.clone());
                }
                Type::Flag
            }
            (operators::LOGICAL_NOT, [side]) => {
                self.want(*side, Type::Flag, about);
                Type::Flag
            }
            (operators::EQUALS | operators::NOT_EQUALS, [left, right]) => {
                self.comparable(*left, *right, about);
                self.known_choice(&call.args, &types);
                Type::Flag
            }
            (
                operators::LESS
                | operators::LESS_EQUALS
                | operators::GREATER
                | operators::GREATER_EQUALS,
                [left, right],
            ) => {
                self.want(*left, Type::Number, about.clone());
                self.want(*right, Type::Number, about);
                Type::Flag
            }
            (operators::IN, [item, list]) => {
                match list {
                    Type::Texts => self.want(*item, Type::Text, about),
                    Type::Numbers => self.want(*item, Type::Number, about),
                    Type::Unknown => {}
                    _ => self.report(about, "“in” needs a list, such as [\"new\", \"on_hold\"]."),
                }
                self.known_choice(&call.args, &types);
                Type::Flag
            }
            (operators::ADD, [left, right])
                if self.names.is_of_topic()
                    && (matches!(left, Type::Text) || matches!(right, Type::Text)) =>
            {
                self.want(*left, Type::Text, about.clone());
                self.want(*right, Type::Text, about);
                Type::Text
            }
            (operators::ADD, [Type::Unknown, Type::Unknown]) => Type::Unknown,
            (
                operators::ADD
                | operators::SUBSTRACT
                | operators::MULTIPLY
                | operators::DIVIDE
                | operators::MODULO
                | operators::NEGATE,
                sides,
            ) => {
                for side in sides {
                    self.want(*side, Type::Number, about.clone());
                }
                Type::Number
            }
            (operators::CONDITIONAL, [test, yes, no]) => {
                self.want(*test, Type::Flag, about.clone());
                self.comparable(*yes, *no, about);
                *yes
            }
            ("contains" | "startsWith" | "endsWith", [text, part]) if call.target.is_some() => {
                self.want(*text, Type::Text, about.clone());
                self.want(*part, Type::Text, about);
                Type::Flag
            }
            ("size", [text]) => {
                self.want(*text, Type::Text, about);
                Type::Number
            }
            (function, _) => {
                const KNOWN: [&str; 4] = ["contains", "startsWith", "endsWith", "size"];
                let words = match nearest(function, KNOWN) {
                    Some(meant) if meant != function => {
                        format!("There is no “{function}” here. Did you mean “{meant}”?")
                    }
                    Some(_) => format!("“{function}” is not used like this."),
                    None => format!("There is no “{function}” here."),
                };
                self.report(Some(function.to_owned()), words);
                Type::Unknown
            }
        }
    }

    fn want(&mut self, found: Type, wanted: Type, about: Option<String>) {
        if !found.fits(wanted) {
            let words = format!(
                "Here {} is needed; this is {}.",
                wanted.words(),
                found.words()
            );
            self.report(about, words);
        }
    }

    fn comparable(&mut self, left: Type, right: Type, about: Option<String>) {
        if !left.fits(right) {
            let words = format!(
                "These cannot be compared: {} and {}.",
                left.words(),
                right.words()
            );
            self.report(about, words);
        }
    }

    /// A choice is compared with its own words only.
    fn known_choice(&mut self, arguments: &[Expression], types: &[Type]) {
        let Some(fact) = types.iter().find_map(|found| match found {
            Type::Choice(fact) => Some(*fact),
            _ => None,
        }) else {
            return;
        };
        let FactKind::Choice(choices) = fact.kind() else {
            return;
        };
        for word in arguments.iter().flat_map(texts_in) {
            if choices.iter().any(|(known, _)| *known == word) {
                continue;
            }
            let known = choices.iter().map(|(known, _)| *known);
            let words = match nearest(&word, known.clone()) {
                Some(meant) => format!("“{word}” is no {}. Did you mean “{meant}”?", fact.name()),
                None => format!(
                    "“{word}” is no {}. There are: {}.",
                    fact.name(),
                    known.collect::<Vec<_>>().join(", ")
                ),
            };
            self.report(Some(word), words);
        }
    }
}

/// The texts written out in an argument: itself, or the elements of a list.
fn texts_in(expression: &Expression) -> Vec<String> {
    match &expression.expr {
        Expr::Literal(LiteralValue::String(text)) => vec![text.inner().to_owned()],
        Expr::List(list) => list.elements.iter().flat_map(texts_in).collect(),
        _ => Vec::new(),
    }
}

/// Every name in an expression that was found good.
pub(super) fn names(expression: &Expression) -> Vec<&str> {
    match &expression.expr {
        Expr::Ident(name) => vec![name],
        Expr::List(list) => list.elements.iter().flat_map(names).collect(),
        Expr::Call(call) => call
            .target
            .iter()
            .map(AsRef::as_ref)
            .chain(&call.args)
            .flat_map(names)
            .collect(),
        _ => Vec::new(),
    }
}

/// The first name in an expression: what a message about it can point at.
fn name_in(expression: &Expression) -> Option<String> {
    match &expression.expr {
        Expr::Ident(name) => Some(name.clone()),
        Expr::Call(call) => call
            .target
            .iter()
            .map(AsRef::as_ref)
            .chain(&call.args)
            .find_map(name_in),
        Expr::Literal(LiteralValue::String(text)) => Some(text.inner().to_owned()),
        _ => None,
    }
}

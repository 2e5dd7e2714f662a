//! A condition from its text to its verdict.

use std::collections::BTreeSet;
use std::sync::{Arc, LazyLock};

use cel::parser::{Expression, PrattParser};
use cel::{Context, Env, Value};

use super::check::{self, FactNames, Finding};
use super::fact::{Fact, FactSheet, FactValue};
use super::{MAX_CONDITION_BYTES, MAX_CONDITION_DEPTH};

const TOO_DEEP: &str = "The condition is nested too deeply.";

/// The functions of the language, made once.
pub(super) static ENV: LazyLock<Arc<Env>> = LazyLock::new(|| Arc::new(Env::stdlib()));

/// A checked condition, ready to be evaluated any number of times.
#[derive(Debug, Clone)]
pub struct Condition {
    source: String,
    expression: Expression,
    /// The facts it names.
    facts: BTreeSet<Fact>,
}

impl PartialEq for Condition {
    fn eq(&self, other: &Self) -> bool {
        self.source == other.source
    }
}

impl Eq for Condition {}

/// What is wrong with a condition, and where. Lines and columns count from 1.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("line {line}, column {column}: {words}")]
pub struct ConditionProblem {
    /// Line.
    pub line: u32,
    /// Column, in characters.
    pub column: u32,
    /// What is wrong, for the person who wrote it.
    pub words: String,
}

/// Why a condition could not be decided.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ConditionFault {
    /// The sheet does not have this fact.
    #[error("{} is not known here", fact.label())]
    FactMissing {
        /// Which.
        fact: Fact,
    },
    /// Arithmetic without a result, such as a division by zero.
    #[error("the condition has no result here")]
    NoResult,
}

/// Whether a condition is met. One that could not be decided is not met and says why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verdict {
    /// Met.
    pub is_met: bool,
    /// Why it could not be decided.
    pub fault: Option<ConditionFault>,
}

impl Condition {
    /// Reads and checks a condition.
    ///
    /// # Errors
    /// Every [`ConditionProblem`] found, in the order of the text: an unreadable text, an unknown fact
    /// or function, types that do not fit, a result that is not yes or no, or one that is too large.
    pub fn compile(source: &str) -> Result<Self, Vec<ConditionProblem>> {
        let source = source.trim();
        let expression = parse(source)?;
        let problems = place_all(source, check::check(&expression, &FactNames, true));
        if problems.is_empty() {
            Ok(Self {
                source: source.to_owned(),
                facts: check::names(&expression)
                    .into_iter()
                    .filter_map(Fact::from_name)
                    .collect(),
                expression,
            })
        } else {
            Err(problems)
        }
    }

    /// Its text.
    #[must_use]
    pub fn source(&self) -> &str {
        &self.source
    }

    /// The facts that it names: it asks a sheet for no other.
    #[must_use]
    pub const fn facts(&self) -> &BTreeSet<Fact> {
        &self.facts
    }

    pub(super) const fn expression(&self) -> &Expression {
        &self.expression
    }

    /// Decides it for one sheet.
    #[must_use]
    pub fn evaluate(&self, sheet: &impl FactSheet) -> Verdict {
        let mut context = Context::with_env(Arc::clone(&ENV));
        for fact in &self.facts {
            if let Some(value) = sheet.fact(*fact) {
                context.add_variable_from_value(fact.name(), to_cel(value));
            }
        }
        match context.resolve(&self.expression) {
            Ok(Value::Bool(is_met)) => Verdict {
                is_met,
                fault: None,
            },
            Ok(_) => Verdict::undecided(ConditionFault::NoResult),
            Err(error) => Verdict::undecided(fault(&error)),
        }
    }
}

impl Verdict {
    const fn undecided(fault: ConditionFault) -> Self {
        Self {
            is_met: false,
            fault: Some(fault),
        }
    }
}

fn to_cel(value: FactValue) -> Value {
    match value {
        FactValue::Flag(flag) => Value::Bool(flag),
        FactValue::Number(number) => Value::Int(number),
        FactValue::Text(text) => Value::String(Arc::new(text)),
    }
}

fn fault(error: &cel::ExecutionError) -> ConditionFault {
    match error {
        cel::ExecutionError::UndeclaredReference(name) => Fact::from_name(name)
            .map_or(ConditionFault::NoResult, |fact| {
                ConditionFault::FactMissing { fact }
            }),
        _ => ConditionFault::NoResult,
    }
}

pub(super) fn parse(source: &str) -> Result<Expression, Vec<ConditionProblem>> {
    let at_start = |words: &str| {
        Err(vec![ConditionProblem {
            line: 1,
            column: 1,
            words: words.to_owned(),
        }])
    };
    if source.is_empty() {
        return at_start("The condition is empty. Write true for one that is always met.");
    }
    if source.len() > MAX_CONDITION_BYTES {
        return at_start("The condition is too long: at most 2,000 characters.");
    }
    // The parser does not count brackets that hold a single part.
    if bracket_depth(source) > MAX_CONDITION_DEPTH {
        return at_start(TOO_DEEP);
    }
    let depth = u16::try_from(MAX_CONDITION_DEPTH).unwrap_or(u16::MAX);
    PrattParser::new()
        .max_recursion_depth(depth)
        .error_reporting_limit(1)
        .parse(source)
        .map_err(|errors| {
            errors
                .errors
                .into_iter()
                .take(1)
                .map(|error| ConditionProblem {
                    line: u32::try_from(error.pos.0).unwrap_or(1).max(1),
                    column: u32::try_from(error.pos.1).unwrap_or(1).max(1),
                    words: parse_words(&error.msg),
                })
                .collect()
        })
}

/// How many brackets are open at most, outside of quoted text.
fn bracket_depth(source: &str) -> usize {
    let (mut open, mut deepest) = (0_usize, 0);
    let mut quote = None;
    let mut is_escaped = false;
    for character in source.chars() {
        match (quote, character) {
            (Some(_), _) if is_escaped => is_escaped = false,
            (Some(_), '\\') => is_escaped = true,
            (Some(mark), _) if mark == character => quote = None,
            (Some(_), _) => {}
            (None, '"' | '\'') => quote = Some(character),
            (None, '(' | '[' | '{') => {
                open += 1;
                deepest = deepest.max(open);
            }
            (None, ')' | ']' | '}') => open = open.saturating_sub(1),
            (None, _) => {}
        }
    }
    deepest
}

/// The parser's terms in plain words.
fn parse_words(message: &str) -> String {
    if message.contains("recursion limit") {
        return TOO_DEEP.to_owned();
    }
    if message.contains("'<EOF>' expecting") {
        return "The condition ends too early; something is missing here.".to_owned();
    }
    let quoted = message
        .split_once("input ")
        .and_then(|(_, rest)| rest.split_once('\''))
        .and_then(|(_, rest)| rest.split_once('\''))
        .map(|(token, _)| token);
    match quoted {
        Some(token) => format!("“{token}” does not fit here."),
        None => "This cannot be read here.".to_owned(),
    }
}

/// Findings with their places, in the order of the text.
pub(super) fn place_all(source: &str, findings: Vec<Finding>) -> Vec<ConditionProblem> {
    let mut problems: Vec<_> = findings
        .into_iter()
        .map(|finding| place(source, finding))
        .collect();
    problems.sort_by_key(|problem| (problem.line, problem.column));
    problems.dedup();
    problems
}

/// Where the word that a finding is about stands.
fn place(source: &str, finding: Finding) -> ConditionProblem {
    let offset = finding
        .about
        .as_deref()
        .and_then(|word| find_word(source, word))
        .unwrap_or_default();
    let before = source.get(..offset).unwrap_or_default();
    let line = before.matches('\n').count() + 1;
    let column = before.chars().rev().take_while(|c| *c != '\n').count() + 1;
    ConditionProblem {
        line: u32::try_from(line).unwrap_or(u32::MAX),
        column: u32::try_from(column).unwrap_or(u32::MAX),
        words: finding.words,
    }
}

fn find_word(source: &str, word: &str) -> Option<usize> {
    let is_part = |c: char| c.is_alphanumeric() || c == '_';
    source
        .match_indices(word)
        .find(|(at, _)| {
            let before = source.get(..*at).and_then(|text| text.chars().next_back());
            let after = source
                .get(at + word.len()..)
                .and_then(|text| text.chars().next());
            !before.is_some_and(is_part) && !after.is_some_and(is_part)
        })
        .map(|(at, _)| at)
}

//! Reply bodies as strict templates: a fixed sheet of values in, plain text out.
//!
//! A value that is not known is false, so `{{ customer_name or "there" }}` has its fallback; without one it
//! stays in the text as a blank, `{{customer name}}`, which is shown marked and cannot be sent. `blank("…")`
//! leaves one on purpose.

use std::collections::BTreeMap;
use std::fmt;
use std::ops::Range;
use std::sync::{Arc, LazyLock};

use minijinja::value::{Object, ObjectRepr, Value};
use minijinja::{AutoEscape, Environment, Error, ErrorKind, UndefinedBehavior, filters};

/// Steps a template may take: hundreds of times what a sensible one needs.
const FUEL: u64 = 20_000;
/// How a blank begins in a rendered text.
pub const BLANK_OPEN: &str = "{{";
/// How a blank ends.
pub const BLANK_CLOSE: &str = "}}";

/// What a reply can name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ReplyValue {
    /// The customer's name, where it is known.
    CustomerName,
    /// The customer's number, spaced for reading.
    CustomerNumber,
    /// The team's number of this conversation, spaced for reading.
    OurNumber,
    /// What that number is called.
    OurName,
    /// Who writes.
    AgentName,
    /// Today, on this laptop.
    Date,
    /// Now, on this laptop.
    Time,
    /// The day of the week.
    Weekday,
}

impl ReplyValue {
    /// Every value, in the order in which the editor offers them.
    pub const ALL: [Self; 8] = [
        Self::CustomerName,
        Self::CustomerNumber,
        Self::OurNumber,
        Self::OurName,
        Self::AgentName,
        Self::Date,
        Self::Time,
        Self::Weekday,
    ];

    /// Its name in a template.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::CustomerName => "customer_name",
            Self::CustomerNumber => "customer_number",
            Self::OurNumber => "our_number",
            Self::OurName => "our_name",
            Self::AgentName => "agent_name",
            Self::Date => "date",
            Self::Time => "time",
            Self::Weekday => "weekday",
        }
    }

    /// What it is, for the editor.
    #[must_use]
    pub const fn explanation(self) -> &'static str {
        match self {
            Self::CustomerName => "The customer's name, where it is known",
            Self::CustomerNumber => "The customer's number",
            Self::OurNumber => "The number of ours they write to",
            Self::OurName => "What that number is called",
            Self::AgentName => "Your name",
            Self::Date => "Today's date",
            Self::Time => "The time",
            Self::Weekday => "The day of the week",
        }
    }
}

/// The values for one conversation at one moment. What is not in it, or is empty, is not known.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ValueSheet(BTreeMap<ReplyValue, String>);

impl ValueSheet {
    /// Sets a value; white space alone is nothing.
    #[must_use]
    pub fn with(mut self, value: ReplyValue, text: impl Into<String>) -> Self {
        let text = text.into();
        if !text.trim().is_empty() {
            self.0.insert(value, text);
        }
        self
    }

    /// What the editor's preview uses.
    #[must_use]
    pub fn example() -> Self {
        Self::default()
            .with(ReplyValue::CustomerName, "Maya")
            .with(ReplyValue::CustomerNumber, "+1 415 555 0142")
            .with(ReplyValue::OurNumber, "+1 833 555 0100")
            .with(ReplyValue::OurName, "Support line")
            .with(ReplyValue::AgentName, "Robin")
            .with(ReplyValue::Date, "12 March 2027")
            .with(ReplyValue::Time, "14:30")
            .with(ReplyValue::Weekday, "Friday")
    }
}

/// Why a template cannot be used, in words for whoever wrote it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{words}")]
pub struct TemplateProblem {
    /// Line of the body, from 1, where it is known.
    pub line: Option<usize>,
    /// What is wrong.
    pub words: String,
}

/// A blank that somebody has to fill in before the text can leave.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Blank {
    /// Where it is, in bytes.
    pub range: Range<usize>,
    /// What belongs there.
    pub name: String,
}

/// Renders as the blank of its name and is false.
#[derive(Debug)]
struct Unfilled(String);

impl Object for Unfilled {
    fn repr(self: &Arc<Self>) -> ObjectRepr {
        ObjectRepr::Plain
    }

    fn is_true(self: &Arc<Self>) -> bool {
        false
    }

    fn render(self: &Arc<Self>, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{BLANK_OPEN}{}{BLANK_CLOSE}", self.0)
    }
}

fn blank(name: &str) -> Value {
    let name: String = name
        .chars()
        .filter(|it| !matches!(it, '{' | '}'))
        .map(|it| if it == '_' { ' ' } else { it })
        .collect();
    Value::from_object(Unfilled(name))
}

/// `default` also stands in for what is known to be empty.
fn or_else(value: &Value, fallback: &Value) -> Value {
    if value.is_true() {
        value.clone()
    } else {
        fallback.clone()
    }
}

fn environment() -> Environment<'static> {
    let mut environment = Environment::empty();
    environment.set_undefined_behavior(UndefinedBehavior::Strict);
    environment.set_auto_escape_callback(|_| AutoEscape::None);
    environment.set_fuel(Some(FUEL));
    environment.add_filter("default", |value: Value, fallback: Value| {
        or_else(&value, &fallback)
    });
    environment.add_filter("upper", filters::upper);
    environment.add_filter("lower", filters::lower);
    environment.add_filter("title", filters::title);
    environment.add_filter("trim", filters::trim);
    environment.add_function("blank", |name: String| blank(&name));
    environment
}

/// Whether a body can be used, whatever the values are.
///
/// # Errors
/// [`TemplateProblem`] naming the line and what is wrong.
pub fn check_template(body: &str) -> Result<(), TemplateProblem> {
    let environment = environment();
    let template = environment
        .template_from_str(body)
        .map_err(|error| problem(&error))?;
    let mut unknown: Vec<String> = template
        .undeclared_variables(false)
        .into_iter()
        .filter(|name| name != "blank" && ReplyValue::ALL.iter().all(|value| value.name() != name))
        .collect();
    unknown.sort();
    if let Some(name) = unknown.first() {
        return Err(TemplateProblem {
            line: line_of(body, name),
            words: unknown_words(name),
        });
    }
    // Both with everything known and with nothing: a fallback may hide a mistake.
    render_reply(body, &ValueSheet::example())?;
    render_reply(body, &ValueSheet::default()).map(|_| ())
}

/// The text of a reply for these values. Nothing in it is markup, and a value that looks like a template
/// stays as it is.
///
/// # Errors
/// [`TemplateProblem`]; a body that passed [`check_template`] has none in practice.
pub fn render_reply(body: &str, sheet: &ValueSheet) -> Result<String, TemplateProblem> {
    let values: BTreeMap<&str, Value> = ReplyValue::ALL
        .into_iter()
        .map(|value| {
            let known = sheet.0.get(&value).map(|text| Value::from(text.as_str()));
            (value.name(), known.unwrap_or_else(|| blank(value.name())))
        })
        .collect();
    environment()
        .template_from_str(body)
        .and_then(|template| template.render(values))
        .map_err(|error| problem(&error))
}

/// The environment of topics: what is not known reads as nothing, also a column of a row that is not there.
static TOPIC_ENVIRONMENT: LazyLock<Environment<'static>> = LazyLock::new(|| {
    let mut environment = environment();
    environment.set_undefined_behavior(UndefinedBehavior::Chainable);
    environment
});

/// The names that a text of a topic reads, columns as `row.column`, in the order of the alphabet.
///
/// # Errors
/// [`TemplateProblem`] if it cannot be read as a template.
pub(crate) fn names_in_text(body: &str) -> Result<Vec<String>, TemplateProblem> {
    if !body.contains('{') {
        return Ok(Vec::new());
    }
    let template = TOPIC_ENVIRONMENT
        .template_from_str(body)
        .map_err(|error| problem(&error))?;
    let mut names: Vec<String> = template
        .undeclared_variables(true)
        .into_iter()
        .filter(|name| name != "blank")
        .collect();
    names.sort();
    Ok(names)
}

/// A text of a topic for these values.
///
/// # Errors
/// [`TemplateProblem`].
pub(crate) fn render_text(body: &str, values: Value) -> Result<String, TemplateProblem> {
    TOPIC_ENVIRONMENT
        .template_from_str(body)
        .and_then(|template| template.render(values))
        .map_err(|error| problem(&error))
}

/// The blanks that are still in a text, in order.
#[must_use]
pub fn find_blanks(text: &str) -> Vec<Blank> {
    let mut blanks = Vec::new();
    let mut from = 0;
    while let Some(open) = text.get(from..).and_then(|rest| rest.find(BLANK_OPEN)) {
        let start = from + open;
        let inside = start + BLANK_OPEN.len();
        let Some(length) = text.get(inside..).and_then(|rest| rest.find(BLANK_CLOSE)) else {
            break;
        };
        let name = text.get(inside..inside + length).unwrap_or_default();
        // The innermost pair of braces is the blank.
        if let Some(nested) = name.rfind(BLANK_OPEN) {
            from = inside + nested;
            continue;
        }
        let end = inside + length + BLANK_CLOSE.len();
        blanks.push(Blank {
            range: start..end,
            name: name.trim().to_owned(),
        });
        from = end;
    }
    blanks
}

fn line_of(body: &str, name: &str) -> Option<usize> {
    body.lines()
        .position(|line| line.contains(name))
        .map(|index| index + 1)
}

fn unknown_words(name: &str) -> String {
    let near = ReplyValue::ALL
        .into_iter()
        .map(|value| (distance(name, value.name()), value.name()))
        .min()
        .filter(|(distance, _)| *distance <= 3);
    match near {
        Some((_, known)) => format!("There is no value called {name}. Did you mean {known}?"),
        None => {
            let names: Vec<_> = ReplyValue::ALL.iter().map(|value| value.name()).collect();
            format!(
                "There is no value called {name}. There are {}.",
                names.join(", ")
            )
        }
    }
}

/// How many letters differ: Levenshtein's distance.
fn distance(left: &str, right: &str) -> usize {
    let right: Vec<char> = right.chars().collect();
    let mut row: Vec<usize> = (0..=right.len()).collect();
    for (index, letter) in left.chars().enumerate() {
        let mut next = vec![index + 1];
        for (place, other) in right.iter().enumerate() {
            let replaced = row.get(place).copied().unwrap_or(0) + usize::from(letter != *other);
            let inserted = next.last().copied().unwrap_or(0) + 1;
            let removed = row.get(place + 1).copied().unwrap_or(0) + 1;
            next.push(replaced.min(inserted).min(removed));
        }
        row = next;
    }
    row.last().copied().unwrap_or(0)
}

fn problem(error: &Error) -> TemplateProblem {
    let detail = error.detail().unwrap_or_default();
    let words = match error.kind() {
        ErrorKind::SyntaxError => format!("The text between the braces cannot be read: {detail}."),
        ErrorKind::UnknownFilter => {
            "After | there can be default, upper, lower, title or trim.".to_owned()
        }
        ErrorKind::UnknownFunction => {
            "The only function is blank(\"…\"), which leaves a blank to fill in.".to_owned()
        }
        ErrorKind::UndefinedError => "It names a value that does not exist.".to_owned(),
        ErrorKind::OutOfFuel => "It would take too long to fill in.".to_owned(),
        _ if detail.is_empty() => "It cannot be filled in.".to_owned(),
        _ => format!("It cannot be filled in: {detail}."),
    };
    TemplateProblem {
        line: error.line(),
        words,
    }
}

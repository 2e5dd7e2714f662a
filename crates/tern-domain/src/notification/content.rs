//! What a recipient reads (S-13): templates filled in, and nothing in them that could pass for somebody else.

use std::collections::BTreeMap;

use super::definition::{Content, ContentBody, NotificationProblem};
use crate::replies::{TemplateProblem, names_in_text, render_text};
use crate::topic::{BotValue, RecordTable, Row, to_template};

/// What a notification is about.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Occasion {
    /// The row as it was when it was written; empty for an event.
    pub row: Row,
    /// What was said about the event.
    pub parms: [String; 2],
}

/// What is sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RenderedNotification {
    /// The text.
    pub text: String,
    /// The picture's address and what it shows.
    pub picture: Option<(String, String)>,
}

/// Longest value that is filled in, in characters: a text is not made of one cell.
const LONGEST_VALUE: usize = 300;

/// Why a rendered text cannot be sent, if it cannot.
#[must_use]
pub fn text_problem(rendered: &RenderedNotification) -> Option<super::RefusalReason> {
    if rendered.text.trim().is_empty() && rendered.picture.is_none() {
        return Some(super::RefusalReason::Empty);
    }
    let is_too_long = crate::segments::measure(&rendered.text).over_limit_by > 0;
    is_too_long.then_some(super::RefusalReason::TooLong)
}

impl Content {
    /// The text for an occasion. Values are put on one line, without anything that does not show: what somebody
    /// wrote into a field can neither begin a line that looks like another sender's nor turn the text around.
    ///
    /// # Errors
    /// [`TemplateProblem`]; content that was checked has none in practice.
    pub fn render(
        &self,
        table: Option<&RecordTable>,
        occasion: &Occasion,
    ) -> Result<RenderedNotification, TemplateProblem> {
        let values = values_of(occasion);
        let fill = |text: &str| render_text(&as_template(text), values.clone());
        let mut lines = vec![fill(&self.heading)?];
        let mut picture = None;
        match &self.body {
            ContentBody::Simple { text } => lines.push(fill(text)?),
            ContentBody::RecordCard {
                title,
                fields,
                link,
            } => {
                lines.push(fill(title)?);
                for field in fields {
                    let value = occasion.row.get(field).filter(|it| !it.is_empty());
                    let column = table.and_then(|table| table.column(field));
                    if let (Some(value), Some(column)) = (value, column) {
                        lines.push(format!("{}: {}", column.label, one_line(&value.to_text())));
                    }
                }
                lines.push(fill(link)?);
            }
            ContentBody::ImageCard {
                text,
                picture: address,
                alt_text,
            } => {
                lines.push(fill(text)?);
                picture = Some((fill(address)?.trim().to_owned(), fill(alt_text)?));
            }
        }
        lines.retain(|line| !line.trim().is_empty());
        Ok(RenderedNotification {
            text: lines.join("\n"),
            picture: picture.filter(|(address, _)| is_public(address)),
        })
    }
}

/// Whether content can be sent at all, whatever the row is.
pub(super) fn check(
    content: &Content,
    table: Option<&RecordTable>,
) -> Result<(), NotificationProblem> {
    let problem = |part, problem: TemplateProblem| NotificationProblem::Template {
        part,
        words: problem.words,
    };
    let readable = |part, text: &str| -> Result<(), NotificationProblem> {
        let body = as_template(text);
        let names = names_in_text(&body).map_err(|it| problem(part, it))?;
        match names.iter().find(|name| !is_known(name, table)) {
            Some(name) => Err(NotificationProblem::Template {
                part,
                words: format!("there is nothing called {name}"),
            }),
            None => render_text(&body, values_of(&Occasion::default()))
                .map(|_| ())
                .map_err(|it| problem(part, it)),
        }
    };
    readable("Heading", &content.heading)?;
    match &content.body {
        ContentBody::Simple { text } => {
            if text.trim().is_empty() {
                return Err(NotificationProblem::Empty);
            }
            readable("Text", text)
        }
        ContentBody::RecordCard {
            title,
            fields,
            link,
        } => {
            let table = table.ok_or(NotificationProblem::NoRecord)?;
            if title.trim().is_empty() {
                return Err(NotificationProblem::Empty);
            }
            if let Some(column) = fields.iter().find(|name| table.column(name).is_none()) {
                return Err(NotificationProblem::NoColumn {
                    column: column.clone(),
                });
            }
            readable("Title", title)?;
            readable("Link", link)
        }
        ContentBody::ImageCard {
            text,
            picture,
            alt_text,
        } => {
            // The scheme and host are the author's own: a cell cannot choose whose picture it is.
            if !is_public(picture) {
                return Err(NotificationProblem::Picture);
            }
            if alt_text.trim().is_empty() {
                return Err(NotificationProblem::AltText);
            }
            readable("Text", text)?;
            readable("Picture", picture)?;
            readable("What the picture shows", alt_text)
        }
    }
}

fn is_known(name: &str, table: Option<&RecordTable>) -> bool {
    matches!(name, "event.parm1" | "event.parm2")
        || table.is_some_and(|table| table.column(name).is_some())
}

fn is_public(address: &str) -> bool {
    crate::topic::https_host(address).is_some()
}

/// `${name}` is the way that definitions name a value; the language is the one of topics.
fn as_template(text: &str) -> String {
    let mut template = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, inside)) = rest.split_once("${") {
        template.push_str(before);
        match inside.split_once('}') {
            Some((name, after)) => {
                template.push_str("{{ ");
                template.push_str(name.trim());
                template.push_str(" }}");
                rest = after;
            }
            None => {
                template.push_str("${");
                rest = inside;
            }
        }
    }
    template.push_str(rest);
    template
}

fn values_of(occasion: &Occasion) -> minijinja::Value {
    let [first, second] = &occasion.parms;
    let parms = [("parm1", first), ("parm2", second)]
        .map(|(name, text)| (name.to_owned(), one_line(text).into()));
    let event = BotValue::Row(BTreeMap::from(parms));
    occasion
        .row
        .iter()
        .map(|(name, value)| (name.as_str(), to_template(&harmless(value))))
        .chain([("event", to_template(&event))])
        .collect()
}

fn harmless(value: &BotValue) -> BotValue {
    match value {
        BotValue::Text(text) => one_line(text).into(),
        BotValue::List(_) => one_line(&value.to_text()).into(),
        BotValue::Row(_) => BotValue::Nothing,
        other => other.clone(),
    }
}

/// A value on one line: nothing that breaks a line, steers the direction of writing or takes no room.
fn one_line(text: &str) -> String {
    let is_unseen = |it: char| matches!(it, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}' | '\u{61c}');
    let plain: String = text
        .chars()
        .map(|it| {
            if it.is_control() || matches!(it, '\u{2028}' | '\u{2029}') {
                ' '
            } else {
                it
            }
        })
        .filter(|it| !is_unseen(*it))
        .collect();
    let words: Vec<&str> = plain.split_whitespace().collect();
    let line = words.join(" ");
    if line.chars().count() <= LONGEST_VALUE {
        return line;
    }
    // Three plain dots: the one character would make the whole text cost more than twice as much.
    let cut: String = line.chars().take(LONGEST_VALUE - 3).collect();
    cut + "..."
}

//! Reads what was typed into words, operators and complaints.
//!
//! One pass over at most [`LONGEST_SEARCH`] characters, so that a pasted page costs what a sentence does. It
//! refuses nothing: whatever is not understood is told, and the rest counts.

use jiff::Zoned;
use jiff::civil::Date;

use super::script::{LETTERS_OF_A_WORD, is_unspaced, is_wanted, runs};
use super::{
    DaySpan, LONGEST_SEARCH, MOST_WORDS, Operator, SearchFilters, SearchPart, SearchProblem,
    SearchState, SearchTerm, SearchText, Sender, Vocabulary, read_days,
};
use crate::ids::AgentId;
use crate::time::UtcMillis;
use crate::topic::TopicName;

/// Longest piece of what was typed that a complaint repeats, in characters.
const LONGEST_QUOTE: usize = 30;

/// Only the words of a text that has no operators.
#[must_use]
pub fn plain_terms(text: &str) -> Vec<SearchTerm> {
    let (text, _) = cut(text);
    let mut reading = SearchText::default();
    for token in tokens(text) {
        add_words(&mut reading, text, &token, token.text);
    }
    limit_words(&mut reading);
    reading.terms
}

/// Reads a search. `now` carries the time zone of its days.
#[must_use]
pub fn read_search(text: &str, vocabulary: Vocabulary<'_>, now: &Zoned) -> SearchText {
    let (text, is_cut) = cut(text);
    let mut reading = SearchText::default();
    let mut days = Days::default();
    for token in tokens(text) {
        let Some((operator, value)) = token.operator else {
            add_words(&mut reading, text, &token, token.text);
            continue;
        };
        let is_typed_now = token.end == text.len();
        let read = Reader {
            operator,
            value: value.trim(),
            is_excluded: token.is_excluded,
            vocabulary,
            now,
        };
        match read.into_filters(&mut reading.filters, &mut days) {
            Ok(words) => reading.parts.push(SearchPart {
                words,
                without: without(text, token.start, token.end),
            }),
            Err(SearchProblem::NoValue { .. }) if is_typed_now => {}
            Err(problem) => reading.problems.push(problem),
        }
    }
    reading.filters.from = days.from.and_then(|day| start_of(day, now));
    reading.filters.until = days.until.and_then(|day| start_of(day, now));
    if let (Some(from), Some(until)) = (days.from, days.until)
        && from >= until
    {
        reading.problems.push(SearchProblem::NoDayLeft);
    }
    if limit_words(&mut reading) || is_cut {
        reading.problems.push(SearchProblem::TooLong);
    }
    reading
}

fn cut(text: &str) -> (&str, bool) {
    match text.char_indices().nth(LONGEST_SEARCH) {
        Some((end, _)) => (text.get(..end).unwrap_or_default(), true),
        None => (text, false),
    }
}

/// A piece between spaces, or between quotes.
struct Token<'t> {
    /// Where it begins and ends in what was typed, quotes and minus included.
    start: usize,
    end: usize,
    /// Without quotes and minus.
    text: &'t str,
    is_quoted: bool,
    is_excluded: bool,
    operator: Option<(Operator, &'t str)>,
}

/// Cuts what was typed into its tokens.
fn tokens(text: &str) -> Vec<Token<'_>> {
    let mut tokens = Vec::new();
    let mut at = 0;
    while let Some(rest) = text.get(at..).filter(|rest| !rest.is_empty()) {
        let space = rest.len() - rest.trim_start().len();
        if space > 0 {
            at += space;
            continue;
        }
        let token = token(text, at);
        at = token.end.max(at + 1);
        tokens.push(token);
    }
    tokens
}

fn token(text: &str, start: usize) -> Token<'_> {
    let rest = text.get(start..).unwrap_or_default();
    let turned = rest
        .strip_prefix('-')
        .filter(|after| after.starts_with(|letter: char| letter == '"' || letter.is_alphabetic()));
    let (body, from) = turned.map_or((rest, start), |after| (after, start + 1));
    if let Some(quoted) = body.strip_prefix('"') {
        let (inside, length) = quoted_part(quoted);
        return Token {
            start,
            end: from + 1 + length,
            text: inside,
            is_quoted: true,
            is_excluded: turned.is_some(),
            operator: None,
        };
    }
    let name_length = body
        .find(|letter: char| !letter.is_ascii_alphabetic())
        .unwrap_or(body.len());
    let (name, after) = body.split_at_checked(name_length).unwrap_or((body, ""));
    if let (Some(operator), Some(value)) = (Operator::named(name), after.strip_prefix(':')) {
        let value_at = from + name_length + 1;
        let (value, end) = match value.strip_prefix('"') {
            Some(quoted) => {
                let (inside, length) = quoted_part(quoted);
                (inside, value_at + 1 + length)
            }
            None => {
                let value = until_space(value);
                (value, value_at + value.len())
            }
        };
        return Token {
            start,
            end,
            text: "",
            is_quoted: false,
            is_excluded: turned.is_some(),
            operator: Some((operator, value)),
        };
    }
    let length = body
        .find(|letter: char| letter.is_whitespace() || letter == '"')
        .unwrap_or(body.len());
    Token {
        start,
        end: from + length,
        text: body.get(..length).unwrap_or_default(),
        is_quoted: false,
        is_excluded: turned.is_some(),
        operator: None,
    }
}

/// What stands before the closing quote, and how far that is with the quote.
fn quoted_part(text: &str) -> (&str, usize) {
    match text.split_once('"') {
        Some((inside, _)) => (inside, inside.len() + 1),
        None => (text, text.len()),
    }
}

fn until_space(text: &str) -> &str {
    text.split(char::is_whitespace).next().unwrap_or_default()
}

/// What was typed without one of its tokens.
fn without(text: &str, start: usize, end: usize) -> String {
    let before = text.get(..start).unwrap_or_default().trim_end();
    let after = text.get(end..).unwrap_or_default().trim_start();
    if before.is_empty() || after.is_empty() {
        format!("{before}{after}")
    } else {
        format!("{before} {after}")
    }
}

fn add_words(reading: &mut SearchText, text: &str, token: &Token<'_>, words: &str) {
    if !words.chars().any(is_wanted) {
        return;
    }
    reading.terms.push(SearchTerm {
        words: words.replace('\0', " "),
        // Only what stands at the very end is still being typed.
        is_open: !token.is_quoted && !token.is_excluded && token.end == text.len(),
        is_excluded: token.is_excluded,
    });
}

/// Leaves no more words than anybody types; tells whether there were more.
fn limit_words(reading: &mut SearchText) -> bool {
    let mut room = MOST_WORDS;
    let before = reading.terms.len();
    let mut is_cut = false;
    for term in &mut reading.terms {
        let count: usize = runs(&term.words).map(|(_, count)| count).sum();
        if count > room {
            is_cut = true;
            term.words = first_words(&term.words, room);
            term.is_open = false;
        }
        room = room.saturating_sub(count);
    }
    reading.terms.retain(|term| !term.words.is_empty());
    is_cut || reading.terms.len() < before
}

/// As many of the first words as there is room for; runs that stood together stay together.
fn first_words(words: &str, mut room: usize) -> String {
    let mut kept = String::new();
    for (run, count) in runs(words) {
        if count > room && !run.starts_with(is_unspaced) || room == 0 {
            break;
        }
        if !kept.is_empty() {
            kept.push(' ');
        }
        kept.extend(run.chars().take(if count > room {
            room * LETTERS_OF_A_WORD
        } else {
            run.len()
        }));
        room = room.saturating_sub(count);
    }
    kept
}

/// The days that all dates together leave.
#[derive(Default)]
struct Days {
    from: Option<Date>,
    until: Option<Date>,
}

impl Days {
    fn not_before(&mut self, day: Date) {
        self.from = Some(self.from.map_or(day, |from| from.max(day)));
    }

    fn before(&mut self, day: Date) {
        self.until = Some(self.until.map_or(day, |until| until.min(day)));
    }
}

fn start_of(day: Date, now: &Zoned) -> Option<UtcMillis> {
    let start = day.to_zoned(now.time_zone().clone()).ok()?;
    Some(UtcMillis(start.timestamp().as_millisecond()))
}

/// One operator and its value.
struct Reader<'r> {
    operator: Operator,
    value: &'r str,
    is_excluded: bool,
    vocabulary: Vocabulary<'r>,
    now: &'r Zoned,
}

impl Reader<'_> {
    /// Adds what is asked for; answers it in words.
    fn into_filters(
        self,
        filters: &mut SearchFilters,
        days: &mut Days,
    ) -> Result<String, SearchProblem> {
        let operator = self.operator.name();
        if self.value.is_empty() {
            let example = self.operator.example();
            return Err(SearchProblem::NoValue { operator, example });
        }
        if self.is_excluded && self.operator != Operator::Has {
            return Err(SearchProblem::NotExcludable { operator });
        }
        let lower = self.value.to_lowercase();
        match self.operator {
            Operator::From | Operator::Agent => {
                let (sender, words) = self.sender(&lower)?;
                filters.sender = Some(sender);
                Ok(words)
            }
            Operator::Number => {
                let digits: String = lower.chars().filter(char::is_ascii_digit).collect();
                if digits.is_empty() {
                    return Err(self.unknown());
                }
                filters.number = Some(digits);
                Ok(format!("Number with {}", quote(self.value)))
            }
            Operator::Person => {
                if !lower.chars().any(char::is_alphanumeric) {
                    return Err(self.unknown());
                }
                filters.person = Some(lower);
                Ok(format!("Name with {}", quote(self.value)))
            }
            Operator::Before | Operator::After | Operator::On => self.days(days),
            Operator::Has => {
                if !matches!(
                    lower.as_str(),
                    "image" | "images" | "picture" | "pictures" | "photo" | "photos"
                ) {
                    return Err(self.unknown());
                }
                filters.has_picture = Some(!self.is_excluded);
                let words = if self.is_excluded { "Without" } else { "With" };
                Ok(format!("{words} picture"))
            }
            Operator::Is => {
                let (flag, words) = match lower.as_str() {
                    "note" | "notes" => (&mut filters.is_note, "Notes"),
                    "unread" => (&mut filters.is_unread, "Unread"),
                    "failed" | "undelivered" => (&mut filters.is_failed, "Failed"),
                    _ => return Err(self.unknown()),
                };
                *flag = true;
                Ok(words.to_owned())
            }
            Operator::Topic => {
                let (name, title) = self.topic(&lower)?;
                filters.topic = Some(name);
                Ok(format!("Topic {title}"))
            }
            Operator::State => {
                let state = SearchState::named(&lower).ok_or_else(|| self.unknown())?;
                filters.state = Some(state);
                Ok(format!("In {}", state.words()))
            }
        }
    }

    fn days(&self, days: &mut Days) -> Result<String, SearchProblem> {
        let DaySpan { first, end } =
            read_days(self.value, self.now.date()).ok_or_else(|| self.unknown())?;
        let last = end.yesterday().unwrap_or(end);
        Ok(match self.operator {
            Operator::Before => {
                days.before(first);
                format!("Before {first}")
            }
            Operator::After => {
                days.not_before(first);
                format!("From {first} on")
            }
            _ => {
                days.not_before(first);
                days.before(end);
                if last == first {
                    format!("On {first}")
                } else {
                    format!("{first} to {last}")
                }
            }
        })
    }

    fn sender(&self, lower: &str) -> Result<(Sender, String), SearchProblem> {
        if self.operator == Operator::From {
            match lower {
                "customer" | "customers" | "them" | "requester" => {
                    return Ok((Sender::Requester, "From customers".to_owned()));
                }
                "us" | "team" => return Ok((Sender::Team, "From us".to_owned())),
                "bot" => {
                    return Ok((Sender::VirtualAgent, "From the virtual agent".to_owned()));
                }
                _ => {}
            }
        }
        if lower == "me" {
            return Ok((Sender::Agent(self.vocabulary.me), "From me".to_owned()));
        }
        let (id, name) = self.agent(lower)?;
        Ok((Sender::Agent(id), format!("From {name}")))
    }

    /// The one of the team who is called so, or whose name begins so.
    fn agent(&self, lower: &str) -> Result<(AgentId, String), SearchProblem> {
        let name = || quote(self.value);
        let agents = self.vocabulary.agents;
        let exact = agents.iter().find(|(_, it)| it.to_lowercase() == lower);
        let mut fitting = agents.iter().filter(|(_, it)| begins(it, lower));
        let (found, another) = match exact {
            Some(found) => (Some(found), None),
            None => (fitting.next(), fitting.next()),
        };
        match (found, another) {
            (Some((id, name)), None) => Ok((*id, name.clone())),
            (Some(_), Some(_)) => Err(SearchProblem::SeveralCalled { name: name() }),
            (None, _) => Err(SearchProblem::NobodyCalled { name: name() }),
        }
    }

    /// The topic that is called so, or whose name begins so or has a word that does.
    fn topic(&self, lower: &str) -> Result<(TopicName, String), SearchProblem> {
        let name = || quote(self.value);
        let topics = self.vocabulary.topics;
        let exact = topics
            .iter()
            .find(|(id, title)| id.to_lowercase() == lower || title.to_lowercase() == lower);
        let mut fitting = topics
            .iter()
            .filter(|(id, title)| begins(id, lower) || begins(title, lower));
        let (found, another) = match exact {
            Some(found) => (Some(found), None),
            None => (fitting.next(), fitting.next()),
        };
        match (found, another) {
            (Some((id, title)), None) => Ok((id.clone(), title.clone())),
            (Some(_), Some(_)) => Err(SearchProblem::SeveralTopics { name: name() }),
            (None, _) => Err(SearchProblem::NoTopicCalled { name: name() }),
        }
    }

    fn unknown(&self) -> SearchProblem {
        SearchProblem::UnknownValue {
            operator: self.operator.name(),
            value: quote(self.value),
            example: self.operator.example(),
        }
    }
}

/// A name, or one of its words, begins so.
pub(super) fn begins(name: &str, lower: &str) -> bool {
    let name = name.to_lowercase();
    name.starts_with(lower)
        || name
            .split(|letter: char| letter.is_whitespace() || letter == '_' || letter == '-')
            .any(|word| word.starts_with(lower))
}

fn quote(value: &str) -> String {
    match value.char_indices().nth(LONGEST_QUOTE) {
        Some((end, _)) => format!("{}…", value.get(..end).unwrap_or_default()),
        None => value.to_owned(),
    }
}

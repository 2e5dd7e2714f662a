//! From what was typed to an expression of the index.
//!
//! Owns the quoting: each word becomes a quoted string, so the index's own operators cannot be typed. Filters
//! become words of the facets column. It refuses words without a letter or digit, which the index does not
//! know either.

use tern_domain::{ConversationId, Direction};

use super::SearchQuery;

/// More words than anybody types; a pasted page must not become a slow query.
const MOST_WORDS: usize = 16;

/// The expression of a query; `None` if it asks for nothing.
pub(super) fn of(query: &SearchQuery) -> Option<String> {
    let words = words(&query.text);
    if words.is_empty()
        && query
            .text
            .chars()
            .any(|character| !character.is_whitespace())
    {
        // Only punctuation: nothing can match, and filters alone would show what was not asked for.
        return None;
    }
    let mut terms: Vec<String> = words.iter().map(Word::to_term).collect();
    terms.extend(facets(query));
    if query.has_picture == Some(false) {
        let without = facet(PICTURE.to_string());
        if terms.is_empty() {
            let any = [Direction::Inbound, Direction::Outbound].map(|way| facet(direction(way)));
            terms.push(format!("({})", any.join(" OR ")));
        }
        return Some(format!("({}) NOT {without}", terms.join(" AND ")));
    }
    (!terms.is_empty()).then(|| terms.join(" AND "))
}

/// A word to look for.
#[derive(Debug, PartialEq, Eq)]
struct Word {
    text: String,
    /// It may go on: the last word while it is being typed.
    is_open: bool,
}

impl Word {
    fn to_term(&self) -> String {
        let star = if self.is_open { " *" } else { "" };
        format!("body : \"{}\"{star}", self.text)
    }
}

/// Splits what was typed at spaces, except within double quotes.
fn words(text: &str) -> Vec<Word> {
    let mut words = Vec::new();
    for (index, piece) in text.split('"').enumerate() {
        let is_quoted = index % 2 == 1;
        if is_quoted {
            words.extend(word(piece, false));
            continue;
        }
        words.extend(
            piece
                .split_whitespace()
                .filter_map(|part| word(part, false)),
        );
        if !piece.ends_with(char::is_whitespace)
            && piece
                .split_whitespace()
                .next_back()
                .is_some_and(has_content)
            && let Some(last) = words.last_mut()
        {
            last.is_open = true;
        }
    }
    // Only the very last word is still being typed.
    let count = words.len();
    for word in words.iter_mut().take(count.saturating_sub(1)) {
        word.is_open = false;
    }
    words.truncate(MOST_WORDS);
    words
}

fn word(text: &str, is_open: bool) -> Option<Word> {
    has_content(text).then(|| Word {
        text: text.replace('\0', " "),
        is_open,
    })
}

fn has_content(text: &str) -> bool {
    text.chars().any(char::is_alphanumeric)
}

const PICTURE: char = '\u{E003}';
const AUTHOR: char = '\u{E004}';

const fn direction_facet(direction: Direction) -> char {
    match direction {
        Direction::Inbound => '\u{E001}',
        Direction::Outbound => '\u{E002}',
    }
}

fn direction(direction: Direction) -> String {
    direction_facet(direction).to_string()
}

/// The conversation as two characters for private use, the lower digit first, as the view writes it.
fn conversation(id: ConversationId) -> String {
    const FIRST: u32 = 0xE800;
    const BASE: i64 = 4096;
    [
        id.0.rem_euclid(BASE),
        id.0.div_euclid(BASE).rem_euclid(BASE),
    ]
    .into_iter()
    .filter_map(|digit| char::from_u32(FIRST.saturating_add(u32::try_from(digit).ok()?)))
    .collect()
}

fn facet(word: String) -> String {
    format!("facets : \"{word}\"")
}

fn facets(query: &SearchQuery) -> impl Iterator<Item = String> {
    let picture = (query.has_picture == Some(true)).then(|| PICTURE.to_string());
    let author = query
        .author
        .map(|author| format!("{AUTHOR}{}", author.uuid().simple()));
    [
        query.conversation.map(conversation),
        query.direction.map(direction),
        picture,
        author,
    ]
    .into_iter()
    .flatten()
    .map(facet)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn expression(text: &str) -> Option<String> {
        of(&SearchQuery {
            text: text.to_owned(),
            ..SearchQuery::default()
        })
    }

    #[test]
    fn the_last_word_is_open_until_a_space_ends_it() {
        assert_eq!(
            expression("red sho").unwrap(),
            r#"body : "red" AND body : "sho" *"#
        );
        assert_eq!(expression("red ").unwrap(), r#"body : "red""#);
    }

    #[test]
    fn quotes_keep_words_together_and_operators_are_only_words() {
        assert_eq!(
            expression(r#"NOT "thank you" AND"#).unwrap(),
            r#"body : "NOT" AND body : "thank you" AND body : "AND" *"#
        );
        assert_eq!(
            expression(r#"a "half open"#).unwrap(),
            r#"body : "a" AND body : "half open""#
        );
    }

    #[test]
    fn without_a_word_and_a_filter_there_is_nothing_to_ask() {
        assert_eq!(expression(""), None);
        assert_eq!(expression(" ?! * \" "), None);
    }
}

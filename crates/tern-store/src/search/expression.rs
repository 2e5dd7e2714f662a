//! From a query to an expression of the index.
//!
//! Owns the quoting: each word becomes a quoted string, so the index's own operators cannot be typed. Filters
//! become words of the facets column. It refuses words without a letter or digit, which the index does not
//! know either.

use tern_domain::search::{SearchFilters, SearchTerm, Sender};
use tern_domain::{AgentId, ConversationId, Direction};

use super::SearchQuery;
use super::grams::{is_wanted, wording};

/// What is looked through.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Index {
    Texts,
    Notes,
}

/// The expression of a query; `None` if it asks for nothing. `among` narrows it to these conversations.
pub(super) fn of(
    query: &SearchQuery,
    index: Index,
    among: Option<&[ConversationId]>,
) -> Option<String> {
    let is_asking =
        query.terms.iter().any(has_content) || query.filters != SearchFilters::default();
    if !is_asking {
        return None;
    }
    let (wanted, unwanted): (Vec<_>, Vec<_>) = query
        .terms
        .iter()
        .filter(|term| has_content(term))
        .partition(|term| !term.is_excluded);
    let mut terms: Vec<String> = wanted.into_iter().map(to_term).collect();
    terms.extend(query.conversation.map(|id| facet(&conversation(id))));
    terms.extend(among.map(|ids| any_of(ids.iter().copied().map(conversation))));
    let mut without: Vec<String> = unwanted.into_iter().map(to_term).collect();
    match index {
        Index::Texts => texts(&query.filters, &mut terms, &mut without),
        Index::Notes => match query.filters.sender {
            Some(Sender::Agent(agent)) => terms.push(facet(&author(agent))),
            _ if terms.is_empty() => terms.push(facet(&NOTE.to_string())),
            _ => {}
        },
    }
    let terms = terms.join(" AND ");
    Some(if without.is_empty() {
        terms
    } else {
        format!("({terms}) NOT ({})", without.join(" OR "))
    })
}

/// Adds what filters come to in the facets of texts.
fn texts(filters: &SearchFilters, terms: &mut Vec<String>, without: &mut Vec<String>) {
    let (sender, not_sender) = sender(filters.sender);
    terms.extend(sender);
    without.extend(not_sender);
    match filters.has_picture {
        Some(true) => terms.push(facet(&PICTURE.to_string())),
        Some(false) => without.push(facet(&PICTURE.to_string())),
        None => {}
    }
    if terms.is_empty() {
        terms.push(any_of(
            [Direction::Inbound, Direction::Outbound]
                .map(direction)
                .into_iter(),
        ));
    }
}

/// What who wrote it comes to in facets: one to have, and one not to have.
fn sender(sender: Option<Sender>) -> (Option<String>, Option<String>) {
    let way = |way| Some(facet(&direction(way)));
    match sender {
        None => (None, None),
        Some(Sender::Requester) => (way(Direction::Inbound), None),
        Some(Sender::Team) => (way(Direction::Outbound), None),
        // The index knows of agents only; which of the others are the virtual agent's is in the row.
        Some(Sender::VirtualAgent) => (
            way(Direction::Outbound),
            Some(format!("facets : \"{AUTHOR}\" *")),
        ),
        Some(Sender::Agent(agent)) => (Some(facet(&author(agent))), None),
    }
}

/// A term stands in the words of a text, or in what the index has beside them; letters in pairs only there.
fn to_term(term: &SearchTerm) -> String {
    let wording = wording(term);
    let star = if wording.is_open { " *" } else { "" };
    let column = if wording.is_of_pairs { "facets : " } else { "" };
    let words: Vec<&str> = wording.words.split_whitespace().collect();
    format!(
        "{column}\"{}\"{star}",
        words.join(" ").replace(['"', '\0'], " ")
    )
}

fn has_content(term: &SearchTerm) -> bool {
    term.words.chars().any(is_wanted)
}

const PICTURE: char = '\u{E003}';
const AUTHOR: char = '\u{E004}';
const NOTE: char = '\u{E005}';

const fn direction_facet(direction: Direction) -> char {
    match direction {
        Direction::Inbound => '\u{E001}',
        Direction::Outbound => '\u{E002}',
    }
}

fn direction(direction: Direction) -> String {
    direction_facet(direction).to_string()
}

fn author(agent: AgentId) -> String {
    format!("{AUTHOR}{}", agent.uuid().simple())
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

fn facet(word: &str) -> String {
    format!("facets : \"{word}\"")
}

fn any_of(words: impl Iterator<Item = String>) -> String {
    let words: Vec<String> = words.map(|word| format!("\"{word}\"")).collect();
    format!("facets : ({})", words.join(" OR "))
}

#[cfg(test)]
mod tests {
    use tern_domain::search::plain_terms;

    use super::*;

    fn expression(text: &str) -> Option<String> {
        of(
            &SearchQuery {
                terms: plain_terms(text),
                ..SearchQuery::default()
            },
            Index::Texts,
            None,
        )
    }

    #[test]
    fn the_last_word_is_open_until_a_space_ends_it() {
        assert_eq!(expression("red sho").unwrap(), r#""red" AND "sho" *"#);
        assert_eq!(expression("red ").unwrap(), r#""red""#);
    }

    #[test]
    fn quotes_keep_words_together_and_operators_of_the_index_are_only_words() {
        assert_eq!(
            expression(r#"NOT "thank you" AND"#).unwrap(),
            r#""NOT" AND "thank you" AND "AND" *"#
        );
        assert_eq!(
            expression(r#"red -shoes -"thank you" "#).unwrap(),
            r#"("red") NOT ("shoes" OR "thank you")"#
        );
    }

    #[test]
    fn letters_of_scripts_without_spaces_are_asked_for_in_pairs_and_facets_by_nobody() {
        assert_eq!(
            expression("東京都 shoes").unwrap(),
            r#"facets : "東京 京都" AND "shoes" *"#
        );
        assert_eq!(expression("都 ").unwrap(), r#"facets : "都" *"#);
        assert_eq!(expression("a\u{E001}b \u{E004}").unwrap(), r#""a b""#);
    }

    #[test]
    fn without_a_word_and_a_filter_there_is_nothing_to_ask() {
        assert_eq!(expression(""), None);
        assert_eq!(expression(" ?! * \" "), None);
    }

    #[test]
    fn what_only_leaves_out_looks_at_everything_else() {
        assert_eq!(
            expression("-red ").unwrap(),
            "(facets : (\"\u{E001}\" OR \"\u{E002}\")) NOT (\"red\")"
        );
        let bots = SearchQuery {
            filters: SearchFilters {
                sender: Some(Sender::VirtualAgent),
                ..SearchFilters::default()
            },
            ..SearchQuery::default()
        };
        assert_eq!(
            of(&bots, Index::Texts, None).unwrap(),
            "(facets : \"\u{E002}\") NOT (facets : \"\u{E004}\" *)"
        );
    }
}

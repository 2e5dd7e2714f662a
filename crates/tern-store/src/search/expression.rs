//! From a query to an expression of the index.
//!
//! Owns the quoting: each word becomes a quoted string, so the index's own operators cannot be typed. Filters
//! become words of the facets column. It refuses words without a letter or digit, which the index does not
//! know either.

use tern_domain::search::{SearchTerm, Sender};
use tern_domain::{AgentId, ConversationId, Direction};

use super::SearchQuery;

/// The expression of a query; `None` if it asks for nothing. `among` narrows it to these conversations.
pub(super) fn of(query: &SearchQuery, among: Option<&[ConversationId]>) -> Option<String> {
    let is_asking = query.terms.iter().any(has_content)
        || query.filters != tern_domain::search::SearchFilters::default();
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
    let (sender, not_sender) = sender(query.filters.sender);
    terms.extend(sender);
    without.extend(not_sender);
    match query.filters.has_picture {
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
    let terms = terms.join(" AND ");
    Some(if without.is_empty() {
        terms
    } else {
        format!("({terms}) NOT ({})", without.join(" OR "))
    })
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

fn to_term(term: &SearchTerm) -> String {
    let star = if term.is_open { " *" } else { "" };
    format!("body : \"{}\"{star}", term.words.replace(['"', '\0'], " "))
}

fn has_content(term: &SearchTerm) -> bool {
    term.words.chars().any(char::is_alphanumeric)
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
    use tern_domain::search::{SearchFilters, plain_terms};

    use super::*;

    fn expression(text: &str) -> Option<String> {
        of(
            &SearchQuery {
                terms: plain_terms(text),
                ..SearchQuery::default()
            },
            None,
        )
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
    fn quotes_keep_words_together_and_operators_of_the_index_are_only_words() {
        assert_eq!(
            expression(r#"NOT "thank you" AND"#).unwrap(),
            r#"body : "NOT" AND body : "thank you" AND body : "AND" *"#
        );
        assert_eq!(
            expression(r#"red -shoes -"thank you" "#).unwrap(),
            r#"(body : "red") NOT (body : "shoes" OR body : "thank you")"#
        );
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
            "(facets : (\"\u{E001}\" OR \"\u{E002}\")) NOT (body : \"red\")"
        );
        let bots = SearchQuery {
            filters: SearchFilters {
                sender: Some(Sender::VirtualAgent),
                ..SearchFilters::default()
            },
            ..SearchQuery::default()
        };
        assert_eq!(
            of(&bots, None).unwrap(),
            "(facets : \"\u{E002}\") NOT (facets : \"\u{E004}\" *)"
        );
    }
}

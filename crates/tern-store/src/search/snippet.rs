//! A hit's snippet in parts, without any markup.
//!
//! The index marks matches with two characters that no text may contain (Unicode noncharacters), because it
//! alone knows how it folds letters; here they are taken out again.

use tern_domain::search::SearchTerm;

use super::grams;

/// Before a match.
const OPEN: char = '\u{FDD0}';
/// After a match.
const CLOSE: char = '\u{FDD1}';

/// A run of a snippet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SnippetPart {
    /// Plain text.
    pub text: String,
    /// It matched.
    pub matched: bool,
}

/// The snippet of a body in its runs: as the index marked it, or marked here where the index cannot tell.
pub(super) fn of(marked: &str, body: &str, terms: &[SearchTerm]) -> Vec<SnippetPart> {
    if grams::has_pairs(body) {
        grams::marked(body, terms)
    } else {
        parts(marked)
    }
}

/// Cuts a marked snippet into its runs.
fn parts(marked: &str) -> Vec<SnippetPart> {
    let mut parts: Vec<SnippetPart> = Vec::new();
    let mut matched = false;
    for character in marked.chars() {
        match character {
            OPEN => matched = true,
            CLOSE => matched = false,
            _ => match parts.last_mut() {
                Some(part) if part.matched == matched => part.text.push(character),
                _ => parts.push(SnippetPart {
                    text: character.to_string(),
                    matched,
                }),
            },
        }
    }
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_become_parts_and_disappear() {
        let found = parts("see \u{FDD0}red\u{FDD1} shoes\u{FDD0}!\u{FDD1}");
        let found: Vec<_> = found
            .iter()
            .map(|part| (part.text.as_str(), part.matched))
            .collect();
        assert_eq!(
            found,
            [
                ("see ", false),
                ("red", true),
                (" shoes", false),
                ("!", true)
            ]
        );
        assert!(parts("").is_empty());
    }
}

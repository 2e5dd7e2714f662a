//! Masking: what is found is replaced sign by sign, so that a text keeps its length and shape.

use super::patterns::Pattern;
use super::{Finding, FindingKind, LONGEST_SCREENED};

/// What stands in place of a sign that was masked.
pub const MASK: char = '•';

/// A text with its sensitive parts masked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Masked {
    /// The text.
    pub text: String,
    /// Names of the patterns that were found, in alphabetical order, each once.
    pub patterns: Vec<String>,
}

/// Every appearance of a pattern. What is masked already is none.
pub(super) fn find(patterns: &[Pattern], text: &str) -> Vec<Finding> {
    let screened = screened(text);
    patterns
        .iter()
        .flat_map(|pattern| {
            pattern.find(screened).into_iter().map(|range| Finding {
                range,
                kind: FindingKind::Sensitive,
                name: pattern.name.clone(),
            })
        })
        .filter(|finding| {
            text.get(finding.range.clone())
                .is_some_and(|found| !found.contains(MASK))
        })
        .collect()
}

/// Masks until nothing more is found: what a mask leaves beside itself may be a match of its own. Each round
/// masks at least one more sign, so it ends, and masking the result again changes nothing.
pub(super) fn mask(patterns: &[Pattern], text: &str) -> Option<Masked> {
    let mut names = std::collections::BTreeSet::new();
    let mut masked = text.to_owned();
    loop {
        let mut hidden: Vec<std::ops::Range<usize>> = Vec::new();
        for pattern in patterns {
            for range in pattern.find(screened(&masked)) {
                let Some(found) = masked.get(range.clone()) else {
                    continue;
                };
                let hides = hidden_bytes(found, pattern.shows_last());
                // White space keeps its place: a match of nothing else leaves nothing to mask.
                let is_blank = found.get(..hides).is_none_or(|part| part.trim().is_empty());
                if found.contains(MASK) || is_blank {
                    continue;
                }
                names.insert(pattern.name.clone());
                hidden.push(range.start..range.start + hides);
            }
        }
        if hidden.is_empty() {
            break;
        }
        masked = masked
            .char_indices()
            .map(|(at, letter)| {
                let is_hidden = hidden.iter().any(|range| range.contains(&at));
                if is_hidden && !letter.is_whitespace() {
                    MASK
                } else {
                    letter
                }
            })
            .collect();
    }
    let rest = masked.len() - screened(&masked).len();
    if rest > 0 {
        let kept = screened(&masked).to_owned();
        let beyond = masked.chars().count() - kept.chars().count();
        let already = masked
            .get(kept.len()..)
            .is_some_and(|rest| rest.chars().all(|letter| letter == MASK));
        if !already {
            names.insert("Too long to be looked at".to_owned());
        }
        masked = kept;
        masked.extend(std::iter::repeat_n(MASK, beyond));
    }
    (!names.is_empty()).then(|| Masked {
        text: masked,
        patterns: names.into_iter().collect(),
    })
}

/// How much of a match is masked when its last digits stay.
fn hidden_bytes(found: &str, shows_last: usize) -> usize {
    if shows_last == 0 {
        return found.len();
    }
    found
        .char_indices()
        .rev()
        .filter(|(_, letter)| letter.is_numeric())
        .nth(shows_last - 1)
        .map_or(found.len(), |(at, _)| at)
}

/// The part that is looked at.
fn screened(text: &str) -> &str {
    match text.char_indices().nth(LONGEST_SCREENED) {
        Some((end, _)) => text.get(..end).unwrap_or(text),
        None => text,
    }
}

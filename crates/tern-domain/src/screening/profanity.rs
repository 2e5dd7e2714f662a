//! Forbidden and allowed words of agents' texts (H-16). A word is whole: `class` does not hold `ass`.

use regex::Regex;

use super::patterns::expression;
use super::rules::ScreeningProblem;
use super::{Finding, FindingKind};

/// What a finding is called: the word itself is not repeated anywhere.
const NAME: &str = "Forbidden word";

/// Both lists, ready to use.
#[derive(Debug, Default)]
pub(super) struct WordList {
    forbidden: Option<Regex>,
    allowed: Option<Regex>,
}

impl WordList {
    pub(super) fn new(forbidden: &[String], allowed: &[String]) -> Result<Self, ScreeningProblem> {
        Ok(Self {
            forbidden: whole_words("Forbidden words", forbidden)?,
            allowed: whole_words("Allowed words", allowed)?,
        })
    }

    /// Forbidden words that are not part of something allowed.
    pub(super) fn find(&self, text: &str) -> Vec<Finding> {
        let Some(forbidden) = &self.forbidden else {
            return Vec::new();
        };
        let allowed: Vec<_> = self
            .allowed
            .iter()
            .flat_map(|allowed| allowed.find_iter(text))
            .map(|found| found.range())
            .collect();
        forbidden
            .find_iter(text)
            .map(|found| found.range())
            .filter(|range| {
                !allowed
                    .iter()
                    .any(|other| other.start <= range.start && range.end <= other.end)
            })
            .map(|range| Finding {
                range,
                kind: FindingKind::Forbidden,
                name: NAME.to_owned(),
            })
            .collect()
    }
}

/// One expression for a list; a `*` at the end of a word stands for any ending.
fn whole_words(name: &str, words: &[String]) -> Result<Option<Regex>, ScreeningProblem> {
    let mut alternatives: Vec<String> = words
        .iter()
        .map(|word| word.trim())
        .filter(|word| !word.trim_matches('*').is_empty())
        .map(|word| match word.strip_suffix('*') {
            Some(beginning) => format!(r"{}\w*", regex::escape(beginning)),
            None => regex::escape(word),
        })
        .collect();
    if alternatives.is_empty() {
        return Ok(None);
    }
    // The longest first, so that all of it is marked.
    alternatives.sort_by_key(|word| std::cmp::Reverse(word.len()));
    let pattern = format!(r"(?i)(?:\b|^)(?:{})(?:\b|$)", alternatives.join("|"));
    expression(name, &pattern).map(Some)
}

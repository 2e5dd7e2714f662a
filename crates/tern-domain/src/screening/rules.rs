//! The rules as a team keeps them: what is switched on, own patterns, word lists.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::patterns::expression;

/// Most patterns of a team's own.
pub const MOST_OWN_PATTERNS: usize = 50;
/// Longest regular expression, in characters.
pub const LONGEST_EXPRESSION: usize = 500;
/// Most words of each list.
pub const MOST_WORDS: usize = 1_000;
const LONGEST_NAME: usize = 60;
const LONGEST_WORD: usize = 60;

/// The patterns that come with Tern (H-15).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ShippedPattern {
    /// Card numbers that begin with 4.
    Visa,
    /// Card numbers of 51 to 55 and 2221 to 2720.
    Mastercard,
    /// Card numbers of 34 and 37.
    Amex,
    /// Card numbers of 300 to 305, 3095, 36, 38 and 39.
    Diners,
    /// Card numbers of 6011, 644 to 649, 65 and 622126 to 622925.
    Discover,
    /// United States social security numbers with their separators.
    Ssn,
    /// E-mail addresses.
    Email,
}

impl ShippedPattern {
    /// Every pattern, in the order of the rule book.
    pub const ALL: [Self; 7] = [
        Self::Visa,
        Self::Mastercard,
        Self::Amex,
        Self::Diners,
        Self::Discover,
        Self::Ssn,
        Self::Email,
    ];

    /// What a person calls it.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::Visa => "Visa card number",
            Self::Mastercard => "Mastercard number",
            Self::Amex => "American Express number",
            Self::Diners => "Diners Club number",
            Self::Discover => "Discover card number",
            Self::Ssn => "Social security number",
            Self::Email => "E-mail address",
        }
    }

    /// Switched on from the start. Addresses are not: customers give theirs so that support can write to them.
    #[must_use]
    pub const fn is_on_from_the_start(self) -> bool {
        !matches!(self, Self::Email)
    }
}

/// A pattern of the team's own.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OwnPattern {
    /// What a person calls it; agents see it when it stops their text.
    pub name: String,
    /// Regular expression.
    pub expression: String,
    /// In use.
    pub enabled: bool,
}

/// Everything a team decides about sensitive data and words.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct ScreenRules {
    /// Mask what requesters write.
    pub mask_incoming: bool,
    /// Do not send what agents write.
    pub stop_outgoing: bool,
    /// Which shipped patterns are on; what is missing is as it is from the start.
    pub shipped_patterns: BTreeMap<ShippedPattern, bool>,
    /// Own patterns.
    pub own_patterns: Vec<OwnPattern>,
    /// Words that agents must not send; a `*` at the end stands for any ending.
    pub forbidden_words: Vec<String>,
    /// Words and phrases that are allowed though a forbidden one is in them.
    pub allowed_words: Vec<String>,
    /// A manager should know when this many texts of agents were stopped for their words …
    pub alert_after: u32,
    /// … within this many hours.
    pub alert_hours: u32,
}

impl Default for ScreenRules {
    fn default() -> Self {
        Self {
            mask_incoming: true,
            stop_outgoing: true,
            shipped_patterns: BTreeMap::new(),
            own_patterns: Vec::new(),
            forbidden_words: Vec::new(),
            allowed_words: Vec::new(),
            alert_after: 3,
            alert_hours: 24,
        }
    }
}

/// What is wrong with a team's rules, in words for whoever edits them.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ScreeningProblem {
    /// A regular expression that cannot be used.
    #[error("The pattern “{name}” cannot be used: {words}.")]
    Expression {
        /// Which pattern.
        name: String,
        /// Why.
        words: String,
    },
    /// A pattern without a name, or of a name that is taken.
    #[error("Each pattern needs a name of its own with 1 to 60 characters.")]
    PatternName,
    /// Too many or too long.
    #[error("{words}")]
    Limit {
        /// Which limit.
        words: &'static str,
    },
}

impl ScreenRules {
    /// Whether a shipped pattern is on.
    #[must_use]
    pub fn uses(&self, pattern: ShippedPattern) -> bool {
        self.shipped_patterns
            .get(&pattern)
            .copied()
            .unwrap_or(pattern.is_on_from_the_start())
    }

    /// Whether every pattern and word can be used, also those that are switched off.
    ///
    /// # Errors
    /// The first [`ScreeningProblem`].
    pub fn check(&self) -> Result<(), ScreeningProblem> {
        let limit = |words| Err(ScreeningProblem::Limit { words });
        if self.own_patterns.len() > MOST_OWN_PATTERNS {
            return limit("There is room for 50 patterns of your own.");
        }
        let mut names = std::collections::BTreeSet::new();
        for own in &self.own_patterns {
            let name = own.name.trim().to_lowercase();
            if name.is_empty() || name.chars().count() > LONGEST_NAME || !names.insert(name) {
                return Err(ScreeningProblem::PatternName);
            }
            if own.expression.chars().count() > LONGEST_EXPRESSION {
                return limit("A pattern has at most 500 characters.");
            }
            expression(&own.name, &own.expression)?;
        }
        for words in [&self.forbidden_words, &self.allowed_words] {
            if words.len() > MOST_WORDS {
                return limit("A list has room for 1000 words.");
            }
            if words.iter().any(|word| word.chars().count() > LONGEST_WORD) {
                return limit("A word has at most 60 characters.");
            }
        }
        if self.alert_hours == 0 || self.alert_hours > 24 * 31 || self.alert_after == 0 {
            return limit("Count at least one text, within 1 to 744 hours.");
        }
        Ok(())
    }
}

//! The patterns in use: shipped ones and the team's own.

use std::ops::Range;

use regex::{Regex, RegexBuilder};

use super::cards::{self, Brand};
use super::rules::{ScreenRules, ScreeningProblem, ShippedPattern};

/// What one compiled pattern may take of memory: enough for any sensible one.
const SIZE_LIMIT: usize = 1 << 20;

const SSN: &str = r"\b(\d{3})[- ](\d{2})[- ](\d{4})\b";
const EMAIL: &str = r"(?i)[a-z0-9._%+\-]{1,64}@(?:[a-z0-9\-]{1,63}\.){1,6}[a-z]{2,24}\b";

/// One pattern, ready to use.
#[derive(Debug)]
pub(super) struct Pattern {
    pub(super) name: String,
    how: How,
}

#[derive(Debug)]
enum How {
    Card(Brand),
    SocialSecurity(Regex),
    Expression(Regex),
}

impl Pattern {
    /// Where it is found, in bytes, without overlap; never empty ranges.
    pub(super) fn find(&self, text: &str) -> Vec<Range<usize>> {
        match &self.how {
            How::Card(brand) => cards::find(*brand, text),
            How::SocialSecurity(regex) => regex
                .captures_iter(text)
                .filter_map(|found| {
                    let part = |index| found.get(index).map_or("", |part| part.as_str());
                    let whole = found.get(0)?;
                    is_issued(part(1), part(2), part(3)).then(|| whole.range())
                })
                .collect(),
            How::Expression(regex) => regex
                .find_iter(text)
                .map(|found| found.range())
                .filter(|range| !range.is_empty())
                .collect(),
        }
    }

    /// Digits at the end that stay readable: enough to speak of a card, too few to use it.
    pub(super) const fn shows_last(&self) -> usize {
        match self.how {
            How::Card(_) => 4,
            How::SocialSecurity(_) | How::Expression(_) => 0,
        }
    }
}

/// Numbers that the Social Security Administration never gives out are no such numbers.
fn is_issued(area: &str, group: &str, serial: &str) -> bool {
    !matches!(area, "000" | "666") && !area.starts_with('9') && group != "00" && serial != "0000"
}

/// Compiles what is switched on.
pub(super) fn compile(rules: &ScreenRules) -> Result<Vec<Pattern>, ScreeningProblem> {
    let mut patterns = Vec::new();
    for shipped in ShippedPattern::ALL {
        if !rules.uses(shipped) {
            continue;
        }
        let how = match shipped {
            ShippedPattern::Visa => How::Card(Brand::Visa),
            ShippedPattern::Mastercard => How::Card(Brand::Mastercard),
            ShippedPattern::Amex => How::Card(Brand::Amex),
            ShippedPattern::Diners => How::Card(Brand::Diners),
            ShippedPattern::Discover => How::Card(Brand::Discover),
            ShippedPattern::Ssn => How::SocialSecurity(expression(shipped.label(), SSN)?),
            ShippedPattern::Email => How::Expression(expression(shipped.label(), EMAIL)?),
        };
        patterns.push(Pattern {
            name: shipped.label().to_owned(),
            how,
        });
    }
    for own in rules.own_patterns.iter().filter(|own| own.enabled) {
        patterns.push(Pattern {
            name: own.name.clone(),
            how: How::Expression(expression(&own.name, &own.expression)?),
        });
    }
    Ok(patterns)
}

/// A regular expression within its limits.
pub(super) fn expression(name: &str, expression: &str) -> Result<Regex, ScreeningProblem> {
    let regex = RegexBuilder::new(expression)
        .size_limit(SIZE_LIMIT)
        .dfa_size_limit(SIZE_LIMIT)
        .nest_limit(50)
        .build()
        .map_err(|error| ScreeningProblem::Expression {
            name: name.to_owned(),
            words: words(&error),
        })?;
    if regex.is_match("") {
        return Err(ScreeningProblem::Expression {
            name: name.to_owned(),
            words: "it would match nothing at all, and so every text".to_owned(),
        });
    }
    Ok(regex)
}

fn words(error: &regex::Error) -> String {
    match error {
        regex::Error::CompiledTooBig(_) => "it is too large".to_owned(),
        // The library draws the place over several lines; the last line says what is wrong.
        other => other
            .to_string()
            .lines()
            .last()
            .unwrap_or_default()
            .trim_start_matches("error: ")
            .to_owned(),
    }
}

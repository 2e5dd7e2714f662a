//! Payment card numbers: digits in a brand's range and length that pass Luhn's check.
//!
//! Written by hand and not as a pattern, because a card may stand right behind another number, and because
//! the check digit is what keeps order numbers from being masked.

use std::ops::Range;

/// Card brands (H-15).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Brand {
    Visa,
    Mastercard,
    Amex,
    Diners,
    Discover,
}

/// Separators that may stand between two digits of one number.
const MOST_SEPARATORS: usize = 3;

/// A digit and where it stands.
#[derive(Debug, Clone, Copy)]
struct Digit {
    value: u8,
    start: usize,
    end: usize,
    /// Nothing stands between it and the digit before.
    follows: bool,
}

impl Brand {
    const fn lengths(self) -> &'static [usize] {
        match self {
            Self::Visa => &[19, 16, 13],
            Self::Mastercard => &[16],
            Self::Amex => &[15],
            Self::Diners => &[19, 16, 14],
            Self::Discover => &[19, 16],
        }
    }

    /// Whether a number of this brand can begin with these six digits.
    const fn issues(self, first_six: u32) -> bool {
        let (two, three, four) = (first_six / 10_000, first_six / 1_000, first_six / 100);
        match self {
            Self::Visa => first_six / 100_000 == 4,
            Self::Mastercard => (two >= 51 && two <= 55) || (four >= 2221 && four <= 2720),
            Self::Amex => two == 34 || two == 37,
            Self::Diners => {
                (three >= 300 && three <= 305)
                    || four == 3095
                    || two == 36
                    || two == 38
                    || two == 39
            }
            Self::Discover => {
                four == 6011
                    || (three >= 644 && three <= 649)
                    || two == 65
                    || (first_six >= 622_126 && first_six <= 622_925)
            }
        }
    }
}

/// Where numbers of that brand stand in a text, in bytes, without overlap.
pub(super) fn find(brand: Brand, text: &str) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    for run in runs(text) {
        let mut index = 0;
        while index < run.len() {
            match number_at(brand, &run, index) {
                Some(length) => {
                    if let (Some(first), Some(last)) = (run.get(index), run.get(index + length - 1))
                    {
                        found.push(first.start..last.end);
                    }
                    index += length;
                }
                None => index += 1,
            }
        }
    }
    found
}

/// The length of the number that begins at this digit: it is not the rest of a longer row of digits.
fn number_at(brand: Brand, run: &[Digit], index: usize) -> Option<usize> {
    if run.get(index)?.follows {
        return None;
    }
    let six = run.get(index..index + 6)?;
    let first_six = six
        .iter()
        .fold(0, |sum, digit| sum * 10 + u32::from(digit.value));
    if !brand.issues(first_six) {
        return None;
    }
    brand.lengths().iter().copied().find(|length| {
        let ends_there = run.get(index + length).is_none_or(|next| !next.follows);
        ends_there && run.get(index..index + length).is_some_and(passes_luhn)
    })
}

/// Rows of digits with at most a few separators between two of them.
fn runs(text: &str) -> Vec<Vec<Digit>> {
    let mut runs = Vec::new();
    let mut run: Vec<Digit> = Vec::new();
    let mut separators = 0;
    for (start, letter) in text.char_indices() {
        if let Some(value) = digit(letter) {
            run.push(Digit {
                value,
                start,
                end: start + letter.len_utf8(),
                follows: !run.is_empty() && separators == 0,
            });
            separators = 0;
        } else {
            separators += 1;
            if !is_separator(letter) || separators > MOST_SEPARATORS {
                runs.push(std::mem::take(&mut run));
                separators = 0;
            }
        }
    }
    runs.push(run);
    runs.retain(|run| run.len() >= 13);
    runs
}

/// Plain and full-width digits.
fn digit(letter: char) -> Option<u8> {
    let value = match letter {
        '0'..='9' => u32::from(letter) - u32::from('0'),
        '\u{ff10}'..='\u{ff19}' => u32::from(letter) - 0xff10,
        _ => return None,
    };
    u8::try_from(value).ok()
}

/// What people and phones put between groups of digits, seen and unseen.
const fn is_separator(letter: char) -> bool {
    matches!(
        letter,
        ' ' | '-' | '.' | '/' | '_' | '\n' | '\u{a0}' | '\u{ad}' | '\u{2007}'
            ..='\u{2015}' | '\u{202f}' | '\u{2060}' | '\u{feff}'
    )
}

/// The check digit.
fn passes_luhn(digits: &[Digit]) -> bool {
    let sum: u32 = digits
        .iter()
        .rev()
        .enumerate()
        .map(|(place, digit)| {
            let value = u32::from(digit.value);
            match (place % 2, value * 2) {
                (0, _) => value,
                (_, doubled) if doubled > 9 => doubled - 9,
                (_, doubled) => doubled,
            }
        })
        .sum();
    sum.is_multiple_of(10)
}

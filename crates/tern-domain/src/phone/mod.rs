//! Phone numbers in E.164 form (P-15): the one form that is stored, compared and sent.
//!
//! What arrives from the carrier is checked for shape only, because the carrier knows better which
//! numbers exist; what a person types is converted with the libphonenumber metadata.

mod territories;

use std::str::FromStr as _;

use phonenumber::metadata::DATABASE;
use serde::{Deserialize, Serialize};

use self::territories::Told;

/// A number in E.164 form: `+`, a digit from 1 to 9, then up to 14 digits.
///
/// `Debug` hides all but the last two digits, so that a number cannot slip into a log.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct PhoneNumber(String);

/// An ISO 3166 territory such as `US`, in upper case.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Territory(phonenumber::country::Id);

/// Why a text is no phone number. The text itself is left out on purpose.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PhoneError {
    /// Not `+` and 7 to 15 digits.
    #[error("not a phone number in international form")]
    NotE164,
    /// Letters are never valid (P-15).
    #[error("a phone number has no letters")]
    HasLetters,
    /// Cannot be read as a number of that territory.
    #[error("not a phone number of this territory")]
    NotOfTerritory,
    /// No such territory.
    #[error("unknown territory")]
    UnknownTerritory,
}

impl Territory {
    /// Reads `US`, `us`, `DE` …
    ///
    /// # Errors
    /// [`PhoneError::UnknownTerritory`].
    pub fn parse(text: &str) -> Result<Self, PhoneError> {
        phonenumber::country::Id::from_str(&text.to_ascii_uppercase())
            .map(Self)
            .map_err(|_| PhoneError::UnknownTerritory)
    }

    /// `US`, `DE` …
    #[must_use]
    pub fn as_str(&self) -> &str {
        self.0.as_ref()
    }
}

impl TryFrom<String> for Territory {
    type Error = PhoneError;

    fn try_from(text: String) -> Result<Self, PhoneError> {
        Self::parse(&text)
    }
}

impl From<Territory> for String {
    fn from(territory: Territory) -> Self {
        territory.as_str().to_owned()
    }
}

/// Area codes of the North American plan that are free to call.
const TOLL_FREE_AREAS: [&str; 7] = ["800", "833", "844", "855", "866", "877", "888"];

impl PhoneNumber {
    /// Takes a number that is already in E.164 form.
    ///
    /// # Errors
    /// [`PhoneError::NotE164`].
    pub fn parse(text: &str) -> Result<Self, PhoneError> {
        let digits = text.strip_prefix('+').ok_or(PhoneError::NotE164)?;
        let shaped = (7..=15).contains(&digits.len())
            && digits.bytes().all(|byte| byte.is_ascii_digit())
            && !digits.starts_with('0');
        if shaped {
            Ok(Self(text.to_owned()))
        } else {
            Err(PhoneError::NotE164)
        }
    }

    /// Converts what a person typed, taking a number without `+` as one of `default` (P-15).
    ///
    /// # Errors
    /// [`PhoneError::HasLetters`], or [`PhoneError::NotOfTerritory`] if it cannot be such a number.
    pub fn from_typed(text: &str, default: Territory) -> Result<Self, PhoneError> {
        if text.chars().any(char::is_alphabetic) {
            return Err(PhoneError::HasLetters);
        }
        let number = phonenumber::parse(Some(default.0), text.trim())
            .map_err(|_| PhoneError::NotOfTerritory)?;
        if !number.is_valid() {
            return Err(PhoneError::NotOfTerritory);
        }
        Self::parse(&number.format().mode(phonenumber::Mode::E164).to_string())
    }

    /// `+14155550123`.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Reads the numbering plans, which the first number shown would otherwise wait for: a tenth of a
    /// second. Later calls cost nothing.
    pub fn load_numbering_plans() {
        let _plans: &phonenumber::metadata::Database = &DATABASE;
    }

    /// Spaced for reading, e.g. `+1 415-555-0123`; the E.164 form where the plan is unknown.
    #[must_use]
    pub fn display_international(&self) -> String {
        phonenumber::parse(None, &self.0).map_or_else(
            |_| self.0.clone(),
            |number| {
                number
                    .format()
                    .mode(phonenumber::Mode::International)
                    .to_string()
            },
        )
    }

    /// Territory of the number, where it names one.
    ///
    /// A view asks thousands of numbers at once, and reading one as a person could have typed it takes most of the
    /// time: what is in E.164 form is looked up in the plan of its country code as it is.
    #[must_use]
    pub fn territory(&self) -> Option<Territory> {
        match territories::look_up(self.0.get(1..)?) {
            Told::Of(territory) => Some(territory),
            Told::None => None,
            Told::Prefixed => self.territory_as_typed(),
        }
    }

    /// The same of a number in which somebody may have left a prefix that is dialled within the country.
    fn territory_as_typed(&self) -> Option<Territory> {
        phonenumber::parse(None, &self.0)
            .ok()?
            .country()
            .id()
            .map(Territory)
    }

    /// A toll-free number of the North American plan: carriers treat its opt-outs differently.
    #[must_use]
    pub fn is_toll_free(&self) -> bool {
        self.0.len() == 12
            && self
                .0
                .strip_prefix("+1")
                .is_some_and(|rest| TOLL_FREE_AREAS.iter().any(|area| rest.starts_with(area)))
    }
}

impl TryFrom<String> for PhoneNumber {
    type Error = PhoneError;

    fn try_from(text: String) -> Result<Self, PhoneError> {
        Self::parse(&text)
    }
}

impl std::str::FromStr for PhoneNumber {
    type Err = PhoneError;

    fn from_str(text: &str) -> Result<Self, PhoneError> {
        Self::parse(text)
    }
}

impl From<PhoneNumber> for String {
    fn from(number: PhoneNumber) -> Self {
        number.0
    }
}

impl std::fmt::Display for PhoneNumber {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::fmt::Debug for PhoneNumber {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let tail: String = self
            .0
            .chars()
            .skip(self.0.len().saturating_sub(2))
            .collect();
        write!(f, "PhoneNumber(…{tail})")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Digits that look like chance and are none.
    fn numbers() -> impl Iterator<Item = PhoneNumber> {
        let mut state = 0x2545_f491_4f6c_dd1d_u64;
        std::iter::repeat_with(move || {
            let mut text = String::from("+");
            let mut next = || {
                state ^= state << 13;
                state ^= state >> 7;
                state ^= state << 17;
                state
            };
            let length = 7 + next() % 9;
            for _digit in 0..length {
                text.push(char::from(b'0' + u8::try_from(next() % 10).unwrap_or(0)));
            }
            text
        })
        .filter_map(|text| PhoneNumber::parse(&text).ok())
    }

    #[test]
    fn the_territory_is_that_of_the_number_as_a_person_reads_it() {
        let examples = DATABASE.iter().flat_map(|plan| {
            let kinds = plan.descriptors();
            [Some(kinds.general()), kinds.fixed_line(), kinds.mobile()]
                .into_iter()
                .flatten()
                .filter_map(|kind| kind.example())
                .filter_map(|it| PhoneNumber::parse(&format!("+{}{it}", plan.country_code())).ok())
                .collect::<Vec<_>>()
        });
        let mut found = 0;
        for number in examples.chain(numbers().take(20_000)) {
            let territory = number.territory();
            assert_eq!(
                territory,
                number.territory_as_typed(),
                "{}",
                number.as_str()
            );
            found += u32::from(territory.is_some());
        }
        assert!(found > 10_000, "{found}");
    }
}

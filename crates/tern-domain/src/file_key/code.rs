//! The recovery code: 27 random symbols of Crockford's alphabet and one that checks them, in groups of four.
//!
//! 27 symbols are 135 bits, so that nobody can guess one and nothing has to be slow to keep them from trying. The
//! check finds every single wrong symbol and every two neighbours that were swapped, so that a slip of the pen is
//! told apart from a wrong code. It tells nothing: anybody can compute it.

use secrecy::{ExposeSecret as _, SecretString};
use zeroize::Zeroizing;

/// Letters that look like digits are left out.
const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
/// Symbols of a code, the check among them.
pub const CODE_SYMBOLS: usize = 28;
const GROUP: usize = 4;

/// A recovery code. Wiped when dropped, never printed.
#[derive(Clone)]
pub struct RecoveryCode(SecretString);

/// Why a text is no recovery code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum CodeProblem {
    /// Too short or too long.
    #[error("a recovery code has 28 letters and digits, not {found}")]
    Length {
        /// How many there are.
        found: usize,
    },
    /// A symbol that no code has.
    #[error("no recovery code has such a letter")]
    Letter,
    /// One symbol is wrong, or two are swapped.
    #[error("a letter or digit of the recovery code is mistyped")]
    Mistyped,
}

impl RecoveryCode {
    /// A code from random bytes.
    #[must_use]
    pub fn from_random(bytes: &[u8; CODE_SYMBOLS - 1]) -> Self {
        let values = bytes.iter().map(|byte| byte & 31);
        let check = values.clone().fold(0, next_check);
        let letters: Zeroizing<String> = Zeroizing::new(
            values
                .chain([finish(check)])
                .filter_map(|value| ALPHABET.get(usize::from(value)))
                .map(|letter| char::from(*letter))
                .collect(),
        );
        Self(SecretString::from(letters.as_str()))
    }

    /// Reads a code as people type it: in any case, with or without hyphens, O for 0 and I or L for 1.
    ///
    /// # Errors
    /// [`CodeProblem`].
    pub fn parse(text: &str) -> Result<Self, CodeProblem> {
        let mut letters = Zeroizing::new(String::with_capacity(CODE_SYMBOLS));
        let mut check = 0;
        for letter in text
            .chars()
            .filter(|letter| !letter.is_whitespace() && !matches!(letter, '-' | '–' | '‐'))
        {
            let letter = match letter.to_ascii_uppercase() {
                'O' => '0',
                'I' | 'L' => '1',
                other => other,
            };
            let value = ALPHABET
                .iter()
                .position(|known| char::from(*known) == letter)
                .and_then(|value| u8::try_from(value).ok())
                .ok_or(CodeProblem::Letter)?;
            // Before it could grow beyond what was set aside for it, and leave copies behind.
            if letters.len() < CODE_SYMBOLS {
                letters.push(letter);
                check = next_check(check, value);
            } else {
                let found = text.chars().filter(char::is_ascii_alphanumeric).count();
                return Err(CodeProblem::Length { found });
            }
        }
        if letters.len() != CODE_SYMBOLS {
            return Err(CodeProblem::Length {
                found: letters.len(),
            });
        }
        if check != 0 {
            return Err(CodeProblem::Mistyped);
        }
        Ok(Self(SecretString::from(letters.as_str())))
    }

    /// The code without hyphens: what a key is made from.
    #[must_use]
    pub fn expose(&self) -> &str {
        self.0.expose_secret()
    }

    /// The groups, as they are printed.
    #[must_use]
    pub fn groups(&self) -> Vec<&str> {
        let letters = self.0.expose_secret();
        (0..letters.len())
            .step_by(GROUP)
            .filter_map(|at| letters.get(at..at + GROUP))
            .collect()
    }
}

impl std::fmt::Debug for RecoveryCode {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("RecoveryCode(..)")
    }
}

/// Times x in the field of 32 elements (x⁵ + x² + 1), whose powers differ for 31 places.
const fn times_x(value: u8) -> u8 {
    let shifted = value << 1;
    if shifted & 32 == 0 {
        shifted
    } else {
        shifted ^ 0b10_0101
    }
}

/// The check sum after one more symbol; zero after a whole code.
const fn next_check(sum: u8, value: u8) -> u8 {
    times_x(sum) ^ value
}

/// The last symbol, which makes the sum zero.
const fn finish(sum: u8) -> u8 {
    times_x(sum)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_code_reads_back_as_people_write_it() {
        let code = RecoveryCode::from_random(&[0b1110_0001; 27]);
        assert_eq!(code.groups().len(), 7);
        let printed = code.groups().join("-");
        assert!(printed.starts_with("1111-1111"), "{printed}");
        for written in [
            printed.clone(),
            printed.to_lowercase(),
            printed.replace('-', " "),
            printed.replace('1', "l"),
            printed.replace('1', "I"),
        ] {
            assert_eq!(
                RecoveryCode::parse(&written).unwrap().expose(),
                code.expose()
            );
        }
        assert_eq!(format!("{code:?}"), "RecoveryCode(..)");
        assert_eq!(
            RecoveryCode::parse("1111").unwrap_err(),
            CodeProblem::Length { found: 4 }
        );
        assert_eq!(RecoveryCode::parse("U").unwrap_err(), CodeProblem::Letter);
        assert!(matches!(
            RecoveryCode::parse(&format!("{printed}1")),
            Err(CodeProblem::Length { found: 29 })
        ));
    }

    proptest! {
        #[test]
        fn every_wrong_letter_and_every_swap_of_neighbours_is_found(
            bytes in any::<[u8; 27]>(),
            at in 0_usize..28,
            other in 0_usize..32,
        ) {
            let code = RecoveryCode::from_random(&bytes);
            let mut letters = code.expose().as_bytes().to_vec();
            if letters[at] != ALPHABET[other] {
                let right = letters[at];
                letters[at] = ALPHABET[other];
                let text = String::from_utf8(letters.clone()).unwrap();
                prop_assert_eq!(RecoveryCode::parse(&text).unwrap_err(), CodeProblem::Mistyped);
                letters[at] = right;
            }
            if at < 27 && letters[at] != letters[at + 1] {
                letters.swap(at, at + 1);
                let text = String::from_utf8(letters).unwrap();
                prop_assert_eq!(RecoveryCode::parse(&text).unwrap_err(), CodeProblem::Mistyped);
            }
        }
    }
}

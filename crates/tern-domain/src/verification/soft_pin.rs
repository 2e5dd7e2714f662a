//! The soft PIN of a user (L-6 … L-9): its form. It is hashed and compared outside.

use secrecy::{ExposeSecret as _, SecretString};
use zeroize::Zeroizing;

/// L-6.
const LENGTH: usize = 6;
/// Bytes from this one on would make some digits likelier than others.
const FAIR: u8 = 250;

/// A soft PIN of the right form. Wiped when dropped, never printed, and not comparable.
#[derive(Clone)]
pub struct SoftPin(SecretString);

/// Why a soft PIN is not taken. The words are for whoever chooses it; they repeat nothing of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SoftPinRefusal {
    /// L-6.
    #[error("a PIN has exactly six digits")]
    NotSixDigits,
    /// L-7.
    #[error("a digit may come at most twice in a row: 1123 is fine, 1112 is not")]
    SameDigit,
    /// L-8.
    #[error("three digits must not count up or down one by one, as 123 and 987 do")]
    Run,
    /// L-9.
    #[error("it has to differ from the last five PINs")]
    UsedBefore,
    /// The two entries are not the same.
    #[error("the two entries are not the same")]
    NotRepeated,
}

impl SoftPin {
    /// Takes a PIN of the form that L-6 … L-8 ask for.
    ///
    /// # Errors
    /// [`SoftPinRefusal`] with what to change.
    pub fn parse(text: &str) -> Result<Self, SoftPinRefusal> {
        let digits = text.as_bytes();
        if digits.len() != LENGTH || !digits.iter().all(u8::is_ascii_digit) {
            return Err(SoftPinRefusal::NotSixDigits);
        }
        // 9 and 0 are no neighbours: a run does not go on over the end (L-8).
        for three in digits.windows(3) {
            let steps: Vec<i16> = three
                .windows(2)
                .map(|two| match two {
                    [one, next] => i16::from(*next) - i16::from(*one),
                    _ => 0,
                })
                .collect();
            match steps.as_slice() {
                [0, 0] => return Err(SoftPinRefusal::SameDigit),
                [1, 1] | [-1, -1] => return Err(SoftPinRefusal::Run),
                _ => {}
            }
        }
        Ok(Self(SecretString::from(text)))
    }

    /// The first PIN of the right form in random bytes; `None` if they hold none: draw more.
    #[must_use]
    pub fn draw(random: &[u8]) -> Option<Self> {
        let digits: Zeroizing<String> = Zeroizing::new(
            random
                .iter()
                .filter(|byte| **byte < FAIR)
                .map(|byte| char::from(b'0' + byte % 10))
                .collect(),
        );
        let starts = 0..=digits.len().checked_sub(LENGTH)?;
        starts
            .step_by(LENGTH)
            .filter_map(|start| digits.get(start..start + LENGTH))
            .find_map(|six| Self::parse(six).ok())
    }

    /// For the slow hash, and for the one window that shows a generated one.
    #[must_use]
    pub const fn secret(&self) -> &SecretString {
        &self.0
    }

    /// The digits.
    #[must_use]
    pub fn expose(&self) -> &str {
        self.0.expose_secret()
    }
}

impl std::fmt::Debug for SoftPin {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("SoftPin(…)")
    }
}

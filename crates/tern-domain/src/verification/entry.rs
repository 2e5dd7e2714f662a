//! What somebody enters to prove who they are, and what comes of it (L-3).

use secrecy::{ExposeSecret as _, SecretString};
use serde::{Deserialize, Serialize};
use subtle::ConstantTimeEq as _;
use zeroize::Zeroizing;

/// Digits of a PIN and of a code.
const DIGITS: usize = 6;

/// What is entered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ProofFactor {
    /// The soft PIN.
    Pin,
    /// The code of the second factor: the authenticator's, or the one that was texted.
    Code,
}

/// How a proof stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ProofOutcome {
    /// Nothing was entered yet, or what was is lost: the PIN is asked for.
    Asks,
    /// The PIN was heard, right or wrong: the code is asked for.
    Heard,
    /// Both were right (L-3).
    Verified,
    /// They were not, or there is nobody to be: the conversation goes on as a guest's.
    Failed,
    /// There were too many wrong tries, this one or earlier ones (L-11).
    Locked,
    /// The code that was texted does not count any more: it is too old, or gone with the process. No try.
    Expired,
    /// Too many codes were texted to the number already: not now.
    TooOften,
}

/// Six digits that may be a PIN or a code. Wiped when dropped, never printed or stored.
#[derive(Clone, Default)]
pub struct ProofEntry(SecretString);

impl ProofEntry {
    /// The entry that a text is; spaces between the digits do not count. `None` for anything else, which says
    /// nothing about whether it would be right: the form of PINs and codes is known.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let digits: Zeroizing<String> =
            Zeroizing::new(text.chars().filter(|it| !it.is_whitespace()).collect());
        let is_entry = digits.len() == DIGITS && digits.bytes().all(|byte| byte.is_ascii_digit());
        is_entry.then(|| Self(SecretString::from(digits.as_str())))
    }

    /// For the slow hash.
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

impl PartialEq for ProofEntry {
    fn eq(&self, other: &Self) -> bool {
        self.expose()
            .as_bytes()
            .ct_eq(other.expose().as_bytes())
            .into()
    }
}

impl std::fmt::Debug for ProofEntry {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("ProofEntry(…)")
    }
}

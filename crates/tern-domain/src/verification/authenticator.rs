//! One-time codes of an authenticator app: RFC 6238 with SHA-1, six digits, 30 seconds (L-14).

use secrecy::{ExposeSecret as _, SecretBox, SecretString};
use subtle::ConstantTimeEq as _;
use totp_rs::{Builder, Secret, Totp};
use zeroize::Zeroizing;

use crate::time::UtcMillis;
use crate::topic::percent_encoded;

/// Bytes of a secret: as many as SHA-1 gives (RFC 4226 §4).
pub const SECRET_LENGTH: usize = 20;
/// Seconds of a step.
const STEP_SECONDS: u64 = 30;
/// L-14: steps before and after the one that counts, for clocks that differ and texts that travel.
const DRIFT: u64 = 1;
const DIGITS: usize = 6;
const BASE_32: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

/// What an authenticator app and Tern share. Wiped when dropped, never printed.
pub struct AuthenticatorSecret(SecretBox<[u8; SECRET_LENGTH]>);

/// A text that may be a code. Wiped when dropped, never printed.
#[derive(Clone)]
pub struct OneTimeCode(SecretString);

/// It is no code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a code has six digits")]
pub struct CodeRefusal;

impl OneTimeCode {
    /// Takes six digits, with or without the space that apps show in the middle.
    ///
    /// # Errors
    /// [`CodeRefusal`].
    pub fn parse(text: &str) -> Result<Self, CodeRefusal> {
        let digits: Zeroizing<String> =
            Zeroizing::new(text.chars().filter(|it| !it.is_whitespace()).collect());
        let is_code = digits.len() == DIGITS && digits.bytes().all(|byte| byte.is_ascii_digit());
        is_code
            .then(|| Self(SecretString::from(digits.as_str())))
            .ok_or(CodeRefusal)
    }
}

impl AuthenticatorSecret {
    /// A secret from random bytes, or one that was unsealed.
    #[must_use]
    pub fn new(bytes: &[u8; SECRET_LENGTH]) -> Self {
        Self(SecretBox::init_with_mut(
            |kept: &mut [u8; SECRET_LENGTH]| {
                kept.copy_from_slice(bytes);
            },
        ))
    }

    /// The bytes, for sealing.
    #[must_use]
    pub fn expose(&self) -> &[u8; SECRET_LENGTH] {
        self.0.expose_secret()
    }

    /// The secret as people type it into an app: Base32 in groups of four.
    #[must_use]
    pub fn to_text(&self) -> SecretString {
        let letters = self.base_32();
        let groups: Vec<&str> = (0..letters.len())
            .step_by(4)
            .filter_map(|at| letters.get(at..(at + 4).min(letters.len())))
            .collect();
        SecretString::from(groups.join(" "))
    }

    /// What a QR code of it holds. `account` is whose it is, `issuer` the team's name.
    #[must_use]
    pub fn to_uri(&self, issuer: &str, account: &str) -> SecretString {
        let (issuer, account) = (percent_encoded(issuer), percent_encoded(account));
        let secret = self.base_32();
        SecretString::from(format!(
            "otpauth://totp/{issuer}:{account}?secret={}&issuer={issuer}&algorithm=SHA1&digits=6&period=30",
            *secret
        ))
    }

    /// The step whose code this is, of those around `at` that come after `used` (each step once, L-14).
    /// Every step is looked at, and codes are compared in constant time.
    #[must_use]
    pub fn step_of(&self, code: &OneTimeCode, at: UtcMillis, used: Option<u64>) -> Option<u64> {
        let totp = self.totp()?;
        let seconds = u64::try_from(at.0.div_euclid(1_000)).ok()?;
        let now = seconds / STEP_SECONDS;
        let mut found = None;
        for step in now.saturating_sub(DRIFT)..=now.saturating_add(DRIFT) {
            let right = digits(&totp, step.saturating_mul(STEP_SECONDS));
            let is_this = bool::from(right.as_bytes().ct_eq(code.expose().as_bytes()));
            if is_this && found.is_none() && used.is_none_or(|used| step > used) {
                found = Some(step);
            }
        }
        found
    }

    /// The code of an instant, as the app shows it. For tests and measurements.
    #[must_use]
    pub fn code_at(&self, at: UtcMillis) -> Option<OneTimeCode> {
        let seconds = u64::try_from(at.0.div_euclid(1_000)).ok()?;
        OneTimeCode::parse(&digits(&self.totp()?, seconds)).ok()
    }

    fn totp(&self) -> Option<Totp> {
        Builder::new()
            .with_secret(Secret::from(*self.expose()))
            .build()
            .ok()
    }

    fn base_32(&self) -> Zeroizing<String> {
        let mut text = Zeroizing::new(String::with_capacity(SECRET_LENGTH * 8 / 5));
        // 20 bytes are four groups of 40 bits: nothing is left over to pad.
        for five in self.expose().chunks(5) {
            let bits = five
                .iter()
                .fold(0_u64, |bits, byte| bits << 8 | u64::from(*byte));
            for place in (0..8).rev() {
                let index = usize::try_from(bits >> (place * 5) & 31).unwrap_or_default();
                text.extend(BASE_32.get(index).map(|letter| char::from(*letter)));
            }
        }
        text
    }
}

fn digits(totp: &Totp, seconds: u64) -> Zeroizing<String> {
    Zeroizing::new(totp.generate(seconds).to_string())
}

impl OneTimeCode {
    /// The digits. For tests and measurements.
    #[must_use]
    pub fn expose(&self) -> &str {
        self.0.expose_secret()
    }
}

impl std::fmt::Debug for AuthenticatorSecret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("AuthenticatorSecret(…)")
    }
}

impl std::fmt::Debug for OneTimeCode {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("OneTimeCode(…)")
    }
}

//! What is stored of a user's PIN, authenticator and lock.

use serde::{Deserialize, Serialize};

use super::{Lockout, SecondFactor};
use crate::time::UtcMillis;

/// L-9: PINs that a new one must not be equal to, the one in force among them.
pub const PAST_PINS: usize = 5;

/// How a user proves who they are. Slow hashes and a sealed secret, never a PIN or a code; `Debug` shows not
/// even those.
#[derive(Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Verification {
    /// The slow hash of the PIN in force.
    pub pin: Option<String>,
    /// When it was set.
    pub pin_set_at: Option<UtcMillis>,
    /// Slow hashes of the PINs before it, newest first; they outlive a reset.
    pub past_pins: Vec<String>,
    /// The authenticator app.
    pub authenticator: Option<Authenticator>,
    /// Wrong entries and the lock.
    pub lockout: Lockout,
}

/// An enrolled authenticator app.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Authenticator {
    /// Its secret, sealed with a key of the file's.
    pub sealed: String,
    /// When it was proved by a first code.
    pub since: UtcMillis,
    /// The step of the last code taken: no code of it or before it is taken again (L-14).
    pub last_step: u64,
}

impl Verification {
    /// L-5: PIN and authenticator are there; the PIN alone where codes are texted (L-2).
    #[must_use]
    pub const fn is_enrolled(&self, second: SecondFactor) -> bool {
        let has_second = match second {
            SecondFactor::GoogleAuthenticator => self.authenticator.is_some(),
            SecondFactor::Sms => true,
        };
        self.pin.is_some() && has_second
    }

    /// Slow hashes of the last five PINs, newest first: what a new one must not match (L-9).
    pub fn recent_pins(&self) -> impl Iterator<Item = &str> {
        self.pin
            .iter()
            .chain(&self.past_pins)
            .map(String::as_str)
            .take(PAST_PINS)
    }

    /// With another PIN in force, at once (L-9).
    pub(super) fn set_pin(&mut self, hash: String, now: UtcMillis) {
        self.retire_pin();
        self.pin = Some(hash);
        self.pin_set_at = Some(now);
    }

    /// Without a PIN; what was in force is remembered.
    pub(super) fn retire_pin(&mut self) {
        if let Some(old) = self.pin.take() {
            self.past_pins.insert(0, old);
        }
        self.past_pins.truncate(PAST_PINS);
        self.pin_set_at = None;
    }
}

impl std::fmt::Debug for Verification {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Verification")
            .field("has_pin", &self.pin.is_some())
            .field("has_authenticator", &self.authenticator.is_some())
            .field("lockout", &self.lockout)
            .finish_non_exhaustive()
    }
}

impl std::fmt::Debug for Authenticator {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Authenticator")
            .field("since", &self.since)
            .finish_non_exhaustive()
    }
}

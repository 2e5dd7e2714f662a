//! The database key, keys derived from it, and what is written down about it.
//!
//! Owns key material in memory (wiped on drop). It refuses to print it, to compare it in variable time and
//! to use one key for two purposes.

mod changes;
mod check;
mod envelope;
mod export_seal;
mod pin;
mod proofs;
mod recovery;
mod seal;

pub use changes::{KeyChanges, find_key_changes, forget_key_changes, note_key_change};
pub(crate) use check::{KeyCheck, KeyVerdict};
pub use envelope::{EnvelopeError, KeyEnvelope, PassphraseCost};
pub use export_seal::{ExportSeal, draw_export_seed};
pub use pin::{hash_pin, is_pin};
pub use proofs::{AuthenticatorSeal, Holder, draw_authenticator, draw_soft_pin, draw_texted_code};
pub use recovery::{RecoveryEnvelope, draw_recovery_code};
pub(crate) use seal::{open_sealed, seal};

use std::fmt;

use hkdf::Hkdf;
use sha2::Sha256;
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

/// The system gives no random bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the system gives no random bytes")]
pub struct RandomnessError;

/// Fills a buffer from the system's secure source.
pub(crate) fn fill_random(bytes: &mut [u8]) -> Result<(), RandomnessError> {
    getrandom::fill(bytes).map_err(|_| RandomnessError)
}

/// The 256-bit secret that everything on disk is encrypted with. Wiped when dropped, never printed.
#[derive(Clone, Zeroize, ZeroizeOnDrop)]
pub struct DatabaseKey([u8; 32]);

impl DatabaseKey {
    /// A new random key.
    ///
    /// # Errors
    /// [`RandomnessError`] when the system has none to give.
    pub fn generate() -> Result<Self, RandomnessError> {
        let mut bytes = [0; 32];
        fill_random(&mut bytes)?;
        Ok(Self(bytes))
    }

    /// A key kept elsewhere, e.g. in the keychain.
    #[must_use]
    pub const fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// The bytes, for handing to a keychain. Wiped when dropped.
    #[must_use]
    pub fn to_bytes(&self) -> Zeroizing<[u8; 32]> {
        Zeroizing::new(self.0)
    }

    /// Another key for one purpose. Knowing it tells nothing about this one or about its siblings.
    pub(crate) fn derive(&self, salt: &[u8], purpose: Purpose) -> Zeroizing<[u8; 32]> {
        let mut derived = Zeroizing::new([0; 32]);
        // 32 bytes are far below HKDF's limit of 255 blocks, the only error there is.
        let _ = Hkdf::<Sha256>::new(Some(salt), &self.0).expand(purpose.label(), &mut *derived);
        derived
    }

    /// The statement that keys a connection: SQLCipher's raw form, which skips its key stretching.
    pub(crate) fn key_statement(&self) -> Zeroizing<String> {
        let digits = Zeroizing::new(hex::encode(self.0));
        Zeroizing::new(format!("PRAGMA key = \"x'{}'\"", *digits))
    }
}

impl fmt::Debug for DatabaseKey {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("DatabaseKey(..)")
    }
}

/// What a derived key is for.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Purpose {
    /// Proves that a key belongs to a file.
    Check,
    /// Encrypts pictures.
    Media,
    /// Seals authenticators' secrets.
    Authenticators,
    /// Names the pieces of backups.
    BackupIds,
    /// Seals the pieces of backups.
    BackupChunks,
    /// Seals the lists of backups.
    BackupLists,
    /// Seals the key that exports are signed with.
    Exports,
}

impl Purpose {
    const fn label(self) -> &'static [u8] {
        match self {
            Self::Check => b"tern key check 1",
            Self::Media => b"tern media files 1",
            Self::Authenticators => b"tern authenticators 1",
            Self::BackupIds => b"tern backup ids 1",
            Self::BackupChunks => b"tern backup chunks 1",
            Self::BackupLists => b"tern backup lists 1",
            Self::Exports => b"tern export key 1",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_never_printed() {
        let key = DatabaseKey::from_bytes([0xAB; 32]);
        assert_eq!(format!("{key:?}"), "DatabaseKey(..)");
    }

    #[test]
    fn derived_keys_differ_by_purpose_and_salt() {
        let key = DatabaseKey::from_bytes([7; 32]);
        let check = key.derive(b"a", Purpose::Check);
        assert_ne!(*check, *key.derive(b"a", Purpose::Media));
        assert_ne!(*check, *key.derive(b"b", Purpose::Check));
        assert_eq!(*check, *key.derive(b"a", Purpose::Check));
        assert_ne!(*check, *key.to_bytes());
    }
}

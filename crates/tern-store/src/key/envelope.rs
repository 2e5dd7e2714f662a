//! The database key wrapped by a passphrase, for machines without a keychain.
//!
//! Owns the envelope file: argon2id parameters, salt, and the key sealed under what they yield. Changing the
//! passphrase wraps the same key anew, so nothing has to be re-encrypted. It refuses parameters that would
//! exhaust memory, because the file could have been swapped.

use std::path::Path;

use argon2::{Algorithm, Argon2, Params, Version};
use secrecy::{ExposeSecret as _, SecretString};
use serde::{Deserialize, Serialize};
use thiserror::Error;
use zeroize::Zeroizing;

use super::{DatabaseKey, RandomnessError, fill_random, open_sealed, seal};
use crate::files;
use crate::layout::{FileName, Layout};

/// Why a key could not be wrapped or unwrapped.
#[derive(Debug, Error)]
pub enum EnvelopeError {
    /// The passphrase is not the one that wrapped the key.
    #[error("the passphrase is not right")]
    WrongPassphrase,
    /// The recovery code is not the one that wrapped the key.
    #[error("the recovery code is not right")]
    WrongCode,
    /// The envelope is not one of Tern's, or was changed.
    #[error("the key envelope cannot be read")]
    Unreadable,
    /// The cost is outside what argon2id allows or this machine should be asked for.
    #[error("the cost of the passphrase is out of range")]
    Cost,
    /// The system has no randomness to give.
    #[error("the system gives no random bytes")]
    Randomness,
    /// The system refused a file operation.
    #[error("could not {operation} the key envelope")]
    Io {
        /// What was tried.
        operation: &'static str,
        /// The system's words.
        #[source]
        source: std::io::Error,
    },
}

impl From<RandomnessError> for EnvelopeError {
    fn from(_: RandomnessError) -> Self {
        Self::Randomness
    }
}

/// What guessing a passphrase costs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct PassphraseCost {
    /// Memory in KiB.
    pub memory_kib: u32,
    /// Passes over that memory.
    pub passes: u32,
    /// Lanes.
    pub lanes: u32,
}

impl Default for PassphraseCost {
    /// The second recommendation of RFC 9106: 64 MiB, 3 passes, 4 lanes; about a tenth of a second.
    fn default() -> Self {
        Self {
            memory_kib: 64 * 1024,
            passes: 3,
            lanes: 4,
        }
    }
}

impl PassphraseCost {
    const MOST_MEMORY_KIB: u32 = 1024 * 1024;
    const MOST_PASSES: u32 = 64;
    const MOST_LANES: u32 = 64;

    fn parameters(self) -> Result<Params, EnvelopeError> {
        if self.memory_kib > Self::MOST_MEMORY_KIB
            || self.passes > Self::MOST_PASSES
            || self.lanes > Self::MOST_LANES
        {
            return Err(EnvelopeError::Cost);
        }
        Params::new(self.memory_kib, self.passes, self.lanes, Some(32))
            .map_err(|_| EnvelopeError::Cost)
    }
}

/// A database key that only a passphrase opens.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeyEnvelope {
    version: u32,
    cost: PassphraseCost,
    salt: String,
    sealed_key: String,
}

const VERSION: u32 = 1;
const CONTEXT: &[u8] = b"tern key envelope 1";

impl KeyEnvelope {
    /// Wraps a key. Takes as long as the cost says: call it off the async runtime.
    ///
    /// # Errors
    /// [`EnvelopeError::Cost`], [`EnvelopeError::Randomness`].
    pub fn wrap(
        key: &DatabaseKey,
        passphrase: &SecretString,
        cost: PassphraseCost,
    ) -> Result<Self, EnvelopeError> {
        let mut salt = [0; 16];
        fill_random(&mut salt)?;
        let wrapping_key = stretch(passphrase, &salt, cost)?;
        let sealed = seal(&wrapping_key, CONTEXT, key.to_bytes().as_slice())?;
        Ok(Self {
            version: VERSION,
            cost,
            salt: hex::encode(salt),
            sealed_key: hex::encode(sealed),
        })
    }

    /// Opens the envelope. Takes as long as its cost says: call it off the async runtime.
    ///
    /// # Errors
    /// [`EnvelopeError::WrongPassphrase`], or [`EnvelopeError::Unreadable`] for an envelope of another format.
    pub fn unwrap(&self, passphrase: &SecretString) -> Result<DatabaseKey, EnvelopeError> {
        if self.version != VERSION {
            return Err(EnvelopeError::Unreadable);
        }
        let salt = hex::decode(&self.salt).map_err(|_| EnvelopeError::Unreadable)?;
        let sealed = hex::decode(&self.sealed_key).map_err(|_| EnvelopeError::Unreadable)?;
        let wrapping_key = stretch(passphrase, &salt, self.cost)?;
        let bytes = open_sealed(&wrapping_key, CONTEXT, &sealed)
            .map(Zeroizing::new)
            .ok_or(EnvelopeError::WrongPassphrase)?;
        let bytes = Zeroizing::new(
            <[u8; 32]>::try_from(bytes.as_slice()).map_err(|_| EnvelopeError::Unreadable)?,
        );
        Ok(DatabaseKey::from_bytes(*bytes))
    }

    /// Writes the envelope beside its database, replacing an earlier one as one step.
    ///
    /// # Errors
    /// [`EnvelopeError::Io`].
    pub fn save(&self, folder: &Path, name: &FileName) -> Result<(), EnvelopeError> {
        let failed = |source| EnvelopeError::Io {
            operation: "write",
            source,
        };
        let bytes = serde_json::to_vec(self).map_err(|_| EnvelopeError::Unreadable)?;
        files::create_private_folder(folder).map_err(failed)?;
        files::write_atomic(&Layout::new(folder, name).envelope(), &bytes).map_err(failed)
    }

    /// Puts an envelope in the place of another, as one step. Tells whether there was one to put there.
    ///
    /// # Errors
    /// [`EnvelopeError::Io`].
    pub fn promote(folder: &Path, from: &FileName, to: &FileName) -> Result<bool, EnvelopeError> {
        let (from, to) = (Layout::new(folder, from), Layout::new(folder, to));
        files::rename_if_present(&from.envelope(), &to.envelope())
            .and_then(|renamed| files::sync_parent(&to.envelope()).map(|()| renamed))
            .map_err(|source| EnvelopeError::Io {
                operation: "replace",
                source,
            })
    }

    /// Overwrites and removes an envelope; one that is not there is no error.
    ///
    /// # Errors
    /// [`EnvelopeError::Io`].
    pub fn remove(folder: &Path, name: &FileName) -> Result<(), EnvelopeError> {
        files::wipe(&Layout::new(folder, name).envelope()).map_err(|source| EnvelopeError::Io {
            operation: "remove",
            source,
        })
    }

    /// Reads the envelope beside a database; `None` where the key is kept elsewhere.
    ///
    /// # Errors
    /// [`EnvelopeError::Io`], [`EnvelopeError::Unreadable`].
    pub fn find(folder: &Path, name: &FileName) -> Result<Option<Self>, EnvelopeError> {
        let stored =
            files::read_if_present(&Layout::new(folder, name).envelope()).map_err(|source| {
                EnvelopeError::Io {
                    operation: "read",
                    source,
                }
            })?;
        stored
            .map(|bytes| serde_json::from_slice(&bytes).map_err(|_| EnvelopeError::Unreadable))
            .transpose()
    }
}

pub(super) fn stretch(
    passphrase: &SecretString,
    salt: &[u8],
    cost: PassphraseCost,
) -> Result<Zeroizing<[u8; 32]>, EnvelopeError> {
    let mut key = Zeroizing::new([0; 32]);
    Argon2::new(Algorithm::Argon2id, Version::V0x13, cost.parameters()?)
        .hash_password_into(
            passphrase.expose_secret().as_bytes(),
            salt,
            key.as_mut_slice(),
        )
        .map_err(|_| EnvelopeError::Unreadable)?;
    Ok(key)
}

#[cfg(test)]
mod tests {
    use super::*;

    const CHEAP: PassphraseCost = PassphraseCost {
        memory_kib: 64,
        passes: 1,
        lanes: 1,
    };

    #[test]
    fn the_right_passphrase_opens_it_and_no_other() {
        let key = DatabaseKey::from_bytes([9; 32]);
        let envelope = KeyEnvelope::wrap(&key, &"correct horse".into(), CHEAP).unwrap();
        let opened = envelope.unwrap(&"correct horse".into()).unwrap();
        assert_eq!(*opened.to_bytes(), *key.to_bytes());
        assert!(matches!(
            envelope.unwrap(&"wrong horse".into()),
            Err(EnvelopeError::WrongPassphrase)
        ));
    }

    #[test]
    fn it_survives_the_disk_and_does_not_hold_the_key_in_clear() {
        let folder = tempfile::tempdir().unwrap();
        let name = FileName::new("account").unwrap();
        assert!(KeyEnvelope::find(folder.path(), &name).unwrap().is_none());
        let key = DatabaseKey::from_bytes([9; 32]);
        let envelope = KeyEnvelope::wrap(&key, &"correct horse".into(), CHEAP).unwrap();
        envelope.save(folder.path(), &name).unwrap();
        let found = KeyEnvelope::find(folder.path(), &name).unwrap().unwrap();
        assert_eq!(found, envelope);
        assert!(!found.sealed_key.contains(&hex::encode([9_u8; 32])));
    }

    #[test]
    fn a_swapped_envelope_cannot_exhaust_memory() {
        let key = DatabaseKey::from_bytes([9; 32]);
        let mut envelope = KeyEnvelope::wrap(&key, &"correct horse".into(), CHEAP).unwrap();
        envelope.cost.memory_kib = u32::MAX;
        assert!(matches!(
            envelope.unwrap(&"correct horse".into()),
            Err(EnvelopeError::Cost)
        ));
    }
}

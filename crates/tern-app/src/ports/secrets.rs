//! Where secrets are kept: the system's keychain, in the product.
//!
//! A store that is absent, one that is locked and an entry that is missing are three different things,
//! because a person does something else about each: the first needs a passphrase, the second an unlock, and
//! the third means that a file's key is lost.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use zeroize::Zeroizing;

/// Every secret that Tern keeps. One entry per installation each; the names never change.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum SecretName {
    /// The 256-bit key of the files in the data folder.
    FileKey,
    /// The key that takes its place once everything is written with it.
    NextFileKey,
    /// The account's credential, as JSON.
    CarrierCredential,
    /// What topics send along with their requests, by line and name, as JSON.
    BotSecrets,
}

impl SecretName {
    /// Name of the entry in a keychain; stable for ever.
    #[must_use]
    pub fn entry(self) -> &'static str {
        match self {
            Self::FileKey => "file-key",
            Self::NextFileKey => "file-key-next",
            Self::CarrierCredential => "twilio-credential",
            Self::BotSecrets => "bot-secrets",
        }
    }
}

/// Why a secret could not be read or kept. The words never contain the secret.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SecretStoreError {
    /// There is no keychain on this system, or it is not running.
    #[error("there is no usable keychain: {reason}")]
    Unavailable {
        /// Plain words, e.g. "no keyring program is running".
        reason: String,
    },
    /// The keychain is there but locked, and unlocking was refused or could not be offered.
    #[error("the keychain is locked: {reason}")]
    Locked {
        /// Plain words.
        reason: String,
    },
    /// The keychain answered with another failure.
    #[error("the keychain failed: {reason}")]
    Failed {
        /// Plain words.
        reason: String,
    },
}

/// A place for secrets. Calls may block (an unlock prompt waits for a person): the app makes them off its
/// asynchronous threads, one at a time.
pub trait SecretStore: Send + Sync + 'static {
    /// Whether secrets can be kept here at all; must not ask the person anything.
    ///
    /// # Errors
    /// [`SecretStoreError::Unavailable`] when there is no keychain.
    fn probe(&self) -> Result<(), SecretStoreError>;

    /// Reads a secret; `None` when it was never stored or was deleted.
    ///
    /// # Errors
    /// [`SecretStoreError`].
    fn find(&self, name: SecretName) -> Result<Option<Zeroizing<Vec<u8>>>, SecretStoreError>;

    /// Stores a secret, replacing the one before.
    ///
    /// # Errors
    /// [`SecretStoreError`].
    fn store(&self, name: SecretName, secret: &[u8]) -> Result<(), SecretStoreError>;

    /// Removes a secret; removing what is not there succeeds.
    ///
    /// # Errors
    /// [`SecretStoreError`].
    fn delete(&self, name: SecretName) -> Result<(), SecretStoreError>;
}

/// Secrets in memory, for tests and development hosts: gone when the process ends.
#[derive(Default)]
pub struct MemorySecrets {
    entries: Mutex<HashMap<SecretName, Zeroizing<Vec<u8>>>>,
}

impl MemorySecrets {
    /// A store that already holds a file key.
    #[must_use]
    pub fn with_file_key(key: [u8; 32]) -> Self {
        let entries = HashMap::from([(SecretName::FileKey, Zeroizing::new(key.to_vec()))]);
        Self {
            entries: Mutex::new(entries),
        }
    }
}

impl SecretStore for MemorySecrets {
    fn probe(&self) -> Result<(), SecretStoreError> {
        Ok(())
    }

    fn find(&self, name: SecretName) -> Result<Option<Zeroizing<Vec<u8>>>, SecretStoreError> {
        let entries = self.entries.lock().unwrap_or_else(PoisonError::into_inner);
        Ok(entries.get(&name).cloned())
    }

    fn store(&self, name: SecretName, secret: &[u8]) -> Result<(), SecretStoreError> {
        let mut entries = self.entries.lock().unwrap_or_else(PoisonError::into_inner);
        entries.insert(name, Zeroizing::new(secret.to_vec()));
        Ok(())
    }

    fn delete(&self, name: SecretName) -> Result<(), SecretStoreError> {
        let mut entries = self.entries.lock().unwrap_or_else(PoisonError::into_inner);
        entries.remove(&name);
        Ok(())
    }
}

/// No keychain at all: the app falls back to a passphrase.
pub struct NoSecretStore;

impl NoSecretStore {
    fn refusal() -> SecretStoreError {
        SecretStoreError::Unavailable {
            reason: "this system has no keychain".to_owned(),
        }
    }
}

impl SecretStore for NoSecretStore {
    fn probe(&self) -> Result<(), SecretStoreError> {
        Err(Self::refusal())
    }

    fn find(&self, _: SecretName) -> Result<Option<Zeroizing<Vec<u8>>>, SecretStoreError> {
        Err(Self::refusal())
    }

    fn store(&self, _: SecretName, _: &[u8]) -> Result<(), SecretStoreError> {
        Err(Self::refusal())
    }

    fn delete(&self, _: SecretName) -> Result<(), SecretStoreError> {
        Err(Self::refusal())
    }
}

//! The key of this installation's files: where it is, and what to say when it is not to be had.
//!
//! One 256-bit key per installation. The keychain holds it; without a keychain a passphrase wraps it in
//! `tern.envelope`. Once found it stays in memory, so that changing lines asks for nothing. A key is made
//! only while nothing exists that another key would have encrypted.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use secrecy::SecretString;
use tern_domain::UtcMillis;
use tern_store::{DatabaseKey, FileName, KeyEnvelope, PassphraseCost};
use tokio::task::spawn_blocking;

use crate::dto::{KeyHolder, Line};
use crate::error::{ApiError, ErrorCode};
use crate::ports::{SecretName, SecretStore, SecretStoreError};
use crate::words;

use super::line_file::file_name;

/// Shortest passphrase that is taken, in characters.
const SHORTEST_PASSPHRASE: usize = 8;

/// Result of looking for the key.
pub(crate) enum FoundKey {
    /// Here it is.
    Open(DatabaseKey),
    /// A passphrase wraps it.
    NeedsPassphrase,
    /// The keychain cannot be asked now.
    NeedsKeychain(SecretStoreError),
    /// The keychain works and has no key.
    Missing,
}

/// Finds, makes, wraps and remembers the key.
pub(crate) struct KeyRing {
    pub(super) folder: PathBuf,
    secrets: Arc<dyn SecretStore>,
    pub(super) cost: PassphraseCost,
    open: Mutex<Option<(DatabaseKey, KeyHolder)>>,
    /// The key that waits to take its place.
    next: Mutex<Option<(DatabaseKey, KeyHolder)>>,
}

impl KeyRing {
    pub(crate) fn new(folder: &Path, secrets: Arc<dyn SecretStore>, cost: PassphraseCost) -> Self {
        Self {
            folder: folder.to_owned(),
            secrets,
            cost,
            open: Mutex::new(None),
            next: Mutex::new(None),
        }
    }

    /// What holds the key, as far as can be told without asking for anything.
    pub(crate) async fn holder(&self) -> KeyHolder {
        if let Some((_, holder)) = self.remembered() {
            return holder;
        }
        match self.envelope().await {
            Ok(Some(_)) => KeyHolder::Passphrase,
            _ if self.probe().await.is_err() => KeyHolder::Passphrase,
            _ => KeyHolder::Keychain,
        }
    }

    /// Whether there is a keychain.
    pub(crate) async fn probe(&self) -> Result<(), SecretStoreError> {
        self.ask(|secrets| secrets.probe()).await
    }

    /// Whether only a passphrase opens the files now.
    pub(crate) async fn needs_passphrase(&self) -> bool {
        self.remembered().is_none() && matches!(self.envelope().await, Ok(Some(_)))
    }

    /// Looks for the key without making one.
    pub(crate) async fn find(&self) -> Result<FoundKey, ApiError> {
        if let Some((key, _)) = self.remembered() {
            return Ok(FoundKey::Open(key));
        }
        if self.envelope().await?.is_some() {
            return Ok(FoundKey::NeedsPassphrase);
        }
        match self.ask(|secrets| secrets.find(SecretName::FileKey)).await {
            Ok(Some(bytes)) => match <[u8; 32]>::try_from(bytes.as_slice()) {
                Ok(bytes) => Ok(FoundKey::Open(
                    self.remember(DatabaseKey::from_bytes(bytes), KeyHolder::Keychain),
                )),
                // Not a key of ours: as good as none, and never overwritten while files exist.
                Err(_) => Ok(FoundKey::Missing),
            },
            Ok(None) => Ok(FoundKey::Missing),
            Err(error) => Ok(FoundKey::NeedsKeychain(error)),
        }
    }

    /// Finds the key, or makes the installation's first one: in the keychain, or wrapped by a passphrase where
    /// one was chosen.
    pub(crate) async fn find_or_make(
        &self,
        passphrase: Option<String>,
    ) -> Result<DatabaseKey, ApiError> {
        match (self.find().await?, passphrase) {
            (FoundKey::Open(key), _) => Ok(key),
            (FoundKey::NeedsPassphrase, passphrase) => match passphrase {
                Some(passphrase) => self.unlock(passphrase).await,
                None => Err(ApiError::new(
                    ErrorCode::WrongKey,
                    "The passphrase of this installation is needed.",
                    "Enter the passphrase that you chose when you set Tern up.",
                )),
            },
            (FoundKey::Missing, _) if self.has_files() => Err(words::key_missing()),
            (FoundKey::NeedsKeychain(error), _) if self.has_files() => {
                Err(words::secret_store(&error))
            }
            (FoundKey::Missing | FoundKey::NeedsKeychain(_), Some(passphrase)) => {
                self.make_wrapped(passphrase).await
            }
            (FoundKey::Missing, None) => self.make_in_keychain().await,
            (FoundKey::NeedsKeychain(SecretStoreError::Unavailable { reason }), None) => {
                Err(words::passphrase_needed(&reason))
            }
            (FoundKey::NeedsKeychain(error), None) => Err(words::secret_store(&error)),
        }
    }

    /// Makes a new key in place of one that is lost, after the files it belonged to were set aside.
    pub(crate) async fn replace_lost(&self, now: UtcMillis) -> Result<DatabaseKey, ApiError> {
        match self.find().await? {
            FoundKey::Open(key) => Ok(key),
            FoundKey::Missing => {
                self.set_recovery_aside(now).await?;
                self.make_in_keychain().await
            }
            FoundKey::NeedsPassphrase => Err(words::wrong_passphrase()),
            FoundKey::NeedsKeychain(error) => Err(words::secret_store(&error)),
        }
    }

    /// Opens the envelope.
    pub(crate) async fn unlock(&self, passphrase: String) -> Result<DatabaseKey, ApiError> {
        let envelope = self.envelope().await?.ok_or_else(words::wrong_passphrase)?;
        let passphrase = SecretString::from(passphrase);
        let key = blocking(move || {
            envelope
                .unwrap(&passphrase)
                .map_err(|error| words::envelope(&error))
        })
        .await?;
        Ok(self.remember(key, KeyHolder::Passphrase))
    }

    /// Wraps the same key under another passphrase.
    pub(crate) async fn change_passphrase(
        &self,
        current: String,
        new: String,
    ) -> Result<(), ApiError> {
        if self.envelope().await?.is_none() {
            return Err(ApiError::new(
                ErrorCode::NotAllowed,
                "There is no passphrase to change: the keychain holds the key.",
                "",
            ));
        }
        check_passphrase(&new)?;
        let key = self.unlock(current).await?;
        self.wrap(key, new).await
    }

    async fn make_in_keychain(&self) -> Result<DatabaseKey, ApiError> {
        let key = DatabaseKey::generate().map_err(|_| ApiError::internal())?;
        let bytes = key.to_bytes();
        self.ask(move |secrets| secrets.store(SecretName::FileKey, bytes.as_slice()))
            .await
            .map_err(|error| words::secret_store(&error))?;
        Ok(self.remember(key, KeyHolder::Keychain))
    }

    async fn make_wrapped(&self, passphrase: String) -> Result<DatabaseKey, ApiError> {
        check_passphrase(&passphrase)?;
        let key = DatabaseKey::generate().map_err(|_| ApiError::internal())?;
        self.wrap(key.clone(), passphrase).await?;
        Ok(self.remember(key, KeyHolder::Passphrase))
    }

    pub(super) async fn envelope(&self) -> Result<Option<KeyEnvelope>, ApiError> {
        let folder = self.folder.clone();
        blocking(move || {
            KeyEnvelope::find(&folder, &envelope_name()).map_err(|error| words::envelope(&error))
        })
        .await
    }

    /// Whether a database of either line is there, which only the lost key could open.
    fn has_files(&self) -> bool {
        [Line::Practice, Line::Account].into_iter().any(|line| {
            self.folder
                .join(format!("{}.tern", file_name(line).as_str()))
                .exists()
        })
    }

    /// Secret stores block: an unlock prompt waits for a person.
    pub(super) async fn ask<T: Send + 'static>(
        &self,
        question: impl FnOnce(&dyn SecretStore) -> Result<T, SecretStoreError> + Send + 'static,
    ) -> Result<T, SecretStoreError> {
        let secrets = Arc::clone(&self.secrets);
        spawn_blocking(move || question(&*secrets))
            .await
            .unwrap_or_else(|_| {
                Err(SecretStoreError::Failed {
                    reason: "the keychain's program failed".to_owned(),
                })
            })
    }

    /// Reads another secret of this installation.
    pub(crate) async fn find_secret(
        &self,
        name: SecretName,
    ) -> Result<Option<zeroize::Zeroizing<Vec<u8>>>, SecretStoreError> {
        self.ask(move |secrets| secrets.find(name)).await
    }

    /// Keeps another secret of this installation.
    pub(crate) async fn store_secret(
        &self,
        name: SecretName,
        secret: zeroize::Zeroizing<Vec<u8>>,
    ) -> Result<(), SecretStoreError> {
        self.ask(move |secrets| secrets.store(name, &secret)).await
    }

    fn remembered(&self) -> Option<(DatabaseKey, KeyHolder)> {
        self.open
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    pub(super) fn key_in_force(&self) -> Option<DatabaseKey> {
        self.remembered().map(|(key, _)| key)
    }

    pub(super) fn set_next(&self, key: DatabaseKey, holder: KeyHolder) {
        *self.next.lock().unwrap_or_else(PoisonError::into_inner) = Some((key, holder));
    }

    pub(super) fn forget_next(&self) {
        *self.next.lock().unwrap_or_else(PoisonError::into_inner) = None;
    }

    /// The one in waiting was put in force. After a restart it is not known here, and is looked for again.
    pub(super) fn take_next(&self) {
        let next = self
            .next
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .take();
        *self.open.lock().unwrap_or_else(PoisonError::into_inner) = next;
    }

    pub(super) fn remember(&self, key: DatabaseKey, holder: KeyHolder) -> DatabaseKey {
        *self.open.lock().unwrap_or_else(PoisonError::into_inner) = Some((key.clone(), holder));
        key
    }
}

/// One envelope for all files of the installation.
pub(super) fn envelope_name() -> FileName {
    #[expect(
        clippy::expect_used,
        reason = "a literal that every passphrase test uses"
    )]
    FileName::new("tern").expect("a lower-case word")
}

pub(crate) fn check_passphrase(passphrase: &str) -> Result<(), ApiError> {
    if passphrase.chars().count() < SHORTEST_PASSPHRASE {
        return Err(words::passphrase_too_short(SHORTEST_PASSPHRASE));
    }
    Ok(())
}

/// Runs what blocks (argon2id, files) off the asynchronous threads.
pub(super) async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, ApiError> + Send + 'static,
) -> Result<T, ApiError> {
    spawn_blocking(work)
        .await
        .unwrap_or_else(|_| Err(ApiError::internal()))
}

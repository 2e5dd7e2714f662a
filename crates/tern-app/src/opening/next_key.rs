//! The second key of the ring: one that waits to take the first one's place, and the recovery code's.
//!
//! While the files are rewritten both keys are held, the new one beside the one in force: in an entry of its own in
//! the keychain, or wrapped by the same passphrase in `tern-next.envelope`. Nothing on disk leads from one to the
//! other. It refuses to put away the one in force before the new one has been read back.

use secrecy::SecretString;
use tern_domain::UtcMillis;
use tern_domain::file_key::{FileKeyChange, RecoveryCode, RecoveryTries};
use tern_store::{
    DatabaseKey, FileName, KeyChanges, KeyEnvelope, RecoveryEnvelope, find_key_changes,
    forget_key_changes, note_key_change, opens,
};

use super::key_ring::{KeyRing, blocking, check_passphrase, envelope_name};
use super::line_file::file_name;
use crate::dto::{KeyHolder, Line};
use crate::error::{ApiError, ErrorCode};
use crate::ports::SecretName;
use crate::words;

impl KeyRing {
    /// Makes sure of the passphrase before anything that takes long is begun with it.
    pub(crate) async fn check(&self, passphrase: Option<String>) -> Result<(), ApiError> {
        if self.envelope().await?.is_some() {
            self.unlock(passphrase.unwrap_or_default()).await?;
        }
        Ok(())
    }

    /// Holds a new key beside the one in force, durably.
    pub(crate) async fn hold_next(
        &self,
        key: &DatabaseKey,
        passphrase: Option<String>,
    ) -> Result<(), ApiError> {
        if self.envelope().await?.is_some() {
            let passphrase = passphrase.unwrap_or_default();
            self.wrap_as(key.clone(), passphrase, next_name()).await?;
            self.set_next(key.clone(), KeyHolder::Passphrase);
        } else {
            self.store_key(SecretName::NextFileKey, key).await?;
            self.set_next(key.clone(), KeyHolder::Keychain);
        }
        Ok(())
    }

    /// Makes the key in waiting the one in force. Can be repeated; where none waits it was done before.
    pub(crate) async fn promote_next(&self) -> Result<(), ApiError> {
        let folder = self.folder.clone();
        blocking(move || {
            KeyEnvelope::promote(&folder, &next_name(), &envelope_name())
                .map_err(|error| words::envelope(&error))
        })
        .await?;
        if self.envelope().await?.is_none() {
            let waiting = self
                .ask(|secrets| secrets.find(SecretName::NextFileKey))
                .await
                .map_err(|error| words::secret_store(&error))?;
            if let Some(bytes) = waiting
                && let Ok(bytes) = <[u8; 32]>::try_from(bytes.as_slice())
            {
                let key = DatabaseKey::from_bytes(bytes);
                self.store_key(SecretName::FileKey, &key).await?;
                self.delete_next().await?;
            }
        }
        self.take_next();
        Ok(())
    }

    /// Forgets a key in waiting that nothing was written with. Can be repeated.
    pub(crate) async fn drop_next(&self) -> Result<(), ApiError> {
        let folder = self.folder.clone();
        blocking(move || {
            KeyEnvelope::remove(&folder, &next_name()).map_err(|error| words::envelope(&error))
        })
        .await?;
        if self.envelope().await?.is_none() {
            self.delete_next().await?;
        }
        self.forget_next();
        Ok(())
    }

    async fn delete_next(&self) -> Result<(), ApiError> {
        self.ask(|secrets| secrets.delete(SecretName::NextFileKey))
            .await
            .map_err(|error| words::secret_store(&error))
    }

    /// Stores a key in the keychain and reads it back: some keychains take a secret and do not keep it.
    async fn store_key(&self, name: SecretName, key: &DatabaseKey) -> Result<(), ApiError> {
        let bytes = key.to_bytes();
        let kept = self
            .ask(move |secrets| {
                secrets.store(name, bytes.as_slice())?;
                let found = secrets.find(name)?;
                Ok(found.is_some_and(|found| found.as_slice() == bytes.as_slice()))
            })
            .await
            .map_err(|error| words::secret_store(&error))?;
        if kept {
            Ok(())
        } else {
            Err(words::key_not_kept())
        }
    }

    /// Notes what happened to the key while no file was open to record it in. It is on disk before this answers.
    pub(crate) async fn note_change(
        &self,
        change: FileKeyChange,
        now: UtcMillis,
    ) -> Result<(), ApiError> {
        let folder = self.folder.clone();
        blocking(move || {
            note_key_change(&folder, &envelope_name(), change, now)
                .map_err(|error| words::envelope(&error))
        })
        .await
    }

    /// What was noted and is not recorded yet.
    pub(crate) async fn noted_changes(&self) -> Result<KeyChanges, ApiError> {
        let folder = self.folder.clone();
        blocking(move || {
            find_key_changes(&folder, &envelope_name()).map_err(|error| words::envelope(&error))
        })
        .await
    }

    /// Everything that was noted stands in a file's history.
    pub(crate) async fn forget_changes(&self) -> Result<(), ApiError> {
        let folder = self.folder.clone();
        blocking(move || {
            forget_key_changes(&folder, &envelope_name()).map_err(|error| words::envelope(&error))
        })
        .await
    }

    /// The recovery code's envelope; `None` where there is no code.
    pub(crate) async fn recovery(&self) -> Result<Option<RecoveryEnvelope>, ApiError> {
        let folder = self.folder.clone();
        blocking(move || {
            RecoveryEnvelope::find(&folder, &envelope_name())
                .map_err(|error| words::envelope(&error))
        })
        .await
    }

    /// Wraps the key in force by a recovery code, in place of the code before.
    pub(crate) async fn keep_recovery(
        &self,
        code: RecoveryCode,
        now: UtcMillis,
    ) -> Result<(), ApiError> {
        let key = self.key_in_force().ok_or_else(words::not_ready)?;
        let folder = self.folder.clone();
        blocking(move || {
            RecoveryEnvelope::wrap(&key, &code, now)
                .and_then(|envelope| envelope.save(&folder, &envelope_name()))
                .map_err(|error| words::envelope(&error))
        })
        .await
    }

    /// Whether it is the recovery code of the key in force. A code is a code wherever it is typed: a wrong one counts
    /// in the same waits as at the locked file, before it is tried. What cannot be one, because a symbol of it is
    /// mistyped, is no try.
    pub(crate) async fn is_recovery_code(
        &self,
        typed: &str,
        now: UtcMillis,
    ) -> Result<bool, ApiError> {
        let (Ok(code), Some(key)) = (RecoveryCode::parse(typed), self.key_in_force()) else {
            return Ok(false);
        };
        let folder = self.folder.clone();
        blocking(move || {
            let name = envelope_name();
            let failed = |error| words::envelope(&error);
            let Some(envelope) = RecoveryEnvelope::find(&folder, &name).map_err(failed)? else {
                return Ok(false);
            };
            begin_try(&folder, &name, now)?;
            let is_it = envelope.leads_to(&code, &key).map_err(failed)?;
            if is_it {
                end_tries(&folder, &name)?;
            }
            Ok(is_it)
        })
        .await
    }

    /// Takes the recovery code back.
    pub(crate) async fn revoke_recovery(&self) -> Result<(), ApiError> {
        let folder = self.folder.clone();
        blocking(move || {
            RecoveryEnvelope::remove(&folder, &envelope_name())
                .map_err(|error| words::envelope(&error))
        })
        .await
    }

    /// Puts the recovery code's envelope away with files that were set aside because their key is lost: it is the
    /// only thing that opens them.
    pub(super) async fn set_recovery_aside(&self, now: UtcMillis) -> Result<(), ApiError> {
        let folder = self.folder.clone();
        blocking(move || {
            RecoveryEnvelope::set_aside(&folder, &envelope_name(), now)
                .map_err(|error| words::envelope(&error))
        })
        .await
    }

    /// Opens the ring by the recovery code, and keeps the key anew: in the keychain, or wrapped by a new passphrase
    /// where a passphrase held it or there is no keychain. A try is counted before it is made, so that ending the
    /// program takes none back.
    pub(crate) async fn recover(
        &self,
        line: Line,
        code: &str,
        passphrase: Option<String>,
        now: UtcMillis,
    ) -> Result<(), ApiError> {
        let code = RecoveryCode::parse(code).map_err(words::code_problem)?;
        let by_passphrase = passphrase.is_some() || self.envelope().await?.is_some();
        if by_passphrase {
            check_passphrase(passphrase.as_deref().unwrap_or_default())?;
        } else if let Err(error) = self.probe().await {
            return Err(words::secret_store(&error));
        }
        let folder = self.folder.clone();
        let key = blocking(move || open_envelope(&folder, line, &code, now)).await?;
        let holder = if by_passphrase {
            self.wrap(key.clone(), passphrase.unwrap_or_default())
                .await?;
            KeyHolder::Passphrase
        } else {
            self.store_key(SecretName::FileKey, &key).await?;
            KeyHolder::Keychain
        };
        self.remember(key, holder);
        Ok(())
    }

    async fn wrap_as(
        &self,
        key: DatabaseKey,
        passphrase: String,
        name: FileName,
    ) -> Result<(), ApiError> {
        let (folder, cost) = (self.folder.clone(), self.cost);
        let passphrase = SecretString::from(passphrase);
        blocking(move || {
            KeyEnvelope::wrap(&key, &passphrase, cost)
                .and_then(|envelope| envelope.save(&folder, &name))
                .map_err(|error| words::envelope(&error))
        })
        .await
    }

    /// Wraps the same key under another passphrase.
    pub(super) async fn wrap(&self, key: DatabaseKey, passphrase: String) -> Result<(), ApiError> {
        self.wrap_as(key, passphrase, envelope_name()).await
    }
}

fn open_envelope(
    folder: &std::path::Path,
    line: Line,
    code: &RecoveryCode,
    now: UtcMillis,
) -> Result<DatabaseKey, ApiError> {
    let name = envelope_name();
    let failed = |error| words::envelope(&error);
    let envelope = RecoveryEnvelope::find(folder, &name)
        .map_err(failed)?
        .ok_or_else(words::no_recovery_code)?;
    begin_try(folder, &name, now)?;
    let key = envelope.unwrap(code).map_err(failed)?;
    // One that opens an envelope and not the file belongs to a file that was set aside.
    if !opens(folder, &file_name(line), &key).map_err(|error| words::open_store(&error))? {
        return Err(ApiError::new(
            ErrorCode::WrongKey,
            "This recovery code belongs to another file.",
            "It may open one that was set aside. Nothing was changed.",
        ));
    }
    end_tries(folder, &name)?;
    Ok(key)
}

/// Counts a try before it is made, or refuses it while earlier ones are waited out.
fn begin_try(folder: &std::path::Path, name: &FileName, now: UtcMillis) -> Result<(), ApiError> {
    let failed = |error| words::envelope(&error);
    let tries = RecoveryEnvelope::tries(folder, name).map_err(failed)?;
    if let Some(wait) = tries.wait_left(now) {
        return Err(words::wait_for_code(wait));
    }
    RecoveryEnvelope::put_tries(folder, name, tries.failed(now)).map_err(failed)
}

/// The right code was typed: no try counts any more.
fn end_tries(folder: &std::path::Path, name: &FileName) -> Result<(), ApiError> {
    RecoveryEnvelope::put_tries(folder, name, RecoveryTries::default())
        .map_err(|error| words::envelope(&error))
}

/// Name of the envelope in waiting.
fn next_name() -> FileName {
    #[expect(
        clippy::expect_used,
        reason = "a literal that every rotation test uses"
    )]
    FileName::new("tern-next").expect("a lower-case word")
}

//! The database key wrapped by a recovery code: the way back from a forgotten passphrase or a lost keychain.
//!
//! Owns the envelope's file and the count of wrong codes beside it. The code is 135 random bits, so a fast
//! derivation is enough: stretching makes a guess dearer by a factor of a million, and there are 2^135 of them to
//! make. It refuses to say more of a wrong code than that it is wrong.

use std::path::Path;

use hkdf::Hkdf;
use serde::{Deserialize, Serialize};
use sha2::Sha256;
use subtle::ConstantTimeEq as _;
use tern_domain::UtcMillis;
use tern_domain::file_key::{CODE_SYMBOLS, RecoveryCode, RecoveryTries};
use zeroize::Zeroizing;

use super::envelope::EnvelopeError;
use super::{DatabaseKey, RandomnessError, fill_random, open_sealed, seal};
use crate::files;
use crate::layout::{FileName, Layout};

/// A database key that only a recovery code opens.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RecoveryEnvelope {
    version: u32,
    made_at: i64,
    salt: String,
    sealed_key: String,
}

const VERSION: u32 = 1;
const LABEL: &[u8] = b"tern recovery code 1";

/// A recovery code drawn at random.
///
/// # Errors
/// [`RandomnessError`].
pub fn draw_recovery_code() -> Result<RecoveryCode, RandomnessError> {
    let mut bytes = Zeroizing::new([0; CODE_SYMBOLS - 1]);
    fill_random(bytes.as_mut_slice())?;
    Ok(RecoveryCode::from_random(&bytes))
}

impl RecoveryEnvelope {
    /// Wraps a key.
    ///
    /// # Errors
    /// [`EnvelopeError::Randomness`].
    pub fn wrap(
        key: &DatabaseKey,
        code: &RecoveryCode,
        made_at: UtcMillis,
    ) -> Result<Self, EnvelopeError> {
        let mut salt = [0; 16];
        fill_random(&mut salt)?;
        let sealed = seal(
            &derive(code, &salt),
            &context(made_at.0),
            key.to_bytes().as_slice(),
        )?;
        Ok(Self {
            version: VERSION,
            made_at: made_at.0,
            salt: hex::encode(salt),
            sealed_key: hex::encode(sealed),
        })
    }

    /// When the code was made.
    #[must_use]
    pub const fn made_at(&self) -> UtcMillis {
        UtcMillis(self.made_at)
    }

    /// Opens the envelope.
    ///
    /// # Errors
    /// [`EnvelopeError::WrongCode`], or [`EnvelopeError::Unreadable`] for an envelope of another format.
    pub fn unwrap(&self, code: &RecoveryCode) -> Result<DatabaseKey, EnvelopeError> {
        if self.version != VERSION {
            return Err(EnvelopeError::Unreadable);
        }
        let salt = hex::decode(&self.salt).map_err(|_| EnvelopeError::Unreadable)?;
        let sealed = hex::decode(&self.sealed_key).map_err(|_| EnvelopeError::Unreadable)?;
        let bytes = open_sealed(&derive(code, &salt), &context(self.made_at), &sealed)
            .map(Zeroizing::new)
            .ok_or(EnvelopeError::WrongCode)?;
        let bytes = Zeroizing::new(
            <[u8; 32]>::try_from(bytes.as_slice()).map_err(|_| EnvelopeError::Unreadable)?,
        );
        Ok(DatabaseKey::from_bytes(*bytes))
    }

    /// Whether the code opens the envelope and the key in it is this one. Keys are compared in constant time.
    ///
    /// # Errors
    /// [`EnvelopeError::Unreadable`] for an envelope of another format.
    pub fn leads_to(&self, code: &RecoveryCode, key: &DatabaseKey) -> Result<bool, EnvelopeError> {
        match self.unwrap(code) {
            Ok(found) => Ok(found.to_bytes().ct_eq(&*key.to_bytes()).into()),
            Err(EnvelopeError::WrongCode) => Ok(false),
            Err(error) => Err(error),
        }
    }

    /// Writes the envelope, replacing an earlier one as one step: the code before opens nothing from then on.
    ///
    /// # Errors
    /// [`EnvelopeError::Io`].
    pub fn save(&self, folder: &Path, name: &FileName) -> Result<(), EnvelopeError> {
        write(&Layout::new(folder, name).recovery(), self)
    }

    /// Reads the envelope; `None` where there is no code.
    ///
    /// # Errors
    /// [`EnvelopeError::Io`], [`EnvelopeError::Unreadable`].
    pub fn find(folder: &Path, name: &FileName) -> Result<Option<Self>, EnvelopeError> {
        read(&Layout::new(folder, name).recovery())
    }

    /// Overwrites and removes the envelope; one that is not there is no error.
    ///
    /// # Errors
    /// [`EnvelopeError::Io`].
    pub fn remove(folder: &Path, name: &FileName) -> Result<(), EnvelopeError> {
        let path = Layout::new(folder, name).recovery();
        files::wipe(&path).map_err(|source| EnvelopeError::Io {
            operation: "remove",
            source,
        })
    }

    /// Renames the envelope, so that it stays with a file that was set aside at that time.
    ///
    /// # Errors
    /// [`EnvelopeError::Io`].
    pub fn set_aside(folder: &Path, name: &FileName, now: UtcMillis) -> Result<(), EnvelopeError> {
        let from = Layout::new(folder, name);
        let to = from.set_aside(&now.0.to_string());
        files::rename_if_present(&from.recovery(), &to.recovery())
            .map(|_| ())
            .map_err(|source| EnvelopeError::Io {
                operation: "rename",
                source,
            })
    }

    /// Wrong codes so far.
    ///
    /// # Errors
    /// [`EnvelopeError::Io`], [`EnvelopeError::Unreadable`].
    pub fn tries(folder: &Path, name: &FileName) -> Result<RecoveryTries, EnvelopeError> {
        Ok(read(&Layout::new(folder, name).recovery_tries())?.unwrap_or_default())
    }

    /// Notes wrong codes.
    ///
    /// # Errors
    /// [`EnvelopeError::Io`].
    pub fn put_tries(
        folder: &Path,
        name: &FileName,
        tries: RecoveryTries,
    ) -> Result<(), EnvelopeError> {
        write(&Layout::new(folder, name).recovery_tries(), &tries)
    }
}

fn derive(code: &RecoveryCode, salt: &[u8]) -> Zeroizing<[u8; 32]> {
    let mut key = Zeroizing::new([0; 32]);
    // 32 bytes are far below HKDF's limit of 255 blocks, the only error there is.
    let _ = Hkdf::<Sha256>::new(Some(salt), code.expose().as_bytes()).expand(LABEL, &mut *key);
    key
}

/// The date is shown, so it is authenticated too.
fn context(made_at: i64) -> Vec<u8> {
    [LABEL, &made_at.to_be_bytes()].concat()
}

pub(super) fn write(path: &Path, value: &impl Serialize) -> Result<(), EnvelopeError> {
    let bytes = serde_json::to_vec(value).map_err(|_| EnvelopeError::Unreadable)?;
    files::write_atomic(path, &bytes).map_err(|source| EnvelopeError::Io {
        operation: "write",
        source,
    })
}

pub(super) fn read<T: serde::de::DeserializeOwned>(
    path: &Path,
) -> Result<Option<T>, EnvelopeError> {
    files::read_if_present(path)
        .map_err(|source| EnvelopeError::Io {
            operation: "read",
            source,
        })?
        .map(|bytes| serde_json::from_slice(&bytes).map_err(|_| EnvelopeError::Unreadable))
        .transpose()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_right_code_opens_it_and_no_other_and_neither_stands_in_it() {
        let folder = tempfile::tempdir().unwrap();
        let name = FileName::new("tern").unwrap();
        let key = DatabaseKey::from_bytes([9; 32]);
        let (code, other) = (draw_recovery_code().unwrap(), draw_recovery_code().unwrap());
        RecoveryEnvelope::wrap(&key, &code, UtcMillis(5))
            .unwrap()
            .save(folder.path(), &name)
            .unwrap();
        let mut found = RecoveryEnvelope::find(folder.path(), &name)
            .unwrap()
            .unwrap();
        assert_eq!(*found.unwrap(&code).unwrap().to_bytes(), [9; 32]);
        assert!(matches!(
            found.unwrap(&other),
            Err(EnvelopeError::WrongCode)
        ));
        assert!(found.leads_to(&code, &key).unwrap());
        assert!(!found.leads_to(&other, &key).unwrap());
        let another = DatabaseKey::from_bytes([8; 32]);
        assert!(
            !found.leads_to(&code, &another).unwrap(),
            "it opens nothing"
        );
        let stored = std::fs::read_to_string(folder.path().join("tern.recovery")).unwrap();
        assert!(!stored.contains(&hex::encode([9; 32])) && !stored.contains(code.expose()));
        found.made_at += 1;
        assert!(found.unwrap(&code).is_err(), "its date is part of it");
        RecoveryEnvelope::remove(folder.path(), &name).unwrap();
        assert!(
            RecoveryEnvelope::find(folder.path(), &name)
                .unwrap()
                .is_none()
        );
    }

    #[test]
    fn wrong_codes_are_counted_on_disk() {
        let folder = tempfile::tempdir().unwrap();
        let name = FileName::new("tern").unwrap();
        let tries = RecoveryEnvelope::tries(folder.path(), &name).unwrap();
        let tries = tries
            .failed(UtcMillis(1))
            .failed(UtcMillis(1))
            .failed(UtcMillis(1));
        RecoveryEnvelope::put_tries(folder.path(), &name, tries).unwrap();
        assert_eq!(
            RecoveryEnvelope::tries(folder.path(), &name).unwrap(),
            tries
        );
    }
}

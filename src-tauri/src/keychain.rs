//! The system's keychain as the app's secret store: Secret Service, macOS Keychain, Windows
//! Credential Manager, through `keyring`.
//!
//! "No keychain", "locked" and "no such entry" stay three different answers, because a person does
//! something else about each.

use keyring::{Entry, Error};
use tern_app::{SecretName, SecretStore, SecretStoreError};
use zeroize::Zeroizing;

/// Service name of Tern's entries.
const SERVICE: &str = "org.tern.desk";

/// The keychain of the person who is logged in.
pub(crate) struct Keychain;

impl SecretStore for Keychain {
    fn probe(&self) -> Result<(), SecretStoreError> {
        // Asking for an entry that never existed reaches the service without asking the person.
        match entry("probe").and_then(|entry| entry.get_secret().map(drop).map_err(translate)) {
            Ok(())
            | Err(Trouble::Missing)
            | Err(Trouble::Store(SecretStoreError::Locked { .. })) => Ok(()),
            Err(Trouble::Store(error)) => Err(error),
        }
    }

    fn find(&self, name: SecretName) -> Result<Option<Zeroizing<Vec<u8>>>, SecretStoreError> {
        match entry(name.entry()).and_then(|entry| entry.get_secret().map_err(translate)) {
            Ok(secret) => Ok(Some(Zeroizing::new(secret))),
            Err(Trouble::Missing) => Ok(None),
            Err(Trouble::Store(error)) => Err(error),
        }
    }

    fn store(&self, name: SecretName, secret: &[u8]) -> Result<(), SecretStoreError> {
        entry(name.entry())
            .and_then(|entry| entry.set_secret(secret).map_err(translate))
            .map_err(Trouble::into_store_error)
    }

    fn delete(&self, name: SecretName) -> Result<(), SecretStoreError> {
        match entry(name.entry()).and_then(|entry| entry.delete_credential().map_err(translate)) {
            Ok(()) | Err(Trouble::Missing) => Ok(()),
            Err(Trouble::Store(error)) => Err(error),
        }
    }
}

/// What went wrong, with "not there" apart from real failures.
enum Trouble {
    Missing,
    Store(SecretStoreError),
}

impl Trouble {
    fn into_store_error(self) -> SecretStoreError {
        match self {
            Self::Missing => SecretStoreError::Failed {
                reason: "the entry vanished".to_owned(),
            },
            Self::Store(error) => error,
        }
    }
}

fn entry(name: &str) -> Result<Entry, Trouble> {
    Entry::new(SERVICE, name).map_err(translate)
}

/// The keychain's own words are technical and may name entries; people get ours.
fn translate(error: Error) -> Trouble {
    let words = match error {
        Error::NoEntry => return Trouble::Missing,
        Error::NoStorageAccess(_) => {
            return Trouble::Store(SecretStoreError::Locked {
                reason: "the keyring is locked and could not be unlocked".to_owned(),
            });
        }
        Error::NoDefaultStore | Error::NotSupportedByStore(_) => {
            "no keyring program is running on this system".to_owned()
        }
        Error::PlatformFailure(cause) => {
            tracing::warn!(%cause, "the keychain failed");
            "the keyring program does not answer".to_owned()
        }
        other => {
            tracing::warn!(error = %kind(&other), "the keychain failed");
            return Trouble::Store(SecretStoreError::Failed {
                reason: "the keyring gave an answer that makes no sense".to_owned(),
            });
        }
    };
    Trouble::Store(SecretStoreError::Unavailable { reason: words })
}

/// Name of an error that carries the secret itself, without the secret.
fn kind(error: &Error) -> &'static str {
    match error {
        Error::BadEncoding(_) => "bad encoding",
        Error::BadDataFormat(..) => "bad data format",
        Error::BadStoreFormat(_) => "bad store format",
        Error::TooLong(..) => "too long",
        Error::Invalid(..) => "invalid",
        Error::Ambiguous(_) => "ambiguous",
        _ => "other",
    }
}

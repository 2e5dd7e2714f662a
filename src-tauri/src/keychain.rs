//! The system's keychain as the app's secret store: Secret Service, macOS Keychain, Windows
//! Credential Manager, through `keyring`.
//!
//! "No keychain", "locked" and "no such entry" stay three different answers, because a person does
//! something else about each.

use keyring::{Entry, Error};
use tern_app::{SecretName, SecretStore, SecretStoreError};
use zeroize::Zeroizing;

use link::Link;

mod link;

/// Service name of Tern's entries.
const SERVICE: &str = "org.tern.desk";

/// The keychain of the person who is logged in.
#[derive(Default)]
pub(crate) struct Keychain {
    link: Link,
}

impl Keychain {
    /// Asks about one entry. A keyring program that was started, or started again, since the last question
    /// needs a new connection, so a failure to reach it is followed by one more attempt.
    fn ask<T>(
        &self,
        name: &str,
        question: impl Fn(&Entry) -> Result<T, Error>,
    ) -> Result<T, Trouble> {
        let once = || {
            self.link
                .entry(SERVICE, name)
                .and_then(|entry| question(&entry))
        };
        match once() {
            Err(Error::PlatformFailure(_) | Error::NoDefaultStore) => {
                self.link.renew();
                once().map_err(translate)
            }
            answer => answer.map_err(translate),
        }
    }
}

impl SecretStore for Keychain {
    fn probe(&self) -> Result<(), SecretStoreError> {
        // Asking for an entry that never existed reaches the service without asking the person.
        match self.ask("probe", |entry| entry.get_secret().map(drop)) {
            Ok(())
            | Err(Trouble::Missing)
            | Err(Trouble::Store(SecretStoreError::Locked { .. })) => Ok(()),
            Err(Trouble::Store(error)) => Err(error),
        }
    }

    fn find(&self, name: SecretName) -> Result<Option<Zeroizing<Vec<u8>>>, SecretStoreError> {
        match self.ask(name.entry(), Entry::get_secret) {
            Ok(secret) => Ok(Some(Zeroizing::new(secret))),
            Err(Trouble::Missing) => Ok(None),
            Err(Trouble::Store(error)) => Err(error),
        }
    }

    fn store(&self, name: SecretName, secret: &[u8]) -> Result<(), SecretStoreError> {
        self.ask(name.entry(), |entry| entry.set_secret(secret))
            .map_err(Trouble::into_store_error)
    }

    fn delete(&self, name: SecretName) -> Result<(), SecretStoreError> {
        match self.ask(name.entry(), Entry::delete_credential) {
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

/// The keychain's own words are technical and may name entries; people get ours.
fn translate(error: Error) -> Trouble {
    let words = match error {
        Error::NoEntry => return Trouble::Missing,
        Error::NoStorageAccess(_) => {
            return Trouble::Store(SecretStoreError::Locked {
                reason: "its password was not given".to_owned(),
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

//! Secrets that topics send along with their requests.
//!
//! One entry of the keychain holds them by line and name; where there is no keychain, the file does. Their
//! names stand in the file, so that listing them asks the keychain for nothing. They are never read back to a
//! window.

use std::collections::BTreeMap;

use secrecy::SecretString;
use tern_domain::topic::is_topic_name;
use zeroize::{Zeroize as _, Zeroizing};

use crate::app::App;
use crate::dto::{BotSecrets, KeyHolder, Line, SetBotSecret};
use crate::error::{ApiError, ErrorCode};
use crate::line::Desk;
use crate::ports::SecretName;
use crate::records::{self, Record};
use crate::words;

/// Longest secret, in bytes.
const LONGEST_SECRET: usize = 8_000;
/// Most secrets of a line.
const MOST_SECRETS: usize = 50;

/// Secrets by `line/name`; wiped when they go.
#[derive(Default)]
struct Kept(BTreeMap<String, String>);

impl Drop for Kept {
    fn drop(&mut self) {
        self.0.values_mut().for_each(|secret| secret.zeroize());
    }
}

impl App {
    /// Keeps a secret for requests of topics, or forgets it. Answers the names of all.
    ///
    /// # Errors
    /// [`ErrorCode::InvalidInput`] naming what has to change; the keychain's own trouble.
    pub async fn set_bot_secret(&self, request: SetBotSecret) -> Result<BotSecrets, ApiError> {
        let desk = self.desk()?;
        self.must_administer(&desk).await?;
        let name = request.name.trim().to_owned();
        let value = request.value.map(Zeroizing::new);
        let mut names = self.bot_secret_names(&desk).await?;
        if let Some(value) = &value {
            check(&name, value.trim())?;
            if !names.contains(&name) && names.len() >= MOST_SECRETS {
                return Err(refused(format!(
                    "There can be at most {MOST_SECRETS} secrets."
                )));
            }
        }
        let mut kept = self.kept_secrets(&desk).await?;
        let entry = entry(&desk, &name);
        names.retain(|known| *known != name);
        match value {
            Some(value) => {
                kept.0.insert(entry, value.trim().to_owned());
                names.push(name);
            }
            None => {
                if let Some(mut gone) = kept.0.remove(&entry) {
                    gone.zeroize();
                }
            }
        }
        names.sort();
        self.keep_secrets(&desk, &kept).await?;
        records::put(&desk.store, Record::BotSecretNames, names.clone()).await?;
        self.topics_changed(&desk).await?;
        Ok(BotSecrets { names })
    }

    /// Names of the secrets that are kept.
    pub(super) async fn bot_secret_names(&self, desk: &Desk) -> Result<Vec<String>, ApiError> {
        Ok(records::find(&desk.store, Record::BotSecretNames)
            .await?
            .unwrap_or_default())
    }

    /// A secret, for the request that it goes along with.
    pub(crate) async fn find_bot_secret(
        &self,
        desk: &Desk,
        name: &str,
    ) -> Result<Option<SecretString>, ApiError> {
        let kept = self.kept_secrets(desk).await?;
        let found = kept.0.get(&entry(desk, name));
        Ok(found.map(|secret| SecretString::from(secret.as_str())))
    }

    async fn kept_secrets(&self, desk: &Desk) -> Result<Kept, ApiError> {
        let bytes = match self.inner.keys.holder().await {
            KeyHolder::Keychain => self
                .inner
                .keys
                .find_secret(SecretName::BotSecrets)
                .await
                .map_err(|error| words::secret_store(&error))?,
            KeyHolder::Passphrase => records::find::<String>(&desk.store, Record::BotSecrets)
                .await?
                .map(|text| Zeroizing::new(text.into_bytes())),
        };
        let read = bytes.and_then(|bytes| serde_json::from_slice(&bytes).ok());
        Ok(Kept(read.unwrap_or_default()))
    }

    async fn keep_secrets(&self, desk: &Desk, kept: &Kept) -> Result<(), ApiError> {
        // Strings always encode.
        let bytes = Zeroizing::new(serde_json::to_vec(&kept.0).unwrap_or_default());
        match self.inner.keys.holder().await {
            KeyHolder::Keychain => self
                .inner
                .keys
                .store_secret(SecretName::BotSecrets, bytes)
                .await
                .map_err(|error| words::secret_store(&error)),
            KeyHolder::Passphrase => {
                let text = String::from_utf8(bytes.to_vec()).map_err(|_| ApiError::internal())?;
                records::put(&desk.store, Record::BotSecrets, text).await
            }
        }
    }
}

/// The practice line's secrets are others than the account's.
fn entry(desk: &Desk, name: &str) -> String {
    let line = match desk.line() {
        Line::Practice => "practice",
        Line::Account => "account",
    };
    format!("{line}/{name}")
}

fn check(name: &str, value: &str) -> Result<(), ApiError> {
    if !is_topic_name(name) {
        return Err(refused(
            "A secret's name has lower-case letters, digits and _, beginning with a letter."
                .to_owned(),
        ));
    }
    if value.is_empty() {
        return Err(refused("The secret is empty.".to_owned()));
    }
    // It goes into a header of the request.
    if value.len() > LONGEST_SECRET || value.chars().any(char::is_control) {
        return Err(refused(
            "The secret is too long, or holds a line break.".to_owned(),
        ));
    }
    Ok(())
}

fn refused(message: String) -> ApiError {
    ApiError::new(ErrorCode::InvalidInput, message, "")
}

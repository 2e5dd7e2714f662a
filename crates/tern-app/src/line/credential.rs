//! The account's credential, from the window to the keychain and to the client.
//!
//! It is stored with everything needed to connect again, so that a file that was lost or set aside can be
//! rebuilt from the keychain and Twilio alone. It is never sent to a window and never printed.

use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};
use tern_twilio::{AccountSid, ApiKeySid, BaseUrl, ClientConfig, Credential, TwilioClient};
use zeroize::Zeroizing;

use super::numbers::OwnNumber;
use crate::dto::{AccountCredentials, CredentialInput, DoctorCheck};
use crate::setup::CredentialClue;

/// What was typed cannot be a credential.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct UnusableCredential {
    pub(crate) check: DoctorCheck,
    pub(crate) title: &'static str,
    pub(crate) remedy: &'static str,
}

/// Everything needed to talk to an account.
#[derive(Clone)]
pub(crate) struct CarrierCredential {
    pub(crate) account_sid: AccountSid,
    pub(crate) base_url: BaseUrl,
    pub(crate) secret: Credential,
    pub(crate) numbers: Vec<OwnNumber>,
}

/// The stored form. Fields are only added, never renamed.
#[derive(Serialize, Deserialize)]
struct Stored {
    account_sid: String,
    base_url: String,
    key_sid: Option<String>,
    secret: String,
    #[serde(default)]
    numbers: Vec<OwnNumber>,
}

impl CarrierCredential {
    /// Reads what an admin typed.
    pub(crate) fn typed(input: &AccountCredentials) -> Result<Self, UnusableCredential> {
        let problem = |check, title, remedy| UnusableCredential {
            check,
            title,
            remedy,
        };
        let sid_text = input.account_sid.trim();
        if sid_text.starts_with("SK") {
            return Err(problem(
                DoctorCheck::Credentials,
                "This is an API key, not an account",
                "Put the SK… value into the API key field; the account SID starts with AC.",
            ));
        }
        let account_sid = AccountSid::parse(sid_text).map_err(|_| {
            problem(
                DoctorCheck::Credentials,
                "This is not an account SID",
                "An account SID is AC and 32 more characters; the Twilio console shows it on its first page.",
            )
        })?;
        let base_url = match input
            .base_url
            .as_deref()
            .map(str::trim)
            .filter(|text| !text.is_empty())
        {
            None => BaseUrl::twilio(),
            Some(text) => BaseUrl::parse(text).map_err(|_| {
                problem(
                    DoctorCheck::Network,
                    "This address cannot be used",
                    "Use https and only the host, such as https://api.twilio.com.",
                )
            })?,
        };
        let secret = match &input.credential {
            CredentialInput::AuthToken { token } if token.trim().is_empty() => {
                return Err(problem(
                    DoctorCheck::Credentials,
                    "The auth token is missing",
                    "Copy it from the first page of the Twilio console.",
                ));
            }
            CredentialInput::AuthToken { token } => {
                Credential::AuthToken(SecretString::from(token.trim()))
            }
            CredentialInput::ApiKey { key_sid, secret } => {
                let sid = ApiKeySid::parse(key_sid.trim()).map_err(|_| {
                    problem(
                        DoctorCheck::Credentials,
                        "This is not an API key",
                        "An API key's SID is SK and 32 more characters.",
                    )
                })?;
                if secret.trim().is_empty() {
                    return Err(problem(
                        DoctorCheck::Credentials,
                        "The key's secret is missing",
                        "The console shows it once, when the key is made; make a new key if it is lost.",
                    ));
                }
                Credential::ApiKey {
                    sid,
                    secret: SecretString::from(secret.trim()),
                }
            }
        };
        Ok(Self {
            account_sid,
            base_url,
            secret,
            numbers: Vec::new(),
        })
    }

    /// Reads the stored form; `None` for what is not one.
    pub(crate) fn decode(bytes: &[u8]) -> Option<Self> {
        let stored: Stored = serde_json::from_slice(bytes).ok()?;
        let secret = SecretString::from(stored.secret);
        let secret = match stored.key_sid {
            Some(sid) => Credential::ApiKey {
                sid: ApiKeySid::parse(sid).ok()?,
                secret,
            },
            None => Credential::AuthToken(secret),
        };
        Some(Self {
            account_sid: AccountSid::parse(stored.account_sid).ok()?,
            base_url: BaseUrl::parse(&stored.base_url).ok()?,
            secret,
            numbers: stored.numbers,
        })
    }

    /// The stored form.
    pub(crate) fn encode(&self) -> Zeroizing<Vec<u8>> {
        let (key_sid, secret) = match &self.secret {
            Credential::AuthToken(token) => (None, token),
            Credential::ApiKey { sid, secret } => (Some(sid.as_str().to_owned()), secret),
        };
        let stored = Stored {
            account_sid: self.account_sid.as_str().to_owned(),
            base_url: self.base_url.to_string(),
            key_sid,
            secret: secret.expose_secret().to_owned(),
            numbers: self.numbers.clone(),
        };
        // Strings and flags always encode.
        Zeroizing::new(serde_json::to_vec(&stored).unwrap_or_default())
    }

    /// A client for this account.
    pub(crate) fn client(&self) -> Result<TwilioClient, tern_twilio::ConfigError> {
        TwilioClient::new(ClientConfig::new(
            self.base_url.clone(),
            self.account_sid.clone(),
            self.secret.clone(),
        ))
    }

    /// What the credential looks like.
    pub(crate) fn clue(&self) -> CredentialClue {
        match &self.secret {
            Credential::AuthToken(token) => CredentialClue::of_token(token.expose_secret()),
            Credential::ApiKey { secret, .. } => {
                CredentialClue::of_key_secret(secret.expose_secret())
            }
        }
    }

    /// The key's SID; `None` when an auth token is used.
    pub(crate) fn key_sid(&self) -> Option<&str> {
        match &self.secret {
            Credential::AuthToken(_) => None,
            Credential::ApiKey { sid, .. } => Some(sid.as_str()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn input(sid: &str, credential: CredentialInput, base_url: Option<&str>) -> AccountCredentials {
        AccountCredentials {
            account_sid: sid.to_owned(),
            credential,
            base_url: base_url.map(str::to_owned),
        }
    }

    fn token() -> CredentialInput {
        CredentialInput::AuthToken {
            token: "0".repeat(32),
        }
    }

    #[test]
    fn what_was_typed_survives_the_keychain() {
        let sid = format!("AC{}", "1".repeat(32));
        let key = CredentialInput::ApiKey {
            key_sid: format!("SK{}", "2".repeat(32)),
            secret: " s3cret ".into(),
        };
        let typed =
            CarrierCredential::typed(&input(&sid, key, Some("http://127.0.0.1:9"))).unwrap();
        let stored = CarrierCredential::decode(&typed.encode()).unwrap();
        assert_eq!(stored.encode(), typed.encode());
        assert_eq!(
            stored.key_sid(),
            Some(format!("SK{}", "2".repeat(32)).as_str())
        );
        assert!(CarrierCredential::decode(b"{}").is_none());
    }

    #[test]
    fn swapped_and_malformed_values_are_named() {
        let sid = format!("AC{}", "1".repeat(32));
        let title = |input| CarrierCredential::typed(&input).err().unwrap().title;
        assert!(title(input(&sid.replace("AC", "SK"), token(), None)).contains("API key"));
        assert!(title(input("AC1", token(), None)).contains("account SID"));
        assert!(title(input(&sid, token(), Some("http://api.twilio.com"))).contains("address"));
        let empty = CredentialInput::AuthToken { token: " ".into() };
        assert!(title(input(&sid, empty, None)).contains("missing"));
    }
}

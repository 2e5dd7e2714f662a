//! `X-Twilio-Signature` (T-10).
//!
//! Owns the check that a request was made by someone who knows the auth token or a shared key. It refuses a
//! body that the signature does not cover, compares in constant time, and never says what it expected.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit, Mac};
use secrecy::{ExposeSecret, SecretString};
use sha1::Sha1;
use sha2::{Digest, Sha256};
use subtle::{Choice, ConstantTimeEq};
use url::form_urlencoded;

use super::url_variants::url_variants;

/// The header that carries the signature.
pub const SIGNATURE_HEADER: &str = "x-twilio-signature";

/// The header that names the shared key, when one was used.
pub const SHARED_KEY_HEADER: &str = "x-twilio-webhooks-signature-settings";

/// Why a request is not accepted as Twilio's. The answer to all of them is 403 (T-10).
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SignatureError {
    /// The header is absent or empty.
    #[error("the request is not signed")]
    Missing,
    /// Signed with a shared key that this verifier does not have.
    #[error("the request is signed with an unknown key or algorithm")]
    UnknownKey,
    /// A body that is no form needs its hash in the URL.
    #[error("the request's body is not covered by its signature")]
    BodyNotCovered,
    /// The body differs from the hash in the URL.
    #[error("the request's body was changed")]
    BodyChanged,
    /// Signed by someone else, or for another URL or other parameters.
    #[error("the signature does not match")]
    Mismatch,
}

/// A key shared with Twilio for webhooks alone, so that no auth token is needed on a laptop.
#[derive(Clone)]
pub struct SharedKey {
    /// Twilio's id of the key.
    pub id: String,
    /// The key, shown once when it was made.
    pub secret: SecretString,
}

impl fmt::Debug for SharedKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SharedKey({}, ..)", self.id)
    }
}

/// The part of a request that is signed besides the URL.
#[derive(Debug, Clone, Copy)]
pub enum WebhookBody<'a> {
    /// A form POST: every decoded name and value, in any order, repetitions included.
    Form(&'a [(String, String)]),
    /// A GET; its parameters are in the URL.
    Absent,
    /// Anything else, such as JSON, which the URL's `bodySHA256` covers.
    Raw(&'a [u8]),
}

/// A request as far as its signature is concerned.
#[derive(Debug, Clone, Copy)]
pub struct SignedRequest<'a> {
    /// The public URL that Twilio was configured with, its query as received; not the one behind a tunnel.
    pub url: &'a str,
    /// What came with it.
    pub body: WebhookBody<'a>,
    /// [`SIGNATURE_HEADER`].
    pub signature: Option<&'a str>,
    /// [`SHARED_KEY_HEADER`].
    pub shared_key: Option<&'a str>,
}

#[derive(Clone, Copy)]
enum Algorithm {
    HmacSha1,
    HmacSha256,
}

/// Checks requests against the account's auth token, shared keys, or both.
#[derive(Clone)]
pub struct SignatureVerifier {
    auth_token: Option<SecretString>,
    shared_keys: Vec<SharedKey>,
}

impl SignatureVerifier {
    /// Checks against the account's primary auth token. An API key's secret does not work here.
    #[must_use]
    pub fn from_auth_token(auth_token: SecretString) -> Self {
        Self {
            auth_token: Some(auth_token),
            shared_keys: Vec::new(),
        }
    }

    /// Checks against a shared key only.
    #[must_use]
    pub fn from_shared_key(key: SharedKey) -> Self {
        Self {
            auth_token: None,
            shared_keys: vec![key],
        }
    }

    /// Accepts one more shared key.
    #[must_use]
    pub fn and_shared_key(mut self, key: SharedKey) -> Self {
        self.shared_keys.push(key);
        self
    }

    /// Whether the request is Twilio's (T-10). A replayed request passes too: de-duplicate by message SID.
    ///
    /// # Errors
    /// [`SignatureError`]; answer 403 and store nothing.
    pub fn verify(&self, request: &SignedRequest<'_>) -> Result<(), SignatureError> {
        let given = request
            .signature
            .filter(|signature| !signature.is_empty())
            .ok_or(SignatureError::Missing)?;
        let (secret, algorithm) = self.key_for(request.shared_key)?;
        check_body_hash(request)?;
        let params = signed_params(request.body);
        // Every variant is computed, so that the time taken does not tell which one came close.
        let mut matched = Choice::from(0);
        for url in url_variants(request.url) {
            let expected = compute(secret, algorithm, &url, &params);
            matched |= expected.as_bytes().ct_eq(given.as_bytes());
        }
        if bool::from(matched) {
            Ok(())
        } else {
            Err(SignatureError::Mismatch)
        }
    }

    fn key_for(
        &self,
        settings: Option<&str>,
    ) -> Result<(&SecretString, Algorithm), SignatureError> {
        let Some(settings) = settings else {
            let token = self.auth_token.as_ref().ok_or(SignatureError::UnknownKey)?;
            return Ok((token, Algorithm::HmacSha1));
        };
        let mut id = None;
        let mut algorithm = None;
        for (name, value) in settings.split(',').filter_map(|part| part.split_once('=')) {
            match name.trim() {
                "key" => id = Some(value.trim()),
                "algorithm" => {
                    algorithm = match value.trim() {
                        "HMAC_SHA256" => Some(Algorithm::HmacSha256),
                        "HMAC_SHA1" => Some(Algorithm::HmacSha1),
                        _ => None,
                    };
                }
                _ => {}
            }
        }
        let key = self
            .shared_keys
            .iter()
            .find(|key| Some(key.id.as_str()) == id)
            .ok_or(SignatureError::UnknownKey)?;
        Ok((&key.secret, algorithm.ok_or(SignatureError::UnknownKey)?))
    }
}

impl fmt::Debug for SignatureVerifier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SignatureVerifier")
            .field("auth_token", &self.auth_token.is_some())
            .field("shared_keys", &self.shared_keys)
            .finish()
    }
}

fn check_body_hash(request: &SignedRequest<'_>) -> Result<(), SignatureError> {
    let WebhookBody::Raw(body) = request.body else {
        return Ok(());
    };
    let url = request
        .url
        .split_once('#')
        .map_or(request.url, |(url, _)| url);
    let claimed = url.split_once('?').and_then(|(_, query)| {
        form_urlencoded::parse(query.as_bytes())
            .find(|(name, _)| name == "bodySHA256")
            .map(|(_, value)| value.into_owned())
    });
    let claimed = claimed.ok_or(SignatureError::BodyNotCovered)?;
    let actual: String = Sha256::digest(body)
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect();
    if bool::from(actual.as_bytes().ct_eq(claimed.as_bytes())) {
        Ok(())
    } else {
        Err(SignatureError::BodyChanged)
    }
}

/// Names in byte order; the values of a repeated name once each, sorted.
fn signed_params(body: WebhookBody<'_>) -> String {
    let WebhookBody::Form(form) = body else {
        return String::new();
    };
    let mut sorted: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for (name, value) in form {
        sorted.entry(name).or_default().insert(value);
    }
    sorted
        .iter()
        .flat_map(|(name, values)| values.iter().flat_map(move |value| [*name, *value]))
        .collect()
}

fn compute(secret: &SecretString, algorithm: Algorithm, url: &str, params: &str) -> String {
    let key = secret.expose_secret().as_bytes();
    match algorithm {
        Algorithm::HmacSha1 => mac::<Hmac<Sha1>>(key, url, params),
        Algorithm::HmacSha256 => mac::<Hmac<Sha256>>(key, url, params),
    }
}

fn mac<M: Mac + KeyInit>(key: &[u8], url: &str, params: &str) -> String {
    // HMAC takes keys of every length, so there is no error to report; an empty text matches no header.
    let Ok(mut mac) = <M as KeyInit>::new_from_slice(key) else {
        return String::new();
    };
    mac.update(url.as_bytes());
    mac.update(params.as_bytes());
    STANDARD.encode(mac.finalize().into_bytes())
}

#[cfg(test)]
#[path = "signature_tests.rs"]
mod tests;

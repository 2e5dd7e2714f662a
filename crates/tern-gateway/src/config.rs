//! What the gateway must know before it opens its door.
//!
//! Owns the public URL and the verifier. It refuses to exist without a key to check signatures with: an API
//! key cannot do that, and an unverified webhook would let anyone put words into a customer's mouth.

use std::io;

use secrecy::SecretString;
use tern_twilio::webhook::{SharedKey, SignatureVerifier};
use url::Url;

/// Why the gateway stays closed.
#[derive(Debug, thiserror::Error)]
pub enum GatewayError {
    /// Only an API key is known, and that signs no webhooks.
    #[error("webhooks cannot be verified without the auth token or a shared webhook key")]
    CannotVerify,
    /// The public URL is not one that Twilio could call.
    #[error("the public address must be an https URL without a query")]
    UnusablePublicUrl,
    /// The loopback port could not be opened.
    #[error("could not listen on the loopback port")]
    Listen(#[source] io::Error),
    /// Serving ended by itself.
    #[error("the gateway stopped serving")]
    Serve(#[source] io::Error),
}

/// The address under which Twilio reaches this laptop, for example a tunnel's. Paths are appended to it.
#[derive(Clone, PartialEq, Eq)]
pub struct PublicUrl {
    text: String,
    host: String,
}

impl PublicUrl {
    /// Reads the address as it will be configured at Twilio.
    ///
    /// Plain http is taken for loopback only, where the practice line plays Twilio.
    ///
    /// # Errors
    /// [`GatewayError::UnusablePublicUrl`].
    pub fn parse(text: &str) -> Result<Self, GatewayError> {
        let text = text.trim().trim_end_matches('/');
        let url = Url::parse(text).map_err(|_| GatewayError::UnusablePublicUrl)?;
        let host = url.host_str().ok_or(GatewayError::UnusablePublicUrl)?;
        let callable =
            url.scheme() == "https" || (url.scheme() == "http" && is_loopback_name(host));
        if !callable || url.query().is_some() || url.fragment().is_some() {
            return Err(GatewayError::UnusablePublicUrl);
        }
        Ok(Self {
            text: text.to_owned(),
            host: host.to_owned(),
        })
    }

    /// The URL of one of the gateway's paths, to be entered at Twilio.
    #[must_use]
    pub fn with_path(&self, path_and_query: &str) -> String {
        format!("{}{path_and_query}", self.text)
    }

    /// Whether a `Host` header names this laptop. Any other name means that a web page somewhere has its own
    /// name pointing at loopback.
    pub(crate) fn answers_to(&self, host_header: &str) -> bool {
        Url::parse(&format!("http://{host_header}/")).is_ok_and(|url| {
            url.path() == "/"
                && url
                    .host_str()
                    .is_some_and(|host| is_loopback_name(host) || host == self.host)
        })
    }
}

impl std::fmt::Debug for PublicUrl {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "PublicUrl({})", self.host)
    }
}

fn is_loopback_name(host: &str) -> bool {
    matches!(host, "localhost" | "127.0.0.1" | "[::1]")
}

/// Everything that decides how a [`crate::Gateway`] behaves.
#[derive(Debug, Clone)]
pub struct GatewayConfig {
    /// What Twilio calls, and therefore what it signs.
    pub public_url: PublicUrl,
    /// Who may have signed.
    pub verifier: SignatureVerifier,
}

impl GatewayConfig {
    /// Builds a configuration from whatever the keychain holds.
    ///
    /// # Errors
    /// [`GatewayError::CannotVerify`] when it holds neither the auth token nor a shared webhook key.
    pub fn new(
        public_url: PublicUrl,
        auth_token: Option<SecretString>,
        shared_key: Option<SharedKey>,
    ) -> Result<Self, GatewayError> {
        let verifier = match (auth_token, shared_key) {
            (Some(token), Some(key)) => {
                SignatureVerifier::from_auth_token(token).and_shared_key(key)
            }
            (Some(token), None) => SignatureVerifier::from_auth_token(token),
            (None, Some(key)) => SignatureVerifier::from_shared_key(key),
            (None, None) => return Err(GatewayError::CannotVerify),
        };
        Ok(Self {
            public_url,
            verifier,
        })
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn t_10_without_the_auth_token_or_a_shared_key_the_gateway_stays_closed() {
        let url = PublicUrl::parse("https://desk.example").unwrap();
        let refused = GatewayConfig::new(url.clone(), None, None);
        assert!(matches!(refused, Err(GatewayError::CannotVerify)));
        let token = SecretString::from("hush");
        let open = GatewayConfig::new(url, Some(token), None).unwrap();
        assert!(!format!("{open:?}").contains("hush"));
    }

    #[test]
    fn a_public_url_is_one_that_twilio_can_call() {
        for good in [
            "https://desk.example",
            "https://desk.example/tern/",
            "http://127.0.0.1:1",
        ] {
            assert!(PublicUrl::parse(good).is_ok(), "{good}");
        }
        for bad in [
            "http://desk.example",
            "https://desk.example?x=1",
            "desk.example",
            "",
        ] {
            assert!(PublicUrl::parse(bad).is_err(), "{bad}");
        }
        let url = PublicUrl::parse("https://desk.example/tern/").unwrap();
        assert_eq!(
            url.with_path("/twilio/inbound?a=b"),
            "https://desk.example/tern/twilio/inbound?a=b"
        );
    }

    #[test]
    fn only_this_laptops_names_are_answered_to() {
        let url = PublicUrl::parse("https://desk.example").unwrap();
        for own in [
            "desk.example",
            "DESK.example:443",
            "localhost:7000",
            "127.0.0.1:7000",
            "[::1]:7000",
        ] {
            assert!(url.answers_to(own), "{own}");
        }
        for other in [
            "evil.example",
            "desk.example.evil.example",
            "127.0.0.2",
            "",
            "desk.example/x",
            "user@evil",
        ] {
            assert!(!url.answers_to(other), "{other}");
        }
    }
}

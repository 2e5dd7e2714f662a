//! What a client needs to know before its first request.
//!
//! Owns the base URL rule B-5 (https, or http on loopback for testing) and the credential. It refuses base
//! URLs with a path, a query or a user name, so that joining a path can never aim at another host.

use std::fmt;
use std::str::FromStr;
use std::time::Duration;

use secrecy::SecretString;
use url::{Host, Url};

use crate::retry::RetryPolicy;
use crate::sid::{AccountSid, ApiKeySid};

/// Domains media is fetched from unless configured otherwise (T-15); sub-domains are included.
pub const TRUSTED_MEDIA_DOMAINS: [&str; 2] = ["twilio.com", "twiliocdn.com"];

/// A configuration that cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// The text is not a URL at all.
    #[error("the base URL could not be read")]
    ParseBaseUrl(#[source] url::ParseError),
    /// Plain http beyond this machine would show the credential to the network (B-5).
    #[error("the base URL must use https, or http on this machine only")]
    InsecureBaseUrl,
    /// Only scheme, host and port belong in a base URL.
    #[error("the base URL must have no path, query, fragment or user name")]
    BaseUrlHasMoreThanOrigin,
    /// The HTTP client could not be set up, for example because no trust store was found.
    #[error("the HTTP client could not be built")]
    BuildHttpClient(#[source] crate::error::TransportError),
}

/// Scheme, host and port of the REST API (B-5).
#[derive(Clone, PartialEq, Eq)]
pub struct BaseUrl(Url);

impl BaseUrl {
    /// Reads a base URL such as `https://api.twilio.com`.
    ///
    /// # Errors
    /// [`ConfigError`] when it is not https (or http on loopback), or carries more than an origin.
    pub fn parse(text: &str) -> Result<Self, ConfigError> {
        let url = Url::parse(text.trim()).map_err(ConfigError::ParseBaseUrl)?;
        let bare = url.path() == "/"
            && url.query().is_none()
            && url.fragment().is_none()
            && url.username().is_empty()
            && url.password().is_none();
        let safe = match url.scheme() {
            "https" => url.host().is_some(),
            "http" => is_loopback(&url),
            _ => false,
        };
        if !safe {
            return Err(ConfigError::InsecureBaseUrl);
        }
        if !bare {
            return Err(ConfigError::BaseUrlHasMoreThanOrigin);
        }
        Ok(Self(url))
    }

    /// Twilio's own address, region US1.
    #[must_use]
    pub fn twilio() -> Self {
        #[allow(clippy::expect_used, reason = "a literal that a test parses")]
        Self::parse("https://api.twilio.com").expect("literal URL")
    }

    /// Whether the peer is on this machine, as the practice line is.
    #[must_use]
    pub fn is_loopback(&self) -> bool {
        is_loopback(&self.0)
    }

    pub(crate) fn url(&self) -> &Url {
        &self.0
    }
}

impl fmt::Display for BaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0.as_str().trim_end_matches('/'))
    }
}

impl fmt::Debug for BaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "BaseUrl({self})")
    }
}

impl FromStr for BaseUrl {
    type Err = ConfigError;
    fn from_str(text: &str) -> Result<Self, ConfigError> {
        Self::parse(text)
    }
}

pub(crate) fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name.eq_ignore_ascii_case("localhost"),
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}

/// How the client proves who it is. Secrets never appear in `Debug`.
#[derive(Clone)]
pub enum Credential {
    /// The account's auth token: full power over the account, and the key that signs webhooks.
    AuthToken(SecretString),
    /// An API key: revocable, one per laptop, preferred; it cannot verify webhooks.
    ApiKey {
        /// The key's public half.
        sid: ApiKeySid,
        /// The key's own secret, never the auth token.
        secret: SecretString,
    },
}

impl fmt::Debug for Credential {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::AuthToken(_) => f.write_str("AuthToken(..)"),
            Self::ApiKey { sid, .. } => write!(f, "ApiKey({sid}, ..)"),
        }
    }
}

/// Everything that decides how a [`crate::TwilioClient`] behaves.
#[derive(Debug, Clone)]
pub struct ClientConfig {
    /// Where the API lives (B-5).
    pub base_url: BaseUrl,
    /// The account whose path every request uses.
    pub account_sid: AccountSid,
    /// How requests are authenticated.
    pub credential: Credential,
    /// Domains, sub-domains included, that a media redirect may lead to (T-15). The base URL's own host and
    /// port is always trusted in addition.
    pub trusted_media_domains: Vec<String>,
    /// From the first byte sent to the last byte received of a create; ≥ 30 s, as Twilio's clients use.
    pub post_timeout: Duration,
    /// The same for everything that can be repeated safely.
    pub get_timeout: Duration,
    /// The same for the bytes of one media part, redirects included.
    pub media_timeout: Duration,
    /// How long opening a connection may take; failing here proves that nothing was executed.
    pub connect_timeout: Duration,
    /// Requests under way at once; Twilio's limit is shared by every laptop of the account.
    pub max_in_flight: usize,
    /// Repeating of what is safe to repeat.
    pub retry: RetryPolicy,
}

impl ClientConfig {
    /// The defaults for an account: Twilio's timeouts, three requests at once, Twilio's media domains.
    #[must_use]
    pub fn new(base_url: BaseUrl, account_sid: AccountSid, credential: Credential) -> Self {
        Self {
            base_url,
            account_sid,
            credential,
            trusted_media_domains: TRUSTED_MEDIA_DOMAINS.map(str::to_owned).to_vec(),
            post_timeout: Duration::from_secs(30),
            get_timeout: Duration::from_secs(20),
            media_timeout: Duration::from_secs(120),
            connect_timeout: Duration::from_secs(10),
            max_in_flight: 3,
            retry: RetryPolicy::default(),
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn b_5_a_base_url_is_https_or_http_on_loopback() {
        for good in [
            "https://api.twilio.com",
            "https://api.dublin.ie1.twilio.com/",
            "http://127.0.0.1:4010",
            "http://localhost:1",
            "http://[::1]:9",
        ] {
            assert!(BaseUrl::parse(good).is_ok(), "{good}");
        }
        for bad in [
            "http://api.twilio.com",
            "http://127.0.0.1.evil.example",
            "ftp://localhost",
            "https://user:pw@api.twilio.com",
            "https://api.twilio.com/2010",
            "https://api.twilio.com?x=1",
            "api.twilio.com",
        ] {
            assert!(BaseUrl::parse(bad).is_err(), "{bad}");
        }
        assert_eq!(BaseUrl::twilio().to_string(), "https://api.twilio.com");
    }

    #[test]
    fn a_secret_never_shows_in_debug() {
        let config = ClientConfig::new(
            BaseUrl::twilio(),
            AccountSid::parse(format!("AC{}", "0".repeat(32))).unwrap(),
            Credential::AuthToken(SecretString::from("hush-hush")),
        );
        assert!(!format!("{config:?}").contains("hush"));
    }
}

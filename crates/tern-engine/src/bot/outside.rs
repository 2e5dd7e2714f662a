//! One request to another system: of a topic, or for the rows of a table.
//!
//! Owns what keeps it harmless: only hosts that the team allowed, no address of a private network behind their
//! names, no redirect, a time limit and a size limit. It refuses to log anything but the host.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::time::Duration;

use async_trait::async_trait;
use reqwest::Method;
use secrecy::{ExposeSecret as _, SecretString};
use serde_json::Value;
use tern_domain::bot::BotRequest;
use tern_domain::topic::{BotSettings, HttpMethod, HttpRequest, RequestLimits};
use url::{Host, Url};

/// Where the secrets are that topics send along.
#[async_trait]
pub trait BotSecrets: Send + Sync {
    /// A secret by its name; `None` where there is none, or it cannot be read now.
    async fn find(&self, name: &str) -> Option<SecretString>;
}

/// There are none.
#[derive(Debug, Clone, Copy, Default)]
pub struct NoSecrets;

#[async_trait]
impl BotSecrets for NoSecrets {
    async fn find(&self, _name: &str) -> Option<SecretString> {
        None
    }
}

/// Why another system gave no answer that can be used.
#[derive(Debug, thiserror::Error)]
pub enum OutsideError {
    /// Another host, another scheme, or somebody's name in the address.
    #[error("the address is not one that topics may ask")]
    NotAllowed,
    /// The name leads into a private network, or nowhere.
    #[error("the host has no address that topics may ask")]
    NoPublicAddress,
    /// There is none of that name, or it cannot be read now.
    #[error("the secret of the request is not there")]
    NoSecret,
    /// The name is unknown.
    #[error("the host could not be found")]
    Resolve(#[source] std::io::Error),
    /// No connection, or no answer in time.
    #[error("the other system could not be reached")]
    Reach(#[source] reqwest::Error),
    /// Its status, which is not 2xx. Redirects are not followed.
    #[error("the other system answered {0}")]
    Refused(u16),
    /// Beyond the limit.
    #[error("the answer is larger than allowed")]
    TooLarge,
    /// Not readable as JSON.
    #[error("the answer is no JSON")]
    NoJson,
}

/// Makes a request of a topic and reads its answer.
pub(super) async fn ask(
    asked: &BotRequest,
    settings: &BotSettings,
    secrets: &dyn BotSecrets,
) -> Result<Value, OutsideError> {
    // A request that was cut off is made again: the other system can tell that it is the same.
    let key = format!("{}-{}", asked.interaction, asked.ticket);
    ask_once(&asked.request, Some(key), settings, secrets).await
}

/// Makes a request that no conversation waits for, and reads its answer.
///
/// # Errors
/// [`OutsideError`]; nothing of the answer or the address is in it.
pub async fn ask_outside(
    request: &HttpRequest,
    settings: &BotSettings,
    secrets: &dyn BotSecrets,
) -> Result<Value, OutsideError> {
    ask_once(request, None, settings, secrets).await
}

/// What stands at an address, whatever it is.
pub(super) async fn fetch(address: &str, settings: &BotSettings) -> Result<Vec<u8>, OutsideError> {
    let url = Url::parse(address).map_err(|_| OutsideError::NotAllowed)?;
    let host = url.host_str().unwrap_or_default().to_owned();
    let is_loopback = check(&url, &host, settings)?;
    let limits = settings.request_limits;
    let addresses = resolve(&url, is_loopback).await?;
    let client = client(&host, &addresses, limits, !is_loopback)?;
    let answer = client.get(url).send().await.map_err(reach)?;
    if !answer.status().is_success() {
        return Err(OutsideError::Refused(answer.status().as_u16()));
    }
    read(answer, limits).await
}

async fn ask_once(
    request: &HttpRequest,
    key: Option<String>,
    settings: &BotSettings,
    secrets: &dyn BotSecrets,
) -> Result<Value, OutsideError> {
    let url = Url::parse(&request.url).map_err(|_| OutsideError::NotAllowed)?;
    // The team may have decided otherwise since it was asked for.
    let is_loopback = check(&url, &request.host, settings)?;
    let limits = settings.request_limits;
    let addresses = resolve(&url, is_loopback).await?;
    let client = client(&request.host, &addresses, limits, !is_loopback)?;
    let mut call = client.request(method(request.method), url);
    if let Some(key) = key {
        call = call.header("Idempotency-Key", key);
    }
    if let Some(name) = &request.secret {
        let secret = secrets.find(name).await.ok_or(OutsideError::NoSecret)?;
        call = call.bearer_auth(secret.expose_secret());
    }
    if let Some(body) = &request.body {
        call = call.json(body);
    }
    let answer = call.send().await.map_err(reach)?;
    if !answer.status().is_success() {
        return Err(OutsideError::Refused(answer.status().as_u16()));
    }
    let bytes = read(answer, limits).await?;
    if bytes.is_empty() {
        return Ok(Value::Null);
    }
    serde_json::from_slice(&bytes).map_err(|_| OutsideError::NoJson)
}

fn reach(error: reqwest::Error) -> OutsideError {
    OutsideError::Reach(error.without_url())
}

/// Whether the address may be asked; answers whether it is this very machine.
fn check(url: &Url, host: &str, settings: &BotSettings) -> Result<bool, OutsideError> {
    let is_loopback = match url.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => return Err(OutsideError::NotAllowed),
    };
    let is_scheme = url.scheme() == "https" || (url.scheme() == "http" && is_loopback);
    let is_host = url.host_str() == Some(host) && settings.allows_host(host);
    let hides_nothing = url.username().is_empty() && url.password().is_none();
    if is_scheme && is_host && hides_nothing {
        Ok(is_loopback)
    } else {
        Err(OutsideError::NotAllowed)
    }
}

/// The addresses behind the host. A name must not lead into the team's own network, whoever answers for it.
async fn resolve(url: &Url, is_loopback: bool) -> Result<Vec<SocketAddr>, OutsideError> {
    let port = url.port_or_known_default().unwrap_or(443);
    let host = url.host_str().unwrap_or_default();
    let host = host.trim_start_matches('[').trim_end_matches(']');
    let found = tokio::net::lookup_host((host, port))
        .await
        .map_err(OutsideError::Resolve)?;
    let may_be_asked = |address: &SocketAddr| {
        if is_loopback {
            address.ip().is_loopback()
        } else {
            is_public(address.ip())
        }
    };
    let addresses: Vec<_> = found.filter(may_be_asked).collect();
    if addresses.is_empty() {
        return Err(OutsideError::NoPublicAddress);
    }
    Ok(addresses)
}

/// A client that can reach nothing but these addresses.
fn client(
    host: &str,
    addresses: &[SocketAddr],
    limits: RequestLimits,
    https_only: bool,
) -> Result<reqwest::Client, OutsideError> {
    reqwest::Client::builder()
        .timeout(Duration::from_millis(limits.millis.into()))
        .redirect(reqwest::redirect::Policy::none())
        .no_proxy()
        .https_only(https_only)
        .resolve_to_addrs(host, addresses)
        .build()
        .map_err(reach)
}

async fn read(
    mut answer: reqwest::Response,
    limits: RequestLimits,
) -> Result<Vec<u8>, OutsideError> {
    let most = usize::try_from(limits.bytes).unwrap_or(usize::MAX);
    let mut bytes = Vec::new();
    while let Some(chunk) = answer.chunk().await.map_err(reach)? {
        if bytes.len() + chunk.len() > most {
            return Err(OutsideError::TooLarge);
        }
        bytes.extend_from_slice(&chunk);
    }
    Ok(bytes)
}

const fn method(method: HttpMethod) -> Method {
    match method {
        HttpMethod::Get => Method::GET,
        HttpMethod::Post => Method::POST,
        HttpMethod::Put => Method::PUT,
        HttpMethod::Patch => Method::PATCH,
    }
}

/// An address of the open internet.
fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => is_public_v4(address),
        IpAddr::V6(address) => is_public_v6(address),
    }
}

const fn is_public_v4(address: Ipv4Addr) -> bool {
    let [first, second, third, _] = address.octets();
    let is_special = address.is_private()
        || address.is_loopback()
        || address.is_link_local()
        || address.is_documentation()
        || address.is_multicast()
        || first == 0
        || first >= 240
        // Shared by a carrier's customers; protocol assignments; benchmarks.
        || (first == 100 && second >= 64 && second < 128)
        || (first == 192 && second == 0 && third == 0)
        || (first == 198 && (second == 18 || second == 19));
    !is_special
}

/// Only what is given out as global unicast, and nothing that carries an IPv4 address inside.
fn is_public_v6(address: Ipv6Addr) -> bool {
    let [first, second, ..] = address.segments();
    let is_global = first & 0xe000 == 0x2000;
    let is_tunnel = first == 0x2002 || (first == 0x2001 && second == 0);
    let is_documentation = first == 0x2001 && second == 0xdb8;
    match address.to_ipv4_mapped() {
        Some(inside) => is_public_v4(inside),
        None => is_global && !is_tunnel && !is_documentation,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn v_21_no_request_reaches_a_private_network() {
        for private in [
            "10.0.0.1",
            "127.0.0.1",
            "169.254.169.254",
            "172.16.0.1",
            "192.168.1.1",
            "100.64.0.1",
            "0.0.0.0",
            "224.0.0.1",
            "255.255.255.255",
            "::1",
            "::",
            "fe80::1",
            "fd00::1",
            "::ffff:10.0.0.1",
            "64:ff9b::a00:1",
            "2002:a00:1::",
            "2001:db8::1",
        ] {
            assert!(!is_public(private.parse().unwrap()), "{private}");
        }
        for public in ["93.184.215.14", "2606:2800:21f:cb07::1", "::ffff:8.8.8.8"] {
            assert!(is_public(public.parse().unwrap()), "{public}");
        }
    }

    #[test]
    fn v_21_only_allowed_hosts_are_asked_and_only_over_https() {
        let settings = BotSettings {
            allowed_hosts: vec!["api.example.com".to_owned(), "127.0.0.1".to_owned()],
            ..BotSettings::default()
        };
        let may = |url: &str, host: &str| check(&Url::parse(url).unwrap(), host, &settings).is_ok();
        assert!(may("https://api.example.com/x", "api.example.com"));
        assert!(may("http://127.0.0.1:80/x", "127.0.0.1"));
        for (url, host) in [
            ("http://api.example.com/x", "api.example.com"),
            ("https://evil.example.com/x", "api.example.com"),
            ("https://evil.example.com/x", "evil.example.com"),
            ("https://api.example.com@evil.com/", "api.example.com"),
            ("https://me:pw@api.example.com/", "api.example.com"),
            ("ftp://api.example.com/", "api.example.com"),
        ] {
            assert!(!may(url, host), "{url}");
        }
    }
}

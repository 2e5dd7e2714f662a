//! Who may ask: the holder of this run's token, from this server's own pages.
//!
//! Loopback alone is no protection: any web page open in the same browser can send requests to it. The token
//! keeps strangers out, `Host` keeps rebound names out, `Origin` keeps other pages out.

use axum::extract::{Request, State};
use axum::http::header::{AUTHORIZATION, COOKIE, HOST, LOCATION, ORIGIN, SET_COOKIE};
use axum::http::{HeaderMap, StatusCode, Uri};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use rand::distr::{Alphanumeric, SampleString};
use subtle::ConstantTimeEq;

/// What a request has to show.
#[derive(Clone)]
pub(crate) struct Access {
    token: String,
    port: u16,
}

impl Access {
    /// A new token for a server on this port.
    pub(crate) fn new(port: u16) -> Self {
        Self {
            token: Alphanumeric.sample_string(&mut rand::rng(), 43),
            port,
        }
    }

    pub(crate) fn token(&self) -> &str {
        &self.token
    }

    /// Cookies are shared by all ports of a host, so the name tells whose it is.
    fn cookie_name(&self) -> String {
        format!("tern-{}", self.port)
    }

    fn is_token(&self, text: &str) -> bool {
        text.as_bytes().ct_eq(self.token.as_bytes()).into()
    }

    fn is_own_host(&self, headers: &HeaderMap) -> bool {
        let host = headers
            .get(HOST)
            .and_then(|value| value.to_str().ok())
            .unwrap_or_default();
        self.own_hosts().iter().any(|own| own == host)
    }

    fn own_hosts(&self) -> [String; 2] {
        [
            format!("127.0.0.1:{}", self.port),
            format!("localhost:{}", self.port),
        ]
    }

    /// Requests without an origin come from an address bar, a picture tag or a test.
    fn is_own_origin(&self, headers: &HeaderMap) -> bool {
        headers.get(ORIGIN).is_none_or(|value| {
            let origin = value.to_str().unwrap_or_default();
            self.own_hosts()
                .iter()
                .any(|own| origin.strip_prefix("http://") == Some(own.as_str()))
        })
    }

    fn has_token(&self, headers: &HeaderMap) -> bool {
        let bearer = headers
            .get(AUTHORIZATION)
            .and_then(|value| value.to_str().ok())
            .and_then(|value| value.strip_prefix("Bearer "));
        if bearer.is_some_and(|token| self.is_token(token)) {
            return true;
        }
        let name = self.cookie_name();
        headers
            .get_all(COOKIE)
            .iter()
            .filter_map(|value| value.to_str().ok())
            .flat_map(|value| value.split(';'))
            .filter_map(|pair| pair.trim().split_once('='))
            .any(|(key, value)| key == name && self.is_token(value))
    }

    fn query_token<'a>(&self, uri: &'a Uri) -> Option<&'a str> {
        uri.query()?
            .split('&')
            .find_map(|pair| pair.strip_prefix("token="))
    }
}

/// Lets a request pass, swaps the token of the printed address for a cookie, or refuses.
pub(crate) async fn check(State(access): State<Access>, request: Request, next: Next) -> Response {
    let headers = request.headers();
    if !access.is_own_host(headers) || !access.is_own_origin(headers) {
        return StatusCode::FORBIDDEN.into_response();
    }
    if access
        .query_token(request.uri())
        .is_some_and(|token| access.is_token(token))
    {
        let cookie = format!(
            "{}={}; HttpOnly; SameSite=Strict; Path=/",
            access.cookie_name(),
            access.token()
        );
        let path = request.uri().path().to_owned();
        return (
            StatusCode::SEE_OTHER,
            [(SET_COOKIE, cookie), (LOCATION, path)],
        )
            .into_response();
    }
    if !access.has_token(headers) {
        return StatusCode::UNAUTHORIZED.into_response();
    }
    next.run(request).await
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(pairs: &[(&'static str, String)]) -> HeaderMap {
        pairs
            .iter()
            .map(|(name, value)| (name.parse().unwrap(), value.parse().unwrap()))
            .collect::<HeaderMap>()
    }

    #[test]
    fn only_the_token_of_this_run_opens_the_door() {
        let access = Access::new(4000);
        let cookie = |value: &str| headers(&[("cookie", format!("a=b; tern-4000={value}"))]);
        assert!(access.has_token(&cookie(access.token())));
        assert!(!access.has_token(&cookie("guess")));
        assert!(!access.has_token(&headers(&[(
            "cookie",
            format!("tern-4001={}", access.token())
        )])));
        assert!(access.has_token(&headers(&[(
            "authorization",
            format!("Bearer {}", access.token())
        )])));
        assert!(!access.has_token(&HeaderMap::new()));
    }

    #[test]
    fn other_pages_and_rebound_names_stay_outside() {
        let access = Access::new(4000);
        assert!(access.is_own_host(&headers(&[("host", "127.0.0.1:4000".to_owned())])));
        assert!(!access.is_own_host(&headers(&[("host", "evil.example:4000".to_owned())])));
        assert!(!access.is_own_host(&HeaderMap::new()));
        assert!(access.is_own_origin(&headers(&[("origin", "http://localhost:4000".to_owned())])));
        assert!(!access.is_own_origin(&headers(&[("origin", "https://evil.example".to_owned())])));
        assert!(!access.is_own_origin(&headers(&[("origin", "null".to_owned())])));
        assert!(access.is_own_origin(&HeaderMap::new()));
    }
}

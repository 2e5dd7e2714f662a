//! One HTTP request to Twilio, from permit to decoded answer.
//!
//! Owns the connections, the limit of requests under way, the retry loop and the reading of error bodies. It
//! refuses to follow redirects by itself: a redirect is where a credential leaks to a third host.

use std::time::Duration;

use backon::Retryable;
use bytes::{Bytes, BytesMut};
use jiff::Timestamp;
use jiff::fmt::rfc2822::DateTimeParser;
use reqwest::header::{DATE, HeaderMap, RETRY_AFTER};
use reqwest::{Method, RequestBuilder, Response};
use secrecy::ExposeSecret;
use serde_json::Value;
use tokio::sync::{Semaphore, SemaphorePermit};
use url::Url;

use crate::config::{ClientConfig, ConfigError, Credential};
use crate::error::{Operation, Refusal, TransportError, TwilioError};
use crate::retry::Repeat;

/// No documented answer comes near this; a peer that sends more is not Twilio.
const LARGEST_ANSWER: usize = 32 * 1024 * 1024;

pub(crate) struct Transport {
    pub(crate) config: ClientConfig,
    /// Keeps connections open between requests that may be repeated.
    pooled: reqwest::Client,
    /// Opens a connection per request. A create on a connection that died during sleep would fail with an
    /// unknown outcome; on a fresh one the failure is a failure to connect, which is provably harmless.
    fresh: reqwest::Client,
    slots: Semaphore,
}

/// A request, before it is sent once or several times.
pub(crate) struct Call {
    pub(crate) operation: Operation,
    pub(crate) method: Method,
    pub(crate) url: Url,
    pub(crate) form: Vec<(&'static str, String)>,
    pub(crate) repeat: Repeat,
}

impl Call {
    pub(crate) fn read(operation: Operation, url: Url) -> Self {
        Self {
            operation,
            method: Method::GET,
            url,
            form: Vec::new(),
            repeat: Repeat::Idempotent,
        }
    }

    pub(crate) fn write(operation: Operation, url: Url, form: Vec<(&'static str, String)>) -> Self {
        Self {
            operation,
            method: Method::POST,
            url,
            form,
            repeat: Repeat::Idempotent,
        }
    }

    pub(crate) fn delete(operation: Operation, url: Url) -> Self {
        Self {
            operation,
            method: Method::DELETE,
            url,
            form: Vec::new(),
            repeat: Repeat::Idempotent,
        }
    }

    /// Marks a request whose repetition a customer would notice.
    pub(crate) fn at_most_once(mut self) -> Self {
        self.repeat = Repeat::OnlyIfNotExecuted;
        self
    }
}

/// A successful answer with its body read to the end.
pub(crate) struct Answer {
    pub(crate) operation: Operation,
    pub(crate) status: reqwest::StatusCode,
    pub(crate) request_id: Option<String>,
    pub(crate) server_time: Option<Timestamp>,
    body: Bytes,
}

impl Answer {
    pub(crate) fn json(&self) -> Result<Value, TwilioError> {
        serde_json::from_slice(&self.body).map_err(|_| self.unreadable("the body is not JSON"))
    }

    pub(crate) fn unreadable(&self, reason: &'static str) -> TwilioError {
        TwilioError::unreadable(self.operation, self.status, self.request_id.clone(), reason)
    }
}

impl Transport {
    pub(crate) fn new(config: ClientConfig) -> Result<Self, ConfigError> {
        let build = |idle_connections: usize| {
            let mut builder = reqwest::Client::builder()
                .user_agent(concat!("Tern/", env!("CARGO_PKG_VERSION")))
                .redirect(reqwest::redirect::Policy::none())
                .retry(reqwest::retry::never())
                .referer(false)
                .connect_timeout(config.connect_timeout)
                .pool_idle_timeout(Duration::from_secs(20))
                .pool_max_idle_per_host(idle_connections);
            if config.base_url.is_loopback() {
                builder = builder.no_proxy();
            }
            builder
                .build()
                .map_err(|error| ConfigError::BuildHttpClient(TransportError::new(error)))
        };
        Ok(Self {
            pooled: build(config.max_in_flight)?,
            fresh: build(0)?,
            slots: Semaphore::new(config.max_in_flight.max(1)),
            config,
        })
    }

    /// A URL below the account's own path; `tail` is made of literals and checked SIDs only.
    pub(crate) fn account_url(&self, tail: &str) -> Url {
        let mut url = self.config.base_url.url().clone();
        url.set_path(&format!("{}{tail}", self.account_path()));
        url
    }

    /// `/2010-04-01/Accounts/AC…`
    pub(crate) fn account_path(&self) -> String {
        format!("/2010-04-01/Accounts/{}", self.config.account_sid)
    }

    /// Sends until it succeeds, may not be repeated, or patience ends.
    pub(crate) async fn call(&self, call: Call) -> Result<Answer, TwilioError> {
        let policy = self.config.retry;
        (|| self.attempt(&call))
            .retry(policy.backoff())
            .when(|error| call.repeat.allows(error))
            .adjust(|error, wait| policy.wait(error, wait))
            .notify(|error, wait| {
                tracing::debug!(operation = ?call.operation, %error, ?wait, "repeating a request");
            })
            .await
    }

    async fn attempt(&self, call: &Call) -> Result<Answer, TwilioError> {
        let _slot = self.slot().await;
        let (client, timeout) = match call.repeat {
            Repeat::OnlyIfNotExecuted => (&self.fresh, self.config.post_timeout),
            Repeat::Idempotent => (&self.pooled, self.config.get_timeout),
        };
        let mut request = client
            .request(call.method.clone(), call.url.clone())
            .timeout(timeout);
        if call.method == Method::POST {
            request = request.form(&call.form);
        }
        let response = self
            .send(call.operation, self.authenticated(request))
            .await?;
        let status = response.status();
        let request_id = header(response.headers(), "twilio-request-id");
        let server_time = server_time(response.headers());
        let body = read_body(call.operation, response).await?;
        Ok(Answer {
            operation: call.operation,
            status,
            request_id,
            server_time,
            body,
        })
    }

    /// A place among the requests under way. The semaphore is never closed, so waiting cannot fail.
    pub(crate) async fn slot(&self) -> Option<SemaphorePermit<'_>> {
        self.slots.acquire().await.ok()
    }

    /// Adds the credential. Only for URLs made by [`Self::account_url`] or checked to be below it.
    pub(crate) fn authenticated(&self, request: RequestBuilder) -> RequestBuilder {
        match &self.config.credential {
            Credential::AuthToken(token) => request.basic_auth(
                self.config.account_sid.as_str(),
                Some(token.expose_secret()),
            ),
            Credential::ApiKey { sid, secret } => {
                request.basic_auth(sid.as_str(), Some(secret.expose_secret()))
            }
        }
    }

    /// An unauthenticated GET on the pooled connections, for media.
    pub(crate) fn plain_get(&self, url: Url) -> RequestBuilder {
        self.pooled.get(url).timeout(self.config.media_timeout)
    }

    /// Sends once; anything but success (or, for the caller to judge, a redirect) becomes an error.
    pub(crate) async fn send(
        &self,
        operation: Operation,
        request: RequestBuilder,
    ) -> Result<Response, TwilioError> {
        let response = request
            .send()
            .await
            .map_err(|error| TwilioError::from_transport(operation, error))?;
        let status = response.status();
        tracing::debug!(?operation, status = status.as_u16(), "answer from Twilio");
        let is_media_redirect = status.is_redirection() && operation == Operation::DownloadMedia;
        if status.is_success() || is_media_redirect {
            return Ok(response);
        }
        Err(TwilioError::from_refusal(
            operation,
            read_refusal(operation, response).await,
        ))
    }
}

async fn read_body(operation: Operation, mut response: Response) -> Result<Bytes, TwilioError> {
    let status = response.status();
    let request_id = header(response.headers(), "twilio-request-id");
    let mut body = BytesMut::new();
    while let Some(chunk) = response
        .chunk()
        .await
        .map_err(|error| TwilioError::from_transport(operation, error))?
    {
        if body.len() + chunk.len() > LARGEST_ANSWER {
            let reason = "the body is larger than any answer of the API";
            return Err(TwilioError::unreadable(
                operation, status, request_id, reason,
            ));
        }
        body.extend_from_slice(&chunk);
    }
    Ok(body.freeze())
}

/// The status alone decides what happened; a body that breaks off only costs the words.
async fn read_refusal(operation: Operation, response: Response) -> Refusal {
    let status = response.status().as_u16();
    let headers = response.headers().clone();
    let body = read_body(operation, response)
        .await
        .ok()
        .and_then(|body| serde_json::from_slice::<Value>(&body).ok())
        .unwrap_or_default();
    let text = |name: &str| body.get(name).and_then(Value::as_str).map(str::to_owned);
    Refusal {
        status,
        code: crate::wire::lenient::count(&body, "code"),
        message: text("message").or_else(|| text("detail")),
        more_info: text("more_info"),
        request_id: header(&headers, "twilio-request-id"),
        retry_after: retry_after(&headers),
        server_time: server_time(&headers),
    }
}

fn header(headers: &HeaderMap, name: &str) -> Option<String> {
    headers.get(name)?.to_str().ok().map(str::to_owned)
}

fn http_date(text: &str) -> Option<Timestamp> {
    static PARSER: DateTimeParser = DateTimeParser::new();
    PARSER.parse_timestamp(text).ok()
}

fn server_time(headers: &HeaderMap) -> Option<Timestamp> {
    http_date(headers.get(DATE)?.to_str().ok()?)
}

/// Seconds, or a date that is measured against the server's own clock, so ours need not be right.
fn retry_after(headers: &HeaderMap) -> Option<Duration> {
    let text = headers.get(RETRY_AFTER)?.to_str().ok()?.trim();
    if let Ok(seconds) = text.parse::<u64>() {
        return Some(Duration::from_secs(seconds));
    }
    let wait = http_date(text)?.duration_since(server_time(headers)?);
    Some(Duration::try_from(wait).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn retry_after_is_read_as_seconds_and_as_a_date() {
        let mut headers = HeaderMap::new();
        headers.insert(RETRY_AFTER, "7".parse().unwrap());
        assert_eq!(retry_after(&headers), Some(Duration::from_secs(7)));

        headers.insert(DATE, "Fri, 24 May 2019 17:44:46 GMT".parse().unwrap());
        headers.insert(
            RETRY_AFTER,
            "Fri, 24 May 2019 17:44:56 GMT".parse().unwrap(),
        );
        assert_eq!(retry_after(&headers), Some(Duration::from_secs(10)));

        headers.insert(
            RETRY_AFTER,
            "Fri, 24 May 2019 17:44:00 GMT".parse().unwrap(),
        );
        assert_eq!(retry_after(&headers), Some(Duration::ZERO));

        headers.insert(RETRY_AFTER, "soon".parse().unwrap());
        assert_eq!(retry_after(&headers), None);
    }
}

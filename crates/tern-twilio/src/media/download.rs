//! Fetching media bytes without leaking the credential or filling the memory.
//!
//! Owns the walk from the API's media path over its redirects. The credential goes to the configured API host
//! only, for a path built from checked SIDs, and is dropped at the first redirect; a redirect must lead to a
//! trusted domain (T-15); reading stops at the cap, whatever length was announced.

use std::fmt;

use backon::Retryable;
use bytes::{Bytes, BytesMut};
use reqwest::Response;
use reqwest::header::{CONTENT_TYPE, LOCATION};
use url::{Host, Url};

use super::content::{SniffedContent, sniff_content};
use crate::client::TwilioClient;
use crate::config::is_loopback;
use crate::error::{Operation, TwilioError};
use crate::retry::Repeat;
use crate::sid::{MediaSid, MessageSid};
use crate::transport::Transport;

/// Twilio needs one redirect, a CDN perhaps another.
const MOST_REDIRECTS: usize = 4;

/// Why media could not be fetched.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum MediaError {
    /// The request failed.
    #[error("could not download the media")]
    Download(#[source] TwilioError),
    /// Twilio has no such media, also after waiting for it.
    #[error("the media is not at Twilio")]
    NotFound,
    /// A redirect led to a host that is not trusted, or away from https (T-15).
    #[error("the media is kept on a host that is not trusted")]
    UntrustedHost,
    /// Redirects without end, or one without a destination.
    #[error("the media's redirects lead nowhere")]
    RedirectsLeadNowhere,
    /// More bytes than the caller allows.
    #[error("the media is larger than {cap} bytes")]
    TooLarge {
        /// What was allowed.
        cap: usize,
        /// What its server said that it has, if it did.
        announced: Option<u64>,
    },
    /// The file has no bytes.
    #[error("the media is empty")]
    Empty,
}

/// Media bytes and what they are.
#[derive(Clone, PartialEq, Eq)]
pub struct DownloadedMedia {
    /// The file.
    pub bytes: Bytes,
    /// What it is by content.
    pub content: SniffedContent,
    /// What its server called it; never to be relied on.
    pub declared_type: Option<String>,
}

impl fmt::Debug for DownloadedMedia {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DownloadedMedia")
            .field("bytes", &self.bytes.len())
            .field("content", &self.content)
            .finish_non_exhaustive()
    }
}

impl TwilioClient {
    /// Fetches one media part, at most `cap` bytes of it.
    ///
    /// A 404 is retried twice, since a message can be listed a moment before its media can be fetched.
    ///
    /// # Errors
    /// [`MediaError`].
    pub async fn download_media(
        &self,
        message: &MessageSid,
        media: &MediaSid,
        cap: usize,
    ) -> Result<DownloadedMedia, MediaError> {
        let transport = &*self.transport;
        let url = transport.account_url(&format!("/Messages/{message}/Media/{media}"));
        (|| patient_fetch(transport, &url, cap))
            .retry(transport.config.retry.media_not_found_delays.into_iter())
            .when(|error| matches!(error, MediaError::NotFound))
            .await
    }
}

/// One fetch, repeated on passing trouble as any other read.
async fn patient_fetch(
    transport: &Transport,
    url: &Url,
    cap: usize,
) -> Result<DownloadedMedia, MediaError> {
    let policy = transport.config.retry;
    (|| fetch(transport, url, cap))
        .retry(policy.backoff())
        .when(|error| match error {
            MediaError::Download(error) => Repeat::Idempotent.allows(error),
            _ => false,
        })
        .adjust(|error, wait| match error {
            MediaError::Download(error) => policy.wait(error, wait),
            _ => wait,
        })
        .await
}

async fn fetch(
    transport: &Transport,
    url: &Url,
    cap: usize,
) -> Result<DownloadedMedia, MediaError> {
    let _slot = transport.slot().await;
    let mut url = url.clone();
    let mut response = send(
        transport,
        transport.authenticated(transport.plain_get(url.clone())),
    )
    .await?;
    for _ in 0..MOST_REDIRECTS {
        if !response.status().is_redirection() {
            return read(response, cap).await;
        }
        url = destination(transport, &url, &response)?;
        response = send(transport, transport.plain_get(url.clone())).await?;
    }
    Err(MediaError::RedirectsLeadNowhere)
}

async fn send(
    transport: &Transport,
    request: reqwest::RequestBuilder,
) -> Result<Response, MediaError> {
    transport
        .send(Operation::DownloadMedia, request)
        .await
        .map_err(|error| {
            if error.is_not_found() {
                MediaError::NotFound
            } else {
                MediaError::Download(error)
            }
        })
}

fn destination(transport: &Transport, from: &Url, response: &Response) -> Result<Url, MediaError> {
    let url = response
        .headers()
        .get(LOCATION)
        .and_then(|location| location.to_str().ok())
        .and_then(|location| from.join(location).ok())
        .ok_or(MediaError::RedirectsLeadNowhere)?;
    if is_trusted(transport, &url) {
        Ok(url)
    } else {
        Err(MediaError::UntrustedHost)
    }
}

/// The API's own host and port, or https on a trusted domain or one of its sub-domains.
fn is_trusted(transport: &Transport, url: &Url) -> bool {
    if !url.username().is_empty() || url.password().is_some() {
        return false;
    }
    if url.origin() == transport.config.base_url.url().origin() {
        return true;
    }
    if url.scheme() != "https" || is_loopback(url) {
        return false;
    }
    let Some(Host::Domain(host)) = url.host() else {
        return false;
    };
    transport.config.trusted_media_domains.iter().any(|domain| {
        let domain = domain.trim().to_ascii_lowercase();
        !domain.is_empty()
            && host
                .strip_suffix(&domain)
                .is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
    })
}

async fn read(mut response: Response, cap: usize) -> Result<DownloadedMedia, MediaError> {
    let declared_type = response
        .headers()
        .get(CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .map(str::to_owned);
    let announced = response.content_length();
    let too_large = MediaError::TooLarge { cap, announced };
    let is_within = |length: u64| usize::try_from(length).is_ok_and(|length| length <= cap);
    if !announced.is_none_or(is_within) {
        return Err(too_large);
    }
    let mut bytes = BytesMut::new();
    while let Some(chunk) = response.chunk().await.map_err(|error| {
        MediaError::Download(TwilioError::from_transport(Operation::DownloadMedia, error))
    })? {
        if bytes.len() + chunk.len() > cap {
            return Err(too_large);
        }
        bytes.extend_from_slice(&chunk);
    }
    if bytes.is_empty() {
        return Err(MediaError::Empty);
    }
    let bytes = bytes.freeze();
    Ok(DownloadedMedia {
        content: sniff_content(&bytes),
        bytes,
        declared_type,
    })
}

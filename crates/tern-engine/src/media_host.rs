//! Where an outgoing picture is put so that the carrier can fetch it.
//!
//! Owns the seam and its two implementations. Twilio takes no uploads, only addresses it can fetch, so without
//! a host no picture can be sent, and the refusal says so.

use std::time::Duration;

use async_trait::async_trait;
use bytes::Bytes;
use rand::distr::{Alphanumeric, SampleString};
use serde::Deserialize;
use url::Url;

/// A picture on its way out.
#[derive(Clone)]
pub struct OutgoingMedia {
    /// Its type, by content.
    pub content_type: String,
    /// The file.
    pub bytes: Bytes,
    /// A name to suggest to the host; may be empty.
    pub suggested_name: String,
}

/// Why a picture could not be put where the carrier can fetch it.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum MediaHostError {
    /// No host is set up.
    #[error("no public place for pictures is set up")]
    NotSetUp,
    /// The host could not be reached, or broke off.
    #[error("could not reach the host of pictures")]
    Reach(#[source] reqwest::Error),
    /// The host said no.
    #[error("the host of pictures answered {status}")]
    Refused {
        /// HTTP status.
        status: u16,
    },
    /// The host's answer could not be understood.
    #[error("the host of pictures gave no usable address")]
    Unreadable,
}

impl MediaHostError {
    /// Whether the same attempt may succeed later.
    #[must_use]
    pub fn is_passing(&self) -> bool {
        match self {
            Self::Reach(_) => true,
            Self::Refused { status } => *status >= 500 || *status == 429 || *status == 408,
            Self::NotSetUp | Self::Unreadable => false,
        }
    }
}

/// A place from which the carrier can fetch a picture.
#[async_trait]
pub trait MediaHost: Send + Sync {
    /// Puts the picture there and says where it is. Publishing twice is harmless.
    ///
    /// # Errors
    /// [`MediaHostError`].
    async fn publish(&self, media: &OutgoingMedia) -> Result<Url, MediaHostError>;
}

/// There is no place: pictures cannot be sent.
#[derive(Debug, Clone, Copy, Default)]
pub struct NoMediaHost;

#[async_trait]
impl MediaHost for NoMediaHost {
    async fn publish(&self, _media: &OutgoingMedia) -> Result<Url, MediaHostError> {
        Err(MediaHostError::NotSetUp)
    }
}

const TIMEOUT: Duration = Duration::from_secs(60);

fn http_client() -> Result<reqwest::Client, MediaHostError> {
    reqwest::Client::builder()
        .timeout(TIMEOUT)
        .redirect(reqwest::redirect::Policy::none())
        .build()
        .map_err(|error| MediaHostError::Reach(error.without_url()))
}

/// A folder on a web server that accepts PUT, such as a storage bucket or a WebDAV share.
#[derive(Debug, Clone)]
pub struct HttpPutMediaHost {
    base: Url,
    client: reqwest::Client,
}

impl HttpPutMediaHost {
    /// Files go to `{base}/{unguessable name}.{extension}` and are fetched from there.
    ///
    /// # Errors
    /// [`MediaHostError::Reach`] when TLS cannot be set up; [`MediaHostError::Unreadable`] for an address
    /// that has no folders.
    pub fn new(mut base: Url) -> Result<Self, MediaHostError> {
        if base.cannot_be_a_base() {
            return Err(MediaHostError::Unreadable);
        }
        if !base.path().ends_with('/') {
            base.set_path(&format!("{}/", base.path()));
        }
        Ok(Self {
            base,
            client: http_client()?,
        })
    }
}

#[async_trait]
impl MediaHost for HttpPutMediaHost {
    async fn publish(&self, media: &OutgoingMedia) -> Result<Url, MediaHostError> {
        // Whoever knows the address sees the picture, so the name must not be guessable.
        let name = Alphanumeric.sample_string(&mut rand::rng(), 32);
        let file = format!("{name}.{}", extension(&media.content_type));
        let url = self
            .base
            .join(&file)
            .map_err(|_| MediaHostError::Unreadable)?;
        let answer = self
            .client
            .put(url.clone())
            .header(reqwest::header::CONTENT_TYPE, &media.content_type)
            .body(media.bytes.clone())
            .send()
            .await
            .map_err(|error| MediaHostError::Reach(error.without_url()))?;
        accepted(&answer)?;
        Ok(url)
    }
}

/// The practice line's own upload.
#[derive(Debug, Clone)]
pub struct PracticeMediaHost {
    upload: Url,
    client: reqwest::Client,
}

#[derive(Deserialize)]
struct Uploaded {
    url: String,
}

impl PracticeMediaHost {
    /// `base` is where the practice line listens.
    ///
    /// # Errors
    /// As [`HttpPutMediaHost::new`].
    pub fn new(base: &Url) -> Result<Self, MediaHostError> {
        Ok(Self {
            upload: base
                .join("/sim/media")
                .map_err(|_| MediaHostError::Unreadable)?,
            client: http_client()?,
        })
    }
}

#[async_trait]
impl MediaHost for PracticeMediaHost {
    async fn publish(&self, media: &OutgoingMedia) -> Result<Url, MediaHostError> {
        let answer = self
            .client
            .post(self.upload.clone())
            .header(reqwest::header::CONTENT_TYPE, &media.content_type)
            .body(media.bytes.clone())
            .send()
            .await
            .map_err(|error| MediaHostError::Reach(error.without_url()))?;
        accepted(&answer)?;
        let uploaded: Uploaded = answer
            .json()
            .await
            .map_err(|_| MediaHostError::Unreadable)?;
        Url::parse(&uploaded.url).map_err(|_| MediaHostError::Unreadable)
    }
}

fn accepted(answer: &reqwest::Response) -> Result<(), MediaHostError> {
    let status = answer.status();
    if status.is_success() {
        Ok(())
    } else {
        Err(MediaHostError::Refused {
            status: status.as_u16(),
        })
    }
}

fn extension(content_type: &str) -> &'static str {
    match content_type {
        "image/jpeg" => "jpg",
        "image/png" => "png",
        "image/gif" => "gif",
        "image/webp" => "webp",
        _ => "bin",
    }
}

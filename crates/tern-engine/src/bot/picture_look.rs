//! How large a picture at a public address is (S-13), for whoever wants to send it.
//!
//! Owns one request to a host that an administrator wrote down. It reaches nothing but the open internet, and this very
//! machine only where topics may ask it too; it reads the header of the picture and never decodes it.

use std::io::Cursor;

use async_trait::async_trait;
use image::ImageReader;
use tern_domain::topic::{BotSettings, RequestLimits};
use url::Url;

use super::outside::{OutsideError, fetch};

/// A picture that takes longer, or is larger, says nothing about its size.
const LIMITS: RequestLimits = RequestLimits {
    millis: 3_000,
    bytes: 10_000_000,
};

/// Looks at pictures elsewhere.
#[async_trait]
pub trait PictureLook: Send + Sync {
    /// Pixels across and down; `None` where there is no picture, or it cannot be had now.
    async fn size(&self, address: &str, settings: &BotSettings) -> Option<(u32, u32)>;
}

/// Those on the open internet.
#[derive(Debug, Clone, Copy, Default)]
pub struct PublicPictures;

#[async_trait]
impl PictureLook for PublicPictures {
    async fn size(&self, address: &str, settings: &BotSettings) -> Option<(u32, u32)> {
        match look(address, settings).await {
            Ok(size) => size,
            Err(error) => {
                tracing::debug!(%error, "a picture's size is not known");
                None
            }
        }
    }
}

async fn look(address: &str, settings: &BotSettings) -> Result<Option<(u32, u32)>, OutsideError> {
    let mut asked = BotSettings {
        request_limits: LIMITS,
        ..settings.clone()
    };
    // Every host may have the picture; what is no host of the open internet is asked only if topics may ask it.
    let url = Url::parse(address).map_err(|_| OutsideError::NotAllowed)?;
    let host = url.host_str().filter(|_| url.scheme() == "https");
    if let Some(host) = host.filter(|host| !is_this_machine(host)) {
        asked.allowed_hosts.push(host.to_owned());
    }
    let bytes = fetch(address, &asked).await?;
    let reader = ImageReader::new(Cursor::new(bytes));
    let reader = reader.with_guessed_format().ok();
    Ok(reader.and_then(|reader| reader.into_dimensions().ok()))
}

fn is_this_machine(host: &str) -> bool {
    let bare = host.trim_start_matches('[').trim_end_matches(']');
    let address: Option<std::net::IpAddr> = bare.parse().ok();
    bare == "localhost" || address.is_some_and(|address| address.is_loopback())
}

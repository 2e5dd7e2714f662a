//! Fetching the pictures of an outbound message, as the carrier does: by plain GET, from an address
//! that must be public to it. Owns the limits on type and size and the code for each way to break them.

use std::time::Duration;

use bytes::{Bytes, BytesMut};
use reqwest::Client;

/// All media of one message together.
const MAX_TOTAL_BYTES: usize = 5 * 1024 * 1024;
const TIMEOUT: Duration = Duration::from_secs(15);

/// The media could not be fetched.
const UNREACHABLE: u32 = 11200;
/// The media is larger than a message may be.
const TOO_LARGE: u32 = 11751;
/// The media is of a type that cannot be sent.
const WRONG_TYPE: u32 = 12300;

/// Content types that an MMS may carry.
const ACCEPTED_TYPES: [&str; 38] = [
    "image/jpeg",
    "image/jpg",
    "image/gif",
    "image/png",
    "image/heic",
    "image/heif",
    "image/tiff",
    "image/bmp",
    "video/mp4",
    "video/mpeg",
    "video/mpeg4",
    "video/webm",
    "video/quicktime",
    "video/3gpp",
    "video/3gpp2",
    "video/h261",
    "video/h263",
    "video/h264",
    "video/h265",
    "audio/ogg",
    "audio/mpeg",
    "audio/mp4",
    "audio/mp3",
    "audio/3gpp",
    "audio/basic",
    "audio/l24",
    "audio/vnd.wave",
    "audio/ac3",
    "audio/webm",
    "audio/amr",
    "audio/amr-nb",
    "text/vcard",
    "text/x-vcard",
    "text/csv",
    "text/rtf",
    "text/calendar",
    "text/directory",
    "application/pdf",
];

/// Fetches every file of a message; the error is the code that the message fails with.
pub(crate) async fn fetch_all(
    client: &Client,
    urls: &[String],
) -> Result<Vec<(String, Bytes)>, u32> {
    let mut files = Vec::with_capacity(urls.len());
    let mut room = MAX_TOTAL_BYTES;
    for url in urls {
        let (content_type, bytes) = fetch(client, url, room).await?;
        if !ACCEPTED_TYPES.contains(&content_type.as_str()) {
            return Err(WRONG_TYPE);
        }
        room -= bytes.len();
        files.push((content_type, bytes));
    }
    Ok(files)
}

/// Fetches one file of at most `room` bytes.
pub(crate) async fn fetch(client: &Client, url: &str, room: usize) -> Result<(String, Bytes), u32> {
    let mut response = client
        .get(url)
        .timeout(TIMEOUT)
        .send()
        .await
        .ok()
        .filter(|r| r.status().is_success())
        .ok_or(UNREACHABLE)?;
    let content_type = response
        .headers()
        .get("content-type")
        .and_then(|value| value.to_str().ok())
        .and_then(|value| value.split(';').next())
        .map(|value| value.trim().to_ascii_lowercase())
        .ok_or(WRONG_TYPE)?;
    let mut bytes = BytesMut::new();
    while let Some(chunk) = response.chunk().await.map_err(|_| UNREACHABLE)? {
        if bytes.len() + chunk.len() > room {
            return Err(TOO_LARGE);
        }
        bytes.extend_from_slice(&chunk);
    }
    Ok((content_type, bytes.freeze()))
}

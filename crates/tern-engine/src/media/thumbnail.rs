//! One small picture of a large one.
//!
//! Owns the unfolding of pictures from strangers' phones. It looks at the header before anything is unfolded, bounds
//! how long, how large and how many at once, takes the first frame of what moves, and turns what was held sideways. It
//! refuses rather than tries: what it refuses is kept as a file and never shown.

use std::io::Cursor;
use std::sync::Arc;

use bytes::Bytes;
use image::codecs::jpeg::JpegEncoder;
use image::metadata::Orientation;
use image::{DynamicImage, ImageDecoder as _, ImageFormat, ImageReader, Limits};
use tern_twilio::{ContentKind, sniff_content};
use tokio::sync::Semaphore;

use super::inspect::readable;

/// Pixels on the longer side: twice what a thread shows, for sharp screens.
const SIDE: u32 = 640;
/// A picture that is longer is a file made to exhaust memory, or a strip that nobody can look at.
const MOST_SIDE: u32 = 30_000;
/// Memory that one picture may take while it is unfolded.
const MOST_BYTES: u64 = 256 * 1024 * 1024;
/// JPEG's quality, 1 … 100.
const QUALITY: u8 = 80;

/// A small picture.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Thumbnail {
    /// JPEG, or PNG where something can be seen through.
    pub(crate) bytes: Vec<u8>,
    /// Pixels across of the large one, as it is shown.
    pub(crate) width: u32,
    /// Pixels down.
    pub(crate) height: u32,
}

/// Why there is none.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Refusal {
    /// It is longer, wider or larger than what is unfolded.
    TooLarge,
    /// It cannot be read as a picture.
    Broken,
}

/// Makes a thumbnail off the runtime, when its turn comes.
pub(crate) async fn make_in_turn(
    turns: &Arc<Semaphore>,
    picture: Bytes,
    pixels_cap: u64,
) -> Result<Thumbnail, Refusal> {
    let Ok(turn) = turns.clone().acquire_owned().await else {
        return Err(Refusal::Broken);
    };
    let made = tokio::task::spawn_blocking(move || {
        // Held until it is done, also when nobody waits any more.
        let _turn = turn;
        make(&picture, pixels_cap)
    });
    // A decoder that gives up loudly says the same as one that answers.
    made.await.unwrap_or(Err(Refusal::Broken))
}

/// Makes a thumbnail.
pub(crate) fn make(picture: &[u8], pixels_cap: u64) -> Result<Thumbnail, Refusal> {
    let ContentKind::Picture(format) = sniff_content(picture).kind else {
        return Err(Refusal::Broken);
    };
    let format = readable(format).ok_or(Refusal::Broken)?;
    let (full, orientation) = unfold(picture, format, pixels_cap)?;
    let mut small = if full.width().max(full.height()) > SIDE {
        full.thumbnail(SIDE, SIDE)
    } else {
        full.clone()
    };
    small.apply_orientation(orientation);
    let (width, height) = if is_sideways(orientation) {
        (full.height(), full.width())
    } else {
        (full.width(), full.height())
    };
    drop(full);
    let bytes = fold(&small).ok_or(Refusal::Broken)?;
    Ok(Thumbnail {
        bytes,
        width,
        height,
    })
}

fn unfold(
    picture: &[u8],
    format: ImageFormat,
    pixels_cap: u64,
) -> Result<(DynamicImage, Orientation), Refusal> {
    let mut limits = Limits::default();
    limits.max_image_width = Some(MOST_SIDE);
    limits.max_image_height = Some(MOST_SIDE);
    limits.max_alloc = Some(MOST_BYTES);
    let header = ImageReader::with_format(Cursor::new(picture), format);
    let (width, height) = header.into_dimensions().map_err(|_| Refusal::Broken)?;
    let is_too_large = width > MOST_SIDE
        || height > MOST_SIDE
        || u64::from(width) * u64::from(height) > pixels_cap;
    if is_too_large {
        return Err(Refusal::TooLarge);
    }
    let mut reader = ImageReader::with_format(Cursor::new(picture), format);
    reader.limits(limits);
    let mut decoder = reader.into_decoder().map_err(|_| Refusal::Broken)?;
    if decoder.total_bytes() > MOST_BYTES {
        return Err(Refusal::TooLarge);
    }
    let orientation = decoder.orientation().unwrap_or(Orientation::NoTransforms);
    let full = DynamicImage::from_decoder(decoder).map_err(|_| Refusal::Broken)?;
    Ok((full, orientation))
}

const fn is_sideways(orientation: Orientation) -> bool {
    matches!(
        orientation,
        Orientation::Rotate90
            | Orientation::Rotate270
            | Orientation::Rotate90FlipH
            | Orientation::Rotate270FlipH
    )
}

fn fold(small: &DynamicImage) -> Option<Vec<u8>> {
    let mut bytes = Vec::new();
    if small.color().has_alpha() {
        DynamicImage::ImageRgba8(small.to_rgba8())
            .write_to(&mut Cursor::new(&mut bytes), ImageFormat::Png)
            .ok()?;
    } else {
        small
            .to_rgb8()
            .write_with_encoder(JpegEncoder::new_with_quality(&mut bytes, QUALITY))
            .ok()?;
    }
    Some(bytes)
}

#[cfg(test)]
mod tests;

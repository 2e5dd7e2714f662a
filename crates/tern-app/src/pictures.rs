//! Whether a file may leave as a picture (T-4, T-8): judged by its content, never by its name or label.

use std::io::Cursor;

use image::ImageReader;
use tern_twilio::{ContentKind, RasterFormat, sniff_content};

use crate::error::{ApiError, ErrorCode};

/// All pictures of one text together (T-8).
pub(crate) const LARGEST_TEXT_BYTES: u64 = 5 * 1024 * 1024;

/// More pixels than this is a file made to exhaust memory, not a photograph.
const MOST_PIXELS: u64 = 50_000_000;

/// A picture that carriers take.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct CheckedPicture {
    pub(crate) content_type: &'static str,
    pub(crate) width: u32,
    pub(crate) height: u32,
}

/// Looks at a file. Only its header is decoded: what a small file claims to unfold to is refused unread.
pub(crate) fn check(bytes: &[u8]) -> Result<CheckedPicture, ApiError> {
    if u64::try_from(bytes.len()).unwrap_or(u64::MAX) > LARGEST_TEXT_BYTES {
        return Err(too_large());
    }
    let found = sniff_content(bytes);
    match found.kind {
        ContentKind::Picture(RasterFormat::Jpeg | RasterFormat::Png | RasterFormat::Gif) => {}
        ContentKind::Picture(_) => {
            return Err(refused(
                "Carriers do not take this kind of picture.",
                "Save it as JPEG, PNG or GIF first.",
            ));
        }
        ContentKind::Active => {
            return Err(refused(
                "This file could run something; it is not a picture.",
                "Send a photograph or a screenshot as JPEG, PNG or GIF.",
            ));
        }
        _ => {
            return Err(refused(
                "This file is not a picture.",
                "Choose a JPEG, PNG or GIF.",
            ));
        }
    }
    let dimensions = ImageReader::new(Cursor::new(bytes))
        .with_guessed_format()
        .ok()
        .and_then(|reader| reader.into_dimensions().ok());
    let Some((width, height)) = dimensions else {
        return Err(refused(
            "This picture is damaged.",
            "Open it in a picture program and save it again.",
        ));
    };
    if u64::from(width) * u64::from(height) > MOST_PIXELS || width == 0 || height == 0 {
        return Err(refused(
            "This picture has too many pixels.",
            "Make it smaller: 4000 pixels on the long side are plenty for a phone.",
        ));
    }
    Ok(CheckedPicture {
        content_type: found.media_type,
        width,
        height,
    })
}

/// T-8: over the limit of one text.
pub(crate) fn too_large() -> ApiError {
    refused(
        "The pictures of one text may have 5 MB together.",
        "Make the picture smaller, or send it in a text of its own.",
    )
}

fn refused(message: &str, remedy: &str) -> ApiError {
    ApiError::new(ErrorCode::PictureRefused, message, remedy)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn png(width: u32, height: u32) -> Vec<u8> {
        let mut bytes = Vec::new();
        image::RgbImage::new(width, height)
            .write_to(&mut Cursor::new(&mut bytes), image::ImageFormat::Png)
            .unwrap();
        bytes
    }

    /// A PNG's width is in bytes 16 to 19; its check sum is not looked at before the size is.
    fn bomb() -> Vec<u8> {
        let mut bytes = png(1, 1);
        bytes.splice(16..24, [0, 0, 0xFF, 0xFF, 0, 0, 0xFF, 0xFF]);
        bytes
    }

    #[test]
    fn t_8_a_picture_is_known_by_its_content() {
        let checked = check(&png(3, 2)).unwrap();
        assert_eq!(
            (checked.content_type, checked.width, checked.height),
            ("image/png", 3, 2)
        );
    }

    #[test]
    fn t_4_hostile_files_are_refused_in_words() {
        let svg = b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>".to_vec();
        let huge = vec![0xFF; 6 * 1024 * 1024];
        for hostile in [
            svg,
            huge,
            bomb(),
            b"\x89PNG\r\n\x1a\n".to_vec(),
            b"RIFF....WEBPVP8 ".to_vec(),
            vec![],
        ] {
            let error = check(&hostile).unwrap_err();
            assert_eq!(error.code, ErrorCode::PictureRefused);
            assert!(!error.remedy.is_empty());
        }
    }
}

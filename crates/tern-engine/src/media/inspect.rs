//! What a downloaded file may be used as.
//!
//! Owns the judgement of bytes from a stranger's phone: a picture of bearable size is shown, a harmless file is
//! kept, anything that could run is not even stored. It never decodes pixels: the size stands in the header,
//! and a decompression bomb must not be decoded to be recognised.

use std::io::Cursor;

use image::{ImageFormat, ImageReader};
use tern_twilio::{ContentKind, RasterFormat, SniffedContent};

/// What may be done with a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// Shown in the thread, if it can be unfolded.
    Picture,
    /// A picture whose end is missing: kept, and not shown, because a window may show nothing of it.
    IncompletePicture,
    /// It says that it is a picture and cannot be read as one: kept, never shown.
    BrokenPicture,
    /// Kept, offered as a file, never shown inline.
    File,
    /// It would unfold to more pixels than a screen needs: kept, never unfolded.
    TooManyPixels,
    /// It could run or carries script (SVG, HTML, programs): not kept.
    CouldRun,
}

/// Judges a file by its content.
pub(crate) fn inspect(bytes: &[u8], content: SniffedContent, pixels_cap: u64) -> Verdict {
    match content.kind {
        ContentKind::Active => Verdict::CouldRun,
        ContentKind::Picture(format) => match readable(format) {
            Some(format) => inspect_picture(bytes, format, pixels_cap),
            None => Verdict::File,
        },
        ContentKind::Audio
        | ContentKind::Video
        | ContentKind::Pdf
        | ContentKind::Card
        | ContentKind::Other => Verdict::File,
    }
}

/// Formats that the window shows on every system.
pub(super) fn readable(format: RasterFormat) -> Option<ImageFormat> {
    match format {
        RasterFormat::Jpeg => Some(ImageFormat::Jpeg),
        RasterFormat::Png => Some(ImageFormat::Png),
        RasterFormat::Gif => Some(ImageFormat::Gif),
        RasterFormat::Webp => Some(ImageFormat::WebP),
        RasterFormat::Bmp | RasterFormat::Tiff | RasterFormat::Heif | RasterFormat::Avif => None,
    }
}

fn inspect_picture(bytes: &[u8], format: ImageFormat, pixels_cap: u64) -> Verdict {
    let reader = ImageReader::with_format(Cursor::new(bytes), format);
    match reader.into_dimensions() {
        Ok((width, height)) if width == 0 || height == 0 => Verdict::BrokenPicture,
        Ok((width, height)) if u64::from(width) * u64::from(height) > pixels_cap => {
            Verdict::TooManyPixels
        }
        Ok(_) if !has_end(bytes, format) => Verdict::IncompletePicture,
        Ok(_) => Verdict::Picture,
        Err(_) => Verdict::BrokenPicture,
    }
}

/// Whether the mark that ends a picture of this format is there.
fn has_end(bytes: &[u8], format: ImageFormat) -> bool {
    match format {
        ImageFormat::Jpeg => jpeg_has_end(bytes),
        ImageFormat::Png => bytes.windows(4).any(|mark| mark == b"IEND"),
        ImageFormat::WebP => match bytes.get(4..8).and_then(|size| size.try_into().ok()) {
            Some(size) => u32::from_le_bytes(size) as usize <= bytes.len().saturating_sub(8),
            None => false,
        },
        // The end of a GIF is one byte, which says nothing.
        _ => true,
    }
}

/// Looks behind the segments, because a preview among them has an end of its own. Within the pixels the mark
/// cannot occur.
fn jpeg_has_end(bytes: &[u8]) -> bool {
    const FILL: u8 = 0xFF;
    const PIXELS: u8 = 0xDA;
    let mut rest = bytes.get(2..).unwrap_or_default();
    loop {
        rest = match rest {
            [0xFF, FILL, ..] => rest.get(1..).unwrap_or_default(),
            [0xFF, PIXELS, pixels @ ..] => {
                return pixels.windows(2).any(|mark| mark == [0xFF, 0xD9]);
            }
            [0xFF, _, high, low, ..] => {
                let length = usize::from(u16::from_be_bytes([*high, *low]));
                rest.get(2 + length..).unwrap_or_default()
            }
            _ => return false,
        };
    }
}

#[cfg(test)]
mod tests {
    use tern_twilio::sniff_content;

    use super::*;

    const CAP: u64 = 50_000_000;

    #[track_caller]
    fn check(bytes: &[u8], expected: Verdict) {
        assert_eq!(inspect(bytes, sniff_content(bytes), CAP), expected);
    }

    /// A PNG that claims a size; there are no pixels in it.
    fn png_header(width: u32, height: u32) -> Vec<u8> {
        let mut chunk = b"IHDR".to_vec();
        chunk.extend(width.to_be_bytes());
        chunk.extend(height.to_be_bytes());
        chunk.extend([8, 6, 0, 0, 0]);
        let mut png = b"\x89PNG\r\n\x1a\n".to_vec();
        png.extend(13_u32.to_be_bytes());
        png.extend(&chunk);
        png.extend(crc32(&chunk).to_be_bytes());
        // The reader wants to see where the pixels begin.
        for mark in [b"IDAT", b"IEND"] {
            png.extend(0_u32.to_be_bytes());
            png.extend(mark);
            png.extend(crc32(mark).to_be_bytes());
        }
        png
    }

    fn crc32(bytes: &[u8]) -> u32 {
        !bytes.iter().fold(u32::MAX, |crc, byte| {
            (0..8).fold(crc ^ u32::from(*byte), |crc, _| {
                (crc >> 1) ^ (0xEDB8_8320 & (crc & 1).wrapping_neg())
            })
        })
    }

    #[test]
    fn t_4_a_picture_is_measured_without_decoding_it() {
        check(&png_header(640, 480), Verdict::Picture);
    }

    #[test]
    fn the_end_of_a_preview_is_not_the_end_of_the_picture() {
        let with_preview = b"\xFF\xD8\xFF\xE1\x00\x06\xFF\xDA\xFF\xD9\xFF\xDA\x00\x02pixels";
        assert!(!jpeg_has_end(with_preview));
        assert!(jpeg_has_end(&[&with_preview[..], b"\xFF\xD9"].concat()));
    }

    #[test]
    fn t_5_a_bomb_is_refused_by_its_header() {
        check(&png_header(60_000, 60_000), Verdict::TooManyPixels);
    }

    #[test]
    fn t_5_markup_and_programs_are_refused_and_other_files_are_kept() {
        let could_run = Verdict::CouldRun;
        check(b"<svg xmlns='http://www.w3.org/2000/svg'/>", could_run);
        check(b"<!DOCTYPE html><html></html>", could_run);
        check(b"MZ\x90\x00", could_run);
        check(b"%PDF-1.7\n", Verdict::File);
        check(b"\xFF\xD8\xFF\xE0\x00\x10JFIF", Verdict::BrokenPicture);
        check(b"plain words", Verdict::File);
    }
}

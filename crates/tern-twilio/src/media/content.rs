//! What some bytes really are.
//!
//! Owns the judgement by content: raster pictures may be shown, everything else is at most offered as a file.
//! It refuses to call anything a picture that can carry script (SVG, HTML, XML), whatever its label says.

/// A picture format that the window can show.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[allow(missing_docs, reason = "each name is its meaning")]
pub enum RasterFormat {
    Jpeg,
    Png,
    Gif,
    Webp,
    Bmp,
    Tiff,
    Heif,
    Avif,
}

/// What may be done with the bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ContentKind {
    /// A picture without script.
    Picture(RasterFormat),
    /// Sound.
    Audio,
    /// Film.
    Video,
    /// A PDF; kept as a file, never shown inline.
    Pdf,
    /// A contact card or calendar entry.
    Card,
    /// Can carry script or run: HTML, SVG, XML, programs. Untrusted: never shown, never opened.
    Active,
    /// Archives, fonts, office files and anything unrecognised: kept as a file.
    Other,
}

/// The verdict on some bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SniffedContent {
    /// What may be done with them.
    pub kind: ContentKind,
    /// Their media type by content; `application/octet-stream` when unrecognised.
    pub media_type: &'static str,
}

impl SniffedContent {
    /// Whether the content may be rendered.
    #[must_use]
    pub fn is_picture(&self) -> bool {
        matches!(self.kind, ContentKind::Picture(_))
    }

    /// Whether the content could run something; it must not be opened from Tern.
    #[must_use]
    pub fn is_untrusted(&self) -> bool {
        self.kind == ContentKind::Active
    }
}

/// How far into a text markup is looked for; browsers sniff less.
const MARKUP_WINDOW: usize = 4096;

/// Judges bytes by what they are.
#[must_use]
pub fn sniff_content(bytes: &[u8]) -> SniffedContent {
    if let Some(found) = infer::get(bytes) {
        let media_type = found.mime_type();
        if let Some(kind) = kind_of(found.matcher_type(), media_type) {
            return SniffedContent { kind, media_type };
        }
    }
    sniff_text(bytes)
}

fn kind_of(matcher: infer::MatcherType, media_type: &str) -> Option<ContentKind> {
    use infer::MatcherType;
    Some(match matcher {
        MatcherType::Image => match media_type {
            "image/jpeg" => ContentKind::Picture(RasterFormat::Jpeg),
            "image/png" => ContentKind::Picture(RasterFormat::Png),
            "image/gif" => ContentKind::Picture(RasterFormat::Gif),
            "image/webp" => ContentKind::Picture(RasterFormat::Webp),
            "image/bmp" => ContentKind::Picture(RasterFormat::Bmp),
            "image/tiff" => ContentKind::Picture(RasterFormat::Tiff),
            "image/heif" | "image/heic" => ContentKind::Picture(RasterFormat::Heif),
            "image/avif" => ContentKind::Picture(RasterFormat::Avif),
            _ => ContentKind::Other,
        },
        MatcherType::Audio => ContentKind::Audio,
        MatcherType::Video => ContentKind::Video,
        MatcherType::App => ContentKind::Active,
        MatcherType::Text => return None,
        _ if media_type == "application/pdf" => ContentKind::Pdf,
        _ => ContentKind::Other,
    })
}

fn sniff_text(bytes: &[u8]) -> SniffedContent {
    let window = bytes.get(..MARKUP_WINDOW).unwrap_or(bytes);
    // UTF-16 markup becomes readable once its zero bytes are gone.
    let text: String = window
        .iter()
        .filter(|byte| **byte != 0)
        .map(|byte| byte.to_ascii_lowercase() as char)
        .collect();
    let contains = |needle: &str| text.contains(needle);
    let start = text.trim_start_matches(|c: char| !c.is_ascii_graphic());
    if contains("<svg") {
        SniffedContent {
            kind: ContentKind::Active,
            media_type: "image/svg+xml",
        }
    } else if start.starts_with("<?xml") {
        SniffedContent {
            kind: ContentKind::Active,
            media_type: "text/xml",
        }
    } else if start.starts_with('<') || contains("<html") || contains("<script") {
        SniffedContent {
            kind: ContentKind::Active,
            media_type: "text/html",
        }
    } else if start.starts_with("#!") {
        SniffedContent {
            kind: ContentKind::Active,
            media_type: "text/x-shellscript",
        }
    } else if start.starts_with("begin:vcard") {
        SniffedContent {
            kind: ContentKind::Card,
            media_type: "text/vcard",
        }
    } else if start.starts_with("begin:vcalendar") {
        SniffedContent {
            kind: ContentKind::Card,
            media_type: "text/calendar",
        }
    } else {
        SniffedContent {
            kind: ContentKind::Other,
            media_type: "application/octet-stream",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(bytes: &[u8], kind: ContentKind, media_type: &str) {
        let found = sniff_content(bytes);
        assert_eq!((found.kind, found.media_type), (kind, media_type));
    }

    #[test]
    fn t_4_pictures_are_known_by_their_first_bytes() {
        check(
            b"\xFF\xD8\xFF\xE0\x00\x10JFIF",
            ContentKind::Picture(RasterFormat::Jpeg),
            "image/jpeg",
        );
        check(
            b"\x89PNG\r\n\x1a\n",
            ContentKind::Picture(RasterFormat::Png),
            "image/png",
        );
        check(
            b"GIF89a....",
            ContentKind::Picture(RasterFormat::Gif),
            "image/gif",
        );
    }

    #[test]
    fn t_5_markup_is_untrusted_however_it_is_dressed() {
        for (bytes, media_type) in [
            (
                &b"<svg xmlns='http://www.w3.org/2000/svg'/>"[..],
                "image/svg+xml",
            ),
            (
                b"\xEF\xBB\xBF<?xml version='1.0'?>\n<!-- x -->\n<svg/>",
                "image/svg+xml",
            ),
            (b"\xFF\xFE<\0s\0v\0g\0>\0", "image/svg+xml"),
            (b"<?xml version='1.0'?><x/>", "text/xml"),
            (b"  \n<!DOCTYPE html><html>", "text/html"),
            (b"hello <script>alert(1)</script>", "text/html"),
            (b"#!/bin/sh\nrm", "text/x-shellscript"),
        ] {
            check(bytes, ContentKind::Active, media_type);
            assert!(sniff_content(bytes).is_untrusted());
        }
        assert!(sniff_content(b"MZ\x90\x00").is_untrusted());
        let mut program = b"\x7fELF\x02\x01\x01".to_vec();
        program.resize(64, 0);
        assert!(sniff_content(&program).is_untrusted());
    }

    #[test]
    fn the_rest_is_a_file() {
        check(b"%PDF-1.7\n", ContentKind::Pdf, "application/pdf");
        check(
            b"BEGIN:VCARD\r\nVERSION:3.0",
            ContentKind::Card,
            "text/vcard",
        );
        check(
            b"just words",
            ContentKind::Other,
            "application/octet-stream",
        );
        check(b"", ContentKind::Other, "application/octet-stream");
        check(b"PK\x03\x04rest", ContentKind::Other, "application/zip");
    }
}

//! From bytes to text: byte order marks, then UTF-8, then a guess.

use chardetng::EncodingDetector;
use encoding_rs::{Encoding, UTF_8};

/// What a text is encoded in, by the whole of it or by its beginning.
pub(super) fn encoding_of(bytes: &[u8], is_whole: bool) -> &'static Encoding {
    if let Some((encoding, _)) = Encoding::for_bom(bytes) {
        return encoding;
    }
    match std::str::from_utf8(bytes) {
        Ok(_) => return UTF_8,
        // A beginning may end within a character.
        Err(error) if !is_whole && error.error_len().is_none() => return UTF_8,
        Err(_) => {}
    }
    let mut detector = EncodingDetector::new();
    detector.feed(bytes, is_whole);
    // UTF-8 was ruled out above.
    detector.guess(None, false)
}

/// The text and the name of the encoding it was read as. What cannot be read becomes U+FFFD.
pub(super) fn decode(bytes: &[u8]) -> (String, &'static str) {
    let encoding = encoding_of(bytes, true);
    let (text, encoding, _) = encoding.decode(bytes);
    (text.into_owned(), encoding.name())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn old_and_odd_encodings_are_read() {
        let utf16: Vec<u8> = [0xff, 0xfe]
            .into_iter()
            .chain("Zoë".encode_utf16().flat_map(u16::to_le_bytes))
            .collect();
        assert_eq!(decode(&utf16), ("Zoë".to_owned(), "UTF-16LE"));
        let (text, name) = decode(b"J\xfcrgen M\xfcller;Stra\xdfe in M\xfcnchen");
        assert_eq!(
            (text.as_str(), name),
            ("Jürgen Müller;Straße in München", "windows-1252")
        );
        assert_eq!(decode("\u{feff}a".as_bytes()).0, "a");
    }
}

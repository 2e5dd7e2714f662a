//! A file as UTF-8, piece by piece, whatever it is encoded in.

use std::io::{self, Read};

use encoding_rs::Decoder;

use super::refused;
use crate::error::{ApiError, ErrorCode};
use crate::import::text::encoding_of;

/// By so much of its beginning the encoding is told.
const SAMPLE: usize = 256 * 1024;
/// Read at once.
const PIECE: usize = 64 * 1024;

/// The characters of a file.
pub(super) struct Characters<R> {
    file: R,
    decoder: Decoder,
    raw: Vec<u8>,
    text: Vec<u8>,
    at: usize,
    read: u64,
    is_over: bool,
}

impl<R: Read> Characters<R> {
    pub(super) fn begin(mut file: R) -> Result<Self, ApiError> {
        let mut sample = Vec::new();
        let wanted = u64::try_from(SAMPLE).unwrap_or(u64::MAX);
        file.by_ref()
            .take(wanted)
            .read_to_end(&mut sample)
            .map_err(|error| unreadable(&error))?;
        if sample.iter().all(u8::is_ascii_whitespace) {
            return Err(refused("The file is empty.", "Choose another file."));
        }
        let is_whole = sample.len() < SAMPLE;
        let encoding = encoding_of(&sample, is_whole);
        let mut characters = Self {
            file,
            decoder: encoding.new_decoder(),
            raw: Vec::with_capacity(PIECE),
            text: Vec::new(),
            at: 0,
            read: u64::try_from(sample.len()).unwrap_or(u64::MAX),
            is_over: is_whole,
        };
        characters.decode(&sample);
        let odd = characters.text.iter().filter(|byte| **byte == 0).count();
        // A NUL here and there makes a bad row; one in twenty bytes makes something else than text.
        if odd.saturating_mul(20) > characters.text.len() {
            return Err(refused(
                "This is no text file.",
                "Save it as CSV or JSON in UTF-8 and choose that file.",
            ));
        }
        Ok(characters)
    }

    pub(super) fn encoding(&self) -> &'static str {
        self.decoder.encoding().name()
    }

    pub(super) const fn read_bytes(&self) -> u64 {
        self.read
    }

    #[cfg(test)]
    pub(super) const fn held(&self) -> usize {
        self.text.capacity() + self.raw.capacity()
    }

    /// What was decoded and not taken yet; empty at the end of the file only.
    pub(super) fn peek(&mut self) -> Result<&[u8], ApiError> {
        while self.at == self.text.len() && !self.is_over {
            self.text.clear();
            self.at = 0;
            self.raw.resize(PIECE, 0);
            let count = match self.file.read(&mut self.raw) {
                Ok(count) => count,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                Err(error) => return Err(unreadable(&error)),
            };
            self.raw.truncate(count);
            self.read = self
                .read
                .saturating_add(u64::try_from(count).unwrap_or(u64::MAX));
            self.is_over = count == 0;
            let raw = std::mem::take(&mut self.raw);
            self.decode(&raw);
            self.raw = raw;
        }
        Ok(self.text.get(self.at..).unwrap_or_default())
    }

    /// So many bytes of what [`Characters::peek`] showed were taken.
    pub(super) fn take(&mut self, count: usize) {
        self.at = self.at.saturating_add(count).min(self.text.len());
    }

    fn decode(&mut self, raw: &[u8]) {
        let most = self
            .decoder
            .max_utf8_buffer_length(raw.len())
            .unwrap_or(raw.len().saturating_mul(3));
        let start = self.text.len();
        self.text.resize(start + most, 0);
        let room = self.text.get_mut(start..).unwrap_or_default();
        let (_, _, written, _) = self.decoder.decode_to_utf8(raw, room, self.is_over);
        self.text.truncate(start + written);
    }
}

pub(super) fn unreadable(error: &io::Error) -> ApiError {
    ApiError::new(
        ErrorCode::Storage,
        "The file cannot be read to its end.",
        format!("Look whether its disk is still there ({}).", error.kind()),
    )
}

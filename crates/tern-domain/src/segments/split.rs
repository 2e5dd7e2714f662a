//! Splits a text that is too long for one message (T-7): at a paragraph, else a line, else a word,
//! and never inside a URL or the line of an option list.

use super::{BODY_LIMIT, utf16_units};

/// Splits a bot's text into parts of at most [`BODY_LIMIT`] UTF-16 units. Agents get a refusal instead.
///
/// A single word longer than the limit is cut between graphemes: there is no better place.
#[must_use]
pub fn split_for_carrier(text: &str) -> Vec<String> {
    split_within(text, BODY_LIMIT)
}

fn split_within(text: &str, limit: u32) -> Vec<String> {
    let mut parts = Parts {
        limit,
        done: Vec::new(),
        open: String::new(),
        open_units: 0,
    };
    for paragraph in text.split("\n\n") {
        parts.add_block("\n\n", paragraph, Unit::Paragraph);
    }
    parts.finish()
}

#[derive(Clone, Copy)]
enum Unit {
    Paragraph,
    Line,
    Word,
}

struct Parts {
    limit: u32,
    done: Vec<String>,
    open: String,
    /// Counted along: counting anew for every grapheme of a long word would be quadratic.
    open_units: u32,
}

impl Parts {
    /// Adds a block to the open part, or starts a new part with it; a block too long for any part is
    /// taken apart into the next smaller unit.
    fn add_block(&mut self, separator: &str, block: &str, unit: Unit) {
        if self.try_append(separator, block) {
            return;
        }
        if self.fits(block) {
            self.close();
            self.append(block);
            return;
        }
        match unit {
            Unit::Paragraph => self.add_all(separator, block.split('\n'), "\n", Unit::Line),
            Unit::Line => self.add_all(separator, block.split(' '), " ", Unit::Word),
            Unit::Word => self.add_long_word(block),
        }
    }

    fn add_all<'a>(
        &mut self,
        first: &str,
        blocks: impl Iterator<Item = &'a str>,
        between: &str,
        unit: Unit,
    ) {
        for (index, block) in blocks.enumerate() {
            self.add_block(if index == 0 { first } else { between }, block, unit);
        }
    }

    fn add_long_word(&mut self, word: &str) {
        use unicode_segmentation::UnicodeSegmentation as _;

        self.close();
        for grapheme in word.graphemes(true) {
            if !self.try_append("", grapheme) {
                self.close();
                self.append(grapheme);
            }
        }
    }

    fn try_append(&mut self, separator: &str, block: &str) -> bool {
        let separator = if self.open.is_empty() { "" } else { separator };
        let together = self.open_units + utf16_units(separator) + utf16_units(block);
        if together > self.limit {
            return false;
        }
        self.append(separator);
        self.append(block);
        true
    }

    fn append(&mut self, text: &str) {
        self.open.push_str(text);
        self.open_units += utf16_units(text);
    }

    fn fits(&self, block: &str) -> bool {
        utf16_units(block) <= self.limit
    }

    fn close(&mut self) {
        let part = std::mem::take(&mut self.open);
        self.open_units = 0;
        let part = part.trim_matches(['\n', ' ']);
        if !part.is_empty() {
            self.done.push(part.to_owned());
        }
    }

    fn finish(mut self) -> Vec<String> {
        self.close();
        self.done
    }
}

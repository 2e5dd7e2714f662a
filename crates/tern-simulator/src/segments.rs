//! How a text is cut into segments. Written against the published calculator's rule and its vectors,
//! on purpose without looking at any other part of Tern: a shared mistake would cancel out.

use crate::graphemes::pieces;
use crate::gsm7;

/// A segment carries 140 octets.
const SEGMENT_BITS: usize = 1120;
/// The concatenation header: six octets once there is more than one segment.
const HEADER_BITS: usize = 48;

/// The alphabet of a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Encoding {
    /// Seven bits a character, two septets for the extension set.
    Gsm7,
    /// Sixteen bits a UTF-16 unit.
    Ucs2,
}

/// The encoding that `body` needs.
pub(crate) fn encoding(body: &str) -> Encoding {
    if body.chars().all(|c| gsm7::septets(c).is_some()) {
        Encoding::Gsm7
    } else {
        Encoding::Ucs2
    }
}

/// Cuts `body` as the phone receives it: an escape pair and a grapheme are never split, so a cut may
/// waste space. An empty body is one empty segment.
pub(crate) fn split(body: &str) -> Vec<&str> {
    let mut rest = body;
    let mut consumed = 0;
    let mut segments = Vec::new();
    for cut in cuts(body) {
        if let Some((head, tail)) = rest.split_at_checked(cut - consumed) {
            segments.push(head);
            rest = tail;
            consumed = cut;
        }
    }
    segments.push(rest);
    segments
}

/// Where the second and later segments begin. As in the published calculator, the first segment gives
/// up its tail once there is a second, and a grapheme wider than a segment overflows one of its own.
fn cuts(body: &str) -> Vec<usize> {
    let encoding = encoding(body);
    let mut cuts: Vec<usize> = Vec::new();
    let mut used = 0;
    let mut first: Vec<(usize, usize)> = Vec::new();
    for (offset, piece) in pieces(body) {
        let bits = bits(piece, encoding);
        if used + bits > SEGMENT_BITS {
            let mut begin = offset;
            let mut moved = 0;
            while cuts.is_empty() && used - moved > SEGMENT_BITS - HEADER_BITS {
                let Some((tail_offset, tail_bits)) = first.pop() else {
                    break;
                };
                begin = tail_offset;
                moved += tail_bits;
            }
            cuts.push(begin);
            used = HEADER_BITS + moved;
        }
        used += bits;
        if cuts.is_empty() {
            first.push((offset, bits));
        }
    }
    cuts
}

/// How many segments `body` is billed as.
pub(crate) fn count(body: &str) -> usize {
    // At most 70 bytes are at most 70 UTF-16 units and 140 septets: one segment either way.
    if body.len() <= 70 {
        1
    } else {
        cuts(body).len() + 1
    }
}

fn bits(piece: &str, encoding: Encoding) -> usize {
    match encoding {
        Encoding::Gsm7 => 7 * piece.chars().filter_map(gsm7::septets).sum::<usize>(),
        Encoding::Ucs2 => 16 * piece.encode_utf16().count(),
    }
}

#[cfg(test)]
#[path = "segments_tests.rs"]
mod tests;

//! What a text costs (T-6): encoding, characters and segments as the carrier counts them.
//!
//! The counts equal those of Twilio's published calculator, whose segments never split a GSM-7 escape
//! pair or a grapheme, and so may be one more than what is billed.

mod graphemes;
mod gsm7;
pub mod look_alike;
mod split;

pub use split::split_for_carrier;

use graphemes::carrier_graphemes;

/// Longest body that Twilio takes, in UTF-16 units (21617).
pub const BODY_LIMIT: u32 = 1600;

/// Bits of one segment, and of the header each has once there are several.
const SEGMENT_BITS: u32 = 1120;
const HEADER_BITS: u32 = 48;

/// SMS encodings.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Encoding {
    /// 7 bits a unit: 160, or 153 in each of several segments.
    Gsm7,
    /// 16 bits a unit: 70, or 67 in each of several segments.
    Ucs2,
}

impl Encoding {
    const fn unit_bits(self) -> u32 {
        match self {
            Self::Gsm7 => 7,
            Self::Ucs2 => 16,
        }
    }
}

/// The first character that forces the costly encoding.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Costly {
    /// The grapheme.
    pub grapheme: String,
    /// Where it is, in UTF-16 units from the start.
    pub utf16_offset: u32,
    /// A plain look-alike to offer instead.
    pub replacement: Option<&'static str>,
}

/// What a text costs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Measure {
    /// Encoding the carrier uses.
    pub encoding: Encoding,
    /// Units of that encoding: septets or UTF-16 units.
    pub units: u32,
    /// Characters as Twilio shows them: septets in GSM-7, graphemes in UCS-2.
    pub characters: u32,
    /// Segments; an empty text is one.
    pub segments: u32,
    /// Units that still fit into the last segment.
    pub left_in_segment: u32,
    /// What makes it UCS-2; `None` in GSM-7.
    pub costly: Option<Costly>,
    /// UTF-16 units beyond [`BODY_LIMIT`].
    pub over_limit_by: u32,
}

/// Measures a text.
#[must_use]
pub fn measure(text: &str) -> Measure {
    let graphemes = carrier_graphemes(text);
    let costly = find_costly(&graphemes);
    let encoding = if costly.is_some() {
        Encoding::Ucs2
    } else {
        Encoding::Gsm7
    };
    let sizes: Vec<u32> = graphemes
        .iter()
        .map(|grapheme| units_of(grapheme, encoding))
        .collect();
    let units = sizes.iter().sum();
    let (starts, left_in_segment) = pack(&sizes, encoding);
    Measure {
        encoding,
        units,
        characters: match encoding {
            Encoding::Gsm7 => units,
            Encoding::Ucs2 => count(graphemes.len()),
        },
        segments: count(starts.len()).saturating_add(1),
        left_in_segment,
        costly,
        over_limit_by: utf16_units(text).saturating_sub(BODY_LIMIT),
    }
}

fn find_costly(graphemes: &[&str]) -> Option<Costly> {
    let mut utf16_offset = 0;
    for grapheme in graphemes {
        if gsm7::septets(grapheme).is_none() {
            return Some(Costly {
                grapheme: (*grapheme).to_owned(),
                utf16_offset,
                replacement: look_alike::of_grapheme(grapheme),
            });
        }
        utf16_offset += utf16_units(grapheme);
    }
    None
}

fn units_of(grapheme: &str, encoding: Encoding) -> u32 {
    match encoding {
        Encoding::Gsm7 => gsm7::septets(grapheme).unwrap_or_default(),
        Encoding::Ucs2 => utf16_units(grapheme),
    }
}

fn utf16_units(text: &str) -> u32 {
    count(text.encode_utf16().count())
}

fn count(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

/// Where a text's further segments begin, in UTF-16 units from its start; empty if one segment holds it all.
/// One fewer than [`Measure::segments`].
#[must_use]
pub fn segment_starts(text: &str) -> Vec<u32> {
    let graphemes = carrier_graphemes(text);
    let encoding = match find_costly(&graphemes) {
        Some(_) => Encoding::Ucs2,
        None => Encoding::Gsm7,
    };
    let sizes: Vec<u32> = graphemes
        .iter()
        .map(|grapheme| units_of(grapheme, encoding))
        .collect();
    let starts = pack(&sizes, encoding).0;
    let before = |index: &usize| {
        graphemes
            .iter()
            .take(*index)
            .map(|grapheme| utf16_units(grapheme))
            .sum()
    };
    starts.iter().map(before).collect()
}

/// Packs units that must not be split. The first segment is filled as if it were alone; when it turns
/// out not to be, it gets its header and gives what no longer fits to the second. That second segment
/// then takes the unit that was waiting even if it overflows, as the calculator has it.
/// Returns where further segments begin, as indices, and the room in the last, in units.
fn pack(sizes: &[u32], encoding: Encoding) -> (Vec<usize>, u32) {
    let unit_bits = encoding.unit_bits();
    let (mut starts, mut used) = (Vec::new(), 0_u32);
    for (index, size) in sizes.iter().enumerate() {
        let bits = size * unit_bits;
        if used + bits > SEGMENT_BITS {
            let (start, over) = if starts.is_empty() {
                overhang(sizes.get(..index).unwrap_or_default(), unit_bits)
            } else {
                (index, 0)
            };
            starts.push(start);
            used = HEADER_BITS + over;
        }
        used += bits;
    }
    (starts, SEGMENT_BITS.saturating_sub(used) / unit_bits)
}

/// Where the part of the first segment begins that does not fit beside a header, and its bits.
fn overhang(first: &[u32], unit_bits: u32) -> (usize, u32) {
    let mut room = SEGMENT_BITS - HEADER_BITS;
    let (mut start, mut over) = (first.len(), 0);
    for (index, bits) in first.iter().map(|size| size * unit_bits).enumerate() {
        if over == 0 && bits <= room {
            room -= bits;
        } else {
            start = start.min(index);
            over += bits;
        }
    }
    (start, over)
}

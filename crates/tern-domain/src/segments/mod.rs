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
    let (segments, left_in_segment) = pack(&sizes, encoding);
    Measure {
        encoding,
        units,
        characters: match encoding {
            Encoding::Gsm7 => units,
            Encoding::Ucs2 => count(graphemes.len()),
        },
        segments,
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

/// Packs units that must not be split. The first segment is filled as if it were alone; when it turns
/// out not to be, it gets its header and gives what no longer fits to the second. That second segment
/// then takes the unit that was waiting even if it overflows, as the calculator has it.
/// Returns the segments and the room in the last, in units.
fn pack(sizes: &[u32], encoding: Encoding) -> (u32, u32) {
    let unit_bits = encoding.unit_bits();
    let (mut segments, mut used) = (1_u32, 0_u32);
    for (index, size) in sizes.iter().enumerate() {
        let bits = size * unit_bits;
        if used + bits > SEGMENT_BITS {
            let first = if segments == 1 {
                sizes.get(..index).unwrap_or_default()
            } else {
                &[]
            };
            segments += 1;
            used = HEADER_BITS + overhang(first, unit_bits);
        }
        used += bits;
    }
    (segments, SEGMENT_BITS.saturating_sub(used) / unit_bits)
}

/// Bits of the first segment that do not fit beside a header.
fn overhang(first: &[u32], unit_bits: u32) -> u32 {
    let mut room = SEGMENT_BITS - HEADER_BITS;
    let mut over = 0;
    for bits in first.iter().map(|size| size * unit_bits) {
        if over == 0 && bits <= room {
            room -= bits;
        } else {
            over += bits;
        }
    }
    over
}

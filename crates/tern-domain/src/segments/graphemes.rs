//! Graphemes as Twilio's published calculator sees them: by the rules of Unicode 10.
//!
//! Later rules keep more together (new emoji, Indic conjuncts). The counts shown to an agent are to be
//! those of the calculator, so the later clusters are taken apart, and joined, where it does.

use std::ops::RangeInclusive;

use unicode_segmentation::UnicodeSegmentation as _;

const JOINER: char = '\u{200d}';
const INDICATORS: RangeInclusive<char> = '\u{1f1e6}'..='\u{1f1ff}';
const MODIFIERS: RangeInclusive<char> = '\u{1f3fb}'..='\u{1f3ff}';

/// What Unicode 10 joins to a joiner before it.
const AFTER_JOINER: &str = "♀♂⚕⚖✈❤🌈🌾🍳🎓🎤🎨🏫🏭👦👧👨👩💋💻💼🔧🔬🗨🚀🚒";

/// What Unicode 10 joins to a skin tone after it.
const MODIFIER_BASES: [RangeInclusive<char>; 31] = [
    '☝'..='☝',
    '⛹'..='⛹',
    '✊'..='✍',
    '\u{1f385}'..='\u{1f385}',
    '\u{1f3c2}'..='\u{1f3c4}',
    '\u{1f3c7}'..='\u{1f3c7}',
    '\u{1f3ca}'..='\u{1f3cc}',
    '\u{1f442}'..='\u{1f443}',
    '\u{1f446}'..='\u{1f450}',
    '\u{1f466}'..='\u{1f469}',
    '\u{1f46e}'..='\u{1f46e}',
    '\u{1f470}'..='\u{1f478}',
    '\u{1f47c}'..='\u{1f47c}',
    '\u{1f481}'..='\u{1f483}',
    '\u{1f485}'..='\u{1f487}',
    '\u{1f4aa}'..='\u{1f4aa}',
    '\u{1f574}'..='\u{1f575}',
    '\u{1f57a}'..='\u{1f57a}',
    '\u{1f590}'..='\u{1f590}',
    '\u{1f595}'..='\u{1f596}',
    '\u{1f645}'..='\u{1f647}',
    '\u{1f64b}'..='\u{1f64f}',
    '\u{1f6a3}'..='\u{1f6a3}',
    '\u{1f6b4}'..='\u{1f6b6}',
    '\u{1f6c0}'..='\u{1f6c0}',
    '\u{1f6cc}'..='\u{1f6cc}',
    '\u{1f918}'..='\u{1f91c}',
    '\u{1f91e}'..='\u{1f91f}',
    '\u{1f926}'..='\u{1f926}',
    '\u{1f930}'..='\u{1f93e}',
    '\u{1f9d1}'..='\u{1f9dd}',
];

/// Not bases, although they lie in a range above.
const NO_BASES: &str = "🤺🤻🤼";

/// Takes a text apart the calculator's way; a line break of two characters is two as well.
pub(super) fn carrier_graphemes(text: &str) -> Vec<&str> {
    let mut out = Vec::new();
    let mut start = 0;
    let mut base = None;
    let mut previous: Option<char> = None;
    let modern: std::collections::BTreeSet<usize> = text
        .grapheme_indices(true)
        .map(|(index, _)| index)
        .collect();
    for (index, current) in text.char_indices() {
        let is_full = text.get(start..index).is_some_and(is_marked_flag);
        if let Some(before) = previous
            && (is_full || breaks(before, current, base, modern.contains(&index)))
        {
            out.extend(text.get(start..index));
            start = index;
        }
        if !extends(current) {
            base = Some(current);
        }
        previous = Some(current);
    }
    out.extend(text.get(start..).filter(|rest| !rest.is_empty()));
    out
}

fn breaks(before: char, current: char, base: Option<char>, is_modern_break: bool) -> bool {
    if before == JOINER && AFTER_JOINER.contains(current) {
        return false;
    }
    if MODIFIERS.contains(&current) {
        return !base.is_some_and(takes_modifier);
    }
    is_modern_break || (!before.is_ascii() || before == '\r') && breaks_alone(before, current)
}

/// Inside a cluster of today, Unicode 10 looked at two neighbours only.
fn breaks_alone(before: char, current: char) -> bool {
    let pair: String = [before, current].iter().collect();
    pair == "\r\n" || pair.graphemes(true).count() > 1
}

/// A flag with a mark on it takes no second one: not a rule of Unicode's, but the calculator's library has it.
fn is_marked_flag(piece: &str) -> bool {
    let mut characters = piece.chars();
    let mut is_indicator = || characters.next().is_some_and(|c| INDICATORS.contains(&c));
    is_indicator() && is_indicator() && characters.next().is_some()
}

fn takes_modifier(base: char) -> bool {
    MODIFIER_BASES.iter().any(|range| range.contains(&base)) && !NO_BASES.contains(base)
}

/// A mark that leaves its base the base. Joiners and skin tones end it, as Unicode 10 had it.
fn extends(character: char) -> bool {
    if character.is_ascii() || character == JOINER || MODIFIERS.contains(&character) {
        return false;
    }
    let pair: String = ['a', character].iter().collect();
    pair.graphemes(true).count() == 1
}

//! Where the published calculator sees one character end and the next begin: by the rules of Unicode 10, with
//! the slips of the library it uses. Owns the differences to today's rules, which `unicode-segmentation` knows.
//! Written from that library's tables, on purpose without looking at any other part of Tern.

use unicode_segmentation::UnicodeSegmentation;

const ZERO_WIDTH_JOINER: char = '\u{200d}';

/// The pieces of `body` that are never cut, each with its offset; CR and LF are two.
pub(crate) fn pieces(body: &str) -> Vec<(usize, &str)> {
    let mut pieces = Vec::new();
    let mut cluster = Cluster::default();
    let mut begin = 0;
    let mut modern = body
        .grapheme_indices(true)
        .map(|(offset, _)| offset)
        .peekable();
    for (offset, character) in body.char_indices() {
        let is_modern_start = modern.next_if_eq(&offset).is_some();
        if offset > 0 && cluster.ends_before(character, is_modern_start) {
            pieces.extend(body.get(begin..offset).map(|piece| (begin, piece)));
            begin = offset;
            cluster = Cluster::default();
        }
        cluster.take(character);
    }
    pieces.extend(
        body.get(begin..)
            .filter(|rest| !rest.is_empty())
            .map(|rest| (begin, rest)),
    );
    pieces
}

/// What matters of the characters taken so far.
#[derive(Default)]
struct Cluster {
    last: Option<char>,
    before_last: Option<char>,
    /// Flags are two regional indicators, at the very start.
    indicators: usize,
    is_only_indicators: bool,
    has_mark: bool,
}

impl Cluster {
    fn take(&mut self, character: char) {
        let is_indicator = matches!(character, '\u{1f1e6}'..='\u{1f1ff}');
        self.is_only_indicators = is_indicator && (self.last.is_none() || self.is_only_indicators);
        self.indicators += usize::from(is_indicator);
        self.has_mark |= is_mark(character);
        self.before_last = self.last.replace(character);
    }

    fn ends_before(&self, next: char, is_modern_start: bool) -> bool {
        let Some(last) = self.last else { return false };
        if last.is_ascii() && (is_modern_start || next.is_ascii()) {
            return true;
        }
        // A slip of the library: a flag takes one mark and no more.
        if self.indicators == 2 && !self.is_only_indicators {
            return true;
        }
        if is_skin_tone(next) {
            return !self.can_take_skin_tone();
        }
        if last == ZERO_WIDTH_JOINER && is_glued_by_joiner(next) {
            return false;
        }
        // Unicode 10 looked at two neighbours where today's rules look further back.
        is_modern_start || is_break_between(last, next)
    }

    /// A skin tone needs its base right before it, or one mark earlier; after more marks the library is lost.
    fn can_take_skin_tone(&self) -> bool {
        let is_base = |character: Option<char>| character.is_some_and(is_skin_tone_base);
        if self.has_mark {
            self.last.is_some_and(is_mark) && is_base(self.before_last)
        } else {
            is_base(self.last)
        }
    }
}

fn is_break_between(first: char, second: char) -> bool {
    let pair: String = [first, second].iter().collect();
    pair == "\r\n" || pair.graphemes(true).nth(1).is_some()
}

/// Unicode 10's class Extend: joins what is before it, but for joiners and skin tones, which were classes apart.
fn is_mark(character: char) -> bool {
    !character.is_ascii()
        && character != ZERO_WIDTH_JOINER
        && !is_skin_tone(character)
        && !is_break_between('a', character)
}

const fn is_skin_tone(character: char) -> bool {
    matches!(character, '\u{1f3fb}'..='\u{1f3ff}')
}

/// Unicode 10's classes Glue After ZWJ and E Base GAZ.
const fn is_glued_by_joiner(character: char) -> bool {
    matches!(
        character as u32,
        0x2640 | 0x2642 | 0x2695..=0x2696 | 0x2708 | 0x2764 | 0x1f308 | 0x1f33e | 0x1f373 | 0x1f393
            | 0x1f3a4 | 0x1f3a8 | 0x1f3eb | 0x1f3ed | 0x1f466..=0x1f469 | 0x1f48b | 0x1f4bb..=0x1f4bc
            | 0x1f527 | 0x1f52c | 0x1f5e8 | 0x1f680 | 0x1f692
    )
}

/// Unicode 10's classes E Base and E Base GAZ.
const fn is_skin_tone_base(character: char) -> bool {
    matches!(
        character as u32,
        0x261d | 0x26f9 | 0x270a..=0x270d | 0x1f385 | 0x1f3c2..=0x1f3c4 | 0x1f3c7 | 0x1f3ca..=0x1f3cc
            | 0x1f442..=0x1f443 | 0x1f446..=0x1f450 | 0x1f466..=0x1f469 | 0x1f46e | 0x1f470..=0x1f478
            | 0x1f47c | 0x1f481..=0x1f483 | 0x1f485..=0x1f487 | 0x1f4aa | 0x1f574..=0x1f575 | 0x1f57a
            | 0x1f590 | 0x1f595..=0x1f596 | 0x1f645..=0x1f647 | 0x1f64b..=0x1f64f | 0x1f6a3
            | 0x1f6b4..=0x1f6b6 | 0x1f6c0 | 0x1f6cc | 0x1f918..=0x1f91c | 0x1f91e..=0x1f91f | 0x1f926
            | 0x1f930..=0x1f939 | 0x1f93d..=0x1f93e | 0x1f9d1..=0x1f9dd
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(body: &str, expected: usize) {
        let found = pieces(body);
        assert_eq!(found.len(), expected, "{found:?}");
        assert_eq!(
            found.iter().map(|(_, piece)| *piece).collect::<String>(),
            body
        );
    }

    // The counts were read off grapheme-splitter 1.0.4, but for the line break, which the calculator cuts itself.
    #[test]
    fn what_later_rules_keep_together_is_taken_apart() {
        check("क्षि", 2);
        check("🧑\u{200d}🤝\u{200d}🧑", 3);
        check("🏴\u{200d}☠\u{fe0f}", 2);
        check("🫱🏼", 2);
        check("👨\u{200d}👩\u{200d}👧\u{200d}👦", 1);
        check("👍🏽", 1);
        check("☝\u{fe0f}🏽", 1);
    }

    #[test]
    fn what_the_library_does_differently_is_done_too() {
        check("\r\n", 2);
        check("a\u{200d}❤", 1);
        check("🇮🇹\u{fe0f}", 1);
        check("🇮🇹\u{fe0f}\u{301}", 2);
        check("🇮🇹🇺🇳", 2);
        check("e\u{301}", 1);
        check("", 0);
    }
}

//! Scripts that are not found word by word: they write no spaces, or join endings to their words.
//!
//! Owns the list of their letters, which the index of every file is made with. It refuses to know languages: a
//! text may have several.

/// Letters of such scripts that count as one word of a search's length.
pub(super) const LETTERS_OF_A_WORD: usize = 4;

/// A letter, mark or digit of a script that is found by any of its letters: Chinese, Japanese and Korean ones, Thai,
/// Lao, Tibetan, Burmese, Khmer and their neighbours.
///
/// Files have an index that was made with this list. Another list needs a migration that indexes texts anew.
#[must_use]
pub const fn is_unspaced(letter: char) -> bool {
    matches!(letter,
        '\u{0E01}'..='\u{0E3A}' | '\u{0E40}'..='\u{0E4E}' | '\u{0E50}'..='\u{0E59}'
        | '\u{0E81}'..='\u{0EDF}'
        | '\u{0F20}'..='\u{0F33}' | '\u{0F40}'..='\u{0F84}' | '\u{0F88}'..='\u{0FBC}'
        | '\u{1000}'..='\u{1049}' | '\u{1050}'..='\u{109D}'
        | '\u{1100}'..='\u{11FF}' | '\u{A960}'..='\u{A97C}' | '\u{AC00}'..='\u{D7A3}' | '\u{D7B0}'..='\u{D7FB}'
        | '\u{1780}'..='\u{17D3}' | '\u{17D7}' | '\u{17DC}'..='\u{17E9}'
        | '\u{1950}'..='\u{19DA}' | '\u{1A20}'..='\u{1A99}'
        | '\u{2F00}'..='\u{2FD5}'
        | '\u{3005}'..='\u{3007}' | '\u{3021}'..='\u{3029}' | '\u{3031}'..='\u{3035}' | '\u{303B}'
        | '\u{3041}'..='\u{3096}' | '\u{309D}'..='\u{309F}' | '\u{30A1}'..='\u{30FA}' | '\u{30FC}'..='\u{30FF}'
        | '\u{3105}'..='\u{312F}' | '\u{3131}'..='\u{318E}' | '\u{31A0}'..='\u{31BF}' | '\u{31F0}'..='\u{31FF}'
        | '\u{3400}'..='\u{4DBF}' | '\u{4E00}'..='\u{9FFF}' | '\u{F900}'..='\u{FAD9}'
        | '\u{FF66}'..='\u{FF9F}' | '\u{FFA1}'..='\u{FFDC}'
        | '\u{1B000}'..='\u{1B16F}' | '\u{20000}'..='\u{2FA1D}' | '\u{30000}'..='\u{323AF}'
    )
}

/// Something that can be looked for.
pub(super) fn is_wanted(letter: char) -> bool {
    letter.is_alphanumeric() || is_unspaced(letter)
}

/// A run of letters as the index takes texts apart, with what it counts of a search's length.
pub(super) fn runs(words: &str) -> impl Iterator<Item = (&str, usize)> {
    let mut rest = words;
    std::iter::from_fn(move || {
        rest = rest.trim_start_matches(|letter| !is_wanted(letter));
        let is_unspaced_run = rest.chars().next().map(is_unspaced)?;
        let end = rest
            .find(|letter| !is_wanted(letter) || is_unspaced(letter) != is_unspaced_run)
            .unwrap_or(rest.len());
        let (run, after) = rest.split_at_checked(end)?;
        rest = after;
        let count = if is_unspaced_run {
            run.chars().count().div_ceil(LETTERS_OF_A_WORD)
        } else {
            1
        };
        Some((run, count))
    })
}

//! Texts of scripts that write no spaces: what the index has for them, how they are asked for, and which of their
//! letters matched.
//!
//! The index takes a run of such letters for one word, so it is given the letters in pairs beside it: 東京都 is 東京,
//! 京都 and 都. Any piece of it is then a word, the beginning of one, or words next to each other. Only texts that have
//! such letters have any of this. Owns the form of the pairs, which is in files already: another form needs a migration.

use rusqlite::Connection;
use rusqlite::functions::FunctionFlags;
use tern_domain::search::{SearchTerm, is_unspaced};
use unicode_normalization::UnicodeNormalization as _;
use unicode_normalization::char::canonical_combining_class;

use super::snippet::SnippetPart;

/// Letters of a snippet.
const SNIPPET: usize = 90;
/// Letters of a snippet before the first match.
const BEFORE: usize = 24;

/// Gives a connection the function that the views of the index are made with.
pub(crate) fn add_function(connection: &Connection) -> Result<(), rusqlite::Error> {
    let flags = FunctionFlags::SQLITE_UTF8
        | FunctionFlags::SQLITE_DETERMINISTIC
        | FunctionFlags::SQLITE_INNOCUOUS;
    connection.create_scalar_function("unspaced", 1, flags, |context| {
        Ok(pairs(context.get_raw(0).as_str()?))
    })
}

/// A letter that is as wide as a Chinese one, or several in one, and is looked for by its usual form.
const fn is_wide(letter: char) -> bool {
    matches!(letter, '\u{3200}'..='\u{33FF}' | '\u{FF10}'..='\u{FF19}' | '\u{FF21}'..='\u{FF3A}' | '\u{FF41}'..='\u{FF5A}')
}

/// Facets are characters for private use: no text may bring its own.
const fn is_private(letter: char) -> bool {
    matches!(letter, '\u{E000}'..='\u{F8FF}')
}

/// Whether the index has more for a text than its words.
pub(super) fn has_pairs(text: &str) -> bool {
    text.chars()
        .any(|letter| is_unspaced(letter) || is_wide(letter))
}

/// It belongs to the letter before it: a mark, or a part of a syllable.
fn goes_on(letter: char) -> bool {
    canonical_combining_class(letter) != 0
        || matches!(letter, '\u{FF9E}' | '\u{FF9F}' | '\u{1160}'..='\u{11FF}' | '\u{D7B0}'..='\u{D7FF}')
}

/// A letter in its usual form, and where it stands in the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Letter {
    usual: char,
    start: usize,
    end: usize,
}

/// The letters of a text in their usual forms: full-width Latin ones narrow, half-width kana wide, parts joined.
fn letters(text: &str) -> Vec<Letter> {
    let mut letters = Vec::with_capacity(text.len() / 2);
    let mut indices = text.char_indices().peekable();
    while let Some((start, first)) = indices.next() {
        let mut end = start + first.len_utf8();
        while let Some((at, next)) = indices.next_if(|(_, next)| goes_on(*next)) {
            end = at + next.len_utf8();
        }
        let piece = text.get(start..end).unwrap_or_default();
        letters.extend(
            piece
                .nfkc()
                .map(|usual| if is_private(usual) { ' ' } else { usual })
                .map(|usual| Letter { usual, start, end }),
        );
    }
    letters
}

/// The index's tokenizer takes marks for spaces, which in these scripts are vowels: they become letters for private
/// use that no facet uses.
fn indexed(letter: char) -> char {
    let code = u32::from(letter);
    let moved = match code {
        0x0E00..=0x10FF => code - 0x0E00 + 0xE010,
        0x1780..=0x1AAF => code - 0x1780 + 0xE310,
        _ => code,
    };
    char::from_u32(moved).unwrap_or(letter)
}

/// What the index has for a text beside its words: all of it, with the letters of scripts without spaces in pairs.
fn pairs(text: &str) -> Option<String> {
    has_pairs(text).then(|| spell(&letters(text), true).0)
}

/// Writes letters as the index has them; tells whether the last word may go on.
fn spell(letters: &[Letter], is_whole: bool) -> (String, bool) {
    let mut spelled = String::with_capacity(letters.len() * 8);
    let mut is_open = false;
    for (index, letter) in letters.iter().enumerate() {
        if !is_unspaced(letter.usual) {
            spelled.push(letter.usual);
            continue;
        }
        let neighbour = |at: usize| letters.get(at).filter(|it| is_unspaced(it.usual));
        let next = neighbour(index + 1);
        let is_alone = index.checked_sub(1).and_then(neighbour).is_none();
        let is_last = index + 1 == letters.len();
        if is_last && !is_whole {
            if !is_alone {
                // The pair before has it.
                break;
            }
            is_open = true;
        }
        spelled.push(' ');
        spelled.push(indexed(letter.usual));
        spelled.extend(next.map(|next| indexed(next.usual)));
        spelled.push(' ');
    }
    (spelled, is_open)
}

/// How a term is asked for.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Wording {
    /// The words of a phrase.
    pub(super) words: String,
    /// Its last word may go on.
    pub(super) is_open: bool,
    /// Only what the index has beside the words can have it.
    pub(super) is_of_pairs: bool,
}

/// How a term is asked for.
pub(super) fn wording(term: &SearchTerm) -> Wording {
    if !has_pairs(&term.words) {
        let clean = |letter: char| if is_private(letter) { ' ' } else { letter };
        return Wording {
            words: term.words.chars().map(clean).collect(),
            is_open: term.is_open,
            is_of_pairs: false,
        };
    }
    let mut letters = letters(&term.words);
    while letters.last().is_some_and(|last| !is_wanted(last.usual)) {
        letters.pop();
    }
    let ends_unspaced = letters.last().is_some_and(|last| is_unspaced(last.usual));
    let (words, goes_on) = spell(&letters, false);
    Wording {
        words,
        is_open: goes_on || (term.is_open && !ends_unspaced),
        is_of_pairs: letters.iter().any(|letter| is_unspaced(letter.usual)),
    }
}

pub(super) fn is_wanted(letter: char) -> bool {
    letter.is_alphanumeric() || is_unspaced(letter)
}

/// A letter without case and accent, as the index compares letters; of an unspaced script as it is.
fn folded(letter: char) -> char {
    if is_unspaced(letter) {
        return letter;
    }
    let plain = std::iter::once(letter).nfd().next().unwrap_or(letter);
    plain.to_lowercase().next().unwrap_or(plain)
}

/// A piece of a text of which the index does not tell what matched, with the matches marked.
pub(super) fn marked(text: &str, terms: &[SearchTerm]) -> Vec<SnippetPart> {
    let letters: Vec<Letter> = letters(text)
        .into_iter()
        .map(|letter| Letter {
            usual: folded(letter.usual),
            ..letter
        })
        .collect();
    let mut matched = vec![false; letters.len()];
    for term in terms.iter().filter(|term| !term.is_excluded) {
        for (run, is_open) in runs(term) {
            mark(&letters, &run, is_open, &mut matched);
        }
    }
    let first = matched.iter().position(|it| *it).unwrap_or(0);
    let from = if letters.len() <= SNIPPET {
        0
    } else {
        first.saturating_sub(BEFORE)
    };
    let until = letters.len().min(from + SNIPPET);
    cut(text, &letters, &matched, from..until)
}

/// The runs of a term: letters that have to stand together.
fn runs(term: &SearchTerm) -> Vec<(Vec<char>, bool)> {
    let mut runs: Vec<(Vec<char>, bool)> = Vec::new();
    let mut before: Option<bool> = None;
    for letter in letters(&term.words) {
        if !is_wanted(letter.usual) {
            before = None;
            continue;
        }
        let kind = is_unspaced(letter.usual);
        match runs.last_mut() {
            Some((run, _)) if before == Some(kind) => run.push(folded(letter.usual)),
            _ => runs.push((vec![folded(letter.usual)], kind)),
        }
        before = Some(kind);
    }
    if let Some((_, is_open)) = runs.last_mut() {
        *is_open |= term.is_open;
    }
    runs
}

/// Marks a run wherever it stands: anywhere for an unspaced script, at the beginning of words for others.
fn mark(letters: &[Letter], run: &[char], is_open: bool, matched: &mut [bool]) {
    let is_word =
        |at: Option<&Letter>| at.is_some_and(|it| is_wanted(it.usual) && !is_unspaced(it.usual));
    let is_words = run.first().is_some_and(|first| !is_unspaced(*first));
    for start in 0..letters.len() {
        let end = start + run.len();
        let Some(window) = letters.get(start..end) else {
            break;
        };
        let is_same = window
            .iter()
            .zip(run)
            .all(|(letter, wanted)| letter.usual == *wanted);
        if !is_same {
            continue;
        }
        let begins = !is_word(start.checked_sub(1).and_then(|before| letters.get(before)));
        let ends = is_open || !is_word(letters.get(end));
        if (!is_words || (begins && ends))
            && let Some(marks) = matched.get_mut(start..end)
        {
            marks.fill(true);
        }
    }
}

/// Cuts a text into its marked and unmarked parts.
fn cut(
    text: &str,
    letters: &[Letter],
    matched: &[bool],
    range: std::ops::Range<usize>,
) -> Vec<SnippetPart> {
    let mut parts: Vec<SnippetPart> = Vec::new();
    let mut push = |piece: &str, is_match: bool| match parts.last_mut() {
        Some(part) if part.matched == is_match => part.text.push_str(piece),
        _ => parts.push(SnippetPart {
            text: piece.to_owned(),
            matched: is_match,
        }),
    };
    if range.start > 0 {
        push("…", false);
    }
    let mut at = letters.get(range.start).map_or(0, |letter| letter.start);
    for (letter, is_match) in letters
        .iter()
        .zip(matched)
        .take(range.end)
        .skip(range.start)
    {
        // Letters that were one in the text are one here.
        if letter.end <= at {
            continue;
        }
        push(text.get(at..letter.end).unwrap_or_default(), *is_match);
        at = letter.end;
    }
    if range.end < letters.len() {
        push("…", false);
    }
    parts
}

#[cfg(test)]
mod tests {
    use tern_domain::search::plain_terms;

    use super::*;

    fn worded(text: &str) -> (String, bool, bool) {
        let wording = wording(plain_terms(text).first().unwrap());
        let words: Vec<_> = wording.words.split_whitespace().collect();
        (words.join(" "), wording.is_open, wording.is_of_pairs)
    }

    /// Files have an index that was made with this. If it fails, texts have to be indexed anew by a migration.
    #[test]
    fn what_the_index_of_existing_files_was_made_with_stays() {
        let kept =
            |text: &str| pairs(text).map(|it| it.split_whitespace().collect::<Vec<_>>().join(" "));
        assert_eq!(kept("Is the café open?"), None);
        assert_eq!(kept("東京都").as_deref(), Some("東京 京都 都"));
        assert_eq!(
            kept("我的iPhone坏了!").as_deref(),
            Some("我的 的 iPhone 坏了 了 !")
        );
        assert_eq!(kept("ＡＢＣ１２").as_deref(), Some("ABC12"));
        assert_eq!(kept("ｶﾞﾗｽ").as_deref(), Some("ガラ ラス ス"));
        assert_eq!(kept("か\u{3099}く").as_deref(), Some("がく く"));
        assert_eq!(
            kept("\u{1112}\u{1161}\u{11AB}국").as_deref(),
            Some("한국 국")
        );
        assert_eq!(
            kept("ไม่").as_deref(),
            Some("\u{E054}\u{E031} \u{E031}\u{E058} \u{E058}")
        );
        assert_eq!(kept("東\u{E001}京").as_deref(), Some("東 京"));
    }

    #[test]
    fn a_term_is_asked_for_by_its_pairs() {
        assert_eq!(worded("東京都"), ("東京 京都".into(), false, true));
        assert_eq!(worded("都"), ("都".into(), true, true));
        assert_eq!(worded("iPhone坏"), ("iPhone 坏".into(), true, true));
        assert_eq!(worded("坏了iPho"), ("坏了 了 iPho".into(), true, true));
        assert_eq!(worded("坏了iPho "), ("坏了 了 iPho".into(), false, true));
        assert_eq!(worded("ＡＢＣ"), ("ABC".into(), true, false));
        assert_eq!(worded("shoes"), ("shoes".into(), true, false));
    }

    fn shown(text: &str, query: &str) -> String {
        marked(text, &plain_terms(query))
            .iter()
            .map(|part| {
                if part.matched {
                    format!("[{}]", part.text)
                } else {
                    part.text.clone()
                }
            })
            .collect()
    }

    #[test]
    fn matches_are_marked_as_they_were_written() {
        assert_eq!(shown("昨日東京都へ", "東京"), "昨日[東京]都へ");
        assert_eq!(shown("我的iPhone坏了", "IPHO"), "我的[iPho]ne坏了");
        assert_eq!(
            shown("我的iPhone坏了 Phone", "phone "),
            "我的iPhone坏了 [Phone]"
        );
        assert_eq!(shown("ｶﾞﾗｽ と Café", "ガラ cafe"), "[ｶﾞﾗ]ｽ と [Café]");
        let long = format!("{}鍵{}", "あ".repeat(200), "い".repeat(200));
        let found = shown(&long, "鍵");
        assert!(found.starts_with("…あ") && found.contains("[鍵]") && found.ends_with("い…"));
        assert_eq!(shown("東京", "大阪"), "東京");
    }
}

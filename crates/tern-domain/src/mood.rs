//! How somebody seems to feel by the words they wrote: an estimate for the agent who takes over (H-5).
//!
//! A word list for English judges each text (VADER). Texts in other languages are not judged at all, and
//! neither is too little of any: no word is better than a wrong one.

use std::sync::LazyLock;

use vader_sentimental::SentimentIntensityAnalyzer;
use whatlang::{Detector, Lang};

use crate::language::IN_LATIN_LETTERS;

/// How somebody seems to feel.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Mood {
    /// Angry, disappointed or sad.
    Upset,
    /// Neither.
    Neutral,
    /// Content or grateful.
    Pleased,
}

/// Fewer words do not tell a language, much less a mood.
const FEWEST_WORDS: usize = 4;
/// From here on the mean of the texts, between -1 and 1, is a mood. One strong word reaches it, a mild one not.
const MARKED: f64 = 0.3;
/// No text is read beyond this; a longer one says it again.
const LONGEST_TEXT: usize = 2_000;
/// Words that the list counts as feelings, and that are courtesy or answers here: "please help" is no praise.
const NO_FEELING: [&str; 16] = [
    "please", "pls", "help", "helps", "hello", "hi", "hey", "dear", "like", "yes", "yeah", "no",
    "nope", "ok", "okay", "sure",
];
/// Beginnings of words that the list counts as unhappy, and that say here what is the matter with a thing: a loose
/// saddle makes nobody angry, and everybody who writes to a support line has a problem.
const WHAT_IS_THE_MATTER: [&str; 41] = [
    "alarm",
    "bent",
    "block",
    "break",
    "broke",
    "bug",
    "burn",
    "cancel",
    "charg",
    "confus",
    "crack",
    "crash",
    "cut",
    "damag",
    "dead",
    "defect",
    "delay",
    "difficult",
    "dirt",
    "error",
    "fail",
    "fault",
    "fell",
    "fire",
    "hole",
    "incorrect",
    "issue",
    "lack",
    "leak",
    "loose",
    "lost",
    "lose",
    "miss",
    "mistake",
    "pay",
    "problem",
    "reject",
    "stop",
    "stuck",
    "trouble",
    "wrong",
];
static DETECTOR: LazyLock<Detector> =
    LazyLock::new(|| Detector::with_allowlist(IN_LATIN_LETTERS.to_vec()));
static WORDS: LazyLock<SentimentIntensityAnalyzer<'static>> =
    LazyLock::new(SentimentIntensityAnalyzer::new);

/// How somebody seems to feel by these texts of theirs; `None` where that cannot be told.
#[must_use]
pub fn mood_of<'t>(texts: impl IntoIterator<Item = &'t str>) -> Option<Mood> {
    let texts: Vec<String> = texts
        .into_iter()
        .map(|text| text.chars().take(LONGEST_TEXT).collect())
        .collect();
    let together = texts.join(" ");
    let has_words = |text: &str| text.split_whitespace().filter(|it| is_word(it)).count();
    if has_words(&together) < FEWEST_WORDS {
        return None;
    }
    let language = DETECTOR.detect(&together)?;
    if language.lang() != Lang::Eng {
        return None;
    }
    let scores: Vec<f64> = texts
        .iter()
        .map(|text| WORDS.polarity_scores(&feelings(text)).compound)
        .filter(|score| *score != 0.0)
        .collect();
    if scores.is_empty() {
        // Nothing was said about feelings: in English that means something, in a guess at English it does not,
        // unless the words that were passed over are English too.
        let is_english = language.is_reliable() || together.split_whitespace().any(is_matter);
        return is_english.then_some(Mood::Neutral);
    }
    let count = u32::try_from(scores.len()).unwrap_or(u32::MAX);
    let mean = scores.iter().sum::<f64>() / f64::from(count);
    Some(if mean <= -MARKED {
        Mood::Upset
    } else if mean >= MARKED {
        Mood::Pleased
    } else {
        Mood::Neutral
    })
}

/// The text without the words that are no feelings here.
fn feelings(text: &str) -> String {
    text.split_whitespace()
        .filter(|word| !is_matter(word) && !NO_FEELING.contains(&plain(word).as_str()))
        .collect::<Vec<_>>()
        .join(" ")
}

fn is_matter(word: &str) -> bool {
    let word = plain(word);
    WHAT_IS_THE_MATTER.iter().any(|it| word.starts_with(it))
}

fn plain(word: &str) -> String {
    word.trim_matches(|it: char| !it.is_alphanumeric())
        .to_lowercase()
}

fn is_word(piece: &str) -> bool {
    piece.chars().filter(|it| it.is_alphabetic()).count() > 1
}

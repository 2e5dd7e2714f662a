//! The language that somebody writes, told from their first words (V-37).

use std::sync::LazyLock;

use isolang::Language as Code;
use serde::{Deserialize, Serialize};
use whatlang::{Detector, Info, Lang, Script};

/// A language. Stored as its two letters (ISO 639-1), or as three (ISO 639-3) where it has no two.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub struct Language(Code);

/// Letters that stand for no language.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("“{0}” stands for no language")]
pub struct NoLanguage(String);

/// Fewer words of letters do not tell a language.
const FEWEST_WORDS: usize = 4;
/// Where words are written without gaps, fewer signs do not.
const FEWEST_SIGNS: usize = 4;
/// Below this it is a guess, whoever shares it.
const LEAST_CONFIDENCE: f64 = 0.3;
/// No text is read beyond this many characters; a longer one is in the same language.
const LONGEST_TEXT: usize = 2_000;

/// Languages written in Latin letters that are told apart. Fewer candidates make the choice surer.
pub(crate) const IN_LATIN_LETTERS: [Lang; 16] = [
    Lang::Eng,
    Lang::Spa,
    Lang::Por,
    Lang::Fra,
    Lang::Deu,
    Lang::Ita,
    Lang::Nld,
    Lang::Swe,
    Lang::Dan,
    Lang::Pol,
    Lang::Ces,
    Lang::Hun,
    Lang::Ron,
    Lang::Tur,
    Lang::Vie,
    Lang::Tgl,
];

static DETECTOR: LazyLock<Detector> = LazyLock::new(|| {
    let is_candidate =
        |lang: &Lang| IN_LATIN_LETTERS.contains(lang) || !Script::Latin.langs().contains(lang);
    Detector::with_allowlist(Lang::all().iter().copied().filter(is_candidate).collect())
});

impl Language {
    /// V-37: the language of a text; `None` where that cannot be told reliably, as of most short ones. No language
    /// is better than a wrong one.
    #[must_use]
    pub fn of(text: &str) -> Option<Self> {
        let text: String = text.chars().take(LONGEST_TEXT).collect();
        let found = DETECTOR.detect(&text)?;
        if !is_enough(&text, &found) || !(found.is_reliable() || is_seconded(&text, &found)) {
            return None;
        }
        // The detector names the two written forms of Chinese by one of them.
        let code = match found.lang() {
            Lang::Cmn => Code::Zho,
            lang => Code::from_639_3(lang.code())?,
        };
        Some(Self(code))
    }

    /// Its letters: two if it has them, else three.
    #[must_use]
    pub fn code(self) -> &'static str {
        self.0.to_639_1().unwrap_or_else(|| self.0.to_639_3())
    }

    /// What it is called in English.
    #[must_use]
    pub fn name(self) -> &'static str {
        // "Dutch; Flemish" is one language by two names.
        let name = self.0.to_name();
        name.split_once(';').map_or(name, |(first, _)| first)
    }
}

/// Whether another detector, which learned from other texts, says the same of what one alone is not sure of.
fn is_seconded(text: &str, found: &Info) -> bool {
    found.confidence() >= LEAST_CONFIDENCE
        && whichlang::detect_language(text).three_letter_code() == found.lang().code()
}

/// Whether there are words enough to trust what was found.
fn is_enough(text: &str, found: &Info) -> bool {
    let is_sign = |it: &char| it.is_alphabetic();
    match found.script() {
        Script::Mandarin | Script::Hiragana | Script::Katakana | Script::Thai => {
            text.chars().filter(is_sign).count() >= FEWEST_SIGNS
        }
        _ => {
            let is_word = |piece: &&str| piece.chars().filter(is_sign).count() > 1;
            text.split_whitespace().filter(is_word).count() >= FEWEST_WORDS
        }
    }
}

impl From<Language> for String {
    fn from(language: Language) -> Self {
        language.code().to_owned()
    }
}

impl TryFrom<String> for Language {
    type Error = NoLanguage;

    fn try_from(letters: String) -> Result<Self, NoLanguage> {
        Code::from_639_1(&letters)
            .or_else(|| Code::from_639_3(&letters))
            .map(Self)
            .ok_or(NoLanguage(letters))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn v_37_tells_the_language_of_whole_sentences() {
        for (text, code, name) in [
            ("Hi, is the shop open tomorrow morning?", "en", "English"),
            (
                "Guten Tag, ich wollte fragen, wann mein Fahrrad repariert wird",
                "de",
                "German",
            ),
            (
                "Hola, quisiera saber si mi bicicleta ya está lista para recogerla",
                "es",
                "Spanish",
            ),
            (
                "Добрый день, я хотел бы узнать, когда будет готов мой заказ",
                "ru",
                "Russian",
            ),
            (
                "Bonjour, je voudrais savoir si mon vélo est prêt",
                "fr",
                "French",
            ),
            ("Dzień dobry, czy mój rower jest już gotowy", "pl", "Polish"),
            ("请问我的自行车修好了吗", "zh", "Chinese"),
            ("自転車の修理は終わりましたか", "ja", "Japanese"),
            ("자전거 수리가 언제 끝나는지 알고 싶어요", "ko", "Korean"),
        ] {
            let found = Language::of(text);
            assert_eq!(found.map(Language::code), Some(code), "{text}");
            assert_eq!(found.map(Language::name), Some(name), "{text}");
        }
    }

    #[test]
    fn v_37_says_nothing_where_words_are_few_or_names() {
        for text in [
            "",
            "hi",
            "STOP",
            "ok merci",
            "4711",
            "👍👍👍👍👍👍",
            "A-1043 B-2 C-3 D-4",
            "Lg Tv 55 inch model",
            "Maria Lopez Garcia Fernandez 4711",
            "好",
        ] {
            assert_eq!(Language::of(text), None, "{text}");
        }
    }

    #[test]
    fn v_37_is_stored_by_its_letters() {
        let german = Language::of("Wann kann ich mein Fahrrad bei Ihnen abholen, bitte?").unwrap();
        let stored = serde_json::to_string(&german).unwrap();
        assert_eq!(stored, "\"de\"");
        assert_eq!(serde_json::from_str::<Language>(&stored).unwrap(), german);
        assert!(serde_json::from_str::<Language>("\"klingonish\"").is_err());
    }
}

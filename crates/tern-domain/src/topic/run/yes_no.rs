//! V-4: what people write for yes and no, and how sure one can be of it.

use crate::topic::text::as_keyword;

/// V-4: least confidence, in hundredths, at which an answer is taken.
const ENOUGH: u8 = 90;

const YES: [(&str, u8); 27] = [
    ("yes", 100),
    ("y", 99),
    ("ye", 92),
    ("yea", 96),
    ("yeah", 98),
    ("yep", 98),
    ("yup", 98),
    ("yes please", 99),
    ("yeah please", 97),
    ("yes thanks", 98),
    ("sure", 95),
    ("sure thing", 94),
    ("ok", 93),
    ("okay", 93),
    ("of course", 96),
    ("correct", 97),
    ("that's right", 96),
    ("right", 92),
    ("please do", 94),
    ("absolutely", 96),
    ("definitely", 96),
    ("true", 95),
    ("\u{1f44d}", 95),
    ("i think so", 75),
    ("probably", 70),
    ("maybe", 50),
    ("i guess", 60),
];
const NO: [(&str, u8); 22] = [
    ("no", 100),
    ("n", 99),
    ("nope", 98),
    ("nah", 97),
    ("no thanks", 99),
    ("no thank you", 99),
    ("no thx", 97),
    ("not now", 92),
    ("not really", 91),
    ("never", 93),
    ("wrong", 93),
    ("incorrect", 95),
    ("negative", 94),
    ("don't", 91),
    ("false", 95),
    ("no way", 95),
    ("\u{1f44e}", 95),
    ("i don't think so", 80),
    ("probably not", 75),
    ("not sure", 40),
    ("i doubt it", 70),
    ("maybe not", 60),
];

/// Yes, no, or neither for sure.
pub(super) fn read(text: &str) -> Option<bool> {
    let said = as_keyword(text).replace('\u{2019}', "'");
    // A skin tone says nothing.
    let said: String = said
        .chars()
        .filter(|it| !('\u{1f3fb}'..='\u{1f3ff}').contains(it))
        .collect();
    let said = said.replace(',', "");
    let is_in = |words: &[(&str, u8)]| {
        words
            .iter()
            .any(|(word, confidence)| *word == said && *confidence >= ENOUGH)
    };
    if is_in(&YES) {
        Some(true)
    } else if is_in(&NO) {
        Some(false)
    } else {
        None
    }
}

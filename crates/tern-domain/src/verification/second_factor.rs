//! What is asked for after the PIN (L-2), and the code that is texted where no app shows one.
//!
//! A texted code goes to the number that writes, which is the registered one (L-5) or nobody's. It is drawn outside;
//! here are its words, how long it counts, and how often one is sent. What stands in a thread, an outbox or a journal
//! for such a text is its words without the digits.

use schemars::JsonSchema;
use secrecy::{ExposeSecret as _, SecretString};
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use super::ProofEntry;
use crate::time::{Millis, UtcMillis};

/// L-2: what is asked for after the PIN.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, Default, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum SecondFactor {
    /// The code that an authenticator app shows.
    #[default]
    GoogleAuthenticator,
    /// A code that is texted to the number. It goes to the same phone, so whoever holds the phone lacks only the PIN
    /// (L-17: medium, never alone).
    Sms,
}

/// What stands for the digits wherever the text is kept. It is in the carriers' alphabet, so the text counts as many
/// segments as the one that is sent.
const HIDDEN: &str = "******";
/// What follows them.
const WORDS: &str =
    " is your one-time code. It is good for ten minutes. Write it here and tell it to nobody.";

/// A code that was drawn to be texted. Wiped when dropped, never printed or stored.
#[derive(Debug, Clone)]
pub struct TextedCode {
    code: ProofEntry,
    drawn_at: UtcMillis,
}

impl TextedCode {
    /// How long it counts.
    pub const VALID: Millis = Millis::minutes(10);
    /// Random bytes that one is drawn from.
    pub const DRAWN_FROM: usize = 4;

    /// A code from random bytes; `None` if these would make some codes likelier than others.
    #[must_use]
    pub fn draw(random: [u8; Self::DRAWN_FROM], now: UtcMillis) -> Option<Self> {
        const CODES: u32 = 1_000_000;
        let number = u32::from_le_bytes(random);
        if number >= u32::MAX - u32::MAX % CODES {
            return None;
        }
        let digits = Zeroizing::new(format!("{:06}", number % CODES));
        ProofEntry::parse(&digits).map(|code| Self {
            code,
            drawn_at: now,
        })
    }

    /// Whether it still counts. A clock that was set back ends it too.
    #[must_use]
    pub fn counts_at(&self, now: UtcMillis) -> bool {
        (Millis::ZERO..Self::VALID).contains(&now.since(self.drawn_at))
    }

    /// When it counts no more.
    #[must_use]
    pub fn ends_at(&self) -> UtcMillis {
        self.drawn_at + Self::VALID
    }

    /// Whether an entry is this code, compared in constant time.
    #[must_use]
    pub fn is(&self, entry: &ProofEntry) -> bool {
        self.code == *entry
    }

    /// The digits.
    #[must_use]
    pub fn expose(&self) -> &str {
        self.code.expose()
    }

    /// The text that is sent.
    #[must_use]
    pub fn text(&self) -> SecretString {
        let digits = self.code.secret().expose_secret();
        SecretString::from(format!("{digits}{WORDS}"))
    }

    /// What is kept in its place.
    #[must_use]
    pub fn kept_text() -> String {
        format!("{HIDDEN}{WORDS}")
    }
}

/// A text without the digits of a texted code; `None` if it holds none. The carrier may have put words before it.
#[must_use]
pub fn without_code(text: &str) -> Option<String> {
    let before = text.trim_end().strip_suffix(WORDS)?;
    let at = before.len().checked_sub(HIDDEN.len())?;
    let (prefix, digits) = before.split_at_checked(at)?;
    digits
        .bytes()
        .all(|byte| byte.is_ascii_digit())
        .then(|| format!("{prefix}{HIDDEN}{WORDS}"))
}

/// When codes were texted to one number. They cost money, and a number that writes in a loop must not be answered
/// with a storm of them, whoever it is.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct CodeTexts(Vec<UtcMillis>);

impl CodeTexts {
    /// Most codes to one number…
    pub const MOST: usize = 3;
    /// …within this time.
    pub const WITHIN: Millis = Millis::hours(1);

    /// Whether another one may be sent. One that seems to be of the future was sent before a clock was set back: it
    /// counts.
    #[must_use]
    pub fn may_send_at(&self, now: UtcMillis) -> bool {
        let recent = self.0.iter().filter(|at| now.since(**at) < Self::WITHIN);
        recent.count() < Self::MOST
    }

    /// With one more.
    #[must_use]
    pub fn sent(mut self, now: UtcMillis) -> Self {
        self.0.retain(|at| now.since(*at) < Self::WITHIN);
        self.0.push(now);
        self
    }

    /// Nothing of it counts any more.
    #[must_use]
    pub fn is_over_at(&self, now: UtcMillis) -> bool {
        self.0.iter().all(|at| now.since(*at) >= Self::WITHIN)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: UtcMillis = UtcMillis(1_790_000_000_000);

    fn code(number: u32) -> TextedCode {
        TextedCode::draw(number.to_le_bytes(), NOW).unwrap()
    }

    #[test]
    fn l_2_a_code_has_six_digits_and_each_is_as_likely_as_any_other() {
        assert_eq!(code(7).expose(), "000007");
        assert_eq!(code(4_293_999_999).expose(), "999999");
        assert!(TextedCode::draw(4_294_000_000_u32.to_le_bytes(), NOW).is_none());
        assert!(TextedCode::draw([0xff; 4], NOW).is_none());
    }

    #[test]
    fn l_2_a_code_counts_for_ten_minutes_and_not_before_it_was_drawn() {
        let code = code(290_417);
        assert!(code.counts_at(NOW) && code.counts_at(NOW + Millis(599_999)));
        assert!(!code.counts_at(NOW + Millis::minutes(10)) && !code.counts_at(NOW - Millis(1)));
        assert!(code.is(&ProofEntry::parse("290 417").unwrap()));
        assert!(!code.is(&ProofEntry::parse("290418").unwrap()));
        assert!(!format!("{code:?}").contains("290417"), "L-14");
    }

    #[test]
    fn l_14_what_is_kept_of_the_text_has_no_digits() {
        let text = code(290_417).text();
        let text = text.expose_secret();
        assert!(text.starts_with("290417 is your"));
        let kept = TextedCode::kept_text();
        assert_eq!(without_code(text).as_deref(), Some(kept.as_str()));
        let trial = without_code(&format!("Sent from your Twilio trial account - {text}"));
        assert!(trial.is_some_and(|it| it.starts_with("Sent") && it.ends_with(&kept)));
        for other in ["290417", "", WORDS, kept.as_str(), "é290417 is your car"] {
            assert_eq!(without_code(other), None, "{other}");
        }
        let segments = |text: &str| crate::segments::measure(text).segments;
        assert_eq!((segments(text), segments(&kept)), (1, 1));
    }

    #[test]
    fn l_10_three_codes_an_hour_and_a_clock_set_back_makes_no_room() {
        let mut texts = CodeTexts::default();
        for minute in [0, 20, 40] {
            let at = NOW + Millis::minutes(minute);
            assert!(texts.may_send_at(at));
            texts = texts.sent(at);
        }
        assert!(!texts.may_send_at(NOW + Millis::minutes(59)));
        assert!(!texts.may_send_at(NOW - Millis::hours(9)));
        assert!(texts.may_send_at(NOW + Millis::minutes(60)));
        assert!(!texts.is_over_at(NOW + Millis::minutes(99)));
        assert!(texts.is_over_at(NOW + Millis::minutes(100)));
    }
}

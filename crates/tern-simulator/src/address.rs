//! Telephone addresses as the carrier reads them. Owns E.164 parsing and the punctuation that Twilio
//! forgives; short codes and alphanumeric senders are not simulated.

use std::fmt;
use std::sync::Arc;

/// A number in E.164. Cheap to clone: a busy number is shared by hundreds of thousands of messages.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct E164(Arc<str>);

impl E164 {
    /// Reads exactly `+` and 7 to 15 digits that do not begin with zero.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let digits = text.strip_prefix('+')?;
        let plausible = (7..=15).contains(&digits.len())
            && digits.bytes().all(|b| b.is_ascii_digit())
            && !digits.starts_with('0');
        plausible.then(|| Self(text.into()))
    }

    /// Reads what a sender may write: punctuation is dropped and ten digits are taken as North American.
    pub(crate) fn parse_lenient(text: &str) -> Option<Self> {
        let kept: String = text
            .chars()
            .filter(|c| !matches!(c, ' ' | '(' | ')' | '-' | '.'))
            .collect();
        if kept.starts_with('+') {
            return Self::parse(&kept);
        }
        match (kept.len(), kept.starts_with('1')) {
            (10, false) => Self::parse(&format!("+1{kept}")),
            (11, true) => Self::parse(&format!("+{kept}")),
            _ => None,
        }
    }

    /// The number as text.
    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for E164 {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for E164 {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // A number must not reach a log through somebody's derived Debug.
        f.write_str("E164(..)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strict_form_takes_only_e_164() {
        assert!(E164::parse("+14155550100").is_some());
        for wrong in [
            "",
            "+",
            "14155550100",
            "+0415555",
            "+1415555010012345",
            "+1415 5550100",
            "+12345",
        ] {
            assert!(E164::parse(wrong).is_none(), "{wrong}");
        }
    }

    #[test]
    fn lenient_form_forgives_punctuation() {
        for text in ["(415) 555-0100", "1-415-555-0100", "+1 415.555.0100"] {
            assert_eq!(
                E164::parse_lenient(text).map(|n| n.to_string()).as_deref(),
                Some("+14155550100"),
                "{text}"
            );
        }
        assert!(E164::parse_lenient("5550100").is_none());
    }
}

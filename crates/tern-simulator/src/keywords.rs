//! The carrier's own opt-out words. Owns their matching and the standard replies; what an app makes
//! of them is the app's business.

/// What a whole-message keyword asks the carrier to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Keyword {
    /// Block everything from this number to this handset.
    Stop,
    /// Lift the block.
    Start,
    /// Explain, unless blocked.
    Help,
}

impl Keyword {
    /// The keyword that `body` is, if the whole message is exactly one, in any case.
    pub(crate) fn find(body: &str) -> Option<Self> {
        match body.trim().to_ascii_uppercase().as_str() {
            "STOP" | "STOPALL" | "UNSUBSCRIBE" | "CANCEL" | "END" | "QUIT" | "REVOKE"
            | "OPTOUT" => Some(Self::Stop),
            "START" | "YES" | "UNSTOP" => Some(Self::Start),
            "HELP" | "INFO" => Some(Self::Help),
            _ => None,
        }
    }

    /// The carrier's answer to the handset.
    pub(crate) const fn reply(self) -> &'static str {
        match self {
            Self::Stop => {
                "You will receive no further messages from this number. Reply START to receive messages again."
            }
            Self::Start => {
                "You will now receive messages from this number again. Reply STOP to end."
            }
            Self::Help => "Reply STOP to receive no further messages from this number.",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_word_matches_whole_and_in_any_case() {
        let words = [
            (
                Keyword::Stop,
                "STOP STOPALL UNSUBSCRIBE CANCEL END QUIT REVOKE OPTOUT",
            ),
            (Keyword::Start, "START YES UNSTOP"),
            (Keyword::Help, "HELP INFO"),
        ];
        for (keyword, words) in words {
            for word in words.split(' ') {
                assert_eq!(Keyword::find(word), Some(keyword));
                assert_eq!(
                    Keyword::find(&format!(" {}\n", word.to_lowercase())),
                    Some(keyword)
                );
            }
        }
    }

    #[test]
    fn a_sentence_with_a_keyword_is_not_one() {
        for body in [
            "STOP PLEASE",
            "please stop",
            "STOP.",
            "",
            "ALERTS OFF",
            "STOPP",
        ] {
            assert_eq!(Keyword::find(body), None, "{body}");
        }
    }
}

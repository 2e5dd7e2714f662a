//! The carrier's block (S-7, S-8): STOP and START as the carrier sees them.
//!
//! The state is two instants of carrier time, each of which only grows. So it does not matter in which
//! order or how often the same texts come in. A person's wish to get notifications is another state
//! and lives elsewhere.

use serde::{Deserialize, Serialize};

use crate::delivery::Direction;
use crate::message::CarrierMessage;
use crate::phone::PhoneNumber;
use crate::time::UtcMillis;

/// When the requester last opted out and in, by carrier time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct OptOut {
    /// Last STOP, or last text refused because of one.
    pub opted_out_at: Option<UtcMillis>,
    /// Last START.
    pub opted_in_at: Option<UtcMillis>,
}

impl OptOut {
    /// No keyword was ever seen.
    pub const NEVER: Self = Self {
        opted_out_at: None,
        opted_in_at: None,
    };

    /// Since when the block is in force, if it is. Within one second STOP wins: it is the safer error.
    #[must_use]
    pub fn in_force_since(&self) -> Option<UtcMillis> {
        let out = self.opted_out_at?;
        self.opted_in_at
            .is_none_or(|back| back <= out)
            .then_some(out)
    }

    /// The block is in force: nothing can be sent.
    #[must_use]
    pub fn is_in_force(&self) -> bool {
        self.in_force_since().is_some()
    }

    /// Without a block that is this desk's own and nothing of the carrier's. Only taken out is it undone for good: an
    /// instant after it, as START has one, would be later than a STOP of the same second.
    #[must_use]
    pub const fn without_own_block(self) -> Self {
        Self {
            opted_out_at: None,
            ..self
        }
    }

    /// With one more keyword taken in.
    #[must_use]
    pub fn with(self, keyword: Keyword, at: UtcMillis) -> Self {
        match keyword {
            Keyword::OptOut => Self {
                opted_out_at: self.opted_out_at.max(Some(at)),
                ..self
            },
            Keyword::OptIn { .. } => Self {
                opted_in_at: self.opted_in_at.max(Some(at)),
                ..self
            },
        }
    }
}

/// A keyword that the carrier acts on by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Keyword {
    /// STOP and its likes.
    OptOut,
    /// START, UNSTOP, YES.
    OptIn {
        /// It is `YES`, which is an ordinary answer as well and stays one.
        also_ordinary: bool,
    },
}

const OPT_OUT_WORDS: [&str; 8] = [
    "STOP",
    "STOPALL",
    "UNSUBSCRIBE",
    "CANCEL",
    "END",
    "QUIT",
    "REVOKE",
    "OPTOUT",
];

const OPT_IN_WORDS: [&str; 2] = ["START", "UNSTOP"];
const HELP_WORDS: [&str; 2] = ["HELP", "INFO"];

/// What a carrier does by itself when a whole text is one of its words.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CarrierWord {
    /// Blocks every further text (STOP).
    OptsOut,
    /// Ends the block (START).
    OptsIn,
    /// Ends the block, and is an ordinary answer otherwise (YES).
    Yes,
    /// Sends the carrier's own help (HELP).
    Help,
}

impl CarrierWord {
    /// What a text is to the carrier, on a number where YES counts.
    #[must_use]
    pub fn find(text: &str) -> Option<Self> {
        let word = text.trim();
        let is_in = |words: &[&str]| words.iter().any(|it| word.eq_ignore_ascii_case(it));
        if is_in(&OPT_OUT_WORDS) {
            Some(Self::OptsOut)
        } else if is_in(&OPT_IN_WORDS) {
            Some(Self::OptsIn)
        } else if is_in(&["YES"]) {
            Some(Self::Yes)
        } else if is_in(&HELP_WORDS) {
            Some(Self::Help)
        } else {
            None
        }
    }
}

impl Keyword {
    /// The keyword that a text to `provider` is: the whole text, any case, spaces around it ignored.
    /// `YES` undoes nothing on toll-free numbers.
    #[must_use]
    pub fn find(body: &str, provider: &PhoneNumber) -> Option<Self> {
        match CarrierWord::find(body)? {
            CarrierWord::OptsOut => Some(Self::OptOut),
            CarrierWord::OptsIn => Some(Self::OptIn {
                also_ordinary: false,
            }),
            CarrierWord::Yes if !provider.is_toll_free() => Some(Self::OptIn {
                also_ordinary: true,
            }),
            CarrierWord::Yes | CarrierWord::Help => None,
        }
    }

    /// The keyword that a carrier row is, if it came from a requester: for importing history, where
    /// only the block matters.
    #[must_use]
    pub fn of_message(message: &CarrierMessage) -> Option<Self> {
        if message.direction != Direction::Inbound {
            return None;
        }
        Self::find(message.body.as_str(), message.to.phone()?)
    }

    /// Opens no interaction, counts as no unread text, feeds no topic (S-8).
    #[must_use]
    pub const fn is_only_a_keyword(self) -> bool {
        !matches!(
            self,
            Self::OptIn {
                also_ordinary: true
            }
        )
    }
}

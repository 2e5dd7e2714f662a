//! The words about consent: the carrier's own, the team's, and what only looks like one.

use crate::opt_out::CarrierWord;
use crate::phone::PhoneNumber;
use crate::topic::CommandKind;

/// What a whole text is, if it is about consent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Word {
    /// STOP, STOPALL, UNSUBSCRIBE, CANCEL, END, QUIT, REVOKE, OPTOUT: the carrier acts on them too.
    Stop,
    /// START: the carrier acts on it too.
    Start,
    /// UNSTOP: ends the carrier's block and nothing else.
    Unstop,
    /// YES where the carrier takes it for START: everywhere but on toll-free numbers.
    Yes,
    /// HELP, INFO: the carrier sends its own help.
    Help,
    /// `Notification` in the team's words (S-2).
    Notification,
    /// The team's own word for START; the carrier does not know it.
    TurnOn,
    /// The team's own word for STOP; the carrier does not know it.
    TurnOff,
    /// Almost STOP: "stop please", "unsubscribe me", "stopp". Nobody knows what the carrier did with it.
    NearStop {
        /// S-4 applies, since V-36 ignores what follows the word: "STOP!".
        is_command: bool,
    },
}

impl Word {
    /// The word that a whole text to `provider` is. `command` is what it is among the team's commands (V-35).
    #[must_use]
    pub fn find(text: &str, provider: &PhoneNumber, command: Option<CommandKind>) -> Option<Self> {
        match CarrierWord::find(text) {
            Some(CarrierWord::OptsOut) => return Some(Self::Stop),
            Some(CarrierWord::OptsIn) if text.trim().eq_ignore_ascii_case("UNSTOP") => {
                return Some(Self::Unstop);
            }
            Some(CarrierWord::OptsIn) => return Some(Self::Start),
            Some(CarrierWord::Yes) => return (!provider.is_toll_free()).then_some(Self::Yes),
            Some(CarrierWord::Help) => return Some(Self::Help),
            None => {}
        }
        if is_near_stop(text) {
            return Some(Self::NearStop {
                is_command: command == Some(CommandKind::Stop),
            });
        }
        match command {
            Some(CommandKind::Notification) => Some(Self::Notification),
            Some(CommandKind::Start) => Some(Self::TurnOn),
            Some(CommandKind::Stop) => Some(Self::TurnOff),
            _ => None,
        }
    }
}

/// Words that say "stop" when nothing but [`FILLERS`] stands beside them. CANCEL, END and QUIT are not among them:
/// "cancel it" is about an order.
const CORES: [&str; 15] = [
    "stop",
    "stopall",
    "stopp",
    "stpo",
    "sotp",
    "stob",
    "unsubscribe",
    "unsubscibe",
    "unsuscribe",
    "unsubcribe",
    "unsub",
    "optout",
    "opt-out",
    "opted-out",
    "revoke",
];

/// Words that change nothing about it.
const FILLERS: [&str; 22] = [
    "please",
    "pls",
    "plz",
    "now",
    "me",
    "us",
    "it",
    "this",
    "these",
    "all",
    "the",
    "any",
    "you",
    "your",
    "texts",
    "text",
    "texting",
    "messages",
    "messaging",
    "sending",
    "from",
    "notifications",
];

/// Phrases that say it without one of the words.
const PHRASES: [&str; 9] = [
    "opt out",
    "opt me out",
    "remove me",
    "take me off",
    "no more texts",
    "no more messages",
    "leave me alone",
    "dont text me",
    "do not text me",
];

/// Most words in a text that may still be nothing but a wish to stop.
const MOST_WORDS: usize = 5;

fn is_near_stop(text: &str) -> bool {
    let plain: String = text
        .chars()
        .filter(|char| char.is_alphanumeric() || char.is_whitespace() || *char == '-')
        .flat_map(char::to_lowercase)
        .collect();
    let words: Vec<&str> = plain.split_whitespace().collect();
    if words.is_empty() || words.len() > MOST_WORDS {
        return false;
    }
    let says = |word: &&str| CORES.contains(word) || PHRASES.contains(word);
    let without_manners: Vec<&str> = words
        .iter()
        .filter(|word| !matches!(**word, "please" | "pls" | "plz" | "now"))
        .copied()
        .collect();
    if PHRASES.contains(&without_manners.join(" ").as_str()) {
        return true;
    }
    words.iter().any(says)
        && words
            .iter()
            .all(|word| says(word) || FILLERS.contains(word))
}

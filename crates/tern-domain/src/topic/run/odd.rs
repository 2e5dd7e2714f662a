//! Texts that are none: empty ones, tapbacks, the carrier's own words, senders that cannot be answered.

use super::Machine;
use crate::opt_out::CarrierWord;
use crate::topic::io::{AppCommand, BotEffect, BotFact, Said, Unanswered};

/// How phones put a reaction into words. A quoted text or a picture follows.
const TAPBACKS: [&str; 7] = [
    "Liked ",
    "Loved ",
    "Disliked ",
    "Laughed at ",
    "Emphasized ",
    "Questioned ",
    "Removed ",
];

impl Machine<'_> {
    /// Whether a text is left without an answer, changing nothing; notes why.
    pub(super) fn is_unanswered(&mut self, said: &Said) -> bool {
        let text = said.text.as_str();
        let why = if said.unanswerable {
            Unanswered::Unanswerable
        } else if said.text.is_blank() && said.media.is_empty() {
            Unanswered::Empty
        } else if is_tapback(text) {
            Unanswered::Tapback
        } else {
            let command = match CarrierWord::find(text) {
                Some(CarrierWord::OptsOut) => AppCommand::Stop,
                Some(CarrierWord::OptsIn) => AppCommand::Start,
                // YES is an ordinary answer; HELP gets the list besides the carrier's text (S-7).
                Some(CarrierWord::Yes | CarrierWord::Help) | None => return false,
            };
            self.effects.push(BotEffect::Command(command));
            Unanswered::CarrierKeyword
        };
        self.fact(BotFact::LeftUnanswered(why));
        true
    }
}

/// `Liked “See you at nine”`, `Loved an image`, `Reacted 👍 to “…”`.
fn is_tapback(text: &str) -> bool {
    let text = text.trim();
    let quotes = |rest: &str| {
        let rest = rest.trim_start();
        rest.starts_with(['\u{201c}', '"', '\u{ab}', '\u{201e}'])
            || [
                "an image",
                "a photo",
                "a movie",
                "an attachment",
                "a heart",
                "a like",
                "a laugh",
            ]
            .iter()
            .any(|it| rest.starts_with(it))
    };
    TAPBACKS
        .iter()
        .any(|verb| text.strip_prefix(verb).is_some_and(quotes))
        || text
            .strip_prefix("Reacted ")
            .and_then(|rest| rest.split_once(" to "))
            .is_some_and(|(_, rest)| quotes(rest))
}

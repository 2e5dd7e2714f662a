//! Actionable notifications that wait for the same person (S-10): a numbered list of what each is about.

use serde::{Deserialize, Serialize};

use super::definition::DEFAULT_HEADING;
use super::offer::{NotificationOffer, numbered};
use crate::ids::NotificationRunId;

/// Most that are listed at once: what one text can show. The others are in the list that follows.
pub const MOST_LISTED: usize = 9;
/// Longest line of the list, in characters.
const LONGEST_LABEL: usize = 60;

/// A recipient of a run: what tells two waiting notifications apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct RunPlace {
    /// Which run.
    pub run: NotificationRunId,
    /// Their place in it.
    pub place: u32,
}

/// A notification that somebody gets as soon as it is its turn.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct WaitingOffer {
    /// What tells it apart.
    pub at: RunPlace,
    /// What is said, and what can be done about it.
    pub offer: NotificationOffer,
}

/// The list as it was said. Its numbers hold for the next text alone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OfferedList {
    /// Numbered from 1.
    pub lines: Vec<OfferedLine>,
    /// It ends with Skip: all of them may be passed over.
    pub can_skip: bool,
    /// How many wait, listed or not.
    pub total: usize,
}

/// One line of the list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OfferedLine {
    /// Which notification.
    pub at: RunPlace,
    /// What they read.
    pub label: String,
}

impl OfferedList {
    /// The list of what waits, in the order in which it came.
    #[must_use]
    pub fn of(waiting: &[WaitingOffer]) -> Self {
        let listed = waiting.iter().take(MOST_LISTED);
        Self {
            can_skip: listed.clone().all(|it| it.offer.can_skip),
            lines: listed
                .map(|it| OfferedLine {
                    at: it.at,
                    label: label(&it.offer),
                })
                .collect(),
            total: waiting.len(),
        }
    }

    /// The list as the phone gets it: one line each, numbered from 1, Skip last.
    #[must_use]
    pub fn text(&self) -> String {
        let labels = self.lines.iter().map(|line| line.label.as_str());
        format!(
            "{} notifications wait for you. Reply with a number.\n{}",
            self.total,
            numbered(labels, self.can_skip)
        )
    }
}

/// What it is about: the first line of its own. The heading as shipped tells nothing apart.
fn label(offer: &NotificationOffer) -> String {
    let mut lines = offer.text.lines().map(str::trim);
    let own = lines.find(|line| !line.is_empty() && *line != DEFAULT_HEADING);
    let alt_text = offer
        .picture
        .as_ref()
        .map(|(_, alt_text)| alt_text.as_str());
    let line = own.or(alt_text).unwrap_or(DEFAULT_HEADING);
    if line.chars().count() <= LONGEST_LABEL {
        return line.to_owned();
    }
    // Three plain dots: the one character would make the whole text cost more than twice as much.
    let cut: String = line.chars().take(LONGEST_LABEL - 3).collect();
    cut + "..."
}

//! What makes two texts the same, and where brought-in texts stand among all others.
//!
//! By the SID where both have one. Else by conversation, direction, words and time. The time may differ by
//! [`TOLERANCE`]: another system notes a text when it hears of it, a few seconds from when the carrier made it, and
//! people hardly ever send the same words twice within that time. Within one file the clock is the same, so that there
//! two rows are the same only if time and id agree exactly.

use crate::delivery::Direction;
use crate::time::{Millis, UtcMillis};

use super::row::HistoryText;

/// By how much the times of one text differ between two systems.
pub const TOLERANCE: Millis = Millis::seconds(5);

/// Positions up to here belong to texts that were brought in; the past that the carrier tells counts down from 0 and
/// never comes near it. Every position stays below 2⁵³, so that a window can hold it.
pub const IMPORTED_CEILING: i64 = -(1 << 51);

/// The position of the first instant of 1970.
const EPOCH_POSITION: i64 = -(1 << 52);
/// Positions of one second.
const OF_A_SECOND: i64 = 1 << 20;

/// Whether a position is that of a text that was brought in.
#[must_use]
pub const fn is_imported_position(position: i64) -> bool {
    position <= IMPORTED_CEILING
}

/// The lowest and the highest position of brought-in texts between two instants, the seconds of both included.
///
/// The position is made of the time, so that the order of texts does not depend on the order in which files are
/// brought in.
#[must_use]
pub fn imported_positions(from: UtcMillis, until: UtcMillis) -> (i64, i64) {
    let second = |at: UtcMillis| at.0.div_euclid(1000).clamp(0, (1 << 31) - 1);
    let first = EPOCH_POSITION + second(from) * OF_A_SECOND;
    let last = EPOCH_POSITION + second(until) * OF_A_SECOND + OF_A_SECOND - 1;
    (first, last.min(IMPORTED_CEILING))
}

/// A text that is here already, as far as comparing needs it.
#[derive(Debug, Clone, Copy)]
pub struct SameText<'a> {
    /// Which way.
    pub direction: Direction,
    /// When.
    pub at: UtcMillis,
    /// The words.
    pub body: &'a str,
    /// The carrier told of it.
    pub has_sid: bool,
    /// They were removed: what is removed must not come back by a file, so that any words fit.
    pub is_redacted: bool,
}

/// Whether a text of a file is one that is here already and did not come with the same file. Both are of one
/// conversation, and no text here has the SID of the file's.
#[must_use]
pub fn same_text(text: &HistoryText, here: &SameText<'_>) -> bool {
    let (from, until) = text.window();
    let are_told_apart = text.sid.is_some() && here.has_sid;
    !are_told_apart
        && text.direction == here.direction
        && (from..=until).contains(&here.at)
        && (here.is_redacted || here.body == text.body.as_str())
}

impl HistoryText {
    /// The instants between which the same text can be here. A time without seconds is anywhere in its minute.
    #[must_use]
    pub fn window(&self) -> (UtcMillis, UtcMillis) {
        let within = if self.has_seconds {
            Millis(0)
        } else {
            Millis::seconds(59)
        };
        let second = self.at.floor_to_second();
        (
            second - TOLERANCE,
            UtcMillis(second.0 + 999 + within.0 + TOLERANCE.0),
        )
    }
}

/// What tells a row of a file from every other one: hashed, it becomes the text's id, the same on every laptop and for
/// every repetition.
#[must_use]
pub fn source_key(text: &HistoryText) -> String {
    let id = text
        .sid
        .as_ref()
        .map_or(text.source_id.as_str(), |sid| sid.as_str());
    let way = match text.direction {
        Direction::Inbound => "in",
        Direction::Outbound => "out",
    };
    format!(
        "{}\u{0}{way}\u{0}{}\u{0}{id}\u{0}{}",
        text.key.global_id(),
        text.at.0,
        text.body.as_str()
    )
}

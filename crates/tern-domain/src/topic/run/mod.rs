//! The machine: one turn of a conversation.

use super::io::{BotInput, Turn};
use super::session::{BotSession, Phase};
use super::set::TopicSet;
use crate::time::UtcMillis;

/// Takes one input. Never fails: what goes wrong in a topic is part of the conversation (V-28).
///
/// The same arguments give the same bytes. `now` may jump in both directions.
#[must_use]
pub fn turn(topics: &TopicSet, session: BotSession, input: BotInput, now: UtcMillis) -> Turn {
    let _ = (topics, now);
    let mut session = session;
    if matches!(input, BotInput::Closed) {
        session.phase = Phase::Ended;
        session.frames.clear();
    }
    Turn {
        session,
        replies: Vec::new(),
        effects: Vec::new(),
    }
}

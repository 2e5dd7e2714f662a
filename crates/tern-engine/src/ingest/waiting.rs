//! Rows of our own that come back before their request was answered.
//!
//! Owns one question: may this outbound row be the result of a send whose outcome is open? Then it has to wait,
//! or the thread would show the text twice: once as ours, once as somebody else's. It refuses to bind anything;
//! that is done by the answer, by the look-up, or by the agent.

use tern_domain::{
    CarrierMessage, Direction, Match, OutboxEntry, OutboxState, UncertainSend, match_uncertain,
};

/// The send of its conversation that a row which is not stored yet must wait for, if there is one.
pub(crate) fn waits_for<'a>(
    open_sends: impl IntoIterator<Item = &'a OutboxEntry>,
    row: &CarrierMessage,
) -> Option<&'a OutboxEntry> {
    if row.direction != Direction::Outbound {
        return None;
    }
    open_sends.into_iter().find(|entry| match entry.state {
        // Seconds at most, so nothing is compared: a laptop's wrong clock, a trial account's prefix or a
        // look-alike letter must not make the row a stranger.
        OutboxState::InFlight { .. } => true,
        // Perhaps for long: only what the look-up would take for it.
        OutboxState::Uncertain { .. } => UncertainSend::of(entry).is_some_and(|send| {
            let candidates = std::slice::from_ref(row);
            !matches!(match_uncertain(&send, candidates, &|_| false), Match::None)
        }),
        _ => false,
    })
}

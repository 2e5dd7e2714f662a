//! How many notifications may join the outbox: what agents write must not wait behind them.

use std::collections::BTreeSet;

use crate::outbox::{OutboxEntry, OutboxState};

/// Texts on their way at which nothing is added.
const MOST_IN_OUTBOX: usize = 20;

/// Room in an outbox with these open entries. What an agent is asked about, and what stands behind it, moves only when
/// they answer: it takes no room, or a run would stop for good with the first such texts.
#[must_use]
pub fn room_in_outbox(open: &[OutboxEntry]) -> usize {
    let is_uncertain = |entry: &&OutboxEntry| matches!(entry.state, OutboxState::Uncertain { .. });
    let stuck: BTreeSet<_> = open
        .iter()
        .filter(is_uncertain)
        .map(|entry| &entry.key)
        .collect();
    let moving = open.iter().filter(|entry| !stuck.contains(&entry.key));
    MOST_IN_OUTBOX.saturating_sub(moving.count())
}

//! Whose turn it is (T-13): one text of a conversation at a time, in the order they were written.

use std::collections::{BTreeMap, BTreeSet};

use super::{OutboxEntry, OutboxState};
use crate::address::ConversationKey;
use crate::ids::MessageId;
use crate::schedule::LOOK_UP_FOR;
use crate::time::UtcMillis;

/// The texts to try now, at most one per conversation, oldest first.
///
/// A text waits for every earlier one of its conversation that may still leave. An uncertain one is
/// waited for only while it is being looked up: an agent who leaves the question open must not
/// silence the conversation.
#[must_use]
pub fn next_due(entries: &[OutboxEntry], now: UtcMillis) -> Vec<MessageId> {
    heads(entries, now)
        .into_iter()
        .filter(|entry| due_at(entry).is_some_and(|at| at <= now))
        .map(|entry| entry.message_id)
        .collect()
}

/// The next instant at which [`next_due`] can have another answer without anything else happening.
#[must_use]
pub fn next_wake(entries: &[OutboxEntry], now: UtcMillis) -> Option<UtcMillis> {
    heads(entries, now)
        .into_iter()
        .filter_map(|entry| match entry.state {
            OutboxState::Uncertain { since, .. } => Some(since + LOOK_UP_FOR),
            _ => due_at(entry),
        })
        .filter(|at| *at > now)
        .min()
}

/// When an entry may be tried; `None` if its state does not allow it.
pub(super) const fn due_at(entry: &OutboxEntry) -> Option<UtcMillis> {
    match entry.state {
        OutboxState::Held { until } => Some(until),
        OutboxState::Waiting => Some(entry.created_at),
        OutboxState::RetryAt { at, .. } => Some(at),
        _ => None,
    }
}

/// The first entry of each conversation that may still leave, oldest first.
fn heads(entries: &[OutboxEntry], now: UtcMillis) -> Vec<&OutboxEntry> {
    let mut by_age: BTreeMap<(UtcMillis, MessageId), &OutboxEntry> = BTreeMap::new();
    for entry in entries.iter().filter(|entry| blocks(entry, now)) {
        by_age.insert((entry.created_at, entry.message_id), entry);
    }
    // A text in flight comes first even if the clock says that another one is older.
    let mut taken: BTreeSet<&ConversationKey> = entries
        .iter()
        .filter(|entry| matches!(entry.state, OutboxState::InFlight { .. }))
        .map(|entry| &entry.key)
        .collect();
    by_age
        .into_values()
        .filter(|entry| taken.insert(&entry.key))
        .collect()
}

fn blocks(entry: &OutboxEntry, now: UtcMillis) -> bool {
    match entry.state {
        OutboxState::Uncertain { since, .. } => now < since + LOOK_UP_FOR,
        _ => !entry.state.is_finished(),
    }
}

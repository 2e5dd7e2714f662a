//! What is due when, in simulated time. Owns order only; acting is the carrier's.

use std::collections::BTreeMap;

use crate::clock::Moment;
use crate::state::messages::MessageNumber;

/// Something that happens later.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Due {
    /// An outbound message takes the next step of its life cycle.
    Step(MessageNumber),
    /// A webhook that was held back to be overtaken leaves, overtaken or not.
    ReleaseHeldWebhook,
}

/// Everything that is due, soonest first; two things due at once keep the order they were set in.
#[derive(Debug, Default)]
pub(crate) struct Timers {
    due: BTreeMap<(Moment, u64), Due>,
    set: u64,
}

impl Timers {
    /// Sets a timer.
    pub(crate) fn set(&mut self, at: Moment, due: Due) {
        self.set += 1;
        self.due.insert((at, self.set), due);
    }

    /// Takes the next thing that is due at `now`, with the moment it was due.
    pub(crate) fn take(&mut self, now: Moment) -> Option<(Moment, Due)> {
        let entry = self.due.first_entry()?;
        let at = entry.key().0;
        (at <= now).then(|| (at, entry.remove()))
    }

    /// When the next thing is due.
    pub(crate) fn next(&self) -> Option<Moment> {
        self.due.first_key_value().map(|((at, _), _)| *at)
    }
}

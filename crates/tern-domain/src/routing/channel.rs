//! Service channels: how much of one kind of work an agent carries (Q-7 … Q-9).

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::address::Channel;
use crate::interaction::InteractionState;

/// How much of the routing is recorded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LogLevel {
    /// Only what happened.
    None,
    /// Who was considered, and why not, with every offer.
    Basic,
    /// The same, also while nobody is found.
    Verbose,
}

/// A kind of work.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ServiceChannel {
    /// What carries it.
    pub channel: Channel,
    /// Routed at all.
    pub active: bool,
    /// Place among the channels in the inbox.
    pub inbox_order: u32,
    /// Slots of each agent, where nothing replaces them.
    pub capacity: u32,
    /// Slots that one item takes.
    pub item_size: u32,
    /// States of the interaction in which an item takes its slots.
    pub utilization: BTreeSet<InteractionState>,
    /// Sound with an offer.
    pub alert_sound: bool,
    /// How much is recorded.
    pub log_level: LogLevel,
}

impl ServiceChannel {
    /// Text messages as shipped: four at a time, and what is on hold is free.
    #[must_use]
    pub fn sms() -> Self {
        Self {
            channel: Channel::Sms,
            active: true,
            inbox_order: 100,
            capacity: 4,
            item_size: 1,
            utilization: [
                InteractionState::New,
                InteractionState::WorkInProgress,
                InteractionState::WrapUp,
            ]
            .into(),
            alert_sound: true,
            log_level: LogLevel::Basic,
        }
    }

    /// Whether an item whose interaction is in that state takes its slots.
    #[must_use]
    pub fn utilizes(&self, state: InteractionState) -> bool {
        self.utilization.contains(&state)
    }
}

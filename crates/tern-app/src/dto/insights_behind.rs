//! What a figure counts, and the conversations behind it.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::insights::{InsightsFilter, InsightsPeriod};

/// What a bar or a number counts.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, TS)]
#[serde(tag = "type", rename_all = "camelCase")]
pub enum InsightsPart {
    /// Texts of requesters.
    Received,
    /// Texts of live agents.
    ByAgents,
    /// Texts of the virtual agent.
    ByVirtualAgent,
    /// Texts by nobody whom this desk knows.
    Elsewhere,
    /// Texts that did not arrive, for one reason or for any.
    Failed {
        /// The carrier's code.
        code: Option<u32>,
    },
    /// STOP.
    Stopped,
    /// START.
    Started,
    /// Notifications turned off.
    TurnedOff,
    /// Notifications turned on.
    TurnedOn,
    /// Conversations that began.
    Began,
    /// Those that an agent answered.
    Answered,
    /// Those that ended after an agent had them.
    Handled,
    /// Those that were abandoned.
    Abandoned,
    /// Those that the virtual agent had.
    WithBot,
    /// Those that it finished alone.
    Contained,
    /// Those that it gave to people.
    HandedOver,
    /// Those that were wrapped up.
    WrappedUp,
    /// Those in which a topic ran.
    #[serde(rename_all = "camelCase")]
    Topic {
        /// Internal name.
        topic: String,
        /// Only those that it gave to people.
        handed_over: bool,
    },
    /// Work that was queued.
    Work {
        /// Only what waited beyond its target.
        exceeded: bool,
    },
    /// What the agent of the filter had a part in.
    Held,
}

/// Ask for the conversations behind a figure.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct AskBehind {
    /// Which days.
    pub period: InsightsPeriod,
    /// Of what.
    pub filter: InsightsFilter,
    /// What it counts.
    pub part: InsightsPart,
    /// Only from this instant on.
    #[ts(type = "number | null")]
    pub from: Option<i64>,
    /// Only before this instant.
    #[ts(type = "number | null")]
    pub until: Option<i64>,
    /// Only on this day of the week; 0 is Monday.
    pub weekday: Option<i8>,
    /// Only in this hour of that day.
    pub hour: Option<i8>,
    /// How many were told already.
    pub skip: u32,
}

/// One conversation behind a figure.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct BehindConversation {
    /// Which.
    #[ts(type = "number")]
    pub conversation_id: i64,
    /// Who writes.
    pub requester: String,
    /// Our number.
    pub provider_number: String,
    /// When it was counted last.
    #[ts(type = "number")]
    pub at: i64,
    /// How often it was counted.
    pub times: u32,
}

/// Conversations behind a figure.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct BehindConversations {
    /// Newest first.
    pub rows: Vec<BehindConversation>,
    /// How many there are in all.
    pub all: u32,
    /// How often they were counted in all.
    #[ts(type = "number")]
    pub times: u64,
}

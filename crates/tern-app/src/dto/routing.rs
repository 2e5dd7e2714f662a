//! What is configured about routing: queues, hours, rules and reasons for saying no.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::{NotificationSound, PresenceColour};

/// Everything on the routing page.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct RoutingSettings {
    /// Queues, in the order in which they are asked.
    pub queues: Vec<QueueView>,
    /// Assignment rules, by name.
    pub rules: Vec<RuleView>,
    /// Reasons for saying no, in the order of the menu.
    pub reject_reasons: Vec<RejectReasonEntry>,
    /// Presence states, in the order of the menu.
    pub presence: Vec<PresenceEntry>,
    /// Slots of each agent for texts.
    pub slots: u32,
    /// Names of time zones to choose from.
    pub time_zones: Vec<String>,
}

/// A queue, to show and to save.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct QueueView {
    /// UUID; empty = a new one.
    pub id: String,
    /// Name.
    pub name: String,
    /// Takes in and gives out.
    pub active: bool,
    /// Place among the queues.
    pub order: u32,
    /// What it takes in.
    pub intake: IntakeView,
    /// When it gives out work; `None` = always.
    pub hours: Option<HoursView>,
    /// The wait it aims at, in seconds.
    pub target_wait_seconds: Option<u32>,
    /// Who is asked, the first pool first.
    pub pools: Vec<PoolView>,
    /// Groups with a place of their own; the others are at 100.
    #[serde(default)]
    pub group_orders: Vec<GroupOrderView>,
    /// What its work needs.
    #[serde(default)]
    pub skills: Vec<SkillNeedView>,
    /// The longest wait, in seconds; `None` = no end.
    pub max_wait_seconds: Option<u32>,
    /// What the customer is told when the longest wait is over; empty = nothing.
    pub max_wait_text: String,
    /// What the customer is told when an agent accepts; empty = nothing.
    pub first_response: String,
    /// What the customer is told when nobody is there; empty = nothing.
    pub nobody_text: String,
    /// What the customer is told out of hours; empty = nothing.
    pub closed_text: String,
    /// Prefer an agent who worked for the same customer in so many days; `None` = no preference.
    pub affinity_days: Option<u8>,
    /// Which of its conversations is offered first.
    pub next: QueueOrder,
    /// How notifications about its work sound; `None` = the usual way.
    #[serde(default)]
    pub sound: Option<NotificationSound>,
    /// Conversations that wait in it. Not saved.
    #[serde(default)]
    pub waiting: u32,
}

/// Which conversation of a queue is offered first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub enum QueueOrder {
    /// Who has waited longest.
    LongestWait,
    /// Who wrote last.
    Newest,
    /// What was offered least often; of those, who has waited longest.
    LeastOffered,
    /// As a configuration from elsewhere has it; stays as it is.
    Other,
}

/// What a queue takes in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(
    tag = "kind",
    rename_all = "camelCase",
    rename_all_fields = "camelCase"
)]
pub enum IntakeView {
    /// Whatever no queue before it took.
    Everything,
    /// Only what a person puts there.
    ByHandOnly,
    /// What a condition holds for.
    When {
        /// The condition.
        condition: String,
    },
}

/// Agents who are asked, and from when on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct PoolView {
    /// UUID of the rule; `None` = as shipped.
    pub rule_id: Option<String>,
    /// UUIDs of their groups.
    pub group_ids: Vec<String>,
    /// Joins once an item has waited so many seconds.
    pub after_seconds: u32,
}

/// A group's place at a queue.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct GroupOrderView {
    /// UUID.
    pub group_id: String,
    /// The lowest is asked first; equal ones are asked together.
    pub order: u32,
}

/// A skill that the work of a queue needs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct SkillNeedView {
    /// Name.
    pub name: String,
    /// The level that is enough, 1 to 10.
    pub level: u8,
    /// Cannot be done without, where a rule requires skills.
    pub mandatory: bool,
}

/// What an assignment rule makes of skills.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub enum SkillUse {
    /// Nothing.
    #[default]
    Ignored,
    /// Who knows more goes first.
    Preferred,
    /// Only who has all that cannot be done without.
    Required,
}

/// Opening hours.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct HoursView {
    /// IANA name.
    pub time_zone: String,
    /// Monday to Sunday.
    pub week: Vec<Vec<SpanView>>,
    /// Days that differ.
    pub exceptions: Vec<ExceptionView>,
}

/// A part of a day, in minutes since midnight.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct SpanView {
    /// First minute.
    pub from: u16,
    /// The minute after the last; 1440 is midnight.
    pub to: u16,
}

/// A day that differs from its weekday.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ExceptionView {
    /// `YYYY-MM-DD`.
    pub date: String,
    /// Why, for people.
    pub name: String,
    /// Its hours; none = closed.
    pub spans: Vec<SpanView>,
}

/// An assignment rule, to show and to save.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct RuleView {
    /// UUID; empty = a new one.
    pub id: String,
    /// Name.
    pub name: String,
    /// Prefers the most free slots; else who has been without new work the longest.
    pub by_free_slots: bool,
    /// Accepts on the agent's behalf.
    pub auto_assign: bool,
    /// The agent may say no.
    pub reject_allowed: bool,
    /// Seconds to answer; `None` = until there is an answer.
    pub timeout_seconds: Option<u32>,
    /// An agent who does not answer is put to Away.
    pub away_afterwards: bool,
    /// Accepted conversations move on when their agent is not available any more.
    pub moves_on: bool,
    /// What skills mean.
    #[serde(default)]
    pub skills: SkillUse,
}

/// A reason for saying no, to show and to save.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct RejectReasonEntry {
    /// UUID; empty = a new one.
    pub id: String,
    /// Its words.
    pub name: String,
    /// The work may come back to the agent.
    pub reassignable: bool,
}

/// A presence state, to show and to save.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct PresenceEntry {
    /// UUID; empty = a new one.
    pub id: String,
    /// Name.
    pub name: String,
    /// Its colour.
    pub colour: PresenceColour,
    /// Agents in it are offered work.
    pub receives_work: bool,
    /// UUIDs of the groups whose agents may choose it; none = everybody.
    pub group_ids: Vec<String>,
    /// One of the three that every desk has, which stay as they are. Not saved.
    #[serde(default)]
    pub shipped: bool,
}

/// How many conversations an agent has at once, unless something else is said of the agent.
#[derive(Debug, Clone, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct SaveSlots {
    /// At least 1.
    pub slots: u32,
}

/// Names one thing on the routing page.
#[derive(Debug, Clone, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct RoutingRef {
    /// UUID.
    pub id: String,
}

//! Figures for supervisors (K-1 … K-3, H-17).

use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// Which texts and conversations are meant.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct InsightsFilter {
    /// Only what was in this queue last.
    pub queue_id: Option<String>,
    /// Only what this agent had last, and only their texts.
    pub agent_id: Option<String>,
    /// Only what goes over this number of ours.
    pub number: Option<String>,
    /// Only this channel.
    pub channel: Option<String>,
}

/// Which local days are meant.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct InsightsPeriod {
    /// First day, as `2026-03-01`.
    pub first: String,
    /// Last day.
    pub last: String,
    /// Name of the time zone whose days they are.
    pub zone: String,
}

/// Ask for figures.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct AskInsights {
    /// Which days.
    pub period: InsightsPeriod,
    /// Of what.
    pub filter: InsightsFilter,
    /// Also those of the period before, of equal length.
    pub compare: bool,
}

/// What one bar stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub enum InsightsStep {
    /// An hour.
    Hour,
    /// A day.
    Day,
    /// A week.
    Week,
    /// A month.
    Month,
}

/// Whose figures somebody may see.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub enum InsightsReach {
    /// Everybody's.
    Team,
    /// Their own.
    Own,
}

/// The figures of a period.
#[derive(Debug, Clone, PartialEq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct Insights {
    /// Whose figures these are.
    pub reach: InsightsReach,
    /// What one bar stands for.
    pub step: InsightsStep,
    /// The period that was asked for.
    pub current: PeriodFigures,
    /// The one before it, if asked for.
    pub previous: Option<PeriodFigures>,
    /// How things stand now; `None` where they are an agent's own.
    pub live: Option<LiveFigures>,
    /// Texts and events that are not counted yet.
    #[ts(type = "number")]
    pub left: u64,
    /// All that there are.
    #[ts(type = "number")]
    pub all: u64,
    /// What each figure means, of those that may be seen.
    pub definitions: Vec<FigureDefinition>,
    /// Queues to filter by.
    pub queues: Vec<FilterOption>,
    /// Agents to filter by; none where they are an agent's own.
    pub agents: Vec<FilterOption>,
    /// Numbers to filter by.
    pub numbers: Vec<FilterOption>,
}

/// Something to filter by.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct FilterOption {
    /// Id, or number.
    pub id: String,
    /// What people call it.
    pub name: String,
}

/// What a figure means.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct FigureDefinition {
    /// Which figure.
    pub figure: String,
    /// What it means.
    pub definition: String,
}

/// How things stand now (K-1).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct LiveFigures {
    /// Conversations that are not closed.
    pub active: u32,
    /// Those that wait for an agent.
    pub unassigned: u32,
    /// Those that agents have.
    pub in_progress: u32,
    /// Those that the virtual agent has.
    pub with_virtual_agent: u32,
    /// Since when the one waits that waits longest.
    #[ts(type = "number | null")]
    pub longest_wait_since: Option<i64>,
}

/// Durations, by their middle and their slow end.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct SpreadView {
    /// How many.
    #[ts(type = "number")]
    pub count: i64,
    /// Half are no longer than this, in milliseconds.
    #[ts(type = "number | null")]
    pub median: Option<i64>,
    /// Nine of ten are no longer than this, in milliseconds.
    #[ts(type = "number | null")]
    pub p90: Option<i64>,
}

/// Durations, by their average.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct MeanView {
    /// How many.
    #[ts(type = "number")]
    pub count: i64,
    /// In milliseconds.
    #[ts(type = "number | null")]
    pub average: Option<i64>,
}

/// All figures of one period.
#[derive(Debug, Clone, PartialEq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct PeriodFigures {
    /// First day.
    pub first: String,
    /// Last day.
    pub last: String,
    /// Bars, oldest first.
    pub steps: Vec<StepFigures>,
    /// Texts that came in, by day of the week (Monday first) and hour.
    #[ts(type = "number[][]")]
    pub hours: Vec<Vec<i64>>,
    /// Texts, by who wrote them.
    pub texts: TextCounts,
    /// K-1.
    pub first_response: SpreadView,
    /// K-1.
    pub handling: SpreadView,
    /// H-17.
    pub agent_response: MeanView,
    /// K-1.
    pub requester_response: MeanView,
    /// W.
    pub wrap_up: MeanView,
    /// Conversations, by what became of them.
    pub conversations: ConversationCounts,
    /// K-1: work that was accepted within its queue's target …
    #[ts(type = "number")]
    pub within_target: i64,
    /// … of so much work in queues that have one.
    #[ts(type = "number")]
    pub with_target: i64,
    /// K-3, by topic.
    pub topics: Vec<TopicInsight>,
    /// Texts that did not arrive, by reason; the most frequent first.
    pub failures: Vec<FailureInsight>,
    /// Who opted in or out.
    pub consents: ConsentInsight,
    /// What the carrier bills.
    pub segments: SegmentInsight,
    /// By agent.
    pub agents: Vec<AgentInsight>,
    /// By queue.
    pub queues: Vec<QueueInsight>,
}

/// Texts by who wrote them.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct TextCounts {
    /// Requesters.
    #[ts(type = "number")]
    pub received: i64,
    /// Live agents.
    #[ts(type = "number")]
    pub agents: i64,
    /// The virtual agent.
    #[ts(type = "number")]
    pub virtual_agent: i64,
    /// Our numbers, by nobody whom this desk knows.
    #[ts(type = "number")]
    pub elsewhere: i64,
}

/// Conversations by what became of them.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ConversationCounts {
    /// Began.
    #[ts(type = "number")]
    pub began: i64,
    /// Of those, by an agent.
    #[ts(type = "number")]
    pub by_agents: i64,
    /// Ended.
    #[ts(type = "number")]
    pub ended: i64,
    /// Of those, abandoned (I-18).
    #[ts(type = "number")]
    pub abandoned: i64,
    /// The virtual agent had them.
    #[ts(type = "number")]
    pub with_bot: i64,
    /// Of those, ended.
    #[ts(type = "number")]
    pub bot_ended: i64,
    /// Of those, without a person (K-3).
    #[ts(type = "number")]
    pub contained: i64,
    /// How often the virtual agent gave one to people.
    #[ts(type = "number")]
    pub handovers: i64,
}

/// One bar.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct StepFigures {
    /// Its first instant.
    #[ts(type = "number")]
    pub from: i64,
    /// The first instant after it.
    #[ts(type = "number")]
    pub until: i64,
    /// Texts.
    pub texts: TextCounts,
    /// Conversations that began in it.
    pub conversations: ConversationCounts,
    /// K-1.
    pub first_response: SpreadView,
    /// K-1.
    pub handling: SpreadView,
}

/// What became of a topic's conversations.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct TopicInsight {
    /// Its internal name; empty = outside any topic.
    pub topic: String,
    /// What people call it.
    pub name: String,
    /// Conversations in which it ran.
    #[ts(type = "number")]
    pub conversations: i64,
    /// Those that finished without a person.
    #[ts(type = "number")]
    pub contained: i64,
    /// How often it gave one to people.
    #[ts(type = "number")]
    pub handovers: i64,
}

/// Texts that did not arrive, for one reason.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct FailureInsight {
    /// The carrier's code; 0 = it gave none.
    pub code: u32,
    /// What happened.
    pub explanation: String,
    /// What to do.
    pub remedy: String,
    /// How many.
    #[ts(type = "number")]
    pub texts: i64,
}

/// Who opted in or out.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ConsentInsight {
    /// STOP.
    #[ts(type = "number")]
    pub stopped: i64,
    /// START.
    #[ts(type = "number")]
    pub started: i64,
    /// Notifications turned off.
    #[ts(type = "number")]
    pub turned_off: i64,
    /// Notifications turned on.
    #[ts(type = "number")]
    pub turned_on: i64,
}

/// What the carrier bills.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct SegmentInsight {
    /// Segments of texts that went out, without those that carry pictures.
    #[ts(type = "number")]
    pub sent: i64,
    /// Texts with pictures that went out.
    #[ts(type = "number")]
    pub pictures: i64,
    /// Segments of texts that came in.
    #[ts(type = "number")]
    pub received: i64,
    /// What one segment costs, as entered; `None` = nobody entered it.
    pub price: Option<String>,
    /// What those that went out cost.
    pub cost: Option<String>,
}

/// One agent's figures.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct AgentInsight {
    /// Who.
    pub agent_id: String,
    /// Name.
    pub name: String,
    /// Conversations with a part of theirs.
    #[ts(type = "number")]
    pub conversations: i64,
    /// Texts in them.
    #[ts(type = "number")]
    pub texts: i64,
    /// How long they had them together, in milliseconds.
    #[ts(type = "number")]
    pub held: i64,
    /// H-17.
    pub response: MeanView,
    /// K-2.
    #[ts(type = "number")]
    pub accepted: i64,
    /// K-2.
    #[ts(type = "number")]
    pub rejected: i64,
    /// K-2.
    #[ts(type = "number")]
    pub timed_out: i64,
}

/// One queue's figures (K-2).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct QueueInsight {
    /// Which; `None` = in none.
    pub queue_id: Option<String>,
    /// Name.
    pub name: String,
    /// Work that came in.
    #[ts(type = "number")]
    pub queued: i64,
    /// Agents got it.
    #[ts(type = "number")]
    pub accepted: i64,
    /// Of that, on the agent's behalf.
    #[ts(type = "number")]
    pub auto: i64,
    /// Nobody will.
    #[ts(type = "number")]
    pub canceled: i64,
    /// How often agents said no.
    #[ts(type = "number")]
    pub rejected: i64,
    /// How often agents did not answer.
    #[ts(type = "number")]
    pub timed_out: i64,
    /// Waited beyond the target.
    #[ts(type = "number")]
    pub exceeded: i64,
    /// How long accepted work waited.
    pub wait: MeanView,
}

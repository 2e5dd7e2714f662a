//! Who takes part in a conversation, and what an agent has to be told (H-11, A-7).

use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// Who takes part in the active interaction, seen by the agent at this desk.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct LiveGroupView {
    /// Everybody, the one who has it first.
    pub agents: Vec<LiveAgentView>,
    /// May add agents, and take those out who do not have it.
    pub can_add: bool,
    /// May take colleagues out again.
    pub can_take_out: bool,
    /// H-11: who has it, where a text to the customer would make this agent take part. Sending then asks first.
    pub joins_by_writing: Option<String>,
    /// Whom a whisper would reach; empty when there is nobody, or it is not allowed.
    pub whisper_reaches: Vec<String>,
}

/// One agent who takes part.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct LiveAgentView {
    /// UUID.
    pub id: String,
    /// Name.
    pub name: String,
    /// Has the conversation.
    pub has_it: bool,
    /// The agent at this desk.
    pub is_me: bool,
}

/// Add an agent to a conversation, or take one out.
#[derive(Debug, Clone, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ChangeLiveGroup {
    /// This laptop's id of the conversation.
    #[ts(type = "number")]
    pub conversation_id: i64,
    /// Whom.
    pub agent_id: String,
    /// What.
    pub act: LiveGroupActView,
}

/// What happens to somebody's taking part.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub enum LiveGroupActView {
    /// Asks them in.
    Add,
    /// Takes them out; with oneself, leaves.
    Remove,
}

/// What an agent has to be told about a conversation and has not seen yet.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct NoticeView {
    /// This laptop's id of the conversation.
    #[ts(type = "number")]
    pub conversation_id: i64,
    /// Who writes in it.
    pub requester: String,
    /// What it is about.
    pub kind: NoticeKindView,
    /// The same in words.
    pub words: String,
    /// When.
    #[ts(type = "number")]
    pub at: i64,
}

/// What a notice is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub enum NoticeKindView {
    /// A colleague ended the conversation by writing to somebody else at its number.
    TakenOver,
    /// A colleague whispered.
    Whispered,
    /// A colleague asked to take part.
    Added,
    /// It was an agent's who has left the team.
    Given,
    /// The topic that the virtual agent ran for them is over (H-9).
    AutopilotEnded,
}

/// The agent at this desk has seen what they were told about a conversation.
#[derive(Debug, Clone, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct SeeNotices {
    /// This laptop's id of the conversation.
    #[ts(type = "number")]
    pub conversation_id: i64,
    /// Which kinds.
    pub kinds: Vec<NoticeKindView>,
    /// The newest that was on screen.
    #[ts(type = "number")]
    pub up_to: i64,
}

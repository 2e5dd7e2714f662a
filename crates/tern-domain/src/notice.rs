//! What one agent has to be told about a conversation, and has not seen yet (A-7, H-11).
//!
//! A notice is kept until its agent has seen it: they may sign in hours later, or sit at another desk.

use serde::{Deserialize, Serialize};

use crate::address::ConversationKey;
use crate::ids::AgentId;
use crate::time::UtcMillis;

/// What it is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NoticeKind {
    /// a colleague ended their conversation by writing to somebody else at its number.
    TakenOver,
    /// H-11: a colleague whispered to them.
    Whispered,
    /// A colleague asked them into a conversation.
    Added,
    /// They have a conversation now because its agent left the team.
    Given,
    /// H-9: the topic that they let the virtual agent run is over.
    AutopilotEnded,
}

impl NoticeKind {
    /// All of them.
    pub const ALL: [Self; 5] = [
        Self::TakenOver,
        Self::Whispered,
        Self::Added,
        Self::Given,
        Self::AutopilotEnded,
    ];

    /// Stored word.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::TakenOver => "taken_over",
            Self::Whispered => "whispered",
            Self::Added => "added",
            Self::Given => "given",
            Self::AutopilotEnded => "autopilot_ended",
        }
    }
}

/// One notice. An agent has at most one of a kind in a conversation: a newer one takes its place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notice {
    /// Who is told.
    pub agent: AgentId,
    /// In which conversation.
    pub key: ConversationKey,
    /// What.
    pub kind: NoticeKind,
    /// Who did it; the agent themselves where the virtual agent did.
    pub by: AgentId,
    /// When.
    pub at: UtcMillis,
}

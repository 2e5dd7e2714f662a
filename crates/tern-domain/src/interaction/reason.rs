//! Why an interaction closed (I-18 … I-21), and the closed state that each reason belongs to.

use serde::{Deserialize, Serialize};

use super::state::InteractionState;

/// The `state_reason` of a closed interaction.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CloseReason {
    /// Asked for an agent and ended before one was assigned (I-18).
    LeftBeforeEngagement,
    /// Never engaged, or waited until time ran out (I-18).
    NoActivity,
    /// No answer to the agent for a long time (I-21, M-9).
    NoRequesterResponse,
    /// The requester ended it (I-19).
    UserEnded,
    /// Topic done, no agent needed (I-19).
    AutoClosed,
    /// Engaged, then silent (I-19).
    NoUserResponse,
    /// "Anything else?" stayed unanswered (I-19).
    TopicComplete,
    /// The agent ended it (I-19).
    AgentEnded,
    /// An agent wrote while the virtual agent had it (I-21, A-5).
    SupersededByAgent,
    /// The number went to somebody else (I-21, A-6).
    SupersededByUserChange,
    /// Unrecoverable error (I-20).
    Error,
}

impl CloseReason {
    /// Every reason.
    pub const ALL: [Self; 11] = [
        Self::LeftBeforeEngagement,
        Self::NoActivity,
        Self::NoRequesterResponse,
        Self::UserEnded,
        Self::AutoClosed,
        Self::NoUserResponse,
        Self::TopicComplete,
        Self::AgentEnded,
        Self::SupersededByAgent,
        Self::SupersededByUserChange,
        Self::Error,
    ];

    /// Stored word.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::LeftBeforeEngagement => "left_before_engagement",
            Self::NoActivity => "no_activity",
            Self::NoRequesterResponse => "no_requester_response",
            Self::UserEnded => "user_ended",
            Self::AutoClosed => "auto_closed",
            Self::NoUserResponse => "no_user_response",
            Self::TopicComplete => "topic_complete",
            Self::AgentEnded => "agent_ended",
            Self::SupersededByAgent => "superseded_by_agent",
            Self::SupersededByUserChange => "superseded_by_user_change",
            Self::Error => "error",
        }
    }

    /// Reads the stored word.
    #[must_use]
    pub fn from_stored(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|reason| reason.as_str() == word)
    }

    /// The closed state that goes with it.
    #[must_use]
    pub const fn closed_state(self) -> InteractionState {
        match self {
            Self::LeftBeforeEngagement | Self::NoActivity | Self::NoRequesterResponse => {
                InteractionState::ClosedAbandoned
            }
            Self::UserEnded
            | Self::AutoClosed
            | Self::NoUserResponse
            | Self::TopicComplete
            | Self::AgentEnded
            | Self::SupersededByAgent
            | Self::SupersededByUserChange => InteractionState::ClosedComplete,
            Self::Error => InteractionState::Faulted,
        }
    }
}

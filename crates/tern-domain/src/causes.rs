//! Why a state changed, what an action or an uncertain send came to, and what ended a snooze: words that events are
//! written in.

use serde::{Deserialize, Serialize};

use crate::ids::{AgentId, MessageId};
use crate::interaction::InteractionState;
use crate::sid::MessageSid;

/// Why an interaction changed its state without closing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StateCause {
    /// An agent took it.
    Taken,
    /// An agent accepted an offer of it.
    Accepted,
    /// An agent answered it, which takes it.
    Answered,
    /// An agent put it back.
    PutBack,
    /// An agent parked it.
    Held,
    /// An agent resumed it.
    Resumed,
    /// The requester wrote while it was parked.
    RequesterWrote,
    /// A messaging action (M-6, M-8).
    MessagingAction,
    /// Its agent is not there any more.
    AgentUnavailable,
    /// The virtual agent has it again.
    HandedBack,
    /// One of its sides ended it, and it is wrapped up (W-1).
    Ended,
    /// The virtual agent began to answer it (I-11).
    VirtualAgent,
    /// The virtual agent gave it to a person (H-2).
    HandedOver,
}

/// What came of a messaging action whose time had come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum ActionOutcome {
    /// M-4: the team was told.
    AgentPrompted,
    /// M-5: a text was written to the requester.
    RequesterPrompted {
        /// Which text.
        message_id: MessageId,
    },
    /// M-6: the agent was taken off.
    Reassigned,
    /// M-8: the interaction was put into a state.
    StateSet {
        /// Which.
        state: InteractionState,
    },
    /// M-13: its filter was not met.
    FilterNotMet,
    /// M-16: the carrier blocks texts to the requester.
    OptedOut,
    /// The requester cannot be texted, or not from the team's number.
    CannotBeTexted,
    /// It was so already, or cannot become so from here.
    NothingToDo,
}

impl ActionOutcome {
    /// The interaction is over by it.
    #[must_use]
    pub const fn closes(self) -> bool {
        matches!(self, Self::StateSet { state } if state.is_closed())
    }
}

/// What ended a snooze.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SnoozeEnd {
    /// Its time came.
    Due,
    /// The requester wrote.
    RequesterWrote,
    /// An agent woke it.
    Agent,
}

/// How we know that the carrier blocks or unblocks texts to a number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum OptOutEvidence {
    /// The requester texted a keyword.
    Keyword,
    /// The carrier refused a text with this code.
    Refusal {
        /// Twilio's error code.
        code: u32,
    },
    /// An agent said what a text meant that is almost STOP, or took that back.
    SaidByAgent {
        /// Who.
        agent: AgentId,
    },
}

/// Why an agent's text was stopped.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ScreenedFor {
    /// Sensitive data (H-15).
    Sensitive,
    /// A forbidden word (H-16).
    Forbidden,
}

/// How an uncertain send was settled.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum SettledAs {
    /// Found at the carrier.
    Found {
        /// The carrier's id.
        sid: MessageSid,
    },
    /// The agent says it arrived.
    WasSent,
    /// The agent wants it sent (again).
    SendAgain,
    /// The agent dropped it.
    Discarded,
}

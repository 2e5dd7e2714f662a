//! What Tern itself says in a conversation, and which of it the requester gets (R-7, H-14).
//!
//! Threads live long: a requester is told what changes something for them, and nothing else.

/// Something that Tern has to say.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum SystemMessage {
    /// An agent ended the conversation.
    EndedByAgent,
    /// The requester ended it.
    EndedByRequester,
    /// Neither side did: it ran out, failed, or gave way to another one.
    EndedBySystem,
    /// The queue's first agent response (H-7).
    FirstAgentResponse,
    /// Nobody will answer now, or nobody did: what the team wrote for it (R-4, H-3, H-4, Q-13).
    NobodyAvailable,
    /// Somebody entered: an agent, or one more.
    SomeoneEntered,
    /// Nobody has written for a while (I-15).
    IdleWarning,
    /// The text of a messaging action that the team wrote for the requester (M-5).
    Prompt,
    /// The answer to START or another word about notifications (S-2, S-3, S-7).
    Subscription,
}

impl SystemMessage {
    /// All of them.
    pub const ALL: [Self; 9] = [
        Self::EndedByAgent,
        Self::EndedByRequester,
        Self::EndedBySystem,
        Self::FirstAgentResponse,
        Self::NobodyAvailable,
        Self::SomeoneEntered,
        Self::IdleWarning,
        Self::Prompt,
        Self::Subscription,
    ];

    /// H-14: the requester gets it.
    #[must_use]
    pub const fn is_shown_to_requester(self) -> bool {
        match self {
            Self::EndedByAgent
            | Self::EndedByRequester
            | Self::FirstAgentResponse
            | Self::NobodyAvailable
            | Self::Prompt
            | Self::Subscription => true,
            Self::EndedBySystem | Self::SomeoneEntered | Self::IdleWarning => false,
        }
    }
}

//! The states of an interaction and the moves between them (I-1 … I-7, I-11).

use serde::{Deserialize, Serialize};

/// State of an interaction.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum InteractionState {
    /// I-1: not yet worked.
    New,
    /// I-2: somebody works on it.
    WorkInProgress,
    /// I-3, I-12: parked by the agent.
    OnHold,
    /// I-4: conversation over, notes being finished.
    WrapUp,
    /// I-5: finished on purpose.
    ClosedComplete,
    /// I-6: the requester left or stayed silent.
    ClosedAbandoned,
    /// I-7: closed by an error.
    Faulted,
}

impl InteractionState {
    /// Every state, in the order of the rule book.
    pub const ALL: [Self; 7] = [
        Self::New,
        Self::WorkInProgress,
        Self::OnHold,
        Self::WrapUp,
        Self::ClosedComplete,
        Self::ClosedAbandoned,
        Self::Faulted,
    ];

    /// Stored word.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::New => "new",
            Self::WorkInProgress => "work_in_progress",
            Self::OnHold => "on_hold",
            Self::WrapUp => "wrap_up",
            Self::ClosedComplete => "closed_complete",
            Self::ClosedAbandoned => "closed_abandoned",
            Self::Faulted => "faulted",
        }
    }

    /// Reads the stored word.
    #[must_use]
    pub fn from_stored(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.as_str() == word)
    }

    /// Takes new texts. Wrap-up does not: a text then starts a new interaction (I-13).
    #[must_use]
    pub const fn is_active(self) -> bool {
        matches!(self, Self::New | Self::WorkInProgress | Self::OnHold)
    }

    /// Final: no reopening (I-11).
    #[must_use]
    pub const fn is_closed(self) -> bool {
        matches!(
            self,
            Self::ClosedComplete | Self::ClosedAbandoned | Self::Faulted
        )
    }

    /// I-11, the whole table.
    #[must_use]
    pub const fn can_become(self, next: Self) -> bool {
        use InteractionState as S;
        match self {
            S::New => matches!(next, S::WorkInProgress) || next.is_closed(),
            S::WorkInProgress => matches!(next, S::New | S::OnHold | S::WrapUp) || next.is_closed(),
            S::OnHold => matches!(next, S::WorkInProgress | S::WrapUp) || next.is_closed(),
            S::WrapUp => matches!(next, S::ClosedComplete),
            S::ClosedComplete | S::ClosedAbandoned | S::Faulted => false,
        }
    }
}

/// Who answers now.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Handler {
    /// The bot.
    VirtualAgent,
    /// Nobody yet: waiting for a live agent.
    Queue,
    /// A person.
    LiveAgent,
}

impl Handler {
    /// Stored word.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::VirtualAgent => "virtual_agent",
            Self::Queue => "queue",
            Self::LiveAgent => "live_agent",
        }
    }

    /// Reads the stored word.
    #[must_use]
    pub fn from_stored(word: &str) -> Option<Self> {
        [Self::VirtualAgent, Self::Queue, Self::LiveAgent]
            .into_iter()
            .find(|handler| handler.as_str() == word)
    }
}

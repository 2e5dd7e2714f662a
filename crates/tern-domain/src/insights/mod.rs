//! Figures for supervisors (K-1 … K-3, H-17): what is counted, and what each figure means.
//!
//! Owns the rules by which events and texts become figures, the words in which each figure is explained, who may see
//! whose, and the calendar that puts instants into local days and hours. It refuses to store or to ask: rows come in, numbers go out.

mod conversation;
mod definition;
mod period;
mod reach;
mod spread;
mod work;

pub use conversation::{
    AgentPart, ConversationFact, ConversationFigures, Outcome, TextFact, TextPart, figures_of,
};
pub use definition::Figure;
pub use period::{LocalTime, Period, PeriodRefusal, Step, StepRange};
pub use reach::{Reach, ReachRefusal};
pub use spread::{Mean, Spread};
pub use work::{OfferPart, WorkFact, WorkFigures, WorkOutcome, work_figures_of};

use serde::{Deserialize, Serialize};

use crate::delivery::Direction;
use crate::ids::AgentId;
use crate::message::Author;

/// Who wrote a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Writer {
    /// The person with the phone.
    Requester,
    /// A live agent.
    Agent(AgentId),
    /// The virtual agent. Its texts are nobody's answer (M-12).
    VirtualAgent,
    /// Our number, by nobody whom this desk knows: history, a notification, another program.
    Other,
}

impl Writer {
    /// Who wrote a text of that direction and author.
    #[must_use]
    pub const fn of(direction: Direction, author: Option<Author>) -> Self {
        match (direction, author) {
            (Direction::Inbound, _) => Self::Requester,
            (Direction::Outbound, Some(Author::Agent(agent))) => Self::Agent(agent),
            (Direction::Outbound, Some(Author::VirtualAgent)) => Self::VirtualAgent,
            (Direction::Outbound, None) => Self::Other,
        }
    }

    /// The live agent, if it was one.
    #[must_use]
    pub const fn agent(self) -> Option<AgentId> {
        match self {
            Self::Agent(agent) => Some(agent),
            Self::Requester | Self::VirtualAgent | Self::Other => None,
        }
    }
}

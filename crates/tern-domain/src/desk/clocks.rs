//! Who waits for whom, and since when (M-2, M-3, M-11, M-12).

use serde::{Deserialize, Serialize};

use crate::delivery::Direction;
use crate::interaction::{Handler, Interaction};
use crate::message::{Author, NewMessage, Placement};
use crate::time::UtcMillis;

/// The two waits of an active interaction. Only texts of people count (M-12).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct ReplyClocks {
    /// The oldest text of the requester that no agent has answered (M-11).
    pub waiting_since: Option<UtcMillis>,
    /// The newest text of an agent that the requester has not answered (M-11).
    pub answered_at: Option<UtcMillis>,
}

impl ReplyClocks {
    /// Nobody waits.
    pub const STOPPED: Self = Self {
        waiting_since: None,
        answered_at: None,
    };

    /// Nobody waits.
    #[must_use]
    pub fn are_stopped(&self) -> bool {
        *self == Self::STOPPED
    }

    /// The clocks as an interaction goes on. Nobody waits for an agent while the virtual agent has it: who is
    /// handed over waits from then on. What an agent's topic held up goes on with what was left of it (M-14).
    #[must_use]
    pub(crate) fn moved(self, before: &Interaction, after: &Interaction, now: UtcMillis) -> Self {
        if after.handler == Handler::VirtualAgent {
            return Self::STOPPED;
        }
        let mut clocks = self;
        if let (Some(since), None) = (before.suspended_at, after.suspended_at) {
            let paused = now.since(since);
            clocks.waiting_since = clocks.waiting_since.map(|at| at + paused);
            clocks.answered_at = clocks.answered_at.map(|at| at + paused);
        }
        if before.handler == Handler::VirtualAgent {
            clocks.waiting_since = clocks.waiting_since.or(Some(now));
        }
        clocks
    }

    /// The clocks after one more text, in the interaction that it belongs to. What the requester writes to
    /// the virtual agent waits for no agent, but it answers one.
    ///
    /// A text of ours that the carrier shows and nobody here wrote was sent from elsewhere: somebody
    /// answered, but whether a person did is not known, so it ends a wait and starts none.
    #[must_use]
    pub(crate) fn after(self, message: &NewMessage, interaction: Option<&Interaction>) -> Self {
        if message.placement == Placement::History {
            return self;
        }
        let is_bots_turn = interaction
            .is_some_and(|it| it.handler == Handler::VirtualAgent || it.suspended_at.is_some());
        match (message.direction, message.author) {
            (Direction::Inbound, _) if message.unread && is_bots_turn => Self {
                answered_at: None,
                ..self
            },
            (Direction::Inbound, _) if message.unread => Self {
                waiting_since: self.waiting_since.or(Some(message.at)),
                answered_at: None,
            },
            (Direction::Outbound, Some(Author::Agent(_))) => Self {
                waiting_since: None,
                answered_at: Some(message.at),
            },
            (Direction::Outbound, None) if message.sid.is_some() => Self {
                waiting_since: None,
                ..self
            },
            _ => self,
        }
    }
}

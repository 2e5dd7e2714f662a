//! Transcripts (H-12) and the agents' average response (H-17).
//!
//! The external transcript may be given out: it holds what requester and agents wrote to each other and
//! nothing else. The internal one is for the team and holds everything, private words marked as such.

use serde::{Deserialize, Serialize};

use crate::time::{Millis, UtcMillis};

/// Who a line of a transcript is from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Speaker {
    /// The person who asked.
    Requester,
    /// A live agent.
    Agent,
    /// The bot.
    VirtualAgent,
    /// Tern itself: texts it wrote, and what happened.
    System,
    /// An agent, to the team only.
    Private,
}

/// Which transcript.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Transcript {
    /// Everything.
    Internal,
    /// Requester and agents only.
    External,
}

impl Transcript {
    /// Whether what somebody wrote belongs in it (H-12).
    #[must_use]
    pub const fn has(self, speaker: Speaker) -> bool {
        matches!(self, Self::Internal) || matches!(speaker, Speaker::Requester | Speaker::Agent)
    }
}

/// H-17: the mean time from the first unanswered text of the requester to the agent's next one. Texts of
/// the requester in between are not counted. `None` without any answer. Turns have to be in order of time.
#[must_use]
pub fn average_response(turns: &[(UtcMillis, Speaker)]) -> Option<Millis> {
    let mut asked_at = None;
    let (mut total, mut pairs) = (0_i64, 0_i64);
    for (at, speaker) in turns {
        match speaker {
            Speaker::Requester => asked_at = asked_at.or(Some(*at)),
            Speaker::Agent => {
                if let Some(asked_at) = asked_at.take() {
                    total = total.saturating_add(at.since(asked_at).0);
                    pairs += 1;
                }
            }
            Speaker::VirtualAgent | Speaker::System | Speaker::Private => {}
        }
    }
    (pairs > 0).then(|| Millis(total / pairs))
}

//! Who may see whose figures (K-1 … K-3 are figures for supervisors).

use super::Figure;
use crate::agents::Agent;
use crate::ids::AgentId;
use crate::interaction::Authority;

/// Whose figures somebody may see.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reach {
    /// Everybody's.
    Team,
    /// This agent's own.
    Own(AgentId),
}

/// Why somebody may not see a figure.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ReachRefusal {
    /// It is a colleague's.
    #[error("only a supervisor or an administrator can look at a colleague's figures")]
    OfSomebodyElse,
    /// It says nothing about one agent.
    #[error("only a supervisor or an administrator can look at figures of the whole team")]
    OfTheTeam,
}

impl Reach {
    /// What this agent may see: supervisors and administrators everything, others themselves. Whoever the desk does
    /// not know has no figures but their own, which are none.
    #[must_use]
    pub fn of(id: AgentId, agent: Option<&Agent>) -> Self {
        match agent.map(Agent::authority) {
            Some(Authority::Supervisor) => Self::Team,
            Some(Authority::Agent) | None => Self::Own(id),
        }
    }

    /// The agent to filter by where this one was asked for: an own reach has no other filter.
    ///
    /// # Errors
    /// [`ReachRefusal::OfSomebodyElse`].
    pub fn filter(self, asked: Option<AgentId>) -> Result<Option<AgentId>, ReachRefusal> {
        match (self, asked) {
            (Self::Team, asked) => Ok(asked),
            (Self::Own(own), Some(asked)) if asked != own => Err(ReachRefusal::OfSomebodyElse),
            (Self::Own(own), _) => Ok(Some(own)),
        }
    }

    /// Whether this figure is one of theirs: what requesters do, what the virtual agent does, what is billed, and
    /// how queues do (colleagues turned work down there) says nothing about one agent alone.
    #[must_use]
    pub const fn shows(self, figure: Figure) -> bool {
        match self {
            Self::Team => true,
            Self::Own(_) => !matches!(
                figure,
                Figure::Hours
                    | Figure::Containment
                    | Figure::Handovers
                    | Figure::Consent
                    | Figure::Segments
                    | Figure::Queues
            ),
        }
    }

    /// Refuses what became of a topic's conversations (K-3): it is what the page of figures says of the virtual agent,
    /// one topic at a time, so whoever may not see it there does not see it beside the topic either.
    ///
    /// # Errors
    /// [`ReachRefusal::OfTheTeam`].
    pub const fn check_topics(self) -> Result<(), ReachRefusal> {
        match self.check(Figure::Containment) {
            Ok(()) => self.check(Figure::Handovers),
            refused @ Err(_) => refused,
        }
    }

    /// Refuses a figure that is not theirs.
    ///
    /// # Errors
    /// [`ReachRefusal::OfTheTeam`].
    pub const fn check(self, figure: Figure) -> Result<(), ReachRefusal> {
        if self.shows(figure) {
            Ok(())
        } else {
            Err(ReachRefusal::OfTheTeam)
        }
    }
}

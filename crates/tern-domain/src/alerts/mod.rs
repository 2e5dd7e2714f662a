//! Notifications to the agent at this desk: whether one is raised, how it sounds, when it is raised again
//! (Q-3, Q-7, M-4, Q-16, Q-17).
//!
//! Silence keeps notifications away, never the texts: lists and counts go on as ever. [`decide()`] is the one
//! place that says yes or no, for the first time and for every repetition.

mod decide;
mod quiet;
mod rules;

pub use decide::{
    AlertDecision, AlertMoment, AlertScene, Outcome, Silence, Withheld, decide, silence,
};
pub use quiet::QuietWeek;
pub use rules::{AlertProblem, AlertRepeat, AlertRules, KindRule};

use serde::{Deserialize, Serialize};

use crate::ids::{AgentId, ConversationId, TimerId, WorkItemId};
use crate::plan::{Effect, Timer, TimerPurpose};

/// What agents may choose about apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum AlertKind {
    /// A text in a conversation that nobody has taken.
    NewWork,
    /// A text in a conversation of the agent's own.
    Ongoing,
    /// Anything about a conversation of a colleague's.
    Others,
    /// Work that is offered to the agent, or was given to them.
    Offer,
    /// A wait that a messaging action reminds of (M-4), a snooze that is over.
    Reminder,
}

impl AlertKind {
    /// Every kind.
    pub const ALL: [Self; 5] = [
        Self::NewWork,
        Self::Ongoing,
        Self::Others,
        Self::Offer,
        Self::Reminder,
    ];
}

/// How a notification sounds: names of what the desktop itself can play.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AlertSound {
    /// As the desktop announces a message.
    #[default]
    Message,
    /// A bell.
    Bell,
    /// Something is finished.
    Chime,
    /// A telephone rings.
    Ring,
    /// A warning.
    Warning,
    /// Nothing is heard.
    Silent,
}

/// What a notification is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum AlertSubject {
    /// A text came in.
    Text,
    /// Work is offered.
    Offer {
        /// Which.
        work_item: WorkItemId,
    },
    /// Work was accepted on the agent's behalf.
    Given,
    /// A messaging action asks for an answer (M-4).
    Prompt,
    /// A snooze is over.
    SnoozeEnded,
}

/// A notification, in the course of its repetitions. A conversation has at most one: a newer one takes the
/// place of the older.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Alert {
    /// About which conversation.
    pub conversation: ConversationId,
    /// For whom: who was signed in when it was first raised.
    pub agent: AgentId,
    /// About what.
    pub subject: AlertSubject,
    /// How often it was raised already.
    pub raised: u16,
}

impl Alert {
    /// One that was never raised.
    #[must_use]
    pub const fn new(conversation: ConversationId, agent: AgentId, subject: AlertSubject) -> Self {
        Self {
            conversation,
            agent,
            subject,
            raised: 0,
        }
    }

    /// The timer that follows from what was decided: the next repetition, or none any more.
    #[must_use]
    pub fn next_timer(self, decision: &AlertDecision) -> Effect {
        let id = TimerId::of_alert(self.conversation);
        let Some(due_at) = decision.repeat_at else {
            return Effect::CancelTimer(id);
        };
        let raised = match decision.outcome {
            Outcome::Raise { .. } => self.raised.saturating_add(1),
            Outcome::Withhold(_) => self.raised,
        };
        Effect::ArmTimer(Timer {
            id,
            due_at,
            purpose: TimerPurpose::AlertRepeats {
                alert: Self { raised, ..self },
            },
        })
    }
}

/// Whether somebody who looks at a conversation ends this timer: a repetition has done its work then. An
/// offer's goes on, because looking is no answer to it.
#[must_use]
pub fn ends_by_looking(timer: &Timer) -> bool {
    match timer.purpose {
        TimerPurpose::AlertRepeats { alert } => {
            !matches!(alert.subject, AlertSubject::Offer { .. })
        }
        _ => false,
    }
}

//! Messaging actions (M-1 … M-16): what happens by itself when somebody waits too long.
//!
//! An action watches one of two waits of an interaction. `timing` arms and cancels its timers as the
//! waits begin and end; `fire` says what a timer that has come due does; `rehearsal` tells what
//! actions would have done with a conversation of the past.

mod fire;
mod rehearsal;
mod timing;

pub use fire::{FireContext, plan_fire};
pub use rehearsal::{PastFact, PastTurn, Rehearsed, rehearse};
pub use timing::Tracker;
pub(crate) use timing::{Waits, Watchers, changes};

use serde::{Deserialize, Serialize};

use crate::condition::{Condition, ConditionProblem};
use crate::ids::MessagingActionId;
use crate::interaction::InteractionState;
use crate::segments::measure;
use crate::time::Millis;

/// Which wait an action watches.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ActionEvent {
    /// M-2: the requester wrote and no agent has answered.
    RequesterMessageWithoutAgentResponse,
    /// M-3: an agent wrote and the requester has not answered.
    AgentMessageWithoutRequesterResponse,
}

impl ActionEvent {
    /// Stored word.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::RequesterMessageWithoutAgentResponse => {
                "requester_message_without_agent_response"
            }
            Self::AgentMessageWithoutRequesterResponse => {
                "agent_message_without_requester_response"
            }
        }
    }

    /// Reads the stored word.
    #[must_use]
    pub fn from_stored(word: &str) -> Option<Self> {
        [
            Self::RequesterMessageWithoutAgentResponse,
            Self::AgentMessageWithoutRequesterResponse,
        ]
        .into_iter()
        .find(|event| event.as_str() == word)
    }
}

/// What an action does.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum ActionAct {
    /// M-4: a notification and a mark, for the team.
    PromptAgent {
        /// Its words.
        text: String,
    },
    /// M-5: a text to the requester, written by Tern.
    PromptRequester {
        /// Its words.
        text: String,
    },
    /// M-6, M-7: takes the agent off, so that it is new work again.
    Reassign,
    /// M-8: puts the interaction into a state.
    SetState {
        /// Which.
        state: InteractionState,
    },
}

/// One messaging action (M-10).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MessagingAction {
    /// Global id.
    pub id: MessagingActionId,
    /// What people call it.
    pub name: String,
    /// The wait it watches.
    pub event: ActionEvent,
    /// How long the wait has to last.
    pub after: Millis,
    /// Inactive ones watch nothing.
    pub is_active: bool,
    /// What has to hold when the time has come; a condition's text.
    pub filter: String,
    /// What it does then.
    pub act: ActionAct,
}

/// Shortest wait of an action.
pub const SHORTEST_WAIT: Millis = Millis::minutes(1);
/// Longest wait of an action.
pub const LONGEST_WAIT: Millis = Millis::days(365);

/// Something wrong with an action, by the field it is wrong in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ActionProblem {
    /// It has no name.
    NoName,
    /// Its wait is out of bounds.
    Wait,
    /// It has nothing to say.
    NoText,
    /// Its text to the requester is too long by so many characters (T-7).
    TextTooLong {
        /// Characters too many.
        over_by: u32,
    },
    /// An action cannot put anything into this state.
    State,
    /// Its filter is not good.
    Filter(Vec<ConditionProblem>),
}

impl MessagingAction {
    /// Everything that is wrong with it; empty for a good one.
    #[must_use]
    pub fn problems(&self) -> Vec<ActionProblem> {
        let mut problems = Vec::new();
        if self.name.trim().is_empty() {
            problems.push(ActionProblem::NoName);
        }
        if self.after < SHORTEST_WAIT || self.after > LONGEST_WAIT {
            problems.push(ActionProblem::Wait);
        }
        match &self.act {
            ActionAct::PromptAgent { text } | ActionAct::PromptRequester { text }
                if text.trim().is_empty() =>
            {
                problems.push(ActionProblem::NoText);
            }
            ActionAct::PromptRequester { text } => {
                let over_by = measure(text).over_limit_by;
                if over_by > 0 {
                    problems.push(ActionProblem::TextTooLong { over_by });
                }
            }
            ActionAct::SetState { state } if !Self::STATES.contains(state) => {
                problems.push(ActionProblem::State);
            }
            ActionAct::PromptAgent { .. } | ActionAct::Reassign | ActionAct::SetState { .. } => {}
        }
        if let Err(found) = Condition::compile(&self.filter) {
            problems.push(ActionProblem::Filter(found));
        }
        problems
    }

    /// The states that an action can choose (M-8).
    pub const STATES: [InteractionState; 4] = [
        InteractionState::WorkInProgress,
        InteractionState::OnHold,
        InteractionState::ClosedComplete,
        InteractionState::ClosedAbandoned,
    ];
}

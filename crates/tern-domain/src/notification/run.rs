//! One sending of a notification, and where it stands with each recipient.

use serde::{Deserialize, Serialize};

use super::content::Occasion;
use super::decide::{RefusalReason, WaitReason};
use crate::ids::{AgentId, ConversationId, MessageId, NotificationId, NotificationRunId, PersonId};
use crate::phone::PhoneNumber;
use crate::time::UtcMillis;
use crate::topic::Row;

/// Why a notification is sent.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum RunCause {
    /// A row was written.
    Record {
        /// Its table's name for it.
        row: String,
        /// What it held then; empty once the run is done.
        values: Row,
        /// The person in whose conversation it was written.
        originator: Option<PersonId>,
    },
    /// Somebody said that something happened.
    Event {
        /// Who.
        by: AgentId,
        /// What they said about it.
        parms: [String; 2],
    },
}

impl RunCause {
    /// What the texts are filled in with.
    #[must_use]
    pub fn occasion(&self) -> Occasion {
        match self {
            Self::Record { values, .. } => Occasion {
                row: values.clone(),
                parms: Default::default(),
            },
            Self::Event { parms, .. } => Occasion {
                row: Row::new(),
                parms: parms.clone(),
            },
        }
    }

    /// The cause without the row's copy: once everybody was dealt with nothing is filled in with it any more, and what
    /// is kept for longer than it is needed is found by somebody whom it does not concern.
    #[must_use]
    pub fn forget_row(self) -> Self {
        match self {
            Self::Record {
                row, originator, ..
            } => Self::Record {
                row,
                values: Row::new(),
                originator,
            },
            event @ Self::Event { .. } => event,
        }
    }

    /// Who caused it, if that is a person of the directory.
    #[must_use]
    pub const fn originator(&self) -> Option<PersonId> {
        match self {
            Self::Record { originator, .. } => *originator,
            Self::Event { .. } => None,
        }
    }
}

/// Where a run stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RunState {
    /// It goes on by itself.
    Running,
    /// It was paused; nobody gets anything until it is resumed.
    Paused,
    /// Everybody has got it or is known not to.
    Done,
}

impl RunState {
    /// Stored word.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Running => "running",
            Self::Paused => "paused",
            Self::Done => "done",
        }
    }

    /// Reads a stored word.
    #[must_use]
    pub fn from_stored(word: &str) -> Option<Self> {
        [Self::Running, Self::Paused, Self::Done]
            .into_iter()
            .find(|state| state.as_str() == word)
    }
}

/// One sending of a notification.
#[derive(Debug, Clone, PartialEq)]
pub struct NotificationRun {
    /// Its row in this laptop's file.
    pub id: NotificationRunId,
    /// Which notification.
    pub notification: NotificationId,
    /// When it began.
    pub started_at: UtcMillis,
    /// Where it stands.
    pub state: RunState,
    /// Why it is sent.
    pub cause: RunCause,
    /// Where listing its recipients goes on; `None` = all are listed.
    pub listed_to: Option<String>,
}

/// Where a run stands with a recipient.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum RecipientState {
    /// It is their turn next.
    Planned,
    /// Later.
    Waiting {
        /// Why.
        why: WaitReason,
    },
    /// In the outbox, whatever became of it there.
    Sent {
        /// The text.
        message: MessageId,
    },
    /// They do not get it.
    Refused {
        /// Why.
        why: RefusalReason,
    },
}

impl RecipientState {
    /// Stored word.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Planned => "planned",
            Self::Waiting { .. } => "waiting",
            Self::Sent { .. } => "sent",
            Self::Refused {
                why: RefusalReason::Dropped,
            } => "dropped",
            Self::Refused { .. } => "refused",
        }
    }
}

/// One recipient of a run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RunRecipient {
    /// Which run.
    pub run: NotificationRunId,
    /// Their place in it, from 0.
    pub place: u32,
    /// Who; `None` = a number that belongs to nobody.
    pub person: Option<PersonId>,
    /// The number that a column held.
    pub number: Option<PhoneNumber>,
    /// Chosen by name or role, not by what they subscribed to (S-14).
    pub is_chosen: bool,
    /// Where it stands.
    pub state: RecipientState,
    /// Where they got it.
    pub conversation: Option<ConversationId>,
    /// When they got it, or are looked at next.
    pub at: Option<UtcMillis>,
}

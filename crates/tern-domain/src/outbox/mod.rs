//! Texts waiting to leave: the promise that nothing is sent twice without somebody saying so.
//!
//! An entry is in flight only after that was committed, and it leaves that state only with the
//! carrier's answer. Where there is no answer it becomes uncertain, never "try again".

mod attempt;
mod matching;
mod order;
mod settle;

pub(crate) use attempt::refuse_what_waits;
pub use attempt::{
    Attempt, AttemptRefusal, SendOutcome, plan_attempt, plan_outcome, plan_reconnection,
    plan_recovery, plan_restored,
};
pub(crate) use matching::could_be;
pub use matching::{Match, UncertainSend, match_uncertain};
pub use order::{next_due, next_wake};
pub use settle::{
    RecallRefusal, SettleRefusal, Settlement, plan_late_row, plan_recall, plan_settle,
};

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::address::ConversationKey;
use crate::desk::ReplyClocks;
use crate::ids::{MediaId, MessageId, MessagingActionId};
use crate::message::MessageText;
use crate::sid::MessageSid;
use crate::time::UtcMillis;

/// One text on its way out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OutboxEntry {
    /// Which text.
    pub message_id: MessageId,
    /// Its conversation: from `key.provider` to `key.requester`.
    pub key: ConversationKey,
    /// Exactly what is sent.
    pub body: MessageText,
    /// Pictures to publish and send along.
    pub media: Vec<MediaId>,
    /// Pictures to send along that are in a public place already.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub pictures: Vec<LinkedPicture>,
    /// It is a texted code (L-2): `body` is what is kept of it, and the digits are in memory only.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub holds_code: bool,
    /// When the agent sent it: the order within the conversation (T-13).
    pub created_at: UtcMillis,
    /// How often it was tried.
    pub attempts: u32,
    /// When the last request began, by the carrier's clock; its row, if there is one, is not older.
    #[serde(default)]
    pub last_tried_at: Option<UtcMillis>,
    /// Who waited for whom before it was written: what calling it back restores.
    #[serde(default, skip_serializing_if = "ReplyClocks::are_stopped")]
    pub clocks_before: ReplyClocks,
    /// Which messaging actions watched those waits, and watch them again once it is called back; `None` = all.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub watched_before: Option<BTreeSet<MessagingActionId>>,
    /// Where it stands.
    pub state: OutboxState,
}

/// A picture in a public place.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LinkedPicture {
    /// Where the carrier fetches it.
    pub url: String,
    /// What it shows, for whoever reads the thread (V-8); may be empty.
    #[serde(default)]
    pub alt_text: String,
}

/// Where an outbox entry stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum OutboxState {
    /// Held back so that the agent can undo it.
    Held {
        /// Leaves after this.
        until: UtcMillis,
    },
    /// Waiting for its turn.
    Waiting,
    /// The request is being made; nobody knows its outcome.
    InFlight {
        /// When it began, by the carrier's clock: its row, if there is one, is not older.
        t0: UtcMillis,
    },
    /// The carrier has it. Without a SID if only the agent says so.
    Sent {
        /// The carrier's id.
        sid: Option<MessageSid>,
    },
    /// The carrier, or Tern itself, will not send it as it is.
    Refused {
        /// Why.
        refusal: Refusal,
    },
    /// Certainly not sent; to be tried again.
    RetryAt {
        /// When.
        at: UtcMillis,
        /// The carrier's code, if it gave one.
        code: Option<u32>,
        /// What was in the way.
        #[serde(default)]
        obstacle: Obstacle,
    },
    /// It may or may not have been sent.
    Uncertain {
        /// Since when that is known.
        since: UtcMillis,
        /// When the request began, by the carrier's clock.
        t0: UtcMillis,
    },
    /// The agent dropped it after it became uncertain.
    Discarded,
    /// Called back before it left.
    Canceled,
}

/// What kept a text from being sent for now. It decides what ends the wait besides time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Obstacle {
    /// No connection came about.
    Unreachable,
    /// The credentials were refused.
    Credentials,
    /// The carrier wants less at once; only time helps.
    #[default]
    Pace,
}

/// Why a text was refused for good.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Refusal {
    /// By the carrier.
    Carrier {
        /// Twilio's code; `None` if the answer had none.
        code: Option<u32>,
    },
    /// Its pictures cannot be put where the carrier could fetch them.
    PicturesNotPublished,
    /// Its code was in memory only, and gone or too old before the text could leave.
    CodeGone,
}

impl Refusal {
    /// The carrier's code, if there is one.
    #[must_use]
    pub const fn code(self) -> Option<u32> {
        match self {
            Self::Carrier { code } => code,
            Self::PicturesNotPublished | Self::CodeGone => None,
        }
    }
}

impl OutboxState {
    /// Stored word of the kind of state.
    #[must_use]
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::Held { .. } => "held",
            Self::Waiting => "waiting",
            Self::InFlight { .. } => "in_flight",
            Self::Sent { .. } => "sent",
            Self::Refused { .. } => "refused",
            Self::RetryAt { .. } => "retry_at",
            Self::Uncertain { .. } => "uncertain",
            Self::Discarded => "discarded",
            Self::Canceled => "canceled",
        }
    }

    /// Nothing more will be done with it.
    #[must_use]
    pub const fn is_finished(&self) -> bool {
        matches!(
            self,
            Self::Sent { .. } | Self::Refused { .. } | Self::Discarded | Self::Canceled
        )
    }
}

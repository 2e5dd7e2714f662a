//! The record of consent: who opted in or out, of what, when, and by which text.

use serde::{Deserialize, Serialize};

use crate::address::ConversationKey;
use crate::event::Actor;
use crate::ids::MessageId;
use crate::time::UtcMillis;

/// What changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum ConsentChange {
    /// No text may be sent any more.
    Blocked {
        /// Twilio's code, if we learned it from a refused text instead of a word.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        code: Option<u32>,
    },
    /// Texts may be sent again.
    Unblocked,
    /// Notifications are wanted.
    NotificationsOn,
    /// Notifications are not wanted.
    NotificationsOff,
    /// S-6: they went off by themselves, because the number is somebody else's or not linked any more.
    NotificationsReset,
    /// A text that is almost STOP came.
    StopSuspected,
    /// An agent said what it meant.
    StopAnswered {
        /// They want no more texts.
        wants_to_stop: bool,
    },
    /// Written by a later version of Tern.
    #[serde(other)]
    Unrecognised,
}

/// One line of the record. Never changed and never removed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Consent {
    /// The conversation it was said in, and what it holds for.
    pub key: ConversationKey,
    /// When, by carrier time where a text said it.
    pub at: UtcMillis,
    /// Who said it.
    pub by: Actor,
    /// The text that said it.
    pub message_id: Option<MessageId>,
    /// What changed.
    pub change: ConsentChange,
}

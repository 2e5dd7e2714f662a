//! Texts: as the carrier tells of them, as they are to be stored, and as they were stored.

use serde::{Deserialize, Serialize};

use crate::address::{Address, ConversationKey};
use crate::delivery::{DeliveryStatus, Direction};
use crate::ids::{AgentId, MediaId, MessageId};
use crate::sid::{MessageSid, MessagingServiceSid};
use crate::time::UtcMillis;

/// What a person wrote. `Debug` tells its length only, so that a body cannot slip into a log.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct MessageText(String);

impl MessageText {
    /// Wraps a text.
    #[must_use]
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The text, owned.
    #[must_use]
    pub fn into_string(self) -> String {
        self.0
    }

    /// Nothing but white space.
    #[must_use]
    pub fn is_blank(&self) -> bool {
        self.0.trim().is_empty()
    }
}

impl From<String> for MessageText {
    fn from(text: String) -> Self {
        Self(text)
    }
}

impl From<&str> for MessageText {
    fn from(text: &str) -> Self {
        Self(text.to_owned())
    }
}

impl std::fmt::Debug for MessageText {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "MessageText({} bytes)", self.0.len())
    }
}

/// One row of the carrier's list, or one webhook, after mapping from the wire.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CarrierMessage {
    /// The carrier's id.
    pub sid: MessageSid,
    /// Which way it went.
    pub direction: Direction,
    /// Sender.
    pub from: Address,
    /// Recipient.
    pub to: Address,
    /// Text; empty for a picture alone and after redaction.
    pub body: MessageText,
    /// Where it stands.
    pub status: DeliveryStatus,
    /// Why it failed.
    pub error_code: Option<u32>,
    /// Parts the carrier counted; 0 while it does not know.
    pub segments: u32,
    /// Pictures and files.
    pub media_count: u32,
    /// When the carrier made the row (1 s resolution); for a webhook, which has no time, when it came in.
    pub created_at: UtcMillis,
    /// When the carrier sent it, once it has.
    pub sent_at: Option<UtcMillis>,
    /// Messaging Service it went through.
    pub messaging_service_sid: Option<MessagingServiceSid>,
}

/// A text that belongs to no conversation of this team's numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the team's side of the text is not a phone number")]
pub struct NoConversationKey;

impl CarrierMessage {
    /// Who asks for help: the sender of an inbound text, the recipient of an outbound one.
    #[must_use]
    pub const fn requester(&self) -> &Address {
        match self.direction {
            Direction::Inbound => &self.from,
            Direction::Outbound => &self.to,
        }
    }

    /// The team's side.
    #[must_use]
    pub const fn provider(&self) -> &Address {
        match self.direction {
            Direction::Inbound => &self.to,
            Direction::Outbound => &self.from,
        }
    }

    /// Where it belongs (I-8).
    ///
    /// # Errors
    /// [`NoConversationKey`] if the team's side is a short code, a name or another channel.
    pub fn conversation_key(&self) -> Result<ConversationKey, NoConversationKey> {
        let provider = self.provider().phone().ok_or(NoConversationKey)?;
        Ok(ConversationKey::sms(
            self.requester().clone(),
            provider.clone(),
        ))
    }
}

/// Who wrote a text of ours.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(tag = "type", content = "id", rename_all = "snake_case")]
pub enum Author {
    /// A live agent on this team's laptops.
    Agent(AgentId),
    /// The bot (M-12: its texts are nobody's answer).
    VirtualAgent,
}

impl Author {
    /// What the virtual agent is called, to the team.
    pub const VIRTUAL_AGENT: &'static str = "Virtual agent";

    /// The live agent, if it was one.
    #[must_use]
    pub const fn agent(self) -> Option<AgentId> {
        match self {
            Self::Agent(agent) => Some(agent),
            Self::VirtualAgent => None,
        }
    }
}

/// Which end of the file a text is added to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Placement {
    /// After everything: positions count up.
    Live,
    /// Before going live: positions count down.
    History,
}

/// A text to be stored. Inserted together with its conversation, if that is new.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewMessage {
    /// Our id.
    pub message_id: MessageId,
    /// Where it belongs.
    pub key: ConversationKey,
    /// The carrier's id, once known.
    pub sid: Option<MessageSid>,
    /// Which way.
    pub direction: Direction,
    /// Text.
    pub body: MessageText,
    /// Where it stands.
    pub status: DeliveryStatus,
    /// Why it failed.
    pub error_code: Option<u32>,
    /// Parts.
    pub segments: u32,
    /// Pictures and files, including those still to be fetched.
    pub media_count: u32,
    /// Pictures of ours that are stored already.
    pub media: Vec<MediaId>,
    /// Carrier time, or the time of writing.
    pub at: UtcMillis,
    /// Who wrote it, for texts of ours; `None` for Tern itself, and where it is not known.
    pub author: Option<Author>,
    /// Live or history.
    pub placement: Placement,
    /// Counts as unread.
    pub unread: bool,
}

/// What the store knows of a text that came in again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredMessage {
    /// Our id.
    pub message_id: MessageId,
    /// The carrier's id, if bound.
    pub sid: Option<MessageSid>,
    /// Which way.
    pub direction: Direction,
    /// Where it stood.
    pub status: DeliveryStatus,
    /// Why it failed.
    pub error_code: Option<u32>,
    /// Parts.
    pub segments: u32,
    /// Pictures and files.
    pub media_count: u32,
}

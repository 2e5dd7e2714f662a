//! Where a text stands at the carrier, and the one rule about it: never backwards (T-12).

use serde::{Deserialize, Serialize};

/// Which way a text went.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Direction {
    /// From the requester.
    Inbound,
    /// From the team.
    Outbound,
}

/// Twilio's words and spelling; a word not known here is kept as it came.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(from = "String", into = "String")]
pub enum DeliveryStatus {
    /// Recorded; also where a text of ours starts before the carrier has said anything.
    Accepted,
    /// To be sent later by Twilio.
    Scheduled,
    /// Waiting at Twilio.
    Queued,
    /// Being handed to the carrier.
    Sending,
    /// The carrier took it; may stay the last word ever.
    Sent,
    /// The handset has it.
    Delivered,
    /// The carrier could not deliver it.
    Undelivered,
    /// It never left, or was rejected.
    Failed,
    /// Inbound, not complete yet.
    Receiving,
    /// Inbound, complete.
    Received,
    /// The requester read it (channels that tell).
    Read,
    /// Called back before it left.
    Canceled,
    /// A word of Twilio's that this version does not know.
    Unknown(String),
}

impl DeliveryStatus {
    /// Reads Twilio's word. Never fails: new words are kept.
    #[must_use]
    pub fn parse(word: &str) -> Self {
        match word {
            "accepted" => Self::Accepted,
            "scheduled" => Self::Scheduled,
            "queued" => Self::Queued,
            "sending" => Self::Sending,
            "sent" => Self::Sent,
            "delivered" => Self::Delivered,
            "undelivered" => Self::Undelivered,
            "failed" => Self::Failed,
            "receiving" => Self::Receiving,
            "received" => Self::Received,
            "read" => Self::Read,
            "canceled" => Self::Canceled,
            other => Self::Unknown(other.to_owned()),
        }
    }

    /// Twilio's word.
    #[must_use]
    pub fn as_str(&self) -> &str {
        match self {
            Self::Accepted => "accepted",
            Self::Scheduled => "scheduled",
            Self::Queued => "queued",
            Self::Sending => "sending",
            Self::Sent => "sent",
            Self::Delivered => "delivered",
            Self::Undelivered => "undelivered",
            Self::Failed => "failed",
            Self::Receiving => "receiving",
            Self::Received => "received",
            Self::Read => "read",
            Self::Canceled => "canceled",
            Self::Unknown(word) => word,
        }
    }

    /// How far along it is. A greater rank may replace a smaller one, never the other way (T-12).
    /// Words not known rank lowest: they never hide what is known.
    #[must_use]
    pub const fn rank(&self) -> u8 {
        match self {
            Self::Unknown(_) => 0,
            Self::Accepted | Self::Scheduled => 1,
            Self::Queued => 2,
            Self::Sending | Self::Receiving => 3,
            Self::Sent => 4,
            Self::Delivered
            | Self::Undelivered
            | Self::Failed
            | Self::Canceled
            | Self::Received => 5,
            Self::Read => 6,
        }
    }

    /// Nothing more will come, or nothing that matters. `sent` is not final: a receipt may follow.
    #[must_use]
    pub const fn is_final(&self) -> bool {
        self.rank() >= 5
    }

    /// It did not arrive.
    #[must_use]
    pub const fn is_failure(&self) -> bool {
        matches!(self, Self::Failed | Self::Undelivered)
    }

    /// Merges what is known with what just came in; never backwards, and the first of two equals
    /// stays, so that duplicates change nothing (T-12).
    #[must_use]
    pub fn advance(current: Self, incoming: Self) -> Self {
        if incoming.rank() > current.rank() {
            incoming
        } else {
            current
        }
    }
}

impl From<String> for DeliveryStatus {
    fn from(word: String) -> Self {
        Self::parse(&word)
    }
}

impl From<DeliveryStatus> for String {
    fn from(status: DeliveryStatus) -> Self {
        status.as_str().to_owned()
    }
}

impl std::fmt::Display for DeliveryStatus {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.as_str())
    }
}

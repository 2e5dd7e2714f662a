//! Who a text comes from or goes to, and the key of a conversation (I-8).
//!
//! A peer need not be a phone number: short codes, names and channel addresses are kept exactly as
//! the carrier gives them, because they are the only thing that identifies the peer.

use serde::{Deserialize, Serialize};

use crate::phone::PhoneNumber;

/// An address as the carrier writes it, with its kind. Lossless: [`Address::as_str`] gives it back.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(from = "String", into = "String")]
pub enum Address {
    /// A phone number.
    Phone(PhoneNumber),
    /// 3 to 6 digits without `+`.
    ShortCode(String),
    /// Up to 11 letters, digits and spaces, at least one letter: a name that cannot be answered.
    Alphanumeric(String),
    /// `whatsapp:+…`, `rcs:…`, `messenger:…`.
    ChannelAddress(String),
    /// Anything else the carrier passed through.
    Literal(String),
}

impl Address {
    /// Sorts an address into its kind. Every text is an address of some kind.
    #[must_use]
    pub fn parse(text: &str) -> Self {
        if let Ok(number) = PhoneNumber::parse(text) {
            return Self::Phone(number);
        }
        let owned = text.to_owned();
        if (3..=6).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit()) {
            Self::ShortCode(owned)
        } else if is_channel_address(text) {
            Self::ChannelAddress(owned)
        } else if is_sender_name(text) {
            Self::Alphanumeric(owned)
        } else {
            Self::Literal(owned)
        }
    }

    /// Exactly what the carrier wrote.
    #[must_use]
    pub fn as_str(&self) -> &str {
        match self {
            Self::Phone(number) => number.as_str(),
            Self::ShortCode(text)
            | Self::Alphanumeric(text)
            | Self::ChannelAddress(text)
            | Self::Literal(text) => text,
        }
    }

    /// Whether a text can be sent there: only to phone numbers (names and literals cannot be
    /// answered, short codes refuse texts from ordinary numbers, other channels are not built).
    #[must_use]
    pub const fn can_be_texted(&self) -> bool {
        matches!(self, Self::Phone(_))
    }

    /// The phone number, if it is one.
    #[must_use]
    pub const fn phone(&self) -> Option<&PhoneNumber> {
        match self {
            Self::Phone(number) => Some(number),
            _ => None,
        }
    }

    /// Spaced for reading where it is a number, else as written.
    #[must_use]
    pub fn display_international(&self) -> String {
        self.phone().map_or_else(
            || self.as_str().to_owned(),
            PhoneNumber::display_international,
        )
    }
}

fn is_channel_address(text: &str) -> bool {
    text.split_once(':').is_some_and(|(channel, rest)| {
        !rest.is_empty()
            && !channel.is_empty()
            && channel.bytes().all(|byte| byte.is_ascii_lowercase())
    })
}

fn is_sender_name(text: &str) -> bool {
    (1..=11).contains(&text.len())
        && text
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || byte == b' ')
        && text.bytes().any(|byte| byte.is_ascii_alphabetic())
}

impl From<String> for Address {
    fn from(text: String) -> Self {
        Self::parse(&text)
    }
}

impl From<&str> for Address {
    fn from(text: &str) -> Self {
        Self::parse(text)
    }
}

impl From<PhoneNumber> for Address {
    fn from(number: PhoneNumber) -> Self {
        Self::Phone(number)
    }
}

impl From<Address> for String {
    fn from(address: Address) -> Self {
        match address {
            Address::Phone(number) => number.into(),
            Address::ShortCode(text)
            | Address::Alphanumeric(text)
            | Address::ChannelAddress(text)
            | Address::Literal(text) => text,
        }
    }
}

impl std::fmt::Display for Address {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.as_str())
    }
}

impl std::fmt::Debug for Address {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Phone(number) => std::fmt::Debug::fmt(number, f),
            Self::ShortCode(_) => f.write_str("ShortCode(…)"),
            Self::Alphanumeric(_) => f.write_str("Alphanumeric(…)"),
            Self::ChannelAddress(_) => f.write_str("ChannelAddress(…)"),
            Self::Literal(_) => f.write_str("Literal(…)"),
        }
    }
}

/// What carries a conversation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Channel {
    /// SMS and MMS.
    Sms,
}

impl Channel {
    /// Stored word.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Sms => "sms",
        }
    }

    /// Reads the stored word.
    #[must_use]
    pub fn from_stored(word: &str) -> Option<Self> {
        (word == "sms").then_some(Self::Sms)
    }
}

/// I-8: one requester address and one provider number on one channel; at most one active
/// interaction each (I-9).
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct ConversationKey {
    /// What carries it.
    pub channel: Channel,
    /// Who asks for help.
    pub requester: Address,
    /// The team's number.
    pub provider: PhoneNumber,
}

impl ConversationKey {
    /// The key of a text conversation.
    #[must_use]
    pub const fn sms(requester: Address, provider: PhoneNumber) -> Self {
        Self {
            channel: Channel::Sms,
            requester,
            provider,
        }
    }

    /// The same on every laptop: the id of the conversation's own events.
    #[must_use]
    pub fn global_id(&self) -> String {
        format!(
            "{}|{}|{}",
            self.channel.as_str(),
            self.provider.as_str(),
            self.requester.as_str()
        )
    }
}

//! One row of the Messages resource: first as it came, then as understood.
//!
//! Owns both forms, because a caller journals the row before it interprets it: a mistake here must cost
//! nothing. `Debug` shows neither texts nor numbers.

use std::fmt;

use jiff::Timestamp;
use serde_json::Value;

use super::lenient;
use super::status::{MessageDirection, MessageStatus};
use crate::address::Address;
use crate::sid::{AccountSid, MessageSid, MessagingServiceSid};

/// A row without which nothing can be done with it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the row has no readable message SID")]
pub struct InterpretError;

/// A row exactly as Twilio sent it, unknown fields included.
#[derive(Clone, PartialEq)]
pub struct RawMessage(Value);

impl RawMessage {
    /// Takes a row from the wire or from a journal.
    #[must_use]
    pub fn from_json(row: Value) -> Self {
        Self(row)
    }

    /// The row.
    #[must_use]
    pub fn as_json(&self) -> &Value {
        &self.0
    }

    /// The row as one line of JSON, for a journal.
    #[must_use]
    pub fn to_json_text(&self) -> String {
        self.0.to_string()
    }

    /// The message's SID, if it has a well-formed one.
    #[must_use]
    pub fn sid(&self) -> Option<MessageSid> {
        lenient::parsed(&self.0, "sid")
    }

    /// Reads the row's fields. Everything but the SID may be missing.
    ///
    /// # Errors
    /// [`InterpretError`] when the row has no SID.
    pub fn interpret(self) -> Result<MessageResource, InterpretError> {
        let row = &self.0;
        let price = lenient::text(row, "price").map(|amount| Price {
            amount,
            unit: lenient::text(row, "price_unit").unwrap_or_default(),
        });
        Ok(MessageResource {
            sid: self.sid().ok_or(InterpretError)?,
            account_sid: lenient::parsed(row, "account_sid"),
            messaging_service_sid: lenient::parsed(row, "messaging_service_sid"),
            from: lenient::text(row, "from").map(Address::new),
            to: lenient::text(row, "to").map(Address::new),
            body: lenient::text(row, "body"),
            direction: MessageDirection::from_word(
                &lenient::text(row, "direction").unwrap_or_default(),
            ),
            status: MessageStatus::from_word(&lenient::text(row, "status").unwrap_or_default()),
            num_segments: lenient::count(row, "num_segments"),
            num_media: lenient::count(row, "num_media").unwrap_or(0),
            price,
            error_code: lenient::count(row, "error_code"),
            error_message: lenient::text(row, "error_message"),
            date_created: lenient::time(row, "date_created"),
            date_updated: lenient::time(row, "date_updated"),
            date_sent: lenient::time(row, "date_sent"),
            raw: self,
        })
    }
}

impl fmt::Debug for RawMessage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("RawMessage").field(&self.sid()).finish()
    }
}

/// What a message cost, as Twilio writes it: a negative decimal, known only after a while.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Price {
    /// For example `-0.00750`; text, because money is not a float.
    pub amount: String,
    /// ISO 4217, for example `USD`; empty when missing.
    pub unit: String,
}

/// A message as Twilio keeps it (T-9, T-12).
#[derive(Clone, PartialEq)]
pub struct MessageResource {
    /// Twilio's id.
    pub sid: MessageSid,
    /// The owning account.
    pub account_sid: Option<AccountSid>,
    /// Twilio may fill this even when no service was used.
    pub messaging_service_sid: Option<MessagingServiceSid>,
    /// Missing while a Messaging Service has not picked a sender.
    pub from: Option<Address>,
    /// The recipient.
    pub to: Option<Address>,
    /// The text; empty after redaction; trial accounts find a prefix here.
    pub body: Option<String>,
    /// Which way it went.
    pub direction: MessageDirection,
    /// Where it stands.
    pub status: MessageStatus,
    /// Billed segments; 0 at first when a service sends.
    pub num_segments: Option<u32>,
    /// Attached media parts.
    pub num_media: u32,
    /// What it cost.
    pub price: Option<Price>,
    /// Why it failed (T-14).
    pub error_code: Option<u32>,
    /// Twilio's words on that.
    pub error_message: Option<String>,
    /// When the row was made.
    pub date_created: Option<Timestamp>,
    /// When the row last changed.
    pub date_updated: Option<Timestamp>,
    /// When it left; for inbound, when Twilio called the webhook.
    pub date_sent: Option<Timestamp>,
    /// The row as it came, for the journal.
    pub raw: RawMessage,
}

impl fmt::Debug for MessageResource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MessageResource")
            .field("sid", &self.sid)
            .field("direction", &self.direction)
            .field("status", &self.status)
            .field("error_code", &self.error_code)
            .finish_non_exhaustive()
    }
}

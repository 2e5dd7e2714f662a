//! Typed client of Twilio's REST API and verifier of its webhook signatures; knows no other Tern crate.
//!
//! Owns the wire: URLs, forms, JSON rows, retries, error bodies, signatures. It refuses to interpret what a
//! message means for a conversation, and it never repeats a request that Twilio may already have executed,
//! because creating a message has no idempotency key: a second POST is a second text on a customer's phone.

#![cfg_attr(not(test), deny(clippy::disallowed_methods))]

mod account;
mod address;
mod client;
mod config;
mod error;
mod media;
mod messages;
mod numbers;
mod paging;
mod retry;
mod sid;
mod transport;
pub mod webhook;
mod wire;

pub use account::{AccountCheck, AccountStanding, Balance, CheckedWith};
pub use address::Address;
pub use client::TwilioClient;
pub use config::{BaseUrl, ClientConfig, ConfigError, Credential, TRUSTED_MEDIA_DOMAINS};
pub use error::{Execution, Operation, Refusal, TransportError, TwilioError, codes};
pub use media::{
    ContentKind, DownloadedMedia, MediaError, MediaResource, RasterFormat, SniffedContent,
    sniff_content,
};
pub use messages::{MessageFilter, MessagePage, NewMessage, NextPage, Removal, Sender};
pub use numbers::{Capabilities, IncomingNumber, SmsWebhook, WebhookMethod};
pub use retry::RetryPolicy;
pub use sid::{
    AccountSid, ApiKeySid, MediaSid, MessageSid, MessagingServiceSid, PhoneNumberSid, SidError,
};
pub use wire::{
    InterpretError, MessageDirection, MessageResource, MessageStatus, Price, RawMessage,
};

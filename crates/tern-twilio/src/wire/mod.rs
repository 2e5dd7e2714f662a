//! The rows Twilio sends, read without ever losing one.
//!
//! Owns the types of the wire. It refuses to fail on a field that is missing, null, of another type or new:
//! Twilio adds fields and statuses without notice, and a row that is dropped is a text nobody answers.

pub(crate) mod lenient;
mod message;
mod status;

pub use message::{InterpretError, MessageResource, Price, RawMessage};
pub use status::{MessageDirection, MessageStatus};

//! Who a message is from or to, as the wire has it.
//!
//! Owns nothing but the text: E.164, a short code, an alphanumeric sender, a `whatsapp:` address or whatever
//! Twilio could not normalise. It refuses to print itself in `Debug`, because numbers must not reach a log.

use std::fmt;

use serde::{Deserialize, Serialize};

/// An address exactly as Twilio writes it.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Address(String);

impl Address {
    /// Wraps an address; every text is allowed, because Twilio passes unnormalisable senders through.
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// The address as Twilio writes it.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Address(..)")
    }
}

impl From<&str> for Address {
    fn from(text: &str) -> Self {
        Self::new(text)
    }
}

impl From<String> for Address {
    fn from(text: String) -> Self {
        Self::new(text)
    }
}

//! Twilio's identifiers, checked for shape once so that a path or a query never carries anything else.
//!
//! SIDs are not ordered by time: nothing may sort by them.

use serde::{Deserialize, Serialize};

/// A text that is not the SID it should be. The text itself is left out: it may be anything.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a valid {kind} SID")]
pub struct SidError {
    /// Kind that was expected, e.g. `message`.
    pub kind: &'static str,
}

fn has_shape(text: &str, prefixes: &[&str]) -> bool {
    prefixes.iter().any(|prefix| {
        text.strip_prefix(prefix).is_some_and(|rest| {
            rest.len() == 32 && rest.bytes().all(|byte| byte.is_ascii_hexdigit())
        })
    })
}

macro_rules! sid {
    ($(#[$doc:meta])* $name:ident, $kind:literal, [$($prefix:literal),+]) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub struct $name(String);

        impl $name {
            /// Checks the shape: two letters and 32 hexadecimal digits.
            ///
            /// # Errors
            /// [`SidError`] if the text has another shape.
            pub fn parse(text: impl Into<String>) -> Result<Self, SidError> {
                let text = text.into();
                if has_shape(&text, &[$($prefix),+]) { Ok(Self(text)) } else { Err(SidError { kind: $kind }) }
            }

            /// The SID as Twilio writes it.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl TryFrom<String> for $name {
            type Error = SidError;

            fn try_from(text: String) -> Result<Self, SidError> {
                Self::parse(text)
            }
        }

        impl std::str::FromStr for $name {
            type Err = SidError;

            fn from_str(text: &str) -> Result<Self, SidError> {
                Self::parse(text)
            }
        }

        impl From<$name> for String {
            fn from(sid: $name) -> Self {
                sid.0
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(&self.0)
            }
        }
    };
}

sid!(
    /// `AC…`: an account.
    AccountSid, "account", ["AC"]
);
sid!(
    /// `SM…` or `MM…`: a text at Twilio.
    MessageSid, "message", ["SM", "MM"]
);
sid!(
    /// `ME…`: a medium at Twilio.
    MediaSid, "media", ["ME"]
);
sid!(
    /// `PN…`: one of the account's numbers.
    NumberSid, "number", ["PN"]
);
sid!(
    /// `MG…`: a Messaging Service.
    MessagingServiceSid, "messaging service", ["MG"]
);

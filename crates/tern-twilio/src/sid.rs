//! Twilio's string identifiers, one type per kind.
//!
//! Owns their shape (two letters, 32 hex digits) so that a value spliced into a request path can never carry
//! a slash, a dot or a second host. A SID is not ordered in time: there is deliberately no `Ord` meaning.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// A string that is not a SID of the expected kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("expected {expected} followed by 32 hexadecimal digits")]
pub struct SidError {
    /// What the prefix should have been, for example `AC`.
    pub expected: &'static str,
}

fn is_sid(text: &str, prefixes: &[&str]) -> bool {
    prefixes.iter().any(|prefix| {
        text.strip_prefix(prefix)
            .is_some_and(|rest| rest.len() == 32 && rest.bytes().all(|b| b.is_ascii_hexdigit()))
    })
}

macro_rules! sid {
    ($(#[$doc:meta])* $name:ident, $expected:literal, [$($prefix:literal),+]) => {
        $(#[$doc])*
        #[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub struct $name(String);

        impl $name {
            /// Accepts exactly this kind of SID.
            ///
            /// # Errors
            /// [`SidError`] when the prefix, the length or a digit is wrong.
            pub fn parse(text: impl Into<String>) -> Result<Self, SidError> {
                let text = text.into();
                if is_sid(&text, &[$($prefix),+]) {
                    Ok(Self(text))
                } else {
                    Err(SidError { expected: $expected })
                }
            }

            /// The SID as Twilio writes it.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl FromStr for $name {
            type Err = SidError;
            fn from_str(text: &str) -> Result<Self, SidError> {
                Self::parse(text)
            }
        }

        impl TryFrom<String> for $name {
            type Error = SidError;
            fn try_from(text: String) -> Result<Self, SidError> {
                Self::parse(text)
            }
        }

        impl From<$name> for String {
            fn from(sid: $name) -> String {
                sid.0
            }
        }
    };
}

sid!(
    /// An account or subaccount, `AC…`.
    AccountSid, "AC", ["AC"]
);
sid!(
    /// An API key, `SK…`; it is a user name, its secret is separate.
    ApiKeySid, "SK", ["SK"]
);
sid!(
    /// A message, `SM…` for text and `MM…` for one that carries media.
    MessageSid, "SM or MM", ["SM", "MM"]
);
sid!(
    /// One media part of a message, `ME…`.
    MediaSid, "ME", ["ME"]
);
sid!(
    /// A phone number owned by the account, `PN…`.
    PhoneNumberSid, "PN", ["PN"]
);
sid!(
    /// A Messaging Service (Twilio's name for a pool of senders), `MG…`.
    MessagingServiceSid, "MG", ["MG"]
);

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn a_sid_with_the_right_prefix_and_digits_is_accepted() {
        let text = format!("SM{}", "0aF".repeat(11).get(..32).unwrap());
        assert_eq!(MessageSid::parse(text.clone()).unwrap().as_str(), text);
        assert!(MessageSid::parse(text.replace("SM", "MM")).is_ok());
    }

    #[test]
    fn a_sid_that_could_change_a_request_path_is_refused() {
        for hostile in [
            "",
            "SM",
            "SM../../Accounts",
            "SM0000000000000000000000000000000/",
            "AC00000000000000000000000000000000",
            "SM000000000000000000000000000000000",
        ] {
            assert!(MessageSid::parse(hostile).is_err(), "{hostile}");
        }
    }
}

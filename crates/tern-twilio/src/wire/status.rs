//! Twilio's words for where a message stands and which way it went.
//!
//! Owns the spelling only. It refuses to rank states or to drop a new one: an unknown word is kept verbatim.

use std::fmt;

macro_rules! vocabulary {
    ($(#[$doc:meta])* $name:ident { $($(#[$vdoc:meta])* $variant:ident = $word:literal),+ $(,)? }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, Hash)]
        pub enum $name {
            $($(#[$vdoc])* $variant,)+
            /// A word this version does not know, kept as sent; empty when the field was missing.
            Unknown(String),
        }

        impl $name {
            /// Reads Twilio's word; never fails.
            #[must_use]
            pub fn from_word(word: &str) -> Self {
                match word {
                    $($word => Self::$variant,)+
                    other => Self::Unknown(other.to_owned()),
                }
            }

            /// Twilio's word.
            #[must_use]
            pub fn as_str(&self) -> &str {
                match self {
                    $(Self::$variant => $word,)+
                    Self::Unknown(word) => word,
                }
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(self.as_str())
            }
        }
    };
}

vocabulary! {
    /// Where a message stands (T-12).
    MessageStatus {
        /// A Messaging Service has it and will pick a sender.
        Accepted = "accepted",
        /// Waits for its time.
        Scheduled = "scheduled",
        /// Waits in Twilio's queue.
        Queued = "queued",
        /// Being handed to the carrier.
        Sending = "sending",
        /// The carrier has it; may be the last state ever.
        Sent = "sent",
        /// The handset confirmed it.
        Delivered = "delivered",
        /// The carrier reported that it did not arrive.
        Undelivered = "undelivered",
        /// It never left, or an inbound text was filtered.
        Failed = "failed",
        /// A scheduled message that was called off.
        Canceled = "canceled",
        /// Read by the recipient; channels other than SMS only.
        Read = "read",
        /// An inbound message is arriving.
        Receiving = "receiving",
        /// An inbound message has arrived.
        Received = "received",
        /// Deprecated by Twilio, still in its description.
        PartiallyDelivered = "partially_delivered",
    }
}

vocabulary! {
    /// Which way a message went, in Twilio's finer terms.
    MessageDirection {
        /// From a handset to one of our numbers.
        Inbound = "inbound",
        /// Sent through the REST API.
        OutboundApi = "outbound-api",
        /// Sent during a call.
        OutboundCall = "outbound-call",
        /// Sent as the TwiML answer to an inbound message.
        OutboundReply = "outbound-reply",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_new_status_survives_verbatim() {
        let status = MessageStatus::from_word("teleported");
        assert_eq!(status, MessageStatus::Unknown("teleported".into()));
        assert_eq!(status.as_str(), "teleported");
        assert_eq!(
            MessageStatus::from_word("canceled"),
            MessageStatus::Canceled
        );
    }
}

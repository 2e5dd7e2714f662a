//! Finds an uncertain send among the carrier's rows: Twilio takes no idempotency key, so the envelope
//! is all there is to go by.

use super::{OutboxEntry, OutboxState};
use crate::address::Address;
use crate::delivery::Direction;
use crate::message::{CarrierMessage, MessageText};
use crate::phone::PhoneNumber;
use crate::segments::look_alike;
use crate::sid::MessageSid;
use crate::time::{Millis, UtcMillis};

/// The carrier's clock is known to the second and a while ago, and a row is made a moment after the request.
const CLOCK_TOLERANCE: Millis = Millis::minutes(2);

/// What Twilio puts before every text of a trial account.
const TRIAL_PREFIX: &str = "Sent from your Twilio trial account - ";

/// What is known of an uncertain send.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UncertainSend {
    /// Recipient.
    pub to: Address,
    /// Sender.
    pub from: PhoneNumber,
    /// Text.
    pub body: MessageText,
    /// Pictures.
    pub media_count: u32,
    /// When the request began, by the carrier's clock.
    pub t0: UtcMillis,
    /// How long it was waited for.
    pub timeout: Millis,
}

impl UncertainSend {
    /// The longest that a request is waited for, pictures included.
    pub const TIMEOUT: Millis = Millis::seconds(60);

    /// The envelope of an entry in flight, uncertain, or sent by an agent's word alone; `None` in any
    /// other state.
    #[must_use]
    pub fn of(entry: &OutboxEntry) -> Option<Self> {
        let t0 = match entry.state {
            OutboxState::InFlight { t0 } | OutboxState::Uncertain { t0, .. } => t0,
            OutboxState::Sent { sid: None } => entry.last_tried_at?,
            _ => return None,
        };
        Some(Self {
            to: entry.key.requester.clone(),
            from: entry.key.provider.clone(),
            body: entry.body.clone(),
            media_count: u32::try_from(entry.media.len()).unwrap_or(u32::MAX),
            t0,
            timeout: Self::TIMEOUT,
        })
    }
}

/// What a look-up found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Match {
    /// This row, and no other.
    One(MessageSid),
    /// No row, as yet: the list may lag.
    None,
    /// More than one row: only the agent can tell.
    Several(Vec<MessageSid>),
}

/// Picks the carrier's row of an uncertain send. `bound` tells which rows belong to another text already.
#[must_use]
pub fn match_uncertain(
    send: &UncertainSend,
    candidates: &[CarrierMessage],
    bound: &dyn Fn(&MessageSid) -> bool,
) -> Match {
    let mut found: Vec<MessageSid> = candidates
        .iter()
        .filter(|candidate| could_be(send, candidate) && !bound(&candidate.sid))
        .map(|candidate| candidate.sid.clone())
        .collect();
    found.sort();
    found.dedup();
    match <[MessageSid; 1]>::try_from(found) {
        Ok([sid]) => Match::One(sid),
        Err(none) if none.is_empty() => Match::None,
        Err(several) => Match::Several(several),
    }
}

/// The row could be this send, going by its envelope.
pub(crate) fn could_be(send: &UncertainSend, candidate: &CarrierMessage) -> bool {
    let earliest = send.t0 - CLOCK_TOLERANCE;
    let latest = send.t0 + send.timeout + CLOCK_TOLERANCE;
    candidate.direction == Direction::Outbound
        && candidate.to == send.to
        && candidate.from.phone() == Some(&send.from)
        && candidate.media_count == send.media_count
        && (earliest..=latest).contains(&candidate.created_at)
        && says_the_same(send.body.as_str(), candidate.body.as_str())
}

/// Equal, apart from the trial prefix and the look-alikes that Twilio's smart encoding puts in.
fn says_the_same(sent: &str, listed: &str) -> bool {
    let without_prefix = listed.strip_prefix(TRIAL_PREFIX).unwrap_or(listed);
    sent == listed
        || sent == without_prefix
        || look_alike::plain(sent).trim() == look_alike::plain(without_prefix).trim()
}

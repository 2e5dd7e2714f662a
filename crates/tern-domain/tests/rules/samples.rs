//! Numbers, ids and rows of the carrier's that the tests use, the same in every run.

use tern_domain::{
    Address, AgentId, CarrierMessage, ConversationKey, DeliveryStatus, Direction, IdSource,
    MessageSid, Millis, PersonId, PhoneNumber, UtcMillis,
};
use uuid::Uuid;

pub(crate) const CUSTOMER: &str = "+14155550101";
pub(crate) const TEAM: &str = "+14155550199";
/// Going live, in the middle of a second.
pub(crate) const LIVE: UtcMillis = UtcMillis(1_700_000_000_400);

pub(crate) fn agent(number: u128) -> AgentId {
    AgentId::new(Uuid::from_u128(0xa000 + number))
}

pub(crate) fn person(number: u128) -> PersonId {
    PersonId::new(Uuid::from_u128(0xc000 + number))
}

pub(crate) fn number(text: &str) -> PhoneNumber {
    PhoneNumber::parse(text).unwrap()
}

pub(crate) fn sid(number: u64) -> MessageSid {
    MessageSid::parse(format!("SM{number:032x}")).unwrap()
}

pub(crate) fn key() -> ConversationKey {
    ConversationKey::sms(Address::from(CUSTOMER), number(TEAM))
}

/// Seconds after going live.
pub(crate) fn at(seconds: i64) -> UtcMillis {
    LIVE + Millis::seconds(seconds)
}

#[derive(Clone)]
pub(crate) struct Counter(u128);

impl IdSource for Counter {
    fn uuid(&mut self) -> Uuid {
        self.0 += 1;
        Uuid::from_u128(self.0)
    }
}

pub(crate) fn counter() -> Counter {
    Counter(0)
}

/// An inbound text, as the list shows it.
pub(crate) fn inbound(sid_number: u64, body: &str, created_at: UtcMillis) -> CarrierMessage {
    CarrierMessage {
        sid: sid(sid_number),
        direction: Direction::Inbound,
        from: Address::from(CUSTOMER),
        to: Address::from(TEAM),
        body: body.into(),
        status: DeliveryStatus::Received,
        error_code: None,
        segments: 1,
        media_count: 0,
        created_at,
        sent_at: Some(created_at),
        messaging_service_sid: None,
    }
}

/// An outbound text, as the list shows it.
pub(crate) fn outbound(
    sid_number: u64,
    body: &str,
    status: DeliveryStatus,
    created_at: UtcMillis,
) -> CarrierMessage {
    CarrierMessage {
        direction: Direction::Outbound,
        from: Address::from(TEAM),
        to: Address::from(CUSTOMER),
        status,
        sent_at: None,
        ..inbound(sid_number, body, created_at)
    }
}

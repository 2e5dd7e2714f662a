//! What the integration tests share: real encrypted files in temporary folders, and texts by the dozen.
#![allow(
    dead_code,
    unreachable_pub,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic
)]

pub mod backups;
pub mod figures;
pub mod histories;
pub mod old_texts;

use std::path::Path;

use tempfile::TempDir;
use tern_domain::{
    Address, CarrierMessage, ConversationKey, DeliveryStatus, Direction, Effect, MessageId,
    MessageSid, MessageText, NewMessage, PhoneNumber, Placement, Plan, UtcMillis,
};
use tern_store::{DatabaseKey, FileName, OpenConfig, Store};
use uuid::Uuid;

/// A store in a folder that goes away with it.
pub struct TestStore {
    pub store: Store,
    pub folder: TempDir,
}

pub const KEY: [u8; 32] = [0x42; 32];

pub fn config(folder: &Path) -> OpenConfig {
    OpenConfig::new(
        folder.to_owned(),
        FileName::new("account").unwrap(),
        DatabaseKey::from_bytes(KEY),
    )
}

pub fn open_store() -> TestStore {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(&config(folder.path())).unwrap();
    TestStore { store, folder }
}

pub fn provider() -> PhoneNumber {
    PhoneNumber::parse("+15005550006").unwrap()
}

/// The key of the n-th requester.
pub fn key(requester: u32) -> ConversationKey {
    let number = format!("+1212555{requester:04}");
    ConversationKey::sms(Address::parse(&number), provider())
}

pub fn sid(number: u64) -> MessageSid {
    MessageSid::parse(format!("SM{number:032x}")).unwrap()
}

pub fn message_id(number: u64) -> MessageId {
    MessageId::new(Uuid::from_u128(u128::from(number)))
}

/// A text that just came in.
pub fn arrival(number: u64, requester: u32, body: &str) -> NewMessage {
    NewMessage {
        message_id: message_id(number),
        key: key(requester),
        sid: Some(sid(number)),
        direction: Direction::Inbound,
        body: MessageText::new(body),
        status: DeliveryStatus::Received,
        error_code: None,
        segments: 1,
        media_count: 0,
        media: Vec::new(),
        at: UtcMillis(1_700_000_000_000 + i64::try_from(number).unwrap() * 1000),
        author: None,
        placement: Placement::Live,
        unread: true,
    }
}

/// A text of ours that is about to leave.
pub fn answer(number: u64, requester: u32, body: &str) -> NewMessage {
    NewMessage {
        sid: None,
        direction: Direction::Outbound,
        status: DeliveryStatus::Accepted,
        unread: false,
        ..arrival(number, requester, body)
    }
}

/// A text of the past.
pub fn history(number: u64, requester: u32, body: &str, at: UtcMillis) -> CarrierMessage {
    let inbound = number.is_multiple_of(2);
    let (requester, provider) = (key(requester).requester, Address::from(provider()));
    let (from, to) = if inbound {
        (requester, provider)
    } else {
        (provider, requester)
    };
    CarrierMessage {
        sid: sid(number),
        direction: if inbound {
            Direction::Inbound
        } else {
            Direction::Outbound
        },
        from,
        to,
        body: MessageText::new(body),
        status: if inbound {
            DeliveryStatus::Received
        } else {
            DeliveryStatus::Delivered
        },
        error_code: None,
        segments: 1,
        media_count: 0,
        created_at: at,
        sent_at: Some(at),
        messaging_service_sid: None,
    }
}

/// A plan that only stores texts.
pub fn storing(messages: impl IntoIterator<Item = NewMessage>) -> Plan {
    Plan {
        events: Vec::new(),
        effects: messages.into_iter().map(Effect::StoreMessage).collect(),
    }
}

impl TestStore {
    /// Stores texts as they came in.
    pub fn store_all(&self, messages: impl IntoIterator<Item = NewMessage>) {
        let plan = storing(messages);
        let _applied = self
            .store
            .write_blocking(move |tx| tx.apply(&plan))
            .unwrap();
    }

    pub fn database(&self) -> std::path::PathBuf {
        self.folder.path().join("account.tern")
    }
}

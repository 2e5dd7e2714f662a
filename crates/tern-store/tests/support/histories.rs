//! Texts of files, and bringing them in.

use tern_domain::history_import::{HistoryImportId, HistoryText};
use tern_domain::{AgentId, DeliveryStatus, Direction, MessageText, UtcMillis};
use tern_store::{Brought, BroughtText};
use uuid::Uuid;

use super::{TestStore, key};

pub const BY: AgentId = AgentId::new(Uuid::from_u128(0xa1));
pub const NOW: UtcMillis = UtcMillis(1_750_000_000_000);

/// A text of so many thousand seconds since 1970.
pub fn text(kiloseconds: i64, requester: u32, body: &str) -> HistoryText {
    HistoryText {
        sid: None,
        source_id: String::new(),
        key: key(requester),
        direction: Direction::Inbound,
        at: UtcMillis(kiloseconds * 1_000_000),
        has_seconds: true,
        body: MessageText::new(body),
        status: DeliveryStatus::Received,
        error_code: None,
        segments: 1,
        pictures: 0,
        agent: String::new(),
        name: String::new(),
    }
}

pub fn stated(text: HistoryText) -> BroughtText {
    BroughtText {
        text,
        masked: Vec::new(),
    }
}

pub fn begin(test: &TestStore) -> HistoryImportId {
    test.store
        .write_blocking(|tx| tx.begin_history_import(BY, "old.csv", NOW))
        .unwrap()
}

/// Brings texts in as one import.
pub fn bring(test: &TestStore, texts: Vec<HistoryText>) -> (HistoryImportId, Brought) {
    let import = begin(test);
    let texts: Vec<_> = texts.into_iter().map(stated).collect();
    let brought = test
        .store
        .write_blocking(move |tx| tx.bring_history(import, &texts, false))
        .unwrap();
    (import, brought)
}

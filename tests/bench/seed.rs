//! Makes the file that everything is measured on, and times the making.

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use tern_domain::{
    ConversationId, ConversationKey, DeliveryStatus, Direction, Effect, MessageId, MessagePosition,
    MessageText, NewMessage, Placement, Plan, UtcMillis,
};
use tern_store::{DatabaseKey, FileName, OpenConfig, Store};
use uuid::Uuid;

use crate::corpus::{Corpus, NEWEST, Speech};
use crate::raw::Bare;

pub(crate) const KEY: [u8; 32] = [0x5A; 32];
/// The carrier's largest page.
pub(crate) const PAGE: u64 = 1000;
/// Texts that came in after the past was imported, half of them read.
pub(crate) const LIVE: u64 = 2000;

/// Everything a figure is taken from.
pub(crate) struct Bench {
    pub(crate) folder: PathBuf,
    pub(crate) corpus: Corpus,
    pub(crate) store: Store,
    pub(crate) messages: u64,
    /// Time that the store took for the import.
    pub(crate) import_time: Duration,
    /// Time that bare inserts of the same rows took.
    pub(crate) bare_time: Duration,
    /// The thread of a tenth of all texts.
    pub(crate) long_thread: ConversationId,
}

/// How the product opens its file.
pub(crate) fn config(folder: &Path) -> anyhow::Result<OpenConfig> {
    Ok(OpenConfig::new(
        folder.to_owned(),
        FileName::new("account")?,
        DatabaseKey::from_bytes(KEY),
    ))
}

/// Imports the past page by page, newest first, as the backfill does; then some live texts.
pub(crate) fn seed(folder: &Path, messages: u64, speech: Speech) -> anyhow::Result<Bench> {
    let corpus = Corpus::new(messages, speech)?;
    let store = Store::open(&config(folder)?)?;
    let mut bare = Bare::create(folder)?;
    let (mut import_time, mut bare_time) = (Duration::ZERO, Duration::ZERO);
    let mut imported = 0;
    for start in (0..messages).step_by(usize::try_from(PAGE)?) {
        let page = (start..messages.min(start + PAGE))
            .map(|number| corpus.message(number))
            .collect::<anyhow::Result<Vec<_>>>()?;
        // In turns, so that whatever else the machine does meets both.
        bare_time += bare.insert(&page)?;
        let begin = Instant::now();
        imported += store.write_blocking(move |tx| tx.import_history(&page))?;
        import_time += begin.elapsed();
    }
    bare.remove()?;
    anyhow::ensure!(u64::try_from(imported)? == messages, "texts were lost");
    let key = ConversationKey::sms(Corpus::requester(0), corpus.provider().clone());
    let plan = live_texts(&corpus, &key);
    let long_thread = store.write_blocking(move |tx| {
        let _applied = tx.apply(&plan)?;
        let id = tx.ensure_conversation(&key)?;
        tx.mark_read(id, MessagePosition(i64::try_from(LIVE / 2).unwrap_or(0)))?;
        Ok(id)
    })?;
    Ok(Bench {
        folder: folder.to_owned(),
        corpus,
        store,
        messages,
        import_time,
        bare_time,
        long_thread,
    })
}

fn live_texts(corpus: &Corpus, key: &ConversationKey) -> Plan {
    let effects = (0..LIVE)
        .map(|number| Effect::StoreMessage(live_text(corpus, key, number)))
        .collect();
    Plan {
        events: Vec::new(),
        effects,
    }
}

/// A text that comes in now.
pub(crate) fn live_text(corpus: &Corpus, key: &ConversationKey, number: u64) -> NewMessage {
    let at = NEWEST.0 + 1000 * i64::try_from(number).unwrap_or(0);
    NewMessage {
        message_id: MessageId::new(Uuid::from_u128(u128::from(number) | 1 << 120)),
        key: key.clone(),
        sid: None,
        direction: Direction::Inbound,
        body: MessageText::new(corpus.live_body(number)),
        status: DeliveryStatus::Received,
        error_code: None,
        segments: 1,
        media_count: 0,
        media: Vec::new(),
        at: UtcMillis(at),
        author: None,
        placement: Placement::Live,
        unread: true,
    }
}

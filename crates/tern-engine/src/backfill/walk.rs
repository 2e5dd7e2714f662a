//! One walk into the past.
//!
//! Owns the pages: which rows of one are history, where it ends, and the transaction that stores them.

use tern_domain::{CarrierMessage, UtcMillis};
use tern_store::StoreError;
use tern_twilio::{MessageFilter, MessagePage, RawMessage, TwilioError};

use super::record::{NAME, Record, Stored};
use crate::core::Core;
use crate::event::EngineEvent;
use crate::history;
use crate::ingest::{Arrival, IngestError};
use crate::map::{MapError, map_resource, utc_day};
use crate::step::{step, steps};

/// Rows imported in one transaction, so that a live text never waits long for the writer.
const BATCH: usize = 250;

#[derive(Debug, thiserror::Error)]
pub(super) enum WalkError {
    #[error("could not list the past")]
    Carrier(#[from] TwilioError),
    #[error("could not store the past")]
    Store(#[from] StoreError),
    #[error("could not journal an unreadable row")]
    Ingest(#[from] IngestError),
}

/// Walks from where the record stands until the goal, the end of the list, or a change of mind.
pub(super) async fn walk(core: &Core, record: Record) -> Result<(), WalkError> {
    let live_since = core.store.read(|conn| conn.live_since()).await?;
    let until = record.until;
    let filter = MessageFilter {
        date_sent_on_or_before: record.reached.and_then(utc_day),
        page_size: Some(core.tuning.deep_page_size),
        ..MessageFilter::default()
    };
    let mut page = core.client.list_messages(&filter).await?;
    loop {
        let MessagePage { messages, next, .. } = page;
        let past = sort_out(core, messages, live_since, until);
        if !past.unreadable.is_empty() {
            let ids = core.ingest.journal(past.unreadable).await?;
            core.ingest.interpret(ids).await?;
        }
        let at_goal =
            next.is_none() || until.is_some_and(|goal| past.oldest.is_some_and(|at| at < goal));
        let stored = store_page(core, past.messages, past.oldest, at_goal.then_some(until)).await?;
        let Some(record) = stored else {
            return Ok(());
        };
        step(steps::BACKFILL_STORED);
        core.backfill.show(&record, core.clock.now());
        core.events.emit(EngineEvent::ManyChanged);
        core.signals.media.notify_one();
        // A new wish while this one was being fulfilled starts a walk of its own.
        let goes_on = !at_goal && record.until == until;
        let Some(next) = next.filter(|_| goes_on) else {
            return Ok(());
        };
        tokio::time::sleep(core.tuning.backfill_rest).await;
        page = core.client.next_page(&next).await?;
    }
}

struct Past {
    messages: Vec<CarrierMessage>,
    unreadable: Vec<Arrival>,
    oldest: Option<UtcMillis>,
}

fn sort_out(
    core: &Core,
    rows: Vec<RawMessage>,
    live_since: Option<UtcMillis>,
    until: Option<UtcMillis>,
) -> Past {
    let received_at = core.clock.now();
    let mut past = Past {
        messages: Vec::with_capacity(rows.len()),
        unreadable: Vec::new(),
        oldest: None,
    };
    for raw in rows {
        let mapped = raw
            .clone()
            .interpret()
            .map_err(|_| MapError::Sid)
            .and_then(|row| map_resource(&row, received_at, &core.own_numbers));
        match mapped {
            Ok(message) => {
                let at = message.created_at;
                past.oldest = Some(past.oldest.map_or(at, |oldest| oldest.min(at)));
                let is_live = live_since.is_some_and(|since| at >= since.floor_to_second());
                let is_wanted = until.is_none_or(|goal| at >= goal);
                let is_ours = message
                    .provider()
                    .phone()
                    .is_some_and(|number| core.own_numbers.contains(number));
                if is_ours && is_wanted && !is_live {
                    past.messages.push(message);
                }
            }
            Err(MapError::NoSender | MapError::NoRecipient | MapError::Direction) => {}
            Err(MapError::Sid | MapError::Form) => {
                past.unreadable.push(Arrival::Row(raw.as_json().clone()));
            }
        }
    }
    past
}

/// Stores a page and how far it reached. `finished_until` is the goal that this page completes. `None`:
/// nobody wants it any more.
async fn store_page(
    core: &Core,
    messages: Vec<CarrierMessage>,
    oldest: Option<UtcMillis>,
    finished_until: Option<Option<UtcMillis>>,
) -> Result<Option<Record>, StoreError> {
    let mut batches: Vec<Vec<CarrierMessage>> = messages.chunks(BATCH).map(<[_]>::to_vec).collect();
    let last = batches.pop().unwrap_or_default();
    for batch in batches {
        if store_batch(core, batch, None, None).await?.is_none() {
            return Ok(None);
        }
    }
    store_batch(core, last, oldest, finished_until).await
}

async fn store_batch(
    core: &Core,
    messages: Vec<CarrierMessage>,
    reached: Option<UtcMillis>,
    finished_until: Option<Option<UtcMillis>>,
) -> Result<Option<Record>, StoreError> {
    let (now, screen) = (core.clock.now(), core.ingest.screen());
    core.store
        .write(move |tx| {
            let Some(mut record) = tx
                .find_sync_state::<Record>(NAME)?
                .filter(|record| record.state == Stored::Running)
            else {
                return Ok(None);
            };
            let imported = history::import(tx, &messages, now, &screen)?.count;
            record.fetched = record
                .fetched
                .saturating_add(u64::try_from(imported).unwrap_or(u64::MAX));
            if let Some(at) = reached {
                record.reached = Some(record.reached.map_or(at, |reached| reached.min(at)));
            }
            if finished_until == Some(record.until) {
                record.state = Stored::Finished;
            }
            tx.put_sync_state(NAME, &record)?;
            Ok(Some(record))
        })
        .await
}

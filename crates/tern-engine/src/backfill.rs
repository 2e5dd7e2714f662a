//! Fetching the past.
//!
//! Owns the walk from newest to oldest, a page at a time, with a rest in between so that live texts come first.
//! How far it has come is committed together with each page, so that a restart goes on where it stopped; the
//! carrier's dates are whole days, so the day it stopped in is fetched again and sorted out by SID.

use std::sync::{Arc, Mutex, PoisonError};

use serde::{Deserialize, Serialize};
use tern_domain::{CarrierMessage, UtcMillis};
use tern_store::{StoreError, SyncName};
use tern_twilio::{MessageFilter, MessagePage, RawMessage, TwilioError};
use tokio_util::sync::CancellationToken;

use crate::core::Core;
use crate::event::{BackfillProgress, BackfillState, EngineEvent};
use crate::history;
use crate::ingest::{Arrival, IngestError};
use crate::map::{MapError, map_resource, utc_day};
use crate::pauses::Pauses;
use crate::signals::Events;
use crate::step::{step, steps};
use crate::supervisor::TaskError;

const NAME: SyncName = SyncName("backfill");

/// Rows imported in one transaction, so that a live text never waits long for the writer.
const BATCH: usize = 250;

/// The wish for the past could not be recorded.
#[derive(Debug, thiserror::Error)]
#[error("could not record what is wanted of the past")]
pub struct BackfillError(#[from] StoreError);

/// Wish and progress, as stored.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Record {
    state: Stored,
    until: Option<UtcMillis>,
    fetched: u64,
    reached: Option<UtcMillis>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
enum Stored {
    Running,
    Finished,
    Cancelled,
    Failed { code: Option<u32> },
}

impl Record {
    fn progress(&self) -> BackfillProgress {
        BackfillProgress {
            state: match self.state {
                Stored::Running => BackfillState::Running,
                Stored::Finished => BackfillState::Finished,
                Stored::Cancelled => BackfillState::Cancelled,
                Stored::Failed { code } => BackfillState::Failed { code },
            },
            fetched: self.fetched,
            reached: self.reached,
            until: self.until,
        }
    }

    /// A new wish goes on where the last walk stopped, unless that one has to be repeated anyway.
    fn wished(previous: Option<Self>, until: Option<UtcMillis>) -> Self {
        let (fetched, reached) = previous.map_or((0, None), |last| (last.fetched, last.reached));
        Self {
            state: Stored::Running,
            until,
            fetched,
            reached,
        }
    }
}

/// The progress, for whoever asks.
pub(crate) struct BackfillProgressCell {
    current: Mutex<Option<BackfillProgress>>,
    events: Events,
}

impl BackfillProgressCell {
    pub(crate) fn new(events: Events) -> Self {
        Self {
            current: Mutex::new(None),
            events,
        }
    }

    pub(crate) fn progress(&self) -> Option<BackfillProgress> {
        self.current
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    fn show(&self, record: &Record) {
        let progress = record.progress();
        let mut current = self.current.lock().unwrap_or_else(PoisonError::into_inner);
        if current.as_ref() != Some(&progress) {
            *current = Some(progress.clone());
            drop(current);
            self.events.emit(EngineEvent::BackfillChanged(progress));
        }
    }
}

/// Records the wish and rings the task.
pub(crate) async fn request(core: &Core, until: Option<UtcMillis>) -> Result<(), BackfillError> {
    let record = core
        .store
        .write(move |tx| {
            let record = Record::wished(tx.find_sync_state(NAME)?, until);
            tx.put_sync_state(NAME, &record)?;
            Ok(record)
        })
        .await?;
    core.backfill.show(&record);
    core.signals.backfill.notify_one();
    Ok(())
}

/// Records that the past is not wanted any more; nothing happens if it was not under way.
pub(crate) async fn cancel(core: &Core) -> Result<(), BackfillError> {
    let record = core
        .store
        .write(|tx| {
            let Some(mut record) = tx.find_sync_state::<Record>(NAME)? else {
                return Ok(None);
            };
            if record.state == Stored::Running {
                record.state = Stored::Cancelled;
                tx.put_sync_state(NAME, &record)?;
            }
            Ok(Some(record))
        })
        .await?;
    if let Some(record) = record {
        core.backfill.show(&record);
    }
    core.signals.backfill.notify_one();
    Ok(())
}

#[derive(Debug, thiserror::Error)]
enum WalkError {
    #[error("could not list the past")]
    Carrier(#[from] TwilioError),
    #[error("could not store the past")]
    Store(#[from] StoreError),
    #[error("could not journal an unreadable row")]
    Ingest(#[from] IngestError),
}

/// Walks whenever the past is wanted, until stopped.
pub(crate) async fn run(core: Arc<Core>, token: CancellationToken) -> Result<(), TaskError> {
    let mut pauses = Pauses::new(core.tuning.trouble_first, core.tuning.trouble_longest);
    loop {
        let record: Option<Record> = core
            .store
            .read(|conn| conn.find_sync_state(NAME))
            .await?;
        if let Some(record) = &record {
            core.backfill.show(record);
        }
        let walked = match record.filter(|record| record.state == Stored::Running) {
            Some(record) => tokio::select! {
                () = token.cancelled() => return Ok(()),
                walked = walk(&core, record) => Some(walked),
            },
            None => None,
        };
        match walked {
            None | Some(Ok(())) => {
                pauses.reset();
                tokio::select! {
                    () = token.cancelled() => return Ok(()),
                    () = core.signals.backfill.notified() => {}
                }
            }
            Some(Err(WalkError::Carrier(error))) => {
                core.connection.failed(&error);
                if !error.is_passing() && !error.is_credential_problem() {
                    fail(&core, error.code()).await?;
                    continue;
                }
                tokio::select! {
                    () = token.cancelled() => return Ok(()),
                    () = tokio::time::sleep(pauses.next(error.retry_after())) => {}
                    () = core.signals.backfill.notified() => {}
                }
            }
            Some(Err(error)) => return Err(error.into()),
        }
    }
}

/// Walks from where the record stands until the goal, the end of the list, or a change of mind.
async fn walk(core: &Core, record: Record) -> Result<(), WalkError> {
    let live_since = core.store.read(|conn| conn.live_since()).await?;
    let until = record.until;
    let filter = MessageFilter {
        date_sent_on_or_before: record.reached.and_then(utc_day),
        page_size: Some(core.tuning.deep_page_size),
        ..MessageFilter::default()
    };
    let mut page = core.client.list_messages(&filter).await?;
    loop {
        let MessagePage { messages, next } = page;
        let past = sort_out(core, messages, live_since, until);
        if !past.unreadable.is_empty() {
            let ids = core.ingest.journal(past.unreadable).await?;
            core.ingest.interpret(ids).await?;
        }
        let at_goal = next.is_none() || until.is_some_and(|goal| past.oldest.is_some_and(|at| at < goal));
        let stored = store_page(core, past.messages, past.oldest, at_goal.then_some(until)).await?;
        let Some(record) = stored else {
            return Ok(());
        };
        step(steps::BACKFILL_STORED);
        core.backfill.show(&record);
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
    let mut batches: Vec<Vec<CarrierMessage>> =
        messages.chunks(BATCH).map(<[_]>::to_vec).collect();
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
    let now = core.clock.now();
    core.store
        .write(move |tx| {
            let Some(mut record) = tx
                .find_sync_state::<Record>(NAME)?
                .filter(|record| record.state == Stored::Running)
            else {
                return Ok(None);
            };
            let imported = history::import(tx, &messages, now)?;
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

async fn fail(core: &Core, code: Option<u32>) -> Result<(), StoreError> {
    let record = core
        .store
        .write(move |tx| {
            let Some(mut record) = tx.find_sync_state::<Record>(NAME)? else {
                return Ok(None);
            };
            record.state = Stored::Failed { code };
            tx.put_sync_state(NAME, &record)?;
            Ok(Some(record))
        })
        .await?;
    if let Some(record) = record {
        core.backfill.show(&record);
    }
    Ok(())
}

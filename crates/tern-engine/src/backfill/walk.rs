//! One walk into the past.
//!
//! Owns the pages: which rows of one are history, where it ends, and the transaction that stores them.

use tern_domain::backfill::{CARRIER_KEEPS, Stretch};
use tern_domain::{CarrierMessage, Millis, UtcMillis};
use tern_store::StoreError;
use tern_twilio::{MessageFilter, MessagePage, RawMessage, TwilioError};

use super::here;
use super::record::{Goal, NAME, Record, Stored, Way};
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
    core.past.open(&*core.clock).await;
    let live_since = core.store.read(|conn| conn.live_since()).await?;
    let Way { top, goal } = record.way();
    let filter = MessageFilter {
        date_sent_on_or_before: top.and_then(utc_day),
        page_size: Some(page_size(core)),
        ..MessageFilter::default()
    };
    // Everything up to here is in the list that is walked; what is live is syncing's.
    let listed_until = top.map_or(core.clock.now(), end_of_utc_day);
    let listed_until = live_since.map_or(listed_until, |since| listed_until.min(since));
    let mut page = core.client.list_messages(&filter).await?;
    loop {
        step(steps::BACKFILL_FETCHED);
        core.past
            .spend(bytes_of(core, &page.messages), &*core.clock);
        let MessagePage { messages, next, .. } = page;
        let past = sort_out(core, messages, live_since, goal.until());
        if !past.unreadable.is_empty() {
            let ids = core.ingest.journal(past.unreadable).await?;
            core.ingest.interpret(ids).await?;
        }
        let is_end = next.is_none();
        let at_goal = is_end
            || goal
                .until()
                .is_some_and(|until| past.oldest.is_some_and(|at| at < until));
        let whole_from = if is_end {
            // Nothing older is at the carrier.
            let oldest_kept = core.clock.now() - CARRIER_KEEPS;
            past.oldest.map_or(oldest_kept, |at| at.min(oldest_kept))
        } else {
            // What shares the oldest text's second may be on the next page.
            let seen = past
                .oldest
                .map_or(listed_until, |at| at.floor_to_second() + Millis::seconds(1));
            goal.until().map_or(seen, |until| until.max(seen))
        };
        let came = PageEnd {
            goal,
            oldest: past.oldest,
            whole: Stretch {
                from: whole_from,
                until: listed_until,
            },
            at_goal,
        };
        let Some(record) = store_page(core, past.messages, came).await? else {
            return Ok(());
        };
        step(steps::BACKFILL_STORED);
        core.backfill
            .show(&record, core.clock.now(), core.past.rules().paused);
        core.events.emit(EngineEvent::ManyChanged);
        core.signals.past_pictures.notify_one();
        // A new wish while this one was being fulfilled starts a walk of its own.
        let goes_on = !at_goal && record.way().goal == goal;
        let Some(next) = next.filter(|_| goes_on) else {
            return Ok(());
        };
        tokio::time::sleep(core.tuning.backfill_rest).await;
        core.past.open(&*core.clock).await;
        page = core.client.next_page(&next).await?;
    }
}

/// Rows of a page. Where the line is limited, a page is what two seconds allow: a row is about a kilobyte.
fn page_size(core: &Core) -> u16 {
    let most = core.tuning.deep_page_size;
    let Some(limit) = core.past.rules().policy.limit_kb else {
        return most;
    };
    u16::try_from(limit.saturating_mul(2)).map_or(most, |rows| rows.max(20).min(most))
}

/// What a page took of the line; looked at only where that is limited.
fn bytes_of(core: &Core, rows: &[RawMessage]) -> u64 {
    if core.past.rules().policy.limit_kb.is_none() {
        return 0;
    }
    let bytes: usize = rows.iter().map(|row| row.to_json_text().len()).sum();
    u64::try_from(bytes).unwrap_or(u64::MAX)
}

/// The carrier is asked for whole days.
fn end_of_utc_day(at: UtcMillis) -> UtcMillis {
    let day = Millis::days(1).0;
    UtcMillis(at.0.div_euclid(day).saturating_add(1).saturating_mul(day))
}

/// How far a page came.
#[derive(Clone, Copy)]
struct PageEnd {
    goal: Goal,
    oldest: Option<UtcMillis>,
    /// What is wholly here with it.
    whole: Stretch,
    at_goal: bool,
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

/// Stores a page and how far it reached. `None`: nobody wants it any more.
async fn store_page(
    core: &Core,
    messages: Vec<CarrierMessage>,
    end: PageEnd,
) -> Result<Option<Record>, StoreError> {
    let mut batches: Vec<Vec<CarrierMessage>> = messages.chunks(BATCH).map(<[_]>::to_vec).collect();
    let last = batches.pop().unwrap_or_default();
    for batch in batches {
        if store_batch(core, batch, end.goal, None).await?.is_none() {
            return Ok(None);
        }
        step(steps::BACKFILL_BATCHED);
    }
    store_batch(core, last, end.goal, Some(end)).await
}

/// `end` is given with the last batch of a page: from then on the page is here.
async fn store_batch(
    core: &Core,
    messages: Vec<CarrierMessage>,
    goal: Goal,
    end: Option<PageEnd>,
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
            if let Some(end) = end {
                here::add(tx, end.whole)?;
                if record.way().goal == goal {
                    if let Some(at) = end.oldest {
                        record.came_to(at);
                    }
                    if end.at_goal {
                        record.arrived();
                    }
                }
            }
            tx.put_sync_state(NAME, &record)?;
            Ok(Some(record))
        })
        .await
}

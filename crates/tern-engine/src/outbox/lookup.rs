//! Looking for sends whose answer was lost.
//!
//! Owns the search: the carrier's list of texts to that number since the request began, again and again with
//! growing pauses, because the list can lag. Exactly one row that fits is bound; none or several are left to
//! the agent. It refuses to send anything.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use tern_domain::schedule::next_look_up;
use tern_domain::{
    Actor, CarrierMessage, Match, MessageId, Millis, OutboxEntry, OutboxState, Settlement,
    UncertainSend, UtcMillis, match_uncertain, plan_settle,
};
use tern_store::{Applied, StoreError};
use tern_twilio::{Address, MessageFilter, TwilioError};
use tokio_util::sync::CancellationToken;

use super::tell;
use crate::connection::ConnectionState;
use crate::core::Core;
use crate::ids::EdgeIds;
use crate::map::{map_resource, utc_day};
use crate::pauses::Pauses;
use crate::step::{step, steps};
use crate::supervisor::TaskError;
use crate::timers::pause_until;

/// The carrier's rows start this much before our clock's idea of the request, clocks being what they are.
const EARLIER: Millis = Millis::hours(1);

/// When each uncertain send was last looked for. Losing it costs one more look.
#[derive(Default)]
pub(crate) struct LookupSchedule(Mutex<HashMap<MessageId, Search>>);

#[derive(Clone, Copy)]
struct Search {
    /// When the search began: when the send became uncertain, or when the agent asked for another search.
    since: UtcMillis,
    last: Option<UtcMillis>,
}

impl LookupSchedule {
    /// Begins a search anew, as if the send had become uncertain just now.
    pub(crate) fn restart_at(&self, message_id: MessageId, now: UtcMillis) {
        let search = Search {
            since: now,
            last: None,
        };
        self.lock().insert(message_id, search);
    }

    /// Looks for a send at once, within the search that is under way.
    pub(crate) fn bring_forward(&self, message_id: MessageId) {
        if let Some(search) = self.lock().get_mut(&message_id) {
            search.last = None;
        }
    }

    fn next_at(&self, message_id: MessageId, since: UtcMillis) -> Option<UtcMillis> {
        let search = self
            .lock()
            .get(&message_id)
            .copied()
            .unwrap_or(Search { since, last: None });
        next_look_up(search.since, search.last)
    }

    fn looked_at(&self, message_id: MessageId, since: UtcMillis, now: UtcMillis) {
        self.lock()
            .entry(message_id)
            .or_insert(Search { since, last: None })
            .last = Some(now);
    }

    fn keep_only(&self, open: &[(OutboxEntry, UtcMillis)]) {
        self.lock()
            .retain(|id, _| open.iter().any(|(entry, _)| entry.message_id == *id));
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, HashMap<MessageId, Search>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[derive(Debug, thiserror::Error)]
enum SearchError {
    #[error("could not search the list")]
    Carrier(#[from] TwilioError),
    #[error("could not store what was found")]
    Store(#[from] StoreError),
}

/// Looks for uncertain sends until stopped.
pub(crate) async fn run(core: Arc<Core>, token: CancellationToken) -> Result<(), TaskError> {
    let mut connection = core.connection.subscribe();
    let mut pauses = Pauses::new(core.tuning.trouble_first, core.tuning.trouble_longest);
    loop {
        let pause = tokio::select! {
            () = token.cancelled() => return Ok(()),
            looked = look_for_due(&core) => match looked {
                Ok(next_at) => {
                    pauses.reset();
                    next_at.map_or(core.tuning.timer_look_every, |at| pause_until(&core, at))
                }
                Err(SearchError::Carrier(error)) => {
                    core.connection.failed(&error);
                    pauses.next(error.retry_after())
                }
                Err(error) => return Err(error.into()),
            },
        };
        tokio::select! {
            () = token.cancelled() => return Ok(()),
            () = tokio::time::sleep(pause) => {}
            () = core.signals.lookup.notified() => {}
            _ = connection.changed() => {}
        }
    }
}

/// Looks for everything that is due; tells when the next look is.
async fn look_for_due(core: &Core) -> Result<Option<UtcMillis>, SearchError> {
    let uncertain: Vec<_> = core
        .store
        .read(|conn| conn.list_outbox_open())
        .await?
        .into_iter()
        .filter_map(|entry| match entry.state {
            OutboxState::Uncertain { since, .. } => Some((entry, since)),
            _ => None,
        })
        .collect();
    core.lookups.keep_only(&uncertain);
    if core.connection.current() != ConnectionState::Online {
        return Ok(None);
    }
    for (entry, since) in &uncertain {
        let now = core.clock.now();
        let due = core.lookups.next_at(entry.message_id, *since);
        if due.is_some_and(|at| at <= now) {
            look_for(core, entry).await?;
            core.lookups.looked_at(entry.message_id, *since, now);
        }
    }
    let now = core.clock.now();
    Ok(uncertain
        .iter()
        .filter_map(|(entry, since)| core.lookups.next_at(entry.message_id, *since))
        .filter(|at| *at > now)
        .min())
}

async fn look_for(core: &Core, entry: &OutboxEntry) -> Result<(), SearchError> {
    let Some(send) = UncertainSend::of(entry) else {
        return Ok(());
    };
    step(steps::SEND_LOOKED_UP);
    let candidates = candidates(core, &send).await?;
    let message_id = entry.message_id;
    let clock = core.clock.clone();
    let applied = core
        .store
        .write(move |tx| {
            let Some(entry) = tx.find_outbox(message_id)? else {
                return Ok(None);
            };
            let mut unbound = Vec::new();
            for candidate in candidates {
                if tx.find_message_by_sid(&candidate.sid)?.is_none() {
                    unbound.push(candidate);
                }
            }
            let Match::One(sid) = match_uncertain(&send, &unbound, &|_| false) else {
                return Ok(None);
            };
            let Some(found) = unbound.into_iter().find(|row| row.sid == sid) else {
                return Ok(None);
            };
            let state = tx.load_conversation_state(&entry.key, None)?;
            let settlement = Settlement::Found(found);
            let ids = &mut EdgeIds::new(&*clock);
            match plan_settle(
                &state,
                &entry,
                &settlement,
                Actor::Carrier,
                clock.now(),
                ids,
            ) {
                Ok(plan) => tx.apply(&plan).map(Some),
                // The agent was faster.
                Err(_not_uncertain) => Ok(None),
            }
        })
        .await?;
    if let Some(applied) = applied {
        step(steps::SEND_SETTLED);
        settled(core, applied);
    }
    Ok(())
}

fn settled(core: &Core, applied: Applied) {
    tell(core, applied);
    core.signals.refetch.notify_one();
    core.signals.outbox.notify_one();
}

/// Every row to that number from ours since the request began.
async fn candidates(core: &Core, send: &UncertainSend) -> Result<Vec<CarrierMessage>, SearchError> {
    let earliest = send.t0 - EARLIER;
    let filter = MessageFilter {
        to: Some(Address::new(send.to.as_str())),
        from: Some(Address::new(send.from.as_str())),
        date_sent_on_or_after: utc_day(earliest),
        page_size: Some(core.tuning.deep_page_size),
        ..MessageFilter::default()
    };
    let mut rows = Vec::new();
    let mut page = core.client.list_messages(&filter).await?;
    loop {
        let received_at = core.clock.now();
        rows.extend(page.messages.into_iter().filter_map(|raw| {
            map_resource(&raw.interpret().ok()?, received_at, &core.own_numbers).ok()
        }));
        let past_the_start = rows.last().is_some_and(|row| row.created_at < earliest);
        match page.next.filter(|_| !past_the_start) {
            Some(next) => page = core.client.next_page(&next).await?,
            None => return Ok(rows),
        }
    }
}

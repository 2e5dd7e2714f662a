//! One walk along the list, newest row first.
//!
//! Owns what happens to each page: rows seen before are skipped, history is imported, live rows are journaled
//! page by page and interpreted oldest first once the walk has ended, so that a thread is in order even after
//! a long absence.

use tern_domain::{CarrierMessage, UtcMillis};
use tern_store::JournalId;
use tern_twilio::{MessageFilter, MessageResource, RawMessage};

use super::known::Fingerprint;
use super::{Depth, LookError, Sync};
use crate::ingest::Arrival;
use crate::map::{MapError, map_resource, millis};
use crate::step::{step, steps};

/// A page, sorted out.
#[derive(Default)]
struct Sorted {
    /// Live rows that are new or have changed, with what must be remembered of them once they are in.
    live: Vec<Seen>,
    /// The same before going live.
    history: Vec<(Seen, CarrierMessage)>,
    /// The last row is one that we know: what follows was seen before.
    ends_known: bool,
    /// The last row's time.
    reaches: Option<UtcMillis>,
}

struct Seen {
    raw: RawMessage,
    fingerprint: Fingerprint,
    at: UtcMillis,
}

impl Sync {
    /// Walks until the depth is reached. Returns whether anything new was found.
    pub(super) async fn walk(&mut self, depth: Depth, from: UtcMillis) -> Result<bool, LookError> {
        let page_size = match depth {
            Depth::Head => self.core.tuning.head_page_size,
            Depth::Overlap => self.core.tuning.deep_page_size,
        };
        let filter = MessageFilter {
            page_size: Some(page_size),
            ..MessageFilter::default()
        };
        let mut journaled = Vec::new();
        let mut imported = false;
        let mut page = self.core.client.list_messages(&filter).await?;
        let walked = loop {
            let sorted = self.sort_out(page.messages);
            let over = sorted.reaches.is_some_and(|reaches| reaches < from)
                || (depth == Depth::Head && sorted.ends_known);
            imported |= self.import(sorted.history).await?;
            self.journal(sorted.live, &mut journaled).await?;
            let Some(next) = page.next.filter(|_| !over) else {
                break Ok(());
            };
            page = match self.core.client.next_page(&next).await {
                Ok(page) => page,
                // What came before the failure is here and is shown; the next walk covers the rest.
                Err(error) => break Err(error),
            };
        };
        let changed = imported || !journaled.is_empty();
        self.interpret(journaled).await?;
        walked?;
        Ok(changed)
    }

    fn sort_out(&self, rows: Vec<RawMessage>) -> Sorted {
        let received_at = self.core.clock.now();
        let mut sorted = Sorted::default();
        for raw in rows {
            let Ok(resource) = raw.clone().interpret() else {
                // The journal keeps it, once, for a version that can read it.
                let fingerprint = Fingerprint::of_unreadable(&raw);
                if !self.known.is_known_unreadable(fingerprint) {
                    sorted.live.push(Seen {
                        raw,
                        fingerprint,
                        at: received_at,
                    });
                }
                continue;
            };
            let at = row_time(&resource).unwrap_or(received_at);
            let fingerprint = Fingerprint::of(&resource);
            sorted.reaches = Some(at);
            sorted.ends_known = self.known.is_unchanged(&resource.sid, fingerprint);
            if sorted.ends_known || !self.concerns_us(&resource) {
                continue;
            }
            let seen = Seen {
                raw,
                fingerprint,
                at,
            };
            match map_resource(&resource, received_at, &self.core.own_numbers) {
                Ok(message) if message.created_at < self.live_since.floor_to_second() => {
                    sorted.history.push((seen, message));
                }
                // It will come again with a sender, and then concern us or not.
                Err(MapError::NoSender) => {}
                Ok(_) | Err(_) => sorted.live.push(seen),
            }
        }
        sorted
    }

    /// Other numbers of the account belong to other integrations (T-2).
    fn concerns_us(&self, resource: &MessageResource) -> bool {
        let is_own = |address: &Option<tern_twilio::Address>| {
            address.as_ref().is_none_or(|address| {
                tern_domain::PhoneNumber::parse(address.as_str())
                    .is_ok_and(|number| self.core.own_numbers.contains(&number))
            })
        };
        is_own(&resource.to) || is_own(&resource.from)
    }

    async fn import(
        &mut self,
        history: Vec<(Seen, CarrierMessage)>,
    ) -> Result<bool, LookError> {
        if history.is_empty() {
            return Ok(false);
        }
        let (seen, messages): (Vec<_>, Vec<_>) = history.into_iter().unzip();
        let imported = self.core.ingest.import(messages).await?;
        for row in seen {
            self.remember(&row);
        }
        Ok(imported > 0)
    }

    async fn journal(
        &mut self,
        live: Vec<Seen>,
        journaled: &mut Vec<(UtcMillis, JournalId)>,
    ) -> Result<(), LookError> {
        if live.is_empty() {
            return Ok(());
        }
        step(steps::INBOUND_FETCHED);
        let arrivals = live
            .iter()
            .map(|row| Arrival::Row(row.raw.as_json().clone()))
            .collect();
        let ids = self.core.ingest.journal(arrivals).await?;
        journaled.extend(live.iter().map(|row| row.at).zip(ids));
        // In the journal they are safe: seeing them again would only journal them again.
        for row in &live {
            self.remember(row);
        }
        Ok(())
    }

    async fn interpret(
        &self,
        mut journaled: Vec<(UtcMillis, JournalId)>,
    ) -> Result<(), LookError> {
        if journaled.is_empty() {
            return Ok(());
        }
        journaled.sort_by_key(|(at, id)| (*at, std::cmp::Reverse(*id)));
        let ids = journaled.into_iter().map(|(_, id)| id).collect();
        self.core.ingest.interpret(ids).await?;
        Ok(())
    }

    fn remember(&mut self, row: &Seen) {
        match row.raw.sid() {
            Some(sid) => self.known.remember(sid, row.fingerprint, row.at),
            None => self.known.remember_unreadable(row.fingerprint),
        }
    }
}

/// Twilio sorts by the date of sending, which a row that has not been sent lacks.
fn row_time(resource: &MessageResource) -> Option<UtcMillis> {
    resource.date_sent.or(resource.date_created).map(millis)
}

//! One walk along the list, newest row first.
//!
//! Owns what happens to each page: rows seen before are skipped, history is imported, live rows are journaled
//! page by page and interpreted oldest first once the walk has ended, so that a thread is in order even after
//! a long absence.

use tern_domain::{CarrierMessage, DeliveryStatus, UtcMillis};
use tern_store::{JournalId, ReadConn, StoreError};
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
    history: Vec<Seen>,
    /// The last row is one that we know: what follows was seen before.
    ends_known: bool,
    /// The last row's time.
    reaches: Option<UtcMillis>,
}

struct Seen {
    raw: RawMessage,
    fingerprint: Fingerprint,
    at: UtcMillis,
    /// The row, if it could be mapped.
    message: Option<CarrierMessage>,
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
            self.core.carrier_clock.heard(page.server_time.map(millis));
            let sorted = self.sort_out(page.messages);
            let over = sorted.reaches.is_some_and(|reaches| reaches < from)
                || (depth == Depth::Head && sorted.ends_known);
            imported |= self.import(sorted.history, from).await?;
            let news = self.only_news(sorted.live).await?;
            self.journal(news, &mut journaled).await?;
            let Some(next) = page.next.filter(|_| !over) else {
                break Ok(());
            };
            page = match self.core.client.next_page(&next).await {
                Ok(page) => page,
                Err(error) => {
                    // What came before the failure is here and is shown, so the rest lies behind known rows.
                    self.depth = Depth::Overlap;
                    break Err(error);
                }
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
                        message: None,
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
            let mapped = map_resource(&resource, received_at, &self.core.own_numbers);
            // It will come again with a sender, and then concern us or not.
            if mapped == Err(MapError::NoSender) {
                continue;
            }
            let seen = Seen {
                raw,
                fingerprint,
                at,
                message: mapped.ok(),
            };
            let live_since = self.live_since.floor_to_second();
            match &seen.message {
                Some(message) if message.created_at < live_since => sorted.history.push(seen),
                _ => sorted.live.push(seen),
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

    /// Stores history within the overlap. What lies before it is for whoever wants the past.
    async fn import(&mut self, history: Vec<Seen>, from: UtcMillis) -> Result<bool, LookError> {
        let history: Vec<_> = history.into_iter().filter(|row| row.at >= from).collect();
        let messages: Vec<_> = history
            .iter()
            .filter_map(|row| row.message.clone())
            .collect();
        if messages.is_empty() {
            return Ok(false);
        }
        let imported = self.core.ingest.import(messages).await?;
        let is_held_back = |row: &&Seen| {
            let message = row.message.as_ref();
            message.is_some_and(|message| imported.held_back.contains(&message.sid))
        };
        for row in history.iter().filter(|row| !is_held_back(row)) {
            self.remember(row);
        }
        Ok(imported.count > 0)
    }

    /// Drops rows that tell the store nothing new. After a start nothing is remembered, but most is stored.
    async fn only_news(&mut self, live: Vec<Seen>) -> Result<Vec<Seen>, LookError> {
        if live.is_empty() {
            return Ok(live);
        }
        let messages: Vec<_> = live.iter().map(|row| row.message.clone()).collect();
        let is_news = self
            .core
            .store
            .read(move |conn| {
                let is_news = |message: &Option<CarrierMessage>| match message {
                    Some(message) => tells_more_than(message, conn),
                    None => Ok(true),
                };
                messages.iter().map(is_news).collect::<Result<Vec<_>, _>>()
            })
            .await?;
        let (news, old): (Vec<_>, Vec<_>) =
            live.into_iter().zip(is_news).partition(|(_, news)| *news);
        for (row, _) in &old {
            self.remember(row);
        }
        Ok(news.into_iter().map(|(row, _)| row).collect())
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

    async fn interpret(&self, mut journaled: Vec<(UtcMillis, JournalId)>) -> Result<(), LookError> {
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

/// Whether a row knows more of a message than the store does.
fn tells_more_than(message: &CarrierMessage, conn: &ReadConn<'_>) -> Result<bool, StoreError> {
    let Some(stored) = conn.find_message_by_sid(&message.sid)? else {
        return Ok(true);
    };
    let advanced = DeliveryStatus::advance(stored.status.clone(), message.status.clone());
    Ok(advanced != stored.status
        || message
            .error_code
            .is_some_and(|code| Some(code) != stored.error_code)
        || message.segments > stored.segments)
}

/// Twilio sorts by the date of sending, which a row that has not been sent lacks.
fn row_time(resource: &MessageResource) -> Option<UtcMillis> {
    resource.date_sent.or(resource.date_created).map(millis)
}

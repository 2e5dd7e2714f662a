//! Where everything the carrier says of a message comes in, whichever way it came.
//!
//! Owns the order: journal raw, then map → plan → apply. A row that cannot be understood stays in the journal
//! with a note and holds nobody up; a row of our own that comes back before its request was answered waits for
//! the answer. It refuses to interpret anything that is not journaled, so a mistake in here costs nothing.

mod interpret;
#[cfg(test)]
mod merging_tests;
mod replay;
mod waiting;
mod withheld;

use std::fmt;
use std::sync::Arc;

use serde_json::Value;
use tern_domain::CarrierMessage;
use tern_domain::screening::Screen;
use tern_store::{JournalId, Store, StoreError};

use crate::bot::BotDesk;
use crate::clock::Clock;
use crate::config::Policy;
use crate::event::EngineEvent;
use crate::history::{self, Imported};
use crate::outbox::lookup::LookupSchedule;
use crate::own_numbers::OwnNumbers;
use crate::screen::SharedScreen;
use crate::signals::{Events, Signals};
use crate::step::{step, steps};
use interpret::{raw_arrival, words_to_withhold};
use replay::Postponed;
use withheld::Withheld;

pub(crate) use replay::run;
pub(crate) use waiting::waits_for;

/// Rows interpreted in one transaction: enough to be quick after a long absence, few enough that a reader of
/// the newest text does not wait.
const BATCH: usize = 64;

/// Something the carrier said.
#[derive(Clone, PartialEq)]
pub enum Arrival {
    /// A row of the message list, or one fetched by its SID.
    Row(Value),
    /// The decoded form parameters of an inbound webhook whose signature was checked.
    Webhook(Vec<(String, String)>),
    /// The same of a delivery report.
    StatusCallback(Vec<(String, String)>),
}

impl fmt::Debug for Arrival {
    /// Names the kind only: what is inside is a text and two numbers.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Row(_) => "Row(..)",
            Self::Webhook(_) => "Webhook(..)",
            Self::StatusCallback(_) => "StatusCallback(..)",
        })
    }
}

/// What came in could not be kept.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum IngestError {
    /// Not even journaled: it must come again.
    #[error("could not journal what came in")]
    Journal(#[source] StoreError),
    /// Journaled, but the store failed while it was being interpreted; it will be taken up again.
    #[error("could not interpret what is in the journal")]
    Interpret(#[source] StoreError),
    /// History could not be imported.
    #[error("could not import history")]
    Import(#[source] StoreError),
}

/// The one way in.
pub(crate) struct Ingest {
    store: Store,
    clock: Arc<dyn Clock>,
    policy: Policy,
    own_numbers: Arc<OwnNumbers>,
    screen: SharedScreen,
    bot: BotDesk,
    events: Events,
    signals: Arc<Signals>,
    lookups: Arc<LookupSchedule>,
    postponed: Postponed,
    withheld: Arc<Withheld>,
}

impl Ingest {
    pub(crate) fn new(
        store: Store,
        clock: Arc<dyn Clock>,
        policy: Policy,
        bot: BotDesk,
        events: Events,
        signals: Arc<Signals>,
        lookups: Arc<LookupSchedule>,
    ) -> Self {
        Self {
            store,
            clock,
            policy,
            own_numbers: bot.own_numbers(),
            screen: SharedScreen::default(),
            bot,
            events,
            signals,
            lookups,
            postponed: Postponed::default(),
            withheld: Arc::default(),
        }
    }

    /// The same with the team's own rules about what is masked.
    pub(crate) fn with_screen(self, screen: SharedScreen) -> Self {
        Self { screen, ..self }
    }

    /// What is masked now.
    pub(crate) fn screen(&self) -> Arc<Screen> {
        self.screen.current()
    }

    /// Journals and interprets one arrival. Once it is journaled, trouble in interpreting is not the sender's.
    pub(crate) async fn accept(&self, arrival: Arrival) -> Result<(), IngestError> {
        step(steps::INBOUND_FETCHED);
        let ids = self.journal(vec![arrival]).await?;
        if let Err(error) = self.interpret(ids).await {
            tracing::error!(%error, "an arrival stays in the journal for now");
            self.signals.journal.notify_one();
        }
        Ok(())
    }

    /// Keeps arrivals as they are, but for words that must not be written down (L-14).
    pub(crate) async fn journal(
        &self,
        arrivals: Vec<Arrival>,
    ) -> Result<Vec<JournalId>, IngestError> {
        let received_at = self.clock.now();
        let mut rows: Vec<_> = arrivals
            .into_iter()
            .map(|arrival| raw_arrival(arrival, received_at))
            .collect();
        let (own_numbers, bot) = (self.own_numbers.clone(), self.bot.clone());
        let withheld = self.withheld.clone();
        let ids = self
            .store
            .write(move |tx| {
                let words = rows
                    .iter_mut()
                    .map(|row| words_to_withhold(tx, row, &own_numbers, &bot))
                    .collect::<Result<Vec<_>, _>>()?;
                let ids = tx.journal_arrivals(&rows)?;
                let of_rows = ids.iter().copied().zip(words);
                withheld.keep(of_rows.filter_map(|(id, words)| Some((id, words?))));
                Ok(ids)
            })
            .await
            .map_err(IngestError::Journal)?;
        step(steps::INBOUND_JOURNALED);
        Ok(ids)
    }

    /// Stores texts from before going live.
    pub(crate) async fn import(
        &self,
        messages: Vec<CarrierMessage>,
    ) -> Result<Imported, IngestError> {
        let (now, screen) = (self.clock.now(), self.screen.current());
        let imported = self
            .store
            .write(move |tx| history::import(tx, &messages, now, &screen))
            .await
            .map_err(IngestError::Import)?;
        if imported.count > 0 {
            self.events.emit(EngineEvent::ManyChanged);
            self.signals.past_pictures.notify_one();
        }
        Ok(imported)
    }
}

//! What all tasks of one engine share.
//!
//! Owns nothing that changes by itself but the focus and the recovery gate; the truth is in the store. It is
//! private to this crate, and each task uses only the few parts it needs.

use std::sync::Arc;

use tern_domain::MessageId;
use tern_store::{Applied, PassphraseCost, Store, StoreError};
use tern_twilio::TwilioClient;
use tokio::sync::{Semaphore, watch};
use tokio_util::sync::CancellationToken;
use url::Url;

use crate::alerts::AlertDesk;
use crate::backfill::{BackfillProgressCell, PastGate};
use crate::bot::{BotDesk, BotSecrets};
use crate::clock::{CarrierClock, Clock};
use crate::config::{EngineConfig, Focus, Tuning};
use crate::connection::Connection;
use crate::ingest::Ingest;
use crate::media_host::MediaHost;
use crate::notifications::NotificationDesk;
use crate::outbox::lookup::LookupSchedule;
use crate::own_numbers::OwnNumbers;
use crate::signals::{Events, Signals};

pub(crate) struct Core {
    pub(crate) store: Store,
    pub(crate) client: TwilioClient,
    pub(crate) media_host: Arc<dyn MediaHost>,
    pub(crate) alert_desk: Arc<dyn AlertDesk>,
    pub(crate) status_callback: Option<Url>,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) carrier_clock: Arc<CarrierClock>,
    pub(crate) tuning: Tuning,
    pub(crate) own_numbers: Arc<OwnNumbers>,
    pub(crate) events: Events,
    pub(crate) signals: Arc<Signals>,
    pub(crate) connection: Connection,
    pub(crate) ingest: Ingest,
    pub(crate) bot: BotDesk,
    pub(crate) notifications: NotificationDesk,
    pub(crate) bot_secrets: Arc<dyn BotSecrets>,
    pub(crate) pin_cost: PassphraseCost,
    loading_topics: tokio::sync::Mutex<()>,
    pub(crate) backfill: BackfillProgressCell,
    pub(crate) past: PastGate,
    /// One picture is unfolded at a time, so that memory stays bounded.
    pub(crate) unfolding: Arc<Semaphore>,
    pub(crate) lookups: Arc<LookupSchedule>,
    focus: watch::Sender<Focus>,
    recovered: watch::Sender<bool>,
}

impl Core {
    pub(crate) fn new(config: EngineConfig) -> Self {
        let events = Events::new();
        let signals = Arc::new(Signals::default());
        let own_numbers = Arc::new(OwnNumbers::new(config.numbers));
        let lookups = Arc::<LookupSchedule>::default();
        let carrier_clock = Arc::new(CarrierClock::new(config.clock.clone()));
        let bot = BotDesk::new(
            config.clock.clone(),
            carrier_clock.clone(),
            own_numbers.clone(),
            config.bot.number_names,
            config.screen.clone(),
        );
        let ingest = Ingest::new(
            config.store.clone(),
            config.clock.clone(),
            config.policy,
            bot.clone(),
            events.clone(),
            signals.clone(),
            lookups.clone(),
        )
        .with_screen(config.screen);
        Self {
            connection: Connection::new(events.clone(), config.clock.clone()),
            backfill: BackfillProgressCell::new(events.clone()),
            past: PastGate::new(),
            unfolding: Arc::new(Semaphore::new(1)),
            lookups,
            ingest,
            notifications: NotificationDesk::new(bot.clone()),
            bot,
            bot_secrets: config.bot.secrets,
            pin_cost: config.bot.pin_cost,
            loading_topics: tokio::sync::Mutex::default(),
            store: config.store,
            client: config.client,
            media_host: config.media_host,
            alert_desk: config.alert_desk,
            status_callback: config.status_callback,
            carrier_clock,
            clock: config.clock,
            tuning: config.tuning,
            own_numbers,
            events,
            signals,
            focus: watch::Sender::new(Focus::default()),
            recovered: watch::Sender::new(false),
        }
    }

    pub(crate) fn focus(&self) -> watch::Receiver<Focus> {
        self.focus.subscribe()
    }

    pub(crate) fn set_focus(&self, focus: Focus) {
        let changed = self
            .focus
            .send_if_modified(|current| std::mem::replace(current, focus) != focus);
        if changed && focus == Focus::Focused {
            self.signals.poll.notify_one();
        }
    }

    pub(crate) fn wake(&self) {
        self.signals.ring_all();
    }

    pub(crate) fn outbox_changed(&self) {
        crate::step::step(crate::step::steps::SEND_RECORDED);
        self.signals.outbox.notify_one();
        // A settled send may have been what a deferred row was waiting for.
        self.signals.journal.notify_one();
        self.signals.lookup.notify_one();
    }

    /// The virtual agent took a turn in a task's transaction.
    pub(crate) fn bot_heard(&self, applied: Applied) {
        self.events.emit_applied(applied);
        self.signals.bot_asked();
        self.signals.routing.notify_one();
    }

    pub(crate) fn effects_committed(&self) {
        self.signals.media.notify_one();
        self.signals.wipes.notify_one();
        self.signals.timers.notify_one();
        self.signals.routing.notify_one();
        self.signals.refetch.notify_one();
        self.signals.requests.notify_one();
        self.signals.proofs.notify_one();
        self.signals.notifications.notify_one();
    }

    /// Reads the virtual agent's topics, tables and settings anew. One after the other: what was read earlier
    /// must not take the place of what was read later.
    pub(crate) async fn load_topics(&self) -> Result<(), StoreError> {
        let _one_at_a_time = self.loading_topics.lock().await;
        let topics = self.bot.topics().clone();
        self.store.read(move |conn| topics.reload(conn)).await
    }

    pub(crate) fn look_again(&self, message_id: MessageId) {
        self.lookups.restart_at(message_id, self.clock.now());
        self.signals.lookup.notify_one();
    }

    pub(crate) fn mark_recovered(&self) {
        self.recovered.send_replace(true);
    }

    /// Waits until recovery is over; `false` when stopping came first.
    pub(crate) async fn recovered(&self, token: &CancellationToken) -> bool {
        let mut recovered = self.recovered.subscribe();
        tokio::select! {
            () = token.cancelled() => false,
            over = recovered.wait_for(|over| *over) => over.is_ok(),
        }
    }
}

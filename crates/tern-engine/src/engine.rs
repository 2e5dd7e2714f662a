//! The handle that a host holds: starts the tasks, passes on what happened outside, stops them.
//!
//! Owns the wiring. Everything a host may call only records something or rings a bell; the work is done by the
//! tasks, one code path for the happy case and for recovery.

use std::sync::Arc;

use tern_domain::alerts::{Alert, Outcome};
use tern_domain::backfill::Stretch;
use tern_domain::{ConversationId, MessageId, UtcMillis};
use tern_store::StoreError;
use tokio::sync::{broadcast, watch};

use crate::backfill::{self, BackfillError};
use crate::bot::{self, BotDesk};
use crate::clock;
use crate::config::{EngineConfig, Focus};
use crate::connection::ConnectionState;
use crate::core::Core;
use crate::event::{BackfillProgress, EngineEvent};
use crate::ingest::{Arrival, IngestError};
use crate::notifications::{self, NotificationDesk};
use crate::supervisor::{StopReport, Supervisor, TaskReport};
use crate::{
    alerts, figures, media, outbox, refetch, retention, routing, sync, timers, wipe, wrap_up,
};

/// The running tasks of one line: one account, one database.
///
/// Dropping it without [`Engine::stop`] aborts the tasks; stopping lets them finish what they are at.
pub struct Engine {
    core: Arc<Core>,
    supervisor: Supervisor,
}

impl Engine {
    /// Starts all tasks. The first thing they do is to recover: what was in flight when the last run ended
    /// becomes uncertain, and rows that were journaled but not interpreted are interpreted.
    ///
    /// Must be called within a tokio runtime.
    #[must_use]
    pub fn start(config: EngineConfig) -> Self {
        let core = Arc::new(Core::new(config));
        let supervisor = Supervisor::new(core.tuning.restart);
        macro_rules! task {
            ($name:literal, $run:path) => {{
                let core = core.clone();
                supervisor.start($name, move |token| {
                    let core = core.clone();
                    async move {
                        if core.recovered(&token).await {
                            $run(core, token).await?;
                        }
                        Ok(())
                    }
                });
            }};
        }
        {
            let core = core.clone();
            supervisor.start("recovery", move |_token| {
                let core = core.clone();
                async move {
                    core.load_topics().await?;
                    outbox::recover(&core).await?;
                    core.ingest.recover().await?;
                    core.mark_recovered();
                    Ok(())
                }
            });
        }
        {
            let core = core.clone();
            supervisor.start("clock", move |token| {
                let core = core.clone();
                async move {
                    let look_every = core.tuning.clock_look_every;
                    let waking = core.clone();
                    clock::watch_for_jumps(
                        core.clock.clone(),
                        look_every,
                        move || waking.wake(),
                        token,
                    )
                    .await;
                    Ok(())
                }
            });
        }
        task!("journal", crate::ingest::run);
        task!("sync", sync::run);
        task!("refetch", refetch::run);
        task!("outbox", outbox::run);
        task!("lookup", outbox::lookup::run);
        task!("media", media::run);
        task!("past-pictures", media::past::run);
        task!("thumbnails", media::thumbnails::run);
        task!("wipes", wipe::run);
        task!("timers", timers::run);
        task!("routing", routing::run);
        task!("requests", bot::requests::run);
        task!("proofs", bot::proofs::run);
        task!("notifications", notifications::run);
        task!("wrap-up", wrap_up::run);
        task!("backfill", backfill::run);
        task!("figures", figures::run);
        task!("retention", retention::run);
        Self { core, supervisor }
    }

    /// What changes from now on. A receiver that lags has missed hints only: ask the store again.
    #[must_use]
    pub fn events(&self) -> broadcast::Receiver<EngineEvent> {
        self.core.events.subscribe()
    }

    /// Whether the carrier can be reached, now.
    #[must_use]
    pub fn connection(&self) -> ConnectionState {
        self.core.connection.current()
    }

    /// The same, to wait for changes.
    #[must_use]
    pub fn watch_connection(&self) -> watch::Receiver<ConnectionState> {
        self.core.connection.subscribe()
    }

    /// How far fetching the past has come; `None` when it was never asked for.
    #[must_use]
    pub fn backfill(&self) -> Option<BackfillProgress> {
        self.core.backfill.progress()
    }

    /// How every task is doing, for diagnostics.
    #[must_use]
    pub fn tasks(&self) -> Vec<TaskReport> {
        self.supervisor.reports()
    }

    /// Takes in what the carrier said of a message. When this returns, it is in the journal, and interpreted
    /// unless that failed, in which case it stays there; the carrier may be told that we have it.
    ///
    /// # Errors
    /// [`IngestError`] when it could not even be journaled: the carrier should try again.
    pub async fn ingest(&self, arrival: Arrival) -> Result<(), IngestError> {
        self.core.ingest.accept(arrival).await
    }

    /// Takes in a delivery report's decoded form parameters.
    ///
    /// # Errors
    /// As [`Engine::ingest`].
    pub async fn status_callback(&self, form: Vec<(String, String)>) -> Result<(), IngestError> {
        self.ingest(Arrival::StatusCallback(form)).await
    }

    /// Looks for new messages at once.
    pub fn poll_now(&self) {
        self.core.signals.poll.notify_one();
    }

    /// Says whether somebody is looking; decides how often new messages are looked for.
    pub fn set_focus(&self, focus: Focus) {
        self.core.set_focus(focus);
    }

    /// The network or the machine came back: looks for everything that may have been missed.
    pub fn wake(&self) {
        self.core.wake();
    }

    /// Something was put into the outbox, or the agent settled something in it.
    pub fn outbox_changed(&self) {
        self.core.outbox_changed();
    }

    /// Media, timers or a plan's other effects were committed outside the engine: tasks look at once.
    pub fn effects_committed(&self) {
        self.core.effects_committed();
    }

    /// The virtual agent, to give one of its sessions an input in a transaction of the caller's; then call
    /// [`Engine::outbox_changed`] and [`Engine::effects_committed`].
    #[must_use]
    pub fn bot(&self) -> &BotDesk {
        &self.core.bot
    }

    /// Topics, tables or settings of the virtual agent were committed: conversations that begin from now on
    /// run with them.
    ///
    /// # Errors
    /// [`StoreError`] when they cannot be read; what was served is served on then.
    pub async fn topics_changed(&self) -> Result<(), StoreError> {
        let loaded = self.core.load_topics().await;
        // Rows of tables are written with them.
        self.core.signals.notifications.notify_one();
        loaded
    }

    /// Notifications, to tell what one would come to; then call [`Engine::effects_committed`] if one was begun.
    #[must_use]
    pub fn notifications(&self) -> &NotificationDesk {
        &self.core.notifications
    }

    /// Looks for an uncertain send once more, now, and gives the search its full time again.
    pub fn settle_lookup(&self, message_id: MessageId) {
        self.core.look_again(message_id);
    }

    /// Decides whether a notification is raised now, and arms its repetition. A repetition is told as
    /// [`Announcement::AlertRaised`](tern_domain::Announcement::AlertRaised).
    ///
    /// # Errors
    /// [`StoreError`] when the file cannot be read or written; nothing is armed then.
    pub async fn raise_alert(&self, alert: Alert) -> Result<Outcome, StoreError> {
        alerts::raise(&self.core, alert).await
    }

    /// Somebody looks at a conversation: its notification is not repeated any more.
    ///
    /// # Errors
    /// [`StoreError`] when the file cannot be read or written.
    pub async fn looked_at(&self, conversation: ConversationId) -> Result<(), StoreError> {
        alerts::looked_at(&self.core, conversation).await
    }

    /// Fetches the past back to `until` (`None` = as far as Twilio goes), in the background, across restarts.
    ///
    /// # Errors
    /// [`BackfillError`] when the wish could not be recorded.
    pub async fn start_backfill(&self, until: Option<UtcMillis>) -> Result<(), BackfillError> {
        backfill::request(&self.core, until).await
    }

    /// Stops fetching the past; what is here stays, and it can go on later.
    ///
    /// # Errors
    /// [`BackfillError`] when the wish could not be recorded.
    pub async fn cancel_backfill(&self) -> Result<(), BackfillError> {
        backfill::cancel(&self.core).await
    }

    /// Fetches days once more, whatever is here of them.
    ///
    /// # Errors
    /// [`BackfillError`] when the wish could not be recorded.
    pub async fn fetch_again(&self, stretch: Stretch) -> Result<(), BackfillError> {
        backfill::request_again(&self.core, stretch).await
    }

    /// Pauses fetching the past, texts and pictures alike, or lets it go on; kept across restarts.
    ///
    /// # Errors
    /// [`BackfillError`] when it could not be recorded.
    pub async fn pause_backfill(&self, paused: bool) -> Result<(), BackfillError> {
        backfill::pause(&self.core, paused).await
    }

    /// [`PAST_POLICY`](crate::PAST_POLICY) was committed.
    ///
    /// # Errors
    /// [`BackfillError`] when it cannot be read; what was in force is in force on then.
    pub async fn past_policy_changed(&self) -> Result<(), BackfillError> {
        self.core.past.load(&self.core.store).await?;
        Ok(())
    }

    /// Pictures were added that did not come from the carrier.
    pub fn pictures_added(&self) {
        self.core.signals.thumbnails.notify_one();
    }

    /// What is kept for how long was changed, agreed to or cancelled.
    pub fn retention_changed(&self) {
        self.core.signals.retention.notify_one();
    }

    /// Ends all tasks: cancel, deadline, abort, await. A send under way is given until the deadline; one that
    /// is cut off is uncertain at the next start.
    pub async fn stop(&self) -> StopReport {
        self.supervisor.stop(self.core.tuning.stop_deadline).await
    }
}

//! Carries out runs of notifications (S-9 … S-14).
//!
//! Owns no state: a run and each of its recipients are rows, and what becomes of a recipient is decided and written in
//! the transaction that puts their text into the outbox, so that a crash costs a look and nobody gets anything twice.
//! It never sends: texts leave through the outbox, and it keeps that short, so that an agent's text does not wait
//! behind a hundred thousand others. It refuses to go on with a run that is paused, or whose notification is gone.

mod deliver;
mod list;
mod standing;
mod waiting;

use std::collections::HashSet;
use std::sync::Arc;

use tern_domain::notification::{Delivery, MOST_RECIPIENTS, Notification, RunCause, who_gets_it};
use tern_domain::{ConversationKey, Millis, UtcMillis};
use tern_store::{NewRecipient, ReadConn, SettingName, StoreError};
use tokio_util::sync::CancellationToken;

use crate::bot::BotDesk;
use crate::core::Core;
use crate::event::EngineEvent;
use crate::step::{step, steps};
use crate::supervisor::TaskError;
use crate::timers::pause_until;
use standing::Look;
pub(crate) use waiting::{shown, skipped, waiting_for};

/// What holds for every notification.
pub const NOTIFICATION_SETTINGS: SettingName = SettingName("update_notifications");

/// Runs looked at before looking again.
const RUNS_AT_ONCE: u32 = 20;
/// While the outbox is full, until it is looked at again.
const FULL_OUTBOX: Millis = Millis(500);
/// How long the results of a finished run are kept.
const KEPT: Millis = Millis::days(90);

/// What notifications need besides the file. Cheap to clone.
#[derive(Clone)]
pub struct NotificationDesk {
    bot: BotDesk,
}

/// What would become of one recipient.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Forecast {
    /// Who.
    pub recipient: NewRecipient,
    /// Where; `None` without a number.
    pub key: Option<ConversationKey>,
    /// What would become of them now.
    pub delivery: Delivery,
}

impl NotificationDesk {
    pub(crate) const fn new(bot: BotDesk) -> Self {
        Self { bot }
    }

    /// Who would get a notification now, and who would not and why. Nothing is changed.
    ///
    /// # Errors
    /// [`StoreError`] when the file cannot be read.
    pub fn forecast(
        &self,
        conn: &ReadConn<'_>,
        notification: &Notification,
        cause: &RunCause,
    ) -> Result<Vec<Forecast>, StoreError> {
        let look = Look::take(conn, &self.bot, notification, cause)?;
        let most = usize::try_from(MOST_RECIPIENTS).unwrap_or(usize::MAX);
        let mut told: HashSet<String> = HashSet::new();
        let mut forecasts = Vec::new();
        let mut from = Some(String::new());
        while let Some(listed_to) = from.take() {
            let batch = list::next(conn, notification, cause, &listed_to)?;
            for recipient in batch.recipients {
                if forecasts.len() > most || !told.insert(list::name(&recipient)) {
                    continue;
                }
                let place = u32::try_from(forecasts.len()).unwrap_or(u32::MAX);
                let (standing, key) = look.standing(conn, &recipient)?;
                forecasts.push(Forecast {
                    delivery: who_gets_it(&standing, &look.terms(notification, look.now, place)),
                    recipient,
                    key,
                });
            }
            from = batch.listed_to;
        }
        Ok(forecasts)
    }
}

/// Carries runs out until stopped.
pub(crate) async fn run(core: Arc<Core>, token: CancellationToken) -> Result<(), TaskError> {
    let before = core.clock.now() - KEPT;
    core.store
        .write(move |tx| tx.forget_notification_runs(before))
        .await?;
    loop {
        let next_at = tokio::select! {
            () = token.cancelled() => return Ok(()),
            next_at = go_on(&core) => next_at?,
        };
        let pause = next_at.map_or(core.tuning.timer_look_every, |at| pause_until(&core, at));
        tokio::select! {
            () = token.cancelled() => return Ok(()),
            () = tokio::time::sleep(pause) => {}
            () = core.signals.notifications.notified() => {}
        }
    }
}

/// Takes every run that is due a step further, until none is; tells when the next one is.
async fn go_on(core: &Core) -> Result<Option<UtcMillis>, StoreError> {
    loop {
        let now = core.clock.now();
        let due = core
            .store
            .read(move |conn| conn.list_due_notification_runs(now, RUNS_AT_ONCE))
            .await?;
        if due.is_empty() {
            return core.store.read(|conn| conn.next_notification_at()).await;
        }
        let bot = core.bot.clone();
        let runs: Vec<_> = due.iter().map(|run| run.id).collect();
        let taken = core
            .store
            .write(move |tx| deliver::go_on(tx, &bot, &runs))
            .await?;
        let Some(applied) = taken else {
            return Ok(Some(now + FULL_OUTBOX));
        };
        step(steps::NOTIFICATION_MOVED);
        core.events.emit_applied(applied);
        core.signals.outbox.notify_one();
        core.signals.timers.notify_one();
        core.events.emit(EngineEvent::NotificationsChanged);
    }
}

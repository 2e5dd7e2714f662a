//! Things that are due at a point in time.
//!
//! Owns firing: each durable timer once, oldest first, also those that fell due while nobody ran. A timer is
//! ticked off in the transaction that carries out what it is for. Waiting is capped, because a sleeping laptop
//! or a clock that was set makes any computed pause wrong.

use std::sync::Arc;
use std::time::Duration;

use tern_domain::desk::plan_snooze_due;
use tern_domain::messaging_action::{FireContext, plan_fire};
use tern_domain::topic::BotInput;
use tern_domain::wrap_up::plan_wrap_up_due;
use tern_domain::{PhoneNumber, Timer, TimerPurpose, UtcMillis};
use tern_store::{Applied, StoreError, WriteTx};
use tokio_util::sync::CancellationToken;

use crate::alerts::{AlertDesk, plan_alert};
use crate::bot::BotDesk;
use crate::clock::Clock;
use crate::core::Core;
use crate::ids::EdgeIds;
use crate::step::{step, steps};
use crate::supervisor::TaskError;

pub(crate) async fn run(core: Arc<Core>, token: CancellationToken) -> Result<(), TaskError> {
    loop {
        let next_at = fire_due(&core).await?;
        let pause = next_at.map_or(core.tuning.timer_look_every, |at| pause_until(&core, at));
        tokio::select! {
            () = token.cancelled() => return Ok(()),
            () = tokio::time::sleep(pause) => {}
            () = core.signals.timers.notified() => {}
        }
    }
}

/// How long to sleep towards an instant: never longer than until the next look at the clock.
pub(crate) fn pause_until(core: &Core, at: UtcMillis) -> Duration {
    at.since(core.clock.now())
        .to_duration()
        .min(core.tuning.timer_look_every)
}

/// Fires what is due and tells when the next timer is.
pub(crate) async fn fire_due(core: &Core) -> Result<Option<UtcMillis>, StoreError> {
    let now = core.clock.now();
    let due = core
        .store
        .read(move |conn| conn.list_due_timers(now))
        .await?;
    for timer in due.iter().copied() {
        let clock = core.clock.clone();
        let numbers = core.own_numbers.clone();
        let alert_desk = core.alert_desk.clone();
        let bot = core.bot.clone();
        let fired = core
            .store
            .write(move |tx| fire(tx, timer, &*clock, numbers.as_slice(), &*alert_desk, &bot))
            .await?;
        core.events.emit_applied(fired);
        core.signals.outbox.notify_one();
        core.signals.routing.notify_one();
        core.signals.requests.notify_one();
    }
    if !due.is_empty() {
        step(steps::TIMER_FIRED);
    }
    core.store.read(|conn| conn.next_timer_at()).await
}

/// Ticks a timer off and carries out what it is for, in one transaction. One that is gone was cancelled, or
/// armed anew for later, since it was read.
fn fire(
    tx: &mut WriteTx<'_>,
    timer: Timer,
    clock: &dyn Clock,
    provider_numbers: &[PhoneNumber],
    alert_desk: &dyn AlertDesk,
    bot: &BotDesk,
) -> Result<Applied, StoreError> {
    if !tx.finish_timer(&timer)? {
        return Ok(Applied::default());
    }
    let plan = match timer.purpose {
        TimerPurpose::AlertRepeats { alert } => plan_alert(tx, alert, alert_desk, clock.now())?,
        // The outbox looks at its entries itself, and the routing at its offers.
        TimerPurpose::HeldSend { .. } | TimerPurpose::OfferEnds { .. } => {
            return Ok(Applied::default());
        }
        TimerPurpose::BotPause {
            interaction,
            ticket,
        } => return bot.wake(tx, interaction, BotInput::PauseOver { ticket }),
        TimerPurpose::BotSilence { interaction } => {
            return bot.wake(tx, interaction, BotInput::Silence);
        }
        TimerPurpose::SnoozeEnds { interaction } => {
            let Some(found) = tx.find_interaction(interaction)? else {
                return Ok(Applied::default());
            };
            let state = tx.load_conversation_state(&found.interaction.key, None)?;
            plan_snooze_due(&state, clock.now(), &mut EdgeIds::new(clock))
        }
        TimerPurpose::WrapUpEnds { interaction } => {
            let Some(work) = tx.find_wrap_up_work(interaction)? else {
                return Ok(Applied::default());
            };
            plan_wrap_up_due(&work, clock.now(), &mut EdgeIds::new(clock))
        }
        TimerPurpose::MessagingAction {
            action,
            interaction,
            started_at,
        } => {
            let actions = tx.list_messaging_actions()?;
            let (Some(found), Some(action)) = (
                tx.find_interaction(interaction)?,
                actions.iter().find(|known| known.id == action),
            ) else {
                return Ok(Applied::default());
            };
            let now = clock.now();
            let ctx = FireContext {
                now,
                interaction,
                started_at,
                facts: &tx.load_facts(found.conversation_id, now)?,
                provider_numbers,
            };
            let state = tx.load_conversation_state(&found.interaction.key, None)?;
            plan_fire(&state, action, &ctx, &mut EdgeIds::new(clock))
        }
    };
    tx.apply(&plan)
}

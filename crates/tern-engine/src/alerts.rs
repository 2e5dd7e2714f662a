//! Notifications to whoever sits at this desk: decided in the transaction that arms their repetition.
//!
//! Owns the path from an occasion or a timer to the domain's decision. It shows nothing, and it refuses to
//! know how settings are kept: the host says what is in force.

use jiff::tz::TimeZone;
use tern_domain::alerts::{
    Alert, AlertDecision, AlertMoment, AlertRules, AlertSound, Outcome, Withheld, decide,
    ends_by_looking,
};
use tern_domain::{AgentId, Announcement, ConversationId, Effect, Plan, TimerId, UtcMillis};
use tern_store::{ReadConn, StoreError, WriteTx};
use uuid::Uuid;

use crate::core::Core;
use crate::routing::find_queue;

/// Who sits at a desk, and what they want to be told of.
pub trait AlertDesk: Send + Sync {
    /// What is in force, read in the given transaction.
    ///
    /// # Errors
    /// [`StoreError`] when it cannot be read.
    fn in_force(&self, conn: &ReadConn<'_>) -> Result<AtDesk, StoreError>;

    /// Whether somebody has this conversation before their eyes.
    fn is_on_screen(&self, conversation: ConversationId) -> bool;
}

/// What is in force at a desk.
#[derive(Debug, Clone)]
pub struct AtDesk {
    /// Who is signed in.
    pub agent: AgentId,
    /// What they chose.
    pub rules: AlertRules,
    /// The laptop's time zone.
    pub zone: TimeZone,
}

/// A desk at which nobody sits: nothing is raised.
#[derive(Debug, Clone, Copy, Default)]
pub struct NobodyAtDesk;

impl AlertDesk for NobodyAtDesk {
    fn in_force(&self, _conn: &ReadConn<'_>) -> Result<AtDesk, StoreError> {
        Ok(AtDesk {
            agent: AgentId::new(Uuid::nil()),
            rules: AlertRules::default(),
            zone: TimeZone::UTC,
        })
    }

    fn is_on_screen(&self, _conversation: ConversationId) -> bool {
        false
    }
}

/// Decides about a notification for the first time. Writes only where a repetition is to be armed or ended,
/// so that an arriving text costs nothing more where nothing is repeated.
pub(crate) async fn raise(core: &Core, alert: Alert) -> Result<Outcome, StoreError> {
    let now = core.clock.now();
    let desk = core.alert_desk.clone();
    let (decision, has_timer) = core
        .store
        .read(move |conn| {
            let timer = conn.find_timer(TimerId::of_alert(alert.conversation))?;
            Ok((consider(conn, alert, &*desk, now)?, timer.is_some()))
        })
        .await?;
    if decision.repeat_at.is_none() && !has_timer {
        return Ok(decision.outcome);
    }
    let desk = core.alert_desk.clone();
    let outcome = core
        .store
        .write(move |tx| {
            let decision = consider(tx, alert, &*desk, now)?;
            let _applied = tx.apply(&only(alert.next_timer(&decision)))?;
            Ok(decision.outcome)
        })
        .await?;
    core.signals.timers.notify_one();
    Ok(outcome)
}

/// A repetition whose time has come: what becomes of it, and the next one.
pub(crate) fn plan_alert(
    tx: &WriteTx<'_>,
    alert: Alert,
    desk: &dyn AlertDesk,
    now: UtcMillis,
) -> Result<Plan, StoreError> {
    let decision = consider(tx, alert, desk, now)?;
    let mut plan = only(alert.next_timer(&decision));
    if let Outcome::Raise { sound } = decision.outcome {
        let raised = Announcement::AlertRaised { alert, sound };
        plan.effects.push(Effect::Announce(raised));
    }
    Ok(plan)
}

/// Ends the repetitions about a conversation that somebody looks at.
pub(crate) async fn looked_at(core: &Core, conversation: ConversationId) -> Result<(), StoreError> {
    let id = TimerId::of_alert(conversation);
    let timer = core.store.read(move |conn| conn.find_timer(id)).await?;
    if timer.as_ref().is_some_and(ends_by_looking) {
        core.store
            .write(move |tx| {
                let timer = tx.find_timer(id)?;
                if timer.as_ref().is_some_and(ends_by_looking) {
                    let _applied = tx.apply(&only(Effect::CancelTimer(id)))?;
                }
                Ok(())
            })
            .await?;
    }
    Ok(())
}

fn consider(
    conn: &ReadConn<'_>,
    alert: Alert,
    desk: &dyn AlertDesk,
    now: UtcMillis,
) -> Result<AlertDecision, StoreError> {
    let Some(mut scene) = conn.find_alert_scene(alert.conversation)? else {
        return Ok(AlertDecision {
            outcome: Outcome::Withhold(Withheld::Over),
            repeat_at: None,
        });
    };
    if scene.queue_sound.is_none() {
        scene.queue_sound = sound_to_come(conn, alert.conversation, now)?;
    }
    let AtDesk { agent, rules, zone } = desk.in_force(conn)?;
    let moment = AlertMoment {
        now,
        zone: &zone,
        agent,
        presence: conn
            .load_presence()?
            .get(&agent)
            .map(|presence| presence.state),
        is_on_screen: desk.is_on_screen(alert.conversation),
    };
    Ok(decide(&rules, &alert, &scene, &moment))
}

/// Work that has just come in has no queue yet: it sounds as the queue that will take it in.
fn sound_to_come(
    conn: &ReadConn<'_>,
    conversation: ConversationId,
    now: UtcMillis,
) -> Result<Option<AlertSound>, StoreError> {
    let work = conn.list_open_work_of(conversation)?;
    if !work.iter().any(|item| item.queue.is_none()) {
        return Ok(None);
    }
    let key = conn.load_conversation(conversation)?.key;
    let config = conn.load_routing_config()?;
    let queue = find_queue(conn, &config, conversation, &key, now)?;
    Ok(queue.and_then(|queue| queue.sound))
}

fn only(effect: Effect) -> Plan {
    Plan {
        events: Vec::new(),
        effects: vec![effect],
    }
}

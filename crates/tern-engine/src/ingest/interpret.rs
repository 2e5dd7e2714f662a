//! Journal rows become messages.
//!
//! Owns the transaction in which a row is mapped, planned, applied and ticked off together, so that a crash
//! leaves it either waiting or done. A batch that fails is taken apart, and only the row at fault is set aside.

use std::sync::Arc;

use secrecy::{ExposeSecret as _, SecretString};
use serde_json::Value;
use tern_domain::screening::Screen;
use tern_domain::{
    ArrivalContext, CarrierMessage, ConversationState, Direction, Interaction, MessageId,
    MessageText, UtcMillis, plan_arrival, plan_late_row, route_arrival,
};
use tern_store::{
    Applied, JournalEntry, JournalId, JournalSource, RawArrival, StoreError, WriteTx,
};
use tern_twilio::RawMessage;

use super::waiting::waits_for;
use super::withheld::{self, Withheld, is_marked, take_words};
use super::{Arrival, BATCH, Ingest, IngestError};
use crate::bot::BotDesk;
use crate::clock::Clock;
use crate::config::Policy;
use crate::ids::EdgeIds;
use crate::map::{MapError, map_resource, map_status, map_webhook};
use crate::own_numbers::OwnNumbers;
use crate::step::{step, steps};

/// What became of a row.
enum Fate {
    /// It is in the store, or it changed nothing; the row is ticked off.
    Done(Applied),
    /// It waits for this send to be settled.
    Waits(MessageId),
    /// It cannot be read; it keeps lying there with a note.
    SetAside(MapError),
}

/// A row, read.
enum Understood {
    /// What Twilio says of a message.
    Message(CarrierMessage),
    /// A delivery report: where a message stands, and nothing that could be stored of an unknown one.
    Report(CarrierMessage),
}

/// What interpreting needs besides the row.
#[derive(Clone)]
struct Setting {
    clock: Arc<dyn Clock>,
    policy: Policy,
    own_numbers: Arc<OwnNumbers>,
    screen: Arc<Screen>,
    bot: BotDesk,
    withheld: Arc<Withheld>,
}

/// What a batch left behind.
#[derive(Default)]
struct BatchOutcome {
    applied: Applied,
    set_aside: Vec<MapError>,
    waits: Vec<(JournalId, MessageId)>,
    /// A report spoke of a message that is not here yet: a look at the list will bring it.
    missing: bool,
    /// Words that were never written down are lost: only a walk over the list brings them again.
    lost: bool,
}

/// When a journaled arrival happened, as far as it can be told; rows are taken up in this order.
pub(super) fn happened_at(entry: &JournalEntry, own_numbers: &OwnNumbers) -> UtcMillis {
    match understand(&entry.arrival, own_numbers) {
        Ok(Understood::Message(message) | Understood::Report(message)) => message.created_at,
        Err(_) => entry.arrival.received_at,
    }
}

/// How an arrival is written down.
pub(super) fn raw_arrival(arrival: Arrival, received_at: UtcMillis) -> RawArrival {
    let sid_of_form = |form: &[(String, String)]| {
        let (_, sid) = form.iter().find(|(name, _)| name == "MessageSid")?;
        Some(sid.clone())
    };
    let (source, sid, mut json) = match arrival {
        Arrival::Row(row) => {
            let sid = row.get("sid").and_then(Value::as_str).map(str::to_owned);
            (JournalSource::List, sid, row)
        }
        Arrival::Webhook(form) => (JournalSource::Webhook, sid_of_form(&form), form_json(form)),
        Arrival::StatusCallback(form) => (
            JournalSource::StatusCallback,
            sid_of_form(&form),
            form_json(form),
        ),
    };
    withheld::hide_code(&mut json);
    RawArrival {
        source,
        sid,
        received_at,
        json: json.to_string(),
    }
}

/// A form as pairs: the order and repeated names are part of what came in.
fn form_json(form: Vec<(String, String)>) -> Value {
    form.into_iter()
        .map(|(name, value)| Value::from(vec![name, value]))
        .collect()
}

fn read_form(json: &str) -> Result<Vec<(String, String)>, MapError> {
    serde_json::from_str(json).map_err(|_| MapError::Form)
}

fn understand(arrival: &RawArrival, own_numbers: &OwnNumbers) -> Result<Understood, MapError> {
    let received_at = arrival.received_at;
    match arrival.source {
        JournalSource::List => {
            let json = serde_json::from_str(&arrival.json).map_err(|_| MapError::Form)?;
            let resource = RawMessage::from_json(json)
                .interpret()
                .map_err(|_| MapError::Sid)?;
            map_resource(&resource, received_at, own_numbers).map(Understood::Message)
        }
        JournalSource::Webhook => {
            map_webhook(read_form(&arrival.json)?, received_at).map(Understood::Message)
        }
        JournalSource::StatusCallback => {
            map_status(read_form(&arrival.json)?, received_at).map(Understood::Report)
        }
    }
}

/// Takes words out of a row that is about to be journaled: those that may be a secure answer, which are handed back
/// to be kept in memory, and those of a text that is here already.
pub(super) fn words_to_withhold(
    tx: &WriteTx<'_>,
    arrival: &mut RawArrival,
    own_numbers: &OwnNumbers,
    bot: &BotDesk,
) -> Result<Option<SecretString>, StoreError> {
    let Ok(Understood::Message(message)) = understand(arrival, own_numbers) else {
        return Ok(None);
    };
    if tx.knows_sid(&message.sid)? {
        take_words(arrival, false);
        return Ok(None);
    }
    if message.direction != Direction::Inbound {
        return Ok(None);
    }
    let Ok(key) = route_arrival(&message, own_numbers.as_slice(), arrival.received_at) else {
        return Ok(None);
    };
    if !bot.may_hear_secret(tx, &key)? {
        return Ok(None);
    }
    take_words(arrival, true);
    Ok(Some(SecretString::from(message.body.as_str())))
}

/// Interprets one row within the transaction that ticks it off.
fn interpret_row(
    tx: &mut WriteTx<'_>,
    entry: &JournalEntry,
    setting: &Setting,
    outcome: &mut BatchOutcome,
) -> Result<Fate, StoreError> {
    let (mut message, is_report) = match understand(&entry.arrival, &setting.own_numbers) {
        Ok(Understood::Message(message)) => (message, false),
        Ok(Understood::Report(message)) => (message, true),
        Err(error) => return Ok(Fate::SetAside(error)),
    };
    let now = setting.clock.now();
    if is_marked(&entry.arrival) {
        let Some(words) = setting.withheld.of(entry.id) else {
            outcome.lost = true;
            return Ok(Fate::Done(Applied::default()));
        };
        message.body = MessageText::new(words.expose_secret());
    }
    let key = match route_arrival(&message, setting.own_numbers.as_slice(), now) {
        Ok(key) => key,
        Err(not_ours) => return tx.apply(&not_ours.into_plan()).map(Fate::Done),
    };
    let mut state = tx.load_conversation_state(&key, Some(&message.sid))?;
    let mut applied = Applied::default();
    if state.stored.is_none() {
        if let Some(send) = waits_for(&state.open_sends, &message) {
            return Ok(Fate::Waits(send.message_id));
        }
        // A walk that begins anew after damage meets what was deleted for its age; reports of it say nothing new.
        if tx.is_below_floor(&key, message.created_at)? {
            return Ok(Fate::Done(applied));
        }
        if is_report {
            outcome.missing = true;
            return Ok(Fate::Done(applied));
        }
        if let Some(bound) = bind_late_row(tx, &state, &message, setting)? {
            applied.merge(bound);
            state = tx.load_conversation_state(&key, Some(&message.sid))?;
        }
    }
    let bot_takes = setting.bot.topics().answers(&key.provider);
    let is_bots = state
        .active()
        .map_or(bot_takes, Interaction::is_heard_by_bot);
    let ctx = ArrivalContext {
        now,
        live_since: tx.live_since()?,
        late_after: setting.policy.late_after,
        bot_takes,
        command: setting.bot.topics().command(message.body.as_str(), is_bots),
    };
    let mut heard = setting.bot.listen(tx, &state, &message, &ctx)?;
    let ids = &mut EdgeIds::new(&*setting.clock);
    let mut plan = plan_arrival(&state, &message, &ctx, ids);
    if let Some(heard) = &mut heard {
        heard.settle(&mut plan, now);
    }
    setting.screen.mask_plan(&mut plan, &state, ids);
    applied.merge(tx.apply(&plan)?);
    if let Some(heard) = heard {
        applied.merge(setting.bot.hear(tx, &key, heard)?);
    }
    Ok(Fate::Done(applied))
}

/// A row of ours that turns up after an agent said that its text was sent is that text's.
fn bind_late_row(
    tx: &mut WriteTx<'_>,
    state: &ConversationState,
    row: &CarrierMessage,
    setting: &Setting,
) -> Result<Option<Applied>, StoreError> {
    let Some(conversation) = state
        .conversation
        .filter(|_| row.direction == Direction::Outbound)
    else {
        return Ok(None);
    };
    let vouched = tx.list_vouched_sends(conversation)?;
    let ids = &mut EdgeIds::new(&*setting.clock);
    plan_late_row(state, &vouched, row, setting.clock.now(), ids)
        .map(|plan| tx.apply(&plan))
        .transpose()
}

fn interpret_batch(
    tx: &mut WriteTx<'_>,
    ids: &[JournalId],
    setting: &Setting,
) -> Result<BatchOutcome, StoreError> {
    let mut outcome = BatchOutcome::default();
    // Only what still waits: somebody else may have been faster.
    for entry in tx.list_journal(ids)? {
        let id = entry.id;
        match interpret_row(tx, &entry, setting, &mut outcome)? {
            Fate::Done(applied) => {
                tx.finish_journal(&[id])?;
                outcome.applied.merge(applied);
            }
            Fate::Waits(send) => outcome.waits.push((id, send)),
            Fate::SetAside(error) => {
                tx.set_journal_aside(id, &error.to_string())?;
                outcome.set_aside.push(error);
            }
        }
    }
    Ok(outcome)
}

impl Ingest {
    /// Interprets journal rows in the given order.
    pub(crate) async fn interpret(&self, ids: Vec<JournalId>) -> Result<(), IngestError> {
        for (done, batch) in ids.chunks(BATCH).enumerate() {
            let interpreted = match self.run_batch(batch.to_vec()).await {
                Err(error) if !is_the_stores_trouble(&error) => self.one_by_one(batch).await,
                interpreted => interpreted,
            };
            if let Err(error) = interpreted {
                self.postponed.add(ids.iter().skip(done * BATCH).copied());
                return Err(IngestError::Interpret(error));
            }
        }
        Ok(())
    }

    /// One row spoils a batch; taken one by one, only that one is set aside.
    async fn one_by_one(&self, ids: &[JournalId]) -> Result<(), StoreError> {
        for id in ids.iter().copied() {
            match self.run_batch(vec![id]).await {
                Ok(()) => {}
                Err(error) if is_the_stores_trouble(&error) => return Err(error),
                Err(error) => {
                    tracing::error!(%error, "a row cannot be applied and is set aside");
                    let note = error.to_string();
                    self.store
                        .write(move |tx| tx.set_journal_aside(id, &note))
                        .await?;
                }
            }
        }
        Ok(())
    }

    async fn run_batch(&self, ids: Vec<JournalId>) -> Result<(), StoreError> {
        let setting = Setting {
            clock: self.clock.clone(),
            policy: self.policy,
            own_numbers: self.own_numbers.clone(),
            screen: self.screen.current(),
            bot: self.bot.clone(),
            withheld: self.withheld.clone(),
        };
        let batch = ids.clone();
        let outcome = self
            .store
            .write(move |tx| interpret_batch(tx, &ids, &setting))
            .await?;
        step(steps::INBOUND_APPLIED);
        self.withheld.forget(&batch);
        for (id, send) in outcome.waits {
            // Its row has been seen: now the look-up will find it. Once is enough; a row that is taken up
            // again tells nothing new.
            if self.postponed.add_new(id) {
                self.lookups.bring_forward(send);
                self.signals.lookup.notify_one();
            }
        }
        for error in &outcome.set_aside {
            tracing::warn!(%error, "a row cannot be read and is set aside");
        }
        if outcome.missing {
            self.signals.poll.notify_one();
        }
        if outcome.lost {
            self.signals.sweep.notify_one();
        }
        self.events.emit_applied(outcome.applied);
        self.signals.media.notify_one();
        self.signals.bot_asked();
        self.signals.routing.notify_one();
        self.signals.refetch.notify_one();
        self.signals.wipes.notify_one();
        Ok(())
    }
}

/// Trouble that the next row would have as well.
fn is_the_stores_trouble(error: &StoreError) -> bool {
    matches!(
        error,
        StoreError::Closed | StoreError::DiskFull { .. } | StoreError::Damaged { .. }
    )
}

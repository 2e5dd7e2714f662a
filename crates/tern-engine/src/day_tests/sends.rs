//! What agents write, and what becomes of it.

use tern_domain::schedule::UndoHold;
use tern_domain::{
    Actor, Attempt, CarrierMessage, ConversationKey, DeliveryStatus, Direction, MessageId,
    MessageSid, MessageText, Millis, OutboxEntry, OutboxState, OutgoingText, Recipient,
    SendContext, SendOutcome, Settlement, UtcMillis, next_due, plan_attempt, plan_outcome,
    plan_recall, plan_send_to, plan_settle,
};
use tern_store::{StoreError, WriteTx};

use super::day::{Day, row};
use super::setting::{agent, key, ours, person};
use super::steps::{Outcome, Verdict};
use crate::clock::Clock as _;
use crate::ids::EdgeIds;
use crate::ingest::Arrival;

const WORDS: &str = "Good morning";

impl Day {
    /// Writes with every confirmation given; the text's id, unless the rules refused.
    pub(super) fn write(
        &mut self,
        who: usize,
        on: usize,
        to: Option<usize>,
        held: bool,
    ) -> Option<MessageId> {
        let message_id = MessageId::next(&mut EdgeIds::new(&*self.clock));
        let recipient = Recipient {
            person: to.map(person),
            move_number: true,
            take_over: true,
        };
        let is_written = self.plan(key(on), move |state, now, ids| {
            let numbers = [ours(0), ours(1)];
            let ctx = SendContext {
                now,
                agent: agent(who),
                undo_hold: UndoHold::seconds(if held { 10 } else { 0 }),
                provider_numbers: &numbers,
                joins: true,
            };
            let text = OutgoingText {
                message_id,
                body: MessageText::new(WORDS),
                media: Vec::new(),
            };
            plan_send_to(state, &text, recipient, &ctx, ids).ok()
        });
        is_written.then(|| {
            self.written.push(message_id);
            message_id
        })
    }

    /// What was called back has answered nobody: waits and timers are as if it had never been written.
    pub(super) fn write_and_recall(&mut self, who: usize, on: usize) {
        let conversation = key(on);
        let before = self.file.waits_of(&conversation);
        let Some(text) = self.write(who, on, None, true) else {
            return;
        };
        assert!(self.change_send(text, |entry, state, now, ids| {
            plan_recall(state, entry, now, ids).ok()
        }));
        let earlier = self.look();
        let after = self.file.waits_of(&conversation);
        if earlier.active_of(&conversation).is_some() {
            assert_eq!(before, after, "calling back did not restore the waits");
        }
    }

    pub(super) fn recall(&self, text: usize) {
        if let Some(id) = self.written.get(text % self.written.len().max(1)) {
            self.change_send(*id, |entry, state, now, ids| {
                plan_recall(state, entry, now, ids).ok()
            });
        }
    }

    pub(super) fn send(&mut self, outcome: Option<Outcome>) {
        let now = self.now();
        let due = self
            .core
            .store
            .read_blocking(move |conn| Ok(next_due(&conn.list_outbox_open()?, now)))
            .unwrap();
        let Some(text) = due.first().copied() else {
            return;
        };
        assert!(self.change_send(text, |entry, state, now, ids| {
            match plan_attempt(state, entry, now, now, ids).ok()? {
                Attempt::Post(plan) | Attempt::Refuse(plan) => Some(plan),
            }
        }));
        let entry = self.entry(text);
        if !matches!(entry.state, OutboxState::InFlight { .. }) {
            return;
        }
        let outcome = match outcome {
            None => return self.restart(),
            Some(Outcome::Accepted) => SendOutcome::Accepted(self.post(&entry.key, now)),
            Some(Outcome::OptedOut) => SendOutcome::Refused { code: Some(21610) },
            Some(Outcome::NotExecuted) => SendOutcome::NotExecuted { retry_after: None },
            Some(Outcome::MaybeExecuted) => SendOutcome::MaybeExecuted,
        };
        assert!(self.change_send(text, move |entry, state, now, ids| {
            plan_outcome(state, entry, &outcome, now, ids).ok()
        }));
    }

    pub(super) fn settle(&mut self, verdict: Verdict) {
        let open = self
            .core
            .store
            .read_blocking(|conn| conn.list_outbox_open())
            .unwrap();
        let uncertain = open.iter().find_map(|entry| match entry.state {
            OutboxState::Uncertain { t0, .. } => Some((entry, t0)),
            _ => None,
        });
        let Some((entry, t0)) = uncertain else { return };
        let by = Actor::Agent(agent(0));
        let (settlement, actor) = match verdict {
            Verdict::Found => (Settlement::Found(self.post(&entry.key, t0)), Actor::Carrier),
            Verdict::WasSent => (Settlement::WasSent, by),
            Verdict::SendAgain => (Settlement::SendAgain, by),
            Verdict::Discard => (Settlement::Discard, by),
        };
        assert!(
            self.change_send(entry.message_id, move |entry, state, now, ids| {
                plan_settle(state, entry, &settlement, actor, now, ids).ok()
            })
        );
    }

    /// The carrier's list shows one of our texts again, further on its way.
    pub(super) fn report(&mut self, text: usize, status: &str) {
        if let Some(known) = self.at_carrier.get(text % self.at_carrier.len().max(1)) {
            let mut row = known.clone();
            row["status"] = status.into();
            row["error_code"] = if status == "undelivered" {
                30003.into()
            } else {
                serde_json::Value::Null
            };
            self.arrive(Arrival::Row(row));
        }
    }

    /// The carrier takes a text.
    fn post(&mut self, key: &ConversationKey, at: UtcMillis) -> CarrierMessage {
        let number = self.at_carrier.len() as u64 + 1;
        // The carrier's times are whole seconds.
        let at = at.floor_to_second() + Millis::seconds(1);
        let shown = row(key, false, number, WORDS, "queued", at);
        let sid = MessageSid::parse(shown["sid"].as_str().unwrap().to_owned()).unwrap();
        self.at_carrier.push(shown);
        CarrierMessage {
            sid,
            direction: Direction::Outbound,
            from: key.provider.clone().into(),
            to: key.requester.clone(),
            body: MessageText::new(WORDS),
            status: DeliveryStatus::Queued,
            error_code: None,
            segments: 1,
            media_count: 0,
            created_at: at,
            sent_at: None,
            messaging_service_sid: None,
        }
    }

    fn entry(&self, text: MessageId) -> OutboxEntry {
        let find = move |tx: &mut WriteTx<'_>| -> Result<_, StoreError> { tx.find_outbox(text) };
        self.core.store.write_blocking(find).unwrap().unwrap()
    }

    fn change_send<P>(&self, text: MessageId, plan: P) -> bool
    where
        P: FnOnce(
                &OutboxEntry,
                &tern_domain::ConversationState,
                UtcMillis,
                &mut dyn tern_domain::IdSource,
            ) -> Option<tern_domain::Plan>
            + Send
            + 'static,
    {
        let clock = self.clock.clone();
        self.core
            .store
            .write_blocking(move |tx| {
                let Some(entry) = tx.find_outbox(text)? else {
                    return Ok(false);
                };
                let state = tx.load_conversation_state(&entry.key, None)?;
                let ids = &mut EdgeIds::new(&*clock);
                match plan(&entry, &state, clock.now(), ids) {
                    Some(plan) => tx.apply(&plan).map(|_| true),
                    None => Ok(false),
                }
            })
            .unwrap()
    }
}

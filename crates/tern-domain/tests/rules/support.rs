//! A conversation in memory: applies plans as the store does, and checks what the store checks
//! (versions, one active interaction, positions that exist), so that a wrong plan fails here.

use std::collections::BTreeMap;

use tern_domain::WorkItemId;
use tern_domain::routing::WorkItem;
use tern_domain::{
    ActContext, ActRefusal, Actor, AgentId, AggregateRef, Announcement, ArrivalContext, Attempt,
    Authority, CarrierMessage, ConversationId, ConversationState, DeliveryStatus, Effect,
    EventBody, Interaction, InteractionAct, InteractionId, MessageId, MessageSid, MessagingProfile,
    NewEvent, NewMessage, OutboxEntry, OutgoingText, Plan, ProfileId, Recipient, SendContext,
    SendOutcome, SendRefusal, Settlement, StoredMessage, Timer, TimerId, UtcMillis, plan_act,
    plan_arrival, plan_attempt, plan_outcome, plan_recall, plan_reconnection, plan_recovery,
    plan_send_to, plan_settle, schedule::UndoHold,
};
use uuid::Uuid;

pub(crate) use crate::samples::*;

/// One conversation, stored in memory.
pub(crate) struct Desk {
    pub(crate) state: ConversationState,
    pub(crate) messages: Vec<NewMessage>,
    pub(crate) interactions: BTreeMap<InteractionId, Interaction>,
    pub(crate) work: BTreeMap<WorkItemId, WorkItem>,
    pub(crate) events: Vec<NewEvent>,
    pub(crate) outbox: Vec<OutboxEntry>,
    pub(crate) timers: Vec<Timer>,
    pub(crate) announcements: Vec<Announcement>,
    pub(crate) fetches: Vec<MessageSid>,
    pub(crate) notes: Vec<tern_domain::desk::Note>,
    pub(crate) notices: Vec<tern_domain::Notice>,
    pub(crate) consents: Vec<tern_domain::subscription::Consent>,
    pub(crate) marked_unread: bool,
    pub(crate) profiles: BTreeMap<ProfileId, MessagingProfile>,
    pub(crate) ids: Counter,
    pub(crate) now: UtcMillis,
    pub(crate) live_since: Option<UtcMillis>,
    pub(crate) undo_hold: UndoHold,
    pub(crate) command: Option<tern_domain::topic::CommandKind>,
}

impl Desk {
    pub(crate) fn new() -> Self {
        Self {
            state: ConversationState::new(key()),
            messages: Vec::new(),
            interactions: BTreeMap::new(),
            work: BTreeMap::new(),
            events: Vec::new(),
            outbox: Vec::new(),
            timers: Vec::new(),
            announcements: Vec::new(),
            fetches: Vec::new(),
            notes: Vec::new(),
            notices: Vec::new(),
            consents: Vec::new(),
            marked_unread: false,
            profiles: BTreeMap::new(),
            ids: counter(),
            now: at(0),
            live_since: Some(LIVE),
            undo_hold: UndoHold::OFF,
            command: None,
        }
    }

    pub(crate) fn load(&self, stored: Option<StoredMessage>) -> ConversationState {
        let open_sends = self
            .outbox
            .iter()
            .filter(|entry| !entry.state.is_finished())
            .cloned()
            .collect();
        let mut state = self.state.clone();
        if let Some(active) = self.state.active() {
            for tracker in &mut state.trackers {
                let timer = TimerId::of_action(tracker.action, active.id);
                tracker.is_armed = self.timers.iter().any(|armed| armed.id == timer);
            }
        }
        ConversationState {
            stored,
            open_sends,
            ..state
        }
    }

    pub(crate) fn stored(&self, is_it: impl Fn(&NewMessage) -> bool) -> Option<StoredMessage> {
        self.messages
            .iter()
            .find(|message| is_it(message))
            .map(|message| StoredMessage {
                message_id: message.message_id,
                sid: message.sid.clone(),
                direction: message.direction,
                status: message.status.clone(),
                error_code: message.error_code,
                segments: message.segments,
                media_count: message.media_count,
            })
    }

    pub(crate) fn arrive(&mut self, message: &CarrierMessage) -> Plan {
        let state = self.load(self.stored(|stored| stored.sid.as_ref() == Some(&message.sid)));
        let ctx = ArrivalContext {
            now: self.now,
            live_since: self.live_since,
            late_after: ArrivalContext::LATE_AFTER,
            bot_takes: false,
            command: self.command,
        };
        let plan = plan_arrival(&state, message, &ctx, &mut self.ids);
        self.apply(plan.clone());
        plan
    }

    pub(crate) fn send(&mut self, who: AgentId, id: u128, body: &str) -> Result<Plan, SendRefusal> {
        self.send_to(who, id, body, Recipient::default())
    }

    pub(crate) fn send_to(
        &mut self,
        who: AgentId,
        id: u128,
        body: &str,
        recipient: Recipient,
    ) -> Result<Plan, SendRefusal> {
        let message_id = MessageId::new(Uuid::from_u128(id.wrapping_add(0xb000)));
        let state = self.load(self.stored(|stored| stored.message_id == message_id));
        let numbers = [number(TEAM)];
        let ctx = SendContext {
            now: self.now,
            agent: who,
            undo_hold: self.undo_hold,
            provider_numbers: &numbers,
            joins: true,
        };
        let text = OutgoingText {
            message_id,
            body: body.into(),
            media: Vec::new(),
        };
        let plan = plan_send_to(&state, &text, recipient, &ctx, &mut self.ids)?;
        self.apply(plan.clone());
        Ok(plan)
    }

    pub(crate) fn act(&mut self, who: AgentId, act: InteractionAct) -> Result<Plan, ActRefusal> {
        self.act_as(who, Authority::Agent, act)
    }

    pub(crate) fn act_as(
        &mut self,
        who: AgentId,
        authority: Authority,
        act: InteractionAct,
    ) -> Result<Plan, ActRefusal> {
        let ctx = ActContext {
            now: self.now,
            agent: who,
            authority,
        };
        let plan = plan_act(&self.load(None), act, &ctx, &mut self.ids)?;
        self.apply(plan.clone());
        Ok(plan)
    }

    pub(crate) fn entry(&self, id: u128) -> OutboxEntry {
        let message_id = MessageId::new(Uuid::from_u128(id.wrapping_add(0xb000)));
        self.outbox
            .iter()
            .find(|entry| entry.message_id == message_id)
            .expect("an outbox entry")
            .clone()
    }

    /// Claims the text; whether a request is to be made.
    pub(crate) fn attempt(&mut self, id: u128) -> bool {
        match plan_attempt(
            &self.load(None),
            &self.entry(id),
            self.now,
            self.now,
            &mut self.ids,
        )
        .unwrap()
        {
            Attempt::Post(plan) => {
                self.apply(plan);
                true
            }
            Attempt::Refuse(plan) => {
                self.apply(plan);
                false
            }
        }
    }

    pub(crate) fn outcome(&mut self, id: u128, outcome: &SendOutcome) -> Plan {
        let plan = plan_outcome(
            &self.load(None),
            &self.entry(id),
            outcome,
            self.now,
            &mut self.ids,
        )
        .unwrap();
        self.apply(plan.clone());
        plan
    }

    /// The connection returns; what that changes.
    pub(crate) fn reconnect(&mut self) -> Vec<Effect> {
        let mut changes = Vec::new();
        for entry in self.outbox.clone() {
            let plan = plan_reconnection(&self.load(None), &entry, self.now, &mut self.ids);
            changes.extend(plan.effects.iter().cloned());
            self.apply(plan);
        }
        changes
    }

    pub(crate) fn recover(&mut self, id: u128) {
        let plan =
            plan_recovery(&self.load(None), &self.entry(id), self.now, &mut self.ids).unwrap();
        self.apply(plan);
    }

    pub(crate) fn settle(&mut self, id: u128, settlement: &Settlement, actor: Actor) {
        let plan = plan_settle(
            &self.load(None),
            &self.entry(id),
            settlement,
            actor,
            self.now,
            &mut self.ids,
        )
        .unwrap();
        self.apply(plan);
    }

    pub(crate) fn recall(&mut self, id: u128) -> bool {
        match plan_recall(&self.load(None), &self.entry(id), self.now, &mut self.ids) {
            Ok(plan) => {
                self.apply(plan);
                true
            }
            Err(_) => false,
        }
    }

    pub(crate) fn active(&self) -> Option<&Interaction> {
        self.state.active()
    }

    pub(crate) fn unread(&self) -> usize {
        self.messages
            .iter()
            .filter(|message| message.unread)
            .count()
    }

    pub(crate) fn status_of(&self, id: u128) -> DeliveryStatus {
        let message_id = MessageId::new(Uuid::from_u128(id.wrapping_add(0xb000)));
        self.messages
            .iter()
            .find(|message| message.message_id == message_id)
            .unwrap()
            .status
            .clone()
    }

    /// What happened, without what became of the work items.
    pub(crate) fn bodies(&self) -> Vec<&EventBody> {
        let is_work = |body: &EventBody| matches!(body, EventBody::WorkItemMoved { .. });
        self.events
            .iter()
            .map(|event| &event.body)
            .filter(|body| !is_work(body))
            .collect()
    }

    pub(crate) fn apply(&mut self, plan: Plan) {
        for event in plan.events {
            let so_far = self
                .events
                .iter()
                .filter(|known| known.aggregate == event.aggregate)
                .count();
            assert_eq!(
                u32::try_from(so_far).unwrap(),
                event.expected_version,
                "version of {:?}",
                event.body
            );
            if event.aggregate == AggregateRef::Conversation(key()) {
                self.state.version += 1;
            }
            self.events.push(event);
        }
        for effect in plan.effects {
            self.carry_out(effect);
        }
        let active = self
            .interactions
            .values()
            .filter(|interaction| interaction.is_active())
            .count();
        assert!(active <= 1, "I-9: {active} active interactions");
        self.check_replay();
    }

    fn carry_out(&mut self, effect: Effect) {
        match effect {
            Effect::StoreMessage(message) => {
                let is_new = self.messages.iter().all(|known| {
                    known.message_id != message.message_id
                        && (known.sid.is_none() || known.sid != message.sid)
                });
                assert!(is_new, "stored twice");
                self.state.conversation = Some(ConversationId(1));
                self.messages.push(message);
            }
            Effect::AdvanceDelivery {
                message_id,
                status,
                error_code,
                segments,
            } => {
                let message = self.message_mut(message_id);
                assert!(
                    status.rank() >= message.status.rank(),
                    "T-12: {} after {}",
                    status,
                    message.status
                );
                message.status = status;
                message.error_code = error_code;
                message.segments = segments.unwrap_or(message.segments);
            }
            Effect::BindSid {
                message_id, sid, ..
            } => {
                assert!(
                    self.messages
                        .iter()
                        .all(|known| known.sid.as_ref() != Some(&sid)),
                    "bound twice"
                );
                self.message_mut(message_id).sid = Some(sid);
            }
            Effect::Enqueue(entry) => self.outbox.push(entry),
            Effect::UpdateOutbox(entry) => self.update_outbox(entry),
            Effect::ArmTimer(timer) => {
                self.timers.retain(|known| known.id != timer.id);
                self.timers.push(timer);
            }
            Effect::CancelTimer(id) => self.timers.retain(|timer| timer.id != id),
            Effect::FetchMedia { sid, .. } => self.fetches.push(sid),
            Effect::SetOptOut { opt_out, .. } => self.state.opt_out = opt_out,
            Effect::SetInteraction(interaction) => {
                let is_known = self
                    .interactions
                    .insert(interaction.id, interaction.clone())
                    .is_some();
                let latest = self.state.latest_interaction.as_ref();
                // One that is wrapped up is not the latest any more once a text has opened another (I-13).
                if !is_known || latest.is_some_and(|latest| latest.id == interaction.id) {
                    self.state.latest_interaction = Some(interaction);
                }
                self.reload_work();
            }
            Effect::SetProfile(profile) => {
                self.profiles.insert(profile.id, *profile);
                let mut active = self.profiles.values().filter(|it| it.standing.active);
                self.state.profile = active.next().cloned();
                assert!(active.next().is_none(), "P-8: two active profiles");
            }
            Effect::SetSubscription { subscription, .. } => {
                self.state.subscription = Some(subscription);
            }
            Effect::RecordConsent(consent) => self.consents.push(consent),
            Effect::SetWorkItem(item) => {
                self.work.insert(item.id, *item);
                self.reload_work();
            }
            Effect::SetPresence(_) | Effect::Configure(_) | Effect::SetWrapUpRules(_) => {
                panic!("no settings inside a conversation")
            }
            Effect::Announce(announcement) => self.announcements.push(announcement),
            Effect::SetDeskMarks { marks, .. } => self.state.marks = marks,
            Effect::SetReplyClocks { clocks, .. } => self.state.clocks = clocks,
            Effect::RedactMessage(id) => {
                self.message_mut(id).body = tern_domain::MessageText::default()
            }
            Effect::WipeAtCarrier(_) => {}
            Effect::MarkUnread(_) => self.marked_unread = true,
            Effect::PutNote(note) => {
                self.notes.retain(|known| known.id != note.id);
                self.notes.push(note);
            }
            Effect::DeleteNote { note_id, .. } => self.notes.retain(|known| known.id != note_id),
            Effect::PutNotice(notice) => self.notices.push(notice),
            Effect::SetPerson(_)
            | Effect::RemovePerson(_)
            | Effect::MarkMasked { .. }
            | Effect::ResetSubscription { .. }
            | Effect::SetBotSession { .. }
            | Effect::DropBotSession(_)
            | Effect::SetHandover(_)
            | Effect::PutBotRequest(_)
            | Effect::SetVerification { .. }
            | Effect::SetAccountLink { .. }
            | Effect::SetElevation { .. }
            | Effect::CountTopics(_) => {}
            Effect::SetLiveSince(since) => self.live_since = Some(since),
            Effect::RecordDiagnostic(_) => panic!("no diagnostics inside a conversation"),
        }
    }

    fn reload_work(&mut self) {
        let latest = self.state.latest_interaction.as_ref().map(|it| it.id);
        self.state.work = self.open_work_of(latest);
    }

    fn message_mut(&mut self, message_id: MessageId) -> &mut NewMessage {
        self.messages
            .iter_mut()
            .find(|message| message.message_id == message_id)
            .expect("a stored text")
    }
}

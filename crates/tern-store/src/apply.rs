//! Carries out what a rule planned, in the transaction it was planned in.
//!
//! Owns the order: versions are checked first, then the effects in their order, then the events are appended.
//! Either all of a plan is kept or none of it.

use std::collections::BTreeSet;

use tern_domain::{
    AggregateRef, Announcement, ConversationId, ConversationKey, ConversationState, Effect,
    EventBody, MessageId, MessageSid, NewEvent, NewMessage, Plan, TimerId,
};

use crate::error::StoreError;
use crate::tables::topics::TopicCount;
use crate::tx::{ReadConn, WriteTx};

/// What a committed plan changed.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[must_use = "windows and tasks have to be told"]
pub struct Applied {
    /// Conversations whose row or thread changed, in order, each once.
    pub touched: Vec<ConversationId>,
    /// News for the windows.
    pub announcements: Vec<Announcement>,
}

impl Applied {
    /// Adds what another plan of the same transaction changed.
    pub fn merge(&mut self, other: Self) {
        let touched: BTreeSet<_> = self.touched.drain(..).chain(other.touched).collect();
        self.touched.extend(touched);
        self.announcements.extend(other.announcements);
    }
}

/// Adds one.
fn once(counted: &tern_domain::bot::TopicCount) -> TopicCount {
    TopicCount {
        topic: counted.topic.clone(),
        version: counted.version,
        day: counted.day,
        fact: counted.to_stored(),
        node: counted.node.clone().unwrap_or_default(),
        count: 1,
    }
}

impl ReadConn<'_> {
    /// What a rule may know about one conversation, with the text of a SID if it is stored already.
    ///
    /// # Errors
    /// [`StoreError`] when the file cannot be read.
    pub fn load_conversation_state(
        &self,
        key: &ConversationKey,
        sid: Option<&MessageSid>,
    ) -> Result<ConversationState, StoreError> {
        let mut state = self.load_state(key)?;
        if let Some(sid) = sid {
            state.stored = self.find_message_by_sid(sid)?.map(|row| row.to_stored());
        }
        Ok(state)
    }

    /// The same for a text written here, with that text if it is stored already.
    ///
    /// # Errors
    /// [`StoreError`] when the file cannot be read.
    pub fn load_conversation_state_for(
        &self,
        key: &ConversationKey,
        message: MessageId,
    ) -> Result<ConversationState, StoreError> {
        let mut state = self.load_state(key)?;
        state.stored = self.find_message(message)?.map(|row| row.to_stored());
        Ok(state)
    }

    fn load_state(&self, key: &ConversationKey) -> Result<ConversationState, StoreError> {
        let mut state = ConversationState::new(key.clone());
        state.trackers = self.list_trackers()?;
        state.item_size = self.item_size(key.channel)?;
        (state.profile, state.users) = self.identity_of_key(key)?;
        let consent = self.consent_standing(state.profile.as_ref())?;
        (state.is_linked, state.subscription) = (consent.is_linked, consent.subscription);
        let Some(conversation) = self.find_conversation(key)? else {
            return Ok(state);
        };
        let row = self.load_conversation(conversation)?;
        state.conversation = Some(conversation);
        state.opt_out = row.opt_out;
        state.marks = row.marks;
        state.clocks = row.clocks;
        state.version = self.aggregate_version(&AggregateRef::Conversation(key.clone()))?;
        state.latest_interaction = self.find_latest_interaction(conversation)?;
        if let Some(active) = state.active().map(|it| it.id) {
            for tracker in &mut state.trackers {
                tracker.is_armed = self.is_armed(TimerId::of_action(tracker.action, active))?;
            }
        }
        state.open_sends = self.list_outbox_open_of(conversation)?;
        state.work = self.list_open_work_of(conversation)?;
        // One before the latest may still be wrapped up; its work items are not this one's.
        let latest = state.latest_interaction.as_ref().map(|it| it.id);
        state.work.retain(|item| Some(item.interaction) == latest);
        Ok(state)
    }
}

impl WriteTx<'_> {
    /// Writes a plan: all of it or nothing.
    ///
    /// # Errors
    /// [`StoreError::VersionConflict`], [`StoreError::ActiveInteractionExists`] or
    /// [`StoreError::ActiveProfileExists`] when somebody was faster
    /// (plan again), or whatever the file answers. The closure must then return an error too, so that nothing
    /// is kept.
    pub fn apply(&mut self, plan: &Plan) -> Result<Applied, StoreError> {
        let mut touched = BTreeSet::new();
        let mut announcements = Vec::new();
        self.check_versions(&plan.events)?;
        for effect in &plan.effects {
            match effect {
                Effect::Announce(announcement) => announcements.push(announcement.clone()),
                Effect::SetProfile(_) | Effect::SetPerson(_) | Effect::RemovePerson(_) => {
                    touched.extend(self.apply_directory_effect(effect)?);
                }
                _ => touched.extend(self.apply_effect(effect)?),
            }
        }
        for event in &plan.events {
            let conversation = self.conversation_of(event)?;
            self.append_event(event, conversation)?;
            touched.extend(conversation);
        }
        Ok(Applied {
            touched: touched.into_iter().collect(),
            announcements,
        })
    }

    /// The first event of each aggregate must find it where the plan did; the later ones follow from it, and
    /// the unique index would refuse a gap's double.
    fn check_versions(&self, events: &[NewEvent]) -> Result<(), StoreError> {
        let mut checked = BTreeSet::new();
        for event in events {
            if checked.insert(&event.aggregate) {
                self.check_version(event)?;
            }
        }
        Ok(())
    }

    fn apply_effect(&mut self, effect: &Effect) -> Result<Option<ConversationId>, StoreError> {
        match effect {
            Effect::StoreMessage(message) => self.store_message(message).map(Some),
            Effect::AdvanceDelivery {
                message_id,
                status,
                error_code,
                segments,
            } => self
                .advance_delivery(*message_id, status, *error_code, *segments)
                .map(Some),
            Effect::BindSid {
                message_id,
                sid,
                at,
            } => self.bind_sid(*message_id, sid, *at).map(Some),
            Effect::Enqueue(entry) | Effect::UpdateOutbox(entry) => {
                self.put_outbox(entry).map(Some)
            }
            Effect::ArmTimer(timer) => self.put_timer(timer).map(|()| None),
            Effect::CancelTimer(id) => self.delete_timer(*id).map(|()| None),
            Effect::FetchMedia { message_id, sid } => {
                self.request_media(*message_id, sid).map(|()| None)
            }
            Effect::SetOptOut { key, opt_out } => {
                let conversation = self.ensure_conversation(key)?;
                self.update_opt_out(conversation, *opt_out)?;
                Ok(Some(conversation))
            }
            Effect::MarkMasked {
                message_id,
                patterns,
            } => self.mark_masked(*message_id, patterns).map(|()| None),
            Effect::WipeAtCarrier(wipe) => self.put_carrier_wipe(wipe).map(Some),
            Effect::RedactMessage(message_id) => self.redact_message(*message_id).map(Some),
            Effect::SetInteraction(interaction) => self.put_interaction(interaction).map(Some),
            Effect::SetDeskMarks { key, marks } => {
                let conversation = self.ensure_conversation(key)?;
                self.update_marks(conversation, *marks)?;
                Ok(Some(conversation))
            }
            Effect::SetReplyClocks { key, clocks } => {
                let conversation = self.ensure_conversation(key)?;
                self.update_clocks(conversation, *clocks)?;
                Ok(Some(conversation))
            }
            Effect::MarkUnread(key) => {
                let conversation = self.ensure_conversation(key)?;
                self.mark_unread(conversation)?;
                Ok(Some(conversation))
            }
            Effect::PutNote(note) => self.put_note(note).map(Some),
            Effect::PutNotice(notice) => self.put_notice(notice).map(Some),
            Effect::DeleteNote { note_id, key } => {
                self.delete_note(*note_id)?;
                self.ensure_conversation(key).map(Some)
            }
            Effect::SetWorkItem(item) => self.put_work_item(item).map(Some),
            Effect::SetPresence(presence) => self.put_presence(presence).map(|()| None),
            Effect::Configure(change) => self.configure(change).map(|()| None),
            Effect::SetWrapUpRules(rules) => self.put_wrap_up_rules(rules).map(|()| None),
            Effect::SetLiveSince(since) => self.update_live_since(*since).map(|()| None),
            Effect::SetBotSession { .. }
            | Effect::DropBotSession(_)
            | Effect::SetHandover(_)
            | Effect::PutBotRequest(_)
            | Effect::CountTopics(_) => self.apply_bot_effect(effect),
            Effect::SetVerification { .. }
            | Effect::SetAccountLink { .. }
            | Effect::SetElevation { .. } => self.apply_proof_effect(effect),
            Effect::SetSubscription {
                profile,
                subscription,
            } => self
                .put_subscription(*profile, *subscription)
                .map(|()| None),
            Effect::ResetSubscription { profile, at } => self.reset_subscription(*profile, *at),
            Effect::RecordConsent(consent) => self.insert_consent(consent).map(Some),
            Effect::RecordDiagnostic(diagnostic) => {
                self.insert_diagnostic(diagnostic).map(|()| None)
            }
            Effect::Announce(_)
            | Effect::SetProfile(_)
            | Effect::SetPerson(_)
            | Effect::RemovePerson(_) => Ok(None),
        }
    }

    fn apply_bot_effect(&mut self, effect: &Effect) -> Result<Option<ConversationId>, StoreError> {
        match effect {
            Effect::SetBotSession {
                interaction,
                key,
                session,
                at,
            } => self
                .put_bot_session(*interaction, key, session, *at)
                .map(Some),
            Effect::DropBotSession(interaction) => {
                self.delete_elevation(*interaction)?;
                self.delete_bot_session(*interaction).map(|()| None)
            }
            Effect::SetHandover(handover) => self.put_handover(handover).map(Some),
            Effect::PutBotRequest(request) => self.put_bot_request(request).map(|()| None),
            Effect::CountTopics(facts) => {
                let counts: Vec<_> = facts.iter().map(once).collect();
                self.count_topic_facts(&counts).map(|()| None)
            }
            _ => Ok(None),
        }
    }

    fn apply_proof_effect(
        &mut self,
        effect: &Effect,
    ) -> Result<Option<ConversationId>, StoreError> {
        match effect {
            Effect::SetVerification {
                person,
                verification,
            } => self.put_verification(*person, verification).map(|()| None),
            Effect::SetAccountLink { profile, link } => self
                .put_account_link(*profile, link.as_ref())
                .map(|()| None),
            Effect::SetElevation {
                interaction,
                key,
                elevation,
            } => self.put_elevation(*interaction, key, elevation).map(Some),
            _ => Ok(None),
        }
    }

    fn store_message(&mut self, message: &NewMessage) -> Result<ConversationId, StoreError> {
        let conversation = self.ensure_conversation(&message.key)?;
        self.insert_message(conversation, message)?;
        self.give_media_to_message(&message.media, message.message_id)?;
        Ok(conversation)
    }

    /// Whose timeline an event belongs in.
    fn conversation_of(&mut self, event: &NewEvent) -> Result<Option<ConversationId>, StoreError> {
        match (&event.aggregate, &event.body) {
            (_, EventBody::InteractionOpened { key, .. })
            | (AggregateRef::Conversation(key), _) => self.ensure_conversation(key).map(Some),
            (AggregateRef::Interaction(id), _) => self.find_conversation_of_interaction(*id),
            // That a number is nobody's yet is no news to anybody.
            (_, EventBody::ProfileCreated { bound_to: None, .. }) => Ok(None),
            (AggregateRef::Profile(id), _) => {
                let address = self.address_of_profile(*id)?;
                self.timeline_of_profile(address)
            }
            (AggregateRef::WorkItem(id), body) if body.is_news() => {
                self.find_conversation_of_work_item(*id)
            }
            (
                AggregateRef::Account(_)
                | AggregateRef::Person(_)
                | AggregateRef::WorkItem(_)
                | AggregateRef::Presence(_)
                | AggregateRef::Routing
                | AggregateRef::WrapUp
                | AggregateRef::Retention
                | AggregateRef::Histories
                | AggregateRef::File(_)
                | AggregateRef::Agent(_),
                _,
            ) => Ok(None),
        }
    }
}

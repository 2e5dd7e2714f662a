//! Builds plans: keeps versions, the interaction's state and the order of effects right, so that a
//! rule only says what happens.

use std::collections::BTreeSet;

use crate::address::{Address, Channel, ConversationKey};
use crate::aggregate::AggregateRef;
use crate::desk::{DeskMarks, ReplyClocks};
use crate::event::{Actor, EventBody};
use crate::ids::{
    AgentId, IdSource, InteractionId, MessagingActionId, PersonId, TimerId, WorkItemId,
};
use crate::interaction::{Handler, Interaction, InteractionState, OpenedBy, end_autopilot};
use crate::message::NewMessage;
use crate::messaging_action::{Tracker, Waits, Watchers, changes};
use crate::notice::{Notice, NoticeKind};
use crate::opt_out::OptOut;
use crate::plan::{Announcement, Effect, Plan, Timer, TimerPurpose};
use crate::profile::{Identity, MessagingProfile};
use crate::record::Recorder;
use crate::routing::{WorkItem, WorkItemFact, follow};
use crate::state::ConversationState;
use crate::time::UtcMillis;

/// Whether whoever has the interaction does not have it any more, or it takes no more texts.
const fn takes_agent_off(body: &EventBody) -> bool {
    matches!(
        body,
        EventBody::AgentUnassigned { .. }
            | EventBody::HandedBack
            | EventBody::InteractionClosed { .. }
            | EventBody::InteractionStateChanged {
                to: InteractionState::WrapUp,
                ..
            }
    )
}

/// The virtual agent has nothing to remember of an interaction that is over.
fn forget_bot(interaction: InteractionId) -> [Effect; 3] {
    [
        Effect::DropBotSession(interaction),
        Effect::CancelTimer(TimerId::of_bot_silence(interaction)),
        Effect::CancelTimer(TimerId::of_bot_pause(interaction)),
    ]
}

/// A plan in the making, for one conversation at one instant.
pub(crate) struct PlanDraft<'a> {
    plan: Plan,
    ids: &'a mut dyn IdSource,
    now: UtcMillis,
    key: ConversationKey,
    version: u32,
    interaction: Option<Interaction>,
    interaction_changed: bool,
    opt_out: OptOut,
    /// The interaction that was active before.
    worked_on: Option<Interaction>,
    marks_before: DeskMarks,
    marks: DeskMarks,
    clocks_before: ReplyClocks,
    clocks: ReplyClocks,
    trackers: Vec<Tracker>,
    watchers: Watchers,
    profile: Option<MessagingProfile>,
    work: Vec<WorkItem>,
    work_changed: BTreeSet<WorkItemId>,
    item_size: u32,
}

impl<'a> PlanDraft<'a> {
    pub(crate) fn new(
        state: &ConversationState,
        now: UtcMillis,
        ids: &'a mut dyn IdSource,
    ) -> Self {
        Self {
            plan: Plan::default(),
            ids,
            now,
            key: state.key.clone(),
            version: state.version,
            interaction: state.latest_interaction.clone(),
            interaction_changed: false,
            opt_out: state.opt_out,
            profile: state.profile.clone(),
            worked_on: state.active().cloned(),
            marks_before: state.marks,
            marks: state.marks,
            clocks_before: state.clocks,
            clocks: state.clocks,
            trackers: state.trackers.clone(),
            watchers: Watchers::All,
            work: state.work.clone(),
            work_changed: BTreeSet::new(),
            item_size: state.item_size,
        }
    }

    pub(crate) fn announce(&mut self, announcement: Announcement) {
        self.push(Effect::Announce(announcement));
    }

    /// Keeps for an agent what they have to be told, and tells their windows.
    pub(crate) fn notify(&mut self, agent: AgentId, by: AgentId, kind: NoticeKind) {
        let notice = Notice {
            agent,
            key: self.key.clone(),
            kind,
            by,
            at: self.now,
        };
        self.push(Effect::PutNotice(notice.clone()));
        self.announce(Announcement::Noticed(notice));
    }

    pub(crate) const fn marks(&self) -> DeskMarks {
        self.marks
    }

    pub(crate) fn change_marks(&mut self, change: impl FnOnce(&mut DeskMarks)) {
        change(&mut self.marks);
    }

    pub(crate) const fn clocks(&self) -> ReplyClocks {
        self.clocks
    }

    /// Sets the clocks to something that does not follow from new texts: a hand-over.
    pub(crate) const fn set_clocks(&mut self, clocks: ReplyClocks) {
        self.clocks = clocks;
    }

    /// Sets the clocks back to what they were, watched by the actions that watched then. `None` where nothing
    /// could be watched.
    pub(crate) fn turn_clocks_back(
        &mut self,
        clocks: ReplyClocks,
        watched_by: Option<&BTreeSet<MessagingActionId>>,
    ) {
        self.clocks = clocks;
        self.watchers = watched_by.map_or(Watchers::All, |these| Watchers::Only(these.clone()));
    }

    /// The actions that watch the waits as they were before this plan. `None` while the waits stand still
    /// (M-14): all watch what goes on afterwards.
    pub(crate) fn watched_by(&self) -> Option<BTreeSet<MessagingActionId>> {
        let stands_still = |it: &Interaction| it.suspended_at.is_some();
        if self.worked_on.as_ref().is_some_and(stands_still) {
            return None;
        }
        let armed = self.trackers.iter().filter(|tracker| tracker.is_armed);
        Some(armed.map(|tracker| tracker.action).collect())
    }

    /// The interaction that was active before this plan and is still: as it was, and as it is now.
    pub(crate) fn gone_on(&self) -> Option<(&Interaction, &Interaction)> {
        let before = self.worked_on.as_ref()?;
        let after = self.active()?;
        (before.id == after.id).then_some((before, after))
    }

    /// The interaction that is active after what is planned so far.
    pub(crate) fn active(&self) -> Option<&Interaction> {
        self.interaction.as_ref().filter(|it| it.is_active())
    }

    /// The interaction that was active before this plan.
    pub(crate) fn worked_on(&self) -> Option<InteractionId> {
        self.worked_on.as_ref().map(|interaction| interaction.id)
    }

    /// The texts that the plan stores.
    pub(crate) fn new_texts(&self) -> impl Iterator<Item = &NewMessage> {
        self.plan.effects.iter().filter_map(|effect| match effect {
            Effect::StoreMessage(message) => Some(message),
            _ => None,
        })
    }

    /// Writes down marks and clocks, where they changed, and has the timers follow.
    pub(crate) fn settle_clocks(&mut self, clocks: ReplyClocks) {
        if self.marks != self.marks_before {
            self.push(Effect::SetDeskMarks {
                key: self.key.clone(),
                marks: self.marks,
            });
        }
        if clocks != self.clocks_before {
            self.push(Effect::SetReplyClocks {
                key: self.key.clone(),
                clocks,
            });
        }
        let timers = changes(
            &self.trackers,
            Waits {
                interaction: self.worked_on.as_ref(),
                clocks: self.clocks_before,
            },
            Waits {
                interaction: self.active(),
                clocks,
            },
            &self.watchers,
        );
        self.plan.effects.extend(timers);
    }

    /// A draft that goes on where another plan of the same conversation ended.
    pub(crate) fn following(
        state: &ConversationState,
        before: &Plan,
        now: UtcMillis,
        ids: &'a mut dyn IdSource,
    ) -> Self {
        let recorded = before
            .events
            .iter()
            .filter(|event| matches!(event.aggregate, AggregateRef::Conversation(_)))
            .count();
        let mut draft = Self::new(state, now, ids);
        draft.version = state
            .version
            .saturating_add(u32::try_from(recorded).unwrap_or(u32::MAX));
        draft
    }

    /// What is planned so far.
    pub(crate) fn effects(&self) -> impl Iterator<Item = &Effect> {
        self.plan.effects.iter()
    }

    /// The carrier blocks texts to the requester, after what is planned so far.
    pub(crate) fn is_opted_out(&self) -> bool {
        self.opt_out.is_in_force()
    }

    pub(crate) const fn key(&self) -> &ConversationKey {
        &self.key
    }

    pub(crate) const fn now(&self) -> UtcMillis {
        self.now
    }

    pub(crate) fn ids(&mut self) -> &mut dyn IdSource {
        self.ids
    }

    pub(crate) fn push(&mut self, effect: Effect) {
        self.plan.effects.push(effect);
    }

    /// Appends a fact about the conversation itself.
    pub(crate) fn record(&mut self, actor: Actor, body: EventBody) {
        let aggregate = AggregateRef::Conversation(self.key.clone());
        let expected_version = self.version;
        self.version = self.version.saturating_add(1);
        self.append(aggregate, expected_version, actor, body);
    }

    /// Appends a fact about the latest interaction and takes it in. A topic that its agent runs ends with
    /// their having it (H-9).
    pub(crate) fn record_interaction(&mut self, actor: Actor, body: EventBody) {
        let now = self.now;
        if takes_agent_off(&body)
            && let Some(before) = self.interaction.clone()
        {
            end_autopilot(self, &before, actor, false);
        }
        let Some(interaction) = self.interaction.as_mut() else {
            return;
        };
        let (id, expected_version) = (interaction.id, interaction.version);
        let was_active = interaction.is_active();
        interaction.apply(&body, now);
        self.interaction_changed = true;
        let is_over = interaction.with_bot && was_active && !interaction.is_active();
        if is_over {
            self.plan.effects.extend(forget_bot(id));
        }
        self.append(
            AggregateRef::Interaction(id),
            expected_version,
            actor,
            body.clone(),
        );
        follow(self, actor, &body);
    }

    /// Carries out the matching table for the requester (P-1), before an interaction is opened for them.
    pub(crate) fn match_requester(&mut self, users: &[PersonId]) {
        self.change_profile(Actor::System, |recorder, address, profile| {
            recorder.match_profile(address, profile, users)
        });
    }

    /// Changes the requester's profile; an active interaction follows (P-14).
    pub(crate) fn change_profile(
        &mut self,
        actor: Actor,
        change: impl FnOnce(
            &mut Recorder<'_>,
            (Channel, &Address),
            Option<MessagingProfile>,
        ) -> Option<MessagingProfile>,
    ) {
        let before = self.profile.take();
        let key = self.key.clone();
        let mut recorder = Recorder::new(&mut self.plan, self.ids, self.now);
        let after = change(&mut recorder, (key.channel, &key.requester), before.clone());
        if let Some(profile) = after
            .as_ref()
            .filter(|after| before.as_ref() != Some(*after))
        {
            recorder.set_profile(profile);
        }
        if let Some(interaction) = self.interaction.as_mut() {
            let version = interaction.version;
            recorder.identify_interaction(interaction, Identity::of(after.as_ref()), actor);
            self.interaction_changed |= interaction.version != version;
        }
        self.profile = after;
    }

    /// Opens an interaction after the latest one, which must not be active any more (I-9).
    pub(crate) fn open_interaction(
        &mut self,
        actor: Actor,
        handler: Handler,
        opened_by: OpenedBy,
        arrived_late: bool,
    ) {
        self.flush_interaction();
        let identity = Identity::of(self.profile.as_ref());
        let body = EventBody::InteractionOpened {
            key: self.key.clone(),
            handler,
            opened_by,
            previous_interaction: self.interaction.as_ref().map(|interaction| interaction.id),
            arrived_late,
            profile: identity.profile,
            opened_for: identity.opened_for,
        };
        let id = InteractionId::next(self.ids);
        self.interaction = Interaction::opened(id, &body, self.now);
        self.interaction_changed = true;
        self.append(AggregateRef::Interaction(id), 0, actor, body.clone());
        follow(self, actor, &body);
    }

    /// The work items of the latest interaction that are open now, oldest first. One before it may still be
    /// wrapped up, and keeps its own.
    pub(crate) fn open_work(&self) -> Vec<WorkItem> {
        self.own_work()
            .filter(|item| item.is_open())
            .cloned()
            .collect()
    }

    fn own_work(&self) -> impl DoubleEndedIterator<Item = &WorkItem> {
        let latest = self.interaction.as_ref().map(|it| it.id);
        self.work
            .iter()
            .filter(move |item| Some(item.interaction) == latest)
    }

    /// The latest interaction begins to wait for an agent. Whoever gave it up is asked after the others.
    pub(crate) fn queue_work(&mut self, actor: Actor, given_up_by: Option<AgentId>) {
        let previous = self.own_work().next_back().map(|item| item.id);
        self.queue_work_after(actor, previous, given_up_by);
    }

    /// The same, after a certain item. `None` without an interaction.
    pub(crate) fn queue_work_after(
        &mut self,
        actor: Actor,
        previous: Option<WorkItemId>,
        given_up_by: Option<AgentId>,
    ) -> Option<WorkItemId> {
        let interaction = self.interaction.as_ref()?.id;
        let fact = WorkItemFact::Queued {
            interaction,
            key: self.key.clone(),
            size: self.item_size,
            previous,
            queue: None,
            reserved_for: None,
            handed_on_by: None,
            given_up_by,
        };
        Some(self.open_work_item(actor, fact))
    }

    /// Opens a work item with its first fact.
    pub(crate) fn open_work_item(&mut self, actor: Actor, fact: WorkItemFact) -> WorkItemId {
        let id = WorkItemId::next(self.ids);
        self.work.extend(WorkItem::queued(id, &fact, self.now));
        self.work_changed.insert(id);
        let body = EventBody::WorkItemMoved { fact };
        self.append(AggregateRef::WorkItem(id), 0, actor, body);
        id
    }

    /// Appends a fact about a work item and takes it in; its timer follows.
    pub(crate) fn record_work(&mut self, actor: Actor, id: WorkItemId, fact: WorkItemFact) {
        let now = self.now;
        let Some(item) = self.work.iter_mut().find(|item| item.id == id) else {
            return;
        };
        let (expected_version, had_timer) = (item.version, item.offered_until.is_some());
        item.apply(&fact, now);
        let until = item.offered_until;
        self.work_changed.insert(id);
        let timer = TimerId::of_offer(id);
        match until {
            Some(due_at) => self.push(Effect::ArmTimer(Timer {
                id: timer,
                due_at,
                purpose: TimerPurpose::OfferEnds { work_item: id },
            })),
            None if had_timer => self.push(Effect::CancelTimer(timer)),
            None => {}
        }
        let body = EventBody::WorkItemMoved { fact };
        self.append(AggregateRef::WorkItem(id), expected_version, actor, body);
    }

    /// The carrier's block, after what is planned so far.
    pub(crate) const fn opt_out(&self) -> OptOut {
        self.opt_out
    }

    pub(crate) fn set_opt_out(&mut self, opt_out: OptOut) {
        self.opt_out = opt_out;
        self.push(Effect::SetOptOut {
            key: self.key.clone(),
            opt_out,
        });
    }

    pub(crate) fn finish(mut self) -> Plan {
        self.flush_interaction();
        self.follow_up();
        for id in std::mem::take(&mut self.work_changed) {
            if let Some(item) = self.work.iter().find(|item| item.id == id) {
                self.plan
                    .effects
                    .push(Effect::SetWorkItem(Box::new(item.clone())));
            }
        }
        self.plan
    }

    fn recorder(&mut self) -> Recorder<'_> {
        Recorder::new(&mut self.plan, self.ids, self.now)
    }

    fn flush_interaction(&mut self) {
        if !std::mem::take(&mut self.interaction_changed) {
            return;
        }
        if let Some(interaction) = self.interaction.clone() {
            self.push(Effect::SetInteraction(interaction));
        }
    }

    fn append(
        &mut self,
        aggregate: AggregateRef,
        expected_version: u32,
        actor: Actor,
        body: EventBody,
    ) {
        self.recorder()
            .append(aggregate, expected_version, actor, body);
    }
}

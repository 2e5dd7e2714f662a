//! What actions would have done with a conversation of the past: nothing is changed, nobody is told.
//!
//! A rehearsal knows texts and events, not what was pinned, read or typed at the time: a filter about such
//! a fact counts as not met, as it does in life.

use super::timing::{Tracker, Waits, Watchers, changes};
use super::{ActionAct, MessagingAction};
use crate::condition::{Condition, Fact, Facts};
use crate::desk::ReplyClocks;
use crate::event::EventBody;
use crate::ids::{InteractionId, MessagingActionId};
use crate::interaction::{Handler, Interaction};
use crate::message::NewMessage;
use crate::plan::{Effect, Timer, TimerPurpose};
use crate::time::UtcMillis;

/// Something that happened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PastFact {
    /// A text.
    Text(Box<NewMessage>),
    /// An event of an interaction.
    Event(InteractionId, EventBody),
}

/// Something that happened, and when.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PastTurn {
    /// When.
    pub at: UtcMillis,
    /// What.
    pub fact: PastFact,
}

/// A firing that would have been.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rehearsed {
    /// When.
    pub at: UtcMillis,
    /// The start of the wait.
    pub started_at: UtcMillis,
    /// Which action.
    pub action: MessagingActionId,
}

/// What these actions would have done up to `until`, in the order of time. `turns` are one conversation's,
/// in the order of time. An action that would have closed an interaction ends what follows in it, as far as
/// waits are concerned; texts that came anyway are taken as they are.
#[must_use]
pub fn rehearse(
    actions: &[MessagingAction],
    turns: &[PastTurn],
    until: UtcMillis,
) -> Vec<Rehearsed> {
    let mut past = Past::new(actions);
    for turn in turns {
        past.run_to(turn.at);
        past.take(turn);
    }
    past.run_to(until);
    past.fired
}

struct Past<'a> {
    actions: Vec<(&'a MessagingAction, Option<Condition>)>,
    trackers: Vec<Tracker>,
    interaction: Option<Interaction>,
    clocks: ReplyClocks,
    timers: Vec<Timer>,
    fired: Vec<Rehearsed>,
}

impl<'a> Past<'a> {
    fn new(actions: &'a [MessagingAction]) -> Self {
        Self {
            trackers: actions
                .iter()
                .map(|action| Tracker {
                    action: action.id,
                    event: action.event,
                    after: action.after,
                    is_armed: false,
                })
                .collect(),
            actions: actions
                .iter()
                .map(|action| (action, Condition::compile(&action.filter).ok()))
                .collect(),
            interaction: None,
            clocks: ReplyClocks::STOPPED,
            timers: Vec::new(),
            fired: Vec::new(),
        }
    }

    fn active(&self) -> Option<&Interaction> {
        self.interaction
            .as_ref()
            .filter(|interaction| interaction.is_active())
    }

    fn take(&mut self, turn: &PastTurn) {
        let before = (self.active().cloned(), self.clocks);
        match &turn.fact {
            PastFact::Text(message) => self.clocks = self.clocks.after(message, self.active()),
            PastFact::Event(id, body) => match &mut self.interaction {
                // What actions did in life must not keep them from doing it here.
                Some(_) if matches!(body, EventBody::MessagingActionFired { .. }) => {}
                Some(interaction) if interaction.id == *id => {
                    let was = interaction.clone();
                    interaction.apply(body, turn.at);
                    self.clocks = self.clocks.moved(&was, interaction, turn.at);
                }
                _ => {
                    if let Some(opened) = Interaction::opened(*id, body, turn.at) {
                        // The text that opens an interaction is a moment older than the opening.
                        if self.active().is_some() || opened.handler == Handler::VirtualAgent {
                            self.clocks = ReplyClocks::STOPPED;
                        }
                        self.interaction = Some(opened);
                    }
                }
            },
        }
        self.settle(before);
    }

    fn settle(&mut self, before: (Option<Interaction>, ReplyClocks)) {
        if before.0.is_some() && self.active().is_none() {
            self.clocks = ReplyClocks::STOPPED;
        }
        let before = Waits {
            interaction: before.0.as_ref(),
            clocks: before.1,
        };
        let after = Waits {
            interaction: self.active(),
            clocks: self.clocks,
        };
        for effect in changes(&self.trackers, before, after, &Watchers::All) {
            match effect {
                Effect::CancelTimer(id) => self.timers.retain(|timer| timer.id != id),
                Effect::ArmTimer(timer) => {
                    self.timers.retain(|known| known.id != timer.id);
                    self.timers.push(timer);
                }
                _ => {}
            }
        }
    }

    /// Fires what came due by an instant, oldest first.
    fn run_to(&mut self, instant: UtcMillis) {
        while let Some(index) = self
            .timers
            .iter()
            .enumerate()
            .filter(|(_, timer)| timer.due_at <= instant)
            .min_by_key(|(_, timer)| (timer.due_at, timer.id))
            .map(|(index, _)| index)
        {
            let timer = self.timers.remove(index);
            self.fire(timer);
        }
    }

    fn fire(&mut self, timer: Timer) {
        let TimerPurpose::MessagingAction {
            action, started_at, ..
        } = timer.purpose
        else {
            return;
        };
        let found = self.actions.iter().find(|(known, _)| known.id == action);
        let Some((action, Some(filter))) = found else {
            return;
        };
        if !filter.evaluate(&self.facts(timer.due_at)).is_met {
            return;
        }
        self.fired.push(Rehearsed {
            at: timer.due_at,
            started_at,
            action: action.id,
        });
        if matches!(&action.act, ActionAct::SetState { state } if state.is_closed()) {
            self.timers.clear();
            self.clocks = ReplyClocks::STOPPED;
        }
    }

    fn facts(&self, now: UtcMillis) -> Facts {
        let interaction = self.interaction.as_ref();
        Facts::new()
            .with_some(Fact::State, interaction.map(|it| it.state))
            .with_some(Fact::Handler, interaction.map(|it| it.handler))
            .with_some(Fact::OpenedBy, interaction.map(|it| it.opened_by))
            .with_some(Fact::Late, interaction.map(|it| it.arrived_late))
            .with(
                Fact::Assigned,
                interaction.is_some_and(|it| it.assigned_to.is_some()),
            )
            .with(Fact::Waiting, self.clocks.waiting_since.is_some())
            .with(Fact::WaitingMinutes, 0_i64)
            .with_minutes_since(Fact::WaitingMinutes, self.clocks.waiting_since, now)
            .with_minutes_since(Fact::OpenedMinutes, interaction.map(|it| it.opened_at), now)
            .with_some(
                Fact::RequesterNumber,
                interaction.map(|it| it.key.requester.as_str()),
            )
            .with_some(
                Fact::ProviderNumber,
                interaction.map(|it| it.key.provider.as_str()),
            )
    }
}

//! When an action's timers are armed and cancelled (M-2, M-3, M-11, M-15).

use std::collections::BTreeSet;

use super::ActionEvent;
use crate::desk::ReplyClocks;
use crate::ids::{MessagingActionId, TimerId};
use crate::interaction::Interaction;
use crate::plan::{Effect, Timer, TimerPurpose};
use crate::time::{Millis, UtcMillis};

/// What arming needs to know of an active action.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Tracker {
    /// Which action.
    pub action: MessagingActionId,
    /// The wait it watches.
    pub event: ActionEvent,
    /// How long.
    pub after: Millis,
    /// Its timer runs for the active interaction. One that was switched on while a wait ran leaves that wait alone.
    pub is_armed: bool,
}

impl Tracker {
    /// When the wait began; `None` where there is none, and while it stands still (M-14).
    fn start(self, waits: Waits<'_>) -> Option<UtcMillis> {
        if waits
            .interaction
            .is_some_and(|it| it.suspended_at.is_some())
        {
            return None;
        }
        match self.event {
            ActionEvent::RequesterMessageWithoutAgentResponse => waits.clocks.waiting_since,
            ActionEvent::AgentMessageWithoutRequesterResponse => waits.clocks.answered_at,
        }
    }
}

/// The waits before and after a plan, and the active interaction they belong to.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Waits<'a> {
    pub(crate) interaction: Option<&'a Interaction>,
    pub(crate) clocks: ReplyClocks,
}

/// Which actions watch a wait.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Watchers {
    /// All that are switched on: the wait began just now.
    All,
    /// These: the wait is taken up again as it was.
    Only(BTreeSet<MessagingActionId>),
}

impl Watchers {
    fn include(&self, action: MessagingActionId) -> bool {
        match self {
            Self::All => true,
            Self::Only(actions) => actions.contains(&action),
        }
    }
}

/// The timers to cancel and to arm as the waits change from one to the other. A wait that is taken up again,
/// because the answer to it was called back, is not armed for what has acted on it already (M-13), nor for what
/// did not watch it before.
pub(crate) fn changes(
    trackers: &[Tracker],
    before: Waits<'_>,
    after: Waits<'_>,
    watchers: &Watchers,
) -> Vec<Effect> {
    let mut effects = Vec::new();
    for tracker in trackers {
        let (was, is) = (tracker.start(before), tracker.start(after));
        if was == is && before.interaction.map(|it| it.id) == after.interaction.map(|it| it.id) {
            continue;
        }
        if let (Some(_), Some(interaction)) = (was, before.interaction) {
            effects.push(Effect::CancelTimer(TimerId::of_action(
                tracker.action,
                interaction.id,
            )));
        }
        let (Some(started_at), Some(interaction)) = (is, after.interaction) else {
            continue;
        };
        if watchers.include(tracker.action) && !interaction.was_acted_on(tracker.action, started_at)
        {
            effects.push(Effect::ArmTimer(Timer {
                id: TimerId::of_action(tracker.action, interaction.id),
                due_at: started_at + tracker.after,
                purpose: TimerPurpose::MessagingAction {
                    action: tracker.action,
                    interaction: interaction.id,
                    started_at,
                },
            }));
        }
    }
    effects
}

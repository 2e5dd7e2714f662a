//! What follows from any plan, whatever rule made it: clocks run on, a new text wakes, closing clears.
//!
//! [`PlanDraft::finish`] is the one door that every plan of a conversation leaves through, so that no
//! rule can forget it.

use crate::delivery::Direction;
use crate::desk::{DeskMarks, ReplyClocks};
use crate::draft::PlanDraft;
use crate::event::{Actor, EventBody, SnoozeEnd};
use crate::ids::TimerId;
use crate::message::{Author, Placement};
use crate::plan::Effect;

impl PlanDraft<'_> {
    /// Ends a snooze, if there is one.
    pub(crate) fn wake(&mut self, actor: Actor, cause: SnoozeEnd) {
        if self.marks().snoozed_until.is_none() {
            return;
        }
        self.change_marks(|marks| marks.snoozed_until = None);
        if let Some(interaction) = self.worked_on() {
            self.push(Effect::CancelTimer(TimerId::of_snooze(interaction)));
        }
        self.record(actor, EventBody::SnoozeEnded { cause });
    }

    /// Adds what follows from the plan so far.
    pub(crate) fn follow_up(&mut self) {
        let requester_wrote = self.new_texts().any(|message| {
            message.direction == Direction::Inbound
                && message.placement == Placement::Live
                && message.unread
        });
        if requester_wrote {
            self.wake(Actor::Requester, SnoozeEnd::RequesterWrote);
        }
        let was_answered = self
            .new_texts()
            .any(|message| matches!(message.author, Some(Author::Agent(_))));
        if was_answered {
            self.change_marks(|marks| marks.prompted_at = None);
        }
        let mut clocks = self.clocks();
        if let Some((before, after)) = self.gone_on() {
            clocks = clocks.moved(before, after, self.now());
        } else if self.worked_on().is_some() {
            self.clear_marks();
            clocks = ReplyClocks::STOPPED;
        }
        clocks = match self.active() {
            Some(active) => self.new_texts().fold(clocks, |clocks, message| {
                clocks.after(message, Some(active))
            }),
            None => ReplyClocks::STOPPED,
        };
        self.settle_clocks(clocks);
    }

    /// The interaction that the marks belonged to is over: they go with it, and without words.
    fn clear_marks(&mut self) {
        if let Some(interaction) = self
            .worked_on()
            .filter(|_| self.marks().snoozed_until.is_some())
        {
            self.push(Effect::CancelTimer(TimerId::of_snooze(interaction)));
        }
        self.change_marks(|marks| *marks = DeskMarks::NONE);
    }
}

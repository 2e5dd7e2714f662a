//! What a restored backup had under way, and must not do again.
//!
//! Owns the list of what would reach somebody outside by itself. Texts on their way are the rules' to judge, and what
//! only this desk sees (snoozes, reminders, wrap-ups) goes on.

use std::collections::BTreeMap;

use tern_domain::notification::{RecipientState, RefusalReason, RunState};
use tern_domain::verification::Asking;
use tern_domain::{InteractionId, NotificationRunId, TimerId, TimerPurpose, UtcMillis};

use super::values::{from_json, uuid_id};
use crate::error::{During as _, StoreError};
use crate::tx::WriteTx;

/// Recipients that are settled at a time.
const RECIPIENTS: u32 = 500;

impl WriteTx<'_> {
    /// Disarms the timers that would send something, forgets requests to other systems and entries that were being checked,
    /// and ends runs of notifications: whoever had the desk after the backup was made may have done all of it. Answers
    /// which conversations of the virtual agent lost something by that, and of each whether it owes the requester an
    /// answer.
    ///
    /// # Errors
    /// [`StoreError`] when the file cannot be written.
    pub fn forget_what_was_under_way(
        &mut self,
    ) -> Result<BTreeMap<InteractionId, bool>, StoreError> {
        const OPERATION: &str = "forget what was under way";
        let timers: Vec<(TimerId, TimerPurpose)> = self
            .prepare("SELECT timer_id, purpose FROM timers", OPERATION)?
            .query_map((), |row| {
                let purpose = from_json("timers.purpose", row.get_ref(1)?.as_str()?)?;
                Ok((uuid_id(row.get(0)?), purpose))
            })
            .and_then(Iterator::collect)
            .during(OPERATION)?;
        let mut left = BTreeMap::new();
        for (id, purpose) in timers {
            match purpose {
                TimerPurpose::MessagingAction { .. } => self.delete_timer(id)?,
                TimerPurpose::BotPause { interaction, .. } => {
                    left.insert(interaction, true);
                    self.delete_timer(id)?;
                }
                TimerPurpose::BotSilence { interaction } => {
                    left.entry(interaction).or_insert(false);
                    self.delete_timer(id)?;
                }
                TimerPurpose::HeldSend { .. }
                | TimerPurpose::SnoozeEnds { .. }
                | TimerPurpose::WrapUpEnds { .. }
                | TimerPurpose::OfferEnds { .. }
                | TimerPurpose::AlertRepeats { .. } => {}
            }
        }
        let asked: Vec<InteractionId> = self
            .prepare(
                "DELETE FROM bot_requests RETURNING interaction_id",
                OPERATION,
            )?
            .query_map((), |row| row.get(0).map(uuid_id))
            .and_then(Iterator::collect)
            .during(OPERATION)?;
        left.extend(asked.into_iter().map(|interaction| (interaction, true)));
        // The start of the line would put the question again.
        for (interaction, mut elevation) in self.list_elevations()? {
            let waits = |asking: &Asking| asking.waiting.is_some();
            let Some(found) = self.find_interaction(interaction)? else {
                continue;
            };
            if elevation.asking.as_ref().is_some_and(waits) {
                elevation.asking = None;
                self.put_elevation(interaction, &found.interaction.key, &elevation)?;
                left.insert(interaction, true);
            }
        }
        let runs: Vec<NotificationRunId> = self
            .prepare(
                "SELECT notification_run_id FROM notification_runs WHERE state <> 'done'",
                OPERATION,
            )?
            .query_map((), |row| row.get(0).map(NotificationRunId))
            .and_then(Iterator::collect)
            .during(OPERATION)?;
        for id in runs {
            // Whose turn had not come is known not to get it, and why.
            loop {
                let left = self.list_due_recipients(id, UtcMillis(i64::MAX), RECIPIENTS)?;
                if left.is_empty() {
                    break;
                }
                for mut recipient in left {
                    recipient.state = RecipientState::Refused {
                        why: RefusalReason::Restored,
                    };
                    self.put_recipient(&recipient)?;
                }
            }
            self.set_run_state(id, RunState::Done)?;
            if let Some(run) = self.find_notification_run(id)? {
                self.put_run_cause(id, &run.cause.forget_row())?;
            }
        }
        Ok(left)
    }
}

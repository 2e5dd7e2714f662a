//! What a restored backup had under way, and must not do again.
//!
//! Owns the list of what would reach somebody outside by itself. Texts on their way are the rules' to judge, and what
//! only this desk sees (snoozes, reminders, wrap-ups) goes on.

use std::collections::BTreeMap;

use tern_domain::notification::RunState;
use tern_domain::{InteractionId, NotificationRunId, TimerId, TimerPurpose};

use super::values::{from_json, uuid_id};
use crate::error::{During as _, StoreError};
use crate::tx::WriteTx;

impl WriteTx<'_> {
    /// Disarms the timers that would send something, forgets requests to other systems, and ends runs of notifications:
    /// whoever had the desk after the backup was made may have done all of it. Answers which conversations of the virtual
    /// agent lost something by that, and of each whether it owes the requester an answer.
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
        let runs: Vec<NotificationRunId> = self
            .prepare(
                "SELECT notification_run_id FROM notification_runs WHERE state <> 'done'",
                OPERATION,
            )?
            .query_map((), |row| row.get(0).map(NotificationRunId))
            .and_then(Iterator::collect)
            .during(OPERATION)?;
        for id in runs {
            self.set_run_state(id, RunState::Done)?;
            if let Some(run) = self.find_notification_run(id)? {
                self.put_run_cause(id, &run.cause.forget_row())?;
            }
        }
        Ok(left)
    }
}

//! What a restored backup had under way, and must not do again.
//!
//! Owns the list of what would reach somebody outside by itself. Texts on their way are the rules' to judge, and what
//! only this desk sees (snoozes, reminders, wrap-ups) goes on.

use tern_domain::notification::RunState;
use tern_domain::{NotificationRunId, TimerId, TimerPurpose};

use super::values::{from_json, uuid_id};
use crate::error::{During as _, StoreError};
use crate::tx::WriteTx;

impl WriteTx<'_> {
    /// Disarms the timers that would send something, forgets requests to other systems, and ends runs of notifications:
    /// whoever had the desk after the backup was made may have done all of it.
    ///
    /// # Errors
    /// [`StoreError`] when the file cannot be written.
    pub fn forget_what_was_under_way(&mut self) -> Result<(), StoreError> {
        const OPERATION: &str = "forget what was under way";
        let timers: Vec<(TimerId, TimerPurpose)> = self
            .prepare("SELECT timer_id, purpose FROM timers", OPERATION)?
            .query_map((), |row| {
                let purpose = from_json("timers.purpose", row.get_ref(1)?.as_str()?)?;
                Ok((uuid_id(row.get(0)?), purpose))
            })
            .and_then(Iterator::collect)
            .during(OPERATION)?;
        for (id, purpose) in timers {
            match purpose {
                TimerPurpose::MessagingAction { .. }
                | TimerPurpose::BotPause { .. }
                | TimerPurpose::BotSilence { .. } => self.delete_timer(id)?,
                TimerPurpose::HeldSend { .. }
                | TimerPurpose::SnoozeEnds { .. }
                | TimerPurpose::WrapUpEnds { .. }
                | TimerPurpose::OfferEnds { .. }
                | TimerPurpose::AlertRepeats { .. } => {}
            }
        }
        self.prepare("DELETE FROM bot_requests", OPERATION)?
            .execute(())
            .during(OPERATION)?;
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
        Ok(())
    }
}

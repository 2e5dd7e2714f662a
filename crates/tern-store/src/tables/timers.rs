//! Durable timers: what is due and when.
//!
//! Owns the rows only. A timer is removed by whoever carried it out, in the transaction that carries it out.

use rusqlite::{OptionalExtension as _, params};
use tern_domain::{Timer, TimerId, TimerPurpose, UtcMillis};

use super::values::{from_json, to_json, uuid_blob, uuid_id};
use crate::error::{During as _, StoreError};
use crate::tx::{ReadConn, WriteTx};

pub(crate) const DUE: &str = "
    SELECT timer_id, due_at, purpose FROM timers WHERE due_at <= ?1 ORDER BY due_at, timer_id LIMIT 500";

impl ReadConn<'_> {
    /// Timers that are due, longest overdue first. At most 500.
    ///
    /// # Errors
    /// [`StoreError`] when the file cannot be read.
    pub fn list_due_timers(&self, now: UtcMillis) -> Result<Vec<Timer>, StoreError> {
        const OPERATION: &str = "list due timers";
        self.prepare(DUE, OPERATION)?
            .query_map([now.0], |row| {
                Ok(Timer {
                    id: uuid_id::<TimerId>(row.get(0)?),
                    due_at: UtcMillis(row.get(1)?),
                    purpose: from_json("timers.purpose", row.get_ref(2)?.as_str()?)?,
                })
            })
            .and_then(Iterator::collect)
            .during(OPERATION)
    }

    /// A timer that is armed.
    ///
    /// # Errors
    /// [`StoreError`] when the file cannot be read.
    pub fn find_timer(&self, id: TimerId) -> Result<Option<Timer>, StoreError> {
        const OPERATION: &str = "find a timer";
        self.prepare(
            "SELECT due_at, purpose FROM timers WHERE timer_id = ?1",
            OPERATION,
        )?
        .query_row([uuid_blob(id.uuid())], |row| {
            Ok(Timer {
                id,
                due_at: UtcMillis(row.get(0)?),
                purpose: from_json("timers.purpose", row.get_ref(1)?.as_str()?)?,
            })
        })
        .optional()
        .during(OPERATION)
    }

    /// Whether a timer is armed.
    pub(crate) fn is_armed(&self, id: TimerId) -> Result<bool, StoreError> {
        const OPERATION: &str = "look whether a timer is armed";
        self.prepare("SELECT 1 FROM timers WHERE timer_id = ?1", OPERATION)?
            .exists([uuid_blob(id.uuid())])
            .during(OPERATION)
    }

    /// When the next timer is due.
    ///
    /// # Errors
    /// [`StoreError`] when the file cannot be read.
    pub fn next_timer_at(&self) -> Result<Option<UtcMillis>, StoreError> {
        const OPERATION: &str = "find the next timer";
        self.prepare("SELECT min(due_at) FROM timers", OPERATION)?
            .query_row((), |row| row.get::<_, Option<i64>>(0))
            .map(|at| at.map(UtcMillis))
            .during(OPERATION)
    }
}

impl WriteTx<'_> {
    /// Arms a timer; the same id again replaces it.
    pub(crate) fn put_timer(&mut self, timer: &Timer) -> Result<(), StoreError> {
        const OPERATION: &str = "arm a timer";
        let purpose = to_json("a timer's purpose", &timer.purpose)?;
        let action = match timer.purpose {
            TimerPurpose::MessagingAction {
                action, started_at, ..
            } => Some((action, started_at)),
            TimerPurpose::HeldSend { .. }
            | TimerPurpose::SnoozeEnds { .. }
            | TimerPurpose::WrapUpEnds { .. }
            | TimerPurpose::OfferEnds { .. }
            | TimerPurpose::BotPause { .. }
            | TimerPurpose::BotSilence { .. }
            | TimerPurpose::AlertRepeats { .. } => None,
        };
        self.prepare(
            "INSERT INTO timers (timer_id, due_at, purpose, messaging_action_id, started_at)
             VALUES (?1, ?2, ?3, ?4, ?5)
             ON CONFLICT (timer_id) DO UPDATE SET
                due_at = excluded.due_at, purpose = excluded.purpose, started_at = excluded.started_at",
            OPERATION,
        )?
        .execute(params![
            uuid_blob(timer.id.uuid()),
            timer.due_at.0,
            purpose,
            action.map(|(action, _)| uuid_blob(action.uuid())),
            action.map(|(_, started_at)| started_at.0),
        ])
        .during(OPERATION)?;
        Ok(())
    }

    /// Ticks a timer off that was read before. `false` if it is not there any more, or was armed anew.
    ///
    /// # Errors
    /// [`StoreError`] when the file cannot be written.
    pub fn finish_timer(&mut self, timer: &Timer) -> Result<bool, StoreError> {
        const OPERATION: &str = "tick a timer off";
        self.prepare(
            "DELETE FROM timers WHERE timer_id = ?1 AND due_at = ?2",
            OPERATION,
        )?
        .execute(params![uuid_blob(timer.id.uuid()), timer.due_at.0])
        .map(|removed| removed > 0)
        .during(OPERATION)
    }

    /// Removes a timer, if it is still there.
    ///
    /// # Errors
    /// [`StoreError`] when the file cannot be written.
    pub(crate) fn delete_timer(&mut self, id: TimerId) -> Result<(), StoreError> {
        const OPERATION: &str = "remove a timer";
        self.prepare("DELETE FROM timers WHERE timer_id = ?1", OPERATION)?
            .execute([uuid_blob(id.uuid())])
            .during(OPERATION)?;
        Ok(())
    }
}

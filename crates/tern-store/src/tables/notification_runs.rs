//! Runs of notifications.
//!
//! Owns when something is to be done about each: a run's column says when to look at it.

use rusqlite::{OptionalExtension as _, Row, params};
use tern_domain::notification::{NotificationRun, RunCause, RunState};
use tern_domain::{NotificationId, NotificationRunId, ProfileId, UtcMillis};

use super::values::{from_json, page_size, to_json, undecodable, uuid_blob, uuid_id};
use crate::error::{During as _, StoreError};
use crate::tx::{ReadConn, WriteTx};

pub(crate) const RUNS: &str = "
    SELECT notification_run_id, notification_id, started_at, state, listed_to, document FROM notification_runs
    WHERE notification_id = ?1 AND notification_run_id < ?2 ORDER BY notification_run_id DESC LIMIT ?3";
pub(crate) const RUNS_DUE: &str = "
    SELECT notification_run_id, notification_id, started_at, state, listed_to, document FROM notification_runs
    WHERE state = 'running' AND next_at <= ?1 ORDER BY next_at LIMIT ?2";
pub(crate) const SUBSCRIBERS: &str = "
    SELECT profile_id FROM subscriptions WHERE profile_id > ?1 AND is_on = 1 ORDER BY profile_id LIMIT ?2";

fn read_run(row: &Row<'_>) -> Result<NotificationRun, rusqlite::Error> {
    let cause: RunCause = from_json("notification_runs.document", row.get_ref(5)?.as_str()?)?;
    Ok(NotificationRun {
        id: NotificationRunId(row.get(0)?),
        notification: uuid_id(row.get(1)?),
        started_at: UtcMillis(row.get(2)?),
        state: RunState::from_stored(row.get_ref(3)?.as_str()?)
            .ok_or_else(|| undecodable("notification_runs.state"))?,
        listed_to: row.get(4)?,
        cause,
    })
}

impl ReadConn<'_> {
    /// Runs of a notification, newest first; those before `before`, if that is given.
    ///
    /// # Errors
    /// [`StoreError`] when the file cannot be read.
    pub fn list_notification_runs(
        &self,
        notification: NotificationId,
        before: Option<NotificationRunId>,
        limit: u32,
    ) -> Result<Vec<NotificationRun>, StoreError> {
        const OPERATION: &str = "list runs of a notification";
        let before = before.map_or(i64::MAX, |run| run.0);
        self.prepare(RUNS, OPERATION)?
            .query_map(
                params![uuid_blob(notification.uuid()), before, page_size(limit)],
                read_run,
            )
            .and_then(Iterator::collect)
            .during(OPERATION)
    }

    /// One run.
    ///
    /// # Errors
    /// [`StoreError`] when the file cannot be read.
    pub fn find_notification_run(
        &self,
        id: NotificationRunId,
    ) -> Result<Option<NotificationRun>, StoreError> {
        const OPERATION: &str = "read a run of a notification";
        self.prepare(
            "SELECT notification_run_id, notification_id, started_at, state, listed_to, document
             FROM notification_runs WHERE notification_run_id = ?1",
            OPERATION,
        )?
        .query_row([id.0], read_run)
        .optional()
        .during(OPERATION)
    }

    /// Runs in which something is to be done now, longest due first.
    ///
    /// # Errors
    /// [`StoreError`] when the file cannot be read.
    pub fn list_due_notification_runs(
        &self,
        now: UtcMillis,
        limit: u32,
    ) -> Result<Vec<NotificationRun>, StoreError> {
        const OPERATION: &str = "list runs that are due";
        self.prepare(RUNS_DUE, OPERATION)?
            .query_map(params![now.0, page_size(limit)], read_run)
            .and_then(Iterator::collect)
            .during(OPERATION)
    }

    /// When something is to be done next.
    ///
    /// # Errors
    /// [`StoreError`] when the file cannot be read.
    pub fn next_notification_at(&self) -> Result<Option<UtcMillis>, StoreError> {
        const OPERATION: &str = "find the next notification";
        self.prepare(
            "SELECT min(next_at) FROM notification_runs WHERE state = 'running' AND next_at IS NOT NULL",
            OPERATION,
        )?
        .query_row((), |row| row.get::<_, Option<i64>>(0))
        .map(|at| at.map(UtcMillis))
        .during(OPERATION)
    }

    /// Addresses that want notifications, after one of them.
    ///
    /// # Errors
    /// [`StoreError`] when the file cannot be read.
    pub fn list_subscribers(
        &self,
        after: Option<ProfileId>,
        limit: u32,
    ) -> Result<Vec<ProfileId>, StoreError> {
        const OPERATION: &str = "list who wants notifications";
        let after = after.map_or_else(Vec::new, |id| uuid_blob(id.uuid()).to_vec());
        self.prepare(SUBSCRIBERS, OPERATION)?
            .query_map(params![after, page_size(limit)], |row| {
                Ok(uuid_id(row.get(0)?))
            })
            .and_then(Iterator::collect)
            .during(OPERATION)
    }
}

impl WriteTx<'_> {
    /// Begins a run.
    ///
    /// # Errors
    /// [`StoreError`] when the file cannot be written.
    pub fn start_notification_run(
        &mut self,
        notification: NotificationId,
        cause: &RunCause,
        now: UtcMillis,
    ) -> Result<NotificationRunId, StoreError> {
        const OPERATION: &str = "begin a run of a notification";
        self.prepare(
            "INSERT INTO notification_runs (notification_id, started_at, state, listed_to, next_at, document)
             VALUES (?1, ?2, 'running', '', ?2, ?3) RETURNING notification_run_id",
            OPERATION,
        )?
        .query_row(
            params![
                uuid_blob(notification.uuid()),
                now.0,
                to_json("a run of a notification", cause)?
            ],
            |row| row.get(0).map(NotificationRunId),
        )
        .during(OPERATION)
    }

    /// Says where a run stands. One that is resumed is looked at when its recipients say.
    ///
    /// # Errors
    /// [`StoreError`] when the file cannot be written.
    pub fn set_run_state(
        &mut self,
        run: NotificationRunId,
        state: RunState,
    ) -> Result<(), StoreError> {
        const OPERATION: &str = "change a run of a notification";
        self.prepare(
            "UPDATE notification_runs SET state = ?2, next_at = CASE ?2 WHEN 'done' THEN NULL ELSE next_at END
             WHERE notification_run_id = ?1",
            OPERATION,
        )?
        .execute(params![run.0, state.as_str()])
        .during(OPERATION)?;
        Ok(())
    }

    /// Says when a run is looked at again: when it is the next recipient's turn. One without any is done.
    ///
    /// # Errors
    /// [`StoreError`] when the file cannot be written.
    pub fn settle_notification_run(&mut self, run: NotificationRunId) -> Result<(), StoreError> {
        const OPERATION: &str = "settle a run of a notification";
        self.prepare(
            "UPDATE notification_runs SET next_at = (
                SELECT min(next_at) FROM notification_recipients AS r
                WHERE r.notification_run_id = ?1 AND r.next_at IS NOT NULL)
             WHERE notification_run_id = ?1 AND listed_to IS NULL",
            OPERATION,
        )?
        .execute([run.0])
        .during(OPERATION)?;
        let is_done = self
            .prepare(
                "UPDATE notification_runs SET state = 'done'
                 WHERE notification_run_id = ?1 AND state <> 'done' AND listed_to IS NULL AND next_at IS NULL",
                OPERATION,
            )?
            .execute([run.0])
            .during(OPERATION)?;
        match self.find_notification_run(run)? {
            Some(run) if is_done > 0 => self.put_run_cause(run.id, &run.cause.forget_row()),
            _ => Ok(()),
        }
    }

    pub(crate) fn put_run_cause(
        &mut self,
        run: NotificationRunId,
        cause: &RunCause,
    ) -> Result<(), StoreError> {
        const OPERATION: &str = "write what a run was about";
        self.prepare(
            "UPDATE notification_runs SET document = ?2 WHERE notification_run_id = ?1",
            OPERATION,
        )?
        .execute(params![run.0, to_json("a run of a notification", cause)?])
        .during(OPERATION)?;
        Ok(())
    }

    /// Looks at a run that is not done as soon as it goes on.
    ///
    /// # Errors
    /// [`StoreError`] when the file cannot be written.
    pub fn wake_notification_run(
        &mut self,
        run: NotificationRunId,
        now: UtcMillis,
    ) -> Result<(), StoreError> {
        const OPERATION: &str = "look at a run of a notification again";
        self.prepare(
            "UPDATE notification_runs SET next_at = ?2 WHERE notification_run_id = ?1 AND state <> 'done'",
            OPERATION,
        )?
        .execute(params![run.0, now.0])
        .during(OPERATION)?;
        Ok(())
    }

    /// The same for every run of a notification, whose definition changed: since it began, so that keeping a
    /// definition needs no clock.
    pub(crate) fn wake_notification_runs_of(
        &mut self,
        notification: NotificationId,
    ) -> Result<(), StoreError> {
        const OPERATION: &str = "look at the runs of a notification again";
        self.prepare(
            "UPDATE notification_runs SET next_at = started_at WHERE notification_id = ?1 AND state <> 'done'",
            OPERATION,
        )?
        .execute([uuid_blob(notification.uuid())])
        .during(OPERATION)?;
        Ok(())
    }

    /// Forgets runs that were done before an instant, with their recipients.
    ///
    /// # Errors
    /// [`StoreError`] when the file cannot be written.
    pub fn forget_notification_runs(&mut self, before: UtcMillis) -> Result<(), StoreError> {
        const OPERATION: &str = "forget old runs of notifications";
        self.prepare(
            "DELETE FROM notification_runs WHERE state = 'done' AND started_at < ?1",
            OPERATION,
        )?
        .execute([before.0])
        .during(OPERATION)?;
        Ok(())
    }
}

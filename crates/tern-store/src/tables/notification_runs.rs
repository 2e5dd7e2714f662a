//! Runs of notifications and their recipients.
//!
//! Owns when something is to be done about each: a run's column says when to look at it, a recipient's when it is
//! their turn. A recipient is in a run once, whoever lists them again.

use rusqlite::{OptionalExtension as _, Row, params};
use serde::{Deserialize, Serialize};
use tern_domain::notification::{
    NotificationRun, RecipientState, RunCause, RunRecipient, RunState,
};
use tern_domain::{
    ConversationId, NotificationId, NotificationRunId, PersonId, PhoneNumber, ProfileId, UtcMillis,
};

use super::values::{cut_page, from_json, page_size, to_json, undecodable, uuid_blob, uuid_id};
use crate::error::{During as _, StoreError};
use crate::tx::{ReadConn, WriteTx};

pub(crate) const RUNS: &str = "
    SELECT notification_run_id, notification_id, started_at, state, listed_to, document FROM notification_runs
    WHERE notification_id = ?1 AND notification_run_id < ?2 ORDER BY notification_run_id DESC LIMIT ?3";
pub(crate) const RUNS_DUE: &str = "
    SELECT notification_run_id, notification_id, started_at, state, listed_to, document FROM notification_runs
    WHERE state = 'running' AND next_at <= ?1 ORDER BY next_at LIMIT ?2";
pub(crate) const RECIPIENTS_DUE: &str = "
    SELECT notification_run_id, place, person_id, next_at, sent_at, conversation_id, document
    FROM notification_recipients WHERE notification_run_id = ?1 AND next_at <= ?2 ORDER BY next_at, place LIMIT ?3";
pub(crate) const RECIPIENTS: &str = "
    SELECT notification_run_id, place, person_id, next_at, sent_at, conversation_id, document
    FROM notification_recipients WHERE notification_run_id = ?1 AND place > ?2 ORDER BY place LIMIT ?3";
pub(crate) const RECIPIENTS_IN: &str = "
    SELECT notification_run_id, place, person_id, next_at, sent_at, conversation_id, document
    FROM notification_recipients WHERE notification_run_id = ?1 AND state = ?4 AND place > ?2 ORDER BY place LIMIT ?3";
pub(crate) const RECIPIENT_COUNTS: &str = "
    SELECT state, count(*) FROM notification_recipients WHERE notification_run_id = ?1 GROUP BY state";
pub(crate) const SENT_TO: &str = "
    SELECT count(*) FROM notification_recipients WHERE person_id = ?1 AND sent_at > ?2";
pub(crate) const SENT_SINCE: &str =
    "SELECT count(*) FROM notification_recipients WHERE sent_at >= ?1";
pub(crate) const SUBSCRIBERS: &str = "
    SELECT profile_id FROM subscriptions WHERE profile_id > ?1 AND is_on = 1 ORDER BY profile_id LIMIT ?2";

/// How many recipients of a run stand where.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct RecipientCounts {
    /// It is their turn next.
    pub planned: u32,
    /// Later.
    pub waiting: u32,
    /// In the outbox.
    pub sent: u32,
    /// They do not get it.
    pub refused: u32,
    /// It was kept for too long (S-10).
    pub dropped: u32,
}

/// Somebody to be added to a run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewRecipient {
    /// Who; `None` = a number that belongs to nobody.
    pub person: Option<PersonId>,
    /// The number that a column held.
    pub number: Option<PhoneNumber>,
    /// Chosen by name or role (S-14).
    pub is_chosen: bool,
}

/// What a recipient's row says besides its columns.
#[derive(Serialize, Deserialize)]
struct Document {
    number: Option<PhoneNumber>,
    is_chosen: bool,
    #[serde(flatten)]
    state: RecipientState,
}

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

fn read_recipient(row: &Row<'_>) -> Result<RunRecipient, rusqlite::Error> {
    let document: Document = from_json(
        "notification_recipients.document",
        row.get_ref(6)?.as_str()?,
    )?;
    let next_at: Option<i64> = row.get(3)?;
    let sent_at: Option<i64> = row.get(4)?;
    Ok(RunRecipient {
        run: NotificationRunId(row.get(0)?),
        place: row.get(1)?,
        person: row.get::<_, Option<[u8; 16]>>(2)?.map(uuid_id::<PersonId>),
        number: document.number,
        is_chosen: document.is_chosen,
        state: document.state,
        conversation: row.get::<_, Option<i64>>(5)?.map(ConversationId),
        at: next_at.or(sent_at).map(UtcMillis),
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

    /// Recipients of a run whose turn it is, longest due first.
    ///
    /// # Errors
    /// [`StoreError`] when the file cannot be read.
    pub fn list_due_recipients(
        &self,
        run: NotificationRunId,
        now: UtcMillis,
        limit: u32,
    ) -> Result<Vec<RunRecipient>, StoreError> {
        const OPERATION: &str = "list recipients whose turn it is";
        self.prepare(RECIPIENTS_DUE, OPERATION)?
            .query_map(params![run.0, now.0, page_size(limit)], read_recipient)
            .and_then(Iterator::collect)
            .during(OPERATION)
    }

    /// A page of a run's result: recipients after a place, in one state if that is given, and whether there are more.
    ///
    /// # Errors
    /// [`StoreError`] when the file cannot be read.
    pub fn list_run_recipients(
        &self,
        run: NotificationRunId,
        state: Option<&str>,
        after: Option<u32>,
        limit: u32,
    ) -> Result<(Vec<RunRecipient>, bool), StoreError> {
        const OPERATION: &str = "list recipients of a run";
        let size = page_size(limit);
        let after = after.map_or(-1, i64::from);
        let mut found = match state {
            None => self
                .prepare(RECIPIENTS, OPERATION)?
                .query_map(params![run.0, after, size + 1], read_recipient)
                .and_then(Iterator::collect::<Result<Vec<_>, _>>),
            Some(state) => self
                .prepare(RECIPIENTS_IN, OPERATION)?
                .query_map(params![run.0, after, size + 1, state], read_recipient)
                .and_then(Iterator::collect::<Result<Vec<_>, _>>),
        }
        .during(OPERATION)?;
        let has_more = cut_page(&mut found, size);
        Ok((found, has_more))
    }

    /// How many recipients of a run stand where.
    ///
    /// # Errors
    /// [`StoreError`] when the file cannot be read.
    pub fn count_run_recipients(
        &self,
        run: NotificationRunId,
    ) -> Result<RecipientCounts, StoreError> {
        const OPERATION: &str = "count recipients of a run";
        let mut counts = RecipientCounts::default();
        let mut statement = self.prepare(RECIPIENT_COUNTS, OPERATION)?;
        let rows = statement
            .query_map([run.0], |row| Ok((row.get::<_, String>(0)?, row.get(1)?)))
            .during(OPERATION)?;
        for row in rows {
            let (state, count) = row.during(OPERATION)?;
            match state.as_str() {
                "planned" => counts.planned = count,
                "waiting" => counts.waiting = count,
                "sent" => counts.sent = count,
                "refused" => counts.refused = count,
                _ => counts.dropped = count,
            }
        }
        Ok(counts)
    }

    /// How many notifications a person got after an instant.
    ///
    /// # Errors
    /// [`StoreError`] when the file cannot be read.
    pub fn count_notified(&self, person: PersonId, since: UtcMillis) -> Result<u32, StoreError> {
        const OPERATION: &str = "count a person's notifications";
        self.prepare(SENT_TO, OPERATION)?
            .query_row(params![uuid_blob(person.uuid()), since.0], |row| row.get(0))
            .during(OPERATION)
    }

    /// How many notifications were sent since an instant (S-14).
    ///
    /// # Errors
    /// [`StoreError`] when the file cannot be read.
    pub fn count_notifications_since(&self, since: UtcMillis) -> Result<u32, StoreError> {
        const OPERATION: &str = "count notifications";
        self.prepare(SENT_SINCE, OPERATION)?
            .query_row([since.0], |row| row.get(0))
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

    /// Adds recipients that are not in the run yet, and notes where listing goes on; `None` = all are listed.
    ///
    /// # Errors
    /// [`StoreError`] when the file cannot be written.
    pub fn add_recipients(
        &mut self,
        run: NotificationRunId,
        recipients: &[NewRecipient],
        listed_to: Option<&str>,
        now: UtcMillis,
    ) -> Result<(), StoreError> {
        const OPERATION: &str = "add recipients to a run";
        for recipient in recipients {
            let name = match (&recipient.person, &recipient.number) {
                (Some(person), _) => person.to_string(),
                (None, Some(number)) => number.as_str().to_owned(),
                (None, None) => continue,
            };
            let document = Document {
                number: recipient.number.clone(),
                is_chosen: recipient.is_chosen,
                state: RecipientState::Planned,
            };
            self.prepare(
                "INSERT INTO notification_recipients
                    (notification_run_id, place, recipient, person_id, state, next_at, document)
                 SELECT ?1, coalesce(max(place) + 1, 0), ?2, ?3, 'planned', ?4, ?5
                 FROM notification_recipients WHERE notification_run_id = ?1
                 ON CONFLICT (notification_run_id, recipient) DO NOTHING",
                OPERATION,
            )?
            .execute(params![
                run.0,
                name,
                recipient.person.map(|id| uuid_blob(id.uuid())),
                now.0,
                to_json("a recipient", &document)?
            ])
            .during(OPERATION)?;
        }
        self.prepare(
            "UPDATE notification_runs SET listed_to = ?2 WHERE notification_run_id = ?1",
            OPERATION,
        )?
        .execute(params![run.0, listed_to])
        .during(OPERATION)?;
        Ok(())
    }

    /// Writes where a run stands with a recipient.
    ///
    /// # Errors
    /// [`StoreError`] when the file cannot be written.
    pub fn put_recipient(&mut self, recipient: &RunRecipient) -> Result<(), StoreError> {
        const OPERATION: &str = "write a recipient of a run";
        let (next_at, sent_at) = match recipient.state {
            RecipientState::Planned | RecipientState::Waiting { .. } => (recipient.at, None),
            RecipientState::Sent { .. } => (None, recipient.at),
            RecipientState::Refused { .. } => (None, None),
        };
        let document = Document {
            number: recipient.number.clone(),
            is_chosen: recipient.is_chosen,
            state: recipient.state,
        };
        self.prepare(
            "UPDATE notification_recipients
             SET state = ?3, next_at = ?4, sent_at = ?5, conversation_id = ?6, document = ?7
             WHERE notification_run_id = ?1 AND place = ?2",
            OPERATION,
        )?
        .execute(params![
            recipient.run.0,
            recipient.place,
            recipient.state.as_str(),
            next_at.map(|at| at.0),
            sent_at.map(|at| at.0),
            recipient.conversation.map(|id| id.0),
            to_json("a recipient", &document)?
        ])
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
        self.prepare(
            "UPDATE notification_runs SET state = 'done'
             WHERE notification_run_id = ?1 AND listed_to IS NULL AND next_at IS NULL",
            OPERATION,
        )?
        .execute([run.0])
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

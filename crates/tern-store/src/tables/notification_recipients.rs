//! Recipients of runs of notifications.
//!
//! Owns where a run stands with each: a recipient's column says when it is their turn. A recipient is in a run once,
//! whoever lists them again.

use rusqlite::{OptionalExtension as _, Row, params};
use serde::{Deserialize, Serialize};
use tern_domain::notification::{RecipientState, RunRecipient};
use tern_domain::{ConversationId, NotificationRunId, PersonId, PhoneNumber, UtcMillis};

use super::values::{cut_page, from_json, page_size, to_json, uuid_blob, uuid_id};
use crate::error::{During as _, StoreError};
use crate::tx::{ReadConn, WriteTx};

pub(crate) const RECIPIENTS_DUE: &str = "
    SELECT notification_run_id, place, person_id, next_at, sent_at, conversation_id, document
    FROM notification_recipients WHERE notification_run_id = ?1 AND next_at <= ?2 ORDER BY next_at, place LIMIT ?3";
pub(crate) const RECIPIENTS: &str = "
    SELECT notification_run_id, place, person_id, next_at, sent_at, conversation_id, document
    FROM notification_recipients WHERE notification_run_id = ?1 AND place > ?2 ORDER BY place LIMIT ?3";
pub(crate) const RECIPIENTS_IN: &str = "
    SELECT notification_run_id, place, person_id, next_at, sent_at, conversation_id, document
    FROM notification_recipients WHERE notification_run_id = ?1 AND state = ?4 AND place > ?2 ORDER BY place LIMIT ?3";
pub(crate) const WAITING_FOR: &str = "
    SELECT notification_run_id, place, person_id, next_at, sent_at, conversation_id, document
    FROM notification_recipients WHERE person_id = ?1 AND next_at IS NOT NULL ORDER BY notification_run_id LIMIT ?2";
pub(crate) const RECIPIENT_COUNTS: &str = "
    SELECT state, count(*) FROM notification_recipients WHERE notification_run_id = ?1 GROUP BY state";
pub(crate) const SENT_TO: &str = "
    SELECT count(*) FROM notification_recipients WHERE person_id = ?1 AND sent_at > ?2";
pub(crate) const SENT_SINCE: &str =
    "SELECT count(*) FROM notification_recipients WHERE sent_at >= ?1";

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

    /// What a person has still to get, the run that began first at the beginning.
    ///
    /// # Errors
    /// [`StoreError`] when the file cannot be read.
    pub fn list_waiting_for(
        &self,
        person: PersonId,
        limit: u32,
    ) -> Result<Vec<RunRecipient>, StoreError> {
        const OPERATION: &str = "list what waits for a person";
        self.prepare(WAITING_FOR, OPERATION)?
            .query_map(
                params![uuid_blob(person.uuid()), page_size(limit)],
                read_recipient,
            )
            .and_then(Iterator::collect)
            .during(OPERATION)
    }

    /// One recipient of a run.
    ///
    /// # Errors
    /// [`StoreError`] when the file cannot be read.
    pub fn find_run_recipient(
        &self,
        run: NotificationRunId,
        place: u32,
    ) -> Result<Option<RunRecipient>, StoreError> {
        const OPERATION: &str = "read a recipient of a run";
        self.prepare(
            "SELECT notification_run_id, place, person_id, next_at, sent_at, conversation_id, document
             FROM notification_recipients WHERE notification_run_id = ?1 AND place = ?2",
            OPERATION,
        )?
        .query_row(params![run.0, place], read_recipient)
        .optional()
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
}

impl WriteTx<'_> {
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

    /// Looks at everybody who waits again, because what they wait for may have been changed: quiet hours.
    ///
    /// # Errors
    /// [`StoreError`] when the file cannot be written.
    pub fn wake_recipients(&mut self, now: UtcMillis) -> Result<(), StoreError> {
        const OPERATION: &str = "look at the recipients of notifications again";
        self.prepare(
            "UPDATE notification_recipients SET next_at = ?1 WHERE next_at > ?1 AND notification_run_id IN (
                SELECT notification_run_id FROM notification_runs WHERE state <> 'done')",
            OPERATION,
        )?
        .execute([now.0])
        .during(OPERATION)?;
        self.prepare(
            "UPDATE notification_runs SET next_at = ?1 WHERE state <> 'done' AND next_at > ?1",
            OPERATION,
        )?
        .execute([now.0])
        .during(OPERATION)?;
        Ok(())
    }
}

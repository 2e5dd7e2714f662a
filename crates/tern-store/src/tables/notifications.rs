//! Definitions of notifications, and the runs that a change of a row begins (S-12).
//!
//! Owns which definitions watch a table. Runs begin where rows are written, so that no way of writing one can forget
//! them; whether a change sends a notification is the rule's answer.

use rusqlite::{OptionalExtension as _, params};
use tern_domain::notification::{Notification, RecordChange, RunCause, Trigger, is_triggered_by};
use tern_domain::topic::RecordTable;
use tern_domain::{NotificationId, PersonId};

use super::records::RecordRow;
use super::values::{from_json, to_json, uuid_blob};
use crate::error::{During as _, StoreError};
use crate::tx::{ReadConn, WriteTx};

pub(crate) const NOTIFICATIONS: &str =
    "SELECT document FROM notifications ORDER BY place, notification_id";
pub(crate) const WATCHING: &str = "SELECT document FROM notifications WHERE watches = ?1";

impl ReadConn<'_> {
    /// All definitions, in their order.
    ///
    /// # Errors
    /// [`StoreError`] when the file cannot be read.
    pub fn list_notifications(&self) -> Result<Vec<Notification>, StoreError> {
        const OPERATION: &str = "list notifications";
        self.prepare(NOTIFICATIONS, OPERATION)?
            .query_map((), |row| {
                from_json("notifications.document", row.get_ref(0)?.as_str()?)
            })
            .and_then(Iterator::collect)
            .during(OPERATION)
    }

    /// One definition.
    ///
    /// # Errors
    /// [`StoreError`] when the file cannot be read.
    pub fn find_notification(
        &self,
        id: NotificationId,
    ) -> Result<Option<Notification>, StoreError> {
        const OPERATION: &str = "read a notification";
        self.prepare(
            "SELECT document FROM notifications WHERE notification_id = ?1",
            OPERATION,
        )?
        .query_row([uuid_blob(id.uuid())], |row| {
            from_json("notifications.document", row.get_ref(0)?.as_str()?)
        })
        .optional()
        .during(OPERATION)
    }

    fn list_notifications_watching(&self, table: &str) -> Result<Vec<Notification>, StoreError> {
        const OPERATION: &str = "list notifications of a table";
        self.prepare(WATCHING, OPERATION)?
            .query_map([table], |row| {
                from_json("notifications.document", row.get_ref(0)?.as_str()?)
            })
            .and_then(Iterator::collect)
            .during(OPERATION)
    }
}

impl WriteTx<'_> {
    /// Keeps a definition: a new one behind the others, a known one in its place.
    ///
    /// # Errors
    /// [`StoreError`] when the file cannot be written.
    pub fn put_notification(&mut self, notification: &Notification) -> Result<(), StoreError> {
        const OPERATION: &str = "keep a notification";
        let watches = match &notification.trigger {
            Trigger::Record { table, .. } if notification.is_active => Some(table),
            _ => None,
        };
        self.prepare(
            "INSERT INTO notifications (notification_id, place, watches, document)
             SELECT ?1, coalesce(max(place), 0) + 1, ?2, ?3 FROM notifications WHERE true
             ON CONFLICT (notification_id) DO UPDATE SET
                watches = excluded.watches, document = excluded.document",
            OPERATION,
        )?
        .execute(params![
            uuid_blob(notification.id.uuid()),
            watches,
            to_json("a notification", notification)?
        ])
        .during(OPERATION)?;
        self.wake_notification_runs_of(notification.id)
    }

    /// Puts definitions in an order; those that are not named keep their places behind.
    ///
    /// # Errors
    /// [`StoreError`] when the file cannot be written.
    pub fn order_notifications(&mut self, ids: &[NotificationId]) -> Result<(), StoreError> {
        const OPERATION: &str = "order the notifications";
        for (place, id) in (1_i64..).zip(ids) {
            self.prepare(
                "UPDATE notifications SET place = ?2 WHERE notification_id = ?1",
                OPERATION,
            )?
            .execute(params![uuid_blob(id.uuid()), place])
            .during(OPERATION)?;
        }
        Ok(())
    }

    /// Takes a definition out. What it has sent stays; what it was still to send is not sent, nor kept in a run that
    /// nobody can resume any more. Deleting what is not there succeeds.
    ///
    /// # Errors
    /// [`StoreError`] when the file cannot be written.
    pub fn delete_notification(&mut self, id: NotificationId) -> Result<(), StoreError> {
        const OPERATION: &str = "delete a notification";
        self.prepare(
            "DELETE FROM notifications WHERE notification_id = ?1",
            OPERATION,
        )?
        .execute([uuid_blob(id.uuid())])
        .during(OPERATION)?;
        self.prepare(
            "UPDATE notification_runs SET state = 'running' WHERE notification_id = ?1 AND state = 'paused'",
            OPERATION,
        )?
        .execute([uuid_blob(id.uuid())])
        .during(OPERATION)?;
        self.wake_notification_runs_of(id)
    }

    /// Begins a run of every notification that a written row sends.
    pub(crate) fn notify_of_row(
        &mut self,
        table: &RecordTable,
        before: Option<&RecordRow>,
        after: &RecordRow,
        originator: Option<PersonId>,
    ) -> Result<(), StoreError> {
        let change = RecordChange {
            table,
            before: before.map(|row| &row.values),
            after: &after.values,
        };
        for notification in self.list_notifications_watching(&table.name)? {
            if is_triggered_by(&notification, &change) {
                let cause = RunCause::Record {
                    row: after.id.to_string(),
                    values: after.values.clone(),
                    originator,
                };
                self.start_notification_run(notification.id, &cause, after.changed_at)?;
            }
        }
        Ok(())
    }
}

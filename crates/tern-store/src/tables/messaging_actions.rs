//! Messaging actions: what happens by itself when somebody waits too long.
//!
//! Owns the rows and what a change of them does to timers that are armed already. The columns beside the
//! document are what arming needs of an active action.

use rusqlite::{Row, params};
use tern_domain::messaging_action::{ActionEvent, MessagingAction, Tracker};
use tern_domain::{MessagingActionId, Millis};

use super::values::{from_json, to_json, undecodable, uuid_blob, uuid_id};
use crate::error::{During as _, StoreError};
use crate::tx::{ReadConn, WriteTx};

pub(crate) const TRACKERS: &str = "
    SELECT messaging_action_id, event, after FROM messaging_actions WHERE active = 1
    ORDER BY place, messaging_action_id";

fn read_tracker(row: &Row<'_>) -> Result<Tracker, rusqlite::Error> {
    Ok(Tracker {
        action: uuid_id::<MessagingActionId>(row.get(0)?),
        event: ActionEvent::from_stored(row.get_ref(1)?.as_str()?)
            .ok_or_else(|| undecodable("messaging_actions.event"))?,
        after: Millis(row.get(2)?),
        is_armed: false,
    })
}

impl ReadConn<'_> {
    /// What the active actions watch.
    pub(crate) fn list_trackers(&self) -> Result<Vec<Tracker>, StoreError> {
        const OPERATION: &str = "list what messaging actions watch";
        self.prepare(TRACKERS, OPERATION)?
            .query_map((), read_tracker)
            .and_then(Iterator::collect)
            .during(OPERATION)
    }

    /// All messaging actions, in their order.
    ///
    /// # Errors
    /// [`StoreError`] when the file cannot be read.
    pub fn list_messaging_actions(&self) -> Result<Vec<MessagingAction>, StoreError> {
        const OPERATION: &str = "list messaging actions";
        self.prepare(
            "SELECT document FROM messaging_actions ORDER BY place, messaging_action_id",
            OPERATION,
        )?
        .query_map((), |row| {
            from_json("messaging_actions.document", row.get_ref(0)?.as_str()?)
        })
        .and_then(Iterator::collect)
        .during(OPERATION)
    }
}

impl WriteTx<'_> {
    /// Replaces all messaging actions by these, in this order. Timers of an action that is gone, switched off
    /// or watches another wait are cancelled (M-10); a changed duration moves those that run.
    ///
    /// # Errors
    /// [`StoreError`] when the file cannot be written.
    pub fn replace_messaging_actions(
        &mut self,
        actions: &[MessagingAction],
    ) -> Result<(), StoreError> {
        const OPERATION: &str = "write messaging actions";
        let before = self.list_messaging_actions()?;
        self.prepare("DELETE FROM messaging_actions", OPERATION)?
            .execute(())
            .during(OPERATION)?;
        for (place, action) in (0_i64..).zip(actions) {
            self.prepare(
                "INSERT INTO messaging_actions
                    (messaging_action_id, place, active, event, after, document)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
                OPERATION,
            )?
            .execute(params![
                uuid_blob(action.id.uuid()),
                place,
                action.is_active,
                action.event.as_str(),
                action.after.0,
                to_json("a messaging action", action)?,
            ])
            .during(OPERATION)?;
        }
        for old in before {
            let kept = actions
                .iter()
                .find(|new| new.id == old.id && new.is_active && new.event == old.event);
            self.move_timers(old.id, kept.map(|new| new.after))?;
        }
        Ok(())
    }

    /// Moves the running timers of an action to its new duration, or removes them.
    fn move_timers(
        &mut self,
        action: MessagingActionId,
        after: Option<Millis>,
    ) -> Result<(), StoreError> {
        const OPERATION: &str = "move a messaging action's timers";
        let id = uuid_blob(action.uuid());
        match after {
            Some(after) => self
                .prepare(
                    "UPDATE timers SET due_at = started_at + ?2 WHERE messaging_action_id = ?1",
                    OPERATION,
                )?
                .execute(params![id, after.0]),
            None => self
                .prepare(
                    "DELETE FROM timers WHERE messaging_action_id = ?1",
                    OPERATION,
                )?
                .execute([id]),
        }
        .during(OPERATION)?;
        Ok(())
    }
}

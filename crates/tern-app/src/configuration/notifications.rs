//! The sections of notifications: definitions, and the rules for all of them.
//!
//! They name tables and topics by their names. People have no place in a file: each desk chooses its own, and what it
//! has chosen stays when a file changes the rest.

use serde_json::{Map, Value};
use tern_domain::AgentId;
use tern_domain::notification::{
    Notification, NotificationProblem, NotificationSettings, check_shared_notification,
};
use tern_engine::NOTIFICATION_SETTINGS;
use tern_store::{Applied, ReadConn, StoreError, WriteTx};

use super::documents::{decode, encode};
use super::read::{Flaw, entries, one};
use super::sections::{Document, Importing};
use super::topics::tables_and_topics;

const SECTION: &str = "notifications";

pub(super) const NOTIFICATIONS: Document = Document {
    load: |conn| {
        let mut notifications = conn.list_notifications()?;
        for notification in &mut notifications {
            notification.recipients.people.clear();
        }
        Ok(encode(&notifications).unwrap_or_default())
    },
    check: |value| {
        let notifications: Vec<Notification> = entries(value)?;
        match notifications
            .iter()
            .find(|it| !it.recipients.people.is_empty())
        {
            None => encode(&notifications),
            Some(it) => Err(Flaw {
                entry: Some(it.id.to_string()),
                words: format!(
                    "“{}” names people; people are chosen at each desk, a file cannot bring them.",
                    it.name
                ),
            }),
        }
    },
    fit: Some(fit),
    store,
};

pub(super) const RULES: Document = Document {
    load: |conn| {
        let settings: Option<NotificationSettings> = conn.find_setting(NOTIFICATION_SETTINGS)?;
        Ok(encode(&settings.unwrap_or_default()).unwrap_or_default())
    },
    check: |value| {
        let settings: NotificationSettings = one(value)?;
        settings.check().map_err(|problem| format!("{problem}."))?;
        encode(&settings)
    },
    fit: None,
    store: |tx, value, importing| {
        tx.put_setting(
            NOTIFICATION_SETTINGS,
            &decode::<NotificationSettings>(value)?,
        )?;
        tx.wake_recipients(importing.clock.now())?;
        Ok(Applied::default())
    },
};

fn problems(
    sections: &Map<String, Value>,
) -> Result<Vec<(Notification, Option<NotificationProblem>)>, StoreError> {
    let (tables, topics) = tables_and_topics(sections)?;
    let notifications: Vec<Notification> = decode(sections.get(SECTION).unwrap_or(&Value::Null))?;
    let checked = notifications.into_iter().map(|it| {
        let problem = check_shared_notification(&it, &tables, &topics).err();
        (it, problem)
    });
    Ok(checked.collect())
}

/// A notification needs the tables and topics that it names; one that does without already is left as it is. One for
/// which people were chosen here is not taken away by a file that does not know it: no file could bring them back.
fn fit(
    conn: &ReadConn<'_>,
    before: &Map<String, Value>,
    after: &Map<String, Value>,
    _: AgentId,
) -> Result<Result<Value, Flaw>, StoreError> {
    let before = problems(before)?;
    for (notification, problem) in problems(after)? {
        let Some(problem) = problem else { continue };
        let was_so = before
            .iter()
            .any(|(known, flaw)| *known == notification && flaw.is_some());
        if !was_so {
            return Ok(Err(Flaw {
                entry: Some(notification.id.to_string()),
                words: format!("“{}”: {problem}.", notification.name),
            }));
        }
    }
    let mut wanted: Vec<Notification> = decode(after.get(SECTION).unwrap_or(&Value::Null))?;
    for mut known in conn.list_notifications()? {
        if !known.recipients.people.is_empty() && wanted.iter().all(|it| it.id != known.id) {
            known.recipients.people.clear();
            wanted.push(known);
        }
    }
    Ok(encode(&wanted))
}

fn store(tx: &mut WriteTx<'_>, value: &Value, _: &Importing<'_>) -> Result<Applied, StoreError> {
    let notifications: Vec<Notification> = decode(value)?;
    for known in tx.list_notifications()? {
        if notifications.iter().all(|it| it.id != known.id) {
            tx.delete_notification(known.id)?;
        }
    }
    let ids: Vec<_> = notifications.iter().map(|it| it.id).collect();
    for mut notification in notifications {
        if let Some(known) = tx.find_notification(notification.id)? {
            notification.recipients.people = known.recipients.people;
        }
        tx.put_notification(&notification)?;
    }
    tx.order_notifications(&ids)?;
    Ok(Applied::default())
}

//! Who a run is for (S-12), batch by batch: people one by one, users by the row's fields, roles, subscribers.

use tern_domain::notification::{Notification, RunCause};
use tern_domain::{Address, PersonId, PhoneNumber, ProfileId};
use tern_store::{NewRecipient, PersonCursor, ReadConn, StoreError};

/// Recipients listed in one transaction.
const BATCH: u32 = 200;
const ROLES: &str = "roles";
const SUBSCRIBERS: &str = "subscribers";

/// Some of a run's recipients.
pub(super) struct Batch {
    pub(super) recipients: Vec<NewRecipient>,
    /// Where listing goes on; `None` = these were the last.
    pub(super) listed_to: Option<String>,
}

/// What tells a recipient apart.
pub(super) fn name(recipient: &NewRecipient) -> String {
    match (&recipient.person, &recipient.number) {
        (Some(person), _) => person.to_string(),
        (None, number) => number
            .as_ref()
            .map_or_else(String::new, ToString::to_string),
    }
}

const fn chosen(person: PersonId) -> NewRecipient {
    NewRecipient {
        person: Some(person),
        number: None,
        is_chosen: true,
    }
}

/// The batch after `listed_to`; empty = from the beginning.
pub(super) fn next(
    conn: &ReadConn<'_>,
    notification: &Notification,
    cause: &RunCause,
    listed_to: &str,
) -> Result<Batch, StoreError> {
    let wanted = &notification.recipients;
    let subscribers = wanted.subscribers.then(|| SUBSCRIBERS.to_owned());
    let (stage, cursor) = listed_to.split_once(':').unwrap_or((listed_to, ""));
    match stage {
        "" => {
            let mut recipients: Vec<_> = wanted.people.iter().copied().map(chosen).collect();
            for number in wanted.numbers_in(&cause.occasion()) {
                recipients.extend(users_of(conn, number)?);
            }
            let roles = (!wanted.roles.is_empty()).then(|| ROLES.to_owned());
            Ok(Batch {
                recipients,
                listed_to: roles.or(subscribers),
            })
        }
        ROLES => {
            let after = cursor.split_once(':').and_then(|(id, name)| {
                Some(PersonCursor {
                    id: id.parse().ok()?,
                    sort_name: name.to_owned(),
                })
            });
            let page = conn.list_people("", after.as_ref(), BATCH)?;
            let found = page.people.iter();
            let found = found.filter(|person| wanted.has_role_of(&person.details));
            Ok(Batch {
                recipients: found.map(|person| chosen(person.id)).collect(),
                listed_to: page
                    .next
                    .map(|next| format!("{ROLES}:{}:{}", next.id, next.sort_name))
                    .or(subscribers),
            })
        }
        _ => {
            let after: Option<ProfileId> = cursor.parse().ok();
            let profiles = conn.list_subscribers(after, BATCH)?;
            let is_last = u32::try_from(profiles.len()).is_ok_and(|count| count < BATCH);
            let mut recipients = Vec::with_capacity(profiles.len());
            for profile in &profiles {
                // A subscription outlives its link: nobody is behind it then.
                if let Some(link) = conn.find_account_link(*profile)? {
                    recipients.push(NewRecipient {
                        is_chosen: false,
                        ..chosen(link.person)
                    });
                }
            }
            Ok(Batch {
                recipients,
                listed_to: profiles
                    .last()
                    .filter(|_| !is_last)
                    .map(|last| format!("{SUBSCRIBERS}:{last}")),
            })
        }
    }
}

/// The users with a number, or the number itself if it is nobody's: the result says so.
fn users_of(conn: &ReadConn<'_>, number: PhoneNumber) -> Result<Vec<NewRecipient>, StoreError> {
    let users = conn.users_with_number(&Address::Phone(number.clone()))?;
    if users.is_empty() {
        return Ok(vec![NewRecipient {
            person: None,
            number: Some(number),
            is_chosen: true,
        }]);
    }
    Ok(users.into_iter().map(chosen).collect())
}

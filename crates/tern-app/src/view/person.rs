//! A person, as every screen shows them, and the way back from what was typed.

use std::collections::HashMap;

use tern_domain::{EventBody, Person, PersonDetails, PersonId, PersonKind, PhoneNumber, Territory};
use tern_store::{ReadConn, RecordedEvent, StoreError};

use crate::dto::{PersonFields, PersonKindView, PersonView};
use crate::error::{ApiError, ErrorCode};

/// One person.
pub(crate) fn view(person: &Person) -> PersonView {
    let details = &person.details;
    let number = |number: &Option<PhoneNumber>| {
        number
            .as_ref()
            .map(|number| number.as_str().to_owned())
            .unwrap_or_default()
    };
    let display = |number: &Option<PhoneNumber>| {
        number
            .as_ref()
            .map(PhoneNumber::display_international)
            .unwrap_or_default()
    };
    PersonView {
        id: person.id.to_string(),
        kind: kind_view(details.kind),
        name: details.name.clone(),
        mobile_phone: number(&details.mobile_phone),
        mobile_display: display(&details.mobile_phone),
        phone: number(&details.phone),
        phone_display: display(&details.phone),
        roles: details.roles.iter().cloned().collect(),
        email: details.email.clone(),
        territory: details
            .territory
            .map(|territory| territory.as_str().to_owned())
            .unwrap_or_default(),
        notes: details.notes.clone(),
        account: details.account.clone(),
    }
}

fn kind_view(kind: PersonKind) -> PersonKindView {
    match kind {
        PersonKind::User => PersonKindView::User,
        PersonKind::Consumer => PersonKindView::Consumer,
        PersonKind::Contact => PersonKindView::Contact,
    }
}

pub(crate) fn kind(view: PersonKindView) -> PersonKind {
    match view {
        PersonKindView::User => PersonKind::User,
        PersonKindView::Consumer => PersonKind::Consumer,
        PersonKindView::Contact => PersonKind::Contact,
    }
}

/// Reads a typed number in the person's territory, else the default one (P-15). Blank is none.
pub(crate) fn number(
    text: &str,
    territory: Option<Territory>,
    default: Territory,
) -> Result<Option<PhoneNumber>, tern_domain::PhoneError> {
    if text.trim().is_empty() {
        return Ok(None);
    }
    PhoneNumber::from_typed(text, territory.unwrap_or(default)).map(Some)
}

/// Reads a typed territory. Blank is none.
pub(crate) fn territory(text: &str) -> Result<Option<Territory>, tern_domain::PhoneError> {
    match text.trim() {
        "" => Ok(None),
        text => Territory::parse(text).map(Some),
    }
}

/// What was typed, checked.
pub(crate) fn details(fields: PersonFields, default: Territory) -> Result<PersonDetails, ApiError> {
    let invalid =
        |message: String, remedy: &str| ApiError::new(ErrorCode::InvalidInput, message, remedy);
    let territory = territory(&fields.territory).map_err(|_| {
        invalid(
            "This territory is not known.".to_owned(),
            "Use two letters such as US, GB or DE, or leave it empty.",
        )
    })?;
    let read = |text: &str, what: &str| {
        number(text, territory, default).map_err(|error| {
            invalid(
                format!("The {what} cannot be read: {error}."),
                "Write it with + and the country code.",
            )
        })
    };
    Ok(PersonDetails {
        kind: kind(fields.kind),
        mobile_phone: read(&fields.mobile_phone, "mobile phone")?,
        phone: read(&fields.phone, "business phone")?,
        name: fields.name,
        roles: fields.roles.into_iter().collect(),
        email: fields.email,
        territory,
        notes: fields.notes,
        account: fields.account,
    })
}

/// Names of the people that events speak of.
pub(crate) fn names_in(
    conn: &ReadConn<'_>,
    events: &[RecordedEvent],
) -> Result<HashMap<PersonId, String>, StoreError> {
    let mut names = HashMap::new();
    for event in events {
        let people = match &event.body {
            EventBody::InteractionIdentityChanged { from, to, .. }
            | EventBody::ProfileBound { from, to, .. } => [*from, *to],
            EventBody::ProfileCreated { bound_to, .. } => [*bound_to, None],
            EventBody::ProfileRestored { standing } => [standing.bound_to, None],
            _ => [None, None],
        };
        for id in people.into_iter().flatten() {
            if let (false, Some(person)) = (names.contains_key(&id), conn.find_person(id)?) {
                names.insert(id, person.details.name);
            }
        }
    }
    Ok(names)
}

/// The name, or words for somebody who has left the directory.
pub(crate) fn name_in(names: &HashMap<PersonId, String>, id: PersonId) -> String {
    names
        .get(&id)
        .cloned()
        .unwrap_or_else(|| "somebody no longer in the directory".to_owned())
}

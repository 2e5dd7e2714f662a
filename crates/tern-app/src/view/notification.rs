//! Notifications for the window, and the window's drafts for the rules.

use tern_domain::notification::{
    Content, ContentBody, Delivery, Notification, NotificationAction, NotificationRun,
    NotificationSettings, RecipientState, Recipients, RunCause, RunState, Trigger,
};
use tern_domain::routing::Span;
use tern_domain::topic::RecordTable;
use tern_domain::{Money, MoneyError, PersonId, PhoneNumber};
use tern_store::{MessageRow, ReadConn, RecipientCounts, StoreError};

use super::delivery::{self, Delivery as Delivered};
use crate::dto::{
    ContentKind, DeliveryView, NotificationActionView, NotificationDraft, NotificationSettingsView,
    NotifiedPerson, RecipientStateView, RunStateView, RunView,
};
use crate::error::ApiError;
use crate::words;

/// A definition as it is edited.
pub(crate) fn draft(
    conn: &ReadConn<'_>,
    notification: &Notification,
) -> Result<NotificationDraft, StoreError> {
    let wanted = &notification.recipients;
    let mut people = Vec::with_capacity(wanted.people.len());
    for id in &wanted.people {
        people.push(NotifiedPerson {
            id: id.to_string(),
            name: name_of(conn, *id)?,
        });
    }
    let (table, on_insert, on_update, condition) = match &notification.trigger {
        Trigger::Event => (None, false, false, String::new()),
        Trigger::Record {
            table,
            on_insert,
            on_update,
            condition,
        } => (
            Some(table.clone()),
            *on_insert,
            *on_update,
            condition.clone(),
        ),
    };
    let mut draft = NotificationDraft {
        id: notification.id.to_string(),
        name: notification.name.clone(),
        active: notification.is_active,
        table,
        on_insert,
        on_update,
        condition,
        people,
        fields: wanted.fields.clone(),
        roles: wanted.roles.clone(),
        subscribers: wanted.subscribers,
        include_originator: wanted.include_originator,
        heading: notification.content.heading.clone(),
        kind: ContentKind::Simple,
        text: String::new(),
        card_fields: Vec::new(),
        link: String::new(),
        alt_text: String::new(),
        actions: notification
            .actions
            .iter()
            .map(|action| NotificationActionView {
                label: action.label.clone(),
                topic: action.topic.clone(),
            })
            .collect(),
        can_skip: notification.can_skip,
        keep_hours: notification.keep_hours,
        provider: notification
            .provider
            .as_ref()
            .map(|number| number.as_str().to_owned()),
    };
    match notification.content.body.clone() {
        ContentBody::Simple { text } => draft.text = text,
        ContentBody::RecordCard {
            title,
            fields,
            link,
        } => {
            draft.kind = ContentKind::RecordCard;
            (draft.text, draft.card_fields, draft.link) = (title, fields, link);
        }
        ContentBody::ImageCard {
            text,
            picture,
            alt_text,
        } => {
            draft.kind = ContentKind::ImageCard;
            (draft.text, draft.link, draft.alt_text) = (text, picture, alt_text);
        }
    }
    Ok(draft)
}

/// A definition out of what was edited.
///
/// # Errors
/// [`ErrorCode::BadRequest`](crate::ErrorCode::BadRequest) for a malformed id or number.
pub(crate) fn read(draft: NotificationDraft) -> Result<Notification, ApiError> {
    let trim = |text: String| text.trim().to_owned();
    let people = draft.people.iter().map(|person| words::id(&person.id));
    let people: Vec<PersonId> = people.collect::<Result<_, ApiError>>()?;
    let body = match draft.kind {
        ContentKind::Simple => ContentBody::Simple { text: draft.text },
        ContentKind::RecordCard => ContentBody::RecordCard {
            title: draft.text,
            fields: draft.card_fields,
            link: trim(draft.link),
        },
        ContentKind::ImageCard => ContentBody::ImageCard {
            text: draft.text,
            picture: trim(draft.link),
            alt_text: trim(draft.alt_text),
        },
    };
    let provider = draft.provider.map(|number| PhoneNumber::parse(&number));
    let roles = draft.roles.into_iter().map(trim);
    Ok(Notification {
        id: words::id(&draft.id)?,
        name: trim(draft.name),
        is_active: draft.active,
        trigger: match draft.table {
            None => Trigger::Event,
            Some(table) => Trigger::Record {
                table,
                on_insert: draft.on_insert,
                on_update: draft.on_update,
                condition: trim(draft.condition),
            },
        },
        recipients: Recipients {
            people,
            fields: draft.fields,
            roles: roles.filter(|role| !role.is_empty()).collect(),
            subscribers: draft.subscribers,
            include_originator: draft.include_originator,
        },
        content: Content {
            heading: draft.heading,
            body,
        },
        actions: draft
            .actions
            .into_iter()
            .map(|action| NotificationAction {
                label: trim(action.label),
                topic: action.topic,
            })
            .collect(),
        can_skip: draft.can_skip,
        keep_hours: draft.keep_hours,
        provider: provider
            .transpose()
            .map_err(|_| ApiError::bad_request("the number is malformed"))?,
    })
}

/// When it is sent, as a sentence.
pub(crate) fn when(notification: &Notification, tables: &[RecordTable]) -> String {
    let Trigger::Record {
        table,
        on_insert,
        on_update,
        condition,
    } = &notification.trigger
    else {
        return "When somebody here says that it happened.".to_owned();
    };
    let known = tables.iter().find(|known| known.name == *table);
    let name = known.map_or(table.as_str(), |known| known.display_name.as_str());
    let change = match (on_insert, on_update) {
        (true, true) => "added or changed",
        (true, false) => "added",
        _ => "changed",
    };
    if condition.is_empty() {
        format!("When a row of {name} is {change}.")
    } else {
        format!("When a row of {name} is {change} and {condition}.")
    }
}

/// Somebody's name; empty for who has left the directory.
pub(crate) fn name_of(conn: &ReadConn<'_>, id: PersonId) -> Result<String, StoreError> {
    let person = conn.find_person(id)?;
    Ok(person.map_or_else(String::new, |person| person.details.name))
}

/// One sending, with how many stand where.
pub(crate) fn run(run: &NotificationRun, counts: RecipientCounts) -> RunView {
    let cause = match &run.cause {
        RunCause::Record { .. } => "A row was written.".to_owned(),
        RunCause::Event { parms, .. } => {
            let said: Vec<_> = parms.iter().filter(|it| !it.is_empty()).collect();
            match said.as_slice() {
                [] => "Somebody sent it.".to_owned(),
                [one] => format!("Somebody sent it: {one}"),
                [one, two, ..] => format!("Somebody sent it: {one} · {two}"),
            }
        }
    };
    RunView {
        run: run.id.0,
        started_at: run.started_at.0,
        state: match run.state {
            RunState::Running => RunStateView::Running,
            RunState::Paused => RunStateView::Paused,
            RunState::Done => RunStateView::Done,
        },
        cause,
        planned: counts.planned,
        waiting: counts.waiting,
        sent: counts.sent,
        refused: counts.refused,
        dropped: counts.dropped,
    }
}

/// Where a run stands with somebody, and the same in words.
pub(crate) fn state(state: RecipientState) -> (RecipientStateView, &'static str) {
    use tern_domain::notification::RefusalReason;
    match state {
        RecipientState::Planned => (RecipientStateView::Planned, "Their turn comes"),
        RecipientState::Waiting { why } => (RecipientStateView::Waiting, why.words()),
        RecipientState::Sent { .. } => (RecipientStateView::Sent, "Sent"),
        RecipientState::Refused { why } => (
            if why == RefusalReason::Dropped {
                RecipientStateView::Dropped
            } else {
                RecipientStateView::Refused
            },
            why.words(),
        ),
    }
}

/// What became of a text since.
pub(crate) fn delivered(text: &MessageRow, offline: bool) -> DeliveryView {
    delivery::view(&Delivered {
        direction: text.direction,
        status: &text.status,
        error_code: text.error_code,
        outbox: text.outbox.as_ref(),
        offline,
    })
}

/// The same as one sentence: a failure with its reason.
pub(crate) fn told(delivery: &DeliveryView) -> String {
    match &delivery.problem {
        Some(problem) => format!("{}: {}", delivery.words, problem.explanation),
        None => delivery.words.clone(),
    }
}

/// What would become of somebody, and the same in words.
pub(crate) const fn delivery(delivery: Delivery) -> (RecipientStateView, &'static str) {
    match delivery {
        Delivery::Send => (RecipientStateView::Sent, "Gets it now"),
        Delivery::Wait { why, .. } => (RecipientStateView::Waiting, why.words()),
        Delivery::Refuse(why) => (RecipientStateView::Refused, why.words()),
    }
}

/// The stored word of a state.
pub(crate) const fn state_word(state: RecipientStateView) -> &'static str {
    match state {
        RecipientStateView::Planned => "planned",
        RecipientStateView::Waiting => "waiting",
        RecipientStateView::Sent => "sent",
        RecipientStateView::Refused => "refused",
        RecipientStateView::Dropped => "dropped",
    }
}

/// What holds for all of them.
pub(crate) fn settings(settings: &NotificationSettings) -> NotificationSettingsView {
    NotificationSettingsView {
        quiet_from: settings.quiet.map(|span| span.from),
        quiet_to: settings.quiet.map(|span| span.to),
        most_an_hour: settings.most_an_hour,
        segment_price: settings
            .segment_price
            .map_or_else(String::new, |price| price.to_string()),
    }
}

/// The same, the other way.
pub(crate) fn read_settings(
    view: &NotificationSettingsView,
) -> Result<NotificationSettings, MoneyError> {
    let price = view.segment_price.trim();
    Ok(NotificationSettings {
        quiet: view
            .quiet_from
            .zip(view.quiet_to)
            .map(|(from, to)| Span { from, to }),
        most_an_hour: view.most_an_hour,
        segment_price: match price {
            "" => None,
            price => Some(Money::parse(price)?),
        },
    })
}

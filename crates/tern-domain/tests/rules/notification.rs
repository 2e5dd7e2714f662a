//! S-9 … S-14: what is sent when, to whom, and what they read.

use std::collections::BTreeSet;

use serde_json::json;
use tern_domain::notification::{
    Content, ContentBody, DEFAULT_HEADING, Delivery, DeliveryTerms, MOST_A_DAY, MOST_RECIPIENTS,
    Notification, NotificationAction, NotificationOffer, NotificationProblem, NotificationSettings,
    Occasion, RecipientStanding, Recipients, RecordChange, RefusalReason, Trigger, WaitReason,
    check_notification, is_triggered_by, plan_notification, plan_offer, who_gets_it,
};
use tern_domain::routing::Span;
use tern_domain::topic::{RecordTable, Row};
use tern_domain::{
    Effect, Handler, InteractionState, Millis, NotificationId, OutboxState, PersonId, UtcMillis,
};
use uuid::Uuid;

use crate::support::{Desk, TEAM, at, inbound, number};

const NOW: UtcMillis = UtcMillis(1_800_000_000_000);
const HOUR: Millis = Millis::hours(1);

pub(crate) fn table() -> RecordTable {
    serde_json::from_value(json!({
        "name": "cases", "displayName": "Cases", "key": "number",
        "columns": [
            { "name": "number", "label": "Case", "type": "text" },
            { "name": "status", "label": "Status", "type": "text" },
            { "name": "total", "label": "Total", "type": "number" },
            { "name": "phone", "label": "Phone", "type": "phone" },
        ],
    }))
    .unwrap()
}

pub(crate) fn row(status: &str, total: i64) -> Row {
    serde_json::from_value(json!({ "number": "C-7", "status": status, "total": total })).unwrap()
}

pub(crate) fn definition(condition: &str, body: ContentBody) -> Notification {
    Notification {
        id: NotificationId::new(Uuid::from_u128(1)),
        name: "A case is solved".to_owned(),
        is_active: true,
        trigger: Trigger::Record {
            table: "cases".to_owned(),
            on_insert: false,
            on_update: true,
            condition: condition.to_owned(),
        },
        recipients: Recipients {
            fields: vec!["phone".to_owned()],
            ..Recipients::default()
        },
        content: Content {
            heading: DEFAULT_HEADING.to_owned(),
            body,
        },
        actions: Vec::new(),
        can_skip: true,
        keep_hours: 8,
        provider: None,
    }
}

pub(crate) fn simple(text: &str) -> ContentBody {
    ContentBody::Simple {
        text: text.to_owned(),
    }
}

fn check(notification: &Notification) -> Result<(), NotificationProblem> {
    let topics = BTreeSet::from(["reschedule".to_owned()]);
    check_notification(notification, &[table()], &topics)
}

const WANTS_IT: RecipientStanding = RecipientStanding {
    exists: true,
    is_user: true,
    is_originator: false,
    may_see_record: true,
    is_linked: true,
    is_on: true,
    is_blocked: false,
    can_be_texted: true,
    is_busy: false,
    bot_answers: true,
    lately: 0,
};

const TERMS: DeliveryTerms = DeliveryTerms {
    now: NOW,
    is_actionable: false,
    include_originator: false,
    kept_until: UtcMillis(NOW.0 + 8 * HOUR.0),
    quiet_until: None,
    most_an_hour: 10,
    today: 0,
    day_ends: UtcMillis(NOW.0 + 24 * HOUR.0),
    place: 0,
};

#[test]
fn s_1_s_5_s_6_s_7_nobody_gets_what_they_did_not_ask_for() {
    use RefusalReason as Why;
    assert_eq!(who_gets_it(&WANTS_IT, &TERMS), Delivery::Send);
    let with = |change: fn(&mut RecipientStanding)| {
        let mut standing = WANTS_IT;
        change(&mut standing);
        who_gets_it(&standing, &TERMS)
    };
    for (decided, why) in [
        (with(|it| it.exists = false), Why::Gone),
        (with(|it| it.is_user = false), Why::Guest),
        (with(|it| it.is_linked = false), Why::NotLinked),
        (with(|it| it.is_on = false), Why::Off),
        (with(|it| it.is_blocked = true), Why::Blocked),
        (with(|it| it.can_be_texted = false), Why::NoNumber),
        (with(|it| it.may_see_record = false), Why::NotTheirRecord),
        (with(|it| it.is_originator = true), Why::Originator),
        (with(|it| it.lately = 10), Why::Storm),
    ] {
        assert_eq!(decided, Delivery::Refuse(why));
    }
}

#[test]
fn s_9_a_simple_one_goes_out_in_the_middle_of_a_conversation() {
    let busy = RecipientStanding {
        is_busy: true,
        bot_answers: false,
        ..WANTS_IT
    };
    assert_eq!(who_gets_it(&busy, &TERMS), Delivery::Send);

    let mut desk = Desk::new();
    desk.arrive(&inbound(1, "Where is my parcel?", at(10)));
    let before = desk.state.active().cloned();
    let definition = definition("", simple("Case ${number} is ${status}."));
    let occasion = Occasion {
        row: row("solved", 3),
        ..Occasion::default()
    };
    let rendered = definition
        .content
        .render(Some(&table()), &occasion)
        .unwrap();
    let state = desk.load(None);
    let numbers = [number(TEAM)];
    let planned = plan_notification(&state, &rendered, &numbers, at(20), &mut desk.ids);
    let (plan, message) = planned.unwrap();
    desk.apply(plan);
    assert_eq!(
        desk.state.active(),
        before.as_ref(),
        "the conversation goes on"
    );
    let text = desk.messages.last().unwrap();
    assert_eq!((text.message_id, text.author), (message, None));
    assert_eq!(
        text.body.as_str(),
        format!("{DEFAULT_HEADING}\nCase C-7 is solved.")
    );
    let entry = desk.outbox.last().unwrap();
    assert_eq!(entry.state, OutboxState::Waiting, "like any other text");
}

#[test]
fn s_10_an_actionable_one_waits_for_the_end_of_a_conversation_and_is_dropped_in_the_end() {
    let terms = DeliveryTerms {
        is_actionable: true,
        ..TERMS
    };
    let busy = RecipientStanding {
        is_busy: true,
        ..WANTS_IT
    };
    let Delivery::Wait { until, why } = who_gets_it(&busy, &terms) else {
        panic!("it waits");
    };
    assert_eq!(why, WaitReason::Busy);
    assert!(until > NOW && until <= terms.kept_until);
    assert_eq!(who_gets_it(&WANTS_IT, &terms), Delivery::Send);
    let late = DeliveryTerms {
        now: terms.kept_until,
        ..terms
    };
    for standing in [busy, WANTS_IT] {
        assert_eq!(
            who_gets_it(&standing, &late),
            Delivery::Refuse(RefusalReason::Dropped)
        );
    }
    let quiet = DeliveryTerms {
        quiet_until: Some(terms.kept_until + HOUR),
        ..terms
    };
    assert_eq!(
        who_gets_it(&WANTS_IT, &quiet),
        Delivery::Wait {
            until: terms.kept_until,
            why: WaitReason::Quiet
        },
        "not longer than it is kept"
    );
    let off = RecipientStanding {
        bot_answers: false,
        ..WANTS_IT
    };
    assert_eq!(
        who_gets_it(&off, &terms),
        Delivery::Refuse(RefusalReason::NobodyAnswers)
    );
}

#[test]
fn s_10_it_is_offered_in_a_conversation_of_its_own_with_numbered_actions() {
    let mut notification = definition("", simple("Your visit is tomorrow."));
    notification.actions = vec![NotificationAction {
        label: " Another day ".to_owned(),
        topic: "reschedule".to_owned(),
    }];
    check(&notification).unwrap();
    let occasion = Occasion::default();
    let rendered = notification.content.render(None, &occasion).unwrap();
    let mut offer = NotificationOffer::new(&notification, rendered, &occasion);
    assert_eq!(offer.list(), "1. Another day\n2. Skip");
    offer.can_skip = false;
    assert_eq!(offer.list(), "1. Another day");

    let mut desk = Desk::new();
    let state = desk.load(None);
    let plan = plan_offer(&state, at(1), &mut desk.ids).unwrap();
    desk.apply(plan);
    let active = desk.state.active().unwrap();
    assert_eq!(
        (active.handler, active.state),
        (Handler::VirtualAgent, InteractionState::WorkInProgress)
    );
    let state = desk.load(None);
    assert!(
        plan_offer(&state, at(2), &mut desk.ids).is_none(),
        "never over one that is active"
    );
}

#[test]
fn s_12_a_row_sends_it_when_the_condition_holds_and_something_changed() {
    let solved = definition(
        "status == \"solved\" && before.status != \"solved\"",
        simple("x"),
    );
    check(&solved).unwrap();
    let table = table();
    let sends = |notification: &Notification, before: Option<&Row>, after: &Row| {
        let change = RecordChange {
            table: &table,
            before,
            after,
        };
        is_triggered_by(notification, &change)
    };
    let (open, done) = (row("open", 1), row("solved", 1));
    assert!(sends(&solved, Some(&open), &done));
    assert!(
        !sends(&solved, Some(&done), &row("solved", 2)),
        "it was solved"
    );
    assert!(!sends(&solved, Some(&open), &row("open", 2)));
    assert!(!sends(&solved, None, &done), "only when it is changed");
    let always = definition("", simple("x"));
    assert!(sends(&always, Some(&open), &done));
    assert!(!sends(&always, Some(&open), &open), "nothing changed");
    let mut added = definition("total > 10", simple("x"));
    added.trigger = Trigger::Record {
        table: "cases".to_owned(),
        on_insert: true,
        on_update: false,
        condition: "total > 10".to_owned(),
    };
    assert!(sends(&added, None, &row("open", 11)));
    assert!(!sends(&added, None, &row("open", 10)));
    let mut nothing = row("open", 1);
    nothing.remove("total");
    assert!(
        !sends(&added, None, &nothing),
        "what cannot be decided sends nothing"
    );
    added.is_active = false;
    assert!(!sends(&added, None, &row("open", 11)));
}

#[test]
fn s_12_s_13_a_definition_that_makes_no_sense_is_refused_in_words() {
    let good = definition("", simple("Case ${number}, ${event.parm1}"));
    check(&good).unwrap();
    let problem = |change: &dyn Fn(&mut Notification)| {
        let mut changed = good.clone();
        change(&mut changed);
        check(&changed).unwrap_err().to_string()
    };
    let card = |title: &str, fields: &[&str]| ContentBody::RecordCard {
        title: title.to_owned(),
        fields: fields.iter().map(|it| (*it).to_owned()).collect(),
        link: String::new(),
    };
    let image = |picture: &str, alt: &str| ContentBody::ImageCard {
        text: String::new(),
        picture: picture.to_owned(),
        alt_text: alt.to_owned(),
    };
    for (words, expected) in [
        (
            problem(&|it| it.name = " ".to_owned()),
            "give the notification a name",
        ),
        (
            problem(&|it| it.recipients = Recipients::default()),
            "choose who gets it",
        ),
        (
            problem(&|it| it.recipients.fields = vec!["status".to_owned()]),
            "the table has no phone column “status”",
        ),
        (
            problem(&|it| it.content.body = simple("${colour}")),
            "there is nothing called colour",
        ),
        (
            problem(&|it| it.content.body = simple("{{ number")),
            "“Text” cannot be filled in",
        ),
        (
            problem(&|it| it.content.body = card("Case", &["colour"])),
            "no column “colour”",
        ),
        (
            problem(&|it| it.content.body = image("http://x.example/a.png", "A")),
            "https://",
        ),
        (
            problem(&|it| it.content.body = image("https://x.example/a.png", " ")),
            "say in words",
        ),
        (
            problem(&|it| it.content.body = image("${status}", "A")),
            "https://",
        ),
        (problem(&|it| it.keep_hours = 73), "1 to 72 hours"),
        (
            problem(&|it| {
                it.actions = vec![NotificationAction {
                    label: "Pay ${total}".to_owned(),
                    topic: "reschedule".to_owned(),
                }];
            }),
            "a name of one line without values",
        ),
        (
            problem(&|it| {
                it.actions = vec![NotificationAction {
                    label: "Go".to_owned(),
                    topic: "gone".to_owned(),
                }];
            }),
            "there is no topic “gone”",
        ),
    ] {
        assert!(words.contains(expected), "{words} / {expected}");
    }
    let mut event = good.clone();
    event.trigger = Trigger::Event;
    event.recipients = Recipients {
        people: vec![PersonId::new(Uuid::from_u128(5))],
        ..Recipients::default()
    };
    event.content.body = card("Case", &["number"]);
    assert_eq!(check(&event), Err(NotificationProblem::NoRecord));
    event.content.body = simple("${event.parm1} and ${event.parm2}");
    check(&event).unwrap();
}

#[test]
fn s_14_there_is_an_end_to_what_one_run_and_one_day_send() {
    let last = DeliveryTerms {
        place: MOST_RECIPIENTS - 1,
        ..TERMS
    };
    assert_eq!(who_gets_it(&WANTS_IT, &last), Delivery::Send);
    let beyond = DeliveryTerms {
        place: MOST_RECIPIENTS,
        ..TERMS
    };
    assert_eq!(
        who_gets_it(&WANTS_IT, &beyond),
        Delivery::Refuse(RefusalReason::TooManyRecipients)
    );
    let full = DeliveryTerms {
        today: MOST_A_DAY,
        ..TERMS
    };
    assert_eq!(
        who_gets_it(&WANTS_IT, &full),
        Delivery::Wait {
            until: full.day_ends,
            why: WaitReason::DayIsFull
        }
    );
}

#[test]
fn s_14_settings_have_sensible_quiet_hours_and_limits() {
    let shipped = NotificationSettings::default();
    shipped.check().unwrap();
    let night = NotificationSettings {
        quiet: Some(Span {
            from: 21 * 60,
            to: 8 * 60,
        }),
        ..shipped.clone()
    };
    night.check().unwrap();
    let zone = jiff::tz::TimeZone::UTC;
    let midnight = UtcMillis(1_800_000_000_000 / 86_400_000 * 86_400_000);
    assert!(night.week().is_quiet_at(&zone, midnight));
    assert_eq!(
        night.week().next_change_after(&zone, midnight),
        Some(midnight + Millis::hours(8))
    );
    assert!(!shipped.week().is_quiet_at(&zone, midnight));
    for bad in [
        NotificationSettings {
            most_an_hour: 0,
            ..shipped.clone()
        },
        NotificationSettings {
            quiet: Some(Span { from: 60, to: 60 }),
            ..shipped
        },
    ] {
        assert!(bad.check().is_err());
    }
}

#[test]
fn s_7_a_stop_between_the_decision_and_the_text_leaves_nothing_behind() {
    let mut desk = Desk::new();
    desk.arrive(&inbound(1, "STOP", at(10)));
    let rendered = definition("", simple("x"))
        .content
        .render(None, &Occasion::default());
    let state = desk.load(None);
    let numbers = [number(TEAM)];
    let now = at(20);
    assert!(plan_notification(&state, &rendered.unwrap(), &numbers, now, &mut desk.ids).is_none());
}

#[test]
fn s_7_a_stop_takes_a_notification_out_of_the_outbox() {
    let mut desk = Desk::new();
    let rendered = definition("", simple("x"))
        .content
        .render(None, &Occasion::default());
    let state = desk.load(None);
    let numbers = [number(TEAM)];
    let planned = plan_notification(&state, &rendered.unwrap(), &numbers, at(5), &mut desk.ids);
    desk.apply(planned.unwrap().0);
    let plan = desk.arrive(&inbound(1, "STOP", at(10)));
    let refused = plan.effects.iter().any(|effect| {
        matches!(effect, Effect::UpdateOutbox(entry) if matches!(entry.state, OutboxState::Refused { .. }))
    });
    assert!(refused, "it does not leave after the STOP");
}

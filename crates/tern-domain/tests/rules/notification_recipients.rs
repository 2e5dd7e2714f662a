//! S-12, S-14: who a notification is for, whose a row is, and what may join the outbox.

use serde_json::json;
use tern_domain::notification::{
    NotificationSettings, Occasion, Recipients, RunCause, plan_notification, room_in_outbox,
};
use tern_domain::{Money, OutboxEntry, OutboxState, PersonDetails};

use crate::notification::{definition, simple, table};
use crate::support::{Desk, TEAM, at, number};

fn with_roles(roles: &[&str]) -> PersonDetails {
    PersonDetails {
        roles: roles.iter().map(|it| (*it).to_owned()).collect(),
        ..PersonDetails::default()
    }
}

fn for_roles(roles: &[&str]) -> Recipients {
    Recipients {
        roles: roles.iter().map(|it| (*it).to_owned()).collect(),
        ..Recipients::default()
    }
}

#[test]
fn s_12_a_role_is_a_word_whatever_its_case() {
    for (wanted, has, is_for_them) in [
        (&["vip"][..], &["vip"][..], true),
        (&["VIP "], &["vip"], true),
        (&["vip"], &[" Vip"], true),
        (&["Fahrer", "größe"], &["GRÖSSE", "GRÖßE"], true),
        (&["driver", "field engineer"], &["Field Engineer"], true),
        (&["vip"], &["vips", "not vip"], false),
        (&[], &["vip"], false),
        (&["vip"], &[], false),
        (&[" "], &[""], false),
    ] {
        assert_eq!(
            for_roles(wanted).has_role_of(&with_roles(has)),
            is_for_them,
            "{wanted:?} / {has:?}"
        );
    }
}

#[test]
fn s_12_s_14_the_numbers_in_a_row_say_who_gets_it_and_whose_it_is() {
    let recipients = Recipients {
        fields: ["phone", "status", "gone"].map(str::to_owned).to_vec(),
        ..Recipients::default()
    };
    let occasion = Occasion {
        row: serde_json::from_value(json!({
            "number": "+14155550111", "status": "open", "phone": "+14155550123",
        }))
        .unwrap(),
        ..Occasion::default()
    };
    let anna = number("+14155550123");
    assert_eq!(
        recipients.numbers_in(&occasion),
        std::slice::from_ref(&anna),
        "what is no number is nobody's"
    );
    assert_eq!(
        occasion.owners(&table()),
        [anna],
        "a number in another kind of column owns nothing"
    );
}

/// What a notification leaves in the outbox, in another state.
fn entry(state: OutboxState, requester: &str) -> OutboxEntry {
    let mut desk = Desk::new();
    let rendered = definition("", simple("x"))
        .content
        .render(None, &Occasion::default());
    let loaded = desk.load(None);
    let planned = plan_notification(
        &loaded,
        &rendered.unwrap(),
        &[number(TEAM)],
        at(5),
        &mut desk.ids,
    );
    desk.apply(planned.unwrap().0);
    let mut entry = desk.outbox.last().unwrap().clone();
    entry.key.requester = tern_domain::Address::parse(requester);
    entry.state = state;
    entry
}

#[test]
fn s_9_what_nobody_can_tell_the_end_of_takes_no_room_in_the_outbox() {
    let people: Vec<String> = (0..30).map(|it| format!("+141555501{it:02}")).collect();
    let all = |state: &OutboxState| -> Vec<_> {
        people.iter().map(|it| entry(state.clone(), it)).collect()
    };
    assert_eq!(room_in_outbox(&[]), 20);
    let waiting = all(&OutboxState::Waiting);
    assert_eq!(room_in_outbox(&waiting[..5]), 15);
    assert_eq!(room_in_outbox(&waiting), 0);
    let uncertain = all(&OutboxState::Uncertain {
        since: at(1),
        t0: at(0),
    });
    assert_eq!(room_in_outbox(&uncertain), 20);
    let behind_them: Vec<_> = uncertain.into_iter().chain(waiting).collect();
    assert_eq!(
        room_in_outbox(&behind_them),
        20,
        "nor does what stands behind it"
    );
}

#[test]
fn s_14_a_run_that_is_done_holds_no_row() {
    let cause = RunCause::Record {
        row: "7".to_owned(),
        values: serde_json::from_value(json!({ "status": "my secret" })).unwrap(),
        originator: None,
    };
    let kept = serde_json::to_string(&cause.forget_row()).unwrap();
    assert!(kept.contains("\"7\"") && !kept.contains("secret"), "{kept}");
}

#[test]
fn s_14_a_price_is_what_the_team_entered_or_not_known() {
    let unknown = NotificationSettings::default();
    assert_eq!(unknown.price_of(2, false), None);
    let known = NotificationSettings {
        segment_price: Some(Money::parse("0.0083 USD").unwrap()),
        ..unknown
    };
    assert_eq!(known.price_of(2, false).unwrap().to_string(), "0.0166 USD");
    assert_eq!(
        known.price_of(1, true),
        None,
        "a picture costs more than a text"
    );
    let kept = serde_json::to_value(&known).unwrap();
    assert_eq!(kept["segment_price"], json!("0.0083 USD"));
    let of_before = serde_json::from_value(json!({ "quiet": null, "most_an_hour": 3 }));
    let of_before: NotificationSettings = of_before.unwrap();
    assert_eq!((of_before.most_an_hour, of_before.segment_price), (3, None));
}

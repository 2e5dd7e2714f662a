//! S-7, S-8 at the carrier's level, and A-16.

use tern_domain::{
    Announcement, DeliveryStatus, EventBody, InteractionAct, Keyword, Millis, OptOutEvidence,
    SendRefusal,
};

use crate::support::{Desk, LIVE, agent, at, inbound, key, number, outbound};

const LOCAL: &str = "+14155550199";
const TOLL_FREE: &str = "+18005550199";

#[test]
fn s_8_the_keywords() {
    let out = Some(Keyword::OptOut);
    let back = Some(Keyword::OptIn {
        also_ordinary: false,
    });
    let yes = Some(Keyword::OptIn {
        also_ordinary: true,
    });
    for (body, expected) in [
        ("STOP", out),
        ("stop", out),
        (" Stop\n", out),
        ("STOPALL", out),
        ("unsubscribe", out),
        ("Cancel", out),
        ("END", out),
        ("quit", out),
        ("REVOKE", out),
        ("optout", out),
        ("START", back),
        ("unstop", back),
        ("Yes", yes),
        ("STOP PLEASE", None),
        ("please stop", None),
        ("STOP.", None),
        ("HELP", None),
        ("info", None),
        ("", None),
    ] {
        assert_eq!(Keyword::find(body, &number(LOCAL)), expected, "{body:?}");
    }
    assert_eq!(Keyword::find("YES", &number(TOLL_FREE)), None);
    assert_eq!(Keyword::find("START", &number(TOLL_FREE)), back);
}

#[test]
fn s_7_stop_sets_the_block_and_start_clears_it() {
    let mut desk = Desk::new();
    desk.arrive(&inbound(1, "STOP", at(10)));
    assert_eq!(desk.state.opt_out.in_force_since(), Some(at(10)));
    desk.arrive(&inbound(2, "START", at(20)));
    assert!(!desk.state.opt_out.is_in_force());
    let expected = [
        EventBody::CarrierOptedOut {
            evidence: OptOutEvidence::Keyword,
        },
        EventBody::CarrierOptedIn,
    ];
    assert_eq!(desk.bodies(), expected.iter().collect::<Vec<_>>());
    let changes = [true, false].map(|opted_out| Announcement::OptOutChanged {
        key: key(),
        opted_out,
    });
    assert_eq!(desk.announcements, changes);
}

#[test]
fn s_7_order_of_arrival_does_not_matter() {
    let mut desk = Desk::new();
    desk.arrive(&inbound(2, "START", at(20)));
    desk.arrive(&inbound(1, "STOP", at(10)));
    assert!(!desk.state.opt_out.is_in_force(), "START was written later");
}

#[test]
fn s_7_within_one_second_stop_wins() {
    let mut desk = Desk::new();
    desk.arrive(&inbound(1, "STOP", at(10)));
    desk.arrive(&inbound(2, "START", at(10)));
    assert!(desk.state.opt_out.is_in_force());
}

#[test]
fn s_8_stop_does_not_end_the_conversation() {
    let mut desk = Desk::new();
    desk.arrive(&inbound(1, "hello", at(0)));
    desk.act(agent(1), InteractionAct::Take).unwrap();
    let before = desk.active().unwrap().clone();
    desk.arrive(&inbound(2, "STOP", at(5)));
    assert_eq!(desk.active().unwrap(), &before);
    assert_eq!(desk.messages.len(), 2, "the agent sees the word itself");
}

#[test]
fn s_8_yes_is_an_answer_and_clears_the_block() {
    let mut desk = Desk::new();
    desk.arrive(&inbound(1, "STOP", at(0)));
    desk.arrive(&inbound(2, "YES", at(5)));
    assert!(!desk.state.opt_out.is_in_force());
    assert!(desk.active().is_some());
    assert_eq!(desk.unread(), 1);
}

#[test]
fn s_7_a_stop_in_history_counts_without_news() {
    let mut desk = Desk::new();
    desk.arrive(&inbound(1, "STOP", LIVE - Millis::days(3)));
    assert!(desk.state.opt_out.is_in_force());
    assert!(desk.events.is_empty() && desk.announcements.is_empty());
    let row = inbound(1, "STOP", LIVE - Millis::days(3));
    assert_eq!(Keyword::of_message(&row), Some(Keyword::OptOut));
    assert_eq!(
        Keyword::of_message(&outbound(2, "STOP", DeliveryStatus::Sent, at(0))),
        None
    );
}

#[test]
fn s_7_a_refusal_sets_the_block_even_if_no_stop_was_seen() {
    let mut desk = Desk::new();
    let mut refused = outbound(1, "hi", DeliveryStatus::Failed, at(0));
    refused.error_code = Some(21610);
    desk.arrive(&refused);
    assert!(desk.state.opt_out.is_in_force());
    let expected = EventBody::CarrierOptedOut {
        evidence: OptOutEvidence::Refusal { code: 21610 },
    };
    assert_eq!(desk.bodies(), [&expected]);
}

#[test]
fn a_16_an_opted_out_recipient_cannot_be_messaged() {
    let mut desk = Desk::new();
    desk.arrive(&inbound(1, "STOP", at(10)));
    assert_eq!(
        desk.send(agent(1), 1, "hello?"),
        Err(SendRefusal::OptedOut { since: at(10) })
    );
    assert!(desk.outbox.is_empty());
}

#[test]
fn a_16_a_text_that_was_waiting_when_stop_came_is_not_sent() {
    let mut desk = Desk::new();
    desk.send(agent(1), 1, "written offline").unwrap();
    desk.arrive(&inbound(1, "STOP", at(10)));
    assert_eq!(desk.status_of(1), DeliveryStatus::Failed);
    assert_eq!(desk.entry(1).state.kind(), "refused");
}

//! One whole conversation as text: what the agent would see, line by line.

use std::fmt::Write as _;

use tern_domain::{
    Actor, DeliveryStatus, Direction, InteractionAct, Millis, SendOutcome, Settlement,
    schedule::UndoHold, timeline_words,
};

use crate::support::{Desk, LIVE, agent, at, inbound, outbound};

/// The thread and the timeline.
fn show(desk: &Desk) -> String {
    let name_of = |who| {
        if who == agent(1) {
            "You".to_owned()
        } else {
            "Ana".to_owned()
        }
    };
    let mut out = String::from("THREAD\n");
    for message in &desk.messages {
        let side = match message.direction {
            Direction::Inbound => "<",
            Direction::Outbound => ">",
        };
        let code = message
            .error_code
            .map(|code| format!(" ({code})"))
            .unwrap_or_default();
        let unread = if message.unread { " *" } else { "" };
        let (seconds, body, status) = (
            message.at.since(LIVE).0 / 1000,
            message.body.as_str(),
            &message.status,
        );
        writeln!(out, "{seconds:>6} {side} {body} [{status}{code}]{unread}").unwrap();
    }
    out.push_str("\nTIMELINE\n");
    for event in desk.events.iter().filter(|event| event.body.is_news()) {
        let person_of = |_| "Jane Doe".to_owned();
        let words = timeline_words(&event.body, &event.actor, &name_of, &person_of, &|_| None);
        writeln!(
            out,
            "{:>6} {}: {}",
            event.at.since(LIVE).0 / 1000,
            words.actor,
            words.text
        )
        .unwrap();
    }
    out
}

#[test]
fn a_whole_conversation() {
    let mut desk = Desk::new();
    desk.arrive(&inbound(1, "Is my bike ready?", LIVE - Millis::days(7)));
    desk.now = at(10);
    desk.arrive(&inbound(2, "Hello, is my other bike ready?", at(8)));
    desk.arrive(&inbound(2, "Hello, is my other bike ready?", at(8)));

    desk.now = at(60);
    desk.undo_hold = UndoHold::seconds(5);
    desk.send(agent(1), 1, "Let me look.").unwrap();
    desk.now = at(65);
    assert!(desk.attempt(1));
    desk.outcome(
        1,
        &SendOutcome::Accepted(outbound(3, "Let me look.", DeliveryStatus::Queued, at(65))),
    );
    desk.arrive(&outbound(
        3,
        "Let me look.",
        DeliveryStatus::Delivered,
        at(65),
    ));
    desk.arrive(&outbound(3, "Let me look.", DeliveryStatus::Sent, at(65)));
    desk.act(agent(1), InteractionAct::Hold).unwrap();

    desk.now = at(300);
    desk.arrive(&inbound(4, "And?", at(299)));
    desk.send(agent(2), 2, "It is – come by!").unwrap();
    desk.now = at(305);
    assert!(desk.attempt(2));
    desk.now = at(335);
    desk.outcome(2, &SendOutcome::MaybeExecuted);
    desk.now = at(340);
    let found = outbound(5, "It is - come by!", DeliveryStatus::Sent, at(306));
    desk.settle(2, &Settlement::Found(found), Actor::Carrier);

    desk.now = at(400);
    desk.act(agent(1), InteractionAct::Finish).unwrap();
    desk.now = at(500);
    desk.arrive(&inbound(6, "Stop", at(499)));
    desk.now = at(90_000);
    desk.arrive(&inbound(7, "START", at(80_000)));
    desk.arrive(&inbound(8, "Thanks, by the way", at(80_005)));

    insta::assert_snapshot!(show(&desk));
}

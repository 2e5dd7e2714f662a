//! Sends whose outcome nobody knows: looked up by their envelope, else settled by the agent.

use tern_domain::{
    Actor, Announcement, CarrierMessage, DeliveryStatus, EventBody, Match, Millis, OutboxState,
    SendOutcome, SettleRefusal, SettledAs, Settlement, UncertainSend, match_uncertain,
    plan_late_row, plan_settle,
};

use crate::support::{Desk, agent, at, counter, inbound, outbound, sid};

const BODY: &str = "It’s ready – come by…";

fn uncertain_desk() -> Desk {
    let mut desk = Desk::new();
    desk.send(agent(1), 1, BODY).unwrap();
    desk.attempt(1);
    desk.now = at(30);
    desk.outcome(1, &SendOutcome::MaybeExecuted);
    desk
}

fn candidate(number: u64, body: &str, seconds: i64) -> CarrierMessage {
    outbound(
        number,
        body,
        DeliveryStatus::Sent,
        at(seconds).floor_to_second(),
    )
}

fn look_up(candidates: &[CarrierMessage], bound: &[u64]) -> Match {
    let send = UncertainSend::of(&uncertain_desk().entry(1)).unwrap();
    match_uncertain(&send, candidates, &|row| {
        bound.iter().any(|number| sid(*number) == *row)
    })
}

#[test]
fn a_timed_out_request_becomes_uncertain_and_is_never_repeated_by_itself() {
    let desk = uncertain_desk();
    assert_eq!(
        desk.entry(1).state,
        OutboxState::Uncertain {
            since: at(30),
            t0: at(0)
        }
    );
    assert!(matches!(
        desk.announcements[..],
        [Announcement::SendUncertain { .. }]
    ));
    let years_later = desk.now + Millis::days(1000);
    assert!(tern_domain::next_due(&desk.outbox, years_later).is_empty());
}

#[test]
fn a_text_in_flight_at_a_crash_becomes_uncertain() {
    let mut desk = Desk::new();
    desk.send(agent(1), 1, BODY).unwrap();
    desk.attempt(1);
    desk.now = at(500);
    desk.recover(1);
    assert_eq!(
        desk.entry(1).state,
        OutboxState::Uncertain {
            since: at(500),
            t0: at(0)
        }
    );
}

#[test]
fn the_envelope_finds_the_row() {
    let mut picture = candidate(5, BODY, 1);
    picture.media_count = 1;
    let mut from_another = candidate(6, BODY, 1);
    from_another.from = "+14155550188".into();
    let mut to_another = candidate(7, BODY, 1);
    to_another.to = "+14155550102".into();
    for (row, expected, why) in [
        (candidate(1, BODY, 1), true, "the same text"),
        (
            candidate(1, "It's ready - come by...", 1),
            true,
            "smart encoding",
        ),
        (
            candidate(
                1,
                &format!("Sent from your Twilio trial account - {BODY}"),
                1,
            ),
            true,
            "trial prefix",
        ),
        (candidate(1, BODY, -119), true, "clocks differ"),
        (candidate(1, BODY, 179), true, "slow request"),
        (candidate(1, BODY, -125), false, "too early"),
        (candidate(1, BODY, 185), false, "too late"),
        (candidate(1, "It's ready", 1), false, "another text"),
        (inbound(1, BODY, at(1)), false, "inbound"),
        (picture, false, "has a picture"),
        (from_another, false, "another sender"),
        (to_another, false, "another recipient"),
    ] {
        let found = look_up(std::slice::from_ref(&row), &[]);
        let wanted = if expected {
            Match::One(row.sid)
        } else {
            Match::None
        };
        assert_eq!(found, wanted, "{why}");
    }
}

#[test]
fn rows_of_other_texts_do_not_count() {
    let rows = [candidate(1, BODY, 1), candidate(2, BODY, 2)];
    assert_eq!(look_up(&rows, &[1]), Match::One(sid(2)));
    assert_eq!(look_up(&rows, &[1, 2]), Match::None);
    assert_eq!(look_up(&rows, &[]), Match::Several(vec![sid(1), sid(2)]));
    assert_eq!(
        look_up(&[rows[0].clone(), rows[0].clone()], &[]),
        Match::One(sid(1)),
        "the same row twice"
    );
}

#[test]
fn a_found_send_is_settled_as_sent() {
    let mut desk = uncertain_desk();
    let row = candidate(9, BODY, 1);
    assert!(
        desk.arrive(&row).is_empty(),
        "the poll leaves the row to the look-up"
    );
    desk.settle(1, &Settlement::Found(row), Actor::Carrier);
    assert_eq!(desk.entry(1).state, OutboxState::Sent { sid: Some(sid(9)) });
    assert_eq!(desk.status_of(1), DeliveryStatus::Sent);
    let message_id = desk.entry(1).message_id;
    let expected = EventBody::SendSettled {
        message_id,
        settled_as: SettledAs::Found { sid: sid(9) },
    };
    assert_eq!(desk.bodies().last(), Some(&&expected));
}

#[test]
fn the_agents_word_settles_it_otherwise() {
    for (settlement, state, status) in [
        (
            Settlement::WasSent,
            OutboxState::Sent { sid: None },
            DeliveryStatus::Sent,
        ),
        (
            Settlement::SendAgain,
            OutboxState::Waiting,
            DeliveryStatus::Accepted,
        ),
        (
            Settlement::Discard,
            OutboxState::Discarded,
            DeliveryStatus::Canceled,
        ),
    ] {
        let mut desk = uncertain_desk();
        desk.settle(1, &settlement, Actor::Agent(agent(1)));
        assert_eq!(desk.entry(1).state, state);
        assert_eq!(desk.status_of(1), status);
        assert_eq!(desk.events.last().unwrap().actor, Actor::Agent(agent(1)));
    }
}

#[test]
fn a_second_look_up_for_the_same_attempt_finds_only_the_later_one() {
    let mut desk = uncertain_desk();
    desk.settle(1, &Settlement::SendAgain, Actor::Agent(agent(1)));
    desk.now = at(1000);
    assert!(desk.attempt(1));
    desk.outcome(1, &SendOutcome::MaybeExecuted);
    let send = UncertainSend::of(&desk.entry(1)).unwrap();
    assert_eq!(
        match_uncertain(&send, &[candidate(1, BODY, 1)], &|_| false),
        Match::None
    );
    assert_eq!(desk.entry(1).attempts, 2);
}

#[test]
fn what_is_settled_stays_settled() {
    let mut desk = uncertain_desk();
    desk.settle(1, &Settlement::Discard, Actor::Agent(agent(1)));
    let again = plan_settle(
        &desk.load(None),
        &desk.entry(1),
        &Settlement::SendAgain,
        Actor::Agent(agent(2)),
        desk.now,
        &mut counter(),
    );
    assert_eq!(
        again,
        Err(SettleRefusal::NotUncertain { state: "discarded" })
    );
}

#[test]
fn l_2_a_text_whose_code_was_put_in_as_it_left_is_not_sent_again() {
    let desk = uncertain_desk();
    let entry = tern_domain::OutboxEntry {
        holds_code: true,
        ..desk.entry(1)
    };
    let settle = |settlement| {
        let by = Actor::Agent(agent(1));
        plan_settle(
            &desk.load(None),
            &entry,
            &settlement,
            by,
            desk.now,
            &mut counter(),
        )
    };
    assert_eq!(settle(Settlement::SendAgain), Err(SettleRefusal::HeldCode));
    assert!(settle(Settlement::WasSent).is_ok() && settle(Settlement::Discard).is_ok());
}

#[test]
fn a_late_row_belongs_to_the_text_that_the_agent_vouched_for_and_to_one_only() {
    let mut desk = uncertain_desk();
    desk.settle(1, &Settlement::WasSent, Actor::Agent(agent(1)));
    let late = |desk: &Desk, row: &CarrierMessage| {
        let vouched = [desk.entry(1)];
        plan_late_row(&desk.load(None), &vouched, row, desk.now, &mut counter())
    };
    assert_eq!(late(&desk, &candidate(8, "Something else", 1)), None);
    assert_eq!(late(&desk, &candidate(8, BODY, 3600)), None, "much later");
    let row = candidate(9, BODY, 1);
    let plan = late(&desk, &row).expect("a match");
    desk.apply(plan);
    assert_eq!(desk.entry(1).state, OutboxState::Sent { sid: Some(sid(9)) });
    desk.arrive(&row);
    assert_eq!(desk.messages.len(), 1);
    assert_eq!(late(&desk, &candidate(10, BODY, 2)), None, "it has its row");
}

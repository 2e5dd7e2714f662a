//! T-13 and the outbox: one at a time, in order, and nothing twice.

use tern_domain::{
    Announcement, AttemptRefusal, DeliveryStatus, Millis, Obstacle, OutboxState, Refusal,
    SendOutcome, UtcMillis, next_due, next_wake, plan_attempt, plan_outcome, plan_recovery,
    schedule::{CREDENTIALS_RETRY, LOOK_UP_FOR, UndoHold},
};

use crate::support::{Desk, agent, at, counter, outbound};

fn desk_with(texts: u128) -> Desk {
    let mut desk = Desk::new();
    for id in 1..=texts {
        desk.now = at(i64::try_from(id).unwrap());
        desk.send(agent(1), id, "Hi").unwrap();
    }
    desk
}

/// With one text that is held for ten seconds.
fn held() -> Desk {
    let mut desk = Desk::new();
    desk.undo_hold = UndoHold::seconds(10);
    desk.send(agent(1), 1, "Hi").unwrap();
    desk
}

fn due(desk: &Desk) -> Vec<u128> {
    next_due(&desk.outbox, desk.now)
        .iter()
        .map(|id| id.uuid().as_u128() - 0xb000)
        .collect()
}

fn accepted(sid: u64, now: UtcMillis) -> SendOutcome {
    SendOutcome::Accepted(outbound(sid, "Hi", DeliveryStatus::Queued, now))
}

#[test]
fn t_13_the_next_text_waits_for_the_one_before() {
    let mut desk = desk_with(3);
    assert_eq!(due(&desk), [1]);
    assert!(desk.attempt(1));
    assert!(due(&desk).is_empty(), "one in flight");
    desk.outcome(1, &accepted(1, desk.now));
    assert_eq!(due(&desk), [2]);
}

#[test]
fn t_13_a_retry_keeps_its_place() {
    let mut desk = desk_with(2);
    desk.attempt(1);
    desk.outcome(1, &SendOutcome::NotExecuted { retry_after: None });
    assert!(due(&desk).is_empty());
    let wake = next_wake(&desk.outbox, desk.now).unwrap();
    assert!(wake > desk.now);
    desk.now = wake;
    assert_eq!(due(&desk), [1]);
}

#[test]
fn t_13_a_refused_text_lets_the_next_one_go() {
    let mut desk = desk_with(2);
    desk.attempt(1);
    desk.outcome(1, &SendOutcome::Refused { code: Some(30007) });
    assert_eq!(due(&desk), [2]);
}

#[test]
fn t_13_an_uncertain_text_is_waited_for_only_while_it_is_looked_up() {
    let mut desk = desk_with(2);
    desk.attempt(1);
    desk.outcome(1, &SendOutcome::MaybeExecuted);
    assert!(due(&desk).is_empty());
    let wake = next_wake(&desk.outbox, desk.now).unwrap();
    assert_eq!(wake, desk.now + LOOK_UP_FOR);
    desk.now = wake;
    assert_eq!(due(&desk), [2]);
}

#[test]
fn t_13_conversations_do_not_wait_for_each_other() {
    let mut one = desk_with(2);
    let other = desk_with(4);
    let mut entries = one.outbox.clone();
    entries.extend(other.outbox.iter().skip(2).cloned().map(|mut entry| {
        entry.key.requester = "+14155550102".into();
        entry
    }));
    one.now = at(10);
    assert_eq!(
        next_due(&entries, one.now),
        [one.entry(1).message_id, other.entry(3).message_id]
    );
}

#[test]
fn a_held_text_leaves_when_its_hold_ends() {
    let mut desk = held();
    assert!(due(&desk).is_empty());
    assert_eq!(
        next_wake(&desk.outbox, desk.now),
        Some(desk.now + Millis::seconds(10))
    );
    let early = plan_attempt(
        &desk.load(None),
        &desk.entry(1),
        desk.now,
        desk.now,
        &mut counter(),
    );
    assert_eq!(early, Err(AttemptRefusal::NotDue { state: "held" }));
    desk.now = desk.now + Millis::seconds(10);
    assert!(desk.attempt(1));
    assert_eq!(desk.entry(1).state, OutboxState::InFlight { t0: desk.now });
    assert_eq!(desk.entry(1).attempts, 1);
}

#[test]
fn a_hold_that_is_over_keeps_no_timer() {
    for is_claimed in [true, false] {
        let mut desk = held();
        assert_eq!(desk.timers.len(), 1);
        desk.now = desk.now + Millis::seconds(10);
        // The outbox may look before the timers do, and pictures may fail before the claim.
        if is_claimed {
            desk.attempt(1);
        }
        assert_eq!(desk.timers.len(), usize::from(!is_claimed));
        desk.outcome(1, &SendOutcome::NotExecuted { retry_after: None });
        assert!(desk.timers.is_empty());
    }
}

#[test]
fn calling_a_text_back_leaves_no_timer_whatever_came_before() {
    let mut desk = held();
    let of_hold = desk.timers[0];
    desk.now = desk.now + Millis::seconds(10);
    desk.attempt(1);
    desk.outcome(1, &SendOutcome::NotExecuted { retry_after: None });
    // As an earlier version left it behind.
    desk.timers = vec![of_hold];
    assert!(desk.recall(1));
    assert!(desk.timers.is_empty());
}

#[test]
fn an_accepted_text_is_bound_to_its_row() {
    let mut desk = desk_with(1);
    desk.attempt(1);
    desk.outcome(1, &accepted(77, desk.now));
    assert_eq!(desk.entry(1).state.kind(), "sent");
    assert_eq!(desk.status_of(1), DeliveryStatus::Queued);
    desk.arrive(&outbound(77, "Hi", DeliveryStatus::Delivered, desk.now));
    assert_eq!(desk.messages.len(), 1, "the poll finds the same text");
    assert_eq!(desk.status_of(1), DeliveryStatus::Delivered);
}

#[test]
fn the_row_of_a_text_in_flight_is_left_to_its_outcome() {
    let mut desk = desk_with(1);
    desk.attempt(1);
    let row = outbound(77, "Hi", DeliveryStatus::Queued, desk.now.floor_to_second());
    assert!(
        desk.arrive(&row).is_empty(),
        "the poll was faster than the answer"
    );
    desk.outcome(1, &SendOutcome::Accepted(row));
    assert_eq!(desk.messages.len(), 1);
}

#[test]
fn t_14_a_refusal_keeps_its_code_and_is_announced() {
    let mut desk = desk_with(1);
    desk.attempt(1);
    desk.outcome(1, &SendOutcome::Refused { code: Some(21614) });
    assert_eq!(
        desk.entry(1).state,
        OutboxState::Refused {
            refusal: Refusal::Carrier { code: Some(21614) }
        }
    );
    assert_eq!(desk.status_of(1), DeliveryStatus::Failed);
    assert_eq!(desk.messages[0].error_code, Some(21614));
    assert!(matches!(
        desk.announcements.last(),
        Some(Announcement::SendFailed { .. })
    ));
}

#[test]
fn t_14_a_full_queue_is_retried_by_itself() {
    for code in [20429, 21611] {
        let mut desk = desk_with(1);
        desk.attempt(1);
        desk.outcome(1, &SendOutcome::Refused { code: Some(code) });
        assert_eq!(desk.entry(1).state.kind(), "retry_at", "{code}");
        assert!(desk.announcements.is_empty());
    }
}

#[test]
fn t_14_dead_credentials_keep_the_text_waiting() {
    let mut desk = desk_with(1);
    desk.attempt(1);
    desk.outcome(1, &SendOutcome::Refused { code: Some(20003) });
    let expected = OutboxState::RetryAt {
        at: desk.now + CREDENTIALS_RETRY,
        code: Some(20003),
        obstacle: Obstacle::Credentials,
    };
    assert_eq!(desk.entry(1).state, expected);
    assert_eq!(
        desk.announcements,
        [Announcement::CredentialsRefused { code: 20003 }]
    );
}

#[test]
fn s_7_a_refused_send_sets_the_block() {
    let mut desk = desk_with(1);
    desk.attempt(1);
    desk.outcome(1, &SendOutcome::Refused { code: Some(21610) });
    assert!(desk.state.opt_out.is_in_force());
    assert_eq!(desk.entry(1).state.kind(), "refused");
}

#[test]
fn the_carriers_wish_to_wait_is_honoured() {
    let mut desk = desk_with(1);
    desk.attempt(1);
    desk.outcome(
        1,
        &SendOutcome::NotExecuted {
            retry_after: Some(Millis::minutes(7)),
        },
    );
    let expected = OutboxState::RetryAt {
        at: desk.now + Millis::minutes(7),
        code: None,
        obstacle: Obstacle::Pace,
    };
    assert_eq!(desk.entry(1).state, expected);
}

#[test]
fn what_waited_for_the_connection_is_due_when_it_returns() {
    for outcome in [
        SendOutcome::NotReached,
        SendOutcome::Refused { code: Some(20003) },
    ] {
        let mut desk = desk_with(1);
        desk.attempt(1);
        desk.outcome(1, &outcome);
        assert!(due(&desk).is_empty());
        desk.reconnect();
        assert_eq!(due(&desk), [1], "{outcome:?}");
        assert!(
            desk.reconnect().is_empty(),
            "a second return changes nothing"
        );
    }
}

#[test]
fn a_pause_that_the_carrier_wants_outlasts_a_return_of_the_connection() {
    for outcome in [
        SendOutcome::NotExecuted { retry_after: None },
        SendOutcome::Refused { code: Some(20429) },
    ] {
        let mut desk = desk_with(1);
        desk.attempt(1);
        desk.outcome(1, &outcome);
        assert!(desk.reconnect().is_empty(), "{outcome:?}");
        assert!(due(&desk).is_empty(), "{outcome:?}");
    }
}

#[test]
fn credentials_refused_for_sending_alone_are_not_tried_with_every_look_at_the_list() {
    let mut desk = desk_with(1);
    let start = desk.now;
    for _ in 0..12 {
        desk.now = next_wake(&desk.outbox, desk.now).unwrap_or(desk.now);
        assert!(desk.attempt(1));
        desk.outcome(1, &SendOutcome::Refused { code: Some(20003) });
        desk.reconnect();
    }
    assert!(desk.now > start + Millis::minutes(5), "{:?}", desk.now);
}

#[test]
fn pictures_that_cannot_be_published_refuse_the_text_before_it_is_in_flight() {
    let mut desk = desk_with(1);
    desk.outcome(1, &SendOutcome::PicturesNotPublished);
    assert_eq!(
        desk.entry(1).state,
        OutboxState::Refused {
            refusal: Refusal::PicturesNotPublished
        }
    );
}

#[test]
fn failing_to_publish_pictures_counts_as_an_attempt() {
    let mut desk = desk_with(1);
    desk.outcome(1, &SendOutcome::NotExecuted { retry_after: None });
    assert_eq!(
        (desk.entry(1).attempts, desk.entry(1).state.kind()),
        (1, "retry_at")
    );
}

#[test]
fn only_a_text_in_flight_has_an_outcome() {
    let desk = desk_with(1);
    for outcome in [
        accepted(1, desk.now),
        SendOutcome::MaybeExecuted,
        SendOutcome::Refused { code: None },
    ] {
        let result = plan_outcome(
            &desk.load(None),
            &desk.entry(1),
            &outcome,
            desk.now,
            &mut counter(),
        );
        assert_eq!(
            result,
            Err(AttemptRefusal::NotInFlight { state: "waiting" })
        );
    }
    let recovery = plan_recovery(&desk.load(None), &desk.entry(1), desk.now, &mut counter());
    assert_eq!(
        recovery,
        Err(AttemptRefusal::NotInFlight { state: "waiting" })
    );
}

#[test]
fn a_text_in_flight_cannot_be_called_back() {
    let mut desk = desk_with(1);
    desk.attempt(1);
    assert!(!desk.recall(1));
    desk.outcome(1, &SendOutcome::NotExecuted { retry_after: None });
    assert!(desk.recall(1), "while it waits for a retry it can");
    assert_eq!(desk.status_of(1), DeliveryStatus::Canceled);
}

//! Answers get lost: no text is sent twice without somebody saying so, and none is lost.

use serde_json::json;
use tern_domain::{Actor, DeliveryStatus, MessageId, OutboxState, Settlement, plan_settle};
use tern_engine::EdgeIds;

use tern_simulator::SimulatorConfig;

use crate::line::{ANNA, Line, quick, until};

async fn becomes_uncertain(line: &Line, message_id: MessageId) {
    until("uncertainty", async || {
        let state = line.outbox_state(message_id).await;
        matches!(state, OutboxState::Uncertain { .. }).then_some(())
    })
    .await;
}

#[tokio::test]
async fn a_send_whose_answer_was_dropped_is_found_and_not_repeated() {
    for fault in ["drop_connection_before_answer", "error_500_after"] {
        let line = Line::start().await;
        line.is_online().await;
        line.arm(json!({"kind": fault, "endpoint": "create_message"}))
            .await;
        let message_id = line.send(ANNA, "did it leave?").await;
        line.delivery_becomes(message_id, DeliveryStatus::Delivered)
            .await;
        let state = line.outbox_state(message_id).await;
        assert!(
            matches!(state, OutboxState::Sent { sid: Some(_) }),
            "{fault}: {state:?}"
        );
        assert_eq!(line.created("did it leave?").await, 1, "{fault}");
        assert_eq!(line.bodies(ANNA).await, ["did it leave?"], "{fault}");
    }
}

#[tokio::test]
async fn a_lagging_list_only_delays_the_search() {
    let line = Line::start().await;
    line.is_online().await;
    line.arm(json!({"kind": "list_lag_ms", "ms": 60_000})).await;
    line.arm(json!({"kind": "drop_connection_before_answer", "endpoint": "create_message"}))
        .await;
    let message_id = line.send(ANNA, "hidden for now").await;
    becomes_uncertain(&line, message_id).await;
    line.control("POST", "/sim/clock/advance", json!({"ms": 60_000}))
        .await;
    line.clear_faults().await;
    // Nobody asks: the row's appearance in the list is enough.
    until("the row to be found", async || {
        let state = line.outbox_state(message_id).await;
        matches!(state, OutboxState::Sent { sid: Some(_) }).then_some(())
    })
    .await;
    assert_eq!(line.created("hidden for now").await, 1);
    assert_eq!(line.bodies(ANNA).await, ["hidden for now"]);
}

#[tokio::test]
async fn a_send_that_never_reached_the_carrier_is_left_to_the_agent() {
    for fault in ["drop_before_accept", "error_500_before"] {
        let line = Line::start().await;
        line.is_online().await;
        line.arm(json!({"kind": fault, "endpoint": "create_message"}))
            .await;
        let message_id = line.send(ANNA, "lost").await;
        becomes_uncertain(&line, message_id).await;
        let searches = line.searches().await;
        until("a few searches", async || {
            line.clock.advance(2_000);
            (line.searches().await >= searches + 3).then_some(())
        })
        .await;
        // The search has had its time: the question stays, and nothing is sent.
        line.clock.advance(3_600_000);
        let state = line.outbox_state(message_id).await;
        assert!(
            matches!(state, OutboxState::Uncertain { .. }),
            "{fault}: {state:?}"
        );
        assert_eq!(line.created("lost").await, 0, "{fault}");

        settle(&line, message_id, Settlement::SendAgain).await;
        line.delivery_becomes(message_id, DeliveryStatus::Delivered)
            .await;
        assert_eq!(line.created("lost").await, 1, "{fault}");
    }
}

#[tokio::test]
async fn two_rows_that_fit_are_the_agents_question() {
    let line = Line::start().await;
    line.is_online().await;
    line.arm(json!({"kind": "drop_connection_before_answer", "endpoint": "create_message"}))
        .await;
    line.arm(json!({"kind": "list_lag_ms", "ms": 60_000})).await;
    let message_id = line.send(ANNA, "twins").await;
    becomes_uncertain(&line, message_id).await;
    // Another laptop of the team sends the very same.
    line.post_as_another_program(ANNA, "twins").await;
    line.control("POST", "/sim/clock/advance", json!({"ms": 60_000}))
        .await;
    line.clear_faults().await;
    let searches = line.searches().await;
    until("a search that sees both", async || {
        line.engine().settle_lookup(message_id);
        (line.searches().await >= searches + 2).then_some(())
    })
    .await;
    let state = line.outbox_state(message_id).await;
    assert!(matches!(state, OutboxState::Uncertain { .. }), "{state:?}");
    settle(&line, message_id, Settlement::Discard).await;
    until("both rows to be shown", async || {
        (line.bodies(ANNA).await.len() == 3).then_some(())
    })
    .await;
}

#[tokio::test]
async fn a_crash_with_a_request_under_way_sends_nothing_twice() {
    let mut line = Line::start().await;
    line.is_online().await;
    line.arm(
        json!({"kind": "delay_ms", "ms": 1500, "phase": "after", "endpoint": "create_message"}),
    )
    .await;
    let message_id = line.send(ANNA, "in flight").await;
    until("the carrier to have it", async || {
        (line.created("in flight").await == 1).then_some(())
    })
    .await;
    line.crash().await;
    let state = line.outbox_state(message_id).await;
    assert!(matches!(state, OutboxState::InFlight { .. }), "{state:?}");
    line.start_engine();
    line.delivery_becomes(message_id, DeliveryStatus::Delivered)
        .await;
    assert_eq!(line.created("in flight").await, 1);
    assert_eq!(line.bodies(ANNA).await, ["in flight"]);
}

#[tokio::test]
async fn texts_written_behind_an_uncertain_one_wait_for_it() {
    let line = Line::start().await;
    line.is_online().await;
    line.arm(json!({"kind": "drop_before_accept", "endpoint": "create_message"}))
        .await;
    let first = line.send(ANNA, "first").await;
    becomes_uncertain(&line, first).await;
    let second = line.send(ANNA, "second").await;
    let searches = line.searches().await;
    until("another search", async || {
        line.engine().settle_lookup(first);
        (line.searches().await >= searches + 2).then_some(())
    })
    .await;
    assert_eq!(line.outbox_state(second).await, OutboxState::Waiting);
    settle(&line, first, Settlement::SendAgain).await;
    line.delivery_becomes(second, DeliveryStatus::Delivered)
        .await;
    assert_eq!(line.received_by(ANNA).await, ["first", "second"]);
}

async fn settle(line: &Line, message_id: MessageId, settlement: Settlement) {
    let clock = line.clock.clone();
    let _applied = line
        .store
        .write(move |tx| {
            let entry = tx.find_outbox(message_id)?.unwrap();
            let state = tx.load_conversation_state(&entry.key, None)?;
            let now = tern_engine::Clock::now(&*clock);
            let ids = &mut EdgeIds::new(&*clock);
            let plan = plan_settle(&state, &entry, &settlement, Actor::System, now, ids).unwrap();
            tx.apply(&plan)
        })
        .await
        .unwrap();
    line.engine().outbox_changed();
}

#[tokio::test]
async fn a_row_that_turns_up_after_the_agents_word_is_that_text_and_no_second_one() {
    let line = Line::start().await;
    line.is_online().await;
    line.arm(json!({"kind": "list_lag_ms", "ms": 60_000})).await;
    line.arm(json!({"kind": "drop_connection_before_answer", "endpoint": "create_message"}))
        .await;
    let message_id = line.send(ANNA, "it arrived").await;
    becomes_uncertain(&line, message_id).await;
    settle(&line, message_id, Settlement::WasSent).await;
    line.control("POST", "/sim/clock/advance", json!({"ms": 60_000}))
        .await;
    line.clear_faults().await;
    line.delivery_becomes(message_id, DeliveryStatus::Delivered)
        .await;
    let state = line.outbox_state(message_id).await;
    assert!(
        matches!(state, OutboxState::Sent { sid: Some(_) }),
        "{state:?}"
    );
    assert_eq!(line.bodies(ANNA).await, ["it arrived"]);
    // The same words once more, by somebody else, are another text.
    line.post_as_another_program(ANNA, "it arrived").await;
    line.thread_becomes(ANNA, &["it arrived", "it arrived"])
        .await;
}

#[tokio::test]
async fn a_lost_answer_is_found_whatever_this_laptops_clock_says() {
    const HOUR: i64 = 3_600_000;
    for ahead in [HOUR / 6, -HOUR] {
        let line = Line::without_engine(SimulatorConfig::default(), quick()).await;
        line.clock.advance(ahead);
        let mut line = line;
        line.start_engine();
        line.is_online().await;
        line.arm(json!({"kind": "drop_connection_before_answer", "endpoint": "create_message"}))
            .await;
        let message_id = line.send(ANNA, "by which clock?").await;
        line.delivery_becomes(message_id, DeliveryStatus::Delivered)
            .await;
        let state = line.outbox_state(message_id).await;
        assert!(
            matches!(state, OutboxState::Sent { sid: Some(_) }),
            "{ahead}: {state:?}"
        );
        assert_eq!(line.bodies(ANNA).await, ["by which clock?"], "{ahead}");
        assert_eq!(line.created("by which clock?").await, 1, "{ahead}");
    }
}

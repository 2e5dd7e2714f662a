//! Texts leave: once, in order, when they can.

use serde_json::json;
use tern_domain::schedule::UndoHold;
use tern_domain::{DeliveryStatus, OutboxState, Refusal};

use crate::line::{ANNA, BEN, Line, until};

#[tokio::test]
async fn an_answer_leaves_once_and_reaches_the_handset() {
    let line = Line::start().await;
    let message_id = line.send(ANNA, "here you are").await;
    line.delivery_becomes(message_id, DeliveryStatus::Delivered)
        .await;
    assert_eq!(line.received_by(ANNA).await, ["here you are"]);
    assert_eq!(line.created("here you are").await, 1);
    assert_eq!(line.bodies(ANNA).await, ["here you are"], "no second copy");
}

#[tokio::test]
async fn t_13_texts_of_one_conversation_leave_in_their_order() {
    let line = Line::start().await;
    let bodies = ["1", "2", "3", "4", "5"];
    let mut last = None;
    for body in bodies {
        last = Some(line.send(ANNA, body).await);
        line.send(BEN, body).await;
    }
    line.delivery_becomes(last.unwrap(), DeliveryStatus::Delivered)
        .await;
    until("all of Ben's", async || {
        (line.received_by(BEN).await.len() == 5).then_some(())
    })
    .await;
    assert_eq!(line.received_by(ANNA).await, bodies);
    assert_eq!(line.received_by(BEN).await, bodies);
}

#[tokio::test]
async fn a_held_text_leaves_when_its_time_has_come() {
    let line = Line::start().await;
    line.is_online().await;
    let hold = UndoHold::seconds(30);
    let message_id = line.send_with(ANNA, "think twice", vec![], hold).await;
    let state = line.outbox_state(message_id).await;
    assert!(matches!(state, OutboxState::Held { .. }), "{state:?}");
    line.clock.advance(30_000);
    line.delivery_becomes(message_id, DeliveryStatus::Delivered)
        .await;
    assert_eq!(line.created("think twice").await, 1);
}

#[tokio::test]
async fn an_answer_written_offline_waits_and_leaves_once() {
    for mode in ["refuse", "reset"] {
        let line = Line::start().await;
        line.is_online().await;
        line.arm(json!({"kind": "network_off", "mode": mode})).await;
        line.is_offline().await;
        let message_id = line.send(ANNA, "from the train").await;
        assert_eq!(line.outbox_state(message_id).await, OutboxState::Waiting);
        line.clear_faults().await;
        line.engine().wake();
        line.delivery_becomes(message_id, DeliveryStatus::Delivered)
            .await;
        assert_eq!(line.created("from the train").await, 1, "{mode}");
    }
}

#[tokio::test]
async fn a_storm_of_429_delays_a_text_and_never_doubles_it() {
    let line = Line::start().await;
    line.is_online().await;
    line.arm(json!({"kind": "too_many_requests", "times": 12}))
        .await;
    let message_id = line.send(ANNA, "patience").await;
    until("delivery", async || {
        // Retries are the domain's and follow the test's clock.
        line.clock.advance(2_000);
        line.engine().wake();
        let status = line.message(message_id).await.status;
        (status == DeliveryStatus::Delivered).then_some(())
    })
    .await;
    assert_eq!(line.created("patience").await, 1);
}

#[tokio::test]
async fn t_14_a_refusal_is_final_and_named() {
    let line = Line::start().await;
    // Nobody carries texts there.
    let message_id = line.send("+15005550001", "anybody there?").await;
    let state = until("a refusal", async || {
        let state = line.outbox_state(message_id).await;
        matches!(state, OutboxState::Refused { .. }).then_some(state)
    })
    .await;
    let OutboxState::Refused {
        refusal: Refusal::Carrier { code },
    } = state
    else {
        panic!("{state:?}");
    };
    assert_eq!(code, Some(21211));
    assert_eq!(
        line.message(message_id).await.status,
        DeliveryStatus::Failed
    );
}

#[tokio::test]
async fn s_7_a_refusal_because_of_stop_sets_the_block_that_tern_had_not_seen() {
    let line = Line::start().await;
    line.is_online().await;
    line.arm(json!({"kind": "list_lag_ms", "ms": 3_600_000}))
        .await;
    line.text(ANNA, "STOP").await;
    assert!(!line.opted_out(ANNA).await);
    let message_id = line.send(ANNA, "one more thing").await;
    let state = until("a refusal", async || {
        let state = line.outbox_state(message_id).await;
        matches!(state, OutboxState::Refused { .. }).then_some(state)
    })
    .await;
    let OutboxState::Refused { refusal } = state else {
        panic!("{state:?}");
    };
    assert_eq!(refusal.code(), Some(21610));
    assert!(line.opted_out(ANNA).await);
    assert_eq!(line.created("one more thing").await, 0);
}

#[tokio::test]
async fn s_7_stop_and_start_as_texts_set_and_clear_the_block() {
    let line = Line::start().await;
    line.text(ANNA, "STOP").await;
    until("the block", async || {
        line.opted_out(ANNA).await.then_some(())
    })
    .await;
    line.control("POST", "/sim/clock/advance", json!({"ms": 2_000}))
        .await;
    line.text(ANNA, "START").await;
    until("the end of the block", async || {
        (!line.opted_out(ANNA).await).then_some(())
    })
    .await;
}

#[tokio::test]
async fn t_14_a_delivery_failure_arrives_later_with_its_code() {
    let line = Line::start().await;
    line.arm(json!({"kind": "delivery_failure", "error_code": 30005, "status": "undelivered"}))
        .await;
    let message_id = line.send(ANNA, "to nowhere").await;
    line.delivery_becomes(message_id, DeliveryStatus::Undelivered)
        .await;
    assert_eq!(line.message(message_id).await.error_code, Some(30005));
}

#[tokio::test]
async fn a_row_of_ours_that_the_list_shows_before_the_answer_is_not_a_second_text() {
    // Right, and ten minutes wrong: the carrier's time of the row then says nothing.
    for minutes_ahead in [0, 10] {
        let line = Line::start().await;
        line.clock.advance(minutes_ahead * 60_000);
        line.is_online().await;
        line.arm(json!({
            "kind": "delay_ms", "ms": 700, "phase": "after", "endpoint": "create_message",
        }))
        .await;
        let message_id = line.send(ANNA, "seen twice").await;
        until("the carrier's row", async || {
            (line.created("seen twice").await == 1).then_some(())
        })
        .await;
        let state = line.outbox_state(message_id).await;
        assert!(matches!(state, OutboxState::InFlight { .. }), "{state:?}");
        line.delivery_becomes(message_id, DeliveryStatus::Delivered)
            .await;
        until("the journal to be empty", async || {
            (line.journal_size().await == 0).then_some(())
        })
        .await;
        assert_eq!(line.bodies(ANNA).await, ["seen twice"]);
    }
}

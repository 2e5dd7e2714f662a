//! Stopping in the middle, starting again, and what happens on its own meanwhile.

use serde_json::json;
use tern_domain::{DeliveryStatus, OutboxState};

use crate::line::{ANNA, Line};

#[tokio::test]
async fn a_stop_waits_for_the_answer_of_a_request_under_way() {
    let mut line = Line::start().await;
    line.is_online().await;
    line.arm(
        json!({"kind": "delay_ms", "ms": 300, "phase": "after", "endpoint": "create_message"}),
    )
    .await;
    let message_id = line.send(ANNA, "wait for me").await;
    crate::line::until("the carrier to have it", async || {
        (line.created("wait for me").await == 1).then_some(())
    })
    .await;
    line.stop_engine().await;
    let state = line.outbox_state(message_id).await;
    assert!(
        matches!(state, OutboxState::Sent { sid: Some(_) }),
        "{state:?}"
    );
}

#[tokio::test]
async fn a_text_written_while_nothing_runs_leaves_at_the_next_start() {
    let mut line = Line::start().await;
    line.stop_engine().await;
    let message_id = line.send(ANNA, "see you").await;
    line.start_engine();
    line.delivery_becomes(message_id, DeliveryStatus::Delivered)
        .await;
    assert_eq!(line.created("see you").await, 1);
}

#[tokio::test]
async fn stopping_and_starting_over_and_over_changes_nothing() {
    let mut line = Line::start().await;
    for round in 0..5 {
        line.text(ANNA, &round.to_string()).await;
        line.control("POST", "/sim/clock/advance", json!({"ms": 1_000}))
            .await;
        line.crash().await;
        line.start_engine();
    }
    line.thread_becomes(ANNA, &["0", "1", "2", "3", "4"]).await;
    assert_eq!(line.journal_size().await, 0);
}

#[tokio::test]
async fn every_task_has_a_name_and_an_end() {
    let mut line = Line::start().await;
    line.is_online().await;
    let names: Vec<_> = line.engine().tasks().iter().map(|task| task.name).collect();
    for name in ["sync", "outbox", "lookup", "media", "timers", "backfill"] {
        assert!(names.contains(&name), "{names:?}");
    }
    let report = line.stop_and_report().await;
    assert!(report.aborted.is_empty(), "{report:?}");
}

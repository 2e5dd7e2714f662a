//! Texts come in: once, in order, whatever the list and the webhooks do.

use serde_json::json;
use tern_domain::{Announcement, DeliveryStatus, Direction};
use tern_engine::{Arrival, EngineEvent, Tuning};
use tern_simulator::SimulatorConfig;

use crate::line::{ANNA, BEN, Line, OURS, quick, sleepy, until};

#[tokio::test]
async fn r_1_a_text_is_found_shown_and_announced() {
    let line = Line::start().await;
    let mut events = line.engine().events();
    line.text(ANNA, "hello").await;
    line.thread_becomes(ANNA, &["hello"]).await;
    until("an announcement", async || match events.try_recv() {
        Ok(EngineEvent::Announce(Announcement::TextArrived { key, .. })) => Some(key),
        _ => None,
    })
    .await;
    let thread = line.thread(ANNA).await;
    assert_eq!(thread[0].direction, Direction::Inbound);
    assert_eq!(thread[0].status, DeliveryStatus::Received);
}

#[tokio::test]
async fn r_8_the_same_text_by_webhook_and_list_is_one_text() {
    let line = Line::start().await;
    let sid = line.text(ANNA, "only once").await;
    line.thread_becomes(ANNA, &["only once"]).await;
    for _ in 0..3 {
        let form = webhook(&sid, ANNA, "only once");
        line.engine().ingest(Arrival::Webhook(form)).await.unwrap();
    }
    let row = line.row(&sid).await;
    line.engine().ingest(Arrival::Row(row)).await.unwrap();
    assert_eq!(line.bodies(ANNA).await, ["only once"]);
    assert_eq!(line.journal_size().await, 0);
}

#[tokio::test]
async fn r_8_a_webhook_before_the_list_shows_the_text_at_once() {
    let line = Line::start().await;
    line.arm(json!({"kind": "list_lag_ms", "ms": 3_600_000}))
        .await;
    let sid = line.text(ANNA, "quick").await;
    let form = webhook(&sid, ANNA, "quick");
    line.engine().ingest(Arrival::Webhook(form)).await.unwrap();
    assert_eq!(line.bodies(ANNA).await, ["quick"]);
    line.clear_faults().await;
    line.text(ANNA, "later").await;
    line.thread_becomes(ANNA, &["quick", "later"]).await;
}

#[tokio::test]
async fn a_row_that_the_list_shows_late_is_still_found() {
    let line = Line::start().await;
    line.arm(json!({"kind": "list_lag_ms", "ms": 60_000})).await;
    line.text(ANNA, "late in the list").await;
    line.clear_faults().await;
    line.text(BEN, "in time").await;
    line.thread_becomes(BEN, &["in time"]).await;
    line.control("POST", "/sim/clock/advance", json!({"ms": 61_000}))
        .await;
    line.thread_becomes(ANNA, &["late in the list"]).await;
}

#[tokio::test]
async fn what_came_while_the_laptop_was_shut_is_found_in_order() {
    let mut tuning = quick();
    tuning.head_page_size = 3;
    tuning.deep_page_size = 4;
    let mut line = Line::start_with(SimulatorConfig::default(), tuning).await;
    line.text(ANNA, "0").await;
    line.thread_becomes(ANNA, &["0"]).await;
    line.stop_engine().await;
    let bodies: Vec<String> = (0..23).map(|n| n.to_string()).collect();
    for body in &bodies[1..] {
        line.text(ANNA, body).await;
        // The carrier's dates are whole seconds: only different ones have an order.
        line.control("POST", "/sim/clock/advance", json!({"ms": 1_000}))
            .await;
    }
    line.start_engine();
    let expected: Vec<&str> = bodies.iter().map(String::as_str).collect();
    line.thread_becomes(ANNA, &expected).await;
}

#[tokio::test]
async fn a_walk_that_breaks_off_leaves_no_gap() {
    let tuning = Tuning {
        head_page_size: 4,
        deep_page_size: 4,
        ..sleepy()
    };
    let line = Line::start_with(SimulatorConfig::default(), tuning).await;
    line.text(ANNA, "known").await;
    line.engine().wake();
    line.thread_becomes(ANNA, &["known"]).await;
    let mut bodies: Vec<String> = (10..30).map(|n| n.to_string()).collect();
    for body in &bodies {
        line.text(ANNA, body).await;
    }
    line.arm(json!({
        "kind": "error_500_before", "endpoint": "list_messages", "after": 2, "times": 2,
    }))
    .await;
    line.engine().poll_now();
    bodies.push("known".to_owned());
    bodies.sort();
    until("every text", async || {
        let mut shown = line.bodies(ANNA).await;
        shown.sort();
        (shown == bodies).then_some(())
    })
    .await;
}

#[tokio::test]
async fn t_12_delivery_moves_to_delivered_and_never_back() {
    let line = Line::start().await;
    let message_id = line.send(ANNA, "on its way").await;
    line.delivery_becomes(message_id, DeliveryStatus::Delivered)
        .await;
    let sid = line.message(message_id).await.sid.unwrap();
    for status in ["queued", "sent", "sending"] {
        let form = status_report(sid.as_str(), status);
        line.engine().status_callback(form).await.unwrap();
    }
    assert_eq!(
        line.message(message_id).await.status,
        DeliveryStatus::Delivered
    );
}

#[tokio::test]
async fn t_12_a_status_of_the_future_survives() {
    let line = Line::start().await;
    let sid = line.text(ANNA, "from the future").await;
    line.thread_becomes(ANNA, &["from the future"]).await;
    let mut row = line.row(&sid).await;
    row["sid"] = json!("SMffffffffffffffffffffffffffffffff");
    row["status"] = json!("teleported");
    row["hologram"] = json!({"depth": 3});
    line.engine().ingest(Arrival::Row(row)).await.unwrap();
    line.thread_becomes(ANNA, &["from the future", "from the future"])
        .await;
    let thread = line.thread(ANNA).await;
    assert_eq!(
        thread[1].status,
        DeliveryStatus::Unknown("teleported".into())
    );
}

#[tokio::test]
async fn an_unreadable_row_stays_in_the_journal_and_holds_nobody_up() {
    let line = Line::start().await;
    let nonsense = json!({"sid": "not a sid", "body": 7});
    line.engine().ingest(Arrival::Row(nonsense)).await.unwrap();
    line.engine()
        .ingest(Arrival::Webhook(vec![("Body".into(), "no sid".into())]))
        .await
        .unwrap();
    line.text(ANNA, "readable").await;
    line.thread_becomes(ANNA, &["readable"]).await;
    assert_eq!(line.set_aside().await, 2);
}

#[tokio::test]
async fn r_10_a_text_to_a_number_that_is_not_ours_leaves_only_a_diagnostics_row() {
    let line = Line::start().await;
    let mut form = webhook("SM00000000000000000000000000000009", ANNA, "wrong door");
    for (name, value) in &mut form {
        if name == "To" {
            *value = "+14155550101".to_owned();
        }
    }
    line.engine().ingest(Arrival::Webhook(form)).await.unwrap();
    assert_eq!(line.journal_size().await, 0);
    assert_eq!(line.diagnostics().await, 1);
    assert!(line.thread(ANNA).await.is_empty());
}

#[tokio::test]
async fn an_unchanged_list_costs_one_request_and_no_write() {
    let mut tuning = quick();
    tuning.sweep_every = std::time::Duration::from_secs(3600);
    let line = Line::start_with(SimulatorConfig::default(), tuning).await;
    line.text(ANNA, "quiet now").await;
    line.thread_becomes(ANNA, &["quiet now"]).await;
    // The walk that found it still notes how far it came.
    looks(&line, 2).await;
    let revision = line.revision().await;
    looks(&line, 10).await;
    assert_eq!(line.revision().await, revision);
}

async fn looks(line: &Line, count: usize) {
    let before = line.list_requests().await;
    until("more looks", async || {
        (line.list_requests().await >= before + count).then_some(())
    })
    .await;
}

#[tokio::test]
async fn what_is_stored_is_not_journaled_again_after_a_restart() {
    let mut line = Line::start().await;
    line.text(ANNA, "known").await;
    line.thread_becomes(ANNA, &["known"]).await;
    line.stop_engine().await;
    let journaled = line.last_journal_id().await;
    line.start_engine();
    looks(&line, 3).await;
    assert_eq!(line.last_journal_id().await, journaled);
}

pub(crate) fn webhook(sid: &str, from: &str, body: &str) -> Vec<(String, String)> {
    [
        ("MessageSid", sid),
        ("SmsSid", sid),
        ("AccountSid", "AC00000000000000000000000000000000"),
        ("From", from),
        ("To", OURS),
        ("Body", body),
        ("NumMedia", "0"),
        ("NumSegments", "1"),
    ]
    .map(|(name, value)| (name.to_owned(), value.to_owned()))
    .to_vec()
}

pub(crate) fn status_report(sid: &str, status: &str) -> Vec<(String, String)> {
    [
        ("MessageSid", sid),
        ("MessageStatus", status),
        ("From", OURS),
        ("To", ANNA),
    ]
    .map(|(name, value)| (name.to_owned(), value.to_owned()))
    .to_vec()
}

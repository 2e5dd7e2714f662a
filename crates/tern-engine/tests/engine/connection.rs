//! The line itself: lost, refused, back.

use secrecy::SecretString;
use serde_json::json;
use tern_domain::schedule::{CREDENTIALS_RETRY, UndoHold};
use tern_domain::{DeliveryStatus, Effect, MessageId, Obstacle, OutboxEntry, OutboxState, Plan};
use tern_engine::ConnectionState;
use tern_simulator::SimulatorConfig;
use tern_twilio::Credential;

use crate::line::{ANNA, BEN, Line, quick, sleepy, until};

#[tokio::test]
async fn the_moment_of_going_offline_is_kept_and_clears_by_itself() {
    let line = Line::start().await;
    line.is_online().await;
    line.arm(json!({"kind": "network_off", "mode": "refuse"}))
        .await;
    line.is_offline().await;
    let since = line.engine().connection().since().unwrap();
    assert!(since <= line.now());
    line.clear_faults().await;
    line.is_online().await;
}

#[tokio::test]
async fn refused_credentials_stop_sending_until_they_are_accepted_again() {
    let mut line = Line::without_engine(SimulatorConfig::default(), quick()).await;
    let wrong = Credential::AuthToken(SecretString::from("0".repeat(32)));
    line.start_engine_with(wrong);
    until("a refusal", async || {
        matches!(line.engine().connection(), ConnectionState::Refused { .. }).then_some(())
    })
    .await;
    let message_id = line.send(ANNA, "locked out").await;
    assert_eq!(line.outbox_state(message_id).await, OutboxState::Waiting);
    // Everything can still be read.
    assert_eq!(line.bodies(ANNA).await, ["locked out"]);
    line.stop_engine().await;
    line.start_engine();
    line.delivery_becomes(message_id, DeliveryStatus::Delivered)
        .await;
    assert_eq!(line.created("locked out").await, 1);
}

#[tokio::test]
async fn errors_of_the_carrier_are_trouble_and_not_offline() {
    let line = Line::start().await;
    line.is_online().await;
    line.arm(json!({"kind": "error_500_before", "times": 0}))
        .await;
    until("trouble", async || match line.engine().connection() {
        ConnectionState::Troubled { code, .. } => Some(code),
        _ => None,
    })
    .await;
    line.clear_faults().await;
    line.is_online().await;
}

#[tokio::test]
async fn what_waits_for_the_network_leaves_as_soon_as_it_is_back() {
    let line = Line::start_with(SimulatorConfig::default(), sleepy()).await;
    line.is_online().await;
    line.arm(json!({"kind": "network_off", "mode": "refuse"}))
        .await;
    let message_id = tried(&line, 9, OutboxState::Waiting).await;
    let (_, obstacle) = retry(&line, message_id).await;
    assert_eq!(obstacle, Obstacle::Unreachable);
    line.clear_faults().await;
    line.engine().poll_now();
    line.delivery_becomes(message_id, DeliveryStatus::Delivered)
        .await;
    assert_eq!(line.created("long tried").await, 1);
}

#[tokio::test]
async fn what_waits_for_credentials_leaves_with_new_ones() {
    let mut line = Line::without_engine(SimulatorConfig::default(), quick()).await;
    let refused = OutboxState::RetryAt {
        at: line.now() + CREDENTIALS_RETRY,
        code: Some(20003),
        obstacle: Obstacle::Credentials,
    };
    let message_id = tried(&line, 1, refused).await;
    line.start_engine();
    line.delivery_becomes(message_id, DeliveryStatus::Delivered)
        .await;
    assert_eq!(line.created("long tried").await, 1);
}

#[tokio::test]
async fn a_pause_that_the_carrier_asked_for_outlasts_a_flapping_network() {
    let line = Line::start_with(SimulatorConfig::default(), sleepy()).await;
    line.is_online().await;
    line.arm(json!({"kind": "too_many_requests", "times": 2, "endpoint": "create_message"}))
        .await;
    let message_id = tried(&line, 9, OutboxState::Waiting).await;
    let before = retry(&line, message_id).await;
    assert_eq!(before.1, Obstacle::Pace);
    line.engine().poll_now();
    line.is_online().await;
    let other = line.send(BEN, "meanwhile").await;
    line.delivery_becomes(other, DeliveryStatus::Delivered)
        .await;
    assert_eq!(retry(&line, message_id).await, before);
    assert_eq!(line.created("long tried").await, 0);
}

/// A text that was tried so often: after nine times the next pause is minutes long.
async fn tried(line: &Line, attempts: u32, state: OutboxState) -> MessageId {
    let hold = UndoHold::seconds(UndoHold::MAX_SECONDS);
    let message_id = line.send_with(ANNA, "long tried", Vec::new(), hold).await;
    let _applied = line
        .store
        .write(move |tx| {
            let entry = OutboxEntry {
                attempts,
                state,
                ..tx.find_outbox(message_id)?.unwrap()
            };
            tx.apply(&Plan {
                events: Vec::new(),
                effects: vec![Effect::UpdateOutbox(entry)],
            })
        })
        .await
        .unwrap();
    line.ring_outbox();
    message_id
}

/// When the text is to be tried again, and what was in the way.
async fn retry(line: &Line, message_id: MessageId) -> (tern_domain::UtcMillis, Obstacle) {
    until("a pause", async || {
        match line.outbox_state(message_id).await {
            OutboxState::RetryAt { at, obstacle, .. } => Some((at, obstacle)),
            _ => None,
        }
    })
    .await
}

//! The line itself: lost, refused, back.

use secrecy::SecretString;
use serde_json::json;
use tern_domain::{DeliveryStatus, OutboxState};
use tern_engine::ConnectionState;
use tern_simulator::SimulatorConfig;
use tern_twilio::Credential;

use crate::line::{ANNA, Line, quick, until};

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

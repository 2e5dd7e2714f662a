//! An account after it was connected: credentials that change, a network that goes, a file that breaks.

use tern_app::ErrorCode;
use tern_app::dto::*;
use tern_engine::{Clock, SystemClock};
use tern_simulator::SimulatorConfig;

use crate::account::{api_key, complaints, connect, credentials, text_from_outside, with};
use crate::rig::wait_for;

#[tokio::test]
async fn rotated_credentials_are_reported_and_can_be_replaced() {
    let rig = with(SimulatorConfig::default()).await;
    connect(&rig, None).await;
    let other = AccountCredentials {
        account_sid: format!("AC{}", "9".repeat(32)),
        ..credentials(&rig).await
    };
    assert_eq!(
        rig.app.replace_credentials(other).await.unwrap_err().code,
        ErrorCode::InvalidInput
    );
    let wrong = AccountCredentials {
        credential: CredentialInput::AuthToken {
            token: "0".repeat(32),
        },
        ..credentials(&rig).await
    };
    assert_eq!(
        rig.app.replace_credentials(wrong).await.unwrap_err().code,
        ErrorCode::Credentials
    );
    let status = rig
        .app
        .replace_credentials(api_key(&rig).await)
        .await
        .unwrap();
    assert_eq!(status.phase, Phase::Ready);
    let account = rig.app.account().await.unwrap().unwrap();
    assert!(account.key_sid_masked.unwrap().starts_with("SK"));
    assert!(rig.app.recheck_account().await.unwrap().can_connect);
    rig.app.shutdown().await;
}

#[tokio::test]
async fn a_connected_account_can_be_read_with_no_network_at_all() {
    let rig = with(SimulatorConfig::default()).await;
    connect(&rig, None).await;
    text_from_outside(&rig, "Read me offline").await;
    let row = rig.wait_for_row("Read me offline").await;
    rig.arm(serde_json::json!({ "kind": "network_off", "mode": "refuse" }))
        .await;
    let rig = rig.restart().await;
    assert_eq!(rig.app.app_status().await.unwrap().phase, Phase::Ready);
    assert_eq!(rig.thread(row.id).await[0].body, "Read me offline");
    rig.app.shutdown().await;
}

#[tokio::test]
async fn a_suspended_account_is_named_by_the_doctor() {
    let rig = with(SimulatorConfig::default()).await;
    rig.control("account", serde_json::json!({ "suspend": true }))
        .await;
    for input in [credentials(&rig).await, api_key(&rig).await] {
        let report = rig.app.check_account(input).await.unwrap();
        assert!(!report.can_connect);
        assert!(!complaints(&report).is_empty());
    }
}

#[tokio::test]
async fn a_key_that_is_revoked_while_working_stops_sending_and_not_reading() {
    let rig = with(SimulatorConfig::default()).await;
    let request = ConnectAccount {
        credentials: api_key(&rig).await,
        numbers: vec!["+14155550100".into()],
        backfill_days: Some(0),
        passphrase: None,
    };
    rig.app.connect_account(request).await.unwrap();
    text_from_outside(&rig, "Hello").await;
    let row = rig.wait_for_row("Hello").await;
    rig.control("account", serde_json::json!({ "revoke_key": true }))
        .await;
    let error = wait_for(&rig.app, "the refusal", async || {
        match rig.app.app_status().await.unwrap().connection {
            Connection::Refused { error } => Some(error),
            _ => None,
        }
    })
    .await;
    assert_eq!(error.code, ErrorCode::Credentials);
    let answer = rig.send(row.id, "Written meanwhile").await;
    assert_eq!(rig.thread(row.id).await.len(), 2);
    rig.control("account", serde_json::json!({ "rotate_key": true }))
        .await;
    let url = format!("{}/sim/account", rig.line.simulator().await.control_url());
    let account: serde_json::Value = reqwest::get(url).await.unwrap().json().await.unwrap();
    let credential = CredentialInput::ApiKey {
        key_sid: account["api_key_sid"].as_str().unwrap().to_owned(),
        secret: account["api_key_secret"].as_str().unwrap().to_owned(),
    };
    let renewed = AccountCredentials {
        credential,
        ..credentials(&rig).await
    };
    rig.app.replace_credentials(renewed).await.unwrap();
    rig.wait_for_mark(&answer, row.id, DeliveryMark::Delivered)
        .await;
    rig.app.shutdown().await;
}

#[tokio::test]
async fn a_damaged_account_file_is_rebuilt_from_the_keychain_and_twilio() {
    let rig = with(SimulatorConfig::default()).await;
    connect(&rig, None).await;
    text_from_outside(&rig, "Before the accident").await;
    rig.wait_for_row("Before the accident").await;
    rig.app.shutdown().await;
    let file = rig.folder.path().join("account.tern");
    let mut bytes = std::fs::read(&file).unwrap();
    bytes.iter_mut().take(4096).for_each(|byte| *byte ^= 0x5A);
    std::fs::write(&file, &bytes).unwrap();
    let rig = rig.restart().await;
    assert!(matches!(
        rig.app.app_status().await.unwrap().phase,
        Phase::Blocked { .. }
    ));
    let status = rig
        .app
        .set_aside_and_rebuild(RebuildWith { backup: None })
        .await
        .unwrap()
        .status;
    assert_eq!(
        (status.phase, status.line),
        (Phase::Ready, Some(Line::Account))
    );
    rig.wait_for_row("Before the accident").await;
    rig.app.shutdown().await;
}

#[tokio::test]
async fn another_account_cannot_be_poured_into_the_file_of_the_first() {
    let rig = with(SimulatorConfig::default()).await;
    connect(&rig, None).await;
    let first = rig.app.account().await.unwrap().unwrap();
    rig.app.leave_line().await.unwrap();
    let other = with(SimulatorConfig::default()).await;
    let request = ConnectAccount {
        credentials: credentials(&other).await,
        numbers: vec!["+14155550100".into()],
        backfill_days: Some(0),
        passphrase: None,
    };
    let error = rig.app.connect_account(request).await.unwrap_err();
    assert_eq!(error.code, ErrorCode::NotAllowed);
    assert!(matches!(
        rig.app.app_status().await.unwrap().phase,
        Phase::FirstRun { .. }
    ));
    connect(&rig, None).await;
    assert_eq!(rig.app.account().await.unwrap().unwrap(), first);
    rig.app.shutdown().await;
}

#[tokio::test]
async fn a_clock_that_is_ahead_does_not_make_history_of_the_next_texts() {
    let rig = with(SimulatorConfig::default()).await;
    rig.arm(serde_json::json!({ "kind": "clock_skew", "ms": -600_000 }))
        .await;
    let before = Clock::now(&SystemClock);
    connect(&rig, None).await;
    let account = rig.app.account().await.unwrap().unwrap();
    assert!(
        account.live_since < before.0 - 590_000,
        "live by the carrier's clock"
    );
    rig.app.shutdown().await;
}

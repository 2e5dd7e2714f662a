//! Settings and the security page.

use std::sync::Arc;

use tern_app::dto::*;
use tern_app::{Change, ErrorCode, NoSecretStore};
use tern_simulator::SimulatorConfig;

use crate::rig::Rig;

#[tokio::test]
async fn settings_survive_a_restart_and_bad_ones_change_nothing() {
    let rig = Rig::practising().await;
    let wanted = Settings {
        agent_name: "Ana".into(),
        theme: Theme::HighContrast,
        undo_seconds: 5,
        late_after_minutes: 30,
        ..Settings::default()
    };
    assert_eq!(
        rig.app.update_settings(wanted.clone()).await.unwrap(),
        wanted
    );
    let bad = Settings {
        undo_seconds: 31,
        ..wanted.clone()
    };
    assert_eq!(
        rig.app.update_settings(bad).await.unwrap_err().code,
        ErrorCode::InvalidInput
    );
    let rig = rig.restart().await;
    assert_eq!(rig.app.settings().await.unwrap(), wanted);
    rig.app.shutdown().await;
}

#[tokio::test]
async fn nobody_knows_the_settings_before_the_file_is_open_and_everybody_hears_when_it_is() {
    let rig = Rig::with(Arc::new(NoSecretStore), SimulatorConfig::default()).await;
    assert_eq!(rig.app.settings_in_force().await.unwrap(), None);
    let mut changes = rig.app.subscribe();
    rig.app
        .start_practice(StartPractice {
            passphrase: Some("correct horse".into()),
        })
        .await
        .unwrap();
    assert!(rig.app.settings_in_force().await.unwrap().is_some());
    let mut heard = Vec::new();
    while let Ok(event) = changes.try_recv() {
        heard.push(event.change);
    }
    assert!(heard.contains(&Change::Settings), "{heard:?}");
    rig.app.shutdown().await;
}

#[tokio::test]
async fn the_agents_name_stands_beside_what_they_wrote() {
    let rig = Rig::practising().await;
    let settings = Settings {
        agent_name: "Ana".into(),
        ..Settings::default()
    };
    rig.app.update_settings(settings).await.unwrap();
    let phone = rig.app.practice_handsets().await.unwrap()[0].number.clone();
    let row = rig.text(&phone, "Hello").await;
    assert_eq!(
        rig.send(row.id, "Hello yourself").await.author.as_deref(),
        Some("Ana")
    );
    rig.app.shutdown().await;
}

#[tokio::test]
async fn the_security_page_tells_what_holds_the_key() {
    let rig = Rig::practising().await;
    let security = rig.app.security().await.unwrap();
    assert_eq!(security.key_holder, KeyHolder::Keychain);
    assert!(security.data_bytes > 0 && security.cipher.contains("SQLCipher"));
    let change = ChangePassphrase {
        current: "whatever".into(),
        new: "something else".into(),
    };
    assert_eq!(
        rig.app.change_passphrase(change).await.unwrap_err().code,
        ErrorCode::NotAllowed
    );
    rig.app.shutdown().await;
}

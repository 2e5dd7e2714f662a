//! Connecting an account: the doctor's findings, and what is stored where.

use std::sync::Arc;

use tern_app::dto::*;
use tern_app::{ErrorCode, MemorySecrets, NoSecretStore, SecretName};
use tern_simulator::{HistoryPlan, NumberAbilities, NumberConfig, SimulatorConfig};

use crate::rig::{Rig, list_of, wait_for};

pub(crate) async fn credentials(rig: &Rig) -> AccountCredentials {
    let simulator = rig.line.simulator().await;
    AccountCredentials {
        account_sid: simulator.account().account_sid.clone(),
        credential: CredentialInput::AuthToken {
            token: simulator.account().auth_token.clone(),
        },
        base_url: Some(simulator.base_url().to_owned()),
    }
}

pub(crate) async fn api_key(rig: &Rig) -> AccountCredentials {
    let account = rig.line.simulator().await.account().clone();
    let credential = CredentialInput::ApiKey {
        key_sid: account.api_key_sid,
        secret: account.api_key_secret,
    };
    AccountCredentials {
        credential,
        ..credentials(rig).await
    }
}

pub(crate) async fn with(simulator: SimulatorConfig) -> Rig {
    Rig::with(Arc::new(MemorySecrets::default()), simulator).await
}

/// The findings that are not fine, as "check level title".
pub(crate) fn complaints(report: &DoctorReport) -> Vec<String> {
    report
        .findings
        .iter()
        .filter(|finding| finding.level != FindingLevel::Fine)
        .map(|finding| {
            assert!(!finding.remedy.is_empty(), "{}", finding.title);
            format!("{:?} {:?}: {}", finding.check, finding.level, finding.title)
        })
        .collect()
}

#[tokio::test]
async fn the_doctor_accepts_a_token_and_a_key_and_lists_what_numbers_can_do() {
    let rig = with(SimulatorConfig::default()).await;
    let report = rig
        .app
        .check_account(credentials(&rig).await)
        .await
        .unwrap();
    assert!(report.can_connect);
    assert_eq!(
        complaints(&report),
        ["Pictures Warning: Pictures can be received but not sent yet"]
    );
    assert_eq!(report.numbers.len(), 2);
    assert!(report.numbers[0].mms && !report.numbers[1].mms);
    let report = rig.app.check_account(api_key(&rig).await).await.unwrap();
    assert!(report.can_connect && report.account_name.is_none());
    assert!(
        matches!(
            rig.app.app_status().await.unwrap().phase,
            Phase::FirstRun { .. }
        ),
        "nothing is stored"
    );
}

#[tokio::test]
async fn wrong_credentials_are_told_apart() {
    let rig = with(SimulatorConfig::default()).await;
    let good = credentials(&rig).await;
    let account = rig.line.simulator().await.account().clone();
    let first = async |input: AccountCredentials| {
        let report = rig.app.check_account(input).await.unwrap();
        assert!(!report.can_connect);
        complaints(&report)[0].clone()
    };
    let token = |token: &str| CredentialInput::AuthToken {
        token: token.to_owned(),
    };
    let wrong = AccountCredentials {
        credential: token(&"0".repeat(32)),
        ..good.clone()
    };
    assert_eq!(
        first(wrong).await,
        "Credentials Problem: Twilio refuses the account SID and auth token"
    );
    let odd = AccountCredentials {
        credential: token("too short"),
        ..good.clone()
    };
    assert_eq!(
        first(odd).await,
        "Credentials Problem: Twilio refuses the auth token"
    );
    let key = |secret: &str| CredentialInput::ApiKey {
        key_sid: account.api_key_sid.clone(),
        secret: secret.into(),
    };
    let revoked = AccountCredentials {
        credential: key("NotTheSecretOfThisKeyAtAll"),
        ..good.clone()
    };
    assert_eq!(
        first(revoked).await,
        "Credentials Problem: Twilio refuses the API key"
    );
    let mixed = AccountCredentials {
        credential: key(&"a1".repeat(16)),
        ..good.clone()
    };
    assert_eq!(
        first(mixed).await,
        "Credentials Problem: The key does not go with this secret"
    );
    let swapped = AccountCredentials {
        account_sid: account.api_key_sid.clone(),
        ..good.clone()
    };
    assert_eq!(
        first(swapped).await,
        "Credentials Problem: This is an API key, not an account"
    );
    let insecure = AccountCredentials {
        base_url: Some("http://api.example.com".into()),
        ..good.clone()
    };
    assert_eq!(
        first(insecure).await,
        "Network Problem: This address cannot be used"
    );
    let nobody = AccountCredentials {
        base_url: Some("http://127.0.0.1:1".into()),
        ..good
    };
    assert_eq!(
        first(nobody).await,
        "Network Problem: Twilio cannot be reached"
    );
}

#[tokio::test]
async fn numbers_webhooks_trial_and_clock_are_looked_at() {
    let sample = NumberConfig {
        sms_url: Some("https://demo.twilio.com/welcome/sms/reply/".into()),
        ..NumberConfig::new("+14155550100", NumberAbilities::SmsAndMms)
    };
    let foreign = NumberConfig {
        sms_url: Some("https://bot.example.com/sms?secret=1".into()),
        ..NumberConfig::new("+14155550101", NumberAbilities::SmsAndMms)
    };
    let voice = NumberConfig::new("+14155550102", NumberAbilities::VoiceOnly);
    let numbers = vec![sample, foreign, voice];
    let rig = with(SimulatorConfig {
        numbers,
        trial: true,
        ..SimulatorConfig::default()
    })
    .await;
    rig.arm(serde_json::json!({ "kind": "clock_skew", "ms": -600_000 }))
        .await;
    let report = rig
        .app
        .check_account(credentials(&rig).await)
        .await
        .unwrap();
    assert!(report.can_connect && report.trial);
    assert_eq!(
        complaints(&report),
        [
            "Account Warning: This is a trial account",
            "Clock Warning: This laptop's clock is off",
            "Webhook Warning: Twilio's sample reply answers your customers",
            "Webhook Warning: Another program answers on this number",
            "Pictures Warning: Pictures can be received but not sent yet",
        ]
    );
    assert_eq!(
        report.numbers[1].webhook_host.as_deref(),
        Some("bot.example.com")
    );
    assert!(!report.numbers[2].usable && report.numbers[2].note.is_some());
    let text = serde_json::to_string(&report).unwrap();
    assert!(
        !text.contains("secret=1"),
        "only the host of a webhook is shown"
    );
}

#[tokio::test]
async fn an_account_without_a_number_that_texts_cannot_be_connected() {
    let numbers = vec![NumberConfig::new(
        "+14155550102",
        NumberAbilities::VoiceOnly,
    )];
    let rig = with(SimulatorConfig {
        numbers,
        ..SimulatorConfig::default()
    })
    .await;
    let report = rig
        .app
        .check_account(credentials(&rig).await)
        .await
        .unwrap();
    assert_eq!(
        complaints(&report),
        ["Numbers Problem: None of the account's numbers can text"]
    );
    let connect = ConnectAccount {
        credentials: credentials(&rig).await,
        numbers: vec!["+14155550102".into()],
        backfill_days: Some(0),
        passphrase: None,
    };
    assert_eq!(
        rig.app.connect_account(connect).await.unwrap_err().code,
        ErrorCode::InvalidInput
    );
    assert!(
        rig.secrets
            .find(SecretName::CarrierCredential)
            .unwrap()
            .is_none()
    );
}

pub(crate) async fn connect(rig: &Rig, passphrase: Option<&str>) -> AppStatus {
    let connect = ConnectAccount {
        credentials: credentials(rig).await,
        numbers: vec!["+14155550100".into()],
        backfill_days: None,
        passphrase: passphrase.map(str::to_owned),
    };
    rig.app.connect_account(connect).await.unwrap()
}

pub(crate) async fn text_from_outside(rig: &Rig, body: &str) {
    let base = rig.line.simulator().await.control_url().to_owned();
    let client = reqwest::Client::new();
    let phone = serde_json::json!({ "e164": "+12025550199" });
    client
        .post(format!("{base}/sim/handsets"))
        .json(&phone)
        .send()
        .await
        .unwrap();
    let text = serde_json::json!({ "to": "+14155550100", "body": body });
    let sent = client
        .post(format!("{base}/sim/handsets/+12025550199/texts"))
        .json(&text)
        .send()
        .await
        .unwrap();
    sent.error_for_status().unwrap();
}

#[tokio::test]
async fn what_was_there_before_connecting_is_history_and_what_comes_after_is_new_work() {
    let history = HistoryPlan {
        messages: 30,
        numbers: 3,
        years: 0.1,
        seed: 1,
        until: None,
    };
    let rig = with(SimulatorConfig {
        history: Some(history),
        ..SimulatorConfig::default()
    })
    .await;
    let status = connect(&rig, None).await;
    assert_eq!(
        (status.phase, status.line),
        (Phase::Ready, Some(Line::Account))
    );
    let done = wait_for(&rig.app, "the past", async || {
        let done = list_of(&rig.app, InboxList::Done).await;
        let finished =
            rig.app.app_status().await.unwrap().backfill?.state == BackfillState::Finished;
        (finished && !done.rows.is_empty()).then_some(done)
    })
    .await;
    assert!(done.rows.iter().all(|row| row.unread == 0));
    assert_eq!(
        (done.counts.new, done.counts.ongoing),
        (0, 0),
        "history is nobody's work"
    );
    text_from_outside(&rig, "Just now").await;
    let new = rig.wait_for_row("Just now").await;
    assert_eq!((new.list, new.unread), (InboxList::New, 1));
    let account = rig.app.account().await.unwrap().unwrap();
    assert!(account.secret_present && account.account_sid_masked.contains('…'));

    let rig = rig.restart().await;
    assert_eq!(rig.app.app_status().await.unwrap().phase, Phase::Ready);
    let again = rig.app.account().await.unwrap().unwrap();
    assert_eq!(
        again.live_since, account.live_since,
        "going live happens once"
    );
    text_from_outside(&rig, "After the restart").await;
    rig.wait_for_row("After the restart").await;
    rig.app.shutdown().await;
}

#[tokio::test]
async fn without_a_keychain_the_credential_is_inside_the_encrypted_file_only() {
    let rig = Rig::with(Arc::new(NoSecretStore), SimulatorConfig::default()).await;
    connect(&rig, Some("correct horse")).await;
    let token = rig.line.simulator().await.account().auth_token.clone();
    let rig = rig.restart().await;
    let unlock = UnlockWith {
        passphrase: Some("correct horse".into()),
    };
    assert_eq!(rig.app.unlock(unlock).await.unwrap().phase, Phase::Ready);
    wait_for(&rig.app, "the line to be online", async || {
        (rig.app.app_status().await.unwrap().connection == Connection::Online).then_some(())
    })
    .await;
    rig.app.shutdown().await;
    for entry in std::fs::read_dir(rig.folder.path())
        .unwrap()
        .filter_map(Result::ok)
    {
        if entry.path().is_file() {
            let bytes = std::fs::read(entry.path()).unwrap();
            assert!(
                !bytes
                    .windows(token.len())
                    .any(|window| window == token.as_bytes()),
                "{:?}",
                entry.path()
            );
        }
    }
}

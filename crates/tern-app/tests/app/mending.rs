//! A damaged file is put together from itself, an older backup and Twilio; and a backup that becomes a desk on another
//! computer, or takes the place of an open one.

use std::path::Path;
use std::sync::Arc;

use tern_app::dto::*;
use tern_app::{App, ErrorCode, MemorySecrets};
use tern_domain::{EventBody, UtcMillis};
use tern_simulator::{HistoryPlan, SimulatorConfig};

use crate::account::{connect, credentials, text_from_outside, with};
use crate::file_key::file_events;
use crate::rig::{Rig, list_of, start, wait_for};
use crate::team::{add_agent, customer, me, sign_in};

const PASSPHRASE: &str = "a heron in the rain";

async fn back_up(app: &App, folder: &Path) -> BackupRow {
    app.set_up_backups(SetUpBackups {
        place: PlaceRef::typed(folder),
        passphrase: PASSPHRASE.to_owned(),
    })
    .await
    .unwrap();
    app.back_up_now().await.unwrap();
    wait_for(app, "a backup", async || {
        app.backups().await.unwrap().backups.into_iter().next()
    })
    .await
}

async fn found(app: &App, folder: &Path, replaces: bool) -> RestoreBackup {
    let request = FindBackups {
        place: PlaceRef::typed(folder),
    };
    let desk = app.find_backups(request).await.unwrap().remove(0);
    RestoreBackup {
        place: PlaceRef::typed(folder),
        desk: desk.desk,
        sequence: desk.backups[0].sequence,
        passphrase: PASSPHRASE.to_owned(),
        file_passphrase: None,
        replaces,
    }
}

/// Every text, by conversation: where it stands does not matter, how often it is there does.
async fn everything(rig: &Rig) -> Vec<(String, String)> {
    let mut all = Vec::new();
    for list in [InboxList::New, InboxList::Ongoing, InboxList::Done] {
        for row in list_of(&rig.app, list).await.rows {
            let thread = rig.thread(row.id).await;
            assert_eq!(
                u64::try_from(thread.len()).unwrap(),
                rig.app
                    .conversation(ConversationRef {
                        conversation_id: row.id
                    })
                    .await
                    .unwrap()
                    .message_count,
            );
            let texts = thread.into_iter().map(|text| text.body);
            all.extend(texts.map(|body| (row.requester_number.clone(), body)));
        }
    }
    all.sort();
    all
}

async fn fetched(rig: &Rig) {
    wait_for(&rig.app, "the past", async || {
        let backfill = rig.app.app_status().await.unwrap().backfill?;
        matches!(backfill.state, BackfillState::Finished).then_some(())
    })
    .await;
}

#[tokio::test]
async fn what_was_in_the_file_the_backup_or_at_twilio_is_there_once_after_damage() {
    let rig = with(SimulatorConfig {
        history: Some(HistoryPlan {
            messages: 1500,
            numbers: 40,
            years: 0.5,
            seed: 4,
            until: None,
        }),
        ..SimulatorConfig::default()
    })
    .await;
    connect(&rig, None).await;
    fetched(&rig).await;
    text_from_outside(&rig, "Before the backup").await;
    rig.wait_for_row("Before the backup").await;
    let backups = tempfile::tempdir().unwrap();
    back_up(&rig.app, backups.path()).await;
    text_from_outside(&rig, "After the backup").await;
    rig.wait_for_row("After the backup").await;
    let before = everything(&rig).await;
    rig.app.shutdown().await;

    let file = rig.folder.path().join("account.tern");
    let mut bytes = std::fs::read(&file).unwrap();
    bytes.truncate(bytes.len() / 4096 * 3 / 4 * 4096);
    std::fs::write(&file, &bytes).unwrap();
    let rig = rig.restart().await;
    let status = rig.app.app_status().await.unwrap();
    assert!(
        matches!(status.phase, Phase::Blocked { .. }),
        "{:?}",
        status.phase
    );

    let backup = found(&rig.app, backups.path(), false).await;
    let wrong = RebuildWith {
        backup: Some(RestoreBackup {
            passphrase: "another passphrase".to_owned(),
            ..backup.clone()
        }),
    };
    let refused = rig.app.set_aside_and_rebuild(wrong).await;
    assert_eq!(refused.unwrap_err().code, ErrorCode::WrongKey);
    assert!(
        std::fs::read(&file).unwrap() == bytes,
        "nothing was touched"
    );

    let rebuilt = rig
        .app
        .set_aside_and_rebuild(RebuildWith {
            backup: Some(backup),
        })
        .await
        .unwrap();
    assert_eq!(rebuilt.status.phase, Phase::Ready);
    assert!(!rebuilt.complete && !rebuilt.other_desk);
    let from_backup = rebuilt.from_backup.unwrap();
    assert!(rebuilt.texts > 0 && from_backup > 0, "{rebuilt:?}");
    fetched(&rig).await;
    wait_for(&rig.app, "the newest text", async || {
        let all = everything(&rig).await;
        all.iter()
            .any(|(_, body)| body == "After the backup")
            .then_some(())
    })
    .await;
    assert_eq!(everything(&rig).await, before);
    // The report of it all stays.
    let report = rig.app.backups().await.unwrap().mended.unwrap();
    assert_eq!(
        (report.kept, report.from_backup),
        (rebuilt.texts, from_backup)
    );
    let total = report.kept + report.from_backup + report.from_twilio;
    assert_eq!(total, u64::try_from(before.len()).unwrap());
    assert!(
        report.missing.is_none_or(|missing| missing == 0),
        "{report:?}"
    );
    assert!(report.backup_of.is_some());
    // Its own backups go on.
    assert!(rig.app.backups().await.unwrap().folder.is_some());
    rig.app.shutdown().await;
}

#[tokio::test]
async fn an_account_on_another_computer_is_read_at_once_and_goes_live_with_its_credentials() {
    let rig = with(SimulatorConfig::default()).await;
    connect(&rig, None).await;
    text_from_outside(&rig, "Before the laptop was lost").await;
    let row = rig.wait_for_row("Before the laptop was lost").await;
    let backups = tempfile::tempdir().unwrap();
    let made = back_up(&rig.app, backups.path()).await;
    rig.app.shutdown().await;

    let folder = Arc::new(tempfile::tempdir().unwrap());
    let secrets: Arc<dyn tern_app::SecretStore> = Arc::new(MemorySecrets::default());
    let other = Rig {
        app: start(&folder, &secrets, &rig.line).await,
        line: Arc::clone(&rig.line),
        secrets,
        folder,
    };
    let request = found(&other.app, backups.path(), false).await;
    let report = other.app.restore_backup(request).await.unwrap();
    assert_eq!(report.status.phase, Phase::Ready);
    assert_eq!(
        other.thread(row.id).await[0].body,
        "Before the laptop was lost"
    );
    let Connection::Refused { error } = report.status.connection else {
        panic!("{:?}", report.status.connection);
    };
    assert_eq!(error.code, ErrorCode::Credentials);
    text_from_outside(&other, "Meanwhile").await;

    let input = credentials(&other).await;
    other.app.replace_credentials(input).await.unwrap();
    wait_for(&other.app, "the line", async || {
        let status = other.app.app_status().await.unwrap();
        (status.connection == Connection::Online).then_some(())
    })
    .await;
    other.wait_for_row("Meanwhile").await;
    // The event log says where the file comes from.
    let events = file_events(&other, "account").await;
    let restored = EventBody::FileRestored {
        made_at: UtcMillis(made.made_at),
    };
    assert!(events.contains(&restored), "{events:?}");
}

#[tokio::test]
async fn a_backup_takes_the_place_of_an_open_desk_when_an_administrator_says_so() {
    let rig = Rig::practising().await;
    let phone = customer(&rig).await;
    rig.text(&phone, "In the backup").await;
    let backups = tempfile::tempdir().unwrap();
    back_up(&rig.app, backups.path()).await;
    let row = rig.text(&phone, "Not in the backup").await;
    let first = me(&rig.app.team().await.unwrap()).id.clone();
    let ben = add_agent(&rig, "Ben", &[]).await;
    sign_in(&rig, &ben).await;
    let request = found(&rig.app, backups.path(), true).await;
    let refused = rig.app.restore_backup(request.clone()).await;
    assert_eq!(refused.unwrap_err().code, ErrorCode::NotAllowed);
    sign_in(&rig, &first).await;
    let wrong = RestoreBackup {
        passphrase: "another passphrase".to_owned(),
        ..request.clone()
    };
    let refused = rig.app.restore_backup(wrong).await;
    assert_eq!(refused.unwrap_err().code, ErrorCode::WrongKey);
    assert_eq!(rig.thread(row.id).await.len(), 2, "the desk goes on");
    let report = rig.app.restore_backup(request).await.unwrap();
    assert_eq!(report.status.phase, Phase::Ready);
    assert_eq!(report.counts.messages, 1);
    assert!(rig.folder.path().join(report.kept_as.unwrap()).exists());
    // What came since is with the carrier, and comes again: once, and to people.
    rig.wait_for_row("Not in the backup").await;
    let bodies: Vec<_> = rig
        .thread(row.id)
        .await
        .into_iter()
        .map(|it| it.body)
        .collect();
    assert_eq!(bodies, ["In the backup", "Not in the backup"]);
    rig.app.shutdown().await;
}

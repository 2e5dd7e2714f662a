//! Getting to an open file, and every way it can fail: each with its own words, none harming anything.

use std::sync::Arc;

use tern_app::dto::*;
use tern_app::{
    ErrorCode, MemorySecrets, NoSecretStore, SecretName, SecretStore, SecretStoreError,
};
use tern_simulator::SimulatorConfig;

use crate::rig::Rig;

fn blocked(phase: &Phase) -> (ErrorCode, &[BlockedOffer]) {
    match phase {
        Phase::Blocked { error, offers } => {
            assert!(!error.message.is_empty() && !error.remedy.is_empty());
            (error.code, offers)
        }
        other => panic!("not blocked: {other:?}"),
    }
}

async fn practise(rig: &Rig, passphrase: Option<&str>) -> Result<AppStatus, tern_app::ApiError> {
    rig.app
        .start_practice(StartPractice {
            passphrase: passphrase.map(str::to_owned),
        })
        .await
}

#[tokio::test]
async fn without_a_keychain_a_passphrase_protects_the_file() {
    let rig = Rig::with(Arc::new(NoSecretStore), SimulatorConfig::default()).await;
    match rig.app.app_status().await.unwrap().phase {
        Phase::FirstRun {
            keychain_available,
            keychain_problem,
        } => {
            assert!(!keychain_available);
            assert!(keychain_problem.unwrap().contains("no keychain"));
        }
        other => panic!("{other:?}"),
    }
    assert_eq!(
        practise(&rig, None).await.unwrap_err().code,
        ErrorCode::KeychainUnavailable
    );
    assert_eq!(
        practise(&rig, Some("short")).await.unwrap_err().code,
        ErrorCode::InvalidInput
    );
    practise(&rig, Some("correct horse")).await.unwrap();
    let phone = rig.app.practice_handsets().await.unwrap()[0].number.clone();
    rig.text(&phone, "Hello").await;

    let rig = rig.restart().await;
    let locked = rig.app.app_status().await.unwrap();
    assert!(matches!(
        locked.phase,
        Phase::Locked {
            needs: Unlock::Passphrase,
            ..
        }
    ));
    let page = ListConversations {
        list: InboxList::New,
        after: None,
        limit: 10,
    };
    assert_eq!(
        rig.app
            .list_conversations(page.clone())
            .await
            .unwrap_err()
            .code,
        ErrorCode::NotReady
    );
    let unlock = |text: &str| UnlockWith {
        passphrase: Some(text.to_owned()),
    };
    assert_eq!(
        rig.app
            .unlock(unlock("wrong horse"))
            .await
            .unwrap_err()
            .code,
        ErrorCode::WrongKey
    );
    assert_eq!(
        rig.app.unlock(unlock("correct horse")).await.unwrap().phase,
        Phase::Ready
    );
    assert_eq!(
        rig.app.list_conversations(page).await.unwrap().rows.len(),
        1
    );
    assert_eq!(
        rig.app.security().await.unwrap().key_holder,
        KeyHolder::Passphrase
    );

    let change = |current: &str, new: &str| ChangePassphrase {
        current: current.into(),
        new: new.into(),
    };
    let wrong = rig
        .app
        .change_passphrase(change("wrong horse", "battery staple"))
        .await
        .unwrap_err();
    assert_eq!(wrong.code, ErrorCode::WrongKey);
    rig.app
        .change_passphrase(change("correct horse", "battery staple"))
        .await
        .unwrap();
    let rig = rig.restart().await;
    assert_eq!(
        rig.app
            .unlock(unlock("correct horse"))
            .await
            .unwrap_err()
            .code,
        ErrorCode::WrongKey
    );
    assert_eq!(
        rig.app
            .unlock(unlock("battery staple"))
            .await
            .unwrap()
            .phase,
        Phase::Ready
    );
    rig.app.shutdown().await;
}

#[tokio::test]
async fn a_second_process_is_told_that_the_file_is_in_use() {
    let rig = Rig::practising().await;
    let second = rig.second().await;
    let status = second.app_status().await.unwrap();
    let (code, offers) = blocked(&status.phase);
    assert_eq!(
        (code, offers),
        (
            ErrorCode::FileInUse,
            &[BlockedOffer::Retry, BlockedOffer::Quit][..]
        )
    );
    assert_eq!(rig.app.app_status().await.unwrap().phase, Phase::Ready);
    rig.app.shutdown().await;
    let status = second
        .unlock(UnlockWith { passphrase: None })
        .await
        .unwrap();
    assert_eq!(status.phase, Phase::Ready);
    second.shutdown().await;
}

#[tokio::test]
async fn a_damaged_file_is_set_aside_and_never_deleted() {
    let rig = Rig::practising().await;
    let phone = rig.app.practice_handsets().await.unwrap()[0].number.clone();
    rig.text(&phone, "Hello").await;
    rig.app.shutdown().await;
    let file = rig.folder.path().join("practice.tern");
    let mut bytes = std::fs::read(&file).unwrap();
    bytes.iter_mut().take(4096).for_each(|byte| *byte ^= 0x5A);
    std::fs::write(&file, &bytes).unwrap();

    let rig = rig.restart().await;
    let status = rig.app.app_status().await.unwrap();
    let (code, offers) = blocked(&status.phase);
    assert_eq!(code, ErrorCode::FileDamaged);
    assert!(offers.contains(&BlockedOffer::SetAsideAndRebuild));
    assert_eq!(
        std::fs::read(&file).unwrap(),
        bytes,
        "untouched until somebody decides"
    );
    let rebuilt = rig
        .app
        .set_aside_and_rebuild(RebuildWith { backup: None })
        .await
        .unwrap();
    assert_eq!(rebuilt.status.phase, Phase::Ready);
    assert_eq!((rebuilt.texts, rebuilt.complete), (0, false));
    assert!(rig.folder.path().join(&rebuilt.kept_as).exists());
    let kept = std::fs::read_dir(rig.folder.path())
        .unwrap()
        .filter_map(Result::ok)
        .any(|entry| {
            entry.path().is_file()
                && std::fs::read(entry.path()).is_ok_and(|content| content == bytes)
        });
    assert!(kept, "the damaged file is still there");
    rig.text(&phone, "Hello again").await;
    rig.app.shutdown().await;
}

#[tokio::test]
async fn a_lost_key_is_named_and_never_replaced_by_itself() {
    let rig = Rig::practising().await;
    rig.app.shutdown().await;
    rig.secrets.delete(SecretName::FileKey).unwrap();
    let file = rig.folder.path().join("practice.tern");
    let before = std::fs::read(&file).unwrap();
    let rig = rig.restart().await;
    let status = rig.app.app_status().await.unwrap();
    let (code, offers) = blocked(&status.phase);
    assert_eq!(code, ErrorCode::WrongKey);
    assert!(offers.contains(&BlockedOffer::Retry));
    rig.app.leave_line().await.unwrap();
    assert_eq!(
        practise(&rig, None).await.unwrap_err().code,
        ErrorCode::WrongKey
    );
    assert!(
        rig.secrets.find(SecretName::FileKey).unwrap().is_none(),
        "no new key was made"
    );
    assert_eq!(std::fs::read(&file).unwrap(), before);
    rig.app.shutdown().await;
}

#[tokio::test]
async fn another_key_opens_nothing_and_harms_nothing() {
    let rig = Rig::practising().await;
    rig.app.shutdown().await;
    let right = rig.secrets.find(SecretName::FileKey).unwrap().unwrap();
    rig.secrets.store(SecretName::FileKey, &[7; 32]).unwrap();
    let rig = rig.restart().await;
    assert_eq!(
        blocked(&rig.app.app_status().await.unwrap().phase).0,
        ErrorCode::WrongKey
    );
    rig.app.shutdown().await;
    rig.secrets.store(SecretName::FileKey, &right).unwrap();
    let rig = rig.restart().await;
    assert_eq!(rig.app.app_status().await.unwrap().phase, Phase::Ready);
    rig.app.shutdown().await;
}

/// A keychain that can be locked.
struct Lockable {
    inner: MemorySecrets,
    locked: std::sync::atomic::AtomicBool,
}

impl Lockable {
    fn check(&self) -> Result<(), SecretStoreError> {
        if self.locked.load(std::sync::atomic::Ordering::SeqCst) {
            return Err(SecretStoreError::Locked {
                reason: "the prompt was dismissed".to_owned(),
            });
        }
        Ok(())
    }
}

impl SecretStore for Lockable {
    fn probe(&self) -> Result<(), SecretStoreError> {
        Ok(())
    }

    fn find(
        &self,
        name: SecretName,
    ) -> Result<Option<zeroize::Zeroizing<Vec<u8>>>, SecretStoreError> {
        self.check()?;
        self.inner.find(name)
    }

    fn store(&self, name: SecretName, secret: &[u8]) -> Result<(), SecretStoreError> {
        self.check()?;
        self.inner.store(name, secret)
    }

    fn delete(&self, name: SecretName) -> Result<(), SecretStoreError> {
        self.check()?;
        self.inner.delete(name)
    }
}

#[tokio::test]
async fn a_locked_keychain_asks_for_an_unlock_and_then_goes_on() {
    let keychain = Arc::new(Lockable {
        inner: MemorySecrets::default(),
        locked: false.into(),
    });
    let rig = Rig::with(keychain.clone(), SimulatorConfig::default()).await;
    practise(&rig, None).await.unwrap();
    keychain
        .locked
        .store(true, std::sync::atomic::Ordering::SeqCst);
    let rig = rig.restart().await;
    match rig.app.app_status().await.unwrap().phase {
        Phase::Locked { needs, message, .. } => {
            assert_eq!(needs, Unlock::Keychain);
            assert!(message.contains("locked") && message.contains("Unlock"));
        }
        other => panic!("{other:?}"),
    }
    keychain
        .locked
        .store(false, std::sync::atomic::Ordering::SeqCst);
    let status = rig
        .app
        .unlock(UnlockWith { passphrase: None })
        .await
        .unwrap();
    assert_eq!(status.phase, Phase::Ready);
    rig.app.shutdown().await;
}

#[tokio::test]
async fn leaving_the_line_keeps_its_file_and_its_people() {
    let rig = Rig::practising().await;
    let added = rig
        .app
        .practice_add_handset(AddHandset {
            name: "Dora".into(),
        })
        .await
        .unwrap();
    let row = rig.text(&added.number, "Here I am").await;
    let status = rig.app.leave_line().await.unwrap();
    assert!(matches!(status.phase, Phase::FirstRun { .. }));
    assert_eq!(status.line, None);
    practise(&rig, None).await.unwrap();
    let view = rig
        .app
        .conversation(ConversationRef {
            conversation_id: row.id,
        })
        .await
        .unwrap();
    assert_eq!(view.row.preview, "Here I am");
    let phones = rig.app.practice_handsets().await.unwrap();
    assert_eq!(phones.last().unwrap().name, "Dora");
    rig.app.shutdown().await;
}

#[tokio::test]
async fn a_newer_file_is_refused_untouched() {
    let rig = Rig::practising().await;
    rig.app.shutdown().await;
    let file = rig.folder.path().join("practice.tern");
    let key = rig.secrets.find(SecretName::FileKey).unwrap().unwrap();
    let digits: String = key.iter().map(|byte| format!("{byte:02x}")).collect();
    let connection = rusqlite::Connection::open(&file).unwrap();
    connection
        .pragma_update(None, "key", format!("x'{digits}'"))
        .unwrap();
    connection.pragma_update(None, "user_version", 999).unwrap();
    connection.close().unwrap();
    let before = std::fs::read(&file).unwrap();
    let rig = rig.restart().await;
    let status = rig.app.app_status().await.unwrap();
    assert_eq!(
        blocked(&status.phase),
        (ErrorCode::FileTooNew, &[BlockedOffer::Quit][..])
    );
    let refused = rig
        .app
        .set_aside_and_rebuild(RebuildWith { backup: None })
        .await
        .unwrap_err();
    assert_eq!(refused.code, ErrorCode::NotAllowed);
    assert_eq!(std::fs::read(&file).unwrap(), before);
    rig.app.shutdown().await;
}

#[tokio::test]
async fn a_passphrase_chosen_before_is_asked_for_on_the_first_run_screen_too() {
    let rig = Rig::with(Arc::new(NoSecretStore), SimulatorConfig::default()).await;
    practise(&rig, Some("correct horse")).await.unwrap();
    rig.app.leave_line().await.unwrap();
    let rig = rig.restart().await;
    match rig.app.app_status().await.unwrap().phase {
        Phase::FirstRun {
            keychain_available,
            keychain_problem,
        } => {
            assert!(!keychain_available && keychain_problem.unwrap().contains("chose before"));
        }
        other => panic!("{other:?}"),
    }
    assert_eq!(
        practise(&rig, Some("wrong horse")).await.unwrap_err().code,
        ErrorCode::WrongKey
    );
    practise(&rig, Some("correct horse")).await.unwrap();
    rig.app.shutdown().await;
}

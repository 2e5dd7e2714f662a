//! Replacing the key of the files, and coming back by the recovery code when passphrase or keychain is lost.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use tern_app::dto::*;
use tern_app::{
    ErrorCode, MemorySecrets, NoSecretStore, SecretName, SecretStore, SecretStoreError,
};
use tern_simulator::SimulatorConfig;
use tern_store::{DatabaseKey, FileName, Going, KeyEnvelope, PassphraseCost, Rotation};
use zeroize::Zeroizing;

use crate::rig::Rig;
use crate::team::{add_agent, customer, sign_in};

const TEXT: &str = "My heron came today";

pub(crate) fn file_key(rig: &Rig) -> Option<Vec<u8>> {
    let found = rig.secrets.find(SecretName::FileKey).unwrap();
    found.map(|key| key.to_vec())
}

pub(crate) async fn rotate(
    rig: &Rig,
    passphrase: Option<&str>,
) -> Result<AppStatus, tern_app::ApiError> {
    let request = RotateKey {
        passphrase: passphrase.map(str::to_owned),
    };
    rig.app.rotate_key(request).await
}

pub(crate) async fn phase(rig: &Rig) -> Phase {
    rig.app.app_status().await.unwrap().phase
}

pub(crate) async fn is_all_there(rig: &Rig) {
    assert_eq!(phase(rig).await, Phase::Ready);
    let page = rig
        .app
        .list_conversations(ListConversations {
            list: InboxList::New,
            after: None,
            limit: 10,
        })
        .await
        .unwrap();
    assert!(page.rows.iter().any(|row| row.preview == TEXT));
}

pub(crate) async fn with_text(secrets: Arc<dyn SecretStore>, passphrase: Option<&str>) -> Rig {
    let rig = Rig::with(secrets, SimulatorConfig::default()).await;
    rig.app
        .start_practice(StartPractice {
            passphrase: passphrase.map(str::to_owned),
        })
        .await
        .unwrap();
    let phone = customer(&rig).await;
    rig.text(&phone, TEXT).await;
    rig
}

pub(crate) async fn draw(rig: &Rig, secret: &str) -> Result<(), tern_app::ApiError> {
    let proof = LockProof {
        secret: secret.to_owned(),
        code: None,
    };
    rig.app.draw_recovery_code(proof).await.map(drop)
}

/// Makes a code as a person does, and answers it as it is printed.
pub(crate) async fn make_code(rig: &Rig, secret: &str) -> String {
    let proof = LockProof {
        secret: secret.to_owned(),
        code: None,
    };
    let sheet = rig.app.draw_recovery_code(proof).await.unwrap();
    assert_eq!(sheet.groups.len(), 7);
    let confirm = |group: &str| {
        rig.app.confirm_recovery_code(ConfirmRecoveryCode {
            group: group.to_owned(),
        })
    };
    let wrong = confirm("UUUU").await.unwrap_err();
    assert_eq!(wrong.code, ErrorCode::InvalidInput);
    let before = rig.app.security().await.unwrap().recovery_code_made_at;
    let asked = sheet.groups[usize::from(sheet.asked)].to_lowercase();
    let view = confirm(&asked).await.unwrap();
    assert!(view.recovery_code_made_at.is_some() && view.recovery_code_made_at >= before);
    sheet.groups.join("-")
}

async fn recover(
    rig: &Rig,
    code: &str,
    passphrase: Option<&str>,
) -> Result<Phase, tern_app::ApiError> {
    let request = UseRecoveryCode {
        code: code.to_owned(),
        passphrase: passphrase.map(str::to_owned),
    };
    let status = rig.app.use_recovery_code(request).await?;
    Ok(status.phase)
}

fn offers(phase: &Phase) -> Vec<BlockedOffer> {
    match phase {
        Phase::Blocked { error, offers } if error.code == ErrorCode::WrongKey => offers.clone(),
        other => panic!("{other:?}"),
    }
}

/// A code of the right form that is not the one: check symbols of another one fit it.
pub(crate) const OTHER_CODE: &str = "1111-1111-1111-1111-1111-1111-111C";

#[tokio::test]
async fn a_new_key_takes_the_place_of_the_old_one_and_everything_is_there() {
    let rig = with_text(Arc::new(MemorySecrets::default()), None).await;
    let before = file_key(&rig).unwrap();
    assert_eq!(rig.app.security().await.unwrap().key_replaced_at, None);
    assert_eq!(rotate(&rig, None).await.unwrap().phase, Phase::Ready);
    is_all_there(&rig).await;
    assert_ne!(file_key(&rig).unwrap(), before);
    assert!(rig.secrets.find(SecretName::NextFileKey).unwrap().is_none());
    assert!(rig.app.security().await.unwrap().key_replaced_at.is_some());
    // Texts come in as before.
    let phone = customer(&rig).await;
    rig.text(&phone, "Another one").await;

    let rig = rig.restart().await;
    assert_eq!(phase(&rig).await, Phase::Ready);
    rig.app.shutdown().await;
    rig.secrets.store(SecretName::FileKey, &before).unwrap();
    let rig = rig.restart().await;
    assert!(!offers(&phase(&rig).await).contains(&BlockedOffer::UseRecoveryCode));
}

#[tokio::test]
async fn the_passphrase_stays_the_same_when_the_key_is_replaced() {
    let rig = with_text(Arc::new(NoSecretStore), Some("correct horse")).await;
    for wrong in [None, Some("wrong horse")] {
        let refused = rotate(&rig, wrong).await.unwrap_err();
        assert_eq!(refused.code, ErrorCode::WrongKey);
        is_all_there(&rig).await;
    }
    let envelope = std::fs::read(rig.folder.path().join("tern.envelope")).unwrap();
    rotate(&rig, Some("correct horse")).await.unwrap();
    is_all_there(&rig).await;
    let rig = rig.restart().await;
    let unlock = UnlockWith {
        passphrase: Some("correct horse".into()),
    };
    rig.app.unlock(unlock.clone()).await.unwrap();
    is_all_there(&rig).await;

    // An envelope from before, out of a backup, opens nothing any more.
    rig.app.shutdown().await;
    std::fs::write(rig.folder.path().join("tern.envelope"), envelope).unwrap();
    let rig = rig.restart().await;
    let _ = rig.app.unlock(unlock).await;
    assert!(matches!(phase(&rig).await, Phase::Blocked { .. }));
}

#[tokio::test]
async fn only_an_administrator_replaces_the_key_or_makes_a_code() {
    let rig = with_text(Arc::new(MemorySecrets::default()), None).await;
    let other = add_agent(&rig, "Sam", &[]).await;
    sign_in(&rig, &other).await;
    let before = file_key(&rig);
    assert!(!rig.app.security().await.unwrap().may_administer);
    let refused = [
        rotate(&rig, None).await.unwrap_err(),
        draw(&rig, "").await.unwrap_err(),
        rig.app.revoke_recovery_code().await.unwrap_err(),
    ];
    assert!(refused.iter().all(|it| it.code == ErrorCode::NotAllowed));
    assert_eq!(file_key(&rig), before);
}

#[tokio::test]
async fn a_key_that_the_keychain_lost_comes_back_by_the_recovery_code() {
    let rig = with_text(Arc::new(MemorySecrets::default()), None).await;
    let code = make_code(&rig, "").await;
    for lost in [None, Some([7_u8; 32])] {
        rig.app.shutdown().await;
        match lost {
            None => rig.secrets.delete(SecretName::FileKey).unwrap(),
            Some(other) => rig.secrets.store(SecretName::FileKey, &other).unwrap(),
        }
        let app = rig.second().await;
        let second = Rig {
            app,
            line: Arc::clone(&rig.line),
            secrets: Arc::clone(&rig.secrets),
            folder: Arc::clone(&rig.folder),
        };
        let offered = offers(&phase(&second).await);
        assert_eq!(offered[0], BlockedOffer::UseRecoveryCode);
        let mistyped = recover(&second, &code.replacen('-', "0", 1), None).await;
        assert_eq!(mistyped.unwrap_err().code, ErrorCode::InvalidInput);
        let typed = code.to_lowercase().replace('-', " ");
        assert_eq!(recover(&second, &typed, None).await.unwrap(), Phase::Ready);
        is_all_there(&second).await;
        let view = second.app.security().await.unwrap();
        assert!(view.rotation_advised && view.recovery_code_made_at.is_some());
        second.app.shutdown().await;
    }
    let rig = rig.restart().await;
    is_all_there(&rig).await;

    rotate(&rig, None).await.unwrap();
    let view = rig.app.security().await.unwrap();
    assert!(!view.rotation_advised && view.recovery_code_made_at.is_none());
    rig.app.shutdown().await;
}

#[tokio::test]
async fn a_forgotten_passphrase_is_replaced_by_whoever_has_the_code() {
    let rig = with_text(Arc::new(NoSecretStore), Some("correct horse")).await;
    let code = make_code(&rig, "correct horse").await;
    let rig = rig.restart().await;
    assert!(matches!(
        phase(&rig).await,
        Phase::Locked {
            needs: Unlock::Passphrase,
            can_recover: true,
            ..
        }
    ));
    let short = recover(&rig, &code, Some("short")).await.unwrap_err();
    assert_eq!(short.code, ErrorCode::InvalidInput);
    recover(&rig, &code, Some("battery staple")).await.unwrap();
    is_all_there(&rig).await;
    let rig = rig.restart().await;
    let unlock = |text: &str| UnlockWith {
        passphrase: Some(text.to_owned()),
    };
    let old = rig.app.unlock(unlock("correct horse")).await.unwrap_err();
    assert_eq!(old.code, ErrorCode::WrongKey);
    rig.app.unlock(unlock("battery staple")).await.unwrap();
    is_all_there(&rig).await;
}

#[tokio::test]
async fn wrong_codes_are_waited_out_and_a_restart_forgets_none() {
    let rig = with_text(Arc::new(MemorySecrets::default()), None).await;
    let code = make_code(&rig, "").await;
    rig.app.shutdown().await;
    rig.secrets.delete(SecretName::FileKey).unwrap();
    let rig = rig.restart().await;
    for _ in 0..3 {
        let wrong = recover(&rig, OTHER_CODE, None).await.unwrap_err();
        assert_eq!(wrong.code, ErrorCode::WrongKey);
        assert!(!wrong.message.contains('1') && !wrong.remedy.contains('1'));
    }
    let rig = rig.restart().await;
    let early = recover(&rig, &code, None).await.unwrap_err();
    assert_eq!(early.code, ErrorCode::NotAllowed, "the right one waits too");
    assert!(file_key(&rig).is_none());
}

#[tokio::test]
async fn a_revoked_code_and_a_replaced_one_open_nothing() {
    let rig = with_text(Arc::new(MemorySecrets::default()), None).await;
    let first = make_code(&rig, "").await;
    let second = make_code(&rig, "").await;
    rig.app.shutdown().await;
    let key = file_key(&rig).unwrap();
    rig.secrets.delete(SecretName::FileKey).unwrap();
    let rig = rig.restart().await;
    let refused = recover(&rig, &first, None).await.unwrap_err();
    assert_eq!(refused.code, ErrorCode::WrongKey);
    rig.secrets.store(SecretName::FileKey, &key).unwrap();
    let rig = rig.restart().await;
    let view = rig.app.revoke_recovery_code().await.unwrap();
    assert_eq!(view.recovery_code_made_at, None);
    rig.app.shutdown().await;
    rig.secrets.delete(SecretName::FileKey).unwrap();
    let rig = rig.restart().await;
    assert!(!offers(&phase(&rig).await).contains(&BlockedOffer::UseRecoveryCode));
    let gone = recover(&rig, &second, None).await.unwrap_err();
    assert_eq!(gone.code, ErrorCode::NotFound);
}

#[tokio::test]
async fn the_code_of_an_old_key_opens_nothing_even_from_a_backup() {
    let rig = with_text(Arc::new(MemorySecrets::default()), None).await;
    let code = make_code(&rig, "").await;
    let path = rig.folder.path().join("tern.recovery");
    let backup = std::fs::read(&path).unwrap();
    rotate(&rig, None).await.unwrap();
    assert!(!path.exists());
    rig.app.shutdown().await;
    let key = file_key(&rig).unwrap();
    std::fs::write(&path, backup).unwrap();
    rig.secrets.delete(SecretName::FileKey).unwrap();
    let rig = rig.restart().await;
    let refused = recover(&rig, &code, None).await.unwrap_err();
    assert_eq!(refused.code, ErrorCode::WrongKey);
    assert!(file_key(&rig).is_none(), "the old key is not put in force");
    rig.secrets.store(SecretName::FileKey, &key).unwrap();
    let rig = rig.restart().await;
    is_all_there(&rig).await;
}

#[tokio::test]
async fn no_key_and_no_code_stands_anywhere_in_the_folder() {
    fn scan(folder: &Path, needles: &[Vec<u8>]) {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                scan(&path, needles);
                continue;
            }
            let bytes = std::fs::read(&path).unwrap();
            for needle in needles {
                let found = bytes.windows(needle.len()).any(|window| window == needle);
                assert!(!found, "{}", path.display());
            }
        }
    }
    let rig = with_text(Arc::new(MemorySecrets::default()), None).await;
    let first = make_code(&rig, "").await;
    let old = file_key(&rig).unwrap();
    rotate(&rig, None).await.unwrap();
    let second = make_code(&rig, "").await;
    let new = file_key(&rig).unwrap();
    rig.app.shutdown().await;
    let hex = |key: &[u8]| -> String { key.iter().map(|byte| format!("{byte:02x}")).collect() };
    let mut needles = vec![old.clone(), new.clone()];
    needles.extend([hex(&old), hex(&new)].map(String::into_bytes));
    for code in [first, second] {
        needles.push(code.replace('-', "").into_bytes());
        needles.push(code.into_bytes());
    }
    scan(rig.folder.path(), &needles);
}

/// A keychain that stops answering after so many changes.
struct Failing {
    inner: MemorySecrets,
    left: AtomicU32,
}

impl Failing {
    fn change(&self) -> Result<(), SecretStoreError> {
        let spent = self
            .left
            .fetch_update(Ordering::SeqCst, Ordering::SeqCst, |left| {
                left.checked_sub(1)
            });
        spent.map(drop).map_err(|_| SecretStoreError::Failed {
            reason: "it is gone".to_owned(),
        })
    }
}

impl SecretStore for Failing {
    fn probe(&self) -> Result<(), SecretStoreError> {
        Ok(())
    }

    fn find(&self, name: SecretName) -> Result<Option<Zeroizing<Vec<u8>>>, SecretStoreError> {
        self.inner.find(name)
    }

    fn store(&self, name: SecretName, secret: &[u8]) -> Result<(), SecretStoreError> {
        self.change()?;
        self.inner.store(name, secret)
    }

    fn delete(&self, name: SecretName) -> Result<(), SecretStoreError> {
        self.change()?;
        self.inner.delete(name)
    }
}

#[tokio::test]
async fn a_keychain_that_fails_at_any_step_costs_nothing() {
    let keychain = Arc::new(Failing {
        inner: MemorySecrets::default(),
        left: u32::MAX.into(),
    });
    let mut rig = with_text(Arc::clone(&keychain) as Arc<dyn SecretStore>, None).await;
    // Holding the new key, putting it in force, forgetting it as the new one.
    for changes in 0..3 {
        let before = file_key(&rig).unwrap();
        keychain.left.store(changes, Ordering::SeqCst);
        let _ = rotate(&rig, None).await;
        keychain.left.store(u32::MAX, Ordering::SeqCst);
        rig = rig.restart().await;
        is_all_there(&rig).await;
        assert!(rig.secrets.find(SecretName::NextFileKey).unwrap().is_none());
        assert_eq!(
            file_key(&rig).unwrap() == before,
            changes == 0,
            "{changes} changes"
        );
        let names = std::fs::read_dir(rig.folder.path()).unwrap();
        for name in names.map(|entry| entry.unwrap().file_name()) {
            let name = name.to_string_lossy();
            let meanwhile = ["rotating", "rotated", "rotation"];
            assert!(!meanwhile.iter().any(|it| name.contains(it)), "{name}");
        }
    }
    rig.app.shutdown().await;
}

#[tokio::test]
async fn a_crash_on_either_side_of_the_point_of_no_return_is_settled_at_the_next_start() {
    let cheap = PassphraseCost {
        memory_kib: 64,
        passes: 1,
        lanes: 1,
    };
    for committed in [false, true] {
        let rig = with_text(Arc::new(NoSecretStore), Some("correct horse")).await;
        make_code(&rig, "correct horse").await;
        rig.app.shutdown().await;
        let folder = rig.folder.path();
        let [force, waiting, line] =
            ["tern", "tern-next", "practice"].map(|name| FileName::new(name).unwrap());
        let passphrase = "correct horse".into();
        let before = KeyEnvelope::find(folder, &force).unwrap().unwrap();
        let old = before.unwrap(&passphrase).unwrap();
        let new = DatabaseKey::generate().unwrap();
        let mut rotation = Rotation::begin(folder, &[line]).unwrap();
        KeyEnvelope::wrap(&new, &passphrase, cheap)
            .unwrap()
            .save(folder, &waiting)
            .unwrap();
        rotation.copy(&old, &new, &mut |_| Going::On).unwrap();
        if committed {
            rotation.commit().unwrap();
        }
        // Here the process ends.
        drop(rotation);

        let rig = rig.restart().await;
        let unlock = UnlockWith {
            passphrase: Some("correct horse".into()),
        };
        rig.app.unlock(unlock).await.unwrap();
        is_all_there(&rig).await;
        let view = rig.app.security().await.unwrap();
        assert_eq!(view.key_replaced_at.is_some(), committed);
        assert_eq!(view.recovery_code_made_at.is_none(), committed);
        rig.app.shutdown().await;
        let after = KeyEnvelope::find(rig.folder.path(), &force)
            .unwrap()
            .unwrap();
        assert_eq!(after == before, !committed);
        let waits = KeyEnvelope::find(rig.folder.path(), &waiting).unwrap();
        assert!(waits.is_none());
    }
}

#[tokio::test]
async fn what_happened_to_the_key_is_in_the_audit_trail() {
    let rig = with_text(Arc::new(MemorySecrets::default()), None).await;
    make_code(&rig, "").await;
    rotate(&rig, None).await.unwrap();
    make_code(&rig, "").await;
    rig.app.revoke_recovery_code().await.unwrap();
    assert_eq!(file_events(&rig, "practice").await.len(), 4);
}

/// What the stopped desk's event log tells of its file, newest first.
pub(crate) async fn file_events(rig: &Rig, name: &str) -> Vec<tern_domain::EventBody> {
    rig.app.shutdown().await;
    let key: [u8; 32] = file_key(rig).unwrap().try_into().unwrap();
    let store = tern_store::Store::open(&tern_store::OpenConfig::new(
        rig.folder.path().to_owned(),
        FileName::new(name).unwrap(),
        DatabaseKey::from_bytes(key),
    ))
    .unwrap();
    let events = store.read_blocking(|conn| {
        let history: tern_domain::file_key::FileKeyHistory = conn
            .find_setting(tern_store::SettingName("app.file_key"))?
            .unwrap();
        conn.verify_event_chain()?;
        conn.list_events_of(&tern_domain::AggregateRef::File(history.file), 50)
    });
    let events = events.unwrap().into_iter();
    events.map(|event| event.body).collect()
}

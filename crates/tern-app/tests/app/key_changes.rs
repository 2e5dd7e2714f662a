//! The key of the files: who may have a recovery code, stopping a replacement, and what is recorded of one.

use std::sync::Arc;
use std::time::Duration;

use tern_app::dto::*;
use tern_app::{ErrorCode, MemorySecrets, NoSecretStore, SecretName};
use tern_domain::UtcMillis;
use tern_domain::file_key::FileKeyChange;
use tern_store::{FileName, find_key_changes, note_key_change};
use tokio::time::Instant;

use crate::file_key::{draw, file_key, is_all_there, make_code, phase, rotate, with_text};
use crate::lock::{PIN, set_pin};
use crate::rig::Rig;
use crate::team::me;

#[tokio::test]
async fn whoever_wants_a_recovery_code_shows_first_who_they_are() {
    let rig = with_text(Arc::new(NoSecretStore), Some("correct horse")).await;
    for wrong in ["", "wrong horse"] {
        let refused = draw(&rig, wrong).await.unwrap_err();
        assert_eq!(refused.code, ErrorCode::WrongKey);
    }
    make_code(&rig, "correct horse").await;
    let agent = me(&rig.app.team().await.unwrap()).id.clone();
    set_pin(&rig, &agent, Some(PIN)).await.unwrap();
    let refused = draw(&rig, "correct horse").await.unwrap_err();
    assert_eq!(refused.code, ErrorCode::WrongKey, "the PIN it is now");
    make_code(&rig, PIN).await;
}

/// Waits for a look at the app's stage that fits.
async fn until_phase(rig: &Rig, fits: impl Fn(&Phase) -> bool) {
    let deadline = Instant::now() + Duration::from_secs(30);
    while !fits(&phase(rig).await) {
        assert!(Instant::now() < deadline);
        tokio::task::yield_now().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_replacement_that_is_stopped_leaves_everything_as_it_was() {
    let rig = with_text(Arc::new(MemorySecrets::default()), None).await;
    let before = file_key(&rig);
    let (stopped, ()) = tokio::join!(rotate(&rig, None), async {
        until_phase(&rig, |phase| matches!(phase, Phase::Rotating { .. })).await;
        rig.app.cancel_rotation().await.unwrap();
    });
    let refused = stopped.unwrap_err();
    assert_eq!(refused.code, ErrorCode::NotAllowed);
    assert!(refused.message.contains("you stopped it"));
    is_all_there(&rig).await;
    assert_eq!(file_key(&rig), before);
    assert_eq!(rig.secrets.find(SecretName::NextFileKey).unwrap(), None);
    assert_eq!(rig.app.security().await.unwrap().key_replaced_at, None);
    // It can be done afterwards.
    rotate(&rig, None).await.unwrap();
    is_all_there(&rig).await;
    assert_ne!(file_key(&rig), before);
}

#[tokio::test]
async fn a_replacement_is_recorded_although_the_process_ended_before_the_file_was_open_again() {
    let rig = with_text(Arc::new(MemorySecrets::default()), None).await;
    rotate(&rig, None).await.unwrap();
    let recorded = rig.app.security().await.unwrap().key_replaced_at.unwrap();
    rig.app.shutdown().await;
    // As if it had ended right after the new files took the place of the old ones.
    let name = FileName::new("tern").unwrap();
    let change = FileKeyChange::Rotated;
    let at = UtcMillis(recorded + 1);
    note_key_change(rig.folder.path(), &name, change, at).unwrap();
    let rig = rig.restart().await;
    assert_eq!(phase(&rig).await, Phase::Ready);
    let again = rig.app.security().await.unwrap().key_replaced_at.unwrap();
    assert!(again > recorded, "recorded when the file was open again");
    rig.app.shutdown().await;
    // And as if it had ended once more before what was recorded was forgotten.
    let at = UtcMillis(recorded);
    note_key_change(rig.folder.path(), &name, change, at).unwrap();
    let rig = rig.restart().await;
    let last = rig.app.security().await.unwrap().key_replaced_at.unwrap();
    assert_eq!(last, again, "and once only");
    assert!(
        find_key_changes(rig.folder.path(), &name)
            .unwrap()
            .is_empty()
    );
}

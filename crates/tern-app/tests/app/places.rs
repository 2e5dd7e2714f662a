//! Places are chosen in the system's dialogs: a page gets a name, and reaches what was chosen for what it was chosen for.

use std::path::Path;
use std::sync::Arc;

use tern_app::dto::*;
use tern_app::{App, AppConfig, ErrorCode, MemorySecrets, SecretStore};

use crate::rig::{Rig, wait_for};

/// The product's rules: places are chosen.
async fn with_dialogs(rig: &Rig) -> (App, tempfile::TempDir) {
    let folder = tempfile::tempdir().unwrap();
    let secrets: Arc<dyn SecretStore> = Arc::new(MemorySecrets::default());
    let config = AppConfig::new(folder.path().to_owned(), secrets, rig.line.clone());
    assert!(!config.typed_places, "the product has dialogs");
    let app = App::start(config).await;
    app.start_practice(StartPractice { passphrase: None })
        .await
        .unwrap();
    (app, folder)
}

fn set_up(place: PlaceRef) -> SetUpBackups {
    SetUpBackups {
        place,
        passphrase: "a heron in the rain".to_owned(),
    }
}

async fn chosen(app: &App, kind: PlaceKind, path: &Path) -> PlaceRef {
    let place = app.keep_place(kind, path.to_owned()).await.unwrap();
    assert!(!place.name.contains(&path.display().to_string()));
    PlaceRef::Chosen { id: place.id }
}

#[tokio::test]
async fn a_page_reaches_only_what_was_chosen_and_only_for_that() {
    let rig = Rig::practising().await;
    let (app, _folder) = with_dialogs(&rig).await;
    let place = tempfile::tempdir().unwrap();
    let typed = app
        .set_up_backups(set_up(PlaceRef::typed(place.path())))
        .await;
    assert_eq!(typed.unwrap_err().code, ErrorCode::BadRequest);
    let made_up = PlaceRef::Chosen {
        id: uuid::Uuid::now_v7().to_string(),
    };
    let refused = app.set_up_backups(set_up(made_up)).await;
    assert_eq!(refused.unwrap_err().code, ErrorCode::NotFound);
    let for_reading = chosen(&app, PlaceKind::Restore, place.path()).await;
    let refused = app.set_up_backups(set_up(for_reading)).await;
    assert_eq!(refused.unwrap_err().code, ErrorCode::NotFound);

    let folder = chosen(&app, PlaceKind::Backups, place.path()).await;
    let view = app.set_up_backups(set_up(folder)).await.unwrap();
    assert_eq!(view.folder, Some(place.path().display().to_string()));
    // The folder in force needs no dialog to stay, nor to be looked in.
    app.set_up_backups(set_up(PlaceRef::Backups)).await.unwrap();
    let found = app
        .find_backups(FindBackups {
            place: PlaceRef::Backups,
        })
        .await
        .unwrap();
    assert_eq!(found.len(), 1);
    let read = app
        .look_at_history(LookAtHistory {
            place: PlaceRef::Backups,
            zone: "UTC".to_owned(),
        })
        .await;
    assert_eq!(read.unwrap_err().code, ErrorCode::NotAllowed);
    app.shutdown().await;
}

#[tokio::test]
async fn a_folder_is_remembered_for_its_kind_and_one_that_cannot_be_written_to_is_said_at_once() {
    let rig = Rig::practising().await;
    let (app, _folder) = with_dialogs(&rig).await;
    let place = tempfile::tempdir().unwrap();
    assert_eq!(app.last_folder(PlaceKind::Export).await.unwrap(), None);
    let gone = place.path().join("unplugged").join("letter.zip");
    let refused = app.keep_place(PlaceKind::Export, gone).await.unwrap_err();
    assert_eq!(refused.code, ErrorCode::Storage);
    assert_eq!(app.last_folder(PlaceKind::Export).await.unwrap(), None);

    let file = place.path().join("letter.zip");
    app.keep_place(PlaceKind::Export, file).await.unwrap();
    let last = app.last_folder(PlaceKind::Export).await.unwrap();
    assert_eq!(last.as_deref(), Some(place.path()));
    assert_eq!(app.last_folder(PlaceKind::History).await.unwrap(), None);
    assert_eq!(std::fs::read_dir(place.path()).unwrap().count(), 0);
    app.shutdown().await;
}

#[tokio::test]
async fn an_export_goes_to_the_file_that_was_chosen_and_writes_over_nothing_else() {
    let rig = Rig::practising().await;
    let number = rig.app.practice_handsets().await.unwrap()[0].number.clone();
    let conversation_id = rig.text(&number, "Hello?").await.id;
    let place = tempfile::tempdir().unwrap();
    let export = async |path: &Path| {
        let place = chosen(&rig.app, PlaceKind::Export, path).await;
        let request = StartExport {
            scope: ExportScope::Conversation { conversation_id },
            transcript: TranscriptKind::External,
            pages: true,
            lines: false,
            table: false,
            pictures: false,
            place,
        };
        let job = rig.app.start_export(request).await.unwrap();
        wait_for(&rig.app, "the export to be over", async || {
            let jobs = rig.app.jobs().await.unwrap();
            match jobs.into_iter().find(|it| it.id == job.id)?.state {
                JobState::Finished { place, .. } => place,
                _ => None,
            }
        })
        .await
    };
    let file = place.path().join("For the court.zip");
    std::fs::write(&file, "the dialog asked about this one").unwrap();
    assert_eq!(export(&file).await, file.display().to_string());
    assert!(std::fs::read(&file).unwrap().starts_with(b"PK"));
    // Without an ending the dialog asked about another name.
    let bare = place.path().join("For the court");
    let beside = place.path().join("For the court (1).zip");
    assert_eq!(export(&bare).await, beside.display().to_string());
    assert_eq!(std::fs::read_dir(place.path()).unwrap().count(), 2);
}

//! Exports as the desk makes them: what is in them, what is not, that they verify, and who may take what.

use std::collections::BTreeMap;
use std::io::Read as _;
use std::path::Path;

use tern_app::ErrorCode;
use tern_app::dto::*;
use tern_archive::{Report, verify_path};

use crate::rig::{PNG, Rig, wait_for};

/// The files of an export by their names.
fn files_of(path: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut zip = zip::ZipArchive::new(std::fs::File::open(path).unwrap()).unwrap();
    (0..zip.len())
        .map(|index| {
            let mut file = zip.by_index(index).unwrap();
            let mut bytes = Vec::new();
            file.read_to_end(&mut bytes).unwrap();
            (file.name().unwrap().into_owned(), bytes)
        })
        .collect()
}

fn text_of<'f>(files: &'f BTreeMap<String, Vec<u8>>, name: &str) -> &'f str {
    std::str::from_utf8(&files[name]).unwrap()
}

fn all_of(rig: &Rig, scope: ExportScope, transcript: TranscriptKind) -> StartExport {
    StartExport {
        scope,
        transcript,
        pages: true,
        lines: true,
        table: true,
        pictures: true,
        place: PlaceRef::typed(rig.folder.path().join("out")),
    }
}

/// Waits until an export is over.
async fn over(rig: &Rig, started: JobView) -> JobState {
    wait_for(&rig.app, "the export to be over", async || {
        let jobs = rig.app.jobs().await.unwrap();
        let job = jobs.into_iter().find(|job| job.id == started.id)?;
        (job.state != JobState::Running).then_some(job.state)
    })
    .await
}

/// Exports, and hands back where that is and what the verifier says.
async fn exported(rig: &Rig, request: StartExport) -> (std::path::PathBuf, Report) {
    let started = rig.app.start_export(request).await.unwrap();
    let state = over(rig, started).await;
    let JobState::Finished {
        place: Some(place), ..
    } = state
    else {
        panic!("{state:?}");
    };
    let report = verify_path(Path::new(&place), None).unwrap();
    (place.into(), report)
}

async fn phone(rig: &Rig) -> String {
    let phones = rig.app.practice_handsets().await.unwrap();
    phones[0].number.clone()
}

/// A conversation's transcript as people read it: one line for each text and note.
pub async fn transcript(rig: &Rig, conversation_id: i64, kind: TranscriptKind) -> String {
    let scope = ExportScope::Conversation { conversation_id };
    let (place, report) = exported(rig, all_of(rig, scope, kind)).await;
    assert!(report.is_good(), "{report}");
    let files = files_of(&place);
    let lines = text_of(&files, "texts.jsonl").lines();
    lines
        .map(|line| {
            let line: serde_json::Value = serde_json::from_str(line).unwrap();
            let mark = if line["from"] == "private" {
                "[PRIVATE] "
            } else {
                ""
            };
            let word = |name: &str| line[name].as_str().unwrap_or_default().to_owned();
            format!("{mark}{}: {}\n", word("name"), word("body"))
        })
        .collect()
}

/// A conversation with something of everything, and its id.
async fn told(rig: &Rig) -> i64 {
    let phone = phone(rig).await;
    let row = rig
        .text(&phone, "=HYPERLINK(\"x\") <b>Where</b> is it?")
        .await;
    rig.text(&phone, "My code is 4711").await;
    let secret = rig.thread(row.id).await.pop().unwrap();
    let removing = RedactMessage {
        message_id: secret.id,
        typed: "remove".to_owned(),
    };
    rig.app.redact_message(removing).await.unwrap();
    let picture = PracticePicture {
        content_type: "image/png".to_owned(),
        base64: PNG.to_owned(),
    };
    rig.write(&phone, "Look", vec![picture]).await;
    wait_for(&rig.app, "the picture", async || {
        let text = rig.thread(row.id).await.pop()?;
        matches!(text.media.first()?.state, MediaState::Image).then_some(())
    })
    .await;
    let answer = rig.send(row.id, "It is on its way").await;
    rig.wait_for_mark(&answer, row.id, DeliveryMark::Delivered)
        .await;
    rig.app
        .write_note(WriteNote {
            whisper: false,
            conversation_id: row.id,
            note_id: uuid::Uuid::from_u128(7).to_string(),
            body: "Secretly a VIP".to_owned(),
        })
        .await
        .unwrap();
    row.id
}

#[tokio::test]
async fn h_12_a_conversation_is_exported_inside_and_outside_and_verifies() {
    let rig = Rig::practising().await;
    let conversation_id = told(&rig).await;
    let scope = || ExportScope::Conversation { conversation_id };

    let offer = rig.app.prepare_export(scope()).await.unwrap();
    assert_eq!((offer.texts, offer.attached), (Some(4), Some(1)));
    let (place, report) = exported(&rig, all_of(&rig, scope(), TranscriptKind::Internal)).await;
    assert!(report.is_good() && report.sealed, "{report}");
    assert!(report.to_string().contains(&offer.fingerprint));
    assert!(report.events > 0, "the log's hashes were computed again");
    let counts = report.manifest.as_ref().unwrap().what.counts;
    assert_eq!((counts.texts, counts.notes, counts.attached), (4, 1, 1));
    let files = files_of(&place);
    let page = text_of(&files, "conversations/0001-001.html");
    assert!(page.contains("&lt;b&gt;Where&lt;/b&gt;") && !page.contains("<b>Where"));
    assert!(page.contains("[PRIVATE]") && page.contains("Secretly a VIP"));
    assert!(page.contains("The words of this text were removed."));
    assert!(!page.contains("<script"));
    let table = text_of(&files, "texts.csv");
    assert!(table.contains("'=HYPERLINK") && !table.contains(",=HYPERLINK"));
    assert!(table.starts_with("at,requester,"));
    let lines = text_of(&files, "texts.jsonl");
    assert_eq!(lines.lines().count(), 5);
    assert!(
        files
            .keys()
            .any(|name| name.starts_with("media/") && name.ends_with(".png"))
    );
    for (name, content) in &files {
        let content = String::from_utf8_lossy(content);
        assert!(!content.contains("4711"), "{name} has what was removed");
    }

    let (place, report) = exported(&rig, all_of(&rig, scope(), TranscriptKind::External)).await;
    assert!(report.is_good(), "{report}");
    let files = files_of(&place);
    for (name, content) in &files {
        let content = String::from_utf8_lossy(content);
        assert!(!content.contains("VIP"), "{name} has private words");
        assert!(!content.contains("PRIVATE") || name == "README.txt");
    }
    assert!(text_of(&files, "texts.jsonl").contains("It is on its way"));
    // The log is there by its hashes alone.
    assert!(!text_of(&files, "events.jsonl").contains("body"));
    assert!(text_of(&files, "events.jsonl").contains("log_hash"));

    let conversation = ConversationRef { conversation_id };
    let timeline = rig.app.timeline(conversation).await.unwrap();
    let words: Vec<_> = timeline.iter().map(|entry| entry.text.as_str()).collect();
    assert!(
        words.contains(&"Exported the conversation for the team: 4 texts"),
        "{words:?}"
    );
    assert!(words.contains(&"Exported the conversation to give out: 4 texts"));
}

#[tokio::test]
async fn what_a_search_finds_and_everything_with_a_person_are_exported() {
    let rig = Rig::practising().await;
    let conversation_id = told(&rig).await;
    let scope = ExportScope::Filter {
        query: "way from:us".to_owned(),
    };
    let (place, report) = exported(&rig, all_of(&rig, scope, TranscriptKind::External)).await;
    assert!(report.is_good(), "{report}");
    let files = files_of(&place);
    let lines = text_of(&files, "texts.jsonl");
    assert!(lines.lines().count() == 1 && lines.contains("It is on its way"));
    let everything = ExportScope::Filter {
        query: " from:nobody-here".to_owned(),
    };
    let refused = rig.app.prepare_export(everything).await.unwrap_err();
    assert_eq!(refused.code, ErrorCode::InvalidInput);

    let number = phone(&rig).await;
    let person = PersonFields {
        kind: PersonKindView::User,
        name: "Maya Okafor".to_owned(),
        mobile_phone: number,
        phone: String::new(),
        roles: Vec::new(),
        email: "maya@example.org".to_owned(),
        territory: String::new(),
        notes: "Talks a lot".to_owned(),
        account: String::new(),
    };
    let saved = rig
        .app
        .save_person(SavePerson {
            person_id: None,
            fields: person,
        })
        .await
        .unwrap();
    let person_id = saved.person_id;
    rig.app
        .change_identity(ChangeIdentity {
            conversation_id,
            change: IdentityChange::Bind {
                person_id: person_id.clone(),
            },
        })
        .await
        .unwrap();
    let scope = ExportScope::Person { person_id };
    let (place, report) = exported(&rig, all_of(&rig, scope, TranscriptKind::External)).await;
    assert!(report.is_good(), "{report}");
    let files = files_of(&place);
    assert!(text_of(&files, "person.json").contains("maya@example.org"));
    assert!(!text_of(&files, "person.json").contains("Talks a lot"));
    assert!(files.contains_key("consents.csv"));
    assert!(text_of(&files, "texts.jsonl").contains("It is on its way"));
}

#[tokio::test]
async fn a_folder_that_cannot_take_it_is_said_in_words_and_nothing_is_left() {
    let rig = Rig::practising().await;
    let conversation_id = rig.text(&phone(&rig).await, "Hello?").await.id;
    let scope = ExportScope::Conversation { conversation_id };
    let mut request = all_of(&rig, scope, TranscriptKind::External);
    request.place = PlaceRef::typed("Downloads");
    let refused = rig.app.start_export(request.clone()).await.unwrap_err();
    assert_eq!(refused.code, ErrorCode::InvalidInput);
    let taken = rig.folder.path().join("taken");
    std::fs::write(&taken, "a file where the folder should be").unwrap();
    request.place = PlaceRef::typed(&taken);
    let refused = rig.app.start_export(request.clone()).await.unwrap_err();
    assert_eq!(refused.code, ErrorCode::Storage);
    (request.pages, request.lines, request.table) = (false, false, false);
    let refused = rig.app.start_export(request).await.unwrap_err();
    assert_eq!(refused.code, ErrorCode::InvalidInput);
    assert!(rig.app.jobs().await.unwrap().is_empty());
}

#[tokio::test]
async fn the_key_stays_the_same_through_a_restart_and_a_new_key_of_the_file() {
    let rig = Rig::practising().await;
    let before = rig.app.export_key().await.unwrap();
    let rig = rig.restart().await;
    assert_eq!(rig.app.export_key().await.unwrap(), before);
    let request = RotateKey { passphrase: None };
    rig.app.rotate_key(request).await.unwrap();
    assert_eq!(rig.app.export_key().await.unwrap(), before);
}

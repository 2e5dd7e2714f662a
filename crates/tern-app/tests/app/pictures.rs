//! Pictures in and out: what is refused, and in which words (T-4, T-8).

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use tern_app::dto::*;
use tern_app::{ApiError, ErrorCode};

use crate::rig::{PNG, Rig, wait_for};

async fn attach(rig: &Rig, conversation_id: i64, bytes: &[u8]) -> Result<DraftView, ApiError> {
    let base64 = STANDARD.encode(bytes);
    rig.app
        .attach_picture(AttachPicture {
            conversation_id,
            file_name: "photo.jpg".into(),
            base64,
        })
        .await
}

#[tokio::test]
async fn t_8_hostile_and_oversized_files_never_reach_a_draft() {
    let rig = Rig::practising().await;
    let phone = rig.app.practice_handsets().await.unwrap()[0].number.clone();
    let row = rig.text(&phone, "Send me a picture").await;
    let svg = b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>".to_vec();
    for hostile in [
        svg,
        vec![0xFF; 50 * 1024 * 1024],
        b"%PDF-1.7".to_vec(),
        b"MZ\x90\x00".to_vec(),
    ] {
        let error = attach(&rig, row.id, &hostile).await.unwrap_err();
        assert_eq!(error.code, ErrorCode::PictureRefused);
        assert!(!error.message.is_empty() && !error.remedy.is_empty());
    }
    let view = rig
        .app
        .conversation(ConversationRef {
            conversation_id: row.id,
        })
        .await
        .unwrap();
    assert_eq!((view.draft, view.row.has_draft), (None, false));
    rig.app.shutdown().await;
}

#[tokio::test]
async fn t_8_a_text_carries_ten_pictures_and_an_eleventh_is_refused() {
    let rig = Rig::practising().await;
    let phone = rig.app.practice_handsets().await.unwrap()[0].number.clone();
    let row = rig.text(&phone, "Many, please").await;
    let png = STANDARD.decode(PNG).unwrap();
    for count in 1..=10 {
        assert_eq!(attach(&rig, row.id, &png).await.unwrap().media.len(), count);
    }
    assert_eq!(
        attach(&rig, row.id, &png).await.unwrap_err().code,
        ErrorCode::PictureRefused
    );
    let draft = rig
        .app
        .conversation(ConversationRef {
            conversation_id: row.id,
        })
        .await
        .unwrap()
        .draft
        .unwrap();
    let remove = RemovePicture {
        conversation_id: row.id,
        media_id: draft.media[3].id.clone(),
    };
    let left = rig.app.remove_picture(remove).await.unwrap();
    assert_eq!(left.media.len(), 9);
    assert!(rig.app.media(&draft.media[3].id).await.is_err());
    rig.app.shutdown().await;
}

/// Encrypted pictures on disk.
fn files_of(rig: &Rig) -> Vec<std::path::PathBuf> {
    let mut folders = vec![rig.folder.path().to_owned()];
    let mut files = Vec::new();
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|kind| kind == "sealed") {
                files.push(path);
            }
        }
    }
    files
}

/// Those of them that are no thumbnails, which come in their own time: version 8 stands in a thumbnail's id.
fn pictures_of(rig: &Rig) -> usize {
    let is_thumbnail = |file: &std::path::Path| {
        let name = file.file_stem().unwrap().to_str().unwrap();
        name.as_bytes()[12] == b'8'
    };
    let files = files_of(rig);
    files.iter().filter(|file| !is_thumbnail(file)).count()
}

#[tokio::test]
async fn a_failed_text_is_sent_again_with_its_pictures_or_not_at_all() {
    let rig = Rig::practising().await;
    let phone = rig.app.practice_handsets().await.unwrap()[0].number.clone();
    let row = rig.text(&phone, "Show me").await;
    rig.arm(serde_json::json!({ "kind": "delivery_failure", "error_code": 30003, "times": 2 }))
        .await;
    attach(&rig, row.id, &STANDARD.decode(PNG).unwrap())
        .await
        .unwrap();
    let sent = rig.send(row.id, "Here it is").await;
    let failed = rig.wait_for_mark(&sent, row.id, DeliveryMark::Failed).await;
    let again = async |message: &MessageView| {
        let message_id = message.id.clone();
        rig.app.retry_send(MessageRef { message_id }).await
    };

    let second = again(&failed).await.unwrap();
    assert_eq!(second.media.len(), 1);
    rig.wait_for_mark(&second, row.id, DeliveryMark::Failed)
        .await;
    assert_eq!(pictures_of(&rig), 2, "each text has its own copy");

    // A refusal leaves no copy behind that nothing points to.
    rig.write(&phone, "STOP", vec![]).await;
    let id = row.id;
    wait_for(&rig.app, "the opt-out", async || {
        let request = ConversationRef {
            conversation_id: id,
        };
        rig.app.conversation(request).await.unwrap().cannot_send
    })
    .await;
    let refused = again(&failed).await.unwrap_err();
    assert_eq!(refused.code, ErrorCode::OptedOut);
    assert_eq!(pictures_of(&rig), 2);

    // Without its picture it does not leave as half of what was written.
    for file in files_of(&rig) {
        std::fs::remove_file(file).unwrap();
    }
    let refused = again(&failed).await.unwrap_err();
    assert_eq!(refused.code, ErrorCode::NotAllowed);
    assert!(refused.message.contains("picture") && !refused.remedy.is_empty());
    assert_eq!(files_of(&rig).len(), 0);
    rig.app.shutdown().await;
}

#[tokio::test]
async fn t_1_a_number_without_pictures_says_so_before_one_is_chosen() {
    let rig = Rig::practising().await;
    let phone = rig.app.practice_handsets().await.unwrap()[0].number.clone();
    let numbers = rig.app.app_status().await.unwrap().provider_numbers;
    let plain = numbers
        .iter()
        .find(|number| !number.mms)
        .unwrap()
        .number
        .clone();
    let text = TextFromHandset {
        from: phone,
        to: plain,
        body: "Hello?".into(),
        pictures: vec![],
    };
    rig.app.practice_text(text).await.unwrap();
    let row = rig.wait_for_row("Hello?").await;
    let view = rig
        .app
        .conversation(ConversationRef {
            conversation_id: row.id,
        })
        .await
        .unwrap();
    assert!(
        view.cannot_send_pictures
            .unwrap()
            .contains("cannot carry pictures")
    );
    let error = attach(&rig, row.id, &STANDARD.decode(PNG).unwrap())
        .await
        .unwrap_err();
    assert_eq!(error.code, ErrorCode::NoMediaHost);
    rig.app.shutdown().await;
}

#[tokio::test]
async fn t_4_a_picture_from_a_phone_is_shown_and_a_hostile_file_is_only_bytes() {
    let rig = Rig::practising().await;
    let phone = rig.app.practice_handsets().await.unwrap()[0].number.clone();
    let svg = STANDARD.encode("<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>");
    let pictures = vec![
        PracticePicture {
            content_type: "image/png".into(),
            base64: PNG.into(),
        },
        PracticePicture {
            content_type: "image/png".into(),
            base64: svg,
        },
    ];
    rig.write(&phone, "Look", pictures).await;
    let row = rig.wait_for_row("Look").await;
    let media = wait_for(&rig.app, "both files to be fetched", async || {
        let thread = rig.thread(row.id).await;
        let media = thread[0].media.clone();
        media
            .iter()
            .all(|media| media.state != MediaState::Pending)
            .then_some(media)
    })
    .await;
    assert_eq!(media[0].state, MediaState::Image);
    assert_eq!(
        rig.app.media(&media[0].id).await.unwrap().content_type,
        "image/png"
    );
    assert_ne!(media[1].state, MediaState::Image);
    if let Ok(content) = rig.app.media(&media[1].id).await {
        assert_eq!(content.content_type, "application/octet-stream");
    }
    rig.app.shutdown().await;
}

/// The row of a conversation and what a search for pictures finds, once the newest text's pictures are all here.
async fn glances(rig: &Rig, preview: &str) -> (PicturesView, PicturesView) {
    let search = || Search {
        query: "has:image".into(),
        conversation_id: None,
        before: None,
        limit: 50,
        asker: SearchAsker::Page,
    };
    wait_for(&rig.app, "pictures in list and search", async || {
        let row = rig.wait_for_row(preview).await.preview_pictures?;
        let hits = rig.app.search(search()).await.unwrap().hits;
        let hit = hits[0].pictures.clone()?;
        let is_settled = |it: &PicturesView| it.shown.state != MediaState::Pending;
        (is_settled(&row) && is_settled(&hit)).then_some((row, hit))
    })
    .await
}

#[tokio::test]
async fn lists_and_search_show_a_text_by_its_first_picture_that_can_be_shown() {
    let rig = Rig::practising().await;
    let phone = rig.app.practice_handsets().await.unwrap()[0].number.clone();
    let file = |base64: String| PracticePicture {
        content_type: "image/png".into(),
        base64,
    };
    let svg = STANDARD.encode("<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>");
    let files = vec![file(svg.clone()), file(PNG.into()), file(PNG.into())];
    rig.write(&phone, "Look", files).await;
    let (row, hit) = glances(&rig, "Look").await;
    assert_eq!(row, hit);
    assert_eq!((row.shown.state, row.count), (MediaState::Image, 3));
    let small = rig.app.media(&format!("small/{}", row.shown.id)).await;
    assert_eq!(small.unwrap().content_type, "image/png");

    // What is not shown says why, also where there are no words.
    rig.write(&phone, "", vec![file(svg)]).await;
    let (row, hit) = glances(&rig, "").await;
    assert_eq!(row, hit);
    assert_eq!((row.shown.state, row.count), (MediaState::Unavailable, 1));
    assert!(row.shown.note.is_some_and(|note| !note.is_empty()));

    rig.text(&phone, "Never mind").await;
    let row = rig.wait_for_row("Never mind").await;
    assert_eq!((row.preview_has_media, row.preview_pictures), (false, None));
    rig.app.shutdown().await;
}

/// A small file that says that it unfolds to 3.6 gigapixels.
fn bomb() -> Vec<u8> {
    let mut bytes = STANDARD.decode(PNG).unwrap();
    bytes.splice(16..24, [0, 0, 0xEA, 0x60, 0, 0, 0xEA, 0x60]);
    let crc = crc32(&bytes[12..29]);
    bytes[29..33].copy_from_slice(&crc.to_be_bytes());
    bytes
}

fn crc32(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(u32::MAX, |crc, byte| {
        (0..8).fold(crc ^ u32::from(*byte), |crc, _| {
            (crc >> 1) ^ (0xEDB8_8320 & (crc & 1).wrapping_neg())
        })
    })
}

#[tokio::test]
async fn t_5_a_refused_picture_can_be_saved_as_it_came_and_is_nothing_but_bytes() {
    let rig = Rig::practising().await;
    let phone = rig.app.practice_handsets().await.unwrap()[0].number.clone();
    let file = |bytes: &[u8]| PracticePicture {
        content_type: "image/png".into(),
        base64: STANDARD.encode(bytes),
    };
    let svg = b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>";
    rig.write(&phone, "Look", vec![file(&bomb()), file(svg)])
        .await;
    let row = rig.wait_for_row("Look").await;
    let media = wait_for(&rig.app, "both files to be judged", async || {
        let media = rig.thread(row.id).await[0].media.clone();
        let is_judged = media.iter().all(|it| it.state != MediaState::Pending);
        is_judged.then_some(media)
    })
    .await;
    let [refused, harmful] = &media[..] else {
        panic!("{media:?}");
    };
    assert_eq!(refused.state, MediaState::File);
    assert_eq!(refused.file_name.as_deref(), Some("attachment-1.png"));
    assert!(
        refused
            .note
            .as_deref()
            .unwrap()
            .contains("too large to be shown safely")
    );
    let content = rig.app.media(&refused.id).await.unwrap();
    assert_eq!(content.bytes, bomb());
    assert_eq!(content.content_type, "application/octet-stream");
    let small = rig.app.media(&format!("small/{}", refused.id)).await;
    assert!(small.is_err());
    // What could run is not kept, and the carrier is not asked for it again.
    assert_eq!(harmful.state, MediaState::Unavailable);
    assert_eq!((&harmful.file_name, harmful.can_ask_again), (&None, false));
    rig.app.shutdown().await;
}

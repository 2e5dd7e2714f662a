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

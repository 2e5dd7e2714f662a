//! Pictures and files: what is shown, what is kept, what is refused, and in which words.

use std::io::Cursor;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use image::{ImageFormat, RgbImage};
use serde_json::{Value, json};
use tern_domain::schedule::UndoHold;
use tern_domain::{DeliveryStatus, MediaId};
use tern_store::{MediaOwner, MediaRow, MediaState};
use uuid::Uuid;

use crate::line::{ANNA, Line, until};

pub(crate) fn png(width: u32, height: u32) -> Vec<u8> {
    let mut bytes = Vec::new();
    RgbImage::new(width, height)
        .write_to(&mut Cursor::new(&mut bytes), ImageFormat::Png)
        .unwrap();
    bytes
}

pub(crate) fn inline(content_type: &str, bytes: &[u8]) -> Value {
    json!({"content_type": content_type, "base64": STANDARD.encode(bytes)})
}

async fn arrives(line: &Line, media: Value) -> Vec<MediaRow> {
    let count = media.as_array().unwrap().len();
    line.text_with(ANNA, "look", media).await;
    until("the media", async || {
        let thread = line.thread(ANNA).await;
        let rows = thread.first()?.media.clone();
        (rows.len() == count).then_some(rows)
    })
    .await
}

#[tokio::test]
async fn t_4_a_picture_is_stored_with_its_size_and_comes_back() {
    let line = Line::start().await;
    let bytes = png(40, 30);
    let rows = arrives(&line, json!([inline("image/png", &bytes)])).await;
    assert_eq!(rows[0].state, MediaState::Image);
    assert_eq!((rows[0].width, rows[0].height), (Some(40), Some(30)));
    let id = rows[0].id;
    let file = line.store.read(move |conn| conn.load_media_file(id)).await;
    assert_eq!(file.unwrap().unwrap().bytes, bytes);
    let has_thumbnail = line.store.media(move |files| files.has_thumbnail(id));
    assert!(has_thumbnail.await.unwrap(), "made on arrival");
}

#[tokio::test]
async fn a_thumbnail_goes_with_its_picture() {
    let line = Line::start().await;
    let rows = arrives(&line, json!([inline("image/png", &png(40, 30))])).await;
    let id = rows[0].id;
    line.store
        .write(move |tx| tx.delete_media(id))
        .await
        .unwrap();
    let left = line
        .store
        .media(move |files| Ok((files.find(id)?, files.find_thumbnail(id)?)));
    assert_eq!(left.await.unwrap(), (None, None));
    // One that is made while its picture goes is not kept either.
    let late = line
        .store
        .media(move |files| files.write_thumbnail(id, b"small"));
    late.await.unwrap();
    line.store
        .write(move |tx| tx.keep_thumbnail(id))
        .await
        .unwrap();
    let left = line.store.media(move |files| files.find_thumbnail(id));
    assert_eq!(left.await.unwrap(), None);
}

#[tokio::test]
async fn pictures_from_before_there_were_thumbnails_get_theirs_in_the_background() {
    let mut line = Line::start().await;
    let rows = arrives(&line, json!([inline("image/png", &png(1_000, 500))])).await;
    let id = rows[0].id;
    line.stop_engine().await;
    // As a file of an older version: a picture, and nothing beside it.
    let bytes = png(1_000, 500);
    line.store
        .media(move |files| {
            files.delete(id)?;
            files.write(id, &bytes)
        })
        .await
        .unwrap();
    line.start_engine();
    let small = until("the thumbnail", async || {
        line.store
            .media(move |files| files.find_thumbnail(id))
            .await
            .unwrap()
    })
    .await;
    assert_eq!(image::load_from_memory(&small).unwrap().width(), 640);
}

#[tokio::test]
async fn t_5_a_picture_that_cannot_be_unfolded_is_kept_as_a_file_and_says_so() {
    let line = Line::start().await;
    let rows = arrives(
        &line,
        json!([
            inline("image/png", &png(1, 40_000)),
            inline("image/png", &png(3, 3))
        ]),
    )
    .await;
    assert_eq!(rows[0].state, MediaState::File);
    assert!(rows[0].note.as_deref().unwrap().contains("too long"));
    let id = rows[0].id;
    let file = line.store.read(move |conn| conn.load_media_file(id)).await;
    assert!(file.unwrap().is_some(), "it can still be saved");
    assert_eq!(rows[1].state, MediaState::Image);
}

#[tokio::test]
async fn t_5_hostile_files_are_refused_in_words_and_the_rest_is_kept() {
    let line = Line::start().await;
    let huge = vec![7_u8; 50 * 1024 * 1024];
    let rows = arrives(
        &line,
        json!([
            inline("image/png", b"<svg xmlns='http://www.w3.org/2000/svg'/>"),
            inline("image/jpeg", b"<!DOCTYPE html><script>1</script>"),
            inline("image/png", &bomb()),
            inline("image/jpeg", &huge),
            inline("image/jpeg", b"%PDF-1.7 not a jpeg"),
            inline("text/html", &png(5, 5)),
        ]),
    )
    .await;
    let states: Vec<_> = rows.iter().map(|row| row.state).collect();
    use MediaState::{File, Image, Unavailable};
    assert_eq!(
        states,
        [Unavailable, Unavailable, File, Unavailable, File, Image]
    );
    for row in &rows {
        let is_bomb = row
            .note
            .as_deref()
            .is_some_and(|note| note.contains("too large to be shown safely"));
        assert_eq!(
            row.note.is_some(),
            row.state == Unavailable || is_bomb,
            "{row:?}"
        );
        let id = row.id;
        let file = line
            .store
            .read(move |conn| conn.load_media_file(id))
            .await
            .unwrap();
        assert_eq!(file.is_some(), row.state != Unavailable);
    }
}

#[tokio::test]
async fn t_5_a_picture_that_broke_off_is_kept_and_not_shown_and_says_so() {
    let line = Line::start().await;
    let mut whole = Vec::new();
    RgbImage::from_fn(80, 60, |x, y| {
        image::Rgb([(x * 3) as u8, (y * 4) as u8, 90])
    })
    .write_to(&mut Cursor::new(&mut whole), ImageFormat::Jpeg)
    .unwrap();
    let cut = &whole[..whole.len() * 3 / 4];
    let rows = arrives(
        &line,
        json!([
            inline("image/jpeg", &whole),
            inline("image/jpeg", cut),
            inline("image/jpeg", &whole[..24]),
        ]),
    )
    .await;
    let told: Vec<_> = rows
        .iter()
        .map(|row| (row.state, row.note.as_deref().unwrap_or_default()))
        .collect();
    assert_eq!(told[0], (MediaState::Image, ""));
    assert_eq!(told[1].0, MediaState::File);
    assert!(told[1].1.contains("incomplete"), "{told:?}");
    assert_eq!(told[2].0, MediaState::File);
    assert!(told[2].1.contains("damaged"), "{told:?}");
}

/// A small file that unfolds to 3.6 gigapixels.
fn bomb() -> Vec<u8> {
    let mut bytes = png(1, 1);
    bytes[16..20].copy_from_slice(&60_000_u32.to_be_bytes());
    bytes[20..24].copy_from_slice(&60_000_u32.to_be_bytes());
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
async fn media_that_cannot_be_fetched_for_a_while_comes_later() {
    let line = Line::start().await;
    line.arm(json!({"kind": "error_500_before", "endpoint": "download_media", "times": 3}))
        .await;
    line.text_with(ANNA, "look", json!([inline("image/png", &png(3, 3))]))
        .await;
    let state = until("the picture", async || {
        line.clock.advance(1_000);
        Some(line.thread(ANNA).await.first()?.media.first()?.state)
    })
    .await;
    assert_eq!(state, MediaState::Image);
}

#[tokio::test]
async fn media_that_never_comes_is_given_up_in_words() {
    let line = Line::start().await;
    line.arm(json!({"kind": "error_500_before", "endpoint": "download_media", "times": 0}))
        .await;
    line.text_with(ANNA, "look", json!([inline("image/png", &png(3, 3))]))
        .await;
    let row = until("words", async || {
        line.clock.advance(10_000);
        line.thread(ANNA).await.first()?.media.first().cloned()
    })
    .await;
    assert_eq!(row.state, MediaState::Unavailable);
    assert!(row.note.is_some());
    // A text that came without its picture is still a text.
    assert_eq!(line.bodies(ANNA).await, ["look"]);

    // Somebody asks for it once more, and the carrier has it after all.
    line.clear_faults().await;
    let text = line.thread(ANNA).await.remove(0);
    assert!(row.is_place_only());
    line.store
        .write(move |tx| tx.request_media(text.message_id, &text.sid.unwrap()))
        .await
        .unwrap();
    let rows = until("the picture", async || {
        line.clock.advance(1_000);
        let media = line.thread(ANNA).await.remove(0).media;
        (media.first()?.state == MediaState::Image).then_some(media)
    })
    .await;
    assert_eq!(rows.len(), 1, "it takes the place of the words");
}

#[tokio::test]
async fn an_answer_with_a_picture_reaches_the_handset() {
    let line = Line::start().await;
    line.text(ANNA, "show me").await;
    line.thread_becomes(ANNA, &["show me"]).await;
    let media_id = MediaId::new(Uuid::now_v7());
    let conversation = line.conversation(ANNA).await.unwrap();
    let bytes = png(8, 8);
    let row = MediaRow {
        id: media_id,
        owner: MediaOwner::Draft(conversation),
        ordinal: 0,
        sid: None,
        state: MediaState::Image,
        content_type: Some("image/png".to_owned()),
        size: u64::try_from(bytes.len()).ok(),
        width: Some(8),
        height: Some(8),
        file_name: None,
        note: None,
    };
    line.store
        .media(move |files| files.write(media_id, &bytes))
        .await
        .unwrap();
    line.store
        .write(move |tx| tx.put_media(&row))
        .await
        .unwrap();
    let message_id = line
        .send_with(ANNA, "like this", vec![media_id], UndoHold::OFF)
        .await;
    line.delivery_becomes(message_id, DeliveryStatus::Delivered)
        .await;
    let path = format!("/sim/handsets/{ANNA}/texts");
    let texts = line.control("GET", &path, Value::Null).await;
    let received = &texts["texts"].as_array().unwrap()[1];
    assert_eq!(received["media"][0]["content_type"], "image/png");
}

//! What strangers attach to texts: each file is judged by its content, and what is not shown has words in its
//! place.

use std::path::Path;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::json;
use tern_simulator::{Simulator, SimulatorConfig};

use super::account::{connect, text_from_outside};
use super::desktop::{Desktop, Keyring};
use super::tern::Tern;

#[tokio::test(flavor = "multi_thread")]
async fn t_5_hostile_and_broken_files_have_words_in_their_place_and_the_thread_goes_on() {
    let desktop = Desktop::start(Keyring::Unlocked);
    let simulator = Simulator::start(SimulatorConfig::default())
        .await
        .expect("a simulator");
    let tern = Tern::start(&desktop, &[]).await;
    connect(&tern, &simulator).await;

    let jpeg = fixture("bicycle.jpg");
    let png = fixture("bicycle.png");
    let files: [(&str, &str, Vec<u8>, &str); 7] = [
        (
            "words",
            "image/jpeg",
            b"not a picture".to_vec(),
            "not a picture",
        ),
        (
            "svg",
            "image/png",
            b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>".to_vec(),
            "could run on a computer",
        ),
        (
            "bomb",
            "image/png",
            bomb(&png),
            "too large to be shown safely",
        ),
        (
            "fifty megabytes",
            "image/jpeg",
            vec![7; 50 * 1024 * 1024],
            "larger than Tern accepts",
        ),
        (
            "half",
            "image/jpeg",
            jpeg[..jpeg.len() / 2].to_vec(),
            "arrived incomplete",
        ),
        (
            "start",
            "image/jpeg",
            jpeg[..24].to_vec(),
            "damaged and cannot be shown",
        ),
        (
            "film",
            "image/jpeg",
            b"\0\0\0\x18ftypmp42\0\0\0\0mp42isom".to_vec(),
            "A video",
        ),
    ];
    for (name, label, content, _) in &files {
        send(&simulator, name, label, content).await;
    }
    send(&simulator, "a good one", "image/png", &png).await;

    tern.see("conversation-row", "a good one").await;
    tern.click("conversation-row").await;
    for (_, _, _, words) in &files {
        tern.see("media", words).await;
    }
    tern.keep_picture(&desktop, "media-first").await;
    tern.click_if_there("jump-to-latest").await;
    tern.until("the good picture is shown", async || {
        tern.loaded_pictures().await >= 1
    })
    .await;
    tern.keep_picture(&desktop, "media-end").await;
    tern.scroll_into_view("media", 0).await;
    tern.keep_picture(&desktop, "media-start").await;
    tern.scroll_into_view("media", 4).await;
    tern.keep_picture(&desktop, "media-middle").await;

    // The app goes on.
    send(&simulator, "and one more", "image/png", &png).await;
    tern.click("jump-to-latest").await;
    tern.see("message-bubble", "and one more").await;
    tern.quit().await;
    simulator.shutdown().await;
}

async fn send(simulator: &Simulator, body: &str, label: &str, content: &[u8]) {
    let text = json!({
        "to": simulator.account().numbers[0],
        "body": body,
        "media": [{ "content_type": label, "base64": STANDARD.encode(content) }],
    });
    text_from_outside(simulator, &text).await;
}

fn fixture(name: &str) -> Vec<u8> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures");
    std::fs::read(folder.join(name)).expect("a fixture")
}

/// A small PNG whose header claims 3.6 gigapixels.
fn bomb(png: &[u8]) -> Vec<u8> {
    let mut bytes = png.to_vec();
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

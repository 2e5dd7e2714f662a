//! A new person's first quarter of an hour: practice line, text, notification, answer with a picture,
//! an answer written without a network.

use std::path::PathBuf;
use std::time::Duration;

use super::desktop::{Desktop, Keyring};
use super::secrets::assert_no_file_holds;
use super::tern::Tern;
use crate::support::wait_until;

const MINUTE: Duration = Duration::from_secs(60);

#[tokio::test(flavor = "multi_thread")]
async fn a_text_conversation_from_first_run_to_back_online() {
    let desktop = Desktop::start(Keyring::Unlocked);
    let tern = Tern::start(&desktop, &[]).await;

    tern.click("first-run-practice").await;
    tern.find("handset-pane").await;

    // A customer texts; it is in the inbox, and a notification is up because nobody has it open.
    tern.type_into("handset-input", "Hello, is my bicycle ready?")
        .await;
    tern.click("handset-send").await;
    tern.see("conversation-row", "Hello, is my bicycle ready?")
        .await;
    wait_until(MINUTE, "a notification", || desktop.notifications() == 1);

    // Clicking it opens the thread, and the notification goes away.
    desktop.click_notification();
    tern.see("message-bubble", "Hello, is my bicycle ready?")
        .await;
    wait_until(MINUTE, "the notification is gone", || {
        desktop.notifications() == 0
    });

    // Answer with words and a picture; the handset shows both, the marks move on to delivered.
    tern.choose_file("composer-attach-input", &fixture("bicycle.png"))
        .await;
    tern.find("attach-thumb").await;
    tern.type_into("composer-input", "It is. See for yourself!")
        .await;
    tern.click("composer-send").await;
    tern.see("message-bubble", "It is. See for yourself!").await;
    desktop.keep_picture("answered");
    tern.see("handset-pane", "It is. See for yourself!").await;
    tern.see("delivery-words", "Delivered").await;

    // The network goes; everything can still be read, and an answer waits.
    tern.click("handset-conditions").await;
    tern.click("handset-network").await;
    tern.find("offline-bar").await;
    desktop.keep_picture("offline");
    tern.type_into("composer-input", "We close at six.").await;
    tern.click("composer-send").await;
    tern.see("message-bubble", "We close at six.").await;
    tern.see("delivery-words", "Waiting").await;
    tern.see("message-bubble", "Hello, is my bicycle ready?")
        .await;

    // It comes back, and the answer leaves: once.
    tern.click("handset-network").await;
    tern.see("handset-pane", "We close at six.").await;
    tern.see_gone("delivery-words", "Waiting").await;
    let pane = tern.texts("handset-pane").await.join("\n");
    assert_eq!(
        pane.matches("We close at six.").count(),
        1,
        "sent once:\n{pane}"
    );

    tern.quit().await;
    let picture = std::fs::read(fixture("bicycle.png")).expect("the picture");
    let pixels = &picture[picture.len() / 2..][..64];
    let words: [&[u8]; 4] = [
        b"is my bicycle ready",
        b"See for yourself",
        b"We close at six",
        pixels,
    ];
    assert_no_file_holds(&desktop, &words);
}

fn fixture(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join("fixtures")
        .join(name)
}

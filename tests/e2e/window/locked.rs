//! A keyring that is there and cannot be used: locked, with nothing that could ask for its password, or not
//! started yet. The window says so, and goes on once that is put right.

use super::desktop::{Desktop, Keyring};
use super::secrets::{PASSPHRASE, WORDS, text_from_handset};
use super::tern::Tern;

/// A practice line with one text in its file, its key in the keyring.
async fn leave_a_file(desktop: &Desktop) {
    let tern = Tern::start(desktop, &[]).await;
    tern.click("first-run-practice").await;
    text_from_handset(&tern).await;
    tern.quit().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_locked_keyring_is_named_and_once_unlocked_the_same_inbox_opens() {
    let desktop = Desktop::start(Keyring::Unlocked);
    leave_a_file(&desktop).await;
    desktop.lock_keyring();
    desktop.prefer_dark();

    let tern = Tern::start(&desktop, &[]).await;
    tern.see("locked", "The keychain is locked").await;
    tern.keep_picture(&desktop, "keyring-locked-dark").await;
    tern.click("passphrase-submit").await;
    tern.see("locked", "still closed").await;
    tern.keep_picture(&desktop, "keyring-still-locked-dark")
        .await;

    desktop.unlock_keyring();
    tern.click("passphrase-submit").await;
    tern.see("conversation-row", WORDS).await;
    tern.quit().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_keyring_program_that_starts_late_is_found_without_a_restart() {
    let mut desktop = Desktop::start(Keyring::Unlocked);
    leave_a_file(&desktop).await;
    desktop.stop_keyring();

    let tern = Tern::start(&desktop, &[]).await;
    tern.see("locked", "no usable keychain").await;
    tern.keep_picture(&desktop, "keyring-absent").await;
    desktop.start_keyring();
    tern.click("passphrase-submit").await;
    tern.see("conversation-row", WORDS).await;
    tern.quit().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn with_a_locked_keyring_practice_starts_behind_a_passphrase() {
    let desktop = Desktop::start(Keyring::Unlocked);
    desktop.lock_keyring();

    let tern = Tern::start(&desktop, &["--practice"]).await;
    tern.see_on_page("The keychain is locked").await;
    tern.keep_picture(&desktop, "first-run-keyring-locked")
        .await;
    tern.click("first-run-passphrase").await;
    tern.type_into("passphrase-input", PASSPHRASE).await;
    tern.type_into("passphrase-repeat", PASSPHRASE).await;
    tern.keep_picture(&desktop, "first-run-passphrase").await;
    tern.click("passphrase-submit").await;
    text_from_handset(&tern).await;
    tern.quit().await;

    let tern = Tern::start(&desktop, &[]).await;
    tern.type_into("passphrase-input", PASSPHRASE).await;
    tern.click("passphrase-submit").await;
    tern.see("conversation-row", WORDS).await;
    tern.quit().await;
}

//! Where secrets live: in a real keyring, or behind a passphrase where there is none; and nothing
//! readable in any file afterwards.

use std::fs;
use std::path::{Path, PathBuf};

use super::desktop::{Desktop, Keyring};
use super::tern::Tern;

pub(super) const WORDS: &str = "The albatross lands at midnight";
pub(super) const PASSPHRASE: &str = "correct horse battery staple";

#[tokio::test(flavor = "multi_thread")]
async fn the_keychain_holds_the_key_and_no_file_can_be_read() {
    let desktop = Desktop::start(Keyring::Unlocked);
    let tern = Tern::start(&desktop, &[]).await;
    tern.click("first-run-practice").await;
    let number = text_from_handset(&tern).await;
    tern.quit().await;

    assert_eq!(desktop.file_key().len(), 32, "the keyring holds the key");
    assert_nothing_readable(&desktop, &[WORDS, &number]);

    // The next start finds the key by itself, and everything is still there.
    let tern = Tern::start(&desktop, &[]).await;
    tern.see("conversation-row", WORDS).await;
    tern.quit().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_keychain_a_passphrase_guards_the_file() {
    let desktop = Desktop::start(Keyring::Absent);
    let tern = Tern::start(&desktop, &[]).await;
    tern.click("first-run-practice").await;
    tern.type_into("passphrase-input", PASSPHRASE).await;
    tern.type_into("passphrase-repeat", PASSPHRASE).await;
    tern.click("passphrase-submit").await;
    let number = text_from_handset(&tern).await;
    tern.quit().await;
    assert_nothing_readable(&desktop, &[WORDS, &number, PASSPHRASE]);

    let tern = Tern::start(&desktop, &[]).await;
    tern.find("locked").await;
    tern.type_into("passphrase-input", "a wrong guess").await;
    tern.click("passphrase-submit").await;
    tern.see("locked", "The passphrase is not right").await;
    assert_eq!(
        tern.count("conversation-row").await,
        0,
        "nothing is shown while locked"
    );
    tern.type_over("passphrase-input", PASSPHRASE).await;
    tern.click("passphrase-submit").await;
    tern.see("conversation-row", WORDS).await;
    tern.quit().await;
}

/// Writes a text on the first handset and waits until it is in the inbox; gives the handset's number.
pub(super) async fn text_from_handset(tern: &Tern) -> String {
    tern.find("handset-pane").await;
    tern.type_into("handset-input", WORDS).await;
    tern.click("handset-send").await;
    tern.see("conversation-row", WORDS).await;
    let row = tern.texts("conversation-row").await.join(" ");
    let digits: String = row
        .split(WORDS)
        .next()
        .unwrap_or(&row)
        .chars()
        .filter(char::is_ascii_digit)
        .collect();
    let national: String = digits.chars().take(11).collect();
    assert!(national.len() >= 10, "the row names the number: {row}");
    national
}

/// No file that Tern or its web view wrote holds any of these words in clear.
pub(super) fn assert_nothing_readable(desktop: &Desktop, secrets: &[&str]) {
    let secrets: Vec<&[u8]> = secrets.iter().map(|secret| secret.as_bytes()).collect();
    assert_no_file_holds(desktop, &secrets);
}

/// No file that Tern or its web view wrote holds any of these runs of bytes.
pub(super) fn assert_no_file_holds(desktop: &Desktop, secrets: &[&[u8]]) {
    let mut files = Vec::new();
    for folder in [
        desktop.data_folder(),
        desktop.home().join(".cache"),
        desktop.home().join(".config"),
    ] {
        collect(&folder, &mut files);
    }
    assert!(
        files
            .iter()
            .any(|file| file.extension().is_some_and(|kind| kind == "tern")),
        "{files:?}"
    );
    for file in files {
        // The app is closing its files while this looks: one that is gone holds nothing.
        let Ok(bytes) = fs::read(&file) else { continue };
        for secret in secrets {
            let found = bytes.windows(secret.len()).any(|window| window == *secret);
            assert!(!found, "{} holds something readable", file.display());
        }
    }
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) {
    let Ok(entries) = fs::read_dir(folder) else {
        return;
    };
    for entry in entries.flatten() {
        let path = entry.path();
        if path.is_dir() {
            collect(&path, files);
        } else if path.is_file() {
            files.push(path);
        }
    }
}

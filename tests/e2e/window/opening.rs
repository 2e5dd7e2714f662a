//! Files that cannot be opened: the window says what happened and what is safe, and every way out that
//! it offers works by a click.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use tern_simulator::{Simulator, SimulatorConfig};
use tern_store::{DatabaseKey, FileName, OpenConfig, Store};

use super::desktop::{Desktop, Keyring};
use super::tern::Tern;
use crate::support::devserver::Devserver;
use crate::support::wait_until;

const WORDS: &str = "Do you repair three-wheelers?";

/// A practice line with one text in its file, closed again.
async fn leave_a_file(desktop: &Desktop) -> PathBuf {
    let tern = Tern::start(desktop, &[]).await;
    tern.click("first-run-practice").await;
    tern.find("handset-pane").await;
    tern.type_into("handset-input", WORDS).await;
    tern.click("handset-send").await;
    tern.see("conversation-row", WORDS).await;
    tern.quit().await;
    // The end of a session is sudden; an orderly close moves everything into the one file.
    let key = desktop.file_key().try_into().expect("256 bits");
    let config = OpenConfig::new(
        desktop.data_folder(),
        FileName::new("practice").expect("a name"),
        DatabaseKey::from_bytes(key),
    );
    Store::open(&config).expect("the file opens").close();
    desktop.data_folder().join("practice.tern")
}

/// What lies beside the database under names that it was set aside with.
fn kept_aside(desktop: &Desktop, content: &[u8]) -> bool {
    let entries = fs::read_dir(desktop.data_folder()).expect("the data folder");
    entries
        .flatten()
        .filter(|entry| entry.file_name() != "practice.tern")
        .any(|entry| fs::read(entry.path()).is_ok_and(|bytes| bytes == content))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_truncated_file_is_set_aside_and_rebuilt_by_click() {
    let desktop = Desktop::start(Keyring::Unlocked);
    let file = leave_a_file(&desktop).await;
    lengthen(&file, &desktop.file_key());
    let whole = fs::read(&file).expect("the file");
    let cut = whole[..whole.len() - 8 * 4096].to_vec();
    fs::write(&file, &cut).expect("a truncated file");

    desktop.prefer_dark();
    let tern = Tern::start(&desktop, &[]).await;
    tern.see("blocked", "is damaged").await;
    tern.keep_picture(&desktop, "damaged-dark").await;
    assert!(
        fs::read(&file).expect("the file") == cut,
        "nothing is changed unasked"
    );

    tern.click("blocked-set-aside").await;
    tern.find("blocked-sure").await;
    tern.keep_picture(&desktop, "damaged-sure-dark").await;
    tern.click("blocked-sure").await;
    tern.find("list-tab-new").await;
    tern.keep_picture(&desktop, "rebuilt-dark").await;
    tern.see("conversation-row", WORDS).await;
    assert!(kept_aside(&desktop, &cut), "the damaged file is kept");

    // The new file is a whole one: it takes texts and opens again.
    tern.type_into("handset-input", "Still there?").await;
    tern.click("handset-send").await;
    tern.see("conversation-row", "Still there?").await;
    tern.quit().await;
    let tern = Tern::start(&desktop, &[]).await;
    tern.see("conversation-row", "Still there?").await;
    tern.quit().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_whose_first_page_is_gone_makes_room_for_a_new_one() {
    let desktop = Desktop::start(Keyring::Unlocked);
    let file = leave_a_file(&desktop).await;
    let mut bytes = fs::read(&file).expect("the file");
    bytes.iter_mut().take(4096).for_each(|byte| *byte ^= 0x5A);
    fs::write(&file, &bytes).expect("a damaged file");

    let tern = Tern::start(&desktop, &[]).await;
    tern.see("blocked", "is damaged").await;
    tern.keep_picture(&desktop, "damaged-light").await;
    tern.click("blocked-set-aside").await;
    tern.click("blocked-sure").await;
    tern.find("handset-pane").await;
    tern.keep_picture(&desktop, "started-anew").await;
    assert!(kept_aside(&desktop, &bytes), "the damaged file is kept");
    tern.quit().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_of_a_newer_tern_is_left_alone_and_tern_closes_by_click() {
    let desktop = Desktop::start(Keyring::Unlocked);
    let file = leave_a_file(&desktop).await;
    stamp_version(&file, &desktop.file_key(), 999);
    let before = fs::read(&file).expect("the file");

    desktop.prefer_dark();
    let tern = Tern::start(&desktop, &[]).await;
    tern.see("blocked", "newer version of Tern").await;
    tern.keep_picture(&desktop, "newer-dark").await;
    let process = format!("/proc/{}", desktop.app_process());
    tern.find("blocked-quit").await;
    tern.click_if_there("blocked-quit").await;
    wait_until(Duration::from_secs(20), "Tern has closed", || {
        !Path::new(&process).exists()
    });
    assert!(fs::read(&file).expect("the file") == before, "untouched");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_in_use_opens_once_the_other_program_has_ended() {
    let desktop = Desktop::start(Keyring::Unlocked);
    leave_a_file(&desktop).await;
    let simulator = Simulator::start(SimulatorConfig::default())
        .await
        .expect("a simulator");
    let account = simulator.account();
    let line = serde_json::json!({
        "base_url": simulator.base_url(),
        "control_url": simulator.control_url(),
        "account_sid": account.account_sid,
        "auth_token": account.auth_token,
        "numbers": account.numbers,
    });
    let key: String = desktop
        .file_key()
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect();
    let other = Devserver::start(&desktop.data_folder(), &key, &line, None)
        .await
        .expect("another program on the same file");

    desktop.prefer_dark();
    let tern = Tern::start(&desktop, &[]).await;
    tern.see("blocked", "has this file open").await;
    tern.keep_picture(&desktop, "in-use-dark").await;
    tern.click("blocked-retry").await;
    tern.see("blocked", "still the same").await;
    tern.keep_picture(&desktop, "in-use-still-dark").await;
    drop(other);
    tern.until("the file opens", async || {
        tern.click_if_there("blocked-retry").await;
        tern.count("list-tab-new").await > 0
    })
    .await;
    tern.see("conversation-row", WORDS).await;
    tern.quit().await;
    simulator.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn damage_met_while_working_is_told_in_a_bar_and_mended_from_there() {
    let desktop = Desktop::start(Keyring::Unlocked);
    let file = leave_a_file(&desktop).await;
    damage_table(&file, &desktop.file_key(), "messages_fts_data");

    // Opening needs nothing of what is damaged; searching does.
    let tern = Tern::start(&desktop, &[]).await;
    tern.see("conversation-row", WORDS).await;
    tern.click("search-open").await;
    tern.type_into("search-input", "three-wheelers").await;
    tern.see("damage-bar", "damaged").await;
    tern.keep_picture(&desktop, "damage-found-searching").await;
    tern.press_escape().await;
    tern.keep_picture(&desktop, "damage-found").await;

    // What is whole goes on working.
    tern.click("conversation-row").await;
    tern.see("message-bubble", WORDS).await;

    tern.click("damage-rebuild").await;
    tern.find("damage-sure").await;
    tern.keep_picture(&desktop, "damage-sure").await;
    tern.click("damage-sure").await;
    tern.see("toast", "kept as practice-set-aside-").await;
    tern.see_gone("damage-bar", "").await;
    tern.keep_picture(&desktop, "damage-mended").await;
    tern.click("search-open").await;
    tern.type_into("search-input", "three-wheelers").await;
    tern.see("search-hit", "three-wheelers").await;
    tern.quit().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn after_a_crash_the_file_is_looked_over_while_nobody_waits() {
    let desktop = Desktop::start(Keyring::Unlocked);
    let file = leave_a_file(&desktop).await;
    damage_table(&file, &desktop.file_key(), "messages_fts_data");
    // The session's sudden end leaves the log behind, as a crash does.
    let tern = Tern::start(&desktop, &[]).await;
    tern.find("handset-pane").await;
    tern.quit().await;

    let tern = Tern::start(&desktop, &[]).await;
    tern.see("conversation-row", WORDS).await;
    tern.see("damage-bar", "damaged").await;
    tern.quit().await;
}

/// Changes one byte of every page of a table, so that none of them authenticates any more.
fn damage_table(file: &Path, key: &[u8], table: &str) {
    let connection = keyed(file, key);
    let mut statement = connection
        .prepare("SELECT pageno FROM dbstat WHERE name = ?1")
        .expect("pages can be listed");
    let pages: Vec<u32> = statement
        .query_map([table], |row| row.get(0))
        .and_then(Iterator::collect)
        .expect("page numbers");
    assert!(!pages.is_empty(), "{table} has pages");
    let mut bytes = fs::read(file).expect("the file");
    for page in pages {
        bytes[(page as usize - 1) * 4096 + 2000] ^= 1;
    }
    fs::write(file, bytes).expect("a damaged file");
}

/// Makes the file longer with rows that nobody misses, so that the texts do not lie at its end.
fn lengthen(file: &Path, key: &[u8]) {
    let connection = keyed(file, key);
    for number in 0..60 {
        let kind = format!("{number} {}", "x".repeat(2000));
        connection
            .execute("INSERT INTO diagnostics (kind, at) VALUES (?1, 0)", [kind])
            .expect("a row");
    }
    connection
        .query_row("PRAGMA wal_checkpoint(TRUNCATE)", (), |_| Ok(()))
        .expect("everything is in the one file");
}

/// Stamps a schema version, as a later Tern would.
fn stamp_version(file: &Path, key: &[u8], version: u32) {
    let connection = keyed(file, key);
    connection
        .pragma_update(None, "user_version", version)
        .expect("a version");
    connection.close().expect("the file closes");
}

fn keyed(file: &Path, key: &[u8]) -> rusqlite::Connection {
    let digits: String = key.iter().map(|byte| format!("{byte:02x}")).collect();
    let connection = rusqlite::Connection::open(file).expect("the file");
    connection
        .pragma_update(None, "key", format!("x'{digits}'"))
        .expect("the key");
    connection
}

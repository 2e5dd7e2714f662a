//! Opening: each thing that can be wrong has its own answer, and none harms the file.
#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

mod support;

use std::fs;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use support::{KEY, arrival, config, key, message_id, open_store};
use tern_domain::UtcMillis;
use tern_store::{DatabaseKey, FileName, OpenConfig, OpenStoreError, Store, StoreError, set_aside};

fn other_key(folder: &std::path::Path) -> OpenConfig {
    OpenConfig {
        key: DatabaseKey::from_bytes([0x13; 32]),
        ..config(folder)
    }
}

#[test]
fn a_file_opens_again_with_what_was_written() {
    let test = open_store();
    test.store_all([arrival(1, 1, "hello")]);
    test.store.close();
    let again = Store::open(&config(test.folder.path())).unwrap();
    let row = again
        .read_blocking(|conn| conn.find_message(message_id(1)))
        .unwrap()
        .unwrap();
    assert_eq!(row.body.as_str(), "hello");
}

#[test]
fn a_wrong_key_is_told_from_damage_and_changes_nothing() {
    let test = open_store();
    test.store.close();
    let before = fs::read(test.database()).unwrap();
    assert!(matches!(
        Store::open(&other_key(test.folder.path())),
        Err(OpenStoreError::WrongKey)
    ));
    assert!(fs::read(test.database()).unwrap() == before);
    Store::open(&config(test.folder.path())).unwrap();
}

#[test]
fn without_its_key_check_a_file_still_opens_and_a_wrong_key_is_still_refused() {
    let test = open_store();
    test.store.close();
    let check = test.folder.path().join("account.keycheck");
    fs::remove_file(&check).unwrap();
    assert!(matches!(
        Store::open(&other_key(test.folder.path())),
        Err(OpenStoreError::WrongKey)
    ));
    Store::open(&config(test.folder.path())).unwrap();
    assert!(check.exists());
}

#[test]
fn damage_is_told_from_a_wrong_key() {
    let test = open_store();
    test.store.close();
    let mut bytes = fs::read(test.database()).unwrap();
    bytes[100] ^= 1;
    fs::write(test.database(), &bytes).unwrap();
    assert!(matches!(
        Store::open(&config(test.folder.path())),
        Err(OpenStoreError::Damaged { .. })
    ));
    assert!(fs::read(test.database()).unwrap() == bytes);
}

#[test]
fn damage_deep_in_the_file_is_noticed_when_it_is_read() {
    let test = open_store();
    test.store_all((1..=1_000).map(|number| arrival(number, 1, &"many words ".repeat(40))));
    test.store.close();
    let mut bytes = fs::read(test.database()).unwrap();
    let pages = bytes.len() / 4096;
    // The schema is in the first half, and an unreadable one would be noticed at once.
    for page in pages / 2..pages {
        bytes[page * 4096 + 2000] ^= 1;
    }
    fs::write(test.database(), &bytes).unwrap();
    let store = Store::open(&config(test.folder.path())).unwrap();
    let told = Arc::new(AtomicU32::new(0));
    let listener = Arc::clone(&told);
    store.when_damaged(move || {
        listener.fetch_add(1, Ordering::SeqCst);
    });
    assert!(!store.is_damaged());
    for _ in 0..2 {
        assert!(matches!(
            store.read_blocking(|conn| conn.check_integrity()),
            Err(StoreError::Damaged { .. })
        ));
    }
    assert!(store.is_damaged());
    assert_eq!(told.load(Ordering::SeqCst), 1, "told once");
    for _ in 0..4 {
        let whole = store.read_blocking(|conn| conn.find_conversation(&key(1)));
        assert!(whole.is_ok(), "what is whole is still read: {whole:?}");
    }
}

#[test]
fn an_opening_knows_whether_the_file_was_closed_in_an_orderly_way() {
    let test = open_store();
    test.store_all([arrival(1, 1, "hello")]);
    assert!(test.store.was_closed_properly(), "a new file");
    // What a crash leaves behind: the files as they are in the middle of the work.
    let crashed = tempfile::tempdir().unwrap();
    for entry in fs::read_dir(test.folder.path()).unwrap().flatten() {
        if entry.path().is_file() {
            fs::copy(entry.path(), crashed.path().join(entry.file_name())).unwrap();
        }
    }
    let store = Store::open(&config(crashed.path())).unwrap();
    assert!(!store.was_closed_properly());
    store.close();
    let store = Store::open(&config(crashed.path())).unwrap();
    assert!(store.was_closed_properly());
}

#[test]
fn a_healthy_file_passes_the_check() {
    let test = open_store();
    test.store_all([arrival(1, 1, "hello")]);
    test.store
        .read_blocking(|conn| conn.check_integrity())
        .unwrap();
}

#[test]
fn a_second_opening_is_refused_until_the_first_is_closed() {
    let test = open_store();
    assert!(matches!(
        Store::open(&config(test.folder.path())),
        Err(OpenStoreError::InUse)
    ));
    test.store.close();
    Store::open(&config(test.folder.path())).unwrap();
}

#[test]
fn a_file_of_another_program_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    {
        let foreign = rusqlite::Connection::open(folder.path().join("account.tern")).unwrap();
        let digits = "42".repeat(32);
        assert_eq!(KEY, [0x42; 32]);
        foreign
            .execute_batch(&format!(
                "PRAGMA key = \"x'{digits}'\"; CREATE TABLE t (x);"
            ))
            .unwrap();
    }
    assert!(matches!(
        Store::open(&config(folder.path())),
        Err(OpenStoreError::NotTern)
    ));
}

#[test]
fn a_folder_that_cannot_be_made_is_told_with_its_path() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("file");
    fs::write(&file, b"").unwrap();
    assert!(matches!(
        Store::open(&config(&file.join("below"))),
        Err(OpenStoreError::Io { .. })
    ));
}

#[test]
fn nothing_on_disk_is_in_clear() {
    let test = open_store();
    test.store_all([arrival(1, 1, "a very secret sentence")]);
    let media = tern_domain::MediaId::new(uuid::Uuid::from_u128(5));
    test.store
        .media(move |files| files.write(media, b"a very secret picture"))
        .wait()
        .unwrap();
    let scan = |folder: &std::path::Path| {
        for entry in walk(folder) {
            let bytes = fs::read(&entry).unwrap();
            for secret in [&b"secret"[..], b"2125550001", b"SQLite format"] {
                let found = bytes.windows(secret.len()).any(|window| window == secret);
                assert!(!found, "{}", entry.display());
            }
        }
    };
    scan(test.folder.path());
    test.store.close();
    scan(test.folder.path());
}

fn walk(folder: &std::path::Path) -> Vec<std::path::PathBuf> {
    fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .flat_map(|path| {
            if path.is_dir() {
                walk(&path)
            } else {
                vec![path]
            }
        })
        .collect()
}

#[test]
fn a_file_that_was_set_aside_is_kept_whole_and_can_be_opened_under_its_new_name() {
    let test = open_store();
    test.store_all([arrival(1, 1, "hello")]);
    let folder = test.folder.path().to_owned();
    let name = FileName::new("account").unwrap();
    let now = UtcMillis(1_700_000_000_000);
    assert!(matches!(
        set_aside(&folder, &name, now),
        Err(OpenStoreError::InUse)
    ));
    test.store.close();
    let aside = set_aside(&folder, &name, now).unwrap();
    let fresh = Store::open(&config(&folder)).unwrap();
    assert!(
        fresh
            .read_blocking(|conn| conn.find_conversation(&key(1)))
            .unwrap()
            .is_none()
    );
    let old = Store::open(&OpenConfig {
        name: aside.name.clone(),
        ..config(&folder)
    })
    .unwrap();
    assert!(
        old.read_blocking(|conn| conn.find_conversation(&key(1)))
            .unwrap()
            .is_some()
    );
    fresh.close();
    assert!(matches!(
        set_aside(&folder, &name, now),
        Err(OpenStoreError::Io { .. })
    ));
}

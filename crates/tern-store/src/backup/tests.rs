//! What can only be made from inside: a folder that runs full, one that may not be written to, and a power cut between
//! the renames of a restore.

use secrecy::SecretString;
use tern_domain::UtcMillis;

use super::*;
use crate::files::faults;
use crate::key::PassphraseCost;
use crate::layout::Layout;
use crate::{DatabaseKey, FileName, OpenConfig, OpenStoreError, SettingName, Store};

fn desk(folder: &std::path::Path) -> Store {
    let name = FileName::new("account").unwrap();
    let key = DatabaseKey::from_bytes([1; 32]);
    let store = Store::open(&OpenConfig::new(folder.to_owned(), name, key)).unwrap();
    store
        .write_blocking(|tx| tx.put_setting(SettingName("large"), &"x".repeat(900_000)))
        .unwrap();
    store
}

fn vault(folder: &std::path::Path) -> BackupVault {
    let cost = PassphraseCost {
        memory_kib: 64,
        passes: 1,
        lanes: 1,
    };
    BackupVault::create(
        folder,
        BackupDesk::generate().unwrap(),
        &BackupKey::generate().unwrap(),
        (&SecretString::from("a heron in the rain"), cost),
        UtcMillis(1),
    )
    .unwrap()
}

#[test]
fn a_folder_that_runs_full_keeps_its_backups_and_nothing_of_the_one_that_did_not_fit() {
    let [here, backups] = [(); 2].map(|()| tempfile::tempdir().unwrap());
    let store = desk(here.path());
    let vault = vault(backups.path());
    let first = store
        .back_up(&vault, UtcMillis(5), &mut |_| Going::On)
        .unwrap();
    let before = vault.shelves().unwrap().chunks.len();
    store
        .write_blocking(|tx| tx.put_setting(SettingName("other"), &"y".repeat(900_000)))
        .unwrap();
    for room in 0..4 {
        faults::fail_after(room, std::io::ErrorKind::StorageFull);
        let full = store.back_up(&vault, UtcMillis(6), &mut |_| Going::On);
        faults::none();
        assert!(matches!(full, Err(BackupError::Full)), "{full:?}");
        let shelves = vault.shelves().unwrap();
        assert_eq!((shelves.chunks.len(), shelves.parts.len()), (before, 0));
        assert_eq!(vault.names().unwrap(), [first.name]);
    }
    faults::fail_after(1, std::io::ErrorKind::ReadOnlyFilesystem);
    let refused = store.back_up(&vault, UtcMillis(6), &mut |_| Going::On);
    faults::none();
    assert!(matches!(refused, Err(BackupError::ReadOnly)), "{refused:?}");
    let second = store
        .back_up(&vault, UtcMillis(7), &mut |_| Going::On)
        .unwrap();
    assert!(second.total > first.total);
}

#[test]
fn a_power_cut_between_any_two_renames_of_a_restore_is_answered_by_going_on() {
    for cut_after in 0..8 {
        let [here, backups] = [(); 2].map(|()| tempfile::tempdir().unwrap());
        let store = desk(here.path());
        let vault = vault(backups.path());
        let made = store
            .back_up(&vault, UtcMillis(5), &mut |_| Going::On)
            .unwrap();
        store
            .write_blocking(|tx| tx.put_setting(SettingName("large"), &"later"))
            .unwrap();
        store.close();
        let name = FileName::new("account").unwrap();
        let new = DatabaseKey::from_bytes([2; 32]);
        faults::fail_renames_after(cut_after);
        let cut = vault.restore(
            made.name,
            (here.path(), &name),
            &new,
            UtcMillis(9),
            &mut |_| Going::On,
        );
        faults::none();
        let config = |key| OpenConfig::new(here.path().to_owned(), name.clone(), key);
        if cut.is_err() {
            // Nothing is opened, and so no empty file is made, until it is settled.
            let marker = Layout::new(here.path(), &name).restore_marker();
            assert!(marker.exists());
            assert!(matches!(
                Store::open(&config(new.clone())),
                Err(OpenStoreError::RestoreInterrupted)
            ));
        }
        settle_restore(here.path(), &name).unwrap();
        let store = Store::open(&config(new)).unwrap();
        let large = store
            .read_blocking(|conn| conn.find_setting::<String>(SettingName("large")))
            .unwrap();
        assert_eq!(large.unwrap().len(), 900_000);
        store.close();
        // What was there opens under its own key, whole.
        let aside = FileName::new("account-set-aside-9").unwrap();
        let old = DatabaseKey::from_bytes([1; 32]);
        let store = Store::open(&OpenConfig::new(here.path().to_owned(), aside, old)).unwrap();
        let large = store
            .read_blocking(|conn| conn.find_setting::<String>(SettingName("large")))
            .unwrap();
        assert_eq!(large.unwrap(), "later");
    }
}

//! Backups: a restore gives equal counts and equal hashes under another key, what did not change is stored once, and
//! every kind of damage has its own answer.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic)]

mod support;

use std::collections::BTreeSet;
use std::fs;
use std::path::PathBuf;

use secrecy::SecretString;
use support::backups::*;
use tern_domain::UtcMillis;
use tern_store::{
    BackupDesk, BackupError, BackupKey, BackupVault, DatabaseKey, Going, OpenStoreError, RESTORED,
    RestoredFrom, Store, find_backup_desks,
};

#[test]
fn a_backup_restores_to_equal_counts_and_equal_hashes_on_another_machine() {
    let [here, backups, there] = [(); 3].map(|()| tempfile::tempdir().unwrap());
    let store = make_desk(here.path());
    let made = back_up(&store, &create(backups.path()), 5);
    assert_eq!(
        (
            made.counts.messages,
            made.counts.conversations,
            made.counts.pictures
        ),
        (400, 7, 3)
    );
    assert_eq!(made.counts.events, 2);
    store.close();

    let vault = unlock(backups.path()).unwrap();
    let found = find_backup_desks(backups.path()).unwrap();
    assert_eq!((found[0].desk, found[0].backups.len()), (desk(), 1));
    let checked = vault
        .check(made.name, (there.path(), &name()), &mut |_| Going::On)
        .unwrap();
    assert_eq!(checked.counts, made.counts);
    assert_eq!(
        everything_below(there.path()),
        Vec::<PathBuf>::new(),
        "the drill leaves nothing"
    );

    restore(&vault, made.name, there.path()).unwrap();
    assert!(matches!(
        Store::open(&config(there.path(), KEY)),
        Err(OpenStoreError::WrongKey)
    ));
    let restored = Store::open(&config(there.path(), NEW_KEY)).unwrap();
    let counted = restored
        .read_blocking(|conn| {
            conn.check_integrity()?;
            conn.verify_event_chain()
        })
        .unwrap();
    assert_eq!(counted, made.counts.events);
    let from: Option<RestoredFrom> = restored
        .read_blocking(|conn| conn.find_setting(RESTORED))
        .unwrap();
    assert_eq!(from.unwrap().made_at, UtcMillis(5));
    assert_eq!(
        pictures_of(&restored),
        (1..=3_u8).map(|n| vec![n; 200_000]).collect::<Vec<_>>()
    );
    restored.close();
    assert_eq!(digest(there.path(), NEW_KEY), digest(here.path(), KEY));
    let left = everything_below(there.path());
    assert!(
        !left.iter().any(|path| {
            let path = path.to_str().unwrap();
            path.contains(".restore") || path.contains("restoring")
        }),
        "{left:?}"
    );
}

#[test]
fn what_did_not_change_is_stored_once() {
    let [here, backups] = [(); 2].map(|()| tempfile::tempdir().unwrap());
    let store = make_desk(here.path());
    let vault = create(backups.path());
    let first = back_up(&store, &vault, 5);
    assert!(
        first.added > first.total,
        "everything, and a little for each seal"
    );
    let before = chunks(backups.path());
    assert_eq!(back_up(&store, &vault, 6).added, 0);
    assert_eq!(chunks(backups.path()), before);

    add_texts(&store, 401..=401);
    add_picture(&store, 4);
    let third = back_up(&store, &vault, 7);
    assert!(
        third.added > 200_000 && third.added < 1_200_000,
        "{}",
        third.added
    );
    assert!(
        before.iter().all(|path| path.exists()),
        "nothing is written twice"
    );
    assert_eq!(third.counts.messages, 401);
    // Each of them stays what it was.
    let listed: Vec<_> = vault
        .list()
        .unwrap()
        .into_iter()
        .map(|(_, entry)| entry.unwrap().counts.messages)
        .collect();
    assert_eq!(listed, [400, 400, 401]);
}

#[test]
fn texts_are_written_while_a_backup_is_made_and_it_is_of_the_moment_it_began() {
    let [here, backups] = [(); 2].map(|()| tempfile::tempdir().unwrap());
    let store = make_desk(here.path());
    let vault = create(backups.path());
    let mut number = 1_000;
    let made = store
        .back_up(&vault, UtcMillis(5), &mut |_| {
            add_texts(&store, number..=number + 20);
            store.empty_log();
            number += 100;
            Going::On
        })
        .unwrap();
    assert!(number > 1_500, "texts came in between");
    assert_eq!(made.counts.messages, 400);
    let checked = vault.check(made.name, (here.path(), &name()), &mut |_| Going::On);
    assert_eq!(checked.unwrap().counts, made.counts);
    let later = back_up(&store, &vault, 6);
    assert!(later.counts.messages > 400);
    let checked = vault.check(later.name, (here.path(), &name()), &mut |_| Going::On);
    assert_eq!(checked.unwrap().counts, later.counts);
}

#[test]
fn every_kind_of_damage_has_its_own_answer() {
    let [here, backups, empty] = [(); 3].map(|()| tempfile::tempdir().unwrap());
    let folder = backups.path();
    assert!(matches!(
        find_backup_desks(empty.path()),
        Err(BackupError::Empty)
    ));
    assert!(matches!(
        find_backup_desks(&empty.path().join("unplugged")),
        Err(BackupError::FolderMissing)
    ));
    let store = make_desk(here.path());
    let vault = create(folder);
    let made = back_up(&store, &vault, 5);
    let check = || vault.check(made.name, (here.path(), &name()), &mut |_| Going::On);
    check().unwrap();

    assert!(matches!(
        BackupVault::unlock(folder, desk(), &SecretString::from("another passphrase")),
        Err(BackupError::WrongPassphrase)
    ));

    let list = only(everything_below(folder), "ternbackup").remove(0);
    let whole = fs::read(&list).unwrap();
    let with = |bytes: &[u8]| {
        fs::write(&list, bytes).unwrap();
        let answer = check().map(drop);
        fs::write(&list, &whole).unwrap();
        answer
    };
    for length in [0, 5, 11, 30, whole.len() - 1] {
        let cut = with(&whole[..length]);
        assert!(matches!(cut, Err(BackupError::CutOff)), "{length}: {cut:?}");
    }
    for at in (0..whole.len()).step_by(97) {
        let mut bytes = whole.clone();
        bytes[at] ^= 1;
        assert!(with(&bytes).is_err(), "byte {at}");
    }
    let mut bytes = whole.clone();
    bytes[whole.len() - 3] ^= 1;
    assert!(matches!(with(&bytes), Err(BackupError::Changed)));
    let mut newer = whole.clone();
    newer[11] = 9;
    assert!(matches!(
        with(&newer),
        Err(BackupError::TooNew { found: 9, known: 1 })
    ));

    // Another desk's list, brought here by somebody's hand.
    let other = BackupDesk::parse(&"cd".repeat(16)).unwrap();
    let other_key = "0808080808080808080808080808080808080808080808080808080808080808";
    let other_vault = create_for(folder, other, other_key);
    back_up(&store, &other_vault, 5);
    let theirs = fs::read(
        list.to_str()
            .unwrap()
            .replace(&"ab".repeat(16), &"cd".repeat(16)),
    );
    assert!(matches!(
        with(&theirs.unwrap()),
        Err(BackupError::OtherDesk)
    ));

    let key_file = only(everything_below(list.parent().unwrap()), "ternkey").remove(0);
    let key_bytes = fs::read(&key_file).unwrap();
    for (bytes, what) in [
        (key_bytes[..40].to_vec(), "cut off"),
        (
            String::from_utf8(key_bytes.clone())
                .unwrap()
                .replace("\"version\": 1,\n  \"desk", "\"version\": 7,\n  \"desk")
                .into_bytes(),
            "newer",
        ),
    ] {
        fs::write(&key_file, bytes).unwrap();
        let refused = unlock(folder).unwrap_err();
        match what {
            "newer" => assert!(
                matches!(refused, BackupError::TooNew { found: 7, .. }),
                "{refused:?}"
            ),
            _ => assert!(
                matches!(refused, BackupError::KeyFileDamaged),
                "{refused:?}"
            ),
        }
    }
    fs::remove_file(&key_file).unwrap();
    assert!(matches!(unlock(folder), Err(BackupError::KeyFileMissing)));
    fs::write(&key_file, &key_bytes).unwrap();
    unlock(folder).unwrap();

    let ours: Vec<_> = chunks(list.parent().unwrap());
    for chunk in ours.iter().step_by(3) {
        let bytes = fs::read(chunk).unwrap();
        fs::remove_file(chunk).unwrap();
        assert!(matches!(
            check(),
            Err(BackupError::Parts {
                missing: 1,
                cut_off: 0,
                changed: 0
            })
        ));
        fs::write(chunk, &bytes[..bytes.len() - 1]).unwrap();
        assert!(matches!(
            check(),
            Err(BackupError::Parts {
                missing: 0,
                cut_off: 1,
                changed: 0
            })
        ));
        let mut flipped = bytes.clone();
        flipped[bytes.len() / 2] ^= 4;
        fs::write(chunk, &flipped).unwrap();
        assert!(matches!(
            check(),
            Err(BackupError::Parts {
                missing: 0,
                cut_off: 0,
                changed: 1
            })
        ));
        fs::write(chunk, &bytes).unwrap();
    }
    check().unwrap();
    // A restore refuses as the drill does, and leaves nothing.
    let there = tempfile::tempdir().unwrap();
    fs::remove_file(&ours[0]).unwrap();
    assert!(matches!(
        restore(&vault, made.name, there.path()),
        Err(BackupError::Parts { missing: 1, .. })
    ));
    let left = everything_below(there.path());
    assert!(
        left.iter().all(|path| path.ends_with("account.lock")),
        "{left:?}"
    );
    // The next backup stores what is missing, and the one before is whole again.
    back_up(&store, &vault, 6);
    check().unwrap();
}

#[test]
fn a_new_passphrase_opens_what_the_old_one_did_and_the_old_one_nothing() {
    let [here, backups] = [(); 2].map(|()| tempfile::tempdir().unwrap());
    let store = make_desk(here.path());
    let made = back_up(&store, &create(backups.path()), 5);
    let key = BackupKey::parse(BACKUP_KEY).unwrap();
    let new = SecretString::from("another heron in the rain");
    BackupVault::create(backups.path(), desk(), &key, (&new, CHEAP), UtcMillis(2)).unwrap();
    assert!(matches!(
        unlock(backups.path()),
        Err(BackupError::WrongPassphrase)
    ));
    let vault = BackupVault::unlock(backups.path(), desk(), &new).unwrap();
    vault
        .check(made.name, (here.path(), &name()), &mut |_| Going::On)
        .unwrap();
}

#[test]
fn deleting_a_backup_frees_what_only_it_needed_and_touches_no_other_desk() {
    let [here, backups] = [(); 2].map(|()| tempfile::tempdir().unwrap());
    let store = make_desk(here.path());
    let vault = create(backups.path());
    let other = BackupDesk::parse(&"cd".repeat(16)).unwrap();
    let other_vault = create_for(backups.path(), other, BACKUP_KEY);
    let theirs = back_up(&store, &other_vault, 5);
    let first = back_up(&store, &vault, 5);
    add_texts(&store, 401..=500);
    let second = back_up(&store, &vault, 6);
    let freed = vault.delete(&BTreeSet::from([first.name])).unwrap();
    assert!(freed > 0 && freed < first.total, "{freed}");
    assert_eq!(vault.names().unwrap(), [second.name]);
    vault
        .check(second.name, (here.path(), &name()), &mut |_| Going::On)
        .unwrap();
    other_vault
        .check(theirs.name, (here.path(), &name()), &mut |_| Going::On)
        .unwrap();

    // As long as a list cannot be read, nothing that it may need goes.
    let third = back_up(&store, &vault, 7);
    let list = only(everything_below(backups.path()), "ternbackup")
        .into_iter()
        .find(|path| path.to_str().unwrap().contains("00000002"))
        .unwrap();
    let bytes = fs::read(&list).unwrap();
    fs::write(&list, &bytes[..100]).unwrap();
    let before = chunks(backups.path());
    assert!(vault.delete(&BTreeSet::from([third.name])).is_err());
    assert_eq!(chunks(backups.path()), before);
    fs::write(&list, bytes).unwrap();
    vault
        .check(second.name, (here.path(), &name()), &mut |_| Going::On)
        .unwrap();
}

#[test]
fn a_cancelled_backup_or_restore_changes_nothing() {
    let [here, backups, there] = [(); 3].map(|()| tempfile::tempdir().unwrap());
    let store = make_desk(here.path());
    let vault = create(backups.path());
    let stop = |after: usize| {
        let mut heard = 0;
        move |_| {
            heard += 1;
            if heard > after {
                Going::Stop
            } else {
                Going::On
            }
        }
    };
    let stopped = store.back_up(&vault, UtcMillis(5), &mut stop(3));
    assert!(matches!(stopped, Err(BackupError::Cancelled)));
    assert_eq!(vault.names().unwrap(), []);
    let made = back_up(&store, &vault, 6);
    store.close();
    let before = digest(here.path(), KEY);
    for after in [0, 4, 8] {
        for folder in [&here, &there] {
            let stopped = vault.restore(
                made.name,
                (folder.path(), &name()),
                &DatabaseKey::from_bytes(NEW_KEY),
                UtcMillis(77),
                &mut stop(after),
            );
            assert!(matches!(stopped, Err(BackupError::Cancelled)), "{after}");
        }
        assert_eq!(digest(here.path(), KEY), before);
        assert!(!there.path().join("account.tern").exists());
    }
}

//! Backups: a restore gives equal counts and equal hashes under another key, every kind of damage has its own answer,
//! and kill -9 at any step leaves every backup and every desk whole.
#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    clippy::indexing_slicing,
    clippy::panic
)]

mod support;

use std::collections::BTreeSet;
use std::env;
use std::fs;
use std::io::{BufRead as _, BufReader, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::RwLock;

use rusqlite::types::ValueRef;
use secrecy::SecretString;
use sha2::{Digest as _, Sha256};
use support::arrival;
use tern_domain::{AccountSid, AgentId, IdSource, MediaId, UtcMillis, plan_connect};
use tern_store::{
    BackupDesk, BackupEntry, BackupError, BackupKey, BackupName, BackupVault, DatabaseKey,
    FileName, Going, OpenConfig, OpenStoreError, PassphraseCost, RESTORED, RestoredFrom, Store,
    find_backup_desks, settle_restore,
};
use uuid::Uuid;

const KEY: [u8; 32] = [0x42; 32];
const NEW_KEY: [u8; 32] = [0x77; 32];
const FOLDER: &str = "TERN_BACKUP_FOLDER";
const STOP_AT: &str = "TERN_BACKUP_STOP_AT";
const PASSPHRASE: &str = "a heron stands in the rain";
const CHEAP: PassphraseCost = PassphraseCost {
    memory_kib: 64,
    passes: 1,
    lanes: 1,
};
const BACKUP_KEY: &str = "0909090909090909090909090909090909090909090909090909090909090909";

/// A process that is being started has this one's open files, locks among them, until it is another program.
static SPAWNING: RwLock<()> = RwLock::new(());

fn name() -> FileName {
    FileName::new("account").unwrap()
}

fn config(folder: &Path, key: [u8; 32]) -> OpenConfig {
    OpenConfig::new(folder.to_owned(), name(), DatabaseKey::from_bytes(key))
}

fn media(number: u128) -> MediaId {
    MediaId::new(Uuid::from_u128(number))
}

struct Ids(u128);

impl IdSource for Ids {
    fn uuid(&mut self) -> Uuid {
        self.0 += 1;
        Uuid::from_u128(self.0)
    }
}

/// A desk with texts, pictures and an event.
fn make_desk(folder: &Path) -> Store {
    let store = Store::open(&config(folder, KEY)).unwrap();
    add_texts(&store, 1..=400);
    for number in 1..=3_u8 {
        add_picture(&store, number);
    }
    let account = AccountSid::parse(format!("AC{:032x}", 1)).unwrap();
    store
        .write_blocking(move |tx| {
            let state = tx.load_account_state(&account)?;
            let agent = AgentId::new(Uuid::from_u128(8_000));
            let numbers = [support::provider()];
            let plan = plan_connect(&state, &numbers, agent, UtcMillis(1), &mut Ids(9_000));
            tx.apply(&plan.unwrap())
        })
        .map(drop)
        .unwrap();
    store
}

fn add_texts(store: &Store, numbers: std::ops::RangeInclusive<u64>) {
    let texts = support::storing(numbers.map(|number| {
        let body = format!("the heron waits for fish number {number} in the reeds");
        arrival(number, u32::try_from(number % 7).unwrap(), &body)
    }));
    let _applied = store.write_blocking(move |tx| tx.apply(&texts)).unwrap();
}

fn add_picture(store: &Store, number: u8) {
    store
        .media(move |files| files.write(media(number.into()), &vec![number; 200_000]))
        .wait()
        .unwrap();
}

fn desk() -> BackupDesk {
    BackupDesk::parse(&"ab".repeat(16)).unwrap()
}

fn create(folder: &Path) -> BackupVault {
    create_for(folder, desk(), BACKUP_KEY)
}

fn create_for(folder: &Path, desk: BackupDesk, key: &str) -> BackupVault {
    let key = BackupKey::parse(key).unwrap();
    let passphrase = SecretString::from(PASSPHRASE);
    BackupVault::create(folder, desk, &key, (&passphrase, CHEAP), UtcMillis(1)).unwrap()
}

fn unlock(folder: &Path) -> Result<BackupVault, BackupError> {
    BackupVault::unlock(folder, desk(), &SecretString::from(PASSPHRASE))
}

fn back_up(store: &Store, vault: &BackupVault, at: i64) -> BackupEntry {
    store
        .back_up(vault, UtcMillis(at), &mut |_| Going::On)
        .unwrap()
}

/// Every row of every table, but for what says that it was restored.
fn digest(folder: &Path, key: [u8; 32]) -> String {
    let connection = rusqlite::Connection::open(folder.join("account.tern")).unwrap();
    let digits: String = key.iter().map(|byte| format!("{byte:02x}")).collect();
    connection
        .execute_batch(&format!("PRAGMA key = \"x'{digits}'\""))
        .unwrap();
    let mut tables: Vec<String> = connection
        .prepare(
            "SELECT name FROM sqlite_schema WHERE type = 'table' AND rootpage > 0 ORDER BY name",
        )
        .unwrap()
        .query_map((), |row| row.get(0))
        .unwrap()
        .collect::<Result<_, _>>()
        .unwrap();
    tables.sort();
    let mut hash = Sha256::new();
    for table in tables {
        let sql = format!("SELECT * FROM \"{table}\"");
        let mut statement = connection.prepare(&sql).unwrap();
        let columns = statement.column_count();
        let mut rows = statement.query(()).unwrap();
        while let Some(row) = rows.next().unwrap() {
            let cells: Vec<Vec<u8>> = (0..columns)
                .map(|index| match row.get_ref(index).unwrap() {
                    ValueRef::Null => b"null".to_vec(),
                    ValueRef::Integer(value) => value.to_be_bytes().to_vec(),
                    ValueRef::Real(value) => value.to_be_bytes().to_vec(),
                    ValueRef::Text(value) | ValueRef::Blob(value) => value.to_vec(),
                })
                .collect();
            if cells
                .first()
                .is_some_and(|cell| cell == RESTORED.0.as_bytes())
            {
                continue;
            }
            for cell in cells {
                hash.update(cell.len().to_be_bytes());
                hash.update(cell);
            }
        }
    }
    hash.finalize()
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect()
}

fn pictures_of(store: &Store) -> Vec<Vec<u8>> {
    (1..=3_u128)
        .map(|number| {
            let found = store.media(move |files| files.find(media(number))).wait();
            found.unwrap().unwrap()
        })
        .collect()
}

fn everything_below(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(everything_below(&path));
        } else {
            found.push(path);
        }
    }
    found.sort();
    found
}

fn only(found: Vec<PathBuf>, ending: &str) -> Vec<PathBuf> {
    found
        .into_iter()
        .filter(|path| path.extension().is_some_and(|it| it == ending))
        .collect()
}

fn chunks(folder: &Path) -> Vec<PathBuf> {
    everything_below(folder)
        .into_iter()
        .filter(|path| path.components().any(|part| part.as_os_str() == "chunks"))
        .collect()
}

fn restore(vault: &BackupVault, name_of: BackupName, folder: &Path) -> Result<(), BackupError> {
    vault
        .restore(
            name_of,
            (folder, &name()),
            &DatabaseKey::from_bytes(NEW_KEY),
            UtcMillis(77),
            &mut |_| Going::On,
        )
        .map(drop)
}

#[test]
fn a_backup_restores_to_equal_counts_and_equal_hashes_on_another_machine() {
    let _apart = SPAWNING.read();
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
        !left
            .iter()
            .any(|path| path.to_str().unwrap().contains("restor")),
        "{left:?}"
    );
}

#[test]
fn what_did_not_change_is_stored_once() {
    let _apart = SPAWNING.read();
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
    let _apart = SPAWNING.read();
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
    let _apart = SPAWNING.read();
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

    let key_file = only(
        everything_below(&list.parent().unwrap().to_owned()),
        "ternkey",
    )
    .remove(0);
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
    let _apart = SPAWNING.read();
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
    let _apart = SPAWNING.read();
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
    let _apart = SPAWNING.read();
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

fn say(step: &str, stop_at: Option<&str>) {
    let mut out = std::io::stdout().lock();
    writeln!(out, "step {step}").unwrap();
    out.flush().unwrap();
    drop(out);
    if stop_at == Some(step) {
        // Until the other process kills this one.
        loop {
            std::thread::park();
        }
    }
}

/// Not a test of its own: what another one starts, to be killed.
#[test]
fn backs_up_until_it_is_killed() {
    let (Some(folder), Ok(stop_at)) = (env::var_os(FOLDER), env::var(STOP_AT)) else {
        return;
    };
    let folder = PathBuf::from(folder);
    let store = Store::open(&config(&folder.join("desk"), KEY)).unwrap();
    add_texts(&store, 401..=600);
    let vault = unlock(&folder.join("backups")).unwrap();
    let mut step = 0;
    store
        .back_up(&vault, UtcMillis(6), &mut |_| {
            step += 1;
            say(&step.to_string(), Some(&stop_at));
            Going::On
        })
        .unwrap();
    say("made", Some(&stop_at));
}

/// Not a test of its own either.
#[test]
fn restores_until_it_is_killed() {
    let (Some(folder), Ok(stop_at)) = (env::var_os(FOLDER), env::var(STOP_AT)) else {
        return;
    };
    let folder = PathBuf::from(folder);
    let vault = unlock(&folder.join("backups")).unwrap();
    let made = *vault.names().unwrap().last().unwrap();
    let mut step = 0;
    vault
        .restore(
            made,
            (&folder.join("desk"), &name()),
            &DatabaseKey::from_bytes(NEW_KEY),
            UtcMillis(77),
            &mut |_| {
                step += 1;
                say(&step.to_string(), Some(&stop_at));
                Going::On
            },
        )
        .unwrap();
    say("restored", Some(&stop_at));
}

/// Starts one of the two above and kills it at a step; `false` once it has no such step.
fn kill_at(test: &str, folder: &Path, step: &str) -> bool {
    let mut child = Command::new(env::current_exe().unwrap())
        .args([test, "--exact", "--nocapture"])
        .env(FOLDER, folder)
        .env(STOP_AT, step)
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let wanted = format!("step {step}");
    let reached = BufReader::new(child.stdout.take().unwrap())
        .lines()
        .map_while(Result::ok)
        .any(|line| line.ends_with(&wanted));
    child.kill().unwrap();
    child.wait().unwrap();
    reached
}

/// The same again, for another try.
fn copy_of(folder: &Path) -> tempfile::TempDir {
    fn copy(from: &Path, to: &Path) {
        fs::create_dir_all(to).unwrap();
        for entry in fs::read_dir(from).unwrap() {
            let path = entry.unwrap().path();
            let target = to.join(path.file_name().unwrap());
            if path.is_dir() {
                copy(&path, &target);
            } else {
                fs::copy(&path, &target).unwrap();
            }
        }
    }
    let target = tempfile::tempdir().unwrap();
    copy(folder, target.path());
    target
}

fn prepare() -> (tempfile::TempDir, BackupName) {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir(folder.path().join("backups")).unwrap();
    let store = make_desk(&folder.path().join("desk"));
    let made = back_up(&store, &create(&folder.path().join("backups")), 5);
    store.close();
    (folder, made.name)
}

#[test]
fn a_process_killed_at_any_step_of_a_backup_leaves_whole_ones_and_the_next_run_goes_on() {
    let _apart = SPAWNING.write();
    let (prepared, first) = prepare();
    // Which steps there are, from one that nobody kills.
    let whole = copy_of(prepared.path());
    let store = Store::open(&config(&whole.path().join("desk"), KEY)).unwrap();
    add_texts(&store, 401..=600);
    let vault = unlock(&whole.path().join("backups")).unwrap();
    let mut count = 0;
    store
        .back_up(&vault, UtcMillis(6), &mut |_| {
            count += 1;
            Going::On
        })
        .unwrap();
    store.close();
    assert!(count > 5, "{count}");
    let steps = (1..=count).map(|step: u32| step.to_string());
    for step in steps.chain(["made".to_owned()]) {
        let folder = copy_of(prepared.path());
        let reached = kill_at("backs_up_until_it_is_killed", folder.path(), &step);
        assert!(reached, "{step}");
        let vault = unlock(&folder.path().join("backups")).unwrap();
        let names = vault.names().unwrap();
        assert_eq!(names.len(), if step == "made" { 2 } else { 1 }, "{step}");
        assert_eq!(names[0], first);
        let desk = folder.path().join("desk");
        // A rest of a write, as a power cut leaves it.
        let part = chunks(&folder.path().join("backups"))[0].with_extension("part");
        fs::write(&part, b"half").unwrap();
        let store = Store::open(&config(&desk, KEY)).unwrap();
        let next = back_up(&store, &vault, 7);
        assert!(!part.exists());
        assert_eq!(next.counts.messages, 600);
        for made in vault.names().unwrap() {
            vault
                .check(made, (&desk, &name()), &mut |_| Going::On)
                .unwrap();
        }
        store.close();
    }
}

#[test]
fn a_process_killed_at_any_step_of_a_restore_leaves_the_old_desk_or_the_restored_one() {
    let _apart = SPAWNING.write();
    let (prepared, made) = prepare();
    let store = Store::open(&config(&prepared.path().join("desk"), KEY)).unwrap();
    add_texts(&store, 401..=450);
    store.close();
    let whole = copy_of(prepared.path());
    let mut count = 0;
    unlock(&whole.path().join("backups"))
        .unwrap()
        .restore(
            made,
            (&whole.path().join("desk"), &name()),
            &DatabaseKey::from_bytes(NEW_KEY),
            UtcMillis(77),
            &mut |_| {
                count += 1;
                Going::On
            },
        )
        .unwrap();
    assert!(count > 8, "{count}");
    let steps = (1..=count).map(|step: u32| step.to_string());
    for step in steps.chain(["restored".to_owned()]) {
        let folder = copy_of(prepared.path());
        let desk = folder.path().join("desk");
        let reached = kill_at("restores_until_it_is_killed", folder.path(), &step);
        assert!(reached, "{step}");
        settle_restore(&desk, &name()).unwrap();
        let is_restored = step == "restored";
        let store = Store::open(&config(&desk, if is_restored { NEW_KEY } else { KEY })).unwrap();
        let has_later = store
            .read_blocking(|conn| {
                conn.check_integrity()?;
                Ok(conn.find_message(support::message_id(450))?.is_some())
            })
            .unwrap();
        assert_eq!(has_later, !is_restored, "{step}");
        assert_eq!(pictures_of(&store).len(), 3);
        store.close();
        let left = everything_below(&desk);
        assert!(
            !left
                .iter()
                .any(|path| path.to_str().unwrap().contains("restor")),
            "{step}: {left:?}"
        );
        let aside = left
            .iter()
            .any(|path| path.to_str().unwrap().contains("set-aside"));
        assert_eq!(aside, is_restored, "what was there is kept");
    }
}

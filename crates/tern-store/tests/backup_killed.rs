//! kill -9 at any step of a backup and of a restore leaves every backup and every desk whole.
#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    clippy::indexing_slicing,
    clippy::panic
)]

mod support;

use std::env;
use std::fs;
use std::io::{BufRead as _, BufReader, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Mutex;

use support::backups::*;
use tern_domain::UtcMillis;
use tern_store::{BackupName, DatabaseKey, Going, Rebuilding, Store, settle_restore};

const FOLDER: &str = "TERN_BACKUP_FOLDER";
const STOP_AT: &str = "TERN_BACKUP_STOP_AT";

/// A process that is being started has this one's open files, locks among them, until it is another program: one test
/// at a time.
static SPAWNING: Mutex<()> = Mutex::new(());

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

/// Nor this.
#[test]
fn rebuilds_until_it_is_killed() {
    let (Some(folder), Ok(stop_at)) = (env::var_os(FOLDER), env::var(STOP_AT)) else {
        return;
    };
    let desk = PathBuf::from(folder).join("desk");
    let making = Rebuilding::begin((&desk, &name()), &DatabaseKey::from_bytes(KEY)).unwrap();
    say("begun", Some(&stop_at));
    making.salvage(None).unwrap();
    say("carried over", Some(&stop_at));
    making.take_place(UtcMillis(78)).unwrap();
    say("rebuilt", Some(&stop_at));
}

/// Starts one of those above and kills it at a step; `false` once it has no such step.
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
    let _alone = SPAWNING.lock();
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
    let _alone = SPAWNING.lock();
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
            !left.iter().any(|path| {
                let path = path.to_str().unwrap();
                path.contains(".restore") || path.contains("restoring")
            }),
            "{step}: {left:?}"
        );
        let aside = left
            .iter()
            .any(|path| path.to_str().unwrap().contains("set-aside"));
        assert_eq!(aside, is_restored, "what was there is kept");
    }
}

#[test]
fn a_process_killed_while_a_damaged_file_is_rebuilt_leaves_the_damaged_one_or_the_whole_new_one() {
    let _alone = SPAWNING.lock();
    let (prepared, _) = prepare();
    let file = prepared.path().join("desk/account.tern");
    let mut bytes = fs::read(&file).unwrap();
    let page = bytes.len() / 4096 / 2;
    bytes[page * 4096 + 1000] ^= 0xFF;
    fs::write(&file, &bytes).unwrap();
    for step in ["begun", "carried over", "rebuilt"] {
        let folder = copy_of(prepared.path());
        let desk = folder.path().join("desk");
        assert!(kill_at("rebuilds_until_it_is_killed", folder.path(), step));
        settle_restore(&desk, &name()).unwrap();
        let is_rebuilt = step == "rebuilt";
        let there = fs::read(desk.join("account.tern")).unwrap();
        assert_eq!(there == bytes, !is_rebuilt, "{step}");
        let store = Store::open(&config(&desk, KEY)).unwrap();
        let is_whole = store.read_blocking(|conn| conn.check_integrity()).is_ok();
        assert_eq!(is_whole, is_rebuilt, "{step}");
        if !is_rebuilt {
            assert_eq!(pictures_of(&store).len(), 3, "{step}");
        }
        store.close();
        let left = everything_below(&desk);
        let has = |part: &str| {
            left.iter()
                .any(|path| path.to_string_lossy().contains(part))
        };
        assert!(!has(".restore") && !has("restoring"), "{step}: {left:?}");
        assert_eq!(has("set-aside"), is_rebuilt, "{step}: {left:?}");
    }
}

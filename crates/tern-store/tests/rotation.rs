//! Replacing the key: everything opens under the new one, nothing under the old, and kill -9 at any step leaves a
//! desk that is wholly the one or wholly the other.
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
use std::sync::RwLock;

use secrecy::SecretString;
use support::arrival;
use tern_domain::lock_code::LockCodes;
use tern_domain::verification::{Authenticator, Verification};
use tern_domain::{MediaId, PersonId, UtcMillis};
use tern_store::{
    AuthenticatorSeal, DatabaseKey, FileName, Going, KeyEnvelope, LOCK_CODES, OpenConfig,
    OpenStoreError, PassphraseCost, Rotation, RotationError, RotationPhase, RotationState, Store,
    hash_pin,
};
use uuid::Uuid;

const OLD: [u8; 32] = [0x42; 32];
const NEW: [u8; 32] = [0x77; 32];
const PICTURE: &[u8] = b"a picture of a heron";
const FOLDER: &str = "TERN_ROTATION_FOLDER";
const STOP_AT: &str = "TERN_ROTATION_STOP_AT";

/// A process that is being started has this one's open files, locks among them, until it is another program: no other
/// test of this file runs meanwhile.
static SPAWNING: RwLock<()> = RwLock::new(());

fn names() -> [FileName; 2] {
    ["practice", "account"].map(|name| FileName::new(name).unwrap())
}

fn key(bytes: [u8; 32]) -> DatabaseKey {
    DatabaseKey::from_bytes(bytes)
}

fn config(folder: &Path, name: &FileName, bytes: [u8; 32]) -> OpenConfig {
    OpenConfig::new(folder.to_owned(), name.clone(), key(bytes))
}

fn media(number: u128) -> MediaId {
    MediaId::new(Uuid::from_u128(number))
}

/// Two lines with texts and pictures.
fn make_desk(folder: &Path) {
    for name in names() {
        let store = Store::open(&config(folder, &name, OLD)).unwrap();
        let texts = support::storing((1..=300).map(|number| {
            arrival(
                number,
                u32::try_from(number % 7).unwrap(),
                "the heron waits",
            )
        }));
        let _applied = store.write_blocking(move |tx| tx.apply(&texts)).unwrap();
        store
            .media(|media_files| {
                (1..=3).try_for_each(|number| media_files.write(media(number), PICTURE))
            })
            .wait()
            .unwrap();
        store.close();
    }
}

/// Looks at a line under a key: everything is there.
fn is_whole(folder: &Path, name: &FileName, bytes: [u8; 32]) -> bool {
    let store = match Store::open(&config(folder, name, bytes)) {
        Ok(store) => store,
        Err(OpenStoreError::WrongKey) => return false,
        Err(other) => panic!("{other:?}"),
    };
    store
        .read_blocking(|conn| {
            for number in 1..=300 {
                assert!(conn.find_message(support::message_id(number))?.is_some());
            }
            conn.check_integrity()
        })
        .unwrap();
    for number in 1..=3 {
        let found = store.media(move |files| files.find(media(number))).wait();
        assert_eq!(found.unwrap().unwrap(), PICTURE);
    }
    store.close();
    true
}

fn rotate(folder: &Path, said: &mut dyn FnMut(&str)) -> Result<(), RotationError> {
    let mut rotation = Rotation::begin(folder, &names())?;
    said("begun");
    let mut phases = Vec::new();
    let copied = rotation.copy(&key(OLD), &key(NEW), &mut |progress| {
        assert!(progress.done <= progress.total);
        phases.push(progress.phase);
        said(&format!("{:?} {}", progress.phase, phases.len()));
        Going::On
    });
    copied?;
    said("copied");
    rotation.commit()?;
    said("committed");
    rotation.swap()?;
    said("swapped");
    // Here the holder of the key makes the new one the one in force.
    rotation.finish()?;
    said("finished");
    Ok(())
}

/// What a start does after a crash; tells which key is in force.
fn resume(folder: &Path) -> [u8; 32] {
    let Some(rotation) = Rotation::resume(folder).unwrap() else {
        return if is_whole(folder, &names()[0], NEW) {
            NEW
        } else {
            OLD
        };
    };
    // Nothing is opened, and so no empty file is made, as long as it is not clear which one counts.
    let refused = Store::open(&config(folder, &names()[1], OLD)).unwrap_err();
    assert!(matches!(refused, OpenStoreError::InUse));
    let in_force = match rotation.state() {
        RotationState::Preparing => OLD,
        RotationState::Committed => {
            rotation.swap().unwrap();
            NEW
        }
    };
    rotation.finish().unwrap();
    in_force
}

/// Pieces of the names of what is there only meanwhile.
const LEFT_BY_A_ROTATION: [&str; 3] = ["rotating", "rotated", "rotation"];

fn leftovers(folder: &Path) -> Vec<String> {
    fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .filter(|name| LEFT_BY_A_ROTATION.iter().any(|it| name.contains(it)))
        .collect()
}

#[test]
fn after_a_rotation_everything_opens_with_the_new_key_and_nothing_with_the_old() {
    let _apart = SPAWNING.read();
    let folder = tempfile::tempdir().unwrap();
    make_desk(folder.path());
    fs::write(
        folder.path().join("account.before-upgrade-from-3.tern"),
        b"opens with the old key",
    )
    .unwrap();
    rotate(folder.path(), &mut |_| ()).unwrap();
    for name in names() {
        assert!(is_whole(folder.path(), &name, NEW));
        assert!(!is_whole(folder.path(), &name, OLD));
    }
    assert_eq!(leftovers(folder.path()), Vec::<String>::new());
    assert!(
        !folder
            .path()
            .join("account.before-upgrade-from-3.tern")
            .exists()
    );
}

#[test]
fn l_14_pins_and_authenticators_still_verify_after_a_rotation() {
    let _apart = SPAWNING.read();
    let cheap = PassphraseCost {
        memory_kib: 64,
        passes: 1,
        lanes: 1,
    };
    let folder = tempfile::tempdir().unwrap();
    make_desk(folder.path());
    let name = &names()[1];
    let person = PersonId::new(Uuid::from_u128(9));
    let secret = tern_store::draw_authenticator().unwrap();
    let pin = SecretString::from("40718253");
    let store = Store::open(&config(folder.path(), name, OLD)).unwrap();
    let verification = Verification {
        pin: Some(hash_pin(&pin, cheap).unwrap()),
        authenticator: Some(Authenticator {
            sealed: store.authenticators().seal(person, &secret).unwrap(),
            since: UtcMillis(1),
            last_step: 1,
        }),
        ..Verification::default()
    };
    let details = tern_domain::PersonDetails {
        kind: tern_domain::PersonKind::User,
        name: "Ana Ruiz".into(),
        ..tern_domain::PersonDetails::default()
    };
    let plan = tern_domain::Plan {
        events: Vec::new(),
        effects: vec![
            tern_domain::Effect::SetPerson(Box::new(tern_domain::Person {
                id: person,
                details,
            })),
            tern_domain::Effect::SetVerification {
                person,
                verification: Box::new(verification),
            },
        ],
    };
    let _applied = store.write_blocking(move |tx| tx.apply(&plan)).unwrap();
    let agent = tern_domain::AgentId::new(Uuid::from_u128(9));
    let mut codes = LockCodes::default();
    let app = Authenticator {
        sealed: store.authenticators().seal(agent, &secret).unwrap(),
        since: UtcMillis(1),
        last_step: 1,
    };
    codes.set_up(agent, app);
    store
        .write_blocking(move |tx| tx.put_setting(LOCK_CODES, &codes))
        .unwrap();
    store.close();

    rotate(folder.path(), &mut |_| ()).unwrap();
    let store = Store::open(&config(folder.path(), name, NEW)).unwrap();
    let found = store
        .read_blocking(move |conn| conn.find_verification(person))
        .unwrap()
        .unwrap();
    assert!(tern_store::is_pin(&found.pin.unwrap(), &pin).unwrap());
    let sealed = found.authenticator.unwrap().sealed;
    let opened = store.authenticators().open(person, &sealed).unwrap();
    assert_eq!(opened.expose(), secret.expose());
    assert!(
        AuthenticatorSeal::of(&key(OLD))
            .open(person, &sealed)
            .is_none()
    );
    let codes: Option<LockCodes> = store
        .read_blocking(|conn| conn.find_setting(LOCK_CODES))
        .unwrap();
    let codes = codes.unwrap();
    let app = codes.find(agent).unwrap();
    let opened = store.authenticators().open(agent, &app.sealed).unwrap();
    assert_eq!(opened.expose(), secret.expose());
}

#[test]
fn a_cancelled_rotation_leaves_the_desk_as_it_was() {
    let _apart = SPAWNING.read();
    for phase in [
        RotationPhase::Texts,
        RotationPhase::Pictures,
        RotationPhase::Checking,
    ] {
        let folder = tempfile::tempdir().unwrap();
        make_desk(folder.path());
        let rotation = Rotation::begin(folder.path(), &names()).unwrap();
        let stopped = rotation.copy(&key(OLD), &key(NEW), &mut |progress| {
            if progress.phase == phase {
                Going::Stop
            } else {
                Going::On
            }
        });
        assert!(matches!(stopped, Err(RotationError::Cancelled)));
        rotation.finish().unwrap();
        assert_eq!(leftovers(folder.path()), Vec::<String>::new());
        for name in names() {
            assert!(is_whole(folder.path(), &name, OLD));
        }
    }
}

#[test]
fn a_wrong_key_and_a_line_in_use_are_refused_before_anything_is_copied() {
    let _apart = SPAWNING.read();
    let folder = tempfile::tempdir().unwrap();
    make_desk(folder.path());
    let open = Store::open(&config(folder.path(), &names()[1], OLD)).unwrap();
    assert!(matches!(
        Rotation::begin(folder.path(), &names()),
        Err(RotationError::Database(OpenStoreError::InUse))
    ));
    open.close();
    let rotation = Rotation::begin(folder.path(), &names()).unwrap();
    assert!(matches!(
        Rotation::begin(folder.path(), &names()),
        Err(RotationError::Database(OpenStoreError::InUse))
    ));
    assert!(matches!(
        rotation.copy(&key(NEW), &key(OLD), &mut |_| Going::On),
        Err(RotationError::Database(OpenStoreError::WrongKey))
    ));
    rotation.finish().unwrap();
    assert!(is_whole(folder.path(), &names()[0], OLD));
}

#[test]
fn a_picture_that_was_changed_before_is_refused_after_too_and_stops_nothing() {
    let _apart = SPAWNING.read();
    let folder = tempfile::tempdir().unwrap();
    make_desk(folder.path());
    let path = folder
        .path()
        .join(format!("account.media/{}.sealed", media(2).uuid().simple()));
    let mut bytes = fs::read(&path).unwrap();
    bytes[40] ^= 1;
    fs::write(&path, &bytes).unwrap();
    rotate(folder.path(), &mut |_| ()).unwrap();
    let store = Store::open(&config(folder.path(), &names()[1], NEW)).unwrap();
    let find = |number| store.media(move |files| files.find(media(number))).wait();
    assert_eq!(find(1).unwrap().unwrap(), PICTURE);
    assert!(find(2).is_err());
}

#[test]
fn neither_key_stands_anywhere_in_the_folder() {
    let _apart = SPAWNING.read();
    fn scan(folder: &Path, needles: &[Vec<u8>]) {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                scan(&path, needles);
                continue;
            }
            let bytes = fs::read(&path).unwrap();
            for needle in needles {
                let found = bytes.windows(needle.len()).any(|window| window == needle);
                assert!(!found, "{}", path.display());
            }
        }
    }
    let needles: Vec<Vec<u8>> = [OLD, NEW]
        .iter()
        .flat_map(|key| [key.to_vec(), hex(key).into_bytes()])
        .collect();
    let folder = tempfile::tempdir().unwrap();
    make_desk(folder.path());
    let path = folder.path().to_owned();
    rotate(&path, &mut |_| scan(&path, &needles)).unwrap();
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Not a test of its own: what the next one starts, to be killed.
#[test]
fn rotates_until_it_is_killed() {
    let Some(folder) = env::var_os(FOLDER) else {
        return;
    };
    let stop_at = env::var(STOP_AT).unwrap();
    rotate(&PathBuf::from(folder), &mut |step| {
        let mut out = std::io::stdout().lock();
        writeln!(out, "step {step}").unwrap();
        out.flush().unwrap();
        drop(out);
        if step == stop_at {
            // Until the other process kills this one.
            loop {
                std::thread::park();
            }
        }
    })
    .unwrap();
}

#[test]
fn a_process_killed_at_any_step_leaves_one_whole_desk() {
    let _apart = SPAWNING.write();
    // Which steps there are, from one that nobody kills.
    let mut steps = Vec::new();
    let whole = tempfile::tempdir().unwrap();
    make_desk(whole.path());
    rotate(whole.path(), &mut |step| steps.push(step.to_owned())).unwrap();
    assert!(steps.len() > 12, "{steps:?}");

    let committed = steps.iter().position(|step| step == "committed").unwrap();
    for (number, step) in steps.iter().enumerate() {
        let folder = tempfile::tempdir().unwrap();
        make_desk(folder.path());
        let mut child = Command::new(env::current_exe().unwrap())
            .args(["rotates_until_it_is_killed", "--exact", "--nocapture"])
            .env(FOLDER, folder.path())
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
        assert!(reached, "{step}");
        // Another process finds it busy as long as it lives.
        if *step != "finished" {
            assert!(matches!(
                Rotation::resume(folder.path()),
                Err(RotationError::Database(OpenStoreError::InUse))
            ));
        }
        child.kill().unwrap();
        child.wait().unwrap();

        let in_force = resume(folder.path());
        assert_eq!(
            in_force,
            if number >= committed { NEW } else { OLD },
            "{step}"
        );
        for name in names() {
            assert!(is_whole(folder.path(), &name, in_force), "{step}");
        }
        assert_eq!(leftovers(folder.path()), Vec::<String>::new(), "{step}");
    }
}

/// Every state that the renames can be cut off in, made by hand: doing them again ends at the same desk.
#[test]
fn a_swap_that_is_cut_off_between_two_renames_is_gone_on_with() {
    let _apart = SPAWNING.read();
    let pairs = ["tern", "keycheck", "media"];
    for cut in 0..=2 * pairs.len() {
        let folder = tempfile::tempdir().unwrap();
        make_desk(folder.path());
        let mut rotation = Rotation::begin(folder.path(), &names()).unwrap();
        rotation
            .copy(&key(OLD), &key(NEW), &mut |_| Going::On)
            .unwrap();
        rotation.commit().unwrap();
        drop(rotation);
        let path =
            |middle: &str, ending: &str| folder.path().join(format!("practice{middle}.{ending}"));
        for log in ["tern-wal", "tern-shm"] {
            let _ = fs::remove_file(path("", log));
        }
        let renames = pairs.iter().flat_map(|ending| {
            [
                (path("", ending), path(".rotated", ending)),
                (path(".rotating", ending), path("", ending)),
            ]
        });
        for (from, to) in renames.take(cut) {
            fs::rename(from, to).unwrap();
        }
        let refused = Store::open(&config(folder.path(), &names()[0], OLD)).unwrap_err();
        assert!(matches!(refused, OpenStoreError::RotationInterrupted));
        assert_eq!(resume(folder.path()), NEW, "cut after {cut}");
        for name in names() {
            assert!(is_whole(folder.path(), &name, NEW), "cut after {cut}");
        }
        assert_eq!(leftovers(folder.path()), Vec::<String>::new());
    }
}

/// The envelope of a new key waits beside the one in force, and takes its place as one step.
#[test]
fn an_envelope_in_waiting_takes_the_place_of_the_one_in_force() {
    let _apart = SPAWNING.read();
    let cheap = PassphraseCost {
        memory_kib: 64,
        passes: 1,
        lanes: 1,
    };
    let folder = tempfile::tempdir().unwrap();
    let [force, waiting] = ["tern", "tern-next"].map(|name| FileName::new(name).unwrap());
    let passphrase = SecretString::from("correct horse");
    for (name, bytes) in [(&force, OLD), (&waiting, NEW)] {
        KeyEnvelope::wrap(&key(bytes), &passphrase, cheap)
            .unwrap()
            .save(folder.path(), name)
            .unwrap();
    }
    assert!(KeyEnvelope::promote(folder.path(), &waiting, &force).unwrap());
    assert!(!KeyEnvelope::promote(folder.path(), &waiting, &force).unwrap());
    let opened = KeyEnvelope::find(folder.path(), &force).unwrap().unwrap();
    assert_eq!(*opened.unwrap(&passphrase).unwrap().to_bytes(), NEW);
}

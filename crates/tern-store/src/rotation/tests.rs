//! What can only be made from inside: a disk that runs full in the middle of the copy.

use super::copy::{Gauge, copy_pages};
use super::{Going, Rotation, RotationError};
use crate::layout::Layout;
use crate::open::{Access, open_connection};
use crate::{DatabaseKey, FileName, OpenConfig, SettingName, Store};

const OLD: [u8; 32] = [1; 32];
const NEW: [u8; 32] = [2; 32];

#[test]
fn a_disk_that_runs_full_leaves_the_old_file_whole_and_nothing_beside_it() {
    let folder = tempfile::tempdir().unwrap();
    let name = FileName::new("account").unwrap();
    let old = DatabaseKey::from_bytes(OLD);
    let config = OpenConfig::new(folder.path().to_owned(), name.clone(), old.clone());
    let store = Store::open(&config).unwrap();
    store
        .write_blocking(|tx| tx.put_setting(SettingName("large"), &"x".repeat(400_000)))
        .unwrap();
    store.close();

    let rotation = Rotation::begin(folder.path(), std::slice::from_ref(&name)).unwrap();
    let line = Layout::new(folder.path(), &name);
    let source = open_connection(&line.database(), &old, Access::ReadWrite).unwrap();
    let mut listener = |_| Going::On;
    let mut gauge = Gauge::new(400_000, &mut listener);
    let new = DatabaseKey::from_bytes(NEW);
    let full = copy_pages(&source, &line.rotating(), &new, 10, &mut gauge).unwrap_err();
    assert!(full.is_disk_full(), "{full:?}");
    drop(source);
    assert!(line.rotating().database().exists(), "half a copy");
    rotation.finish().unwrap();

    let mut left: Vec<_> = std::fs::read_dir(folder.path())
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .filter(|name| {
            let meanwhile = ["rotating", "rotated", "rotation"];
            meanwhile.iter().any(|it| name.contains(it))
        })
        .collect();
    left.sort();
    assert_eq!(left, Vec::<String>::new());
    let store = Store::open(&config).unwrap();
    store
        .read_blocking(|conn| {
            let large = conn.find_setting::<String>(SettingName("large"))?;
            assert_eq!(large.unwrap().len(), 400_000);
            conn.check_integrity()
        })
        .unwrap();
}

#[test]
fn a_marker_of_other_hands_stops_everything() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("tern.rotation"), b"{}").unwrap();
    assert!(matches!(
        Rotation::resume(folder.path()),
        Err(RotationError::Database(_))
    ));
}

//! Exports as they are written, changed by a byte, and made to do harm: what the verifier says.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::string_slice,
    missing_docs
)]

use std::io::{Cursor, Write as _};
use std::process::Command;

use proptest::prelude::*;
use tern_archive::*;
use zip::write::SimpleFileOptions;

fn key() -> ExportKey {
    ExportKey::from_seed(&[7; 32])
}

fn line(number: u32) -> Line {
    Line {
        at: format!("2026-11-22T08:00:{number:02}Z"),
        day: "Sunday 22 November 2026".to_owned(),
        clock: format!("08:00:{number:02}"),
        requester: "+14155550123".to_owned(),
        provider: "+18335550100".to_owned(),
        from: From::Requester,
        name: "Customer".to_owned(),
        body: format!("Where is order {number}? <b>=1+1</b>"),
        removed: false,
        masked: false,
        mood: None,
        status: "received".to_owned(),
        sid: None,
        id: None,
        attached: Vec::new(),
    }
}

fn event(sequence: i64, previous: &str) -> LogEntry {
    let content = LogContent {
        previous: previous.to_owned(),
        id: "00".repeat(16),
        aggregate_kind: "interaction".to_owned(),
        aggregate_id: "1".to_owned(),
        version: sequence,
        actor: "\"system\"".to_owned(),
        body: "{}".to_owned(),
    };
    // As the desk's log computes it, told here once more.
    use sha2::{Digest as _, Sha256};
    let mut hash = Sha256::new();
    hash.update(hex::decode(previous).unwrap());
    let (version, at) = (sequence.to_be_bytes(), 5_i64.to_be_bytes());
    for part in [
        &[0; 16][..],
        b"interaction",
        b"1",
        &version,
        b"\"system\"",
        &at,
        b"{}",
    ] {
        hash.update((part.len() as u64).to_be_bytes());
        hash.update(part);
    }
    event_line(sequence, 5, &hash.finalize(), Some(content))
}

fn what(texts: u64, events: u64) -> What {
    What {
        exported_at: "2026-11-22T09:00:00Z".to_owned(),
        exported_by: "Ana".to_owned(),
        tern_version: "0.1.0".to_owned(),
        about: "the conversation of Maya with +1 833 555 0100".to_owned(),
        transcript: "internal".to_owned(),
        counts: Counts {
            conversations: 1,
            texts,
            events,
            ..Counts::default()
        },
        range: Range::default(),
        log: Chain::default(),
    }
}

/// A small export of three texts, two events and a picture.
fn export() -> Vec<u8> {
    static ONCE: std::sync::LazyLock<Vec<u8>> = std::sync::LazyLock::new(write_export);
    ONCE.clone()
}

fn write_export() -> Vec<u8> {
    let mut export = ExportWriter::begin(Cursor::new(Vec::new())).unwrap();
    let file = export.file("conversations/0001-001.html").unwrap();
    let head = PageHead {
        title: "Maya",
        facts: &[("Number", "+14155550123")],
        number: 1,
        previous: None,
        root: "../",
    };
    let mut page = Page::begin(file, head).unwrap();
    for number in 1..=3 {
        page.line(&line(number), false).unwrap();
    }
    page.finish(None).unwrap().finish();
    let mut file = export.file("texts.jsonl").unwrap();
    let mut chain = LineChain::default();
    for number in 1..=3 {
        file.write_all(chain.line(&line(number)).unwrap().as_bytes())
            .unwrap();
    }
    file.finish();
    let mut file = export.file("events.jsonl").unwrap();
    let mut chain = LineChain::default();
    let first = event(4, &"00".repeat(32));
    let second = event(5, &first.log_hash);
    for entry in [first, second] {
        file.write_all(chain.line(&entry).unwrap().as_bytes())
            .unwrap();
    }
    file.finish();
    let mut file = export.file("media/1-1.png").unwrap();
    file.write_all(b"\x89PNG not really").unwrap();
    file.finish();
    export.finish(what(3, 2), &key()).unwrap().into_inner()
}

fn verify(zip: &[u8]) -> Result<Report, Unreadable> {
    verify_zip(Cursor::new(zip.to_vec()), None)
}

fn is_good(zip: &[u8]) -> bool {
    verify(zip).is_ok_and(|report| report.is_good())
}

#[test]
fn an_export_is_good_as_it_was_written_and_says_what_it_is() {
    let report = verify(&export()).unwrap();
    assert!(report.is_good(), "{report}");
    assert!(report.sealed && report.signed);
    assert_eq!((report.files, report.lines, report.events), (5, 5, 2));
    let words = report.to_string();
    assert!(words.contains(&format!("signed by the key {}", key().fingerprint())));
    assert!(
        words.contains("3 texts") && words.contains("by Ana"),
        "{words}"
    );
}

#[test]
fn it_has_to_be_signed_by_the_key_that_is_asked_for() {
    let zip = Cursor::new(export());
    let same = Fingerprint::parse(&key().fingerprint().to_string().to_lowercase());
    assert!(verify_zip(zip.clone(), same).unwrap().is_good());
    let other = ExportKey::from_seed(&[8; 32]).fingerprint();
    let report = verify_zip(zip, Some(other)).unwrap();
    assert!(matches!(report.findings(), [Finding::OtherKey { .. }]));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]
    #[test]
    fn any_one_byte_that_is_changed_is_found(at in any::<prop::sample::Index>(), bits in 1_u8..) {
        let mut zip = export();
        let at = at.index(zip.len());
        zip[at] ^= bits;
        prop_assert!(!is_good(&zip), "byte {} of {}", at, zip.len());
    }

    #[test]
    fn any_end_that_is_cut_off_or_added_is_found(at in any::<prop::sample::Index>(), added in 1_usize..300) {
        let zip = export();
        prop_assert!(!is_good(&zip[..at.index(zip.len())]));
        prop_assert!(!is_good(&[zip, vec![b' '; added]].concat()));
    }

    #[test]
    fn any_one_byte_of_an_unpacked_file_is_found(which in any::<prop::sample::Index>(), at in any::<prop::sample::Index>(), bits in 1_u8..) {
        let folder = tempfile::tempdir().unwrap();
        unpack(&export(), folder.path());
        prop_assert!(verify_folder(folder.path(), None).unwrap().is_good());
        let names = ["README.txt", "conversations/0001-001.html", "texts.jsonl", "events.jsonl", "media/1-1.png", "manifest.json", "manifest.sig"];
        let path = folder.path().join(names[which.index(names.len())]);
        let mut bytes = std::fs::read(&path).unwrap();
        let at = at.index(bytes.len());
        bytes[at] ^= bits;
        std::fs::write(&path, bytes).unwrap();
        let verified = verify_folder(folder.path(), None);
        prop_assert!(!verified.is_ok_and(|report| report.is_good()), "{} byte {}", path.display(), at);
    }
}

fn unpack(zip: &[u8], folder: &std::path::Path) {
    zip::ZipArchive::new(Cursor::new(zip))
        .unwrap()
        .extract(folder)
        .unwrap();
}

/// A zip like the export, with its files handed through a hand that changes them.
fn repacked(change: impl Fn(&str, Vec<u8>) -> Vec<(String, Vec<u8>)>) -> Vec<u8> {
    let mut from = zip::ZipArchive::new(Cursor::new(export())).unwrap();
    let mut to = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for index in 0..from.len() {
        let mut file = from.by_index(index).unwrap();
        let name = file.name().unwrap().into_owned();
        let mut bytes = Vec::new();
        std::io::copy(&mut file, &mut bytes).unwrap();
        for (name, bytes) in change(&name, bytes) {
            to.start_file(name, SimpleFileOptions::DEFAULT).unwrap();
            to.write_all(&bytes).unwrap();
        }
    }
    to.finish().unwrap().into_inner()
}

fn findings(zip: &[u8]) -> Vec<Finding> {
    verify(zip).unwrap().findings().to_vec()
}

#[test]
fn what_was_changed_is_named_by_file_and_line() {
    let changed = repacked(|name, bytes| {
        let text = String::from_utf8_lossy(&bytes).replace("order 2", "order 9");
        let bytes = if name == "texts.jsonl" {
            text.into_bytes()
        } else {
            bytes
        };
        vec![(name.to_owned(), bytes)]
    });
    let found = findings(&changed);
    assert!(found.contains(&Finding::Changed("texts.jsonl".to_owned())));
    assert!(found.contains(&Finding::ChangedLine("texts.jsonl".to_owned(), 2)));
    assert!(found.contains(&Finding::NoSeal));

    let without = repacked(|name, bytes| match name {
        "media/1-1.png" => vec![("added.html".to_owned(), bytes)],
        "manifest.sig" => vec![],
        _ => vec![(name.to_owned(), bytes)],
    });
    let found = findings(&without);
    assert!(found.contains(&Finding::Missing("media/1-1.png".to_owned())));
    assert!(found.contains(&Finding::Unknown("added.html".to_owned())));
    assert!(found.contains(&Finding::NoSignature));
}

#[test]
fn names_that_lead_out_are_found_and_lead_nowhere() {
    for name in [
        "../../outside.txt",
        "/etc/outside",
        "a\\..\\b",
        "C:outside",
        "a//b",
    ] {
        let zip = repacked(|own, bytes| {
            let mut files = vec![(own.to_owned(), bytes)];
            if own == "README.txt" {
                files.push((name.to_owned(), b"x".to_vec()));
            }
            files
        });
        let found = findings(&zip);
        let is_named = |it: &Finding| matches!(it, Finding::BadName(_) | Finding::Unknown(_));
        assert!(found.iter().any(is_named), "{name}: {found:?}");
    }
}

#[test]
fn two_files_of_one_name_are_found() {
    // The writer refuses them, so one is renamed afterwards where it stands.
    let zip = repacked(|name, bytes| {
        let mut files = vec![(name.to_owned(), bytes)];
        if name == "README.txt" {
            files.push(("READNE.txt".to_owned(), b"x".to_vec()));
        }
        files
    });
    let mut zip = zip;
    let (wanted, other) = (b"README.txt", b"READNE.txt");
    for at in 0..zip.len() - other.len() {
        if &zip[at..at + other.len()] == other {
            zip[at..at + other.len()].copy_from_slice(wanted);
        }
    }
    assert!(findings(&zip).contains(&Finding::Twice));
}

#[test]
fn a_bomb_is_refused_before_it_is_unpacked() {
    // A huge claim, signed by whoever made it.
    let mut export = ExportWriter::begin(Cursor::new(Vec::new())).unwrap();
    let mut file = export.file("conversations/zeros.html").unwrap();
    let zeros = vec![0; 1 << 20];
    for _ in 0..64 {
        file.write_all(&zeros).unwrap();
    }
    file.finish();
    let small = export.finish(what(0, 0), &key()).unwrap().into_inner();
    // Packed a thousandfold, but within what the whole may be.
    assert!(small.len() < 1 << 20 && is_good(&small));

    // The manifest promises more than could be in it.
    let claims = repacked(|name, bytes| {
        let bytes = if name == "manifest.json" {
            let text = String::from_utf8(bytes).unwrap();
            let at = text.find("\"bytes\": ").unwrap() + 9;
            let end = at + text[at..].find(',').unwrap();
            format!("{}99999999999999{}", &text[..at], &text[end..]).into_bytes()
        } else {
            bytes
        };
        vec![(name.to_owned(), bytes)]
    });
    assert!(matches!(verify(&claims), Err(Unreadable::TooLarge(_))));

    // A file that holds more than the manifest says is read no further than it should be.
    let more = repacked(|name, bytes| {
        let bytes = if name == "texts.jsonl" {
            vec![b' '; 64 << 20]
        } else {
            bytes
        };
        vec![(name.to_owned(), bytes)]
    });
    assert!(findings(&more).contains(&Finding::OtherLength("texts.jsonl".to_owned())));

    // A manifest without end.
    let endless = repacked(|name, bytes| {
        let bytes = if name == "manifest.sig" {
            vec![b' '; 1 << 20]
        } else {
            bytes
        };
        vec![(name.to_owned(), bytes)]
    });
    assert!(matches!(verify(&endless), Err(Unreadable::TooLong(_))));
}

#[test]
fn what_is_no_export_is_said_to_be_none() {
    assert!(matches!(verify(b""), Err(Unreadable::NotZip(_))));
    assert!(matches!(verify(&[b'x'; 4_000]), Err(Unreadable::NotZip(_))));
    let mut other = zip::ZipWriter::new(Cursor::new(Vec::new()));
    other
        .start_file("letter.txt", SimpleFileOptions::DEFAULT)
        .unwrap();
    let other = other.finish().unwrap().into_inner();
    assert!(matches!(verify(&other), Err(Unreadable::NoManifest)));
}

#[test]
fn the_program_says_the_same_with_its_exit_code_and_leaves_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let (good, bad, none) = (
        folder.path().join("good.zip"),
        folder.path().join("bad.zip"),
        folder.path().join("none.zip"),
    );
    let mut zip = export();
    std::fs::write(&good, &zip).unwrap();
    zip[200] ^= 1;
    std::fs::write(&bad, &zip).unwrap();
    std::fs::write(&none, b"").unwrap();
    let run = |arguments: &[&std::ffi::OsStr]| {
        let output = Command::new(env!("CARGO_BIN_EXE_tern-verify"))
            .args(arguments)
            .current_dir(folder.path())
            .env_clear()
            .output()
            .unwrap();
        (
            output.status.code(),
            String::from_utf8(output.stdout).unwrap(),
        )
    };
    let (code, words) = run(&[good.as_os_str()]);
    assert_eq!(code, Some(0), "{words}");
    let (code, words) = run(&[bad.as_os_str()]);
    assert_eq!(code, Some(1), "{words}");
    assert!(
        words.starts_with("An export") && words.contains("NOT GOOD"),
        "{words}"
    );
    let (code, words) = run(&[none.as_os_str()]);
    assert_eq!(code, Some(2), "{words}");
    let (code, _) = run(&[good.as_os_str(), "--key".as_ref(), "nonsense".as_ref()]);
    assert_eq!(code, Some(2));
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 3);
}

#[cfg(unix)]
#[test]
fn a_link_in_a_folder_is_not_followed() {
    let folder = tempfile::tempdir().unwrap();
    unpack(&export(), folder.path());
    let texts = folder.path().join("texts.jsonl");
    std::fs::rename(&texts, folder.path().join("../moved.jsonl")).unwrap();
    std::os::unix::fs::symlink("../moved.jsonl", &texts).unwrap();
    let report = verify_folder(folder.path(), None).unwrap();
    assert!(!report.is_good());
    let link = Finding::NotAFile("texts.jsonl".to_owned());
    assert!(report.findings().contains(&link));
    std::fs::remove_file(folder.path().join("../moved.jsonl")).unwrap();
}

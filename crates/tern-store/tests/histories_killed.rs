//! A process that is killed while it brings a file in, or takes it out, leaves whole batches, and everything can be
//! taken out afterwards.
#![allow(clippy::unwrap_used, clippy::print_stdout)]

mod support;

use std::env;
use std::io::{BufRead as _, BufReader, Write as _};
use std::path::PathBuf;
use std::process::{Command, Stdio};

use support::histories::{BY, NOW, stated, text};
use support::{arrival, config, key, open_store};
use tern_domain::history_import::{HistoryImportId, HistoryImportState};
use tern_store::Store;

const FOLDER: &str = "TERN_HISTORIES_KILL_FOLDER";
const TEXTS: i64 = 600;
const BATCH: u32 = 10;

fn say(line: &str) {
    let mut out = std::io::stdout().lock();
    writeln!(out, "{line}").unwrap();
    out.flush().unwrap();
}

/// Takes out whatever was cut off, as the app does at its start.
fn take_out(store: &Store, import: HistoryImportId) {
    store
        .write_blocking(move |tx| {
            tx.set_history_import_state(import, HistoryImportState::Removing, Some((BY, NOW)))
        })
        .unwrap();
    let mut next = Some(0);
    while let Some(after) = next {
        let removed = store
            .write_blocking(move |tx| tx.remove_history_texts(import, after, BATCH))
            .unwrap();
        next = removed.next;
        say(&format!("removed {}", removed.counts.texts));
    }
    let mut next = Some(0);
    while let Some(after) = next {
        next = store
            .write_blocking(move |tx| tx.remove_history_conversations(import, after, BATCH))
            .unwrap()
            .next;
        say("removed conversations");
    }
    store
        .write_blocking(move |tx| {
            tx.set_history_import_state(import, HistoryImportState::Removed, None)
        })
        .unwrap();
}

/// Not a test of its own: what the other test starts, to be killed. Ten texts a transaction.
#[test]
fn brings_and_takes_out_until_it_is_killed() {
    let Some(folder) = env::var_os(FOLDER) else {
        return;
    };
    let store = Store::open(&config(&PathBuf::from(folder))).unwrap();
    let unfinished = store
        .read_blocking(|conn| conn.list_unfinished_history_imports())
        .unwrap();
    for import in unfinished {
        take_out(&store, import);
    }
    let import = store
        .write_blocking(|tx| tx.begin_history_import(BY, "old.csv", NOW))
        .unwrap();
    let texts: Vec<_> = (0..TEXTS)
        .map(|n| {
            stated(text(
                1_000_000 + n,
                u32::try_from(n % 7).unwrap(),
                &format!("kestrel {n}"),
            ))
        })
        .collect();
    for batch in texts.chunks(usize::try_from(BATCH).unwrap()) {
        let batch = batch.to_vec();
        let brought = store
            .write_blocking(move |tx| tx.bring_history(import, &batch, false))
            .unwrap();
        say(&format!("brought {}", brought.counts.texts));
    }
}

#[test]
fn a_process_killed_at_any_batch_leaves_whole_batches_and_all_of_it_is_taken_out() {
    let test = open_store();
    test.store_all([arrival(1, 3, "a live text")]);
    test.store.close();
    let folder = test.folder;
    for round in 0..12 {
        let mut child = Command::new(env::current_exe().unwrap())
            .args([
                "brings_and_takes_out_until_it_is_killed",
                "--exact",
                "--nocapture",
            ])
            .env(FOLDER, folder.path())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        // Later and later, so that it is killed in the taking out as well as in the bringing in.
        let _told = BufReader::new(child.stdout.take().unwrap())
            .lines()
            .map_while(Result::ok)
            .filter(|line| line.contains("brought") || line.contains("removed"))
            .nth(round * 5);
        child.kill().unwrap();
        child.wait().unwrap();
        let store = Store::open(&config(folder.path())).unwrap();
        store
            .read_blocking(|conn| {
                conn.check_integrity()?;
                let mut counted = 0;
                for requester in 0..7 {
                    if let Some(id) = conn.find_conversation(&key(requester))? {
                        counted += conn.load_conversation(id)?.message_count;
                    }
                }
                assert_eq!((counted - 1) % u64::from(BATCH), 0, "whole batches");
                Ok(())
            })
            .unwrap();
        store.close();
    }
    let store = Store::open(&config(folder.path())).unwrap();
    let unfinished = store
        .read_blocking(|conn| conn.list_unfinished_history_imports())
        .unwrap();
    assert_eq!(unfinished.len(), 1, "what was cut off before was taken out");
    for import in unfinished {
        take_out(&store, import);
    }
    store
        .read_blocking(|conn| {
            conn.check_integrity()?;
            for requester in 0..7 {
                if let Some(id) = conn.find_conversation(&key(requester))? {
                    let row = conn.load_conversation(id)?;
                    assert_eq!(row.last_position.is_some(), requester == 3);
                }
            }
            let row = conn.load_conversation(conn.find_conversation(&key(3))?.unwrap())?;
            assert_eq!(
                (row.message_count, row.preview.text.as_str()),
                (1, "a live text")
            );
            Ok(())
        })
        .unwrap();
    store.close();
}

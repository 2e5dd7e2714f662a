//! A process that is killed while it deletes for age leaves whole batches, and the next goes on.
#![allow(clippy::unwrap_used, clippy::print_stdout)]

mod support;

use std::env;
use std::io::{BufRead as _, BufReader, Write as _};
use std::path::PathBuf;
use std::process::{Command, Stdio};

use support::old_texts::{CUT, days_ago, import, span, with_picture};
use support::{config, history, key, open_store, sid};
use tern_domain::retention::Cut;
use tern_store::Store;

const FOLDER: &str = "TERN_RETENTION_KILL_FOLDER";
const TEXTS: u64 = 400;

/// Not a test of its own: what the other test starts, to be killed. Ten texts a transaction.
#[test]
fn deletes_until_it_is_killed() {
    let Some(folder) = env::var_os(FOLDER) else {
        return;
    };
    let store = Store::open(&config(&PathBuf::from(folder))).unwrap();
    while let Some(span) = span(&store) {
        let (counts, cut): (_, Cut) = store
            .write_blocking(move |tx| {
                let going = tx.list_old_texts(&span, None, false, 100, 10)?.going;
                let (counts, _) = tx.delete_old_texts(&going, &span.cut)?;
                if going.is_empty() {
                    tx.finish_old_texts(CUT)?;
                }
                Ok((counts, span.cut))
            })
            .unwrap();
        assert_eq!(cut.at, CUT);
        let mut out = std::io::stdout().lock();
        writeln!(out, "deleted {}", counts.texts).unwrap();
        out.flush().unwrap();
    }
}

#[test]
fn a_process_killed_at_any_batch_leaves_whole_batches_and_goes_on() {
    let test = open_store();
    let rows: Vec<_> = (0..TEXTS)
        .map(|n| {
            let requester = u32::try_from(n % 7).unwrap();
            history(1_000 + n * 2, requester, "an old kestrel", days_ago(100))
        })
        .collect();
    import(&test.store, rows);
    for number in (1_000..1_000 + TEXTS * 2).step_by(20) {
        with_picture(&test, number);
    }
    test.store.close();
    let folder = test.folder;
    let mut last = TEXTS;
    for _round in 0..40 {
        let mut child = Command::new(env::current_exe().unwrap())
            .args(["deletes_until_it_is_killed", "--exact", "--nocapture"])
            .env(FOLDER, folder.path())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let told = BufReader::new(child.stdout.take().unwrap())
            .lines()
            .map_while(Result::ok)
            .find(|line| line.contains("deleted "));
        child.kill().unwrap();
        child.wait().unwrap();
        let store = Store::open(&config(folder.path())).unwrap();
        store.read_blocking(|conn| conn.check_integrity()).unwrap();
        let left = store
            .read_blocking(|conn| {
                let mut left = 0;
                for requester in 0..7 {
                    let id = conn.find_conversation(&key(requester))?.unwrap();
                    left += conn.load_conversation(id)?.message_count;
                }
                Ok(left)
            })
            .unwrap();
        let stored = store
            .read_blocking(|conn| {
                let mut stored = 0;
                for number in (1_000..1_000 + TEXTS * 2).step_by(2) {
                    stored += u64::from(conn.find_message_by_sid(&sid(number))?.is_some());
                }
                Ok(stored)
            })
            .unwrap();
        assert_eq!(left, stored, "counters and rows agree");
        assert_eq!(left % 10, 0, "whole batches");
        assert!(left <= last);
        store.close();
        last = left;
        if told.is_none() || left == 0 {
            break;
        }
    }
    assert_eq!(
        last, 0,
        "every round went on where the one before was killed"
    );
    let left: Vec<_> = std::fs::read_dir(folder.path())
        .unwrap()
        .flatten()
        .filter(|entry| entry.path().is_dir())
        .flat_map(|entry| std::fs::read_dir(entry.path()).unwrap().flatten())
        .filter(|entry| entry.path().extension().is_some_and(|it| it == "sealed"))
        .collect();
    assert!(left.is_empty(), "{left:?}");
}

//! kill -9 in the middle of writing: what was acknowledged is there, and nothing is there in part.
#![allow(clippy::unwrap_used, clippy::print_stdout, clippy::indexing_slicing)]

mod support;

use std::env;
use std::io::{BufRead as _, BufReader, Write as _};
use std::path::PathBuf;
use std::process::{Command, Stdio};

use support::{answer, arrival, config, message_id, storing};
use tern_domain::{Effect, OutboxEntry, OutboxState};
use tern_store::Store;

const FOLDER: &str = "TERN_STORE_KILL_FOLDER";
/// Ends the child even if nobody kills it.
const MOST: u64 = 100_000;

/// Not a test of its own: what the other test starts, to be killed.
#[test]
fn writes_until_it_is_killed() {
    let Some(folder) = env::var_os(FOLDER) else {
        return;
    };
    let store = Store::open(&config(&PathBuf::from(folder))).unwrap();
    let first = store
        .read_blocking(|conn| conn.revision())
        .unwrap()
        .saturating_add(1);
    for number in first..MOST {
        let text = answer(number, 1, "to be sent");
        let entry = OutboxEntry {
            message_id: text.message_id,
            key: text.key.clone(),
            body: text.body.clone(),
            media: Vec::new(),
            pictures: Vec::new(),
            holds_code: false,
            created_at: text.at,
            attempts: 0,
            last_tried_at: None,
            clocks_before: tern_domain::ReplyClocks::STOPPED,
            watched_before: None,
            state: OutboxState::Waiting,
        };
        let mut plan = storing([text, arrival(number + MOST, 2, "in between")]);
        plan.effects.push(Effect::Enqueue(entry));
        let _applied = store.write_blocking(move |tx| tx.apply(&plan)).unwrap();
        let mut out = std::io::stdout().lock();
        writeln!(out, "committed {number}").unwrap();
        out.flush().unwrap();
    }
}

#[test]
fn a_killed_process_loses_nothing_it_acknowledged_and_leaves_nothing_half_done() {
    let folder = tempfile::tempdir().unwrap();
    for round in 1..=4 {
        let mut child = Command::new(env::current_exe().unwrap())
            .args(["writes_until_it_is_killed", "--exact", "--nocapture"])
            .env(FOLDER, folder.path())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let acknowledged = BufReader::new(child.stdout.take().unwrap())
            .lines()
            .map_while(Result::ok)
            .filter_map(|line| Some(line.split_once("committed ")?.1.parse::<u64>().unwrap()))
            .nth(10 * round)
            .unwrap();
        child.kill().unwrap();
        child.wait().unwrap();

        let store = Store::open(&config(folder.path())).unwrap();
        let (last, open) = store
            .read_blocking(|conn| Ok((conn.revision()?, conn.list_outbox_open()?)))
            .unwrap();
        assert!(last >= acknowledged);
        assert_eq!(u64::try_from(open.len()).unwrap(), last);
        for number in 1..=last {
            let both = store
                .read_blocking(move |conn| {
                    Ok(conn.find_message(message_id(number))?.is_some()
                        && conn.find_message(message_id(number + MOST))?.is_some())
                })
                .unwrap();
            assert!(both, "text {number}");
        }
        store.read_blocking(|conn| conn.check_integrity()).unwrap();
        store.close();
    }
}

//! Memory of a process that has the file open and idles.
//!
//! Taken in a process of its own, because this one's memory tells of the bench.

use std::path::Path;
use std::process::Command;

use anyhow::Context as _;
use tern_domain::search::plain_terms;
use tern_store::{ConversationList, SearchQuery, Store, ThreadAnchor};

use crate::figure::{Figure, Target};
use crate::seed::{Bench, config};

pub(crate) fn take(bench: &Bench) -> anyhow::Result<Vec<Figure>> {
    let output = Command::new(std::env::current_exe()?)
        .arg("--idle-probe")
        .arg(&bench.folder)
        .output()?;
    let text = String::from_utf8(output.stdout)?;
    let kib: f64 = text.trim().parse().context("the probe told no number")?;
    Ok(vec![Figure {
        name: "memory of the store, idle".to_owned(),
        value: kib / 1024.0,
        unit: "MB",
        target: Target::AtMost(80.0),
        note: "after an inbox page, a thread and 200 searches".to_owned(),
    }])
}

/// Opens a seeded file, uses it a little, and prints the resident KiB.
pub(crate) fn probe(folder: &Path) -> anyhow::Result<()> {
    let store = Store::open(&config(folder)?)?;
    for number in 0..200_u32 {
        store.read_blocking(move |conn| {
            let page = conn.list_conversations(ConversationList::Done, None, 50)?;
            for row in page.rows.iter().take(1) {
                conn.list_messages(row.id, ThreadAnchor::Latest, 60)?;
            }
            let letter = char::from(b'a' + u8::try_from(number % 26).unwrap_or(0));
            conn.search(&SearchQuery {
                terms: plain_terms(&letter.to_string()),
                limit: 50,
                ..SearchQuery::default()
            })
        })?;
    }
    println!("{}", resident_kib()?);
    store.close();
    Ok(())
}

fn resident_kib() -> anyhow::Result<u64> {
    let status = std::fs::read_to_string("/proc/self/status")
        .context("memory can be measured on Linux only")?;
    status
        .lines()
        .find_map(|line| line.strip_prefix("VmRSS:"))
        .and_then(|rest| rest.split_whitespace().next())
        .and_then(|kib| kib.parse().ok())
        .context("no VmRSS")
}

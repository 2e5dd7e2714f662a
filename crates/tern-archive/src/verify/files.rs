//! Every file against the manifest, and every line against the one before it.

use std::collections::HashSet;
use std::io::{BufRead, BufReader, Read};

use sha2::{Digest as _, Sha256};

use super::source::Source;
use super::{Finding, Report, Unreadable};
use crate::lines::{LineChain, LogEntry};
use crate::manifest::{MANIFEST, Manifest, ManifestFile, SIGNATURE};

const PIECE: usize = 64 * 1024;
/// A text has 1,600 signs at most, and a little around it.
const LONGEST_LINE: u64 = 4 * 1024 * 1024;
const TEXTS: &str = "texts.jsonl";
const EVENTS: &str = "events.jsonl";

/// Checks all files; what is not as it was written goes to the report.
pub(super) fn check(
    source: &mut impl Source,
    manifest: &Manifest,
    report: &mut Report,
) -> Result<(), Unreadable> {
    let mut known: HashSet<&str> = HashSet::from([MANIFEST, SIGNATURE]);
    for file in &manifest.files {
        if !known.insert(&file.name) {
            report.find(Finding::Twice);
            continue;
        }
        let name = || file.name.clone();
        match look_at(source, file)? {
            Look::Same => report.files += 1,
            Look::Missing => report.find(Finding::Missing(name())),
            Look::OtherLength => report.find(Finding::OtherLength(name())),
            Look::Changed => {
                report.find(Finding::Changed(name()));
            }
        }
        if file.name.ends_with(".jsonl") {
            check_lines(source, &file.name, manifest, report)?;
        }
    }
    for name in source.names() {
        if !known.contains(name.as_str()) && !name.ends_with('/') {
            report.find(Finding::Unknown(name));
        }
    }
    Ok(())
}

enum Look {
    Same,
    Missing,
    OtherLength,
    Changed,
}

fn look_at(source: &mut impl Source, file: &ManifestFile) -> Result<Look, Unreadable> {
    let Some(content) = source.open(&file.name)? else {
        return Ok(Look::Missing);
    };
    // Never more than was promised, however much there is.
    let mut content = content.take(file.bytes.saturating_add(1));
    let mut hash = Sha256::new();
    let mut piece = vec![0; PIECE];
    let mut bytes = 0_u64;
    loop {
        // What cannot be unpacked any more was changed.
        let Ok(read) = content.read(&mut piece) else {
            return Ok(Look::Changed);
        };
        if read == 0 {
            break;
        }
        hash.update(piece.get(..read).unwrap_or_default());
        bytes += u64::try_from(read).unwrap_or(0);
    }
    if bytes != file.bytes {
        return Ok(Look::OtherLength);
    }
    let found = hex::encode(hash.finalize());
    Ok(if found == file.sha256 {
        Look::Same
    } else {
        Look::Changed
    })
}

fn check_lines(
    source: &mut impl Source,
    name: &str,
    manifest: &Manifest,
    report: &mut Report,
) -> Result<(), Unreadable> {
    let Some(content) = source.open(name)? else {
        return Ok(());
    };
    let mut content = BufReader::new(content);
    let mut chain = LineChain::default();
    let mut before: Option<LogEntry> = None;
    let mut number = 0_u64;
    loop {
        let mut line = Vec::new();
        let read = content
            .by_ref()
            .take(LONGEST_LINE)
            .read_until(b'\n', &mut line);
        if matches!(read, Ok(0)) {
            break;
        }
        number += 1;
        let text = std::str::from_utf8(&line)
            .ok()
            .and_then(|line| line.strip_suffix('\n'));
        let Some(said) = text.filter(|_| read.is_ok()).and_then(|it| chain.check(it)) else {
            report.find(Finding::ChangedLine(name.to_owned(), number));
            return Ok(());
        };
        report.lines += 1;
        if name == EVENTS {
            let Ok(entry) = serde_json::from_str::<LogEntry>(&said) else {
                report.find(Finding::ChangedLine(name.to_owned(), number));
                return Ok(());
            };
            check_event(&entry, before.as_ref(), name, number, report);
            before = Some(entry);
        }
    }
    let counts = &manifest.what.counts;
    let wanted = match name {
        EVENTS => counts.events,
        TEXTS => counts.texts + counts.notes,
        _ => number,
    };
    if number != wanted {
        report.find(Finding::OtherCount(name.to_owned()));
    }
    Ok(())
}

/// An event says what its hash says; and where the one before it in the log is here too, they fit each other.
fn check_event(
    entry: &LogEntry,
    before: Option<&LogEntry>,
    name: &str,
    line: u64,
    report: &mut Report,
) {
    let Some(content) = &entry.content else {
        return;
    };
    if entry.expected().as_deref() != Some(entry.log_hash.as_str()) {
        report.find(Finding::WrongEvent(name.to_owned(), line));
        return;
    }
    report.events += 1;
    let follows = before.is_none_or(|before| {
        before.sequence < entry.sequence
            && (before.sequence + 1 != entry.sequence || before.log_hash == content.previous)
    });
    if !follows {
        report.find(Finding::BrokenLog(name.to_owned(), line));
    }
}

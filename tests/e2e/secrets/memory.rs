//! Reads the memory of a process that this one started, as a dump of it would show it.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::io::{Read as _, Seek as _, SeekFrom};

use regex_automata::Input;
use regex_automata::meta;
use regex_automata::util::syntax;

const PAGE: usize = 4096;

/// A place where words stand: which mapping, which encoding, and what is around them.
#[derive(Debug)]
#[expect(dead_code, reason = "shown where a test fails")]
pub(crate) struct Place {
    mapping: String,
    encoding: &'static str,
    around: String,
}

/// Processes of this name that a process started, or that those started.
pub(crate) fn started_by(process: u32, name: &str) -> Vec<u32> {
    let all: Vec<(u32, u32, String)> = fs::read_dir("/proc")
        .expect("processes")
        .filter_map(|entry| entry.ok()?.file_name().to_str()?.parse().ok())
        .filter_map(|id: u32| {
            let status = fs::read_to_string(format!("/proc/{id}/status")).ok()?;
            let field = |wanted: &str| {
                let line = status.lines().find(|line| line.starts_with(wanted))?;
                line.split_whitespace().nth(1).map(str::to_owned)
            };
            Some((id, field("PPid:")?.parse().ok()?, field("Name:")?))
        })
        .collect();
    let mut family = vec![process];
    let mut next = 0;
    while let Some(parent) = family.get(next).copied() {
        let children = all.iter().filter(|(_, of, _)| *of == parent);
        family.extend(children.map(|(id, ..)| *id));
        next += 1;
    }
    let named = all
        .iter()
        .filter(|(id, _, known)| family.contains(id) && name.starts_with(known.as_str()));
    named.map(|(id, ..)| *id).collect()
}

/// Everything that can be read of a process: name of the mapping and bytes.
pub(crate) fn of(process: u32) -> Vec<(String, Vec<u8>)> {
    let maps = fs::read_to_string(format!("/proc/{process}/maps")).expect("its mappings");
    let open = |name| fs::File::open(format!("/proc/{process}/{name}"));
    let mut memory = open("mem").expect("its memory");
    let mut pages = open("pagemap").expect("which of its pages there are");
    let mut found = Vec::new();
    for line in maps.lines() {
        let mut parts = line.split_whitespace();
        let (range, access) = (parts.next().unwrap(), parts.next().unwrap());
        let name = parts.nth(3).unwrap_or("anonymous");
        let (from, to) = range.split_once('-').unwrap();
        let number = |hex| u64::from_str_radix(hex, 16).unwrap();
        if !access.starts_with('r') || name.starts_with("[v") {
            continue;
        }
        for (from, to) in pages_there(&mut pages, number(from), number(to)) {
            let mut bytes = vec![0; usize::try_from(to - from).unwrap()];
            // A mapping may go while it is read: what is gone holds nothing.
            if memory.seek(SeekFrom::Start(from)).is_ok() && memory.read_exact(&mut bytes).is_ok() {
                let written = written_parts(&bytes).into_iter();
                found.extend(written.map(|part| (format!("{name} {access}"), part)));
            }
        }
    }
    assert!(found.len() > 20, "memory could be read");
    found
}

/// Stretches of a mapping that are in memory or swapped out. A web view reserves far more than any computer has.
fn pages_there(pages: &mut fs::File, from: u64, to: u64) -> Vec<(u64, u64)> {
    const ENTRY: u64 = 8;
    const AT_ONCE: u64 = 1 << 16;
    const IS_THERE: u64 = 0b11 << 62;
    let (page, mut there) = (PAGE as u64, Vec::<(u64, u64)>::new());
    let mut next = from / page;
    while next < to / page {
        let count = AT_ONCE.min(to / page - next);
        let mut entries = vec![0; usize::try_from(count * ENTRY).unwrap()];
        let is_read = pages.seek(SeekFrom::Start(next * ENTRY)).is_ok()
            && pages.read_exact(&mut entries).is_ok();
        if !is_read {
            break;
        }
        for (index, entry) in (next..).zip(entries.chunks_exact(8)) {
            if u64::from_ne_bytes(entry.try_into().unwrap()) & IS_THERE == 0 {
                continue;
            }
            let (start, end) = (index * page, (index + 1) * page);
            match there.last_mut() {
                Some(last) if last.1 == start => last.1 = end,
                _ => there.push((start, end)),
            }
        }
        next += count;
    }
    there
}

/// What was ever written, in pieces between empty pages: most of a mapping is empty.
fn written_parts(bytes: &[u8]) -> Vec<Vec<u8>> {
    let pages: Vec<&[u8]> = bytes.chunks(PAGE).collect();
    let is_empty = |page: &[u8]| page == &[0; PAGE][..page.len()];
    pages
        .chunk_by(|one, other| is_empty(one) == is_empty(other))
        .filter(|run| !is_empty(run[0]))
        .map(<[&[u8]]>::concat)
        .collect()
}

/// Where some words stand, as UTF-8 and as UTF-16; words that stand nowhere are left out. A number that is a piece of a
/// long one, as times and phone numbers are, does not count.
pub(crate) fn places(memory: &[(String, Vec<u8>)], words: &[&str]) -> Vec<(String, Vec<Place>)> {
    let wanted = words.iter().flat_map(|words| {
        let wide = words.encode_utf16().flat_map(u16::to_le_bytes).collect();
        [("UTF-8", words.as_bytes().to_vec()), ("UTF-16", wide)].map(|it| (*words, it))
    });
    let wanted: Vec<(&str, (&'static str, Vec<u8>))> = wanted.collect();
    // One walk for all of them: hundreds of megabytes are looked through, and tests are built without optimisation.
    let patterns: Vec<String> = wanted
        .iter()
        .map(|(_, (_, bytes))| exactly(bytes))
        .collect();
    let search = meta::Builder::new()
        .configure(meta::Config::new().auto_prefilter(false).utf8_empty(false))
        .syntax(syntax::Config::new().utf8(false).unicode(false))
        .build_many(&patterns)
        .expect("bytes to look for");
    let mut found: BTreeMap<&str, Vec<Place>> = BTreeMap::new();
    for (mapping, bytes) in memory {
        let mut from = 0;
        while let Some(hit) = search.find(Input::new(bytes).range(from..)) {
            from = hit.start() + 1;
            let (words, (encoding, _)) = &wanted[hit.pattern().as_usize()];
            let (at, end) = (hit.start(), hit.end());
            if *encoding == "UTF-8" && run_of_digits(bytes, at, end) > hit.len() + 2 {
                continue;
            }
            let around = &bytes[at.saturating_sub(96)..bytes.len().min(end + 64)];
            found.entry(words).or_default().push(Place {
                mapping: mapping.clone(),
                encoding,
                around: around.escape_ascii().to_string(),
            });
        }
    }
    let found = found.into_iter();
    found
        .map(|(words, places)| (words.to_owned(), places))
        .collect()
}

fn exactly(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut pattern, byte| {
        let _ = write!(pattern, "\\x{byte:02x}");
        pattern
    })
}

fn run_of_digits(bytes: &[u8], from: usize, to: usize) -> usize {
    let before = bytes[..from].iter().rev();
    let after = bytes[to..].iter();
    let digits =
        |some: &mut dyn Iterator<Item = &u8>| some.take_while(|byte| byte.is_ascii_digit()).count();
    digits(&mut before.into_iter()) + (to - from) + digits(&mut after.into_iter())
}

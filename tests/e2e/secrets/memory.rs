//! Reads the memory of a process that this one started, as a dump of it would show it.

use std::fs;
use std::io::{Read as _, Seek as _, SeekFrom};

const PAGE: usize = 4096;

/// A place where words stand: which mapping, which encoding, and what is around them.
#[derive(Debug)]
#[expect(dead_code, reason = "shown where a test fails")]
pub(crate) struct Place {
    mapping: String,
    encoding: &'static str,
    around: String,
}

/// Everything that can be read of a process: name of the mapping and bytes.
pub(crate) fn of(process: u32) -> Vec<(String, Vec<u8>)> {
    let maps = fs::read_to_string(format!("/proc/{process}/maps")).expect("its mappings");
    let mut memory = fs::File::open(format!("/proc/{process}/mem")).expect("its memory");
    let mut found = Vec::new();
    for line in maps.lines() {
        let mut parts = line.split_whitespace();
        let (range, access) = (parts.next().unwrap(), parts.next().unwrap());
        let name = parts.nth(3).unwrap_or("anonymous");
        let (from, to) = range.split_once('-').unwrap();
        let number = |hex| u64::from_str_radix(hex, 16).unwrap();
        let (from, to) = (number(from), number(to));
        if !access.starts_with('r') || name.starts_with("[v") {
            continue;
        }
        let mut bytes = vec![0; usize::try_from(to - from).unwrap()];
        // A mapping may go while it is read: what is gone holds nothing.
        if memory.seek(SeekFrom::Start(from)).is_ok() && memory.read_exact(&mut bytes).is_ok() {
            found.extend(
                written_parts(&bytes)
                    .into_iter()
                    .map(|part| (format!("{name} {access}"), part)),
            );
        }
    }
    assert!(found.len() > 20, "memory could be read");
    found
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

/// Where words stand, as UTF-8 and as UTF-16. A number that is a piece of a long one, as times and phone numbers are,
/// does not count.
pub(crate) fn places(memory: &[(String, Vec<u8>)], words: &str) -> Vec<Place> {
    let wide: Vec<u8> = words.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let mut places = Vec::new();
    for (mapping, bytes) in memory {
        for (encoding, needle) in [("UTF-8", words.as_bytes()), ("UTF-16", &wide)] {
            for at in memchr(bytes, needle) {
                let end = at + needle.len();
                if encoding == "UTF-8" && run_of_digits(bytes, at, end) > needle.len() + 2 {
                    continue;
                }
                let around = &bytes[at.saturating_sub(96)..bytes.len().min(end + 64)];
                places.push(Place {
                    mapping: mapping.clone(),
                    encoding,
                    around: around.escape_ascii().to_string(),
                });
            }
        }
    }
    places
}

fn memchr(bytes: &[u8], needle: &[u8]) -> Vec<usize> {
    let first = needle[0];
    let last = (bytes.len() + 1).saturating_sub(needle.len());
    (0..last)
        .filter(|at| bytes[*at] == first && bytes[*at..].starts_with(needle))
        .collect()
}

fn run_of_digits(bytes: &[u8], from: usize, to: usize) -> usize {
    let before = bytes[..from].iter().rev();
    let after = bytes[to..].iter();
    let digits =
        |some: &mut dyn Iterator<Item = &u8>| some.take_while(|byte| byte.is_ascii_digit()).count();
    digits(&mut before.into_iter()) + (to - from) + digits(&mut after.into_iter())
}

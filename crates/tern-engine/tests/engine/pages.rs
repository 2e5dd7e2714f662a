//! Reads a data folder as the disk has it: every page in clear, free pages and old frames of the log included.
//!
//! Owns the decryption of single pages, which shows what no SQL statement does. Also used by the end-to-end suites.

use std::fs;
use std::path::{Path, PathBuf};

use aes::Aes256;
use aes::cipher::{BlockCipherDecrypt as _, KeyInit as _};

const PAGE: usize = 4096;
/// SQLCipher 4 keeps the initialisation vector (16 bytes) and a checksum (64) at the end of each page.
const RESERVE: usize = 80;
const BLOCK: usize = 16;
const LOG_HEAD: usize = 32;
const FRAME_HEAD: usize = 24;

/// One page in clear; `None` for a place that was never written.
fn open_page(page: &[u8], is_first: bool, key: &[u8; 32]) -> Option<Vec<u8>> {
    if page.iter().all(|byte| *byte == 0) {
        return None;
    }
    let start = if is_first { BLOCK } else { 0 };
    let cipher = Aes256::new_from_slice(key).unwrap();
    let iv = &page[PAGE - RESERVE..PAGE - RESERVE + BLOCK];
    let sealed = &page[start..PAGE - RESERVE];
    let mut before = iv;
    let mut clear = Vec::with_capacity(PAGE);
    for block in sealed.chunks_exact(BLOCK) {
        let mut opened = aes::Block::try_from(block).unwrap();
        cipher.decrypt_block(&mut opened);
        clear.extend(opened.iter().zip(before).map(|(one, other)| one ^ other));
        before = block;
    }
    Some(clear)
}

/// Every page of a database, free ones included.
fn pages_of_database(bytes: &[u8], key: &[u8; 32]) -> Vec<Vec<u8>> {
    bytes
        .chunks_exact(PAGE)
        .enumerate()
        .filter_map(|(number, page)| open_page(page, number == 0, key))
        .collect()
}

/// Every frame of a log, those of earlier rounds included.
fn pages_of_log(bytes: &[u8], key: &[u8; 32]) -> Vec<Vec<u8>> {
    bytes
        .get(LOG_HEAD..)
        .unwrap_or_default()
        .chunks_exact(FRAME_HEAD + PAGE)
        .filter_map(|frame| {
            let number = u32::from_be_bytes(frame[..4].try_into().unwrap());
            open_page(&frame[FRAME_HEAD..], number == 1, key)
        })
        .collect()
}

fn files_below(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap().map(Result::unwrap) {
        if entry.path().is_dir() {
            files_below(&entry.path(), found);
        } else {
            found.push(entry.path());
        }
    }
}

/// Whether bytes hold words. A number counts only where no further digit is beside it: times are full of them.
pub(crate) fn holds(bytes: &[u8], words: &[u8]) -> bool {
    let is_number = words.iter().all(u8::is_ascii_digit);
    let is_digit = |at: Option<usize>| {
        at.and_then(|at| bytes.get(at))
            .is_some_and(u8::is_ascii_digit)
    };
    let mut found = bytes
        .windows(words.len())
        .enumerate()
        .filter(|(_, window)| *window == words);
    found.any(|(at, _)| {
        !is_number || (!is_digit(at.checked_sub(1)) && !is_digit(Some(at + words.len())))
    })
}

/// In which files, and how often, words stand, in clear or behind the file's key.
pub(crate) fn places_of(folder: &Path, key: &[u8; 32], words: &str) -> Vec<(String, usize)> {
    let mut files = Vec::new();
    files_below(folder, &mut files);
    let mut places = Vec::new();
    for file in files {
        let bytes = fs::read(&file).unwrap();
        let name = file.file_name().unwrap().to_string_lossy().into_owned();
        let mut pages = vec![bytes.clone()];
        if name.ends_with(".tern") {
            pages.extend(pages_of_database(&bytes, key));
        } else if name.ends_with("-wal") {
            pages.extend(pages_of_log(&bytes, key));
        }
        let needle = words.as_bytes();
        let found = pages.iter().filter(|page| holds(page, needle)).count();
        if found > 0 {
            places.push((name, found));
        }
    }
    places
}

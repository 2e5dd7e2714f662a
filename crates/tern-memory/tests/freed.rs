//! L-14: what is freed cannot be read any more, whoever freed it.
#![cfg(all(target_os = "linux", target_env = "gnu"))]
#![allow(clippy::unwrap_used)]

use std::ffi::CString;
use std::fs::File;
use std::os::unix::fs::FileExt as _;

/// What stands at an address of this process, read as a dump of it would be.
fn at(address: usize, length: usize) -> Vec<u8> {
    let mut bytes = vec![0; length];
    let memory = File::open("/proc/self/mem").unwrap();
    let read = memory.read_at(&mut bytes, address as u64);
    // A page that was given back to the system holds nothing.
    if read.is_ok() { bytes } else { Vec::new() }
}

fn holds(address: usize, length: usize, words: &[u8]) -> bool {
    at(address, length)
        .windows(words.len())
        .any(|it| it == words)
}

/// Blocks of the sizes that glibc treats differently: cached by thread, binned, mapped.
#[test]
fn l_14_what_is_freed_is_wiped() {
    tern_memory::wipe_what_is_freed();
    for copies in [3, 20, 400, 9_000, 60_000] {
        let words = b"PIN 482913 of Jane;".repeat(copies);
        let length = words.len();
        let block = CString::new(words).unwrap();
        let address = block.as_ptr().addr();
        assert!(holds(address, length, b"482913"), "it was there");
        drop(block);
        assert!(!holds(address, length, b"482913"), "{length} bytes");
    }
}

#[test]
fn l_14_what_is_moved_away_from_is_wiped_and_what_is_moved_is_whole() {
    tern_memory::wipe_what_is_freed();
    let mut block = b"PIN 482913 of Jane".to_vec();
    let mut places = vec![(block.as_ptr().addr(), block.capacity())];
    for _ in 0..8 {
        block.reserve_exact(block.capacity() * 3);
        block.extend_from_within(..);
        places.push((block.as_ptr().addr(), block.capacity()));
    }
    assert!(block.chunks(18).all(|it| it == b"PIN 482913 of Jane"));
    block.shrink_to_fit();
    block.truncate(18);
    block.shrink_to_fit();
    assert_eq!(block, b"PIN 482913 of Jane");
    drop(block);
    for (address, length) in places {
        assert!(!holds(address, length, b"482913"), "{length} bytes");
    }
}

//! L-14, V-20: after a day of secrets, every byte of the folder is looked at, decrypted page by page.
//!
//! Pages are read as the disk has them, so that free pages, slack and old frames of the write-ahead log are seen
//! too, which no SQL statement shows. The carrier's copies and everything that was traced are searched as well.

use std::fs;
use std::path::{Path, PathBuf};

use aes::Aes256;
use aes::cipher::{BlockCipherDecrypt as _, KeyInit as _};
use serde_json::{Value, json};
use tern_domain::{DeliveryStatus, MessageText, UtcMillis, WipeState};

use crate::bot::linking::{FAILED, LINKED, LOCKED, PIN, WRONG_CODE, WRONG_PIN as ANOTHERS_PIN};
use crate::line::{ANNA, BEN, FILE_KEY, Line, until};
use crate::media::{inline, png};

const PAGE: usize = 4096;
/// SQLCipher 4 keeps the initialisation vector (16 bytes) and a checksum (64) at the end of each page.
const RESERVE: usize = 80;
const BLOCK: usize = 16;
const LOG_HEAD: usize = 32;
const FRAME_HEAD: usize = 24;

/// Distinct enough not to be found by chance in ids, hashes or times.
const RIGHT_PIN: &str = "7391";
const WRONG_PIN: &str = "kestrelpin";
const INBOUND: &str = "my secret garden code is quokkabyte";
const OUTBOUND: &str = "Your new code would be wombatline";
const PLANTED: [&str; 3] = [WRONG_PIN, "quokkabyte", "wombatline"];

/// One page in clear; `None` for a place that was never written.
fn open_page(page: &[u8], is_first: bool) -> Option<Vec<u8>> {
    if page.iter().all(|byte| *byte == 0) {
        return None;
    }
    let start = if is_first { BLOCK } else { 0 };
    let cipher = Aes256::new_from_slice(&FILE_KEY).unwrap();
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
fn pages_of_database(bytes: &[u8]) -> Vec<Vec<u8>> {
    bytes
        .chunks_exact(PAGE)
        .enumerate()
        .filter_map(|(number, page)| open_page(page, number == 0))
        .collect()
}

/// Every frame of a log, those of earlier rounds included.
fn pages_of_log(bytes: &[u8]) -> Vec<Vec<u8>> {
    bytes
        .get(LOG_HEAD..)
        .unwrap_or_default()
        .chunks_exact(FRAME_HEAD + PAGE)
        .filter_map(|frame| {
            let number = u32::from_be_bytes(frame[..4].try_into().unwrap());
            open_page(&frame[FRAME_HEAD..], number == 1)
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
fn holds(bytes: &[u8], words: &[u8]) -> bool {
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
fn places_of(folder: &Path, words: &str) -> Vec<(String, usize)> {
    let mut files = Vec::new();
    files_below(folder, &mut files);
    let mut places = Vec::new();
    for file in files {
        let bytes = fs::read(&file).unwrap();
        let name = file.file_name().unwrap().to_string_lossy().into_owned();
        let mut pages = vec![bytes.clone()];
        if name.ends_with(".tern") {
            pages.extend(pages_of_database(&bytes));
        } else if name.ends_with("-wal") {
            pages.extend(pages_of_log(&bytes));
        }
        let needle = words.as_bytes();
        let found = pages.iter().filter(|page| holds(page, needle)).count();
        if found > 0 {
            places.push((name, found));
        }
    }
    places
}

impl Line {
    async fn log_is_empty(&self) {
        until("the log to be emptied", async || {
            (!self.store.is_to_empty_log()).then_some(())
        })
        .await;
    }

    fn assert_nowhere(&self, words: &[&str]) {
        for words in words {
            let places = places_of(self.folder(), words);
            assert!(places.is_empty(), "“{words}” is still in {places:?}");
            assert!(
                !holds(crate::trace::everything().as_bytes(), words.as_bytes()),
                "“{words}” was traced"
            );
        }
    }
}

#[tokio::test]
async fn l_14_after_a_day_of_secrets_no_byte_of_the_folder_holds_one() {
    let mut line = Line::with_bot().await;

    // Secure answers, wrong and right, with the log as it comes: nothing was emptied yet.
    line.says(ANNA, "secret", 2).await;
    line.says(ANNA, WRONG_PIN, 3).await;
    line.assert_nowhere(&[WRONG_PIN]);
    // A crash with the next one in the middle of being taken in.
    line.next_second().await;
    line.text(ANNA, RIGHT_PIN).await;
    line.crash().await;
    line.assert_nowhere(&[WRONG_PIN]);
    line.start_engine();
    line.bot_wrote(ANNA, 4).await;

    // A text that somebody removes, after it was quoted in a draft and shown in a search; with a picture.
    let sid = line
        .text_with(BEN, INBOUND, json!([inline("image/png", &png(9, 9))]))
        .await;
    let inbound = until("the text and its picture", async || {
        let thread = line.thread(BEN).await;
        thread.into_iter().find(|it| !it.media.is_empty())
    })
    .await;
    let conversation = line.conversation(BEN).await.unwrap();
    line.store
        .write(move |tx| {
            let draft = MessageText::new(format!("You wrote “{INBOUND}”?"));
            tx.save_draft(conversation, &draft, UtcMillis(1))
        })
        .await
        .unwrap();
    let outbound = line.send(BEN, OUTBOUND).await;
    line.delivery_becomes(outbound, DeliveryStatus::Delivered)
        .await;
    let seen = places_of(line.folder(), "quokkabyte");
    assert!(
        !seen.is_empty(),
        "the scanner finds what is there: {seen:?}"
    );
    line.arm(json!({"kind": "error_500_before", "endpoint": "update_message", "times": 2}))
        .await;
    for id in [inbound.message_id, outbound] {
        line.redact_of(BEN, id).await;
    }
    // As the app does after a removal.
    line.store.empty_log();
    line.log_is_empty().await;
    line.assert_nowhere(&PLANTED);

    // The carrier forgets them too, whatever happened in between.
    line.crash().await;
    line.clear_faults().await;
    line.clock.advance(7 * 3_600_000);
    line.start_engine();
    for id in [inbound.message_id, outbound] {
        line.wipe_becomes(id, |state| matches!(state, WipeState::Done { .. }))
            .await;
    }
    until("every secure answer to be wiped", async || {
        let open = line.store.read(|conn| conn.count_carrier_wipes()).await;
        (open.unwrap() == (0, 0)).then_some(())
    })
    .await;
    let all = line.control("GET", "/sim/messages", Value::Null).await;
    let bodies = all["by_body"].as_object().unwrap();
    for words in PLANTED.iter().chain(&[RIGHT_PIN]) {
        assert!(bodies.keys().all(|body| !body.contains(words)), "{words}");
    }
    assert_eq!(line.carriers_media(&sid).await, 0);

    // One more round of everything that is kept: nothing comes back.
    line.stop_engine().await;
    line.crash().await;
    line.assert_nowhere(&PLANTED);
}

#[tokio::test]
async fn l_14_after_a_day_of_linking_no_byte_of_the_folder_holds_a_pin_or_a_code() {
    let mut line = Line::with_linking().await;
    let anna = line.enrol(ANNA, 1).await;
    let code = line.code(&anna);
    let planted = [PIN, ANOTHERS_PIN, WRONG_CODE, code.expose()];
    line.tries(ANNA, PIN, code.expose(), LINKED).await;
    line.assert_nowhere(&planted);
    line.next_second().await;
    line.text(ANNA, "logout").await;
    until("the number to be unlinked", async || {
        let shown = line.received_by(ANNA).await;
        shown.last()?.contains("link it again").then_some(())
    })
    .await;
    line.tries(ANNA, ANOTHERS_PIN, code.expose(), FAILED).await;
    line.tries(BEN, PIN, WRONG_CODE, FAILED).await;
    line.assert_nowhere(&planted);
    line.tries(ANNA, PIN, WRONG_CODE, FAILED).await;
    line.tries(ANNA, ANOTHERS_PIN, WRONG_CODE, LOCKED).await;
    // One more goes down with the process.
    line.next_second().await;
    line.text(BEN, "link my number").await;
    line.crash().await;
    line.assert_nowhere(&planted);
    line.start_engine();
    until("every entry to be wiped at the carrier", async || {
        let open = line.store.read(|conn| conn.count_carrier_wipes()).await;
        (open.unwrap() == (0, 0)).then_some(())
    })
    .await;
    let all = line.control("GET", "/sim/messages", Value::Null).await;
    let bodies = all["by_body"].as_object().unwrap();
    for words in planted {
        assert!(bodies.keys().all(|body| !body.contains(words)), "{words}");
    }
    line.stop_engine().await;
    line.crash().await;
    line.assert_nowhere(&planted);
}

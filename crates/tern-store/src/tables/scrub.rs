//! Takes the words of a removed text out of everything that was derived from it.
//!
//! Owns the list of those places: what the virtual agent remembers, asks and handed over, the draft that quotes it,
//! a journal entry that could not be read, notifications that are still to be
//! sent, tests made of the conversation, and the searches that agents made last. It refuses to touch what people wrote or
//! recorded on their own account: notes, rows of tables, wrap-ups.

use rusqlite::params;
use serde_json::Value;
use tern_domain::{ConversationId, MessageSid};

use super::documents::RECENT_SEARCHES;
use super::values::to_json;
use crate::error::{During as _, StoreError};
use crate::tx::WriteTx;

/// What stands in place of words that were removed.
const REMOVED: &str = "(removed)";
/// Shorter words are part of too many others to be looked for inside them.
const SHORTEST: usize = 4;

/// One table of documents in which words of a text can be quoted.
struct Quoting {
    read: &'static str,
    write: &'static str,
    /// Only a value that is the text as a whole: these documents are not only about this conversation.
    whole: bool,
}

const QUOTING: [Quoting; 5] = [
    Quoting {
        read: "SELECT rowid, document FROM bot_sessions WHERE conversation_id = ?1",
        write: "UPDATE bot_sessions SET document = ?2 WHERE rowid = ?1",
        whole: false,
    },
    Quoting {
        read: "SELECT rowid, document FROM bot_handovers WHERE conversation_id = ?1",
        write: "UPDATE bot_handovers SET document = ?2 WHERE rowid = ?1",
        whole: false,
    },
    Quoting {
        read: "SELECT rowid, document FROM bot_requests
               WHERE interaction_id IN (SELECT interaction_id FROM interactions WHERE conversation_id = ?1)",
        write: "UPDATE bot_requests SET document = ?2 WHERE rowid = ?1",
        whole: false,
    },
    // One that is done holds no row any more.
    Quoting {
        read: "SELECT notification_run_id, document FROM notification_runs WHERE state <> 'done' AND ?1 IS NOT NULL",
        write: "UPDATE notification_runs SET document = ?2 WHERE notification_run_id = ?1",
        whole: true,
    },
    Quoting {
        read: "SELECT rowid, document FROM topic_tests WHERE ?1 IS NOT NULL",
        write: "UPDATE topic_tests SET document = ?2 WHERE rowid = ?1",
        whole: true,
    },
];

/// Replaces the words in every string of a document; tells whether any was found.
fn scrub(value: &mut Value, words: &str, whole: bool) -> bool {
    match value {
        Value::String(text) if text == words => {
            REMOVED.clone_into(text);
            true
        }
        Value::String(text) if !whole && text.contains(words) => {
            *text = text.replace(words, REMOVED);
            true
        }
        Value::Array(items) => items
            .iter_mut()
            .fold(false, |found, item| scrub(item, words, whole) | found),
        Value::Object(fields) => fields
            .values_mut()
            .fold(false, |found, item| scrub(item, words, whole) | found),
        _ => false,
    }
}

/// A text that is gone.
#[derive(Debug, Clone)]
pub(crate) struct Removed {
    /// The carrier's id of it.
    pub(crate) sid: Option<MessageSid>,
    /// Its words.
    pub(crate) words: String,
}

impl WriteTx<'_> {
    /// Takes the words of one conversation's removed texts out of what was derived from them.
    pub(crate) fn scrub_all_quotations(
        &mut self,
        conversation: ConversationId,
        removed: &[Removed],
    ) -> Result<(), StoreError> {
        const OPERATION: &str = "take a removed text out of what quotes it";
        for sid in removed.iter().filter_map(|text| text.sid.as_ref()) {
            self.prepare("DELETE FROM inbound_journal WHERE sid = ?1", OPERATION)?
                .execute([sid.as_str()])
                .during(OPERATION)?;
        }
        // Whoever looked for these words typed some of them, and which cannot be told.
        self.prepare("DELETE FROM settings WHERE name = ?1", OPERATION)?
            .execute([RECENT_SEARCHES.0])
            .during(OPERATION)?;
        let words: Vec<&str> = removed
            .iter()
            .map(|text| text.words.trim())
            .filter(|words| words.chars().count() >= SHORTEST)
            .collect();
        if words.is_empty() {
            return Ok(());
        }
        for quoting in &QUOTING {
            let documents = self
                .prepare(quoting.read, OPERATION)?
                .query_map([conversation.0], |row| Ok((row.get(0)?, row.get(1)?)))
                .and_then(Iterator::collect::<Result<Vec<(i64, String)>, _>>)
                .during(OPERATION)?;
            for (rowid, document) in documents {
                let Ok(mut value) = serde_json::from_str::<Value>(&document) else {
                    continue;
                };
                let found = words.iter().fold(false, |found, words| {
                    scrub(&mut value, words, quoting.whole) | found
                });
                if found {
                    self.prepare(quoting.write, OPERATION)?
                        .execute(params![rowid, to_json("a scrubbed document", &value)?])
                        .during(OPERATION)?;
                }
            }
        }
        for words in words {
            self.prepare(
                "UPDATE drafts SET body = replace(body, ?2, ?3)
                 WHERE conversation_id = ?1 AND instr(body, ?2) > 0",
                OPERATION,
            )?
            .execute(params![conversation.0, words, REMOVED])
            .during(OPERATION)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn words_are_taken_out_wherever_a_document_quotes_them() {
        let mut document =
            json!({"a": ["my number is 290417", 7], "b": {"c": "290417"}, "d": "other"});
        assert!(scrub(&mut document, "290417", false));
        assert_eq!(
            document,
            json!({"a": ["my number is (removed)", 7], "b": {"c": "(removed)"}, "d": "other"})
        );
        assert!(!scrub(&mut document, "290417", false));
    }

    #[test]
    fn a_document_about_other_things_loses_only_the_very_text() {
        let mut document = json!(["pizza", "a pizza, please"]);
        assert!(scrub(&mut document, "pizza", true));
        assert_eq!(document, json!(["(removed)", "a pizza, please"]));
    }
}

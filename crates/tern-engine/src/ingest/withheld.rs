//! Words that are not even written down (L-14): what may be a PIN or a code stays out of the journal.
//!
//! Owns them in memory, from the moment of journaling until the row was interpreted. The row itself is journaled
//! without its words. If the process ends in between, they are gone with it: the row is dropped then and the carrier,
//! who still has the text, is asked for it again. It also keeps the words of a text that is here already from being
//! journaled once more, since a repeat only tells where the text stands.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use secrecy::SecretString;
use serde_json::Value;
use tern_domain::verification::without_code;
use tern_store::{JournalId, JournalSource, RawArrival};

/// Marks a journaled row whose words are in memory only.
const MARK: &str = "TernWithheld";

/// The words of rows that are journaled without them.
#[derive(Default)]
pub(super) struct Withheld(Mutex<HashMap<JournalId, SecretString>>);

impl Withheld {
    pub(super) fn keep(&self, words: impl IntoIterator<Item = (JournalId, SecretString)>) {
        self.lock().extend(words);
    }

    /// The words of a row; `None` if an earlier process had them.
    pub(super) fn of(&self, id: JournalId) -> Option<SecretString> {
        self.lock().get(&id).cloned()
    }

    pub(super) fn forget(&self, ids: &[JournalId]) {
        let mut words = self.lock();
        for id in ids {
            words.remove(id);
        }
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<JournalId, SecretString>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Whether a row was journaled without its words.
pub(super) fn is_marked(arrival: &RawArrival) -> bool {
    // The mark cannot be part of a text: inside a JSON string its quotes would be escaped.
    arrival.json.contains("\"TernWithheld\"")
}

/// Takes the words out of a row; marks it if they will be needed.
pub(super) fn take_words(arrival: &mut RawArrival, mark: bool) {
    let Ok(mut json) = serde_json::from_str::<Value>(&arrival.json) else {
        return;
    };
    match (&mut json, arrival.source) {
        (Value::Object(row), JournalSource::List) => {
            row.insert("body".to_owned(), Value::from(""));
            if mark {
                row.insert(MARK.to_owned(), Value::from(true));
            }
        }
        (Value::Array(form), _) => {
            for pair in form.iter_mut() {
                if pair.get(0).and_then(Value::as_str) == Some("Body") {
                    *pair = Value::from(vec!["Body", ""]);
                }
            }
            if mark {
                form.push(Value::from(vec![MARK, "1"]));
            }
        }
        _ => return,
    }
    arrival.json = json.to_string();
}

/// Takes the digits of a texted code out of a row or form that is about to be journaled: its text may come back from
/// the carrier before it is known to be ours.
pub(super) fn hide_code(json: &mut Value) {
    let body = match json {
        Value::Object(row) => row.get_mut("body"),
        Value::Array(form) => form
            .iter_mut()
            .find(|pair| pair.get(0).and_then(Value::as_str) == Some("Body"))
            .and_then(|pair| pair.get_mut(1)),
        _ => None,
    };
    if let Some(body) = body
        && let Some(hidden) = body.as_str().and_then(without_code)
    {
        *body = Value::from(hidden);
    }
}

#[cfg(test)]
mod tests {
    use secrecy::ExposeSecret as _;
    use serde_json::json;
    use tern_domain::UtcMillis;
    use tern_domain::verification::TextedCode;

    use super::*;

    fn arrival(source: JournalSource, json: &str) -> RawArrival {
        RawArrival {
            source,
            sid: None,
            received_at: UtcMillis(0),
            json: json.to_owned(),
        }
    }

    #[test]
    fn l_14_a_row_and_a_form_are_journaled_without_their_words() {
        let row = r#"{"sid":"SM1","body":"290417","status":"received"}"#;
        let form = r#"[["MessageSid","SM1"],["Body","290417"]]"#;
        for (source, json) in [(JournalSource::List, row), (JournalSource::Webhook, form)] {
            let mut marked = arrival(source, json);
            take_words(&mut marked, true);
            assert!(!marked.json.contains("290417") && marked.json.contains("SM1"));
            assert!(is_marked(&marked));
            let mut blank = arrival(source, json);
            take_words(&mut blank, false);
            assert!(!blank.json.contains("290417") && !is_marked(&blank));
        }
    }

    #[test]
    fn l_14_a_code_that_comes_back_is_journaled_without_its_digits() {
        let code = TextedCode::draw(290_417_u32.to_le_bytes(), UtcMillis(0)).unwrap();
        let text = code.text();
        let text = text.expose_secret();
        let row = json!({ "sid": "SM1", "body": text });
        let form = json!([["MessageSid", "SM1"], ["Body", text]]);
        for mut json in [row, form] {
            hide_code(&mut json);
            let json = json.to_string();
            assert!(!json.contains("290417") && json.contains("one-time code"));
        }
    }

    #[test]
    fn a_text_that_speaks_of_the_mark_does_not_carry_it() {
        let form = serde_json::json!([["Body", "\"TernWithheld\""]]).to_string();
        assert!(!is_marked(&arrival(JournalSource::Webhook, &form)));
    }
}

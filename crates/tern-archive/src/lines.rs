//! Files of one JSON object a line, each with the hash of itself and of all lines before it.
//!
//! Whoever changes a line is found at that line. A line that is an event of the desk's log carries the log's own
//! hash besides, which is computed again from what it says.

use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

/// What stands between a line's content and its hash.
const MARK: &str = ",\"hash\":\"";
const END: &str = "\"}";

/// The hashes of a file's lines, one after the other.
#[derive(Debug, Clone, Default)]
pub struct LineChain {
    previous: [u8; 32],
}

impl LineChain {
    /// A line with its hash, ready to be written.
    ///
    /// # Errors
    /// Only for content that is no JSON.
    pub fn line(&mut self, content: &impl Serialize) -> Result<String, serde_json::Error> {
        let mut line = serde_json::to_string(content)?;
        self.previous = self.next(&line);
        // The object goes on with its hash.
        let _ = line.pop();
        line.push_str(MARK);
        line.push_str(&hex::encode(self.previous));
        line.push_str(END);
        line.push('\n');
        Ok(line)
    }

    fn next(&self, content: &str) -> [u8; 32] {
        let mut hash = Sha256::new();
        hash.update(self.previous);
        hash.update(content.as_bytes());
        hash.finalize().into()
    }

    /// The content of a line as it was written; `None` if it, or one before it, is another.
    pub(crate) fn check(&mut self, line: &str) -> Option<String> {
        let (head, rest) = line.rsplit_once(MARK)?;
        let digits = rest.strip_suffix(END)?;
        let content = format!("{head}}}");
        let found = self.next(&content);
        // The digits have one form only.
        if hex::encode(found) != digits {
            return None;
        }
        self.previous = found;
        Some(content)
    }
}

/// An event of the desk's log.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LogEntry {
    /// Its place in the log.
    pub sequence: i64,
    /// When, in UTC milliseconds.
    pub at: i64,
    /// Its hash in the log, in hexadecimal.
    pub log_hash: String,
    /// What it says; left out of what is given to others.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub content: Option<LogContent>,
}

/// What an event says, and what its hash in the log was computed from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LogContent {
    /// The hash of the event before it in the log, whosever that is.
    pub previous: String,
    /// Its id: 16 bytes in hexadecimal.
    pub id: String,
    /// What it belongs to.
    pub aggregate_kind: String,
    /// Which one.
    pub aggregate_id: String,
    /// Which one of its events it is.
    pub version: i64,
    /// Who did it, as stored.
    pub actor: String,
    /// What happened, as stored.
    pub body: String,
}

impl LogEntry {
    /// The hash that the log has to have for what it says; `None` where it does not say it.
    pub(crate) fn expected(&self) -> Option<String> {
        let content = self.content.as_ref()?;
        let mut hash = Sha256::new();
        hash.update(hex::decode(&content.previous).ok()?);
        for part in [
            hex::decode(&content.id).ok()?.as_slice(),
            content.aggregate_kind.as_bytes(),
            content.aggregate_id.as_bytes(),
            &content.version.to_be_bytes(),
            content.actor.as_bytes(),
            &self.at.to_be_bytes(),
            content.body.as_bytes(),
        ] {
            hash.update(u64::try_from(part.len()).unwrap_or(u64::MAX).to_be_bytes());
            hash.update(part);
        }
        Some(hex::encode(hash.finalize()))
    }
}

/// An event as the log has it, with its content for the team, or its hash alone for others.
#[must_use]
pub fn event_line(
    sequence: i64,
    at: i64,
    log_hash: &[u8],
    content: Option<LogContent>,
) -> LogEntry {
    LogEntry {
        sequence,
        at,
        log_hash: hex::encode(log_hash),
        content,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_that_was_changed_is_found_at_that_line() {
        let mut chain = LineChain::default();
        let lines: Vec<String> = ["one", "two \",\"hash\":\"", "three"]
            .iter()
            .map(|body| chain.line(&serde_json::json!({ "body": body })).unwrap())
            .collect();
        let mut check = LineChain::default();
        assert!(
            lines
                .iter()
                .all(|line| check.check(line.trim_end()).is_some())
        );
        let mut check = LineChain::default();
        assert!(check.check(lines[0].trim_end()).is_some());
        let changed = lines[1].replace("two", "too");
        assert!(check.check(changed.trim_end()).is_none());
        let mut check = LineChain::default();
        assert!(
            check.check(lines[1].trim_end()).is_none(),
            "one was left out"
        );
    }
}

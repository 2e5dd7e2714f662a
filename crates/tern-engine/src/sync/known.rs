//! Which rows have been seen in which form.
//!
//! Owns a fingerprint per SID, so that a look at an unchanged list costs one request and no write. It is only a
//! memory: losing it costs a comparison with the store, never a message, because storing is keyed by SID.

use std::collections::{HashMap, HashSet};
use std::hash::{DefaultHasher, Hash, Hasher};

use tern_domain::UtcMillis;
use tern_twilio::{MessageResource, MessageSid, RawMessage};

/// Rows remembered at most; older ones are compared with the store again.
const MOST_REMEMBERED: usize = 50_000;

/// What of a row can change anything for us.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct Fingerprint(u64);

impl Fingerprint {
    /// Price and dates of updating are left out on purpose: they change without meaning.
    pub(crate) fn of(row: &MessageResource) -> Self {
        let mut hasher = DefaultHasher::new();
        row.status.as_str().hash(&mut hasher);
        row.error_code.hash(&mut hasher);
        row.from.hash(&mut hasher);
        row.to.hash(&mut hasher);
        row.body.hash(&mut hasher);
        row.num_media.hash(&mut hasher);
        row.num_segments.hash(&mut hasher);
        row.direction.as_str().hash(&mut hasher);
        Self(hasher.finish())
    }

    /// A row without a SID is known by all of it.
    pub(crate) fn of_unreadable(row: &RawMessage) -> Self {
        let mut hasher = DefaultHasher::new();
        row.to_json_text().hash(&mut hasher);
        Self(hasher.finish())
    }
}

struct Remembered {
    fingerprint: Fingerprint,
    at: UtcMillis,
}

/// The rows seen lately.
#[derive(Default)]
pub(crate) struct KnownRows {
    rows: HashMap<MessageSid, Remembered>,
    unreadable: HashSet<Fingerprint>,
}

impl KnownRows {
    pub(crate) fn is_unchanged(&self, sid: &MessageSid, fingerprint: Fingerprint) -> bool {
        self.rows
            .get(sid)
            .is_some_and(|row| row.fingerprint == fingerprint)
    }

    /// Remembers a row that is in the store now, or that is known not to concern us.
    pub(crate) fn remember(&mut self, sid: MessageSid, fingerprint: Fingerprint, at: UtcMillis) {
        self.rows.insert(sid, Remembered { fingerprint, at });
    }

    pub(crate) fn is_known_unreadable(&self, fingerprint: Fingerprint) -> bool {
        self.unreadable.contains(&fingerprint)
    }

    /// Remembers a row that has no SID and lies in the journal.
    pub(crate) fn remember_unreadable(&mut self, fingerprint: Fingerprint) {
        self.unreadable.insert(fingerprint);
    }

    /// Forgets rows that no walk reaches any more, and the oldest ones when there are too many.
    pub(crate) fn forget_before(&mut self, start: UtcMillis) {
        self.rows.retain(|_, row| row.at >= start);
        if self.unreadable.len() > MOST_REMEMBERED {
            self.unreadable.clear();
        }
        if self.rows.len() > MOST_REMEMBERED {
            let mut times: Vec<_> = self.rows.values().map(|row| row.at).collect();
            let surplus = times.len() - MOST_REMEMBERED;
            let (_, cut, _) = times.select_nth_unstable(surplus);
            let cut = *cut;
            self.rows.retain(|_, row| row.at >= cut);
        }
    }

    #[cfg(test)]
    fn len(&self) -> usize {
        self.rows.len()
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;
    use tern_twilio::RawMessage;

    use super::*;

    fn row(status: &str, price: &str) -> MessageResource {
        let row = json!({
            "sid": "SM00000000000000000000000000000001", "status": status, "price": price,
            "num_media": "0", "direction": "outbound-api",
        });
        RawMessage::from_json(row).interpret().unwrap()
    }

    #[test]
    fn a_new_status_is_a_change_and_a_price_is_none() {
        let mut known = KnownRows::default();
        let first = row("sent", "");
        known.remember(first.sid.clone(), Fingerprint::of(&first), UtcMillis(5));
        let priced = row("sent", "-0.0075");
        assert!(known.is_unchanged(&priced.sid, Fingerprint::of(&priced)));
        let delivered = row("delivered", "-0.0075");
        assert!(!known.is_unchanged(&delivered.sid, Fingerprint::of(&delivered)));
    }

    #[test]
    fn rows_before_the_start_of_the_overlap_are_forgotten() {
        let mut known = KnownRows::default();
        for at in 0..10 {
            let sid = MessageSid::parse(format!("SM{at:032}")).unwrap();
            known.remember(sid, Fingerprint(at), UtcMillis(at as i64));
        }
        known.forget_before(UtcMillis(7));
        assert_eq!(known.len(), 3);
    }
}

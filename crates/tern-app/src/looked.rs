//! Rows of another system that somebody looked at: kept in memory for a while, so that what was shown is what is
//! brought in.

use std::collections::VecDeque;
use std::sync::{Mutex, PoisonError};

use tern_domain::topic::TableSource;
use tern_domain::{Millis, UtcMillis};
use uuid::Uuid;

use crate::import::RawTable;

/// Nobody looks at rows for longer; the other system may say something else by then.
const KEPT_FOR: Millis = Millis::minutes(30);
/// Each may hold a whole table.
const MOST_KEPT: usize = 4;

/// What one look has found.
struct Look {
    token: Uuid,
    until: UtcMillis,
    table: String,
    source: TableSource,
    rows: RawTable,
}

/// What was looked at while a line is open.
#[derive(Default)]
pub(crate) struct LookedAt {
    looks: Mutex<VecDeque<Look>>,
}

impl LookedAt {
    /// Keeps what another system answered for a table, under a token.
    pub(crate) fn keep(
        &self,
        token: Uuid,
        (table, source): (String, TableSource),
        rows: RawTable,
        now: UtcMillis,
    ) -> String {
        let mut looks = self.looks.lock().unwrap_or_else(PoisonError::into_inner);
        looks.retain(|look| look.until > now);
        if looks.len() >= MOST_KEPT {
            looks.pop_front();
        }
        looks.push_back(Look {
            token,
            until: now + KEPT_FOR,
            table,
            source,
            rows,
        });
        token.to_string()
    }

    /// What was looked at, if it was this and is kept still.
    pub(crate) fn find(
        &self,
        token: &str,
        (table, source): (&str, &TableSource),
        now: UtcMillis,
    ) -> Option<RawTable> {
        let token = Uuid::parse_str(token).ok()?;
        let looks = self.looks.lock().unwrap_or_else(PoisonError::into_inner);
        let look = looks
            .iter()
            .find(|look| look.token == token && look.until > now)?;
        (look.table == table && look.source == *source).then(|| look.rows.clone())
    }

    /// It was brought in.
    pub(crate) fn forget(&self, token: &str) {
        let mut looks = self.looks.lock().unwrap_or_else(PoisonError::into_inner);
        looks.retain(|look| look.token.to_string() != token);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn source(url: &str) -> TableSource {
        serde_json::from_value(serde_json::json!({ "url": url })).unwrap()
    }

    fn rows() -> RawTable {
        RawTable {
            headings: vec!["number".to_owned()],
            rows: Vec::new(),
        }
    }

    #[test]
    fn v_21_what_was_looked_at_is_kept_for_its_table_and_for_a_while() {
        let looks = LookedAt::default();
        let (now, url) = (UtcMillis(0), source("https://example.com/"));
        let token = looks.keep(
            Uuid::from_u128(1),
            ("orders".to_owned(), url.clone()),
            rows(),
            now,
        );
        let is_kept = |token: &str, table: &str, source: &TableSource, at: i64| {
            let found = looks.find(token, (table, source), UtcMillis(at));
            found.is_some()
        };
        assert!(is_kept(&token, "orders", &url, KEPT_FOR.0 - 1));
        assert!(!is_kept(&token, "orders", &url, KEPT_FOR.0));
        assert!(!is_kept(&token, "people", &url, 1));
        assert!(!is_kept(
            &token,
            "orders",
            &source("https://example.org/"),
            1
        ));
        assert!(!is_kept("nonsense", "orders", &url, 1));
        for number in 2..6 {
            looks.keep(
                Uuid::from_u128(number),
                ("orders".to_owned(), url.clone()),
                rows(),
                now,
            );
        }
        assert!(!is_kept(&token, "orders", &url, 1), "the oldest goes first");
        let last = Uuid::from_u128(5).to_string();
        assert!(is_kept(&last, "orders", &url, 1));
        looks.forget(&last);
        assert!(!is_kept(&last, "orders", &url, 1));
    }
}

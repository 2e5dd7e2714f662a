//! Reading single JSON fields that may be null, absent or of a neighbouring type.
//!
//! Owns the tolerance for numbers written as text and the reverse. It refuses to guess beyond that: an
//! unreadable field is `None`, and the row's own JSON stays with the caller.

use jiff::Timestamp;
use jiff::fmt::rfc2822::DateTimeParser;
use serde_json::Value;

/// A text; numbers are written out.
pub(crate) fn text(row: &Value, name: &str) -> Option<String> {
    match row.get(name)? {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

/// A whole number, written as a number or as text.
pub(crate) fn count(row: &Value, name: &str) -> Option<u32> {
    match row.get(name)? {
        Value::Number(number) => number.as_u64().and_then(|n| u32::try_from(n).ok()),
        Value::String(text) => text.trim().parse().ok(),
        _ => None,
    }
}

/// A yes or no, written as a bool or as text.
pub(crate) fn flag(row: &Value, name: &str) -> Option<bool> {
    match row.get(name)? {
        Value::Bool(flag) => Some(*flag),
        Value::String(text) => text.parse().ok(),
        _ => None,
    }
}

/// A time in RFC 2822, as the 2010 API writes it, or in ISO 8601, as all newer ones do.
pub(crate) fn time(row: &Value, name: &str) -> Option<Timestamp> {
    static PARSER: DateTimeParser = DateTimeParser::new();
    let text = row.get(name)?.as_str()?;
    PARSER
        .parse_timestamp(text)
        .ok()
        .or_else(|| text.parse().ok())
}

/// A value that parses from its text, such as a SID or a URL.
pub(crate) fn parsed<T: std::str::FromStr>(row: &Value, name: &str) -> Option<T> {
    row.get(name)?.as_str()?.parse().ok()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use serde_json::json;

    #[test]
    fn numbers_are_read_from_text_and_text_from_numbers() {
        let row = json!({"a": "3", "b": 3, "c": null, "d": "many", "e": -1, "f": {}});
        assert_eq!(count(&row, "a"), Some(3));
        assert_eq!(count(&row, "b"), Some(3));
        for name in ["c", "d", "e", "f", "absent"] {
            assert_eq!(count(&row, name), None, "{name}");
        }
        assert_eq!(text(&row, "b").as_deref(), Some("3"));
    }

    #[test]
    fn both_of_twilios_date_forms_are_read() {
        let row = json!({"a": "Fri, 24 May 2019 17:44:46 +0000", "b": "2019-05-24T17:44:46Z", "c": "later"});
        assert_eq!(time(&row, "a"), time(&row, "b"));
        assert_eq!(time(&row, "a").unwrap().as_second(), 1_558_719_886);
        assert_eq!(time(&row, "c"), None);
    }
}

//! How the domain's values are written in columns.
//!
//! Owns the conversions, both ways. A stored value that does not read back is reported with its column, never
//! with its content.

use rusqlite::types::Type;
use serde::Serialize;
use serde::de::DeserializeOwned;
use tern_domain::{Address, Channel, ConversationKey, Direction, MessageSid, PhoneNumber};
use uuid::Uuid;

use crate::error::StoreError;

/// A stored value that does not read back.
#[derive(Debug, Clone, Copy, thiserror::Error)]
#[error("a stored value of {0} cannot be understood")]
pub(crate) struct Undecodable(pub(crate) &'static str);

/// The error for a value that does not read back, in the shape that row closures need.
pub(crate) fn undecodable(column: &'static str) -> rusqlite::Error {
    rusqlite::Error::FromSqlConversionFailure(0, Type::Text, Box::new(Undecodable(column)))
}

/// A UUID as its column has it.
pub(crate) const fn uuid_blob(uuid: Uuid) -> [u8; 16] {
    *uuid.as_bytes()
}

/// Reads a UUID column as one of the id types.
pub(crate) fn uuid_id<T: From<Uuid>>(blob: [u8; 16]) -> T {
    T::from(Uuid::from_bytes(blob))
}

/// A message SID in 17 bytes: its first letter, then its 16 bytes. The index over all of them is half the
/// size. One that is not written in lower case keeps its 34 bytes, so that it comes back as it was.
pub(crate) fn sid_blob(sid: &MessageSid) -> Vec<u8> {
    let text = sid.as_str().as_bytes();
    let compact = || {
        let (letters, digits) = text.split_first_chunk::<2>()?;
        if digits.iter().any(u8::is_ascii_uppercase) {
            return None;
        }
        let mut blob = vec![0; 17];
        let (first, rest) = blob.split_first_mut()?;
        *first = letters[0];
        hex::decode_to_slice(digits, rest).ok()?;
        Some(blob)
    };
    compact().unwrap_or_else(|| text.to_owned())
}

/// Reads a message SID.
pub(crate) fn sid_from_blob(
    blob: &[u8],
    column: &'static str,
) -> Result<MessageSid, rusqlite::Error> {
    let text = match blob {
        [letter, digits @ ..] if digits.len() == 16 => {
            format!("{}M{}", char::from(*letter), hex::encode(digits))
        }
        _ => String::from_utf8(blob.to_owned()).map_err(|_| undecodable(column))?,
    };
    MessageSid::parse(text).map_err(|_| undecodable(column))
}

/// A direction as its column has it.
pub(crate) const fn direction_code(direction: Direction) -> i64 {
    match direction {
        Direction::Inbound => 0,
        Direction::Outbound => 1,
    }
}

/// Reads a direction.
pub(crate) const fn direction_from_code(code: i64) -> Direction {
    if code == 0 {
        Direction::Inbound
    } else {
        Direction::Outbound
    }
}

/// Reads a conversation key from its three columns.
pub(crate) fn key_from_columns(
    channel: &str,
    requester: &str,
    provider: &str,
) -> Result<ConversationKey, rusqlite::Error> {
    Ok(ConversationKey {
        channel: Channel::from_stored(channel)
            .ok_or_else(|| undecodable("conversations.channel"))?,
        requester: Address::parse(requester),
        provider: PhoneNumber::parse(provider)
            .map_err(|_| undecodable("conversations.provider_number"))?,
    })
}

/// Writes a value as JSON.
pub(crate) fn to_json<T: Serialize + ?Sized>(
    what: &'static str,
    value: &T,
) -> Result<String, StoreError> {
    serde_json::to_string(value).map_err(|source| StoreError::Encode { what, source })
}

/// Reads a value from JSON.
pub(crate) fn from_json<T: DeserializeOwned>(
    column: &'static str,
    text: &str,
) -> Result<T, rusqlite::Error> {
    serde_json::from_str(text).map_err(|_| undecodable(column))
}

/// A count as columns have it. Counts beyond 63 bits do not happen.
pub(crate) fn count(value: i64) -> u64 {
    u64::try_from(value).unwrap_or(0)
}

/// A page size: at least 1, at most 500 rows.
pub(crate) fn page_size(limit: u32) -> u32 {
    limit.clamp(1, 500)
}

/// Cuts a page for which one row more than its size was asked, and answers whether there are more.
pub(crate) fn cut_page<T>(rows: &mut Vec<T>, size: u32) -> bool {
    let size = usize::try_from(size).unwrap_or(usize::MAX);
    let has_more = rows.len() > size;
    rows.truncate(size);
    has_more
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sid_comes_back_as_it_was() {
        for text in [
            "SM0123456789abcdef0123456789abcdef",
            "MMffffffffffffffffffffffffffffffff",
            "SM0123456789ABCDEF0123456789abcdef",
        ] {
            let sid = MessageSid::parse(text).unwrap();
            let blob = sid_blob(&sid);
            assert_eq!(sid_from_blob(&blob, "x").unwrap(), sid);
        }
        let sid = MessageSid::parse("SM0123456789abcdef0123456789abcdef").unwrap();
        assert_eq!(sid_blob(&sid).len(), 17);
    }

    #[test]
    fn a_damaged_sid_names_its_column() {
        let error = sid_from_blob(b"??", "messages.sid").unwrap_err();
        let error = StoreError::from_sql("read", error);
        assert!(matches!(
            error,
            StoreError::Decode {
                column: "messages.sid"
            }
        ));
    }
}

//! What the walks over the past read: texts whose pictures are not here, pictures without a thumbnail, texts by day.
//!
//! Owns the statements alone. Each walk reads a bounded range of keys at a time, so that none of them is ever long.

use rusqlite::params;
use tern_domain::{MediaId, MessageId, MessagePosition, MessageSid, UtcMillis};

use super::media::MediaState;
use super::values::{page_size, sid_from_blob, uuid_blob, uuid_id};
use crate::error::{During as _, StoreError};
use crate::tx::ReadConn;

/// A text of the past that has pictures at the carrier.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PastPicture {
    /// Our id of the text.
    pub message_id: MessageId,
    /// The carrier's id of it.
    pub sid: MessageSid,
    /// When it was sent.
    pub at: UtcMillis,
}

/// Some of them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PastPicturePage {
    /// Newest first.
    pub texts: Vec<PastPicture>,
    /// Where to go on from.
    pub below: MessagePosition,
    /// Whether there is nothing further back, for now.
    pub is_last: bool,
}

/// History has positions up to this one.
const NEWEST_HISTORY: i64 = 0;
/// Positions that one look at the past goes over.
const STRIDE: i64 = 5_000;

pub(crate) const WITH_PICTURES: &str = "
    SELECT message_id, sid, at, media_count FROM messages
    WHERE position < ?1 AND position >= ?2 AND media_count > 0 AND sid IS NOT NULL AND redacted = 0
    ORDER BY position DESC";
pub(crate) const PICTURES_AFTER: &str = "
    SELECT media_id FROM media WHERE media_id > ?1 AND state = 'image' ORDER BY media_id LIMIT ?2";
pub(crate) const OLDEST_DAY: &str = "SELECT min(day) FROM message_days";

/// What `message_days` counts.
const DAY: i64 = 24 * 60 * 60 * 1_000;

impl ReadConn<'_> {
    /// Texts of the past whose pictures are still at the carrier, newest first, below a position (`None` = from the
    /// newest on). Those that are about to be fetched are left out, and pictures of more than `largest` bytes that
    /// were left there before for their size.
    ///
    /// # Errors
    /// [`StoreError`] when the file cannot be read.
    pub fn list_past_pictures(
        &self,
        below: Option<MessagePosition>,
        largest: u64,
    ) -> Result<PastPicturePage, StoreError> {
        const OPERATION: &str = "list pictures of the past";
        let below = below.map_or(NEWEST_HISTORY + 1, |it| it.0);
        let lowest: i64 = self
            .prepare("SELECT next_history_position FROM store_state", OPERATION)?
            .query_row((), |row| row.get(0))
            .during(OPERATION)?;
        // Everything has a position above that one.
        let oldest = lowest.saturating_add(1);
        let from = below.saturating_sub(STRIDE).max(oldest);
        let found: Vec<(PastPicture, u32)> = self
            .prepare(WITH_PICTURES, OPERATION)?
            .query_map(params![below, from], |row| {
                let text = PastPicture {
                    message_id: uuid_id(row.get(0)?),
                    sid: sid_from_blob(row.get_ref(1)?.as_blob()?, "messages.sid")?,
                    at: UtcMillis(row.get(2)?),
                };
                Ok((text, row.get(3)?))
            })
            .and_then(Iterator::collect)
            .during(OPERATION)?;
        let mut texts = Vec::with_capacity(found.len());
        for (text, count) in found {
            if self.lacks_pictures(text.message_id, count, largest)? {
                texts.push(text);
            }
        }
        Ok(PastPicturePage {
            texts,
            below: MessagePosition(from.min(below)),
            is_last: from <= oldest,
        })
    }

    fn lacks_pictures(
        &self,
        message: MessageId,
        count: u32,
        largest: u64,
    ) -> Result<bool, StoreError> {
        let here = self.list_media(message)?;
        let known = u32::try_from(here.len()).unwrap_or(u32::MAX);
        let is_wanted = known < count
            || here.iter().any(|row| {
                row.state == MediaState::Pending && row.size.is_none_or(|size| size <= largest)
            });
        Ok(is_wanted && !self.is_media_pending(message)?)
    }

    /// Pictures behind an id, in the order of their ids, which is that of their coming. At most 500.
    ///
    /// # Errors
    /// [`StoreError`] when the file cannot be read.
    pub fn list_pictures_after(
        &self,
        after: Option<MediaId>,
        limit: u32,
    ) -> Result<Vec<MediaId>, StoreError> {
        const OPERATION: &str = "list pictures";
        let after = after.map_or([0; 16], |id| uuid_blob(id.uuid()));
        self.prepare(PICTURES_AFTER, OPERATION)?
            .query_map(params![after, page_size(limit)], |row| {
                row.get(0).map(uuid_id)
            })
            .and_then(Iterator::collect)
            .during(OPERATION)
    }

    /// First instant of the oldest day (of UTC) that has texts; `None` while there are none.
    ///
    /// # Errors
    /// [`StoreError`] when the file cannot be read.
    pub fn oldest_day(&self) -> Result<Option<UtcMillis>, StoreError> {
        const OPERATION: &str = "find the oldest day";
        self.prepare(OLDEST_DAY, OPERATION)?
            .query_row((), |row| row.get::<_, Option<i64>>(0))
            .map(|day| day.map(|day| UtcMillis(day.saturating_mul(DAY))))
            .during(OPERATION)
    }
}

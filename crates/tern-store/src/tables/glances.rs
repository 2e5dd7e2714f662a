//! Pictures of the texts that one page of a list or of a search shows.
//!
//! Owns one statement for a whole page, so that showing pictures costs a page one more look, and one without pictures
//! none. It refuses to read the pictures themselves: which are wanted is seen when they are drawn.

use std::collections::HashMap;

use rusqlite::Row;
use tern_domain::{MessageId, MessagePosition};

use super::media::{MediaRow, read_row};
use super::values::uuid_id;
use crate::error::{During as _, StoreError};
use crate::tx::ReadConn;

/// The pictures and files of one text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TextMedia {
    /// Our id of the text.
    pub message_id: MessageId,
    /// How many it has, including those not fetched yet.
    pub media_count: u32,
    /// What is known of them, in order; can be fewer than `media_count`.
    pub media: Vec<MediaRow>,
    /// Whether those that are not here are about to be fetched.
    pub awaits_media: bool,
}

/// The joins are in this order whatever the planner thinks: a page has few texts, and few of them have pictures.
pub(crate) const OF_PAGE: &str = "
    SELECT media.media_id, media.message_id, media.draft_conversation_id, media.ordinal, media.sid, media.state,
        media.content_type, media.size, media.width, media.height, media.file_name, media.note,
        messages.position, messages.message_id, messages.media_count, media_fetches.message_id IS NOT NULL
    FROM json_each(?1) AS asked
    CROSS JOIN messages ON messages.position = asked.value
    LEFT JOIN media_fetches ON media_fetches.message_id = messages.message_id
    LEFT JOIN media ON media.message_id = messages.message_id
    WHERE messages.media_count > 0";

impl ReadConn<'_> {
    /// The pictures of the texts at these positions, by position; texts without pictures are left out.
    ///
    /// # Errors
    /// [`StoreError`] when the file cannot be read.
    pub fn list_media_of_page(
        &self,
        texts: &[MessagePosition],
    ) -> Result<HashMap<MessagePosition, TextMedia>, StoreError> {
        const OPERATION: &str = "list the pictures of a page";
        if texts.is_empty() {
            return Ok(HashMap::new());
        }
        let asked: Vec<i64> = texts.iter().map(|position| position.0).collect();
        let mut found: HashMap<MessagePosition, TextMedia> = HashMap::new();
        let mut statement = self.prepare(OF_PAGE, OPERATION)?;
        let mut rows = statement
            .query([serde_json::Value::from(asked).to_string()])
            .during(OPERATION)?;
        while let Some(row) = rows.next().during(OPERATION)? {
            let (position, text, medium) = read_line(row).during(OPERATION)?;
            let text = found.entry(position).or_insert(text);
            text.media.extend(medium);
        }
        for text in found.values_mut() {
            text.media.sort_by_key(|medium| medium.ordinal);
        }
        Ok(found)
    }
}

/// A text and one of its media, if anything is known of one.
fn read_line(
    row: &Row<'_>,
) -> Result<(MessagePosition, TextMedia, Option<MediaRow>), rusqlite::Error> {
    let is_known = row.get_ref(0)?.as_blob_or_null()?.is_some();
    let text = TextMedia {
        message_id: uuid_id(row.get(13)?),
        media_count: row.get(14)?,
        media: Vec::new(),
        awaits_media: row.get(15)?,
    };
    let medium = is_known.then(|| read_row(row)).transpose()?;
    Ok((MessagePosition(row.get(12)?), text, medium))
}

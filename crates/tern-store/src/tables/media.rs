//! Pictures and files of texts and drafts: what is known of them, and their encrypted bytes.
//!
//! Owns the rows. A medium belongs to a text or to a draft, and moves from the draft to the text in the
//! transaction that sends it.

use rusqlite::{OptionalExtension as _, Row, params};
use tern_domain::{ConversationId, MediaId, MediaSid, MessageId};

use super::values::{undecodable, uuid_blob, uuid_id};
use crate::error::{During as _, StoreError};
use crate::tx::{ReadConn, WriteTx};

/// Where a medium stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum MediaState {
    /// Still to be fetched.
    Pending,
    /// Here, and safe to show as a picture.
    Image,
    /// Here, kept as a file only.
    File,
    /// Refused or lost; the note says which.
    Unavailable,
}

impl MediaState {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Image => "image",
            Self::File => "file",
            Self::Unavailable => "unavailable",
        }
    }

    fn from_stored(word: &str) -> Option<Self> {
        [Self::Pending, Self::Image, Self::File, Self::Unavailable]
            .into_iter()
            .find(|state| state.as_str() == word)
    }
}

/// What a medium belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MediaOwner {
    /// A text.
    Message(MessageId),
    /// The draft of a conversation.
    Draft(ConversationId),
}

/// What is known of a medium.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MediaRow {
    /// Our id; names the encrypted file.
    pub id: MediaId,
    /// What it belongs to.
    pub owner: MediaOwner,
    /// Order within its text, from 0.
    pub ordinal: u32,
    /// Twilio's id, for what came from there.
    pub sid: Option<MediaSid>,
    /// Where it stands.
    pub state: MediaState,
    /// Type found in the content; `None` until it was looked at.
    pub content_type: Option<String>,
    /// Bytes.
    pub size: Option<u64>,
    /// Pixels.
    pub width: Option<u32>,
    /// Pixels.
    pub height: Option<u32>,
    /// Name it had, for words only.
    pub file_name: Option<String>,
    /// Words for a refusal or a failure.
    pub note: Option<String>,
}

impl MediaRow {
    /// It only says why nothing came: the carrier never named a file for this place, so that it can be asked again.
    #[must_use]
    pub fn is_place_only(&self) -> bool {
        self.state == MediaState::Unavailable && self.sid.is_none()
    }
}

/// A medium with its bytes.
#[derive(Clone, PartialEq, Eq)]
pub struct MediaFile {
    /// Type found in the content.
    pub content_type: String,
    /// The content.
    pub bytes: Vec<u8>,
}

impl std::fmt::Debug for MediaFile {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter
            .debug_struct("MediaFile")
            .field("content_type", &self.content_type)
            .field("length", &self.bytes.len())
            .finish()
    }
}

macro_rules! select_media {
    ($rest:literal) => {
        concat!(
            "SELECT media_id, message_id, draft_conversation_id, ordinal, sid, state, content_type, size,
                    width, height, file_name, note
             FROM media ",
            $rest
        )
    };
}

pub(crate) const OF_MESSAGE: &str = select_media!("WHERE message_id = ?1 ORDER BY ordinal");
pub(crate) const OF_DRAFT: &str =
    select_media!("WHERE draft_conversation_id = ?1 ORDER BY ordinal");
const BY_ID: &str = select_media!("WHERE media_id = ?1");
const BY_SID: &str = select_media!("WHERE sid = ?1");

/// Reads a row of [`select_media`], or of a statement that begins with its columns.
pub(super) fn read_row(row: &Row<'_>) -> Result<MediaRow, rusqlite::Error> {
    let owner = match (row.get::<_, Option<[u8; 16]>>(1)?, row.get(2)?) {
        (Some(message), _) => MediaOwner::Message(uuid_id(message)),
        (None, Some(conversation)) => MediaOwner::Draft(ConversationId(conversation)),
        (None, None) => return Err(undecodable("media.message_id")),
    };
    Ok(MediaRow {
        id: uuid_id(row.get(0)?),
        owner,
        ordinal: row.get(3)?,
        sid: row
            .get_ref(4)?
            .as_str_or_null()?
            .map(|sid| MediaSid::parse(sid).map_err(|_| undecodable("media.sid")))
            .transpose()?,
        state: MediaState::from_stored(row.get_ref(5)?.as_str()?)
            .ok_or_else(|| undecodable("media.state"))?,
        content_type: row.get(6)?,
        size: row.get::<_, Option<i64>>(7)?.map(i64::unsigned_abs),
        width: row.get(8)?,
        height: row.get(9)?,
        file_name: row.get(10)?,
        note: row.get(11)?,
    })
}

impl ReadConn<'_> {
    /// Media of a text, in order.
    ///
    /// # Errors
    /// [`StoreError`] when the file cannot be read.
    pub fn list_media(&self, message: MessageId) -> Result<Vec<MediaRow>, StoreError> {
        const OPERATION: &str = "list a text's media";
        self.prepare(OF_MESSAGE, OPERATION)?
            .query_map([uuid_blob(message.uuid())], read_row)
            .and_then(Iterator::collect)
            .during(OPERATION)
    }

    /// Media of a conversation's draft, in order.
    ///
    /// # Errors
    /// [`StoreError`] when the file cannot be read.
    pub fn list_draft_media(
        &self,
        conversation: ConversationId,
    ) -> Result<Vec<MediaRow>, StoreError> {
        const OPERATION: &str = "list a draft's media";
        self.prepare(OF_DRAFT, OPERATION)?
            .query_map([conversation.0], read_row)
            .and_then(Iterator::collect)
            .during(OPERATION)
    }

    /// A medium by our id.
    ///
    /// # Errors
    /// [`StoreError`] when the file cannot be read.
    pub fn find_media(&self, id: MediaId) -> Result<Option<MediaRow>, StoreError> {
        const OPERATION: &str = "find a medium";
        self.prepare(BY_ID, OPERATION)?
            .query_row([uuid_blob(id.uuid())], read_row)
            .optional()
            .during(OPERATION)
    }

    /// A medium by Twilio's id.
    ///
    /// # Errors
    /// [`StoreError`] when the file cannot be read.
    pub fn find_media_by_sid(&self, sid: &MediaSid) -> Result<Option<MediaRow>, StoreError> {
        const OPERATION: &str = "find a medium";
        self.prepare(BY_SID, OPERATION)?
            .query_row([sid.as_str()], read_row)
            .optional()
            .during(OPERATION)
    }

    /// A picture as small as lists show it: its thumbnail, or the picture itself as long as it has none.
    ///
    /// # Errors
    /// [`StoreError::MediaTampered`], [`StoreError::MediaFile`].
    pub fn load_thumbnail(&self, id: MediaId) -> Result<Option<Vec<u8>>, StoreError> {
        let is_picture = self
            .find_media(id)?
            .is_some_and(|row| row.state == MediaState::Image);
        if !is_picture {
            return Ok(None);
        }
        match self.media_files().find_thumbnail(id)? {
            Some(small) => Ok(Some(small)),
            None => self.media_files().find(id),
        }
    }

    /// A medium's bytes with their type; `None` while it is not here.
    ///
    /// # Errors
    /// [`StoreError::MediaTampered`], [`StoreError::MediaFile`].
    pub fn load_media_file(&self, id: MediaId) -> Result<Option<MediaFile>, StoreError> {
        let Some(row) = self.find_media(id)? else {
            return Ok(None);
        };
        if !matches!(row.state, MediaState::Image | MediaState::File) {
            return Ok(None);
        }
        let Some(bytes) = self.media_files().find(id)? else {
            return Ok(None);
        };
        Ok(Some(MediaFile {
            content_type: row
                .content_type
                .unwrap_or_else(|| "application/octet-stream".to_owned()),
            bytes,
        }))
    }
}

impl WriteTx<'_> {
    /// Inserts a medium, or replaces what is known of it.
    ///
    /// # Errors
    /// [`StoreError`] when the file cannot be written.
    pub fn put_media(&mut self, media: &MediaRow) -> Result<(), StoreError> {
        const OPERATION: &str = "write a medium";
        let (message, draft) = match media.owner {
            MediaOwner::Message(message) => (Some(uuid_blob(message.uuid())), None),
            MediaOwner::Draft(conversation) => (None, Some(conversation.0)),
        };
        self.prepare(
            "INSERT INTO media (media_id, message_id, draft_conversation_id, ordinal, sid, state,
                content_type, size, width, height, file_name, note)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)
             ON CONFLICT (media_id) DO UPDATE SET
                message_id = excluded.message_id, draft_conversation_id = excluded.draft_conversation_id,
                ordinal = excluded.ordinal, sid = excluded.sid, state = excluded.state,
                content_type = excluded.content_type, size = excluded.size, width = excluded.width,
                height = excluded.height, file_name = excluded.file_name, note = excluded.note",
            OPERATION,
        )?
        .execute(params![
            uuid_blob(media.id.uuid()),
            message,
            draft,
            media.ordinal,
            media.sid.as_ref().map(MediaSid::as_str),
            media.state.as_str(),
            media.content_type,
            media.size.map(|size| i64::try_from(size).unwrap_or(i64::MAX)),
            media.width,
            media.height,
            media.file_name,
            media.note,
        ])
        .during(OPERATION)?;
        match media.owner {
            MediaOwner::Draft(conversation) => self.refresh_has_draft(conversation),
            MediaOwner::Message(_) => Ok(()),
        }
    }

    /// A picture's thumbnail was written; it goes again if the picture was removed meanwhile.
    ///
    /// # Errors
    /// [`StoreError`] when the file cannot be written.
    pub fn keep_thumbnail(&mut self, of: MediaId) -> Result<(), StoreError> {
        let is_picture = self
            .find_media(of)?
            .is_some_and(|row| row.state == MediaState::Image);
        if is_picture {
            return Ok(());
        }
        self.media_files().delete_thumbnail(of)
    }

    /// Forgets a medium and removes its file.
    ///
    /// # Errors
    /// [`StoreError`] when the file cannot be written.
    pub fn delete_media(&mut self, id: MediaId) -> Result<(), StoreError> {
        const OPERATION: &str = "delete a medium";
        let Some(row) = self.find_media(id)? else {
            return Ok(());
        };
        self.prepare("DELETE FROM media WHERE media_id = ?1", OPERATION)?
            .execute([uuid_blob(id.uuid())])
            .during(OPERATION)?;
        self.media_files().delete(id)?;
        match row.owner {
            MediaOwner::Draft(conversation) => self.refresh_has_draft(conversation),
            MediaOwner::Message(_) => Ok(()),
        }
    }

    /// Hands media to a text, in the given order.
    pub(crate) fn give_media_to_message(
        &mut self,
        media: &[MediaId],
        message: MessageId,
    ) -> Result<(), StoreError> {
        const OPERATION: &str = "hand media to a text";
        for (ordinal, id) in (0_u32..).zip(media) {
            self.prepare(
                "UPDATE media SET message_id = ?2, draft_conversation_id = NULL, ordinal = ?3
                 WHERE media_id = ?1",
                OPERATION,
            )?
            .execute(params![
                uuid_blob(id.uuid()),
                uuid_blob(message.uuid()),
                ordinal
            ])
            .during(OPERATION)?;
        }
        Ok(())
    }

    /// Hands a text's media back to the conversation's draft: a held text was called back.
    ///
    /// # Errors
    /// [`StoreError`] when the file cannot be written.
    pub fn give_media_to_draft(
        &mut self,
        message: MessageId,
        conversation: ConversationId,
    ) -> Result<(), StoreError> {
        const OPERATION: &str = "hand media to a draft";
        self.prepare(
            "UPDATE media SET message_id = NULL, draft_conversation_id = ?2 WHERE message_id = ?1",
            OPERATION,
        )?
        .execute(params![uuid_blob(message.uuid()), conversation.0])
        .during(OPERATION)?;
        self.refresh_has_draft(conversation)
    }
}

//! The pictures and files of a message.
//!
//! Owns listing, fetching and deleting them. It refuses to believe a label: what a file is, is decided by its
//! first bytes, because the label comes from a stranger's phone.

mod content;
mod download;

use jiff::Timestamp;

use crate::client::TwilioClient;
use crate::error::{Operation, TwilioError};
use crate::messages::Removal;
use crate::sid::{MediaSid, MessageSid};
use crate::wire::lenient;

pub use content::{ContentKind, RasterFormat, SniffedContent, sniff_content};
pub use download::{DownloadedMedia, MediaError};

/// One media part as Twilio lists it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MediaResource {
    /// Twilio's id.
    pub sid: MediaSid,
    /// The message it belongs to.
    pub parent_sid: Option<MessageSid>,
    /// The type its sender claimed.
    pub content_type: Option<String>,
    /// When Twilio stored it.
    pub date_created: Option<Timestamp>,
}

impl TwilioClient {
    /// The media parts of a message, every page.
    ///
    /// # Errors
    /// [`TwilioError`].
    pub async fn list_media(
        &self,
        message: &MessageSid,
    ) -> Result<Vec<MediaResource>, TwilioError> {
        let url = self
            .transport
            .account_url(&format!("/Messages/{message}/Media.json"));
        let rows = self
            .transport
            .all_rows(Operation::ListMedia, url, "media_list")
            .await?;
        Ok(rows
            .iter()
            .filter_map(|row| {
                Some(MediaResource {
                    sid: lenient::parsed(row, "sid")?,
                    parent_sid: lenient::parsed(row, "parent_sid"),
                    content_type: lenient::text(row, "content_type"),
                    date_created: lenient::time(row, "date_created"),
                })
            })
            .collect())
    }

    /// Removes one media part at Twilio.
    ///
    /// # Errors
    /// [`TwilioError`].
    pub async fn delete_media(
        &self,
        message: &MessageSid,
        media: &MediaSid,
    ) -> Result<Removal, TwilioError> {
        let url = self
            .transport
            .account_url(&format!("/Messages/{message}/Media/{media}.json"));
        self.delete(Operation::DeleteMedia, url).await
    }
}

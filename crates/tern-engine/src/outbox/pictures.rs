//! Putting a text's pictures where the carrier can fetch them.
//!
//! Owns the walk over a send's pictures. They are read from the encrypted store and published under fresh,
//! unguessable names; publishing again after a failed attempt is harmless.

use tern_domain::OutboxEntry;
use tern_store::StoreError;
use url::Url;

use crate::core::Core;
use crate::media_host::{MediaHostError, OutgoingMedia};

#[derive(Debug, thiserror::Error)]
pub(super) enum PicturesError {
    #[error("could not read a picture")]
    Store(#[from] StoreError),
    #[error("a picture is not in the store any more")]
    Missing,
    #[error("could not publish a picture")]
    Publish(#[from] MediaHostError),
}

impl PicturesError {
    pub(super) fn is_passing(&self) -> bool {
        match self {
            Self::Store(_) => true,
            Self::Missing => false,
            Self::Publish(error) => error.is_passing(),
        }
    }
}

/// Publishes all pictures of a send, in order.
pub(super) async fn publish(core: &Core, entry: &OutboxEntry) -> Result<Vec<Url>, PicturesError> {
    let mut urls = Vec::with_capacity(entry.media.len());
    for media_id in entry.media.iter().copied() {
        let file = core
            .store
            .read(move |conn| conn.load_media_file(media_id))
            .await?
            .ok_or(PicturesError::Missing)?;
        let media = OutgoingMedia {
            content_type: file.content_type,
            bytes: file.bytes.into(),
            suggested_name: String::new(),
        };
        urls.push(core.media_host.publish(&media).await?);
    }
    Ok(urls)
}

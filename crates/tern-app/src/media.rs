//! Bytes of pictures for a window, by id.
//!
//! Whatever is not a raster picture by its content leaves as plain bytes: a host that passes the type on can
//! never be made to run anything.

use tern_domain::MediaId;
use tern_twilio::sniff_content;

use crate::app::App;
use crate::error::{ApiError, ErrorCode};
use crate::words;

/// Ids of pictures on the practice line's phones start with this.
pub(crate) const PRACTICE_PREFIX: &str = "practice/";

/// Type of everything that is not a picture.
const PLAIN_BYTES: &str = "application/octet-stream";

/// A picture's content.
#[derive(Clone)]
pub struct MediaContent {
    /// A picture's type, found in the content; `application/octet-stream` for anything else.
    pub content_type: String,
    /// The content.
    pub bytes: Vec<u8>,
}

impl App {
    /// The bytes behind a [`MediaView`](crate::dto::MediaView)'s id.
    ///
    /// # Errors
    /// [`ErrorCode::NotFound`] when it is not here (yet).
    pub async fn media(&self, id: &str) -> Result<MediaContent, ApiError> {
        if self.is_locked() {
            return Err(words::locked());
        }
        let desk = self.desk()?;
        let bytes = match id.strip_prefix(PRACTICE_PREFIX) {
            Some(picture) => {
                let control = desk.control.as_ref().ok_or_else(not_found)?;
                if picture.is_empty() || !picture.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
                    return Err(not_found());
                }
                control.picture(picture).await.map_err(|_| not_found())?
            }
            None => {
                let id: MediaId = id.parse().map_err(|_| not_found())?;
                let file = desk
                    .store
                    .read(move |conn| conn.load_media_file(id))
                    .await
                    .map_err(|error| words::store(&error))?;
                file.ok_or_else(not_found)?.bytes
            }
        };
        let found = sniff_content(&bytes);
        let content_type = if found.is_picture() {
            found.media_type
        } else {
            PLAIN_BYTES
        };
        Ok(MediaContent {
            content_type: content_type.to_owned(),
            bytes,
        })
    }
}

fn not_found() -> ApiError {
    ApiError::new(ErrorCode::NotFound, "This picture is not here.", "")
}

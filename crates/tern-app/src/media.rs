//! Bytes of pictures for a window, by id.
//!
//! Whatever is not a raster picture by its content, or was refused as one, leaves as plain bytes: a host that passes the
//! type on can never be made to run anything, or to unfold what must not be unfolded.

use tern_domain::MediaId;
use tern_store::MediaState;
use tern_twilio::sniff_content;

use crate::app::App;
use crate::error::{ApiError, ErrorCode};
use crate::words;

/// Ids of pictures on the practice line's phones start with this.
pub(crate) const PRACTICE_PREFIX: &str = "practice/";

/// A picture's thumbnail is asked for under its id behind this.
const THUMBNAIL_PREFIX: &str = "small/";

/// Type of everything that is not a picture.
const PLAIN_BYTES: &str = "application/octet-stream";

/// A picture's content.
#[derive(Clone)]
pub struct MediaContent {
    /// A picture's type, found in the content; `application/octet-stream` for anything that is not to be shown.
    pub content_type: String,
    /// The content.
    pub bytes: Vec<u8>,
}

impl App {
    /// The bytes behind a [`MediaView`](crate::dto::MediaView)'s id; behind `small/` and the id, a picture as small as
    /// a thread shows it.
    ///
    /// # Errors
    /// [`ErrorCode::NotFound`] when it is not here (yet).
    pub async fn media(&self, id: &str) -> Result<MediaContent, ApiError> {
        if self.is_locked() {
            return Err(words::locked());
        }
        let desk = self.desk()?;
        let small = id.strip_prefix(THUMBNAIL_PREFIX);
        let (bytes, is_shown) = match id.strip_prefix(PRACTICE_PREFIX) {
            Some(picture) => {
                let control = desk.control.as_ref().ok_or_else(not_found)?;
                if picture.is_empty() || !picture.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
                    return Err(not_found());
                }
                let bytes = control.picture(picture).await.map_err(|_| not_found())?;
                (bytes, true)
            }
            None => {
                let is_small = small.is_some();
                let id: MediaId = small.unwrap_or(id).parse().map_err(|_| not_found())?;
                let (bytes, state) = desk
                    .store
                    .read(move |conn| {
                        let state = conn.find_media(id)?.map(|row| row.state);
                        if is_small {
                            return Ok((conn.load_thumbnail(id)?, state));
                        }
                        let file = conn.load_media_file(id)?;
                        Ok((file.map(|file| file.bytes), state))
                    })
                    .await
                    .map_err(|error| words::store(&error))?;
                (
                    bytes.ok_or_else(not_found)?,
                    state == Some(MediaState::Image),
                )
            }
        };
        let found = sniff_content(&bytes);
        let content_type = if is_shown && found.is_picture() {
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

//! Files of pictures whose rows are still to be written.
//!
//! A file comes before its row. Where no row follows, the file goes again: encrypted litter that nothing
//! points to would stay for ever.

use tern_domain::MediaId;
use tern_engine::EdgeIds;
use tern_store::{MediaOwner, MediaRow, MessageRow};

use crate::error::{ApiError, ErrorCode};
use crate::line::Desk;
use crate::words;

/// Copies a text's pictures under new ids: the failed text keeps its own.
///
/// # Errors
/// [`ErrorCode::NotAllowed`] if one of them is not here: half of what was written must not leave.
pub(super) async fn copy_pictures(
    desk: &Desk,
    row: &MessageRow,
) -> Result<Vec<MediaRow>, ApiError> {
    let known = u32::try_from(row.media.len()).unwrap_or(u32::MAX);
    if known < row.media_count {
        return Err(picture_gone());
    }
    let mut files = Vec::with_capacity(row.media.len());
    for original in &row.media {
        let id = original.id;
        let file = desk
            .store
            .read(move |conn| conn.load_media_file(id))
            .await
            .map_err(|error| words::store(&error))?;
        files.push(file.ok_or_else(picture_gone)?);
    }
    let mut copies: Vec<MediaRow> = Vec::with_capacity(files.len());
    for (original, file) in row.media.iter().zip(files) {
        let id = MediaId::next(&mut EdgeIds::new(&*desk.clock()));
        copies.push(MediaRow {
            id,
            owner: MediaOwner::Draft(row.conversation_id),
            sid: None,
            ..original.clone()
        });
        let written = desk
            .store
            .media(move |files| files.write(id, &file.bytes))
            .await;
        if let Err(error) = written {
            discard_files(desk, copies.iter().map(|copy| copy.id).collect()).await;
            return Err(words::store(&error));
        }
    }
    Ok(copies)
}

/// Removes the files among these that no row points to. It is called when something has failed already, so
/// a file that cannot be removed is only noted.
pub(super) async fn discard_files(desk: &Desk, ids: Vec<MediaId>) {
    for id in ids {
        // A commit whose answer was lost may have kept the row; its bytes are then wanted.
        let is_unowned = desk.store.read(move |conn| conn.find_media(id)).await;
        if !matches!(is_unowned, Ok(None)) {
            continue;
        }
        if let Err(error) = desk.store.media(move |files| files.delete(id)).await {
            words::store(&error);
        }
    }
}

fn picture_gone() -> ApiError {
    ApiError::new(
        ErrorCode::NotAllowed,
        "A picture of this text is not on this laptop.",
        "Write a new text, and attach the picture again.",
    )
}

//! Pictures and files, as a thread or a draft shows them.

use tern_store::{Draft, MediaRow, MediaState as Stored};

use crate::dto::{DraftView, MediaState, MediaView};

/// One picture or file.
pub(crate) fn view(row: &MediaRow) -> MediaView {
    shown(row, MediaState::Pending)
}

/// `missing` is what one that is not here is called.
fn shown(row: &MediaRow, missing: MediaState) -> MediaView {
    MediaView {
        id: row.id.to_string(),
        content_type: row.content_type.clone(),
        state: match row.state {
            Stored::Pending => missing,
            Stored::Image => MediaState::Image,
            Stored::File => MediaState::File,
            Stored::Unavailable => MediaState::Unavailable,
        },
        size: row.size,
        width: row.width,
        height: row.height,
        note: row.note.clone(),
    }
}

/// Pictures of a text, with a place for each that is not here. `awaited`: they are about to be fetched.
pub(crate) fn of_message(
    rows: &[MediaRow],
    count: u32,
    awaited: bool,
    message_id: &str,
) -> Vec<MediaView> {
    let missing = if awaited {
        MediaState::Pending
    } else {
        MediaState::Remote
    };
    let mut views: Vec<MediaView> = rows.iter().map(|row| shown(row, missing)).collect();
    let known = u32::try_from(views.len()).unwrap_or(u32::MAX);
    views.extend((known..count).map(|ordinal| MediaView {
        id: format!("{message_id}-{ordinal}"),
        content_type: None,
        state: missing,
        size: None,
        width: None,
        height: None,
        note: None,
    }));
    views
}

/// A draft; an empty one where there is none.
pub(crate) fn draft(draft: Option<&Draft>) -> DraftView {
    DraftView {
        body: draft
            .map(|draft| draft.body.as_str().to_owned())
            .unwrap_or_default(),
        media: draft
            .map(|draft| draft.media.iter().map(view).collect())
            .unwrap_or_default(),
    }
}

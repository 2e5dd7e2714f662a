//! Pictures and files, as a thread, a list or a draft shows them.

use std::collections::HashMap;

use tern_domain::{Direction, MessagePosition};
use tern_store::{
    ConversationRow, Draft, MediaRow, MediaState as Stored, MessageRow, ReadConn, SearchHit,
    StoreError, TextMedia,
};

use crate::dto::{DraftView, MediaState, MediaView, PicturesView};

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
        file_name: is_here(row).then(|| format!("attachment-{}.{}", row.ordinal + 1, ending(row))),
        can_ask_again: false,
    }
}

/// Whether its bytes are here.
pub(crate) fn is_here(row: &MediaRow) -> bool {
    matches!(row.state, Stored::Image | Stored::File)
}

/// The ending of its name outside of Tern, by what its content is. Nothing in it comes from whoever sent it.
pub(crate) fn ending(row: &MediaRow) -> &'static str {
    match row.content_type.as_deref().unwrap_or_default() {
        "image/jpeg" => "jpg",
        "image/png" => "png",
        "image/gif" => "gif",
        "image/webp" => "webp",
        "image/heif" | "image/heic" => "heic",
        "image/avif" => "avif",
        "image/bmp" => "bmp",
        "image/tiff" => "tif",
        "application/pdf" => "pdf",
        "text/vcard" => "vcf",
        "text/calendar" => "ics",
        "audio/mpeg" => "mp3",
        "audio/amr" => "amr",
        "video/3gpp" => "3gp",
        "video/mp4" => "mp4",
        _ => "bin",
    }
}

/// Pictures of a text, as its thread shows them.
pub(crate) fn of_thread(text: &MessageRow) -> Vec<MediaView> {
    let id = text.message_id.to_string();
    let mut views = of_message(&text.media, text.media_count, text.awaits_media, &id);
    // What we sent was here once, and was deleted here.
    let can_ask = text.direction == Direction::Inbound && text.sid.is_some() && text.wipe.is_none();
    for (view, medium) in views.iter_mut().zip(&text.media) {
        view.can_ask_again = can_ask && medium.is_place_only();
    }
    views
}

/// Pictures of a text, with a place for each that is not here. `awaited`: they are about to be fetched.
fn of_message(rows: &[MediaRow], count: u32, awaited: bool, message_id: &str) -> Vec<MediaView> {
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
        file_name: None,
        can_ask_again: false,
    }));
    views
}

/// The pictures of what one page shows, read at once.
pub(crate) struct Glances(HashMap<MessagePosition, TextMedia>);

impl Glances {
    /// Reads the pictures of hits and of the newest texts of conversations.
    pub(crate) fn read(
        conn: &ReadConn<'_>,
        hits: &[SearchHit],
        rows: &[ConversationRow],
    ) -> Result<Self, StoreError> {
        let of_hits = hits
            .iter()
            .filter(|hit| hit.media_count > 0)
            .map(|hit| hit.position);
        let of_rows = rows
            .iter()
            .filter(|row| row.preview.media_count > 0)
            .filter_map(|row| row.last_position);
        let texts: Vec<_> = of_hits.chain(of_rows).collect();
        conn.list_media_of_page(&texts).map(Self)
    }

    /// Those of the text at a position.
    pub(crate) fn of_text(&self, position: MessagePosition) -> Option<PicturesView> {
        let text = self.0.get(&position)?;
        let mut all = of_message(
            &text.media,
            text.media_count,
            text.awaits_media,
            &text.message_id.to_string(),
        );
        let count = u32::try_from(all.len()).unwrap_or(u32::MAX);
        let rank = |medium: &MediaView| match medium.state {
            MediaState::Image => 0,
            MediaState::Pending | MediaState::Remote => 1,
            MediaState::File | MediaState::Unavailable => 2,
        };
        let (shown, _) = all.iter().enumerate().min_by_key(|(_, it)| rank(it))?;
        Some(PicturesView {
            shown: all.swap_remove(shown),
            count,
        })
    }

    /// Those of a conversation's newest text.
    pub(crate) fn of_row(&self, row: &ConversationRow) -> Option<PicturesView> {
        self.of_text(row.last_position?)
    }
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

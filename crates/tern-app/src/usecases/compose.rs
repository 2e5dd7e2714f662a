//! The composer: what a text would cost, the draft, and its pictures.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use tern_domain::segments::measure;
use tern_domain::{ConversationId, MAX_PICTURES, MediaId, MessageText};
use tern_engine::EdgeIds;
use tern_store::{MediaOwner, MediaRow, MediaState};

use super::inbox::why_no_pictures;
use super::picture_files::discard_files;
use crate::app::App;
use crate::dto::{
    AttachPicture, CostlyCharacter, DraftView, MeasureText, RemovePicture, SaveDraft, TextMeasure,
};
use crate::error::{ApiError, ErrorCode};
use crate::events::Change;
use crate::line::Desk;
use crate::pictures::{self, LARGEST_TEXT_BYTES};
use crate::view::media;
use crate::view::message::encoding;
use crate::words;

/// Longest name of a file that is kept for words.
const LONGEST_NAME: usize = 120;

impl App {
    /// What a text would cost (T-6, T-7).
    ///
    /// # Errors
    /// Never.
    #[expect(clippy::unused_async, reason = "every command is called the same way")]
    pub async fn measure_text(&self, request: MeasureText) -> Result<TextMeasure, ApiError> {
        Ok(text_measure(&request.body))
    }

    /// Keeps what is being typed.
    ///
    /// # Errors
    /// [`ErrorCode::NotFound`].
    pub async fn save_draft(&self, request: SaveDraft) -> Result<(), ApiError> {
        let desk = self.desk()?;
        let id = ConversationId(request.conversation_id);
        let (body, now) = (MessageText::new(request.body), desk.now());
        let changed_mark = desk
            .store
            .write(move |tx| {
                let had_draft = tx.load_conversation(id)?.has_draft;
                tx.save_draft(id, &body, now)?;
                Ok(tx.load_conversation(id)?.has_draft != had_draft)
            })
            .await
            .map_err(|error| words::store(&error))?;
        // Lists show whether there is a draft, not what is in it: not every key stroke is news.
        if changed_mark {
            self.emit(Change::Conversation {
                conversation_id: request.conversation_id,
            });
        }
        Ok(())
    }

    /// Attaches a picture to the draft.
    ///
    /// # Errors
    /// [`ErrorCode::PictureRefused`] for what is no picture or too large, [`ErrorCode::NoMediaHost`] where
    /// pictures cannot be sent.
    pub async fn attach_picture(&self, request: AttachPicture) -> Result<DraftView, ApiError> {
        let desk = self.desk()?;
        let id = ConversationId(request.conversation_id);
        refuse_where_impossible(&desk, id).await?;
        if too_long_to_decode(&request.base64) {
            return Err(pictures::too_large());
        }
        let bytes = STANDARD
            .decode(request.base64)
            .map_err(|_| ApiError::bad_request("the picture is not base64"))?;
        let checked = pictures::check(&bytes)?;
        let media_id = MediaId::next(&mut EdgeIds::new(&*desk.clock()));
        let size = u64::try_from(bytes.len()).unwrap_or(u64::MAX);
        let row = MediaRow {
            id: media_id,
            owner: MediaOwner::Draft(id),
            ordinal: 0,
            sid: None,
            state: MediaState::Image,
            content_type: Some(checked.content_type.to_owned()),
            size: Some(size),
            width: Some(checked.width),
            height: Some(checked.height),
            file_name: Some(request.file_name.chars().take(LONGEST_NAME).collect()),
            note: None,
        };
        // The file first: a row without its bytes would be a broken promise, bytes without a row are litter.
        let written = desk
            .store
            .media(move |files| files.write(media_id, &bytes))
            .await;
        let attached = match written {
            Ok(()) => {
                desk.store
                    .write(move |tx| {
                        let before = tx.list_draft_media(id)?;
                        let total: u64 = before.iter().filter_map(|media| media.size).sum();
                        if total + size > LARGEST_TEXT_BYTES || before.len() >= MAX_PICTURES {
                            return Ok(Err(before.len()));
                        }
                        let ordinal = before.last().map_or(0, |media| media.ordinal + 1);
                        tx.put_media(&MediaRow { ordinal, ..row })?;
                        tx.find_draft(id).map(Ok)
                    })
                    .await
            }
            Err(error) => Err(error),
        };
        let refusal = match attached {
            Ok(Ok(draft)) => {
                if let Some(engine) = desk.engine() {
                    engine.pictures_added();
                }
                self.emit(Change::Conversation {
                    conversation_id: request.conversation_id,
                });
                return Ok(media::draft(draft.as_ref()));
            }
            Ok(Err(count)) if count >= MAX_PICTURES => too_many(),
            Ok(Err(_)) => pictures::too_large(),
            Err(error) => words::store(&error),
        };
        discard_files(&desk, vec![media_id]).await;
        Err(refusal)
    }

    /// Takes a picture off the draft.
    ///
    /// # Errors
    /// [`ErrorCode::NotFound`].
    pub async fn remove_picture(&self, request: RemovePicture) -> Result<DraftView, ApiError> {
        let desk = self.desk()?;
        let id = ConversationId(request.conversation_id);
        let media_id: MediaId = request
            .media_id
            .parse()
            .map_err(|_| ApiError::bad_request("the picture's id is malformed"))?;
        let draft = desk
            .store
            .write(move |tx| {
                // Only a draft's picture can be taken off: one that was sent belongs to its text.
                if tx
                    .list_draft_media(id)?
                    .iter()
                    .any(|media| media.id == media_id)
                {
                    tx.delete_media(media_id)?;
                }
                tx.find_draft(id)
            })
            .await
            .map_err(|error| words::store(&error))?;
        self.emit(Change::Conversation {
            conversation_id: request.conversation_id,
        });
        Ok(media::draft(draft.as_ref()))
    }
}

/// What a text would cost, as a window shows it.
pub(super) fn text_measure(text: &str) -> TextMeasure {
    let measured = measure(text);
    TextMeasure {
        encoding: encoding(measured.encoding),
        characters: measured.characters,
        segments: measured.segments,
        left_in_segment: measured.left_in_segment,
        costly: measured.costly.map(|costly| CostlyCharacter {
            character: costly.grapheme,
            offset: costly.utf16_offset,
            replacement: costly.replacement.map(str::to_owned),
        }),
        over_limit_by: measured.over_limit_by,
    }
}

async fn refuse_where_impossible(desk: &Desk, id: ConversationId) -> Result<(), ApiError> {
    let row = desk
        .store
        .read(move |conn| conn.load_conversation(id))
        .await
        .map_err(|error| words::store(&error))?;
    match why_no_pictures(desk, &desk.link(), &row.key.provider) {
        Some(reason) => Err(ApiError::new(ErrorCode::NoMediaHost, reason, "")),
        None => Ok(()),
    }
}

/// Four characters carry three bytes: a text this long cannot be a picture that is taken.
fn too_long_to_decode(base64: &str) -> bool {
    u64::try_from(base64.len()).unwrap_or(u64::MAX) > LARGEST_TEXT_BYTES / 3 * 4 + 8
}

fn too_many() -> ApiError {
    ApiError::new(
        ErrorCode::PictureRefused,
        format!("One text carries at most {MAX_PICTURES} pictures."),
        "Send the others in another text.",
    )
}

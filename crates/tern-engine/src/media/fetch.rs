//! The files of one text.
//!
//! Owns one attempt. Files that are here already are skipped, so that an attempt that broke off in the middle
//! goes on where it stopped; bytes are written before the row that speaks of them.

use tern_domain::{MediaId, MediaSid, MessageId};
use tern_store::{Applied, MediaFetch, MediaOwner, MediaRow, MediaState, StoreError};
use tern_twilio::{DownloadedMedia, MediaError, MediaResource, Operation, TwilioError};

use super::inspect::{RefusedBecause, Verdict, inspect};
use crate::core::Core;
use crate::ids::EdgeIds;
use crate::map::{MapError, wire_sid};
use crate::step::{step, steps};

/// Why the files of a text are not all here.
#[derive(Debug, thiserror::Error)]
pub(super) enum FetchError {
    #[error("could not store media")]
    Store(#[from] StoreError),
    #[error("no answer to a question about media")]
    Line(#[source] TwilioError),
    #[error("the carrier does not give the media out")]
    Carrier(#[source] TwilioError),
    #[error("could not download media")]
    Download(#[source] MediaError),
    #[error("the carrier does not list all announced media yet")]
    NotListedYet,
    #[error("the text's SID cannot be used")]
    Sid(#[from] MapError),
}

impl From<TwilioError> for FetchError {
    fn from(error: TwilioError) -> Self {
        // A question that breaks off is the line's fault; a download may break off because of the file.
        let no_answer = error.status().is_none() && error.operation() == Operation::ListMedia;
        if no_answer || error.is_offline() || error.is_credential_problem() {
            Self::Line(error)
        } else {
            Self::Carrier(error)
        }
    }
}

/// Words for the thread, in place of a file.
const COULD_RUN: &str = "This attachment could run on a computer, so Tern did not keep it.";
const TOO_MANY_PIXELS: &str =
    "This picture is too large to be shown safely, so Tern did not keep it.";
const INCOMPLETE: &str = "This picture arrived incomplete and cannot be shown.";
const BROKEN: &str = "This picture is damaged and cannot be shown.";
const TOO_LARGE: &str = "This attachment is larger than Tern accepts.";
const UNTRUSTED_HOST: &str = "This attachment is kept on a server that Tern does not trust.";
const GONE: &str = "The carrier does not have this attachment any more.";
const EMPTY: &str = "This attachment is empty.";
const GIVEN_UP: &str = "This attachment could not be fetched from the carrier.";

/// Fetches what is missing of a text's files.
pub(super) async fn fetch(core: &Core, job: &MediaFetch) -> Result<(), FetchError> {
    let message_id = job.message_id;
    let stored = core
        .store
        .read(move |conn| conn.find_message(message_id))
        .await?;
    let Some(message) = stored else {
        return Ok(());
    };
    let sid = wire_sid(&job.sid)?;
    let mut listed = core.client.list_media(&sid).await?;
    listed.sort_by_key(|media| media.date_created);
    for (ordinal, media) in (0_u32..).zip(&listed) {
        let is_here = |row: &MediaRow| {
            row.sid
                .as_ref()
                .is_some_and(|sid| sid.as_str() == media.sid.as_str())
        };
        if !message.media.iter().any(is_here) {
            fetch_file(core, message_id, &sid, media, ordinal).await?;
        }
    }
    let listed = u32::try_from(listed.len()).unwrap_or(u32::MAX);
    if listed < message.media_count {
        return Err(FetchError::NotListedYet);
    }
    Ok(())
}

async fn fetch_file(
    core: &Core,
    message_id: MessageId,
    message: &tern_twilio::MessageSid,
    media: &MediaResource,
    ordinal: u32,
) -> Result<(), FetchError> {
    let downloaded = core
        .client
        .download_media(message, &media.sid, core.tuning.media_cap)
        .await;
    step(steps::MEDIA_FETCHED);
    let media_id = MediaId::next(&mut EdgeIds::new(&*core.clock));
    let mut row = MediaRow {
        sid: MediaSid::parse(media.sid.as_str()).ok(),
        ..unavailable_row(media_id, message_id, ordinal, GIVEN_UP)
    };
    match downloaded {
        Ok(file) => keep(core, &mut row, file).await?,
        Err(error) => row.note = Some(final_words(error)?.to_owned()),
    }
    core.store
        .write(move |tx| {
            tx.put_media(&row)?;
            // Removed while it was being fetched.
            let is_kept = tx
                .find_message(message_id)?
                .is_some_and(|it| it.wipe.is_none());
            if is_kept {
                Ok(())
            } else {
                tx.delete_media(row.id)
            }
        })
        .await?;
    Ok(())
}

fn unavailable_row(
    id: MediaId,
    message_id: MessageId,
    ordinal: u32,
    note: &'static str,
) -> MediaRow {
    MediaRow {
        id,
        owner: MediaOwner::Message(message_id),
        ordinal,
        sid: None,
        state: MediaState::Unavailable,
        content_type: None,
        size: None,
        width: None,
        height: None,
        file_name: None,
        note: Some(note.to_owned()),
    }
}

/// Judges a file and stores its bytes, if they are to be kept.
async fn keep(core: &Core, row: &mut MediaRow, file: DownloadedMedia) -> Result<(), FetchError> {
    row.size = u64::try_from(file.bytes.len()).ok();
    row.content_type = Some(file.content.media_type.to_owned());
    row.note = None;
    match inspect(&file.bytes, file.content, core.tuning.picture_pixels_cap) {
        Verdict::Picture { width, height } => {
            row.state = MediaState::Image;
            row.width = Some(width);
            row.height = Some(height);
        }
        Verdict::IncompletePicture => {
            row.state = MediaState::File;
            row.note = Some(INCOMPLETE.to_owned());
        }
        Verdict::BrokenPicture => {
            row.state = MediaState::File;
            row.note = Some(BROKEN.to_owned());
        }
        Verdict::File => row.state = MediaState::File,
        Verdict::Refused(RefusedBecause::CouldRun) => row.note = Some(COULD_RUN.to_owned()),
        Verdict::Refused(RefusedBecause::TooManyPixels) => {
            row.note = Some(TOO_MANY_PIXELS.to_owned());
        }
    }
    if row.state != MediaState::Unavailable {
        let id = row.id;
        core.store
            .media(move |files| files.write(id, &file.bytes))
            .await?;
    }
    Ok(())
}

/// A failure that no further attempt would change, in words; any other one is passed on.
fn final_words(error: MediaError) -> Result<&'static str, FetchError> {
    match error {
        MediaError::Download(error) => Err(error.into()),
        MediaError::NotFound => Ok(GONE),
        MediaError::UntrustedHost => Ok(UNTRUSTED_HOST),
        MediaError::TooLarge { .. } => Ok(TOO_LARGE),
        MediaError::Empty => Ok(EMPTY),
        other => Err(FetchError::Download(other)),
    }
}

/// Puts words in place of the files that could not be had.
pub(super) async fn give_up(core: &Core, job: &MediaFetch) -> Result<Applied, StoreError> {
    let message_id = job.message_id;
    let clock = core.clock.clone();
    let bot = core.bot.clone();
    core.store
        .write(move |tx| {
            let Some(message) = tx.find_message(message_id)? else {
                tx.finish_media(message_id)?;
                return Ok(Applied::default());
            };
            let mut ids = EdgeIds::new(&*clock);
            for ordinal in 0..message.media_count {
                if message.media.iter().all(|row| row.ordinal != ordinal) {
                    let id = MediaId::next(&mut ids);
                    tx.put_media(&unavailable_row(id, message_id, ordinal, GIVEN_UP))?;
                }
            }
            tx.finish_media(message_id)?;
            bot.see(tx, message_id)
        })
        .await
}

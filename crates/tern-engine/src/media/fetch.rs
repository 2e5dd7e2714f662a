//! The files of one text.
//!
//! Owns one attempt. Files that are here already are skipped, so that an attempt that broke off in the middle
//! goes on where it stopped; bytes are written before the row that speaks of them.

use tern_domain::{MediaId, MediaSid, MessageId, Millis};
use tern_store::{Applied, MediaFetch, MediaOwner, MediaRow, MediaState, StoreError, WriteTx};
use tern_twilio::{DownloadedMedia, MediaError, MediaResource, Operation, TwilioError};

use super::inspect::{Verdict, inspect};
use super::thumbnail::{Refusal, make_in_turn};
use crate::clock::Clock;
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
const TOO_MANY_PIXELS: &str = "This picture is too large to be shown safely.";
const TOO_LONG: &str = "This picture is too long or too wide to be shown.";
const INCOMPLETE: &str = "This picture arrived incomplete and cannot be shown.";
const BROKEN: &str = "This picture is damaged and cannot be shown.";
const TOO_LARGE: &str = "This attachment is larger than Tern accepts.";
const UNTRUSTED_HOST: &str = "This attachment is kept on a server that Tern does not trust.";
const GONE: &str = "The carrier does not have this attachment any more.";
const EMPTY: &str = "This attachment is empty.";
const GIVEN_UP: &str = "This attachment could not be fetched from the carrier.";

/// The carrier lists the files of a text within a day, or not at all.
const LISTED_WITHIN: Millis = Millis::days(1);

/// Fetches what is missing of a text's files; answers how many bytes came. What is larger than `largest` stays at the
/// carrier, with a row that tells its size.
pub(super) async fn fetch(
    core: &Core,
    job: &MediaFetch,
    largest: Option<usize>,
) -> Result<u64, FetchError> {
    let message_id = job.message_id;
    let stored = core
        .store
        .read(move |conn| conn.find_message(message_id))
        .await?;
    let Some(message) = stored else {
        return Ok(0);
    };
    let sid = wire_sid(&job.sid)?;
    let is_old = message.at < core.clock.now() - LISTED_WITHIN;
    let mut listed = match core.client.list_media(&sid).await {
        Err(error) if is_old && error.is_not_found() => Vec::new(),
        listed => listed?,
    };
    let mut bytes = 0_u64;
    listed.sort_by_key(|media| media.date_created);
    for (ordinal, media) in (0_u32..).zip(&listed) {
        let is_here = |row: &MediaRow| {
            row.sid
                .as_ref()
                .is_some_and(|sid| sid.as_str() == media.sid.as_str())
        };
        let known = message.media.iter().find(|row| is_here(row));
        // One that stayed at the carrier for its size keeps its id.
        let place = match known {
            None => Place {
                message_id,
                media_id: MediaId::next(&mut EdgeIds::new(&*core.clock)),
                ordinal,
            },
            Some(row) if row.state == MediaState::Pending => Place {
                message_id,
                media_id: row.id,
                ordinal: row.ordinal,
            },
            Some(_) => continue,
        };
        bytes += fetch_file(core, place, &sid, media, largest).await?;
    }
    let listed = u32::try_from(listed.len()).unwrap_or(u32::MAX);
    if listed >= message.media_count {
        return Ok(bytes);
    }
    if !is_old {
        return Err(FetchError::NotListedYet);
    }
    let clock = core.clock.clone();
    core.store
        .write(move |tx| fill_up(tx, message_id, GONE, &*clock))
        .await?;
    Ok(bytes)
}

/// Where a file goes.
#[derive(Clone, Copy)]
struct Place {
    message_id: MessageId,
    media_id: MediaId,
    ordinal: u32,
}

async fn fetch_file(
    core: &Core,
    place: Place,
    message: &tern_twilio::MessageSid,
    media: &MediaResource,
    largest: Option<usize>,
) -> Result<u64, FetchError> {
    let Place {
        message_id,
        media_id,
        ordinal,
    } = place;
    let most = core.tuning.media_cap;
    let cap = largest.map_or(most, |largest| largest.min(most));
    let downloaded = core.client.download_media(message, &media.sid, cap).await;
    step(steps::MEDIA_FETCHED);
    let mut bytes = 0;
    let mut row = MediaRow {
        sid: MediaSid::parse(media.sid.as_str()).ok(),
        ..unavailable_row(media_id, message_id, ordinal, GIVEN_UP)
    };
    match downloaded {
        Ok(file) => {
            bytes = u64::try_from(file.bytes.len()).unwrap_or(u64::MAX);
            keep(core, &mut row, file).await?;
        }
        Err(MediaError::TooLarge { announced, .. })
            if cap < most && announced.is_none_or(|it| it <= most_bytes(most)) =>
        {
            row.state = MediaState::Pending;
            row.size = announced;
            row.note = None;
        }
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
    Ok(bytes)
}

fn most_bytes(cap: usize) -> u64 {
    u64::try_from(cap).unwrap_or(u64::MAX)
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
    let mut small = None;
    match inspect(&file.bytes, file.content, core.tuning.picture_pixels_cap) {
        Verdict::Picture => {
            let cap = core.tuning.picture_pixels_cap;
            match make_in_turn(&core.unfolding, file.bytes.clone(), cap).await {
                Ok(thumbnail) => {
                    row.state = MediaState::Image;
                    row.width = Some(thumbnail.width);
                    row.height = Some(thumbnail.height);
                    small = Some(thumbnail.bytes);
                }
                Err(refusal) => {
                    row.state = MediaState::File;
                    row.note = Some(words_for(refusal).to_owned());
                }
            }
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
        Verdict::TooManyPixels => {
            row.state = MediaState::File;
            row.note = Some(TOO_MANY_PIXELS.to_owned());
        }
        Verdict::CouldRun => row.note = Some(COULD_RUN.to_owned()),
    }
    if row.state != MediaState::Unavailable {
        let id = row.id;
        core.store
            .media(move |files| {
                files.write(id, &file.bytes)?;
                small.map_or(Ok(()), |small| files.write_thumbnail(id, &small))
            })
            .await?;
    }
    Ok(())
}

/// Why a picture is kept and not shown.
pub(super) const fn words_for(refusal: Refusal) -> &'static str {
    match refusal {
        Refusal::TooLarge => TOO_LONG,
        Refusal::Broken => BROKEN,
    }
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
pub(super) async fn give_up(core: &Core, message_id: MessageId) -> Result<Applied, StoreError> {
    let clock = core.clock.clone();
    let bot = core.bot.clone();
    core.store
        .write(move |tx| {
            if !fill_up(tx, message_id, GIVEN_UP, &*clock)? {
                tx.finish_media(message_id)?;
                return Ok(Applied::default());
            }
            tx.finish_media(message_id)?;
            bot.see(tx, message_id)
        })
        .await
}

/// Puts words in each place of a text that has no file; `false` if there is no such text.
fn fill_up(
    tx: &mut WriteTx<'_>,
    message_id: MessageId,
    note: &'static str,
    clock: &dyn Clock,
) -> Result<bool, StoreError> {
    let Some(message) = tx.find_message(message_id)? else {
        return Ok(false);
    };
    let mut ids = EdgeIds::new(clock);
    for ordinal in 0..message.media_count {
        if message.media.iter().all(|row| row.ordinal != ordinal) {
            let id = MediaId::next(&mut ids);
            tx.put_media(&unavailable_row(id, message_id, ordinal, note))?;
        }
    }
    Ok(true)
}

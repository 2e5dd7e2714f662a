//! Thumbnails of pictures that have none: those from before there were any, and those that were not fetched.
//!
//! Owns the walk over the pictures, in the order in which they came, one at a time and behind everything that is
//! fetched. How far it has come is kept, so that a start looks at nothing twice. Without a thumbnail a picture is
//! shown itself, so that nothing here is ever waited for.

use std::sync::Arc;

use serde::{Deserialize, Serialize};
use tern_domain::MediaId;
use tern_store::{MediaOwner, MediaRow, MediaState, StoreError, SyncName};
use tokio_util::sync::CancellationToken;

use super::fetch::words_for;
use super::thumbnail::make_in_turn;
use crate::core::Core;
use crate::event::EngineEvent;
use crate::supervisor::TaskError;

const NAME: SyncName = SyncName("thumbnails");
/// Pictures looked at before it is kept how far this has come.
const BATCH: u32 = 50;

#[derive(Serialize, Deserialize)]
struct Mark {
    after: MediaId,
}

/// Makes thumbnails until stopped.
pub(crate) async fn run(core: Arc<Core>, token: CancellationToken) -> Result<(), TaskError> {
    let mark: Option<Mark> = core.store.read(|conn| conn.find_sync_state(NAME)).await?;
    let mut after = mark.map(|mark| mark.after);
    loop {
        let batch = core
            .store
            .read(move |conn| conn.list_pictures_after(after, BATCH))
            .await?;
        for id in batch.iter().copied() {
            tokio::select! {
                () = token.cancelled() => return Ok(()),
                made = see_to(&core, id) => made?,
            }
        }
        if let Some(last) = batch.last().copied() {
            after = Some(last);
            core.store
                .write(move |tx| tx.put_sync_state(NAME, &Mark { after: last }))
                .await?;
            continue;
        }
        tokio::select! {
            () = token.cancelled() => return Ok(()),
            () = core.signals.thumbnails.notified() => {}
        }
    }
}

async fn see_to(core: &Core, id: MediaId) -> Result<(), StoreError> {
    let picture = core
        .store
        .media(move |files| {
            if files.has_thumbnail(id)? {
                return Ok(None);
            }
            files.find(id)
        })
        .await;
    let picture = match picture {
        Ok(Some(picture)) => picture,
        Ok(None) => return Ok(()),
        Err(StoreError::MediaTampered) => {
            tracing::warn!("a picture was changed from outside and gets no thumbnail");
            return Ok(());
        }
        Err(error) => return Err(error),
    };
    let cap = core.tuning.picture_pixels_cap;
    let made = make_in_turn(&core.unfolding, picture.into(), cap).await;
    if let Ok(thumbnail) = &made {
        let small = thumbnail.bytes.clone();
        core.store
            .media(move |files| files.write_thumbnail(id, &small))
            .await?;
    }
    let row = core
        .store
        .write(move |tx| {
            tx.keep_thumbnail(id)?;
            let found = tx.find_media(id)?;
            let Some(mut row) = found.filter(|row| row.state == MediaState::Image) else {
                return Ok(None);
            };
            let before = row.clone();
            match &made {
                Ok(thumbnail) => {
                    row.width = Some(thumbnail.width);
                    row.height = Some(thumbnail.height);
                }
                // What somebody attached here was looked at when they did, and is theirs to send.
                Err(_) if row.sid.is_none() => {}
                Err(refusal) => {
                    row.state = MediaState::File;
                    row.note = Some(words_for(*refusal).to_owned());
                }
            }
            if row == before {
                return Ok(None);
            }
            tx.put_media(&row)?;
            Ok(Some(row))
        })
        .await?;
    if let Some(row) = row {
        tell(core, &row).await?;
    }
    Ok(())
}

/// What is shown has changed.
async fn tell(core: &Core, row: &MediaRow) -> Result<(), StoreError> {
    let conversation = match row.owner {
        MediaOwner::Draft(conversation) => Some(conversation),
        MediaOwner::Message(message) => core
            .store
            .read(move |conn| conn.find_message(message))
            .await?
            .map(|message| message.conversation_id),
    };
    core.events.emit(EngineEvent::ConversationsChanged(
        conversation.into_iter().collect(),
    ));
    Ok(())
}

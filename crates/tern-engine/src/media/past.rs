//! Pictures of the past that come without being asked for.
//!
//! Owns the walk over the texts of the past, newest first, as far as the team's policy wants their pictures, within the
//! pause and the limit. It is a task of its own, so that a picture of a live text never waits behind it. What the
//! policy leaves out stays at the carrier until somebody asks for it, which is `media`'s to fetch.

use std::sync::Arc;

use serde::{Deserialize, Serialize};
use tern_domain::MessagePosition;
use tern_domain::backfill::{PastPictures, PastPolicy};
use tern_store::{MediaFetch, PastPicture, StoreError, SyncName};
use tokio_util::sync::CancellationToken;

use super::fetch::{self, FetchError, fetch};
use super::tell_of;
use crate::connection::ConnectionState;
use crate::core::Core;
use crate::supervisor::TaskError;

const NAME: SyncName = SyncName("past_pictures");

/// How far the walk has come under which policy.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
struct Mark {
    pictures: PastPictures,
    largest_mb: Option<u32>,
    below: MessagePosition,
}

/// How a walk ended.
enum Walked {
    /// There is nothing further back, for now.
    All,
    /// Another policy is in force.
    PolicyChanged,
    /// The line is down.
    Offline,
}

/// Walks until stopped.
pub(crate) async fn run(core: Arc<Core>, token: CancellationToken) -> Result<(), TaskError> {
    core.past.load(&core.store).await?;
    let mut connection = core.connection.subscribe();
    let mut rules = core.past.subscribe();
    loop {
        let policy = rules.borrow_and_update().policy;
        let walked = tokio::select! {
            () = token.cancelled() => return Ok(()),
            walked = walk(&core, policy) => walked?,
        };
        match walked {
            Walked::PolicyChanged => {}
            Walked::All => tokio::select! {
                () = token.cancelled() => return Ok(()),
                () = core.signals.past_pictures.notified() => {}
                _ = rules.changed() => {}
            },
            Walked::Offline => tokio::select! {
                () = token.cancelled() => return Ok(()),
                _ = connection.changed() => {}
                _ = rules.changed() => {}
                () = tokio::time::sleep(core.tuning.timer_look_every) => {}
            },
        }
    }
}

async fn walk(core: &Core, policy: PastPolicy) -> Result<Walked, StoreError> {
    if policy.pictures == PastPictures::None {
        return Ok(Walked::All);
    }
    let largest = policy.largest(core.tuning.media_cap);
    let mark: Option<Mark> = core.store.read(|conn| conn.find_sync_state(NAME)).await?;
    // Another policy may want what the last one left out.
    let mut below = mark
        .filter(|mark| mark.pictures == policy.pictures && mark.largest_mb == policy.largest_mb)
        .map(|mark| mark.below);
    loop {
        let page = core
            .store
            .read(move |conn| {
                conn.list_past_pictures(below, u64::try_from(largest).unwrap_or(u64::MAX))
            })
            .await?;
        for text in &page.texts {
            if !policy.wants(text.at, core.clock.now()) {
                continue;
            }
            core.past.open(&*core.clock).await;
            if core.past.rules().policy != policy {
                return Ok(Walked::PolicyChanged);
            }
            if core.connection.current() != ConnectionState::Online
                || !bring(core, text, largest).await?
            {
                return Ok(Walked::Offline);
            }
        }
        let mark = Mark {
            pictures: policy.pictures,
            largest_mb: policy.largest_mb,
            below: page.below,
        };
        if below != Some(page.below) {
            core.store
                .write(move |tx| tx.put_sync_state(NAME, &mark))
                .await?;
        }
        below = Some(page.below);
        if page.is_last {
            return Ok(Walked::All);
        }
    }
}

/// Brings what is missing of a text; `false` when the line is down.
async fn bring(core: &Core, text: &PastPicture, largest: usize) -> Result<bool, StoreError> {
    let at = text.at;
    let is_deleted = core
        .store
        .read(move |conn| conn.is_below_picture_floor(at))
        .await?;
    if is_deleted {
        return Ok(true);
    }
    let job = MediaFetch {
        message_id: text.message_id,
        sid: text.sid.clone(),
        attempts: 0,
        due_at: core.clock.now(),
    };
    for attempt in 1..=core.tuning.media_attempts {
        match fetch(core, &job, Some(largest)).await {
            Ok(bytes) => {
                core.past.spend(bytes, &*core.clock);
                break;
            }
            Err(FetchError::Store(error)) => return Err(error),
            Err(FetchError::Line(error)) => {
                core.connection.failed(&error);
                return Ok(false);
            }
            Err(error) if attempt == core.tuning.media_attempts => {
                tracing::warn!(%error, "pictures of the past could not be fetched and are given up");
                let heard = fetch::give_up(core, job.message_id).await?;
                core.bot_heard(heard);
            }
            Err(error) => {
                tracing::debug!(%error, "pictures of the past are tried again");
                let pause = core.tuning.media_retry_first * (1 << attempt.min(10));
                tokio::time::sleep(pause).await;
            }
        }
    }
    tell_of(core, job.message_id).await?;
    Ok(true)
}

//! Fetching what was attached to a text.
//!
//! Owns the walk over the texts whose files are still to be fetched: list, download, judge by content, store
//! encrypted. Passing trouble is retried a bounded number of times; what cannot be had, or should not be kept,
//! becomes a row that says why in words. It refuses to show anything a stranger's label claims.

mod fetch;
mod inspect;
pub(crate) mod past;
mod thumbnail;
pub(crate) mod thumbnails;

use std::sync::Arc;

use tern_domain::{MessageId, Millis, UtcMillis};
use tern_store::{MediaFetch, StoreError};
use tokio_util::sync::CancellationToken;

use crate::connection::ConnectionState;
use crate::core::Core;
use crate::event::EngineEvent;
use crate::step::{step, steps};
use crate::supervisor::TaskError;
use crate::timers::pause_until;
use fetch::{FetchError, fetch};

/// Texts handled before looking again: a picture that came just now goes before those that failed once.
const MOST_AT_ONCE: u32 = 8;

/// Fetches until stopped.
pub(crate) async fn run(core: Arc<Core>, token: CancellationToken) -> Result<(), TaskError> {
    let mut connection = core.connection.subscribe();
    loop {
        let next_at = tokio::select! {
            () = token.cancelled() => return Ok(()),
            next_at = fetch_due(&core) => next_at?,
        };
        let pause = next_at.map_or(core.tuning.timer_look_every, |at| pause_until(&core, at));
        tokio::select! {
            () = token.cancelled() => return Ok(()),
            () = tokio::time::sleep(pause) => {}
            () = core.signals.media.notified() => {}
            _ = connection.changed() => {}
        }
    }
}

/// Fetches everything that is due; tells when the next fetch is.
async fn fetch_due(core: &Core) -> Result<Option<UtcMillis>, StoreError> {
    loop {
        if core.connection.current() != ConnectionState::Online {
            return Ok(None);
        }
        let now = core.clock.now();
        let due = core
            .store
            .read(move |conn| conn.list_pending_media(now, MOST_AT_ONCE))
            .await?;
        if due.is_empty() {
            return core.store.read(|conn| conn.next_media_fetch_at()).await;
        }
        for job in due {
            if fetch_one(core, &job).await? == Line::Broken {
                return Ok(None);
            }
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Line {
    Fine,
    Broken,
}

async fn fetch_one(core: &Core, job: &MediaFetch) -> Result<Line, StoreError> {
    let message_id = job.message_id;
    let line = match fetch(core, job, None).await {
        Ok(_) => {
            let bot = core.bot.clone();
            let heard = core
                .store
                .write(move |tx| {
                    tx.finish_media(message_id)?;
                    bot.see(tx, message_id)
                })
                .await?;
            step(steps::MEDIA_STORED);
            core.bot_heard(heard);
            Line::Fine
        }
        Err(FetchError::Store(error)) => return Err(error),
        // Being offline says nothing about this file: it is not an attempt.
        Err(FetchError::Line(error)) => {
            core.connection.failed(&error);
            return Ok(Line::Broken);
        }
        Err(error) if job.attempts + 1 >= core.tuning.media_attempts => {
            tracing::warn!(%error, "media could not be fetched and is given up");
            let heard = fetch::give_up(core, message_id).await?;
            core.bot_heard(heard);
            Line::Fine
        }
        Err(error) => {
            tracing::debug!(%error, "media will be fetched later");
            let due_at = core.clock.now() + pause(core, job.attempts);
            core.store
                .write(move |tx| tx.postpone_media(message_id, due_at))
                .await?;
            Line::Fine
        }
    };
    tell_of(core, message_id).await?;
    Ok(line)
}

/// What is shown of a text has changed.
async fn tell_of(core: &Core, message_id: MessageId) -> Result<(), StoreError> {
    let message = core
        .store
        .read(move |conn| conn.find_message(message_id))
        .await?;
    if let Some(message) = message {
        let changed = EngineEvent::ConversationsChanged(vec![message.conversation_id]);
        core.events.emit(changed);
    }
    Ok(())
}

/// Doubles with each attempt.
fn pause(core: &Core, attempts: u32) -> Millis {
    let first = i64::try_from(core.tuning.media_retry_first.as_millis()).unwrap_or(i64::MAX);
    Millis(first.saturating_mul(1 << attempts.min(20)))
}

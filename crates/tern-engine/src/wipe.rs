//! Has the carrier forget what is not kept here (L-14, V-20).
//!
//! Owns no state: each text is a row until the carrier's copy is empty, so that a crash costs one more request and
//! nothing is forgotten. It asks while the line is up and never gives a message up that is only on its way; what the
//! carrier refuses for good is shown in the thread. It refuses to take an answer for done that still has words in it.

use std::sync::Arc;

use tern_domain::{CarrierWipe, Millis, UtcMillis, WipeAnswer, WipeState};
use tern_store::{DueWipe, StoreError};
use tern_twilio::{MessageSid, TwilioError};
use tokio_util::sync::CancellationToken;

use crate::connection::ConnectionState;
use crate::core::Core;
use crate::event::EngineEvent;
use crate::map::wire_sid;
use crate::supervisor::TaskError;
use crate::timers::pause_until;

/// Texts handled before looking again.
const MOST_AT_ONCE: u32 = 16;
/// The message is not final yet.
const NOT_FINAL: u32 = 20009;

/// Wipes until stopped.
pub(crate) async fn run(core: Arc<Core>, token: CancellationToken) -> Result<(), TaskError> {
    let mut connection = core.connection.subscribe();
    loop {
        let next_at = tokio::select! {
            () = token.cancelled() => return Ok(()),
            next_at = wipe_due(&core) => next_at?,
        };
        let pause = next_at.map_or(core.tuning.timer_look_every, |at| pause_until(&core, at));
        tokio::select! {
            () = token.cancelled() => return Ok(()),
            () = tokio::time::sleep(pause) => {}
            () = core.signals.wipes.notified() => {}
            _ = connection.changed() => {}
        }
    }
}

/// Asks for everything that is due; tells when the next question is.
async fn wipe_due(core: &Core) -> Result<Option<UtcMillis>, StoreError> {
    loop {
        if core.connection.current() != ConnectionState::Online {
            return Ok(None);
        }
        let now = core.clock.now();
        let due = core
            .store
            .read(move |conn| conn.list_due_carrier_wipes(now, MOST_AT_ONCE))
            .await?;
        if due.is_empty() {
            return core.store.read(|conn| conn.next_carrier_wipe_at()).await;
        }
        for wipe in due {
            if !wipe_one(core, wipe).await? {
                return Ok(None);
            }
        }
    }
}

/// One text; `false` when the line broke and nobody was asked.
async fn wipe_one(core: &Core, due: DueWipe) -> Result<bool, StoreError> {
    let answer = match wire_sid(&due.sid) {
        Ok(sid) => match ask(core, &sid, due.wipe.with_media).await {
            Ok(answer) => answer,
            // Nobody was reached, so it was no try.
            Err(error) if error.is_offline() => {
                core.connection.failed(&error);
                return Ok(false);
            }
            Err(error) => meaning(&error),
        },
        Err(_) => WipeAnswer::Refused { code: None },
    };
    let wipe = due.wipe.answered(answer, core.clock.now());
    tell(&wipe);
    let conversation = core
        .store
        .write(move |tx| tx.put_carrier_wipe(&wipe))
        .await?;
    // What its words left in the log while it was being removed goes now at the latest.
    core.store.empty_log();
    let changed = EngineEvent::ConversationsChanged(vec![conversation]);
    core.events.emit(changed);
    Ok(true)
}

/// Empties the text, then deletes its pictures and files.
async fn ask(core: &Core, sid: &MessageSid, with_media: bool) -> Result<WipeAnswer, TwilioError> {
    let emptied = core.client.redact_message(sid).await?;
    if emptied.body.is_some_and(|body| !body.is_empty()) {
        return Ok(WipeAnswer::Refused { code: None });
    }
    if with_media {
        for media in core.client.list_media(sid).await? {
            core.client.delete_media(sid, &media.sid).await?;
        }
    }
    Ok(WipeAnswer::Emptied)
}

/// Credentials that are refused here alone (an API key may read and not change) say nothing about the line, which
/// other tasks judge.
fn meaning(error: &TwilioError) -> WipeAnswer {
    let after = error
        .retry_after()
        .map(|pause| Millis(i64::try_from(pause.as_millis()).unwrap_or(i64::MAX)));
    match error {
        _ if error.is_not_found() => WipeAnswer::Gone,
        _ if error.code() == Some(NOT_FINAL) => WipeAnswer::NotFinal,
        _ if error.is_credential_problem() => WipeAnswer::Credentials,
        TwilioError::Refused { .. } => WipeAnswer::Refused { code: error.code() },
        _ => WipeAnswer::Later { after },
    }
}

fn tell(wipe: &CarrierWipe) {
    match wipe.state {
        WipeState::Failed { code, .. } => {
            tracing::warn!(
                ?code,
                tries = wipe.tries,
                "the carrier keeps a text that was removed here"
            );
        }
        state => tracing::debug!(
            ?state,
            tries = wipe.tries,
            "asked the carrier to forget a text"
        ),
    }
}

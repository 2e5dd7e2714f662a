//! Asking again for messages that are not final.
//!
//! Owns the schedule: the list shows no change of an older row, so each text whose last word is still due is
//! fetched by its SID, often while it is young, seldom later. A text that is gone at the carrier is not asked
//! for again; it refuses to take that for an instruction to delete (Twilio forgets, Tern is the archive).

use std::collections::HashMap;
use std::sync::Arc;

use tern_domain::schedule::{REFETCH_UNTIL, refetch_at};
use tern_domain::{MessageSid, UtcMillis};
use tern_store::{StoreError, UnsettledMessage};
use tern_twilio::TwilioError;
use tokio_util::sync::CancellationToken;

use crate::connection::ConnectionState;
use crate::core::Core;
use crate::ingest::{Arrival, IngestError};
use crate::map::wire_sid;
use crate::pauses::Pauses;
use crate::supervisor::TaskError;
use crate::timers::pause_until;

/// Texts considered in one round; the newest, because the others hardly move any more.
const MOST_AT_ONCE: u32 = 500;

#[derive(Debug, thiserror::Error)]
enum RefetchError {
    #[error("could not fetch a message again")]
    Carrier(#[from] TwilioError),
    #[error("could not take in what was fetched")]
    Ingest(#[from] IngestError),
    #[error("could not list what is not final")]
    Store(#[from] StoreError),
}

/// When each text was last asked for. Losing it costs one more question each.
#[derive(Default)]
struct Asked(HashMap<MessageSid, Last>);

#[derive(Clone, Copy)]
enum Last {
    At(UtcMillis),
    Gone,
}

impl Asked {
    fn next_at(&self, message: &UnsettledMessage) -> Option<UtcMillis> {
        match self.0.get(&message.sid) {
            Some(Last::Gone) => None,
            Some(Last::At(at)) => Some(refetch_at(message.at, Some(*at))),
            None => Some(refetch_at(message.at, None)),
        }
    }
}

/// Asks until stopped.
pub(crate) async fn run(core: Arc<Core>, token: CancellationToken) -> Result<(), TaskError> {
    let mut asked = Asked::default();
    let mut connection = core.connection.subscribe();
    let mut pauses = Pauses::new(core.tuning.trouble_first, core.tuning.trouble_longest);
    loop {
        let pause = tokio::select! {
            () = token.cancelled() => return Ok(()),
            round = ask_for_due(&core, &mut asked) => match round {
                Ok(next_at) => {
                    pauses.reset();
                    next_at.map_or(core.tuning.timer_look_every, |at| pause_until(&core, at))
                }
                Err(RefetchError::Carrier(error)) => {
                    core.connection.failed(&error);
                    pauses.next(error.retry_after())
                }
                Err(error) => return Err(error.into()),
            },
        };
        tokio::select! {
            () = token.cancelled() => return Ok(()),
            () = tokio::time::sleep(pause) => {}
            () = core.signals.refetch.notified() => {}
            _ = connection.changed() => {}
        }
    }
}

/// Asks for everything that is due; tells when the next question is, by this machine's clock. How old a text is goes by
/// the clock that dated it, the carrier's: by another one receipts would come minutes or hours late.
async fn ask_for_due(core: &Core, asked: &mut Asked) -> Result<Option<UtcMillis>, RefetchError> {
    if core.connection.current() != ConnectionState::Online {
        return Ok(None);
    }
    let since = core.carrier_clock.now() - REFETCH_UNTIL;
    let unsettled = core
        .store
        .read(move |conn| conn.list_unsettled_messages(since, MOST_AT_ONCE))
        .await?;
    asked
        .0
        .retain(|sid, _| unsettled.iter().any(|message| message.sid == *sid));
    for message in &unsettled {
        let now = core.carrier_clock.now();
        if asked.next_at(message).is_none_or(|at| at > now) {
            continue;
        }
        let Ok(sid) = wire_sid(&message.sid) else {
            continue;
        };
        match core.client.fetch_message(&sid).await {
            Ok(resource) => {
                asked.0.insert(message.sid.clone(), Last::At(now));
                if resource.status.as_str() != message.status.as_str() {
                    let row = resource.raw.as_json().clone();
                    core.ingest.accept(Arrival::Row(row)).await?;
                }
            }
            Err(error) if error.is_not_found() => {
                asked.0.insert(message.sid.clone(), Last::Gone);
            }
            Err(error) => return Err(error.into()),
        }
    }
    Ok(unsettled
        .iter()
        .filter_map(|message| asked.next_at(message))
        .min()
        .map(|at| core.clock.now() + at.since(core.carrier_clock.now())))
}

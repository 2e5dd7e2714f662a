//! Requests of topics to other systems.
//!
//! Owns no state but which ones are under way: each is a row until its answer was given to the session, so that
//! one which was cut off is made again at the next start, under the same key. The answer and the tick are one
//! transaction.

use std::collections::HashSet;
use std::sync::Arc;

use futures_util::StreamExt as _;
use futures_util::stream::FuturesUnordered;
use tern_domain::InteractionId;
use tern_domain::bot::BotRequest;
use tern_domain::topic::{BotInput, Ticket};
use tern_store::{Applied, StoreError};
use tokio_util::sync::CancellationToken;

use super::outside;
use crate::core::Core;
use crate::step::{step, steps};
use crate::supervisor::TaskError;

/// Requests at once.
const MOST_AT_ONCE: usize = 8;
/// Rows read at once: those under way and as many behind them.
const MOST_LISTED: u32 = 32;

type Key = (InteractionId, Ticket);

pub(crate) async fn run(core: Arc<Core>, token: CancellationToken) -> Result<(), TaskError> {
    let mut under_way = FuturesUnordered::new();
    let mut names: HashSet<Key> = HashSet::new();
    loop {
        let open = core
            .store
            .read(|conn| conn.list_bot_requests(MOST_LISTED))
            .await?;
        for request in open {
            let key = (request.interaction, request.ticket);
            if names.len() < MOST_AT_ONCE && names.insert(key) {
                under_way.push(settle(&core, request));
            }
        }
        tokio::select! {
            () = token.cancelled() => return Ok(()),
            Some((key, settled)) = under_way.next(), if !under_way.is_empty() => {
                names.remove(&key);
                settled?;
            }
            () = core.signals.requests.notified() => {}
            () = tokio::time::sleep(core.tuning.timer_look_every) => {}
        }
    }
}

/// Makes a request and gives its answer to the session.
async fn settle(core: &Core, request: BotRequest) -> (Key, Result<(), StoreError>) {
    let key = (request.interaction, request.ticket);
    let topics = core.bot.topics().current();
    let body = match outside::ask(&request, topics.settings(), &*core.bot_secrets).await {
        Ok(body) => Some(body),
        Err(error) => {
            tracing::warn!(%error, host = request.request.host, "a request of a topic failed");
            None
        }
    };
    step(steps::BOT_ANSWERED);
    (key, give(core, key, body).await)
}

async fn give(
    core: &Core,
    (interaction, ticket): Key,
    body: Option<serde_json::Value>,
) -> Result<(), StoreError> {
    let bot = core.bot.clone();
    let applied = core
        .store
        .write(move |tx| {
            if !tx.finish_bot_request(interaction, ticket)? {
                return Ok(Applied::default());
            }
            bot.wake(tx, interaction, BotInput::Requested { ticket, body })
        })
        .await?;
    core.bot_heard(applied);
    Ok(())
}

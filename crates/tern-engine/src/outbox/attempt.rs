//! One attempt: publish pictures or find the code, claim, request, settle.
//!
//! Owns the one request per claim. Pictures are published before the claim, because publishing twice harms
//! nobody while a claim without a request would have to be looked up. Whatever ends the process between claim
//! and settlement leaves the entry in flight, which recovery turns into uncertain.

use secrecy::{ExposeSecret as _, SecretString};
use tern_domain::{
    Attempt, MessageId, Millis, OutboxEntry, SendOutcome, plan_attempt, plan_outcome,
};
use tern_store::{Applied, StoreError};
use tern_twilio::{Address, Execution, NewMessage, Sender, TwilioError};
use url::Url;

use super::pictures::{PicturesError, publish};
use super::tell;
use crate::core::Core;
use crate::ids::EdgeIds;
use crate::map::map_resource;
use crate::pauses::Pauses;
use crate::step::{step, steps};

/// Tries to write an outcome down before giving up; after that the entry is found in flight and becomes
/// uncertain, which is safe but asks a person.
const SETTLE_ATTEMPTS: u32 = 5;

pub(super) async fn attempt(core: &Core, message_id: MessageId) -> Result<(), StoreError> {
    let found = core
        .store
        .read(move |conn| conn.find_outbox(message_id))
        .await?;
    let Some(entry) = found else { return Ok(()) };
    let media_urls = match publish(core, &entry).await {
        Ok(urls) => urls,
        Err(PicturesError::Store(error)) => return Err(error),
        Err(error) => {
            tracing::warn!(%error, "pictures could not be published");
            let outcome = if error.is_passing() {
                SendOutcome::NotReached
            } else {
                SendOutcome::PicturesNotPublished
            };
            return settle(core, message_id, outcome).await;
        }
    };
    let words = match words_of(core, &entry) {
        Some(words) => words,
        None => return settle(core, message_id, SendOutcome::CodeGone).await,
    };
    let Some(entry) = claim(core, message_id).await? else {
        return Ok(());
    };
    step(steps::SEND_CLAIMED);
    let outcome = post(core, &entry, words, media_urls).await;
    step(steps::SEND_ANSWERED);
    settle(core, message_id, outcome).await?;
    step(steps::SEND_SETTLED);
    core.signals.refetch.notify_one();
    core.signals.outbox.notify_one();
    core.signals.wipes.notify_one();
    Ok(())
}

/// What is sent: what is stored, but for a code (L-2), whose digits are in memory; `None` once they are gone.
fn words_of(core: &Core, entry: &OutboxEntry) -> Option<SecretString> {
    if entry.holds_code {
        core.bot.words_of_code(entry.message_id, core.clock.now())
    } else {
        Some(SecretString::from(entry.body.as_str()))
    }
}

/// Commits that the request is about to be made. `None`: it must not be made, because the agent called the
/// text back, or the requester opted out meanwhile.
async fn claim(core: &Core, message_id: MessageId) -> Result<Option<OutboxEntry>, StoreError> {
    let (clock, carrier_clock) = (core.clock.clone(), core.carrier_clock.clone());
    let (claimed, applied) = core
        .store
        .write(move |tx| {
            let Some(entry) = tx.find_outbox(message_id)? else {
                return Ok((None, Applied::default()));
            };
            let state = tx.load_conversation_state(&entry.key, None)?;
            let (now, carrier_now) = (clock.now(), carrier_clock.now());
            let ids = &mut EdgeIds::new(&*clock);
            match plan_attempt(&state, &entry, now, carrier_now, ids) {
                Ok(Attempt::Post(plan)) => {
                    let applied = tx.apply(&plan)?;
                    Ok((tx.find_outbox(message_id)?, applied))
                }
                Ok(Attempt::Refuse(plan)) => Ok((None, tx.apply(&plan)?)),
                Err(_not_due) => Ok((None, Applied::default())),
            }
        })
        .await?;
    tell(core, applied);
    Ok(claimed)
}

/// Makes the request, once.
async fn post(
    core: &Core,
    entry: &OutboxEntry,
    words: SecretString,
    media_urls: Vec<Url>,
) -> SendOutcome {
    let message = NewMessage {
        body: Some(words.expose_secret().to_owned()).filter(|words| !words.is_empty()),
        media_urls,
        status_callback: core.status_callback.clone(),
        ..NewMessage::text(
            Address::new(entry.key.requester.as_str()),
            Sender::Address(Address::new(entry.key.provider.as_str())),
            String::new(),
        )
    };
    step(steps::SEND_POSTING);
    match core.client.create_message(&message).await {
        Ok(resource) => {
            core.connection.worked();
            match map_resource(&resource, core.clock.now(), &core.own_numbers) {
                Ok(message) => SendOutcome::Accepted(message),
                // Twilio said yes in words that we cannot place: the look-up will find the row.
                Err(_) => SendOutcome::MaybeExecuted,
            }
        }
        Err(error) => outcome_of(core, &error),
    }
}

fn outcome_of(core: &Core, error: &TwilioError) -> SendOutcome {
    tracing::debug!(%error, "a send was not accepted");
    match error.execution() {
        Execution::NotExecuted if error.status().is_none() => {
            core.connection.failed(error);
            SendOutcome::NotReached
        }
        Execution::NotExecuted => {
            core.connection.failed(error);
            SendOutcome::NotExecuted {
                retry_after: error
                    .retry_after()
                    .map(|wish| Millis(i64::try_from(wish.as_millis()).unwrap_or(i64::MAX))),
            }
        }
        Execution::Refused => {
            core.connection.failed(error);
            SendOutcome::Refused { code: error.code() }
        }
        Execution::MayHaveBeenExecuted => {
            // Whether the line is in trouble is better told by a look at the list than by one lost answer.
            core.signals.poll.notify_one();
            SendOutcome::MaybeExecuted
        }
    }
}

/// Commits the outcome, patiently: it is the only memory of what the carrier said.
async fn settle(
    core: &Core,
    message_id: MessageId,
    outcome: SendOutcome,
) -> Result<(), StoreError> {
    let mut pauses = Pauses::new(
        core.tuning.restart.first_pause,
        core.tuning.restart.longest_pause,
    );
    let mut attempts = 0;
    let applied = loop {
        attempts += 1;
        match write_outcome(core, message_id, outcome.clone()).await {
            Ok(applied) => break applied,
            Err(error) if attempts >= SETTLE_ATTEMPTS => return Err(error),
            Err(error) => {
                tracing::error!(%error, "the outcome of a send could not be stored yet");
                tokio::time::sleep(pauses.next(None)).await;
            }
        }
    };
    tell(core, applied);
    Ok(())
}

async fn write_outcome(
    core: &Core,
    message_id: MessageId,
    outcome: SendOutcome,
) -> Result<Applied, StoreError> {
    let clock = core.clock.clone();
    core.store
        .write(move |tx| {
            let Some(entry) = tx.find_outbox(message_id)? else {
                return Ok(Applied::default());
            };
            let state = tx.load_conversation_state(&entry.key, None)?;
            let ids = &mut EdgeIds::new(&*clock);
            match plan_outcome(&state, &entry, &outcome, clock.now(), ids) {
                Ok(plan) => tx.apply(&plan),
                Err(refusal) => {
                    tracing::warn!(%refusal, "a send was settled by somebody else meanwhile");
                    Ok(Applied::default())
                }
            }
        })
        .await
}

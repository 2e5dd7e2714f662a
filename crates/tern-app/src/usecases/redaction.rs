//! Removing the words of a text for good (L-14): here at once, at the carrier as soon as it lets us.
//!
//! There is no way back, so that it takes an administrator or a supervisor and a word typed by hand.

use tern_domain::agents::Role;
use tern_domain::{WipeState, plan_redaction};
use tern_engine::EdgeIds;
use tern_store::{Applied, StoreError};

use super::send::{find_message, parse_id};
use crate::app::App;
use crate::dto::{MessageRef, MessageView, RedactMessage, WipeStateView};
use crate::error::{ApiError, ErrorCode};
use crate::events::Change;
use crate::line::Desk;
use crate::words;

/// What has to be typed.
const CONFIRMATION: &str = "remove";

impl App {
    /// Removes the words and pictures of a text for good.
    ///
    /// # Errors
    /// [`ErrorCode::InvalidInput`] without the typed word, [`ErrorCode::NotAllowed`] for whoever may not, and for a
    /// text that may still leave or was removed already.
    pub async fn redact_message(&self, request: RedactMessage) -> Result<MessageView, ApiError> {
        let message_id = parse_id(&request.message_id)?;
        let desk = self.desk()?;
        self.must_redact(&desk).await?;
        if !request.typed.trim().eq_ignore_ascii_case(CONFIRMATION) {
            return Err(ApiError::new(
                ErrorCode::InvalidInput,
                "The text was not removed.",
                format!("Type “{CONFIRMATION}” to remove it for good."),
            ));
        }
        let (clock, me) = (desk.clock(), desk.agent());
        let applied = desk
            .store
            .write(move |tx| {
                let Some(row) = tx.find_message(message_id)? else {
                    return Err(StoreError::NotFound { what: "text" });
                };
                let key = tx.load_conversation(row.conversation_id)?.key;
                let state = tx.load_conversation_state_for(&key, message_id)?;
                let (outbox, wipe) = (row.outbox.as_ref(), row.wipe.as_ref());
                let is_held = tx.is_conversation_held(row.conversation_id)?;
                let ids = &mut EdgeIds::new(&*clock);
                match plan_redaction(&state, outbox, wipe, is_held, me, clock.now(), ids) {
                    Ok(plan) => Ok(Ok((tx.apply(&plan)?, row.conversation_id))),
                    Err(refusal) => Ok(Err(refusal)),
                }
            })
            .await
            .map_err(|error| words::store(&error))?;
        let (applied, conversation) = applied.map_err(words::redact_refusal)?;
        self.leave_no_trace(&desk).await;
        // A card on the desktop may still show the words.
        self.emit(Change::Seen {
            conversation_id: conversation.0,
        });
        self.announce_wipe(&desk, applied);
        self.load_message(&desk, message_id).await
    }

    /// Has a wipe that the carrier refused tried again.
    ///
    /// # Errors
    /// [`ErrorCode::NotAllowed`] for whoever may not, for one that did not fail, and under a legal hold.
    pub async fn retry_wipe(&self, request: MessageRef) -> Result<MessageView, ApiError> {
        let message_id = parse_id(&request.message_id)?;
        let desk = self.desk()?;
        self.must_redact(&desk).await?;
        let failed = find_message(&desk, message_id)
            .await?
            .wipe
            .filter(|wipe| matches!(wipe.state, WipeState::Failed { .. }))
            .ok_or_else(|| {
                ApiError::new(ErrorCode::NotAllowed, "There is nothing to try again.", "")
            })?;
        let now = desk.now();
        let conversation = desk
            .store
            .write(move |tx| {
                let is_held = match tx.find_message(message_id)? {
                    Some(row) => tx.is_conversation_held(row.conversation_id)?,
                    None => false,
                };
                match failed.again(is_held, now) {
                    Ok(again) => tx.put_carrier_wipe(&again).map(Ok),
                    Err(held) => Ok(Err(held)),
                }
            })
            .await
            .map_err(|error| words::store(&error))?
            .map_err(words::on_hold)?;
        let applied = Applied {
            touched: vec![conversation],
            announcements: Vec::new(),
        };
        self.announce_wipe(&desk, applied);
        self.load_message(&desk, message_id).await
    }

    /// How many texts the carrier still has to forget.
    ///
    /// # Errors
    /// What the file answers.
    pub async fn wipe_state(&self) -> Result<WipeStateView, ApiError> {
        let desk = self.desk()?;
        let may_remove = self.must_redact(&desk).await.is_ok();
        let (waiting, failed) = desk
            .store
            .read(|conn| conn.count_carrier_wipes())
            .await
            .map_err(|error| words::store(&error))?;
        Ok(WipeStateView {
            waiting,
            failed,
            may_remove,
        })
    }

    async fn must_redact(&self, desk: &Desk) -> Result<(), ApiError> {
        let me = desk.agent();
        let config = desk
            .store
            .read(|conn| conn.load_routing_config())
            .await
            .map_err(|error| words::store(&error))?;
        let may = config
            .agent(me)
            .is_some_and(|agent| agent.is(Role::Admin) || agent.is(Role::Supervisor));
        if may {
            return Ok(());
        }
        Err(ApiError::new(
            ErrorCode::NotAllowed,
            "Only an administrator or a supervisor can remove a text.",
            "Ask one, or sign in as one.",
        ))
    }

    /// The write-ahead log and the copies from before upgrades would keep the words.
    async fn leave_no_trace(&self, desk: &Desk) {
        desk.store.empty_log();
        let store = desk.store.clone();
        let removed = tokio::task::spawn_blocking(move || store.remove_copies()).await;
        match removed {
            Ok(Ok(())) => {}
            Ok(Err(error)) => {
                tracing::warn!(%error, "a copy from before an upgrade could not be removed")
            }
            Err(_) => tracing::warn!("copies from before upgrades could not be removed"),
        }
    }

    fn announce_wipe(&self, desk: &Desk, applied: Applied) {
        self.announce(desk, applied);
        if let Some(engine) = desk.engine() {
            engine.effects_committed();
        }
    }
}

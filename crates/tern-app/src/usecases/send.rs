//! Sending, calling back, and sending again.

use tern_domain::schedule::UndoHold;
use tern_domain::{
    Announcement, ConversationId, MediaId, MessageId, MessageText, OutboxState, OutgoingText, Plan,
    SendContext, SendRefusal, plan_recall, plan_send,
};
use tern_engine::EdgeIds;
use tern_store::{Applied, MediaRow, MessageRow, ReadConn, StoreError};

use super::inbox::{known_numbers, why_no_pictures};
use super::picture_files::{copy_pictures, discard_files};
use crate::app::App;
use crate::dto::{DraftView, MessageRef, MessageView, SendMessage};
use crate::error::{ApiError, ErrorCode};
use crate::events::Change;
use crate::line::Desk;
use crate::view::{delivery, media, message};
use crate::words;

/// What became of a wish to send.
enum Sending {
    /// Recorded, or recorded before under the same id.
    Recorded(Option<Applied>),
    /// The rules refuse it.
    Refused(SendRefusal),
    /// Its pictures cannot leave.
    NoPictures(String),
}

impl App {
    /// Sends the text with the draft's pictures. The same `message_id` again changes nothing.
    ///
    /// # Errors
    /// [`ErrorCode::OptedOut`], [`ErrorCode::TextTooLong`], [`ErrorCode::TextStopped`] and whatever else the
    /// rules refuse.
    pub async fn send_message(&self, request: SendMessage) -> Result<MessageView, ApiError> {
        let message_id = parse_id(&request.message_id)?;
        let desk = self.desk()?;
        let id = ConversationId(request.conversation_id);
        let text = MessageText::new(request.body);
        if find_row(&desk, message_id).await?.is_none() {
            self.refuse_screened(&desk, id, text.as_str()).await?;
        }
        self.record_send(&desk, id, message_id, (text, request.joins), None)
            .await?;
        self.load_message(&desk, message_id).await
    }

    /// Calls a text that has not left back into the draft.
    ///
    /// # Errors
    /// [`ErrorCode::NotAllowed`] when it has left, or may have.
    pub async fn undo_send(&self, request: MessageRef) -> Result<DraftView, ApiError> {
        let message_id = parse_id(&request.message_id)?;
        let desk = self.desk()?;
        let clock = desk.clock();
        let (applied, draft) = desk
            .store
            .write(move |tx| {
                let (Some(row), Some(entry)) =
                    (tx.find_message(message_id)?, tx.find_outbox(message_id)?)
                else {
                    return Err(StoreError::NotFound { what: "text" });
                };
                let state = tx.load_conversation_state(&entry.key, None)?;
                let now = clock.now();
                let plan = match plan_recall(&state, &entry, now, &mut EdgeIds::new(&*clock)) {
                    Ok(plan) => plan,
                    Err(refusal) => return Ok(Err(refusal)),
                };
                let applied = tx.apply(&plan)?;
                let id = row.conversation_id;
                let written_since = tx
                    .find_draft(id)?
                    .map(|draft| draft.body.into_string())
                    .unwrap_or_default();
                tx.give_media_to_draft(message_id, id)?;
                tx.save_draft(id, &join(row.body.as_str(), &written_since), now)?;
                Ok(Ok((applied, tx.find_draft(id)?)))
            })
            .await
            .map_err(|error| words::store(&error))?
            .map_err(|refusal| words::recall_refusal(&refusal))?;
        self.announce(&desk, applied);
        Ok(media::draft(draft.as_ref()))
    }

    /// Sends a failed text again, as a new text.
    ///
    /// # Errors
    /// [`ErrorCode::NotAllowed`] for a text that did not fail, that would only fail again, or whose pictures
    /// are not here any more: it never leaves without them.
    pub async fn retry_send(&self, request: MessageRef) -> Result<MessageView, ApiError> {
        let message_id = parse_id(&request.message_id)?;
        let desk = self.desk()?;
        let row = find_message(&desk, message_id).await?;
        refuse_pointless_retry(&row)?;
        let entry = desk.store.read(move |conn| conn.find_outbox(message_id));
        let entry = entry.await.map_err(|error| words::store(&error))?;
        if entry.is_some_and(|entry| entry.holds_code) {
            return Err(words::held_code());
        }
        self.refuse_screened(&desk, row.conversation_id, row.body.as_str())
            .await?;
        let new_id = MessageId::next(&mut EdgeIds::new(&*desk.clock()));
        let pictures = copy_pictures(&desk, &row).await?;
        let copies = pictures.iter().map(|picture| picture.id).collect();
        if let Err(error) = self
            .record_send(
                &desk,
                row.conversation_id,
                new_id,
                (row.body, false),
                Some(pictures),
            )
            .await
        {
            discard_files(&desk, copies).await;
            return Err(error);
        }
        self.load_message(&desk, new_id).await
    }

    /// Records the wish to send, with whether it was confirmed that it joins the live group; the engine does
    /// the rest. `pictures` = `None` takes the draft's and clears it.
    async fn record_send(
        &self,
        desk: &Desk,
        id: ConversationId,
        message_id: MessageId,
        (body, joins): (MessageText, bool),
        pictures: Option<Vec<MediaRow>>,
    ) -> Result<(), ApiError> {
        let link = desk.link();
        let settings = self.settings().await?;
        let undo_hold =
            UndoHold::seconds(u8::try_from(settings.undo_seconds).unwrap_or(UndoHold::MAX_SECONDS));
        let (agent, clock) = (desk.agent(), desk.clock());
        let no_pictures = {
            let row = desk
                .store
                .read(move |conn| conn.load_conversation(id))
                .await;
            let row = row.map_err(|error| words::store(&error))?;
            why_no_pictures(desk, &link, &row.key.provider)
        };
        let sending = desk
            .store
            .write(move |tx| {
                let key = tx.load_conversation(id)?.key;
                let state = tx.load_conversation_state_for(&key, message_id)?;
                if state.stored.is_some() {
                    return Ok(Sending::Recorded(None));
                }
                let media = chosen_pictures(tx, id, pictures.as_deref())?;
                if let (false, Some(reason)) = (media.is_empty(), no_pictures) {
                    return Ok(Sending::NoPictures(reason));
                }
                let text = OutgoingText {
                    message_id,
                    body,
                    media,
                };
                let numbers = known_numbers(&link, &key.provider);
                let ctx = SendContext {
                    now: clock.now(),
                    agent,
                    undo_hold,
                    provider_numbers: &numbers,
                    joins,
                };
                let plan: Plan = match plan_send(&state, &text, &ctx, &mut EdgeIds::new(&*clock)) {
                    Ok(plan) => plan,
                    Err(refusal) => return Ok(Sending::Refused(refusal)),
                };
                // Copies pass through the draft for the moment it takes to hand them over; a refusal above
                // must not leave them in it.
                for copy in pictures.iter().flatten() {
                    tx.put_media(copy)?;
                }
                let applied = tx.apply(&plan)?;
                if pictures.is_none() {
                    tx.clear_draft(id)?;
                }
                Ok(Sending::Recorded(Some(applied)))
            })
            .await
            .map_err(|error| words::store(&error))?;
        match sending {
            Sending::Recorded(Some(applied)) => {
                self.announce(desk, applied);
                Ok(())
            }
            Sending::Recorded(None) => Ok(()),
            Sending::Refused(refusal) => Err(words::send_refusal(&refusal)),
            Sending::NoPictures(reason) => Err(ApiError::new(ErrorCode::NoMediaHost, reason, "")),
        }
    }

    pub(super) async fn load_message(
        &self,
        desk: &Desk,
        id: MessageId,
    ) -> Result<MessageView, ApiError> {
        let row = find_message(desk, id).await?;
        Ok(message::view(&row, &self.beholder(desk).await?))
    }

    /// Tells windows and engine what a committed plan changed.
    pub(crate) fn announce(&self, desk: &Desk, applied: Applied) {
        for conversation in &applied.touched {
            self.emit(Change::Conversation {
                conversation_id: conversation.0,
            });
        }
        if applied
            .announcements
            .iter()
            .any(|news| matches!(news, Announcement::Noticed(_)))
        {
            self.emit(Change::Notices);
        }
        self.emit(Change::Status);
        if let Some(engine) = desk.engine() {
            engine.effects_committed();
            engine.outbox_changed();
        }
    }
}

pub(super) fn parse_id(text: &str) -> Result<MessageId, ApiError> {
    text.parse()
        .map_err(|_| ApiError::bad_request("the text's id is malformed"))
}

pub(super) async fn find_message(desk: &Desk, id: MessageId) -> Result<MessageRow, ApiError> {
    find_row(desk, id).await?.ok_or_else(words::no_message)
}

async fn find_row(desk: &Desk, id: MessageId) -> Result<Option<MessageRow>, ApiError> {
    desk.store
        .read(move |conn| conn.find_message(id))
        .await
        .map_err(|error| words::store(&error))
}

/// The copies, or without any, the draft's pictures.
fn chosen_pictures(
    conn: &ReadConn<'_>,
    id: ConversationId,
    copies: Option<&[MediaRow]>,
) -> Result<Vec<MediaId>, StoreError> {
    let ids = |media: &[MediaRow]| media.iter().map(|media| media.id).collect();
    match copies {
        Some(copies) => Ok(ids(copies)),
        None => Ok(ids(&conn.list_draft_media(id)?)),
    }
}

fn refuse_pointless_retry(row: &MessageRow) -> Result<(), ApiError> {
    let failed = row.status.is_failure()
        || matches!(
            row.outbox,
            Some(OutboxState::Refused { .. } | OutboxState::Discarded | OutboxState::Canceled)
        );
    if !failed {
        return Err(ApiError::new(
            ErrorCode::NotAllowed,
            "This text did not fail.",
            "",
        ));
    }
    let problem = delivery::problem(row.error_code);
    if row.error_code.is_some() && !problem.can_retry {
        return Err(ApiError::new(
            ErrorCode::NotAllowed,
            problem.explanation,
            problem.remedy,
        ));
    }
    Ok(())
}

/// What was called back comes before what was written since.
fn join(recalled: &str, written_since: &str) -> MessageText {
    match (recalled.trim().is_empty(), written_since.trim().is_empty()) {
        (_, true) => MessageText::from(recalled),
        (true, false) => MessageText::from(written_since),
        (false, false) => MessageText::new(format!("{recalled}\n{written_since}")),
    }
}

//! Snoozing, pinning, and counting as unread again (Q-1 … Q-3).

use jiff::Zoned;
use jiff::tz::TimeZone;
use tern_domain::desk::{
    DeskRefusal, plan_pin, plan_snooze, plan_unpin, plan_unsnooze, read_typed_time,
};
use tern_domain::{ConversationId, ConversationState, Effect, IdSource, Plan, UtcMillis};
use tern_engine::EdgeIds;

use super::inbox::load_view;
use crate::app::App;
use crate::dto::{
    ConversationRef, ConversationView, PinConversation, ReadTime, SnoozeConversation, TypedTime,
};
use crate::error::ApiError;
use crate::line::Desk;
use crate::words;

impl App {
    /// Puts a conversation away until later, or brings it back.
    ///
    /// # Errors
    /// [`ErrorCode::NotAllowed`](crate::ErrorCode::NotAllowed) without open work, or for a time that is over.
    pub async fn snooze_conversation(
        &self,
        request: SnoozeConversation,
    ) -> Result<ConversationView, ApiError> {
        let desk = self.desk()?;
        let (agent, now) = (desk.agent(), desk.now());
        let until = request.until.map(UtcMillis);
        self.mark(
            &desk,
            request.conversation_id,
            move |state, ids| match until {
                Some(until) => plan_snooze(state, until, agent, now, ids),
                None => Ok(plan_unsnooze(state, agent, now, ids)),
            },
        )
        .await
    }

    /// Reads a time as people type it, in this laptop's time zone.
    ///
    /// # Errors
    /// [`ErrorCode::NotReady`](crate::ErrorCode::NotReady) without an open file.
    #[expect(clippy::unused_async, reason = "every command is called alike")]
    pub async fn read_time(&self, request: ReadTime) -> Result<TypedTime, ApiError> {
        let now = zoned(self.desk()?.now());
        Ok(match read_typed_time(&request.text, &now) {
            Ok(at) => TypedTime {
                at: Some(at.0),
                problem: None,
            },
            Err(problem) => TypedTime {
                at: None,
                problem: Some(sentence(&problem.to_string())),
            },
        })
    }

    /// Pins a conversation, or takes the pin off.
    ///
    /// # Errors
    /// [`ErrorCode::NotAllowed`](crate::ErrorCode::NotAllowed) without open work.
    pub async fn pin_conversation(
        &self,
        request: PinConversation,
    ) -> Result<ConversationView, ApiError> {
        let desk = self.desk()?;
        let (agent, now) = (desk.agent(), desk.now());
        self.mark(&desk, request.conversation_id, move |state, ids| {
            if request.pinned {
                plan_pin(state, agent, now, ids)
            } else {
                Ok(plan_unpin(state, agent, now, ids))
            }
        })
        .await
    }

    /// Counts the newest text as unread again.
    ///
    /// # Errors
    /// [`ErrorCode::NotFound`](crate::ErrorCode::NotFound).
    pub async fn mark_unread(&self, request: ConversationRef) -> Result<(), ApiError> {
        let desk = self.desk()?;
        let id = ConversationId(request.conversation_id);
        let applied = desk
            .store
            .write(move |tx| {
                let key = tx.load_conversation(id)?.key;
                tx.apply(&Plan {
                    events: Vec::new(),
                    effects: vec![Effect::MarkUnread(key)],
                })
            })
            .await
            .map_err(|error| words::store(&error))?;
        self.announce(&desk, applied);
        Ok(())
    }

    async fn mark(
        &self,
        desk: &Desk,
        conversation_id: i64,
        plan: impl FnOnce(&ConversationState, &mut dyn IdSource) -> Result<Plan, DeskRefusal>
        + Send
        + 'static,
    ) -> Result<ConversationView, ApiError> {
        let id = ConversationId(conversation_id);
        let clock = desk.clock();
        let applied = desk
            .store
            .write(move |tx| {
                let key = tx.load_conversation(id)?.key;
                let state = tx.load_conversation_state(&key, None)?;
                Ok(match plan(&state, &mut EdgeIds::new(&*clock)) {
                    Ok(plan) => Ok(tx.apply(&plan)?),
                    Err(refusal) => Err(refusal),
                })
            })
            .await
            .map_err(|error| words::store(&error))?
            .map_err(|refusal| words::desk_refusal(&refusal))?;
        self.announce(desk, applied);
        let beholder = self.beholder(desk).await?;
        load_view(desk, &beholder, id).await
    }
}

/// An instant in this laptop's time zone.
pub(super) fn zoned(at: UtcMillis) -> Zoned {
    jiff::Timestamp::from_millisecond(at.0)
        .unwrap_or(jiff::Timestamp::MAX)
        .to_zoned(TimeZone::system())
}

/// A refusal as a sentence of its own.
pub(super) fn sentence(words: &str) -> String {
    let mut letters = words.chars();
    let first: String = letters
        .next()
        .into_iter()
        .flat_map(char::to_uppercase)
        .collect();
    format!("{first}{}.", letters.as_str())
}

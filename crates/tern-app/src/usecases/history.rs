//! What was before with a person (H-13).

use tern_domain::{ConversationId, MessagePosition, Millis, close_words};
use tern_store::PastInteraction;

use crate::app::App;
use crate::dto::{ConversationRef, PastConversation};
use crate::error::ApiError;
use crate::view::conversation::interaction_state;
use crate::view::message::Beholder;
use crate::words;

/// Past conversations shown (H-13).
const MOST_PAST: u32 = 25;
/// How much older than its interaction an opening text may be.
const OPENED_AFTER_TEXT: Millis = Millis::minutes(1);

impl App {
    /// Earlier conversations with the same person on the same channel, newest first.
    ///
    /// # Errors
    /// [`ErrorCode::NotFound`](crate::ErrorCode::NotFound).
    pub async fn history(
        &self,
        request: ConversationRef,
    ) -> Result<Vec<PastConversation>, ApiError> {
        let desk = self.desk()?;
        let id = ConversationId(request.conversation_id);
        let past = desk
            .store
            .read(move |conn| {
                let key = conn.load_conversation(id)?.key;
                conn.list_past_interactions(&key.requester, key.channel, MOST_PAST)?
                    .into_iter()
                    .map(|past| {
                        // The text that opened it is a little older than the opening.
                        let since = past.interaction.opened_at - OPENED_AFTER_TEXT;
                        let first = conn.find_position_at(past.conversation_id, since)?;
                        Ok((past, first))
                    })
                    .collect::<Result<Vec<_>, _>>()
            })
            .await
            .map_err(|error| words::store(&error))?;
        let beholder = self.beholder(&desk).await?;
        Ok(past
            .into_iter()
            .map(|(past, first)| view(past, first, &beholder))
            .collect())
    }
}

fn view(
    past: PastInteraction,
    first: Option<MessagePosition>,
    beholder: &Beholder,
) -> PastConversation {
    let interaction = past.interaction;
    PastConversation {
        interaction_id: interaction.id.to_string(),
        conversation_id: past.conversation_id.0,
        provider_display: interaction.key.provider.display_international(),
        state: interaction_state(interaction.state),
        reason: interaction.state_reason.map_or("", close_words).to_owned(),
        opened_at: interaction.opened_at.0,
        closed_at: interaction.closed_at.map(|at| at.0),
        agents: interaction
            .live_group
            .iter()
            .map(|agent| beholder.name_of(*agent))
            .collect(),
        first_position: first.map(|position| position.0),
    }
}

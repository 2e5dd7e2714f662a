//! A notification as a text in the outbox (S-9).

use super::content::RenderedNotification;
use crate::bot::say;
use crate::draft::PlanDraft;
use crate::ids::{IdSource, MessageId};
use crate::message::MessageText;
use crate::phone::PhoneNumber;
use crate::plan::Plan;
use crate::state::ConversationState;
use crate::time::UtcMillis;
use crate::topic::BotReply;

/// Plans the text. It has no author, opens no conversation, and changes nothing about one that is active. `None` if
/// no text may leave, because something changed since that was decided.
#[must_use]
pub fn plan_notification(
    state: &ConversationState,
    rendered: &RenderedNotification,
    provider_numbers: &[PhoneNumber],
    now: UtcMillis,
    ids: &mut dyn IdSource,
) -> Option<(Plan, MessageId)> {
    let mut draft = PlanDraft::new(state, now, ids);
    let reply = BotReply {
        text: MessageText::from(rendered.text.as_str()),
        pictures: rendered
            .picture
            .iter()
            .map(|(url, _)| url.clone())
            .collect(),
        alt_text: rendered.picture.as_ref().map(|(_, alt)| alt.clone()),
        node: None,
    };
    let said = say(&mut draft, state, &[reply], provider_numbers, None);
    let first = *said.first()?;
    Some((draft.finish(), first))
}

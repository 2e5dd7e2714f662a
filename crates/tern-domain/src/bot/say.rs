//! The virtual agent's texts in the outbox: in order (T-13), with pictures where carriers take them (T-8), and with a
//! code that is nowhere but in memory (L-2).

use uuid::Uuid;

use super::{BotContext, SENT_CODE};
use crate::address::ConversationKey;
use crate::draft::PlanDraft;
use crate::ids::{IdSource, MessageId};
use crate::message::{Author, MessageText};
use crate::outbox::LinkedPicture;
use crate::phone::PhoneNumber;
use crate::plan::{Effect, Plan};
use crate::schedule::UndoHold;
use crate::segments::split_for_carrier;
use crate::send::{OutgoingText, cannot_send, store_and_enqueue};
use crate::state::ConversationState;
use crate::time::UtcMillis;
use crate::topic::BotReply;
use crate::verification::TextedCode;

/// Territories whose numbers carry pictures to each other (T-8).
const PICTURE_TERRITORIES: [&str; 2] = ["US", "CA"];

/// Adds what is said without an agent, and answers its texts. Nothing, where a text may not leave: the requester
/// opted out, or cannot be texted.
pub(crate) fn say(
    draft: &mut PlanDraft<'_>,
    state: &ConversationState,
    replies: &[BotReply],
    provider_numbers: &[PhoneNumber],
    author: Option<Author>,
) -> Vec<MessageId> {
    let mut said = Vec::new();
    if cannot_send(state, provider_numbers).is_some() {
        return said;
    }
    let carries_pictures = carries_pictures(&state.key);
    let mut put = |draft: &mut PlanDraft<'_>, body, pictures| {
        said.push(put(draft, state, body, pictures, author));
    };
    for reply in replies {
        if reply.pictures.is_empty() || carries_pictures {
            put(draft, reply.text.clone(), pictures_of(reply));
            continue;
        }
        let mut lines = vec![reply.text.as_str()];
        lines.extend(reply.pictures.iter().map(String::as_str));
        lines.retain(|line| !line.is_empty());
        for part in split_for_carrier(&lines.join("\n")) {
            put(draft, MessageText::new(part), Vec::new());
        }
    }
    said
}

/// Plans a text with a code (L-2), to the number that is being proved. What is stored of it has no digits; whoever
/// sends it puts them in. `None` where no text may leave.
pub fn plan_code_text(
    state: &ConversationState,
    ctx: &BotContext<'_>,
    ids: &mut dyn IdSource,
) -> Option<(MessageId, Plan)> {
    if cannot_send(state, ctx.provider_numbers).is_some() {
        return None;
    }
    let mut draft = PlanDraft::new(state, ctx.now, ids);
    let body = MessageText::new(TextedCode::kept_text());
    let author = Some(Author::VirtualAgent);
    let message_id = put(&mut draft, state, body, Vec::new(), author);
    draft.push(Effect::MarkMasked {
        message_id,
        patterns: vec![SENT_CODE.to_owned()],
    });
    let mut plan = draft.finish();
    for effect in &mut plan.effects {
        if let Effect::Enqueue(entry) = effect {
            entry.holds_code = true;
        }
    }
    Some((message_id, plan))
}

fn pictures_of(reply: &BotReply) -> Vec<LinkedPicture> {
    reply
        .pictures
        .iter()
        .map(|url| LinkedPicture {
            url: url.clone(),
            alt_text: reply.alt_text.clone().unwrap_or_default(),
        })
        .collect()
}

/// T-8: both ends have to be in a country whose carriers take pictures; elsewhere the address is sent.
fn carries_pictures(key: &ConversationKey) -> bool {
    let takes = |number: &PhoneNumber| {
        number.is_toll_free()
            || number
                .territory()
                .is_some_and(|territory| PICTURE_TERRITORIES.contains(&territory.as_str()))
    };
    takes(&key.provider) && key.requester.phone().is_some_and(takes)
}

fn put(
    draft: &mut PlanDraft<'_>,
    state: &ConversationState,
    body: MessageText,
    pictures: Vec<LinkedPicture>,
    author: Option<Author>,
) -> MessageId {
    let (now, message_id) = after_everything(draft, state);
    let text = OutgoingText {
        message_id,
        body,
        media: Vec::new(),
    };
    store_and_enqueue(
        draft,
        &state.key,
        &text,
        pictures,
        author,
        now,
        UndoHold::OFF,
    );
    message_id
}

/// A place in the outbox behind every text of the conversation that has not left: several are written within
/// one instant, and a clock can be set back between two.
fn after_everything(
    draft: &mut PlanDraft<'_>,
    state: &ConversationState,
) -> (UtcMillis, MessageId) {
    let id = MessageId::next(draft.ids());
    let last = state
        .open_sends
        .iter()
        .chain(draft.effects().filter_map(|effect| match effect {
            Effect::Enqueue(entry) => Some(entry),
            _ => None,
        }))
        .map(|entry| (entry.created_at, entry.message_id))
        .max();
    match last {
        Some((at, before)) if (at, before) >= (draft.now(), id) => {
            let next = before.uuid().as_u128().wrapping_add(1);
            (at, MessageId::new(Uuid::from_u128(next)))
        }
        _ => (draft.now(), id),
    }
}

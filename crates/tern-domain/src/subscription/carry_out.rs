//! Carries out what a word does, in the plan of the text that it is.

use super::{
    ConsentChange, Line, Standing, Subscription, With, Word, WordOutcome, what_a_word_does,
};
use crate::arrival::ArrivalContext;
use crate::draft::PlanDraft;
use crate::event::{Actor, EventBody, OptOutEvidence};
use crate::ids::MessageId;
use crate::interaction::Handler;
use crate::message::{CarrierMessage, MessageText};
use crate::opt_out::Keyword;
use crate::outbox::refuse_what_waits;
use crate::plan::Effect;
use crate::send::store_system_text;
use crate::state::ConversationState;
use crate::system_message::SystemMessage;

/// A text that is a word about consent, read in the conversation that it comes into.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Reading {
    /// Which word.
    pub word: Word,
    /// What it does here.
    pub does: WordOutcome,
}

impl Reading {
    /// Topics and the virtual agent do not hear of it (S-8).
    #[must_use]
    pub const fn is_kept_from_topics(&self) -> bool {
        !self.does.is_ordinary || self.does.asks_agent
    }
}

/// Reads a requester's text as a word about consent; `None` if it is none.
#[must_use]
pub fn read_word(
    state: &ConversationState,
    message: &CarrierMessage,
    ctx: &ArrivalContext,
) -> Option<Reading> {
    let word = Word::find(message.body.as_str(), &state.key.provider, ctx.command)?;
    let standing = Standing {
        is_linked: state.is_linked,
        is_on: state.subscription.is_some_and(|it| it.is_on),
        is_blocked: state.opt_out.is_in_force(),
        with: match state.active() {
            None => With::Nobody,
            Some(active) if active.handler == Handler::VirtualAgent => With::VirtualAgent,
            Some(_) => With::Person,
        },
    };
    Some(Reading {
        word,
        does: what_a_word_does(word, &standing),
    })
}

/// Plans what a stored text does. Of history only the carrier's block counts.
pub(crate) fn carry_out(
    draft: &mut PlanDraft<'_>,
    state: &ConversationState,
    reading: &Reading,
    message: (&CarrierMessage, MessageId),
    ctx: &ArrivalContext,
) {
    let (text, message_id) = message;
    let (at, does) = (text.created_at, reading.does);
    let is_live = ctx.is_live(at);
    if let Some(is_block) = does.block {
        let keyword = if is_block {
            Keyword::OptOut
        } else {
            Keyword::OptIn {
                also_ordinary: reading.word == Word::Yes,
            }
        };
        let learned = state.opt_out.with(keyword, at);
        draft.learn_opt_out(
            learned,
            OptOutEvidence::Keyword,
            (at, Some(message_id)),
            is_live,
        );
        if is_block && draft.is_opted_out() {
            // Nothing that was on its way to the outbox leaves after it.
            refuse_what_waits(draft, state);
        }
    }
    if !is_live {
        return;
    }
    if let Some(is_on) = does.notifications {
        let said = Subscription {
            is_on,
            changed_at: at,
        };
        turn(draft, state, said, Actor::Requester, Some(message_id));
    }
    if does.asks_agent {
        let body = EventBody::StopSuspected { message_id };
        draft.record(Actor::Requester, body);
        draft.consent(
            at,
            Actor::Requester,
            Some(message_id),
            ConsentChange::StopSuspected,
        );
    }
    if let Some(line) = does.line {
        say(draft, state, line);
    }
}

/// S-3, S-4: the wish follows the latest word. A guest has none to follow.
pub(super) fn turn(
    draft: &mut PlanDraft<'_>,
    state: &ConversationState,
    said: Subscription,
    by: Actor,
    message_id: Option<MessageId>,
) {
    let before = state.subscription;
    let after = Subscription::after(before, said);
    let Some(profile) = state.profile.as_ref().filter(|_| before != Some(after)) else {
        return;
    };
    draft.push(Effect::SetSubscription {
        profile: profile.id,
        subscription: after,
    });
    let Subscription { is_on, changed_at } = after;
    if before.is_some_and(|before| before.is_on) == is_on {
        return;
    }
    let change = if is_on {
        ConsentChange::NotificationsOn
    } else {
        ConsentChange::NotificationsOff
    };
    draft.record(by, EventBody::SubscriptionChanged { is_on });
    draft.consent(changed_at, by, message_id, change);
}

/// The one line, if it can reach them.
fn say(draft: &mut PlanDraft<'_>, state: &ConversationState, line: Line) {
    if draft.is_opted_out() || !state.key.requester.can_be_texted() {
        return;
    }
    let now = draft.now();
    store_system_text(
        draft,
        &state.key,
        SystemMessage::Subscription,
        MessageText::from(line.words()),
        now,
    );
}

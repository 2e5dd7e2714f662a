//! "Do they want to stop?": what an agent says about a text that is almost STOP.

use super::carry_out::turn;
use super::{Consent, ConsentChange, Subscription};
use crate::draft::PlanDraft;
use crate::event::{Actor, EventBody, OptOutEvidence};
use crate::ids::{AgentId, IdSource, MessageId};
use crate::opt_out::Keyword;
use crate::outbox::refuse_what_waits;
use crate::plan::Plan;
use crate::state::ConversationState;
use crate::time::UtcMillis;

/// Where the question stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StopQuestion {
    /// Nobody has answered it.
    Open {
        /// The text that it is about.
        message_id: MessageId,
        /// When that was written.
        at: UtcMillis,
    },
    /// An agent said that they want no texts. The carrier does not block them, so an agent can take it back.
    SaidYes {
        /// Who.
        by: Actor,
        /// When.
        at: UtcMillis,
    },
}

/// Why an answer is not taken. The words are for the agent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum StopAnswerRefusal {
    /// It was answered, or a word of the requester's has settled it.
    #[error("nobody has to say any more whether they want to stop")]
    NotAsked,
    /// Only the requester can end what they began.
    #[error("the customer opted out by themselves; only they can opt in again, by texting START")]
    TheirOwnWord,
}

/// What is to be answered, by the record of a conversation, newest first. The carrier's clock says when texts were
/// written and this one when agents answered, so an answer is found by the text that it is about, not by its time.
#[must_use]
pub fn stop_question(newest_first: &[Consent]) -> Option<StopQuestion> {
    let asked = newest_first
        .iter()
        .find(|consent| consent.change == ConsentChange::StopSuspected)?;
    let is_about_texts = |consent: &&Consent| {
        matches!(
            consent.change,
            ConsentChange::Blocked { .. } | ConsentChange::Unblocked
        )
    };
    // Nobody has to say, or may take back, what the requester or the carrier has said since.
    let is_settled = newest_first
        .iter()
        .filter(is_about_texts)
        .any(|consent| !matches!(consent.by, Actor::Agent(_)) && consent.at >= asked.at);
    if is_settled {
        return None;
    }
    let latest = newest_first.iter().find(is_about_texts);
    if let Some(latest) = latest
        && let (ConsentChange::Blocked { .. }, by @ Actor::Agent(_)) = (latest.change, latest.by)
    {
        return Some(StopQuestion::SaidYes { by, at: latest.at });
    }
    let is_answered = newest_first.iter().any(|consent| {
        matches!(consent.change, ConsentChange::StopAnswered { .. })
            && consent.message_id == asked.message_id
    });
    (!is_answered).then_some(StopQuestion::Open {
        message_id: asked.message_id?,
        at: asked.at,
    })
}

/// Plans an agent's answer. *Yes* is honoured like STOP, though the carrier knows nothing of it: no text leaves any
/// more, until the requester writes START or the agent says that it was a mistake.
///
/// # Errors
/// [`StopAnswerRefusal`]; nothing is changed then.
pub fn plan_stop_answer(
    state: &ConversationState,
    question: Option<StopQuestion>,
    wants_to_stop: bool,
    (agent, now): (AgentId, UtcMillis),
    ids: &mut dyn IdSource,
) -> Result<Plan, StopAnswerRefusal> {
    let (message_id, asked_at) = match question {
        Some(StopQuestion::Open { message_id, at }) => (Some(message_id), at),
        Some(StopQuestion::SaidYes { at, .. }) if !wants_to_stop => (None, at),
        _ if !wants_to_stop && state.opt_out.is_in_force() => {
            return Err(StopAnswerRefusal::TheirOwnWord);
        }
        _ => return Err(StopAnswerRefusal::NotAsked),
    };
    let mut draft = PlanDraft::new(state, now, ids);
    let actor = Actor::Agent(agent);
    // The carrier's clock, which says when texts were written, may be ahead of this one.
    let at = now.max(asked_at);
    draft.record(actor, EventBody::StopAnswered { wants_to_stop });
    let answered = ConsentChange::StopAnswered { wants_to_stop };
    draft.consent(at, actor, message_id, answered);
    let evidence = OptOutEvidence::SaidByAgent { agent };
    if wants_to_stop {
        // As if they had written STOP instead: the next START or STOP of theirs is later, whatever this clock says.
        let since = asked_at.max(state.opt_out.opted_in_at.unwrap_or(asked_at));
        let learned = state.opt_out.with(Keyword::OptOut, since);
        draft.learn_opt_out(learned, evidence, (at, message_id), true);
        refuse_what_waits(&mut draft, state);
        turn(&mut draft, state, Subscription::off(at), actor, message_id);
    } else if message_id.is_none() {
        let learned = state.opt_out.without_own_block();
        draft.learn_opt_out(learned, evidence, (at, None), true);
    }
    Ok(draft.finish())
}

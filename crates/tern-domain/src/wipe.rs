//! Words that the carrier still has to forget (L-14, V-20): when it is asked, how often, and what its answers mean.
//!
//! A text that is kept hidden, or that somebody redacted, is emptied at the carrier as soon as the carrier lets us:
//! it refuses while a message is not final (20009). What it cannot do is told, never hidden. What nobody can wipe
//! (the handset, the operators in between) is not this module's business; the manual says it.

use serde::{Deserialize, Serialize};

use crate::draft::PlanDraft;
use crate::event::{Actor, EventBody};
use crate::ids::{AgentId, IdSource, MessageId};
use crate::outbox::OutboxState;
use crate::plan::{Effect, Plan};
use crate::retention::{OnHold, check_not_held};
use crate::state::ConversationState;
use crate::time::{Millis, UtcMillis};

/// Tries of a request that the carrier refuses for a reason of its own, before a person has to look.
const MOST_REFUSALS: u32 = 5;
const PAUSE_FIRST: Millis = Millis::minutes(1);
const PAUSE_LAST: Millis = Millis::hours(6);

/// Why a text is wiped.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum WipeCause {
    /// It answered a secure question (V-20).
    SecureAnswer,
    /// Somebody removed it by hand.
    Redacted {
        /// Who.
        by: AgentId,
    },
}

/// What keeps the carrier from having done it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum WipeWait {
    /// Its turn has not come.
    Turn,
    /// The message is still on its way there (20009).
    NotFinal,
    /// The credentials were refused (401).
    Credentials,
    /// It has too much to do, or trouble of its own (429, 5xx).
    Busy,
    /// It refused, and is asked once more.
    Refused,
}

/// How far it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum WipeState {
    /// The carrier still has the words.
    Waiting {
        /// What is in the way.
        why: WipeWait,
    },
    /// The carrier's copy is empty.
    Done {
        /// Since when that is known.
        at: UtcMillis,
        /// It had forgotten the whole message already (404).
        gone: bool,
    },
    /// It never reached the carrier: there is no copy.
    NeverThere,
    /// The carrier refuses; a person has to do it in its console, or have it tried again.
    Failed {
        /// Since when.
        at: UtcMillis,
        /// The carrier's code.
        code: Option<u32>,
    },
}

/// One text whose words the carrier has to forget.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct CarrierWipe {
    /// Which text.
    pub message_id: MessageId,
    /// Why.
    pub cause: WipeCause,
    /// It had pictures or files, which are deleted there too.
    pub with_media: bool,
    /// Since when its words are gone here.
    pub since: UtcMillis,
    /// Requests that came to nothing.
    pub tries: u32,
    /// How far it is.
    pub state: WipeState,
    /// When it is tried next; `None` when it will not be tried by itself.
    pub next_at: Option<UtcMillis>,
}

/// What the carrier said.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WipeAnswer {
    /// Text and media are gone.
    Emptied,
    /// It does not know the message (any more): 404.
    Gone,
    /// The message is still on its way (20009).
    NotFinal,
    /// The credentials are refused: 401.
    Credentials,
    /// It could not, or wants less at once: 429, 5xx, no answer.
    Later {
        /// How long it asked us to wait.
        after: Option<Millis>,
    },
    /// It will not.
    Refused {
        /// Its code.
        code: Option<u32>,
    },
}

impl CarrierWipe {
    /// A wipe that is due at once.
    #[must_use]
    pub const fn due(
        message_id: MessageId,
        cause: WipeCause,
        with_media: bool,
        now: UtcMillis,
    ) -> Self {
        Self {
            message_id,
            cause,
            with_media,
            since: now,
            tries: 0,
            state: WipeState::Waiting {
                why: WipeWait::Turn,
            },
            next_at: Some(now),
        }
    }

    /// The same after an answer. Being offline is none: then nobody was asked.
    #[must_use]
    pub fn answered(self, answer: WipeAnswer, now: UtcMillis) -> Self {
        let tries = self.tries.saturating_add(1);
        let later = |why, after: Option<Millis>| Self {
            tries,
            state: WipeState::Waiting { why },
            next_at: Some(now + after.map_or(pause(tries), |after| after.max(PAUSE_FIRST))),
            ..self
        };
        let over = |state| Self {
            tries,
            state,
            next_at: None,
            ..self
        };
        match answer {
            WipeAnswer::Emptied => over(WipeState::Done {
                at: now,
                gone: false,
            }),
            WipeAnswer::Gone => over(WipeState::Done {
                at: now,
                gone: true,
            }),
            WipeAnswer::NotFinal => later(WipeWait::NotFinal, None),
            WipeAnswer::Credentials => later(WipeWait::Credentials, None),
            WipeAnswer::Later { after } => later(WipeWait::Busy, after),
            WipeAnswer::Refused { code } if tries >= MOST_REFUSALS => {
                over(WipeState::Failed { at: now, code })
            }
            WipeAnswer::Refused { .. } => later(WipeWait::Refused, None),
        }
    }

    /// The same after somebody asked for another try. The answer to a secure question goes all the same: nobody
    /// could be asked to keep that (L-14).
    ///
    /// # Errors
    /// [`OnHold`] for a text that somebody removed before its conversation was held: the carrier has the last copy.
    pub fn again(self, is_held: bool, now: UtcMillis) -> Result<Self, OnHold> {
        check_not_held(is_held && matches!(self.cause, WipeCause::Redacted { .. }))?;
        Ok(Self {
            tries: 0,
            state: WipeState::Waiting {
                why: WipeWait::Turn,
            },
            next_at: Some(now),
            ..self
        })
    }
}

/// Pause before the next try: doubles from a minute (the least that the carrier asks for with 20009) to six hours,
/// and never ends, because a message can stay on its way for days.
fn pause(tries: u32) -> Millis {
    let doublings = tries.saturating_sub(1).min(16);
    Millis(PAUSE_FIRST.0.saturating_mul(1_i64 << doublings)).min(PAUSE_LAST)
}

/// Why a text is not removed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum RedactRefusal {
    /// It is not here.
    #[error("there is no such text")]
    Unknown,
    /// Nothing of it is left.
    #[error("the text was removed already")]
    AlreadyRemoved,
    /// The conversation, or the person, is under a legal hold.
    #[error(transparent)]
    OnHold(#[from] OnHold),
    /// It may still leave.
    #[error("the text has not left yet: call it back instead")]
    NotSentYet,
    /// Nobody knows whether it left, so nobody knows what to wipe.
    #[error("it is not known whether the text left: settle that first")]
    Uncertain,
    /// Somebody says that it left, and the carrier's row was never found.
    #[error("the carrier's copy of the text was not found yet, so it could not be wiped")]
    NotFound,
}

/// Removes the words and pictures of one text for good: here at once, at the carrier as soon as it lets us.
/// `state.stored` is the text, `outbox` how its way out stands, `removed` a wipe that there is already, `is_held`
/// whether a legal hold is on its conversation.
///
/// # Errors
/// [`RedactRefusal`]; nothing is planned then.
pub fn plan_redaction(
    state: &ConversationState,
    outbox: Option<&OutboxState>,
    removed: Option<&CarrierWipe>,
    is_held: bool,
    by: AgentId,
    now: UtcMillis,
    ids: &mut dyn IdSource,
) -> Result<Plan, RedactRefusal> {
    let stored = state.stored.as_ref().ok_or(RedactRefusal::Unknown)?;
    if removed.is_some() {
        return Err(RedactRefusal::AlreadyRemoved);
    }
    check_not_held(is_held)?;
    match outbox {
        Some(
            OutboxState::Held { .. }
            | OutboxState::Waiting
            | OutboxState::InFlight { .. }
            | OutboxState::RetryAt { .. },
        ) => return Err(RedactRefusal::NotSentYet),
        Some(OutboxState::Uncertain { .. }) => return Err(RedactRefusal::Uncertain),
        Some(OutboxState::Sent { .. }) if stored.sid.is_none() => {
            return Err(RedactRefusal::NotFound);
        }
        _ => {}
    }
    let cause = WipeCause::Redacted { by };
    let mut wipe = CarrierWipe::due(stored.message_id, cause, true, now);
    if stored.sid.is_none() {
        wipe.state = WipeState::NeverThere;
        wipe.next_at = None;
    }
    let mut draft = PlanDraft::new(state, now, ids);
    draft.push(Effect::RedactMessage(stored.message_id));
    draft.push(Effect::WipeAtCarrier(wipe));
    draft.record(
        Actor::Agent(by),
        EventBody::TextRemoved {
            message_id: stored.message_id,
        },
    );
    Ok(draft.finish())
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    const NOW: UtcMillis = UtcMillis(1_000_000);

    fn wipe() -> CarrierWipe {
        let id = MessageId::new(Uuid::from_u128(1));
        CarrierWipe::due(id, WipeCause::SecureAnswer, false, NOW)
    }

    #[test]
    fn l_14_a_message_on_its_way_is_asked_for_again_without_end_and_no_sooner_than_a_minute() {
        let (mut wipe, mut now) = (wipe(), NOW);
        for _ in 0..200 {
            let next = wipe.answered(WipeAnswer::NotFinal, now);
            let at = next.next_at.unwrap();
            assert!(at.since(now) >= Millis::minutes(1) && at.since(now) <= Millis::hours(6));
            assert_eq!(
                next.state,
                WipeState::Waiting {
                    why: WipeWait::NotFinal
                }
            );
            (wipe, now) = (next, at);
        }
    }

    #[test]
    fn l_14_empty_and_gone_are_done_and_never_asked_for_again() {
        for (answer, gone) in [(WipeAnswer::Emptied, false), (WipeAnswer::Gone, true)] {
            let done = wipe().answered(answer, NOW);
            assert_eq!(done.state, WipeState::Done { at: NOW, gone });
            assert_eq!(done.next_at, None);
        }
    }

    #[test]
    fn l_14_trouble_there_is_waited_for_and_a_lasting_refusal_is_told() {
        let asked = WipeAnswer::Later {
            after: Some(Millis::hours(2)),
        };
        let later = wipe().answered(asked, NOW);
        assert_eq!(later.next_at, Some(NOW + Millis::hours(2)));
        let mut refused = wipe().answered(WipeAnswer::Credentials, NOW);
        assert!(refused.next_at.is_some());
        for _ in 0..MOST_REFUSALS {
            refused = refused.answered(WipeAnswer::Refused { code: Some(20001) }, NOW);
        }
        let failed = WipeState::Failed {
            at: NOW,
            code: Some(20001),
        };
        assert_eq!((refused.state, refused.next_at), (failed, None));
        assert_eq!(refused.again(true, NOW).unwrap().next_at, Some(NOW));
    }
}

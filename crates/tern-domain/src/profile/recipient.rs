//! An agent writes to a person (A-6, A-7, A-11, A-13, A-18, P-16): whose number it is, and whose it becomes.

use std::collections::BTreeSet;

use super::{BindCause, MessagingProfile, match_requester};
use crate::draft::PlanDraft;
use crate::event::{Actor, EventBody};
use crate::ids::{AgentId, PersonId};
use crate::interaction::{CloseReason, Handler};
use crate::notice::NoticeKind;
use crate::people::{PersonDetails, PhoneField};
use crate::phone::PhoneNumber;
use crate::send::{Recipient, SendRefusal};
use crate::state::ConversationState;

/// whose number it is, if that is not the person an agent wants to write to. The profile's person, or
/// else a user who has the number in a phone field.
#[must_use]
pub fn other_owner(state: &ConversationState, person: PersonId) -> Option<PersonId> {
    let profile = state.profile.as_ref();
    if let Some(bound) = profile.and_then(|profile| profile.standing.bound_to) {
        return Some(bound).filter(|bound| *bound != person);
    }
    let is_settled =
        |user: &&PersonId| profile.is_some_and(|it| it.standing.settled.contains(*user));
    if state.users.contains(&person) {
        return None;
    }
    state.users.iter().find(|user| !is_settled(user)).copied()
}

/// the other agent whose live conversation would be closed by writing to this person.
#[must_use]
pub fn taken_over_from(
    state: &ConversationState,
    person: PersonId,
    agent: AgentId,
) -> Option<AgentId> {
    state
        .active()
        .filter(|interaction| is_with_somebody_else(state, interaction.opened_for, person))
        .filter(|interaction| interaction.handler == Handler::LiveAgent)
        .and_then(|interaction| interaction.assigned_to)
        .filter(|owner| *owner != agent)
}

/// the active interaction is bound to a different person. A guest is nobody different.
fn is_with_somebody_else(
    state: &ConversationState,
    opened_for: Option<PersonId>,
    person: PersonId,
) -> bool {
    let bound_to = state
        .profile
        .as_ref()
        .and_then(|profile| profile.standing.bound_to);
    bound_to.or(opened_for).is_some_and(|known| known != person)
}

/// what needs a confirmation, and did not get it.
pub(crate) fn check_recipient(
    state: &ConversationState,
    recipient: Recipient,
    agent: AgentId,
) -> Result<(), SendRefusal> {
    let Some(person) = recipient.person else {
        return Ok(());
    };
    if let Some(owner) = other_owner(state, person).filter(|_| !recipient.move_number) {
        return Err(SendRefusal::NumberOfSomebodyElse { person: owner });
    }
    match taken_over_from(state, person, agent).filter(|_| !recipient.take_over) {
        Some(agent) => Err(SendRefusal::TakesOver { agent }),
        None => Ok(()),
    }
}

/// Gives the number to the person written to. Answers whether the active interaction was closed by it.
pub(crate) fn address_to(
    draft: &mut PlanDraft<'_>,
    state: &ConversationState,
    person: Option<PersonId>,
    agent: AgentId,
) -> bool {
    let Some(person) = person else {
        draft.match_requester(&state.users);
        return false;
    };
    let actor = Actor::Agent(agent);
    let closes = state
        .active()
        .is_some_and(|active| is_with_somebody_else(state, active.opened_for, person));
    if closes {
        supersede(draft, state, person, agent);
    }
    let settled: BTreeSet<PersonId> = state.users.iter().copied().collect();
    draft.change_profile(actor, |recorder, address, profile| {
        let mut profile = match profile {
            Some(mut old) if old.standing.bound_to.is_some_and(|owner| owner != person) => {
                // P-8: the old one ends before the new one begins.
                recorder.record_profile(&mut old, actor, EventBody::ProfileDeactivated);
                recorder.set_profile(&old);
                recorder.create_profile(address, Some(person), BindCause::Moved, actor)?
            }
            Some(profile) => profile,
            None => recorder.create_profile(address, Some(person), BindCause::ByAgent, actor)?,
        };
        let claims = match_requester(&state.users, Some(&profile));
        if profile.standing.bound_to != Some(person) || claims.identity_conflict {
            // The agent saw whose number it was and confirmed.
            let cause = BindCause::ByAgent;
            recorder.bind_profile(&mut profile, Some(person), cause, settled, actor);
        }
        recorder.flag_profile(&mut profile, &state.users);
        Some(profile)
    });
    closes
}

/// ends without a word to the requester, without wrap-up and survey.
fn supersede(
    draft: &mut PlanDraft<'_>,
    state: &ConversationState,
    person: PersonId,
    agent: AgentId,
) {
    let reason = CloseReason::SupersededByUserChange;
    draft.record_interaction(
        Actor::Agent(agent),
        EventBody::InteractionClosed {
            state: reason.closed_state(),
            reason,
        },
    );
    if let Some(previous) = taken_over_from(state, person, agent) {
        draft.notify(previous, agent, NoticeKind::TakenOver);
    }
}

/// Where a number that can be written to comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum RecipientSource {
    /// A profile binds it to the person.
    Profile,
    /// The person's own phone.
    Mobile,
    /// The business phone.
    Business,
}

/// A number that a person can be written to at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecipientChoice {
    /// The number.
    pub number: PhoneNumber,
    /// Where it comes from.
    pub source: RecipientSource,
}

/// the numbers of a person, the preselected one first: a bound profile's, then the phone fields in their
/// order (P-11). Each number once. `profiles` are the active profiles bound to the person.
#[must_use]
pub fn recipient_choices(
    details: &PersonDetails,
    profiles: &[MessagingProfile],
) -> Vec<RecipientChoice> {
    let bound = profiles
        .iter()
        .filter_map(|profile| profile.address.phone())
        .map(|number| (number, RecipientSource::Profile));
    let fields = details.phones().map(|(field, number)| {
        let source = match field {
            PhoneField::Mobile => RecipientSource::Mobile,
            PhoneField::Business => RecipientSource::Business,
        };
        (number, source)
    });
    let mut choices: Vec<RecipientChoice> = Vec::new();
    for (number, source) in bound.chain(fields) {
        if choices.iter().all(|known| known.number != *number) {
            choices.push(RecipientChoice {
                number: number.clone(),
                source,
            });
        }
    }
    choices
}

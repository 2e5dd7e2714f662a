//! One entry of a proof by text (L-3): what it means for the lock, the number and the conversation.

use std::collections::BTreeSet;

use super::plan::{record_change, set};
use super::{
    AccountLink, AfterProof, Asking, Elevation, Proven, UnlinkCause, VerificationChange,
    VerificationState,
};
use crate::event::{Actor, AggregateRef, EventBody};
use crate::ids::{IdSource, PersonId};
use crate::interaction::Interaction;
use crate::people::{PersonDetails, PersonKind};
use crate::phone::PhoneNumber;
use crate::plan::{Effect, Plan};
use crate::profile::{BindCause, IdentityState, MessagingProfile};
use crate::record::Recorder;
use crate::time::UtcMillis;
use crate::topic::Ticket;

/// The role that whoever proved who they are has besides their own ones (V-25).
pub const VERIFIED_ROLE: &str = "verified";

/// What is being entered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ProofStep {
    /// The soft PIN.
    Pin,
    /// The authenticator's code.
    Code,
}

/// What comes of an entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ProofOutcome {
    /// The PIN was heard; the code comes next, whether it was right or not.
    Heard,
    /// Both were right: number linked, conversation elevated (L-3).
    Proved,
    /// One of them was not, or there is nobody to be: the conversation goes on as a guest's (L-3).
    Failed,
    /// Locked, by this entry or before (L-11).
    Locked,
    /// The entry was lost before it was checked: it is asked for again.
    Lost,
}

/// What the slow comparison found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Checked {
    /// Which entry.
    pub step: ProofStep,
    /// It was right.
    pub right: bool,
    /// The step of a right code.
    pub code_step: Option<u64>,
    /// When it was entered, by the clock that counts (see [`Lockout`](super::Lockout)).
    pub at: UtcMillis,
}

/// Everything that an entry is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProofState {
    /// The number it came from.
    pub identity: IdentityState,
    /// The interaction it came in.
    pub interaction: Interaction,
    /// The user it may be (L-5); `None` where there is none.
    pub candidate: Option<VerificationState>,
    /// What the interaction knows so far.
    pub elevation: Elevation,
}

/// L-5: the user whose PIN and code a number may enter: the only one whose mobile phone it is, or of several
/// the one that it is bound to.
#[must_use]
pub fn find_candidate<'p>(
    number: &PhoneNumber,
    bound_to: Option<PersonId>,
    holders: impl IntoIterator<Item = (PersonId, &'p PersonDetails)>,
) -> Option<PersonId> {
    let users: Vec<PersonId> = holders
        .into_iter()
        .filter(|(_, details)| {
            details.kind == PersonKind::User && details.mobile_phone.as_ref() == Some(number)
        })
        .map(|(person, _)| person)
        .collect();
    match users.as_slice() {
        [only] => Some(*only),
        several => bound_to.filter(|bound| several.contains(bound)),
    }
}

/// Plans that an entry is being checked, or that a proof is being asked for.
#[must_use]
pub fn plan_proof_begun(
    interaction: &Interaction,
    mut elevation: Elevation,
    waiting: Option<Ticket>,
    then: Option<AfterProof>,
) -> Plan {
    let asking = elevation.asking.get_or_insert_with(Asking::default);
    asking.waiting = waiting;
    if then.is_some() {
        asking.then = then;
    }
    Plan {
        events: Vec::new(),
        effects: vec![set_elevation(interaction, elevation)],
    }
}

/// Plans what one entry comes to. The lock goes by `checked.at`; events happen `now`.
#[must_use]
pub fn plan_checked(
    state: &ProofState,
    checked: Checked,
    now: UtcMillis,
    ids: &mut dyn IdSource,
) -> (Plan, ProofOutcome) {
    let mut plan = Plan::default();
    let mut recorder = Recorder::new(&mut plan, ids, now);
    let at = checked.at;
    let mut elevation = state.elevation.clone();
    let asking = elevation.asking.take().unwrap_or_default();
    let outcome = match &state.candidate {
        Some(user) => of_user(&mut recorder, state, user, &asking, checked),
        None => {
            let strays = std::mem::take(&mut elevation.strays).failed(at);
            let outcome = after_wrong(strays.locked_at(at).is_some(), checked.step);
            elevation.strays = strays;
            outcome
        }
    };
    match outcome {
        ProofOutcome::Heard => {
            let pin_of = state.candidate.as_ref().filter(|_| checked.right);
            elevation.asking = Some(Asking {
                pin_of: pin_of.map(|user| user.person),
                waiting: None,
                then: asking.then,
            });
        }
        ProofOutcome::Proved => {
            elevation.proven = state.candidate.as_ref().map(|user| Proven {
                person: user.person,
                at: now,
            });
        }
        ProofOutcome::Failed | ProofOutcome::Locked => {
            let is_locked = outcome == ProofOutcome::Locked;
            // L-12: who is locked out is a guest at once.
            elevation.proven = elevation.proven.filter(|_| !is_locked);
            let body = EventBody::ProofFailed { is_locked };
            record_on(&mut recorder, &state.interaction, Actor::Requester, body);
        }
        ProofOutcome::Lost => {}
    }
    plan.effects
        .push(set_elevation(&state.interaction, elevation));
    (plan, outcome)
}

fn of_user(
    recorder: &mut Recorder<'_>,
    state: &ProofState,
    user: &VerificationState,
    asking: &Asking,
    checked: Checked,
) -> ProofOutcome {
    let at = checked.at;
    let mut after = user.verification.clone();
    if after.lockout.locked_at(at).is_some() {
        return ProofOutcome::Locked;
    }
    if let (Some(step), Some(app)) = (checked.code_step, after.authenticator.as_mut()) {
        // L-14: used, even if the PIN before it was wrong.
        app.last_step = app.last_step.max(step);
    }
    let is_pin_right = asking.pin_of == Some(user.person);
    let outcome = match checked.step {
        ProofStep::Pin if checked.right => ProofOutcome::Heard,
        ProofStep::Code if checked.right && is_pin_right => {
            after.lockout = super::Lockout::default();
            link(recorder, state, user);
            ProofOutcome::Proved
        }
        // The wrong PIN was counted already.
        ProofStep::Code if checked.right => ProofOutcome::Failed,
        step => {
            after.lockout = after.lockout.failed(at);
            after_wrong(after.lockout.locked_at(at).is_some(), step)
        }
    };
    if let (ProofOutcome::Locked, Some(until)) = (outcome, after.lockout.locked_at(at)) {
        let change = VerificationChange::Locked { until };
        record_change(recorder, user, change, Actor::VirtualAgent);
    }
    if after != user.verification {
        recorder.plan.effects.push(set(user.person, after));
    }
    outcome
}

const fn after_wrong(is_locked: bool, step: ProofStep) -> ProofOutcome {
    match step {
        _ if is_locked => ProofOutcome::Locked,
        ProofStep::Pin => ProofOutcome::Heard,
        ProofStep::Code => ProofOutcome::Failed,
    }
}

/// L-3, P-13, P-14: the number is theirs from here on, whoever it was bound to before.
fn link(recorder: &mut Recorder<'_>, state: &ProofState, user: &VerificationState) {
    let actor = Actor::VirtualAgent;
    let identity = &state.identity;
    let settled: BTreeSet<PersonId> = identity.users.iter().copied().collect();
    let address = (identity.channel, &identity.address);
    let found = match identity.profile.clone() {
        Some(profile) => Some(profile),
        None => recorder.create_profile(address, None, BindCause::Proved, actor),
    };
    let Some(mut profile) = found else { return };
    if profile.standing.bound_to != Some(user.person) {
        let to = Some(user.person);
        recorder.bind_profile(&mut profile, to, BindCause::Proved, settled.clone(), actor);
    }
    recorder.record_profile(&mut profile, actor, EventBody::ProfileVerified { settled });
    let person = user.person;
    recorder.record_profile(&mut profile, actor, EventBody::AccountLinked { person });
    let link = AccountLink {
        person,
        linked_at: recorder.now,
    };
    let effect = set_link(&profile, Some(link));
    crate::profile::settle(recorder, identity, &identity.users, Some(profile), actor);
    recorder.plan.effects.push(effect);
}

/// Plans L-16: the number is linked to nobody, and the conversations in which somebody is known for sure are a
/// guest's. The profile stays bound: who it was is known (L-15).
#[must_use]
pub fn plan_logout(
    state: &IdentityState,
    cause: UnlinkCause,
    actor: Actor,
    now: UtcMillis,
    ids: &mut dyn IdSource,
) -> Plan {
    let mut plan = Plan::default();
    let Some(mut profile) = state.profile.clone() else {
        return plan;
    };
    let mut recorder = Recorder::new(&mut plan, ids, now);
    let unlinked = EventBody::AccountUnlinked { cause };
    recorder.record_profile(&mut profile, actor, unlinked);
    recorder.set_profile(&profile);
    plan.effects.push(set_link(&profile, None));
    for interaction in &state.interactions {
        plan.effects
            .push(set_elevation(interaction, Elevation::default()));
    }
    plan
}

/// Plans that an interaction is a guest's again (L-12, L-15): its user is locked, gone, or somebody else.
#[must_use]
pub fn plan_elevation_end(
    interaction: &Interaction,
    mut elevation: Elevation,
    now: UtcMillis,
    ids: &mut dyn IdSource,
) -> Plan {
    let mut plan = Plan::default();
    if elevation.proven.take().is_none() {
        return plan;
    }
    let mut recorder = Recorder::new(&mut plan, ids, now);
    record_on(
        &mut recorder,
        interaction,
        Actor::System,
        EventBody::ElevationEnded,
    );
    plan.effects.push(set_elevation(interaction, elevation));
    plan
}

/// A fact about an interaction, for its timeline.
fn record_on(
    recorder: &mut Recorder<'_>,
    interaction: &Interaction,
    actor: Actor,
    body: EventBody,
) {
    let mut after = interaction.clone();
    after.apply(&body, recorder.now);
    let aggregate = AggregateRef::Interaction(interaction.id);
    recorder.append(aggregate, interaction.version, actor, body);
    recorder.plan.effects.push(Effect::SetInteraction(after));
}

fn set_link(profile: &MessagingProfile, link: Option<AccountLink>) -> Effect {
    Effect::SetAccountLink {
        profile: profile.id,
        link,
    }
}

fn set_elevation(interaction: &Interaction, elevation: Elevation) -> Effect {
    Effect::SetElevation {
        interaction: interaction.id,
        key: interaction.key.clone(),
        elevation: Box::new(elevation),
    }
}

//! A proof by text (L-3): what an entry means for the lock, the number and the conversation.
//!
//! A PIN is always followed by a code, and a try is counted once, when the code is there. So neither the texts
//! nor the lock tell which of the two was wrong, and a try that is given up halfway tells nothing at all.

use std::collections::BTreeSet;

use super::logout::{set_elevation, set_link};
use super::plan::{record_change, set};
use super::{
    AccountLink, Asking, CodeTexts, Elevation, Lockout, ProofFactor, ProofOutcome, Proven,
    SecondFactor, VerificationChange, VerificationState,
};
use crate::aggregate::AggregateRef;
use crate::event::{Actor, EventBody};
use crate::ids::{IdSource, PersonId};
use crate::interaction::Interaction;
use crate::people::{PersonDetails, PersonKind};
use crate::phone::PhoneNumber;
use crate::plan::{Effect, Plan};
use crate::profile::{BindCause, IdentityState, ProfileStanding};
use crate::record::Recorder;
use crate::time::UtcMillis;
use crate::topic::Ticket;

/// What the slow comparison found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Checked {
    /// Of which entry.
    pub factor: ProofFactor,
    /// It was right.
    pub right: bool,
    /// The step of a right code of an authenticator.
    pub code_step: Option<u64>,
    /// There was nothing to compare it with: the texted code is too old, or gone.
    pub is_expired: bool,
    /// When it was entered, by the clock that counts (see [`Lockout`]).
    pub at: UtcMillis,
}

/// Everything that a proof is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProofState {
    /// The number it comes from.
    pub identity: IdentityState,
    /// The interaction it comes in.
    pub interaction: Interaction,
    /// The user it may be (L-5); `None` where there is none.
    pub candidate: Option<VerificationState>,
    /// What the interaction knows so far.
    pub elevation: Elevation,
    /// Wrong entries of this number that are nobody's. They are counted and answered like a user's, so that
    /// nobody learns from a lock whether there is an account.
    pub strays: Lockout,
    /// L-2: what is asked for after the PIN.
    pub second: SecondFactor,
    /// Codes that were texted to this number.
    pub codes: CodeTexts,
}

impl ProofState {
    /// Another code would be one too many.
    fn is_too_often(&self, at: UtcMillis) -> bool {
        self.second == SecondFactor::Sms && !self.codes.may_send_at(at)
    }

    fn is_locked(&self, at: UtcMillis) -> bool {
        let lockout = match &self.candidate {
            Some(user) => &user.verification.lockout,
            None => &self.strays,
        };
        lockout.locked_at(at).is_some()
    }
}

/// What one step of a proof comes to.
#[derive(Debug, Clone, PartialEq)]
pub struct Proof {
    /// What changes.
    pub plan: Plan,
    /// How it stands.
    pub outcome: ProofOutcome,
    /// The number's entries that are nobody's, after it.
    pub strays: Lockout,
}

/// L-5: the user whose PIN and code a number may enter: the only one whose mobile phone it is, or of several
/// the one that it is bound to. Nobody where a colleague gave the number to somebody else although they saw
/// that claim: only a colleague takes that back (P-13).
#[must_use]
pub fn find_candidate<'p>(
    number: &PhoneNumber,
    standing: Option<&ProfileStanding>,
    holders: impl IntoIterator<Item = (PersonId, &'p PersonDetails)>,
) -> Option<PersonId> {
    let bound_to = standing.and_then(|standing| standing.bound_to);
    let is_refused = |user: &PersonId| {
        bound_to.is_some_and(|bound| bound != *user)
            && standing.is_some_and(|standing| standing.settled.contains(user))
    };
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
    .filter(|user| !is_refused(user))
}

/// Plans the beginning of a proof: the PIN is asked for, whoever it is, unless there is a lock (L-11), or no code may
/// be texted for a while.
#[must_use]
pub fn plan_proof_begun(
    state: &ProofState,
    at: UtcMillis,
    now: UtcMillis,
    ids: &mut dyn IdSource,
) -> Proof {
    let mut plan = Plan::default();
    let mut elevation = state.elevation.clone();
    let outcome = if state.is_locked(at) {
        elevation.asking = None;
        let mut recorder = Recorder::new(&mut plan, ids, now);
        record_failure(&mut recorder, &state.interaction, true);
        ProofOutcome::Locked
    } else if state.is_too_often(at) {
        elevation.asking = None;
        ProofOutcome::TooOften
    } else {
        elevation.asking = Some(Asking::default());
        ProofOutcome::Asks
    };
    plan.effects
        .push(set_elevation(&state.interaction, elevation));
    Proof {
        plan,
        outcome,
        strays: state.strays.clone(),
    }
}

/// Plans that an entry is being checked.
#[must_use]
pub fn plan_proof_awaited(
    interaction: &Interaction,
    mut elevation: Elevation,
    ticket: Ticket,
) -> Plan {
    elevation.asking.get_or_insert_default().waiting = Some(ticket);
    Plan {
        events: Vec::new(),
        effects: vec![set_elevation(interaction, elevation)],
    }
}

/// Plans what one entry comes to. The lock goes by `checked.at`; events happen `now`. Where a PIN is heard and codes are
/// texted, whoever calls this texts one.
#[must_use]
pub fn plan_checked(
    state: &ProofState,
    checked: Checked,
    now: UtcMillis,
    ids: &mut dyn IdSource,
) -> Proof {
    let mut plan = Plan::default();
    let mut elevation = state.elevation.clone();
    let asking = elevation.asking.take().unwrap_or_default();
    let mut strays = state.strays.clone();
    let outcome = match checked.factor {
        // Another conversation with the number may have taken the last one meanwhile.
        ProofFactor::Pin if state.is_too_often(checked.at) => ProofOutcome::TooOften,
        ProofFactor::Pin => {
            let user = state.candidate.as_ref().filter(|_| checked.right);
            elevation.asking = Some(Asking {
                pin_heard: true,
                pin_of: user.map(|user| user.person),
                waiting: None,
            });
            ProofOutcome::Heard
        }
        ProofFactor::Code => {
            let mut recorder = Recorder::new(&mut plan, ids, now);
            let outcome = match &state.candidate {
                // Nobody learns anything from it, right or wrong, so it is no try.
                _ if checked.is_expired && !state.is_locked(checked.at) => ProofOutcome::Expired,
                Some(user) => of_user(&mut recorder, state, user, &asking, checked),
                None => {
                    strays = strays.failed(checked.at);
                    after_wrong(&strays, checked.at)
                }
            };
            if outcome != ProofOutcome::Verified {
                let is_locked = outcome == ProofOutcome::Locked;
                record_failure(&mut recorder, &state.interaction, is_locked);
            }
            outcome
        }
    };
    match outcome {
        ProofOutcome::Verified => {
            elevation.proven = state.candidate.as_ref().map(|user| Proven {
                person: user.person,
                at: now,
            });
        }
        // L-12: who is locked out is a guest at once.
        ProofOutcome::Locked => elevation.proven = None,
        ProofOutcome::Asks
        | ProofOutcome::Heard
        | ProofOutcome::Failed
        | ProofOutcome::Expired
        | ProofOutcome::TooOften => {}
    }
    plan.effects
        .push(set_elevation(&state.interaction, elevation));
    Proof {
        plan,
        outcome,
        strays,
    }
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
    // A texted code was forgotten when it was compared, so it is taken once.
    let mut is_fresh = state.second == SecondFactor::Sms;
    if let (Some(step), Some(app)) = (checked.code_step, after.authenticator.as_mut()) {
        // L-14: used, even if the PIN before it was wrong; and perhaps used since it was checked.
        is_fresh = step > app.last_step;
        app.last_step = app.last_step.max(step);
    }
    let outcome = if checked.right && is_fresh && asking.pin_of == Some(user.person) {
        after.lockout = Lockout::default();
        link(recorder, state, user);
        ProofOutcome::Verified
    } else {
        after.lockout = after.lockout.failed(at);
        after_wrong(&after.lockout, at)
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

fn after_wrong(lockout: &Lockout, at: UtcMillis) -> ProofOutcome {
    if lockout.locked_at(at).is_some() {
        ProofOutcome::Locked
    } else {
        ProofOutcome::Failed
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
    let body = EventBody::ElevationEnded;
    record_on(&mut recorder, interaction, Actor::System, body);
    plan.effects.push(set_elevation(interaction, elevation));
    plan
}

fn record_failure(recorder: &mut Recorder<'_>, interaction: &Interaction, is_locked: bool) {
    let body = EventBody::ProofFailed { is_locked };
    record_on(recorder, interaction, Actor::Requester, body);
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

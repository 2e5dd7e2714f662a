//! What happens to a user's PIN, authenticator and lock, and who did it: the audit trail of L.

use serde::{Deserialize, Serialize};

use super::{Authenticator, Verification};
use crate::aggregate::AggregateRef;
use crate::event::{Actor, EventBody};
use crate::ids::{IdSource, PersonId};
use crate::people::{DirectoryContext, PersonDetails, PersonKind};
use crate::plan::{Effect, Plan};
use crate::profile::IdentityState;
use crate::record::Recorder;
use crate::time::UtcMillis;

/// What happened. Holds no PIN, no code and no hash.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "what", rename_all = "snake_case")]
pub enum VerificationChange {
    /// A PIN was set, chosen by its user.
    PinSet,
    /// A PIN was drawn and shown once.
    PinDrawn,
    /// An authenticator app was proved by a first code.
    AuthenticatorEnrolled,
    /// PIN and authenticator are gone; a lock ended (L-11).
    Reset,
    /// A lock was ended by hand.
    Unlocked,
    /// Too many wrong entries (L-10).
    Locked {
        /// Until when (L-12).
        until: UtcMillis,
    },
}

/// Why a number is not linked any more.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum UnlinkCause {
    /// `logout` (L-16).
    Logout,
    /// PIN and authenticator were reset.
    Reset,
    /// A colleague unlinked it (P-13).
    ByAgent,
}

/// One user's verification as stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VerificationState {
    /// Whose.
    pub person: PersonId,
    /// Who that is; `None` if the directory does not have them (any more).
    pub details: Option<PersonDetails>,
    /// Events of the person so far.
    pub version: u32,
    /// PIN, authenticator and lock.
    pub verification: Verification,
}

/// Why something cannot be done. The words are for the agent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum VerificationRefusal {
    /// Nobody there.
    #[error("this person is not in the directory any more")]
    Gone,
    /// L-5 speaks of users.
    #[error("only a user has an account to verify")]
    NotAUser,
    /// Nothing to undo.
    #[error("this is so already")]
    NothingToChange,
    /// No link to take away.
    #[error("this number is linked to no account")]
    NotLinked,
}

impl VerificationState {
    /// Whether there is an account that can be enrolled.
    ///
    /// # Errors
    /// [`VerificationRefusal::Gone`], [`VerificationRefusal::NotAUser`].
    pub fn check(&self) -> Result<(), VerificationRefusal> {
        match &self.details {
            None => Err(VerificationRefusal::Gone),
            Some(details) if details.kind != PersonKind::User => Err(VerificationRefusal::NotAUser),
            Some(_) => Ok(()),
        }
    }
}

/// Plans a PIN, given its slow hash. Whether it was used before (L-9) is for whoever can compare hashes.
///
/// # Errors
/// [`VerificationRefusal`]; nothing is changed then.
pub fn plan_pin(
    state: &VerificationState,
    hash: String,
    drawn: bool,
    ctx: DirectoryContext,
    ids: &mut dyn IdSource,
) -> Result<Plan, VerificationRefusal> {
    state.check()?;
    let mut after = state.verification.clone();
    after.set_pin(hash, ctx.now);
    let change = if drawn {
        VerificationChange::PinDrawn
    } else {
        VerificationChange::PinSet
    };
    Ok(by_agent(state, after, change, ctx, ids))
}

/// Plans an authenticator app that was proved by the code of `step`. It replaces the one before.
///
/// # Errors
/// [`VerificationRefusal`]; nothing is changed then.
pub fn plan_authenticator(
    state: &VerificationState,
    sealed: String,
    step: u64,
    ctx: DirectoryContext,
    ids: &mut dyn IdSource,
) -> Result<Plan, VerificationRefusal> {
    state.check()?;
    let mut after = state.verification.clone();
    after.authenticator = Some(Authenticator {
        sealed,
        since: ctx.now,
        last_step: step,
    });
    let change = VerificationChange::AuthenticatorEnrolled;
    Ok(by_agent(state, after, change, ctx, ids))
}

/// Plans that PIN and authenticator are gone and a lock is over (L-11, L-12). The last PINs are remembered.
///
/// # Errors
/// [`VerificationRefusal`]; nothing is changed then.
pub fn plan_reset(
    state: &VerificationState,
    ctx: DirectoryContext,
    ids: &mut dyn IdSource,
) -> Result<Plan, VerificationRefusal> {
    state.check()?;
    let mut after = state.verification.clone();
    after.retire_pin();
    after.authenticator = None;
    after.lockout = super::Lockout::default();
    if after == state.verification {
        return Err(VerificationRefusal::NothingToChange);
    }
    Ok(by_agent(state, after, VerificationChange::Reset, ctx, ids))
}

/// Plans that a lock is over, and the wrong entries that led to it forgotten.
///
/// # Errors
/// [`VerificationRefusal`]; nothing is changed then.
pub fn plan_unlock(
    state: &VerificationState,
    ctx: DirectoryContext,
    ids: &mut dyn IdSource,
) -> Result<Plan, VerificationRefusal> {
    state.check()?;
    let mut after = state.verification.clone();
    after.lockout = super::Lockout::default();
    if after == state.verification {
        return Err(VerificationRefusal::NothingToChange);
    }
    Ok(by_agent(
        state,
        after,
        VerificationChange::Unlocked,
        ctx,
        ids,
    ))
}

/// Plans that the lock of a number without an account is over; the wrong entries are the caller's to forget.
#[must_use]
pub fn plan_number_unlock(
    state: &IdentityState,
    ctx: DirectoryContext,
    ids: &mut dyn IdSource,
) -> Plan {
    let mut plan = Plan::default();
    let Some(mut profile) = state.profile.clone() else {
        return plan;
    };
    let mut recorder = Recorder::new(&mut plan, ids, ctx.now);
    let change = VerificationChange::Unlocked;
    recorder.record_profile(
        &mut profile,
        Actor::Agent(ctx.agent),
        EventBody::VerificationChanged { change },
    );
    recorder.set_profile(&profile);
    plan
}

fn by_agent(
    state: &VerificationState,
    after: Verification,
    change: VerificationChange,
    ctx: DirectoryContext,
    ids: &mut dyn IdSource,
) -> Plan {
    let mut plan = Plan::default();
    let mut recorder = Recorder::new(&mut plan, ids, ctx.now);
    record_change(&mut recorder, state, change, Actor::Agent(ctx.agent));
    plan.effects.push(set(state.person, after));
    plan
}

pub(super) fn record_change(
    recorder: &mut Recorder<'_>,
    state: &VerificationState,
    change: VerificationChange,
    actor: Actor,
) {
    recorder.append(
        AggregateRef::Person(state.person),
        state.version,
        actor,
        EventBody::VerificationChanged { change },
    );
}

pub(super) fn set(person: PersonId, verification: Verification) -> Effect {
    Effect::SetVerification {
        person,
        verification: Box::new(verification),
    }
}

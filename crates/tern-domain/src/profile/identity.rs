//! What a live agent says about who is behind an address (P-13, P-14), and what the directory's changes mean.

use std::collections::BTreeSet;

use super::{BindCause, Identity, MessagingProfile};
use crate::address::{Address, Channel};
use crate::event::{Actor, EventBody};
use crate::ids::{IdSource, PersonId};
use crate::interaction::Interaction;
use crate::people::DirectoryContext;
use crate::plan::{Effect, Plan};
use crate::record::Recorder;
use crate::time::UtcMillis;

/// One address with everything that hangs on it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IdentityState {
    /// Channel of the address.
    pub channel: Channel,
    /// The address.
    pub address: Address,
    /// Its active profile.
    pub profile: Option<MessagingProfile>,
    /// Users with this number in a phone field, each once.
    pub users: Vec<PersonId>,
    /// Active interactions with this address, on whatever number of ours.
    pub interactions: Vec<Interaction>,
}

/// What an agent says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum IdentityAct {
    /// It is this person. Binds an unbound number, rebinds a bound one.
    Bind {
        /// Who.
        person: PersonId,
    },
    /// It is none of those we know.
    MakeGuest,
    /// I made sure that it is who it says.
    Verify,
}

/// Why it cannot be said. The words are for the agent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum IdentityRefusal {
    /// There is nobody to verify.
    #[error("this number is bound to nobody yet")]
    NobodyBound,
    /// It is so already.
    #[error("this is so already")]
    NothingToChange,
}

/// Plans what an agent says about an address. The users who claim the number at this moment are settled by
/// it: their claims do not raise a flag again.
///
/// # Errors
/// [`IdentityRefusal`]; nothing is changed then.
pub fn plan_identity(
    state: &IdentityState,
    act: IdentityAct,
    ctx: DirectoryContext,
    ids: &mut dyn IdSource,
) -> Result<Plan, IdentityRefusal> {
    let actor = Actor::Agent(ctx.agent);
    let settled: BTreeSet<PersonId> = state.users.iter().copied().collect();
    let mut plan = Plan::default();
    let mut recorder = Recorder::new(&mut plan, ids, ctx.now);
    let bound_to = state
        .profile
        .as_ref()
        .and_then(|profile| profile.standing.bound_to);
    let to = match act {
        IdentityAct::Bind { person } => Some(person),
        IdentityAct::MakeGuest => None,
        IdentityAct::Verify => bound_to,
    };
    let profile = match (act, state.profile.clone()) {
        (IdentityAct::Verify, Some(mut profile)) if to.is_some() => {
            recorder.record_profile(&mut profile, actor, EventBody::ProfileVerified { settled });
            Some(profile)
        }
        (IdentityAct::Verify, _) => return Err(IdentityRefusal::NobodyBound),
        (_, Some(profile)) if bound_to == to && settled.is_subset(&profile.standing.settled) => {
            return Err(IdentityRefusal::NothingToChange);
        }
        (_, profile) => bind_or_create(&mut recorder, state, profile, to, settled, actor),
    };
    settle(&mut recorder, state, &state.users, profile, actor);
    Ok(plan)
}

fn bind_or_create(
    recorder: &mut Recorder<'_>,
    state: &IdentityState,
    profile: Option<MessagingProfile>,
    to: Option<PersonId>,
    settled: BTreeSet<PersonId>,
    actor: Actor,
) -> Option<MessagingProfile> {
    let address = (state.channel, &state.address);
    let mut profile = match profile {
        Some(profile) => profile,
        None => recorder.create_profile(address, None, BindCause::ByAgent, actor)?,
    };
    recorder.bind_profile(&mut profile, to, BindCause::ByAgent, settled, actor);
    Some(profile)
}

/// Plans what a change of the directory means for an address whose users are now `state.users` (P-6, P-5,
/// P-7). Empty for an address without a profile: its next text makes one (P-1).
pub fn plan_rematch(state: &IdentityState, now: UtcMillis, ids: &mut dyn IdSource) -> Plan {
    let mut plan = Plan::default();
    if state.profile.is_some() {
        let mut recorder = Recorder::new(&mut plan, ids, now);
        let address = (state.channel, &state.address);
        let profile = recorder.match_profile(address, state.profile.clone(), &state.users);
        settle(&mut recorder, state, &state.users, profile, Actor::System);
    }
    plan
}

/// Plans that the person behind an address leaves the directory: it becomes a guest's again, unless the
/// table finds somebody else.
pub fn plan_person_gone(
    state: &IdentityState,
    person: PersonId,
    ctx: DirectoryContext,
    ids: &mut dyn IdSource,
) -> Plan {
    let mut plan = Plan::default();
    let users: Vec<PersonId> = state
        .users
        .iter()
        .copied()
        .filter(|user| *user != person)
        .collect();
    let Some(mut profile) = state.profile.clone() else {
        return plan;
    };
    let actor = Actor::Agent(ctx.agent);
    let mut recorder = Recorder::new(&mut plan, ids, ctx.now);
    if profile.standing.bound_to == Some(person) {
        let cause = BindCause::PersonDeleted;
        recorder.bind_profile(&mut profile, None, cause, BTreeSet::new(), actor);
    }
    let profile = recorder.match_profile((state.channel, &state.address), Some(profile), &users);
    settle(&mut recorder, state, &users, profile, actor);
    plan
}

/// Flags, the row, and the active interactions.
pub(crate) fn settle(
    recorder: &mut Recorder<'_>,
    state: &IdentityState,
    users: &[PersonId],
    mut profile: Option<MessagingProfile>,
    actor: Actor,
) {
    if let Some(profile) = profile.as_mut() {
        recorder.flag_profile(profile, users);
        if state.profile.as_ref() != Some(profile) {
            recorder.set_profile(profile);
        }
    }
    for before in &state.interactions {
        let mut interaction = before.clone();
        recorder.identify_interaction(&mut interaction, Identity::of(profile.as_ref()), actor);
        if interaction != *before {
            recorder
                .plan
                .effects
                .push(Effect::SetInteraction(interaction));
        }
    }
}

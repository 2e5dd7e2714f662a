//! The end of a proof (L-16): the number is linked to nobody any more.

use super::{AccountLink, Elevation, UnlinkCause, VerificationRefusal};
use crate::event::{Actor, EventBody};
use crate::ids::IdSource;
use crate::interaction::Interaction;
use crate::people::DirectoryContext;
use crate::plan::{Effect, Plan};
use crate::profile::{IdentityState, MessagingProfile};
use crate::record::Recorder;
use crate::time::UtcMillis;

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
    // S-6: a guest gets no notifications.
    recorder.reset_subscription(&profile);
    recorder.set_profile(&profile);
    plan.effects.push(set_link(&profile, None));
    for interaction in &state.interactions {
        plan.effects
            .push(set_elevation(interaction, Elevation::default()));
    }
    plan
}

/// Plans that an agent unlinks a number (P-13): what whoever wrote from it proved does not count any more.
///
/// # Errors
/// [`VerificationRefusal::NotLinked`]; nothing is changed then.
pub fn plan_unlink(
    state: &IdentityState,
    link: Option<AccountLink>,
    ctx: DirectoryContext,
    ids: &mut dyn IdSource,
) -> Result<Plan, VerificationRefusal> {
    if link.is_none() {
        return Err(VerificationRefusal::NotLinked);
    }
    let (cause, actor) = (UnlinkCause::ByAgent, Actor::Agent(ctx.agent));
    Ok(plan_logout(state, cause, actor, ctx.now, ids))
}

pub(super) fn set_link(profile: &MessagingProfile, link: Option<AccountLink>) -> Effect {
    Effect::SetAccountLink {
        profile: profile.id,
        link,
    }
}

pub(super) fn set_elevation(interaction: &Interaction, elevation: Elevation) -> Effect {
    Effect::SetElevation {
        interaction: interaction.id,
        key: interaction.key.clone(),
        elevation: Box::new(elevation),
    }
}

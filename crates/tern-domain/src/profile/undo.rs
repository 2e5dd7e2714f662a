//! Taking back what was said about an address: exactly, or not at all.

use super::{Identity, IdentityState, MessagingProfile};
use crate::address::{Address, Channel};
use crate::event::{Actor, EventBody};
use crate::ids::{IdSource, InteractionId};
use crate::people::DirectoryContext;
use crate::plan::{Effect, Plan};
use crate::record::Recorder;

/// An address as it was at one moment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IdentitySnapshot {
    /// Channel of the address.
    pub channel: Channel,
    /// The address.
    pub address: Address,
    /// Its active profile.
    pub profile: Option<MessagingProfile>,
    /// Who its active interactions were with.
    pub interactions: Vec<(InteractionId, Identity)>,
}

/// Why something cannot be taken back. The words are for the agent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum UndoRefusal {
    /// Taking it back now would undo somebody's later decision as well.
    #[error("this was changed again in the meantime")]
    ChangedSince,
}

impl IdentitySnapshot {
    /// The address as it is in a state.
    #[must_use]
    pub fn of(state: &IdentityState) -> Self {
        Self {
            channel: state.channel,
            address: state.address.clone(),
            profile: state.profile.clone(),
            interactions: state
                .interactions
                .iter()
                .map(|interaction| (interaction.id, interaction.identity()))
                .collect(),
        }
    }

    fn identity_of(&self, id: InteractionId) -> Identity {
        self.interactions
            .iter()
            .find(|(known, _)| *known == id)
            .map_or_else(
                || Identity::of(self.profile.as_ref()),
                |(_, identity)| *identity,
            )
    }
}

/// What of two profiles must agree for them to be in the same state.
fn standing(profile: Option<&MessagingProfile>) -> impl PartialEq + use<'_> {
    profile.map(|profile| (profile.id, &profile.standing))
}

/// Plans the way back from `after` to `before`. Texts that came in between do not hinder it; their
/// interactions follow the profile.
///
/// # Errors
/// [`UndoRefusal::ChangedSince`] if the profile is not as `after` left it.
pub fn plan_identity_undo(
    state: &IdentityState,
    before: &IdentitySnapshot,
    after: &IdentitySnapshot,
    ctx: DirectoryContext,
    ids: &mut dyn IdSource,
) -> Result<Plan, UndoRefusal> {
    if standing(state.profile.as_ref()) != standing(after.profile.as_ref()) {
        return Err(UndoRefusal::ChangedSince);
    }
    let actor = Actor::Agent(ctx.agent);
    let mut plan = Plan::default();
    let mut recorder = Recorder::new(&mut plan, ids, ctx.now);
    if standing(state.profile.as_ref()) != standing(before.profile.as_ref()) {
        restore_profile(&mut recorder, state.profile.clone(), before, actor);
    }
    for found in &state.interactions {
        let mut interaction = found.clone();
        recorder.identify_interaction(&mut interaction, before.identity_of(found.id), actor);
        if interaction != *found {
            recorder
                .plan
                .effects
                .push(Effect::SetInteraction(interaction));
        }
    }
    Ok(plan)
}

fn restore_profile(
    recorder: &mut Recorder<'_>,
    found: Option<MessagingProfile>,
    before: &IdentitySnapshot,
    actor: Actor,
) {
    let Some(mut profile) = found else { return };
    let known = before
        .profile
        .as_ref()
        .filter(|known| known.id == profile.id);
    if known.is_some_and(|known| known.standing.bound_to != profile.standing.bound_to) {
        recorder.reset_subscription(&profile);
    }
    let body = match known {
        Some(known) => EventBody::ProfileRestored {
            standing: Box::new(known.standing.clone()),
        },
        // It was created by what is taken back; a profile is never deleted (P-8).
        None => EventBody::ProfileDeactivated,
    };
    recorder.record_profile(&mut profile, actor, body);
    recorder.set_profile(&profile);
}

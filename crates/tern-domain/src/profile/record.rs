//! Writes a profile's facts into a plan, so that the row and the events cannot disagree.

use std::collections::BTreeSet;

use super::{BindCause, Identity, MessagingProfile, match_requester};
use crate::address::{Address, Channel};
use crate::aggregate::AggregateRef;
use crate::event::{Actor, EventBody};
use crate::ids::{PersonId, ProfileId};
use crate::interaction::Interaction;
use crate::plan::Effect;
use crate::record::Recorder;

impl Recorder<'_> {
    /// A fact about a profile; the row follows with [`Recorder::set_profile`].
    pub(crate) fn record_profile(
        &mut self,
        profile: &mut MessagingProfile,
        actor: Actor,
        body: EventBody,
    ) {
        let expected = profile.version;
        profile.apply(&body, &actor, self.now);
        self.append(AggregateRef::Profile(profile.id), expected, actor, body);
    }

    /// A profile for an address that has none (P-2, P-4, P-7, P-16).
    pub(crate) fn create_profile(
        &mut self,
        (channel, address): (Channel, &Address),
        bound_to: Option<PersonId>,
        cause: BindCause,
        actor: Actor,
    ) -> Option<MessagingProfile> {
        let id = ProfileId::next(self.ids);
        let body = EventBody::ProfileCreated {
            channel,
            address: address.clone(),
            bound_to,
            cause,
        };
        let profile = MessagingProfile::created(id, &body, self.now);
        self.append(AggregateRef::Profile(id), 0, actor, body);
        profile
    }

    /// Binds, rebinds or unbinds (P-14: the profile stays the same one).
    pub(crate) fn bind_profile(
        &mut self,
        profile: &mut MessagingProfile,
        to: Option<PersonId>,
        cause: BindCause,
        settled: BTreeSet<PersonId>,
        actor: Actor,
    ) {
        let from = profile.standing.bound_to;
        if from != to {
            self.reset_subscription(profile);
        }
        let body = EventBody::ProfileBound {
            from,
            to,
            cause,
            settled,
        };
        self.record_profile(profile, actor, body);
    }

    /// S-6: what one person wanted is not what the next one wants.
    pub(crate) fn reset_subscription(&mut self, profile: &MessagingProfile) {
        self.plan.effects.push(Effect::ResetSubscription {
            profile: profile.id,
            at: self.now,
        });
    }

    /// Flags what the table flags, if that is news.
    pub(crate) fn flag_profile(&mut self, profile: &mut MessagingProfile, users: &[PersonId]) {
        let found = match_requester(users, Some(profile));
        let standing = &profile.standing;
        if (standing.identity_conflict, standing.several_matches)
            != (found.identity_conflict, found.several_matches)
        {
            let body = EventBody::ProfileFlagged {
                identity_conflict: found.identity_conflict,
                several_matches: found.several_matches,
            };
            self.record_profile(profile, Actor::System, body);
        }
    }

    /// The table, carried out: what an address' profile is after it (P-2 … P-7).
    pub(crate) fn match_profile(
        &mut self,
        address: (Channel, &Address),
        profile: Option<MessagingProfile>,
        users: &[PersonId],
    ) -> Option<MessagingProfile> {
        let found = match_requester(users, profile.as_ref());
        let mut profile = match profile {
            None => {
                self.create_profile(address, found.person, BindCause::Matched, Actor::System)?
            }
            Some(mut profile) => {
                if profile.standing.bound_to != found.person {
                    self.bind_profile(
                        &mut profile,
                        found.person,
                        BindCause::Matched,
                        BTreeSet::new(),
                        Actor::System,
                    );
                }
                profile
            }
        };
        self.flag_profile(&mut profile, users);
        Some(profile)
    }

    /// The row of a profile after this plan's events.
    pub(crate) fn set_profile(&mut self, profile: &MessagingProfile) {
        self.plan
            .effects
            .push(Effect::SetProfile(Box::new(profile.clone())));
    }

    /// P-14: an active interaction follows its profile; a closed one keeps the identity it had.
    pub(crate) fn identify_interaction(
        &mut self,
        interaction: &mut Interaction,
        to: Identity,
        actor: Actor,
    ) {
        if !interaction.is_active() || interaction.identity() == to {
            return;
        }
        let body = EventBody::InteractionIdentityChanged {
            profile: to.profile,
            from: interaction.opened_for,
            to: to.opened_for,
        };
        let expected = interaction.version;
        interaction.apply(&body, self.now);
        self.append(
            AggregateRef::Interaction(interaction.id),
            expected,
            actor,
            body,
        );
    }
}

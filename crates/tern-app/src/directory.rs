//! Changing people and what hangs on them, in one transaction that can be taken back.
//!
//! It plans with the rules, in their order: numbers let go of a person before the person leaves, and every
//! address concerned is matched anew afterwards (P-5, P-6, P-7). It decides nothing itself.

use std::collections::BTreeSet;

use tern_domain::{
    Address, Channel, DirectoryContext, DirectoryRefusal, IdSource, IdentityAct, IdentityRefusal,
    IdentitySnapshot, PersonDetails, PersonId, Plan, UndoRefusal, plan_identity,
    plan_identity_undo, plan_person_deletion, plan_person_gone, plan_person_restoration,
    plan_person_save, plan_rematch,
};
use tern_store::{Applied, StoreError, WriteTx};

use crate::undo::{DirectoryStep, PersonStep};

/// One wish: new details, or `None` to delete.
pub(crate) struct PersonChange {
    pub(crate) id: PersonId,
    pub(crate) to: Option<PersonDetails>,
}

/// Why nothing was changed.
pub(crate) enum Refused {
    Directory(DirectoryRefusal),
    Identity(IdentityRefusal),
    Undo(UndoRefusal),
}

/// What was changed, and the way back.
pub(crate) type Changed = Result<(Applied, DirectoryStep), Refused>;

/// A transaction in the making.
pub(crate) struct DirectoryWrite<'a, 'c> {
    pub(crate) tx: &'a mut WriteTx<'c>,
    pub(crate) ctx: DirectoryContext,
    pub(crate) ids: &'a mut dyn IdSource,
}

impl DirectoryWrite<'_, '_> {
    /// Changes people. A refusal comes before anything is written.
    pub(crate) fn change_people(
        &mut self,
        changes: Vec<PersonChange>,
    ) -> Result<Changed, StoreError> {
        let mut step = DirectoryStep::default();
        let mut plans: Vec<Plan> = Vec::with_capacity(changes.len());
        let mut addresses: BTreeSet<Address> = BTreeSet::new();
        for change in changes {
            let state = self.tx.load_person_state(change.id)?;
            let planned = match change.to.clone() {
                Some(details) => plan_person_save(&state, details, self.ctx, self.ids),
                None => plan_person_deletion(&state, self.ctx, self.ids),
            };
            match planned {
                Ok(plan) if plan.is_empty() => continue,
                Ok(plan) => plans.push(plan),
                Err(refusal) => return Ok(Err(Refused::Directory(refusal))),
            }
            addresses.extend(self.tx.addresses_of_person(change.id)?);
            let numbers = change.to.iter().flat_map(PersonDetails::phones);
            addresses.extend(numbers.map(|(_, number)| Address::Phone(number.clone())));
            step.people.push(PersonStep {
                id: change.id,
                before: state.details,
                after: change.to.map(PersonDetails::tidied),
            });
        }
        let mut applied = Applied::default();
        let before = self.snapshots(&addresses)?;
        self.let_go(&step, &mut applied)?;
        for plan in plans {
            applied.merge(self.tx.apply(&plan)?);
        }
        for address in &addresses {
            let state = self.tx.load_identity_state(Channel::Sms, address)?;
            let plan = plan_rematch(&state, self.ctx.now, self.ids);
            applied.merge(self.tx.apply(&plan)?);
        }
        let after = self.snapshots(&addresses)?;
        step.identities = before.into_iter().zip(after).collect();
        Ok(Ok((applied, step)))
    }

    /// Says who is behind an address.
    pub(crate) fn identify(
        &mut self,
        (channel, address): (Channel, &Address),
        act: IdentityAct,
    ) -> Result<Changed, StoreError> {
        let state = self.tx.load_identity_state(channel, address)?;
        let plan = match plan_identity(&state, act, self.ctx, self.ids) {
            Ok(plan) => plan,
            Err(refusal) => return Ok(Err(Refused::Identity(refusal))),
        };
        let applied = self.tx.apply(&plan)?;
        let after = self.tx.load_identity_state(channel, address)?;
        let step = DirectoryStep {
            people: Vec::new(),
            identities: vec![(IdentitySnapshot::of(&state), IdentitySnapshot::of(&after))],
        };
        Ok(Ok((applied, step)))
    }

    /// Takes a step back. Everything is planned before anything is written.
    pub(crate) fn take_back(&mut self, step: DirectoryStep) -> Result<Changed, StoreError> {
        let mut plans = Vec::new();
        for person in step.people {
            let state = self.tx.load_person_state(person.id)?;
            if state.details != person.after {
                return Ok(Err(Refused::Undo(UndoRefusal::ChangedSince)));
            }
            match plan_person_restoration(&state, person.before, self.ctx, self.ids) {
                Ok(plan) => plans.push(plan),
                Err(refusal) => return Ok(Err(Refused::Directory(refusal))),
            }
        }
        for (before, after) in &step.identities {
            let state = self.tx.load_identity_state(after.channel, &after.address)?;
            match plan_identity_undo(&state, before, after, self.ctx, self.ids) {
                Ok(plan) => plans.push(plan),
                Err(refusal) => return Ok(Err(Refused::Undo(refusal))),
            }
        }
        let mut applied = Applied::default();
        for plan in plans {
            applied.merge(self.tx.apply(&plan)?);
        }
        Ok(Ok((applied, DirectoryStep::default())))
    }

    /// Those who leave let go of their numbers first.
    fn let_go(&mut self, step: &DirectoryStep, applied: &mut Applied) -> Result<(), StoreError> {
        for person in step.people.iter().filter(|person| person.after.is_none()) {
            for address in self.tx.addresses_of_person(person.id)? {
                let state = self.tx.load_identity_state(Channel::Sms, &address)?;
                let plan = plan_person_gone(&state, person.id, self.ctx, self.ids);
                applied.merge(self.tx.apply(&plan)?);
            }
        }
        Ok(())
    }

    fn snapshots(
        &self,
        addresses: &BTreeSet<Address>,
    ) -> Result<Vec<IdentitySnapshot>, StoreError> {
        addresses
            .iter()
            .map(|address| {
                let state = self.tx.load_identity_state(Channel::Sms, address)?;
                Ok(IdentitySnapshot::of(&state))
            })
            .collect()
    }
}

//! Who is behind a number: said by agents, changed by the directory, taken back.

use std::collections::BTreeSet;

use tern_domain::{
    Address, Channel, DirectoryContext, IdSource, IdentityAct, IdentitySnapshot, PersonDetails,
    PersonId, Plan, UtcMillis, plan_identity, plan_identity_undo, plan_person_deletion,
    plan_person_gone, plan_person_restoration, plan_person_save, plan_rematch,
};
use tern_store::{StoreError, WriteTx};

use super::day::Day;
use super::setting::{agent, details, person, requester};
use super::steps::Say;
use crate::clock::Clock as _;
use crate::ids::EdgeIds;

/// A step of the directory or the identity workbench, as it can be taken back: before and after.
#[derive(Debug, Clone, Default)]
pub(super) struct Said {
    person: Option<(PersonId, Option<PersonDetails>, Option<PersonDetails>)>,
    identities: Vec<(IdentitySnapshot, IdentitySnapshot)>,
}

fn context(who: usize, now: UtcMillis) -> DirectoryContext {
    DirectoryContext {
        now,
        agent: agent(who),
    }
}

impl Day {
    /// Says who is behind a number; whether the rules let it.
    pub(super) fn identify(&mut self, who: usize, of: usize, act: Say) -> bool {
        let act = match act {
            // Whoever is not in the directory cannot be chosen.
            Say::Is(number) if self.file.people.iter().all(|(id, _)| *id != person(number)) => {
                return false;
            }
            Say::Is(number) => IdentityAct::Bind {
                person: person(number),
            },
            Say::Guest => IdentityAct::MakeGuest,
            Say::Verified => IdentityAct::Verify,
        };
        let address = Address::Phone(requester(of));
        self.say(move |tx, now, ids| {
            let before = tx.load_identity_state(Channel::Sms, &address)?;
            let Ok(plan) = plan_identity(&before, act, context(who, now), ids) else {
                return Ok(None);
            };
            let _applied = tx.apply(&plan)?;
            let after = tx.load_identity_state(Channel::Sms, &address)?;
            let identities = vec![(IdentitySnapshot::of(&before), IdentitySnapshot::of(&after))];
            Ok(Some(Said {
                person: None,
                identities,
            }))
        })
    }

    /// The directory gives a customer's number to a person, or takes the person out; the numbers concerned
    /// are matched anew.
    pub(super) fn save(&mut self, number: usize, to: Option<PersonDetails>) -> bool {
        self.say(move |tx, now, ids| change_person(tx, number, to, now, ids))
    }

    /// The directory gives a customer's number to a person.
    pub(super) fn phone(&mut self, number: usize, of: Option<usize>) -> bool {
        self.save(number, Some(details(number, of.map(requester))))
    }

    /// Taking back at once leaves everything that anybody can see as it was.
    pub(super) fn and_undo(&mut self, act: impl FnOnce(&mut Self) -> bool) {
        let before = (self.file.identities(), self.file.people.clone());
        if !act(self) {
            return;
        }
        self.undo();
        self.look();
        let after = (self.file.identities(), self.file.people.clone());
        assert_eq!(before, after, "undo did not restore");
        assert!(self.said.is_none(), "nothing changed in between");
    }

    /// Exactly or not at all.
    pub(super) fn undo(&mut self) {
        let Some(said) = self.said.clone() else {
            return;
        };
        let clock = self.clock.clone();
        let is_undone = self
            .core
            .store
            .write_blocking(move |tx| {
                let ids = &mut EdgeIds::new(&*clock);
                let Some(plans) = plan_undo(tx, &said, clock.now(), ids)? else {
                    return Ok(false);
                };
                for plan in plans {
                    let _applied = tx.apply(&plan)?;
                }
                Ok(true)
            })
            .unwrap();
        if is_undone {
            self.said = None;
        }
    }

    fn say<F>(&mut self, change: F) -> bool
    where
        F: FnOnce(
                &mut WriteTx<'_>,
                UtcMillis,
                &mut dyn IdSource,
            ) -> Result<Option<Said>, StoreError>
            + Send
            + 'static,
    {
        let clock = self.clock.clone();
        let said = self
            .core
            .store
            .write_blocking(move |tx| change(tx, clock.now(), &mut EdgeIds::new(&*clock)))
            .unwrap();
        let is_said = said.is_some();
        self.said = said.or(self.said.take());
        is_said
    }
}

/// As the directory's use-cases do it: whoever leaves lets go of their numbers first.
fn change_person(
    tx: &mut WriteTx<'_>,
    number: usize,
    to: Option<PersonDetails>,
    now: UtcMillis,
    ids: &mut dyn IdSource,
) -> Result<Option<Said>, StoreError> {
    let (id, ctx) = (person(number), context(0, now));
    let state = tx.load_person_state(id)?;
    let planned = match to.clone() {
        Some(details) => plan_person_save(&state, details, ctx, ids),
        None => plan_person_deletion(&state, ctx, ids),
    };
    let Some(plan) = planned.ok().filter(|plan| !plan.is_empty()) else {
        return Ok(None);
    };
    let mut addresses: BTreeSet<Address> = tx.addresses_of_person(id)?.into_iter().collect();
    let numbers = to.iter().flat_map(PersonDetails::phones);
    addresses.extend(numbers.map(|(_, number)| Address::Phone(number.clone())));
    let before = snapshots(tx, &addresses)?;
    if to.is_none() {
        for address in tx.addresses_of_person(id)? {
            let state = tx.load_identity_state(Channel::Sms, &address)?;
            let _applied = tx.apply(&plan_person_gone(&state, id, ctx, ids))?;
        }
    }
    let _applied = tx.apply(&plan)?;
    for address in &addresses {
        let state = tx.load_identity_state(Channel::Sms, address)?;
        let _applied = tx.apply(&plan_rematch(&state, now, ids))?;
    }
    let after = snapshots(tx, &addresses)?;
    Ok(Some(Said {
        person: Some((id, state.details, to.map(PersonDetails::tidied))),
        identities: before.into_iter().zip(after).collect(),
    }))
}

fn plan_undo(
    tx: &WriteTx<'_>,
    said: &Said,
    now: UtcMillis,
    ids: &mut dyn IdSource,
) -> Result<Option<Vec<Plan>>, StoreError> {
    let ctx = context(0, now);
    let mut plans = Vec::new();
    if let Some((id, before, after)) = &said.person {
        let state = tx.load_person_state(*id)?;
        if state.details != *after {
            return Ok(None);
        }
        plans.push(plan_person_restoration(&state, before.clone(), ctx, ids).unwrap());
    }
    for (before, after) in &said.identities {
        let state = tx.load_identity_state(after.channel, &after.address)?;
        match plan_identity_undo(&state, before, after, ctx, ids) {
            Ok(plan) => plans.push(plan),
            Err(_changed_since) => return Ok(None),
        }
    }
    Ok(Some(plans))
}

fn snapshots(
    tx: &WriteTx<'_>,
    addresses: &BTreeSet<Address>,
) -> Result<Vec<IdentitySnapshot>, StoreError> {
    addresses
        .iter()
        .map(|address| {
            let state = tx.load_identity_state(Channel::Sms, address)?;
            Ok(IdentitySnapshot::of(&state))
        })
        .collect()
}

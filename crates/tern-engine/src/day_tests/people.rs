//! Who is behind a number: said by agents, changed by the directory, taken back.

use std::collections::BTreeSet;

use tern_domain::{
    Address, Channel, DirectoryContext, IdentityAct, IdentitySnapshot, plan_identity,
    plan_identity_undo, plan_person_save, plan_rematch,
};

use super::day::{Day, Said};
use super::setting::{agent, details, person, requester};
use super::steps::Say;
use crate::clock::Clock as _;
use crate::ids::EdgeIds;

impl Day {
    /// Says who is behind a number; what it was before and after, unless the rules refused.
    pub(super) fn identify(&mut self, who: usize, of: usize, act: Say) -> Option<Said> {
        let act = match act {
            // Whoever is not in the directory cannot be chosen.
            Say::Is(number) if self.file.people.iter().all(|(id, _)| *id != person(number)) => {
                return None;
            }
            Say::Is(number) => IdentityAct::Bind {
                person: person(number),
            },
            Say::Guest => IdentityAct::MakeGuest,
            Say::Verified => IdentityAct::Verify,
        };
        let (clock, address) = (self.clock.clone(), Address::Phone(requester(of)));
        let said = self
            .core
            .store
            .write_blocking(move |tx| {
                let before = tx.load_identity_state(Channel::Sms, &address)?;
                let ctx = DirectoryContext {
                    now: clock.now(),
                    agent: agent(who),
                };
                let ids = &mut EdgeIds::new(&*clock);
                let Ok(plan) = plan_identity(&before, act, ctx, ids) else {
                    return Ok(None);
                };
                let _applied = tx.apply(&plan)?;
                let after = tx.load_identity_state(Channel::Sms, &address)?;
                Ok(Some((
                    IdentitySnapshot::of(&before),
                    IdentitySnapshot::of(&after),
                )))
            })
            .unwrap();
        if said.is_some() {
            self.said.clone_from(&said);
        }
        said
    }

    /// Taking back at once leaves everything that anybody can see as it was.
    pub(super) fn identify_and_undo(&mut self, who: usize, of: usize, act: Say) {
        let before = self.file.identities();
        if self.identify(who, of, act).is_none() {
            return;
        }
        self.undo();
        self.look();
        assert_eq!(before, self.file.identities(), "undo did not restore");
        assert!(self.said.is_none(), "nothing changed in between");
    }

    pub(super) fn undo(&mut self) {
        let Some((before, after)) = self.said.clone() else {
            return;
        };
        let clock = self.clock.clone();
        let is_undone = self
            .core
            .store
            .write_blocking(move |tx| {
                let state = tx.load_identity_state(after.channel, &after.address)?;
                let ctx = DirectoryContext {
                    now: clock.now(),
                    agent: agent(0),
                };
                let ids = &mut EdgeIds::new(&*clock);
                match plan_identity_undo(&state, &before, &after, ctx, ids) {
                    Ok(plan) => tx.apply(&plan).map(|_| true),
                    Err(_changed_since) => Ok(false),
                }
            })
            .unwrap();
        if is_undone {
            self.said = None;
        }
    }

    /// The directory gives a customer's number to a person; numbers concerned are matched anew.
    pub(super) fn phone(&self, number: usize, of: Option<usize>) {
        let clock = self.clock.clone();
        self.core
            .store
            .write_blocking(move |tx| {
                let ctx = DirectoryContext {
                    now: clock.now(),
                    agent: agent(0),
                };
                let ids = &mut EdgeIds::new(&*clock);
                let id = person(number);
                let mut addresses: BTreeSet<_> = tx.addresses_of_person(id)?;
                let state = tx.load_person_state(id)?;
                let details = details(number, of.map(requester));
                addresses.extend(of.map(|of| Address::Phone(requester(of))));
                let plan = plan_person_save(&state, details, ctx, ids).unwrap();
                let _applied = tx.apply(&plan)?;
                for address in addresses {
                    let state = tx.load_identity_state(Channel::Sms, &address)?;
                    let plan = plan_rematch(&state, ctx.now, ids);
                    let _applied = tx.apply(&plan)?;
                }
                Ok(())
            })
            .unwrap();
    }
}

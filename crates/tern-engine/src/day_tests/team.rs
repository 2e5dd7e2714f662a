//! Who works here: agents who leave with their hands full and come back, and who is asked into a conversation.

use std::collections::BTreeSet;

use tern_domain::agents::{LeftWorkGoesTo, plan_leaving};
use tern_domain::desk::{Audience, NoteAct, plan_note};
use tern_domain::routing::ConfigChange;
use tern_domain::wrap_up::{WrapUpAct, plan_wrap_up};
use tern_domain::{
    ActContext, Actor, Authority, InteractionState, LiveGroupAct, MessageText, NoteId,
    plan_live_group,
};
use tern_store::{StoreError, WriteTx};

use super::acts::context;
use super::day::Day;
use super::setting::{agent, key};
use crate::clock::Clock;
use crate::ids::EdgeIds;

impl Day {
    /// Whether an agent is with the team. Who is not sits at no desk.
    pub(super) fn works_here(&self, who: usize) -> bool {
        let mut agents = self.file.agents().into_iter();
        agents.any(|known| known.id == agent(who) && known.active)
    }

    /// What the agent has goes to the queue or to a colleague; then they are off the team.
    pub(super) fn leave(&self, who: usize, heir: Option<usize>) {
        // The first agent is signed in, and nobody inherits from themselves.
        let heir = heir.filter(|heir| *heir != who && self.works_here(*heir));
        if who == 0 || !self.works_here(who) {
            return;
        }
        let to = heir.map_or(LeftWorkGoesTo::Queue, |heir| {
            LeftWorkGoesTo::Agent(agent(heir))
        });
        let clock = self.clock.clone();
        self.core
            .store
            .write_blocking(move |tx| {
                give_away(tx, &*clock, who, to)?;
                let open = tx.list_open_work()?;
                let left = open
                    .iter()
                    .find(|work| work.item.assignee == Some(agent(who)));
                assert!(left.is_none(), "left with whoever leaves: {left:?}");
                employ(tx, &*clock, who, false)
            })
            .unwrap();
    }

    /// Leaving is taken back: the agent is as they were.
    pub(super) fn come_back(&self, who: usize) {
        let clock = self.clock.clone();
        self.core
            .store
            .write_blocking(move |tx| employ(tx, &*clock, who, true))
            .unwrap();
    }

    pub(super) fn group(&self, who: usize, on: usize, whom: usize, joins: bool) {
        let is_with_team = self.works_here(whom);
        let act = if joins {
            LiveGroupAct::Add {
                agent: agent(whom),
                is_with_team,
            }
        } else {
            LiveGroupAct::Remove { agent: agent(whom) }
        };
        self.plan(key(on), move |state, now, ids| {
            plan_live_group(state, act, &context(who, now), ids).ok()
        });
    }

    /// Writes a note, or whispers.
    pub(super) fn note(&mut self, who: usize, on: usize, whispers: bool) {
        let id = NoteId::next(&mut EdgeIds::new(&*self.clock));
        let audience = if whispers {
            Audience::LiveGroup
        } else {
            Audience::Team
        };
        let body = MessageText::new("Ask for the contract");
        let is_written = self.plan(key(on), move |state, now, ids| {
            let act = NoteAct::Write { id, body, audience };
            plan_note(state, None, false, act, &context(who, now), ids).ok()
        });
        if is_written {
            self.notes.push(id);
        }
    }

    /// Deletes a note, if it is the agent's own.
    pub(super) fn forget_note(&self, who: usize, note: usize) {
        let Some(id) = self.notes.get(note % self.notes.len().max(1)).copied() else {
            return;
        };
        let clock = self.clock.clone();
        self.core
            .store
            .write_blocking(move |tx| {
                let Some(stored) = tx.find_note(id)? else {
                    return Ok(());
                };
                let state = tx.load_conversation_state(&stored.key, None)?;
                let (ctx, ids) = (context(who, clock.now()), &mut EdgeIds::new(&*clock));
                match plan_note(&state, Some(&stored), false, NoteAct::Delete, &ctx, ids) {
                    Ok(plan) => tx.apply(&plan).map(drop),
                    Err(_somebody_elses) => Ok(()),
                }
            })
            .unwrap();
    }
}

fn employ(
    tx: &mut WriteTx<'_>,
    clock: &dyn Clock,
    who: usize,
    active: bool,
) -> Result<(), StoreError> {
    let config = tx.load_routing_config()?;
    let mut changed = config.agent(agent(who)).unwrap().clone();
    changed.active = active;
    let changes = vec![ConfigChange::Agent { agent: changed }];
    let ids = &mut EdgeIds::new(clock);
    let plan = config.plan(changes, Actor::Agent(agent(0)), clock.now(), ids);
    tx.apply(&plan).map(drop)
}

/// As the use-case does it: wrap-ups end, everything else goes to whoever is named.
fn give_away(
    tx: &mut WriteTx<'_>,
    clock: &dyn Clock,
    who: usize,
    to: LeftWorkGoesTo,
) -> Result<(), StoreError> {
    let ctx = ActContext {
        now: clock.now(),
        agent: agent(0),
        authority: Authority::Supervisor,
    };
    let ids = &mut EdgeIds::new(clock);
    let mut done = BTreeSet::new();
    for work in tx.list_open_work()? {
        if work.interaction_state == InteractionState::WrapUp {
            if work.item.assignee == Some(agent(who)) {
                let wrapping = tx.find_wrap_up_work(work.item.interaction)?.unwrap();
                let plan = plan_wrap_up(&wrapping, WrapUpAct::End, &ctx, ids).unwrap();
                let _applied = tx.apply(&plan)?;
            }
        } else if done.insert(work.conversation) {
            let state = tx.load_conversation_state(&work.item.key, None)?;
            let plan = plan_leaving(&state, agent(who), to, &ctx, ids);
            if !plan.is_empty() {
                let _applied = tx.apply(&plan)?;
            }
        }
    }
    Ok(())
}

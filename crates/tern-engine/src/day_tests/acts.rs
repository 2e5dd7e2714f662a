//! What agents do to conversations and offers, as the use-cases do it.

use tern_domain::desk::{plan_pin, plan_snooze, plan_unpin, plan_unsnooze};
use tern_domain::routing::{
    AssignmentRule, OfferAnswer, OfferContext, TransferTo, WorkItemState, plan_answer,
    plan_cancel_transfer, plan_transfer,
};
use tern_domain::{ActContext, Authority, Channel, InteractionAct, Millis, UtcMillis, plan_act};

use tern_store::ReadConn;

use super::day::Day;
use super::file::File;
use super::setting::{FOR_GOOD, GIVES, agent, key};
use super::steps::{Answer, HandTo, Mark};
use crate::clock::Clock as _;
use crate::ids::EdgeIds;

/// The first agent supervises.
pub(super) fn context(who: usize, now: UtcMillis) -> ActContext {
    ActContext {
        now,
        agent: agent(who),
        authority: if who == 0 {
            Authority::Supervisor
        } else {
            Authority::Agent
        },
    }
}

impl Day {
    pub(super) fn act(&self, who: usize, on: usize, act: InteractionAct) {
        let clock = self.clock.clone();
        self.core
            .store
            .write_blocking(move |tx| {
                let now = clock.now();
                let state = tx.load_conversation_state_to_end(&key(on), now)?;
                let ids = &mut EdgeIds::new(&*clock);
                match plan_act(&state, act, &context(who, now), ids) {
                    Ok(plan) => tx.apply(&plan).map(drop),
                    Err(_no_such_move) => Ok(()),
                }
            })
            .unwrap();
    }

    pub(super) fn mark(&self, who: usize, on: usize, mark: Mark) {
        let agent = agent(who);
        self.plan(key(on), move |state, now, ids| match mark {
            Mark::Snooze { minutes } => {
                plan_snooze(state, now + Millis::minutes(minutes), agent, now, ids).ok()
            }
            Mark::Wake => Some(plan_unsnooze(state, agent, now, ids)),
            Mark::Pin => plan_pin(state, agent, now, ids).ok(),
            Mark::Unpin => Some(plan_unpin(state, agent, now, ids)),
        });
    }

    /// Taking a mark back at once leaves the row and its timers as they were.
    pub(super) fn mark_and_undo(&mut self, who: usize, on: usize, mark: Mark) {
        let before = self.file.row_and_timers(&key(on));
        let (is_new, back) = match (&before, mark) {
            (Some((row, _)), Mark::Snooze { .. } | Mark::Wake) => {
                (row.snoozed_until.is_none(), Mark::Wake)
            }
            (Some((row, _)), Mark::Pin | Mark::Unpin) => (!row.is_pinned, Mark::Unpin),
            (None, _) => return,
        };
        if is_new {
            self.mark(who, on, mark);
            self.mark(who, on, back);
            let _earlier = self.look();
            assert_eq!(before, self.file.row_and_timers(&key(on)), "undo of a mark");
        }
    }

    /// Calling a hand-over back at once leaves the conversation with whoever has it.
    pub(super) fn hand_on_and_back(&mut self, who: usize, on: usize, to: HandTo) {
        let held = |file: &File| {
            let active = file.active_of(&key(on))?;
            let mut items = file.work.iter().map(|(_, item)| item);
            let item = items.find(|item| item.interaction == active.id && item.is_held());
            Some((active.clone(), item?.clone()))
        };
        let before = held(&self.file);
        let is_under_way = |file: &File| {
            let mut items = file.work.iter();
            items.any(|(is_open, item)| *is_open && item.key == key(on) && !item.is_held())
        };
        let was_under_way = is_under_way(&self.file);
        self.hand_on(who, on, to);
        self.hand_on(who, on, HandTo::Back);
        let _earlier = self.look();
        // Whatever was under way before may have been called back with it.
        if before.is_some() && !was_under_way {
            assert_eq!(before, held(&self.file), "undo of a hand-over");
            assert!(!is_under_way(&self.file), "still handed on");
        }
    }

    pub(super) fn hand_on(&self, who: usize, on: usize, to: HandTo) {
        let read = |conn: &ReadConn<'_>| Ok((conn.load_routing_config()?, conn.load_presence()?));
        let (config, presence) = self.core.store.read_blocking(read).unwrap();
        self.plan(key(on), move |state, now, ids| {
            let ctx = context(who, now);
            let to = match to {
                HandTo::Back => return plan_cancel_transfer(state, &ctx, ids).ok(),
                HandTo::Queue => TransferTo::Queue(GIVES),
                HandTo::Agent(to) => TransferTo::Agent {
                    agent: agent(to),
                    takes_work: config.can_be_asked(&presence, agent(to), Channel::Sms),
                    timeout: AssignmentRule::SHIPPED_TIMEOUT,
                },
            };
            plan_transfer(state, to, &ctx, ids).ok()
        });
    }

    pub(super) fn answer(&self, offer: usize, answer: Answer) {
        let clock = self.clock.clone();
        self.core
            .store
            .write_blocking(move |tx| {
                let config = tx.load_routing_config()?;
                let mut open = tx.list_open_work()?;
                open.retain(|work| work.item.state == WorkItemState::PendingAccept);
                let Some(work) = open.get(offer % open.len().max(1)) else {
                    return Ok(());
                };
                let state = tx.load_conversation_state(&work.item.key, None)?;
                let ctx = OfferContext {
                    now: clock.now(),
                    agent: work.item.assignee.unwrap(),
                    telling: None,
                    rule: config
                        .rules
                        .iter()
                        .find(|rule| Some(rule.id) == work.item.rule),
                };
                let reason = config
                    .reject_reasons
                    .iter()
                    .find(|reason| reason.id == FOR_GOOD);
                let answer = match answer {
                    Answer::Accept => OfferAnswer::Accept,
                    Answer::Reject => OfferAnswer::Reject { reason: None },
                    Answer::RejectForGood => OfferAnswer::Reject { reason },
                };
                let ids = &mut EdgeIds::new(&*clock);
                let plan = plan_answer(&state, work.item.id, answer, &ctx, ids).unwrap();
                tx.apply(&plan).map(drop)
            })
            .unwrap();
    }
}

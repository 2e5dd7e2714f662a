//! What agents do to conversations and offers, as the use-cases do it.

use tern_domain::agents::PresenceState;
use tern_domain::desk::{plan_pin, plan_snooze, plan_unpin, plan_unsnooze};
use tern_domain::routing::{
    AssignmentRule, OfferAnswer, OfferContext, TransferTo, WorkItemState, plan_answer,
    plan_cancel_transfer, plan_transfer,
};
use tern_domain::{ActContext, Authority, Channel, InteractionAct, Millis, UtcMillis, plan_act};

use super::day::Day;
use super::setting::{FOR_GOOD, GIVES, agent, key};
use super::steps::{Answer, HandTo, Mark};
use crate::clock::Clock as _;
use crate::ids::EdgeIds;

/// The first agent supervises.
fn context(who: usize, now: UtcMillis) -> ActContext {
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
        self.plan(key(on), move |state, now, ids| {
            plan_act(state, act, &context(who, now), ids).ok()
        });
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

    pub(super) fn hand_on(&self, who: usize, on: usize, to: HandTo) {
        let presence = self
            .core
            .store
            .read_blocking(|conn| conn.load_presence())
            .unwrap();
        self.plan(key(on), move |state, now, ids| {
            let ctx = context(who, now);
            let to = match to {
                HandTo::Back => return plan_cancel_transfer(state, &ctx, ids).ok(),
                HandTo::Queue => TransferTo::Queue(GIVES),
                HandTo::Agent(to) => {
                    let is_in = presence
                        .get(&agent(to))
                        .map_or(PresenceState::OFFLINE, |now_in| now_in.state);
                    TransferTo::Agent {
                        agent: agent(to),
                        takes_work: PresenceState::shipped()
                            .iter()
                            .any(|state| state.id == is_in && state.takes(Channel::Sms)),
                        timeout: AssignmentRule::SHIPPED_TIMEOUT,
                    }
                }
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

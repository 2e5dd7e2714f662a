//! …, H-10: what becomes of work items as conversations go on.

use tern_domain::agents::PresenceState;
use tern_domain::routing::{
    AssignmentRule, Availability, CancelReason, Decision, OfferAnswer, OfferContext, OfferRefusal,
    Outcome, RejectReason, Telling, TransferRefusal, TransferTo, WorkItem, WorkItemState as W,
    plan_answer, plan_cancel_transfer, plan_decision, plan_missing_item, plan_offer_timeout,
    plan_transfer,
};
use tern_domain::{
    ActContext, AgentId, Announcement, Authority, Handler, InteractionAct as Act,
    InteractionState as S, Millis, RejectReasonId, RuleId,
};
use uuid::Uuid;

use crate::floor::queue_id;
use crate::support::{Desk, agent, at, inbound};

fn rule() -> AssignmentRule {
    AssignmentRule::shipped(RuleId::new(Uuid::from_u128(1)))
}

fn reason(reassignable: bool) -> RejectReason {
    RejectReason {
        id: RejectReasonId::new(Uuid::from_u128(5)),
        name: "Not my language".to_owned(),
        selectable: true,
        order: 1,
        channel: None,
        reassignable,
    }
}

/// A desk with one new conversation.
fn desk() -> Desk {
    let mut desk = Desk::new();
    desk.arrive(&inbound(1, "hello", at(0)));
    desk
}

impl Desk {
    /// The one work item that is open.
    fn item(&self) -> WorkItem {
        let [item] = &self.state.work[..] else {
            panic!("{:?}", self.state.work);
        };
        item.clone()
    }

    fn offer_by(&mut self, who: AgentId, rule: &AssignmentRule) {
        let waiting = self
            .state
            .work
            .iter()
            .find(|item| item.state == W::Queued)
            .unwrap();
        let decision = Decision {
            item: waiting.id,
            version: waiting.version,
            queue: Some(queue_id(1)),
            outcome: Outcome::Offer {
                agent: who,
                rule: Some(rule.id),
            },
            candidates: [].into(),
        };
        let state = self.load(None);
        let plan =
            plan_decision(&state, &decision, None, Some(rule), self.now, &mut self.ids).unwrap();
        self.apply(plan);
    }

    fn answer(&mut self, who: AgentId, answer: OfferAnswer<'_>) -> Result<(), OfferRefusal> {
        let rule = rule();
        let ctx = OfferContext {
            now: self.now,
            agent: who,
            rule: Some(&rule),
            telling: None,
        };
        let id = self.state.work.last().map(|item| item.id);
        let id = id.ok_or(OfferRefusal::Gone)?;
        let plan = plan_answer(&self.load(None), id, answer, &ctx, &mut self.ids)?;
        self.apply(plan);
        Ok(())
    }

    fn transfer(&mut self, who: AgentId, to: TransferTo) -> Result<(), TransferRefusal> {
        let ctx = ActContext {
            now: self.now,
            agent: who,
            authority: Authority::Agent,
        };
        let plan = plan_transfer(&self.load(None), to, &ctx, &mut self.ids)?;
        self.apply(plan);
        Ok(())
    }

    fn time_out(&mut self) -> Option<AgentId> {
        let id = self.state.work.last()?.id;
        let (who, plan) = plan_offer_timeout(&self.load(None), id, self.now, &mut self.ids)?;
        self.apply(plan);
        Some(who)
    }
}

const fn to_agent(who: AgentId) -> TransferTo {
    TransferTo::Agent {
        agent: who,
        takes_work: true,
        timeout: Some(Millis::seconds(60)),
    }
}

#[test]
fn q_5_an_offer_is_accepted_and_the_item_ends_with_the_conversation() {
    let mut desk = desk();
    assert_eq!(desk.item().state, W::Queued);
    desk.offer_by(agent(1), &rule());
    let offered = desk.item();
    assert_eq!(
        (offered.state, offered.assignee),
        (W::PendingAccept, Some(agent(1)))
    );
    assert_eq!(offered.queue, Some(queue_id(1)));
    assert!(matches!(
        desk.announcements.last(),
        Some(Announcement::WorkOffered {
            accepted: false,
            ..
        })
    ));
    assert_eq!(
        desk.active().unwrap().state,
        S::New,
        "an offer assigns nobody"
    );
    desk.now = at(20);
    desk.answer(agent(1), OfferAnswer::Accept).unwrap();
    let interaction = desk.active().unwrap();
    assert_eq!(interaction.assigned_to, Some(agent(1)));
    assert_eq!(interaction.state, S::WorkInProgress);
    assert_eq!(desk.item().state, W::Accepted);
    assert_eq!(desk.item().wait(at(99)), at(20).since(at(0)));
    assert!(desk.timers.is_empty(), "an answered offer has no timer");
    desk.act(agent(1), Act::Finish).unwrap();
    assert!(desk.state.work.is_empty());
    let ended = desk.work.values().next().unwrap();
    assert_eq!((ended.state, ended.ended_at), (W::Accepted, Some(at(20))));
}

#[test]
fn q_5_closing_cancels_what_waits() {
    let mut desk = desk();
    desk.offer_by(agent(1), &rule());
    desk.act(agent(2), Act::Finish).unwrap();
    let canceled = desk.work.values().next().unwrap();
    assert_eq!(canceled.state, W::Canceled);
    assert_eq!(canceled.cancel_reason, Some(CancelReason::Disqualified));
    assert!(desk.timers.is_empty());
}

#[test]
fn q_6_put_back_makes_a_new_item_linked_to_the_old_and_asks_others_first() {
    let mut desk = desk();
    desk.act(agent(1), Act::Take).unwrap();
    let held = desk.item();
    desk.act(agent(1), Act::PutBack).unwrap();
    let waiting = desk.item();
    assert_eq!(waiting.state, W::Queued);
    assert_eq!(waiting.previous, Some(held.id));
    assert_eq!(waiting.tried.get(&agent(1)), Some(&1));
    assert!(!desk.work.get(&held.id).unwrap().is_open());
}

#[test]
fn q_9_hold_keeps_the_item() {
    let mut desk = desk();
    desk.act(agent(1), Act::Take).unwrap();
    desk.act(agent(1), Act::Hold).unwrap();
    assert!(
        desk.item().is_held(),
        "whether it takes a slot is the interaction's state"
    );
}

#[test]
fn q_12_passing_the_target_sets_a_flag_once() {
    let mut desk = desk();
    let queue = tern_domain::routing::Queue {
        target_wait: Some(Millis::seconds(30)),
        ..tern_domain::routing::Queue::shipped(queue_id(1))
    };
    let decide = |desk: &mut Desk| {
        let item = desk.item();
        let decision = Decision {
            item: item.id,
            version: item.version,
            queue: Some(queue.id),
            outcome: Outcome::Stays(tern_domain::routing::Stay::NobodyFree),
            candidates: [].into(),
        };
        let state = desk.load(None);
        plan_decision(
            &state,
            &decision,
            Some(&Telling {
                queue: &queue,
                availability: Availability::Available,
                provider_numbers: &[],
            }),
            None,
            desk.now,
            &mut desk.ids,
        )
    };
    desk.now = at(30);
    let plan = decide(&mut desk).unwrap();
    desk.apply(plan);
    assert!(!desk.item().exceeded_target, "reached is not passed");
    desk.now = at(31);
    let plan = decide(&mut desk).unwrap();
    desk.apply(plan);
    assert!(desk.item().exceeded_target);
    assert_eq!(decide(&mut desk), None, "nothing new");
}

#[test]
fn q_16_auto_assignment_accepts_on_the_agents_behalf() {
    let mut desk = desk();
    let auto = AssignmentRule {
        auto_assign: true,
        ..rule()
    };
    desk.offer_by(agent(1), &auto);
    assert!(desk.item().is_held());
    assert_eq!(desk.active().unwrap().assigned_to, Some(agent(1)));
    assert!(desk.timers.is_empty());
}

#[test]
fn q_17_rejecting_may_be_forbidden_and_an_offer_is_answered_by_its_agent_only() {
    let mut desk = desk();
    desk.offer_by(agent(1), &rule());
    assert_eq!(
        desk.answer(agent(2), OfferAnswer::Accept),
        Err(OfferRefusal::NotYours)
    );
    let strict = AssignmentRule {
        reject_allowed: false,
        ..rule()
    };
    let ctx = OfferContext {
        now: desk.now,
        agent: agent(1),
        rule: Some(&strict),
        telling: None,
    };
    let id = desk.item().id;
    let refused = plan_answer(
        &desk.load(None),
        id,
        OfferAnswer::Reject { reason: None },
        &ctx,
        &mut desk.ids,
    );
    assert_eq!(refused, Err(OfferRefusal::CannotReject));
}

#[test]
fn q_18_the_shipped_rule() {
    let rule = rule();
    assert!(!rule.auto_assign && rule.reject_allowed);
    assert_eq!(rule.timeout, Some(Millis::seconds(60)));
    assert_eq!(rule.presence_afterwards, Some(PresenceState::AWAY));
    assert_eq!(rule.assign_by, tern_domain::routing::AssignBy::MostCapacity);
}

#[test]
fn q_19_a_reason_that_is_not_reassignable_bars_the_agent_for_good() {
    let mut desk = desk();
    desk.offer_by(agent(1), &rule());
    let soft = reason(true);
    desk.answer(
        agent(1),
        OfferAnswer::Reject {
            reason: Some(&soft),
        },
    )
    .unwrap();
    let item = desk.item();
    assert_eq!((item.state, item.rejected), (W::Queued, 1));
    assert!(item.never_again.is_empty());
    desk.offer_by(agent(1), &rule());
    let hard = reason(false);
    desk.answer(
        agent(1),
        OfferAnswer::Reject {
            reason: Some(&hard),
        },
    )
    .unwrap();
    assert!(desk.item().never_again.contains(&agent(1)));
    assert_eq!(desk.item().offer_count, 2);
}

#[test]
fn q_20_an_offer_runs_out_once_its_time_is_over() {
    let mut desk = desk();
    desk.offer_by(agent(1), &rule());
    assert_eq!(desk.timers.len(), 1);
    desk.now = at(59);
    assert_eq!(desk.time_out(), None);
    desk.now = at(60);
    assert_eq!(desk.time_out(), Some(agent(1)));
    let item = desk.item();
    assert_eq!((item.state, item.timed_out), (W::Queued, 1));
    assert_eq!(item.tried.get(&agent(1)), Some(&1));
    assert_eq!(desk.time_out(), None, "only once");
    assert_eq!(
        desk.answer(agent(1), OfferAnswer::Accept),
        Err(OfferRefusal::Gone)
    );
}

#[test]
fn q_21_taking_cancels_the_waiting_item_and_links_an_accepted_one() {
    let mut desk = desk();
    let waiting = desk.item();
    desk.act(agent(1), Act::Take).unwrap();
    let canceled = desk.work.get(&waiting.id).unwrap();
    assert_eq!(canceled.state, W::Canceled);
    assert_eq!(canceled.cancel_reason, Some(CancelReason::ManuallyAssigned));
    let held = desk.item();
    assert!(held.is_held());
    assert_eq!(
        (held.previous, held.assignee),
        (Some(waiting.id), Some(agent(1)))
    );
}

#[test]
fn a_2_joining_takes_no_work_from_the_first_agent() {
    let mut desk = desk();
    desk.act(agent(1), Act::Take).unwrap();
    desk.send(agent(2), 1, "May I?").unwrap();
    assert_eq!(desk.item().assignee, Some(agent(1)));
}

#[test]
fn a_4_writing_to_a_queued_conversation_takes_it() {
    let mut desk = desk();
    let waiting = desk.item();
    desk.offer_by(agent(2), &rule());
    desk.send(agent(1), 1, "Here I am").unwrap();
    assert_eq!(
        desk.work.get(&waiting.id).unwrap().cancel_reason,
        Some(CancelReason::ManuallyAssigned)
    );
    assert_eq!(desk.item().assignee, Some(agent(1)));
    assert_eq!(desk.interactions.len(), 1, "no new record");
}

#[test]
fn a_17_an_agents_own_initiative_makes_an_accepted_item() {
    let mut desk = Desk::new();
    desk.send(agent(1), 1, "Your bike is ready").unwrap();
    let item = desk.item();
    assert!(item.is_held());
    assert_eq!(item.assignee, Some(agent(1)));
}

#[test]
fn h_10_the_first_agent_stays_until_the_second_accepts() {
    let mut desk = desk();
    desk.act(agent(1), Act::Take).unwrap();
    let held = desk.item();
    desk.transfer(agent(1), to_agent(agent(2))).unwrap();
    assert_eq!(desk.active().unwrap().assigned_to, Some(agent(1)));
    assert_eq!(desk.state.work.len(), 2, "the first is still loaded");
    assert_eq!(
        desk.transfer(agent(1), to_agent(agent(3))),
        Err(TransferRefusal::AlreadyUnderWay)
    );
    desk.answer(agent(2), OfferAnswer::Accept).unwrap();
    let interaction = desk.active().unwrap();
    assert_eq!(interaction.assigned_to, Some(agent(2)));
    assert_eq!(interaction.state, S::WorkInProgress);
    assert_eq!(interaction.handler, Handler::LiveAgent);
    let item = desk.item();
    assert_eq!(
        (item.assignee, item.previous),
        (Some(agent(2)), Some(held.id))
    );
}

#[test]
fn h_10_reject_or_timeout_returns_it() {
    for says_no in [true, false] {
        let mut desk = desk();
        desk.act(agent(1), Act::Take).unwrap();
        desk.transfer(agent(1), to_agent(agent(2))).unwrap();
        if says_no {
            desk.answer(agent(2), OfferAnswer::Reject { reason: None })
                .unwrap();
        } else {
            desk.now = at(60);
            assert_eq!(desk.time_out(), Some(agent(2)));
        }
        assert_eq!(desk.active().unwrap().assigned_to, Some(agent(1)));
        assert_eq!(desk.item().assignee, Some(agent(1)));
        let returned = desk
            .work
            .values()
            .filter(|item| item.cancel_reason == Some(CancelReason::TransferCanceled))
            .count();
        assert_eq!(returned, 1);
    }
}

#[test]
fn h_10_a_transfer_can_be_called_back_and_put_back_keeps_it_waiting() {
    let mut desk = desk();
    desk.act(agent(1), Act::Take).unwrap();
    desk.transfer(agent(1), TransferTo::Queue(queue_id(2)))
        .unwrap();
    let ctx = ActContext {
        now: desk.now,
        agent: agent(1),
        authority: Authority::Agent,
    };
    let plan = plan_cancel_transfer(&desk.load(None), &ctx, &mut desk.ids).unwrap();
    desk.apply(plan);
    assert!(desk.item().is_held());
    desk.transfer(agent(1), TransferTo::Queue(queue_id(2)))
        .unwrap();
    desk.act(agent(1), Act::PutBack).unwrap();
    let item = desk.item();
    assert_eq!((item.state, item.queue), (W::Queued, Some(queue_id(2))));
}

#[test]
fn h_10_what_nobody_has_goes_back_to_the_queue_when_the_agent_asked_says_no() {
    let mut desk = desk();
    desk.transfer(agent(1), to_agent(agent(2))).unwrap();
    desk.answer(agent(2), OfferAnswer::Reject { reason: None })
        .unwrap();
    let item = desk.item();
    assert_eq!((item.state, item.reserved_for), (W::Queued, None));
    assert_eq!(item.tried.get(&agent(2)), Some(&1));
}

#[test]
fn h_10_transfers_that_lead_nowhere_are_refused() {
    let mut desk = desk();
    desk.act(agent(1), Act::Take).unwrap();
    assert_eq!(
        desk.transfer(agent(1), to_agent(agent(1))),
        Err(TransferRefusal::SameAgent)
    );
    let away = TransferTo::Agent {
        agent: agent(2),
        takes_work: false,
        timeout: None,
    };
    assert_eq!(
        desk.transfer(agent(1), away),
        Err(TransferRefusal::NotThere)
    );
    assert_eq!(
        desk.transfer(agent(3), to_agent(agent(2))),
        Err(TransferRefusal::AssignedToSomebodyElse)
    );
}

#[test]
fn q_26_an_interaction_without_an_item_gets_one() {
    let mut before = desk();
    before.state.work.clear();
    before.work.clear();
    let plan = plan_missing_item(&before.state, at(5), &mut before.ids);
    assert_eq!(plan.events.len(), 1);
    let mut taken = desk();
    taken.act(agent(1), Act::Take).unwrap();
    let again = plan_missing_item(&taken.state, at(5), &mut taken.ids);
    assert!(again.is_empty(), "nothing is missing");
    taken.state.work.clear();
    let plan = plan_missing_item(&taken.state, at(5), &mut taken.ids);
    assert_eq!(plan.events.len(), 2, "queued and accepted");
}

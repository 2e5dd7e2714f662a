//! R-4, H-3, H-4, H-7, H-14, Q-13, Q-21: what a queue tells the requester, the end of the longest wait, and work
//! that moves on.

use tern_domain::routing::{
    AssignmentRule, Availability, CancelReason, Decision, Hours, OfferAnswer, OfferContext,
    Outcome, Queue, RoutingConfig, RoutingRefusal, Span, Stay, Telling, TransferTo, WorkItemState,
    check_queue, next_look, plan_answer, plan_decision, plan_missing_item, plan_move_on,
    plan_transfer,
};
use tern_domain::{
    ActContext, Authority, Direction, EventBody, InteractionAct as Act, InteractionState as S,
    Millis, PhoneNumber, RuleId, plan_act_telling,
};
use uuid::Uuid;

use crate::floor::{Floor, item, queue_id};
use crate::support::{Desk, TEAM, agent, at, inbound, number};

const OUT_OF_HOURS: Availability = Availability::OutOfHours {
    opens_at: None,
    may_wait: true,
};

fn queue() -> Queue {
    Queue {
        first_response: "You are talking to the front desk.".into(),
        nobody_message: "Nobody is here right now.".into(),
        closed_message: "We are back at nine.".into(),
        max_wait: Some(Millis::seconds(600)),
        max_wait_message: "Sorry, nobody could take this.".into(),
        ..Queue::shipped(queue_id(1))
    }
}

/// A desk with one new conversation, and what its queue says.
struct Scene {
    desk: Desk,
    queue: Queue,
    numbers: Vec<PhoneNumber>,
}

impl Scene {
    fn new() -> Self {
        let mut desk = Desk::new();
        desk.arrive(&inbound(1, "hello", at(0)));
        Self {
            desk,
            queue: queue(),
            numbers: vec![number(TEAM)],
        }
    }

    fn telling(&self, availability: Availability) -> Telling<'_> {
        Telling {
            queue: &self.queue,
            availability,
            provider_numbers: &self.numbers,
        }
    }

    /// Routes what waits; says whether anything was new.
    fn route(&mut self, availability: Availability, outcome: Outcome) -> bool {
        let state = self.desk.load(None);
        let waiting = state
            .work
            .iter()
            .find(|item| item.state == WorkItemState::Queued);
        let Some(waiting) = waiting else {
            return false;
        };
        let decision = Decision {
            item: waiting.id,
            version: waiting.version,
            queue: Some(self.queue.id),
            outcome,
            candidates: [].into(),
        };
        let mut ids = self.desk.ids.clone();
        let telling = self.telling(availability);
        let plan = plan_decision(
            &state,
            &decision,
            Some(&telling),
            None,
            self.desk.now,
            &mut ids,
        );
        self.desk.ids = ids;
        plan.map(|plan| self.desk.apply(plan)).is_some()
    }

    fn waits(&mut self, availability: Availability) -> bool {
        self.route(availability, Outcome::Stays(Stay::NobodyFree))
    }

    fn accept(&mut self, who: u128) {
        let offer = Outcome::Offer {
            agent: agent(who),
            rule: None,
        };
        assert!(self.route(Availability::Available, offer));
        let state = self.desk.load(None);
        let offered = state
            .work
            .iter()
            .find(|item| item.state == WorkItemState::PendingAccept)
            .unwrap();
        let mut ids = self.desk.ids.clone();
        let ctx = OfferContext {
            now: self.desk.now,
            agent: agent(who),
            rule: None,
            telling: Some(self.telling(Availability::Available)),
        };
        let plan = plan_answer(&state, offered.id, OfferAnswer::Accept, &ctx, &mut ids).unwrap();
        self.desk.ids = ids;
        self.desk.apply(plan);
    }

    /// An agent takes it by hand.
    fn take(&mut self, who: u128) {
        let state = self.desk.load(None);
        let mut ids = self.desk.ids.clone();
        let ctx = ActContext {
            now: self.desk.now,
            agent: agent(who),
            authority: Authority::Agent,
        };
        let telling = self.telling(Availability::Available);
        let plan = plan_act_telling(&state, Act::Take, Some(&telling), &ctx, &mut ids).unwrap();
        self.desk.ids = ids;
        self.desk.apply(plan);
    }

    /// What the requester was told.
    fn told(&self) -> Vec<&str> {
        self.desk
            .messages
            .iter()
            .filter(|message| message.direction == Direction::Outbound)
            .map(|message| message.body.as_str())
            .collect()
    }

    fn state(&self) -> S {
        self.desk.active().unwrap().state
    }
}

#[test]
fn r_4_and_h_3_if_nobody_is_there_the_requester_is_told_once() {
    let mut scene = Scene::new();
    scene.waits(Availability::NobodyThere);
    assert_eq!(scene.told(), ["Nobody is here right now."]);
    scene.desk.arrive(&inbound(2, "anybody?", at(5)));
    scene.waits(Availability::NobodyThere);
    assert_eq!(scene.told().len(), 1, "once");
    assert_eq!(scene.state(), S::New, "and the work goes on waiting");
}

#[test]
fn h_4_out_of_hours_the_requester_is_told_so() {
    let mut scene = Scene::new();
    scene.waits(OUT_OF_HOURS);
    assert_eq!(scene.told(), ["We are back at nine."]);
}

#[test]
fn h_3_nothing_is_told_where_somebody_is_there_or_no_words_were_written() {
    let mut scene = Scene::new();
    scene.waits(Availability::Available);
    assert!(scene.told().is_empty());
    let mut scene = Scene::new();
    scene.queue = Queue::shipped(queue_id(1));
    scene.waits(Availability::NobodyThere);
    assert!(scene.told().is_empty());
}

#[test]
fn h_3_nothing_is_told_to_whoever_opted_out_or_waited_long_before_their_text_came() {
    let mut scene = Scene::new();
    scene.numbers.clear();
    scene.waits(Availability::NobodyThere);
    assert!(
        scene.told().is_empty(),
        "a number that is not ours any more"
    );

    let mut scene = Scene::new();
    scene.desk.arrive(&inbound(2, "STOP", at(1)));
    scene.waits(Availability::NobodyThere);
    assert!(scene.told().is_empty(), "A-16");

    let mut scene = Scene::new();
    scene.desk = Desk::new();
    scene.desk.now = at(7200);
    scene.desk.arrive(&inbound(1, "hello", at(0)));
    scene.waits(Availability::NobodyThere);
    assert!(scene.told().is_empty(), "late");
}

#[test]
fn h_7_the_first_response_goes_out_when_an_agent_accepts_and_only_then() {
    let mut scene = Scene::new();
    scene.accept(1);
    assert_eq!(scene.told(), ["You are talking to the front desk."]);
    let plan = scene.desk.act(agent(1), Act::PutBack);
    assert!(plan.is_ok());
    scene.accept(2);
    assert_eq!(scene.told().len(), 1, "another agent is no new greeting");
}

#[test]
fn h_7_what_is_handed_on_is_not_greeted_again() {
    let mut scene = Scene::new();
    scene.accept(1);
    let ctx = ActContext {
        now: scene.desk.now,
        agent: agent(1),
        authority: Authority::Agent,
    };
    let to = TransferTo::Queue(scene.queue.id);
    let state = scene.desk.load(None);
    let plan = plan_transfer(&state, to, &ctx, &mut scene.desk.ids).unwrap();
    scene.desk.apply(plan);
    scene.accept(2);
    assert_eq!(scene.told().len(), 1);
    assert_eq!(scene.desk.active().unwrap().assigned_to, Some(agent(2)));
}

#[test]
fn q_13_the_longest_wait_ends_the_item_and_tells_the_requester() {
    let mut scene = Scene::new();
    scene.waits(Availability::Available);
    scene.desk.now = at(599);
    assert!(!scene.waits(Availability::Available), "not yet");
    scene.desk.now = at(600);
    let id = scene.desk.load(None).work[0].id;
    assert!(scene.waits(Availability::Available));
    assert_eq!(scene.told(), ["Sorry, nobody could take this."]);
    assert_eq!(
        scene.desk.work[&id].cancel_reason,
        Some(CancelReason::TimeOut)
    );
    assert_eq!(scene.state(), S::New, "anybody can still take it by hand");
    assert!(!scene.waits(Availability::Available), "once");
}

#[test]
fn q_13_whoever_writes_again_waits_again() {
    let mut scene = Scene::new();
    scene.waits(Availability::Available);
    scene.desk.now = at(600);
    scene.waits(Availability::Available);
    assert!(scene.desk.load(None).work.is_empty());
    scene.desk.arrive(&inbound(2, "please", at(601)));
    assert_eq!(scene.desk.load(None).work.len(), 1);
    scene.desk.arrive(&inbound(3, "please!", at(602)));
    assert_eq!(scene.desk.load(None).work.len(), 1, "R-5: one place");
}

#[test]
fn q_13_an_agent_can_take_what_gave_up_and_nothing_files_it_again() {
    let mut scene = Scene::new();
    scene.waits(Availability::Available);
    scene.desk.now = at(600);
    scene.waits(Availability::Available);
    scene.desk.act(agent(1), Act::Take).unwrap();
    assert_eq!(scene.desk.load(None).work.len(), 1);
    let state = scene.desk.load(None);
    let plan = plan_missing_item(&state, scene.desk.now, &mut scene.desk.ids);
    assert!(plan.is_empty());
}

#[test]
fn q_13_what_is_handed_on_does_not_run_out() {
    let handed_on = tern_domain::routing::WorkItem {
        handed_on_by: Some(agent(1)),
        ..item(1, 0)
    };
    assert!(queue().gives_up(&item(1, 0), at(600)));
    assert!(!queue().gives_up(&handed_on, at(600)), "H-10");
}

#[test]
fn q_13_the_end_of_the_wait_is_looked_at_in_time() {
    let mut floor = Floor::new(0);
    floor.queue().max_wait = Some(Millis::seconds(600));
    let waiting = tern_domain::routing::WorkItem {
        queue: Some(queue_id(1)),
        ..item(1, 0)
    };
    floor.now = at(1);
    assert_eq!(next_look(&[waiting], &floor.view()), Some(at(600)));
}

#[test]
fn q_13_only_opening_hours_count_towards_the_longest_wait() {
    // The desk's time begins on a Tuesday at 22:13:20 UTC.
    let night_off = Queue {
        hours: Some(Hours {
            time_zone: "UTC".to_owned(),
            week: std::array::from_fn(|_| {
                vec![Span {
                    from: 9 * 60,
                    to: 22 * 60 + 15,
                }]
            }),
            exceptions: Vec::new(),
        }),
        ..queue()
    };
    let waiting = tern_domain::routing::WorkItem {
        queue: Some(queue_id(1)),
        ..item(1, 0)
    };
    // 100 s until it closes, and the other 500 s from nine the next morning on.
    let ends = at(100 + (10 * 60 + 45) * 60 + 500);
    assert!(!night_off.gives_up(&waiting, at(600)), "closed meanwhile");
    let before = ends - Millis::seconds(1);
    assert!(!night_off.gives_up(&waiting, before));
    assert!(night_off.gives_up(&waiting, ends));
    let mut floor = Floor::new(0);
    *floor.queue() = night_off;
    floor.now = before;
    assert_eq!(next_look(&[waiting], &floor.view()), Some(ends));
}

#[test]
fn h_7_whoever_takes_what_waits_has_accepted_it_and_the_requester_is_told_once() {
    let mut scene = Scene::new();
    scene.waits(Availability::Available);
    scene.take(1);
    assert_eq!(scene.told(), ["You are talking to the front desk."]);
    scene.desk.act(agent(1), Act::PutBack).unwrap();
    scene.waits(Availability::Available);
    scene.take(2);
    scene.desk.act(agent(2), Act::PutBack).unwrap();
    scene.accept(1);
    assert_eq!(scene.told().len(), 1, "once in an interaction");
}

#[test]
fn t_7_texts_of_a_queue_fit_into_one_text() {
    let config = RoutingConfig {
        queues: vec![Queue::shipped(queue_id(1))],
        ..RoutingConfig::default()
    };
    let long = Queue {
        nobody_message: "x".repeat(1601),
        ..queue()
    };
    assert_eq!(
        check_queue(&long, &config),
        Err(RoutingRefusal::TextTooLong {
            text: "nobody is there",
            over_by: 1
        })
    );
    assert_eq!(check_queue(&queue(), &config), Ok(()));
}

#[test]
fn q_21_work_moves_on_from_an_agent_who_is_away_and_others_are_asked_first() {
    let mut scene = Scene::new();
    scene.accept(1);
    let held = scene.desk.load(None).work[0].id;
    let state = scene.desk.load(None);
    let plan = plan_move_on(&state, held, scene.desk.now, &mut scene.desk.ids).unwrap();
    scene.desk.apply(plan);
    assert_eq!(scene.state(), S::New);
    let waiting = &scene.desk.load(None).work[0];
    assert_eq!(waiting.tried.get(&agent(1)), Some(&1));
    let said = scene
        .desk
        .bodies()
        .into_iter()
        .rev()
        .find_map(|body| match body {
            EventBody::InteractionStateChanged { cause, .. } => Some(*cause),
            _ => None,
        });
    assert_eq!(said, Some(tern_domain::StateCause::AgentUnavailable));
    assert!(!AssignmentRule::shipped(RuleId::new(Uuid::nil())).reassign_when_unavailable);
}

#[test]
fn q_21_what_is_parked_stays() {
    let mut scene = Scene::new();
    scene.accept(1);
    scene.desk.act(agent(1), Act::Hold).unwrap();
    let held = scene.desk.load(None).work[0].id;
    let state = scene.desk.load(None);
    assert_eq!(
        plan_move_on(&state, held, scene.desk.now, &mut scene.desk.ids),
        None
    );
}

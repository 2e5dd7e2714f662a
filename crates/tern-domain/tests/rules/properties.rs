//! State machines driven at random. The desk itself checks, after every plan: versions without gaps,
//! at most one active interaction (I-9), rows equal to replayed events, delivery never backwards
//! (T-12), no SID bound twice, nothing in flight twice without a decision in between.

use proptest::prelude::*;
use tern_domain::{
    Actor, CarrierMessage, DeliveryStatus, Direction, InteractionAct, InteractionState, Millis,
    OutboxState, SendOutcome, Settlement, next_due,
    schedule::{LOOK_UP_FOR, UndoHold},
};

use crate::wrap_up::{code, terms};
use tern_domain::wrap_up::{WrapUpAct, WrapUpTerms};

use crate::support::{Desk, LIVE, agent, at, inbound, outbound, sid};

const WORDS: [&str; 8] = [
    "hello", "STOP", "START", "YES", "thanks", "end", "unstop", "HELP",
];

/// One SID is always the same text at the same time, or it would not be the same text.
fn any_inbound() -> impl Strategy<Value = CarrierMessage> {
    (0_u8..12, prop::bool::weighted(0.2)).prop_map(|(which, is_history)| {
        let seconds = i64::from(which) * 7 % 11;
        let body = WORDS[usize::from(which) * 5 % WORDS.len()];
        let (number, created_at) = if is_history {
            (u64::from(which) + 100, LIVE - Millis::minutes(seconds + 1))
        } else {
            (u64::from(which), at(seconds))
        };
        CarrierMessage {
            media_count: u32::from(which % 2),
            ..inbound(number, body, created_at)
        }
    })
}

/// What must be the same however often and in whatever order texts come in.
fn end_state(desk: &Desk) -> impl PartialEq + std::fmt::Debug + use<> {
    let mut texts: Vec<_> = desk
        .messages
        .iter()
        // What was answered to START is a text of ours, and depends on what was known then.
        .filter(|message| message.direction == Direction::Inbound)
        .map(|message| {
            (
                message.sid.clone(),
                message.status.clone(),
                message.unread,
                message.placement,
                message.at,
            )
        })
        .collect();
    texts.sort_by(|left, right| left.0.cmp(&right.0));
    let interaction = desk
        .active()
        .map(|active| (active.state, active.handler, active.assigned_to));
    let mut fetches = desk.fetches.clone();
    fetches.sort();
    (
        texts,
        interaction,
        desk.interactions.len(),
        desk.state.opt_out,
        fetches,
    )
}

proptest! {
    #[test]
    fn r_8_duplicates_and_reorderings_converge(
        texts in prop::collection::vec(any_inbound(), 0..12),
        repeats in prop::collection::vec(any::<prop::sample::Index>(), 0..12),
        shuffle in any::<u64>(),
    ) {
        let mut in_order = Desk::new();
        for text in &texts {
            in_order.arrive(text);
        }
        let mut mixed = texts.clone();
        mixed.extend(repeats.iter().filter(|_| !texts.is_empty()).map(|index| index.get(&texts).clone()));
        mixed.sort_by_key(|text| {
            let digits = text.sid.as_str().bytes().fold(shuffle, |hash, byte| {
                hash.wrapping_mul(0x0100_0000_01b3) ^ u64::from(byte)
            });
            digits.rotate_left(17)
        });
        let mut otherwise = Desk::new();
        for text in &mixed {
            otherwise.arrive(text);
        }
        prop_assert_eq!(end_state(&in_order), end_state(&otherwise));
    }

    #[test]
    fn t_12_statuses_of_one_text_converge_on_the_furthest(
        words in prop::collection::vec(prop::sample::select(vec!["queued", "sending", "sent", "delivered"]), 1..10),
    ) {
        let mut desk = Desk::new();
        for word in &words {
            desk.arrive(&outbound(1, "hi", DeliveryStatus::parse(word), at(0)));
        }
        let furthest = words.iter().map(|word| DeliveryStatus::parse(word)).max_by_key(DeliveryStatus::rank).unwrap();
        prop_assert_eq!(&desk.messages[0].status, &furthest);
    }
}

/// One step of a day at the desk.
#[derive(Debug, Clone)]
enum Step {
    Arrive(CarrierMessage),
    Act(u128, InteractionAct),
    Send {
        who: u128,
        is_held: bool,
    },
    Wait(i64),
    Recall(prop::sample::Index),
    /// Claims what is due; then how each request ends (`None`: the laptop dies in the middle).
    Work(Option<Outcome>),
    Settle(Verdict),
    Receipt(prop::sample::Index, DeliveryStatus),
    /// What is configured about wrap-up, from here on.
    Configure(Option<WrapUpTerms>),
    WrapUp(u128, WrapUpAct),
}

#[derive(Debug, Clone, Copy)]
enum Outcome {
    Accepted,
    Refused(u32),
    NotExecuted,
    MaybeExecuted,
}

#[derive(Debug, Clone, Copy)]
enum Verdict {
    Found,
    WasSent,
    SendAgain,
    Discard,
}

fn any_step() -> impl Strategy<Value = Step> {
    let act = prop::sample::select(vec![
        InteractionAct::Take,
        InteractionAct::PutBack,
        InteractionAct::Hold,
        InteractionAct::Resume,
        InteractionAct::Finish,
        InteractionAct::FinishWithoutWrapUp,
    ]);
    let code = prop::sample::select(vec![20003, 20429, 21610, 21614, 30008, 4]);
    let outcome = prop_oneof![
        4 => Just(Outcome::Accepted),
        1 => code.prop_map(Outcome::Refused),
        1 => Just(Outcome::NotExecuted),
        1 => Just(Outcome::MaybeExecuted),
    ];
    let verdict = prop::sample::select(vec![
        Verdict::Found,
        Verdict::WasSent,
        Verdict::SendAgain,
        Verdict::Discard,
    ]);
    let receipt = prop::sample::select(vec![
        "queued",
        "sent",
        "delivered",
        "undelivered",
        "mystery",
    ]);
    prop_oneof![
        3 => any_inbound().prop_map(Step::Arrive),
        3 => (1_u128..3, act).prop_map(|(who, act)| Step::Act(who, act)),
        3 => (1_u128..3, any::<bool>()).prop_map(|(who, is_held)| Step::Send { who, is_held }),
        2 => (1_i64..700).prop_map(Step::Wait),
        1 => any::<prop::sample::Index>().prop_map(Step::Recall),
        4 => prop::option::weighted(0.9, outcome).prop_map(Step::Work),
        2 => verdict.prop_map(Step::Settle),
        1 => any_terms().prop_map(Step::Configure),
        1 => (1_u128..3, any_wrap_up_act()).prop_map(|(who, act)| Step::WrapUp(who, act)),
        2 => (any::<prop::sample::Index>(), receipt)
            .prop_map(|(index, word)| Step::Receipt(index, DeliveryStatus::parse(word))),
    ]
}

fn any_terms() -> impl Strategy<Value = Option<WrapUpTerms>> {
    prop::option::of(
        (any::<bool>(), any::<bool>()).prop_map(|(enforced, stands_in)| {
            let terms = terms(enforced);
            WrapUpTerms {
                default_code: terms.default_code.filter(|_| stands_in),
                ..terms
            }
        }),
    )
}

fn any_wrap_up_act() -> impl Strategy<Value = WrapUpAct> {
    prop::sample::select(vec![
        WrapUpAct::Choose(Some(code(1))),
        WrapUpAct::Choose(None),
        WrapUpAct::End,
        WrapUpAct::Leave,
    ])
}

/// The desk together with what the carrier has really taken.
struct Day {
    desk: Desk,
    texts: u128,
    posts: u64,
    /// Texts that somebody allowed to be sent again.
    allowed_again: Vec<u128>,
    posted: Vec<u128>,
}

impl Day {
    fn ids_in(&self, kind: &str) -> Vec<u128> {
        self.desk
            .outbox
            .iter()
            .filter(|entry| entry.state.kind() == kind)
            .map(|entry| entry.message_id.uuid().as_u128().wrapping_sub(0xb000))
            .collect()
    }

    fn work(&mut self, outcome: Option<Outcome>) {
        let due = next_due(&self.desk.outbox, self.desk.now);
        assert!(due.len() <= 1, "T-13: one at a time in a conversation");
        let Some(id) = due
            .first()
            .map(|id| id.uuid().as_u128().wrapping_sub(0xb000))
        else {
            return;
        };
        assert!(self.ids_in("in_flight").is_empty(), "T-13");
        if !self.desk.attempt(id) {
            return;
        }
        self.posts += 1;
        let row = outbound(
            1000 + self.posts,
            "Hi",
            DeliveryStatus::Queued,
            self.desk.now,
        );
        let may_have_left = !matches!(outcome, Some(Outcome::Refused(_) | Outcome::NotExecuted));
        if may_have_left {
            let times = self.posted.iter().filter(|known| **known == id).count();
            let allowed = self
                .allowed_again
                .iter()
                .filter(|known| **known == id)
                .count();
            assert!(times <= allowed, "sent twice without somebody saying so");
            self.posted.push(id);
        }
        match outcome {
            Some(Outcome::Accepted) => drop(self.desk.outcome(id, &SendOutcome::Accepted(row))),
            Some(Outcome::Refused(code)) => {
                drop(
                    self.desk
                        .outcome(id, &SendOutcome::Refused { code: Some(code) }),
                );
            }
            Some(Outcome::NotExecuted) => {
                drop(
                    self.desk
                        .outcome(id, &SendOutcome::NotExecuted { retry_after: None }),
                );
            }
            Some(Outcome::MaybeExecuted) => {
                drop(self.desk.outcome(id, &SendOutcome::MaybeExecuted))
            }
            None => self.desk.recover(id),
        }
    }

    fn settle(&mut self, verdict: Verdict) {
        let Some(id) = self.ids_in("uncertain").first().copied() else {
            return;
        };
        let OutboxState::Uncertain { t0, .. } = self.desk.entry(id).state else {
            return;
        };
        let (settlement, actor) = match verdict {
            Verdict::Found => {
                self.posts += 1;
                (
                    Settlement::Found(outbound(1000 + self.posts, "Hi", DeliveryStatus::Sent, t0)),
                    Actor::Carrier,
                )
            }
            Verdict::WasSent => (Settlement::WasSent, Actor::Agent(agent(1))),
            Verdict::SendAgain => {
                self.allowed_again.push(id);
                (Settlement::SendAgain, Actor::Agent(agent(1)))
            }
            Verdict::Discard => (Settlement::Discard, Actor::Agent(agent(1))),
        };
        self.desk.settle(id, &settlement, actor);
    }

    fn take(&mut self, step: Step) {
        match step {
            Step::Arrive(text) => drop(self.desk.arrive(&text)),
            Step::Act(who, act) => {
                let before = self.desk.active().map(|active| active.state);
                if self.desk.act(agent(who), act).is_ok() {
                    let after = self.desk.state.latest_interaction.as_ref().unwrap().state;
                    assert!(before.unwrap().can_become(after), "I-11");
                }
            }
            Step::Send { who, is_held } => {
                self.desk.undo_hold = UndoHold::seconds(if is_held { 10 } else { 0 });
                let id = self.texts + 1;
                if self.desk.send(agent(who), id, "Hi").is_ok() {
                    self.texts = id;
                    let active = self.desk.active().unwrap();
                    assert!(
                        active.live_group.contains(&agent(who))
                            && active.state != InteractionState::New
                    );
                } else {
                    assert!(
                        self.desk.state.opt_out.is_in_force(),
                        "A-16 is the only reason here"
                    );
                }
            }
            Step::Wait(seconds) => {
                self.desk.now = self.desk.now + Millis::seconds(seconds);
                self.desk.fire_wrap_ups();
            }
            Step::Configure(terms) => self.desk.state.wrap_up = terms,
            Step::WrapUp(who, act) => {
                let before = self.desk.wrapping();
                if self.desk.wrap_up(agent(who), act).is_ok() && act == WrapUpAct::End {
                    assert_eq!(self.desk.wrapping().len() + 1, before.len());
                    assert_eq!(before[0].interaction.assigned_to, Some(agent(who)));
                }
            }
            Step::Recall(index) if self.texts > 0 => {
                let id =
                    1 + u128::try_from(index.index(usize::try_from(self.texts).unwrap())).unwrap();
                let could = matches!(
                    self.desk.entry(id).state.kind(),
                    "held" | "waiting" | "retry_at"
                );
                assert_eq!(self.desk.recall(id), could);
            }
            Step::Recall(_) => {}
            Step::Work(outcome) => self.work(outcome),
            Step::Settle(verdict) => self.settle(verdict),
            Step::Receipt(index, status) if self.posts > 0 => {
                let number = 1001 + index.index(usize::try_from(self.posts).unwrap()) as u64;
                let is_known = self
                    .desk
                    .messages
                    .iter()
                    .any(|message| message.sid == Some(sid(number)));
                if is_known {
                    self.desk
                        .arrive(&outbound(number, "Hi", status, self.desk.now));
                }
            }
            Step::Receipt(..) => {}
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 512, ..ProptestConfig::default() })]

    #[test]
    fn a_day_at_the_desk_keeps_every_promise(steps in prop::collection::vec(any_step(), 1..60)) {
        let mut day =
            Day { desk: Desk::new(), texts: 0, posts: 0, allowed_again: Vec::new(), posted: Vec::new() };
        for step in steps {
            day.take(step);
        }

        // However the day went, every text comes to an end once the carrier answers and the agent decides.
        for _ in 0..200 {
            day.settle(Verdict::Discard);
            day.desk.now = day.desk.now + LOOK_UP_FOR;
            day.work(Some(Outcome::Accepted));
        }
        prop_assert!(day.desk.outbox.iter().all(|entry| entry.state.is_finished()));

        // Enforced wrap-ups all end, each once; what is closed leaves neither a timer nor a slot behind.
        day.desk.fire_wrap_ups();
        prop_assert_eq!(day.desk.fire_wrap_ups(), 0);
        for interaction in day.desk.interactions.values() {
            let wrap_up = interaction.wrap_up.as_ref();
            let enforced = wrap_up.is_some_and(|it| it.terms.enforced);
            prop_assert!(!enforced || interaction.state.is_closed());
            if interaction.state.is_closed() {
                let open = day.desk.work.values().any(|it| it.interaction == interaction.id && it.is_open());
                prop_assert!(!open);
            }
        }
        for (at, event) in day.desk.events.iter().enumerate() {
            if matches!(event.body, tern_domain::EventBody::InteractionClosed { .. }) {
                let later = day.desk.events.iter().skip(at + 1);
                prop_assert!(later.clone().all(|it| it.aggregate != event.aggregate), "closed is final");
            }
        }
    }
}

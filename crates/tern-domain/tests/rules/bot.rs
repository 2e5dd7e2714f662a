//! The virtual agent's turns at the desk, T-7, T-8, T-13, H-2 … H-4, V-32.

use tern_domain::bot::{BotContext, answer_to_hand_over, plan_hand_over, plan_turn};
use tern_domain::routing::{Availability, Queue, SkillNeed, WorkItemState};
use tern_domain::topic::{
    BotEffect, BotInput, BotReply, BotSession, HandoverContext, HandoverReason, Turn,
};
use tern_domain::{
    Address, ArrivalContext, Author, CloseReason, ConversationKey, Effect, Handler,
    InteractionState, OutboxEntry, Plan, QueueId, TimerId, plan_arrival,
};
use uuid::Uuid;

use crate::support::{Desk, TEAM, agent, at, inbound, number};

fn reply(text: &str) -> BotReply {
    BotReply {
        text: text.into(),
        pictures: Vec::new(),
        alt_text: None,
        node: None,
    }
}

fn says(replies: Vec<BotReply>, effects: Vec<BotEffect>) -> Turn {
    Turn {
        session: BotSession::new(1, at(0)),
        replies,
        effects,
    }
}

fn context(reason: HandoverReason) -> HandoverContext {
    HandoverContext {
        reason,
        place: None,
        short_description: None,
        search_text: None,
        language: None,
        variables: Vec::new(),
        record: None,
        mandatory_skills: vec!["German".to_owned()],
        optional_skills: vec!["billing".to_owned()],
    }
}

impl Desk {
    /// A text on a line where the virtual agent answers.
    fn arrive_with_bot(&mut self, number: u64, body: &str) -> Plan {
        let ctx = ArrivalContext {
            now: self.now,
            live_since: self.live_since,
            late_after: ArrivalContext::LATE_AFTER,
            bot_takes: true,
            command: None,
        };
        let message = inbound(number, body, self.now);
        let plan = plan_arrival(&self.load(None), &message, &ctx, &mut self.ids);
        self.apply(plan.clone());
        plan
    }

    fn turn(&mut self, turn: &Turn) -> Plan {
        let numbers = [number(TEAM)];
        let ctx = BotContext {
            now: self.now,
            provider_numbers: &numbers,
        };
        let plan = plan_turn(&self.load(None), turn, None, &ctx, &mut self.ids);
        self.apply(plan.clone());
        plan
    }

    fn hand_over(&mut self) -> Plan {
        let numbers = [number(TEAM)];
        let ctx = BotContext {
            now: self.now,
            provider_numbers: &numbers,
        };
        let context = context(HandoverReason::Asked);
        let plan = plan_hand_over(&self.load(None), &context, None, &ctx, &mut self.ids);
        self.apply(plan.clone());
        plan
    }
}

fn with_bot() -> Desk {
    let mut desk = Desk::new();
    desk.now = at(0);
    desk.arrive_with_bot(1, "hello");
    desk
}

#[test]
fn r_1_r_4_the_virtual_agent_starts_at_once_and_nobody_is_waited_for() {
    let desk = with_bot();
    let active = desk.active().unwrap();
    assert_eq!(active.handler, Handler::VirtualAgent);
    assert_eq!(active.state, InteractionState::WorkInProgress);
    assert!(desk.work.is_empty(), "no work item");
    assert_eq!(desk.unread(), 0);
    assert!(desk.announcements.is_empty());
    assert!(desk.state.clocks.are_stopped(), "M-2 is about live agents");
}

#[test]
fn r_4_late_texts_and_requesters_whom_no_text_reaches_go_to_people() {
    let mut late = Desk::new();
    late.now = at(2 * 3600);
    let ctx = ArrivalContext {
        now: late.now,
        live_since: late.live_since,
        late_after: ArrivalContext::LATE_AFTER,
        bot_takes: true,
        command: None,
    };
    let message = inbound(1, "hello", at(0));
    let plan = plan_arrival(&late.load(None), &message, &ctx, &mut late.ids);
    late.apply(plan);
    assert_eq!(late.active().unwrap().handler, Handler::Queue);

    let mut stopped = Desk::new();
    stopped.now = at(0);
    stopped.arrive_with_bot(1, "STOP");
    stopped.now = at(60);
    stopped.arrive_with_bot(2, "hello");
    assert_eq!(stopped.active().unwrap().handler, Handler::Queue);
}

#[test]
fn t_13_several_answers_of_one_instant_keep_their_order_behind_what_waits() {
    let mut desk = with_bot();
    for round in 0..3 {
        let texts = (0..20).map(|n| reply(&format!("{round}.{n}"))).collect();
        desk.turn(&says(texts, Vec::new()));
    }
    let mut sorted: Vec<&OutboxEntry> = desk.outbox.iter().collect();
    sorted.sort_by_key(|entry| (entry.created_at, entry.message_id));
    let written: Vec<_> = desk.outbox.iter().map(|entry| entry.message_id).collect();
    let sent: Vec<_> = sorted.iter().map(|entry| entry.message_id).collect();
    assert_eq!(written, sent);
    assert_eq!(sent.len(), 60);
}

#[test]
fn t_13_a_clock_that_was_set_back_does_not_let_a_later_answer_go_first() {
    let mut desk = with_bot();
    desk.now = at(100);
    desk.turn(&says(vec![reply("first")], Vec::new()));
    desk.now = at(50);
    desk.turn(&says(vec![reply("second")], Vec::new()));
    let key = |entry: &OutboxEntry| (entry.created_at, entry.message_id);
    assert!(key(&desk.outbox[0]) < key(&desk.outbox[1]));
}

#[test]
fn m_12_answers_have_an_author_and_are_nobodys_answer() {
    let mut desk = with_bot();
    desk.turn(&says(vec![reply("hello")], Vec::new()));
    let last = desk.messages.last().unwrap();
    assert_eq!(last.author, Some(Author::VirtualAgent));
    assert!(desk.state.clocks.are_stopped());
}

#[test]
fn t_8_pictures_go_as_pictures_where_carriers_take_them_and_as_addresses_elsewhere() {
    let picture = BotReply {
        pictures: vec!["https://example.com/map.png".to_owned()],
        alt_text: Some("A map".to_owned()),
        ..reply("Here:")
    };
    let mut desk = with_bot();
    desk.turn(&says(vec![picture.clone()], Vec::new()));
    let entry = &desk.outbox[0];
    assert_eq!(entry.pictures[0].url, "https://example.com/map.png");
    assert_eq!(entry.pictures[0].alt_text, "A map");
    assert_eq!(entry.body.as_str(), "Here:");

    let mut state = desk.load(None);
    state.open_sends.clear();
    state.key = ConversationKey::sms(Address::from("+436641234567"), number(TEAM));
    let numbers = [number(TEAM)];
    let ctx = BotContext {
        now: desk.now,
        provider_numbers: &numbers,
    };
    let turn = says(vec![picture], Vec::new());
    let plan = plan_turn(&state, &turn, None, &ctx, &mut desk.ids);
    let sent = plan.effects.iter().find_map(|effect| match effect {
        Effect::Enqueue(entry) => Some(entry.clone()),
        _ => None,
    });
    let sent = sent.unwrap();
    assert!(sent.pictures.is_empty());
    assert_eq!(sent.body.as_str(), "Here:\nhttps://example.com/map.png");
}

#[test]
fn s_7_nothing_is_said_to_whom_the_carrier_blocks() {
    let mut desk = with_bot();
    desk.now = at(5);
    desk.arrive_with_bot(2, "STOP");
    desk.turn(&says(vec![reply("hello")], Vec::new()));
    assert!(desk.outbox.is_empty());
}

#[test]
fn i_19_the_end_closes_without_wrap_up_and_forgets_the_session() {
    let mut desk = with_bot();
    let id = desk.active().unwrap().id;
    let reason = CloseReason::AutoClosed;
    let plan = desk.turn(&says(vec![reply("bye")], vec![BotEffect::End { reason }]));
    let closed = &desk.interactions[&id];
    assert_eq!(closed.state, InteractionState::ClosedComplete);
    assert_eq!(closed.state_reason, Some(reason));
    assert!(plan.effects.contains(&Effect::DropBotSession(id)));
    assert!(
        plan.effects
            .contains(&Effect::CancelTimer(TimerId::of_bot_silence(id)))
    );
    assert_eq!(desk.outbox.len(), 1, "the last words still leave");
}

#[test]
fn a_5_an_agent_who_writes_ends_what_the_bot_knows() {
    let mut desk = with_bot();
    let id = desk.active().unwrap().id;
    let plan = desk.send(agent(1), 1, "I do it").unwrap();
    assert!(plan.effects.contains(&Effect::DropBotSession(id)));
}

#[test]
fn h_2_h_6_a_transfer_queues_work_with_its_skills_and_the_wait_begins() {
    let mut desk = with_bot();
    desk.now = at(30);
    desk.hand_over();
    let active = desk.active().unwrap();
    assert_eq!(active.handler, Handler::Queue);
    assert_eq!(active.state, InteractionState::New);
    assert!(desk.marked_unread);
    assert_eq!(desk.state.clocks.waiting_since, Some(at(30)));
    let item = desk.work.values().next().unwrap();
    assert_eq!(item.state, WorkItemState::Queued);
    let need = |skill: &str, mandatory| SkillNeed {
        skill: skill.to_owned(),
        level: 1,
        mandatory,
    };
    assert_eq!(item.needs, [need("German", true), need("billing", false)]);
}

#[test]
fn h_3_h_4_only_where_somebody_is_there_or_may_be_waited_for() {
    let queue = Queue {
        nobody_message: "At lunch.".to_owned(),
        ..Queue::shipped(QueueId::new(Uuid::from_u128(1)))
    };
    let asked = context(HandoverReason::Asked);
    let closed = |may_wait| Availability::OutOfHours {
        opens_at: None,
        may_wait,
    };
    let refused = |words: Option<&str>| BotInput::HandOverRefused {
        words: words.map(ToOwned::to_owned),
    };
    for (there, wanted) in [
        (Availability::Available, BotInput::HandedOver),
        (closed(true), BotInput::HandedOver),
        (closed(false), refused(None)),
        (Availability::NobodyThere, refused(Some("At lunch."))),
    ] {
        let answer = answer_to_hand_over(&asked, Some((&queue, there)));
        assert_eq!(answer, wanted, "{there:?}");
        let late = answer_to_hand_over(&context(HandoverReason::LateText), Some((&queue, there)));
        assert_eq!(late, BotInput::HandedOver, "a late text is a person's");
    }
    assert_eq!(answer_to_hand_over(&asked, None), refused(None));
}

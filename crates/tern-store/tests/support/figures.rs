//! Texts, work and counting, for tests of figures.

use tern_domain::{
    ActContext, AgentId, ArrivalContext, Author, Authority, CarrierMessage, DeliveryStatus,
    Direction, IdSource, InteractionAct, MessageId, Millis, NewMessage, UtcMillis, plan_act,
    plan_arrival,
};
use uuid::Uuid;

use super::{TestStore, answer, key, sid};

/// A Tuesday, at the start of an hour.
pub const NOW: UtcMillis = UtcMillis(1_699_999_200_000);

struct Counter(u128);

impl IdSource for Counter {
    fn uuid(&mut self) -> Uuid {
        self.0 += 1;
        Uuid::from_u128(self.0 << 32)
    }
}

pub fn agent() -> AgentId {
    AgentId::new(Uuid::from_u128(0xa))
}

pub fn at(seconds: i64) -> UtcMillis {
    NOW + Millis::seconds(seconds)
}

pub fn arrive(test: &TestStore, number: u64, requester: u32, seconds: i64) {
    test.store
        .write_blocking(move |tx| {
            let message = CarrierMessage {
                sid: sid(number),
                direction: Direction::Inbound,
                from: key(requester).requester,
                to: key(requester).provider.into(),
                body: "hello".into(),
                status: DeliveryStatus::Received,
                error_code: None,
                segments: 1,
                media_count: 0,
                created_at: at(seconds),
                sent_at: None,
                messaging_service_sid: None,
            };
            let state = tx.load_conversation_state(&key(requester), Some(&message.sid))?;
            let ctx = ArrivalContext {
                now: at(seconds),
                live_since: Some(NOW),
                late_after: ArrivalContext::LATE_AFTER,
                bot_takes: false,
                command: None,
            };
            let ids = &mut Counter(u128::from(number) * 100);
            tx.apply(&plan_arrival(&state, &message, &ctx, ids))
                .map(drop)
        })
        .unwrap();
}

/// An agent acts, if the rules let them; answers whether they did.
pub fn act(
    test: &TestStore,
    requester: u32,
    seed: u128,
    seconds: i64,
    act: InteractionAct,
) -> bool {
    let ctx = ActContext {
        now: at(seconds),
        agent: agent(),
        authority: Authority::Agent,
    };
    test.store
        .write_blocking(move |tx| {
            let state = tx.load_conversation_state_to_end(&key(requester), ctx.now)?;
            match plan_act(&state, act, &ctx, &mut Counter(seed)) {
                Ok(plan) => tx.apply(&plan).map(|_| true),
                Err(_) => Ok(false),
            }
        })
        .unwrap()
}

pub fn write(test: &TestStore, number: u64, requester: u32, seconds: i64) -> MessageId {
    let message = NewMessage {
        at: at(seconds),
        author: Some(Author::Agent(agent())),
        segments: 2,
        ..answer(number, requester, "an answer")
    };
    let id = message.message_id;
    test.store_all([message]);
    id
}

pub fn count_all(test: &TestStore) {
    while !test
        .store
        .write_blocking(|tx| tx.follow_figures(3))
        .unwrap()
        .is_done()
    {}
}

//! Plans that were made of the same state and all open an interaction: the file takes one (I-9).

use std::sync::{Arc, Barrier};
use std::thread;

use proptest::prelude::*;
use tern_domain::schedule::UndoHold;
use tern_domain::{
    ArrivalContext, CarrierMessage, ConversationState, DeliveryStatus, Direction, MessageId,
    MessageSid, MessageText, OutgoingText, Plan, Recipient, SendContext, UtcMillis, plan_arrival,
    plan_send_to,
};
use tern_store::{Applied, Store, StoreError};

use super::day::Day;
use super::setting::{LIVE, agent, key, ours, person};
use super::steps::{Age, Say, Step};
use crate::clock::Clock;
use crate::ids::EdgeIds;

/// What opens an interaction.
#[derive(Debug, Clone, Copy)]
enum Opener {
    /// The customer writes.
    Text,
    /// An agent writes.
    Agent,
    /// An agent writes to somebody in particular.
    TakeOver,
}

impl Opener {
    fn plan(self, state: &ConversationState, number: usize, clock: &dyn Clock) -> Plan {
        let (now, ids) = (clock.now(), &mut EdgeIds::new(clock));
        let recipient = match self {
            Self::Text => {
                let ctx = ArrivalContext {
                    now,
                    live_since: Some(LIVE),
                    late_after: ArrivalContext::LATE_AFTER,
                    bot_takes: false,
                    command: None,
                };
                return plan_arrival(state, &text(number, now), &ctx, ids);
            }
            Self::Agent => None,
            Self::TakeOver => Some(person(number % 2)),
        };
        let numbers = [ours(0), ours(1)];
        let ctx = SendContext {
            now,
            agent: agent(number),
            undo_hold: UndoHold::OFF,
            provider_numbers: &numbers,
            joins: true,
        };
        let text = OutgoingText {
            message_id: MessageId::next(ids),
            body: MessageText::new("Good morning"),
            media: Vec::new(),
        };
        let recipient = Recipient {
            person: recipient,
            move_number: true,
            take_over: true,
        };
        plan_send_to(state, &text, recipient, &ctx, ids).unwrap()
    }
}

fn text(number: usize, at: UtcMillis) -> CarrierMessage {
    let key = key(0);
    CarrierMessage {
        sid: MessageSid::parse(format!("SM{:032x}", 500 + number)).unwrap(),
        direction: Direction::Inbound,
        from: key.requester,
        to: key.provider.into(),
        body: MessageText::new("hello"),
        status: DeliveryStatus::Received,
        error_code: None,
        segments: 1,
        media_count: 0,
        created_at: at,
        sent_at: None,
        messaging_service_sid: None,
    }
}

/// Everybody looks, everybody plans, and only then everybody writes.
fn race(
    store: &Store,
    clock: &Arc<dyn Clock>,
    openers: &[Opener],
) -> Vec<Result<Applied, StoreError>> {
    let line = Arc::new(Barrier::new(openers.len()));
    let threads: Vec<_> = openers
        .iter()
        .copied()
        .enumerate()
        .map(|(number, opener)| {
            let (store, clock, line) = (store.clone(), clock.clone(), line.clone());
            thread::spawn(move || {
                let state = store
                    .read_blocking(|conn| conn.load_conversation_state(&key(0), None))
                    .unwrap();
                let plan = opener.plan(&state, number, &*clock);
                line.wait();
                store.write_blocking(move |tx| tx.apply(&plan))
            })
        })
        .collect();
    threads
        .into_iter()
        .map(|thread| thread.join().unwrap())
        .collect()
}

proptest! {
    #![proptest_config(super::config())]

    #[test]
    fn i_9_plans_that_race_for_a_key_end_in_one_interaction(
        openers in prop::collection::vec(
            prop::sample::select(vec![Opener::Text, Opener::Agent, Opener::TakeOver]), 2..4),
        is_known in any::<bool>(),
    ) {
        let mut day = Day::begin();
        if is_known {
            // The profile is there already, so that it cannot decide the race.
            day.take(Step::Phone { person: 0, of: Some(0) });
            day.take(Step::Identify { who: 0, of: 0, act: Say::Is(0) });
            day.take(Step::Text { number: 0, from: 0, words: "STOP", age: Age::Fresh });
            day.take(Step::Wait { seconds: 5 });
            day.take(Step::Text { number: 1, from: 0, words: "START", age: Age::Fresh });
        }
        let clock: Arc<dyn Clock> = day.clock.clone();
        let mut winners = 0;
        for result in race(&day.core.store, &clock, &openers) {
            match result {
                Ok(_) => winners += 1,
                Err(
                    StoreError::ActiveInteractionExists
                    | StoreError::ActiveProfileExists
                    | StoreError::VersionConflict { .. },
                ) => {}
                Err(other) => panic!("{other}"),
            }
        }
        prop_assert_eq!(winners, 1);
        day.take(Step::Wait { seconds: 1 });
        prop_assert_eq!(day.file.interactions.len(), 1);
        day.end();
    }
}

//! Plans of the real rules, carried out on a real file: all of a plan or none of it.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)]

mod support;

use support::{TestStore, history, key, message_id, open_store, provider, sid};
use tern_domain::{
    ActContext, AgentId, ArrivalContext, Authority, CarrierMessage, ConversationId, DeliveryStatus,
    EventBody, IdSource, InteractionAct, Millis, OutboxState, OutgoingText, Plan, SendContext,
    SendOutcome, UtcMillis, plan_act, plan_arrival, plan_attempt, plan_outcome, plan_send,
};
use tern_store::{Applied, ConversationList, ConversationRow, ListCounts, StoreError};
use uuid::Uuid;

const LIVE_SINCE: UtcMillis = UtcMillis(1_700_000_000_000);
const NOW: UtcMillis = UtcMillis(1_700_000_100_000);

struct Counter(u128);

impl IdSource for Counter {
    fn uuid(&mut self) -> Uuid {
        self.0 += 1;
        Uuid::from_u128(self.0 << 32)
    }
}

fn agent() -> AgentId {
    AgentId::new(Uuid::from_u128(77))
}

/// An inbound text (`history` makes even numbers inbound).
fn inbound(number: u64, requester: u32, body: &str) -> CarrierMessage {
    history(number * 2, requester, body, NOW)
}

/// Plans an arrival with the rules and applies it in one transaction.
fn receive(test: &TestStore, seed: u128, message: CarrierMessage) -> Applied {
    test.store
        .write_blocking(move |tx| {
            let state = tx.load_conversation_state(
                &message.conversation_key().unwrap(),
                Some(&message.sid),
            )?;
            let context = ArrivalContext {
                now: NOW,
                live_since: Some(LIVE_SINCE),
                late_after: Millis::hours(1),
                bot_takes: false,
                command: None,
            };
            tx.apply(&plan_arrival(
                &state,
                &message,
                &context,
                &mut Counter(seed << 8),
            ))
        })
        .unwrap()
}

fn planned_act(test: &TestStore, seed: u128, act: InteractionAct) -> Plan {
    let context = ActContext {
        now: NOW,
        agent: agent(),
        authority: Authority::Agent,
    };
    test.store
        .read_blocking(move |conn| {
            let state = conn.load_conversation_state(&key(1), None)?;
            Ok(plan_act(&state, act, &context, &mut Counter(seed << 8)).unwrap())
        })
        .unwrap()
}

fn apply(test: &TestStore, plan: Plan) -> Result<Applied, StoreError> {
    test.store.write_blocking(move |tx| tx.apply(&plan))
}

fn row(test: &TestStore, requester: u32) -> ConversationRow {
    test.store
        .read_blocking(move |conn| {
            let id = conn.find_conversation(&key(requester))?.unwrap();
            conn.load_conversation(id)
        })
        .unwrap()
}

fn counts(test: &TestStore) -> ListCounts {
    test.store.read_blocking(|conn| conn.counts()).unwrap()
}

fn ids_in(test: &TestStore, list: ConversationList) -> Vec<ConversationId> {
    test.store
        .read_blocking(move |conn| conn.list_conversations(list, None, 50))
        .unwrap()
        .rows
        .into_iter()
        .map(|row| row.id)
        .collect()
}

#[test]
fn an_arrival_shows_in_the_inbox_and_the_same_again_changes_nothing() {
    let test = open_store();
    let applied = receive(&test, 1, inbound(1, 1, "hello\nthere"));
    assert_eq!(applied.touched, [row(&test, 1).id]);
    assert_eq!(applied.announcements.len(), 1);
    let first = row(&test, 1);
    assert_eq!(first.list, ConversationList::New);
    assert_eq!(first.preview.text.as_str(), "hello");
    assert_eq!((first.unread_count, first.message_count), (1, 1));
    let again = receive(&test, 2, inbound(1, 1, "hello\nthere"));
    assert!(again.announcements.is_empty());
    assert_eq!(row(&test, 1), first);
}

#[test]
fn lists_and_their_counts_follow_the_interaction() {
    let test = open_store();
    let _applied = receive(&test, 1, inbound(1, 1, "one"));
    let _applied = receive(&test, 2, inbound(2, 2, "two"));
    let (first, second) = (row(&test, 1).id, row(&test, 2).id);
    assert_eq!(ids_in(&test, ConversationList::New), [second, first]);
    assert_eq!(counts(&test).new_unread, 2);
    let _applied = apply(&test, planned_act(&test, 3, InteractionAct::Take)).unwrap();
    assert_eq!(ids_in(&test, ConversationList::Ongoing), [first]);
    test.store
        .write_blocking(move |tx| {
            let newest = tx.load_conversation(first)?.last_position.unwrap();
            tx.mark_read(first, newest)
        })
        .unwrap();
    let expected = ListCounts {
        new: 1,
        new_unread: 1,
        ongoing: 1,
        ongoing_unread: 0,
        with_bot: 0,
        snoozed: 0,
        help_wanted: 0,
    };
    assert_eq!(counts(&test), expected);
    let _applied = apply(&test, planned_act(&test, 4, InteractionAct::Finish)).unwrap();
    assert_eq!(ids_in(&test, ConversationList::Done), [first]);
    assert_eq!(counts(&test).ongoing, 0);
    let _applied = receive(&test, 5, inbound(3, 1, "I-13: a new interaction"));
    assert_eq!(ids_in(&test, ConversationList::New), [first, second]);
}

#[test]
fn a_plan_that_was_overtaken_is_refused_whole() {
    let test = open_store();
    let _applied = receive(&test, 1, inbound(1, 1, "hello"));
    let (take, finish) = (
        planned_act(&test, 2, InteractionAct::Take),
        planned_act(&test, 3, InteractionAct::Finish),
    );
    let _applied = apply(&test, take).unwrap();
    let before = row(&test, 1);
    assert!(matches!(
        apply(&test, finish),
        Err(StoreError::VersionConflict { expected: 1, found }) if found > 1
    ));
    assert_eq!(row(&test, 1), before);
}

/// Plans two texts before either is written.
fn racing(test: &TestStore) -> Vec<Plan> {
    (1..=2)
        .map(|number| {
            test.store
                .read_blocking(move |conn| {
                    let state = conn.load_conversation_state(&key(1), None)?;
                    let context = ArrivalContext {
                        now: NOW,
                        live_since: Some(LIVE_SINCE),
                        late_after: Millis::hours(1),
                        bot_takes: false,
                        command: None,
                    };
                    let message = inbound(number, 1, "hi");
                    let mut ids = Counter(u128::from(number) << 8);
                    Ok(plan_arrival(&state, &message, &context, &mut ids))
                })
                .unwrap()
        })
        .collect()
}

#[test]
fn p_8_two_texts_that_race_end_in_one_profile() {
    let test = open_store();
    let mut results = racing(&test).into_iter().map(|plan| apply(&test, plan));
    assert!(results.next().unwrap().is_ok());
    assert!(matches!(
        results.next().unwrap(),
        Err(StoreError::ActiveProfileExists)
    ));
    assert_eq!(row(&test, 1).message_count, 1);
}

#[test]
fn i_9_two_texts_that_race_end_in_one_interaction() {
    let test = open_store();
    let _known = receive(&test, 7, inbound(7, 1, "earlier"));
    let _closed = apply(&test, planned_act(&test, 8, InteractionAct::Finish)).unwrap();
    let mut results = racing(&test).into_iter().map(|plan| apply(&test, plan));
    assert!(results.next().unwrap().is_ok());
    assert!(matches!(
        results.next().unwrap(),
        Err(StoreError::ActiveInteractionExists)
    ));
    assert_eq!(row(&test, 1).message_count, 2);
}

#[test]
fn the_timeline_tells_what_happened_and_the_chain_holds() {
    let test = open_store();
    let _applied = receive(&test, 1, inbound(1, 1, "hello"));
    let _applied = apply(&test, planned_act(&test, 2, InteractionAct::Take)).unwrap();
    let id = row(&test, 1).id;
    let timeline = test
        .store
        .read_blocking(move |conn| conn.list_timeline(id, None, 50))
        .unwrap();
    let last = timeline.last().unwrap();
    assert!(matches!(last.body, EventBody::InteractionOpened { .. }));
    let assigned = timeline
        .iter()
        .any(|event| event.body == EventBody::AgentAssigned { agent: agent() });
    assert!(assigned);
    let entries = test
        .store
        .read_blocking(|conn| conn.verify_event_chain())
        .unwrap();
    let in_no_timeline = 1 + 4; // the guest's profile; queued, canceled, queued anew and accepted
    assert_eq!(
        usize::try_from(entries).unwrap(),
        timeline.len() + in_no_timeline
    );
}

#[test]
fn a_send_goes_from_intent_to_uncertain_and_the_inbox_says_so() {
    let test = open_store();
    let _applied = receive(&test, 1, inbound(1, 1, "hello"));
    let id = message_id(500);
    let numbers = [provider()];
    let plan = test
        .store
        .read_blocking(move |conn| {
            let state = conn.load_conversation_state_for(&key(1), id)?;
            let text = OutgoingText {
                message_id: id,
                body: "an answer".into(),
                media: Vec::new(),
            };
            let context = SendContext {
                now: NOW,
                agent: agent(),
                undo_hold: tern_domain::schedule::UndoHold::OFF,
                provider_numbers: &numbers,
                joins: true,
            };
            Ok(plan_send(&state, &text, &context, &mut Counter(9 << 8)).unwrap())
        })
        .unwrap();
    let _applied = apply(&test, plan).unwrap();
    assert_eq!(row(&test, 1).preview.text.as_str(), "an answer");
    let outbox_state = move |test: &TestStore| {
        let found = test.store.read_blocking(move |conn| conn.find_message(id));
        found.unwrap().unwrap().outbox.unwrap()
    };
    assert_eq!(outbox_state(&test), OutboxState::Waiting);
    let _applied = test
        .store
        .write_blocking(move |tx| {
            let state = tx.load_conversation_state(&key(1), None)?;
            let attempt = plan_attempt(
                &state,
                &state.open_sends[0],
                NOW,
                NOW,
                &mut Counter(10 << 8),
            );
            let tern_domain::Attempt::Post(plan) = attempt.unwrap() else {
                panic!("the text is due");
            };
            let _in_flight = tx.apply(&plan)?;
            let state = tx.load_conversation_state(&key(1), None)?;
            let outcome = SendOutcome::MaybeExecuted;
            let entry = state.open_sends[0].clone();
            let plan = plan_outcome(&state, &entry, &outcome, NOW, &mut Counter(11 << 8));
            tx.apply(&plan.unwrap())
        })
        .unwrap();
    assert!(matches!(outbox_state(&test), OutboxState::Uncertain { .. }));
    assert_eq!(row(&test, 1).uncertain_count, 1);
    let counts = test
        .store
        .read_blocking(|conn| conn.outbox_counts())
        .unwrap();
    assert_eq!((counts.waiting, counts.uncertain), (0, 1));
}

#[test]
fn statuses_that_are_not_final_are_listed_until_they_are() {
    let test = open_store();
    let mut sent = history(1, 1, "ours", NOW);
    sent.status = DeliveryStatus::Sent;
    let _applied = receive(&test, 1, sent.clone());
    let unsettled = || {
        test.store
            .read_blocking(|conn| conn.list_unsettled_messages(LIVE_SINCE, 10))
            .unwrap()
    };
    assert_eq!(unsettled()[0].sid, sid(1));
    sent.status = DeliveryStatus::Delivered;
    let _applied = receive(&test, 2, sent);
    assert!(unsettled().is_empty());
    assert_eq!(row(&test, 1).preview.status, DeliveryStatus::Delivered);
}

#[test]
fn a_failed_text_asks_for_attention_until_the_thread_is_read() {
    let test = open_store();
    let mut failed = history(1, 1, "ours", NOW);
    failed.status = DeliveryStatus::Failed;
    failed.error_code = Some(30_003);
    let _applied = receive(&test, 1, failed);
    let row_before = row(&test, 1);
    assert_eq!(row_before.failed_position, row_before.last_position);
    let (id, newest) = (row_before.id, row_before.last_position.unwrap());
    test.store
        .write_blocking(move |tx| tx.mark_read(id, newest))
        .unwrap();
    assert_eq!(row(&test, 1).failed_position, None);
}
